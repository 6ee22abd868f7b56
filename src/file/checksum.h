/* The checksums of a text file: lines "#crc32 XXXXXXXX", each the CRC-32 (as of gzip and zlib) of
 * all bytes before it. A result has one after every block of rows and one after its remarks. */
#ifndef ALIGNODE_FILE_CHECKSUM_H
#define ALIGNODE_FILE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/table.h"

/* The checksum of n more bytes.  Given: sum  of those before them, 0 at the start */
uint32_t aln_checksum(uint32_t sum, const char *bytes, size_t n);

enum { ALN_CHECKSUM_LINE = 16 }; /* characters of such a line, its line feed included */

/* Returned: line  with a line feed and a final zero */
void aln_checksum_line(uint32_t sum, char line[ALN_CHECKSUM_LINE + 1]);

/* Whether the n characters of a line, without a line feed, are a checksum. */
bool aln_checksum_is_line(const char *line, size_t n);

/* Checks a whole text, or one that is still being written (`unfinished`: what follows the last
 * checksum cannot be checked).
 * Returned: *line  of the first checksum that does not match, or of the text after the last one */
enum aln_table_check aln_checksum_check(const char *text, size_t length, bool unfinished,
                                        size_t *line);

#define ALN_CHECKSUM_MISMATCH                                                                      \
    "the checksum does not match: the file was damaged, or edited by hand; to use its parameters " \
    "anyway, copy its header into a parameter file"

/* Refuses a damaged text.  Status: ALN_USAGE with path:line, always */
enum aln_status aln_checksum_refuse(const char *path, size_t line);

#endif

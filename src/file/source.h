/* Text from the user, kept for messages: its characters and lines. */
#ifndef ALIGNODE_FILE_SOURCE_H
#define ALIGNODE_FILE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "file/tree.h"

struct aln_source {
    const char *name;
    const char *text; /* as the user wrote it */
    size_t length;
    bool argument; /* one line: cited by column alone */
};

/* Bytes of the UTF-8 character at s, or 0 if it is invalid (overlong and surrogate forms are).
 * Source: the Unicode Standard, table 3-7. */
size_t aln_source_utf8_length(const char *s, const char *end);

/* Start and end of a line, without its line break; an empty line past the text's end. */
void aln_source_line(const struct aln_source *source, size_t line, const char **begin,
                     const char **end);

/* Refuses what libfyaml handles badly in the first `length` bytes. Version 0.7.12 accepts invalid
 * UTF-8 and control characters. Its time is quadratic in the number of open brackets, all of which
 * it reads before it returns the first, and in the number of empty lines at the start of a block of
 * text. */
enum aln_status aln_source_check(const struct aln_source *source, size_t length);

#endif

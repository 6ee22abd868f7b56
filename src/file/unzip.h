/* Reads one member of a zip archive, stored or deflated, with zlib. Nothing in the archive is trusted:
 * every offset and size is checked against the file, sizes against each other, the member's checksum
 * at its end. Without encryption, several disks and zip64.
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16. */
#ifndef ALIGNODE_FILE_UNZIP_H
#define ALIGNODE_FILE_UNZIP_H

#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"

struct aln_unzip;

/* Opens a member for reading from its start. Memory: the archive's directory, at most 1 MiB, and less
 * than 128 KiB.
 * Given:    path    of a regular file
 * Returned: *out    yours, aln_unzip_free(); NULL after an error
 * Status:   ALN_USAGE when the file is no such archive or has no such member, ALN_FILE, ALN_MEMORY;
 *           messages begin with the path */
enum aln_status aln_unzip_open(struct aln_unzip **out, const char *path, const char *member);
void aln_unzip_free(struct aln_unzip *zip); /* NULL is allowed */

/* Bytes of the member, uncompressed: as claimed, and possible for its compressed bytes. */
uint64_t aln_unzip_size(const struct aln_unzip *zip);

/* Reads up to n bytes, fewer only at the end. The last byte is not handed out before the checksum is
 * found right.
 * Returned: *got
 * Status:   ALN_USAGE when the member is damaged, ALN_FILE */
enum aln_status aln_unzip_read(struct aln_unzip *zip, void *to, size_t n, size_t *got);

#endif

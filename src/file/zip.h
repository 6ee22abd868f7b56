/* Archives in the format of zip, with stored members: what NumPy calls .npz. Made in memory; equal
 * contents give equal bytes, without times. zlib, which the library links anyway, gives the checksums.
 * Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.16. */
#ifndef ALIGNODE_FILE_ZIP_H
#define ALIGNODE_FILE_ZIP_H

#include <stddef.h>

#include "alignode/status.h"

struct aln_zip;

/* Returned: *out  yours, aln_zip_free()
 * Status:   ALN_MEMORY */
enum aln_status aln_zip_create(struct aln_zip **out);
void aln_zip_free(struct aln_zip *zip); /* NULL is allowed */

/* Adds a member of n bytes, which are copied.
 * Given:  name  in ASCII, not used before
 * Status: ALN_USAGE when the archive would exceed 4 GiB or 65535 members, ALN_MEMORY */
enum aln_status aln_zip_add(struct aln_zip *zip, const char *name, const void *bytes, size_t n);

/* Ends the archive.
 * Returned: *bytes, *length  a view, valid until aln_zip_free()
 * Status:   as above */
enum aln_status aln_zip_finish(struct aln_zip *zip, const char **bytes, size_t *length);

#endif

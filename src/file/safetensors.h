/* Safetensors, the format in which weights are exchanged with other programs: the length of a header
 * (8 bytes, little endian), the header as JSON, the numbers. An archive (alignode/archive.h) with a
 * name that ends in .safetensors is read and written in it; whole numbers and reals among its
 * attributes are not. Source: https://github.com/huggingface/safetensors, "Format" */
#ifndef ALIGNODE_FILE_SAFETENSORS_H
#define ALIGNODE_FILE_SAFETENSORS_H

#include "alignode/archive.h"

/* Whether a file of this name is one. */
bool aln_safetensors_is(const char *path);

/* Reads a file: arrays under their names; `parameters` and `version` as attributes, if its
 * __metadata__ has them. The numbers are checked against `crc32` there, which other programs do not
 * write.
 * Returned: *out  yours, aln_archive_free()
 * Status: ALN_USAGE for what is not such a file, or has arrays of other types than F32, F64 and U64, of
 *         more than ALN_ARCHIVE_RANK dimensions or with names other than letters, digits, . _ and -;
 *         ALN_FILE, ALN_MEMORY */
enum aln_status aln_safetensors_open(struct aln_archive **out, const char *path);

/* The bytes of such a file, with all arrays, in order of the alphabet, and these two attributes.
 * Returned: *out  appended, yours
 * Status:   ALN_FILE, ALN_MEMORY */
struct aln_text;
enum aln_status aln_safetensors_make(const struct aln_archive *a, struct aln_text *out);

/* The same, written.
 * Status: as aln_archive_save() */
enum aln_status aln_safetensors_save(const struct aln_archive *a, const char *path);

#endif

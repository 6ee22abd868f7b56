/* Arrays in NumPy's format as members of a zip archive: what numpy.load() reads from a .npz file.
 * Source: numpy.lib.format, version 1.0. */
#ifndef ALIGNODE_FILE_NPY_H
#define ALIGNODE_FILE_NPY_H

#include "file/zip.h"

enum { ALN_NPY_RANK = 4, ALN_NPY_NAME = 64 };

struct aln_npy_array {
    char name[ALN_NPY_NAME];
    size_t rank, shape[ALN_NPY_RANK]; /* rank 0: a scalar */
};

/* The number of its entries. */
size_t aln_npy_size(const struct aln_npy_array *a);

/* Given:  type  "<f4", "<f8" or "<u8"
 *         x     aln_npy_size() of them, row-major, in the order of the machine, which is little-endian
 * Status: as aln_zip_add() */
enum aln_status aln_npy_add(struct aln_zip *zip, const struct aln_npy_array *a, const char *type,
                            const void *x);

/* Adds `count` = aln_npy_size() texts of valid UTF-8, each as long as the longest. */
enum aln_status aln_npy_add_texts(struct aln_zip *zip, const struct aln_npy_array *a, size_t count,
                                  const char *const *text);
/* One text, as a scalar. */
enum aln_status aln_npy_add_text(struct aln_zip *zip, const char *name, const char *text);

#endif

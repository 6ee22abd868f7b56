/* Archives: weights and checkpoints in one HDF5 file, readable by h5py, h5dump and MATLAB, or weights as
 * safetensors, the format of PyTorch's libraries.
 *
 * An archive holds arrays with names like paths ("seed_1/W_2") and attributes: text, integers and
 * reals. HDF5 libraries trust the bytes they read, so the file starts with a user block of 512
 * bytes, a text with version, length and checksum. It is verified first, so a corrupt or truncated
 * file never reaches HDF5. A name that ends in .safetensors means that format: arrays, and of the
 * attributes only the texts `parameters` and `version`, in its __metadata__ with a checksum of the
 * numbers. Equal contents give equal bytes: no times, no host names.
 * Different threads may use different archives. Only built with the feature `deep`. */
#ifndef ALIGNODE_ARCHIVE_H
#define ALIGNODE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ALN_ARCHIVE_RANK = 4 }; /* largest number of dimensions */

enum aln_archive_type { ALN_ARCHIVE_FLOAT, ALN_ARCHIVE_DOUBLE, ALN_ARCHIVE_UINT64 };

/* An array to write, or the array expected when reading. */
struct aln_archive_array {
    const char *name; /* parts of letters, digits, . _ and -, joined by "/" */
    enum aln_archive_type type;
    size_t rank; /* 0 <= rank <= ALN_ARCHIVE_RANK; 0: a scalar */
    size_t shape[ALN_ARCHIVE_RANK];
};

struct aln_archive;

/* ---- writing ---- */

/* Loads HDF5, which the first archive does otherwise, so that what is missing is known before long
 * work whose outcome is to be saved.
 * Status: ALN_FILE when the library is missing; ALN_MEMORY. All functions below may return these. */
ALN_API enum aln_status aln_archive_ready(void);

/* An empty archive, in memory until it is saved.
 * Returned: *out  yours, aln_archive_free()
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_archive_create(struct aln_archive **out);

/* Given:  data  shape[0] x shape[1] x ..., row-major, of array->type; copied
 * Status: ALN_MEMORY, also if the name already exists */
ALN_API enum aln_status aln_archive_put(struct aln_archive *a,
                                        const struct aln_archive_array *array, const void *data);

/* Attributes of the archive.  Status: ALN_MEMORY */
ALN_API enum aln_status aln_archive_put_text(struct aln_archive *a, const char *name,
                                             const char *text);
ALN_API enum aln_status aln_archive_put_whole(struct aln_archive *a, const char *name, uint64_t x);
ALN_API enum aln_status aln_archive_put_real(struct aln_archive *a, const char *name, double x);

/* Writes PATH.part and renames it to PATH, which is therefore never incomplete. A PATH.part left by
 * a killed run is replaced.
 * Given:  path  a file or a device; not standard output
 * Status: ALN_USAGE if the folder is missing or not writable; ALN_FILE, ALN_MEMORY */
ALN_API enum aln_status aln_archive_save(struct aln_archive *a, const char *path);

/* ---- reading ---- */

/* Reads and verifies a file.
 * Returned: *out  yours, aln_archive_free()
 * Status:   ALN_USAGE when it cannot be opened, is not an archive of this version, is truncated, or
 *           was changed after it was written; for safetensors also for other types than F32, F64 and
 *           U64; ALN_FILE, ALN_MEMORY */
ALN_API enum aln_status aln_archive_open(struct aln_archive **out, const char *path);
ALN_API void aln_archive_free(struct aln_archive *a); /* NULL is allowed */

/* Whether the array exists; fills in its type, rank and shape.
 * Given: array->name */
ALN_API bool aln_archive_find(const struct aln_archive *a, struct aln_archive_array *array);

/* Status: ALN_USAGE with file and name if it is missing or has another type or shape */
ALN_API enum aln_status aln_archive_get(const struct aln_archive *a,
                                        const struct aln_archive_array *array, void *data);

/* The names of its arrays in order of the alphabet, each followed by a line break.
 * Returned: *names  yours, free()
 * Status:   ALN_FILE, ALN_MEMORY */
ALN_API enum aln_status aln_archive_names(const struct aln_archive *a, char **names);

/* Returned: *text  yours, free().  Status: ALN_USAGE with file and name; ALN_MEMORY */
ALN_API enum aln_status aln_archive_get_text(const struct aln_archive *a, const char *name,
                                             char **text);
ALN_API enum aln_status aln_archive_get_whole(const struct aln_archive *a, const char *name,
                                              uint64_t *x);
ALN_API enum aln_status aln_archive_get_real(const struct aln_archive *a, const char *name,
                                             double *x);

#ifdef __cplusplus
}
#endif

#endif

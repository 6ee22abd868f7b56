/* Internal functions shared by the data sets. */
#ifndef ALIGNODE_DEEP_DATA_DATASET_PARTS_H
#define ALIGNODE_DEEP_DATA_DATASET_PARTS_H

#include <zlib.h>

#include "alignode/dataset.h"
#include "file/unzip.h"

enum { ALN_DATA_MOST = 1 << 20 }; /* units, inputs, classes */

/* Filled in by a load function. All sets share the rest: fewer classes, label noise, coding,
 * standardising. */
struct aln_loading {
    struct aln_data data; /* shapes, x, and label and classes, or y and outputs */
    size_t colours;       /* for standardising; x of a sample has this many equal parts */
    double unit;          /* x times this is the actual value */
    double mean[ALN_COLOURS], deviation[ALN_COLOURS]; /* of the images before resizing */
};

#define ALN_DATA_FETCH                                                                             \
    "run ./setup.sh data to fetch it, or set data.path or the environment variable "               \
    "ALIGNODE_DATA to its folder"

/* Sets shape and count of one part of a set of images, of which `there` are in the files.
 * Status: ALN_USAGE if the spec asks for more, or larger, images */
enum aln_status aln_data_shape(struct aln_dataset *out, int part, const struct aln_data_spec *spec,
                               uint64_t there, size_t channels, size_t height, size_t width);

/* Allocates x, and label and y if asked for.
 * Given: set  count, shape, outputs are set; inputs is set here */
enum aln_status aln_dataset_alloc(struct aln_dataset *set, bool label, bool y);

/* Raises "data.NAME: ..." and sets *key = name, unless key is NULL. */
enum aln_status aln_data_refuse(const char **key, const char *name, const char *fmt, ...)
    ALN_PRINTF(3, 4);

/* Raises that more samples are requested than there are. */
enum aln_status aln_data_refuse_amount(const char **key, int part, uint64_t there, size_t wanted);

/* ---- files, dataset_file.c ---- */

/* Where to look for the files of a set. */
struct aln_data_place {
    const char *set;            /* its name, for messages */
    const char *root;           /* folder */
    const char *const *folders; /* below root, NULL at the end; "": root itself */
    const char *prefix;         /* of file names */
    const char *advice;         /* appended to error messages */
};

struct aln_data_file {
    gzFile gz;                /* or */
    struct aln_unzip *member; /* of an archive; both NULL: closed */
    char *path;               /* for messages, with the member's name */
    uint64_t disk;            /* size on disk in bytes, of a member uncompressed */
    uint64_t done;            /* uncompressed bytes read */
    const char *advice;
};

/* The root folder: `path`, else ALIGNODE_DATA, else "data". */
const char *aln_data_root(const char *path);

/* Opens the first existing file of names (NULL at the end), plain or .gz.
 * Returned: *f  to be closed even after a failure */
enum aln_status aln_data_open(struct aln_data_file *f, const struct aln_data_place *place,
                              const char *const *names);
/* Opens the member NAME.npy of a zip archive. */
enum aln_status aln_data_open_member(struct aln_data_file *f, const char *path, const char *name,
                                     const char *advice);
/* Refuses a file that cannot hold `bytes` uncompressed bytes, before memory is allocated for them.
 * A plain file must have this length, a compressed one at least 1/1032 of it. */
enum aln_status aln_data_expect(const struct aln_data_file *f, uint64_t bytes);
enum aln_status aln_data_read(struct aln_data_file *f, void *to, size_t n);
/* Refuses a file that has more data or a wrong checksum; closes it. */
enum aln_status aln_data_end(struct aln_data_file *f);
void aln_data_close(struct aln_data_file *f);
/* "PATH: ...; ADVICE" */
enum aln_status aln_data_wrong(const struct aln_data_file *f, const char *fmt, ...)
    ALN_PRINTF(2, 3);
#ifdef __clang_analyzer__ /* as for aln_raise() */
#define aln_data_wrong(f, ...) ((aln_data_wrong)(f, __VA_ARGS__), ALN_USAGE)
#endif

/* ---- images, dataset_image.c ---- */

enum { ALN_SIDE_MOST = 4096 }; /* pixels; sums of bytes times areas fit 32 bits */

/* Area averaging in integers: each pixel of the smaller image is the sum of the bytes it covers,
 * weighted by the areas of overlap in units of a common grid. */
struct aln_area;

/* Given: size  side of the smaller image, <= height, width; 0: keep the size */
enum aln_status aln_area_create(struct aln_area **out, size_t height, size_t width, size_t size);
void aln_area_free(struct aln_area *a);
/* The area of a new pixel in units of the grid: divides `out` to give means. */
double aln_area_total(const struct aln_area *a);
/* Given: in (height x width).  Returned: out (size x size), whole numbers */
void aln_area_apply(struct aln_area *a, const unsigned char *in, float *out);

/* The same for numbers of any kind.  Returned: out (size x size), the means */
void aln_area_mean(const struct aln_area *a, const double *in, float *out);

/* Sums over the bytes of images, channel by channel. */
struct aln_moments {
    uint64_t count, sum[ALN_COLOURS], sum2[ALN_COLOURS];
};
/* Given: in (channels x pixels) */
void aln_moments_add(struct aln_moments *m, size_t channels, size_t pixels,
                     const unsigned char *in);
/* For values in [0, 1].  Returned: to->mean, to->deviation */
void aln_moments_finish(const struct aln_moments *m, size_t channels, struct aln_loading *to);

/* The same for numbers of any kind: those of one channel. */
struct aln_real_moments {
    double count, mean, squares; /* sum of (x - mean)^2 */
};
void aln_real_moments_add(struct aln_real_moments *s, size_t pixels, const double *in);

/* ---- load functions ---- */

enum aln_status aln_load_mnist(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_idx(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_npz(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_cifar100(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_cifar10(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_targets(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_mixture(const struct aln_data_spec *spec, struct aln_loading *to);
enum aln_status aln_load_teacher(const struct aln_data_spec *spec, struct aln_loading *to);

#endif

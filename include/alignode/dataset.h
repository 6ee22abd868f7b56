/* Data sets of the deep experiments: read from files or drawn from named streams.
 *
 * A data set depends only on its files and a `struct aln_data_spec`. Drawn training and test
 * samples have separate streams, and sample i does not depend on how many are requested: a smaller
 * set is the start of a larger one. To add a data set, write a function that loads it and add a row
 * in src/deep/data/dataset_kinds.c.
 *
 * Unlike this library, the published code standardises the test set by the test set's own mean
 * and deviation, and resizes by interpolation after a Gaussian blur. */
#ifndef ALIGNODE_DATASET_H
#define ALIGNODE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ALN_COLOURS = 3 /* at most */, ALN_TRAIN = 0, ALN_TEST = 1 };

/* Samples, row after row, with either labels or targets. */
struct aln_dataset {
    size_t count;
    size_t channels, height, width; /* of a sample; plain vectors: N x 1 x 1 */
    size_t inputs;                  /* N = channels * height * width */
    size_t outputs;                 /* of a network for this set */
    float *x;                       /* count x inputs; a sample in C order */
    uint32_t *label;                /* [count] class of each sample, or NULL */
    bool *noisy;                    /* [count] whether label noise has changed it; NULL: none */
    float *y;                       /* count x outputs, targets, or NULL */
};

struct aln_data {
    struct aln_dataset train, test;
    size_t classes; /* 0: there are no labels */
    /* Mean and deviation used to standardise each colour, with pixels in [0, 1]; 0 and 1 if not
     * standardised. Plain vectors have one colour. */
    double mean[ALN_COLOURS], deviation[ALN_COLOURS];
    size_t relabelled[2]; /* labels changed by label noise, in train and test */
};

/* How inputs are standardised, x <- (x - mean) / deviation. Test samples always use the
 * mean and deviation of the training set. */
struct aln_standardisation {
    struct aln_name id;
    bool standardise; /* else: pixels in [0, 1], drawn numbers as drawn */
    bool by_colour;   /* mean and deviation per colour, else over all */
    bool original;    /* of the whole training file before resizing, else of the samples in use */
};
ALN_API extern const struct aln_names aln_standardisations;
ALN_API const struct aln_standardisation *aln_standardisation_find(const char *name);
ALN_API const struct aln_standardisation *aln_standardisation_row(size_t i);

/* What a network learns to output for a sample. */
struct aln_coding {
    struct aln_name id;
    bool labels;    /* its class, else real-valued targets */
    size_t classes; /* required number; 0: any */
    size_t outputs; /* required; 0: one per class or target */
};
ALN_API extern const struct aln_names aln_codings;
ALN_API const struct aln_coding *aln_coding_find(const char *name);
ALN_API const struct aln_coding *aln_coding_row(size_t i);

/* Which of the two labels of an image of CIFAR-100 is learnt. */
struct aln_labelling {
    struct aln_name id;
    size_t at; /* place of its byte in a record */
    size_t classes;
};
ALN_API extern const struct aln_names aln_labellings;
ALN_API const struct aln_labelling *aln_labelling_find(const char *name);
ALN_API const struct aln_labelling *aln_labelling_row(size_t i);

struct aln_deep_activation;

/* What to load. Keys that a data set does not use (aln_data_uses()) are ignored. */
struct aln_data_spec {
    size_t train, test; /* samples; 0: all that files hold */
    uint64_t seed;
    const struct aln_standardisation *standardise;
    const struct aln_coding *coding;
    double label_noise;    /* probability that a label is replaced by a uniformly random one, which
                              may be the same; draws are paired: a larger probability makes the same
                              replacements, and more */
    bool label_noise_test; /* also applied to test labels, as in the published runs */

    /* read from files */
    const char *path;   /* folder; NULL: environment variable ALIGNODE_DATA, or "data"; npz: the
                           file, required */
    const char *prefix; /* before the names of idx files; NULL: none */
    bool transpose;     /* rows and columns of the images in the files are exchanged */
    const struct aln_labelling *labels; /* of CIFAR-100 */
    size_t size;    /* side of the images after area averaging; 0: unchanged. Mixture: samples
                           are maps of this side, inputs/size^2 channels; 0: vectors */
    size_t classes; /* labels are taken modulo this; 0: unchanged, with 1 + the largest training
                           label classes. Drawn sets: number of classes */
    size_t answers; /* outputs of the network to be trained; 0: any. If the labels of idx
                           and npz files do not match it, the error names the label at fault */

    /* drawn */
    size_t inputs, outputs;
    double alpha, beta;  /* covariance of two targets: [[1, alpha (1 - beta)], [., alpha^2]] */
    double separation;   /* rms distance of two centres, in deviations of x about them */
    double noise;        /* standard deviation of noise added to every target */
    const size_t *units; /* [unit_layers] of the teacher's hidden layers */
    size_t unit_layers;  /* 0: a linear teacher */
    const struct aln_deep_activation *activation; /* of the teacher's hidden units */
};

struct aln_loading;

/* A data set. */
struct aln_data_kind {
    struct aln_name id;
    const char *keys;           /* keys of the spec that it uses, separated by blanks */
    struct aln_data_spec usual; /* default values of all keys */
    size_t colours;             /* of images, the channels of a sample; 0: plain vectors */
    size_t side, classes;       /* largest allowed values */
    bool targets;               /* its files may hold real-valued targets instead of labels */
    size_t holds[2];            /* training and test samples in its files; 0: known only from the
                                   files, or drawn */
    enum aln_status (*load)(const struct aln_data_spec *spec, struct aln_loading *to);
};
ALN_API extern const struct aln_names aln_datasets;
ALN_API const struct aln_data_kind *aln_data_kind_find(const char *name);
ALN_API const struct aln_data_kind *aln_data_kind_row(size_t i);

/* Whether a key of the spec (such as "alpha") applies to this data set. */
ALN_API bool aln_data_uses(const struct aln_data_kind *kind, const char *key);

/* The shape of a sample, if it is known without reading files.
 * Given:    spec  size and inputs
 * Returned: false when it is known only from files */
ALN_API bool aln_data_sample_shape(const struct aln_data_kind *kind,
                                   const struct aln_data_spec *spec, size_t *channels,
                                   size_t *height, size_t *width);

/* How many outputs a network needs for the set; 0 when known only from files.
 * Given:    spec  coding, classes and outputs */
ALN_API size_t aln_data_outputs(const struct aln_data_kind *kind, const struct aln_data_spec *spec);

/* Checks everything that does not need the files.
 * Returned: *key  the key at fault on error; key may be NULL
 * Status:   ALN_USAGE, with a message that begins with "data.KEY: " */
ALN_API enum aln_status aln_data_check(const struct aln_data_kind *kind,
                                       const struct aln_data_spec *spec, const char **key);

/* Loads or draws training and test set. Peak memory: the samples plus less than 2 MB, and
 * for numbers other than bytes one sample in units of 8 bytes.
 *
 * Files may be plain or compressed (.gz), in the folder itself or in the set's usual
 * sub-folder. Every file that is opened is read to its end and checked: format, dimensions, exact
 * length, checksum of compressed ones, labels. Files without requested samples are not opened.
 * `train` and `test` take the first samples, as the published code does.
 *
 * Returned: *out  yours, until aln_data_free()
 * Status:   ALN_USAGE if the spec is invalid or a file is missing, of another format or damaged;
 *           ALN_FILE, ALN_MEMORY
 * Source:   Refinetti et al., ICML 2021, and their public code */
ALN_API enum aln_status aln_data_load(struct aln_data *out, const struct aln_data_kind *kind,
                                      const struct aln_data_spec *spec);

/* Frees what aln_data_load() allocated and zeroes *data; *data may be all zero. */
ALN_API void aln_data_free(struct aln_data *data);

#ifdef __cplusplus
}
#endif

#endif

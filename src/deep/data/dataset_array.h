/* Data sets given as four arrays of numbers, inputs and labels or targets for training and test, as
 * idx files and .npz archives are. */
#ifndef ALIGNODE_DEEP_DATA_DATASET_ARRAY_H
#define ALIGNODE_DEEP_DATA_DATASET_ARRAY_H

#include "deep/data/dataset_parts.h"

enum { ALN_ARRAY_DIMENSIONS = 4, ALN_ARRAY_INPUTS = 0, ALN_ARRAY_ANSWERS = 1 };

/* ---- numbers, dataset_element.c ---- */

struct aln_element {
    const char *words;
    const char *npy;   /* its code in .npy files, without the order of bytes */
    unsigned char idx; /* its code in idx files; 0: none */
    size_t size;       /* bytes */
    bool real;         /* else whole */
    double (*value)(uint64_t word, size_t size);
};

/* NULL: unknown */
const struct aln_element *aln_element_of_idx(unsigned char code);
const struct aln_element *aln_element_of_npy(const char *code);
bool aln_element_is_byte(const struct aln_element *element);
/* Given: big  the most significant byte is the first */
double aln_element_value(const struct aln_element *element, bool big, const unsigned char *at);

/* ---- arrays, dataset_array.c ---- */

/* An open file, read up to the first number of its array, in C order. */
struct aln_array {
    struct aln_data_file file;
    const struct aln_element *element;
    bool big;
    size_t dimensions;
    uint64_t length[ALN_ARRAY_DIMENSIONS];
};

/* What is known about a set; 0: not yet. The test arrays must agree with the training arrays. */
struct aln_arrays {
    /* Opens one array.  Given: which  ALN_ARRAY_INPUTS or ALN_ARRAY_ANSWERS
     * Returned: *out  its file is to be closed even after a failure */
    enum aln_status (*open)(const void *from, int part, int which, struct aln_array *out);
    const void *from;
    uint64_t count[2];
    const struct aln_element *element; /* of the inputs */
    size_t dimensions;
    uint64_t length[ALN_ARRAY_DIMENSIONS]; /* from 1: of a sample */
    uint32_t classes;
    size_t answers; /* outputs of the network; 0: any number */
};

/* Refuses a number of dimensions that inputs or labels and targets cannot have. */
enum aln_status aln_array_check_dimensions(const struct aln_array *a, int which);
/* Checks the lengths of an array, then the size of its file against them, `head` bytes included:
 * before memory is allocated for anything. */
enum aln_status aln_array_check(const struct aln_array *a, uint64_t head);

/* How many outputs of the network the answers must match; 0: any. */
size_t aln_arrays_answers(const struct aln_data_spec *spec);

/* Loads both parts. Bytes are pixels from 0 to 1 in steps of 1/255; other numbers are as they are. */
enum aln_status aln_arrays_load(struct aln_arrays *set, const struct aln_data_spec *spec,
                                struct aln_loading *to);

/* ---- samples, dataset_sample.c ---- */

/* Where the numbers of a sample are. */
struct aln_sample_layout {
    bool vectors; /* 1 x 1 x width */
    size_t channels, height, width;
    size_t step[3]; /* numbers from one channel, row, column to the next */
};

/* Reads samples, one after another. */
struct aln_sampler;

/* Given: a       an array, outlives the sampler
 *        size    side after area averaging; 0: unchanged
 * Returned: *out  yours, aln_sampler_free() */
enum aln_status aln_sampler_create(struct aln_sampler **out, struct aln_array *a,
                                   const struct aln_sample_layout *layout, size_t size);
void aln_sampler_free(struct aln_sampler *s);
/* Reads sample i.  Returned: x (channels x size x size), times aln_sampler_unit() the actual values;
 * x may be NULL */
enum aln_status aln_sampler_read(struct aln_sampler *s, uint64_t i, float *x);
double aln_sampler_unit(const struct aln_sampler *s);
/* Returned: to->mean, to->deviation of all samples read, before resizing */
void aln_sampler_finish(const struct aln_sampler *s, struct aln_loading *to);

#endif

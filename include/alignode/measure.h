/* What is measured of a deep network while it learns: a table of measures, and a meter that takes
 * the readings. Definitions are those of the measures' rows (`alignode list measures`).
 *
 * For alignment the routes B_l from the output to h_l matter, n_l x n_L, l < L: F_l of a direct
 * rule (bp and frozen have one too, as a control), F_l F_{l+1} ... F_{L-1} of a layerwise one; B_L
 * = I. To add a measure: one function, one row in src/deep/measure/measure.c. */
#ifndef ALIGNODE_MEASURE_H
#define ALIGNODE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "alignode/network.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ALN_MOST_MEASURES = 32 }; /* at least as many as there are */

struct aln_meter;

struct aln_measure {
    struct aln_name id;
    unsigned needs;   /* what the meter must do before, src/deep/measure/meter.h */
    bool of_sets;     /* one column for the training set, one for the test set */
    bool joins_seeds; /* compares networks with each other: aln_similarity(), no columns here */
    /* Its columns for a network; those of sets: one, without _train or _test.
     * Given: i  0 <= i < columns().  Returned: name[32] */
    size_t (*columns)(const struct aln_network *net);
    void (*column)(const struct aln_network *net, size_t i, char name[32]);
    /* Given: set  0 training, 1 test; for measures of sets.  Returned: value[columns()] */
    enum aln_status (*fill)(struct aln_meter *m, size_t set, double *value);
};
/* WA, GA, loss, ... */
ALN_API extern const struct aln_names aln_measures;
ALN_API const struct aln_measure *aln_measure_find(const char *name);
ALN_API const struct aln_measure *aln_measure_row(size_t i);

struct aln_meter_options {
    const unsigned *measure; /* [measure_count] rows of aln_measures, in any order */
    size_t measure_count;
    struct aln_batch train, test; /* what losses and errors are measured on */
    struct aln_batch probe;       /* what alignment is measured on */
};

/* A meter of one network. Columns come in the order of the table, those of sets first:
 * loss_train error_train loss_test error_test WA ...
 * Given:    net, options  the network and the samples must outlive *out
 * Returned: *out  yours, aln_meter_free()
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_meter_create(struct aln_meter **out, struct aln_network *net,
                                         const struct aln_meter_options *options);
ALN_API void aln_meter_free(struct aln_meter *m);

/* How many numbers a reading has. */
ALN_API size_t aln_meter_columns(const struct aln_meter *m);
/* The name of column i.  Returned: name[32] */
ALN_API void aln_meter_column(const struct aln_meter *m, size_t i, char name[32]);

/* Reads everything; the network's state stays as it is.
 * Given:    current  the mini-batch that the next step will take
 * Returned: value[aln_meter_columns()], NaN where a measure is not defined
 * Status:   ALN_NUMERIC, ALN_USAGE as for a step; ALN_MEMORY */
ALN_API enum aln_status aln_meter_read(struct aln_meter *m, const struct aln_batch *current,
                                       double *value);

/* Of the last reading of GA: how many pairs of a probe sample and a hidden layer there were, and in
 * how many of them a signal was zero, which are left out of the means. */
ALN_API void aln_meter_left_out(const struct aln_meter *m, uint64_t *pairs, uint64_t *left_out);

/* Similarity of networks of one shape, the mean of cos(W_l^i, W_l^j) over pairs i < j; NaN where
 * there are no pairs. Biases are not compared.
 * Given:    net[count]
 * Returned: value[1 + L]: all weights concatenated, then layer by layer
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_similarity(size_t count, struct aln_network *const *net, double *value);

#ifdef __cplusplus
}
#endif

#endif

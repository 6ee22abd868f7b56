/* Measures of a deep network during learning: a table of measures, and a meter that evaluates them.
 * They are defined in the rows of the table (`alignode list measures`).
 *
 * Alignment is defined by the routes B_l from the output to h_l, n_l x n_L, l < L: F_l for a direct
 * rule (also for bp and frozen, as a control), F_l F_{l+1} ... F_{L-1} for a layerwise one; B_L =
 * I. To add a measure: one function and one row in src/deep/measure/measure.c. */
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

/* Networks of equal shape to be compared, and samples for it. */
struct aln_seeds {
    size_t count;
    struct aln_network *const *net; /* [count] */
    struct aln_batch train, test, probe;
};

struct aln_measure {
    struct aln_name id;
    unsigned needs; /* what the meter must compute first, src/deep/measure/meter.h */
    /* Compares weights with what they are where they are sums of the rule's updates; an adaptive
     * optimiser bends that law. */
    bool of_sums;
    bool of_sets; /* separate columns for the training and the test set */
    /* Its columns for a network; for measures of sets without _train or _test.
     * Given:    i  0 <= i < columns()
     * Returned: name[32] */
    size_t (*columns)(const struct aln_network *net);
    void (*column)(const struct aln_network *net, size_t i, char name[32]);
    /* Given:    set  0 training, 1 test; for measures of sets
     * Returned: value[columns()] */
    enum aln_status (*fill)(struct aln_meter *m, size_t set, double *value);
    /* Of measures that compare the networks of several seeds, which have no fill(): the columns
     * belong to a table of their own, aln_seeds_columns().
     * Returned: value[columns()] */
    enum aln_status (*join)(const struct aln_seeds *seeds, double *value);
};
/* WA, GA, loss, ... */
ALN_API extern const struct aln_names aln_measures;
ALN_API const struct aln_measure *aln_measure_find(const char *name);
ALN_API const struct aln_measure *aln_measure_row(size_t i);

struct aln_meter_options {
    const unsigned *measure; /* [measure_count] rows of aln_measures, in any order */
    size_t measure_count;
    struct aln_batch train, test; /* samples for losses and errors */
    struct aln_batch probe;       /* samples for alignment */
    const bool
        *noisy; /* of the rows of train: whether label noise has changed the label; NULL: none */
};

/* A meter of one network. Columns are in the order of the table, those of sets first:
 * loss_train error_train loss_test error_test WA ...
 * Given:    net, options  network and samples must outlive *out; the weights are those of the start,
 *                         from which distances are measured
 * Returned: *out  yours, aln_meter_free()
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_meter_create(struct aln_meter **out, struct aln_network *net,
                                         const struct aln_meter_options *options);
ALN_API void aln_meter_free(struct aln_meter *m);

/* The number of columns. */
ALN_API size_t aln_meter_columns(const struct aln_meter *m);
/* The name of column i.  Returned: name[32] */
ALN_API void aln_meter_column(const struct aln_meter *m, size_t i, char name[32]);

/* Evaluates all measures; the network's state is unchanged.
 * Given:    current  the mini-batch that the next step will take
 * Returned: value[aln_meter_columns()], NaN where a measure is not defined
 * Status:   ALN_NUMERIC, ALN_USAGE as for a step; ALN_MEMORY */
ALN_API enum aln_status aln_meter_read(struct aln_meter *m, const struct aln_batch *current,
                                       double *value);

/* For the last GA: the number of pairs of a probe sample and a hidden layer, and the number of
 * those left out of the means because a signal is zero. */
ALN_API void aln_meter_left_out(const struct aln_meter *m, uint64_t *pairs, uint64_t *left_out);

/* Similarity of networks of equal shape, the mean of cos(W_l^i, W_l^j) over pairs i < j; NaN if
 * there are no pairs. Biases are not compared.
 * Given:    net[count]
 * Returned: value[1 + L]: all weights concatenated, then layer by layer
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_similarity(size_t count, struct aln_network *const *net, double *value);

/* Standard errors of similarities: the jackknife over networks, since pairs with a network in common are not
 * independent; NaN for fewer than three networks.
 * Given, returned, status: as for aln_similarity()
 * Source:   Efron & Stein, Ann. Stat. 9 (1981) 586 */
ALN_API enum aln_status aln_similarity_errors(size_t count, struct aln_network *const *net,
                                              double *error);

/* Linear centred kernel alignment of networks of equal shape, the mean over pairs i < j of
 *     CKA = ||X^T Y||^2 / (||X^T X|| ||Y^T Y||),
 * where X and Y (samples x n_l) are h_l of the two networks, less its mean over the samples. It does not
 * change when units are permuted or rotated. NaN if there are no pairs, or h_l is the same for all samples.
 * Given:    seeds  net, count, probe
 * Returned: value[L]: layer by layer, the last of the outputs
 * Status:   ALN_MEMORY; ALN_USAGE as for aln_network_outputs()
 * Source:   Kornblith, Norouzi, Lee & Hinton, ICML 2019, eq. 3 */
ALN_API enum aln_status aln_cka(const struct aln_seeds *seeds, double *value);

/* Losses half-way between networks of equal shape, on the first probe.count samples of test and train.
 * The barrier of networks i < j is loss((theta_i + theta_j)/2) less the mean of loss(theta_i) and
 * loss(theta_j), 0 if that is negative, theta being all weights and biases; that of layer l has its
 * weights and biases half-way, and those of network i elsewhere. Means over pairs; standard errors by the
 * jackknife over networks, NaN for two.
 * Given:    seeds  net, count, train, test, probe.count
 * Returned: value[6 + L]: barrier of the test loss, its standard error; the same of the training loss;
 *           of layers 1 .. L (test); test loss and error of the network with the mean of all theta
 * Status:   ALN_MEMORY; ALN_USAGE as for aln_network_score()
 * Source:   Frankle, Dziugaite, Roy & Carbin, ICML 2020; layers: Adilova et al., ICLR 2024; the mean:
 *           Wortsman et al., ICML 2022 */
ALN_API enum aln_status aln_barrier(const struct aln_seeds *seeds, double *value);

/* Test losses on straight paths between networks of equal shape, from theta_i to theta_j at equidistant
 * points, mean over pairs i < j; and the barrier: the largest excess over the straight line between the
 * ends, 0 if there is none, mean and standard error as above.
 * Given:    seeds  net, count, test, probe.count
 * Returned: value[ALN_PATH_POINTS + 2]
 * Status:   as above */
enum { ALN_PATH_POINTS = 11 };
ALN_API enum aln_status aln_path(const struct aln_seeds *seeds, double *value);

/* The columns of those measures that compare seeds, in the order of the table: similarity
 * similarity_1 .. cka_1 ..
 * Given:    measure[measure_count]  rows of aln_measures, others among them are skipped; net  one
 *                                   of the networks
 * Returned: their number; name[32] of column i */
ALN_API size_t aln_seeds_columns(const unsigned *measure, size_t measure_count,
                                 const struct aln_network *net);
ALN_API void aln_seeds_column(const unsigned *measure, size_t measure_count,
                              const struct aln_network *net, size_t i, char name[32]);
/* Returned: value[aln_seeds_columns()]
 * Status:   ALN_MEMORY, and that of evaluating networks */
ALN_API enum aln_status aln_seeds_read(const unsigned *measure, size_t measure_count,
                                       const struct aln_seeds *seeds, double *value);

#ifdef __cplusplus
}
#endif

#endif

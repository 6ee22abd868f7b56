/* Deep experiments: networks of several seeds that learn one task with one rule, recorded.
 *
 * The parameter files of `alignode train` are a kind of their own (params/schema.h). A result is
 * a function of the resolved parameters: the same bytes for any number of threads, and for a run
 * that was interrupted and resumed. */
#ifndef ALIGNODE_TRAIN_TRAIN_H
#define ALIGNODE_TRAIN_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/dataset.h"
#include "alignode/measure.h"
#include "alignode/network.h"
#include "alignode/random.h"
#include "params/schema.h"
#include "params/times.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The order in which an epoch's samples come; a table with rows in the order of the enum. */
enum aln_order { ALN_SHUFFLED, ALN_FIXED };
extern const struct aln_names aln_orders;

/* The samples that alignment is measured on; a table with rows in the order of the enum. */
enum aln_probe { ALN_PROBE_TEST, ALN_PROBE_TRAIN };
extern const struct aln_names aln_probes;

struct aln_train_params {
    char *title, *source; /* "" when not given */
    struct {
        const struct aln_data_kind *kind;
        struct aln_data_spec spec; /* with the seed of data that seeds share */
        bool shared; /* all seeds learn the same samples, drawn from spec.seed; else each its own */
    } data;
    /* With the seed of a feedback that seeds share, and `batch` the samples of a step; the input
     * and the seed of the weights are each learner's. */
    struct aln_network_options network;
    struct {
        double rate;
        enum aln_order order;
        struct aln_rates *schedule; /* increasing epochs as `time`, one rate, eta[0] */
        size_t schedule_count;
        bool shared_feedback; /* all seeds have the same; else each its own */
    } learning;
    struct {
        uint64_t epochs;
        uint64_t seeds[2]; /* first, last */
        struct {
            uint64_t count;
            enum aln_spacing spacing;
            double first;  /* epochs; NaN: one step */
            double *times; /* epochs, increasing; NULL when count and spacing rule */
            size_t times_count;
        } record;
        unsigned measures[ALN_MEASURES]; /* rows of aln_measures, in the order asked */
        size_t measures_count;
        uint64_t probe; /* samples that alignment is measured on; 0: all */
        enum aln_probe probe_set;
        uint64_t scored;   /* training samples that loss_train is measured on; 0: all */
        double checkpoint; /* minutes between checkpoints; 0: only when stopped */
        bool weights;      /* keep the final weights */
    } run;
};

/* The table of these files. */
extern const struct aln_schema aln_train_schema;

/* The rate of the step that follows `step` others: that of the last entry of the schedule whose
 * epoch is <= step/per_epoch, the epoch that results print (one division, rounded to the nearest
 * double); else learning.rate. An entry at epoch x rules from the first step on that begins at x or
 * later. */
double aln_train_rate(const struct aln_train_params *p, uint64_t step, uint64_t per_epoch);

/* The shape of one sample; false where only files tell. */
bool aln_train_input(const struct aln_train_params *p, struct aln_shape *shape);

/* What to load for one seed. A view of the parameters, which must outlive it. */
struct aln_data_spec aln_train_data(const struct aln_train_params *p, uint64_t seed);

/* Whether the weights that a run left beside its result at `path` are there, whole, of the
 * parameters that its header begins with.  Status: ALN_MEMORY */
enum aln_status aln_train_has_weights(const char *yaml, const char *path, bool *there);

/* Whether there is a measure that joins seeds: one is asked for, and there are several. */
bool aln_train_joins_seeds(const struct aln_train_params *p);

/* The whole of `alignode train`. Seeds learn in parallel and wait for each other at every record.
 * Beside the result PATH = STEM.tsv there are
 *     STEM.similarity.tsv  the measure that joins seeds, when it is asked for and there are several
 *     STEM.weights.h5      final weights and feedback (alignode/archive.h), when asked for: data
 *                          sets seed_SEED/W_1 ...
 *     STEM.checkpoint.h5   from time to time and when the run is stopped; gone at the end. With
 *                          options->resume the run goes on from there, to the same bytes.
 * With options->resume nothing is done where the result is whole; without the whole similarity that
 * belongs to it, it is made anew.
 * Without a path (standard output) there are none of them. Rows are written when learning ends, as
 * each seed's are a block and the seeds learn at once: when learning diverges, or the user stops the
 * run, PATH.part holds what was recorded; a run that was killed leaves a PATH.part without rows,
 * unlike those of other commands, and its last checkpoint, which has the records up to then.
 * Status: ALN_NUMERIC with seed, step, layer and norm when learning diverges; ALN_STOPPED;
 *         ALN_USAGE when the network does not fit the data, a file cannot be written or a
 *         checkpoint belongs to other parameters; ALN_FILE, ALN_MEMORY */
enum aln_status aln_train(const struct aln_train_params *params,
                          const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

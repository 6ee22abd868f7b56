/* Deep experiments: networks with several seeds learn one task with one rule.
 *
 * The parameter files of `alignode train` have their own schema (params/schema.h). A result depends
 * on the resolved parameters only: its bytes are the same for any number of threads, and for a run
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
#include "run/existing.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The order of the samples in an epoch; table rows are in the order of the enum. */
enum aln_order { ALN_SHUFFLED, ALN_FIXED };
extern const struct aln_names aln_orders;

/* The samples that alignment is measured on; table rows are in the order of the enum. */
enum aln_probe { ALN_PROBE_TEST, ALN_PROBE_TRAIN };
extern const struct aln_names aln_probes;

struct aln_train_params {
    char *title, *source; /* "" when not given */
    struct {
        const struct aln_data_kind *kind;
        struct aln_data_spec spec; /* with the seed of shared data */
        bool shared; /* all seeds share samples, drawn from spec.seed; else each draws its own */
    } data;
    /* With the seed of shared feedback and the batch size; the input and the seed of the weights
     * are set for each learner. */
    struct aln_network_options network;
    char *start; /* the file that the initial weights are read from; NULL: they are drawn */
    struct {
        double rate;
        enum aln_order order;
        struct aln_rates *schedule; /* `time`: increasing epochs; eta[0]: the rate */
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
            double *times; /* epochs, increasing; NULL: use count and spacing */
            size_t times_count;
        } record;
        unsigned measures[ALN_MOST_MEASURES]; /* rows of aln_measures, in the order given */
        size_t measures_count;
        uint64_t probe; /* number of samples for alignment; 0: all */
        enum aln_probe probe_set;
        uint64_t scored;    /* number of training samples for loss_train; 0: all */
        double checkpoint;  /* minutes between checkpoints; 0: only when stopped */
        bool weights;       /* keep the final weights */
        char *weights_file; /* where, as safetensors; NULL: in STEM.weights.h5 */
    } run;
    struct aln_schema_parts parts; /* the section figure:, params/presentation.h */
};

/* The table of these parameters. */
extern const struct aln_schema aln_train_schema;

/* The learning rate after `step` steps: that of the last entry of the schedule whose epoch is <=
 * step/per_epoch, the epoch that results print (one division, rounded to the nearest double); else
 * learning.rate. An entry at epoch x takes effect at the first step that begins at x or later. */
double aln_train_rate(const struct aln_train_params *p, uint64_t step, uint64_t per_epoch);

/* The shape of one sample. Returns false if it is known only from the files. */
bool aln_train_input(const struct aln_train_params *p, struct aln_shape *shape);

/* The data to load for one seed. A view of the parameters, which must outlive it. */
struct aln_data_spec aln_train_data(const struct aln_train_params *p, uint64_t seed);

/* Whether the weights file of the result at `path` exists, is complete and has the parameters
 * `yaml`, those of `p`.
 * Status: ALN_MEMORY */
enum aln_status aln_train_has_weights(const struct aln_train_params *p, const char *yaml,
                                      const char *path, bool *there);

/* Saved weights, in the archive of a run with parameters `p`, as a safetensors file; the names in it are
 * those of train/state_dict.h.
 * Returned: *out  its bytes, appended */
struct aln_archive;
enum aln_status aln_train_safetensors(const struct aln_train_params *p,
                                      const struct aln_archive *weights, struct aln_text *out);

/* Examines the similarity, the weights and the checkpoint beside the result at `path`: `existing` of
 * struct aln_task. */
enum aln_status aln_train_existing(const struct aln_existing_run *run, const char *path, size_t i,
                                   char **file, enum aln_existing *found, struct aln_text *why,
                                   bool *resumes);

/* Keys whose larger value, or longer list, extends a result: `grows` of struct aln_existing_run. */
extern const char *const aln_train_grows[];

/* The number of columns of measures that compare seeds, for a network of the run. */
size_t aln_train_joined_columns(const struct aln_train_params *p, const struct aln_network *net);

/* Whether seeds are compared: such a measure is requested and there are several seeds. */
bool aln_train_joins_seeds(const struct aln_train_params *p);

/* A key whose value only a single run can have, not each of a sweep, and why: `alone` of struct
 * aln_task. */
const char *aln_train_alone(const void *params, const char **why);

/* `alignode train`. Seeds learn in parallel and wait for each other at every record. Besides the
 * result PATH = STEM.tsv it writes
 *     STEM.similarity.tsv  the measure that compares seeds, if requested and there are several
 *     STEM.weights.h5      final weights and feedback (alignode/archive.h), with momentum also their
 *                          velocities, if requested: data sets seed_SEED/W_1 ...; or instead the
 *                          file of run.weights, with the names of train/state_dict.h
 *     STEM.checkpoint.h5   at intervals and when the run is stopped; removed at the end. With
 *                          options->resume the run continues from it, to the same bytes.
 * With options->resume nothing is done if the result is complete; if its similarity or weights file
 * is missing or incomplete, the run restarts. With options->extend as well, a shorter run is
 * extended, to the same bytes: from its checkpoint or, if it was finished, from its weights, provided
 * that it recorded all epochs before its end that this one records; otherwise the run starts over and
 * says why. Without a path (standard output) there are no such
 * files. Rows are written when learning ends, since each seed is a block and the seeds learn in
 * parallel. When learning diverges or the user stops the run, PATH.part holds what was recorded.
 * Unlike other commands, a killed run leaves a PATH.part without rows; its last checkpoint holds
 * the records up to then.
 * Status: ALN_NUMERIC with seed, step, layer and norm when learning diverges; ALN_STOPPED;
 *         ALN_USAGE when the network does not fit the data, a file cannot be written or a
 *         checkpoint has different parameters; ALN_FILE, ALN_MEMORY */
enum aln_status aln_train(const struct aln_train_params *params,
                          const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

/* One seed of a deep experiment: its network, its training samples and its records. */
#ifndef ALIGNODE_TRAIN_LEARNER_H
#define ALIGNODE_TRAIN_LEARNER_H

#include <signal.h>

#include "alignode/archive.h"
#include "train/train.h"

/* Shared by all seeds. */
struct aln_train_plan {
    const struct aln_train_params *params;
    struct aln_data data; /* if all seeds share it */
    uint64_t per_epoch;   /* steps */
    size_t count;         /* records, including the start */
    uint64_t *step;       /* [count] steps at which they are taken */
};

/* Loads shared data and computes the steps to record at.
 * Status: that of aln_data_load(); ALN_MEMORY */
enum aln_status aln_train_plan_create(struct aln_train_plan *plan,
                                      const struct aln_train_params *params);
void aln_train_plan_free(struct aln_train_plan *plan);

/* The steps at which a run with these parameters is recorded, including the start.
 * Returned: step[*count], yours, free() */
enum aln_status aln_train_steps(const struct aln_train_params *p, uint64_t per_epoch, size_t *count,
                                uint64_t **step);

/* Stop request, deadline and step callback of learners that run in parallel. */
struct aln_train_watch {
    const volatile sig_atomic_t *stop; /* stop request, or NULL */
    double deadline;                   /* seconds of the monotonic clock; INFINITY: none */
    void (*stepped)(struct aln_train_watch *watch); /* after every step, from any thread */
};

struct aln_learner {
    const struct aln_train_plan *plan;
    uint64_t seed;
    struct aln_data own; /* if seeds do not share their data */
    const struct aln_data *data;
    struct aln_network *net;
    struct aln_meter *meter;
    struct aln_meter_options sampled; /* its samples */
    uint32_t *order;                  /* [training samples] of the current epoch */
    uint64_t ordered;                 /* the epoch of `order`, from 1; 0: none yet */
    uint64_t loaded;                  /* steps of the state that was loaded; 0: none was */
    size_t columns;                   /* of the meter */
    size_t recorded;                  /* rows so far */
    double *row;                      /* plan->count x columns */
    uint64_t pairs, left_out;         /* (sample, layer) pairs for GA; those left out */
    double learning, measuring;       /* seconds spent */
};

/* Status: ALN_USAGE when the network does not fit the data; ALN_MEMORY, and that of loading data */
enum aln_status aln_learner_create(struct aln_learner **out, const struct aln_train_plan *plan,
                                   uint64_t seed);
void aln_learner_free(struct aln_learner *l);

/* Trains until record number `record` is taken; returns at once if it has been.
 * Status: ALN_STOPPED on the watch's stop request or deadline; ALN_NUMERIC when learning diverges;
 *         ALN_MEMORY */
enum aln_status aln_learner_advance(struct aln_learner *l, size_t record,
                                    struct aln_train_watch *watch);

/* Creates the network with the weights and biases of the file network.init.from: those of this seed, if
 * the file has them for seeds, else those of the only network in it.
 * Given:  options  of the network
 * Status: ALN_USAGE with the file when it cannot be read, something is missing, has another shape or has
 *         no place in the network; as aln_network_create() */
enum aln_status aln_learner_start(struct aln_learner *l, const struct aln_network_options *options);

/* Saves everything needed to continue, in the group seed_SEED. Status: ALN_MEMORY */
enum aln_status aln_learner_save(const struct aln_learner *l, struct aln_archive *a);
/* Saves the weights, feedback and, with momentum, their velocities only, in the same group. */
enum aln_status aln_learner_save_weights(const struct aln_learner *l, struct aln_archive *a);

/* The records of a run, of this length or a shorter one, when its state was saved. */
struct aln_learner_records {
    uint64_t steps;       /* of the state */
    size_t count;         /* <= the records planned up to `steps` */
    const uint64_t *step; /* at which they were taken */
    const double *row;    /* count x columns of the meter */
};
/* Takes over those that this run records too; the network is left as it is.
 * Status: ALN_USAGE when this run records a step before records->steps that is not among them */
enum aln_status aln_learner_adopt(struct aln_learner *l, const struct aln_learner_records *records);
/* Reads such records from a checkpoint and takes them over.
 * Given:  step[count]  the steps at which the run that saved it is recorded
 * Status: also ALN_USAGE when something is missing or has another shape */
enum aln_status aln_learner_load_records(struct aln_learner *l, struct aln_archive *a, size_t count,
                                         const uint64_t *step);
/* Reads the network, as it was after the steps of the records taken over.
 * Status: ALN_USAGE when something is missing or has another shape */
enum aln_status aln_learner_load_network(struct aln_learner *l, struct aln_archive *a);

/* Seconds of the monotonic clock. */
double aln_train_clock(void);

#endif

/* One seed of a deep experiment: its network, the samples it learns, and what was recorded of it.
 */
#ifndef ALIGNODE_TRAIN_LEARNER_H
#define ALIGNODE_TRAIN_LEARNER_H

#include <signal.h>

#include "alignode/archive.h"
#include "train/train.h"

/* What all seeds share. */
struct aln_train_plan {
    const struct aln_train_params *params;
    struct aln_data data; /* of all seeds, when they share it */
    uint64_t per_epoch;   /* steps */
    size_t count;         /* records, the start among them */
    uint64_t *step;       /* [count] when they are taken */
};

/* Loads shared data, finds the steps to record at.
 * Status: that of aln_data_load(); ALN_MEMORY */
enum aln_status aln_train_plan_create(struct aln_train_plan *plan,
                                      const struct aln_train_params *params);
void aln_train_plan_free(struct aln_train_plan *plan);

/* When learners that work at once are to break off, and how far they are. */
struct aln_train_watch {
    const volatile sig_atomic_t *stop; /* the user's wish, or NULL */
    double deadline;                   /* seconds of the monotonic clock; INFINITY: none */
    void (*stepped)(struct aln_train_watch *watch); /* after every step, from any thread */
};

struct aln_learner {
    const struct aln_train_plan *plan;
    uint64_t seed;
    struct aln_data own; /* when seeds do not share their data */
    const struct aln_data *data;
    struct aln_network *net;
    struct aln_meter *meter;
    uint32_t *order;          /* [training samples] of the epoch in hand */
    uint64_t ordered;         /* that epoch, from 1; 0: none yet */
    size_t columns;           /* of the meter */
    size_t recorded;          /* rows so far */
    double *row;              /* plan->count x columns */
    uint64_t pairs, left_out; /* of samples and layers that GA was to average over; left out */
    double learning, looking; /* seconds spent */
};

/* Status: ALN_USAGE when the network does not fit the data; ALN_MEMORY, and that of loading data */
enum aln_status aln_learner_create(struct aln_learner **out, const struct aln_train_plan *plan,
                                   uint64_t seed);
void aln_learner_free(struct aln_learner *l);

/* Learns on until record number `record` is taken, or returns at once if it is.
 * Status: ALN_STOPPED when the watch says so; ALN_NUMERIC when learning diverges, ALN_MEMORY */
enum aln_status aln_learner_advance(struct aln_learner *l, size_t record,
                                    struct aln_train_watch *watch);

/* All that is needed to go on, in the group seed_SEED. Status: ALN_MEMORY */
enum aln_status aln_learner_save(const struct aln_learner *l, struct aln_archive *a);
/* Status: ALN_USAGE when something is missing or of another shape */
enum aln_status aln_learner_load(struct aln_learner *l, struct aln_archive *a);
/* The weights and feedback alone, in the same group. */
enum aln_status aln_learner_save_weights(const struct aln_learner *l, struct aln_archive *a);

/* Seconds of the monotonic clock. */
double aln_train_clock(void);

#endif

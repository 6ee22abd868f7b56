/* What a run continues from: the checkpoint of one that was stopped, or, where a shorter run is
 * extended, also the result, similarity and weights of a finished one. */
#ifndef ALIGNODE_TRAIN_TRAIN_PAST_H
#define ALIGNODE_TRAIN_TRAIN_PAST_H

#include "train/learner.h"
#include "train/train_files.h"

struct aln_train_past {
    struct aln_archive *archive;     /* the networks of all seeds; NULL: there is nothing */
    const char *path;                /* its file. A view */
    bool shorter;                    /* it is of a shorter run; otherwise of this one */
    size_t count;                    /* records of that run, if it was finished */
    uint64_t *step;                  /* [count] */
    struct aln_table *rows, *joined; /* those of a finished run; NULL: they are in the archive */
};

/* Finds the checkpoint, or with options->extend the files of a finished, shorter run.
 * Returned: *past  aln_train_past_free(), whatever the status
 * Status:   ALN_USAGE, without past->shorter, when a checkpoint is damaged or of another run; with it,
 *           when there is no going on from what a shorter run has left, and why; ALN_FILE, ALN_MEMORY */
enum aln_status aln_train_past_find(struct aln_train_past *past, const struct aln_train_files *f,
                                    const struct aln_train_plan *plan);
void aln_train_past_free(struct aln_train_past *past);

/* Loads records and state of all seeds.
 * Given:    learner[seeds]
 * Returned: similarity  plan->count x aln_train_joined_columns(): its first *similarities rows
 * Status:   ALN_USAGE as above; the learners may then hold a part */
enum aln_status aln_train_past_load(const struct aln_train_past *past, struct aln_learner **learner,
                                    size_t seeds, double *similarity, size_t *similarities);

#endif

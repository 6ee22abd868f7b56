/* A fixed set of samples for sgd: inputs, the noise of their labels, and batches drawn from it. */
#ifndef ALIGNODE_SIMULATE_SAMPLE_SET_H
#define ALIGNODE_SIMULATE_SAMPLE_SET_H

#include "simulate/inputs.h"

struct aln_sample_set {
    size_t count, width;      /* P samples, the length of their vectors */
    double *x;                /* P x width */
    double *noise;            /* P x O, standard normal */
    double *teacher;          /* P x M, the fields of the teacher's units */
    size_t *order;            /* [P], a permutation: the first of it are the batch */
    struct aln_stream choice; /* of batches */
};

/* The teacher's fields are left to the caller.
 * Given:    p      with samples
 *           in     the inputs of this repeat, at their beginning
 *           noise  the stream of the labels' noise
 * Returned: *out  aln_sample_set_close(), also after a failure
 * Status:   ALN_MEMORY, ALN_STOPPED */
enum aln_status aln_sample_set_open(struct aln_sample_set *out, const struct aln_problem *p,
                                    uint64_t repeat, struct aln_inputs *in,
                                    struct aln_stream *noise);
void aln_sample_set_close(struct aln_sample_set *set);

/* Draws a batch, without replacement; all of the set stays in order.
 * Returned: set->order [count] */
void aln_sample_set_draw(struct aln_sample_set *set, size_t count);

#endif

/* The random numbers of the chain. */
#ifndef ALIGNODE_SIMULATE_DRAWS_H
#define ALIGNODE_SIMULATE_DRAWS_H

#include "alignode/random.h"
#include "base/chisq.h"
#include "model/increment.h"

struct aln_draws {
    struct aln_normals count; /* of one sample */
    struct aln_stream fields, noise, direction, path;
    /* |x|^2 beyond the span of the weight vectors, of samples one by one; its degrees of freedom */
    struct aln_chisq_stream rest;
    double degrees;
};

void aln_draws_begin(struct aln_draws *draws, const struct aln_problem *p, uint64_t repeat);

/* How many samples are drawn at once: some 256 numbers. */
size_t aln_draws_batch(const struct aln_normals *count);

/* The next n samples.
 * Returned: z [n x count.all]  their normals; rest [n] */
void aln_draws_samples(struct aln_draws *draws, size_t n, double *z, double *rest);

/* What a sample needs besides its fields.
 * Returned: others  [count.noise + count.direction + count.path], in this order */
void aln_draws_others(struct aln_draws *draws, double *others);

#endif

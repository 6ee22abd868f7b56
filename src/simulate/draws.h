/* The random numbers of the chain. */
#ifndef ALIGNODE_SIMULATE_DRAWS_H
#define ALIGNODE_SIMULATE_DRAWS_H

#include "alignode/random.h"
#include "model/increment.h"

struct aln_draws {
    struct aln_normals count; /* of one sample */
    struct aln_stream fields, noise, direction, path;
};

struct aln_draws aln_draws_begin(const struct aln_problem *p, uint64_t repeat);

/* What a sample needs besides its fields.
 * Returned: rest  [count.noise + count.direction + count.path], in this order */
void aln_draws_rest(struct aln_draws *draws, double *rest);

#endif

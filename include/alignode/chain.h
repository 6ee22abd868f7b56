/* The overlap chain: the exact law of the finite-N overlaps, without any N-dimensional vector.
 *
 * Gaussian inputs are rotation invariant, so (Q, R, W2) of online SGD is itself a Markov chain. One
 * step costs O((K + M)^3), or O((K + M)^2) for few units, independent of N. A
 * batch multiplies the part that is not factorisation. */
#ifndef ALIGNODE_CHAIN_H
#define ALIGNODE_CHAIN_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_chain;

/* A chain at p->start, step 0.
 * Given:    p  kept as a pointer, must outlive *out; p->N >= K + M, with momentum
 *           2 K + M
 *           repeat  index of the independent run; fields and noise depend on (seed, repeat), in
 *           separate streams, so chain and sgd are independent samples
 * Returned: *out  yours, aln_chain_free()
 * Status:   ALN_USAGE if N is too small or the problem invalid (aln_problem_check()), ALN_MEMORY */
ALN_API enum aln_status aln_chain_create(struct aln_chain **out, const struct aln_problem *p,
                                         uint64_t repeat);
ALN_API void aln_chain_free(struct aln_chain *chain);

/* Continues to step n = t N (>= the current one). The states do not depend on how a run is split
 * into calls, bit for bit.
 * Status: ALN_NUMERIC with step, time and quantity when the next state would not be finite; the
 *         state is then the last finite one.
 *         ALN_STOPPED on a stop request during a run of the program; only aln_chain_free() may
 *         follow. */
ALN_API enum aln_status aln_chain_advance(struct aln_chain *chain, uint64_t step);

/* The current state (aln_problem_size). A view. */
ALN_API const double *aln_chain_state(struct aln_chain *chain);

/* The turn in force at the current step, with the time at which it began in this run; NULL without turns. One
 * that waits for an event begins at the first step whose state fulfils it. A view. */
ALN_API const struct aln_problem_turn *aln_chain_turn(const struct aln_chain *chain);

#ifdef __cplusplus
}
#endif

#endif

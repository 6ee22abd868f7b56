/* Direct Monte-Carlo SGD with N-dimensional weight vectors and inputs: the independent check of
 * theory and chain. It never uses the chain's shortcut: overlaps are computed from the vectors. */
#ifndef ALIGNODE_SGD_H
#define ALIGNODE_SGD_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_sgd;

/* Weights are built with exactly the overlaps of p->start, in a random orthonormal frame. Memory:
 * (K + M + 2) N numbers, of a batch B N more, with momentum K N more, of a fixed set p->samples N
 * samples times N more (then none for the batch). With p->single the numbers are
 * floats: fields are sums in single precision of at most 32 products, added in double precision, overlaps are all in
 * double precision, and inputs are another stream (Box & Muller, Ann. Math. Stat. 29 (1958) 610).
 * Given:    p  kept as a pointer, must outlive *out; p->N >= K + M
 *           repeat  index of the independent run; inputs and noise, and so a fixed set, depend on (seed, repeat), the
 *           frame on the seed alone
 * Returned: *out  yours, aln_sgd_free()
 * Status:   ALN_USAGE if N is too small or the problem invalid (aln_problem_check()), ALN_MEMORY */
ALN_API enum aln_status aln_sgd_create(struct aln_sgd **out, const struct aln_problem *p,
                                       uint64_t repeat);
ALN_API void aln_sgd_free(struct aln_sgd *sgd);

/* Continues to step n = t N (>= the current one). The states do not depend on how a run is split
 * into calls, bit for bit.
 * Status: ALN_NUMERIC with step, time and quantity when a field, a signal, a read-out or feedback
 *         weight is not finite or exceeds 1e150, 1e18 with p->single (Q is then near overflow); the state is the one
 *         before that step.
 *         ALN_STOPPED on a stop request during a run of the program; only aln_sgd_free() may
 *         follow. */
ALN_API enum aln_status aln_sgd_advance(struct aln_sgd *sgd, uint64_t step);

/* The current state (aln_problem_size). A view, computed from the weights on call. */
ALN_API const double *aln_sgd_state(struct aln_sgd *sgd);

/* The turn in force at the current step, with the time at which it began in this run; NULL without turns. One
 * that waits for an event begins at the first step whose state fulfils it. A view. */
ALN_API const struct aln_problem_turn *aln_sgd_turn(const struct aln_sgd *sgd);

/* With p->samples: the error on the fixed set, half the mean square to its noisy labels; else NaN. */
ALN_API double aln_sgd_train(struct aln_sgd *sgd);

#ifdef __cplusplus
}
#endif

#endif

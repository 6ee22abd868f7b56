/* The chain's step of a batch of samples, with momentum, or of inputs with a spectrum:
 *     u <- beta u + sum_b d_b x_b^T/B,    W1 <- (1 - kappa/N) W1 - (eta/sqrt(N)) u,
 * and the read-out and Kolen-Pollack's feedback likewise. The velocity u (K x N) enters by its
 * overlaps with W1, V1 and itself, so that the step is exact in law at finite N. Given the fields of
 * all vectors, the parts of the inputs orthogonal to them are independent of the signals d: their
 * products contribute D^T G D, G a B x B Wishart matrix of N - P degrees of freedom, which has the law
 * of L A A^T L^T with D^T D = L L^T, K x K, and Bartlett's A.
 * Source: Bartlett, Proc. R. Soc. Edinb. 53 (1933) 260. */
#ifndef ALIGNODE_SIMULATE_BATCH_STEP_H
#define ALIGNODE_SIMULATE_BATCH_STEP_H

#include "simulate/draws.h"

struct aln_batch_step; /* the velocity and work space */

/* Given:    p, increment, draws  kept as pointers
 * Returned: *out  yours, aln_batch_step_free(); the velocity is 0
 * Status:   ALN_MEMORY */
enum aln_status aln_batch_step_create(struct aln_batch_step **out, const struct aln_problem *p,
                                      struct aln_increment *increment, struct aln_draws *draws);
void aln_batch_step_free(struct aln_batch_step *b);

/* Given:    now  the state, which the increment was started with
 * Returned: next (aln_problem_size) */
void aln_batch_step(struct aln_batch_step *b, const struct aln_step_rates *rates, const double *now,
                    double *next);

#endif

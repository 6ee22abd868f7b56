/* The microscopic step of online learning on the level of the overlaps: what one sample does to the
 * state, as a function without random numbers of its own.
 *
 * Let C = [[Q, R], [R^T, T]] be the covariance of the fields and L any factor, C = L L^T. For a
 * Gaussian input the coordinates of x along the span of all weight vectors are z ~ N(0, I_P),
 * P = K + M, and the rest of |x|^2 is chi-squared with N - P degrees of freedom, independent of z.
 * So z, that rest and the output noise are all that a step asks of a sample. Its mean over draws
 * is the ode's right-hand side to order 1/N, its draw is the chain.
 * Source: Refinetti et al., ICML 2021, section 2, before the limit N -> infinity. */
#ifndef ALIGNODE_MODEL_INCREMENT_H
#define ALIGNODE_MODEL_INCREMENT_H

#include "model/step_rates.h"

/* What is drawn of one sample. */
struct aln_draw {
    const double *z; /* [M + K] standard normals: along the teacher's vectors, then the student's */
    double rest;     /* the part of |x|^2 beside all of them, chi-squared with N - P degrees */
    const double *noise; /* [O] standard normals of the output noise; not read when sigma = 0 */
};

struct aln_increment; /* work space; one per thread */

/* Given:    p  kept as a pointer, must outlive *out; its T must not change
 * Returned: *out  yours, aln_increment_free()
 * Status:   ALN_MEMORY */
enum aln_status aln_increment_create(struct aln_increment **out, const struct aln_problem *p);
void aln_increment_free(struct aln_increment *inc);

/* The state after the sample.
 * Given:    state (aln_problem_size)
 * Returned: next (likewise), not the same array; may hold NaN or infinity */
void aln_increment_apply(struct aln_increment *inc, const struct aln_step_rates *rates,
                         const double *state, const struct aln_draw *draw, double *next);

#endif

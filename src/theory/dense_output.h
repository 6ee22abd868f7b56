/* The state between the ends of an accepted step, for any stepper.
 *
 * There are three methods. The first two are the cubic through values and slopes at the ends plus
 * x^2 (1-x)^2 times a cubic:
 * - Small steps: the polynomial of degree 7 through values and slopes at the last four accepted
 *   states, which needs no evaluations. Used if it differs from that of degree 5 through three
 *   states by no more than the tolerance; the difference is the error of the worse of the two.
 * - Otherwise, with an explicit stepper: rk8pd with its continuous extension of order 7. The step
 *   itself is used if it was one of rk8pd (four evaluations, and a fifth for the error); if not, or
 *   if the error is above the tolerance, the step is repeated in halves, quarters, ..., as few as
 *   suffice.
 * - With an implicit stepper, whose steps may be far longer than an explicit one could take: bsimp
 *   integrates from the beginning of the step to t.
 * The error of the extension is estimated as a quarter of h times its defect dy/dt - f(y) at
 * x = 0.2, twice what the principal terms of both predict.
 *
 * All of this depends on the accepted steps alone: the state at t has the same bits whatever other
 * times are requested. */
#ifndef ALIGNODE_THEORY_DENSE_OUTPUT_H
#define ALIGNODE_THEORY_DENSE_OUTPUT_H

#include <gsl/gsl_odeiv2.h>

#include "alignode/ode.h"

struct aln_dense_output;

/* Given:    sys       the equations; kept as a pointer. Each evaluation must be reported by
 *                     aln_dense_output_record()
 *           implicit  the stepper is one for stiff equations
 * Returned: *out  yours, aln_dense_output_free(), also after a failure */
enum aln_status aln_dense_output_create(struct aln_dense_output **out, const gsl_odeiv2_system *sys,
                                        bool implicit, double rtol, double atol);
void aln_dense_output_free(struct aln_dense_output *dense);

/* Records an evaluation; called for each of them, in order. */
void aln_dense_output_record(struct aln_dense_output *dense, const double *dydt);

/* The right-hand side changes here: discards the older states. */
void aln_dense_output_restart(struct aln_dense_output *dense);

struct aln_dense_output_step {
    double t0, t1;
    const double *y0, *dydt0, *y1, *dydt1; /* copied */
    bool stages; /* a step of rk8pd, whose evaluations were the last ones recorded */
};
/* Sets the step that aln_dense_output_at() interpolates, until the next call. */
void aln_dense_output_take(struct aln_dense_output *dense,
                           const struct aln_dense_output_step *step);

/* The state at t0 <= t <= t1. The right-hand side must be the one of the step.
 * Returned: y
 * Status:   ALN_NUMERIC when it cannot be interpolated to the tolerance */
enum aln_status aln_dense_output_at(struct aln_dense_output *dense, double t, double *y);

#endif

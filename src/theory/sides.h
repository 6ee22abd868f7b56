/* Rules whose feedback jumps where an entry of W2 changes sign (sign-symmetric).
 *
 * Such a feedback is constant on either side of zero, F_ko = entry(side, F1_ko) with side = -1, 0
 * or 1. While the sides are held fixed the right-hand side is smooth; after each step the sides are
 * looked at again, and if one changed, the step is cut where that happened. An entry that is
 * exactly 0 has side 0 until it moves off; the step in which it does is taken again with its new
 * side, for it was 0 at one instant only. */
#ifndef ALIGNODE_THEORY_SIDES_H
#define ALIGNODE_THEORY_SIDES_H

#include <gsl/gsl_odeiv2.h>

#include "alignode/ode.h"

struct aln_sides;

/* The sides of p->start.
 * Given:    sys  the equations, reading aln_sides_feedback(); kept as a pointer
 * Returned: *out  yours, aln_sides_free() */
enum aln_status aln_sides_create(struct aln_sides **out, const struct aln_problem *p,
                                 const gsl_odeiv2_system *sys, double rtol, double atol);
void aln_sides_free(struct aln_sides *sides);

/* The feedback of the present sides, K x O. A view that follows later changes. */
const double *aln_sides_feedback(const struct aln_sides *sides);

struct aln_sides_step {
    double t0, t1;            /* an accepted step, sides held fixed */
    const double *y0, *dydt0; /* at t0 */
    const double *dydt1;      /* at t1, about */
};
/* Cuts a step where a side first changes.
 * Given:    step; *t, y the state after it
 * Returned: *t, y the state where the integration must restart, with the new sides, if *cut
 * Status:   ALN_NUMERIC when an entry crosses again and again, or the equations could not be
 *           integrated to the crossing */
enum aln_status aln_sides_check(struct aln_sides *sides, const struct aln_sides_step *step,
                                double *t, double *y, bool *cut);

#endif

/* Rules whose feedback jumps where an entry of W2 changes sign (sign-symmetric).
 *
 * Such a feedback depends on the signs of W2 and otherwise smoothly on W2. While the signs, here
 * called sides (-1, 0 or 1), are held fixed the right-hand side is smooth; after each step they are
 * compared with W2, and if one changed, the step is cut where that happened. dW2/dt does not depend
 * on F, so it is continuous across a crossing, and it says to which side an entry at exactly 0 is
 * about to go. An entry that is 0 and does not move keeps side 0. */
#ifndef ALIGNODE_THEORY_CROSSINGS_H
#define ALIGNODE_THEORY_CROSSINGS_H

#include <gsl/gsl_odeiv2.h>

#include "alignode/ode.h"

struct aln_crossings;

/* Given:    sys       the equations, reading aln_crossings_signs(); kept as a pointer
 *           implicit  the stepper is one for stiff equations
 * Returned: *out  yours, aln_crossings_free() */
enum aln_status aln_crossings_create(struct aln_crossings **out, const struct aln_problem *p,
                                     const gsl_odeiv2_system *sys, bool implicit, double rtol,
                                     double atol);
void aln_crossings_free(struct aln_crossings *sides);

/* The signs of W2 in force, O x K. A view that follows later changes. */
const double *aln_crossings_signs(const struct aln_crossings *sides);

/* Is an entry of W2 exactly 0, so that aln_crossings_settle() wants the derivatives? */
bool aln_crossings_at_zero(const struct aln_crossings *sides, const double *y);

/* Sides at a restart: the sign of W2, or where that is 0 of dW2/dt, or where that is 0 as before.
 * Given: y, dydt (size); dydt may be NULL unless aln_crossings_at_zero() */
void aln_crossings_settle(struct aln_crossings *sides, const double *y, const double *dydt);

struct aln_crossings_step {
    double t0, t1;            /* an accepted step, sides held fixed */
    const double *y0, *dydt0; /* at t0 */
    const double *dydt1;      /* at t1, about */
};
/* Cuts a step where a side first changes.
 * Given:    step; *t, y the state after it
 * Returned: *t, y the state where the integration must restart, if *cut; at t0 (an entry that was
 *           0 has found its side) the sides are right already, later aln_crossings_settle() is due
 * Status:   ALN_NUMERIC when an entry crosses again and again, or the equations could not be
 *           integrated to the crossing */
enum aln_status aln_crossings_check(struct aln_crossings *sides,
                                    const struct aln_crossings_step *step, double *t, double *y,
                                    bool *cut);

#endif

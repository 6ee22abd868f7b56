/* Rules whose feedback jumps where an entry of W2 changes sign (sign-symmetric).
 *
 * Such a feedback depends on the signs of W2 and otherwise smoothly on W2. While the signs, here
 * called sides (-1, 0 or 1), are held fixed, the right-hand side is smooth. After each step they
 * are compared with W2; if one has changed, the step is cut at the crossing. dW2/dt does not depend
 * on F, so it is continuous across a crossing and determines to which side an entry at exactly 0
 * moves. An entry that is 0 and does not move keeps side 0. */
#ifndef ALIGNODE_THEORY_CROSSINGS_H
#define ALIGNODE_THEORY_CROSSINGS_H

#include <gsl/gsl_odeiv2.h>

#include "alignode/ode.h"

struct aln_crossings;

/* Given:    sys       the equations, which read aln_crossings_signs(); kept as a pointer
 *           implicit  the stepper is one for stiff equations
 * Returned: *out  yours, aln_crossings_free() */
enum aln_status aln_crossings_create(struct aln_crossings **out, const struct aln_problem *p,
                                     const gsl_odeiv2_system *sys, bool implicit, double rtol,
                                     double atol);
void aln_crossings_free(struct aln_crossings *sides);

/* Uses a stepper for stiff equations from now on.  Status: ALN_MEMORY */
enum aln_status aln_crossings_turn_implicit(struct aln_crossings *sides,
                                            const gsl_odeiv2_system *sys, double rtol, double atol);

/* The signs of W2 in force, O x K; a view that reflects later changes. */
const double *aln_crossings_signs(const struct aln_crossings *sides);

/* Is an entry of W2 exactly 0, so that aln_crossings_settle() needs the derivatives? */
bool aln_crossings_at_zero(const struct aln_crossings *sides, const double *y);

/* Sets the sides at a restart: the sign of W2; where that is 0, of dW2/dt; where both are,
 * unchanged.
 * Given: y, dydt (size); dydt may be NULL unless aln_crossings_at_zero() */
void aln_crossings_settle(struct aln_crossings *sides, const double *y, const double *dydt);

struct aln_crossings_step {
    double t0, t1;            /* an accepted step, sides held fixed */
    const double *y0, *dydt0; /* at t0 */
    const double *dydt1;      /* at t1, approximately */
};
/* Cuts a step where a side first changes.
 * Given:    step; *t, y the state after it
 * Returned: *cut; if true, *t, y are where the integration must restart. At t0 (an entry has moved
 *           off 0) the sides are already set; later, call aln_crossings_settle()
 * Status:   ALN_NUMERIC when an entry crosses repeatedly, or the equations could not be integrated
 *           to the crossing */
enum aln_status aln_crossings_check(struct aln_crossings *sides,
                                    const struct aln_crossings_step *step, double *t, double *y,
                                    bool *cut);

#endif

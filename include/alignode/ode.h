/* The order-parameter ODEs (N -> infinity) and their integration with GSL's steppers.
 * Source: Refinetti et al., ICML 2021, eqs. for R, Q, W2; Saad & Solla 1995; Goldt et al. 2019. */
#ifndef ALIGNODE_ODE_H
#define ALIGNODE_ODE_H

#include <signal.h>

#include "alignode/problem.h"
#include "alignode/stepper.h"

/* Right-hand side. */
struct aln_rhs;

/* Its work space, for one problem.
 * Given:    p  kept as a pointer, must outlive *out
 * Returned: *out  yours, aln_rhs_free(); one per thread (holds work space)
 * Status:   ALN_MEMORY */
enum aln_status aln_rhs_create(struct aln_rhs **out, const struct aln_problem *p);
void aln_rhs_free(struct aln_rhs *rhs);

/* dy/dt at state y, with the rates eta[2].
 * Given:    y (aln_problem_size), F (K x O) the feedback matrix to use, or NULL: the rule's at y
 * Returned: dydt (aln_problem_size)
 * Status:   ALN_NUMERIC, when a derivative is not finite (no sentence set: the stepper may retry)
 */
enum aln_status aln_rhs_eval(struct aln_rhs *rhs, const double eta[2], const double *F,
                             const double *y, double *dydt);

struct aln_ode;
struct aln_ode_options {
    const struct aln_stepper *stepper; /* NULL: rk8pd */
    double rtol, atol;                 /* both > 0 */
    const volatile sig_atomic_t *stop; /* looked at before every step; may be NULL */
};

/* An integration that starts at p->start, t = 0. Puts GSL's error handler off for the process,
 * once: the default one aborts.
 *
 * Given:    p  kept as a pointer, must outlive *out
 * Returned: *out  yours, aln_ode_free(), also after a failure
 * Status:   ALN_MEMORY */
enum aln_status aln_ode_create(struct aln_ode **out, const struct aln_problem *p,
                               const struct aln_ode_options *options);
void aln_ode_free(struct aln_ode *ode);

/* Integrates on to time t (>= the present one). Restarts at schedule times and, for a rule that
 * jumps, where an entry of W2 crosses zero.
 *
 * Status:   ALN_NUMERIC with t and the quantity when the right-hand side is not finite, the step
 *           size falls below round-off, 20000 steps cover less than a thousandth of t or of what is
 *           left (a stiff or divergent problem), or an entry crosses zero again and again; the
 *           state is then the last good one */
enum aln_status aln_ode_advance(struct aln_ode *ode, double t);
double aln_ode_time(const struct aln_ode *ode);
const double *aln_ode_state(const struct aln_ode *ode); /* a view */

/* Work done so far: accepted steps and right-hand-side calls. Either pointer may be NULL. */
void aln_ode_work(const struct aln_ode *ode, uint64_t *steps, uint64_t *calls);

#endif

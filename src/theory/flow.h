/* The state under the equations, as the fluctuations about it see it (alignode/fluctuations.h): its
 * rate and speed, and the steps of GSL that advance it alone and together with them. */
#ifndef ALIGNODE_THEORY_FLOW_H
#define ALIGNODE_THEORY_FLOW_H

#include <gsl/gsl_odeiv2.h>

#include "alignode/ode.h"

struct aln_flow {
    const struct aln_problem *p;
    struct aln_rhs *rhs;
    const double *eta;  /* in force */
    const double *sign; /* O x K, of W2 at the start; NULL: those of the state */
};

enum aln_status aln_flow_rate(const struct aln_flow *flow, const double *y, double *dydt);

/* The natural scales of the state's entries. */
void aln_flow_scales(const struct aln_flow *flow, const double *y, double *scale);

/* How fast the state moves, in natural scales a time.
 * Returned: dydt, scale [size]; infinity if there are no rates */
double aln_flow_speed(const struct aln_flow *flow, const double *y, double *dydt, double *scale);

/* The status returned to GSL: a step that leaves the domain may have been too long. */
int aln_flow_report(enum aln_status status);

/* aln_flow_rate() for GSL.  Given: flow  a struct aln_flow */
int aln_flow_derivative(double t, const double y[], double dydt[], void *flow);

/* A driver whose error is relative: rtol.  Returned: yours, NULL without memory */
gsl_odeiv2_driver *aln_flow_driver(const gsl_odeiv2_system *system,
                                   const gsl_odeiv2_step_type *type, double rtol);

/* One accepted step of a driver, no further than `end`; one that was cut short there does not
 * shorten the next. */
enum aln_status aln_flow_step(gsl_odeiv2_driver *d, double *t, double end, double *y);

/* Raises that the integration ends at t: ALN_STOPPED on a stop request, else ALN_NUMERIC. */
enum aln_status aln_flow_stuck(double t);

#endif

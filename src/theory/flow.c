#include "theory/flow.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"

#define LEAST      0.1 /* a student field's length counts as at least this share of the longest */
#define MOST_STEPS 1000000

enum aln_status aln_flow_rate(const struct aln_flow *flow, const double *y, double *dydt)
{
    return aln_rhs_eval(flow->rhs, flow->eta, flow->sign, y, dydt);
}

void aln_flow_scales(const struct aln_flow *flow, const double *y, double *scale)
{
    aln_state_scales(flow->p, y, LEAST, scale);
}

double aln_flow_speed(const struct aln_flow *flow, const double *y, double *dydt, double *scale)
{
    double most = 0;
    if (aln_flow_rate(flow, y, dydt) != ALN_OK)
        return INFINITY;
    aln_flow_scales(flow, y, scale);
    for (size_t i = 0; i < aln_problem_size(flow->p); i++)
        most = fmax(most, fabs(dydt[i]) / scale[i]);
    return most;
}

int aln_flow_report(enum aln_status status)
{
    return status == ALN_OK ? GSL_SUCCESS : aln_interrupted() ? GSL_EBADFUNC : GSL_EDOM;
}

int aln_flow_derivative(double t, const double y[], double dydt[], void *flow)
{
    (void)t;
    return aln_flow_report(aln_flow_rate(flow, y, dydt));
}

gsl_odeiv2_driver *aln_flow_driver(const gsl_odeiv2_system *system,
                                   const gsl_odeiv2_step_type *type, double rtol)
{
    gsl_odeiv2_driver *d =
        gsl_odeiv2_driver_alloc_standard_new(system, type, 1e-6, 1e-3 * rtol, rtol, 1, 0);
    if (d != NULL)
        memset(d->e->yerr, 0, system->dimension * sizeof(double));
    return d;
}

enum aln_status aln_flow_step(gsl_odeiv2_driver *d, double *t, double end, double *y)
{
    const double h = d->h;
    int failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, d->sys, t, end, &d->h, y);
    for (size_t i = 0; failed == GSL_SUCCESS && i < d->sys->dimension; i++)
        if (!isfinite(y[i]))
            failed = GSL_EDOM;
    if (*t == end)
        d->h = fmax(h, d->h);
    return failed == GSL_SUCCESS && d->e->count <= MOST_STEPS ? ALN_OK : aln_flow_stuck(*t);
}

enum aln_status aln_flow_stuck(double t)
{
    if (aln_interrupted())
        return aln_raise(ALN_STOPPED, "stopped at t = %.9g", t);
    return aln_raise(ALN_NUMERIC,
                     "the fluctuations cannot be integrated beyond t = %.9g; try a "
                     "smaller learning.rate, or ode.fluctuations: false",
                     t);
}

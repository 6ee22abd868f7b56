#include "theory/stiffness.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/ode_limits.h"

#define LIMITED     0.1 /* least length of a step times the fastest rate; msadams is stable to 0.3 */
#define ITERATIONS  16
#define AVERAGED    4      /* the last iterations: complex eigenvalues make them oscillate */
#define FASTER      5.0    /* times as far for the same work */
#define LEAST_WORK  100000 /* evaluations, where two windows took fewer */
#define FIRST_SHARE 10     /* its first step: this many explicit ones */
#define COLLAPSE    1e-4   /* grown to this share of `most` when the steps fall below round-off */

struct aln_stiffness {
    const struct aln_problem *p;
    const gsl_odeiv2_system *sys;
    gsl_odeiv2_system counted; /* sys, within a budget */
    gsl_odeiv2_driver *driver;
    uint64_t budget; /* evaluations left */
    double rtol, atol, most;
    size_t size;
    uint64_t steps, calls; /* of this window; evaluations before it */
    uint64_t work;         /* evaluations of the last whole window */
    double begin, path;
    uint64_t stiff; /* windows in a row */
    double pace;    /* time per evaluation */
    struct aln_stiffness_found found;
    double *scale, *v, *y, *f0, *f; /* [size] */
    double storage[];
};

/* ---- evaluations within a budget ---- */

static int counted_function(double t, const double y[], double dydt[], void *params)
{
    struct aln_stiffness *s = params;
    if (s->budget == 0 || aln_interrupted())
        return GSL_EBADFUNC; /* ends GSL's step at once */
    s->budget--;
    return s->sys->function(t, y, dydt, s->sys->params);
}

static int counted_jacobian(double t, const double y[], double *dfdy, double dfdt[], void *params)
{
    struct aln_stiffness *s = params;
    uint64_t cost = 4 * s->size;
    if (s->budget < cost || aln_interrupted())
        return GSL_EBADFUNC;
    s->budget -= cost;
    return s->sys->jacobian(t, y, dfdy, dfdt, s->sys->params);
}

enum aln_status aln_stiffness_create(struct aln_stiffness **out, const struct aln_problem *p,
                                     const gsl_odeiv2_system *sys, double rtol, double atol,
                                     double most)
{
    size_t size = sys->dimension;
    struct aln_stiffness *s = calloc(1, sizeof *s + 5 * size * sizeof(double));
    *out = s;
    if (s == NULL)
        return aln_raise_memory("%zu equations", size);
    s->p = p;
    s->sys = sys;
    s->counted = (gsl_odeiv2_system){counted_function, counted_jacobian, size, s};
    s->rtol = rtol;
    s->atol = atol;
    s->most = most;
    s->size = size;
    s->scale = s->storage;
    s->v = s->scale + size;
    s->y = s->v + size;
    s->f0 = s->y + size;
    s->f = s->f0 + size;
    return ALN_OK;
}

void aln_stiffness_free(struct aln_stiffness *s)
{
    if (s != NULL && s->driver != NULL)
        gsl_odeiv2_driver_free(s->driver);
    free(s);
}

void aln_stiffness_restart(struct aln_stiffness *s)
{
    s->steps = s->stiff = 0;
}

struct aln_stiffness_found aln_stiffness_found(const struct aln_stiffness *s)
{
    return s->found;
}

/* ---- the fastest rate ---- */

/* v / |v| in units of the scales.  Returned: |v| */
static double normalise(const struct aln_stiffness *s, double *v)
{
    double sum = 0;
    for (size_t i = 0; i < s->size; i++)
        sum += v[i] / s->scale[i] * (v[i] / s->scale[i]);
    for (size_t i = 0; i < s->size && sum > 0; i++)
        v[i] /= sqrt(sum);
    return sqrt(sum);
}

/* v <- J v at y, where the right-hand side is f0.  Returned: |J v|; NaN: not finite */
static double apply_jacobian(struct aln_stiffness *s, const double *y)
{
    for (size_t i = 0; i < s->size; i++)
        s->y[i] = y[i] + ALN_STIFF_NUDGE * s->v[i];
    if (s->sys->function(0, s->y, s->f, s->sys->params) != GSL_SUCCESS)
        return NAN;
    for (size_t i = 0; i < s->size; i++)
        s->v[i] = (s->f[i] - s->f0[i]) / ALN_STIFF_NUDGE;
    return normalise(s, s->v);
}

/* |largest eigenvalue| of the Jacobian at y, roughly; NaN: unknown. */
static double fastest_rate(struct aln_stiffness *s, const double *y)
{
    double log_rate = 0;
    if (s->sys->function(0, y, s->f0, s->sys->params) != GSL_SUCCESS)
        return NAN;
    for (size_t i = 0; i < s->size; i++)
        s->v[i] = s->scale[i] * (1 + 0.5 * sin((double)i + 1)); /* in no direction in particular */
    normalise(s, s->v);
    for (int n = 0; n < ITERATIONS; n++) {
        double rate = apply_jacobian(s, y);
        if (n >= ITERATIONS - AVERAGED)
            log_rate += log(rate) / AVERAGED;
    }
    return exp(log_rate);
}

/* ---- windows ---- */

/* How far a step moves the state, in units of the scales. */
static double moved(const struct aln_stiffness *s, const double *y0, const double *y1)
{
    double most = 0;
    for (size_t i = 0; i < s->size; i++)
        most = fmax(most, fabs(y1[i] - y0[i]) / s->scale[i]);
    return most;
}

/* The window ends at t: was it stiff? */
static bool is_stiff(struct aln_stiffness *s, double t, const double *y)
{
    double way = t - s->begin;
    if (!(s->path <= ALN_STIFF_STILL && way > 0))
        return false;
    double rate = fastest_rate(s, y), step = way / ALN_STIFF_WINDOW;
    if (!(rate * step >= LIMITED))
        return false;
    double since = s->stiff > 0 ? s->found.since : s->begin;
    s->found = (struct aln_stiffness_found){since, rate, step, way / s->path};
    return true;
}

static void begin_window(struct aln_stiffness *s, double t, const double *y, uint64_t calls)
{
    s->begin = t;
    s->calls = calls;
    s->path = 0;
    aln_state_scales(s->p, y, ALN_STIFF_NUDGE, s->scale);
}

bool aln_stiffness_step(struct aln_stiffness *s, double t0, const double *y0, double t1,
                        const double *y1, uint64_t calls)
{
    if (s->steps == 0)
        begin_window(s, t0, y0, calls);
    s->path += moved(s, y0, y1);
    if (++s->steps < ALN_STIFF_WINDOW)
        return false;
    s->steps = 0;
    s->work = calls - s->calls;
    s->pace = (t1 - s->begin) / (double)s->work;
    s->stiff = is_stiff(s, t1, y1) ? s->stiff + 1 : 0;
    return s->stiff >= 2;
}

/* ---- ahead ---- */

static struct aln_ahead_found look(const struct aln_stiffness *s, double t, const double *y)
{
    struct aln_ahead_found found = {ALN_AHEAD_SLOW, t, 0, y[0]};
    for (size_t i = 1; i < s->size; i++)
        if (fabs(y[i]) > fabs(found.value) || isnan(y[i])) {
            found.entry = i;
            found.value = y[i];
        }
    return found;
}

struct aln_ahead_found aln_stiffness_look_ahead(struct aln_stiffness *s, double t, const double *y,
                                                double end)
{
    struct aln_ahead_found found = look(s, t, y);
    if (s->driver == NULL)
        s->driver = gsl_odeiv2_driver_alloc_standard_new(&s->counted, gsl_odeiv2_step_bsimp, 1,
                                                         s->atol, s->rtol, 1, 0);
    if (s->driver == NULL)
        return found; /* no memory: not known to be faster */
    gsl_odeiv2_driver *d = s->driver;
    gsl_odeiv2_driver_reset(d);
    uint64_t budget = 2 * s->work > LEAST_WORK ? 2 * s->work : LEAST_WORK;
    double now = t, h = FIRST_SHARE * s->found.step;
    if (!(h > 0))
        h = 1e-6;
    int failed = GSL_SUCCESS;
    s->budget = budget;
    memcpy(s->y, y, s->size * sizeof *y);
    while (failed == GSL_SUCCESS && now < end && fabs(found.value) <= s->most) {
        failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, &s->counted, &now, end, &h, s->y);
        if (failed == GSL_SUCCESS)
            found = look(s, now, s->y);
    }
    double work = (double)(budget - s->budget) + 1;
    if (aln_interrupted())
        found.outcome = ALN_AHEAD_SLOW;
    else if (!(fabs(found.value) <= s->most) ||
             (failed != GSL_SUCCESS && s->budget > 0 && fabs(found.value) > COLLAPSE * s->most))
        found.outcome = ALN_AHEAD_DIVERGES;
    else if ((found.t - t) / work >= FASTER * s->pace && found.t > t)
        found.outcome = ALN_AHEAD_FASTER;
    return found;
}

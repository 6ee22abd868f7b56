/* Integration of the order-parameter equations: GSL's steppers, step by step, so that every
 * accepted state is looked at. GSL's own driver would return NaN as a success and knows no events.
 */
#include "alignode/ode.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "sides.h"

#define FIRST_STEP  1e-6
#define STALL_STEPS 20000 /* so many accepted steps ... */
#define STALL_SHARE 1e-3  /* ... must cover this share of t, and of what is left of this call */

struct aln_ode {
    const struct aln_problem *p;
    struct aln_rhs *rhs;
    struct aln_sides *sides; /* NULL unless the rule jumps */
    gsl_odeiv2_system sys;
    gsl_odeiv2_driver *driver;
    double rtol, atol;
    const double *eta; /* [2], the rates in force */
    size_t size;
    double t, h;
    bool restart;          /* the right-hand side is another one from here on */
    uint64_t steps, calls; /* work done */
    uint64_t mark_steps;   /* the last look at the progress */
    double mark_t;
    size_t bad;         /* the entry whose derivative was not finite */
    double *y, *before; /* size each: the state, the state before the step */
    double storage[];
};

static once_flag handler_once = ONCE_FLAG_INIT;

/* GSL's default handler aborts the process. All of GSL that is called here reports by its return
 * value as well. The handler is one for the process, so it is put off once and for all. */
static void handler_off(void)
{
    gsl_set_error_handler_off();
}

/* For GSL. A derivative that is not finite is no verdict yet: the step may have been too long. */
static int derivative(double t, const double y[], double dydt[], void *params)
{
    struct aln_ode *ode = params;
    (void)t;
    ode->calls++;
    const double *F = ode->sides != NULL ? aln_sides_feedback(ode->sides) : NULL;
    if (aln_rhs_eval(ode->rhs, ode->eta, F, y, dydt) == ALN_OK)
        return GSL_SUCCESS;
    ode->bad = 0;
    while (isfinite(y[ode->bad]) && isfinite(dydt[ode->bad]))
        ode->bad++;
    return GSL_EDOM;
}

enum aln_status aln_ode_create(struct aln_ode **out, const struct aln_problem *p,
                               const struct aln_ode_options *options)
{
    size_t size = aln_problem_size(p);
    call_once(&handler_once, handler_off);
    struct aln_ode *ode = calloc(1, sizeof *ode + 2 * size * sizeof(double));
    *out = ode;
    if (ode == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu equations", size);
    ode->p = p;
    ode->rtol = options->rtol;
    ode->atol = options->atol;
    ode->eta = aln_problem_rates(p, 0);
    ode->size = size;
    ode->h = FIRST_STEP;
    ode->y = ode->storage;
    ode->before = ode->y + size;
    memcpy(ode->y, p->start, size * sizeof *ode->y);
    ode->sys = (gsl_odeiv2_system){.function = derivative, .dimension = size, .params = ode};
    const gsl_odeiv2_step_type *type =
        options->stepper != NULL ? *options->stepper->type : gsl_odeiv2_step_rk8pd;
    ode->driver = gsl_odeiv2_driver_alloc_standard_new(&ode->sys, type, FIRST_STEP, ode->atol,
                                                       ode->rtol, 1, 0);
    if (ode->driver == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu equations", size);
    memset(ode->driver->e->yerr, 0, size * sizeof(double)); /* GSL leaves it as allocated */
    enum aln_status status = aln_rhs_create(&ode->rhs, p);
    if (status == ALN_OK && p->rule->jumps)
        status = aln_sides_create(&ode->sides, p, &ode->sys, ode->rtol, ode->atol);
    return status;
}

void aln_ode_free(struct aln_ode *ode)
{
    if (ode == NULL)
        return;
    aln_sides_free(ode->sides);
    aln_rhs_free(ode->rhs);
    if (ode->driver != NULL)
        gsl_odeiv2_driver_free(ode->driver);
    free(ode);
}

/* ---- when it cannot go on ---- */

/* The column of a recorded row that shows entry i of the state, for sentences. */
static const char *name_entry(const struct aln_ode *ode, size_t i, char name[32])
{
    /* eg stands before the state, cos(W2, F1) before a feedback that learns */
    aln_problem_column(ode->p, i < aln_problem_at_F(ode->p) ? 1 + i : 2 + i, name);
    return name;
}

static enum aln_status raise_not_finite(const struct aln_ode *ode)
{
    char name[32];
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: from there the derivative of %s is not "
                     "finite; try a smaller learning.rate",
                     ode->t, name_entry(ode, ode->bad, name));
}

/* The step became too short; its worst error says in which quantity. */
static enum aln_status raise_too_short(const struct aln_ode *ode)
{
    const double *error = ode->driver->e->yerr;
    size_t worst = 0;
    double most = -1;
    for (size_t i = 0; i < ode->size; i++) {
        double ratio = fabs(error[i]) / (ode->atol + ode->rtol * fabs(ode->y[i]));
        if (!(ratio <= most)) {
            most = ratio;
            worst = i;
        }
    }
    char name[32];
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: %s changes so fast that the step size "
                     "fell below round-off; try a smaller learning.rate or a larger ode.rtol",
                     ode->t, name_entry(ode, worst, name));
}

/* Steps that get nowhere. */
static enum aln_status check_progress(struct aln_ode *ode, double stop)
{
    if (ode->steps - ode->mark_steps < STALL_STEPS)
        return ALN_OK;
    double way = ode->t - ode->mark_t;
    if (way < STALL_SHARE * fmax(ode->t, stop - ode->t)) {
        size_t fastest = 0;
        for (size_t i = 1; i < ode->size; i++)
            if (fabs(ode->y[i] - ode->before[i]) > fabs(ode->y[fastest] - ode->before[fastest]))
                fastest = i;
        char name[32];
        return aln_raise(ALN_NUMERIC,
                         "the integration stalled at t = %.9g: %d steps covered %.3g, with %s "
                         "changing fastest; try a smaller learning.rate or a larger ode.rtol",
                         ode->t, STALL_STEPS, way, name_entry(ode, fastest, name));
    }
    ode->mark_t = ode->t;
    ode->mark_steps = ode->steps;
    return ALN_OK;
}

/* ---- stepping ---- */

/* One accepted step, at most to stop. */
static enum aln_status step(struct aln_ode *ode, double stop)
{
    gsl_odeiv2_driver *d = ode->driver;
    enum aln_status status = ALN_OK;
    if (ode->restart)
        gsl_odeiv2_driver_reset(d);
    ode->restart = false;
    double t0 = ode->t, t = t0, left = stop - t0, h = ode->h;
    if (h >= left)
        h = nextafter(h, INFINITY); /* GSL lands on stop exactly when h > left only */
    else if (h > left / 2)
        h = left / 2; /* two equal steps rather than a sliver at the end */
    memcpy(ode->before, ode->y, ode->size * sizeof *ode->y);
    int failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, &ode->sys, &t, stop, &h, ode->y);
    for (size_t i = 0; failed == GSL_SUCCESS && i < ode->size; i++) {
        if (!isfinite(ode->y[i])) {
            failed = GSL_EDOM;
            ode->bad = i;
        }
    }
    bool cut = false;
    if (failed == GSL_SUCCESS && ode->sides != NULL) {
        const struct aln_sides_step taken = {t0, t, ode->before, d->e->dydt_in, d->e->dydt_out};
        status = aln_sides_check(ode->sides, &taken, &t, ode->y, &cut);
    } else if (failed == GSL_EDOM) {
        status = raise_not_finite(ode);
    } else if (failed != GSL_SUCCESS) {
        status = raise_too_short(ode);
    }
    if (status != ALN_OK || cut)
        ode->restart = true;
    if (status != ALN_OK) {
        memcpy(ode->y, ode->before, ode->size * sizeof *ode->y);
        return status;
    }
    ode->steps++;
    ode->h = h;
    ode->t = t;
    return check_progress(ode, stop);
}

enum aln_status aln_ode_advance(struct aln_ode *ode, double t)
{
    assert(t >= ode->t);
    while (ode->t < t) {
        double change = aln_problem_next_change(ode->p, ode->t);
        enum aln_status status = step(ode, fmin(t, change));
        if (status != ALN_OK)
            return status;
        if (ode->t == change) {
            ode->eta = aln_problem_rates(ode->p, ode->t);
            ode->restart = true;
        }
    }
    return ALN_OK;
}

double aln_ode_time(const struct aln_ode *ode)
{
    return ode->t;
}

const double *aln_ode_state(const struct aln_ode *ode)
{
    return ode->y;
}

void aln_ode_work(const struct aln_ode *ode, uint64_t *steps, uint64_t *calls)
{
    if (steps != NULL)
        *steps = ode->steps;
    if (calls != NULL)
        *calls = ode->calls;
}

/* Integrates the order-parameter equations with GSL's steppers, one step at a time so that every
 * accepted state is checked. GSL's own driver would return NaN as a success and has no events. */
#include "alignode/ode.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/ode_limits.h"
#include "theory/cone.h"
#include "theory/crossings.h"
#include "theory/dense_output.h"
#include "theory/due_turns.h"
#include "theory/finite_data.h"
#include "theory/stiffness.h"

#define STIFF_STEPS 20000 /* a stiff run that needs no more continues without a word */

struct aln_ode {
    const struct aln_problem *p;  /* of `data` with a fixed set of samples, of `due` with turns */
    struct aln_finite_data *data; /* or NULL */
    struct aln_due_turns *due;    /* or NULL */
    struct aln_problem now;       /* in the turn of the last step */
    double *outer;                /* its state as that of the problem with samples */
    struct aln_rhs *rhs;
    struct aln_crossings *sides; /* NULL unless the rule jumps */
    struct aln_dense_output *dense;
    struct aln_watch *watch;
    struct aln_stiffness *stiffness;
    gsl_odeiv2_system sys;
    gsl_odeiv2_system aside; /* the same, outside the steps */
    gsl_odeiv2_driver *driver;
    bool stages; /* the stepper is rk8pd */
    bool implicit;
    bool switches;      /* to an implicit stepper, where the equations are stiff */
    bool switch_due;    /* before the next step */
    double switched;    /* when it did; NaN: never */
    uint64_t look_next; /* steps before the next look ahead */
    double rtol, atol;
    struct aln_cone cone;
    uint64_t max_steps;
    double horizon;
    const double *eta;                               /* [2], the rates in force */
    const struct aln_problem_turn *turn;             /* in force; NULL without turns */
    const volatile sig_atomic_t *stop;               /* stop request, or NULL */
    void (*notice)(void *context, const char *line); /* NULL: none, or given already */
    void *notice_context;
    const double *sign; /* O x K, the signs of W2 in force; NULL unless the rule jumps */
    size_t size;
    double front, h;       /* time that the stepper has reached, its next step */
    double begin;          /* start of the last accepted step; front is its end */
    double t;              /* last requested time: begin < t <= front, or all 0 */
    bool fresh;            /* the right-hand side of the last step differs from the one before */
    bool restart;          /* the right-hand side changes at front */
    bool settle;           /* ... and sides at zero may have changed */
    uint64_t steps, calls; /* work done */
    uint64_t mark_steps;   /* at the last check of the progress */
    double mark_t;
    size_t bad;                          /* the entry whose derivative was not finite */
    double *y, *front_y, *before, *dydt; /* size each: at t, front and begin; scratch */
    double *last_sign;                   /* O x K, the signs during the last step */
    double storage[];
};

static once_flag handler_once = ONCE_FLAG_INIT;

/* GSL's default handler aborts the process. All GSL functions called here also report errors by
 * their return value. The handler is global, so it is switched off once. */
static void handler_off(void)
{
    gsl_set_error_handler_off();
}

/* Status for GSL of an evaluation that failed: a stop request ends the step at once. */
static int failed_evaluation(void)
{
    return aln_interrupted() ? GSL_EBADFUNC : GSL_EDOM;
}

/* For GSL. A derivative that is not finite is no failure yet: the step may have been too long. */
static int derivative_aside(double t, const double y[], double dydt[], void *params)
{
    struct aln_ode *ode = params;
    (void)t;
    ode->calls++;
    if (aln_rhs_eval(ode->rhs, ode->eta, ode->sign, y, dydt) == ALN_OK)
        return GSL_SUCCESS;
    ode->bad = 0;
    while (ode->bad + 1 < ode->size && isfinite(y[ode->bad]) && isfinite(dydt[ode->bad]))
        ode->bad++;
    return failed_evaluation();
}

/* For the steps: also records it for the states between them. */
static int derivative(double t, const double y[], double dydt[], void *params)
{
    struct aln_ode *ode = params;
    int failed = derivative_aside(t, y, dydt, params);
    if (failed == GSL_SUCCESS)
        aln_dense_output_record(ode->dense, dydt);
    return failed;
}

/* For GSL's implicit steppers. */
static int jacobian(double t, const double y[], double *dfdy, double dfdt[], void *params)
{
    struct aln_ode *ode = params;
    (void)t;
    ode->calls += 4 * ode->size;
    memset(dfdt, 0, ode->size * sizeof *dfdt);
    if (aln_rhs_jacobian(ode->rhs, ode->eta, ode->sign, y, dfdy) == ALN_OK)
        return GSL_SUCCESS;
    ode->bad = 0;
    while (ode->bad + 1 < ode->size && isfinite(y[ode->bad]))
        ode->bad++;
    return failed_evaluation();
}

struct aln_ode_options aln_ode_defaults(void)
{
    return (struct aln_ode_options){.stepper = aln_stepper_find("rk8pd"),
                                    .rtol = 1e-9,
                                    .atol = 1e-12,
                                    .max_steps = ALN_ODE_MAX_STEPS};
}

static enum aln_status check_options(const struct aln_problem *p,
                                     const struct aln_ode_options *options)
{
    enum aln_status status = aln_problem_check(p);
    if (status == ALN_OK && !(options->rtol > 0 && options->atol > 0))
        status = aln_raise(ALN_USAGE, "ode: expected rtol and atol > 0, got %g and %g",
                           options->rtol, options->atol);
    return status;
}

enum aln_status aln_ode_create(struct aln_ode **out, const struct aln_problem *p,
                               const struct aln_ode_options *options)
{
    *out = NULL;
    struct aln_finite_data *data = NULL;
    enum aln_status status = check_options(p, options);
    if (status == ALN_OK && p->samples > 0)
        status =
            aln_finite_data_create(&data, p, options->order > 0 ? options->order : ALN_ODE_ORDER);
    if (status != ALN_OK)
        return status;
    const size_t outer = aln_problem_size(p);
    if (data != NULL)
        p = aln_finite_data_problem(data);
    size_t size = aln_problem_size(p), P = p->K + p->M;
    call_once(&handler_once, handler_off);
    struct aln_ode *ode =
        calloc(1, sizeof *ode + (4 * size + p->K * p->O + P * P + outer) * sizeof(double));
    *out = ode;
    if (ode == NULL) {
        aln_finite_data_free(data);
        return aln_raise_memory("%zu equations", size);
    }
    ode->data = data;
    if (p->turn_count > 0 && (status = aln_due_turns_create(&ode->due, p)) != ALN_OK)
        return status;
    ode->p = p = ode->due != NULL ? aln_due_turns_problem(ode->due) : p;
    ode->now = aln_problem_at(p, 0);
    ode->rtol = options->rtol;
    ode->atol = options->atol;
    ode->max_steps = options->max_steps != 0 ? options->max_steps : ALN_ODE_MAX_STEPS;
    ode->horizon = options->horizon;
    ode->stop = options->stop;
    ode->notice = options->notice;
    ode->notice_context = options->notice_context;
    ode->eta = aln_problem_rates(p, 0);
    ode->turn = aln_problem_turn_at(p, 0);
    ode->size = size;
    ode->h = ALN_ODE_FIRST_STEP;
    ode->restart = ode->settle = true;
    ode->y = ode->storage;
    ode->front_y = ode->y + size;
    ode->before = ode->front_y + size;
    ode->dydt = ode->before + size;
    ode->last_sign = ode->dydt + size;
    double *C = ode->last_sign + p->K * p->O;
    ode->outer = C + P * P;
    memcpy(ode->y, p->start, size * sizeof *ode->y);
    memcpy(ode->front_y, p->start, size * sizeof *ode->y);
    memcpy(ode->before, p->start, size * sizeof *ode->y);
    ode->cone = aln_cone_around(p, ode->rtol, C);
    ode->sys = (gsl_odeiv2_system){derivative, jacobian, size, ode};
    ode->aside = (gsl_odeiv2_system){derivative_aside, jacobian, size, ode};
    ode->switched = NAN;
    ode->switches = options->stepper != NULL && options->stepper->switches;
    const gsl_odeiv2_step_type *type =
        options->stepper != NULL ? *options->stepper->type : gsl_odeiv2_step_rk8pd;
    ode->implicit = options->stepper != NULL && options->stepper->implicit;
    ode->stages = type == gsl_odeiv2_step_rk8pd;
    ode->driver = gsl_odeiv2_driver_alloc_standard_new(&ode->sys, type, ALN_ODE_FIRST_STEP,
                                                       ode->atol, ode->rtol, 1, 0);
    if (ode->driver == NULL)
        return aln_raise_memory("%zu equations", size);
    memset(ode->driver->e->yerr, 0, size * sizeof(double)); /* GSL leaves it uninitialised */
    status = aln_rhs_create(&ode->rhs, p);
    if (status == ALN_OK)
        status =
            aln_dense_output_create(&ode->dense, &ode->sys, ode->implicit, ode->rtol, ode->atol);
    if (status == ALN_OK)
        status = aln_watch_create(&ode->watch, &ode->now);
    if (status == ALN_OK)
        status = aln_stiffness_create(&ode->stiffness, p, &ode->aside, ode->rtol, ode->atol,
                                      ode->cone.most);
    if (status == ALN_OK && p->rule->jumps)
        status =
            aln_crossings_create(&ode->sides, p, &ode->sys, ode->implicit, ode->rtol, ode->atol);
    if (ode->sides != NULL)
        ode->sign = aln_crossings_signs(ode->sides);
    return status;
}

void aln_ode_free(struct aln_ode *ode)
{
    if (ode == NULL)
        return;
    aln_crossings_free(ode->sides);
    aln_watch_free(ode->watch);
    aln_stiffness_free(ode->stiffness);
    aln_dense_output_free(ode->dense);
    aln_rhs_free(ode->rhs);
    aln_finite_data_free(ode->data);
    aln_due_turns_free(ode->due);
    if (ode->driver != NULL)
        gsl_odeiv2_driver_free(ode->driver);
    free(ode);
}

/* ---- failures ---- */

/* The column name of entry i of the state, for messages. */
static const char *name_entry(const struct aln_ode *ode, size_t i, char name[32])
{
    aln_state_name(ode->p, i, name);
    return name;
}

static enum aln_status raise_not_finite(const struct aln_ode *ode)
{
    const struct aln_problem *p = ode->p;
    const struct aln_layout layout = aln_state_layout(p);
    char name[32];
    for (size_t k = 0; k < p->K; k++)
        if (aln_span_total(&layout.part[ALN_Q], ode->front_y, aln_state_entry(p, ALN_Q, k, k)) == 0)
            return aln_raise(ALN_NUMERIC,
                             "the integration stopped at t = %.9g: unit %zu has no weights (%s = "
                             "0), where the averages of activation %s are undefined; every unit "
                             "needs a non-zero weight vector",
                             ode->front, k + 1,
                             name_entry(ode, aln_state_entry(p, ALN_Q, k, k), name),
                             p->activation->id.name);
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: the derivative of %s is no longer "
                     "finite; try a smaller learning.rate",
                     ode->front, name_entry(ode, ode->bad, name));
}

static enum aln_status raise_diverges(const struct aln_ode *ode,
                                      const struct aln_ahead_found *ahead)
{
    char name[32];
    return aln_raise(ALN_NUMERIC,
                     "the run diverges at t = %.9g: %s grows beyond %.3g there (the integration "
                     "stopped at t = %.9g, and ode.stepper bsimp looked ahead); try a smaller "
                     "learning.rate",
                     ahead->t, name_entry(ode, ahead->entry, name), ahead->value, ode->front);
}

static struct aln_ahead_found look_ahead(struct aln_ode *ode)
{
    return aln_stiffness_look_ahead(ode->stiffness, ode->front, ode->front_y,
                                    aln_problem_next_change(ode->p, ode->front));
}

/* The step became too short: names the entry with the largest error. */
static enum aln_status raise_too_short(struct aln_ode *ode)
{
    const struct aln_ahead_found ahead = look_ahead(ode);
    if (ahead.outcome == ALN_AHEAD_DIVERGES)
        return raise_diverges(ode, &ahead);
    const double *error = ode->driver->e->yerr;
    size_t worst = 0;
    double most = -1;
    for (size_t i = 0; i < ode->size; i++) {
        double ratio = fabs(error[i]) / (ode->atol + ode->rtol * fabs(ode->front_y[i]));
        if (!(ratio <= most)) {
            most = ratio;
            worst = i;
        }
    }
    char name[32];
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: %s changes so fast that the step size "
                     "fell below round-off; try a smaller learning.rate or a larger ode.rtol",
                     ode->front, name_entry(ode, worst, name));
}

static enum aln_status raise_too_slow(struct aln_ode *ode, uint64_t steps, double way, double end)
{
    const struct aln_ahead_found ahead = look_ahead(ode);
    if (ahead.outcome == ALN_AHEAD_DIVERGES && ahead.t <= end)
        return raise_diverges(ode, &ahead);
    size_t fastest = 0;
    for (size_t i = 1; i < ode->size; i++)
        if (fabs(ode->front_y[i] - ode->before[i]) >
            fabs(ode->front_y[fastest] - ode->before[fastest]))
            fastest = i;
    char name[32];
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: its last %" PRIu64 " step%s advanced "
                     "t by %.3g, with %s changing fastest; at this pace it would take more than "
                     "ode.max_steps, %" PRIu64 "; try %sa smaller learning.rate or a larger "
                     "ode.max_steps",
                     ode->front, steps, steps == 1 ? "" : "s", way, name_entry(ode, fastest, name),
                     ode->max_steps,
                     ode->implicit ? "" : "ode.stepper bsimp, for stiff equations, ");
}

/* Whether the rates or the task at front are no longer those in force. */
static bool has_changed(const struct aln_ode *ode)
{
    return aln_problem_rates(ode->p, ode->front) != ode->eta ||
           aln_problem_turn_at(ode->p, ode->front) != ode->turn;
}

/* Will it reach time t and the horizon within max_steps? Looks no further than the next change of
 * the rates or the task, which also changes the pace. */
static enum aln_status check_progress(struct aln_ode *ode, double t)
{
    uint64_t steps = ode->steps - ode->mark_steps;
    if ((steps < ALN_ODE_PACE_STEPS && ode->steps < ode->max_steps) || has_changed(ode))
        return ALN_OK;
    double way = ode->front - ode->mark_t,
           left = fmin(fmax(t, ode->horizon), aln_problem_next_change(ode->p, ode->front)) -
                  ode->front;
    if (left > 0 && way * ((double)ode->max_steps - (double)ode->steps) < left * (double)steps)
        return raise_too_slow(ode, steps, way, ode->front + left);
    ode->mark_t = ode->front;
    ode->mark_steps = ode->steps;
    return ALN_OK;
}

/* What is known of the stiffness and what helps.  Returned: out[512] */
static const char *describe_stiffness(const struct aln_ode *ode, double end, double needed,
                                      char out[512])
{
    const struct aln_stiffness_found found = aln_stiffness_found(ode->stiffness);
    snprintf(
        out, 512,
        "the equations have been stiff since t = %.3g: their fastest rate, %.3g, limits the "
        "steps to %.3g, while the solution changes over %.3g; to reach t = %.9g takes %.2g more "
        "steps; try --set ode.stepper=bsimp (or msbdf, or auto)",
        found.since, found.rate, found.step, found.scale, end, needed);
    return out;
}

static enum aln_status raise_stiff(const struct aln_ode *ode, double end, double needed)
{
    char text[512];
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: %s, or an ode.max_steps above %.2g to "
                     "continue regardless",
                     ode->front, describe_stiffness(ode, end, needed, text),
                     1.1 * ((double)ode->steps + needed)); /* above it also as it is rounded here */
}

/* The run can afford it: says so once. */
static void notice_stiff(struct aln_ode *ode, double end, double needed)
{
    char text[512];
    if (ode->notice != NULL)
        ode->notice(ode->notice_context, describe_stiffness(ode, end, needed, text));
    ode->notice = NULL;
}

/* Looks ahead where the last steps were stiff, each time after twice as many steps. */
static enum aln_status check_stiffness(struct aln_ode *ode, double t)
{
    if (ode->implicit || !aln_stiffness_step(ode->stiffness, ode->begin, ode->before, ode->front,
                                             ode->front_y, ode->calls))
        return ALN_OK;
    double end = fmin(fmax(t, ode->horizon), aln_problem_next_change(ode->p, ode->front));
    double needed = (end - ode->front) / aln_stiffness_found(ode->stiffness).step;
    double left = (double)ode->max_steps - (double)ode->steps;
    if ((!ode->switches && needed <= fmin(STIFF_STEPS, left)) || ode->steps < ode->look_next)
        return ALN_OK;
    ode->look_next = 2 * ode->steps;
    const struct aln_ahead_found ahead = look_ahead(ode);
    if (ahead.outcome == ALN_AHEAD_SLOW)
        return ALN_OK;
    ode->switch_due = ode->switches;
    if (ode->switches)
        return ALN_OK;
    if (ahead.outcome == ALN_AHEAD_DIVERGES && ahead.t <= end)
        return raise_diverges(ode, &ahead);
    if (needed > left)
        return raise_stiff(ode, end, needed);
    notice_stiff(ode, end, needed);
    return ALN_OK;
}

/* ---- stepping ---- */

/* Goes on with an implicit stepper. The states between the steps so far are no longer available. */
static enum aln_status switch_stepper(struct aln_ode *ode)
{
    gsl_odeiv2_driver *driver = gsl_odeiv2_driver_alloc_standard_new(
        &ode->sys, gsl_odeiv2_step_bsimp, ALN_ODE_FIRST_STEP, ode->atol, ode->rtol, 1, 0);
    if (driver == NULL)
        return aln_raise_memory("%zu equations", ode->size);
    gsl_odeiv2_driver_free(ode->driver);
    ode->driver = driver;
    memset(driver->e->yerr, 0, ode->size * sizeof(double));
    aln_dense_output_free(ode->dense);
    enum aln_status status =
        aln_dense_output_create(&ode->dense, &ode->sys, true, ode->rtol, ode->atol);
    if (status == ALN_OK && ode->sides != NULL)
        status = aln_crossings_turn_implicit(ode->sides, &ode->sys, ode->rtol, ode->atol);
    ode->implicit = true;
    ode->stages = ode->switch_due = false;
    ode->switched = ode->front;
    ode->restart = true;
    return status;
}

/* Switches to the right-hand side that holds from front on. */
static enum aln_status restart(struct aln_ode *ode)
{
    if (has_changed(ode)) {
        ode->mark_t = ode->front;
        ode->mark_steps = ode->steps;
        aln_stiffness_restart(ode->stiffness);
    }
    ode->eta = aln_problem_rates(ode->p, ode->front);
    ode->turn = aln_problem_turn_at(ode->p, ode->front);
    ode->now = aln_problem_in_turn(ode->p, ode->turn);
    aln_rhs_turn(ode->rhs, ode->turn);
    gsl_odeiv2_driver_reset(ode->driver);
    aln_dense_output_restart(ode->dense);
    if (ode->sides != NULL && ode->settle) {
        if (aln_crossings_at_zero(ode->sides, ode->front_y) &&
            derivative(ode->front, ode->front_y, ode->dydt, ode) != GSL_SUCCESS)
            return raise_not_finite(ode);
        aln_crossings_settle(ode->sides, ode->front_y, ode->dydt);
    }
    ode->restart = ode->settle = false;
    ode->fresh = true;
    return ALN_OK;
}

static enum aln_status raise_stopped(const struct aln_ode *ode)
{
    return aln_raise(ALN_STOPPED, "stopped at t = %.9g", ode->front);
}

/* One accepted step, at most to the next change of the rates or the task. */
static enum aln_status step(struct aln_ode *ode)
{
    size_t bytes = ode->size * sizeof *ode->y;
    enum aln_status status = ALN_OK;
    ode->fresh = false;
    if (ode->switch_due && (status = switch_stepper(ode)) != ALN_OK)
        return status;
    if (ode->restart && (status = restart(ode)) != ALN_OK)
        return status;
    gsl_odeiv2_driver *d = ode->driver;
    double stop = aln_problem_next_change(ode->p, ode->front);
    double t0 = ode->front, t = t0, left = stop - t0, h = ode->h;
    if (h >= left)
        h = nextafter(h, INFINITY); /* GSL lands on stop exactly only if h > left */
    else if (h > left / 2)
        h = left / 2; /* two equal steps rather than a sliver at the end */
    memcpy(ode->before, ode->front_y, bytes);
    int failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, &ode->sys, &t, stop, &h, ode->front_y);
    for (size_t i = 0; failed == GSL_SUCCESS && i < ode->size; i++) {
        if (!isfinite(ode->front_y[i])) {
            failed = GSL_EDOM;
            ode->bad = i;
        }
    }
    bool cut = false;
    if (failed == GSL_SUCCESS) {
        struct aln_dense_output_step whole = {
            t0, t, ode->before, d->e->dydt_in, ode->front_y, d->e->dydt_out, ode->stages};
        aln_dense_output_take(ode->dense, &whole);
        if (ode->sides != NULL) {
            const struct aln_crossings_step taken = {t0, t, ode->before, d->e->dydt_in,
                                                     d->e->dydt_out};
            memcpy(ode->last_sign, ode->sign, ode->p->K * ode->p->O * sizeof *ode->sign);
            status = aln_crossings_check(ode->sides, &taken, &t, ode->front_y, &cut);
        }
    } else {
        memcpy(ode->front_y, ode->before, bytes);
        status = failed == GSL_EBADFUNC ? raise_stopped(ode)
                 : failed == GSL_EDOM   ? raise_not_finite(ode)
                                        : raise_too_short(ode);
    }
    if (status != ALN_OK || cut || t == stop)
        ode->restart = true;
    if (status != ALN_OK) {
        memcpy(ode->front_y, ode->before, bytes);
        return status;
    }
    ode->steps++;
    ode->h = h;
    ode->begin = t0;
    ode->front = t;
    ode->settle = t == stop || (cut && t > t0);
    return ALN_OK;
}

/* ---- between the steps ---- */

/* The state at begin <= t <= front, with the right-hand side of the last step. */
static enum aln_status state_at(void *context, double t, double *y)
{
    struct aln_ode *ode = context;
    if (t == ode->front || t == ode->begin) {
        memcpy(y, t == ode->front ? ode->front_y : ode->before, ode->size * sizeof *y);
        return ALN_OK;
    }
    const double *sign = ode->sign;
    if (sign != NULL)
        ode->sign = ode->last_sign;
    enum aln_status status = aln_dense_output_at(ode->dense, t, y);
    ode->sign = sign;
    return status;
}

/* The derivatives as they were in the last step. */
static enum aln_status rate_at(void *context, const double *y, double *dydt)
{
    struct aln_ode *ode = context;
    const double *sign = ode->sign;
    if (sign != NULL)
        ode->sign = ode->last_sign;
    int failed = derivative(ode->begin, y, dydt, ode);
    ode->sign = sign;
    return failed == GSL_SUCCESS ? ALN_OK : raise_not_finite(ode);
}

enum aln_status aln_ode_watch(struct aln_ode *ode, size_t count, struct aln_event *events)
{
    assert(ode->steps == 0);
    if (count > 0 && ode->data != NULL)
        return aln_raise(ALN_USAGE, "events: not available with a fixed set of samples");
    for (size_t i = 0; i < count && ode->due != NULL; i++)
        if (events[i].kind != ALN_EVENT_EG_BELOW)
            return aln_raise(ALN_USAGE,
                             "events: only levels of eg are available for tasks that take "
                             "turns, at which it jumps");
    return aln_watch_set(ode->watch, count, events);
}

/* After a failure, sets the current state to the last good one. A stop request makes evaluations fail
 * anywhere. */
static enum aln_status fall_back(struct aln_ode *ode, double t, const double *y,
                                 enum aln_status status)
{
    if (aln_interrupted())
        status = raise_stopped(ode);
    if (t > ode->t) {
        ode->t = t;
        memcpy(ode->y, y, ode->size * sizeof *y);
    }
    return status;
}

/* The step ends where the turn does, if that is within it.
 * Changed: step */
static enum aln_status end_turn(struct aln_ode *ode, struct aln_watch_step *step)
{
    double t;
    enum aln_status status = aln_due_turns_look(ode->due, step, &t);
    if (status != ALN_OK || isnan(t))
        return status;
    if ((status = state_at(ode, t, ode->dydt)) != ALN_OK)
        return status;
    memcpy(ode->front_y, ode->dydt, ode->size * sizeof *ode->y);
    ode->front = step->t1 = t;
    ode->restart = ode->settle = true;
    return ALN_OK;
}

/* One step with all checks.  Given: t  the requested time */
static enum aln_status advance_step(struct aln_ode *ode, double t)
{
    enum aln_status status = aln_cone_check(&ode->cone, ode->front, ode->front_y);
    if (status != ALN_OK)
        return fall_back(ode, ode->begin, ode->before, status);
    if ((status = step(ode)) != ALN_OK || (status = check_stiffness(ode, t)) != ALN_OK ||
        (status = check_progress(ode, t)) != ALN_OK)
        return fall_back(ode, ode->front, ode->front_y, status);
    if (ode->front == ode->begin || (ode->due == NULL && !aln_watch_pending(ode->watch)))
        return ALN_OK;
    struct aln_watch_step looked = {ode->begin, ode->front, ode->fresh, ode, state_at, rate_at};
    if ((ode->due != NULL && (status = end_turn(ode, &looked)) != ALN_OK) ||
        (aln_watch_pending(ode->watch) && (status = aln_watch_look(ode->watch, &looked)) != ALN_OK))
        return fall_back(ode, ode->begin, ode->before, status);
    return ALN_OK;
}

static enum aln_status advance(struct aln_ode *ode, double t)
{
    enum aln_status status;
    while (ode->front < t) {
        if (aln_interrupted())
            return raise_stopped(ode);
        if ((status = advance_step(ode, t)) != ALN_OK)
            return status;
    }
    if ((status = state_at(ode, t, ode->dydt)) != ALN_OK ||
        (status = aln_cone_check(&ode->cone, t, ode->dydt)) != ALN_OK)
        return fall_back(ode, ode->begin, ode->before, status);
    ode->t = t;
    memcpy(ode->y, ode->dydt, ode->size * sizeof *ode->y);
    aln_watch_publish(ode->watch, t);
    return ALN_OK;
}

enum aln_status aln_ode_advance(struct aln_ode *ode, double t)
{
    assert(t >= ode->t);
    if (ode->stop == NULL)
        return advance(ode, t);
    const volatile sig_atomic_t *before = aln_interrupt_watch(ode->stop);
    enum aln_status status = advance(ode, t);
    aln_interrupt_watch(before);
    return status;
}

double aln_ode_switched(const struct aln_ode *ode)
{
    return ode->switched;
}

const struct aln_problem_turn *aln_ode_turn(const struct aln_ode *ode)
{
    return aln_problem_turn_at(ode->p, ode->t);
}

double aln_ode_time(const struct aln_ode *ode)
{
    return ode->t;
}

const double *aln_ode_state(const struct aln_ode *ode)
{
    if (ode->data == NULL)
        return ode->y;
    aln_finite_data_state(ode->data, ode->y, ode->outer);
    return ode->outer;
}

double aln_ode_train(const struct aln_ode *ode)
{
    return ode->data != NULL ? aln_finite_data_train(ode->data, ode->y) : NAN;
}

void aln_ode_work(const struct aln_ode *ode, uint64_t *steps, uint64_t *calls)
{
    if (steps != NULL)
        *steps = ode->steps;
    if (calls != NULL)
        *calls = ode->calls;
}

/* Every event is a sequence of phases; a phase ends where its measure falls through zero. The
 * measure is sampled a few times in each step, then the root is found by false position. */
#include "theory/events.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/illinois.h"
#include "lanes/ode_limits.h"
#include "model/error_sum.h"

#define NUDGE 1e-3 /* share of a step, to differentiate the steepness */

static const struct aln_name names[] = {
    [ALN_EVENT_EG_BELOW] = {"eg_below", "eg falls below a level", ""},
    [ALN_EVENT_EG_FRACTION] = {"eg_fraction", "eg falls below a fraction of its start", ""},
    [ALN_EVENT_COS_MAXIMUM] = {"cos_maximum", "cos(W2, F1) first turns from rising to falling", ""},
    [ALN_EVENT_PLATEAU_ENTERED] = {"plateau_entered",
                                   "-d ln eg/d ln t has fallen to half of its first maximum", ""},
    [ALN_EVENT_PLATEAU_LEFT] = {"plateau_left", "eg has fallen to half of its plateau", ""},
    [ALN_EVENT_EXPONENTIAL] = {"exponential",
                               "after the plateau -d ln eg/dt stops growing: eg falls "
                               "exponentially",
                               ""},
};
const struct aln_names aln_events = {"event", "events", names, sizeof names / sizeof names[0],
                                     sizeof names[0]};
_Static_assert(sizeof names / sizeof names[0] == ALN_EVENT_KINDS, "a name for every kind of event");

/* Progress towards one event. */
struct tracker {
    struct aln_event *event; /* to be filled in */
    enum aln_event_kind kind;
    int phase;
    bool armed;
    double found[3], last_t, last, level;
};

struct aln_watch {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct tracker *events; /* [count] */
    size_t count;
    const struct aln_watch_step *step; /* the current one */
    double *y, *dydt, *near, *rate;    /* size each */
    double *C, *dC;                    /* P x P */
    double *s;                         /* O x P, weights of the fields in the outputs */
    double storage[];
};

enum aln_status aln_watch_create(struct aln_watch **out, const struct aln_problem *p)
{
    size_t size = aln_problem_size(p), P = p->K + p->M;
    struct aln_watch *watch =
        calloc(1, sizeof *watch + (4 * size + 2 * P * P + p->O * P) * sizeof(double));
    *out = watch;
    if (watch == NULL)
        return aln_raise_memory("%zu + %zu units", p->K, p->M);
    watch->p = p;
    watch->layout = aln_state_layout(p);
    watch->y = watch->storage;
    watch->dydt = watch->y + size;
    watch->near = watch->dydt + size;
    watch->rate = watch->near + size;
    watch->C = watch->rate + size;
    watch->dC = watch->C + P * P;
    watch->s = watch->dC + P * P;
    return ALN_OK;
}

void aln_watch_free(struct aln_watch *watch)
{
    if (watch != NULL)
        free(watch->events);
    free(watch);
}

/* ---- measures ---- */

/* d eg/dt, by Price's theorem: d<g_a g_b>/dc_ab = <g_a' g_b'>, d<g_a g_b>/dc_aa = <g_a'' g_b>/2. */
static double error_rate(struct aln_watch *watch, const double *y, const double *dydt)
{
    const struct aln_problem *p = watch->p;
    const struct aln_activation *g = p->activation;
    const struct aln_layout *layout = &watch->layout;
    size_t K = p->K, M = p->M, P = K + M;
    const double *dW2 = dydt + layout->part[ALN_W2].at, *s = watch->s;
    double *C = watch->C, *dC = watch->dC, sum = 0;
    aln_state_covariance(layout, y, p->T, C);
    aln_state_covariance(layout, dydt, NULL, dC);
    aln_problem_outputs(p, y + layout->part[ALN_W2].at, watch->s);
    for (size_t a = 0; a < P; a++) {
        for (size_t b = 0; b < P; b++) {
            if (a >= K && b >= K)
                continue;
            double caa = C[a * P + a], cbb = C[b * P + b], cab = C[a * P + b];
            double weight = 0, change = 0;
            for (size_t o = 0; o < p->O; o++) {
                weight += s[o * P + a] * s[o * P + b];
                if (a < K)
                    change += dW2[o * K + a] * s[o * P + b];
            }
            double dI2 = g->J2(caa, cbb, cab) * dC[a * P + b];
            if (a < K)
                dI2 += g->A2(caa, cbb, cab) * dC[a * P + a];
            sum += 0.5 * weight * dI2;
            if (a < K)
                sum += change * g->I2(caa, cbb, cab);
        }
    }
    return sum;
}

/* eg before it is kept from being negative: a smooth function of time. */
static double error_at(const struct aln_problem *p, const double *y)
{
    return aln_problem_error_sum(p, y).value;
}

/* s = -d ln eg/d ln t */
static double steepness(struct aln_watch *watch, double t, const double *y, const double *dydt)
{
    return -t * error_rate(watch, y, dydt) / error_at(watch->p, y);
}

static enum aln_status measure_error(struct aln_watch *watch, const struct tracker *event, double t,
                                     double *value)
{
    (void)t;
    *value = error_at(watch->p, watch->y) - event->level;
    return ALN_OK;
}

/* d cos/d ln t */
static enum aln_status measure_cos(struct aln_watch *watch, const struct tracker *event, double t,
                                   double *value)
{
    const struct aln_problem *p = watch->p;
    const struct aln_span W2 = watch->layout.part[ALN_W2];
    (void)event;
    if (watch->step->rate(watch->step->context, watch->y, watch->dydt) != ALN_OK)
        return ALN_NUMERIC;
    const struct aln_feedback_view F = aln_problem_feedback(p, watch->y);
    const struct aln_feedback_view dF = aln_problem_feedback_change(p, watch->dydt);
    double wf = 0, ww = 0, ff = 0, dwf = 0, dww = 0, dff = 0;
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K && aln_problem_row(p, o); k++) {
            const size_t i = aln_span_entry(&W2, o, k);
            double w = watch->y[i], dw = watch->dydt[i], f = aln_feedback_entry(&F, k, o);
            double df = dF.a != NULL ? aln_feedback_entry(&dF, k, o) : 0;
            wf += w * f;
            ww += w * w;
            ff += f * f;
            dwf += dw * f + w * df;
            dww += dw * w;
            dff += df * f;
        }
    }
    *value = t * (dwf - wf * (dww / ww + dff / ff)) / sqrt(ww * ff);
    return ALN_OK;
}

/* s and ds/d ln t, from the steepness slightly earlier and later along dy/dt.
 * Returned: *steep, *slope */
static enum aln_status steepness_and_slope(struct aln_watch *watch, double t, double *steep,
                                           double *slope)
{
    const struct aln_watch_step *step = watch->step;
    size_t size = watch->layout.size;
    double nudge = NUDGE * (step->t1 - step->t0), s[2];
    if (step->rate(step->context, watch->y, watch->dydt) != ALN_OK)
        return ALN_NUMERIC;
    for (int side = 0; side < 2; side++) {
        double dt = side ? nudge : -nudge;
        for (size_t i = 0; i < size; i++)
            watch->near[i] = watch->y[i] + dt * watch->dydt[i];
        if (step->rate(step->context, watch->near, watch->rate) != ALN_OK)
            return ALN_NUMERIC;
        s[side] = steepness(watch, t + dt, watch->near, watch->rate);
    }
    *steep = (s[0] + s[1]) / 2;
    *slope = t * (s[1] - s[0]) / (2 * nudge);
    return ALN_OK;
}

static enum aln_status measure_slope(struct aln_watch *watch, const struct tracker *event, double t,
                                     double *value)
{
    double s;
    (void)event;
    return steepness_and_slope(watch, t, &s, value);
}

/* d ln g/d ln t - 1/2 for g = s/t; -3/2 where eg does not fall. */
static enum aln_status measure_growth(struct aln_watch *watch, const struct tracker *event,
                                      double t, double *value)
{
    double s, slope;
    enum aln_status status = steepness_and_slope(watch, t, &s, &slope);
    (void)event;
    if (status == ALN_OK)
        *value = s > 0 ? slope / s - 1.5 : -1.5;
    return status;
}

static enum aln_status measure_steepness(struct aln_watch *watch, const struct tracker *event,
                                         double t, double *value)
{
    if (watch->step->rate(watch->step->context, watch->y, watch->dydt) != ALN_OK)
        return ALN_NUMERIC;
    *value = steepness(watch, t, watch->y, watch->dydt) - event->level;
    return ALN_OK;
}

/* ---- phases ---- */

typedef enum aln_status (*measure)(struct aln_watch *watch, const struct tracker *event, double t,
                                   double *value);

struct phase {
    measure measure;
    double sign;
    double arm; /* ends only after sign * measure was above this; -1: always */
};
#define ALWAYS (-1)
#define FIRST_FALL                                                                                 \
    {                                                                                              \
        measure_slope, 1, 1e-6                                                                     \
    }
#define THE_PLATEAU                                                                                \
    {                                                                                              \
        measure_slope, -1, 1e-6                                                                    \
    }

/* The last phases of a kind wait for a level: a share of what the measure `of` was at the end of
 * the phase before. */
static const struct kind {
    struct phase phases[4];
    measure of;
    double share;
} kinds[ALN_EVENT_KINDS] = {
    [ALN_EVENT_EG_BELOW] = {.phases = {{measure_error, 1, ALWAYS}}},
    [ALN_EVENT_EG_FRACTION] = {.phases = {{measure_error, 1, ALWAYS}}},
    [ALN_EVENT_COS_MAXIMUM] = {.phases = {{measure_cos, 1, 1e-9}}},
    [ALN_EVENT_PLATEAU_ENTERED] = {.phases = {FIRST_FALL, {measure_steepness, 1, ALWAYS}},
                                   .of = measure_steepness,
                                   .share = 0.5},
    [ALN_EVENT_PLATEAU_LEFT] = {.phases = {FIRST_FALL, THE_PLATEAU, {measure_error, 1, ALWAYS}},
                                .of = measure_error,
                                .share = 0.5},
    [ALN_EVENT_EXPONENTIAL] = {.phases = {FIRST_FALL, THE_PLATEAU, {measure_growth, 1, 1e-6}}},
};

static const struct phase *phase_of(const struct tracker *event)
{
    return &kinds[event->kind].phases[event->phase];
}

static bool is_found(const struct tracker *event)
{
    return phase_of(event)->measure == NULL;
}

enum aln_status aln_watch_set(struct aln_watch *watch, size_t count, struct aln_event *events)
{
    struct tracker *trackers = calloc(count + 1, sizeof *trackers);
    if (trackers == NULL)
        return aln_raise_memory("%zu events", count);
    for (size_t i = 0; i < count; i++) {
        struct aln_event *event = &events[i];
        double unit =
            event->kind == ALN_EVENT_EG_FRACTION ? aln_problem_eg(watch->p, watch->p->start) : 1;
        event->t = event->eg = event->cos = NAN;
        trackers[i] = (struct tracker){.event = event,
                                       .kind = event->kind,
                                       .found = {NAN},
                                       .last_t = NAN,
                                       .last = NAN,
                                       .level = event->value * unit};
    }
    free(watch->events);
    watch->events = trackers;
    watch->count = count;
    return ALN_OK;
}

bool aln_watch_pending(const struct aln_watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        if (!is_found(&watch->events[i]))
            return true;
    return false;
}

/* The current phase's measure at t, negative after the phase; leaves the state in watch->y. */
static enum aln_status measure_at(struct aln_watch *watch, const struct tracker *event, double t,
                                  double *value)
{
    const struct phase *phase = phase_of(event);
    enum aln_status status = watch->step->state(watch->step->context, t, watch->y);
    if (status == ALN_OK)
        status = phase->measure(watch, event, t, value);
    if (status == ALN_OK)
        *value *= phase->sign;
    return status;
}

/* Finds where the measure falls through zero between the last sample and t, where it is at_t.
 * Returned: *root, and the state there in watch->y */
static enum aln_status find_root(struct aln_watch *watch, const struct tracker *event, double t,
                                 double at_t, double *root)
{
    struct aln_illinois bracket = {event->last_t, t, event->last, at_t, 0};
    double last = event->last_t;
    *root = event->last == 0 ? event->last_t : t;
    for (int i = 0; i < ALN_EVENT_ROOT_STEPS && event->last > 0; i++) {
        double middle = aln_illinois_next(&bracket), value;
        if (measure_at(watch, event, middle, &value) != ALN_OK)
            return ALN_NUMERIC;
        *root = middle;
        if (value == 0 || fabs(middle - last) <= 4 * DBL_EPSILON * bracket.high)
            break;
        last = middle;
        aln_illinois_narrow(&bracket, middle, value);
    }
    return watch->step->state(watch->step->context, *root, watch->y);
}

/* Advances the event through all phases that end by time t. */
static enum aln_status look_at(struct aln_watch *watch, struct tracker *event, double t)
{
    while (!is_found(event)) {
        const struct kind *kind = &kinds[event->kind];
        double value, root = t, arm = phase_of(event)->arm;
        if (measure_at(watch, event, t, &value) != ALN_OK)
            return ALN_NUMERIC;
        event->armed = event->armed || value > arm || arm < 0;
        bool ends = event->armed && value < 0;
        /* Without a last sample on the other side (none, or a jump) the root is here. */
        if (ends && event->last >= 0 && event->last_t < t &&
            find_root(watch, event, t, value, &root) != ALN_OK)
            return ALN_NUMERIC;
        event->last = value;
        event->last_t = t;
        if (!ends)
            return ALN_OK;
        event->found[0] = root;
        event->found[1] = aln_problem_eg(watch->p, watch->y);
        event->found[2] = aln_problem_cos(watch->p, watch->y);
        event->level = 0;
        if (kind->of != NULL && kind->of(watch, event, root, &value) != ALN_OK)
            return ALN_NUMERIC;
        event->level = kind->share * value;
        event->armed = false;
        event->phase++;
        if (!is_found(event)) {
            if (measure_at(watch, event, root, &event->last) != ALN_OK)
                return ALN_NUMERIC;
            event->last_t = root;
        }
    }
    return ALN_OK;
}

enum aln_status aln_watch_look(struct aln_watch *watch, const struct aln_watch_step *step)
{
    enum aln_status status = ALN_OK;
    watch->step = step;
    for (size_t i = 0; i < watch->count; i++) {
        struct tracker *event = &watch->events[i];
        for (int look = step->fresh ? 0 : 1; look <= ALN_EVENT_LOOKS && status == ALN_OK; look++) {
            double share = (double)look / ALN_EVENT_LOOKS;
            double t =
                look == ALN_EVENT_LOOKS ? step->t1 : step->t0 + share * (step->t1 - step->t0);
            status = look_at(watch, event, t);
        }
    }
    return status;
}

void aln_watch_publish(struct aln_watch *watch, double t)
{
    for (size_t i = 0; i < watch->count; i++) {
        struct tracker *event = &watch->events[i];
        struct aln_event *out = event->event;
        if (isnan(out->t) && is_found(event) && event->found[0] <= t) {
            out->t = event->found[0];
            out->eg = event->found[1];
            out->cos = event->found[2];
        }
    }
}

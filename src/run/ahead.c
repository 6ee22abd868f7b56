#include "run/ahead.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/lanes.h"
#include "model/params.h"
#include "run/run.h"
#include "theory/lanes_agree.h"

/* What is known of a run, with the arrays after it. */
struct known {
    struct aln_known_run run;
    double numbers[]; /* levels, events, states */
};

enum {
    MOST_NUMBERS = 1 << 21, /* of all of them: 16 MB */
    LEVEL = sizeof(struct aln_lanes_level) / sizeof(double),
    EVENT = sizeof(struct aln_event) / sizeof(double)
};
_Static_assert(sizeof(struct aln_lanes_level) % sizeof(double) == 0 &&
                   sizeof(struct aln_event) % sizeof(double) == 0,
               "arrays of doubles hold both");

size_t aln_ahead_most(size_t numbers)
{
    const size_t fit = MOST_NUMBERS / (numbers + 1);
    return fit < ALN_AHEAD_MOST ? fit : (size_t)ALN_AHEAD_MOST;
}

/* Lanes have the stepper rk8pd and follow the states, and levels of eg. */
static bool is_plain(const struct aln_trajectory *c)
{
    const struct aln_params *p = c->params;
    bool plain = c->engine == &aln_engine_table[ALN_ENGINE_ODE] && c->time_count > 0 &&
                 *p->ode.stepper->type == gsl_odeiv2_step_rk8pd && !p->ode.stepper->switches &&
                 !p->ode.fluctuations && !aln_engine_second(p) && aln_lanes_fit(c->problem);
    for (size_t i = 0; i < c->event_count; i++)
        plain = plain && (c->events[i].kind == ALN_EVENT_EG_BELOW ||
                          c->events[i].kind == ALN_EVENT_EG_FRACTION);
    return plain;
}

/* Returned: *run, and what it fills in */
static enum aln_status prepare(const struct aln_trajectory *c, struct aln_lanes_run *run,
                               struct aln_known_run **known)
{
    const size_t before = c->event_count * (LEVEL + EVENT);
    struct known *out = calloc(
        1, sizeof *out + (before + c->time_count * aln_problem_size(c->problem)) * sizeof(double));
    if (out == NULL)
        return aln_raise_memory("%zu states", c->time_count);
    struct aln_lanes_level *levels = (struct aln_lanes_level *)(void *)out->numbers;
    struct aln_event *events = (struct aln_event *)(void *)(out->numbers + c->event_count * LEVEL);
    double *states = out->numbers + before;
    for (size_t i = 0; i < c->event_count; i++) {
        events[i] = c->events[i];
        levels[i].level = events[i].value * (events[i].kind == ALN_EVENT_EG_FRACTION
                                                 ? aln_problem_eg(c->problem, c->problem->start)
                                                 : 1);
    }
    *run = (struct aln_lanes_run){.p = c->problem,
                                  .rtol = c->params->ode.rtol,
                                  .atol = c->params->ode.atol,
                                  .max_steps = c->params->ode.max_steps,
                                  .time_count = c->time_count,
                                  .times = c->times,
                                  .states = states,
                                  .level_count = c->event_count,
                                  .levels = levels,
                                  .ends = c->ends};
    out->run = (struct aln_known_run){c->event_count, events, states};
    *known = &out->run;
    return ALN_OK;
}

/* The levels become events.  Returned: false if the run needs the plain engine */
static bool conclude(const struct aln_lanes_run *run, struct aln_known_run *known)
{
    struct aln_event *events =
        (struct aln_event *)(void *)(((struct known *)(void *)known)->numbers +
                                     run->level_count * LEVEL);
    for (size_t i = 0; i < run->level_count; i++) {
        events[i].t = run->levels[i].t;
        events[i].eg = run->levels[i].eg;
        events[i].cos = run->levels[i].cos;
    }
    return run->done;
}

static enum aln_status integrate(size_t count, const struct aln_trajectory *courses,
                                 struct aln_lanes_run *runs, struct aln_known_run **known)
{
    enum aln_status status = ALN_OK;
    size_t wanted = 0;
    for (size_t i = 0; i < count && status == ALN_OK; i++)
        if (is_plain(&courses[i]))
            status = prepare(&courses[i], &runs[wanted++], &known[i]);
    if (status == ALN_OK && aln_interrupted())
        status = aln_raise(ALN_STOPPED, "stopped");
    if (status == ALN_OK)
        status = aln_lanes_integrate(aln_isa_best(), wanted, runs);
    for (size_t i = 0, n = 0; i < count; i++) {
        if (known[i] == NULL || (status == ALN_OK && conclude(&runs[n++], known[i])))
            continue;
        free(known[i]);
        known[i] = NULL;
    }
    return status;
}

enum aln_status aln_trajectories_ahead(size_t count, const struct aln_trajectory *courses,
                                       const volatile sig_atomic_t *stop,
                                       struct aln_known_run **known)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < count; i++)
        known[i] = NULL;
    if (!aln_lanes_agree())
        return ALN_OK;
    struct aln_lanes_run *runs = calloc(count + 1, sizeof *runs);
    if (runs == NULL)
        return aln_raise_memory("%zu runs", count);
    const volatile sig_atomic_t *before = aln_interrupt_watch(stop);
    status = integrate(count, courses, runs, known);
    aln_interrupt_watch(before);
    free(runs);
    return status;
}

/* ---- of parameters ---- */

/* One of the runs; its arrays. */
struct ahead {
    struct aln_problem *problem;
    double *times;
    struct aln_event *events;
};

/* Returned: *course  without a problem's times where the parameters are wrong, which the run says itself */
static void describe(const struct aln_params *p, struct ahead *ahead, struct aln_trajectory *course)
{
    *course = (struct aln_trajectory){.engine = &aln_engine_table[ALN_ENGINE_ODE], .params = p};
    if (aln_problem_create(&ahead->problem, p) == ALN_OK &&
        aln_params_times(p, 0, &course->time_count, &ahead->times) == ALN_OK &&
        aln_run_events(p, &ahead->events, &course->event_count) != ALN_OK)
        course->time_count = 0;
    course->problem = ahead->problem;
    course->times = ahead->times;
    course->events = ahead->events;
}

/* Describes the first of the runs, as far as their states fit into memory; one that does not fit alone is left to
 * the plain engine.
 * Returned: how many */
static size_t describe_some(size_t count, const void *const *params, struct ahead *ahead,
                            struct aln_trajectory *courses)
{
    size_t numbers = 0;
    for (size_t i = 0; i < count; i++) {
        describe(params[i], &ahead[i], &courses[i]);
        const size_t its = courses[i].time_count > 0
                               ? courses[i].time_count * aln_problem_size(ahead[i].problem)
                               : 0;
        if (i > 0 && numbers + its > MOST_NUMBERS)
            return i;
        if (its > MOST_NUMBERS)
            courses[i].time_count = 0;
        else
            numbers += its;
    }
    return count;
}

enum aln_status aln_run_ahead(size_t count, const void *const *params,
                              const volatile sig_atomic_t *stop, struct aln_known_run **known,
                              size_t *taken)
{
    struct ahead *ahead = calloc(count + 1, sizeof *ahead);
    struct aln_trajectory *courses = calloc(count + 1, sizeof *courses);
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < count; i++)
        known[i] = NULL;
    *taken = count;
    if (ahead == NULL || courses == NULL)
        status = aln_raise_memory("%zu runs", count);
    if (status == ALN_OK) {
        *taken = describe_some(count, params, ahead, courses);
        status = aln_trajectories_ahead(*taken, courses, stop, known);
    }
    for (size_t i = 0; i < count && ahead != NULL; i++) {
        aln_problem_free(ahead[i].problem);
        free(ahead[i].times);
        free(ahead[i].events);
    }
    free(ahead);
    free(courses);
    return status;
}

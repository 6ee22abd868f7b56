#include "run/engine.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"
#include "base/failure.h"
#include "model/params.h"
#include "simulate/chain_lanes.h"

struct ode {
    struct aln_ode *main;
    struct aln_ode *second;                /* of ode.check or ode.averages: cubature, or NULL */
    struct aln_problem other;              /* with other points */
    struct aln_fluctuations *fluctuations; /* of ode.fluctuations, or NULL */
    size_t columns;                        /* of the problem */
    const struct aln_known_run *known;     /* NULL: it is integrated */
    const double *times, *state;           /* of what is known: from the present one on */
    struct aln_event *events;              /* as many as are known, to be filled in */
};

/* Finer than any number of runs resolves, and than the averages over points. */
#define FLUCTUATIONS_RTOL 1e-6

bool aln_engine_second(const struct aln_params *params)
{
    return params->ode.check || aln_params_cubature(params);
}

static double finer(double tolerance, double least)
{
    return fmin(tolerance, fmax(1e-3 * tolerance, least));
}

static enum aln_status ode_create(void **out, const struct aln_problem *p,
                                  const struct aln_engine_start *start)
{
    const struct aln_params *params = start->params;
    struct aln_ode_options options = {.stepper = params->ode.stepper,
                                      .rtol = params->ode.rtol,
                                      .atol = params->ode.atol,
                                      .max_steps = params->ode.max_steps,
                                      .horizon = start->end,
                                      .stop = start->stop,
                                      .notice = start->notice,
                                      .notice_context = start->context};
    struct ode *ode = calloc(1, sizeof *ode);
    *out = ode;
    if (ode == NULL)
        return aln_raise_memory("an integration");
    ode->columns = aln_problem_columns(p);
    ode->known = start->known;
    if (ode->known != NULL) {
        ode->times = start->times;
        ode->state = start->known->states;
        return ALN_OK;
    }
    enum aln_status status = aln_ode_create(&ode->main, p, &options);
    if (status == ALN_OK && params->ode.fluctuations)
        status = aln_fluctuations_create(&ode->fluctuations, p, FLUCTUATIONS_RTOL, start->stop);
    if (status != ALN_OK || !aln_engine_second(params))
        return status;
    options.notice = NULL; /* one is enough */
    ode->other = *p;
    if (aln_params_cubature(params)) {
        ode->other.points = p->points + 1;
        return aln_ode_create(&ode->second, &ode->other, &options);
    }
    options.order = 2 * ALN_ODE_ORDER;
    options.rtol = finer(options.rtol, ALN_ODE_LEAST_RTOL);
    options.atol = finer(options.atol, ALN_ODE_LEAST_ATOL);
    return aln_ode_create(&ode->second, p, &options);
}

/* Turns to what is known at time t, one of those that were announced. */
static void turn_to(struct ode *ode, const struct aln_problem *p, double t)
{
    for (; *ode->times < t; ode->times++)
        ode->state += aln_problem_size(p);
    for (size_t i = 0; ode->events != NULL && i < ode->known->event_count; i++)
        if (isnan(ode->events[i].t) && ode->known->events[i].t <= t)
            ode->events[i] = ode->known->events[i];
}

static enum aln_status ode_advance(void *engine, const struct aln_problem *p, double t)
{
    struct ode *ode = engine;
    if (ode->known != NULL) {
        turn_to(ode, p, t);
        return ALN_OK;
    }
    enum aln_status status = aln_ode_advance(ode->main, t);
    if (status == ALN_OK && ode->fluctuations != NULL)
        status = aln_fluctuations_advance(ode->fluctuations, t);
    if (status != ALN_OK || ode->second == NULL)
        return status;
    status = aln_ode_advance(ode->second, t);
    return status == ALN_OK ? ALN_OK
                            : aln_raise_again(status, ode->other.points > 0
                                                          ? "ode.averages, with other points: "
                                                          : "ode.check, at tighter tolerances: ");
}

static const double *ode_state(void *engine)
{
    const struct ode *ode = engine;
    return ode->known != NULL ? ode->state : aln_ode_state(ode->main);
}

static const double *ode_second(void *engine)
{
    return aln_ode_state(((struct ode *)engine)->second);
}

static const struct aln_problem_turn *ode_turn(void *engine)
{
    const struct ode *ode = engine;
    return ode->known != NULL ? NULL : aln_ode_turn(ode->main); /* of problems without turns */
}

static double ode_train(void *engine)
{
    return aln_ode_train(((struct ode *)engine)->main);
}

static double ode_second_train(void *engine)
{
    return aln_ode_train(((struct ode *)engine)->second);
}

static enum aln_status ode_fluctuations(void *engine, double *spread)
{
    struct ode *ode = engine;
    return aln_fluctuations_observe(ode->fluctuations, spread, spread + ode->columns);
}

static struct aln_fluctuations_end ode_fluctuations_end(void *engine)
{
    const struct ode *ode = engine;
    return ode->fluctuations != NULL
               ? aln_fluctuations_end(ode->fluctuations)
               : (struct aln_fluctuations_end){ALN_FLUCTUATIONS_HOLD, 0, 0, NAN};
}

static enum aln_status ode_watch(void *engine, size_t count, struct aln_event *events)
{
    struct ode *ode = engine;
    if (ode->known == NULL)
        return aln_ode_watch(ode->main, count, events);
    assert(count == ode->known->event_count);
    for (size_t i = 0; i < count; i++)
        events[i].t = events[i].eg = events[i].cos = NAN;
    ode->events = events;
    return ALN_OK;
}

static double ode_switched(void *engine)
{
    const struct ode *ode = engine;
    return ode->known != NULL ? NAN : aln_ode_switched(ode->main);
}

static void ode_free(void *engine)
{
    struct ode *ode = engine;
    if (ode == NULL)
        return;
    aln_ode_free(ode->main);
    aln_ode_free(ode->second);
    aln_fluctuations_free(ode->fluctuations);
    free(ode);
}

/* ---- engines that simulate: in steps, many repeats ---- */

static uint64_t step_at(const struct aln_problem *p, double t)
{
    return (uint64_t)llround(t * (double)p->N);
}

/* Wraps aln_NAME_create() etc. for a row of the table. */
#define SIMULATION(name)                                                                           \
    static enum aln_status name##_create(void **out, const struct aln_problem *p,                  \
                                         const struct aln_engine_start *start)                     \
    {                                                                                              \
        struct aln_##name *engine = NULL;                                                          \
        enum aln_status status = aln_##name##_create(&engine, p, start->repeat);                   \
        *out = engine;                                                                             \
        return status;                                                                             \
    }                                                                                              \
    static enum aln_status name##_advance(void *engine, const struct aln_problem *p, double t)     \
    {                                                                                              \
        return aln_##name##_advance(engine, step_at(p, t));                                        \
    }                                                                                              \
    static const double *name##_state(void *engine)                                                \
    {                                                                                              \
        return aln_##name##_state(engine);                                                         \
    }                                                                                              \
    static void name##_free(void *engine)                                                          \
    {                                                                                              \
        aln_##name##_free(engine);                                                                 \
    }
SIMULATION(sgd)

static const struct aln_problem_turn *sgd_turn(void *engine)
{
    return aln_sgd_turn(engine);
}

static double sgd_train(void *engine)
{
    return aln_sgd_train(engine);
}

/* One chain, or several in lanes. */
struct chains {
    struct aln_chain *one;
    struct aln_chain_lanes *lanes;
    double state[]; /* of the lane that is selected */
};

static size_t chain_at_once(const struct aln_problem *p)
{
    return aln_chain_lanes_pay(p) ? ALN_CHAIN_LANES : 1;
}

static enum aln_status chain_create(void **out, const struct aln_problem *p,
                                    const struct aln_engine_start *start)
{
    struct chains *chains = calloc(1, sizeof *chains + aln_problem_size(p) * sizeof(double));
    *out = chains;
    if (chains == NULL)
        return aln_raise_memory("%zu chains", start->count);
    return start->count > 1 ? aln_chain_lanes_create(&chains->lanes, p, start->repeat, start->count,
                                                     aln_isa_best())
                            : aln_chain_create(&chains->one, p, start->repeat);
}

static enum aln_status chain_advance(void *engine, const struct aln_problem *p, double t)
{
    struct chains *chains = engine;
    return chains->lanes != NULL ? aln_chain_lanes_advance(chains->lanes, step_at(p, t))
                                 : aln_chain_advance(chains->one, step_at(p, t));
}

static enum aln_status chain_select(void *engine, size_t repeat)
{
    struct chains *chains = engine;
    if (chains->lanes == NULL)
        return ALN_OK;
    aln_chain_lanes_state(chains->lanes, repeat, chains->state);
    return aln_chain_lanes_status(chains->lanes, repeat);
}

static const double *chain_state(void *engine)
{
    struct chains *chains = engine;
    return chains->lanes != NULL ? chains->state : aln_chain_state(chains->one);
}

static const struct aln_problem_turn *chain_turn(void *engine)
{
    struct chains *chains = engine;
    return chains->lanes != NULL ? NULL : aln_chain_turn(chains->one);
}

static void chain_free(void *engine)
{
    struct chains *chains = engine;
    if (chains == NULL)
        return;
    aln_chain_lanes_free(chains->lanes);
    aln_chain_free(chains->one);
    free(chains);
}

#define SIMULATED(name, doc)                                                                       \
    .id = {#name, doc, ""}, .create = name##_create, .advance = name##_advance,                    \
    .state = name##_state, .turn = name##_turn, .free = name##_free, .slice = name##_slice,        \
    .repeats = true

/* About 2^18 steps, fewer for many units: some tenths of a second. */
static double chain_slice(const struct aln_problem *p)
{
    double P = (double)(p->K + p->M);
    return ceil(0x1p22 / (P * P)) / (double)p->N;
}

/* About 2^28 multiplications: some tenths of a second. */
static double sgd_slice(const struct aln_problem *p)
{
    const double N = (double)p->N, samples = p->batch > 0 ? (double)p->batch : 1,
                 step = p->samples > 0 && p->batch == 0 ? (double)aln_problem_samples(p) : samples;
    return ceil(0x1p28 / (N * (double)(p->K + p->M) * step)) / N;
}

const struct aln_engine aln_engine_table[ALN_ENGINES] = {
    [ALN_ENGINE_ODE] = {.id = {"ode", "order-parameter equations, infinite N",
                               "Saad & Solla, PRE 52 (1995) 4225; Goldt et al., NeurIPS 2019"},
                        .create = ode_create,
                        .advance = ode_advance,
                        .state = ode_state,
                        .turn = ode_turn,
                        .second = ode_second,
                        .train = ode_train,
                        .second_train = ode_second_train,
                        .fluctuations = ode_fluctuations,
                        .fluctuations_end = ode_fluctuations_end,
                        .watch = ode_watch,
                        .switched = ode_switched,
                        .free = ode_free},
    [ALN_ENGINE_CHAIN] = {SIMULATED(chain, "exact Markov chain of the overlaps at finite N"),
                          .at_once = chain_at_once, .select = chain_select},
    [ALN_ENGINE_SGD] = {SIMULATED(sgd,
                                  "online stochastic gradient descent with N-dimensional weights"),
                        .train = sgd_train},
};

const struct aln_names aln_engines = {"engine", "engines", aln_engine_table, ALN_ENGINES,
                                      sizeof aln_engine_table[0]};

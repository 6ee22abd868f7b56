#include "run/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"
#include "model/params.h"

struct ode {
    struct aln_ode *main;
    struct aln_ode *finer; /* of ode.check, or NULL */
};

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
                                      .stop = start->stop};
    struct ode *ode = calloc(1, sizeof *ode);
    *out = ode;
    if (ode == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for an integration");
    enum aln_status status = aln_ode_create(&ode->main, p, &options);
    if (status != ALN_OK || !params->ode.check)
        return status;
    options.rtol = finer(options.rtol, ALN_ODE_LEAST_RTOL);
    options.atol = finer(options.atol, ALN_ODE_LEAST_ATOL);
    return aln_ode_create(&ode->finer, p, &options);
}

static enum aln_status ode_advance(void *engine, const struct aln_problem *p, double t)
{
    struct ode *ode = engine;
    char sentence[1024];
    (void)p;
    enum aln_status status = aln_ode_advance(ode->main, t);
    if (status != ALN_OK || ode->finer == NULL)
        return status;
    status = aln_ode_advance(ode->finer, t);
    if (status == ALN_OK)
        return ALN_OK;
    snprintf(sentence, sizeof sentence, "%s", aln_error());
    return aln_raise(status, "ode.check, at finer tolerances: %s", sentence);
}

static const double *ode_state(void *engine)
{
    return aln_ode_state(((struct ode *)engine)->main);
}

static const double *ode_second(void *engine)
{
    return aln_ode_state(((struct ode *)engine)->finer);
}

static void ode_watch(void *engine, size_t count, struct aln_event *events)
{
    aln_ode_watch(((struct ode *)engine)->main, count, events);
}

static void ode_free(void *engine)
{
    struct ode *ode = engine;
    if (ode == NULL)
        return;
    aln_ode_free(ode->main);
    aln_ode_free(ode->finer);
    free(ode);
}

static uint64_t step_at(const struct aln_problem *p, double t)
{
    return (uint64_t)llround(t * (double)p->N);
}

static enum aln_status chain_create(void **out, const struct aln_problem *p,
                                    const struct aln_engine_start *start)
{
    struct aln_chain *chain = NULL;
    enum aln_status status = aln_chain_create(&chain, p, start->repeat);
    *out = chain;
    return status;
}

static enum aln_status chain_advance(void *engine, const struct aln_problem *p, double t)
{
    return aln_chain_advance(engine, step_at(p, t));
}

static const double *chain_state(void *engine)
{
    return aln_chain_state(engine);
}

static void chain_free(void *engine)
{
    aln_chain_free(engine);
}

/* About 2^18 steps, less for many units: some tenths of a second. */
static double chain_slice(const struct aln_problem *p)
{
    double P = (double)(p->K + p->M);
    return ceil(0x1p22 / (P * P)) / (double)p->N;
}

static enum aln_status sgd_create(void **out, const struct aln_problem *p,
                                  const struct aln_engine_start *start)
{
    struct aln_sgd *sgd = NULL;
    enum aln_status status = aln_sgd_create(&sgd, p, start->repeat);
    *out = sgd;
    return status;
}

static enum aln_status sgd_advance(void *engine, const struct aln_problem *p, double t)
{
    return aln_sgd_advance(engine, step_at(p, t));
}

static const double *sgd_state(void *engine)
{
    return aln_sgd_state(engine);
}

static void sgd_free(void *engine)
{
    aln_sgd_free(engine);
}

/* About 2^28 multiplications: some tenths of a second. */
static double sgd_slice(const struct aln_problem *p)
{
    double N = (double)p->N;
    return ceil(0x1p28 / (N * (double)(p->K + p->M))) / N;
}

const struct aln_engine aln_engine_table[ALN_ENGINES] = {
    [ALN_ENGINE_ODE] = {.id = {"ode", "order-parameter equations, infinite N",
                               "Saad & Solla, PRE 52 (1995) 4225; Goldt et al., NeurIPS 2019"},
                        .create = ode_create,
                        .advance = ode_advance,
                        .state = ode_state,
                        .second = ode_second,
                        .watch = ode_watch,
                        .free = ode_free},
    [ALN_ENGINE_CHAIN] = {.id = {"chain", "exact Markov chain of the overlaps at finite N", ""},
                          .create = chain_create,
                          .advance = chain_advance,
                          .state = chain_state,
                          .free = chain_free,
                          .slice = chain_slice,
                          .repeats = true},
    [ALN_ENGINE_SGD] = {.id = {"sgd",
                               "online stochastic gradient descent with N-dimensional weights", ""},
                        .create = sgd_create,
                        .advance = sgd_advance,
                        .state = sgd_state,
                        .free = sgd_free,
                        .slice = sgd_slice,
                        .repeats = true},
};

const struct aln_names aln_engines = {"engine", "engines", aln_engine_table, ALN_ENGINES,
                                      sizeof aln_engine_table[0]};

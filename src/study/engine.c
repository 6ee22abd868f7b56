#include "engine.h"

#include <math.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"

static enum aln_status ode_create(void **out, const struct aln_problem *p,
                                  const struct aln_params *params, uint64_t repeat)
{
    (void)repeat;
    struct aln_ode *ode = NULL;
    enum aln_status status = aln_ode_create(
        &ode, p,
        &(struct aln_ode_options){
            .stepper = params->ode.stepper, .rtol = params->ode.rtol, .atol = params->ode.atol});
    *out = ode;
    return status;
}

static enum aln_status ode_advance(void *engine, const struct aln_problem *p, double t)
{
    (void)p;
    return aln_ode_advance(engine, t);
}

static const double *ode_state(void *engine)
{
    return aln_ode_state(engine);
}

static void ode_free(void *engine)
{
    aln_ode_free(engine);
}

static uint64_t step_at(const struct aln_problem *p, double t)
{
    return (uint64_t)llround(t * (double)p->N);
}

static enum aln_status chain_create(void **out, const struct aln_problem *p,
                                    const struct aln_params *params, uint64_t repeat)
{
    (void)params;
    struct aln_chain *chain = NULL;
    enum aln_status status = aln_chain_create(&chain, p, repeat);
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
                                  const struct aln_params *params, uint64_t repeat)
{
    (void)params;
    struct aln_sgd *sgd = NULL;
    enum aln_status status = aln_sgd_create(&sgd, p, repeat);
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
    [ALN_ENGINE_ODE] = {ode_create, ode_advance, ode_state, ode_free, NULL, false},
    [ALN_ENGINE_CHAIN] = {chain_create, chain_advance, chain_state, chain_free, chain_slice, true},
    [ALN_ENGINE_SGD] = {sgd_create, sgd_advance, sgd_state, sgd_free, sgd_slice, true},
};

#include <math.h>
#include <stdlib.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"
#include "claims.h"

/* The state of an engine at time t. */
static enum aln_status ode_advance(void *engine, const struct aln_problem *p, double t,
                                   const double **state)
{
    (void)p;
    enum aln_status status = aln_ode_advance(engine, t);
    *state = aln_ode_state(engine);
    return status;
}

static enum aln_status chain_advance(void *engine, const struct aln_problem *p, double t,
                                     const double **state)
{
    enum aln_status status = aln_chain_advance(engine, (uint64_t)llround(t * (double)p->N));
    *state = aln_chain_state(engine);
    return status;
}

static enum aln_status sgd_advance(void *engine, const struct aln_problem *p, double t,
                                   const double **state)
{
    enum aln_status status = aln_sgd_advance(engine, (uint64_t)llround(t * (double)p->N));
    *state = aln_sgd_state(engine);
    return status;
}

enum aln_status aln_claim_run(enum aln_engine_kind kind, const struct aln_problem *p,
                              uint64_t repeat, size_t count, const double *times, double *rows)
{
    enum aln_status (*const advance[ALN_ENGINES])(void *, const struct aln_problem *, double,
                                                  const double **) = {
        [ALN_ENGINE_ODE] = ode_advance,
        [ALN_ENGINE_CHAIN] = chain_advance,
        [ALN_ENGINE_SGD] = sgd_advance,
    };
    /* Tight enough that the ode's own error stays far below any deviation judged here. */
    const struct aln_ode_options options = {.rtol = 1e-9, .atol = 1e-12};
    struct aln_ode *ode = NULL;
    struct aln_chain *chain = NULL;
    struct aln_sgd *sgd = NULL;
    enum aln_status status = kind == ALN_ENGINE_ODE     ? aln_ode_create(&ode, p, &options)
                             : kind == ALN_ENGINE_CHAIN ? aln_chain_create(&chain, p, repeat)
                                                        : aln_sgd_create(&sgd, p, repeat);
    void *engine = ode != NULL ? (void *)ode : chain != NULL ? (void *)chain : (void *)sgd;
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        const double *state;
        status = advance[kind](engine, p, times[i], &state);
        if (status == ALN_OK)
            aln_problem_observe(p, state, rows + i * aln_problem_columns(p));
    }
    aln_ode_free(ode);
    aln_chain_free(chain);
    aln_sgd_free(sgd);
    return status;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double aln_claim_median(size_t n, double *value)
{
    qsort(value, n, sizeof *value, ascending);
    return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

enum aln_status aln_claim_figure_problem(struct aln_problem **out, const char *rule, uint64_t seed,
                                         const double *F1)
{
    double feedback[2] = {F1 != NULL ? F1[0] : 0, F1 != NULL ? F1[1] : 0};
    const struct aln_params params = {
        .problem =
            {
                .inputs = 500,
                .outputs = 1,
                .activation = (const void *)aln_names_find(&aln_activations, "erf"),
                .student = {.units = 2,
                            .weights = {.fill = ALN_FILL_STD, .number = 1e-2},
                            .readout = {.fill = ALN_FILL_STD, .number = 1e-2}},
                .teacher = {.units = 2,
                            .weights = {.fill = ALN_FILL_STD, .number = 1},
                            .readout = {.fill = ALN_FILL_NUMBER, .number = 1}},
            },
        .learning = {.rule = (const void *)aln_names_find(&aln_rules, rule),
                     .rate = {0.1, 0.1},
                     .feedback = {.distribution = ALN_NORMAL,
                                  .std = 1,
                                  .matrix = {.rows = 2, .cols = 1, .a = F1 ? feedback : NULL}}},
        .run = {.time = 400, .seed = seed, .repeats = 1},
        .ode = {.second_order = true},
    };
    return aln_problem_create(out, &params);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "model/params.h"

/* Keeps the integration error far below any deviation judged here. */
static const struct aln_params tolerances = {.ode = {.rtol = 1e-9, .atol = 1e-12}};
/* Of averages over points. */
static const struct aln_params rough = {
    .ode = {.rtol = ALN_ODE_JUMPS_RTOL, .atol = ALN_ODE_JUMPS_ATOL}};

struct aln_progress aln_claim_stop;

bool aln_claim_stopped(void)
{
    return aln_claim_stop.stop != NULL && *aln_claim_stop.stop != 0;
}

enum aln_status aln_claim_repeats(enum aln_engine_kind engine, const struct aln_problem *p,
                                  uint64_t first, uint64_t end, size_t count, const double *times,
                                  aln_repeat_sink sink, void *context)
{
    return aln_run_ensemble(&(struct aln_ensemble){.engine = engine,
                                                   .problem = p,
                                                   .params = p->points > 0 ? &rough : &tolerances,
                                                   .times = times,
                                                   .time_count = count,
                                                   .first = first,
                                                   .repeats = end,
                                                   .threads = 1,
                                                   .progress = &aln_claim_stop},
                            sink, context);
}

/* Destination of the rows of one run. */
struct rows {
    double *to;
    size_t columns;
};

static enum aln_status keep_rows(void *context, uint64_t repeat, size_t rows, const double *t,
                                 const double *row, bool whole)
{
    const struct rows *kept = context;
    (void)repeat;
    (void)t;
    (void)whole;
    memcpy(kept->to, row, rows * kept->columns * sizeof *row);
    return ALN_OK;
}

enum aln_status aln_claim_watch(const struct aln_problem *p, size_t count, const double *times,
                                double *rows, size_t event_count, struct aln_event *events)
{
    struct rows kept = {rows, aln_problem_columns(p)};
    return aln_run_ensemble(&(struct aln_ensemble){.engine = ALN_ENGINE_ODE,
                                                   .problem = p,
                                                   .params = &tolerances,
                                                   .times = times,
                                                   .time_count = count,
                                                   .events = events,
                                                   .event_count = event_count,
                                                   .repeats = 1,
                                                   .threads = 1,
                                                   .progress = &aln_claim_stop},
                            keep_rows, &kept);
}

enum aln_status aln_claim_run(enum aln_engine_kind engine, const struct aln_problem *p,
                              uint64_t repeat, size_t count, const double *times, double *rows)
{
    struct rows kept = {rows, aln_problem_columns(p)};
    return aln_claim_repeats(engine, p, repeat, repeat + 1, count, times, keep_rows, &kept);
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
                .activation = aln_activation_find("erf"),
                .student = {.units = 2,
                            .weights = {.fill = ALN_FILL_STD, .number = 1e-2},
                            .readout = {.fill = ALN_FILL_STD, .number = 1e-2}},
                .teacher = {.units = 2,
                            .weights = {.fill = ALN_FILL_STD, .number = 1},
                            .readout = {.fill = ALN_FILL_NUMBER, .number = 1}},
            },
        .learning = {.rule = aln_rule_find(rule),
                     .rate = {0.1, 0.1},
                     .feedback = {.distribution = ALN_NORMAL,
                                  .std = 1,
                                  .rate = NAN,
                                  .decay = NAN,
                                  .matrix = {.rows = 2, .cols = 1, .a = F1 ? feedback : NULL}}},
        .run = {.time = 400, .seed = seed, .repeats = 1},
        .ode = {.second_order = true},
    };
    return aln_problem_create(out, &params);
}

enum aln_status aln_claim_generic_problem(struct aln_problem **out, const char *activation,
                                          const char *rule, size_t outputs,
                                          const struct aln_entries *W2,
                                          const struct aln_entries *V2)
{
    const struct aln_params params = {
        .problem = {.inputs = 20,
                    .outputs = outputs,
                    .activation = aln_activation_find(activation),
                    .noise = 0.2,
                    .student = {.units = outputs,
                                .weights = {.fill = ALN_FILL_STD, .number = 0.5},
                                .readout = *W2},
                    .teacher = {.units = outputs,
                                .weights = {.fill = ALN_FILL_STD, .number = 1},
                                .readout = *V2}},
        .learning = {.rule = aln_rule_find(rule),
                     .rate = {0.4, 0.25},
                     .decay = {0.05, 0.03},
                     .feedback = {.distribution = ALN_NORMAL, .std = 1, .rate = NAN, .decay = NAN}},
        .run = {.seed = 7},
        .ode = {.second_order = true},
    };
    return aln_problem_create(out, &params);
}

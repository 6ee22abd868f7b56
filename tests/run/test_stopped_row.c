/* A stop request that comes while a row is computed: averages that end early are undefined, so that the row
 * must not be recorded. */
#include <signal.h>

#include "../check_main.h"
#include "../study/runs.h"
#include "alignode/activation.h"
#include "alignode/problem.h"
#include "run/ensemble.h"
#include "run/record.h"

enum { ROWS = 6 };

static volatile sig_atomic_t stop;
static int calls, last_call; /* a stop is requested in the last one; 0: never */
static const struct aln_activation *erf_units;

static void I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    if (++calls == last_call)
        stop = 1;
    erf_units->I4(P, K, C, U, out, work);
}

struct rows {
    size_t count, cols;
    double value[ROWS * 100];
};

static enum aln_status take_rows(void *context, uint64_t repeat, size_t count, const double *t,
                                 const double *row, bool whole)
{
    struct rows *rows = context;
    (void)repeat, (void)t, (void)whole;
    rows->count = count;
    memcpy(rows->value, row, count * rows->cols * sizeof *row);
    return ALN_OK;
}

/* Runs with a stop request in this call of I4; 0: without. */
static enum aln_status run(const struct aln_problem *problem, const struct aln_params *params,
                           int stop_in, struct rows *rows)
{
    static const double times[ROWS] = {0, 0.2, 0.4, 0.6, 0.8, 1};
    const struct aln_progress progress = {.stop = &stop};
    rows->count = 0;
    stop = 0;
    calls = 0;
    last_call = stop_in;
    return aln_run_ensemble(&(struct aln_ensemble){.engine = ALN_ENGINE_ODE,
                                                   .problem = problem,
                                                   .params = params,
                                                   .times = times,
                                                   .time_count = ROWS,
                                                   .extra = true,
                                                   .repeats = 1,
                                                   .threads = 1,
                                                   .progress = &progress},
                            take_rows, rows);
}

/* UA and SA of a recorded row are made of I4, as right-hand sides are: a stop in any call leaves no wrong row. */
START_TEST(test_stopped_row)
{
    struct aln_params *params = params_of("problem: {student: {units: 3, weights: {std: 0.5}}}\n"
                                          "learning: {rule: dfa, rate: 0.5}\n"
                                          "run: {time: 1, record: {geometry: true}}\n",
                                          "ode", 0, NULL);
    struct aln_problem *problem;
    struct aln_record record;
    struct rows whole, some;
    size_t most = 0;
    must(aln_problem_create(&problem, params));
    must(aln_ensemble_record(&record, problem, params, &aln_engine_table[ALN_ENGINE_ODE]));
    whole.cols = some.cols = aln_record_columns(&record);
    aln_record_close(&record);
    ck_assert_uint_le(whole.cols, 100);
    struct aln_activation counting = *problem->activation;
    erf_units = problem->activation;
    counting.I4 = I4;
    problem->activation = &counting;
    must(run(problem, params, 0, &whole));
    ck_assert_uint_eq(whole.count, ROWS);
    const int all = calls;
    ck_assert_int_gt(all, 2 * ROWS);
    for (int call = 1; call <= all; call++) {
        ck_assert_int_eq(run(problem, params, call, &some), ALN_STOPPED);
        ck_assert_uint_lt(some.count, ROWS);
        ck_assert_msg(
            memcmp(some.value, whole.value, some.count * some.cols * sizeof *some.value) == 0,
            "call %d: row %zu", call, some.count);
        most = some.count > most ? some.count : most;
    }
    ck_assert_uint_eq(most, ROWS - 1);
    problem->activation = erf_units;
    aln_problem_free(problem);
    aln_params_free(params);
}
END_TEST

CHECK_MAIN("run/stopped_row", test_stopped_row)

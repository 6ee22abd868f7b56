/* learning.schedule and ode.second_order have the documented effect in every engine. */
#include <math.h>

#include "../check_main.h"
#include "../study/runs.h"
#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"

#define PROBLEM                                                                                    \
    "problem:\n  inputs: 50\n  noise: 0.1\n"                                                       \
    "  student: {units: 2, weights: {std: 0.3}, readout: {std: 0.5}}\n"                            \
    "learning: {rule: dfa, "

enum { CHANGE = 4, END = 8, N = 50, COLS = 9 };

/* ---- schedule ---- */

/* A run with a schedule equals one at the first rates until the change, continued at the second. */
START_TEST(test_schedule_ode)
{
    char text[1024];
    const char *scheduled = run_text(
        ALN_ENGINE_ODE,
        PROBLEM "rate: [0.8, 0.2], schedule: [{time: 4, rate: [0.1, 0.9]}, {time: 7, rate: 0.5}]}\n"
                "run: {time: 8, record: {times: [1, 4, 6, 8]}}\node: {rtol: 1e-11}\n",
        "scheduled.tsv");
    const char *first = run_text(ALN_ENGINE_ODE,
                                 PROBLEM "rate: [0.8, 0.2]}\n"
                                         "run: {time: 8, record: {times: [1, 4, 6, 8]}}\n"
                                         "ode: {rtol: 1e-11}\n",
                                 "first.tsv");
    snprintf(text, sizeof text,
             PROBLEM "rate: [0.1, 0.9]}\nrun: {time: 3, record: {times: [2, 3]}}\n"
                     "ode: {rtol: 1e-11}\n");
    struct aln_params *p;
    char from[160];
    snprintf(from, sizeof from, "problem.overlaps={from: %s, time: 4}", first);
    const char *second_set[] = {from};
    const char *second = own("second.tsv"), *third = own("third.tsv");
    p = params_of(text, "ode", 1, second_set);
    must(aln_run(ALN_ENGINE_ODE, p, &(struct aln_run_options){.path = second}));
    aln_params_free(p);
    snprintf(from, sizeof from, "problem.overlaps={from: %s}", second);
    const char *third_set[] = {from, "learning.rate=0.5", "run.time=1", "run.record={times: [1]}"};
    p = params_of(text, "ode", 4, third_set);
    must(aln_run(ALN_ENGINE_ODE, p, &(struct aln_run_options){.path = third}));
    aln_params_free(p);

    struct aln_table *s = table_of(scheduled), *a = table_of(first), *b = table_of(second);
    struct aln_table *c = table_of(third);
    double apart = 0;
    for (size_t j = 2; j < s->cols; j++) {
        const char *name = s->name[j];
        for (size_t r = 0; r <= 2; r++) /* t = 0, 1, 4 */
            ck_assert_double_eq_tol(entry(s, r, name), entry(a, r, name), 1e-10);
        ck_assert_double_eq_tol(entry(s, 3, name), entry(b, 1, name), 1e-9); /* t = 6 */
        ck_assert_double_eq_tol(entry(s, 4, name), entry(c, 1, name), 1e-9); /* t = 8 */
        apart = fmax(apart, fabs(entry(s, 4, name) - entry(a, 4, name)));
    }
    ck_assert_double_gt(apart, 0.05);
    aln_table_free(s);
    aln_table_free(a);
    aln_table_free(b);
    aln_table_free(c);
    unlink(scheduled);
    unlink(first);
    unlink(second);
    unlink(third);
}
END_TEST

/* The state of an engine, at finite N, after some steps.  Returned: state[COLS] */
static void run_steps(enum aln_engine_kind engine, const struct aln_problem *p, uint64_t repeat,
                      uint64_t steps, double *state)
{
    ck_assert_uint_eq(aln_problem_size(p), COLS);
    if (engine == ALN_ENGINE_CHAIN) {
        struct aln_chain *chain;
        must(aln_chain_create(&chain, p, repeat));
        must(aln_chain_advance(chain, steps));
        memcpy(state, aln_chain_state(chain), COLS * sizeof *state);
        aln_chain_free(chain);
    } else {
        struct aln_sgd *sgd;
        must(aln_sgd_create(&sgd, p, repeat));
        must(aln_sgd_advance(sgd, steps));
        memcpy(state, aln_sgd_state(sgd), COLS * sizeof *state);
        aln_sgd_free(sgd);
    }
}

struct moments {
    double sum[COLS], squares[COLS];
};

static void add(struct moments *m, const double *state)
{
    for (size_t j = 0; j < COLS; j++) {
        m->sum[j] += state[j];
        m->squares[j] += state[j] * state[j];
    }
}

/* The largest difference of two means, in standard errors. */
static double largest_z(const struct moments *a, const struct moments *b, double count)
{
    double largest = 0;
    for (size_t j = 0; j < COLS; j++) {
        double ma = a->sum[j] / count, mb = b->sum[j] / count;
        double square = a->squares[j] / count - ma * ma + b->squares[j] / count - mb * mb;
        largest = fmax(largest, fabs(ma - mb) / sqrt(square / count));
    }
    return largest;
}

/* Until the change the bits are those of the run without a schedule. After it, the law is that of
 * two joined runs, the second with new samples: all 9 means of 1500 runs agree within 4.5 standard
 * errors (7e-6 each), while the runs without a schedule are more than 20 away. */
static void check_schedule(enum aln_engine_kind engine)
{
    enum { RUNS = 1500 };
    static const char *const set[] = {"learning.schedule=[{time: 4, rate: [0.1, 0.9]}]"};
    struct aln_params *with = params_of(PROBLEM "rate: [0.8, 0.2]}\n", "chain", 1, set);
    struct aln_params *without = params_of(PROBLEM "rate: [0.8, 0.2]}\n", "chain", 0, NULL);
    struct aln_params *second = params_of(PROBLEM "rate: [0.1, 0.9]}\n", "chain", 0, NULL);
    struct aln_problem *scheduled, *plain, *later;
    struct moments glued = {.sum = {0}}, ours = {.sum = {0}}, theirs = {.sum = {0}};
    double state[COLS], middle[COLS];
    must(aln_problem_create(&scheduled, with));
    must(aln_problem_create(&plain, without));
    must(aln_problem_create(&later, second));
    later->seed = 77;
    later->start = middle;
    for (uint64_t i = 0; i < RUNS; i++) {
        if (i < 3) {
            run_steps(engine, scheduled, i, CHANGE * N, state);
            run_steps(engine, plain, i, CHANGE * N, middle);
            ck_assert_mem_eq(state, middle, sizeof state);
            run_steps(engine, scheduled, i, CHANGE * N + 1, state);
            run_steps(engine, plain, i, CHANGE * N + 1, middle);
            ck_assert_mem_ne(state, middle, sizeof state);
        }
        run_steps(engine, scheduled, i, END * N, state);
        add(&ours, state);
        run_steps(engine, plain, RUNS + i, END * N, state);
        add(&theirs, state);
        run_steps(engine, plain, 2 * RUNS + i, CHANGE * N, middle);
        run_steps(engine, later, i, (END - CHANGE) * N, state);
        add(&glued, state);
    }
    double z = largest_z(&ours, &glued, RUNS);
    ck_assert_msg(z < 4.5, "%g", z);
    ck_assert_double_gt(largest_z(&ours, &theirs, RUNS), 20);
    aln_problem_free(scheduled);
    aln_problem_free(plain);
    aln_problem_free(later);
    aln_params_free(with);
    aln_params_free(without);
    aln_params_free(second);
}

START_TEST(test_schedule_chain)
{
    check_schedule(ALN_ENGINE_CHAIN);
}
END_TEST

START_TEST(test_schedule_sgd)
{
    check_schedule(ALN_ENGINE_SGD);
}
END_TEST

/* ---- second order ---- */

/* Without the eta^2 terms rates only scale time: the run at 10 times the rates is the same run in a
 * tenth of the time. With them the runs differ. */
START_TEST(test_scaling)
{
    for (int second = 0; second < 2; second++) {
        const char *path[2];
        struct aln_table *t[2];
        for (int fast = 0; fast < 2; fast++) {
            char text[1024];
            snprintf(text, sizeof text,
                     PROBLEM "rate: %s}\nrun: {time: %d, record: {count: 5, spacing: linear}}\n"
                             "ode: {second_order: %s, rtol: 1e-11}\n",
                     fast ? "[1.5, 1]" : "[0.15, 0.1]", fast ? 10 : 100, second ? "true" : "false");
            path[fast] = run_text(ALN_ENGINE_ODE, text, fast ? "fast.tsv" : "slow.tsv");
            runs_again(ALN_ENGINE_ODE, path[fast]);
            t[fast] = table_of(path[fast]);
        }
        double largest = 0;
        for (size_t r = 1; r < 6; r++)
            for (size_t j = 2; j < t[0]->cols; j++)
                largest = fmax(largest,
                               fabs(entry(t[0], r, t[0]->name[j]) - entry(t[1], r, t[0]->name[j])));
        ck_assert_msg(second ? largest > 0.01 : largest < 1e-9, "%d: %g", second, largest);
        for (int fast = 0; fast < 2; fast++) {
            aln_table_free(t[fast]);
            unlink(path[fast]);
        }
    }
}
END_TEST

/* The omitted terms are quadratic in eta1, noise included, and appear in dQ only. */
START_TEST(test_terms)
{
    struct aln_params *p = params_of(PROBLEM "rate: 1, decay: 0.1}\n", "ode", 0, NULL);
    struct aln_problem *full, first;
    must(aln_problem_create(&full, p));
    first = *full;
    first.first_order = true;
    struct aln_rhs *f, *g;
    must(aln_rhs_create(&f, full));
    must(aln_rhs_create(&g, &first));
    double left_out[2][COLS];
    for (int i = 0; i < 2; i++) {
        const double eta[2] = {i == 0 ? 0.01 : 2, 0.7};
        double a[COLS], b[COLS];
        must(aln_rhs_eval(f, eta, NULL, full->start, a));
        must(aln_rhs_eval(g, eta, NULL, full->start, b));
        for (size_t j = 0; j < COLS; j++)
            left_out[i][j] = (a[j] - b[j]) / (eta[0] * eta[0]);
    }
    for (size_t j = 0; j < COLS; j++) {
        /* the difference of order 1e-4 of numbers of order .01, at eta1 = .01 */
        ck_assert_double_eq_tol(left_out[0][j], left_out[1][j], 1e-11);
        if (j >= aln_state_at(full, ALN_R))
            ck_assert(left_out[1][j] == 0);
    }
    ck_assert_double_gt(left_out[1][0], 0.01); /* <(F e g')^2> > 0 */
    aln_rhs_free(f);
    aln_rhs_free(g);
    aln_problem_free(full);
    aln_params_free(p);
}
END_TEST

/* Simulations ignore the switch, which belongs to the ode. */
START_TEST(test_elsewhere)
{
    static const enum aln_engine_kind engines[] = {ALN_ENGINE_CHAIN, ALN_ENGINE_SGD};
    for (int i = 0; i < 2; i++) {
        struct aln_table *t[2];
        for (int second = 0; second < 2; second++) {
            char text[1024];
            snprintf(text, sizeof text,
                     PROBLEM "rate: 1}\nrun: {time: 5, record: {count: 5, spacing: linear}}\n"
                             "ode: {second_order: %s}\n",
                     second ? "true" : "false");
            const char *path = run_text(engines[i], text, "simulated.tsv");
            t[second] = table_of(path);
            unlink(path);
        }
        ck_assert_mem_eq(t[0]->value, t[1]->value, t[0]->rows * t[0]->cols * sizeof(double));
        aln_table_free(t[0]);
        aln_table_free(t[1]);
    }
}
END_TEST

CHECK_MAIN("study/switches", test_schedule_ode, test_schedule_chain, test_schedule_sgd,
           test_scaling, test_terms, test_elsewhere)

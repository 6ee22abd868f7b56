/* problem.tasks and run.tasks in every engine: one task is the problem without tasks, what is not in force
 * stays, and chain and sgd take the steps that the equations average. */
#include <math.h>

#include "../check_main.h"
#include "../covers.h"
#include "../study/runs.h"
#include "alignode/chain.h"
#include "alignode/geometry.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"

#define STUDENT "student: {units: 2, weights: {std: 0.5}, readout: {std: 0.5}}"
#define TWO                                                                                        \
    "problem:\n  inputs: 60\n  noise: 0.1\n  " STUDENT "\n"                                        \
    "  teacher: {units: 2, similarity: 0.4}\n"                                                     \
    "  tasks: [{units: [1], readout: [[1.0]]}, {units: [2], readout: [[-0.8]]}]\n"

/* ---- one task ---- */

START_TEST(test_one_task)
{
    static const char plain[] =
        "problem:\n  inputs: 60\n  noise: 0.1\n  " STUDENT "\n"
        "  teacher: {units: 2, readout: [[1, 0.5]]}\n"
        "learning: {rule: dfa, rate: [0.8, 0.3], decay: 0.1}\n"
        "run: {time: 4, repeats: 2, record: {times: [1, 2.5, 4], degrees: true}}\n";
    static const char task[] =
        "problem:\n  inputs: 60\n  noise: 0.1\n  " STUDENT "\n"
        "  teacher: {units: 2}\n  tasks: [{units: [2, 1], readout: [[0.5, 1]]}]\n"
        "learning: {rule: dfa, rate: [0.8, 0.3], decay: 0.1}\n"
        "run: {time: 4, repeats: 2, record: {times: [1, 2.5, 4], degrees: true}}\n";
    for (int e = 0; e < ALN_ENGINES; e++) {
        const char *path[] = {run_text((enum aln_engine_kind)e, plain, "plain.tsv"),
                              run_text((enum aln_engine_kind)e, task, "task.tsv")};
        struct aln_table *a = table_of(path[0]), *b = table_of(path[1]);
        ck_assert_uint_eq(a->cols + 1, b->cols);
        ck_assert_uint_eq(a->rows, b->rows);
        ck_assert_str_eq(b->name[a->cols], "eg_1");
        for (size_t r = 0; r < a->rows; r++) {
            ck_assert_mem_eq(a->value + r * a->cols, b->value + r * b->cols,
                             a->cols * sizeof *a->value);
            ck_assert(entry(b, r, "eg") == entry(b, r, "eg_1"));
        }
        runs_again((enum aln_engine_kind)e, path[1]);
        for (int i = 0; i < 2; i++)
            unlink(path[i]);
        aln_table_free(a);
        aln_table_free(b);
    }
}
END_TEST

/* ---- what is in force ---- */

/* A read-out and its feedback move, and eg is its task's, while the task is in force. */
START_TEST(test_in_force)
{
    static const char text[] =
        TWO "learning: {rule: kolen-pollack, rate: [0.8, 0.3], decay: 0.1}\n"
            "run: {time: 4, record: {times: [1, 2, 3, 4]}, tasks: [{time: 0, task: 2}, "
            "{time: 2, task: 1}]}\n";
    static const char *const head[2][4] = {{"W2_1_1", "W2_1_2", "F1_1_1", "F1_2_1"},
                                           {"W2_2_1", "W2_2_2", "F1_1_2", "F1_2_2"}};
    for (int e = 0; e < ALN_ENGINES; e++) {
        const char *path = run_text((enum aln_engine_kind)e, text, "two.tsv");
        struct aln_table *t = table_of(path);
        ck_assert_str_eq(t->name[t->cols - 2], "eg_1");
        ck_assert_str_eq(t->name[t->cols - 1], "eg_2");
        for (size_t r = 0; r < 5; r++) /* at t = 2 the first task is in force */
            ck_assert(entry(t, r, "eg") == entry(t, r, r < 2 ? "eg_2" : "eg_1"));
        for (size_t j = 0; j < 2; j++)
            for (size_t n = 0; n < 4; n++)
                for (size_t r = 1; r < 5; r++)
                    ck_assert((entry(t, r, head[j][n]) != entry(t, r - 1, head[j][n])) ==
                              (j == 1 ? r <= 2 : r > 2));
        runs_again((enum aln_engine_kind)e, path);
        unlink(path);
        aln_table_free(t);
    }
}
END_TEST

/* ---- the simulations ---- */

/* COUNTED entries of the state: Q, R, W2. */
enum { COUNTED = 11, N = 60, RUNS = 600 };

struct moments {
    double sum[COUNTED], squares[COUNTED];
};

static void add(struct moments *m, const double *state)
{
    for (size_t j = 0; j < COUNTED; j++) {
        m->sum[j] += state[j];
        m->squares[j] += state[j] * state[j];
    }
}

static double mean(const struct moments *m, size_t j, double *se)
{
    const double mean = m->sum[j] / RUNS;
    *se = sqrt((m->squares[j] / RUNS - mean * mean) / RUNS);
    return mean;
}

static struct aln_problem *problem_of(const char *rest)
{
    char text[1024];
    struct aln_problem *p;
    snprintf(text, sizeof text, TWO "%s", rest);
    struct aln_params *params = params_of(text, "chain", 0, NULL);
    must(aln_problem_create(&p, params));
    aln_params_free(params);
    ck_assert_uint_eq(aln_problem_size(p), COUNTED);
    return p;
}

static void run_chain(const struct aln_problem *p, uint64_t repeat, uint64_t steps, double *state)
{
    struct aln_chain *chain;
    must(aln_chain_create(&chain, p, repeat));
    must(aln_chain_advance(chain, steps));
    memcpy(state, aln_chain_state(chain), COUNTED * sizeof *state);
    aln_chain_free(chain);
}

static void run_sgd(const struct aln_problem *p, uint64_t repeat, uint64_t steps, double *state)
{
    struct aln_sgd *sgd;
    must(aln_sgd_create(&sgd, p, repeat));
    must(aln_sgd_advance(sgd, steps));
    memcpy(state, aln_sgd_state(sgd), COUNTED * sizeof *state);
    aln_sgd_free(sgd);
}

/* Chain and sgd have one law, at any N: all 11 means within 4.5 standard errors (7e-6 each), with single
 * samples and with batches. */
START_TEST(test_chain_is_sgd)
{
    static const char *const batch[] = {"", ", batch: 3"};
    char rest[256];
    for (size_t b = 0; b < 2; b++) {
        struct moments chain = {{0}, {0}}, sgd = {{0}, {0}};
        double state[COUNTED], se[2];
        snprintf(rest, sizeof rest,
                 "learning: {rule: dfa, rate: [0.8, 0.5]%s}\n"
                 "run: {tasks: [{time: 0, task: 1}, {time: 2, task: 2, replay: 0.3}]}\n",
                 batch[b]);
        struct aln_problem *p = problem_of(rest);
        for (uint64_t i = 0; i < RUNS; i++) {
            run_chain(p, i, 4 * N, state);
            add(&chain, state);
            run_sgd(p, i, 4 * N, state);
            add(&sgd, state);
        }
        for (size_t j = 0; j < COUNTED; j++) {
            const double a = mean(&chain, j, &se[0]), c = mean(&sgd, j, &se[1]);
            ck_assert_msg(fabs(a - c) < 4.5 * hypot(se[0], se[1]), "batch %zu, entry %zu: %g, %g",
                          b, j, a, c);
        }
        aln_problem_free(p);
    }
}
END_TEST

/* The mean of runs at N tends to the equations as 1/N: 4/3 of the mean at 4 N less 1/3 of that at N, within
 * 4.5 standard errors. Without replay the state is more than 20 of them away. */
START_TEST(test_chain_is_ode)
{
    struct moments at[2] = {{{0}, {0}}, {{0}, {0}}};
    double state[COUNTED], se[2], apart = 0;
    struct aln_problem *p =
        problem_of("learning: {rule: bp, rate: [0.8, 0.5]}\n"
                   "run: {tasks: [{time: 0, task: 1}, {time: 2, task: 2, replay: 0.3}]}\n");
    struct aln_problem_turn turns[2] = {p->turns[0], p->turns[1]};
    struct aln_problem without = *p;
    turns[1].replay = 0;
    without.turns = turns;
    struct aln_ode *ode[2];
    const struct aln_ode_options options = aln_ode_defaults();
    must(aln_ode_create(&ode[0], p, &options));
    must(aln_ode_create(&ode[1], &without, &options));
    for (int i = 0; i < 2; i++)
        must(aln_ode_advance(ode[i], 4));
    for (int n = 0; n < 2; n++) {
        p->N = n == 0 ? 100 : 400;
        for (uint64_t i = 0; i < RUNS; i++) {
            run_chain(p, i, 4 * p->N, state);
            add(&at[n], state);
        }
    }
    for (size_t j = 0; j < COUNTED; j++) {
        const double m = mean(&at[0], j, &se[0]), m4 = mean(&at[1], j, &se[1]),
                     error = hypot(4 * se[1], se[0]) / 3,
                     z = ((4 * m4 - m) / 3 - aln_ode_state(ode[0])[j]) / error;
        ck_assert_msg(fabs(z) < 4.5, "entry %zu: %g", j, z);
        apart = fmax(apart, fabs(aln_ode_state(ode[0])[j] - aln_ode_state(ode[1])[j]) / error);
    }
    ck_assert_double_gt(apart, 20);
    for (int i = 0; i < 2; i++)
        aln_ode_free(ode[i]);
    aln_problem_free(p);
}
END_TEST

/* ---- events ---- */

static double own_eg(const struct aln_problem *p, size_t task, const double *state)
{
    const struct aln_problem alone = aln_problem_of_task(p, task);
    return aln_problem_eg(&alone, state);
}

/* The state of a run, and the task in force.  Returned: the step at which that began */
static uint64_t run_turns(bool sgd, const struct aln_problem *p, uint64_t steps, double *state,
                          size_t *task)
{
    const struct aln_problem_turn *turn;
    struct aln_chain *chain = NULL;
    struct aln_sgd *direct = NULL;
    if (sgd) {
        must(aln_sgd_create(&direct, p, 3));
        must(aln_sgd_advance(direct, steps));
        turn = aln_sgd_turn(direct);
    } else {
        must(aln_chain_create(&chain, p, 3));
        must(aln_chain_advance(chain, steps));
        turn = aln_chain_turn(chain);
    }
    memcpy(state, sgd ? aln_sgd_state(direct) : aln_chain_state(chain), COUNTED * sizeof *state);
    *task = turn->task;
    const uint64_t begins = (uint64_t)llround(turn->time * (double)p->N);
    aln_chain_free(chain);
    aln_sgd_free(direct);
    return begins;
}

#define AT_EVENTS                                                                                  \
    "learning: {rule: bp, rate: [0.8, 0.5]}\nrun: {tasks: [{time: 0, task: 1}, {eg_below: "        \
    "0.12, task: 2, replay: 0.2}, {after: 0.5, task: 1}]}\n"

/* A run switches at the first step whose state is below the level, and some steps after that; its states
 * are those of a run with these times, bit for bit. */
START_TEST(test_at_events)
{
    for (int sgd = 0; sgd < 2; sgd++) {
        struct aln_problem *p = problem_of(AT_EVENTS);
        double before[COUNTED], at[COUNTED], end[COUNTED], given[COUNTED];
        size_t task;
        const uint64_t begins = run_turns(sgd, p, 40 * N, end, &task), switches = begins - N / 2;
        ck_assert_uint_eq(task, 0);
        ck_assert_uint_gt(switches, N);
        run_turns(sgd, p, switches - 1, before, &task);
        ck_assert_uint_eq(task, 0);
        ck_assert_uint_eq(run_turns(sgd, p, switches, at, &task), switches);
        ck_assert_uint_eq(task, 1);
        ck_assert_uint_eq(run_turns(sgd, p, begins - 1, given, &task), switches);
        ck_assert(own_eg(p, 0, before) >= 0.12 && own_eg(p, 0, at) < 0.12);
        const struct aln_problem_turn turns[] = {{0, 0, 0, 0, 0},
                                                 {(double)switches / N, 1, 0.2, 0, 0},
                                                 {(double)begins / N, 0, 0, 0, 0}};
        struct aln_problem timed = *p;
        timed.turns = turns;
        run_turns(sgd, &timed, 40 * N, given, &task);
        ck_assert_mem_eq(end, given, sizeof end);
        aln_problem_free(p);
    }
}
END_TEST

/* The mean time at which runs reach the level, extrapolated in 1/N, against that of the equations: 4.5
 * standard errors. */
START_TEST(test_time_of_event)
{
    struct aln_problem *p = problem_of(AT_EVENTS);
    double mean[2] = {0}, square[2] = {0};
    for (int n = 0; n < 2; n++) {
        p->N = n == 0 ? 100 : 400;
        for (uint64_t i = 0; i < RUNS; i++) {
            struct aln_chain *chain;
            must(aln_chain_create(&chain, p, i));
            must(aln_chain_advance(chain, 20 * p->N));
            ck_assert_uint_eq(aln_chain_turn(chain)->task, 0);
            const double t = aln_chain_turn(chain)->time;
            mean[n] += t / RUNS;
            square[n] += t * t / RUNS;
            aln_chain_free(chain);
        }
    }
    struct aln_ode *ode;
    const struct aln_ode_options options = aln_ode_defaults();
    must(aln_ode_create(&ode, p, &options));
    must(aln_ode_advance(ode, 20));
    const double t = aln_ode_turn(ode)->time,
                 error =
                     sqrt((16 * (square[1] - mean[1] * mean[1]) + square[0] - mean[0] * mean[0]) /
                          RUNS) /
                     3,
                 z = ((4 * mean[1] - mean[0]) / 3 - t) / error;
    ck_assert_msg(fabs(z) < 4.5, "t = %g, %g and %g of runs: z = %g", t, mean[0], mean[1], z);
    ck_assert_double_lt(error, 0.05 * t);
    aln_ode_free(ode);
    aln_problem_free(p);
}
END_TEST

/* UA of a task at a recorded state. */
static double UA_of(const struct aln_problem *p, size_t task, const double *state)
{
    const struct aln_problem alone = aln_problem_of_task(p, task);
    struct aln_geometry *g;
    must(aln_geometry_create(&g, &alone));
    const double UA = aln_geometry_at(g, state, 0).UA;
    aln_geometry_free(g);
    return UA;
}

/* Columns of the turn, in every engine, whose rows are run again from their header. */
START_TEST(test_recorded)
{
    static const char text[] =
        TWO "learning: {rule: dfa, rate: [0.8, 0.5], feedback: {std: 0.5}}\n"
            "run: {time: 40, repeats: 2, record: {times: [0.1, 20, 40], geometry: true}, "
            "tasks: [{time: 0, task: 1}, {eg_below: 0.1, task: 2}, {after: 1.5, task: 1}]}\n";
    struct aln_params *params = params_of(text, "chain", 0, NULL);
    struct aln_problem *p;
    must(aln_problem_create(&p, params));
    aln_params_free(params);
    for (int e = 0; e < ALN_ENGINES; e++) {
        const char *path = run_text((enum aln_engine_kind)e, text, "events.tsv");
        struct aln_table *t = table_of(path);
        static const char *const last[] = {"UA", "SA", "eg_1", "eg_2", "task", "task_from"};
        for (size_t i = 0; i < 6; i++)
            ck_assert_str_eq(t->name[t->cols - 6 + i], last[i]);
        for (size_t r = 0; r < t->rows; r++) {
            const bool second = entry(t, r, "task") == 2;
            ck_assert(entry(t, r, "eg") == entry(t, r, second ? "eg_2" : "eg_1"));
            ck_assert(entry(t, r, "task_from") <= entry(t, r, "t"));
            ck_assert_double_eq_tol(entry(t, r, "UA"), UA_of(p, second, t->value + r * t->cols + 3),
                                    1e-12);
        }
        ck_assert(entry(t, 0, "task") == 1 && entry(t, 0, "task_from") == 0);
        ck_assert(entry(t, 3, "task") == 1 && entry(t, 3, "task_from") > 1.5);
        runs_again((enum aln_engine_kind)e, path);
        unlink(path);
        aln_table_free(t);
    }
    aln_problem_free(p);
}
END_TEST

/* ---- drawn and given ---- */

START_TEST(test_shared)
{
    COVERS(&aln_heads, "own", "shared");
    struct aln_problem *p = problem_of("learning: {rule: dfa, feedback: {heads: shared}}\n");
    for (size_t k = 0; k < 2; k++)
        ck_assert(p->F1[2 * k] == p->F1[2 * k + 1]);
    ck_assert(p->F1[0] != p->F1[2]);
    aln_problem_free(p);
    p = problem_of("learning: {rule: dfa, feedback: {heads: shared, matrix: [[0.5], [2]]}}\n");
    for (size_t k = 0; k < 2; k++)
        for (size_t o = 0; o < 2; o++)
            ck_assert(p->F1[2 * k + o] == (k == 0 ? 0.5 : 2));
    aln_problem_free(p);
    /* Shared heads: one row, whose target is another read-out in each task. */
    struct aln_params *params =
        params_of(TWO "  heads: shared\nlearning: {rule: dfa, feedback: {matrix: [[0.5], [2]]}}\n"
                      "run: {time: 4, tasks: [{time: 0, task: 1}, {time: 2, task: 2}]}\n",
                  "ode", 0, NULL);
    must(aln_problem_create(&p, params));
    ck_assert_uint_eq(p->O, 1);
    const struct aln_problem second = aln_problem_at(p, 2), first = aln_problem_at(p, 1.99);
    ck_assert(first.V2[0] == 1 && first.V2[1] == 0 && second.V2[0] == 0 && second.V2[1] == -0.8);
    aln_problem_free(p);
    aln_params_free(params);
}
END_TEST

/* R of teachers of given overlap: N R_km R_kn / std^2 has the mean T_mn and, at T_mm = 1, the variance
 * 1 + T_mn^2; 4.5 standard errors. */
START_TEST(test_similarity)
{
    static const double similarity[] = {0, 0.4, -0.9, 1};
    enum { SEEDS = 500 };
    for (size_t i = 0; i < 4; i++) {
        double sum = 0;
        const double s = similarity[i];
        for (int seed = 1; seed <= SEEDS; seed++) {
            char set[2][64];
            const char *const sets[] = {set[0], set[1]};
            struct aln_problem *p;
            snprintf(set[0], sizeof set[0], "problem.teacher.similarity=%g", s);
            snprintf(set[1], sizeof set[1], "run.seed=%d", seed);
            struct aln_params *params = params_of(TWO "learning: {rule: bp}\n", "ode", 2, sets);
            must(aln_problem_create(&p, params));
            ck_assert(p->T[0] == 1 && p->T[3] == 1 && p->T[1] == s && p->T[2] == s);
            const double *R = p->start + aln_state_at(p, ALN_R);
            sum += N * R[0] * R[1] / 0.25 / SEEDS;
            if (s == 1)
                ck_assert(R[0] == R[1] && R[2] == R[3]);
            aln_problem_free(p);
            aln_params_free(params);
        }
        ck_assert_msg(fabs(sum - s) < 4.5 * sqrt((1 + s * s) / SEEDS), "%g: %g", s, sum);
    }
}
END_TEST

CHECK_MAIN("run/sequence", test_one_task, test_in_force, test_chain_is_sgd, test_chain_is_ode,
           test_at_events, test_time_of_event, test_recorded, test_shared, test_similarity)

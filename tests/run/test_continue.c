/* A run continued from its middle equals the uninterrupted run. */
#include <math.h>

#include "../check_main.h"
#include "../study/runs.h"
#include "alignode/chain.h"
#include "run/finished.h"

#define PROBLEM                                                                                    \
    "  inputs: 50\n  outputs: 2\n  noise: 0.2\n"                                                   \
    "  student: {units: 2, weights: {std: 0.3}, readout: {std: 0.5}}\n"                            \
    "  teacher: {units: 3, readout: {std: 1}}\n"
#define LEARNING "learning: {rule: %s, rate: [0.5, 0.3], decay: 0.01}\n"

/* Both runs have relative errors of 1e-11 per step; over these few steps, without instability,
 * their states of order one agree to 1e-9. */
START_TEST(test_ode)
{
    static const char *const rules[] = {"bp", "dfa", "sign-symmetric", "kolen-pollack"};
    for (size_t r = 0; r < 4; r++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "problem:\n" PROBLEM LEARNING
                 "run: {time: 20, record: {times: [0, 8, 20]}}\node: {rtol: 1e-11}\n",
                 rules[r]);
        const char *whole = run_text(ALN_ENGINE_ODE, text, "whole.tsv");
        snprintf(text, sizeof text,
                 "problem:\n" PROBLEM "  overlaps: {from: %s, time: 8}\n" LEARNING
                 "run: {time: 12, record: {times: [0, 12]}}\node: {rtol: 1e-11}\n",
                 whole, rules[r]);
        const char *rest = run_text(ALN_ENGINE_ODE, text, "rest.tsv");
        struct aln_table *a = table_of(whole), *b = table_of(rest);
        ck_assert_uint_eq(a->cols, b->cols);
        double moved = 0;
        for (size_t j = 2; j < a->cols; j++) {
            const char *name = a->name[j];
            ck_assert(entry(a, 1, name) == entry(b, 0, name));
            ck_assert_double_eq_tol(entry(a, 2, name), entry(b, 1, name), 1e-9);
            moved = fmax(moved, fabs(entry(a, 2, name) - entry(a, 1, name)));
        }
        ck_assert_double_gt(moved, 0.01);
        aln_table_free(a);
        aln_table_free(b);
        unlink(whole); /* the header of the rest no longer depends on it */
        runs_again(ALN_ENGINE_ODE, rest);
        unlink(rest);
    }
}
END_TEST

/* Chain and sgd start exactly where the earlier run was. */
START_TEST(test_start)
{
    static const enum aln_engine_kind engines[] = {ALN_ENGINE_CHAIN, ALN_ENGINE_SGD};
    for (int i = 0; i < 2; i++) {
        const char *run = "run: {time: 4, repeats: 2, record: {times: [0, 2, 4]}}\n";
        char text[1024];
        snprintf(text, sizeof text, "problem:\n" PROBLEM LEARNING "%s", "kolen-pollack", run);
        const char *whole = run_text(engines[i], text, "whole.tsv");
        snprintf(text, sizeof text,
                 "problem:\n" PROBLEM "  overlaps: {from: %s, repeat: 1, time: 2}\n" LEARNING "%s",
                 whole, "kolen-pollack", run);
        const char *rest = run_text(engines[i], text, "rest.tsv");
        struct aln_table *a = table_of(whole), *b = table_of(rest);
        ck_assert_int_ge(aln_table_column(a, "F1_2_2"), 0);
        for (size_t j = 2; j < a->cols; j++) {
            double gap = fabs(entry(a, 4, a->name[j]) - entry(b, 0, a->name[j]));
            /* sgd's overlaps are those of its vectors */
            ck_assert(gap <= (engines[i] == ALN_ENGINE_CHAIN ? 0 : 1e-13));
        }
        aln_table_free(a);
        aln_table_free(b);
        unlink(whole);
        runs_again(engines[i], rest);
        unlink(rest);
    }
}
END_TEST

/* From there on the chain's law depends on that state only: the means of all quantities over 1500
 * runs continued from a row equal those of 1500 other, uninterrupted runs within 4.5 standard
 * errors (7e-6 for each of 17). */
START_TEST(test_law)
{
    enum { RUNS = 1500, COLS = 17, N = 50 };
    char text[1024];
    struct aln_problem *p;
    double sum[2][COLS] = {{0}}, sum2[2][COLS] = {{0}};
    snprintf(text, sizeof text, "problem:\n" PROBLEM LEARNING, "kolen-pollack");
    struct aln_params *params = params_of(text, "chain", 0, NULL);
    must(aln_problem_create(&p, params));
    ck_assert_uint_eq(aln_problem_size(p), COLS);
    for (uint64_t i = 0; i < 2 * RUNS; i++) {
        struct aln_chain *chain, *rest = NULL;
        struct aln_problem later = *p;
        double middle[COLS];
        must(aln_chain_create(&chain, p, i));
        must(aln_chain_advance(chain, i < RUNS ? 4 * N : 2 * N));
        if (i >= RUNS) {
            memcpy(middle, aln_chain_state(chain), sizeof middle);
            later.start = middle;
            later.seed = 77;
            must(aln_chain_create(&rest, &later, i));
            must(aln_chain_advance(rest, 2 * N));
        }
        const double *state = aln_chain_state(rest != NULL ? rest : chain);
        for (size_t j = 0; j < COLS; j++) {
            sum[i >= RUNS][j] += state[j];
            sum2[i >= RUNS][j] += state[j] * state[j];
        }
        aln_chain_free(chain);
        aln_chain_free(rest);
    }
    for (size_t j = 0; j < COLS; j++) {
        double mean[2], square = 0;
        for (int h = 0; h < 2; h++) {
            mean[h] = sum[h][j] / RUNS;
            square += (sum2[h][j] / RUNS - mean[h] * mean[h]) / RUNS;
        }
        ck_assert_double_le(fabs(mean[0] - mean[1]), 4.5 * sqrt(square));
    }
    aln_problem_free(p);
    aln_params_free(params);
}
END_TEST

CHECK_MAIN("study/continue", test_ode, test_start, test_law)

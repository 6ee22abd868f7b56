/* The study plearn: its rows are compared with single runs, its counts and formula with both. */
#include <math.h>

#include "../check_main.h"
#include "studies.h"
#include "study/plearn.h"

#define PROBLEM                                                                                    \
    "problem: {inputs: 30, activation: relu, student: {units: %d}, teacher: {units: 2, weights: "  \
    "orthonormal, readout: %s}}\n"
#define STUDY                                                                                      \
    "run: {time: 80, seed: 5}\nstudy: plearn\n"                                                    \
    "plearn: {units: [2, 4], rates: [0.4, 0.3], runs: 20, window: 10}\n"
#define LEARNING "learning: {rule: dfa, rate: %s, feedback: {distribution: signs}}\n"

/* eg of a single run, averaged over the same times. */
static double mean_eg(enum aln_engine_kind engine, const char *text, double *eg_0)
{
    const char *path = run_text(engine, text, "single.tsv");
    struct aln_table *t = table_of(path);
    double sum = 0;
    ck_assert_uint_eq(t->rows, 21);
    for (size_t r = 1; r < t->rows; r++)
        sum += entry(t, r, "eg");
    *eg_0 = entry(t, 0, "eg");
    aln_table_free(t);
    unlink(path);
    return sum / 20;
}

/* 20 times from 70.5 to 80, as a list; at N = 30 they are steps. */
static const char *times_text(void)
{
    static char out[256];
    size_t n = 0;
    for (int i = 0; i < 20; i++)
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%g", i > 0 ? ", " : "", 70.5 + 0.5 * i);
    return out;
}

START_TEST(test_rows)
{
    char text[1024];
    snprintf(text, sizeof text, PROBLEM LEARNING STUDY, 3, "1", "9");
    char kept[96];
    const char *path = keep(study_text(text, "plearn.tsv", 1), kept);
    struct aln_table *t = table_of(path);
    unsigned learned[2] = {0}, agree[2] = {0}, unpredicted[2] = {0};
    ck_assert_uint_eq(t->rows, 40);
    for (size_t r = 0; r < t->rows; r++) {
        int K = r < 20 ? 2 : 4;
        char seed[32];
        snprintf(seed, sizeof seed, "%zu", 5 + r);
        ck_assert_str_eq(text_entry(t, r, "seed"), seed); /* no seed occurs twice */
        ck_assert(entry(t, r, "units") == K && entry(t, r, "rate") == (K == 2 ? 0.4 : 0.3));
        ck_assert(entry(t, r, "positive") + entry(t, r, "negative") == K);
        bool will = entry(t, r, "positive") >= 2;
        bool has = entry(t, r, "eg") < 0.01 * entry(t, r, "eg_0");
        ck_assert((entry(t, r, "predicted") != 0) == will);
        ck_assert((entry(t, r, "learned") != 0) == has);
        ck_assert_double_eq_tol(entry(t, r, "formula"), K == 2 ? 0.25 : 0.6875, 1e-14);
        learned[r / 20] += has;
        agree[r / 20] += has == will;
        unpredicted[r / 20] += has && !will;
        if (r % 6 == 0) {
            char single[1024];
            double eg_0;
            snprintf(single, sizeof single,
                     PROBLEM LEARNING "run: {time: 80, seed: %s, record: {times: [%s]}}\n", K, "1",
                     K == 2 ? "0.4" : "0.3", seed, times_text());
            ck_assert_double_eq_tol(mean_eg(ALN_ENGINE_CHAIN, single, &eg_0), entry(t, r, "eg"),
                                    1e-15);
            ck_assert(eg_0 == entry(t, r, "eg_0"));
        }
    }
    char *whole;
    size_t length;
    must(aln_text_read_file(path, &whole, &length));
    for (int i = 0; i < 2; i++) {
        unsigned told[4];
        double P, se, formula;
        ck_assert_int_eq(
            sscanf(remark_of(whole, i == 0 ? "count units 2 learned " : "count units 4 learned "),
                   "%u of %u P %lf se %lf formula %lf agree %u unpredicted %u", &told[0], &told[1],
                   &P, &se, &formula, &told[2], &told[3]),
            7);
        ck_assert(told[0] == learned[i] && told[1] == 20 && told[2] == agree[i] &&
                  told[3] == unpredicted[i]);
        ck_assert_double_eq_tol(P, learned[i] / 20.0, 1e-6);
        ck_assert_double_eq_tol(se, sqrt(P * (1 - P) / 20), 1e-3);
        ck_assert_double_eq_tol(formula, i == 0 ? 0.25 : 0.6875, 1e-6);
    }
    free(whole);
    aln_table_free(t);
    same_again(text, path);
    unlink(path);
}
END_TEST

/* The ode runs all patterns of signs for a teacher with one negative read-out. The 6 of 8 patterns
 * with both a positive and a negative entry learn. */
START_TEST(test_patterns)
{
    char text[1024];
    snprintf(text, sizeof text,
             PROBLEM "learning: {rule: dfa, rate: 0.5, feedback: {std: 0.9}}\n"
                     "run: {time: 150}\node: {rtol: 1.0e-6, atol: 1.0e-9}\nstudy: plearn\n"
                     "plearn: {runs: 8, engine: ode, patterns: true}\n",
             3, "[[1, -1]]");
    const char *path = study_text(text, "patterns.tsv", 2);
    struct aln_table *t = table_of(path);
    ck_assert_uint_eq(t->rows, 8);
    for (unsigned r = 0; r < 8; r++) {
        unsigned positive = (r & 1) + (r >> 1 & 1) + (r >> 2 & 1);
        ck_assert(entry(t, r, "positive") == positive);
        ck_assert((entry(t, r, "predicted") != 0) == (positive > 0 && positive < 3));
        ck_assert(entry(t, r, "learned") == entry(t, r, "predicted"));
        ck_assert_double_eq_tol(entry(t, r, "formula"), 0.75, 1e-14);
    }
    aln_table_free(t);
    unlink(path);
}
END_TEST

/* A failed run ends the study; the error names its rule and seed, and earlier rows are kept. */
START_TEST(test_breakdown)
{
    static const char text[] =
        "problem: {inputs: 50, activation: linear, student: {readout: 1}}\n"
        "learning: {rule: dfa, rate: [20, 0], feedback: {matrix: [[1], [0.5]]}}\n"
        "run: {time: 1000, seed: 3}\nstudy: plearn\nplearn: {runs: 3}\n";
    for (int threads = 1; threads <= 2; threads++) {
        const char *out = own("broken.tsv");
        struct aln_params *p = params_of(text, "study", 0, NULL);
        char part[128];
        ck_assert_int_eq(aln_study(p, &(struct aln_run_options){.path = out, .threads = threads}),
                         ALN_NUMERIC);
        ck_assert_msg(strncmp(aln_error(), "dfa, seed 3: chain: ", 20) == 0, "%s", aln_error());
        aln_params_free(p);
        snprintf(part, sizeof part, "%s.part", out);
        ck_assert_int_eq(unlink(part), 0);
        ck_assert_int_ne(access(out, F_OK), 0);
    }
}
END_TEST

/* Defaults that depend on other parameters: the window of a short run, N for many units. */
START_TEST(test_defaults)
{
    static const struct {
        const char *set[2];
        double window;
        uint64_t inputs;
    } cases[] = {{{"run.time=20", "plearn.runs=2"}, 20, 500},
                 {{"run.time=19", "plearn.runs=2"}, 4.75, 500},
                 {{"run.time=19", "plearn.window=18"}, 18, 500},
                 {{"plearn.units=[2, 499]", "run.time=100"}, 20, 1002},
                 {{"plearn.units=[2, 499]", "problem.inputs=501"}, 20, 501}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_params *p =
            params_of("learning: {rule: dfa}\nstudy: plearn\n", "study", 2, cases[i].set);
        ck_assert_double_eq(aln_plearn_of(p)->window, cases[i].window);
        ck_assert_uint_eq(p->problem.inputs, cases[i].inputs);
        aln_params_free(p);
    }
}
END_TEST

CHECK_MAIN("study/plearn", test_defaults, test_rows, test_patterns, test_breakdown)

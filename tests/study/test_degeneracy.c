/* The study degeneracy: its rows are compared with single runs, its counts with its rows. */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "../check_main.h"
#include "../covers.h"
#include "studies.h"

/* Fast: large rates and a large start. 12 seeds of two rules make 1.5 blocks of 16 runs. */
#define PROBLEM                                                                                    \
    "problem: {inputs: 50, student: {units: 2, weights: {std: 0.1}, readout: {std: 0.1}},\n"       \
    "          teacher: {units: 2, weights: orthonormal, readout: [[1, 2]]}}\n"
#define LEARNING "learning: {rule: dfa, rate: 0.5}\n"
#define STUDY                                                                                      \
    "study: degeneracy\n"                                                                          \
    "degeneracy: {rules: [bp, dfa], seeds: 12, level: 1.0e-5, least_feedback: 0.3}\n"
#define TEXT PROBLEM LEARNING "run: {time: 3000, seed: 7, record: {count: 60}}\n" STUDY

/* Repeats the run of a row alone: same state, and the event at the same time. */
static void check_single(const struct aln_table *t, size_t row)
{
    char text[1024];
    snprintf(text, sizeof text,
             PROBLEM "learning: {rule: %s, rate: 0.5}\n"
                     "run: {time: %.17g, seed: %s, record: {times: [%.17g]}}\n"
                     "ode: {events: {eg_below: [1.0e-5]}}\n",
             text_entry(t, row, "rule"), entry(t, row, "t"), text_entry(t, row, "seed"),
             entry(t, row, "t"));
    const char *path = run_text(ALN_ENGINE_ODE, text, "single.tsv");
    struct aln_table *single = table_of(path);
    size_t last = single->rows - 1;
    ck_assert(entry(single, last, "eg") == entry(t, row, "eg"));
    ck_assert(entry(single, last, "W2_1_1") == entry(t, row, "W2_1_1"));
    ck_assert(entry(single, last, "W2_1_2") == entry(t, row, "W2_1_2"));
    ck_assert(entry(single, 0, "W2_1_2") == entry(t, row, "start_W2_1_2"));
    ck_assert_double_eq_tol(entry(single, last, "cos_W2_F1"), entry(t, row, "cos_F1"), 1e-15);
    char *whole;
    double t_reached;
    size_t length;
    must(aln_text_read_file(path, &whole, &length));
    if (entry(t, row, "reached") != 0) {
        ck_assert_int_eq(sscanf(remark_of(whole, "event eg_below"), "%*f t %lf", &t_reached), 1);
        ck_assert(t_reached == entry(t, row, "t_reached"));
        ck_assert_double_le(t_reached, entry(t, row, "t"));
    } else {
        ck_assert(isnan(entry(t, row, "t_reached")) && entry(t, row, "t") == 3000);
    }
    free(whole);
    aln_table_free(single);
    unlink(path);
}

/* Recomputes the properties judged in a row from its numbers, for K = 2 and one output. */
static void judge_row(const struct aln_table *t, size_t row)
{
    double W2[2], F1[2], start[2], most = -INFINITY, here = 0;
    for (size_t k = 0; k < 2; k++) {
        static const char *const names[3][2] = {
            {"W2_1_1", "W2_1_2"}, {"F1_1_1", "F1_2_1"}, {"start_W2_1_1", "start_W2_1_2"}};
        static const char *const unit[2] = {"unit_1", "unit_2"};
        W2[k] = entry(t, row, names[0][k]);
        F1[k] = entry(t, row, names[1][k]);
        start[k] = entry(t, row, names[2][k]);
        double u = entry(t, row, unit[k]); /* V2_m = m */
        if (entry(t, row, "reached") != 0)
            ck_assert_double_eq_tol(W2[k], u, 0.2);
        here += u * F1[k];
    }
    for (int c = 0; c < 8; c++)
        most = fmax(most, (c & 1 ? 1 : -1) * F1[c >> 2] + (c & 2 ? 2 : -2) * F1[1 - (c >> 2)]);
    ck_assert((entry(t, row, "largest") != 0) == (here > most - 1e-9));
    ck_assert((entry(t, row, "sign_F1") != 0) == (W2[0] * F1[0] > 0 && W2[1] * F1[1] > 0));
    ck_assert((entry(t, row, "sign_start") != 0) == (W2[0] * start[0] > 0 && W2[1] * start[1] > 0));
    ck_assert(entry(t, row, "least_F1") == fmin(fabs(F1[0]), fabs(F1[1])));
    ck_assert_double_eq_tol(entry(t, row, "cos_start"),
                            (W2[0] * start[0] + W2[1] * start[1]) / hypot(W2[0], W2[1]) /
                                hypot(start[0], start[1]),
                            1e-14);
}

/* Checks the remarks of a rule against its rows, summing the binomial tail term by term. */
static void check_counts(const struct aln_table *t, const char *text, const char *rule)
{
    static const char *const kinds[] = {"largest", "sign_F1", "sign_start"};
    static const double chances[] = {0.125, 0.25, 0.25};
    unsigned runs = 0, reached = 0, counted = 0, counted_reached = 0, count[3] = {0};
    char begin[64];
    for (size_t r = 0; r < t->rows; r++) {
        if (strcmp(text_entry(t, r, "rule"), rule) != 0)
            continue;
        bool good = entry(t, r, "reached") != 0, in = entry(t, r, "least_F1") >= 0.3;
        runs++;
        reached += good;
        counted += in;
        counted_reached += in && good;
        for (int i = 0; i < 3; i++)
            count[i] += in && good && entry(t, r, kinds[i]) != 0;
    }
    ck_assert_uint_eq(runs, 12);
    ck_assert_uint_lt(counted, runs);
    unsigned told[4];
    snprintf(begin, sizeof begin, "count %s runs ", rule);
    ck_assert_int_eq(sscanf(remark_of(text, begin), "%u reached %u counted %u reached %u", &told[0],
                            &told[1], &told[2], &told[3]),
                     4);
    ck_assert(told[0] == runs && told[1] == reached && told[2] == counted &&
              told[3] == counted_reached);
    for (int i = 0; i < 3; i++) {
        double chance, p, tail = 0;
        snprintf(begin, sizeof begin, "count %s %s ", rule, kinds[i]);
        ck_assert_int_eq(sscanf(remark_of(text, begin), "%u of %u chance %lf p %lf", &told[0],
                                &told[1], &chance, &p),
                         4);
        ck_assert(told[0] == count[i] && told[1] == counted);
        ck_assert(chance == chances[i]);
        for (unsigned x = count[i]; x <= counted; x++)
            tail += exp(lgamma(counted + 1) - lgamma(x + 1) - lgamma(counted - x + 1) +
                        x * log(chance) + (counted - x) * log1p(-chance));
        ck_assert_double_eq_tol(p / tail, 1, 6e-3); /* three digits are printed */
    }
}

START_TEST(test_rows)
{
    char kept[96];
    const char *path = keep(study_text(TEXT, "degeneracy.tsv", 1), kept);
    struct aln_table *t = table_of(path);
    char *text;
    size_t length;
    bool unreached = false;
    ck_assert_uint_eq(t->rows, 24);
    for (size_t r = 0; r < t->rows; r++) {
        char seed[32];
        snprintf(seed, sizeof seed, "%zu", 7 + r % 12);
        ck_assert_str_eq(text_entry(t, r, "rule"), r < 12 ? "bp" : "dfa");
        ck_assert_str_eq(text_entry(t, r, "seed"), seed);
        unreached = unreached || entry(t, r, "reached") == 0;
        judge_row(t, r);
        if (r % 3 == 0 || entry(t, r, "reached") == 0)
            check_single(t, r);
    }
    ck_assert(unreached); /* the other branch is covered too */
    must(aln_text_read_file(path, &text, &length));
    check_counts(t, text, "bp");
    check_counts(t, text, "dfa");
    free(text);
    aln_table_free(t);
    same_again(TEXT, path);
    unlink(path);
}
END_TEST

/* A level above the error at the start is reached there; the state is that of the first recorded time, as the plain
 * engine has it, which integrates a single seed. */
START_TEST(test_reached_at_start)
{
    static const char text[] =
        PROBLEM LEARNING "run: {time: 30, seed: 7, record: {count: 5}}\nstudy: degeneracy\n"
                         "degeneracy: {rules: [bp, dfa], seeds: %d, level: 100}\n";
    char several[1024], one[1024], kept[96];
    snprintf(several, sizeof several, text, 12);
    snprintf(one, sizeof one, text, 1);
    const char *path = keep(study_text(several, "start.tsv", 1), kept);
    struct aln_table *t = table_of(path), *alone = table_of(study_text(one, "alone.tsv", 1));
    ck_assert_uint_eq(t->rows, 24);
    ck_assert_uint_eq(alone->rows, 2);
    for (size_t r = 0; r < t->rows; r++) {
        ck_assert(entry(t, r, "t_reached") == 0 && entry(t, r, "t") > 0);
        ck_assert(entry(t, r, "W2_1_1") != 0 && entry(t, r, "eg") > 0);
    }
    for (size_t c = 0; c < t->cols; c++) {
        ck_assert_str_eq(t->text[c], alone->text[c]);
        ck_assert_str_eq(t->text[12 * t->cols + c], alone->text[t->cols + c]);
    }
    aln_table_free(alone);
    aln_table_free(t);
    unlink(path);
}
END_TEST

/* At finite N each seed has repeats, properties are sums over outputs, and a row's time is the
 * first recorded one with eg below the level. */
START_TEST(test_chain)
{
    static const char text[] =
        "problem: {inputs: 20, outputs: 2, student: {units: 3, weights: {std: 0.2}},\n"
        "          teacher: {units: 3, weights: orthonormal, readout: {std: 1}}}\n"
        "learning: {rule: dfa, rate: 0.5}\n"
        "run: {time: 400, seed: 18446744073709551610, repeats: 3,\n"
        "      record: {count: 40, spacing: linear}}\n"
        "study: degeneracy\n"
        "degeneracy: {rules: [dfa], seeds: 7, engine: chain, level: 0.002}\n";
    char kept[96];
    const char *path = keep(study_text(text, "chain.tsv", 1), kept);
    struct aln_table *t = table_of(path);
    size_t reached = 0;
    ck_assert_uint_eq(t->rows, 21);
    ck_assert_str_eq(text_entry(t, 3, "seed"), "18446744073709551611");
    for (size_t r = 0; r < t->rows; r++) {
        double sum = 0, cosine = 0, W2 = 0, F1 = 0;
        ck_assert(entry(t, r, "repeat") == (double)(r % 3));
        ck_assert((entry(t, r, "eg") < 0.002) == (entry(t, r, "reached") != 0));
        ck_assert(fmod(entry(t, r, "t"), 10) == 0);
        reached += entry(t, r, "reached") != 0;
        for (int k = 1; k <= 3; k++) {
            sum += fabs(entry(t, r, k == 1 ? "unit_1" : k == 2 ? "unit_2" : "unit_3"));
            for (int o = 1; o <= 2; o++) {
                char name[2][32];
                snprintf(name[0], sizeof name[0], "W2_%d_%d", o, k);
                snprintf(name[1], sizeof name[1], "F1_%d_%d", k, o);
                double w = entry(t, r, name[0]), f = entry(t, r, name[1]);
                cosine += w * f;
                W2 += w * w;
                F1 += f * f;
            }
        }
        ck_assert(sum == 6);
        ck_assert_double_eq_tol(entry(t, r, "cos_F1"), cosine / sqrt(W2 * F1), 1e-14);
    }
    ck_assert(reached > 0 && reached < t->rows);
    ck_assert(entry(t, 0, "W2_1_1") != entry(t, 1, "W2_1_1"));
    aln_table_free(t);
    same_again(text, path);
    unlink(path);
}
END_TEST

/* A stopped study returns ALN_STOPPED and resumes after the finished runs. */
START_TEST(test_stopped)
{
    volatile sig_atomic_t stop = 1;
    const struct aln_progress progress = {.stop = &stop};
    const char *out = own("stopped.tsv");
    struct aln_params *p = params_of(TEXT, "study", 0, NULL);
    struct aln_run_options options = {.path = out, .progress = &progress, .resume = true};
    ck_assert_int_eq(aln_study(p, &options), ALN_STOPPED);
    stop = 0;
    must(aln_study(p, &options));
    const char *whole = study_text(TEXT, "whole.tsv", 1);
    same_bytes(out, whole);
    aln_params_free(p);
    unlink(out);
    unlink(whole);
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_studies, "degeneracy", "plearn", "escape"); /* test_plearn.c, test_escape.c */
}
END_TEST

CHECK_MAIN("study/degeneracy", test_rows, test_reached_at_start, test_chain, test_stopped,
           test_covered)

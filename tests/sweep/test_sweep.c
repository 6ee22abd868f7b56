/* Sweeps: the values of a grid, points compared with single runs, which points are run again, the
 * collected table. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include <math.h>
#include <sys/stat.h>

#include "../check_main.h"
#include "../seal.h"
#include "sweep/sweep_pace.h"
#include "sweeps.h"

#define PROBLEM                                                                                    \
    "problem: {inputs: 50, student: {weights: {std: 0.5}, readout: {std: 0.5}}}\n"                 \
    "run: {time: 5, repeats: 2, record: {count: 3, spacing: linear}}\n"

/* ---- the grid ---- */

static void expect_values(const struct aln_sweep *sweep, uint64_t point, const char *want)
{
    struct aln_text text = {0};
    aln_sweep_values(sweep, point, &text);
    ck_assert_str_eq(text.s, want);
    free(text.s);
}

START_TEST(test_values)
{
    static const struct {
        const char *axis;
        uint64_t points;
        const char *first, *second, *last;
    } cases[] = {
        {"{key: run.seed, from: 1, to: 20}", 20, "\t1", "\t2", "\t20"},
        {"{key: run.seed, from: 7, to: 7}", 1, "\t7", NULL, "\t7"},
        {"{key: run.seed, from: 18446744073709551613, to: 18446744073709551615}", 3,
         "\t18446744073709551613", "\t18446744073709551614", "\t18446744073709551615"},
        {"{key: learning.rate, from: 0, to: 3}", 4, "\t0", "\t1", "\t3"},
        {"{key: learning.rate, from: 0.1, to: 1, count: 10}", 10, "\t0.1", "\t0.2", "\t1"},
        {"{key: learning.rate, from: 0.001, to: 1000, count: 7, spacing: log}", 7, "\t0.001",
         "\t0.01", "\t1000"},
        {"{key: learning.rate, from: 1, to: 10, count: 3, spacing: log}", 3, "\t1",
         "\t3.16227766016838", "\t10"},
        {"{key: learning.rate, from: 0.1, to: 0.4, count: 4, spacing: linear}", 4, "\t0.1", "\t0.2",
         "\t0.4"},
        {"{key: learning.rate, from: 3, to: 3, count: 1}", 1, "\t3", NULL, "\t3"},
        /* whole numbers are rounded: 100 * 10^(1/2) = 316.2 */
        {"{key: problem.inputs, from: 100, to: 10000, count: 5, spacing: log}", 5, "\t100", "\t316",
         "\t10000"},
        {"{key: learning.rule, values: [bp, dfa, fa]}", 3, "\tbp", "\tdfa", "\tfa"},
        {"{key: learning.rate, values: [[0.1, 0], 0.20]}", 2, "\t[0.1, 0]", "\t0.20", "\t0.20"},
        {"{key: title, values: ['a b', '']}", 2, "\t\"a b\"", "\t\"\"", "\t\"\""},
        {"{key: learning.feedback, values: [{std: 2}, {matrix: [[1], [2]]}]}", 2, "\t{std: 2}",
         "\t{matrix: [[1], [2]]}", "\t{matrix: [[1], [2]]}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[512];
        snprintf(text, sizeof text, "learning: {rule: bp}\nsweep: {run: ode, over: [%s]}\n",
                 cases[i].axis);
        struct aln_sweep *sweep = sweep_of(text, 0, NULL);
        ck_assert_msg(aln_sweep_points(sweep) == cases[i].points, "%s", cases[i].axis);
        expect_values(sweep, 0, cases[i].first);
        if (cases[i].second != NULL)
            expect_values(sweep, 1, cases[i].second);
        expect_values(sweep, cases[i].points - 1, cases[i].last);
        must(aln_sweep_check(sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1}));
        aln_sweep_free(sweep);
    }
}
END_TEST

START_TEST(test_product)
{
    struct aln_sweep *sweep = sweep_of(
        "sweep:\n  run: chain\n  over:\n    - {key: learning.rate, from: 1, to: 2}\n"
        "    - {key: learning.rule, values: [bp, fa]}\n    - {key: run.seed, from: 1, to: 3}\n",
        0, NULL);
    struct aln_text keys = {0};
    aln_sweep_keys(sweep, &keys);
    ck_assert_str_eq(keys.s, "\tlearning.rate\tlearning.rule\trun.seed");
    free(keys.s);
    ck_assert_uint_eq(aln_sweep_points(sweep), 12);
    ck_assert_str_eq(aln_sweep_command(sweep), "chain");
    for (uint64_t p = 0; p < 12; p++) { /* the last one varies fastest */
        char want[64];
        snprintf(want, sizeof want, "\t%d\t%s\t%d", (int)(p / 6) + 1, p / 3 % 2 ? "fa" : "bp",
                 (int)(p % 3) + 1);
        expect_values(sweep, p, want);
    }
    aln_sweep_free(sweep);
}
END_TEST

/* The point that a check refuses does not depend on the threads. */
START_TEST(test_refused_point)
{
    struct aln_sweep *sweep =
        sweep_of("problem: {inputs: 10}\nlearning: {rule: bp}\nsweep: {run: chain, over: [{key: "
                 "problem.student.units, from: 1, to: 30}, {key: run.seed, from: 1, to: 9}]}\n",
                 0, NULL);
    for (int threads = 1; threads <= 4; threads++) {
        ck_assert_int_eq(
            aln_sweep_check(
                sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1, .threads = threads}),
            ALN_USAGE); /* N < K + M = 9 + 2 */
        ck_assert_msg(strstr(aln_error(), ":1:19: problem.inputs: expected at least K + M = 11") !=
                          NULL,
                      "%s", aln_error());
        ck_assert_msg(strstr(aln_error(), "\nat point 72: problem.student.units 9, run.seed 1") !=
                          NULL,
                      "%s", aln_error());
    }
    aln_sweep_free(sweep);
}
END_TEST

/* ---- points ---- */

static const char small[] = PROBLEM
    "learning: {rule: dfa}\n"
    "sweep:\n  run: chain\n  over:\n    - {key: learning.rate, from: 0.1, to: 1, count: 3, "
    "spacing: log}\n"
    "    - {key: learning.rule, values: [bp, dfa]}\n    - {key: run.seed, from: 3, to: 4}\n";

/* Every point has the same bytes as a run with its parameters given by --set. */
START_TEST(test_points_are_runs)
{
    const char *folder = fresh("points");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    expect_run(sweep, folder, 0, 12, 0);
    for (uint64_t p = 0; p < 12; p++) {
        char rate[64], seed[32], rule[32];
        snprintf(rate, sizeof rate, "learning.rate=%.17g",
                 p / 4 == 1   ? 0.316227766016838
                 : p / 4 == 0 ? 0.1
                              : 1);
        snprintf(rule, sizeof rule, "learning.rule=%s", p / 2 % 2 ? "dfa" : "bp");
        snprintf(seed, sizeof seed, "run.seed=%d", (int)(p % 2) + 3);
        const char *set[] = {rate, rule, seed}, *alone = own("alone.tsv");
        struct aln_params *params = params_of(small, "chain", 3, set);
        must(aln_run(ALN_ENGINE_CHAIN, params, &(struct aln_run_options){.path = alone}));
        aln_params_free(params);
        same_bytes(file_of(sweep, folder, p, ".tsv"), alone);
        unlink(alone);
    }
    aln_sweep_free(sweep);
    fresh("points");
}
END_TEST

/* The last row of each repeat follows the point and its values. */
START_TEST(test_collected)
{
    const char *folder = fresh("collected");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    expect_run(sweep, folder, 0, 12, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert_uint_eq(t->rows, 24);
    static const char *const names[] = {
        "point", "learning.rate", "learning.rule", "run.seed", "repeat", "t", "eg"};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_int_eq(aln_table_column(t, names[i]), (int)i);
    for (size_t row = 0; row < t->rows; row++) {
        uint64_t point = row / 2;
        ck_assert(entry(t, row, "point") == (double)point);
        ck_assert(entry(t, row, "run.seed") == (double)(3 + point % 2));
        ck_assert_str_eq(t->text[row * t->cols + 2], point / 2 % 2 ? "dfa" : "bp");
        ck_assert(entry(t, row, "t") == 5 && entry(t, row, "repeat") == (double)(row % 2));
        const char *file = file_of(sweep, folder, point, ".tsv");
        struct aln_table *result = table_of(file);
        ck_assert_uint_eq(result->cols + 5, t->cols);
        ck_assert_str_eq(in(folder, t->text[(row + 1) * t->cols - 1]), file);
        for (size_t i = 0; i < result->cols; i++)
            ck_assert_str_eq(t->text[row * t->cols + 4 + i],
                             result->text[(3 + row % 2 * 4) * result->cols + i]);
        aln_table_free(result);
    }
    aln_table_free(t);

    /* The table holds the sweep with its overrides: running it gives the same bytes. */
    const char *other = fresh("again");
    struct aln_sweep *again;
    must(aln_sweep_load(&again, in(folder, "collected.tsv"), 0, NULL, 0, NULL));
    expect_run(again, other, 0, 12, 0);
    same_bytes(in(folder, "collected.tsv"), in(other, "collected.tsv"));
    same_bytes(file_of(sweep, folder, 11, ".tsv"), file_of(sweep, other, 11, ".tsv"));
    aln_sweep_free(again);
    aln_sweep_free(sweep);
    fresh("collected");
    fresh("again");
}
END_TEST

/* Points of different sizes and events give the union of their columns, with nan where a point has
 * none. */
START_TEST(test_columns)
{
    const char *folder = fresh("columns");
    struct aln_sweep *sweep =
        sweep_of(PROBLEM "learning: {rule: bp, rate: 1}\node: {events: {cos_maximum: true}}\n"
                         "sweep: {run: ode, over: [{key: problem.student.units, values: [1, 2]}, "
                         "{key: ode.events.eg_below, values: [[1e-300], [0.1, 1e-300]]}]}\n",
                 0, NULL);
    expect_run(sweep, folder, 0, 4, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert_uint_eq(t->rows, 4);
    ck_assert(isnan(entry(t, 0, "Q_1_2")) && isfinite(entry(t, 2, "Q_1_2")));
    ck_assert(isfinite(entry(t, 0, "Q_1_1")));
    ck_assert_int_gt(aln_table_column(t, "Q_1_2"), aln_table_column(t, "Q_1_1"));
    for (size_t row = 0; row < 4; row++)
        ck_assert(isnan(entry(t, row, "eg_below_1e-300_t"))); /* never */
    ck_assert(isnan(entry(t, 0, "eg_below_0.1_eg")));         /* not requested */
    ck_assert_double_eq_tol(entry(t, 3, "eg_below_0.1_eg"), 0.1, 1e-9);
    ck_assert(entry(t, 3, "eg_below_0.1_t") > 0 && isfinite(entry(t, 3, "eg_below_0.1_cos")));
    aln_table_free(t);
    aln_sweep_free(sweep);
    fresh("columns");
}
END_TEST

/* From the study escape, what was found from all rows of a point is in each of them: the growth rate of the
 * plateau under back-propagation, which claim F2 judges, and the slope, 1/(2 lambda) within 2 %. */
START_TEST(test_study)
{
    const char *folder = fresh("study");
    struct aln_sweep *sweep = sweep_of(
        "problem: {student: {weights: {std: 0.01}, readout: 1}, teacher: {weights: "
        "orthonormal, readout: 1}}\nlearning: {rule: bp, rate: [0.3, 0]}\n"
        "run: {time: 1500}\nstudy: escape\nescape: {inputs: [1000, 100000], runs: 2}\n"
        "sweep: {run: study, over: [{key: learning.rate, values: [[0.3, 0], [0.2, 0]]}]}\n",
        0, NULL);
    expect_run(sweep, folder, 0, 2, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert_uint_eq(t->rows, 2 * 2 * 2); /* points, N, seeds */
    for (size_t row = 0; row < t->rows; row++) {
        const double lambda = entry(t, row, "lambda"), slope = entry(t, row, "slope");
        if (row < 4)
            ck_assert_double_eq_tol(lambda, 0.0201867, 1e-7);
        ck_assert(lambda == entry(t, row / 4 * 4, "lambda"));
        ck_assert_double_eq_tol(2 * lambda * slope, 1, 0.02);
        ck_assert_double_lt(entry(t, row, "slope_se"), 0.02 * slope);
    }
    ck_assert_double_lt(entry(t, 4, "lambda"), 0.0201867); /* of the smaller rate */
    aln_table_free(t);
    aln_sweep_free(sweep);
    fresh("study");
}
END_TEST

/* From a comparison, every quantity at the last time is collected. */
START_TEST(test_compare)
{
    const char *folder = fresh("compare");
    static const char *const set[] = {"sweep.run=compare"};
    struct aln_sweep *sweep = sweep_of(small, 1, set);
    expect_run(sweep, folder, 0, 12, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert_uint_eq(t->rows, 12 * 3 * 11); /* points, pairs, quantities */
    for (size_t row = 0; row < t->rows; row++)
        ck_assert(entry(t, row, "t") == 5);
    aln_table_free(t);
    aln_sweep_free(sweep);
    fresh("compare");
}
END_TEST

/* ---- what is run again ---- */

static void cut_to(const char *path, long less)
{
    char *text;
    size_t length;
    must(aln_text_read_file(path, &text, &length));
    ck_assert_int_eq(truncate(path, (off_t)length - less), 0);
    free(text);
}

START_TEST(test_again)
{
    const char *folder = fresh("again");
    char *first;
    size_t length;
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    expect_run(sweep, folder, 0, 12, 0);
    must(aln_text_read_file(in(folder, "collected.tsv"), &first, &length));
    expect_run(sweep, folder, 12, 0, 0);

    unlink(file_of(sweep, folder, 3, ".tsv"));
    cut_to(file_of(sweep, folder, 5, ".tsv"), 1); /* cuts its last line */
    cut_to(file_of(sweep, folder, 6, ".tsv"),
           (long)strlen("# end 8\n")); /* removes its last line */
    ck_assert_int_eq(rename(file_of(sweep, folder, 7, ".tsv"), file_of(sweep, folder, 8, ".tsv")),
                     0);
    write_text(file_of(sweep, folder, 9, ".tsv.part"), "# alignode 0.0.1 chain\n"); /* foreign */
    unlink(file_of(sweep, folder, 9, ".tsv"));
    expect_run(sweep, folder, 6, 6, 0); /* 3 5 6 7 8 9 */
    expect_run(sweep, folder, 12, 0, 0);
    write_text(own("first.tsv"), first);
    same_bytes(in(folder, "collected.tsv"), own("first.tsv"));
    unlink(own("first.tsv"));
    free(first);

    /* With other parameters no existing result counts, none is replaced, nor is their table. */
    static const char *const set[] = {"run.time=6"};
    struct aln_sweep *other = sweep_of(small, 1, set);
    struct aln_sweep_report report;
    struct aln_sweep_options options = {.folder = folder, .shard = 1, .shards = 1, .threads = 2};
    ck_assert_int_eq(aln_sweep_run(other, &options, &report), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "collected.tsv: is the table of another sweep, which differs "
                                      "in run.time; --force") != NULL,
                  "%s", aln_error());
    aln_sweep_report_free(&report);
    options.force = true;
    must(aln_sweep_run(other, &options, &report));
    ck_assert(report.there == 0 && report.done == 12);
    aln_sweep_report_free(&report);
    ck_assert_int_eq(unlink(in(folder, "collected.tsv")), 0);
    expect_run(sweep, folder, 12, 0, 0);
    aln_sweep_free(other);
    aln_sweep_free(sweep);
    fresh("again");
}
END_TEST

/* A grid that grows in its last axis runs only what is new, and ends like one that is run at once. */
START_TEST(test_growing)
{
    static const char *const more[] = {
        "sweep.over=[{key: learning.rate, values: [0.1, 0.316227766016838, 1]}, {key: "
        "learning.rule, values: [bp, dfa]}, {key: run.seed, from: 3, to: 5}]"};
    const char *folder = fresh("growing"), *whole = fresh("whole");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL), *grown = sweep_of(small, 1, more);
    expect_run(sweep, folder, 0, 12, 0);
    struct aln_sweep_report report = run(grown, folder, 2, 1, 1);
    ck_assert(report.points == 18 && report.failures == 0);
    ck_assert_uint_eq(report.there, 12);
    aln_sweep_report_free(&report);
    expect_run(grown, whole, 0, 18, 0);
    same_bytes(in(folder, "collected.tsv"), in(whole, "collected.tsv"));
    expect_run(sweep, folder, 12, 0, 0);
    aln_sweep_free(grown);
    aln_sweep_free(sweep);
    fresh("growing");
    fresh("whole");
}
END_TEST

/* What cannot be read is not taken for missing. */
START_TEST(test_unreadable)
{
    const char *folder = fresh("unreadable");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    struct aln_sweep_report report;
    expect_run(sweep, folder, 0, 12, 0);
    const char *file = file_of(sweep, folder, 4, ".tsv");
    ck_assert(unlink(file) == 0 && symlink(strrchr(file, '/') + 1, file) == 0); /* to itself */
    ck_assert_int_eq(aln_sweep_run(sweep,
                                   &(struct aln_sweep_options){
                                       .folder = folder, .threads = 1, .shard = 1, .shards = 1},
                                   &report),
                     ALN_FILE);
    ck_assert_msg(strstr(aln_error(), "cannot be read") != NULL, "%s", aln_error());
    aln_sweep_report_free(&report);
    aln_sweep_free(sweep);
    fresh("unreadable");
}
END_TEST

/* An interrupted result of several repeats is resumed: a number changed in it reappears. */
START_TEST(test_resumed_point)
{
    const char *folder = fresh("resumed");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    expect_run(sweep, folder, 0, 12, 0);
    char *text, *at;
    size_t length;
    must(aln_text_read_file(file_of(sweep, folder, 2, ".tsv"), &text, &length));
    at = strstr(text, "\n\n1\t0\t");
    at[1] = '\0';
    memcpy(strstr(text, "\n0\t5\t") + 5, "7.", 2);
    seal(text);
    write_text(file_of(sweep, folder, 2, ".tsv.part"), text);
    unlink(file_of(sweep, folder, 2, ".tsv"));
    free(text);
    expect_run(sweep, folder, 11, 1, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert(entry(t, 4, "eg") >= 7 && entry(t, 5, "eg") < 7);
    aln_table_free(t);
    aln_sweep_free(sweep);
    fresh("resumed");
}
END_TEST

/* ---- failures ---- */

static const char diverging[] =
    "problem: {inputs: 50, activation: linear, student: {readout: 1}}\n"
    "learning: {rule: dfa, feedback: {matrix: [[1], [0.5]]}}\n"
    "run: {time: 1000, record: {times: [0, 0.02, 0.04, 900]}}\n"
    "sweep: {run: ode, over: [{key: learning.rate, values: [[0.1, 0], [20, 0], [0.2, 0]]}]}\n";

START_TEST(test_failure)
{
    static const char *const files = "sweep.points=files";
    const char *folder = fresh("failure");
    struct aln_sweep *sweep = sweep_of(diverging, 1, &files);
    for (int again = 0; again < 2; again++) { /* the failed point is tried again each time */
        struct aln_sweep_report report = run(sweep, folder, 3, 1, 1);
        ck_assert_uint_eq(report.there, again ? 2 : 0);
        ck_assert_uint_eq(report.done, again ? 0 : 2);
        ck_assert_uint_eq(report.failures, 1);
        ck_assert_uint_eq(report.failure[0].point, 1);
        ck_assert(strstr(report.failure[0].text, "the integration stopped") != NULL);
        aln_sweep_report_free(&report);
    }
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    ck_assert_uint_eq(t->rows, 3);
    ck_assert(isnan(entry(t, 1, "eg")) && entry(t, 1, "point") == 1);
    ck_assert(isfinite(entry(t, 0, "eg")) && isfinite(entry(t, 2, "eg")));
    ck_assert_str_eq(t->text[t->cols + 1], "[20, 0]");
    ck_assert_uint_eq(t->remarks, 1);
    ck_assert(strncmp(t->remark[0], "failed 1: the integration stopped", 33) == 0);
    aln_table_free(t);
    ck_assert_int_eq(access(file_of(sweep, folder, 1, ".failed"), F_OK), 0);

    /* A folder at the path of a result is no failed computation, so nothing is collected. */
    unlink(in(folder, "collected.tsv"));
    unlink(file_of(sweep, folder, 2, ".tsv"));
    ck_assert_int_eq(mkdir(file_of(sweep, folder, 2, ".tsv"), 0777), 0);
    struct aln_sweep_report report = run(sweep, folder, 1, 1, 1);
    ck_assert_uint_eq(report.failures, 2);
    ck_assert(strstr(report.failure[1].text, "is a folder") != NULL);
    ck_assert_ptr_null(report.collected);
    aln_sweep_report_free(&report);
    ck_assert_int_eq(access(in(folder, "collected.tsv"), F_OK), -1);

    /* Once a point succeeds, the old reason for its failure is gone. */
    rmdir(file_of(sweep, folder, 2, ".tsv"));
    write_text(file_of(sweep, folder, 2, ".failed"), "of an earlier version\n");
    expect_run(sweep, folder, 1, 1, 1);
    ck_assert_int_eq(access(file_of(sweep, folder, 2, ".failed"), F_OK), -1);
    ck_assert_int_eq(access(file_of(sweep, folder, 1, ".failed"), F_OK), 0);
    aln_sweep_free(sweep);
    fresh("failure");
}
END_TEST

/* ---- shards, threads, stops ---- */

START_TEST(test_shares)
{
    const char *whole = fresh("whole"), *shared = fresh("shared");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    expect_run(sweep, whole, 0, 12, 0);
    for (uint64_t shard = 5; shard >= 1; shard--) { /* 3 3 2 2 2 points */
        struct aln_sweep_report report = run(sweep, shared, (int)shard, shard, 5);
        ck_assert_uint_eq(report.points, shard <= 2 ? 3 : 2);
        ck_assert_uint_eq(report.done, report.points);
        ck_assert((report.collected != NULL) == (shard == 1));
        aln_sweep_report_free(&report);
    }
    same_bytes(in(whole, "collected.tsv"), in(shared, "collected.tsv"));
    same_bytes(file_of(sweep, whole, 7, ".tsv"), file_of(sweep, shared, 7, ".tsv"));

    /* One of several ranks takes its share of the shard: rank 2 of 3 in shard 2 of 2. */
    const struct aln_ranks ranks = {1, 3};
    ck_assert_int_eq(
        aln_sweep_check(sweep,
                        &(struct aln_sweep_options){.shard = 2, .shards = 2, .ranks = &ranks}),
        ALN_OK);
    struct aln_sweep_report report = run(sweep, fresh("shared"), 2, 13, 20); /* has no point */
    ck_assert_uint_eq(report.points, 0);
    ck_assert_ptr_null(report.collected);
    aln_sweep_report_free(&report);
    aln_sweep_free(sweep);
    fresh("whole");
    fresh("shared");
}
END_TEST

static volatile sig_atomic_t wish;

static void stop_soon(void *context, double fraction)
{
    (void)context;
    wish = fraction > 0.2;
}

START_TEST(test_stopped)
{
    const char *folder = fresh("stopped");
    struct aln_sweep *sweep = sweep_of(small, 0, NULL);
    struct aln_sweep_report report;
    const struct aln_progress progress = {.update = stop_soon, .stop = &wish};
    const struct aln_sweep_options options = {
        .folder = folder, .shard = 1, .shards = 1, .threads = 1, .progress = &progress};
    ck_assert_int_eq(aln_sweep_run(sweep, &options, &report), ALN_STOPPED);
    ck_assert_uint_eq(report.done, 3);
    ck_assert_ptr_null(report.collected);
    aln_sweep_report_free(&report);
    expect_run(sweep, folder, 3, 9, 0);
    aln_sweep_free(sweep);
    fresh("stopped");
}
END_TEST

/* ---- how long it takes ---- */

/* Said once, when each thread has ended a point, and only of what takes more than some seconds. */
START_TEST(test_pace)
{
    struct aln_sweep_pace pace = {.threads = 2};
    double each = 0;
    pace.ended = 1;
    pace.spent = 3;
    ck_assert(!aln_sweep_pace_known(&pace, 100, 4, &each)); /* the other thread has ended none */
    pace.ended = 2;
    pace.spent = 7;
    ck_assert(!aln_sweep_pace_known(&pace, 100, 0.5, &each)); /* too early */
    ck_assert(!aln_sweep_pace_known(&pace, 2, 4, &each));     /* nothing is left */
    ck_assert(aln_sweep_pace_known(&pace, 100, 4, &each));
    ck_assert(each == 3.5);
    ck_assert(!aln_sweep_pace_known(&pace, 100, 5, &each)); /* once */
    ck_assert(aln_sweep_pace_total(100, 3.5, 2) == 175);
    ck_assert(aln_sweep_pace_total(3, 2, 2) == 4); /* one after the other */

    struct aln_sweep_pace fast = {.threads = 2, .ended = 1000, .spent = 2};
    ck_assert(!aln_sweep_pace_known(&fast, 4000, 1, &each)); /* 4 s */
    ck_assert(aln_sweep_pace_known(&fast, 6000, 1, &each));  /* 6 s */
}
END_TEST

/* A point that takes long says it before it ends, but not once another has. */
START_TEST(test_pace_of_the_first)
{
    struct aln_sweep_pace pace = {.threads = 2};
    double each = 0;
    ck_assert(!aln_sweep_pace_guess(&pace, 100, 0.05, 30, &each)); /* hardly begun */
    ck_assert(!aln_sweep_pace_guess(&pace, 100, 0.5, 0.1, &each)); /* too early */
    ck_assert(aln_sweep_pace_guess(&pace, 100, 0.25, 30, &each));
    ck_assert(each == 120);
    ck_assert(!aln_sweep_pace_guess(&pace, 100, 0.5, 60, &each)); /* once */
    pace = (struct aln_sweep_pace){.threads = 2, .ended = 1, .spent = 50};
    ck_assert(!aln_sweep_pace_guess(&pace, 100, 0.5, 60, &each));
}
END_TEST

CHECK_MAIN("sweep/sweep", test_growing, test_unreadable, test_values, test_product,
           test_refused_point, test_points_are_runs, test_collected, test_columns, test_study,
           test_compare, test_again, test_resumed_point, test_failure, test_shares, test_stopped,
           test_pace, test_pace_of_the_first)

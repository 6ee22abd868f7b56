/* Grids whose keys move together or are drawn at random; the columns of their tables. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "../covers.h"
#include "sweep/sweep_sample.h"
#include "sweeps.h"

/* A sweep of ode over entries, with `sample` in front of them. */
static struct aln_sweep *grid_of(const char *sample, const char *over)
{
    char text[1024];
    snprintf(text, sizeof text,
             "problem: {inputs: 50}\nlearning: {rule: bp}\nrun: {time: 1, record: {count: 1}}\n"
             "sweep:\n  run: ode\n%s  over: [%s]\n",
             sample, over);
    return sweep_of(text, 0, NULL);
}

/* The values of a point, each after a tab. A view; the last eight stay valid. */
static const char *values_of(const struct aln_sweep *sweep, uint64_t point)
{
    static char ring[8][256];
    static int next;
    char *out = ring[next++ % 8];
    struct aln_text text = {0};
    aln_sweep_values(sweep, point, &text);
    snprintf(out, sizeof ring[0], "%s", text.s);
    free(text.s);
    return out;
}

/* The value of key `k`, counted from 0, as a number. */
static double value_of(const struct aln_sweep *sweep, uint64_t point, int k)
{
    const char *at = values_of(sweep, point);
    for (; k >= 0; k--)
        at = strchr(at, '\t') + 1;
    return strtod(at, NULL);
}

/* ---- numbers that are set without their text ---- */

/* A point has the name of one whose values are given as text, and a refusal says them. */
START_TEST(test_numbers)
{
    struct aln_sweep *sweep =
        grid_of("  sample: {count: 5, seed: 3}\n",
                "{key: problem.noise, from: 0.1, to: 2, distribution: log-uniform}, "
                "{key: learning.rate, from: 0.01, to: 7, count: 6, spacing: log}, "
                "{key: run.time, from: 0.7, to: 3.1, count: 4}, {key: run.seed, from: 1, to: 2}");
    ck_assert_uint_eq(aln_sweep_points(sweep), 240);
    for (uint64_t point = 0; point < aln_sweep_points(sweep); point++) {
        char over[512], *path, *wanted, values[256];
        snprintf(values, sizeof values, "%s", values_of(sweep, point) + 1);
        for (char *c = values; *c != '\0'; c++)
            *c = *c == '\t' ? ',' : *c;
        snprintf(over, sizeof over,
                 "{keys: [problem.noise, learning.rate, run.time, run.seed], values: [[%s]]}",
                 values);
        struct aln_sweep *texts = grid_of("", over);
        must(aln_sweep_path(sweep, "folder", point, &path));
        must(aln_sweep_path(texts, "folder", 0, &wanted));
        ck_assert_str_eq(path, wanted);
        free(path);
        free(wanted);
        aln_sweep_free(texts);
    }
    aln_sweep_free(sweep);
    sweep = grid_of("", "{key: problem.noise, from: -0.25, to: 1, count: 6}");
    ck_assert_int_eq(aln_sweep_check(sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1}),
                     ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "problem.noise: expected number >= 0, got '-0.25'\n") != NULL,
                  "%s", aln_error());
    aln_sweep_free(sweep);
}
END_TEST

/* ---- keys that move together ---- */

START_TEST(test_together)
{
    struct aln_sweep *sweep = grid_of(
        "", "{key: problem.noise, values: [0, 1]}, "
            "{keys: [learning.rate, learning.rule, run.time], values: [[0.1, bp, 2], [[1, 0], dfa, "
            "4]]}, {key: run.seed, from: 1, to: 3}");
    struct aln_text keys = {0};
    aln_sweep_keys(sweep, &keys);
    ck_assert_str_eq(keys.s, "\tproblem.noise\tlearning.rate\tlearning.rule\trun.time\trun.seed");
    free(keys.s);
    ck_assert_uint_eq(aln_sweep_points(sweep), 12);
    ck_assert_str_eq(values_of(sweep, 0), "\t0\t0.1\tbp\t2\t1");
    ck_assert_str_eq(values_of(sweep, 2), "\t0\t0.1\tbp\t2\t3");
    ck_assert_str_eq(values_of(sweep, 3), "\t0\t[1, 0]\tdfa\t4\t1");
    ck_assert_str_eq(values_of(sweep, 11), "\t1\t[1, 0]\tdfa\t4\t3");
    must(aln_sweep_check(sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1}));
    aln_sweep_free(sweep);
}
END_TEST

/* A row of values that needs all of them; an entry of one key is the same as key and values. */
START_TEST(test_one_key_of_several)
{
    struct aln_sweep *sweep = grid_of("", "{keys: [run.seed], values: [[4], [7]]}");
    ck_assert_uint_eq(aln_sweep_points(sweep), 2);
    ck_assert_str_eq(values_of(sweep, 1), "\t7");
    aln_sweep_free(sweep);
}
END_TEST

/* Both columns are in the table, which makes the same sweep again. */
START_TEST(test_table)
{
    const char *folder = fresh("together"), *other = fresh("again");
    struct aln_sweep *sweep =
        grid_of("  sample: {count: 3, design: sobol}\n",
                "{keys: [problem.inputs, run.time], values: [[40, 1], [80, 2]]}, {key: "
                "learning.rate, from: 0.1, to: 1, distribution: uniform}");
    expect_run(sweep, folder, 0, 6, 0);
    struct aln_table *t = table_of(in(folder, "collected.tsv"));
    static const char *const names[] = {"point", "problem.inputs", "run.time", "learning.rate"};
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_int_eq(aln_table_column(t, names[i]), (int)i);
    ck_assert_uint_eq(t->rows, 6);
    for (size_t row = 0; row < 6; row++) {
        ck_assert(entry(t, row, "problem.inputs") == (row < 3 ? 40 : 80));
        ck_assert(entry(t, row, "run.time") == (row < 3 ? 1 : 2));
        ck_assert(entry(t, row, "t") == entry(t, row, "run.time"));
    }
    aln_table_free(t);
    struct aln_sweep *again;
    must(aln_sweep_load(&again, in(folder, "collected.tsv"), 0, NULL, 0, NULL));
    expect_run(again, other, 0, 6, 0);
    same_bytes(in(folder, "collected.tsv"), in(other, "collected.tsv"));
    aln_sweep_free(again);
    aln_sweep_free(sweep);
    fresh("together");
    fresh("again");
}
END_TEST

/* ---- samples ---- */

#define RATE "{key: learning.rate, from: 0.01, to: 10, distribution: log-uniform}"

/* All drawn keys are one axis of the grid, at the place of the first. */
START_TEST(test_axis_of_a_sample)
{
    struct aln_sweep *sweep =
        grid_of("  sample: {count: 5}\n",
                RATE ", {key: learning.rule, values: [bp, dfa]}, {key: problem.noise, from: 0, to: "
                     "1, distribution: uniform}");
    ck_assert_uint_eq(aln_sweep_points(sweep), 10);
    for (uint64_t i = 0; i < 5; i++) { /* the same for both rules */
        ck_assert(value_of(sweep, 2 * i, 0) == value_of(sweep, 2 * i + 1, 0));
        ck_assert(value_of(sweep, 2 * i, 2) == value_of(sweep, 2 * i + 1, 2));
        ck_assert_ptr_nonnull(strstr(values_of(sweep, 2 * i), "\tbp\t"));
        ck_assert_ptr_nonnull(strstr(values_of(sweep, 2 * i + 1), "\tdfa\t"));
        for (uint64_t j = 0; j < i; j++)
            ck_assert(value_of(sweep, 2 * i, 0) != value_of(sweep, 2 * j, 0));
    }
    must(aln_sweep_check(sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1}));
    aln_sweep_free(sweep);
}
END_TEST

/* The values of a seed are always the same, whatever else is drawn and how many there are; those of
 * another seed are others. */
START_TEST(test_same_sample)
{
    static const char *const more[] = {"", ", {key: problem.noise, from: 0, to: 1, distribution: "
                                           "uniform}"};
    for (size_t design = 0; design < aln_sweep_designs.count; design++) {
        char first[128], larger[128], other[128];
        const char *name = aln_names_row(&aln_sweep_designs, design)->name;
        snprintf(first, sizeof first, "  sample: {count: 40, design: %s}\n", name);
        snprintf(larger, sizeof larger, "  sample: {count: 90, seed: 1, design: %s}\n", name);
        snprintf(other, sizeof other, "  sample: {count: 40, seed: 2, design: %s}\n", name);
        for (size_t i = 0; i < COUNT(more); i++) {
            char over[256];
            snprintf(over, sizeof over, RATE "%s", more[i]);
            struct aln_sweep *a = grid_of(first, RATE), *b = grid_of(larger, over),
                             *c = grid_of(other, over);
            ck_assert_uint_eq(aln_sweep_points(b), 90);
            for (uint64_t p = 0; p < 40; p++) {
                ck_assert(value_of(a, p, 0) == value_of(b, p, 0));
                ck_assert(value_of(a, p, 0) != value_of(c, p, 0));
            }
            aln_sweep_free(a);
            aln_sweep_free(b);
            aln_sweep_free(c);
        }
    }
}
END_TEST

/* Known values, so that samples stay the same in later versions. */
START_TEST(test_known_sample)
{
    struct aln_sweep *random = grid_of("  sample: {count: 2}\n", RATE);
    struct aln_sweep *sobol = grid_of("  sample: {count: 2, design: sobol}\n", RATE);
    ck_assert_str_eq(values_of(random, 0), "\t0.0458926798766167");
    ck_assert_str_eq(values_of(random, 1), "\t0.237070924496077");
    ck_assert_str_eq(values_of(sobol, 0), "\t1.45125396339084");
    ck_assert_str_eq(values_of(sobol, 1), "\t8.16100076960952");
    aln_sweep_free(random);
    aln_sweep_free(sobol);
}
END_TEST

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The largest distance of the distribution of x[n] from that of uniform numbers. */
static double distance(double *x, size_t n)
{
    double most = 0;
    qsort(x, n, sizeof *x, by_size);
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fmax((double)(i + 1) / (double)n - x[i], x[i] - (double)i / (double)n));
    return most;
}

/* The distribution of each is the one that it is called. Kolmogorov's test: beyond 2.2/sqrt(n) by
 * chance once in 8000 times; Sobol's points are nearer than any random ones. */
START_TEST(test_distributions)
{
    enum { N = 1000 };
    COVERS(&aln_sweep_distributions, "uniform", "log-uniform", "choice");
    COVERS(&aln_sweep_designs, "random", "sobol");
    static const char *const sample[] = {"  sample: {count: 1000}\n",
                                         "  sample: {count: 1000, design: sobol}\n"};
    static const double limit[] = {2.2, 0.2};
    for (size_t s = 0; s < COUNT(sample); s++) {
        struct aln_sweep *sweep = grid_of(
            sample[s], RATE
            ", {key: problem.noise, from: 2, to: 3, distribution: uniform}, {key: learning.rule, "
            "values: [bp, dfa, fa, frozen], distribution: choice}");
        double x[N], y[N];
        size_t dfa = 0, both = 0;
        for (uint64_t p = 0; p < N; p++) {
            x[p] = log(value_of(sweep, p, 0) / 0.01) / log(1000);
            y[p] = value_of(sweep, p, 1) - 2;
            ck_assert(x[p] >= 0 && x[p] <= 1 && y[p] >= 0 && y[p] <= 1);
            dfa += strstr(values_of(sweep, p), "\tdfa") != NULL;
            both += x[p] < 0.5 && y[p] < 0.5;
        }
        ck_assert_double_lt(distance(x, N), limit[s] / sqrt(N));
        ck_assert_double_lt(distance(y, N), limit[s] / sqrt(N));
        /* A quarter each, with a standard deviation of 13.7 of random ones: 4 of these. */
        ck_assert_double_le(fabs((double)dfa - 250), s == 0 ? 55 : 8);
        ck_assert_double_le(fabs((double)both - 250), s == 0 ? 55 : 8);
        aln_sweep_free(sweep);
    }
}
END_TEST

/* Whole numbers are drawn whole, the first and the last as often as others; values of keys that move
 * together are drawn together. */
START_TEST(test_whole)
{
    enum { N = 3000 };
    struct aln_sweep *sweep = grid_of(
        "  sample: {count: 3000}\n",
        "{key: run.seed, from: 1, to: 3, distribution: uniform}, {key: problem.inputs, from: 10, "
        "to: 1000000, distribution: log-uniform}, {keys: [run.time, learning.rate], values: [[1, "
        "0.1], [2, 0.2]], distribution: choice}");
    size_t count[4] = {0}, low = 0, second = 0;
    for (uint64_t p = 0; p < N; p++) {
        double seed = value_of(sweep, p, 0), inputs = value_of(sweep, p, 1);
        ck_assert(seed == 1 || seed == 2 || seed == 3);
        ck_assert(rint(inputs) == inputs && inputs >= 10 && inputs <= 1e6);
        ck_assert(fabs(value_of(sweep, p, 2) - 10 * value_of(sweep, p, 3)) < 1e-12);
        count[(size_t)seed]++;
        low += inputs < 3162;
        second += value_of(sweep, p, 2) == 2;
    }
    for (size_t i = 1; i <= 3; i++)
        ck_assert_double_le(fabs((double)count[i] - 1000), 4 * 25.8);
    ck_assert_double_le(fabs((double)low - 1500), 4 * 27.4);
    ck_assert_double_le(fabs((double)second - 1500), 4 * 27.4);
    aln_sweep_free(sweep);
}
END_TEST

/* Values that are drawn twice are one result. */
START_TEST(test_drawn_twice)
{
    const char *folder = fresh("twice");
    struct aln_sweep *sweep = grid_of(
        "  sample: {count: 8}\n", "{key: learning.rule, values: [bp, dfa], distribution: choice}");
    struct aln_sweep_report report = run(sweep, folder, 2, 1, 1);
    ck_assert_uint_eq(report.points, 8);
    ck_assert_uint_eq(report.done, 2);
    ck_assert_uint_eq(report.there, 6);
    ck_assert_ptr_nonnull(report.collected);
    aln_sweep_report_free(&report);
    aln_sweep_free(sweep);
    fresh("twice");
}
END_TEST

/* A larger sample runs what is new. */
START_TEST(test_larger_sample)
{
    const char *folder = fresh("larger");
    struct aln_sweep *few = grid_of("  sample: {count: 4}\n", RATE);
    struct aln_sweep *more = grid_of("  sample: {count: 7}\n", RATE);
    expect_run(few, folder, 0, 4, 0);
    expect_run(more, folder, 4, 3, 0);
    aln_sweep_free(few);
    aln_sweep_free(more);
    fresh("larger");
}
END_TEST

CHECK_MAIN("sweep/grid", test_numbers, test_together, test_one_key_of_several, test_table,
           test_axis_of_a_sample, test_same_sample, test_known_sample, test_distributions,
           test_whole, test_drawn_twice, test_larger_sample)

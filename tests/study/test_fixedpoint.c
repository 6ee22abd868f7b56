/* `alignode fixedpoint`, from a parameter file to its table and back. */
#include <math.h>

#include "../check_main.h"
#include "../covers.h"
#include "alignode/fixed.h"
#include "runs.h"
#include "study/fixedpoint.h"

#define COMMITTEE                                                                                  \
    "problem:\n  student: {units: 2, readout: 1}\n"                                                \
    "  teacher: {units: 2, weights: orthonormal}\n"                                                \
    "learning: {rule: bp, rate: [0.5, 0]}\n"

/* Writes the result of a file.  Returned: its path, a view */
static const char *points_path(const char *file, int threads, const char *name)
{
    struct aln_params *p;
    const char *out = own(name);
    must(aln_params_load(&p, file, 0, NULL, aln_fixedpoint_check));
    must(aln_fixedpoint(p, &(struct aln_run_options){.path = out, .threads = threads}));
    aln_params_free(p);
    return out;
}

static const char *points_text(const char *text, const char *name)
{
    const char *file = own("params.yaml");
    write_text(file, text);
    const char *out = points_path(file, 1, name);
    unlink(file);
    return out;
}

/* Checks that running the header of a result reproduces it with any number of threads. */
static void made_again(const char *path)
{
    const char *again = points_path(path, 3, "again.tsv");
    same_bytes(path, again);
    unlink(again);
}

/* Checks that every row is a fixed point with the eigenvalues that the library finds there. */
static void check_rows(const char *path, const struct aln_table *t)
{
    struct aln_params *params;
    struct aln_problem *p;
    struct aln_fixed *fixed;
    must(aln_params_load(&params, path, 0, NULL, aln_fixedpoint_check));
    must(aln_problem_create(&p, params));
    must(aln_fixed_create(&fixed, p));
    size_t size = aln_problem_size(p);
    double *y = malloc(size * sizeof *y);
    for (size_t row = 0; row < t->rows; row++) {
        struct aln_fixed_point *point;
        char name[32];
        for (size_t i = 0; i < size; i++) {
            aln_problem_column(p, i < aln_state_at(p, ALN_F) ? i + 1 : i + 2, name);
            y[i] = entry(t, row, name);
        }
        must(aln_fixed_at(fixed, y, &point));
        ck_assert(point->residual < 1e-12);
        ck_assert(entry(t, row, "residual") == point->residual);
        ck_assert(entry(t, row, "eg") == point->eg);
        ck_assert(entry(t, row, "physical") == point->physical);
        ck_assert(entry(t, row, "unstable") == (double)point->unstable);
        ck_assert(entry(t, row, "neutral") == (double)point->neutral);
        ck_assert(entry(t, row, "unknowns") == (double)point->unknowns);
        ck_assert(entry(t, row, "re_1") == point->re[0] && entry(t, row, "im_1") == point->im[0]);
        ck_assert(entry(t, row, "fixed_point") == (double)row);
        ck_assert(row == 0 || entry(t, row, "eg") <= entry(t, row - 1, "eg") + 1e-12);
        aln_fixed_point_free(point);
    }
    free(y);
    aln_fixed_free(fixed);
    aln_problem_free(p);
    aln_params_free(params);
}

/* The run rests on the symmetric plateau at t = 38 and ends at the solution: two rows. */
START_TEST(test_trajectory)
{
    const char *path = points_text(COMMITTEE "run: {time: 2000}\n", "points.tsv");
    struct aln_table *t = table_of(path);
    ck_assert_str_eq(t->command, "fixedpoint");
    ck_assert_uint_eq(t->rows, 2);
    check_rows(path, t);
    ck_assert_double_eq_tol(entry(t, 0, "t"), 38, 3);
    ck_assert(entry(t, 0, "unstable") == 3 && entry(t, 1, "unstable") == 0);
    ck_assert_double_eq_tol(entry(t, 0, "R_1_1"), entry(t, 0, "R_1_2"), 1e-12);
    ck_assert_double_eq_tol(entry(t, 1, "eg"), 0, 1e-15);
    ck_assert(entry(t, 0, "W2_moves") == 0 && entry(t, 0, "unknowns") == 7);
    ck_assert(entry(t, 1, "starts") >= 1);
    ck_assert_int_eq(aln_table_column(t, "re_5"), -1);
    aln_table_free(t);
    made_again(path);
    unlink(path);
}
END_TEST

static double sum(const struct aln_table *t, const char *name)
{
    double all = 0;
    for (size_t row = 0; row < t->rows; row++)
        all += entry(t, row, name);
    return all;
}

/* With bp, random starts lead to every image of the solution under permutations and sign flips of
 * units, which share one row. Direct feedback distinguishes them: each of the 2 x 4 has its own
 * spectrum. */
START_TEST(test_images)
{
    static const struct {
        const char *learning;
        size_t solutions;
    } cases[] = {{"rule: bp", 1}, {"rule: dfa, feedback: {matrix: [[0.9], [1.4]]}", 4}};
    for (size_t c = 0; c < 2; c++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "problem: {teacher: {weights: orthonormal}}\nlearning: {rate: 0.5, %s}\n"
                 "fixedpoint: {starts: random, count: 200, eigenvalues: 9}\n",
                 cases[c].learning);
        const char *path = points_text(text, "points.tsv");
        struct aln_table *t = table_of(path);
        check_rows(path, t);
        size_t solutions = 0, found = 0;
        for (size_t row = 0; row < t->rows; row++) {
            if (fabs(entry(t, row, "eg")) < 1e-12 && entry(t, row, "physical") == 1) {
                solutions++;
                found += (size_t)entry(t, row, "starts");
            }
            ck_assert(isnan(entry(t, row, "t")));
            ck_assert(entry(t, row, "W2_moves") == 1 && entry(t, row, "unknowns") == 9);
        }
        ck_assert_msg(solutions == cases[c].solutions, "%s: %zu", cases[c].learning, solutions);
        ck_assert_uint_ge(found, 15);
        ck_assert(sum(t, "starts") <= 200);
        ck_assert_int_ge(aln_table_column(t, "im_9"), 0);
        aln_table_free(t);
        if (c == 0)
            made_again(path);
        unlink(path);
    }
}
END_TEST

/* The solutions of linear units form one continuous family. It has one row for its physical points
 * and one for the rest, although each start leads to a different point. */
START_TEST(test_family)
{
    const char *path = points_text("problem: {activation: linear, student: {readout: 1}}\n"
                                   "learning: {rule: bp, rate: [0.1, 0]}\n"
                                   "fixedpoint: {starts: random, count: 50, eigenvalues: 1000}\n",
                                   "points.tsv");
    struct aln_table *t = table_of(path);
    ck_assert_uint_eq(t->rows, 2);
    ck_assert(sum(t, "starts") == 50 && sum(t, "physical") == 1 && sum(t, "neutral") == 6);
    ck_assert_int_ge(aln_table_column(t, "re_7"), 0);
    ck_assert_int_eq(aln_table_column(t, "re_8"), -1);
    aln_table_free(t);
    unlink(path);
}
END_TEST

/* The ode stays at a fixed point from which it starts. */
START_TEST(test_start)
{
    char text[1024];
    const char *path = points_text(COMMITTEE "run: {time: 2000}\n", "points.tsv");
    snprintf(text, sizeof text,
             "problem:\n  student: {readout: 1}\n  teacher: {weights: orthonormal}\n"
             "  overlaps: {from: %s, repeat: 0}\n"
             "learning: {rule: bp, rate: [0.5, 0]}\nrun: {time: 20, record: {times: [20]}}\n",
             path);
    const char *rest = run_text(ALN_ENGINE_ODE, text, "rest.tsv");
    struct aln_table *points = table_of(path), *t = table_of(rest);
    ck_assert_uint_eq(t->rows, 2);
    for (size_t j = 2; j < t->cols; j++) {
        ck_assert(entry(t, 0, t->name[j]) == entry(points, 0, t->name[j]));
        ck_assert_double_eq_tol(entry(t, 1, t->name[j]), entry(points, 0, t->name[j]), 1e-8);
    }
    aln_table_free(points);
    aln_table_free(t);
    unlink(rest);

    /* No such point exists, and fixed points have no time to select by. */
    static const char *const wrong[][2] = {{"repeat: 99", "has no fixed point 99"},
                                           {"time: 38", "holds fixed points"}};
    for (size_t i = 0; i < 2; i++) {
        struct aln_params *p;
        const char *file = own("params.yaml");
        snprintf(text, sizeof text,
                 "problem: {teacher: {weights: orthonormal}, overlaps: {from: %s, %s}}\n"
                 "learning: {rule: bp}\n",
                 path, wrong[i][0]);
        write_text(file, text);
        ck_assert_int_eq(aln_params_load(&p, file, 0, NULL, aln_engine_check_ode), ALN_USAGE);
        ck_assert_msg(strstr(aln_error(), wrong[i][1]) != NULL, "%s", aln_error());
        unlink(file);
    }
    unlink(path);
}
END_TEST

/* The critical rates: pi sqrt(5/3) and, for two units, the root of two equations
 * (tests/theory/test_fixed.c). Below the critical rate no row is unstable, above it all are. */
START_TEST(test_diagram)
{
    const double known[] = {M_PI * sqrt(5. / 3), 2.3068276960};
    const char *path = points_text(
        COMMITTEE "fixedpoint: {diagram: {units: [1, 2], rate: {from: 0.4, to: 6, count: 9}}}\n",
        "diagram.tsv");
    struct aln_table *t = table_of(path);
    ck_assert_uint_eq(t->rows, 18);
    for (size_t row = 0; row < 18; row++) {
        double rate = entry(t, row, "rate"), critical = entry(t, row, "critical");
        ck_assert(entry(t, row, "units") == (double)(1 + row / 9));
        ck_assert_double_eq_tol(rate, 0.4 + 0.7 * (double)(row % 9), 1e-12);
        ck_assert_double_eq_tol(critical, known[row / 9], 1e-8);
        ck_assert((entry(t, row, "growth") > 0) == (rate > critical));
        ck_assert((entry(t, row, "unstable") > 0) == (rate > critical));
        ck_assert(entry(t, row, "neutral") == 0);
    }
    aln_table_free(t);
    made_again(path);
    unlink(path);

    /* Stable at all rates requested: the critical rate lies outside them. */
    path = points_text(COMMITTEE "fixedpoint: {diagram: {units: [1], rate: {to: 1, count: 3}}}\n",
                       "diagram.tsv");
    t = table_of(path);
    ck_assert(isnan(entry(t, 2, "critical")) && entry(t, 2, "growth") < 0);
    aln_table_free(t);
    unlink(path);
}
END_TEST

/* Eigenvalues of the inputs from a file, in three blocks: the plateau and the solution, the latter where
 * the run ends. The result keeps the blocks, and is made again without the file. */
START_TEST(test_spectrum)
{
    static const char text[] = "problem:\n  student: {units: 2, readout: 1}\n"
                               "  teacher: {units: 2, weights: orthonormal}\n"
                               "  spectrum: {from: %s, count: 3}\n"
                               "learning: {rule: bp, rate: [0.5, 0]}\n"
                               "run: {time: 3000}\n";
    const char *values = own("values.txt");
    char yaml[512];
    write_text(values, "4\n2.5\n1.5\n1\n0.8\n0.7\n0.6\n0.5\n0.4\n");
    snprintf(yaml, sizeof yaml, text, values);
    const char *path = points_text(yaml, "points.tsv"),
               *run = run_text(ALN_ENGINE_ODE, yaml, "run.tsv");
    unlink(values);
    struct aln_table *t = table_of(path), *r = table_of(run);
    ck_assert_uint_eq(t->rows, 2);
    for (size_t row = 0; row < 2; row++) {
        ck_assert(entry(t, row, "unknowns") == 21 && entry(t, row, "physical") == 1);
        ck_assert(entry(t, row, "residual") < 1e-12);
        ck_assert((entry(t, row, "unstable") > 0) == (row == 0));
    }
    ck_assert_double_eq_tol(entry(t, 0, "R_1_1"), entry(t, 0, "R_1_2"), 1e-9);
    for (size_t i = 2; i < r->cols; i++)
        ck_assert_double_eq_tol(r->value[(r->rows - 1) * r->cols + i], entry(t, 1, r->name[i]),
                                1e-8);
    made_again(path);
    unlink(path);
    unlink(run);
    aln_table_free(t);
    aln_table_free(r);
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_starts, "trajectory", "random");
}
END_TEST

CHECK_MAIN("study/fixedpoint", test_trajectory, test_images, test_family, test_start, test_diagram,
           test_spectrum, test_covered)

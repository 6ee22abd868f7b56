/* Points of which only rows are kept: the table of files, whatever was damaged, killed or there. */
#define _XOPEN_SOURCE 700 /* nftw() */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../check_main.h"
#include "base/text.h"
#include "sweep/sweep_log.h"
#include "sweep/sweep_rows.h"
#include "sweeps.h"

/* ---- the tables of sweeps ---- */

/* Points with different columns, with events, and with several rows. */
static const char *const sweeps[] = {
    "problem: {inputs: 60, student: {weights: {std: 0.3}}}\nlearning: {rule: dfa}\n"
    "run: {time: 4, record: {count: 5}}\node: {events: {eg_below: [0.3, 1.0e-9]}}\n"
    "sweep: {run: ode, over: [{key: problem.student.units, values: [2, 1]}, "
    "{key: learning.rate, from: 0.1, to: 1, count: 5, spacing: log}, "
    "{key: learning.rule, values: [bp, dfa]}]}\n",
    "problem: {inputs: 60}\nlearning: {rule: dfa}\nrun: {time: 3, repeats: 3, record: {count: 4}}\n"
    "sweep: {run: chain, over: [{key: learning.rate, from: 0.1, to: 1, count: 5}]}\n",
    "problem: {inputs: 50, activation: linear, student: {readout: 1}}\n"
    "learning: {rule: dfa, feedback: {matrix: [[1], [0.5]]}}\n"
    "run: {time: 1000, record: {times: [0, 0.02, 0.04, 900]}}\n"
    "sweep: {run: ode, over: [{key: learning.rate, values: [[0.1, 0], [20, 0], [0.2, 0]]}]}\n",
};

static struct aln_sweep *sweep_keeping(const char *text, const char *kept, const char *more)
{
    char points[32];
    snprintf(points, sizeof points, "sweep.points=%s", kept);
    const char *set[] = {points, more};
    return sweep_of(text, more != NULL ? 2 : 1, set);
}

/* The table of a folder without the line that says what is kept. Yours. */
static char *table_text(const char *folder)
{
    size_t length;
    char *text;
    must(aln_text_read_file(in(folder, "collected.tsv"), &text, &length));
    char *line = strstr(text, "\n#   points: "), *sum = strstr(text, "\n#crc32 ");
    ck_assert(line != NULL && sum != NULL);
    memcpy(sum, "\n#crc32         ", 16); /* which it goes into */
    memmove(line, line + 1 + strcspn(line + 1, "\n"),
            strlen(line + 1 + strcspn(line + 1, "\n")) + 1);
    return text;
}

static void same_table(const char *a, const char *b)
{
    char *x = table_text(a), *y = table_text(b);
    ck_assert_str_eq(x, y);
    free(x);
    free(y);
}

static bool is_there(const char *folder, const char *name)
{
    return access(in(folder, name), F_OK) == 0;
}

START_TEST(test_table_of_files)
{
    for (size_t i = 0; i < COUNT(sweeps); i++) {
        const char *files = fresh("files"), *rows = fresh("rows");
        struct aln_sweep *of_files = sweep_keeping(sweeps[i], "files", NULL),
                         *of_rows = sweep_keeping(sweeps[i], "rows", NULL);
        struct aln_sweep_report report = run(of_files, files, 1, 1, 1);
        const uint64_t done = report.done, failed = report.failures, n = report.points;
        aln_sweep_report_free(&report);
        for (uint64_t shard = 3; shard >= 1; shard--) {
            report = run(of_rows, rows, 2, shard, 3);
            ck_assert_int_eq(report.collected != NULL, shard == 1);
            aln_sweep_report_free(&report);
        }
        same_table(files, rows);
        ck_assert_int_eq(access(file_of(of_rows, rows, 0, ".tsv"), F_OK), -1);
        /* Rows are kept beside a table in which a cell is nan. */
        ck_assert_int_eq(is_there(rows, "points.1.part"), i != 1);
        expect_run(of_rows, rows, done, 0, failed);
        same_table(files, rows);
        expect_run(of_rows, files, done, 0, failed); /* an old folder */
        same_table(rows, files);
        expect_run(of_files, rows, 0, done, failed);
        ck_assert_uint_eq(n, done + failed);
        aln_sweep_free(of_files);
        aln_sweep_free(of_rows);
    }
    fresh("files");
    fresh("rows");
}
END_TEST

static const char seeds[] =
    "problem: {inputs: 50}\nlearning: {rule: dfa}\nrun: {time: 2, record: {count: 2}}\n"
    "sweep: {run: ode, over: [{key: run.seed, from: 1, to: 4}]}\n";

/* A grid that grows runs what is new; one that shrinks loses nothing. */
START_TEST(test_grids)
{
    static const struct {
        const char *over;
        uint64_t there, done;
        bool beside; /* points of another grid */
    } grids[] = {{"sweep.over=[{key: run.seed, from: 1, to: 4}]", 0, 4, false},
                 {"sweep.over=[{key: run.seed, from: 0, to: 6}]", 4, 3, false},
                 {"sweep.over=[{key: run.seed, values: [5, 2, 9]}]", 2, 1, true},
                 {"sweep.over=[{key: learning.rate, values: [0.1, 0.2]}]", 1, 1, true},
                 {"sweep.over=[{key: run.seed, from: 0, to: 9}]", 8, 2, true}};
    const char *folder = fresh("grids"), *again = fresh("again");
    for (size_t i = 0; i < COUNT(grids); i++) {
        struct aln_sweep *sweep = sweep_keeping(seeds, "rows", grids[i].over);
        expect_run(sweep, folder, grids[i].there, grids[i].done, 0);
        expect_run(sweep, fresh("again"), 0, grids[i].there + grids[i].done, 0);
        same_table(folder, again);
        ck_assert_int_eq(is_there(folder, "points.1.part"), grids[i].beside);
        aln_sweep_free(sweep);
    }
    fresh("grids");
    fresh("again");
}
END_TEST

/* Points that are equal are run once. */
START_TEST(test_equal_points)
{
    const char *folder = fresh("equal");
    struct aln_sweep *sweep =
        sweep_keeping(seeds, "rows", "sweep.over=[{key: learning.rate, values: [0.1, 0.10]}]");
    expect_run(sweep, folder, 1, 1, 0);
    aln_sweep_free(sweep);
    fresh("equal");
}
END_TEST

START_TEST(test_refused)
{
    struct aln_sweep *sweep;
    ck_assert_int_eq(aln_sweep_parse(&sweep, "file",
                                     "learning: {rule: bp}\nsweep:\n  run: compare\n"
                                     "  points: rows\n  over: [{key: run.seed, from: 1, to: 2}]\n",
                                     0, NULL),
                     ALN_USAGE);
    ck_assert_str_eq(aln_error(),
                     "file:4:11: sweep.points: a point of compare is more than rows: expected "
                     "files\n  points: rows\n          ^");
}
END_TEST

/* ---- the files ---- */

enum { POINTS = 600 };

static uint64_t name_of(uint64_t i)
{
    return (i + 1) * 0x9e3779b97f4a7c15u;
}

/* Point i has i % 3 + 1 rows, and its columns depend on i / 100. */
static const char *names_of(uint64_t i)
{
    return i / 100 % 2 == 0 ? "repeat\tt\teg" : "repeat\tt\teg\tQ_1_1";
}

static void add_rows(struct aln_text *out, uint64_t i)
{
    for (uint64_t row = 0; row <= i % 3; row++)
        aln_text_add(out, "%" PRIu64 "\t10\t%" PRIu64 ".5%s\n", row, i,
                     i / 100 % 2 == 0 ? "" : "\t0.25");
}

static void write_points(const char *folder, uint64_t begin, uint64_t end)
{
    struct aln_sweep_log *log;
    must(aln_sweep_log_open(&log, folder, "ode"));
    for (uint64_t i = begin; i < end; i++) {
        struct aln_text lines = {0};
        add_rows(&lines, i);
        must(aln_sweep_log_add(log, name_of(i), names_of(i), lines.s));
        free(lines.s);
    }
    must(aln_sweep_log_close(log));
}

/* How many points are found; what is found is what was written. */
static uint64_t count_points(const char *folder, const char *command)
{
    struct aln_sweep_rows *rows;
    uint64_t found = 0;
    must(aln_sweep_rows_read(&rows, folder, command));
    for (uint64_t i = 0; i < POINTS; i++) {
        const char *names = aln_sweep_rows_names(rows, name_of(i));
        struct aln_text there = {0}, wanted = {0};
        if (names == NULL)
            continue;
        found++;
        ck_assert_str_eq(names, names_of(i));
        aln_sweep_rows_lines(rows, name_of(i), &there);
        add_rows(&wanted, i);
        ck_assert_str_eq(there.s, wanted.s);
        free(there.s);
        free(wanted.s);
    }
    aln_sweep_rows_free(rows);
    return found;
}

static void write_bytes(const char *path, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

static const char *points_in(const char *name)
{
    const char *folder = fresh(name);
    ck_assert_int_eq(mkdir(folder, 0777), 0);
    return folder;
}

/* Each writer has its own file, and one that has ended leaves its file to the next. */
START_TEST(test_writers)
{
    const char *folder = points_in("writers");
    struct aln_sweep_log *log[2];
    for (uint64_t i = 0; i < 2; i++)
        must(aln_sweep_log_open(&log[i], folder, "ode"));
    for (uint64_t i = 0; i < POINTS; i++) {
        struct aln_text lines = {0};
        add_rows(&lines, i);
        must(aln_sweep_log_add(log[i % 2], name_of(i), names_of(i), lines.s));
        free(lines.s);
    }
    ck_assert(is_there(folder, "points.1.part") && is_there(folder, "points.2.part"));
    for (uint64_t i = 0; i < 2; i++)
        must(aln_sweep_log_close(log[i]));
    ck_assert_uint_eq(count_points(folder, "ode"), POINTS);
    write_points(folder, 0, POINTS);
    ck_assert(!is_there(folder, "points.3.part"));
    ck_assert_uint_eq(count_points(folder, "ode"), POINTS);
    ck_assert_uint_eq(count_points(folder, "chain"), 0);
    fresh("writers");
}
END_TEST

/* Whichever byte is another one, its block is left out, with 100 points at most, and only that one. */
START_TEST(test_damage)
{
    const char *folder = points_in("damage"), *file = in(folder, "points.1.part");
    char *text;
    size_t length;
    srand(1);
    write_points(folder, 0, POINTS);
    must(aln_text_read_file(file, &text, &length));
    for (int i = 0; i < 1000; i++) {
        const size_t at = (size_t)rand() % length;
        const char was = text[at];
        text[at] = (char)(was ^ (1 << rand() % 8));
        write_bytes(file, text, length);
        const uint64_t found = count_points(folder, "ode");
        ck_assert_msg(found < POINTS && found >= POINTS - 100, "%d of %zu: %d", (int)at, length,
                      (int)found);
        text[at] = was;
    }
    free(text);
    fresh("damage");
}
END_TEST

/* How many points precede the last checksum in the first n bytes. */
static uint64_t points_before(const char *text, size_t n)
{
    uint64_t row = 0, points = 0;
    for (const char *at = text, *feed; (feed = memchr(at, '\n', n - (size_t)(at - text))) != NULL;
         at = feed + 1) {
        const char *eg = strstr(at, "\t10\t");
        if (strncmp(at, "#crc32 ", 7) == 0)
            points = row;
        else if (eg != NULL && eg < feed)
            row = strtoull(eg + 4, NULL, 10) + 1;
    }
    return points;
}

/* A file that ends anywhere, as a killed process leaves it, has its whole blocks, and the next process
 * adds what is missing. */
START_TEST(test_torn)
{
    const char *folder = points_in("torn"), *file = in(folder, "points.1.part");
    char *text;
    size_t length;
    srand(2);
    write_points(folder, 0, POINTS);
    must(aln_text_read_file(file, &text, &length));
    for (int i = 0; i < 100; i++) {
        const size_t at = (size_t)rand() % length;
        write_bytes(file, text, at);
        const uint64_t found = count_points(folder, "ode");
        ck_assert_uint_eq(found, points_before(text, at));
        write_points(folder, found, POINTS);
        ck_assert_uint_eq(count_points(folder, "ode"), POINTS);
    }
    free(text);
    fresh("torn");
}
END_TEST

CHECK_MAIN("sweep/rows", test_table_of_files, test_grids, test_equal_points, test_refused,
           test_writers, test_damage, test_torn)

/* Sweeps of deep experiments: the measure that compares seeds is collected in its own table. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include "../check_main.h"
#include "../seal.h"

#include <math.h>

#include "../sweep/sweeps.h"

static const char experiment[] =
    "data: {name: mixture, train: 100, test: 40, inputs: 6, classes: 3}\n"
    "network: {layers: [{dense: 5, activation: tanh}, {dense: 3}]}\n"
    "learning: {rule: dfa, rate: 5e-3}\n"
    "run: {epochs: 3, record: {count: 3}, probe: 0}\n"
    "sweep: {run: train, over: [{key: learning.rule, values: [bp, dfa]}, "
    "{key: run.seeds, values: [{from: 1, to: 3}, 4, {from: 5, to: 6}]}]}\n";

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void no_file(const char *path)
{
    ck_assert_int_eq(unlink(path), 0);
}

/* The last row of each point's similarity; nan for points with a single seed. */
START_TEST(test_similarity)
{
    const char *folder = fresh("similarity");
    struct aln_sweep *sweep = sweep_of(experiment, 0, NULL);
    struct aln_sweep_report report = run(sweep, folder, 2, 1, 1);
    ck_assert(report.done == 6 && report.failures == 0);
    ck_assert_str_eq(report.second, in(folder, "collected.similarity.tsv"));
    aln_sweep_report_free(&report);
    struct aln_table *t = table_of(in(folder, "collected.similarity.tsv"));
    static const char *const names[] = {"point",      "learning.rule", "run.seeds",    "epoch",
                                        "similarity", "similarity_1",  "similarity_2", "file"};
    ck_assert_uint_eq(t->cols, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_str_eq(t->name[i], names[i]);
    ck_assert_uint_eq(t->rows, 6);
    for (size_t row = 0; row < 6; row++) {
        ck_assert(entry(t, row, "point") == (double)row);
        ck_assert_str_eq(t->text[row * t->cols + 1], row < 3 ? "bp" : "dfa");
        if (row % 3 == 1) {
            ck_assert(isnan(entry(t, row, "epoch")) && isnan(entry(t, row, "similarity_2")));
            ck_assert(!exists(file_of(sweep, folder, row, ".similarity.tsv")));
            continue;
        }
        struct aln_table *own_one = table_of(file_of(sweep, folder, row, ".similarity.tsv"));
        for (size_t i = 0; i < own_one->cols; i++)
            ck_assert_str_eq(t->text[row * t->cols + 3 + i],
                             own_one->text[(own_one->rows - 1) * own_one->cols + i]);
        ck_assert(entry(t, row, "epoch") == 3);
        aln_table_free(own_one);
    }
    ck_assert_uint_eq(t->remarks, 0);
    aln_table_free(t);
    t = table_of(in(folder, "collected.tsv")); /* which does not contain it */
    ck_assert_int_lt(aln_table_column(t, "similarity"), 0);
    ck_assert_uint_eq(t->rows, 2 * (3 + 1 + 2));
    aln_table_free(t);
    aln_sweep_free(sweep);
    fresh("similarity");
}
END_TEST

/* The bytes do not depend on threads, shards, or files that are missing or from another run; the
 * table's header reproduces it. */
START_TEST(test_same_bytes)
{
    const char *whole = fresh("whole"), *other = fresh("other");
    struct aln_sweep *sweep = sweep_of(experiment, 0, NULL), *again;
    expect_run(sweep, whole, 0, 6, 0);
    for (uint64_t shard = 4; shard >= 1; shard--) {
        struct aln_sweep_report report = run(sweep, other, (int)shard, shard, 4);
        ck_assert((report.second != NULL) == (shard == 1));
        aln_sweep_report_free(&report);
    }
    same_bytes(in(whole, "collected.similarity.tsv"), in(other, "collected.similarity.tsv"));

    /* A point without its second result is not finished. */
    no_file(file_of(sweep, other, 2, ".similarity.tsv"));
    no_file(in(other, "collected.similarity.tsv"));
    expect_run(sweep, other, 5, 1, 0);
    same_bytes(in(whole, "collected.similarity.tsv"), in(other, "collected.similarity.tsv"));
    no_file(file_of(sweep, other, 2, ".tsv"));
    no_file(file_of(sweep, other, 2, ".similarity.tsv"));
    write_text(file_of(sweep, other, 2, ".similarity.tsv"), "epoch\tsimilarity\n");
    ck_assert_int_eq(rename(file_of(sweep, other, 0, ".tsv"), file_of(sweep, other, 2, ".tsv")), 0);
    expect_run(sweep, other, 4, 2, 0);
    same_bytes(in(whole, "collected.similarity.tsv"), in(other, "collected.similarity.tsv"));

    other = fresh("other");
    must(aln_sweep_load(&again, in(whole, "collected.similarity.tsv"), 0, NULL, 0, NULL));
    expect_run(again, other, 0, 6, 0);
    same_bytes(in(whole, "collected.tsv"), in(other, "collected.tsv"));
    same_bytes(in(whole, "collected.similarity.tsv"), in(other, "collected.similarity.tsv"));
    aln_sweep_free(again);
    aln_sweep_free(sweep);
    fresh("whole");
    fresh("other");
}
END_TEST

/* Overwrites the first `from` by `to`, which has the same length, checksums included. */
static void replace_in(const char *path, const char *from, const char *to)
{
    char *text;
    size_t n;
    must(aln_text_read_file(path, &text, &n));
    char *at = strstr(text, from);
    ck_assert_ptr_nonnull(at);
    memcpy(at, to, strlen(to));
    seal(text);
    write_text(path, text);
    free(text);
}

/* An error in the second result names its file, not that of the first. */
START_TEST(test_fault)
{
    const char *folder = fresh("fault");
    struct aln_sweep *sweep = sweep_of(experiment, 0, NULL);
    const char *similar = file_of(sweep, folder, 0, ".similarity.tsv");
    struct aln_sweep_report report;
    expect_run(sweep, folder, 0, 6, 0);
    replace_in(similar, "\nepoch\t", "\nepock\t");
    ck_assert_int_eq(aln_sweep_run(sweep,
                                   &(struct aln_sweep_options){
                                       .folder = folder, .threads = 1, .shard = 1, .shards = 1},
                                   &report),
                     ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), similar) != NULL, "%s", aln_error());
    ck_assert_msg(strstr(aln_error(), "has no column epoch") != NULL, "%s", aln_error());
    aln_sweep_report_free(&report);
    aln_sweep_free(sweep);
    fresh("fault");
}
END_TEST

/* Without the measure there is no table of it, not even that of an earlier sweep. */
START_TEST(test_absent)
{
    static const char *const none[] = {"run.measures=[loss, WA]"};
    const char *folder = fresh("absent");
    struct aln_sweep *sweep = sweep_of(experiment, 0, NULL);
    expect_run(sweep, folder, 0, 6, 0);
    ck_assert(exists(in(folder, "collected.similarity.tsv")));
    aln_sweep_free(sweep);
    sweep = sweep_of(experiment, 1, none);
    struct aln_sweep_report report;
    must(aln_sweep_run(sweep,
                       &(struct aln_sweep_options){
                           .folder = folder, .shard = 1, .shards = 1, .threads = 2, .force = true},
                       &report));
    ck_assert(report.done == 6 && report.collected != NULL && report.second == NULL);
    aln_sweep_report_free(&report);
    ck_assert(!exists(in(folder, "collected.similarity.tsv")));
    aln_sweep_free(sweep);
    fresh("absent");
}
END_TEST

/* A point that diverges has no similarity; both tables end with the reason. */
START_TEST(test_failure)
{
    static const char *const wild[] = {
        "network={layers: [{dense: 5}, {dense: 3}], loss: mse}", "run.epochs=20",
        "sweep.over=[{key: learning.rate, values: [1e-3, 30]}]", "run.seeds={from: 1, to: 2}"};
    const char *folder = fresh("failure");
    struct aln_sweep *sweep = sweep_of(experiment, COUNT(wild), wild);
    expect_run(sweep, folder, 0, 1, 1);
    static const char *const tables[] = {"collected.tsv", "collected.similarity.tsv"};
    for (size_t i = 0; i < 2; i++) {
        struct aln_table *t = table_of(in(folder, tables[i]));
        ck_assert(isfinite(entry(t, 0, "epoch")) && isnan(entry(t, t->rows - 1, "epoch")));
        ck_assert_uint_eq(t->remarks, 1);
        ck_assert_ptr_nonnull(strstr(t->remark[0], "failed 1: seed 1: step"));
        aln_table_free(t);
    }
    aln_sweep_free(sweep);
    fresh("failure");
}
END_TEST

CHECK_MAIN("study/train_sweep", test_similarity, test_same_bytes, test_fault, test_absent,
           test_failure)

/* Test helpers: sweeps, each in its own folder. Includers define _XOPEN_SOURCE 700 for nftw(). */
#ifndef ALIGNODE_TESTS_STUDY_SWEEPS_H
#define ALIGNODE_TESTS_STUDY_SWEEPS_H

#include <ftw.h>
#include <stdio.h>

#include "../study/runs.h"
#include "sweep/sweep.h"

#define COUNT(array) (sizeof array / sizeof array[0])

static inline int remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* Removes a folder of this process and returns its path. A view; the last eight stay valid. */
static inline const char *fresh(const char *name)
{
    static char ring[8][96];
    static int next;
    char *path = ring[next++ % 8];
    snprintf(path, sizeof ring[0], "%s", own(name));
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return path;
}

static inline struct aln_sweep *sweep_of(const char *text, size_t count, const char *const *set)
{
    struct aln_sweep *sweep;
    const char *file = own("sweep.yaml");
    write_text(file, text);
    enum aln_status status = aln_sweep_load(&sweep, file, count, set, 0, NULL);
    unlink(file);
    must(status);
    return sweep;
}

/* The file of a point with another ending than .tsv. A view; the last eight stay valid. */
static inline const char *file_of(const struct aln_sweep *sweep, const char *folder, uint64_t point,
                                  const char *ending)
{
    static char ring[8][192];
    static int next;
    char *path, *out = ring[next++ % 8];
    must(aln_sweep_path(sweep, folder, point, &path));
    snprintf(out, sizeof ring[0], "%.*s%s", (int)(strlen(path) - strlen(".tsv")), path, ending);
    free(path);
    return out;
}

static inline struct aln_sweep_report run(const struct aln_sweep *sweep, const char *folder,
                                          int threads, uint64_t shard, uint64_t shards)
{
    struct aln_sweep_report report;
    must(aln_sweep_run(sweep,
                       &(struct aln_sweep_options){
                           .folder = folder, .shard = shard, .shards = shards, .threads = threads},
                       &report));
    return report;
}

/* Runs the sweep and checks the numbers of points already finished, run and failed. */
static inline void expect_run(const struct aln_sweep *sweep, const char *folder, uint64_t there,
                              uint64_t done, size_t failures)
{
    struct aln_sweep_report report = run(sweep, folder, 2, 1, 1);
    ck_assert_uint_eq(report.points, aln_sweep_points(sweep));
    ck_assert_uint_eq(report.there, there);
    ck_assert_uint_eq(report.done, done);
    ck_assert_uint_eq(report.failures, failures);
    ck_assert_ptr_nonnull(report.collected);
    aln_sweep_report_free(&report);
}

/* FOLDER/name. A view; the last eight stay valid. */
static inline const char *in(const char *folder, const char *name)
{
    static char path[8][160];
    static int next;
    char *out = path[next++ % 8];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

#endif

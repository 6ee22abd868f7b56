/* Test helpers: runs parameter files given as text and reads the results. */
#ifndef ALIGNODE_TESTS_STUDY_RUNS_H
#define ALIGNODE_TESTS_STUDY_RUNS_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alignode/table.h"
#include "base/text.h"
#include "model/params.h"
#include "run/run.h"
#include "study/study.h"
#include "sweep/task.h"

static inline void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* A file name unique to this process, "test_run_PID_NAME". A view; the last eight stay valid. */
static inline const char *own(const char *name)
{
    static char path[8][96];
    static int next;
    char *out = path[next++ % 8];
    snprintf(out, sizeof path[0], "test_run_%ld_%s", (long)getpid(), name);
    return out;
}

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* The check that a command makes of its parameters. */
static inline aln_params_use use_of(const char *command)
{
    const struct aln_task *task = (const struct aln_task *)aln_names_find(&aln_tasks, command);
    ck_assert_msg(task != NULL, "no command %s", command);
    return task->check;
}

/* Parses parameters from text and applies overrides. */
static inline struct aln_params *params_of(const char *text, const char *command, size_t count,
                                           const char *const *set)
{
    struct aln_params *p;
    must(aln_params_parse(&p, "params.yaml", text, count, set, use_of(command)));
    return p;
}

/* Runs an engine on a parameter file or result.  Returned: the result's path, a view */
static inline const char *run_path(enum aln_engine_kind engine, const char *file, const char *name)
{
    struct aln_params *p;
    const char *out = own(name);
    must(aln_params_load(&p, file, 0, NULL, use_of(aln_names_row(&aln_engines, engine)->name)));
    must(aln_run(engine, p, &(struct aln_run_options){.path = out, .threads = 1}));
    aln_params_free(p);
    return out;
}

static inline const char *run_text(enum aln_engine_kind engine, const char *text, const char *name)
{
    const char *file = own("params.yaml");
    write_text(file, text);
    const char *out = run_path(engine, file, name);
    unlink(file);
    return out;
}

static inline struct aln_table *table_of(const char *path)
{
    struct aln_table *table;
    must(aln_table_read(&table, path));
    return table;
}

/* The entry of a row in a named column. */
static inline double entry(const struct aln_table *t, size_t row, const char *name)
{
    int column = aln_table_column(t, name);
    ck_assert_msg(column >= 0, "no column %s", name);
    ck_assert_uint_lt(row, t->rows);
    return t->value[row * t->cols + (size_t)column];
}

static inline void same_bytes(const char *path_a, const char *path_b)
{
    char *a, *b;
    size_t na, nb;
    must(aln_text_read_file(path_a, &a, &na));
    must(aln_text_read_file(path_b, &b, &nb));
    ck_assert_uint_eq(na, nb);
    ck_assert_mem_eq(a, b, na);
    free(a);
    free(b);
}

/* Checks that running a result's header gives the same result. */
static inline void runs_again(enum aln_engine_kind engine, const char *path)
{
    const char *again = run_path(engine, path, "again.tsv");
    same_bytes(path, again);
    unlink(again);
}

#endif

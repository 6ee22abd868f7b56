/* What a study consists of, and how it becomes a result. */
#ifndef ALIGNODE_STUDY_PLAN_H
#define ALIGNODE_STUDY_PLAN_H

#include "alignode/table.h"
#include "model/params.h"
#include "params/schema_table.h"
#include "run/jobs.h"
#include "run/trajectory.h"
#include "study/study.h"

struct aln_plan {
    const char *const *columns;
    size_t column_count;
    uint64_t runs;
    /* One run; several at once.  Returned: row[column_count] */
    enum aln_status (*run)(const struct aln_plan *plan, struct aln_job *job, double *row);
    /* How a cell that is not a plain number is written: true and out[32], or false. NULL: all are.
     */
    bool (*cell)(const struct aln_plan *plan, uint64_t run, size_t column, char out[32]);
    /* Counts a row, of this call or kept from an interrupted one; in order. Text cells are NaN.
     * NULL: nothing is counted. */
    void (*count)(const struct aln_plan *plan, uint64_t run, const double *row);
    /* The remarks below the rows, once all are counted. NULL: none. */
    enum aln_status (*remark)(const struct aln_plan *plan, struct aln_writer *writer);
    void *context; /* the study's own */
};

/* Runs, writes, resumes. */
enum aln_status aln_plan_execute(const struct aln_plan *plan, const struct aln_params *params,
                                 const struct aln_run_options *options);

/* A remark, by printf. */
enum aln_status aln_plan_remark(struct aln_writer *writer, const char *fmt, ...) ALN_PRINTF(2, 3);

/* "CONTEXT: what failed", for a run: its sentence with the seed in front. */
enum aln_status aln_plan_fail(enum aln_status status, const char *rule, uint64_t seed);

#endif

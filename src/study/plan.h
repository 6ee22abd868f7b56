/* A plan: the runs of a study, and how they are written to a result. */
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
    /* Executes one run, in parallel with others.
     * Given:    known  what ahead() gave for it, or NULL
     * Returned: row[column_count] */
    enum aln_status (*run)(const struct aln_plan *plan, uint64_t run,
                           const struct aln_known_run *known, struct aln_job *job, double *row);
    /* Integrates runs first ... first + count - 1 together, as aln_trajectories_ahead(); NULL: nothing to gain. */
    enum aln_status (*ahead)(const struct aln_plan *plan, uint64_t first, size_t count,
                             const volatile sig_atomic_t *stop, struct aln_known_run **known);
    size_t most_ahead; /* runs at once */
    /* Writes a cell that is not a plain number to out and returns true; false for numbers. NULL:
     * all are numbers. */
    bool (*cell)(const struct aln_plan *plan, uint64_t run, size_t column, char out[32]);
    /* Called for each row in order, new or kept by --resume; text cells are NaN. NULL: none. */
    void (*count)(const struct aln_plan *plan, uint64_t run, const double *row);
    /* Writes the remarks that follow the rows. NULL: none. */
    enum aln_status (*remark)(const struct aln_plan *plan, struct aln_writer *writer);
    void *context; /* the study's own */
};

/* Runs, writes, resumes. */
enum aln_status aln_plan_execute(const struct aln_plan *plan, const struct aln_params *params,
                                 const struct aln_run_options *options);

/* Writes a remark, formatted as by printf. */
enum aln_status aln_plan_remark(struct aln_writer *writer, const char *fmt, ...) ALN_PRINTF(2, 3);

/* Prefixes the error message of a run with its rule and seed. */
enum aln_status aln_plan_fail(enum aln_status status, const char *rule, uint64_t seed);

#endif

/* What can be run: a parameter file in, a result out. One table for the commands that do one run
 * and for the sweep that does many; a new kind of run is a row in src/sweep/task.c. */
#ifndef ALIGNODE_SWEEP_TASK_H
#define ALIGNODE_SWEEP_TASK_H

#include "alignode/names.h"
#include "params/schema.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_task {
    struct aln_name id;              /* the command */
    const struct aln_schema *schema; /* of its parameter files */
    /* Writes the result: the header begins with the resolved parameters, aln_schema_yaml(), and
     * only what is `drawn:` may follow. What it does depends on params alone, not on the options.
     * Status: ALN_NUMERIC where the computation of these very parameters breaks down */
    enum aln_status (*run)(const void *params, const struct aln_run_options *options);
    /* The column of the result that is its time. A sweep collects, of each block (repeat), the rows
     * of the last time; NULL: every row. */
    const char *time;
    /* A run with second_wanted() leaves a second result of the same header at STEM.SECOND.tsv,
     * there before the first one; a sweep collects it into a table of its own. NULL: there is none.
     */
    const char *second;
    bool (*second_wanted)(const void *params);
    /* Whether the files that belong to the finished result at `path` beside its tables are there,
     * whole, of these parameters (`yaml`, as its header begins); NULL: there are none.
     * Status: ALN_MEMORY */
    enum aln_status (*look_beside)(const void *params, const char *yaml, const char *path,
                                   bool *there);
    /* The column that says whether a row is within its tolerance, 1 or 0; NULL: nothing is judged.
     */
    const char *judged;
    bool resumes; /* goes on from the finished blocks of an interrupted result */
};

extern const struct aln_names aln_tasks;
const struct aln_task *aln_task_find(const char *name);
const struct aln_task *aln_task_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

/* A result that a task is to write, and what is already at its place. */
#ifndef ALIGNODE_SWEEP_TASK_TARGET_H
#define ALIGNODE_SWEEP_TASK_TARGET_H

#include "run/existing.h"
#include "sweep/task.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_target {
    const struct aln_task *task;
    const void *params;
    const char *path; /* NULL or "-": standard output, where nothing is */
    bool may_extend;  /* --resume: a shorter result may be extended */
    bool may_replace; /* --force: whatever is there may be replaced */
    /* Found by aln_target_examine(): */
    struct aln_existing_run run;
    bool finished; /* the result is there, complete */
    bool restyled; /* what is complete has another section figure: */
    bool resume;   /* there is something of this run to continue */
    bool extend;   /* and it has fewer blocks, all of which this run would write too */
    bool restart;  /* what is there is of a run that was shorter in another way */
};

/* Whether a path is not that of standard output. */
bool aln_target_is_file(const char *path);

/* Compares what is at the place of the result, PATH.part, and the files beside it with this run.
 * Status: ALN_USAGE for what may not be replaced: another run's, or a file that is not alignode's;
 *         a shorter result that may not be extended. ALN_FILE, ALN_MEMORY */
enum aln_status aln_target_examine(struct aln_target *target);

/* Whether the result is there and says all: it need not be run again. */
bool aln_target_is_done(const struct aln_target *target);

/* Runs the task, or continues it.
 * Given: options  whose path, resume and extend are those of the target */
enum aln_status aln_target_run(const struct aln_target *target,
                               const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

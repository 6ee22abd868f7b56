/* Tasks turn a parameter file into a result. The command line and the sweep share this table; each
 * row is a command. To add one, add a row in src/sweep/task.c. */
#ifndef ALIGNODE_SWEEP_TASK_H
#define ALIGNODE_SWEEP_TASK_H

#include "alignode/names.h"
#include "file/tree.h"
#include "params/schema.h"
#include "run/existing.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_task {
    struct aln_name id;              /* the command */
    const struct aln_schema *schema; /* describes its parameter files */
    const char *section;             /* that only its files have; NULL: none */
    aln_params_use check;            /* further checks of them; NULL: none */
    /* Writes the result. Its header begins with the resolved parameters, aln_schema_yaml(); only
     * `drawn:` may follow. The result depends on params alone, not on the options. A task that
     * judges its result fills in options->verdict if that is not NULL.
     * Status: ALN_NUMERIC when the computation fails for these parameters */
    enum aln_status (*run)(const void *params, const struct aln_run_options *options);
    bool summarises; /* run() fills in options->summary if that is not NULL */
    bool
        is_quick; /* computed again sooner than looked up: a sweep keeps rows, unless asked for files */
    /* Computes for several runs at once what takes less time so, for the options of run(), or NULL
     * where there is nothing to gain; the results are the same. NULL: nothing.
     * Returned: known [count]  yours, free()
     *           taken  for how many of them, the first, as far as memory is meant to last; the others want
     *                  another call. At least 1 of count > 0
     * Status:   ALN_MEMORY, ALN_STOPPED; all are then NULL */
    enum aln_status (*ahead)(size_t count, const void *const *params,
                             const volatile sig_atomic_t *stop, struct aln_known_run **known,
                             size_t *taken);
    /* The time column of the result. A sweep collects the rows of the last time of each block
     * (repeat); NULL: every row. */
    const char *time;
    /* A run with second_wanted() also writes a second result with the same header to
     * STEM.SECOND.tsv, before the first; a sweep collects it in a separate table. NULL: none. */
    const char *second;
    bool (*second_wanted)(const void *params);
    /* Whether the other files of the finished result at `path` exist, are complete and have these
     * parameters (`yaml`, the start of its header). NULL: there are none.
     * Status: ALN_MEMORY */
    enum aln_status (*look_beside)(const void *params, const char *yaml, const char *path,
                                   bool *there);
    /* The column that is 1 for rows within their tolerance, else 0; NULL: none. */
    const char *judged;
    /* Examines file i of those beside the result at `path`, for all i until there is none.
     * Returned: *file  its path, yours; NULL: no more. *found, *why as aln_existing_find() returns
     *           them. *resumes: it is what a run continues from */
    enum aln_status (*existing)(const struct aln_existing_run *run, const char *path, size_t i,
                                char **file, enum aln_existing *found, struct aln_text *why,
                                bool *resumes);
    const char *const *grows;   /* as in struct aln_existing_run */
    const char *const *appends; /* those of them that add blocks and leave the others as they are */
    bool lengthens;             /* a longer run continues from what a shorter one has left */
    bool resumes;               /* an interrupted run continues after its finished blocks */
    /* An override that adds columns with the numerical error, e.g. "ode.check=true"; NULL: none. */
    const char *finer;
    /* The same command for files with a section that this one's do not have, the variant's `section`;
     * NULL: there is none. */
    const struct aln_task *variant;
    /* A key whose value only a single run can have, not each of a sweep; NULL: there is none.
     * Returned: *why  a clause; NULL: these parameters can be swept */
    const char *(*alone)(const void *params, const char **why);
    const struct aln_task *simulation; /* of the same file, drawn with its result; NULL: none */
};

extern const struct aln_names aln_tasks;
const struct aln_task *aln_task_find(const char *name);
const struct aln_task *aln_task_row(size_t i);
/* The task that a command is for a file: its variant, if the file has that section; else itself. A
 * view. */
const struct aln_task *aln_task_for(const struct aln_task *task, const struct aln_node *root);
/* Reads a parameter file or a result, overrides, checks.
 * Given:    task  of the command
 * Returned: *task  of the file, aln_task_for(); *params  yours, aln_schema_free()
 * Status:   as aln_schema_load() */
enum aln_status aln_task_load(const struct aln_task **task, void **params, const char *path,
                              size_t set_count, const char *const *set);
/* The same from text.  Given: name  of the text, for messages */
enum aln_status aln_task_parse(const struct aln_task **task, void **params, const char *name,
                               const char *text, size_t set_count, const char *const *set);
/* The command that a file is for: that of a section it has, else the first, ode. */
const struct aln_task *aln_task_of(const struct aln_node *root);

#ifdef __cplusplus
}
#endif

#endif

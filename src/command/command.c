#include "alignode/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/isa.h"
#include "base/team.h"
#ifdef ALN_DEEP
#include "deep/blas.h"
#endif
#include "sweep/sweep.h"
#include "sweep/task_target.h"

static struct aln_progress progress_of(const struct aln_command_watch *watch)
{
    return (struct aln_progress){.update = watch->update,
                                 .tell = watch->tell,
                                 .context = watch->context,
                                 .stop = watch->stop};
}

static enum aln_status find_task(const struct aln_command *c, const struct aln_task **task)
{
    char offer[320];
    *task = aln_task_find(c->name);
    if (*task != NULL)
        return ALN_OK;
    return aln_raise(ALN_USAGE, "unknown command '%.40s'; %s", c->name,
                     aln_names_offer(&aln_tasks, c->name, offer));
}

static enum aln_status load(const struct aln_command *c, const struct aln_task **task,
                            void **params)
{
    return c->yaml != NULL ? aln_task_parse(task, params, c->path, c->yaml, c->set_count, c->set)
                           : aln_task_load(task, params, c->path, c->set_count, c->set);
}

/* ---- one run ---- */

static enum aln_status run_target(const struct aln_command *c, struct aln_target *target,
                                  struct aln_command_report *report)
{
    struct aln_progress progress = progress_of(&c->watch);
    struct aln_run_verdict verdict = {.outside = 0};
    enum aln_status status = aln_target_examine(target);
    if (status == ALN_OK && !aln_target_is_done(target))
        status = aln_target_run(target, &(struct aln_run_options){.threads = c->threads,
                                                                  .progress = &progress,
                                                                  .verdict = &verdict});
    report->outside = verdict.outside;
    report->text = verdict.text.s;
    return status;
}

static enum aln_status run_task(const struct aln_command *c, struct aln_command_report *report)
{
    const struct aln_task *task;
    void *params = NULL;
    enum aln_status status = find_task(c, &task);
    if (status == ALN_OK)
        status = load(c, &task, &params);
    if (status != ALN_OK)
        return status;
    struct aln_target target = {.task = task,
                                .params = params,
                                .path = c->output,
                                .may_extend = c->resume,
                                .may_replace = c->force};
    status = run_target(c, &target, report);
    aln_schema_free(task->schema, params);
    return status;
}

/* ---- a sweep ---- */

static enum aln_status note_failures(const struct aln_sweep_report *sweep,
                                     struct aln_command_report *report)
{
    struct aln_text text = {0};
    report->outside = sweep->outside;
    report->failed = sweep->failures;
    report->missing = sweep->points - sweep->there - sweep->done - sweep->failures;
    for (size_t i = 0; i < sweep->failures; i++)
        aln_text_add(&text, "point %llu failed: %s\n", (unsigned long long)sweep->failure[i].point,
                     sweep->failure[i].text != NULL ? sweep->failure[i].text : "out of memory");
    report->text = text.s;
    return text.failed ? aln_raise_memory("the report of a sweep") : ALN_OK;
}

static enum aln_status run_sweep(const struct aln_command *c, struct aln_command_report *report)
{
    struct aln_sweep *sweep;
    struct aln_sweep_report found = {0};
    struct aln_progress progress = progress_of(&c->watch);
    enum aln_status status = c->yaml != NULL
                                 ? aln_sweep_parse(&sweep, c->path, c->yaml, c->set_count, c->set)
                                 : aln_sweep_load(&sweep, c->path, c->set_count, c->set, 0, NULL);
    if (status != ALN_OK)
        return status;
    status = aln_sweep_run(sweep,
                           &(struct aln_sweep_options){.folder = c->output,
                                                       .shard = 1,
                                                       .shards = 1,
                                                       .threads = c->threads,
                                                       .force = c->force,
                                                       .progress = &progress},
                           &found);
    if (status == ALN_OK)
        status = note_failures(&found, report);
    aln_sweep_report_free(&found);
    aln_sweep_free(sweep);
    return status;
}

/* ---- both ---- */

static enum aln_status run(const struct aln_command *c, struct aln_command_report *report)
{
    enum aln_status status = aln_isa_check();
    if (status != ALN_OK)
        return status;
    return strcmp(c->name, "sweep") == 0 ? run_sweep(c, report) : run_task(c, report);
}

enum aln_status aln_command_run(const struct aln_command *c, struct aln_command_report *report)
{
    *report = (struct aln_command_report){.text = NULL};
    if (!aln_target_is_file(c->output))
        return aln_raise(ALN_USAGE, "%s: a path for the result is required", c->name);
    const int before = aln_team_size(c->threads);
#ifdef ALN_DEEP
    aln_blas_hold();
#endif
    enum aln_status status = run(c, report);
#ifdef ALN_DEEP
    aln_blas_release();
#endif
    aln_team_size(before);
    return status;
}

enum aln_status aln_command_parameters(const struct aln_command *c, char **yaml)
{
    const struct aln_task *task;
    void *params = NULL;
    *yaml = NULL;
    enum aln_status status = find_task(c, &task);
    if (status == ALN_OK)
        status = load(c, &task, &params);
    if (status != ALN_OK)
        return status;
    status = aln_schema_yaml(task->schema, params, yaml);
    aln_schema_free(task->schema, params);
    return status;
}

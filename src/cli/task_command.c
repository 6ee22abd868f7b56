/* The commands that run a task: a parameter file becomes a result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/cli.h"
#include "run/existing.h"
#include "run/finished.h"
#include "sweep/task.h"

static bool to_file(const char *path)
{
    return path != NULL && strcmp(path, "-") != 0;
}

/* Refuses to overwrite a parameter file. A result may overwrite itself: it holds its own
 * parameters. */
static enum aln_status keep_input(const struct aln_cli *cli)
{
    struct stat in, out;
    char first[32] = "";
    const char *input = cli->argument[0];
    if (!to_file(cli->output) || stat(input, &in) != 0 || stat(cli->output, &out) != 0 ||
        in.st_dev != out.st_dev || in.st_ino != out.st_ino || !S_ISREG(in.st_mode))
        return ALN_OK;
    FILE *file = fopen(input, "rb");
    if (file != NULL) {
        if (fgets(first, sizeof first, file) == NULL)
            first[0] = '\0';
        fclose(file);
    }
    if (strncmp(first, "# alignode ", 11) == 0)
        return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: -o names the parameter file itself", cli->output);
}

/* ---- what is already there ---- */

struct target {
    const struct aln_cli *cli;
    const struct aln_task *task;
    const void *params;
    struct aln_existing_run run;
    /* Found: */
    bool finished; /* the result is there, complete */
    bool resume;   /* there is something of this run to continue */
    bool extend;   /* and it has fewer blocks, all of which this run would write too */
    bool restart;  /* what is there is extended by running it again */
};

/* Refuses to replace what is not this run's.
 * Given: why  freed */
static enum aln_status judge(const struct target *t, const char *path, enum aln_existing found,
                             struct aln_text *why)
{
    enum aln_status status = ALN_OK;
    if (found == ALN_EXISTING_OTHER)
        status = aln_raise(ALN_USAGE, "%s: %s; --force replaces it", path, why->s);
    else if (found == ALN_EXISTING_SHORTER && !t->cli->resume)
        status =
            aln_raise(ALN_USAGE, "%s: %s; --resume extends it, --force replaces it", path, why->s);
    free(why->s);
    return status;
}

/* Whether what is shorter is so only in parameters that add blocks. */
static enum aln_status find_extension(struct target *t, const char *path)
{
    struct aln_text why = {0};
    struct aln_existing_run run = t->run;
    enum aln_existing found = ALN_EXISTING_OTHER;
    run.grows = t->task->appends;
    enum aln_status status =
        run.grows != NULL ? aln_existing_find(&run, path, &found, &why) : ALN_OK;
    t->extend = t->extend || found == ALN_EXISTING_SHORTER;
    t->restart = t->restart || found != ALN_EXISTING_SHORTER;
    free(why.s);
    return status;
}

static enum aln_status examine(struct target *t, const char *path, enum aln_existing *found)
{
    struct aln_text why = {0};
    enum aln_status status = aln_existing_find(&t->run, path, found, &why);
    if (status != ALN_OK) {
        free(why.s);
        return status;
    }
    status = judge(t, path, *found, &why);
    return status == ALN_OK && *found == ALN_EXISTING_SHORTER ? find_extension(t, path) : status;
}

static enum aln_status examine_beside(struct target *t)
{
    enum aln_status status = ALN_OK;
    char *file = NULL;
    for (size_t i = 0; t->task->existing != NULL && status == ALN_OK; i++) {
        struct aln_text why = {0};
        enum aln_existing found = ALN_EXISTING_NONE;
        bool resumes = false;
        status = t->task->existing(&t->run, t->cli->output, i, &file, &found, &why, &resumes);
        if (status != ALN_OK || file == NULL) {
            free(why.s);
            break;
        }
        status = judge(t, file, found, &why);
        t->resume = t->resume || (resumes && found == ALN_EXISTING_SAME);
        t->restart = t->restart || found == ALN_EXISTING_SHORTER;
        free(file);
    }
    return status;
}

/* Whether the result is complete, with the files beside it. */
static enum aln_status find_finished(struct target *t)
{
    struct aln_table *table;
    enum aln_status status = aln_finished_read(&table, t->cli->output, t->run.command, t->run.yaml);
    t->finished = table != NULL;
    aln_table_free(table);
    if (status == ALN_OK && t->finished && t->task->look_beside != NULL)
        status = t->task->look_beside(t->params, t->run.yaml, t->cli->output, &t->finished);
    return status;
}

/* Examines PATH.part and PATH. */
static enum aln_status examine_result(struct target *t)
{
    struct aln_text partial = {0};
    enum aln_existing part = ALN_EXISTING_NONE, whole = ALN_EXISTING_NONE;
    aln_text_add(&partial, "%s.part", t->cli->output);
    if (partial.failed)
        return aln_raise_memory("the name of a file");
    enum aln_status status = examine(t, partial.s, &part);
    if (status == ALN_OK)
        status = examine(t, t->cli->output, &whole);
    const char *begun = part != ALN_EXISTING_NONE ? partial.s : t->cli->output;
    if (status == ALN_OK)
        status = aln_existing_resumes(&t->run, begun, &t->resume);
    if (status == ALN_OK && part == ALN_EXISTING_NONE && whole == ALN_EXISTING_SAME)
        status = find_finished(t);
    free(partial.s);
    return status;
}

static enum aln_status examine_target(struct target *t)
{
    char *yaml = NULL;
    enum aln_status status = aln_schema_yaml(t->task->schema, t->params, &yaml);
    t->run = (struct aln_existing_run){t->task->id.name, t->task->schema, yaml, t->task->grows};
    if (status == ALN_OK)
        status = examine_result(t);
    if (status == ALN_OK)
        status = examine_beside(t);
    free(yaml);
    return status;
}

/* ---- running ---- */

/* Whether an unfinished result has rows below its column names. */
static bool has_rows(const char *path)
{
    FILE *file = fopen(path, "rb");
    int c, lines = 0;
    bool begins = true, header = false;
    while (file != NULL && lines < 2 && (c = getc(file)) != EOF) {
        header = begins ? c == '#' : header;
        begins = c == '\n';
        lines += begins && !header;
    }
    if (file != NULL)
        fclose(file);
    return lines == 2;
}

static void print_kept(const struct aln_cli *cli, enum aln_status status)
{
    struct aln_text part = {0};
    aln_text_add(&part, "%s.part", cli->output);
    if (!part.failed && has_rows(part.s))
        fprintf(stderr, "alignode: recorded rows are kept in %s%s\n", part.s,
                status == ALN_NUMERIC ? "" : "; the same command finishes the run");
    else if (status == ALN_STOPPED)
        fprintf(stderr, "alignode: stopped before anything was finished; nothing is kept\n");
    free(part.s);
}

int aln_cli_without_deep(const struct aln_cli *cli)
{
    return aln_cli_fail(aln_raise(ALN_USAGE,
                                  "%s: this alignode was built without deep networks; they "
                                  "need OpenBLAS, HDF5 and zlib (meson: -Ddeep=enabled)",
                                  cli->command->id.name));
}

static enum aln_status run_task(const struct target *t, struct aln_run_verdict *verdict)
{
    struct aln_progress progress = aln_cli_progress(t->cli, t->task->id.name);
    const bool resume = t->task->resumes && !t->restart && (t->resume || t->cli->resume);
    const struct aln_run_options options = {.path = t->cli->output,
                                            .resume = resume,
                                            .extend = t->extend,
                                            .threads = t->cli->threads,
                                            .progress = &progress,
                                            .verdict = verdict};
    enum aln_status status = t->task->run(t->params, &options);
    aln_cli_progress_end();
    return status;
}

/* Runs the task unless its result is there. */
static enum aln_status run_unless_there(struct target *t, struct aln_run_verdict *verdict)
{
    enum aln_status status = ALN_OK;
    if (to_file(t->cli->output) && !t->cli->force)
        status = examine_target(t);
    if (status != ALN_OK)
        return status;
    if (!t->finished || t->task->judged != NULL)
        return run_task(t, verdict);
    if (!t->cli->quiet)
        fprintf(stderr, "alignode: %s is already there, complete and from these parameters\n",
                t->cli->output);
    return ALN_OK;
}

int aln_cli_task(const struct aln_cli *cli)
{
    struct target t = {.cli = cli, .task = cli->command->task};
    struct aln_run_verdict verdict = {.outside = 0};
    void *params = NULL;
    if (cli->resume && !to_file(cli->output))
        return aln_cli_fail(aln_raise(ALN_USAGE, "%s: --resume needs -o PATH", t.task->id.name));
    enum aln_status status = keep_input(cli);
    if (status == ALN_OK)
        status = aln_schema_load(&params, t.task->schema, cli->argument[0], cli->set_count,
                                 cli->set, t.task->check);
    t.params = params;
    if (status == ALN_OK)
        status = run_unless_there(&t, &verdict);
    aln_schema_free(t.task->schema, params);
    int result = verdict.outside > 0 ? ALN_EXIT_TOLERANCE : ALN_EXIT_DONE;
    if (verdict.text.s != NULL) /* a stop while looking for a cause leaves the verdict */
        fputs(verdict.text.s, stderr);
    free(verdict.text.s);
    if (status == ALN_OK)
        return result;
    result = aln_cli_fail(status);
    if (status != ALN_USAGE && status != ALN_BUSY && to_file(cli->output) && t.task->resumes)
        print_kept(cli, status);
    return result;
}

/* The commands that run a task: a parameter file becomes a result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"
#include "base/isa.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/result_path.h"
#include "cli/target.h"

/* The first line of a file, or its beginning; "" if it cannot be read. */
static void read_first_line(const char *path, char *line, int size)
{
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    line[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(line, size, file) == NULL)
        line[0] = '\0';
    fclose(file);
}

/* A result of version 0.1 is run again with other arithmetic, unless the user asks for that version's. */
static void tell_version(const struct aln_cli *cli)
{
    char first[64], version[16];
    read_first_line(cli->argument[0], first, sizeof first);
    if (cli->quiet || aln_isa_first() || sscanf(first, "# alignode %15[0-9.] ", version) != 1 ||
        strncmp(version, "0.1.", 4) != 0)
        return;
    aln_cli_say("alignode: %s was written by version %s; its numbers are reproduced with "
                "ALIGNODE_ISA=baseline and may differ in this run (CHANGELOG.md)\n",
                cli->argument[0], version);
}

/* Refuses to overwrite a parameter file. A result may overwrite itself: it holds its own
 * parameters. */
static enum aln_status keep_input(const struct aln_cli *cli)
{
    struct stat in, out;
    char first[64];
    const char *input = cli->argument[0];
    if (!aln_cli_to_file(cli->output) || stat(input, &in) != 0 || stat(cli->output, &out) != 0 ||
        in.st_dev != out.st_dev || in.st_ino != out.st_ino || !S_ISREG(in.st_mode))
        return ALN_OK;
    read_first_line(input, first, sizeof first);
    if (strncmp(first, "# alignode ", 11) == 0)
        return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: -o names the parameter file itself", cli->output);
}

/* Given: resumes  whether the same command resumes from these rows */
static void print_kept(const struct aln_cli *cli, bool resumes, enum aln_status status)
{
    struct aln_text part = {0};
    aln_text_add(&part, "%s.part", cli->output);
    if (!part.failed && aln_cli_has_rows(part.s))
        aln_cli_say("alignode: recorded rows are kept in %s%s\n", part.s,
                    status == ALN_NUMERIC || !resumes ? "" : "; the same command finishes the run");
    else if (status == ALN_STOPPED)
        aln_cli_say("alignode: stopped before anything was finished; nothing is kept\n");
    free(part.s);
}

static void print_written(const struct aln_cli_target *t)
{
    if (aln_cli_to_file(t->to.path) && !t->cli->quiet && !aln_target_is_done(&t->to))
        aln_cli_say("wrote %s\n", t->to.path);
}

int aln_cli_without_deep(const struct aln_cli *cli)
{
    return aln_cli_fail(aln_raise(ALN_USAGE,
                                  "%s: this alignode was built without deep networks; they "
                                  "need OpenBLAS, HDF5 and zlib (meson: -Ddeep=enabled)",
                                  cli->command->id.name));
}

/* Runs the task; cli->output is where its result goes. */
static int run_task(const struct aln_cli *cli)
{
    struct aln_cli_target t = {.cli = cli, .to = {.task = cli->command->task, .path = cli->output}};
    struct aln_run_verdict verdict = {.outside = 0};
    void *params = NULL;
    if (cli->resume && !aln_cli_to_file(cli->output))
        return aln_cli_fail(aln_raise(ALN_USAGE, "%s: --resume needs -o PATH", t.to.task->id.name));
    enum aln_status status = keep_input(cli);
    if (status == ALN_OK)
        status = aln_task_load(&t.to.task, &params, cli->argument[0], cli->set_count, cli->set);
    t.to.params = params;
    if (status == ALN_OK)
        tell_version(cli);
    if (status == ALN_OK)
        status = aln_cli_target_examine(&t);
    if (status == ALN_OK)
        status = aln_cli_check_extension(cli->output);
    if (status == ALN_OK)
        status = aln_cli_target_run(&t, &verdict);
    aln_schema_free(t.to.task->schema, params);
    int result = verdict.outside > 0 ? ALN_EXIT_TOLERANCE : ALN_EXIT_DONE;
    if (verdict.text.s != NULL) /* a stop while looking for a cause leaves the verdict */
        aln_cli_put(verdict.text.s);
    free(verdict.text.s);
    if (status == ALN_OK) {
        print_written(&t);
        return result;
    }
    result = aln_cli_fail(status);
    if (status != ALN_USAGE && status != ALN_BUSY && aln_cli_to_file(cli->output))
        print_kept(cli, t.to.task->resumes, status);
    return result;
}

int aln_cli_task(const struct aln_cli *cli)
{
    struct aln_cli named = *cli;
    struct aln_text path = {0};
    enum aln_status status = aln_cli_result_path(cli, &path);
    if (path.s != NULL)
        named.output = path.s;
    int result = status == ALN_OK ? run_task(&named) : aln_cli_fail(status);
    free(path.s);
    return result;
}

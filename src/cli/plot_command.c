/* `alignode plot`: figures from results, or with --run from parameter files. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "cli/watch.h"
#include "figure/figure.h"
#include "file/tree.h"
#include "params/presentation.h"
#include "study/compare.h"
#include "study/study.h"
#include "sweep/task.h"

/* A parameter file that was read. */
struct loaded {
    const struct aln_task *task; /* of networks; NULL: a two-layer problem */
    const struct aln_schema *schema;
    void *params;
};

/* One run of --run: a parameter file with one engine, its study, or its networks. */
struct job {
    const char *file;
    const void *params;
    const struct aln_task *task;
    /* FOLDER-of-figure/STEM-of-file.TASK.tsv; without a figure's path, beside the file. The stem of
     * standard input is "stdin". */
    char *result;
};

static char *result_path(const char *figure, const char *file, const char *task)
{
    struct aln_text path = {0};
    const char *slash = strrchr(figure, '/'), *name = strrchr(file, '/');
    name = strcmp(file, "-") == 0 ? "stdin" : name != NULL ? name + 1 : file;
    const char *dot = strrchr(name, '.');
    size_t stem = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    if (slash != NULL)
        aln_text_add(&path, "%.*s", (int)(slash + 1 - figure), figure);
    aln_text_add(&path, "%.*s.%s.tsv", (int)stem, name, task);
    if (path.failed) {
        free(path.s);
        return NULL;
    }
    return path.s;
}

/* Adds a job; refuses a result path that another job already has. */
static enum aln_status add_job(const struct aln_cli *cli, const char *file, const void *params,
                               const struct aln_task *task, struct job *jobs, size_t *count)
{
    bool stays = cli->output != NULL && strcmp(cli->output, "-") != 0;
    struct job job = {file, params, task,
                      result_path(stays ? cli->output : file, file, task->id.name)};
    if (job.result == NULL)
        return aln_raise_memory("a figure");
    for (size_t j = 0; j < *count; j++) {
        if (strcmp(jobs[j].result, job.result) == 0) {
            free(job.result);
            return aln_raise(ALN_USAGE, "plot: %s and %s would both write %s; rename one",
                             jobs[j].file, file, jobs[j].result);
        }
    }
    jobs[(*count)++] = job;
    return ALN_OK;
}

/* The jobs of one file: its networks with their simulation, its study, or else its engines. */
static enum aln_status add_jobs(const struct aln_cli *cli, const char *file,
                                const struct loaded *loaded, struct job *jobs, size_t *count)
{
    const struct aln_params *params = loaded->params;
    enum aln_status status = ALN_OK;
    for (const struct aln_task *t = loaded->task; t != NULL && status == ALN_OK; t = t->simulation)
        status = add_job(cli, file, loaded->params, t, jobs, count);
    if (loaded->task != NULL)
        return status;
    if (aln_study_of(params) != NULL)
        return add_job(cli, file, params, aln_task_find("study"), jobs, count);
    const struct aln_compare_params *compare = aln_compare_of(params);
    for (size_t i = 0; i < compare->engine_count && status == ALN_OK; i++)
        status = add_job(cli, file, params,
                         aln_task_find(aln_names_row(&aln_engines, compare->engine[i])->name), jobs,
                         count);
    return status;
}

/* Examines what is where the results are to be written, then runs those that are not there. */
static enum aln_status run_jobs(const struct aln_cli *cli, const struct job *jobs, size_t count)
{
    enum aln_status status = ALN_OK;
    struct aln_cli_target *target = calloc(count + 1, sizeof *target);
    if (target == NULL)
        return aln_raise_memory("%zu runs", count);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        target[i] = (struct aln_cli_target){
            .cli = cli,
            .to = {.task = jobs[i].task, .params = jobs[i].params, .path = jobs[i].result}};
        status = aln_cli_target_examine(&target[i]);
    }
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        status = aln_cli_target_run(&target[i], NULL);
        if (status == ALN_OK && !target[i].to.finished)
            aln_cli_say("wrote %s\n", jobs[i].result);
    }
    free(target);
    return status;
}

static enum aln_status draw(const struct aln_cli *cli, struct aln_figure_options *options)
{
    char *written;
    struct aln_progress progress = aln_cli_progress(cli, "plot");
    options->progress = &progress;
    aln_cli_terminal_size(STDOUT_FILENO, &options->columns, &options->lines);
    enum aln_status status = aln_figure_draw(options, &written);
    options->progress = NULL;
    aln_cli_progress_end();
    char *beside = written != NULL ? aln_figure_beside(written) : NULL;
    if (status == ALN_OK && written != NULL)
        aln_cli_say("wrote %s\n", written);
    if (status == ALN_OK && beside != NULL)
        aln_cli_say("wrote %s\n", beside);
    free(beside);
    free(written);
    return status;
}

/* The check for jobs of a two-layer problem. */
static enum aln_status check_jobs(const void *params, const struct aln_params_given *given)
{
    return aln_study_of(params) != NULL ? aln_study_check(params, given)
                                        : aln_compare_check_engines(params, given);
}

/* Reads a file of any kind. */
static enum aln_status load_file(const struct aln_cli *cli, const char *file, struct loaded *out)
{
    struct aln_tree *tree;
    enum aln_status status = aln_tree_read(&tree, file);
    if (status != ALN_OK)
        return status;
    const struct aln_task *task = aln_task_of(aln_tree_root(tree));
    if (task->schema != &aln_params_schema)
        out->task = task;
    out->schema = out->task != NULL ? out->task->schema : &aln_params_schema;
    status = aln_schema_set(out->schema, tree, cli->set_count, cli->set);
    if (status == ALN_OK)
        status = aln_schema_from_tree(&out->params, out->schema, tree, file,
                                      out->task != NULL ? out->task->check : check_jobs);
    aln_tree_free(tree);
    return status;
}

/* The files of --run and the jobs to run for them. */
struct batch {
    struct loaded *loaded; /* [files] */
    struct job *jobs;      /* [count], room for all engines of each file */
    const char **paths;    /* [count], of the results */
    size_t files, count;
};

static enum aln_status load_batch(const struct aln_cli *cli, struct batch *b)
{
    enum aln_status status = ALN_OK;
    b->files = cli->argument_count;
    b->loaded = calloc(b->files, sizeof *b->loaded);
    b->jobs = calloc(b->files * ALN_ENGINES, sizeof *b->jobs);
    b->paths = calloc(b->files * ALN_ENGINES, sizeof *b->paths);
    if (b->loaded == NULL || b->jobs == NULL || b->paths == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < b->files && status == ALN_OK; i++) {
        status = load_file(cli, cli->argument[i], &b->loaded[i]);
        if (status == ALN_OK)
            status = add_jobs(cli, cli->argument[i], &b->loaded[i], b->jobs, &b->count);
    }
    for (size_t i = 0; i < b->count; i++)
        b->paths[i] = b->jobs[i].result;
    return status;
}

static void free_batch(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        free(b->jobs[i].result);
    for (size_t i = 0; b->loaded != NULL && i < b->files; i++)
        if (b->loaded[i].schema != NULL)
            aln_schema_free(b->loaded[i].schema, b->loaded[i].params);
    free(b->loaded);
    free(b->jobs);
    free(b->paths);
}

/* The figure's path; default: next to the first file, or "-" for standard input. */
static enum aln_status choose_path(const struct aln_cli *cli, struct aln_text *out)
{
    const char *file = cli->argument[0], *dot = strrchr(file, '.');
    bool extension = dot != NULL && strchr(dot, '/') == NULL;
    if (cli->output != NULL)
        aln_text_add(out, "%s", cli->output);
    else if (cli->ascii || strcmp(file, "-") == 0)
        aln_text_add(out, "-");
    else
        aln_text_add(out, "%.*s.png", extension ? (int)(dot - file) : (int)strlen(file), file);
    return out->failed ? aln_raise_memory("a figure") : ALN_OK;
}

/* Refuses to replace anything but a figure. What is beside it is replaced together with it only:
 * alone, it is a figure of its own. */
static enum aln_status keep_path(const struct aln_cli *cli, const char *path)
{
    char *beside = aln_figure_beside(path);
    enum aln_status status = aln_cli_keep_file(cli, path, "figure", aln_figure_is_one);
    if (status == ALN_OK && beside != NULL)
        status = aln_cli_keep_file(cli, beside, "figure", aln_figure_is_one);
    if (status == ALN_OK && beside != NULL && !cli->force && access(beside, F_OK) == 0 &&
        access(path, F_OK) != 0)
        status =
            aln_raise(ALN_USAGE, "%s: is a figure of its own (there is no %s); --force replaces it",
                      beside, path);
    free(beside);
    return status;
}

static enum aln_status keep_figure(const struct aln_cli *cli)
{
    struct aln_text path = {0};
    enum aln_status status = choose_path(cli, &path);
    if (status == ALN_OK)
        status = keep_path(cli, path.s);
    free(path.s);
    return status;
}

/* --run: checks everything it can before the first engine runs. */
static enum aln_status run_and_draw(const struct aln_cli *cli)
{
    struct batch batch = {.count = 0};
    struct aln_text path = {0};
    struct aln_figure_options plot = {.ascii = cli->ascii,
                                      .figure = cli->figure,
                                      .column = cli->column,
                                      .over = cli->over,
                                      .average = cli->average};
    enum aln_status status = load_batch(cli, &batch);
    if (status == ALN_OK)
        plot.presentation = aln_presentation_of(batch.loaded[0].schema, batch.loaded[0].params);
    if (status == ALN_OK)
        status = choose_path(cli, &path);
    plot.paths = batch.paths;
    plot.count = batch.count;
    plot.output = path.s;
    if (status == ALN_OK)
        status = keep_path(cli, path.s);
    if (status == ALN_OK)
        status = aln_figure_check(&plot);
    if (status == ALN_OK)
        status = run_jobs(cli, batch.jobs, batch.count);
    if (status == ALN_OK)
        status = draw(cli, &plot);
    free_batch(&batch);
    free(path.s);
    return status;
}

/* A figure of standard input goes to standard output by default, but no PNG to a terminal. */
static enum aln_status check_terminal(const struct aln_cli *cli)
{
    if (cli->output != NULL || cli->ascii || strcmp(cli->argument[0], "-") != 0 ||
        !isatty(STDOUT_FILENO))
        return ALN_OK;
    return aln_raise(ALN_USAGE, "plot: a PNG image is not written to a terminal; redirect standard "
                                "output, name a file with -o, or draw characters with --ascii");
}

/* Without a run, --set changes how the figure looks and nothing else. */
static enum aln_status check_settings(const struct aln_cli *cli)
{
    for (size_t i = 0; i < cli->set_count; i++) {
        int n = (int)strcspn(cli->set[i], "=");
        if (strncmp(cli->set[i], "figure", 6) != 0 || (cli->set[i][6] != '.' && n != 6))
            return aln_raise(ALN_USAGE,
                             "plot: --set %.*s needs --run: for results, only the keys of "
                             "figure can be set",
                             n, cli->set[i]);
    }
    return ALN_OK;
}

static enum aln_status draw_results(const struct aln_cli *cli)
{
    struct aln_figure_options options = {
        .paths = (const char *const *)cli->argument,
        .count = cli->argument_count,
        .output = cli->output,
        .ascii = cli->ascii,
        .figure = cli->figure,
        .column = cli->column,
        .over = cli->over,
        .average = cli->average,
        .set = cli->set,
        .set_count = cli->set_count,
    };
    enum aln_status status = check_settings(cli);
    if (status == ALN_OK)
        status = keep_figure(cli);
    if (status == ALN_OK && cli->watch)
        return aln_cli_watch(cli, &options);
    return status == ALN_OK ? draw(cli, &options) : status;
}

int aln_cli_plot(const struct aln_cli *cli)
{
    enum aln_status status = check_terminal(cli);
    if (status != ALN_OK)
        return aln_cli_fail(status);
    if (cli->run && cli->watch)
        status = aln_raise(ALN_USAGE, "plot: --watch follows results, which --run makes itself");
    else if (cli->run)
        status = run_and_draw(cli);
    else if (cli->threads > 0 || cli->resume)
        status = aln_raise(ALN_USAGE, "plot: %s needs --run", cli->resume ? "--resume" : "-j");
    else
        status = draw_results(cli);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

/* `alignode plot`: figures from results, or with --run from parameter files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/text.h"
#include "cli.h"
#include "plot.h"

/* What --run will do for one parameter file and one engine. */
struct job {
    const char *file;
    const struct aln_params *params;
    enum aln_engine_kind engine;
    char *result; /* FOLDER-of-figure/STEM-of-file.ENGINE.tsv */
};

static char *result_path(const char *figure, const char *file, const char *engine)
{
    struct aln_text path = {0};
    const char *slash = strrchr(figure, '/'), *name = strrchr(file, '/');
    name = name != NULL ? name + 1 : file;
    const char *dot = strrchr(name, '.');
    size_t stem = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    if (slash != NULL)
        aln_text_add(&path, "%.*s", (int)(slash + 1 - figure), figure);
    aln_text_add(&path, "%.*s.%s.tsv", (int)stem, name, engine);
    if (path.failed) {
        free(path.s);
        return NULL;
    }
    return path.s;
}

/* Adds the jobs of one file; refuses a result that another job writes too. */
static enum aln_status add_jobs(const struct aln_cli *cli, const char *file,
                                const struct aln_params *params, struct job *jobs, size_t *count)
{
    for (size_t i = 0; i < params->compare.engine_count; i++) {
        struct job job = {file, params, params->compare.engine[i], NULL};
        const char *engine = aln_names_row(&aln_engines, job.engine)->name;
        job.result = result_path(cli->output != NULL ? cli->output : file, file, engine);
        if (job.result == NULL)
            return aln_raise(ALN_MEMORY, "out of memory");
        for (size_t j = 0; j < *count; j++) {
            if (strcmp(jobs[j].result, job.result) == 0) {
                free(job.result);
                return aln_raise(ALN_USAGE, "plot: %s and %s would both write %s; rename one",
                                 jobs[j].file, file, jobs[j].result);
            }
        }
        jobs[(*count)++] = job;
    }
    return ALN_OK;
}

static enum aln_status run_job(const struct aln_cli *cli, const struct job *job)
{
    struct aln_progress progress =
        aln_cli_progress(cli, aln_names_row(&aln_engines, job->engine)->name);
    enum aln_status status =
        aln_run(job->engine, job->params,
                &(struct aln_run_options){
                    .path = job->result, .threads = cli->threads, .progress = &progress});
    aln_cli_progress_end();
    if (status == ALN_OK)
        fprintf(stderr, "wrote %s\n", job->result);
    return status;
}

static enum aln_status draw(const struct aln_plot_options *options)
{
    char *written;
    enum aln_status status = aln_plot(options, &written);
    if (status == ALN_OK && written != NULL)
        fprintf(stderr, "wrote %s\n", written);
    free(written);
    return status;
}

/* --run: everything that can be refused is refused before the first engine runs. */
static enum aln_status run_and_draw(const struct aln_cli *cli)
{
    size_t files = cli->argument_count, count = 0;
    struct aln_params **params = calloc(files, sizeof *params);
    struct job *jobs = calloc(files * ALN_ENGINES, sizeof *jobs);
    const char **paths = calloc(files * ALN_ENGINES, sizeof *paths);
    struct aln_plot_options plot = {
        .paths = paths, .output = cli->output, .ascii = cli->ascii, .figure = cli->figure};
    struct aln_text beside = {0}; /* the figure beside the parameter file */
    enum aln_status status = ALN_OK;
    if (params == NULL || jobs == NULL || paths == NULL)
        status = aln_raise(ALN_MEMORY, "out of memory");
    for (size_t i = 0; i < files && status == ALN_OK; i++) {
        status = aln_params_load(&params[i], cli->argument[i], cli->set_count, cli->set, "plot");
        if (status == ALN_OK)
            status = add_jobs(cli, cli->argument[i], params[i], jobs, &count);
    }
    for (size_t i = 0; i < count; i++)
        paths[i] = jobs[i].result;
    plot.count = count;
    if (status == ALN_OK && cli->output == NULL && !cli->ascii) {
        const char *file = cli->argument[0], *dot = strrchr(file, '.');
        bool extension = dot != NULL && strchr(dot, '/') == NULL;
        aln_text_add(&beside, "%.*s.png", extension ? (int)(dot - file) : (int)strlen(file), file);
        plot.output = beside.s;
    }
    if (status == ALN_OK)
        status = aln_plot_check(&plot);
    for (size_t i = 0; i < count && status == ALN_OK; i++)
        status = run_job(cli, &jobs[i]);
    if (status == ALN_OK)
        status = draw(&plot);
    for (size_t i = 0; i < count; i++)
        free(jobs[i].result);
    for (size_t i = 0; params != NULL && i < files; i++)
        aln_params_free(params[i]);
    free(params);
    free(jobs);
    free(paths);
    free(beside.s);
    return status;
}

int aln_cli_plot(const struct aln_cli *cli)
{
    enum aln_status status;
    if (cli->run && (cli->column != NULL || cli->over != NULL))
        status = aln_raise(ALN_USAGE, "plot: --column and --over are for tables of alignode sweep");
    else if (cli->run)
        status = run_and_draw(cli);
    else if (cli->set_count > 0 || cli->threads > 0)
        status = aln_raise(ALN_USAGE, "plot: --set and -j go with --run");
    else
        status = draw(&(struct aln_plot_options){
            .paths = (const char *const *)cli->argument,
            .count = cli->argument_count,
            .output = cli->output,
            .ascii = cli->ascii,
            .figure = cli->figure,
            .column = cli->column,
            .over = cli->over,
        });
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

/* `alignode plot`: figures from results, or with --run from parameter files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/text.h"
#include "cli.h"
#include "plot.h"

/* FOLDER-of-figure/STEM-of-file.ENGINE.tsv; yours, free(). NULL when memory is out. */
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

/* Runs the engines of one parameter file; their results' paths into paths[], *count of them. */
static enum aln_status run_file(const struct aln_cli *cli, const char *file, char **paths,
                                size_t *count)
{
    struct aln_params *params = NULL;
    const char *figure = cli->output != NULL ? cli->output : file;
    *count = 0;
    enum aln_status status = aln_params_load(&params, file, cli->set_count, cli->set, "plot");
    for (size_t i = 0; status == ALN_OK && i < params->compare.engine_count; i++) {
        enum aln_engine_kind engine = params->compare.engine[i];
        const char *name = aln_names_row(&aln_engines, engine)->name;
        struct aln_progress progress = aln_cli_progress(cli, name);
        paths[i] = result_path(figure, file, name);
        if (paths[i] == NULL) {
            status = aln_raise(ALN_MEMORY, "out of memory");
            break;
        }
        *count = i + 1;
        status = aln_run(engine, params,
                         &(struct aln_run_options){
                             .path = paths[i], .threads = cli->threads, .progress = &progress});
        aln_cli_progress_end();
        if (status == ALN_OK)
            fprintf(stderr, "wrote %s\n", paths[i]);
    }
    aln_params_free(params);
    return status;
}

int aln_cli_plot(const struct aln_cli *cli)
{
    enum aln_status status = ALN_OK;
    size_t results = 0, files = cli->argument_count;
    char *written = NULL;
    char **paths = calloc(files * ALN_ENGINES, sizeof *paths);
    char *beside = NULL; /* the figure of a parameter file, when -o does not say */
    const char *output = cli->output;
    if (paths == NULL)
        return aln_cli_fail(aln_raise(ALN_MEMORY, "out of memory"));
    if (!cli->run && (cli->set_count > 0 || cli->threads > 0)) {
        status = aln_raise(ALN_USAGE, "plot: --set and -j go with --run");
    } else if (cli->run) {
        for (size_t i = 0; i < files && status == ALN_OK; i++) {
            size_t count;
            status = run_file(cli, cli->argument[i], paths + results, &count);
            results += count;
        }
        if (status == ALN_OK && output == NULL && !cli->ascii) {
            struct aln_text text = {0};
            const char *file = cli->argument[0], *dot = strrchr(file, '.');
            bool extension = dot != NULL && strchr(dot, '/') == NULL;
            aln_text_add(&text, "%.*s.png", (int)(extension ? dot - file : (long)strlen(file)),
                         file);
            output = beside = text.s;
        }
    }
    if (status == ALN_OK)
        status = aln_plot(
            &(struct aln_plot_options){.paths = cli->run ? (const char *const *)paths
                                                         : (const char *const *)cli->argument,
                                       .count = cli->run ? results : files,
                                       .output = output,
                                       .ascii = cli->ascii,
                                       .figure = cli->figure},
            &written);
    if (status == ALN_OK && written != NULL)
        fprintf(stderr, "wrote %s\n", written);
    free(written);
    free(beside);
    for (size_t i = 0; i < results; i++)
        free(paths[i]);
    free(paths);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

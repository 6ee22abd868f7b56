#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alignode/ode.h"
#include "base/text.h"
#include "model/params.h"
#include "study/compare.h"
#include "sweep/sweep.h"
#include "sweep/task.h"
#ifdef ALN_DEEP
#include "train/train.h"
#endif
#include "cli/cli.h"
#include "figure/figure.h"

int aln_cli_fail(enum aln_status status)
{
    aln_cli_progress_end();
    /* A place in a file stands first on its line, so that editors find it. */
    fprintf(stderr, "%s%s\n", status == ALN_USAGE ? "" : "alignode: ", aln_error());
    return status == ALN_USAGE     ? ALN_EXIT_USAGE
           : status == ALN_STOPPED ? ALN_EXIT_STOPPED
                                   : ALN_EXIT_FAILED;
}

static bool to_file(const char *path)
{
    return path != NULL && strcmp(path, "-") != 0;
}

/* A result may be run again onto itself, since it holds its own parameters; a parameter file would
 * be lost with its comments. */
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

/* An interrupted run's finished repeats are about to be overwritten: say so. */
static void warn_of_part(const struct aln_cli *cli)
{
    struct aln_text part = {0};
    struct stat info;
    if (cli->resume || !to_file(cli->output))
        return;
    aln_text_add(&part, "%s.part", cli->output);
    if (!part.failed && stat(part.s, &info) == 0 && S_ISREG(info.st_mode))
        fprintf(stderr,
                "alignode: %s, of an interrupted run, is replaced (--resume goes on from it)\n",
                part.s);
    free(part.s);
}

/* Whether an unfinished result has rows below the names of its columns. */
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

static void tell_kept(const struct aln_cli *cli, enum aln_status status)
{
    struct aln_text part = {0};
    aln_text_add(&part, "%s.part", cli->output);
    if (!part.failed && has_rows(part.s))
        fprintf(stderr, "alignode: what was recorded is kept in %s%s\n", part.s,
                status == ALN_STOPPED ? "; --resume goes on from what is finished" : "");
    else if (status == ALN_STOPPED)
        fprintf(stderr, "alignode: nothing was finished that could be kept\n");
    free(part.s);
}

int aln_cli_task(const struct aln_cli *cli)
{
    const char *name = cli->command->id.name;
    const struct aln_task *task = aln_task_find(name);
    void *params = NULL;
    if (task == NULL)
        return aln_cli_fail(aln_raise(ALN_USAGE,
                                      "%s: this alignode was built without deep networks; they "
                                      "need OpenBLAS, HDF5 and zlib (meson: -Ddeep=enabled)",
                                      name));
    if (cli->resume && !to_file(cli->output))
        return aln_cli_fail(aln_raise(ALN_USAGE, "%s: --resume needs -o PATH", name));
    enum aln_status status = keep_input(cli);
    if (status == ALN_OK)
        status = aln_schema_load(&params, task->schema, cli->argument[0], cli->set_count, cli->set,
                                 name);
    if (status == ALN_OK) {
        struct aln_progress progress = aln_cli_progress(cli, name);
        if (task->resumes)
            warn_of_part(cli);
        status = task->run(params, &(struct aln_run_options){.path = cli->output,
                                                             .resume = cli->resume,
                                                             .threads = cli->threads,
                                                             .progress = &progress});
        aln_cli_progress_end();
    }
    aln_schema_free(task->schema, params);
    if (status == ALN_OK)
        return ALN_EXIT_DONE;
    int result = aln_cli_fail(status);
    if ((status == ALN_STOPPED || status == ALN_NUMERIC) && to_file(cli->output) && task->resumes)
        tell_kept(cli, status);
    return result;
}

static void print_comparison(const struct aln_comparison *comparison)
{
    fprintf(stderr, "The worst row of each quantity:\n");
    fprintf(stderr, "%-12s %-13s %10s %12s %12s %8s %12s %6s  %s\n", "quantity", "engines", "t",
            "difference", "s.e.", "z", "allowed", "share", "verdict");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct aln_compare_worst *w = &comparison->worst[i];
        char engines[32], z[32] = "-";
        snprintf(engines, sizeof engines, "%s - %s", w->engine_a, w->engine_b);
        if (!isnan(w->z))
            snprintf(z, sizeof z, "%.2f", w->z);
        fprintf(stderr, "%-12s %-13s %10.4g %12.3e %12.3e %8s %12.3e %6.2f  %s\n", w->quantity,
                engines, w->t, w->difference, w->se, z, w->allowed,
                fabs(w->difference) / w->allowed, w->ok ? "ok" : "OUTSIDE");
    }
    fprintf(stderr, "%zu rows compared, %zu outside their tolerance\n", comparison->rows,
            comparison->failed);
}

int aln_cli_compare(const struct aln_cli *cli)
{
    struct aln_params *params = NULL;
    struct aln_comparison *comparison = NULL;
    int result;
    enum aln_status status = keep_input(cli);
    if (status == ALN_OK)
        status = aln_params_load(&params, cli->argument[0], cli->set_count, cli->set, "compare");
    if (status == ALN_OK) {
        struct aln_progress progress = aln_cli_progress(cli, cli->command->id.name);
        status =
            aln_compare(&comparison, params,
                        &(struct aln_run_options){
                            .path = cli->output, .threads = cli->threads, .progress = &progress});
        aln_cli_progress_end();
    }
    if (status == ALN_OK) {
        print_comparison(comparison);
        result = comparison->failed > 0 ? ALN_EXIT_TOLERANCE : ALN_EXIT_DONE;
    } else {
        result = aln_cli_fail(status);
    }
    aln_comparison_free(comparison);
    aln_params_free(params);
    return result;
}

/* ---- what there is ---- */

int aln_cli_list(const struct aln_cli *cli)
{
    static const struct aln_names *const kinds[] = {
        &aln_rules,          &aln_activations,      &aln_steppers,         &aln_engines,
        &aln_studies,        &aln_distributions,    &aln_spacings,         &aln_events,
        &aln_starts,         &aln_figures,
#ifdef ALN_DEEP
        &aln_datasets,       &aln_codings,          &aln_standardisations, &aln_layer_kinds,
        &aln_losses,         &aln_deep_activations, &aln_initialisations,  &aln_measures,
        &aln_feedback_kinds,
#endif
    };
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    struct aln_name row[KINDS]; /* the kinds themselves as a table, for the nearest name */
    struct aln_names names = {"kind of thing", "kinds", row, KINDS, sizeof row[0]};
    const char *wanted = cli->argument_count > 0 ? cli->argument[0] : NULL;
    char offer[320];
    for (size_t i = 0; i < KINDS; i++)
        row[i] = (struct aln_name){kinds[i]->plural, "", ""};
    if (wanted != NULL && aln_names_find(&names, wanted) == NULL)
        return aln_cli_fail(aln_raise(ALN_USAGE, "list: unknown kind '%s'; %s", wanted,
                                      aln_names_offer(&names, wanted, offer)));
    for (size_t i = 0; i < KINDS; i++) {
        if (wanted != NULL && strcmp(wanted, kinds[i]->plural) != 0)
            continue;
        if (wanted == NULL)
            printf("%s%s\n", i > 0 ? "\n" : "", kinds[i]->plural);
        for (size_t j = 0; j < kinds[i]->count; j++) {
            const struct aln_name *n = aln_names_row(kinds[i], j);
            printf("%s%-16s %s%s%s%s\n", wanted == NULL ? "  " : "", n->name, n->doc,
                   n->source[0] != '\0' ? " [" : "", n->source, n->source[0] != '\0' ? "]" : "");
        }
    }
    return ALN_EXIT_DONE;
}

static void print_param(const struct aln_param_row *row)
{
    printf("%s\n    %s\n    type: %s", row->id.name, row->id.doc, row->type);
    if (row->names != NULL)
        for (size_t i = 0; i < row->names->count; i++)
            printf("%s%s", i == 0 ? " (" : " | ", aln_names_row(row->names, i)->name);
    printf("%s\n", row->names != NULL ? ")" : "");
    if (row->def[0] != '\0')
        printf("    default: %s\n", row->def);
    if (row->range[0] != '\0')
        printf("    range: %s\n", row->range);
    if (row->unit[0] != '\0')
        printf("    unit: %s\n", row->unit);
}

/* A key, or a section: everything in it. */
static bool is_wanted(const char *key, const char *wanted)
{
    size_t length = strlen(wanted);
    return length == 0 ||
           (strncmp(key, wanted, length) == 0 && (key[length] == '\0' || key[length] == '.'));
}

/* Kind i of files: of each task the first time it comes, and the sweep's section; NULL: one that
 * has come before. */
static const struct aln_schema *schema_of(size_t i)
{
    if (i == aln_tasks.count)
        return &aln_sweep_schema;
    const struct aln_schema *schema = (aln_task_row(i))->schema;
    for (size_t j = 0; j < i; j++)
        if ((aln_task_row(j))->schema == schema)
            return NULL;
    return schema;
}

/* "# two-layer problem (ode, chain, ...)" above the rows of a kind. */
static void print_kind(const struct aln_schema *schema)
{
    printf("# %s", aln_schema_name(schema));
    for (size_t i = 0, n = 0; i < aln_tasks.count; i++)
        if ((aln_task_row(i))->schema == schema)
            printf("%s%s", n++ > 0 ? ", " : " (", aln_names_row(&aln_tasks, i)->name);
    printf("%s\n\n", schema != &aln_sweep_schema ? ")" : "");
}

int aln_cli_params(const struct aln_cli *cli)
{
    struct aln_param_row row;
    const char *wanted = cli->argument_count > 0 ? cli->argument[0] : "";
    size_t found = 0;
    char nearest[128] = "";
    size_t nearest_distance = (size_t)-1;
    for (size_t i = 0; i <= aln_tasks.count; i++) {
        const struct aln_schema *schema = schema_of(i);
        bool told = false;
        for (size_t j = 0; schema != NULL && aln_schema_row(schema, j, &row); j++) {
            size_t distance = aln_names_distance(row.id.name, wanted);
            if (distance < nearest_distance) {
                nearest_distance = distance;
                snprintf(nearest, sizeof nearest, "%s", row.id.name);
            }
            if (!is_wanted(row.id.name, wanted))
                continue;
            if (found++ > 0)
                printf("\n");
            if (!told)
                print_kind(schema);
            told = true;
            print_param(&row);
        }
    }
    if (found == 0)
        return aln_cli_fail(aln_names_near(wanted, nearest)
                                ? aln_raise(ALN_USAGE, "params: unknown key '%s'; did you mean %s?",
                                            wanted, nearest)
                                : aln_raise(ALN_USAGE,
                                            "params: unknown key '%s'; `alignode params` tells all",
                                            wanted));
    return ALN_EXIT_DONE;
}

int aln_cli_version(const struct aln_cli *cli)
{
    (void)cli;
    printf("alignode %s\n", ALN_VERSION);
    return ALN_EXIT_DONE;
}

static const char *doc_of(const struct aln_cli_command *command)
{
    const struct aln_name *task = aln_names_find(&aln_tasks, command->id.name);
    return task != NULL ? task->doc : command->id.doc;
}

int aln_cli_help(const struct aln_cli *cli)
{
    char offer[320];
    if (cli->argument_count > 0) {
        const struct aln_cli_command *command = aln_cli_command_find(cli->argument[0]);
        if (command == NULL)
            return aln_cli_fail(
                aln_raise(ALN_USAGE, "help: unknown command '%s'; %s", cli->argument[0],
                          aln_names_offer(&aln_cli_commands, cli->argument[0], offer)));
        printf("alignode %s %s%s\n  %s\n", command->id.name, command->arguments,
               command->options != 0 ? " [options]" : "", doc_of(command));
        aln_cli_print_options(command->options);
        return ALN_EXIT_DONE;
    }
    printf("alignode: the dynamics of learning with feedback alignment\n\n"
           "usage: alignode COMMAND [arguments] [options]\n\n");
    for (size_t i = 0; i < aln_cli_commands.count; i++) {
        const struct aln_cli_command *command = aln_cli_command_row(i);
        printf("  %-10s %-10s %s\n", command->id.name, command->arguments, doc_of(command));
    }
    printf(
        "\nalignode help COMMAND tells its options. Exit status: 0 done, 1 failed while running,\n"
        "2 usage or parameter file, 3 outside a tolerance, 130 stopped by the user.\n");
    return ALN_EXIT_DONE;
}

/* `alignode sweep`: a grid of runs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/cli.h"
#include "sweep/sweep.h"

enum { MANY = 100000, MOST_SHOWN = 20 };

/* Checks all points and, unless `shown` is false, prints how many there are and what they run. */
static enum aln_status count(const struct aln_sweep *sweep, const struct aln_sweep_options *options,
                             bool shown)
{
    uint64_t points, finished;
    enum aln_status status = aln_sweep_count(sweep, options, &points, &finished);
    if (status != ALN_OK || !shown)
        return status;
    aln_cli_say("%" PRIu64 " points of %s", points, aln_sweep_command(sweep));
    if (options->folder != NULL)
        aln_cli_say(", %" PRIu64 " of them finished in %s", finished, options->folder);
    aln_cli_say("\n");
    return ALN_OK;
}

/* Prints number and values of each point of the shard. */
static enum aln_status list(const struct aln_sweep *sweep, const struct aln_sweep_options *options)
{
    struct aln_text line = {0};
    enum aln_status status = ALN_OK;
    aln_sweep_keys(sweep, &line);
    if (!line.failed)
        printf("point%s%s\n", line.s, options->folder != NULL ? "\tfile" : "");
    for (uint64_t p = options->shard - 1; p < aln_sweep_points(sweep) && !line.failed;
         p += options->shards) {
        line.length = 0;
        aln_sweep_values(sweep, p, &line);
        char *path = NULL;
        if (options->folder != NULL &&
            (status = aln_sweep_path(sweep, options->folder, p, &path)) != ALN_OK)
            break;
        if (!line.failed)
            printf("%" PRIu64 "%s%s%s\n", p, line.s, path != NULL ? "\t" : "",
                   path != NULL ? path : "");
        free(path);
    }
    bool failed = line.failed;
    free(line.s);
    return failed ? aln_raise_memory("a list of points") : status;
}

/* Whether two warnings are the same but for their numbers. */
static bool alike(const struct aln_sweep_remark *a, const struct aln_sweep_remark *b)
{
    static const char digits[] = "0123456789";
    const size_t n = a->text != NULL ? strcspn(a->text, digits) : 0,
                 m = b->text != NULL ? strcspn(b->text, digits) : 0;
    return n == m && (n == 0 || memcmp(a->text, b->text, n) == 0);
}

/* Each kind of warning once, with how many points gave it. */
static void print_warnings(const struct aln_sweep_report *report)
{
    for (size_t i = 0; i < report->warnings; i++) {
        const struct aln_sweep_remark *first = &report->warning[i];
        size_t before = 0, count = 0;
        while (before < i && !alike(&report->warning[before], first))
            before++;
        for (size_t j = i; j < report->warnings && before == i; j++)
            count += alike(&report->warning[j], first);
        if (count > 0)
            aln_cli_say("alignode: %zu point%s, first point %" PRIu64 ": %s\n", count,
                        count > 1 ? "s" : "", first->point,
                        first->text != NULL ? first->text : "out of memory");
    }
}

static void print_report(const struct aln_sweep_report *report, const char *folder)
{
    size_t shown = report->failures < MOST_SHOWN ? report->failures : MOST_SHOWN;
    for (size_t i = 0; i < shown; i++)
        aln_cli_say("alignode: point %" PRIu64 " failed: %s\n", report->failure[i].point,
                    report->failure[i].text != NULL ? report->failure[i].text : "out of memory");
    if (report->failures > shown)
        aln_cli_say("alignode: ... and %zu more points\n", report->failures - shown);
    print_warnings(report);
    aln_cli_say("%" PRIu64 " points: %" PRIu64 " already finished, %" PRIu64 " run, %zu failed",
                report->points, report->there, report->done, report->failures);
    uint64_t left = report->points - report->there - report->done - report->failures;
    if (left > 0)
        aln_cli_say(", %" PRIu64 " left", left);
    aln_cli_say("\n");
    if (report->replaced > 0)
        aln_cli_say("alignode: replaced results that were incomplete or damaged: %" PRIu64 "\n",
                    report->replaced);
    if (report->collected != NULL)
        aln_cli_say("wrote %s\n", report->collected);
    else if (left == 0)
        aln_cli_say("%s/collected.tsv is written once all points of the grid are finished\n",
                    folder);
    if (report->second != NULL)
        aln_cli_say("wrote %s\n", report->second);
    if (report->missing > report->failures)
        aln_cli_say("alignode: points of the table that failed in other processes: %" PRIu64
                    "; the reasons are below its rows\n",
                    report->missing - report->failures);
    if (report->outside > 0)
        aln_cli_say("alignode: points with rows outside their tolerance: %" PRIu64 "\n",
                    report->outside);
}

static enum aln_status check_words(const struct aln_cli *cli, const struct aln_sweep *sweep)
{
    uint64_t points = aln_sweep_points(sweep);
    if (cli->list)
        return ALN_OK;
    if (cli->output == NULL || strcmp(cli->output, "-") == 0)
        return aln_raise(ALN_USAGE, "sweep: -o FOLDER is required for its results");
    if (points > MANY && !cli->yes)
        return aln_raise(ALN_USAGE,
                         "%s: the grid has %" PRIu64 " points; --yes allows more than %d",
                         cli->argument[0], points, MANY);
    return ALN_OK;
}

static enum aln_status sweep(const struct aln_cli *cli, const struct aln_ranks *ranks,
                             struct aln_sweep_report *report)
{
    struct aln_sweep *sweep;
    struct aln_cli shown = *cli;
    shown.quiet = cli->quiet || ranks->rank != 0;
    enum aln_status status = aln_sweep_load(&sweep, cli->argument[0], cli->set_count, cli->set,
                                            cli->axis_count, cli->axis);
    if (status != ALN_OK)
        return status;
    struct aln_progress progress = aln_cli_progress(&shown, "sweep");
    const bool listed_alone = cli->list && cli->output != NULL && strcmp(cli->output, "-") == 0;
    struct aln_sweep_options options = {.folder = listed_alone ? NULL : cli->output,
                                        .shard = cli->shards > 0 ? cli->shard : 1,
                                        .shards = cli->shards > 0 ? cli->shards : 1,
                                        .ranks = cli->list ? NULL : ranks,
                                        .threads = cli->threads,
                                        .force = cli->force,
                                        .progress = &progress};
    status = check_words(cli, sweep);
    if (status == ALN_OK && cli->list) {
        status = count(sweep, &options, ranks->rank == 0 && !shown.quiet);
        if (status == ALN_OK && ranks->rank == 0)
            status = list(sweep, &options);
    } else if (status == ALN_OK) {
        if (cli->axis_count > 0 && !shown.quiet)
            aln_cli_say("%" PRIu64 " points of %s\n", aln_sweep_points(sweep),
                        aln_sweep_command(sweep));
        status = aln_sweep_run(sweep, &options, report);
        aln_cli_progress_end();
        if (ranks->rank == 0 && (status == ALN_OK || status == ALN_STOPPED))
            print_report(report, cli->output);
    }
    aln_sweep_free(sweep);
    return status;
}

/* Of a sweep that was not stopped: the process that writes the table speaks for all its points. */
static int exit_of(const struct aln_sweep_report *report)
{
    return report->failures > 0 || report->missing > 0 ? ALN_EXIT_FAILED
           : report->outside > 0                       ? ALN_EXIT_TOLERANCE
                                                       : ALN_EXIT_DONE;
}

int aln_cli_sweep(const struct aln_cli *cli)
{
    struct aln_ranks ranks;
    struct aln_sweep_report report = {0};
    enum aln_status status = aln_ranks_begin(&ranks);
    if (status == ALN_OK)
        status = sweep(cli, &ranks, &report);
    /* All ranks return the same error; only rank 0 prints it. */
    int result = status == ALN_OK        ? exit_of(&report)
                 : ranks.rank == 0       ? aln_cli_fail(status)
                 : status == ALN_USAGE   ? ALN_EXIT_USAGE
                 : status == ALN_STOPPED ? ALN_EXIT_STOPPED
                                         : ALN_EXIT_FAILED;
    if (status == ALN_STOPPED && ranks.rank == 0)
        aln_cli_say("alignode: finished points are kept; run the same command to continue\n");
    aln_sweep_report_free(&report);
    aln_ranks_end();
    return result;
}

#include "sweep/sweep.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/failure.h"
#include "sweep/sweep_collect.h"
#include "sweep/sweep_pace.h"
#include "sweep/sweep_point.h"
#include "sweep/sweep_remarks.h"
#include "sweep/sweep_rows.h"
#include "sweep/sweep_team.h"

/* ---- the points of this process ---- */

struct share {
    uint64_t first, stride, count; /* first, first + stride, ... */
};

/* Ranks divide a shard as shards divide the grid: every n-th point. */
static struct share share_of(const struct aln_sweep *sweep, const struct aln_sweep_options *o)
{
    uint64_t size = o->ranks != NULL ? (uint64_t)o->ranks->size : 1;
    uint64_t rank = o->ranks != NULL ? (uint64_t)o->ranks->rank : 0;
    struct share share = {(o->shard - 1) * size + rank, o->shards * size, 0};
    if (share.first < sweep->grid->points)
        share.count = (sweep->grid->points - 1 - share.first) / share.stride + 1;
    return share;
}

/* A point, an index in the share, by what it holds. */
struct named {
    uint64_t name, index;
};

struct run {
    const struct aln_sweep *sweep;
    const struct aln_sweep_options *options;
    struct share share;
    bool *there;                 /* [share.count]; NULL: only parameters are checked */
    struct named *name;          /* [share.count], likewise, by name */
    uint64_t *names;             /* [share.count], those of points by index, if rows are kept */
    struct aln_sweep_rows *rows; /* that were there when they were last read; NULL: not wanted */
    struct aln_sweep_log *log;   /* NULL: files are kept */
    /* During the runs: */
    uint64_t *todo;                             /* [todo_count] indices in the share */
    uint64_t wanted;                            /* of those, at the start */
    uint64_t todo_count, done, found, replaced; /* found: finished by another process */
    uint64_t *busy;                             /* [busy_count] those to check again: */
    uint64_t busy_count, repeated; /* equal to another one; then, those that another process runs */
    mtx_t lock;                    /* of the counts and the pace */
    int threads, threads_inside;   /* and of each run */
    uint64_t taken;                /* of todo, by groups of points */
    double began;                  /* seconds */
    struct aln_sweep_pace pace;
    struct aln_sweep_remark *failure, *warning; /* [todo_count] */
    size_t failures, warnings;
};

static uint64_t point_of(const struct run *run, uint64_t i)
{
    return run->share.first + i * run->share.stride;
}

/* Appends "at point 12: learning.rate 0.1, run.seed 3" to the error message. Omitted for the first
 * point, where the error is usually in the file or affects the whole range. */
static enum aln_status name_point(const struct run *run, uint64_t point, enum aln_status status)
{
    const struct aln_sweep_grid *grid = run->sweep->grid;
    struct aln_text text = {0};
    if (status != ALN_USAGE || point == 0)
        return status;
    aln_text_add(&text, "%s\nat point %" PRIu64 ":", aln_error(), point);
    for (size_t i = 0; i < grid->keys; i++) {
        char number[32];
        struct aln_node value = aln_sweep_grid_value(grid, i, point, number);
        aln_text_add(&text, "%s %s ", i > 0 ? "," : "", grid->key[i].name);
        aln_tree_write_value(&text, &value);
    }
    if (!text.failed)
        aln_raise(status, "%s", text.s);
    free(text.s);
    return status;
}

/* Checks the parameters of a point and whether it is finished. */
static enum aln_status survey_point(void *context, struct aln_tree *tree, uint64_t i)
{
    struct run *run = context;
    struct aln_sweep_point point;
    struct aln_table *table[2] = {NULL};
    enum aln_status status =
        aln_sweep_point_open(&point, run->sweep, tree, run->options->folder, point_of(run, i), 0);
    if (status == ALN_OK && run->there != NULL) {
        run->there[i] = run->rows != NULL && aln_sweep_rows_names(run->rows, point.name) != NULL;
        if (!run->there[i])
            status = aln_sweep_point_result(&point, table);
        run->there[i] = run->there[i] || table[0] != NULL;
        if (run->name != NULL)
            run->name[i] = (struct named){point.name, i};
        if (run->names != NULL)
            run->names[i] = point.name;
    }
    aln_table_free(table[0]);
    aln_table_free(table[1]);
    aln_sweep_point_close(&point);
    return name_point(run, point_of(run, i), status);
}

static bool keeps_rows(const struct run *run)
{
    return run->sweep->grid->keep == ALN_SWEEP_ROWS;
}

/* Reads the rows that are there, by whichever process. */
static enum aln_status read_rows(struct run *run)
{
    aln_sweep_rows_free(run->rows);
    run->rows = NULL;
    return keeps_rows(run) ? aln_sweep_rows_read(&run->rows, run->options->folder,
                                                 aln_sweep_command(run->sweep))
                           : ALN_OK;
}

enum aln_status aln_sweep_count(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options, uint64_t *points,
                                uint64_t *finished)
{
    struct run run = {.sweep = sweep, .options = options, .share = share_of(sweep, options)};
    *points = run.share.count;
    *finished = 0;
    if (options->folder != NULL &&
        (run.there = calloc(run.share.count + 1, sizeof *run.there)) == NULL)
        return aln_raise_memory("%" PRIu64 " points", run.share.count);
    enum aln_status status = options->folder != NULL ? read_rows(&run) : ALN_OK;
    if (status == ALN_OK)
        status = aln_sweep_team(sweep, run.share.count, aln_sweep_threads(options),
                                options->progress, survey_point, &run);
    aln_sweep_rows_free(run.rows);
    for (uint64_t i = 0; i < run.share.count && run.there != NULL; i++)
        *finished += run.there[i];
    free(run.there);
    return status;
}

enum aln_status aln_sweep_check(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options)
{
    uint64_t points, finished;
    struct aln_sweep_options nowhere = *options;
    nowhere.folder = NULL;
    return aln_sweep_count(sweep, &nowhere, &points, &finished);
}

static enum aln_status make_folder(const char *folder)
{
    struct stat info;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return aln_raise_system(ALN_USAGE, errno, "%s: cannot create this folder", folder);
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return aln_raise(ALN_USAGE, "%s: not a folder", folder);
    if (access(folder, W_OK | X_OK) != 0)
        return aln_raise_system(ALN_USAGE, errno, "%s: cannot write to this folder", folder);
    return ALN_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return x->name != y->name ? (x->name > y->name) - (x->name < y->name)
                              : (x->index > y->index) - (x->index < y->index);
}

/* The points that are not there: those to run, and those that will be there then, because an
 * earlier one holds the same. */
static void list_points(struct run *run)
{
    qsort(run->name, run->share.count, sizeof *run->name, by_name);
    for (uint64_t n = 1; n < run->share.count; n++)
        if (run->name[n].name == run->name[n - 1].name && !run->there[run->name[n].index]) {
            run->busy[run->repeated++] = run->name[n].index;
            run->there[run->name[n].index] = true;
        }
    run->busy_count = run->repeated;
    for (uint64_t i = 0; i < run->share.count; i++)
        if (!run->there[i])
            run->todo[run->todo_count++] = i;
    run->wanted = run->todo_count + run->repeated;
}

/* Lists the points to run. */
static enum aln_status survey(struct run *run)
{
    run->there = calloc(run->share.count + 1, sizeof *run->there);
    run->todo = calloc(run->share.count + 1, sizeof *run->todo);
    run->busy = calloc(run->share.count + 1, sizeof *run->busy);
    run->name = calloc(run->share.count + 1, sizeof *run->name);
    run->names = calloc(run->share.count + 1, sizeof *run->names);
    if (run->there == NULL || run->todo == NULL || run->busy == NULL || run->name == NULL ||
        run->names == NULL)
        return aln_raise_memory("%" PRIu64 " points", run->share.count);
    enum aln_status status = read_rows(run);
    if (status == ALN_OK)
        status = aln_sweep_team(run->sweep, run->share.count, aln_sweep_threads(run->options),
                                run->options->progress, survey_point, run);
    aln_sweep_rows_free(run->rows);
    run->rows = NULL;
    if (status == ALN_OK) {
        list_points(run);
        run->failure = calloc(run->wanted + 1, sizeof *run->failure);
        run->warning = calloc(run->wanted + 1, sizeof *run->warning);
        if (run->failure == NULL || run->warning == NULL)
            status = aln_raise_memory("%" PRIu64 " points", run->wanted);
    }
    return status == ALN_OK ? make_folder(run->options->folder) : status;
}

/* ---- how long it takes ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void estimate(const struct run *run, double each)
{
    const struct aln_progress *progress = run->options->progress;
    progress->estimate(progress->context, run->wanted, each,
                       aln_sweep_pace_total(run->wanted, each, run->pace.threads),
                       run->pace.threads);
}

static bool wants_estimate(const struct run *run)
{
    return run->options->progress != NULL && run->options->progress->estimate != NULL;
}

/* Counts a point that took `spent` seconds. */
static void keep_pace(struct run *run, double spent)
{
    double each;
    run->pace.ended++;
    run->pace.spent += spent;
    if (wants_estimate(run) &&
        aln_sweep_pace_known(&run->pace, run->wanted, now() - run->began, &each))
        estimate(run, each);
}

/* A point that is running. */
struct watch {
    struct run *run;
    double began;
    bool warned;
    char *warning; /* the first; yours, or NULL without memory */
};

static void watch_point(void *context, double fraction)
{
    const struct watch *watch = context;
    double each;
    mtx_lock(&watch->run->lock);
    if (aln_sweep_pace_guess(&watch->run->pace, watch->run->wanted, fraction, now() - watch->began,
                             &each))
        estimate(watch->run, each);
    mtx_unlock(&watch->run->lock);
}

static void keep_warning(void *context, const char *line)
{
    struct watch *watch = context;
    if (!watch->warned)
        watch->warning = strdup(line);
    watch->warned = true;
}

/* ---- running ---- */

static void tell(const struct run *run)
{
    const struct aln_progress *progress = run->options->progress;
    uint64_t ended = run->done + run->found + run->failures;
    char words[128];
    if (progress == NULL)
        return;
    snprintf(words, sizeof words, "%" PRIu64 " of %" PRIu64 " points%s", ended, run->wanted,
             run->failures > 0 ? ", failed: " : "");
    if (run->failures > 0)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%zu", run->failures);
    if (progress->note != NULL)
        progress->note(progress->context, words);
    if (progress->update != NULL)
        progress->update(progress->context, (double)ended / (double)run->wanted);
}

/* Runs a point unless another process has finished it meanwhile. */
static enum aln_status run_or_find(struct run *run, const struct aln_sweep_point *point,
                                   const struct aln_known_run *known, struct watch *watch,
                                   bool *found)
{
    struct aln_table *table[2] = {NULL};
    const struct aln_progress *progress = run->options->progress;
    const struct aln_progress inside = {.update = wants_estimate(run) ? watch_point : NULL,
                                        .warn = keep_warning,
                                        .context = watch,
                                        .stop = progress != NULL ? progress->stop : NULL};
    const struct aln_sweep_point_options options = {run->threads_inside, known, run->log, &inside};
    enum aln_status status = ALN_OK;
    *found = run->rows != NULL && aln_sweep_rows_names(run->rows, point->name) != NULL;
    if (!keeps_rows(run)) {
        status = aln_sweep_point_result(point, table);
        *found = table[0] != NULL;
        aln_table_free(table[0]);
        aln_table_free(table[1]);
    }
    return status == ALN_OK && !*found ? aln_sweep_point_run(point, &options) : status;
}

static void count_point(struct run *run, uint64_t i, enum aln_status status, bool found,
                        bool replaced)
{
    if (status == ALN_BUSY) {
        run->busy[run->busy_count++] = i;
        return;
    }
    if (status == ALN_OK) {
        run->found += found;
        run->done += !found;
        run->replaced += replaced && !found;
    } else {
        run->failure[run->failures++] =
            (struct aln_sweep_remark){point_of(run, i), strdup(aln_error())};
    }
    tell(run);
}

/* Takes the warning of a point over. */
static void count_warning(struct run *run, uint64_t i, struct watch *watch)
{
    if (!watch->warned)
        return;
    run->warning[run->warnings++] = (struct aln_sweep_remark){point_of(run, i), watch->warning};
    watch->warning = NULL;
}

/* Runs a point that has been opened with this status, and closes it. The failure of one point does not
 * stop the others.
 * Given: began  when its time began, in seconds */
static enum aln_status finish_point(struct run *run, uint64_t i, enum aln_status status,
                                    struct aln_sweep_point *point,
                                    const struct aln_known_run *known, double began)
{
    struct watch watch = {.run = run, .began = began};
    bool found = false;
    const bool other = status == ALN_OK && !keeps_rows(run) && access(point->path, F_OK) == 0;
    if (status == ALN_OK)
        status = run_or_find(run, point, known, &watch, &found);
    mtx_lock(&run->lock);
    if (status != ALN_STOPPED)
        count_point(run, run->todo[i], status, found, other);
    if (status == ALN_OK && !found) {
        count_warning(run, run->todo[i], &watch);
        keep_pace(run, now() - watch.began);
    }
    mtx_unlock(&run->lock);
    free(watch.warning);
    aln_sweep_point_close(point);
    return status == ALN_STOPPED ? status : ALN_OK;
}

static enum aln_status open_point(struct run *run, struct aln_tree *tree, uint64_t i,
                                  struct aln_sweep_point *point)
{
    const uint64_t name = keeps_rows(run) ? run->names[run->todo[i]] : 0;
    return aln_sweep_point_open(point, run->sweep, tree, run->options->folder,
                                point_of(run, run->todo[i]), name);
}

static enum aln_status run_point(void *context, struct aln_tree *tree, uint64_t i)
{
    struct run *run = context;
    struct aln_sweep_point point;
    const double began = now();
    enum aln_status status = open_point(run, tree, i, &point);
    return finish_point(run, i, status, &point, NULL, began);
}

/* ---- groups of points, for tasks that compute several runs at once ---- */

/* Lanes are idle at the end of a group, so groups of quick points are large, as far as they take a
 * fraction of a second: what a group has computed is in the memory, and lost if the sweep is killed. */
enum { MOST_OF_GROUP = 512, USUAL_OF_GROUP = 64, LEAST_OF_GROUP = 4 };
#define GROUP_SECONDS 0.25

/* Points of a group that are to be run, and what is known of each. */
struct point_group {
    size_t count, ready; /* ready: what is known of those before */
    double each;         /* seconds that one of them has taken so far */
    uint64_t index[MOST_OF_GROUP];
    struct aln_sweep_point point[MOST_OF_GROUP];
    const void *params[MOST_OF_GROUP];
    struct aln_known_run *known[MOST_OF_GROUP];
};

static void open_group(struct run *run, struct aln_tree *tree, uint64_t first, uint64_t end,
                       struct point_group *group)
{
    for (uint64_t i = first; i < end; i++) {
        struct aln_sweep_point *point = &group->point[group->count];
        if (open_point(run, tree, i, point) == ALN_OK &&
            (keeps_rows(run) || access(point->path, F_OK) != 0)) {
            group->index[group->count] = i;
            group->params[group->count++] = point->params;
        } else {
            aln_sweep_point_close(point);
        }
    }
}

/* Computes ahead what the next points have in common. Whatever is wrong with a point, running it will say.
 * Given: opened  seconds that opening a point has taken */
static enum aln_status look_ahead(struct run *run, struct point_group *group, double opened)
{
    const struct aln_progress *progress = run->options->progress;
    const size_t from = group->ready;
    const double began = now();
    size_t taken = 1;
    enum aln_status status = run->sweep->grid->task->ahead(
        group->count - from, group->params + from, progress != NULL ? progress->stop : NULL,
        group->known + from, &taken);
    group->ready += taken;
    group->each = opened + (now() - began) / (double)taken;
    return status;
}

/* How many of the points that are left a thread takes: several threads leave each other some. */
static uint64_t group_size(const struct run *run)
{
    const uint64_t left = run->todo_count - run->taken,
                   share = run->threads > 1 ? left / (2 * (uint64_t)run->threads) : left;
    double most = USUAL_OF_GROUP;
    if (run->pace.ended >= USUAL_OF_GROUP)
        most = fmin(fmax(most, GROUP_SECONDS * (double)run->pace.ended / run->pace.spent),
                    MOST_OF_GROUP);
    const uint64_t size = (double)share < most ? share : (uint64_t)most;
    return size > LEAST_OF_GROUP ? size : left < LEAST_OF_GROUP ? left : LEAST_OF_GROUP;
}

/* Takes the next points, if any are left. */
static enum aln_status run_group(void *context, struct aln_tree *tree, uint64_t n)
{
    struct run *run = context;
    (void)n;
    mtx_lock(&run->lock);
    const uint64_t first = run->taken, end = first + group_size(run);
    run->taken = end;
    mtx_unlock(&run->lock);
    if (first == end)
        return ALN_OK;
    const double began = now();
    struct point_group *group = calloc(1, sizeof *group);
    if (group == NULL)
        return aln_raise_memory("%" PRIu64 " points", end - first);
    open_group(run, tree, first, end, group);
    const double opened = (now() - began) / (double)(group->count > 0 ? group->count : 1);
    enum aln_status status = ALN_OK;
    size_t at = 0;
    for (uint64_t i = first; i < end && status == ALN_OK; i++) {
        if (at == group->count || group->index[at] != i) {
            status = run_point(run, tree, i);
            continue;
        }
        if (at == group->ready)
            status = look_ahead(run, group, opened);
        if (status == ALN_OK) {
            status = finish_point(run, i, ALN_OK, &group->point[at], group->known[at],
                                  now() - group->each);
            free(group->known[at++]);
        }
    }
    for (; at < group->count; at++) { /* after a stop */
        aln_sweep_point_close(&group->point[at]);
        free(group->known[at]);
    }
    free(group);
    return status;
}

/* ---- all points ---- */

static enum aln_status work_once(struct run *run, int threads)
{
    uint64_t todo = run->todo_count;
    /* With fewer points than threads, each point uses several threads. */
    run->threads_inside = todo > 0 && todo < (uint64_t)threads ? threads / (int)todo : 1;
#ifdef _OPENMP
    if (run->threads_inside > 1)
        omp_set_max_active_levels(2);
#endif
    run->threads = threads;
    run->taken = 0;
    if (run->sweep->grid->task->ahead == NULL ||
        todo / (threads > 1 ? 4 * (uint64_t)threads : 1) < LEAST_OF_GROUP)
        return aln_sweep_team(run->sweep, todo, threads, run->options->progress, run_point, run);
    return aln_sweep_team(run->sweep, (todo + LEAST_OF_GROUP - 1) / LEAST_OF_GROUP, threads,
                          run->options->progress, run_group, run);
}

/* Opens the log, if rows are kept; what has been added to the last one is then in the folder. */
static enum aln_status open_log(struct run *run)
{
    enum aln_status status = aln_sweep_log_close(run->log);
    run->log = NULL;
    return status == ALN_OK && keeps_rows(run)
               ? aln_sweep_log_open(&run->log, run->options->folder, aln_sweep_command(run->sweep))
               : status;
}

/* Turns to the points to check again, after a pause if another process is running any of them. */
static enum aln_status take_busy(struct run *run)
{
    static const struct timespec pause = {0, 200 * 1000 * 1000};
    uint64_t *todo = run->todo;
    run->todo = run->busy;
    run->todo_count = run->busy_count;
    run->busy = todo;
    run->busy_count = 0;
    if (run->todo_count > run->repeated)
        nanosleep(&pause, NULL); /* a signal ends it */
    run->repeated = 0;
    enum aln_status status = open_log(run);
    return status == ALN_OK ? read_rows(run) : status;
}

/* Runs all points to be done, finds those equal to them, and waits for those that another process runs. */
static enum aln_status work(struct run *run)
{
    const struct aln_progress *progress = run->options->progress;
    const int threads = aln_sweep_threads(run->options);
    run->began = now();
    run->pace.threads = run->todo_count < (uint64_t)threads ? run->todo_count : (uint64_t)threads;
    enum aln_status status = open_log(run);
    if (status == ALN_OK)
        status = work_once(run, threads);
    if (status == ALN_OK && run->busy_count > run->repeated && progress != NULL &&
        progress->tell != NULL)
        progress->tell(progress->context,
                       "waiting for points that another process is running in this folder");
    while (status == ALN_OK && run->busy_count > 0) {
        status = take_busy(run);
        if (status == ALN_OK)
            status = work_once(run, threads);
    }
    enum aln_status closed = aln_sweep_log_close(run->log);
    run->log = NULL;
    return status == ALN_OK ? closed : status;
}

/* ---- the report ---- */

static enum aln_status gather_remarks(const struct aln_ranks *ranks, struct run *run)
{
    enum aln_status failures = aln_sweep_remarks_gather(ranks, &run->failure, &run->failures);
    enum aln_status warnings =
        aln_sweep_remarks_gather(ranks, &run->warning, &run->warnings); /* by all ranks */
    return failures != ALN_OK ? failures : warnings;
}

/* Collects. When every point of the grid is finished, there is a table or an error. */
static enum aln_status collect(const struct run *run, struct aln_sweep_report *report)
{
    const struct aln_sweep_named named = {run->share.first, run->share.stride, run->share.count,
                                          run->names};
    enum aln_status status = aln_sweep_collect(run->sweep, run->options, &named, report);
    if (status == ALN_OK && report->collected == NULL &&
        report->there + report->done == run->sweep->grid->points)
        return aln_raise(ALN_FILE, "%s: results of finished points are no longer there",
                         run->options->folder);
    return status;
}

enum aln_status aln_sweep_run(const struct aln_sweep *sweep,
                              const struct aln_sweep_options *options,
                              struct aln_sweep_report *report)
{
    static const struct aln_ranks alone = {0, 1};
    const struct aln_ranks *ranks = options->ranks != NULL ? options->ranks : &alone;
    struct run run = {.sweep = sweep, .options = options, .share = share_of(sweep, options)};
    *report = (struct aln_sweep_report){0};
    enum aln_status status = ALN_OK;
    if (ranks->rank == 0 && !options->force)
        status = aln_sweep_check_tables(sweep, options->folder);
    status = aln_ranks_agree(ranks, status == ALN_OK ? survey(&run) : status);
    if (status != ALN_OK)
        goto out;
    int made = mtx_init(&run.lock, mtx_plain);
    assert(made == thrd_success);
    (void)made;
    status = work(&run);
    mtx_destroy(&run.lock);
    uint64_t sums[] = {run.share.count, run.share.count - run.wanted + run.found, run.done,
                       run.replaced};
    aln_ranks_sum(ranks, 4, sums);
    report->points = sums[0];
    report->there = sums[1];
    report->done = sums[2];
    report->replaced = sums[3];
    enum aln_status gathered = gather_remarks(ranks, &run);
    status = aln_ranks_agree(ranks, status != ALN_OK ? status : gathered);
    if (status != ALN_OK)
        goto out;
    if (ranks->rank == 0)
        status = collect(&run, report);
    /* The table speaks for all points; without one, each process for its own. */
    uint64_t tables = report->collected != NULL;
    aln_ranks_sum(ranks, 1, &tables);
    if (status == ALN_OK && tables == 0)
        status = aln_sweep_judge(sweep, options, run.share.first, run.share.stride, run.share.count,
                                 &report->outside);
    status = aln_ranks_agree(ranks, status);
    uint64_t collected[] = {report->outside, report->missing};
    aln_ranks_sum(ranks, 2, collected);
    report->outside = collected[0];
    report->missing = collected[1];
out:
    report->failure = run.failure;
    report->failures = run.failures;
    report->warning = run.warning;
    report->warnings = run.warnings;
    free(run.there);
    free(run.name);
    free(run.names);
    aln_sweep_rows_free(run.rows);
    free(run.todo);
    free(run.busy);
    return status;
}

void aln_sweep_report_free(struct aln_sweep_report *report)
{
    aln_sweep_remarks_free(report->failure, report->failures);
    aln_sweep_remarks_free(report->warning, report->warnings);
    free(report->collected);
    free(report->second);
}

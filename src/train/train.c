#include "train/train.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "deep/blas.h"
#include "train/learner.h"
#include "train/train_files.h"
#include "train/train_past.h"

/* A run in progress. */
struct training {
    struct aln_train_plan plan;
    const struct aln_run_options *options;
    struct aln_train_files files;
    struct aln_train_watch watch; /* see of_watch() */
    size_t seeds;
    struct aln_learner **learner; /* [seeds] */
    struct aln_network **net;     /* [seeds] their networks */
    size_t joined;                /* columns of the measures that compare seeds */
    double *similarity;           /* plan.count x joined */
    size_t similarities;          /* rows so far */
    uint64_t steps, at_start;     /* steps of all seeds, in this run and before it */
    size_t record, old_records; /* the one to be taken next; how many were taken before this run */
    double began, each;         /* seconds; of a record of all seeds, as measured so far */
    double shown;               /* of the progress */
    double loss;                /* of the first seed, at the last record; NaN: none */
    atomic_flag reporting;      /* held by the thread that updates the progress */
};

/* ---- progress ---- */

static struct training *of_watch(struct aln_train_watch *watch)
{
    return (struct training *)(void *)((char *)watch - offsetof(struct training, watch));
}

/* The latest loss of the first seed; NaN if none is recorded. */
static double latest_loss(const struct training *t)
{
    const struct aln_learner *l = t->learner[0];
    char name[32];
    aln_meter_column(l->meter, 0, name);
    if (l->columns == 0 || l->recorded == 0 || strcmp(name, "loss_train") != 0)
        return NAN;
    return l->row[(l->recorded - 1) * l->columns];
}

/* How much of this run's work is done. Records are counted with the time they take: with logarithmic
 * spacing most of them come first, and at the start they take longer than the steps between them. */
static double fraction_done(const struct training *t, uint64_t steps)
{
    const double taken =
        t->record > t->old_records ? t->each * (double)(t->record - t->old_records) : 0;
    const double spent = aln_train_clock() - t->began, learning = fmax(0, spent - taken);
    const double all = (double)(t->plan.step[t->plan.count - 1] * t->seeds - t->at_start);
    const double left = learning * (all - (double)steps) / (double)steps +
                        t->each * (double)(t->plan.count - t->record);
    return fmin(1, spent / (spent + fmax(0, left)));
}

static void stepped(struct aln_train_watch *watch)
{
    enum { EVERY = 8 }; /* steps of all seeds between two updates of the progress */
    struct training *t = of_watch(watch);
    const struct aln_progress *progress = t->options->progress;
    uint64_t steps;
#pragma omp atomic capture
    steps = ++t->steps;
    /* Any thread may report, but only one at a time; the others do not wait for it. */
    if (progress == NULL || progress->update == NULL || steps % EVERY != 0 ||
        atomic_flag_test_and_set(&t->reporting))
        return;
        /* Read again: another thread may have reported more since. */
#pragma omp atomic read
    steps = t->steps;
    double seconds = aln_train_clock() - t->began;
    char note[128], loss[48] = "";
    if (!isnan(t->loss))
        snprintf(loss, sizeof loss, ", loss %.4g", t->loss);
    snprintf(note, sizeof note, "epoch %.4g/%" PRIu64 "%s, %.3g samples/s",
             (double)(t->at_start + steps) / (double)(t->plan.per_epoch * t->seeds),
             t->plan.params->run.epochs, loss,
             (double)(steps * t->plan.params->network.batch) / seconds);
    if (progress->note != NULL)
        progress->note(progress->context, note);
    t->shown = fmax(t->shown, fraction_done(t, steps)); /* an estimate, but never decreasing */
    progress->update(progress->context, t->shown);
    atomic_flag_clear(&t->reporting);
}

/* Reports the speed and the cost of the measures. */
static void tell_speed(const struct training *t)
{
    const struct aln_progress *progress = t->options->progress;
    double learning = 0, measuring = 0;
    uint64_t pairs = 0, left_out = 0;
    char line[256];
    for (size_t i = 0; i < t->seeds; i++) {
        learning += t->learner[i]->learning;
        measuring += t->learner[i]->measuring;
        pairs += t->learner[i]->pairs;
        left_out += t->learner[i]->left_out;
    }
    if (progress == NULL || progress->tell == NULL || t->steps == 0)
        return;
    double seconds = aln_train_clock() - t->began;
    double samples = (double)t->steps * (double)t->plan.params->network.batch;
    snprintf(line, sizeof line,
             "%.3g samples in %.3g s, %.3g samples/s (%.3g per thread); measures took %.2g %%",
             samples, seconds, samples / seconds, samples / learning,
             100 * measuring / (learning + measuring));
    progress->tell(progress->context, line);
    if (left_out > 0) {
        snprintf(line, sizeof line,
                 "GA excludes %" PRIu64 " of %" PRIu64 " signals, which are zero", left_out, pairs);
        progress->tell(progress->context, line);
    }
}

/* ---- checkpoints ---- */

static enum aln_status put_similarity(const struct training *t, struct aln_archive *a)
{
    if (t->joined == 0)
        return ALN_OK;
    return aln_archive_put(a,
                           &(struct aln_archive_array){
                               "similarity", ALN_ARCHIVE_DOUBLE, 2, {t->similarities, t->joined}},
                           t->similarity);
}

static enum aln_status save_checkpoint(const struct training *t)
{
    struct aln_archive *a = NULL;
    if (t->files.checkpoint == NULL)
        return ALN_OK;
    enum aln_status status = aln_train_files_archive(&a, &t->files);
    for (size_t i = 0; i < t->seeds && status == ALN_OK; i++)
        status = aln_learner_save(t->learner[i], a);
    if (status == ALN_OK)
        status = put_similarity(t, a);
    if (status == ALN_OK)
        status = aln_archive_save(a, t->files.checkpoint);
    aln_archive_free(a);
    return status;
}

static enum aln_status save_weights(const struct training *t)
{
    struct aln_archive *a = NULL;
    if (t->files.weights == NULL)
        return ALN_OK;
    enum aln_status status = aln_train_files_archive(&a, &t->files);
    for (size_t i = 0; i < t->seeds && status == ALN_OK; i++)
        status = aln_learner_save_weights(t->learner[i], a);
    if (status == ALN_OK)
        status = aln_train_files_save_weights(&t->files, a);
    aln_archive_free(a);
    return status;
}

/* Reports the latest error of something that training does not depend on. */
static void warn_of_failure(const struct training *t, const char *what)
{
    const struct aln_progress *progress = t->options->progress;
    char line[512];
    snprintf(line, sizeof line, "%s: %s", what, aln_error());
    if (progress != NULL && progress->warn != NULL)
        progress->warn(progress->context, line);
}

/* ---- learning ---- */

static int thread_count(const struct training *t)
{
    int threads = 1;
#ifdef _OPENMP
    threads = t->options->threads > 0 ? t->options->threads : omp_get_max_threads();
#endif
    return t->seeds < (size_t)threads ? (int)t->seeds : threads;
}

/* What could otherwise only be found missing when hours of work are to be saved. */
static enum aln_status open_libraries(const struct training *t)
{
    enum aln_status status = aln_blas_open((size_t)thread_count(t));
    return status == ALN_OK && t->files.checkpoint != NULL ? aln_archive_ready() : status;
}

static int severity(enum aln_status status)
{
    return status == ALN_OK ? 0 : status == ALN_STOPPED ? 1 : 2;
}

/* Advances all seeds to one record, even if one of them fails, so that the output does not depend
 * on the threads.
 * Status: ALN_STOPPED also at the watch's deadline */
static enum aln_status advance_all(struct training *t, size_t record)
{
    struct aln_failure failure = {.status = ALN_OK}; /* most severe one, of the first such seed */
    size_t failed = 0;                               /* that seed */
#pragma omp parallel for schedule(dynamic, 1) num_threads(thread_count(t))
    for (size_t i = 0; i < t->seeds; i++) {
        enum aln_status status = aln_learner_advance(t->learner[i], record, &t->watch);
        if (status != ALN_OK)
            aln_raise_again(status, "seed %" PRIu64 ": ", t->learner[i]->seed);
#pragma omp critical
        if (severity(status) > severity(failure.status) ||
            (status != ALN_OK && severity(status) == severity(failure.status) && i < failed)) {
            failed = i;
            aln_failure_keep(&failure, status);
        }
    }
    if (failure.status == ALN_STOPPED)
        return aln_raise(ALN_STOPPED, "stopped");
    return aln_failure_raise(&failure);
}

static double next_deadline(const struct training *t)
{
    double minutes = t->plan.params->run.checkpoint;
    return minutes > 0 && t->files.checkpoint != NULL ? aln_train_clock() + 60 * minutes : INFINITY;
}

static bool user_stops(const struct training *t)
{
    return t->watch.stop != NULL && *t->watch.stop != 0;
}

/* Between two records: what one of them takes on all threads. */
static void measure_records(struct training *t, size_t next)
{
    double learning = 0, measuring = 0;
    t->old_records = next == 0 ? SIZE_MAX : t->old_records;
    for (size_t i = 0; i < t->seeds; i++) {
        learning += t->learner[i]->learning;
        measuring += t->learner[i]->measuring;
        if (next == 0 && t->learner[i]->recorded < t->old_records)
            t->old_records = t->learner[i]->recorded;
    }
    t->record = next;
    if (next > t->old_records && measuring > 0)
        t->each = (aln_train_clock() - t->began) * measuring / (learning + measuring) /
                  (double)(next - t->old_records);
}

/* The next row of the measures that compare seeds, on the samples of the first. */
static enum aln_status compare_seeds(struct training *t)
{
    const struct aln_train_params *p = t->plan.params;
    const struct aln_meter_options *sampled = &t->learner[0]->sampled;
    const struct aln_seeds seeds = {t->seeds, t->net, sampled->train, sampled->test,
                                    sampled->probe};
    const volatile sig_atomic_t *before = aln_interrupt_watch(t->watch.stop);
    enum aln_status status = aln_seeds_read(p->run.measures, p->run.measures_count, &seeds,
                                            t->similarity + t->similarities * t->joined);
    aln_interrupt_watch(before);
    t->similarities += status == ALN_OK;
    return status;
}

/* Takes every record of every seed. */
static enum aln_status learn(struct training *t)
{
    enum aln_status status = ALN_OK;
    bool joins = aln_train_joins_seeds(t->plan.params);
    if (t->options->progress != NULL && t->options->progress->update != NULL)
        t->options->progress->update(t->options->progress->context, 0);
    t->watch.deadline = next_deadline(t);
    for (size_t i = 0; i < t->plan.count && status == ALN_OK;) {
        t->loss = latest_loss(t);
        measure_records(t, i);
        status = advance_all(t, i);
        if (status == ALN_STOPPED && !user_stops(t)) { /* time for a checkpoint */
            status = ALN_OK;
            if (save_checkpoint(t) != ALN_OK)
                warn_of_failure(t, "training continues without this checkpoint");
            t->watch.deadline = next_deadline(t);
            continue;
        }
        if (status == ALN_OK && joins && t->similarities == i)
            status = compare_seeds(t);
        i++;
    }
    return status;
}

/* ---- results ---- */

static enum aln_status write_rows(const struct training *t)
{
    enum aln_status status = ALN_OK;
    size_t cells = t->files.columns;
    double *line = malloc(cells * sizeof *line);
    if (line == NULL)
        return aln_raise_memory("%zu columns", cells);
    for (size_t i = 0; i < t->seeds && status == ALN_OK; i++) {
        const struct aln_learner *l = t->learner[i];
        for (size_t j = 0; j < l->recorded && status == ALN_OK; j++) {
            line[0] = (double)l->seed;
            line[1] = (double)t->plan.step[j] / (double)t->plan.per_epoch;
            line[2] = (double)t->plan.step[j];
            memcpy(line + 3, l->row + j * l->columns, l->columns * sizeof *line);
            status = aln_writer_row(t->files.result, line, cells);
        }
        if (status == ALN_OK && l->recorded > 0)
            status = aln_writer_end_block(t->files.result);
    }
    free(line);
    return status;
}

static enum aln_status write_similarity(const struct training *t)
{
    enum aln_status status = ALN_OK;
    size_t cells = 1 + t->joined;
    double *line = malloc(cells * sizeof *line);
    if (line == NULL)
        return aln_raise_memory("%zu columns", cells);
    for (size_t i = 0; i < t->similarities && status == ALN_OK; i++) {
        line[0] = (double)t->plan.step[i] / (double)t->plan.per_epoch;
        memcpy(line + 1, t->similarity + i * t->joined, t->joined * sizeof *line);
        status = aln_writer_row(t->files.joined, line, cells);
    }
    if (status == ALN_OK && t->similarities > 0)
        status = aln_writer_end_block(t->files.joined);
    free(line);
    return status;
}

/* Writes the records, whether or not learning succeeded (`status`): the rows, which are small, before
 * the archives, for which there may be no space. */
static enum aln_status write_results(struct training *t, enum aln_status status)
{
    struct aln_failure learned;
    aln_failure_keep(&learned, status);
    enum aln_status written = write_rows(t);
    if (written == ALN_OK && t->files.joined != NULL)
        written = write_similarity(t);
    if (written == ALN_OK && status == ALN_STOPPED)
        written = save_checkpoint(t);
    if (written == ALN_OK && status == ALN_OK)
        written = save_weights(t);
    if (status == ALN_OK)
        return written == ALN_OK ? aln_train_files_finish(&t->files) : written;
    return written == ALN_OK ? aln_failure_raise(&learned) : written;
}

/* ---- the run ---- */

/* Says which measures compare the weights with a law that the optimiser bends. */
static void tell_law(const struct training *t)
{
    const struct aln_train_params *p = t->plan.params;
    char names[64] = "", line[256];
    for (size_t i = 0; i < p->run.measures_count; i++) {
        const struct aln_measure *m = aln_measure_row(p->run.measures[i]);
        const size_t n = strlen(names);
        if (m->of_sums)
            snprintf(names + n, sizeof names - n, "%s%s", n > 0 ? ", " : "", m->id.name);
    }
    if (p->network.optimiser == NULL || !p->network.optimiser->adaptive || names[0] == '\0')
        return;
    snprintf(
        line, sizeof line,
        "optimiser %s: weights are not sums of the rule's updates, so that the law W_l = B_l A_l "
        "B_(l-1)^T, with which %s compare%s them, does not hold",
        p->network.optimiser->id.name, names, strchr(names, ',') != NULL ? "" : "s");
    aln_train_files_tell(&t->files, line);
}

static enum aln_status make_learners(struct training *t)
{
    const struct aln_train_params *p = t->plan.params;
    t->learner = calloc(t->seeds, sizeof *t->learner);
    t->net = calloc(t->seeds, sizeof(struct aln_network *));
    if (t->learner == NULL || t->net == NULL)
        return aln_raise_memory("%zu seeds", t->seeds);
    for (size_t i = 0; i < t->seeds; i++) {
        enum aln_status status = aln_learner_create(&t->learner[i], &t->plan, p->run.seeds[0] + i);
        if (status != ALN_OK)
            return status;
        t->net[i] = t->learner[i]->net;
    }
    t->joined = aln_train_joined_columns(p, t->net[0]);
    t->similarity = malloc((t->plan.count * t->joined + 1) * sizeof *t->similarity);
    return t->similarity != NULL ? ALN_OK : aln_raise_memory("the similarity");
}

static void free_learners(struct training *t)
{
    for (size_t i = 0; i < t->seeds && t->learner != NULL; i++)
        aln_learner_free(t->learner[i]);
    free(t->learner);
    free(t->net);
    free(t->similarity);
    t->learner = NULL;
    t->net = NULL;
    t->similarity = NULL;
}

/* Says why a shorter run, which is to be extended, cannot be: the latest error. */
static enum aln_status start_over(struct training *t)
{
    char line[1024];
    snprintf(line, sizeof line, "the run starts over: %.900s", aln_error());
    aln_train_files_tell(&t->files, line);
    free_learners(t);
    t->similarities = 0;
    return make_learners(t);
}

static void tell_start(const struct training *t, const struct aln_train_past *past)
{
    char line[512];
    snprintf(line, sizeof line, "continues from epoch %.6g of %.400s",
             (double)t->at_start / (double)(t->plan.per_epoch * t->seeds), past->path);
    if (past->shorter)
        aln_train_files_tell(&t->files, line);
}

/* Goes on from what an earlier run has left, if it has left anything. */
static enum aln_status load_past(struct training *t)
{
    struct aln_train_past past;
    enum aln_status status = aln_train_past_find(&past, &t->files, &t->plan);
    if (status == ALN_OK && past.archive != NULL)
        status = aln_train_past_load(&past, t->learner, t->seeds, t->similarity, &t->similarities);
    for (size_t i = 0; i < t->seeds && status == ALN_OK; i++)
        t->at_start += aln_network_steps(t->net[i]);
    if (status == ALN_OK && past.archive != NULL)
        tell_start(t, &past);
    if (status == ALN_USAGE && past.shorter)
        status = start_over(t);
    aln_train_past_free(&past);
    return status;
}

enum aln_status aln_train(const struct aln_train_params *params,
                          const struct aln_run_options *options)
{
    struct training t = {.options = options,
                         .seeds = (size_t)(params->run.seeds[1] - params->run.seeds[0] + 1),
                         .watch = {.stepped = stepped},
                         .loss = NAN,
                         .reporting = ATOMIC_FLAG_INIT};
    bool finished = false, began = false;
    enum aln_status status = aln_train_files_find(&t.files, params, options, &finished);
    if (status != ALN_OK || finished)
        goto out;
    if ((status = open_libraries(&t)) != ALN_OK ||
        (status = aln_train_plan_create(&t.plan, params)) != ALN_OK ||
        (status = make_learners(&t)) != ALN_OK ||
        /* Before the results are opened: a rejected checkpoint leaves earlier results untouched. */
        (options->resume && (status = load_past(&t)) != ALN_OK) ||
        (status = aln_train_files_begin(&t.files, t.learner[0]->meter, t.net[0])) != ALN_OK)
        goto out;
    tell_law(&t);
    t.watch.stop = options->progress != NULL ? options->progress->stop : NULL;
    t.began = aln_train_clock();
    began = true;
    status = learn(&t);
    if (status == ALN_OK && options->progress != NULL && options->progress->update != NULL)
        options->progress->update(options->progress->context, 1);
    tell_speed(&t);
    status = write_results(&t, status);
out:
    aln_train_files_free(&t.files, began && status != ALN_OK);
    free_learners(&t);
    aln_train_plan_free(&t.plan);
    return status;
}

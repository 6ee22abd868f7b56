#include "run/jobs.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/failure.h"

/* Shared by the threads. */
struct team {
    const struct aln_jobs *jobs;
    double done;             /* jobs, with fractions */
    atomic_flag reporting;   /* held by the thread that updates the progress */
    atomic_flag warned;      /* by one of the jobs */
    _Atomic uint64_t failed; /* the first job that failed, else UINT64_MAX */
};

struct aln_job {
    struct team *team;
    uint64_t index;
};

int aln_jobs_threads(int asked, uint64_t work)
{
#ifdef _OPENMP
    int threads = asked > 0 ? asked : omp_get_max_threads();
#else
    int threads = 1;
    (void)asked;
#endif
    return work < (uint64_t)threads ? (int)work : threads;
}

uint64_t aln_job_index(const struct aln_job *job)
{
    return job->index;
}

const volatile sig_atomic_t *aln_job_stop(const struct aln_job *job)
{
    const struct aln_progress *progress = job->team->jobs->progress;
    return progress != NULL ? progress->stop : NULL;
}

/* A later job never stops an earlier one: the jobs collected must not depend on the threads. */
bool aln_job_unwanted(const struct aln_job *job)
{
    const volatile sig_atomic_t *stop = aln_job_stop(job);
    return (stop != NULL && *stop != 0) || atomic_load(&job->team->failed) < job->index;
}

void aln_job_done(struct aln_job *job, double share)
{
    struct team *team = job->team;
    const struct aln_progress *progress = team->jobs->progress;
    double done;
    share /= team->jobs->parts > 0 ? (double)team->jobs->parts : 1;
#pragma omp atomic
    team->done += share;
    /* Any thread may report, but only one at a time; the others do not wait for it. */
    if (progress == NULL || progress->update == NULL || atomic_flag_test_and_set(&team->reporting))
        return;
        /* Read only now: what was read earlier could be older than the last report. */
#pragma omp atomic read
    done = team->done;
    progress->update(progress->context,
                     fmin(1, done / (double)(team->jobs->end - team->jobs->first)));
    atomic_flag_clear(&team->reporting);
}

void aln_job_warn(struct aln_job *job, const char *line)
{
    struct team *team = job->team;
    const struct aln_progress *progress = team->jobs->progress;
    if (progress == NULL || progress->warn == NULL || atomic_flag_test_and_set(&team->warned))
        return;
    while (atomic_flag_test_and_set(&team->reporting)) /* until no thread reports */
        ;
    progress->warn(progress->context, line);
    atomic_flag_clear(&team->reporting);
}

static void note_failure(struct team *team, uint64_t index)
{
    uint64_t first = atomic_load(&team->failed);
    while (index < first && !atomic_compare_exchange_weak(&team->failed, &first, index))
        ;
}

/* ---- the queue ---- */

/* What a job has returned, until it is collected. */
struct slot {
    bool ready;
    bool ran; /* or was unwanted before it began */
    struct aln_failure failure;
};

/* Jobs are handed out in order and run at once. Whoever has finished one while nobody collects
 * collects all that are ready, in order, so that no thread waits for another one's job unless
 * `count` jobs are on their way; then it sleeps. */
struct queue {
    struct team *team;
    pthread_mutex_t lock;
    pthread_cond_t moved;       /* when a job has been collected */
    uint64_t next, collected;   /* the first jobs not handed out, not collected */
    bool collecting;            /* one of the threads, which does not hold the lock meanwhile */
    struct aln_failure failure; /* of the first job that failed: no more are handed out */
    size_t count, size;         /* job i has slot i % count, and `size` bytes of the store */
    struct slot *slot;
    char *store;
};

static void *result_of(const struct queue *q, uint64_t index)
{
    return q->store + index % q->count * q->size;
}

static void run_job(struct queue *q, uint64_t index)
{
    const struct aln_jobs *jobs = q->team->jobs;
    struct aln_job job = {q->team, index};
    struct slot *slot = &q->slot[index % q->count];
    enum aln_status status = ALN_STOPPED;
    slot->ran = !aln_job_unwanted(&job);
    if (slot->ran && (status = jobs->run(jobs->context, &job, result_of(q, index))) != ALN_OK)
        note_failure(q->team, index);
    if (status == ALN_STOPPED)
        aln_raise(status, "stopped");
    aln_failure_keep(&slot->failure, status);
}

/* Passes on what a job returned; if that fails, it is as if the job had.
 * Given: the lock is not held */
static void take(struct queue *q, uint64_t index)
{
    const struct aln_jobs *jobs = q->team->jobs;
    struct slot *slot = &q->slot[index % q->count];
    const enum aln_status status = slot->failure.status;
    if (status != ALN_OK && status != ALN_NUMERIC &&
        !(status == ALN_STOPPED && slot->ran && jobs->keeps_stopped))
        return;
    enum aln_status taken = jobs->take(jobs->context, index, status, result_of(q, index));
    if (status == ALN_OK && taken != ALN_OK) {
        aln_failure_keep(&slot->failure, taken);
        note_failure(q->team, index);
    }
}

/* Given: the lock is held */
static void collect(struct queue *q)
{
    if (q->collecting)
        return;
    q->collecting = true;
    while (q->collected < q->next && q->failure.status == ALN_OK) {
        struct slot *slot = &q->slot[q->collected % q->count];
        if (!slot->ready)
            break;
        pthread_mutex_unlock(&q->lock);
        take(q, q->collected);
        pthread_mutex_lock(&q->lock);
        if (slot->failure.status != ALN_OK)
            q->failure = slot->failure;
        slot->ready = false;
        q->collected++;
        pthread_cond_broadcast(&q->moved);
    }
    q->collecting = false;
}

/* Runs jobs until none is left: what each thread does. */
static void work(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    for (;;) {
        while (q->failure.status == ALN_OK && q->next < q->team->jobs->end &&
               q->next - q->collected >= q->count)
            pthread_cond_wait(&q->moved, &q->lock);
        if (q->failure.status != ALN_OK || q->next >= q->team->jobs->end)
            break;
        const uint64_t index = q->next++;
        pthread_mutex_unlock(&q->lock);
        run_job(q, index);
        pthread_mutex_lock(&q->lock);
        q->slot[index % q->count].ready = true;
        collect(q);
    }
    pthread_mutex_unlock(&q->lock);
}

/* How many results may be there at once: some more than run, as far as they are small, because a job
 * may take longer than those after it. */
static size_t slot_count(int threads, size_t size)
{
    const size_t running = (size_t)threads, ahead = threads > 1 ? 3 * running : 0,
                 small = ((size_t)64 << 20) / size;
    return running + (ahead < small ? ahead : small);
}

enum aln_status aln_jobs_run(const struct aln_jobs *jobs)
{
    if (jobs->first >= jobs->end)
        return ALN_OK;
    struct team team = {.jobs = jobs,
                        .reporting = ATOMIC_FLAG_INIT,
                        .warned = ATOMIC_FLAG_INIT,
                        .failed = UINT64_MAX};
    const int threads = aln_jobs_threads(jobs->threads, jobs->end - jobs->first);
    const size_t unit = _Alignof(max_align_t), size = (jobs->size + unit - 1) / unit * unit;
    struct queue q = {.team = &team,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .moved = PTHREAD_COND_INITIALIZER,
                      .next = jobs->first,
                      .collected = jobs->first,
                      .count = slot_count(threads, size),
                      .size = size};
    q.slot = calloc(q.count, sizeof *q.slot);
    q.store = calloc(q.count, size);
    if (q.slot == NULL || q.store == NULL) {
        free(q.slot);
        free(q.store);
        return aln_raise_memory("the results of %d threads, %zu bytes each", threads, size);
    }
#pragma omp parallel num_threads(threads)
    work(&q);
    free(q.slot);
    free(q.store);
    if (q.failure.status != ALN_OK)
        return aln_failure_raise(&q.failure);
    if (jobs->progress != NULL && jobs->progress->update != NULL)
        jobs->progress->update(jobs->progress->context, 1);
    return ALN_OK;
}

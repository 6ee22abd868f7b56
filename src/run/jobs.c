#include "run/jobs.h"

#include <math.h>
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

static int thread_count(const struct aln_jobs *jobs)
{
#ifdef _OPENMP
    int threads = jobs->threads > 0 ? jobs->threads : omp_get_max_threads();
#else
    int threads = 1;
#endif
    uint64_t work = jobs->end - jobs->first;
    return work < (uint64_t)threads ? (int)work : threads;
}

static int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
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

enum aln_status aln_jobs_run(const struct aln_jobs *jobs)
{
    if (jobs->first >= jobs->end)
        return ALN_OK;
    struct team team = {.jobs = jobs,
                        .reporting = ATOMIC_FLAG_INIT,
                        .warned = ATOMIC_FLAG_INIT,
                        .failed = UINT64_MAX};
    int threads = thread_count(jobs);
    const size_t unit = _Alignof(max_align_t);
    size_t size = (jobs->size + unit - 1) / unit * unit;
    char *store = calloc((size_t)threads, size);
    if (store == NULL)
        return aln_raise_memory("the results of %d threads, %zu bytes each", threads, size);

    struct aln_failure failure = {.status = ALN_OK}; /* of the first job that failed */
#pragma omp parallel for ordered schedule(dynamic, 1) num_threads(threads)
    for (uint64_t index = jobs->first; index < jobs->end; index++) {
        struct aln_job job = {&team, index};
        void *out = store + (size_t)thread_number() * size;
        enum aln_status status = ALN_STOPPED;
        const bool ran = !aln_job_unwanted(&job);
        if (ran && (status = jobs->run(jobs->context, &job, out)) != ALN_OK)
            note_failure(&team, index);
#pragma omp ordered
        if (failure.status == ALN_OK) {
            if (status == ALN_STOPPED)
                aln_raise(status, "stopped");
            aln_failure_keep(&failure, status);
            if (status == ALN_OK || status == ALN_NUMERIC ||
                (status == ALN_STOPPED && ran && jobs->keeps_stopped)) {
                enum aln_status taken = jobs->take(jobs->context, index, status, out);
                if (status == ALN_OK && taken != ALN_OK) {
                    aln_failure_keep(&failure, taken);
                    note_failure(&team, index);
                }
            }
        }
    }
    free(store);
    if (failure.status != ALN_OK)
        return aln_failure_raise(&failure);
    if (jobs->progress != NULL && jobs->progress->update != NULL)
        jobs->progress->update(jobs->progress->context, 1);
    return ALN_OK;
}

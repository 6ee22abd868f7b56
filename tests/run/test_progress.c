/* Progress is reported whichever thread does the work, never decreasing and never by two threads at
 * once. */
#include "../check_main.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "../study/runs.h"
#include "run/jobs.h"
#ifdef ALN_DEEP
#include "train/train.h"
#endif

/* What was reported; threads other than the first must not fail a check themselves. */
static struct {
    pthread_t first;    /* the thread that begins the work */
    _Atomic int others; /* reports from other threads */
    int all, backwards; /* reports, and those below an earlier one */
    _Atomic int inside, at_once;
    double last;
} seen;

static bool is_first_thread(void)
{
    return pthread_equal(pthread_self(), seen.first) != 0;
}

static void look(void *context, double fraction)
{
    (void)context;
    if (atomic_fetch_add(&seen.inside, 1) != 0)
        atomic_fetch_add(&seen.at_once, 1);
    seen.all++;
    seen.backwards += fraction < seen.last;
    seen.last = fraction;
    if (!is_first_thread())
        atomic_fetch_add(&seen.others, 1);
    atomic_fetch_sub(&seen.inside, 1);
}

static const struct aln_progress progress = {.update = look};

static void begin(void)
{
    memset(&seen, 0, sizeof seen);
    seen.first = pthread_self();
}

static void check_end(void)
{
    ck_assert_int_gt(seen.all, 0);
    ck_assert_int_eq(seen.at_once, 0);
    ck_assert_int_eq(seen.backwards, 0);
    ck_assert(seen.last == 1);
}

/* Work done by the other threads; their reports at the time the first thread began. */
static _Atomic int done_by_others;
static int reports_before_first;

/* The first thread does nothing before the others have done `enough`; false when it is alone. */
static bool wait_for_others(int enough)
{
    bool alone = true;
#ifdef _OPENMP
    alone = omp_get_num_threads() == 1;
#endif
    while (!alone && atomic_load(&done_by_others) < enough)
        sched_yield();
    return !alone;
}

/* ---- jobs ---- */

enum { SHARES = 10 };

/* Jobs of a few shares each; the first thread does none before another has done a job. */
static enum aln_status late_job(void *context, struct aln_job *job, void *out)
{
    (void)context;
    (void)out;
    bool first = is_first_thread();
    if (first && wait_for_others(1) && reports_before_first < 0)
        reports_before_first = atomic_load(&seen.others);
    for (int i = 0; i < SHARES; i++)
        aln_job_done(job, 1.0 / SHARES);
    if (!first)
        atomic_fetch_add(&done_by_others, 1);
    return ALN_OK;
}

static enum aln_status take_nothing(void *context, uint64_t index, enum aln_status status,
                                    const void *out)
{
    (void)context;
    (void)index;
    (void)out;
    return status;
}

START_TEST(test_jobs_of_other_threads)
{
    begin();
    done_by_others = 0;
    reports_before_first = -1;
    must(aln_jobs_run(&(struct aln_jobs){.end = 2,
                                         .size = 1,
                                         .threads = 2,
                                         .progress = &progress,
                                         .run = late_job,
                                         .take = take_nothing}));
    check_end();
    /* While the first thread waits, no other thread is blocked. */
    if (done_by_others > 0)
        ck_assert_int_ge(seen.others, SHARES);
    if (reports_before_first >= 0)
        ck_assert_int_ge(reports_before_first, SHARES);
}
END_TEST

static enum aln_status busy_job(void *context, struct aln_job *job, void *out)
{
    enum { MANY = 4096 }; /* a power of 2: their sum is exact */
    (void)context;
    (void)out;
    for (int i = 0; i < MANY; i++)
        aln_job_done(job, 1.0 / MANY);
    return ALN_OK;
}

START_TEST(test_jobs_at_once)
{
    begin();
    must(aln_jobs_run(&(struct aln_jobs){.end = 64,
                                         .size = 1,
                                         .threads = 4,
                                         .progress = &progress,
                                         .run = busy_job,
                                         .take = take_nothing}));
    check_end();
}
END_TEST

/* The first job ends after `AHEAD` others: a slow job does not hold up those after it. */
enum { AHEAD = 5, MANY_JOBS = 100 };

static enum aln_status slow_first_job(void *context, struct aln_job *job, void *out)
{
    (void)context;
    *(uint64_t *)out = aln_job_index(job);
    if (aln_job_index(job) == 0)
        wait_for_others(AHEAD);
    else
        atomic_fetch_add(&done_by_others, 1);
    return ALN_OK;
}

static enum aln_status take_in_order(void *context, uint64_t index, enum aln_status status,
                                     const void *out)
{
    uint64_t *taken = context;
    if (index != *taken || *(const uint64_t *)out != index)
        return aln_raise(ALN_NUMERIC, "job %d after %d", (int)index, (int)*taken);
    ++*taken;
    return status;
}

START_TEST(test_slow_job)
{
    uint64_t taken = 0;
    done_by_others = 0;
    must(aln_jobs_run(&(struct aln_jobs){.end = MANY_JOBS,
                                         .size = sizeof taken,
                                         .threads = 2,
                                         .run = slow_first_job,
                                         .take = take_in_order,
                                         .context = &taken}));
    ck_assert_uint_eq(taken, MANY_JOBS);
}
END_TEST

/* Of jobs that fail at the same time, the first one's error is reported, and those before it taken. */
static enum aln_status failing_job(void *context, struct aln_job *job, void *out)
{
    const uint64_t index = aln_job_index(job);
    (void)context;
    *(uint64_t *)out = index;
    return index % 7 == 6 ? aln_raise(ALN_USAGE, "job %d", (int)index) : ALN_OK;
}

START_TEST(test_failing_jobs)
{
    for (int threads = 1; threads <= 4; threads++) {
        uint64_t taken = 0;
        ck_assert_int_eq(aln_jobs_run(&(struct aln_jobs){.end = MANY_JOBS,
                                                         .size = sizeof taken,
                                                         .threads = threads,
                                                         .run = failing_job,
                                                         .take = take_in_order,
                                                         .context = &taken}),
                         ALN_USAGE);
        ck_assert_str_eq(aln_error(), "job 6");
        ck_assert_uint_eq(taken, 6);
    }
}
END_TEST

/* ---- training ---- */

#ifdef ALN_DEEP

/* Steps of the other threads that the first one waits for. */
static int wanted_steps;

/* The linker calls __wrap_X instead of X, and X itself __real_X. */
enum aln_status __real_aln_network_step(struct aln_network *net, const struct aln_batch *batch,
                                        double rate);
enum aln_status __wrap_aln_network_step(struct aln_network *net, const struct aln_batch *batch,
                                        double rate);

enum aln_status __wrap_aln_network_step(struct aln_network *net, const struct aln_batch *batch,
                                        double rate)
{
    if (!is_first_thread())
        atomic_fetch_add(&done_by_others, 1);
    else if (wait_for_others(wanted_steps) && reports_before_first < 0)
        reports_before_first = atomic_load(&seen.others);
    return __real_aln_network_step(net, batch, rate);
}

static void train(int wanted, const char *set)
{
    void *p;
    const char *file = own("progress.yaml");
    write_text(file, "data: {name: mixture, train: 320, test: 10, inputs: 4, classes: 2}\n"
                     "network: {layers: [{dense: 2}]}\n"
                     "learning: {rule: bp, rate: 1e-3, batch: 32}\n"
                     "run: {seeds: {from: 1, to: 2}, measures: [loss]}\n");
    must(aln_schema_load(&p, &aln_train_schema, file, 1, &set, NULL));
    begin();
    done_by_others = 0;
    reports_before_first = -1;
    wanted_steps = wanted;
    must(aln_train(p, &(struct aln_run_options){
                          .path = own("progress.tsv"), .threads = 2, .progress = &progress}));
    aln_schema_free(&aln_train_schema, p);
    check_end();
}

/* Nothing is recorded between start and end, since the threads wait for each other at records.
 * After 16 steps there must have been reports: one comes every 8. */
START_TEST(test_seeds_of_other_threads)
{
    train(16,
          "run={seeds: {from: 1, to: 2}, measures: [loss], epochs: 4, record: {times: [0, 4]}}");
    if (done_by_others > 0)
        ck_assert_int_gt(seen.others, 0);
    if (reports_before_first >= 0)
        ck_assert_int_gt(reports_before_first, 0);
}
END_TEST

START_TEST(test_seeds_at_once)
{
    train(0, "run={seeds: {from: 1, to: 9}, measures: [loss], epochs: 40}");
}
END_TEST

CHECK_MAIN("study/progress", test_slow_job, test_failing_jobs, test_jobs_of_other_threads,
           test_jobs_at_once, test_seeds_of_other_threads, test_seeds_at_once)
#else
CHECK_MAIN("study/progress", test_slow_job, test_failing_jobs, test_jobs_of_other_threads,
           test_jobs_at_once)
#endif

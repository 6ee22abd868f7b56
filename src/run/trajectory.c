#include "run/trajectory.h"

#include <math.h>

#include "base/interrupt.h"

static void notice(void *job, const char *line)
{
    aln_job_warn(job, line);
}

/* Advances to time `end`, polling whether the job is still wanted. */
static enum aln_status advance(const struct aln_trajectory *c, struct aln_job *job, void *handle,
                               double *t, double end)
{
    const double slice = c->engine->slice != NULL ? c->engine->slice(c->problem) : INFINITY;
    const double whole = c->times[c->time_count - 1];
    enum aln_status status = ALN_OK;
    while (status == ALN_OK && *t < end) {
        if (aln_job_unwanted(job))
            return aln_raise(ALN_STOPPED, "stopped");
        double next = fmin(end, *t + slice);
        status = c->engine->advance(handle, c->problem, next);
        if (status == ALN_OK)
            aln_job_done(job, (next - *t) / whole);
        *t = next;
    }
    return status;
}

static enum aln_status run(const struct aln_trajectory *c, struct aln_job *job)
{
    void *handle = NULL;
    double t = 0;
    const struct aln_engine_start start = {.params = c->params,
                                           .repeat = c->repeat,
                                           .count = c->count,
                                           .end = c->times[c->time_count - 1],
                                           .times = c->times,
                                           .known = c->known,
                                           .stop = aln_job_stop(job),
                                           .notice = notice,
                                           .context = job};
    enum aln_status status = c->engine->create(&handle, c->problem, &start);
    if (status == ALN_OK && c->engine->watch != NULL && c->event_count > 0)
        status = c->engine->watch(handle, c->event_count, c->events);
    for (size_t i = 0; status == ALN_OK && i < c->time_count; i++) {
        status = advance(c, job, handle, &t, c->times[i]);
        if (status == ALN_OK && !c->look(c->context, i, handle)) {
            if (t < c->times[c->time_count - 1])
                aln_job_done(job, 1 - t / c->times[c->time_count - 1]);
            break;
        }
    }
    c->engine->free(handle);
    return status;
}

/* The engines also poll the stop request within a step, which takes long for many units. */
enum aln_status aln_trajectory_run(const struct aln_trajectory *c, struct aln_job *job)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(aln_job_stop(job));
    enum aln_status status = run(c, job);
    aln_interrupt_watch(before);
    return status;
}

#include "simulate/steps.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static void put_task(struct aln_steps *s, size_t task)
{
    if (s->task.K > 0 && task == s->at)
        return;
    s->at = task;
    s->task = aln_problem_of_task(s->p, task);
}

enum aln_status aln_steps_open(struct aln_steps *out, const struct aln_problem *p,
                               const char *which, uint64_t repeat)
{
    *out = (struct aln_steps){.p = p, .now = aln_step_rates_at(p, p->eta)};
    aln_stream_init(&out->which, p->seed, which, repeat);
    if (p->turn_count == 0)
        return ALN_OK;
    enum aln_status status = aln_turns_create(&out->turns, p);
    if (status != ALN_OK)
        return status;
    out->p = &out->turns->p;
    out->turn = aln_problem_turn_at(out->p, 0);
    put_task(out, out->turn->task);
    return ALN_OK;
}

void aln_steps_close(struct aln_steps *s)
{
    free(s->turns);
    s->turns = NULL;
}

const struct aln_problem *aln_steps_problem(const struct aln_steps *s)
{
    return s->turn != NULL ? &s->task : s->p;
}

/* The task of this step: that in force, or one to replay. */
static void choose_task(struct aln_steps *s)
{
    const struct aln_problem *p = s->p;
    double at = aln_stream_uniform(&s->which), below = 0;
    size_t task = s->turn->task; /* also if the shares, rounded, sum to less than 1 */
    for (size_t j = 0; j < p->task_count; j++) {
        const double share = aln_problem_share(p, s->turn, j);
        if (at >= below && at < below + share)
            task = j;
        below += share;
    }
    put_task(s, task);
}

static void set_change(struct aln_steps *s, uint64_t step)
{
    double N = (double)s->p->N;
    s->now = aln_step_rates_at(s->p, aln_problem_rates(s->p, (double)step / N));
    s->turn = aln_problem_turn_at(s->p, (double)step / N);
    if (s->turn != NULL)
        put_task(s, s->turn->task);
    /* The first step n with n/N >= the time of change, n/N rounded as above. */
    double time = aln_problem_next_change(s->p, (double)step / N), first = floor(time * N);
    if (first >= 0x1p63) {
        s->change = UINT64_MAX;
        return;
    }
    s->change = (uint64_t)first;
    while ((double)s->change / N < time)
        s->change++;
}

void aln_steps_schedule(struct aln_steps *s, uint64_t step)
{
    if (step >= s->change)
        set_change(s, step);
    if (s->turn != NULL && s->turn->replay > 0)
        choose_task(s);
}

static double time_of(const struct aln_steps *s, uint64_t step)
{
    return (double)step / (double)s->p->N;
}

bool aln_steps_wait(const struct aln_steps *s, uint64_t step)
{
    return s->turns != NULL && aln_turns_level(s->turns, time_of(s, step)) > 0;
}

void aln_steps_look(struct aln_steps *s, uint64_t step, const double *state)
{
    while (aln_steps_wait(s, step)) {
        const double t = time_of(s, step);
        const struct aln_problem now = aln_problem_at(s->p, t);
        if (!(aln_problem_eg(&now, state) < aln_turns_level(s->turns, t)))
            return;
        aln_turns_begin(s->turns, t);
        s->change = step;
    }
}

const struct aln_problem_turn *aln_steps_turn(const struct aln_steps *s, uint64_t step)
{
    return aln_problem_turn_at(s->p, time_of(s, step));
}

enum aln_status aln_steps_overflow(const struct aln_problem *p, const char *engine, size_t i,
                                   uint64_t step)
{
    char name[32];
    aln_state_name(p, i, name);
    return aln_raise(ALN_NUMERIC,
                     "%s: %s is no longer finite after step %" PRIu64
                     ", t = %g; the run diverges (smaller learning rates may help)",
                     engine, name, step, (double)step / (double)p->N);
}

enum aln_status aln_steps_stopped(const struct aln_problem *p, uint64_t step)
{
    return aln_raise(ALN_STOPPED, "stopped at t = %g", (double)step / (double)p->N);
}

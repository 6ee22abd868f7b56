#include "simulate/steps.h"

#include <inttypes.h>
#include <math.h>

struct aln_steps aln_steps_begin(const struct aln_problem *p)
{
    return (struct aln_steps){.p = p, .now = aln_step_rates_at(p, p->eta)};
}

void aln_steps_schedule(struct aln_steps *s, uint64_t step)
{
    if (step < s->change)
        return;
    double N = (double)s->p->N;
    s->now = aln_step_rates_at(s->p, aln_problem_rates(s->p, (double)step / N));
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

#include "run/ahead.h"

#include <stdlib.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/lanes.h"
#include "model/params.h"
#include "theory/lanes_agree.h"

/* One of the runs; its problem and times. */
struct ahead {
    struct aln_problem *problem;
    double *times;
};

/* Lanes have the stepper rk8pd and follow the states alone. */
static bool is_plain(const struct aln_params *p)
{
    return *p->ode.stepper->type == gsl_odeiv2_step_rk8pd && !p->ode.stepper->switches &&
           !p->ode.check && !p->ode.fluctuations && p->ode.events.eg_below_count == 0 &&
           p->ode.events.eg_fraction_count == 0 && !p->ode.events.cos_maximum &&
           !p->ode.events.plateau_entered && !p->ode.events.plateau_left &&
           !p->ode.events.exponential;
}

/* Returned: *run, if lanes can have it; else its p is NULL. What is wrong with the parameters, the
 * run says itself. */
static enum aln_status prepare(struct ahead *ahead, const struct aln_params *p,
                               struct aln_lanes_run *run, double **states)
{
    size_t count = 0;
    if (!is_plain(p) || aln_problem_create(&ahead->problem, p) != ALN_OK ||
        aln_params_times(p, 0, &count, &ahead->times) != ALN_OK || count == 0 ||
        !aln_lanes_fit(ahead->problem))
        return ALN_OK;
    *states = malloc(count * aln_problem_size(ahead->problem) * sizeof **states);
    if (*states == NULL)
        return aln_raise_memory("%zu states", count);
    *run = (struct aln_lanes_run){.p = ahead->problem,
                                  .rtol = p->ode.rtol,
                                  .atol = p->ode.atol,
                                  .max_steps = p->ode.max_steps,
                                  .time_count = count,
                                  .times = ahead->times,
                                  .states = *states};
    return ALN_OK;
}

static enum aln_status run_ahead(size_t count, const void *const *params, struct ahead *ahead,
                                 struct aln_lanes_run *runs, double **states)
{
    enum aln_status status = ALN_OK;
    size_t wanted = 0, *of = calloc(count + 1, sizeof *of);
    if (of == NULL)
        return aln_raise_memory("%zu runs", count);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        status = prepare(&ahead[i], params[i], &runs[wanted], &states[i]);
        if (states[i] != NULL)
            of[wanted++] = i;
    }
    if (status == ALN_OK && aln_interrupted())
        status = aln_raise(ALN_STOPPED, "stopped");
    if (status == ALN_OK)
        status = aln_lanes_integrate(aln_isa_best(), wanted, runs);
    for (size_t n = 0; n < wanted; n++) {
        if (status == ALN_OK && runs[n].done)
            continue;
        free(states[of[n]]);
        states[of[n]] = NULL;
    }
    free(of);
    return status;
}

enum aln_status aln_run_ahead(size_t count, const void *const *params,
                              const volatile sig_atomic_t *stop, double **states)
{
    struct ahead *ahead = calloc(count + 1, sizeof *ahead);
    struct aln_lanes_run *runs = calloc(count + 1, sizeof *runs);
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < count; i++)
        states[i] = NULL;
    if (ahead == NULL || runs == NULL) {
        status = aln_raise_memory("%zu runs", count);
    } else if (aln_lanes_agree()) {
        const volatile sig_atomic_t *before = aln_interrupt_watch(stop);
        status = run_ahead(count, params, ahead, runs, states);
        aln_interrupt_watch(before);
    }
    for (size_t i = 0; i < count && ahead != NULL; i++) {
        aln_problem_free(ahead[i].problem);
        free(ahead[i].times);
    }
    free(ahead);
    free(runs);
    return status;
}

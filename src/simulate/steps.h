/* Shared by the engines that simulate step by step: the rates of each step, and the error for a
 * state that has overflowed. */
#ifndef ALIGNODE_SIMULATE_STEPS_H
#define ALIGNODE_SIMULATE_STEPS_H

#include "model/step_rates.h"

struct aln_steps {
    const struct aln_problem *p;
    struct aln_step_rates now;
    uint64_t change; /* first step with different rates */
};

struct aln_steps aln_steps_begin(const struct aln_problem *p);

/* Sets the rates of step `step`, which must not decrease. */
void aln_steps_schedule(struct aln_steps *s, uint64_t step);

/* Raises ALN_NUMERIC for entry i of the state, which is NaN or infinite after the step that ends at
 * `step`. */
enum aln_status aln_steps_overflow(const struct aln_problem *p, const char *engine, size_t i,
                                   uint64_t step);

/* Raises ALN_STOPPED: a stop was requested within the step that follows `step`. */
enum aln_status aln_steps_stopped(const struct aln_problem *p, uint64_t step);

#endif

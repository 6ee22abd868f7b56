/* Shared by the engines that simulate step by step: the rates and the task of each step, and the error
 * for a state that has overflowed. */
#ifndef ALIGNODE_SIMULATE_STEPS_H
#define ALIGNODE_SIMULATE_STEPS_H

#include "alignode/random.h"
#include "model/step_rates.h"
#include "model/turns.h"

struct aln_steps {
    const struct aln_problem *p; /* of `turns` if there are any */
    struct aln_turns *turns;     /* or NULL */
    struct aln_step_rates now;
    uint64_t change;                     /* first step with different rates or another turn */
    const struct aln_problem_turn *turn; /* in force; NULL without turns */
    size_t at;                           /* the task of this step ... */
    struct aln_problem task;             /* ... and the problem with it, if there are turns */
    struct aln_stream which;             /* chooses tasks to replay */
};

/* Given:    which  name of the stream that chooses tasks to replay, one for each repeat
 * Returned: *out  aln_steps_close()
 * Status:   ALN_MEMORY */
enum aln_status aln_steps_open(struct aln_steps *out, const struct aln_problem *p,
                               const char *which, uint64_t repeat);
void aln_steps_close(struct aln_steps *s);

/* The problem of the step: p itself, or with its task.  A view, whose contents change with the steps. */
const struct aln_problem *aln_steps_problem(const struct aln_steps *s);

/* Sets the rates and the task of step `step`, one after the other. */
void aln_steps_schedule(struct aln_steps *s, uint64_t step);

/* Whether step `step` may begin with another turn, at an event: then see aln_steps_look(). */
bool aln_steps_wait(const struct aln_steps *s, uint64_t step);
/* Begins the turns whose events the state before step `step` fulfils. */
void aln_steps_look(struct aln_steps *s, uint64_t step, const double *state);

/* The turn in force at step `step`; NULL without turns. */
const struct aln_problem_turn *aln_steps_turn(const struct aln_steps *s, uint64_t step);

/* Raises ALN_NUMERIC for entry i of the state, which is NaN or infinite after the step that ends at
 * `step`. */
enum aln_status aln_steps_overflow(const struct aln_problem *p, const char *engine, size_t i,
                                   uint64_t step);

/* Raises ALN_STOPPED: a stop was requested within the step that follows `step`. */
enum aln_status aln_steps_stopped(const struct aln_problem *p, uint64_t step);

#endif

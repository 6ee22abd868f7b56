/* The turns of an integration: those that wait for an event begin where it occurs within a step. */
#ifndef ALIGNODE_THEORY_DUE_TURNS_H
#define ALIGNODE_THEORY_DUE_TURNS_H

#include "theory/events.h"

struct aln_due_turns;

/* Given: p  with turns; its arrays are kept as pointers
 * Returned: *out  yours, aln_due_turns_free(), also after a failure
 * Status: ALN_MEMORY */
enum aln_status aln_due_turns_create(struct aln_due_turns **out, const struct aln_problem *p);
void aln_due_turns_free(struct aln_due_turns *due);

/* The problem with the turns of this integration. */
const struct aln_problem *aln_due_turns_problem(const struct aln_due_turns *due);

/* Looks for the event in a step; if it occurs, the turn begins there.
 * Given:    step  steps are passed in order; the right-hand side of each is that at its beginning
 * Returned: *t    the time of the event; NaN if it does not occur
 * Status:   that of the step's functions, ALN_MEMORY */
enum aln_status aln_due_turns_look(struct aln_due_turns *due, const struct aln_watch_step *step,
                                   double *t);

#endif

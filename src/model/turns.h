/* The turns of one run: those that wait for events get their times as it goes. */
#ifndef ALIGNODE_MODEL_TURNS_H
#define ALIGNODE_MODEL_TURNS_H

#include "alignode/problem.h"

struct aln_turns {
    struct aln_problem p; /* the problem with these turns */
    size_t waiting;       /* the first turn that waits for an event; turn_count: none */
    struct aln_problem_turn turn[];
};

/* Given:    p  with turns
 * Returned: *out  yours, free()
 * Status:   ALN_MEMORY */
enum aln_status aln_turns_create(struct aln_turns **out, const struct aln_problem *p);

/* The level below which eg of the task in force at time t ends its turn; 0: no event does. */
double aln_turns_level(const struct aln_turns *turns, double t);

/* The turn that waits begins at time t, and those that are to follow it at their times after it. */
void aln_turns_begin(struct aln_turns *turns, double t);

#endif

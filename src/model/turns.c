/* Tasks that follow each other: which is in force when. */
#include "model/turns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

struct aln_problem aln_problem_of_task(const struct aln_problem *p, size_t task)
{
    struct aln_problem alone = *p;
    alone.V2 = p->tasks[task].V2;
    alone.rows = p->tasks[task].rows;
    alone.turns = NULL;
    alone.turn_count = 0;
    return alone;
}

const struct aln_problem_turn *aln_problem_turn_at(const struct aln_problem *p, double t)
{
    const struct aln_problem_turn *turn = p->turn_count > 0 ? p->turns : NULL;
    for (size_t i = 1; i < p->turn_count && p->turns[i].time <= t; i++)
        turn = &p->turns[i];
    return turn;
}

struct aln_problem aln_problem_in_turn(const struct aln_problem *p,
                                       const struct aln_problem_turn *turn)
{
    return turn != NULL ? aln_problem_of_task(p, turn->task) : *p;
}

struct aln_problem aln_problem_at(const struct aln_problem *p, double t)
{
    return aln_problem_in_turn(p, aln_problem_turn_at(p, t));
}

/* Whether a task was in force in a turn before this one. */
static bool is_earlier(const struct aln_problem *p, const struct aln_problem_turn *turn,
                       size_t task)
{
    for (const struct aln_problem_turn *before = p->turns; before < turn; before++)
        if (before->task == task)
            return true;
    return false;
}

double aln_problem_share(const struct aln_problem *p, const struct aln_problem_turn *turn,
                         size_t task)
{
    size_t earlier = 0;
    for (size_t j = 0; j < p->task_count; j++)
        earlier += j != turn->task && is_earlier(p, turn, j);
    if (task == turn->task)
        return earlier > 0 ? 1 - turn->replay : 1;
    return is_earlier(p, turn, task) ? turn->replay / (double)earlier : 0;
}

/* ---- the turns of one run ---- */

/* The first turn from i on that waits for an event. */
static size_t find_waiting(const struct aln_turns *turns, size_t i)
{
    while (i < turns->p.turn_count && !(turns->turn[i].below > 0))
        i++;
    return i;
}

enum aln_status aln_turns_create(struct aln_turns **out, const struct aln_problem *p)
{
    const size_t bytes = p->turn_count * sizeof *p->turns;
    struct aln_turns *turns = malloc(sizeof *turns + bytes);
    *out = turns;
    if (turns == NULL)
        return aln_raise_memory("%zu turns", p->turn_count);
    memcpy(turns->turn, p->turns, bytes);
    turns->p = *p;
    turns->p.turns = turns->turn;
    turns->waiting = find_waiting(turns, 0);
    return ALN_OK;
}

double aln_turns_level(const struct aln_turns *turns, double t)
{
    const size_t i = turns->waiting;
    return i < turns->p.turn_count && turns->turn[i - 1].time <= t ? turns->turn[i].below : 0;
}

void aln_turns_begin(struct aln_turns *turns, double t)
{
    size_t i = turns->waiting;
    turns->turn[i].time = t;
    while (++i < turns->p.turn_count && turns->turn[i].after > 0)
        turns->turn[i].time = turns->turn[i - 1].time + turns->turn[i].after;
    turns->waiting = find_waiting(turns, i);
}

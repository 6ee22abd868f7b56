/* Tasks that follow each other: which is in force when. */
#include <math.h>

#include "alignode/problem.h"

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

struct aln_problem aln_problem_at(const struct aln_problem *p, double t)
{
    const struct aln_problem_turn *turn = aln_problem_turn_at(p, t);
    return turn != NULL ? aln_problem_of_task(p, turn->task) : *p;
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

#include "theory/due_turns.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "model/turns.h"

struct aln_due_turns {
    struct aln_turns *turns;
    struct aln_watch *watch; /* of the problem now in force */
    struct aln_problem now;
    struct aln_event event; /* that ends the turn */
    double level;           /* of eg; 0: no event does */
};

enum aln_status aln_due_turns_create(struct aln_due_turns **out, const struct aln_problem *p)
{
    struct aln_due_turns *due = calloc(1, sizeof *due);
    *out = due;
    if (due == NULL)
        return aln_raise_memory("%zu turns", p->turn_count);
    due->now = aln_problem_at(p, 0);
    enum aln_status status = aln_turns_create(&due->turns, p);
    return status == ALN_OK ? aln_watch_create(&due->watch, &due->now) : status;
}

void aln_due_turns_free(struct aln_due_turns *due)
{
    if (due == NULL)
        return;
    aln_watch_free(due->watch);
    free(due->turns);
    free(due);
}

const struct aln_problem *aln_due_turns_problem(const struct aln_due_turns *due)
{
    return &due->turns->p;
}

enum aln_status aln_due_turns_look(struct aln_due_turns *due, const struct aln_watch_step *step,
                                   double *t)
{
    enum aln_status status = ALN_OK;
    *t = NAN;
    if (step->fresh) { /* perhaps another turn */
        due->level = aln_turns_level(due->turns, step->t0);
        due->now = aln_problem_at(&due->turns->p, step->t0);
        due->event = (struct aln_event){.kind = ALN_EVENT_EG_BELOW, .value = due->level};
        status = aln_watch_set(due->watch, 1, &due->event);
    }
    if (status != ALN_OK || !(due->level > 0))
        return status;
    status = aln_watch_look(due->watch, step);
    if (status != ALN_OK)
        return status;
    aln_watch_publish(due->watch, step->t1);
    *t = due->event.t;
    if (!isnan(*t))
        aln_turns_begin(due->turns, *t);
    return ALN_OK;
}

#include "model/tasks.h"

#include <string.h>

#include "alignode/problem.h"
#include "model/params.h"

static const struct aln_name heads[] = {
    [ALN_HEADS_OWN] = {"own", "for each task", ""},
    [ALN_HEADS_SHARED] = {"shared", "one for all tasks", ""},
};
const struct aln_names aln_heads = {"kind of heads", "kinds of heads", heads,
                                    sizeof heads / sizeof heads[0], sizeof heads[0]};

void aln_tasks_similar(const struct aln_params *params, double *T)
{
    const size_t M = params->problem.teacher.units, tasks = params->problem.tasks_count;
    const struct aln_task_params *task = params->problem.tasks;
    memset(T, 0, M * M * sizeof *T);
    for (size_t i = 0; i < tasks; i++)
        for (size_t j = 0; j < tasks; j++)
            for (size_t n = 0; n < task[i].count; n++)
                T[(task[i].unit[n] - 1) * M + task[j].unit[n] - 1] =
                    i == j ? 1 : params->problem.similarity;
}

/* ---- the tasks of a problem ---- */

static size_t turns_of(const struct aln_params *params)
{
    const size_t given = params->run.tasks_count;
    return params->problem.tasks_count == 0 ? 0 : given > 0 ? given : 1;
}

size_t aln_tasks_size(const struct aln_params *params, size_t M)
{
    const size_t tasks = params->problem.tasks_count, O = aln_params_rows(params),
                 flags = (tasks * O + sizeof(double) - 1) / sizeof(double);
    return tasks * sizeof(struct aln_problem_task) +
           turns_of(params) * sizeof(struct aln_problem_turn) +
           (tasks * O * M + flags) * sizeof(double);
}

/* The read-out of a task in the columns of its units and, with heads of its own, in its rows. */
static void put_readout(const struct aln_params *params, size_t j, size_t M, double *V2, bool *rows)
{
    const struct aln_task_params *task = &params->problem.tasks[j];
    const size_t outputs = params->problem.outputs,
                 first = params->problem.heads == ALN_HEADS_OWN ? j * outputs : 0;
    for (size_t o = 0; o < outputs; o++) {
        rows[first + o] = true;
        for (size_t n = 0; n < task->count; n++)
            V2[(first + o) * M + task->unit[n] - 1] = task->readout.a[o * task->count + n];
    }
}

void aln_tasks_fill(const struct aln_params *params, void *store, struct aln_problem *p)
{
    const size_t tasks = params->problem.tasks_count, turns = turns_of(params), O = p->O, M = p->M;
    struct aln_problem_task *task = store;
    struct aln_problem_turn *turn = (struct aln_problem_turn *)(task + tasks);
    double *V2 = (double *)(turn + turns);
    bool *rows = (bool *)(V2 + tasks * O * M);
    if (tasks == 0)
        return;
    for (size_t j = 0; j < tasks; j++) {
        put_readout(params, j, M, V2 + j * O * M, rows + j * O);
        task[j] = (struct aln_problem_task){V2 + j * O * M, rows + j * O};
    }
    for (size_t i = 0; i < params->run.tasks_count; i++)
        turn[i] = params->run.tasks[i];
    p->tasks = task;
    p->task_count = tasks;
    *p = aln_problem_of_task(p, turn->task);
    p->turns = turn;
    p->turn_count = turns;
}

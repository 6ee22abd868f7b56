/* Tasks that follow each other, as parameters (problem.tasks, run.tasks) and in a problem. */
#ifndef ALIGNODE_MODEL_TASKS_H
#define ALIGNODE_MODEL_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "params/matrix.h"

struct aln_params;
struct aln_problem;

/* Whether each task has rows of the read-out, or columns of the feedback, of its own. */
enum aln_heads { ALN_HEADS_OWN, ALN_HEADS_SHARED };
extern const struct aln_names aln_heads;

/* One entry of problem.tasks. */
struct aln_task_params {
    uint64_t *unit; /* of the teacher, from 1 */
    size_t count;
    struct aln_matrix readout; /* O x count */
};

/* T of the teachers of tasks with problem.teacher.similarity: 1 on the diagonal, and the similarity
 * between units that have the same place in two tasks.
 * Returned: T (M x M) */
void aln_tasks_similar(const struct aln_params *params, double *T);

/* Bytes of the tasks and turns of a problem, a multiple of a double's. */
size_t aln_tasks_size(const struct aln_params *params, size_t M);
/* Given:   store  aln_tasks_size() bytes, zeros; p  with O and M
 * Changed: p  its tasks and turns, and the rows and V2 of the first turn */
void aln_tasks_fill(const struct aln_params *params, void *store, struct aln_problem *p);

#endif

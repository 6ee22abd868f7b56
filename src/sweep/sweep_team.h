/* Threads that go through points, each with a copy of the tree. */
#ifndef ALIGNODE_SWEEP_SWEEP_TEAM_H
#define ALIGNODE_SWEEP_SWEEP_TEAM_H

#include "sweep/sweep.h"

/* What is done at number i; returns ALN_OK to go on.
 * Given: tree  this thread's own */
typedef enum aln_status (*aln_sweep_visit)(void *context, struct aln_tree *tree, uint64_t i);

/* Visits 0 <= i < count, in parallel and in no certain order. Once a visit has failed only numbers
 * before it are begun.
 * Status: that of the first i that failed, with its sentence; ALN_STOPPED when asked to stop */
enum aln_status aln_sweep_team(const struct aln_sweep *sweep, uint64_t count, int threads,
                               const struct aln_progress *progress, aln_sweep_visit visit,
                               void *context);

/* How many threads there are to share. */
int aln_sweep_threads(const struct aln_sweep_options *options);

#endif

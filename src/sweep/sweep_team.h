/* Parallel loop over points; each thread has a copy of the tree. */
#ifndef ALIGNODE_SWEEP_SWEEP_TEAM_H
#define ALIGNODE_SWEEP_SWEEP_TEAM_H

#include "sweep/sweep.h"

/* Called for index i; returns ALN_OK to continue.
 * Given: tree  this thread's copy */
typedef enum aln_status (*aln_sweep_visit)(void *context, struct aln_tree *tree, uint64_t i);

/* Visits 0 <= i < count in parallel, in any order. After a failure only smaller indices are
 * started.
 * Status: that of the smallest i that failed, with its message; ALN_STOPPED on a stop request */
enum aln_status aln_sweep_team(const struct aln_sweep *sweep, uint64_t count, int threads,
                               const struct aln_progress *progress, aln_sweep_visit visit,
                               void *context);

/* Number of threads available. */
int aln_sweep_threads(const struct aln_sweep_options *options);

#endif

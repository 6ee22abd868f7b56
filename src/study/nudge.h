/* A start changed slightly. */
#ifndef ALIGNODE_STUDY_NUDGE_H
#define ALIGNODE_STUDY_NUDGE_H

#include "alignode/problem.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The start after every student vector is stretched and turned towards the teacher by the relative
 * amount `size`, each unit differently, so that no symmetry among the units survives; the read-out
 * likewise if it learns. Being the overlaps of changed vectors, the new start is one that weights
 * can have. A vector or read-out that is zero is given the length `size` (times the teacher's).
 * Returned: *out  [aln_problem_size()], yours, free()
 * Status:   ALN_MEMORY */
enum aln_status aln_nudge_start(double **out, const struct aln_problem *p, double size);

#ifdef __cplusplus
}
#endif

#endif

/* The matrices of a two-layer problem and of its states by name, for languages that cannot read
 * headers: nothing here depends on how the structs are laid out. */
#ifndef ALIGNODE_NAMED_H
#define ALIGNODE_NAMED_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A matrix by the name of its columns: "Q", "R" and "W2", which are in the state, and "T", "V2" and
 * "F1", which the problem holds, unless the feedback F1 learns: then it is in the state.
 * Given:    state (aln_problem_size())  NULL: that of the start
 * Returned: shape[2], rows and columns; out (rows x cols), row-major, NULL: the shape alone
 * Status:   ALN_USAGE for another name */
ALN_API enum aln_status aln_named_matrix(const struct aln_problem *p, const double *state,
                                         const char *name, size_t shape[2], double *out);

/* Writes a matrix into a state; of a symmetric one its upper triangle is read.
 * Given:  matrix (of the shape that aln_named_matrix() returns)
 * Status: ALN_USAGE for a name that is not in the state */
ALN_API enum aln_status aln_named_store(const struct aln_problem *p, double *state,
                                        const char *name, const double *matrix);

/* The start, a view. */
ALN_API const double *aln_named_start(const struct aln_problem *p);

#ifdef __cplusplus
}
#endif

#endif

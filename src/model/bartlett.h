/* Overlaps of Gaussian vectors, drawn exactly without the vectors. */
#ifndef ALIGNODE_MODEL_BARTLETT_H
#define ALIGNODE_MODEL_BARTLETT_H

#include "alignode/problem.h"
#include "alignode/random.h"

/* Bartlett's decomposition: A, lower triangular, such that A A^T is distributed as the Gram matrix
 * of Gaussian N-vectors. Row i has `before` normal coordinates along directions already in use,
 * then i normals, then one chi of the remaining dimensions.
 * Returned: A (rows x (before + rows)) */
void aln_bartlett_draw(struct aln_stream *s, uint64_t N, size_t before, size_t rows, double *A);

/* Q and R, in block i of the inputs, of student vectors with coordinates B and deviation `student`, and teacher vectors with
 * coordinates A and deviation `teacher`.
 * Given:   A (M x M), B (K x (M + K)), M at most p->M
 * Changed: state */
void aln_bartlett_student(const struct aln_problem *p, size_t i, size_t M, double student,
                          double teacher, const double *A, const double *B, double *state);

#endif

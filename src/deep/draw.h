/* Random matrices, for feedback and initial weights. */
#ifndef ALIGNODE_DEEP_DRAW_H
#define ALIGNODE_DEEP_DRAW_H

#include "alignode/random.h"
#include "alignode/status.h"

/* x[n] = scale times draws from the distribution: N(0,1), U(-1,1) or +-1. */
void aln_draw_entries(struct aln_stream *stream, enum aln_distribution distribution, double scale,
                      size_t n, double *x);

/* scale times a random matrix with orthonormal columns, or rows if they are fewer, distributed
 * invariantly under rotations.
 * Returned: A (rows x cols)
 * Status:   ALN_MEMORY */
enum aln_status aln_draw_orthonormal(struct aln_stream *stream, size_t rows, size_t cols,
                                     double scale, double *A);

#endif

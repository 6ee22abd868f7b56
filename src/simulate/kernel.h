/* The passes over N-dimensional vectors that online SGD consists of, for vectors in double or in single
 * precision.
 *
 * Rows are `stride` numbers apart, n is a multiple of the numbers in a 64-byte line, every row begins on
 * such a line. Each sum is computed as partial sums, one for each number of a line, added in a fixed order. */
#ifndef ALIGNODE_SIMULATE_KERNEL_H
#define ALIGNODE_SIMULATE_KERNEL_H

#include <stddef.h>

#include "base/isa.h"

#define ALN_KERNEL_LANES 8 /* doubles in a line */

struct aln_kernel {
    size_t lanes, bytes; /* numbers in a line, size of a number */
    /* sum[r] += W_r . x, r < rows; in single precision partial sums are, too.
     * Given: W (rows x n), x[n] */
    void (*dot)(size_t rows, size_t n, const void *W, size_t stride, const void *x, double *sum);
    /* The same, products and sums always in double precision. */
    void (*overlap)(size_t rows, size_t n, const void *W, size_t stride, const void *x,
                    double *sum);
    /* W_r <- keep W_r - c_r x, r < rows.  Given: c[rows], x[n] */
    void (*update)(size_t rows, size_t n, double keep, const double *c, const void *x, void *W,
                   size_t stride);
    /* update() by `before`, then dot() with x, in one pass: the same numbers. */
    void (*step)(size_t rows, size_t n, double keep, const double *c, const void *before, void *W,
                 size_t stride, const void *x, double *sum);
};

/* For doubles, and for floats. */
extern const struct aln_kernel aln_kernels[ALN_ISA_COUNT];
extern const struct aln_kernel aln_kernels_single[ALN_ISA_COUNT];

#endif

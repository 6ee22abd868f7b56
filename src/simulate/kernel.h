/* The two passes over N-dimensional vectors that online SGD consists of.
 *
 * Rows are `stride` numbers apart, n is a multiple of ALN_KERNEL_LANES, every row begins on a
 * 64-byte boundary. Each sum is computed as eight partial sums, added in a fixed order. */
#ifndef ALIGNODE_SIMULATE_KERNEL_H
#define ALIGNODE_SIMULATE_KERNEL_H

#include <stddef.h>

#include "base/isa.h"

#define ALN_KERNEL_LANES 8

struct aln_kernel {
    /* sum[r] += W_r . x, r < rows.  Given: W (rows x n), x[n] */
    void (*dot)(size_t rows, size_t n, const double *W, size_t stride, const double *x,
                double *sum);
    /* W_r <- keep W_r - c_r x, r < rows.  Given: c[rows], x[n] */
    void (*update)(size_t rows, size_t n, double keep, const double *c, const double *x, double *W,
                   size_t stride);
};

extern const struct aln_kernel aln_kernels[ALN_ISA_COUNT];

#endif

/* The two products of a direct convolution (conv_direct.c), for each instruction set. */
#ifndef ALIGNODE_DEEP_CONV_KERNEL_H
#define ALIGNODE_DEEP_CONV_KERNEL_H

#include "deep/real.h"

enum {
    ALN_CONV_ROWS = 8,                        /* rows of a block of packed weights */
    ALN_CONV_LANES = (int)(64 / sizeof(real)) /* numbers computed at once */
};

struct aln_conv_kernel {
    /* out[r, n] = sum over q of A[q, r] x[offset[q] + n], in the order of q, for n = 0 .. N-1.
     * Given:    offset[count]; A (count x ALN_CONV_ROWS); x, readable up to N rounded up to whole
     *           lanes past the largest offset
     * Returned: out (ALN_CONV_ROWS x pitch); up to N rounded up to whole lanes is written */
    void (*multiply)(size_t count, const size_t *offset, const real *A, const real *x, size_t N,
                     size_t pitch, real *out);
    /* T[r, q] += sum over n < N of d[r, n] x[offset[q] + n]: lane n % ALN_CONV_LANES in the order of
     * n, then the halves of the lanes one onto the other.
     * Given:    d (rows x pitch), zero from N up to whole lanes; x, offset[count] as above
     * Changed:  T (rows x count) */
    void (*correlate)(size_t rows, size_t count, const size_t *offset, const real *d, size_t pitch,
                      const real *x, size_t N, real *T);
};

extern const struct aln_conv_kernel ALN_REAL(aln_conv_kernels)[ALN_ISA_COUNT];

#endif

/* Sums of products, for each instruction set: the two forms that layers are made of. Rows of x lie
 * anywhere: offset[q] is where row q begins. */
#ifndef ALIGNODE_DEEP_PRODUCT_KERNEL_H
#define ALIGNODE_DEEP_PRODUCT_KERNEL_H

#include "deep/real.h"

enum { ALN_PRODUCT_LANES = (int)(64 / sizeof(real)), ALN_PRODUCT_STRIP = 64 * ALN_PRODUCT_LANES };

/* out[r, n] <- keep out[r, n] + scale (sum over q < terms of A[r, q] x[offset[q] + n]) */
struct aln_multiply {
    size_t rows, terms, length; /* length: n < length */
    const real *A;              /* A[r, q] is number r down + q along */
    size_t down, along;
    const real *x;
    const size_t *offset;
    real scale, keep; /* if keep is 0, out is not read */
    real *out;
    size_t pitch; /* from row to row of out */
};

/* sums[q, r] <- sums[q, r] + sum over n < length of d[r, n] x[offset[q] + n] */
struct aln_correlate {
    size_t rows, terms, length;
    const real *d;
    size_t pitch; /* from row to row of d */
    const real *x;
    const size_t *offset;
    real *sums;
    size_t along; /* from row to row of sums */
};

/* All variants give the same bits. Sums are chains of fused multiply-adds: of multiply() in the order
 * of q, then fma(scale, sum, keep out). correlate() adds strips of ALN_PRODUCT_STRIP numbers, one
 * after the other; in each there is a chain for every lane, n % ALN_PRODUCT_LANES, in the order of n,
 * and then the halves of the lanes are added one onto the other. */
struct aln_product_kernel {
    void (*multiply)(const struct aln_multiply *m);
    void (*correlate)(const struct aln_correlate *c);
};

extern const struct aln_product_kernel ALN_REAL(aln_product_plain), ALN_REAL(aln_product_avx2),
    ALN_REAL(aln_product_avx512);

/* Those of an instruction set. */
static inline const struct aln_product_kernel *aln_product_kernel(enum aln_isa isa)
{
#if ALN_ISA_X86
    return isa == ALN_ISA_AVX512 ? &ALN_REAL(aln_product_avx512)
           : isa == ALN_ISA_AVX2 ? &ALN_REAL(aln_product_avx2)
                                 : &ALN_REAL(aln_product_plain);
#else
    (void)isa;
    return &ALN_REAL(aln_product_plain);
#endif
}

#endif

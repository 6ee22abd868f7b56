/* The products of matrices that layers are made of, row-major: by the kernels of product_kernel.h
 * where the machine has AVX2 or AVX-512, with the same bits by both, and by OpenBLAS elsewhere. */
#ifndef ALIGNODE_DEEP_PRODUCT_H
#define ALIGNODE_DEEP_PRODUCT_H

#include "deep/real.h"

/* Numbers that `work` of the functions below takes for up to `most` rows of X. */
size_t ALN_REAL(aln_product_work)(size_t most);

/* C <- C + X A^T
 * Given: A (rows x length), X (terms x length), C (terms x rows) */
void ALN_REAL(aln_product_dots)(size_t rows, size_t terms, size_t length, const real *A,
                                const real *X, real *C, real *work);

/* C <- keep C + scale A X, or with A^T in place of A; if keep is 0, C is not read.
 * Given: A (rows x terms, or terms x rows), X (terms x length), C (rows x length) */
void ALN_REAL(aln_product_mix)(bool transposed, size_t rows, size_t terms, size_t length,
                               real scale, const real *A, const real *X, real keep, real *C,
                               real *work);

#endif

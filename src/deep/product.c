#include "deep/product.h"

#include <string.h>

#include "base/interrupt.h"
#include "deep/product_kernel.h"

size_t ALN_REAL(aln_product_work)(size_t most)
{
    return most * (sizeof(size_t) / sizeof(real));
}

/* Where the rows of X begin.  Returned: work (terms) */
static const size_t *begins(size_t terms, size_t length, real *work)
{
    size_t *offset = (size_t *)(void *)work;
    for (size_t q = 0; q < terms; q++)
        offset[q] = q * length;
    return offset;
}

/* Rows i .. i+count-1 of X, and of C. */
static void dots(enum aln_isa isa, size_t rows, size_t count, size_t length, const real *A,
                 const real *X, real *C, real *work)
{
    if (isa == ALN_ISA_PLAIN)
        aln_gemm('N', 'T', count, rows, length, 1, X, length, A, length, 1, C, rows);
    else
        aln_product_kernel(isa)->correlate(&(struct aln_correlate){
            rows, count, length, A, length, X, begins(count, length, work), C, rows});
}

void ALN_REAL(aln_product_dots)(size_t rows, size_t terms, size_t length, const real *A,
                                const real *X, real *C, real *work)
{
    const enum aln_isa isa = aln_isa_best();
    for (size_t i = 0, count; i < terms; i += count) {
        count = aln_product_piece(terms - i, (double)rows * (double)length);
        if (count < terms && aln_interrupted())
            return;
        dots(isa, rows, count, length, A, X + i * length, C + i * rows, work);
    }
}

void ALN_REAL(aln_product_mix)(bool transposed, size_t rows, size_t terms, size_t length,
                               real scale, const real *A, const real *X, real keep, real *C,
                               real *work)
{
    const enum aln_isa isa = aln_isa_best();
    const size_t down = transposed ? 1 : terms, along = transposed ? rows : 1;
    if (isa == ALN_ISA_PLAIN && keep == 0) { /* OpenBLAS takes several times as long to clear it */
        memset(C, 0, rows * length * sizeof *C);
        keep = 1;
    }
    for (size_t i = 0, count; i < rows; i += count, A += count * down, C += count * length) {
        count = aln_product_piece(rows - i, (double)terms * (double)length);
        if (count < rows && aln_interrupted())
            return;
        if (isa == ALN_ISA_PLAIN)
            aln_gemm(transposed ? 'T' : 'N', 'N', count, length, terms, scale, A,
                     transposed ? rows : terms, X, length, keep, C, length);
        else
            aln_product_kernel(isa)->multiply(
                &(struct aln_multiply){count, terms, length, A, down, along, X,
                                       begins(terms, length, work), scale, keep, C, length});
    }
}

/* OpenBLAS, by its Fortran names. It is opened when the first network is created, not linked: linked,
 * it starts a thread for every processor as soon as the program is loaded, and where address space is
 * limited it retries for ever. */
#ifndef ALIGNODE_DEEP_BLAS_H
#define ALIGNODE_DEEP_BLAS_H

#include <stddef.h>

#include "alignode/status.h"

/* C <- alpha op(A) op(B) + beta C, column-major */
extern struct aln_blas {
    void (*sgemm)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                  const float *alpha, const float *A, const int *lda, const float *B,
                  const int *ldb, const float *beta, float *C, const int *ldc);
    void (*dgemm)(const char *transa, const char *transb, const int *m, const int *n, const int *k,
                  const double *alpha, const double *A, const int *lda, const double *B,
                  const int *ldb, const double *beta, double *C, const int *ldc);
} aln_blas;

/* A large product is computed in pieces of rows or columns, between which a stop request is noticed; every
 * entry is the same sum as in the whole product.
 * Given:    left  rows that are still to do; each  multiply-adds of one
 * Returned: how many of them the next piece has: all if they are quickly done */
size_t aln_product_piece(size_t left, double each);

/* C <- alpha op(A) op(B) + beta C, row-major; op is 'N', the matrix itself, or 'T', its transpose.
 * The forward and backward passes always accumulate, C <- C + A B, and clear C with memset first if
 * necessary: OpenBLAS (beta = 0) takes several times as long to clear it. A large product ends early
 * on a stop request (base/interrupt.h).
 * Given: op(A) (m x k), op(B) (k x n), C (m x n); lda, ldb, ldc, the lengths of a row in memory */
void aln_gemm_single(char op_A, char op_B, size_t m, size_t n, size_t k, float alpha,
                     const float *A, size_t lda, const float *B, size_t ldb, float beta, float *C,
                     size_t ldc);
void aln_gemm_double(char op_A, char op_B, size_t m, size_t n, size_t k, double alpha,
                     const double *A, size_t lda, const double *B, size_t ldb, double beta,
                     double *C, size_t ldc);

/* Makes aln_blas ready for use by so many threads at once; every thread multiplies by itself.
 * Status: ALN_FILE (no such library), ALN_MEMORY (no address space for its buffers, for which it
 *         would wait for ever) */
enum aln_status aln_blas_open(size_t threads);

/* Around work in a process that may use OpenBLAS for itself, as numpy does: its number of threads is
 * one meanwhile and afterwards what it was. Any number of threads may hold it; each releases it. */
void aln_blas_hold(void);
void aln_blas_release(void);

#endif

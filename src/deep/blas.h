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

/* Makes aln_blas ready for use by so many threads at once; every thread multiplies by itself.
 * Status: ALN_FILE (no such library), ALN_MEMORY (no address space for its buffers, for which it
 *         would wait for ever) */
enum aln_status aln_blas_open(size_t threads);

/* Around work in a process that may use OpenBLAS for itself, as numpy does: its number of threads is
 * one meanwhile and afterwards what it was. Any number of threads may hold it; each releases it. */
void aln_blas_hold(void);
void aln_blas_release(void);

#endif

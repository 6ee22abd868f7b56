/* Eigenvalues and singular values by GSL, whose routines cannot be interrupted: those of large matrices are
 * computed on a thread of their own, which a stop request (base/interrupt.h) leaves behind. The numbers
 * are the same either way. */
#ifndef ALIGNODE_MODEL_EIGEN_H
#define ALIGNODE_MODEL_EIGEN_H

#include <gsl/gsl_matrix.h>
#include <gsl/gsl_vector.h>
#include <stddef.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_eigen_kind {
    ALN_EIGEN_VALUES,  /* of a symmetric matrix, whose lower triangle is read */
    ALN_EIGEN_VECTORS, /* with its eigenvectors */
    ALN_EIGEN_GENERAL, /* eigenvalues and right eigenvectors of any real matrix, without balancing */
    ALN_EIGEN_SINGULAR /* A = U S V^T */
};

/* One matrix after the other. */
struct aln_eigen {
    gsl_matrix *A;               /* n x n, yours to fill; afterwards U, or undefined */
    gsl_vector *values;          /* n: symmetric, in no order; singular, largest first; else NULL */
    gsl_matrix *vectors;         /* n x n, as columns: symmetric; V; else NULL */
    gsl_vector_complex *complex; /* n: general; else NULL */
    gsl_matrix_complex *modes;   /* n x n, as columns: general; else NULL */
    struct aln_eigen_work *work;
};

/* Status: ALN_MEMORY.  Returned: *out  also after a failure; aln_eigen_free() */
enum aln_status aln_eigen_create(struct aln_eigen **out, enum aln_eigen_kind kind, size_t n);

void aln_eigen_free(struct aln_eigen *e);

/* Given:  (*e)->A
 * Status: ALN_NUMERIC (GSL found none); ALN_STOPPED, also each time afterwards: *e is NULL then */
enum aln_status aln_eigen_solve(struct aln_eigen **e);

#ifdef __cplusplus
}
#endif

#endif

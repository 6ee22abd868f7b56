/* Checks that the overlaps form a covariance matrix. */
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "model/params_table.h"

/* C is singular once the student has found its teacher, and integration errors make its smallest
 * eigenvalue slightly negative: in runs to t = 1e5, down to -4e-3 ode.rtol times the trace
 * (2.5e-12, 3.6e-9, 2.3e-7 of it at rtol 1e-9, 1e-6, 1e-4). A start may be as indefinite as the run
 * itself makes its states, with a margin of 5, so that it can continue from its own rows; more would be
 * a start that no weights have. */
#define INTEGRATION 2e-2  /* of ode.rtol */
#define ROUNDING    1e-12 /* matrices at full precision, and the rounding that a chain adds up */

enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at)
{
    enum aln_status status = ALN_OK;
    const double *Q = p->problem.overlaps.Q.a, *R = p->problem.overlaps.R.a;
    const double *T = p->problem.overlaps.T.a;
    size_t K = p->problem.student.units, M = p->problem.teacher.units, P = K + M;
    gsl_set_error_handler_off(); /* the default handler aborts the process */
    gsl_matrix *C = gsl_matrix_alloc(P, P);
    gsl_vector *eigenvalues = gsl_vector_alloc(P);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(P);
    if (C == NULL || eigenvalues == NULL || work == NULL) {
        status = aln_raise(ALN_MEMORY, "problem.overlaps: out of memory");
        goto out;
    }
    double largest = 0, trace = 0;
    for (size_t a = 0; a < P; a++) {
        for (size_t b = a; b < P; b++) {
            double c = b < K ? Q[a * K + b] : a < K ? R[a * M + b - K] : T[(a - K) * M + b - K];
            gsl_matrix_set(C, a, b, c);
            gsl_matrix_set(C, b, a, c);
            largest = fmax(largest, fabs(c));
        }
    }
    for (size_t i = 0; i < P * P && largest > 0; i++)
        C->data[i] /= largest; /* this cannot overflow; 1 / largest may */
    for (size_t a = 0; a < P; a++)
        trace += gsl_matrix_get(C, a, a);
    gsl_eigen_symm(C, eigenvalues, work);
    double least = gsl_vector_min(eigenvalues);
    double margin = fmax(ROUNDING, INTEGRATION * p->ode.rtol);
    if (!(least >= -margin * trace))
        status = aln_tree_raise(at,
                                "problem.overlaps: expected [[Q, R], [R^T, T]] to be positive "
                                "semi-definite within %.2g of its trace (for ode.rtol %g), but its "
                                "smallest eigenvalue is %.3g",
                                margin, p->ode.rtol, least * largest);
out:
    gsl_eigen_symm_free(work);
    gsl_vector_free(eigenvalues);
    gsl_matrix_free(C);
    return status;
}

/* Checks that the overlaps form a covariance matrix. */
#include <math.h>
#include <stdlib.h>

#include "model/eigen.h"
#include "model/params_table.h"

/* C is singular once the student has found its teacher, and integration errors make its smallest
 * eigenvalue slightly negative: in runs to t = 1e5, down to -4e-3 ode.rtol times the trace
 * (2.5e-12, 3.6e-9, 2.3e-7 of it at rtol 1e-9, 1e-6, 1e-4). A start may be as indefinite as the run
 * itself makes its states, with a margin of 5, so that it can continue from its own rows; more would be
 * a start that no weights have. */
#define INTEGRATION 2e-2  /* of ode.rtol */
#define ROUNDING    1e-12 /* matrices at full precision, and the rounding that a chain adds up */

struct spectrum {
    double least, trace, largest; /* of C/largest */
};

/* Given: C (P x P, symmetric).  Returned: of */
static enum aln_status find_spectrum(size_t P, const double *C, struct spectrum *of)
{
    struct aln_eigen *e;
    enum aln_status status = aln_eigen_create(&e, ALN_EIGEN_VALUES, P);
    *of = (struct spectrum){0, 0, 0};
    for (size_t i = 0; i < P * P && status == ALN_OK; i++)
        of->largest = fmax(of->largest, fabs(C[i]));
    for (size_t i = 0; i < P * P && status == ALN_OK;
         i++) /* this cannot overflow; 1 / largest may */
        e->A->data[i] = of->largest > 0 ? C[i] / of->largest : C[i];
    for (size_t a = 0; a < P && status == ALN_OK; a++)
        of->trace += e->A->data[a * (P + 1)];
    if (status == ALN_OK)
        status = aln_eigen_solve(&e);
    if (status == ALN_OK)
        of->least = gsl_vector_min(e->values);
    aln_eigen_free(e);
    return status;
}

static double margin_of(const struct aln_params *p)
{
    return fmax(ROUNDING, INTEGRATION * p->ode.rtol);
}

enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at)
{
    return aln_params_check_overlaps(p, p->problem.overlaps.Q.a, p->problem.overlaps.R.a,
                                     p->problem.overlaps.T.a, at);
}

enum aln_status aln_params_check_overlaps(const struct aln_params *p, const double *Q,
                                          const double *R, const double *T,
                                          const struct aln_place *at)
{
    const size_t K = p->problem.student.units, M = p->problem.teacher.units, P = K + M;
    double *C = malloc(P * P * sizeof *C);
    struct spectrum of;
    if (C == NULL)
        return aln_raise(ALN_MEMORY, "problem.overlaps: out of memory");
    for (size_t a = 0; a < P; a++)
        for (size_t b = a; b < P; b++)
            C[a * P + b] = C[b * P + a] = b < K   ? Q[a * K + b]
                                          : a < K ? R[a * M + b - K]
                                                  : T[(a - K) * M + b - K];
    enum aln_status status = find_spectrum(P, C, &of);
    if (status == ALN_OK && !(of.least >= -margin_of(p) * of.trace))
        status = aln_tree_raise(at,
                                "problem.overlaps: expected [[Q, R], [R^T, T]] to be positive "
                                "semi-definite within %.2g of its trace (for ode.rtol %g), but its "
                                "smallest eigenvalue is %.3g",
                                margin_of(p), p->ode.rtol, of.least * of.largest);
    free(C);
    return status;
}

enum aln_status aln_params_check_phi(const struct aln_params *params, const struct aln_problem *p,
                                     const double *state)
{
    const size_t P = p->K + p->M;
    double *C = malloc(P * P * sizeof *C);
    struct spectrum of;
    if (C == NULL)
        return aln_raise(ALN_MEMORY, "learning.feedback.matrix: out of memory");
    aln_problem_covariance(p, state, C);
    enum aln_status status = find_spectrum(P, C, &of);
    if (status == ALN_OK && !(of.least >= -margin_of(params) * of.trace))
        status = aln_raise(ALN_USAGE,
                           "learning.feedback.matrix: with rule %s it is W1 Phi/N, and Phi's "
                           "entries have learning.feedback.std %g: expected the covariance of all "
                           "fields, Phi's included, to be positive semi-definite, but its smallest "
                           "eigenvalue is %.3g",
                           p->rule->id.name, params->learning.feedback.std, of.least * of.largest);
    free(C);
    return status;
}

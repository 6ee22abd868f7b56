/* Effective rank of signals. */
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

#include "base/failure.h"
#include "deep/measure/meter.h"

/* exp of the entropy of the singular values over their sum, from their squares; squares below the
 * round-off of the largest one count as zero. */
static double rank_of_squares(const gsl_vector *squares)
{
    const double least = (double)squares->size * 0x1p-52 * gsl_vector_max(squares);
    double sum = 0, entropy = 0;
    for (size_t i = 0; i < squares->size; i++)
        if (gsl_vector_get(squares, i) > least)
            sum += sqrt(gsl_vector_get(squares, i));
    for (size_t i = 0; i < squares->size && sum > 0; i++)
        if (gsl_vector_get(squares, i) > least) {
            const double p = sqrt(gsl_vector_get(squares, i)) / sum;
            entropy -= p * log(p);
        }
    return sum > 0 ? exp(entropy) : NAN;
}

/* Given:  second  the lower triangle of a sum of da da^T, n x n
 * Status: ALN_MEMORY */
static enum aln_status effective_rank(size_t n, const double *second, double *out)
{
    gsl_matrix *S = gsl_matrix_alloc(n, n);
    gsl_vector *squares = gsl_vector_alloc(n);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(n);
    enum aln_status status = ALN_OK;
    *out = NAN;
    if (S == NULL || squares == NULL || work == NULL) {
        status = aln_raise_memory("singular values");
    } else {
        memcpy(S->data, second, n * n * sizeof *second);
        if (gsl_eigen_symm(S, squares, work) == GSL_SUCCESS)
            *out = rank_of_squares(squares);
    }
    gsl_eigen_symm_free(work);
    gsl_vector_free(squares);
    gsl_matrix_free(S);
    return status;
}

enum aln_status aln_meter_fill_rank(struct aln_meter *m, size_t set, double *value)
{
    const size_t hidden = m->depth - 1;
    enum aln_status status = ALN_OK;
    (void)set;
    gsl_set_error_handler_off();
    for (size_t k = 0; k < 2; k++) {
        const double *second = m->second[k];
        for (size_t l = 1; l <= hidden && status == ALN_OK; l++) {
            const size_t n = aln_network_units(m->net, l);
            status = effective_rank(n, second, &value[k * hidden + l - 1]);
            second += n * n;
        }
    }
    return status;
}

/* Effective rank of signals. */
#include <math.h>
#include <string.h>

#include "deep/measure/meter.h"
#include "model/eigen.h"

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
 * Status: ALN_MEMORY, ALN_STOPPED */
static enum aln_status effective_rank(size_t n, const double *second, double *out)
{
    struct aln_eigen *e;
    enum aln_status status = aln_eigen_create(&e, ALN_EIGEN_VALUES, n);
    *out = NAN;
    if (status == ALN_OK) {
        memcpy(e->A->data, second, n * n * sizeof *second);
        status = aln_eigen_solve(&e);
    }
    if (status == ALN_OK)
        *out = rank_of_squares(e->values);
    aln_eigen_free(e);
    return status == ALN_NUMERIC ? ALN_OK : status;
}

enum aln_status aln_meter_fill_rank(struct aln_meter *m, size_t set, double *value)
{
    const size_t hidden = m->depth - 1;
    enum aln_status status = ALN_OK;
    (void)set;
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

#include "model/erf_sum.h"

#include <math.h>

#include "base/interrupt.h"
#include "model/activation_rows.h"
#include "model/asin.h"

#define TWO_OVER_PI ALN_ERF_TWO_OVER_PI

enum { TERMS = ALN_ERF_TERMS };

double aln_erf_sum_g(const struct aln_erf_sum *g, double x)
{
    double sum = g->constant;
    for (size_t j = 0; j < TERMS; j++)
        sum += g->a[j] * aln_erf_g(g->b[j] * x);
    return sum;
}

double aln_erf_sum_dg(const struct aln_erf_sum *g, double x)
{
    double sum = 0;
    for (size_t j = 0; j < TERMS; j++)
        sum += g->a[j] * g->b[j] * aln_erf_dg(g->b[j] * x);
    return sum;
}

/* ---- two fields ---- */

/* b_j/sqrt(1 + b_j^2 c) */
static void normalise(const struct aln_erf_sum *g, double c, double *out)
{
    for (size_t j = 0; j < TERMS; j++)
        out[j] = g->b[j] / sqrt(1 + g->b[j] * g->b[j] * c);
}

double aln_erf_sum_I2(const struct aln_erf_sum *g, double caa, double cbb, double cab)
{
    double na[TERMS], nb[TERMS], term[TERMS], sum = 0;
    normalise(g, caa, na);
    normalise(g, cbb, nb);
    for (size_t i = 0; i < TERMS; i++) {
        for (size_t j = 0; j < TERMS; j++)
            term[j] = g->a[i] * g->a[j] * aln_asin(cab * (na[i] * nb[j]));
        for (size_t j = 0; j < TERMS; j++)
            sum += term[j];
    }
    return g->constant * g->constant + TWO_OVER_PI * sum;
}

/* sum_ij weight_i a_j b_j/sqrt det_ij, det_ij = (1 + b_i^2 c_kk)(1 + b_j^2 c_ll) - (b_i b_j c_kl)^2
 * as in erf.c. */
static double sum_pairs(const struct aln_erf_sum *g, const double *weight, double ckk, double cll,
                        double ckl)
{
    double square[TERMS], term[TERMS], D = ckk * cll - ckl * ckl, sum = 0;
    for (size_t j = 0; j < TERMS; j++)
        square[j] = g->b[j] * g->b[j];
    for (size_t i = 0; i < TERMS; i++) {
        const double k = 1 + square[i] * ckk, l = cll + square[i] * D;
        for (size_t j = 0; j < TERMS; j++)
            term[j] = weight[i] * (g->a[j] * g->b[j]) / sqrt(k + square[j] * l);
        for (size_t j = 0; j < TERMS; j++)
            sum += term[j];
    }
    return TWO_OVER_PI * sum;
}

double aln_erf_sum_J2(const struct aln_erf_sum *g, double ckk, double cll, double ckl)
{
    double weight[TERMS];
    for (size_t i = 0; i < TERMS; i++)
        weight[i] = g->a[i] * g->b[i];
    return sum_pairs(g, weight, ckk, cll, ckl);
}

double aln_erf_sum_A2(const struct aln_erf_sum *g, double ckk, double caa, double cka)
{
    double weight[TERMS];
    for (size_t i = 0; i < TERMS; i++) {
        const double square = g->b[i] * g->b[i];
        weight[i] = g->a[i] * g->b[i] * square / (1 + square * ckk);
    }
    return -cka * sum_pairs(g, weight, ckk, caa, cka);
}

/* ---- four fields ---- */

/* Vectors of a field, and numbers of a vector at most (src/model/erf_sum_kernel.c); both are aligned. */
enum { OF_FIELD = 6 + TERMS, MOST_LANES = 8, ALIGNMENT = 8 };

size_t aln_erf_sum_I4_work(size_t P, size_t K)
{
    (void)K;
    return P * OF_FIELD * MOST_LANES + ALIGNMENT;
}

size_t aln_erf_sum_slope_work(size_t P, size_t K)
{
    return aln_erf_sum_I4_work(P, K) + 2 * P * P * MOST_LANES;
}

const aln_erf_sum_kernel aln_erf_sum_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = aln_erf_sum_contract_plain,
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = aln_erf_sum_contract_avx2,
    [ALN_ISA_AVX512] = aln_erf_sum_contract_avx512,
#endif
};

const aln_erf_sum_slope_kernel aln_erf_sum_slope_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = aln_erf_sum_expand_plain,
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = aln_erf_sum_expand_avx2,
    [ALN_ISA_AVX512] = aln_erf_sum_expand_avx512,
#endif
};

/* ---- the constant ---- */

/* What the constant adds: <g'(k) g'(l)> times its square and the sums of both rows of U. */
static double constant_part(const struct aln_erf_sum *g, size_t P, const double *C, const double *U,
                            size_t k, size_t l)
{
    double u = 0, v = 0;
    for (size_t a = 0; a < P; a++) {
        u += g->constant * U[k * P + a];
        v += g->constant * U[l * P + a];
    }
    return u * v * aln_erf_sum_J2(g, C[k * P + k], C[l * P + l], C[k * P + l]);
}

void aln_erf_sum_I4(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                    const double *U, double *out, double *work)
{
    aln_erf_sum_kernels[aln_isa_best()](g, P, K, C, U, out, work);
    for (size_t k = 0; k < K && !aln_interrupted(); k++)
        for (size_t l = k; l < K; l++) {
            if (g->constant != 0)
                out[k * K + l] += constant_part(g, P, C, U, k, l);
            out[l * K + k] = out[k * K + l];
        }
}

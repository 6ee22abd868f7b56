/* Averages of a constant plus a sum of error functions,
 *     g(x) = constant + sum_j a_j erf(b_j x/sqrt 2).
 * Each field becomes as many scaled copies b_j x of itself, with which the averages are sums of
 * erf's own; the constant meets only the parts of them that are even, as g - constant is odd. */
#ifndef ALIGNODE_MODEL_ERF_SUM_H
#define ALIGNODE_MODEL_ERF_SUM_H

#include <stddef.h>

#include "base/isa.h"

#define ALN_ERF_TWO_OVER_PI 0.63661977236758134308

enum { ALN_ERF_TERMS = 7 };

struct aln_erf_sum {
    double constant;
    double a[ALN_ERF_TERMS], b[ALN_ERF_TERMS];
};

double aln_erf_sum_g(const struct aln_erf_sum *g, double x);
double aln_erf_sum_dg(const struct aln_erf_sum *g, double x);

/* As the functions of struct aln_activation. */
double aln_erf_sum_I2(const struct aln_erf_sum *g, double caa, double cbb, double cab);
double aln_erf_sum_J2(const struct aln_erf_sum *g, double ckk, double cll, double ckl);
double aln_erf_sum_A2(const struct aln_erf_sum *g, double ckk, double caa, double cka);
size_t aln_erf_sum_I4_work(size_t P, size_t K);
void aln_erf_sum_I4(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                    const double *U, double *out, double *work);

/* The four-field average without the constant, compiled for each instruction set; out: k <= l. */
typedef void (*aln_erf_sum_kernel)(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                                   const double *U, double *out, double *work);
extern const aln_erf_sum_kernel aln_erf_sum_kernels[ALN_ISA_COUNT];

/* As I4_slope of struct aln_activation; part and slope: k <= l. */
typedef void (*aln_erf_sum_slope_kernel)(const struct aln_erf_sum *g, size_t P, size_t K,
                                         const double *C, const double *U, double *part,
                                         double *slope, double *work);
extern const aln_erf_sum_slope_kernel aln_erf_sum_slope_kernels[ALN_ISA_COUNT];

#define ALN_ERF_SUM_KERNELS(set)                                                                   \
    void aln_erf_sum_contract_##set(const struct aln_erf_sum *g, size_t P, size_t K,               \
                                    const double *C, const double *U, double *out, double *work);  \
    void aln_erf_sum_expand_##set(const struct aln_erf_sum *g, size_t P, size_t K,                 \
                                  const double *C, const double *U, double *part, double *slope,   \
                                  double *work);
ALN_ERF_SUM_KERNELS(plain)
#if ALN_ISA_X86
ALN_ERF_SUM_KERNELS(avx2)
ALN_ERF_SUM_KERNELS(avx512)
#endif

extern const struct aln_erf_sum aln_tanh_sum, aln_sigmoid_sum;

/* The averages of activation NAME, by those of aln_NAME_sum. */
#define ALN_ERF_SUM_AVERAGES(name)                                                                 \
    double aln_##name##_I2(double caa, double cbb, double cab)                                     \
    {                                                                                              \
        return aln_erf_sum_I2(&aln_##name##_sum, caa, cbb, cab);                                   \
    }                                                                                              \
    double aln_##name##_J2(double ckk, double cll, double ckl)                                     \
    {                                                                                              \
        return aln_erf_sum_J2(&aln_##name##_sum, ckk, cll, ckl);                                   \
    }                                                                                              \
    double aln_##name##_A2(double ckk, double caa, double cka)                                     \
    {                                                                                              \
        return aln_erf_sum_A2(&aln_##name##_sum, ckk, caa, cka);                                   \
    }                                                                                              \
    size_t aln_##name##_I4_work(size_t P, size_t K)                                                \
    {                                                                                              \
        return aln_erf_sum_I4_work(P, K);                                                          \
    }                                                                                              \
    void aln_##name##_I4(size_t P, size_t K, const double *C, const double *U, double *out,        \
                         double *work)                                                             \
    {                                                                                              \
        aln_erf_sum_I4(&aln_##name##_sum, P, K, C, U, out, work);                                  \
    }                                                                                              \
    void aln_##name##_I4_slope(size_t P, size_t K, const double *C, const double *U, double *part, \
                               double *slope, double *work)                                        \
    {                                                                                              \
        aln_erf_sum_slope_kernels[aln_isa_best()](&aln_##name##_sum, P, K, C, U, part, slope,      \
                                                  work);                                           \
    }

#endif

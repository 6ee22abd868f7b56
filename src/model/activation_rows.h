/* The activations, one row each; the rows generate the declarations below and the table in
 * src/model/activation.c. The functions of ROW(a, name, doc, source, properties) are in
 * src/model/a.c. */
#ifndef ALIGNODE_MODEL_ACTIVATION_ROWS_H
#define ALIGNODE_MODEL_ACTIVATION_ROWS_H

#include "alignode/activation.h"

#define ALN_ACTIVATION_ROWS(ROW)                                                                   \
    ROW(erf, "erf", "erf(x/sqrt 2)", "Saad & Solla, PRE 52 (1995) 4225", .odd = true,              \
        .linear_at_zero = true, .values = aln_erf_values, .slopes = aln_erf_slopes)                \
    ROW(linear, "linear", "x", "Wick's theorem", .odd = true, .linear_at_zero = true,              \
        .linear = true)                                                                            \
    ROW(quadratic, "quadratic", "x^2", "Wick's theorem", .odd = false, .polynomial = true)         \
    ROW(relu, "relu", "max(0, x)", "Cho & Saul, NeurIPS 2009; Plackett, Biometrika 41 (1954) 351", \
        .singular = true)                                                                          \
    ROW(tanh, "tanh", "tanh x",                                                                    \
        "Monahan & Stefanski, Handbook of the Logistic Distribution (1992)", .odd = true,          \
        .linear_at_zero = true, .error = 3.3e-8, ALN_ERF_SUM_SLOPE(tanh))                          \
    ROW(sigmoid, "sigmoid", "1/(1 + exp(-x))",                                                     \
        "Monahan & Stefanski, Handbook of the Logistic Distribution (1992)", .error = 1.65e-8,     \
        ALN_ERF_SUM_SLOPE(sigmoid))                                                                \
    ROW(leaky, "leaky-relu", "x for x > 0, else x/100", "Maas, Hannun & Ng, ICML 2013",            \
        .singular = true)

void aln_erf_values(size_t n, const double *x, double *out);
void aln_erf_slopes(size_t n, const double *x, double *out);

/* g and g' of n numbers, of any activation. */
void aln_activation_values(const struct aln_activation *a, size_t n, const double *x, double *out);
void aln_activation_slopes(const struct aln_activation *a, size_t n, const double *x, double *out);

/* Of sums of error functions: src/model/erf_sum.h. */
size_t aln_erf_sum_slope_work(size_t P, size_t K);
void aln_tanh_I4_slope(size_t P, size_t K, const double *C, const double *U, double *part,
                       double *slope, double *work);
void aln_sigmoid_I4_slope(size_t P, size_t K, const double *C, const double *U, double *part,
                          double *slope, double *work);
#define ALN_ERF_SUM_SLOPE(a) .I4_slope_work = aln_erf_sum_slope_work, .I4_slope = aln_##a##_I4_slope

#define ALN_ACTIVATION_DECLARE(a, ...)                                                             \
    double aln_##a##_g(double x);                                                                  \
    double aln_##a##_dg(double x);                                                                 \
    double aln_##a##_I2(double caa, double cbb, double cab);                                       \
    double aln_##a##_J2(double ckk, double cll, double ckl);                                       \
    double aln_##a##_A2(double ckk, double caa, double cka);                                       \
    size_t aln_##a##_I4_work(size_t P, size_t K);                                                  \
    void aln_##a##_I4(size_t P, size_t K, const double *C, const double *U, double *out,           \
                      double *work);
ALN_ACTIVATION_ROWS(ALN_ACTIVATION_DECLARE)

#endif

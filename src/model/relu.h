/* What relu shares with activations that bend at 0 as it does, and with vectors (relu_fields.h). */
#ifndef ALIGNODE_MODEL_RELU_H
#define ALIGNODE_MODEL_RELU_H

#include <float.h>
#include <stddef.h>

#include "base/isa.h"

#define ALN_RELU_PI 3.14159265358979323846

/* Fields with D_ab / (c_aa c_bb) below this are parallel within the round-off of covariances. */
#define ALN_RELU_PARALLEL (3 * DBL_EPSILON)

/* sqrt(c_aa c_bb - c_ab^2), 0 for fields that are parallel within the round-off of covariances. */
double aln_relu_root_D(double caa, double cbb, double cab);

/* <theta_k theta_l a_+ b_+>, any fields of covariance C (P x P); NaN for a unit without weights. */
double aln_relu_four_fields(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b);

/* ---- the integral over tau of four different fields, as in relu.c ---- */

/* What the integrand depends on besides tau, of numbers or vectors: with i in {k, l} and j in {a, b}
 * correlations r, 1 - r^2 as gap, r_ij' of the other pair without r_ij r_ij' as rest; sine and cosine of
 * a and b in their plane; the parts of tau s n and of the normals. */
#define ALN_RELU_INTEGRAND(number)                                                                 \
    number sin_theta, sin_phi, cos_phi, n, gap1, gap2, cj[2], sj[2], r[2][2], gap[2][2], rest[2],  \
        across[2][2], along[2][2]
struct aln_relu_integrand {
    ALN_RELU_INTEGRAND(double);
};

/* Node by node; as it is, the twin of the kernels, which have the same bits: of nodes in vectors, for each
 * instruction set. */
double aln_relu_integral(const struct aln_relu_integrand *q);
double aln_relu_integral_plain(const struct aln_relu_integrand *q);
#if ALN_ISA_X86
double aln_relu_integral_avx2(const struct aln_relu_integrand *q);
double aln_relu_integral_avx512(const struct aln_relu_integrand *q);
#endif

#endif

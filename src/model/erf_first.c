/* Nothing here may be reordered. erf, the exponential function and the arcsine of I2 are the C library's; formulas of I4
 * are explained in erf_pair.h. */
#include "model/erf_first.h"

#include <math.h>

#include "base/interrupt.h"

#define TWO_OVER_PI 0.63661977236758134308
#define SQRT_HALF   0.70710678118654752440
#define SQRT_2_PI   0.79788456080286535588 /* sqrt(2/pi) */

void aln_erf_first_values(size_t n, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = erf(SQRT_HALF * x[i]);
}

void aln_erf_first_slopes(size_t n, const double *x, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = SQRT_2_PI * exp(-0.5 * x[i] * x[i]);
}

double aln_erf_first_I2(double caa, double cbb, double cab)
{
    double x = cab / sqrt((1 + caa) * (1 + cbb));
    x = x > 1 ? 1 : x < -1 ? -1 : x; /* round-off; NaN stays NaN */
    return TWO_OVER_PI * asin(x);
}

static double det_B(double ckk, double cll, double ckl)
{
    return 1 + ckk + cll + (ckk * cll - ckl * ckl);
}

double aln_erf_first_J2(double ckk, double cll, double ckl)
{
    return TWO_OVER_PI / sqrt(det_B(ckk, cll, ckl));
}

double aln_erf_first_A2(double ckk, double caa, double cka)
{
    return -cka / (1 + ckk) * aln_erf_first_J2(ckk, caa, cka);
}

/* aln_asin_body() with the terms of its polynomial added up in another order. */
static double arcsine(double x)
{
    const double ax = fabs(x), above = 0.5 - 0.5 * ax;
    const bool far = ax > 0.5;
    const double z = far ? (above < 0 ? 0 : above) : ax * ax, s = far ? sqrt(z) : ax;
    const double z2 = z * z, z4 = z2 * z2;
    const double p0 = 0x1.55555555554cfp-3 + z * 0x1.3333333350865p-4;
    const double p2 = 0x1.6db6db52f0472p-5 + z * 0x1.f1c7279405c52p-6;
    const double p4 = 0x1.6e8a57b4bb9f6p-6 + z * 0x1.1c6692aa294f9p-6;
    const double p6 = 0x1.c75dd95d939a1p-7 + z * 0x1.8c7ba6a156babp-7;
    const double p8 = 0x1.be2b25105bbfdp-8 + z * 0x1.342f1cbd95e43p-6;
    const double p10 = -0x1.f0d79a390c5bfp-7 + z * 0x1.ff908c968d922p-6;
    const double p = (p0 + z2 * p2) + z4 * ((p4 + z2 * p6) + z4 * (p8 + z2 * p10));
    const double r = s + s * (z * p);
    return copysign(far ? 1.57079632679489661923 + (-2 * r + 6.123233995736766e-17) : r, x);
}

/* Of a pair (k, l): rows k and l of C, B^-1 of them, 1/sqrt(1 + S_aa). */
struct erf_first_pair {
    size_t k, l;
    double kk, kl, ll, det;
    const double *u, *v;
    double *p, *q, *n;
};

/* S_ab, which is p or q where a or b is k or l, and `general` elsewhere. */
static double schur(const struct erf_first_pair *pair, double general, size_t a, size_t b)
{
    return a == pair->k   ? pair->p[b]
           : a == pair->l ? pair->q[b]
           : b == pair->k ? pair->p[a]
           : b == pair->l ? pair->q[a]
                          : general;
}

static double contract_pair(size_t P, const double *C, const double *Uk, const double *Ul,
                            const struct erf_first_pair *pair)
{
    const double *u = pair->u, *v = pair->v, *p = pair->p, *q = pair->q;
    double sum = 0;
    for (size_t a = 0; a < P; a++) {
        pair->p[a] = (u[a] + (pair->ll * u[a] - pair->kl * v[a])) / pair->det;
        pair->q[a] = (v[a] + (pair->kk * v[a] - pair->kl * u[a])) / pair->det;
        const double S = C[a * P + a] - p[a] * u[a] - q[a] * v[a];
        pair->n[a] = 1 / sqrt(1 + schur(pair, S, a, a));
    }
    for (size_t a = 0; a < P; a++)
        for (size_t b = a; b < P; b++) {
            const double S = C[a * P + b] - p[a] * u[b] - q[a] * v[b];
            const double x = schur(pair, S, a, b) * pair->n[a] * pair->n[b];
            const double weight = (a == b ? 0.5 : 1) * (Uk[a] * Ul[b] + Uk[b] * Ul[a]);
            sum += weight * arcsine(x);
        }
    return TWO_OVER_PI * TWO_OVER_PI / sqrt(pair->det) * sum;
}

ALN_ERF_I4(aln_erf_first_I4)
{
    size_t number = 0; /* of a pair k <= l */
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K && !aln_interrupted(); l++, number++) {
            if (number / ALN_ERF_GROUP < begin || number / ALN_ERF_GROUP >= end)
                continue;
            struct erf_first_pair pair = {.k = k,
                                          .l = l,
                                          .kk = C[k * P + k],
                                          .kl = C[k * P + l],
                                          .ll = C[l * P + l],
                                          .u = C + k * P,
                                          .v = C + l * P,
                                          .p = work,
                                          .q = work + P,
                                          .n = work + 2 * P};
            pair.det = det_B(pair.kk, pair.ll, pair.kl);
            out[k * K + l] = out[l * K + k] = contract_pair(P, C, U + k * P, U + l * P, &pair);
        }
}

/* g(x) = erf(x/sqrt 2). With w_a = 1 + c_aa every average is a function of (w_k w_a - c_ka^2).
 * Source: Saad & Solla, PRE 52 (1995) 4225, eqs. for I2, I3, I4. */
#include "model/erf.h"

#include <math.h>

#include "base/team.h"
#include "model/activation_rows.h"
#include "model/asin.h"
#include "model/erf_first.h"
#include "model/erf_value.h"

#define TWO_OVER_PI 0.63661977236758134308

/* In the order of enum aln_isa. */
#if ALN_ISA_X86
#define BY_SET(name)                                                                               \
    {                                                                                              \
        name##_plain, name##_avx2, name##_avx512                                                   \
    }
#else
#define BY_SET(name)                                                                               \
    {                                                                                              \
        name##_plain                                                                               \
    }
#endif
const aln_erf_function aln_erf_value[ALN_ISA_COUNT] = BY_SET(aln_erf_value);
const aln_erf_function aln_erf_slope[ALN_ISA_COUNT] = BY_SET(aln_erf_slope);

void aln_erf_values(size_t n, const double *x, double *out)
{
    (aln_isa_first() ? aln_erf_first_values : aln_erf_value[aln_isa_best()])(n, x, out);
}

void aln_erf_slopes(size_t n, const double *x, double *out)
{
    (aln_isa_first() ? aln_erf_first_slopes : aln_erf_slope[aln_isa_best()])(n, x, out);
}

double aln_erf_g(double x)
{
    double g;
    (aln_isa_first() ? aln_erf_first_values : aln_erf_value_plain)(1, &x, &g);
    return g;
}

double aln_erf_dg(double x)
{
    double dg;
    (aln_isa_first() ? aln_erf_first_slopes : aln_erf_slope_plain)(1, &x, &dg);
    return dg;
}

#if ALN_ISA_X86
ALN_TARGET_AVX2_FMA static double asin_fma(double x)
{
    return aln_asin_body(true, x);
}
#else
#define asin_fma(x) aln_asin_body(ALN_ISA_PLAIN_FUSED, x)
#endif

double aln_asin(double x)
{
    return aln_isa_best() == ALN_ISA_PLAIN ? aln_asin_body(ALN_ISA_PLAIN_FUSED, x) : asin_fma(x);
}

double aln_erf_I2(double caa, double cbb, double cab)
{
    if (aln_isa_first())
        return aln_erf_first_I2(caa, cbb, cab);
    const double a = 1 / sqrt(1 + caa), b = 1 / sqrt(1 + cbb);
    return TWO_OVER_PI * aln_asin(cab * (a * b));
}

/* det(C_{kl,kl} + 1), without the products that cancel when the variances are large; symmetric. */
static double det_B(double ckk, double cll, double ckl)
{
    return 1 + (ckk + cll) + (ckk * cll - ckl * ckl);
}

double aln_erf_J2(double ckk, double cll, double ckl)
{
    if (aln_isa_first())
        return aln_erf_first_J2(ckk, cll, ckl);
    return TWO_OVER_PI / sqrt(det_B(ckk, cll, ckl));
}

double aln_erf_A2(double ckk, double caa, double cka)
{
    if (aln_isa_first())
        return aln_erf_first_A2(ckk, caa, cka);
    return -cka * (1 / (1 + ckk)) * aln_erf_J2(ckk, caa, cka);
}

/* ---- I4 ---- */

size_t aln_erf_I4_groups(size_t K)
{
    return (K * (K + 1) / 2 + ALN_ERF_GROUP - 1) / ALN_ERF_GROUP;
}

size_t aln_erf_I4_room(size_t P)
{
    enum { NUMBERS = 7, ALIGNMENT = 8 }; /* of a field, for each pair (erf_kernel.c) */
    return P * NUMBERS * ALN_ERF_GROUP + ALIGNMENT;
}

/* From so many units on, some 10 ms of them, groups are worth several threads: to wait for a thread whose
 * core is busy with something else takes milliseconds. */
#define TEAM_UNITS 64

size_t aln_erf_I4_work(size_t P, size_t K)
{
    return (K < TEAM_UNITS ? 1 : ALN_TEAM_MOST) * aln_erf_I4_room(P);
}

const aln_erf_I4_kernel aln_erf_I4_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = aln_erf_I4_kernel_plain,
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = aln_erf_I4_kernel_avx2,
    [ALN_ISA_AVX512] = aln_erf_I4_kernel_avx512,
#endif
};

static aln_erf_I4_kernel chosen_kernel(void)
{
    return aln_isa_first() ? aln_erf_first_I4 : aln_erf_I4_kernels[aln_isa_best()];
}

struct erf_contraction {
    size_t P, K;
    const double *C, *U;
    double *out, *work;
};

static void contract_group(void *context, size_t i, size_t worker)
{
    const struct erf_contraction *c = context;
    chosen_kernel()(c->P, c->K, c->C, c->U, i, i + 1, c->out,
                    c->work + worker * aln_erf_I4_room(c->P));
}

void aln_erf_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    struct erf_contraction all = {P, K, C, U, out, work};
    if (K < TEAM_UNITS)
        chosen_kernel()(P, K, C, U, 0, aln_erf_I4_groups(K), out, work);
    else
        aln_team_run(aln_erf_I4_groups(K), contract_group, &all);
}

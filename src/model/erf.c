/* g(x) = erf(x/sqrt 2). With w_a = 1 + c_aa every average is a function of (w_k w_a - c_ka^2).
 * Source: Saad & Solla, PRE 52 (1995) 4225, eqs. for I2, I3, I4. */
#include "model/erf.h"

/* gcc vectorises a conditional only if it may evaluate both sides, which can set floating-point
 * exception flags; nothing here reads them. Results are unchanged. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include <math.h>
#include <stdint.h>

#include "base/interrupt.h"
#include "base/team.h"
#include "model/activation_rows.h"
#include "model/asin.h"

#define TWO_OVER_PI 0.63661977236758134308
#define SQRT_HALF   0.70710678118654752440
#define SQRT_2_PI   0.79788456080286535588 /* sqrt(2/pi) */

double aln_erf_g(double x)
{
    return erf(SQRT_HALF * x);
}

double aln_erf_dg(double x)
{
    return SQRT_2_PI * exp(-0.5 * x * x);
}

double aln_erf_I2(double caa, double cbb, double cab)
{
    return TWO_OVER_PI * aln_asin(cab / sqrt((1 + caa) * (1 + cbb)));
}

/* det(C_{kl,kl} + 1), without the products that cancel when the variances are large. */
static double det_B(double ckk, double cll, double ckl)
{
    return 1 + ckk + cll + (ckk * cll - ckl * ckl);
}

double aln_erf_J2(double ckk, double cll, double ckl)
{
    return TWO_OVER_PI / sqrt(det_B(ckk, cll, ckl));
}

double aln_erf_A2(double ckk, double caa, double cka)
{
    return -cka * (1 / (1 + ckk)) * aln_erf_J2(ckk, caa, cka);
}

/* ---- I4 ----
 *
 * Eliminating the fields k and l, with B = C_{kl,kl} + 1 and S = C - C_{.,kl} B^-1 C_{kl,.}, gives
 *     I4(k,l,a,b) = (2/pi)^2 / sqrt(det B) asin( S_ab / sqrt((1 + S_aa)(1 + S_bb)) ).
 * Its sum with the weights U_ka U_lb is symmetric in (k,l), so pairs k <= l and a <= b suffice.
 * With (p, q)_b = B^-1 (c_kb, c_lb) the rows of k and l are S_kb = p_b and S_lb = q_b, as
 * B - C_{kl,kl} = 1; written like this, nothing cancels however large the variances are.
 *
 * Eight pairs (k,l) are computed at once, one in each lane of a vector. No sum runs across lanes,
 * so the result does not depend on the vector width of the processor. */

#define LANES     8
#define ALIGNMENT 64

/* The values of one field for the eight pairs. */
struct lanes {
    double u[LANES], v[LANES];   /* c_ka, c_la */
    double p[LANES], q[LANES];   /* B^-1 (c_ka, c_la) */
    double n[LANES];             /* 1 / sqrt(1 + S_aa) */
    double Uk[LANES], Ul[LANES]; /* U_ka, U_la */
};

size_t aln_erf_I4_groups(size_t K)
{
    return (K * (K + 1) / 2 + LANES - 1) / LANES;
}

size_t aln_erf_I4_room(size_t P)
{
    return (P * sizeof(struct lanes) + ALIGNMENT) / sizeof(double);
}

/* From so many units on, some 10 ms of them, groups are worth several threads: to wait for a thread whose
 * core is busy with something else takes milliseconds. */
#define TEAM_UNITS 64

size_t aln_erf_I4_work(size_t P, size_t K)
{
    return (K < TEAM_UNITS ? 1 : ALN_TEAM_MOST) * aln_erf_I4_room(P);
}

/* S_ab in lane j: `general` unless a or b is k or l. */
ALN_KERNEL_BODY double schur(double general, size_t a, size_t b, size_t k, size_t l,
                             const struct lanes *f, const struct lanes *g, size_t j)
{
    double s = general;
    s = b == l ? f->q[j] : s;
    s = b == k ? f->p[j] : s;
    s = a == l ? g->q[j] : s;
    s = a == k ? g->p[j] : s;
    return s;
}

/* The body that is compiled for each instruction set. */
ALN_KERNEL_BODY void contract(size_t P, size_t K, const double *C, const double *U, size_t begin,
                              size_t end, double *out, double *work)
{
    struct lanes *field =
        (struct lanes *)(((uintptr_t)work + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    size_t next_k = 0, next_l = begin * LANES;
    for (; next_l >= K - next_k; next_k++) /* row k has the pairs (k, k) to (k, K - 1) */
        next_l -= K - next_k;
    next_l += next_k;
    for (size_t group = begin; group < end && !aln_interrupted(); group++) {
        size_t k[LANES], l[LANES];
        double ckk[LANES], ckl[LANES], cll[LANES], det[LANES], sum[LANES] = {0};
        for (size_t j = 0; j < LANES; j++) {
            /* unused lanes at the end repeat the last pair */
            k[j] = j == 0 || next_k < K ? next_k : k[j - 1];
            l[j] = j == 0 || next_k < K ? next_l : l[j - 1];
            if (next_k < K && ++next_l == K)
                next_l = ++next_k;
            for (size_t a = 0; a < P; a++) {
                field[a].u[j] = C[k[j] * P + a];
                field[a].v[j] = C[l[j] * P + a];
                field[a].Uk[j] = U[k[j] * P + a];
                field[a].Ul[j] = U[l[j] * P + a];
            }
            ckk[j] = C[k[j] * P + k[j]];
            ckl[j] = C[k[j] * P + l[j]];
            cll[j] = C[l[j] * P + l[j]];
            det[j] = det_B(ckk[j], cll[j], ckl[j]);
        }
        double inverse[LANES];
        for (size_t j = 0; j < LANES; j++)
            inverse[j] = 1 / det[j];
        for (size_t a = 0; a < P; a++) {
            struct lanes *f = &field[a];
            double caa = C[a * P + a];
            for (size_t j = 0; j < LANES; j++) {
                f->p[j] = (f->u[j] + (cll[j] * f->u[j] - ckl[j] * f->v[j])) * inverse[j];
                f->q[j] = (f->v[j] + (ckk[j] * f->v[j] - ckl[j] * f->u[j])) * inverse[j];
                double s = caa - f->p[j] * f->u[j] - f->q[j] * f->v[j];
                f->n[j] = 1 / sqrt(1 + schur(s, a, a, k[j], l[j], f, f, j));
            }
        }
        for (size_t a = 0; a < P; a++) {
            const struct lanes f = field[a];
            for (size_t b = a; b < P; b++) {
                const struct lanes *g = &field[b];
                double cab = C[a * P + b], share = a == b ? 0.5 : 1;
                for (size_t j = 0; j < LANES; j++) {
                    double s = cab - f.p[j] * g->u[j] - f.q[j] * g->v[j];
                    double x = schur(s, a, b, k[j], l[j], &f, g, j) * f.n[j] * g->n[j];
                    double weight = share * (f.Uk[j] * g->Ul[j] + g->Uk[j] * f.Ul[j]);
                    sum[j] += weight * aln_asin(x);
                }
            }
        }
        for (size_t j = 0; j < LANES; j++)
            out[k[j] * K + l[j]] = out[l[j] * K + k[j]] =
                TWO_OVER_PI * TWO_OVER_PI / sqrt(det[j]) * sum[j];
    }
}

static void contract_plain(size_t P, size_t K, const double *C, const double *U, size_t begin,
                           size_t end, double *out, double *work)
{
    contract(P, K, C, U, begin, end, out, work);
}

#if ALN_ISA_X86
#define VARIANT(name, target)                                                                      \
    target static void name(size_t P, size_t K, const double *C, const double *U, size_t begin,    \
                            size_t end, double *out, double *work)                                 \
    {                                                                                              \
        contract(P, K, C, U, begin, end, out, work);                                               \
    }
VARIANT(contract_avx2, ALN_TARGET_AVX2)
VARIANT(contract_avx512, ALN_TARGET_AVX512)
#else
#define contract_avx2   contract_plain
#define contract_avx512 contract_plain
#endif

const aln_erf_I4_kernel aln_erf_I4_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = contract_plain,
    [ALN_ISA_AVX2] = contract_avx2,
    [ALN_ISA_AVX512] = contract_avx512,
};

struct erf_contraction {
    size_t P, K;
    const double *C, *U;
    double *out, *work;
};

static void contract_group(void *context, size_t i, size_t worker)
{
    const struct erf_contraction *c = context;
    aln_erf_I4_kernels[aln_isa_best()](c->P, c->K, c->C, c->U, i, i + 1, c->out,
                                       c->work + worker * aln_erf_I4_room(c->P));
}

void aln_erf_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    struct erf_contraction all = {P, K, C, U, out, work};
    if (K < TEAM_UNITS)
        aln_erf_I4_kernels[aln_isa_best()](P, K, C, U, 0, aln_erf_I4_groups(K), out, work);
    else
        aln_team_run(aln_erf_I4_groups(K), contract_group, &all);
}

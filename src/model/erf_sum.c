#include "model/erf_sum.h"

/* gcc vectorises a conditional only if it may evaluate both sides, which can set floating-point
 * exception flags; nothing here reads them. Results are unchanged. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/interrupt.h"
#include "model/activation_rows.h"
#include "model/asin.h"

#define TWO_OVER_PI 0.63661977236758134308

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

/* ---- four fields ----
 *
 * As in erf_pair.h, eight pairs in the lanes of vectors: here pairs of copies b_i x_k, b_j x_l of the
 * student's fields. Eliminating a pair leaves the covariance S of all fields, and
 *     <g'(k) g'(l) g(a) g(b)> = sum of a_i b_i a_j b_j (2/pi)^2/sqrt(det B)
 *                               a_m a_n asin(S_ab h_am h_bn),   h_am = b_m/sqrt(1 + b_m^2 S_aa). */

#define LANES     8
#define ALIGNMENT 64

/* The values of one field for the eight pairs. */
struct copy_lanes {
    double u[LANES], v[LANES];   /* b_i c_ka, b_j c_la */
    double p[LANES], q[LANES];   /* S_ka, S_la */
    double Uk[LANES], Ul[LANES]; /* U_ka, U_la */
    double h[TERMS][LANES];
};

/* The eight pairs. */
struct copy_pairs {
    size_t k[LANES], l[LANES];
    double bk[LANES], bl[LANES], ckk[LANES], ckl[LANES], cll[LANES], det[LANES];
    double weight[LANES]; /* of the pair in out_kl; 0 in unused lanes */
};

size_t aln_erf_sum_I4_work(size_t P, size_t K)
{
    (void)K;
    return (P * sizeof(struct copy_lanes) + ALIGNMENT) / sizeof(double);
}

/* Fills the lanes with the next pairs of copies, k <= l, and of one field i <= j, which count twice.
 * Changed: next  the first pair that is left */
ALN_KERNEL_BODY void choose_pairs(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                                  size_t next[2], struct copy_pairs *to)
{
    size_t first = 0, second = 0;
    for (size_t j = 0; j < LANES; j++) {
        const bool used = next[0] < K * TERMS;
        if (used) {
            first = next[0];
            second = next[1];
            if (++next[1] == K * TERMS)
                next[1] = ++next[0];
        }
        const size_t k = first / TERMS, l = second / TERMS;
        const double bk = g->b[first % TERMS], bl = g->b[second % TERMS];
        to->k[j] = k;
        to->l[j] = l;
        to->bk[j] = bk;
        to->bl[j] = bl;
        to->ckk[j] = bk * bk * C[k * P + k];
        to->ckl[j] = bk * bl * C[k * P + l];
        to->cll[j] = bl * bl * C[l * P + l];
        to->det[j] =
            1 + to->ckk[j] + to->cll[j] + (to->ckk[j] * to->cll[j] - to->ckl[j] * to->ckl[j]);
        to->weight[j] = (!used                      ? 0
                         : k == l && first < second ? 2
                                                    : 1) *
                        bk * bl * g->a[first % TERMS] * g->a[second % TERMS];
    }
}

/* S_ab in lane j: `general` unless a or b is k or l, where the difference would cancel. */
ALN_KERNEL_BODY double schur(double general, size_t a, size_t b, const struct copy_pairs *pair,
                             const struct copy_lanes *f, const struct copy_lanes *g, size_t j)
{
    double s = general;
    s = b == pair->l[j] ? f->q[j] : s;
    s = b == pair->k[j] ? f->p[j] : s;
    s = a == pair->l[j] ? g->q[j] : s;
    s = a == pair->k[j] ? g->p[j] : s;
    return s;
}

ALN_KERNEL_BODY void set_field(const struct aln_erf_sum *g, size_t P, const double *C,
                               const double *U, size_t a, const struct copy_pairs *pair,
                               struct copy_lanes *f)
{
    double S[LANES];
    for (size_t j = 0; j < LANES; j++) {
        f->u[j] = C[pair->k[j] * P + a];
        f->v[j] = C[pair->l[j] * P + a];
        f->Uk[j] = U[pair->k[j] * P + a];
        f->Ul[j] = U[pair->l[j] * P + a];
    }
    for (size_t j = 0; j < LANES; j++) {
        const double u = pair->bk[j] * f->u[j], v = pair->bl[j] * f->v[j];
        const double p = (u + (pair->cll[j] * u - pair->ckl[j] * v)) / pair->det[j];
        const double q = (v + (pair->ckk[j] * v - pair->ckl[j] * u)) / pair->det[j];
        f->u[j] = u;
        f->v[j] = v;
        f->p[j] = p / pair->bk[j];
        f->q[j] = q / pair->bl[j];
    }
    for (size_t j = 0; j < LANES; j++) {
        const double rest =
            C[a * P + a] - pair->bk[j] * f->p[j] * f->u[j] - pair->bl[j] * f->q[j] * f->v[j];
        S[j] = schur(rest, a, a, pair, f, f, j);
    }
    for (size_t m = 0; m < TERMS; m++)
        for (size_t j = 0; j < LANES; j++)
            f->h[m][j] = g->b[m] / sqrt(1 + g->b[m] * g->b[m] * S[j]);
}

/* Adds what fields a <= b contribute to the sums of the lanes. */
ALN_KERNEL_BODY void add_fields(bool fused, const struct aln_erf_sum *g, size_t a, size_t b,
                                double cab, const struct copy_pairs *pair,
                                const struct copy_lanes *f, const struct copy_lanes *h, double *sum)
{
    double S[LANES], part[LANES] = {0};
    for (size_t j = 0; j < LANES; j++)
        S[j] = schur(cab - pair->bk[j] * f->p[j] * h->u[j] - pair->bl[j] * f->q[j] * h->v[j], a, b,
                     pair, f, h, j);
    for (size_t m = 0; m < TERMS; m++) {
        double scaled[LANES];
        for (size_t j = 0; j < LANES; j++)
            scaled[j] = S[j] * f->h[m][j];
        for (size_t n = a == b ? m : 0; n < TERMS; n++) {
            const double weight = (a == b && n > m ? 2 : 1) * g->a[m] * g->a[n];
            for (size_t j = 0; j < LANES; j++)
                part[j] += weight * aln_asin_body(fused, scaled[j] * h->h[n][j]);
        }
    }
    for (size_t j = 0; j < LANES; j++)
        sum[j] +=
            (a == b ? f->Uk[j] * f->Ul[j] : f->Uk[j] * h->Ul[j] + h->Uk[j] * f->Ul[j]) * part[j];
}

static inline struct copy_lanes *align(double *work)
{
    return (struct copy_lanes *)(((uintptr_t)work + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

/* The body that is compiled for each instruction set. */
ALN_KERNEL_BODY void contract(bool fused, const struct aln_erf_sum *g, size_t P, size_t K,
                              const double *C, const double *U, double *out, double *work)
{
    struct copy_lanes *field = align(work);
    size_t next[2] = {0, 0};
    memset(out, 0, K * K * sizeof *out);
    while (next[0] < K * TERMS && !aln_interrupted()) {
        struct copy_pairs pair;
        double sum[LANES] = {0};
        choose_pairs(g, P, K, C, next, &pair);
        for (size_t a = 0; a < P; a++)
            set_field(g, P, C, U, a, &pair, &field[a]);
        for (size_t a = 0; a < P; a++)
            for (size_t b = a; b < P; b++)
                add_fields(fused, g, a, b, C[a * P + b], &pair, &field[a], &field[b], sum);
        for (size_t j = 0; j < LANES; j++)
            out[pair.k[j] * K + pair.l[j]] +=
                TWO_OVER_PI * TWO_OVER_PI * pair.weight[j] / sqrt(pair.det[j]) * sum[j];
    }
}

static void contract_plain(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                           const double *U, double *out, double *work)
{
    contract(ALN_ASIN_PLAIN_FUSED, g, P, K, C, U, out, work);
}

#if ALN_ISA_X86
#define VARIANT(name, target)                                                                      \
    target static void name(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,      \
                            const double *U, double *out, double *work)                            \
    {                                                                                              \
        contract(true, g, P, K, C, U, out, work);                                                  \
    }
VARIANT(contract_avx2, ALN_TARGET_AVX2_FMA)
VARIANT(contract_avx512, ALN_TARGET_AVX512)
#else
#define contract_avx2   contract_plain
#define contract_avx512 contract_plain
#endif

const aln_erf_sum_kernel aln_erf_sum_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = contract_plain,
    [ALN_ISA_AVX2] = contract_avx2,
    [ALN_ISA_AVX512] = contract_avx512,
};

/* ---- slopes of four fields ----
 *
 * With the sums over copies m, n of both fields
 *     d asin(x) = (h_am h_bn dS_ab - x/2 (h_am^2 dS_aa + h_bn^2 dS_bb))/sqrt(1 - x^2),   x = S_ab h_am h_bn,
 * and with the pair's G = B (1 + B C B)^-1 B, where C (2 x 2) and B (diagonal, b_i and b_j) are those of
 * x_k and x_l, and P = [c_ak, c_al] G
 *     dS_ab = dC_ab - P_a dC_(kl,b) - P_b dC_(kl,a) + P_a dC P_b^T,   d ln det = tr(G dC). */

size_t aln_erf_sum_slope_work(size_t P, size_t K)
{
    return aln_erf_sum_I4_work(P, K) + 2 * P * P * LANES;
}

/* For the eight pairs and all fields a <= b: what they contribute to out_kl, but for U, and the derivative of
 * their contribution in S_ab. [P x P x LANES] each. */
struct pair_slopes {
    double *part, *by_S;
};

/* Given: factor  of the pairs in out_kl */
ALN_KERNEL_BODY void add_slopes(bool fused, const struct aln_erf_sum *g, size_t P, size_t a,
                                size_t b, double cab, const struct copy_pairs *pair,
                                const double *factor, const struct copy_lanes *f,
                                const struct copy_lanes *h, const struct pair_slopes *to)
{
    double S[LANES], part[LANES] = {0}, along[LANES] = {0}, of_a[LANES] = {0}, of_b[LANES] = {0};
    for (size_t j = 0; j < LANES; j++)
        S[j] = schur(cab - pair->bk[j] * f->p[j] * h->u[j] - pair->bl[j] * f->q[j] * h->v[j], a, b,
                     pair, f, h, j);
    for (size_t m = 0; m < TERMS; m++)
        for (size_t n = 0; n < TERMS; n++) {
            const double weight = g->a[m] * g->a[n];
            for (size_t j = 0; j < LANES; j++) {
                const double hh = f->h[m][j] * h->h[n][j], x = S[j] * hh, rest = 1 - x * x,
                             r = rest > 0 ? weight / sqrt(rest)
                                          : 0; /* beyond 1, asin is taken at 1 */
                part[j] += weight * aln_asin_body(fused, x);
                along[j] += r * hh;
                of_a[j] += r * x * (f->h[m][j] * f->h[m][j]);
                of_b[j] += r * x * (h->h[n][j] * h->h[n][j]);
            }
        }
    double *by_aa = to->by_S + (a * P + a) * LANES, *by_bb = to->by_S + (b * P + b) * LANES,
           *by_ab = to->by_S + (a * P + b) * LANES;
    for (size_t j = 0; j < LANES; j++) {
        const double U = a == b ? f->Uk[j] * f->Ul[j] : f->Uk[j] * h->Ul[j] + h->Uk[j] * f->Ul[j];
        to->part[(a * P + b) * LANES + j] = factor[j] * part[j];
        by_ab[j] += factor[j] * U * along[j];
        by_aa[j] -= factor[j] * U * of_a[j] / 2;
        by_bb[j] -= factor[j] * U * of_b[j] / 2;
    }
}

/* Adds pair j to part and slope of out_kl.
 * Given: flat  what it contributes to each part for the sake of the constant */
ALN_KERNEL_BODY void add_pair(size_t P, const struct copy_pairs *pair,
                              const struct copy_lanes *field, double flat,
                              const struct pair_slopes *of, size_t j, double *part, double *slope)
{
    const size_t k = pair->k[j], l = pair->l[j];
    const double bk2 = pair->bk[j] * pair->bk[j], bl2 = pair->bl[j] * pair->bl[j];
    double value = 0, kk = 0, kl = 0, ll = 0;
    for (size_t b = 0; b < P; b++) {
        double to_k = 0, to_l = 0; /* columns b of P^T S */
        for (size_t a = 0; a < P; a++) {
            const size_t ab = ((a < b ? a : b) * P + (a < b ? b : a)) * LANES + j;
            const double by_S = of->by_S[ab] / (a == b ? 1 : 2), own = of->part[ab] + flat;
            value += field[a].Uk[j] * field[b].Ul[j] * own;
            part[a * P + b] += own;
            slope[a * P + b] += by_S;
            to_k += bk2 * field[a].p[j] * by_S;
            to_l += bl2 * field[a].q[j] * by_S;
        }
        slope[k * P + b] -= 2 * to_k;
        slope[l * P + b] -= 2 * to_l;
        kk += to_k * bk2 * field[b].p[j];
        kl += to_k * bl2 * field[b].q[j];
        ll += to_l * bl2 * field[b].q[j];
    }
    slope[k * P + k] += kk - value / 2 * bk2 * (1 + pair->cll[j]) / pair->det[j];
    slope[l * P + l] += ll - value / 2 * bl2 * (1 + pair->ckk[j]) / pair->det[j];
    slope[k * P + l] += 2 * kl + value * pair->bk[j] * pair->bl[j] * pair->ckl[j] / pair->det[j];
}

ALN_KERNEL_BODY void expand(bool fused, const struct aln_erf_sum *g, size_t P, size_t K,
                            const double *C, const double *U, double *part, double *slope,
                            double *work)
{
    struct copy_lanes *field = align(work);
    const struct pair_slopes own = {(double *)(field + P), (double *)(field + P) + P * P * LANES};
    size_t next[2] = {0, 0};
    memset(part, 0, K * K * P * P * sizeof *part);
    memset(slope, 0, K * K * P * P * sizeof *slope);
    while (next[0] < K * TERMS && !aln_interrupted()) {
        struct copy_pairs pair;
        double factor[LANES];
        choose_pairs(g, P, K, C, next, &pair);
        for (size_t j = 0; j < LANES; j++)
            factor[j] = TWO_OVER_PI * TWO_OVER_PI * pair.weight[j] / sqrt(pair.det[j]);
        for (size_t a = 0; a < P; a++)
            set_field(g, P, C, U, a, &pair, &field[a]);
        memset(own.by_S, 0, P * P * LANES * sizeof *own.by_S);
        for (size_t a = 0; a < P; a++)
            for (size_t b = a; b < P; b++)
                add_slopes(fused, g, P, a, b, C[a * P + b], &pair, factor, &field[a], &field[b],
                           &own);
        for (size_t j = 0; j < LANES; j++) {
            const size_t at = (pair.k[j] * K + pair.l[j]) * P * P;
            add_pair(P, &pair, field, g->constant * g->constant * factor[j] / TWO_OVER_PI, &own, j,
                     part + at, slope + at);
        }
    }
}

static void expand_plain(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                         const double *U, double *part, double *slope, double *work)
{
    expand(ALN_ASIN_PLAIN_FUSED, g, P, K, C, U, part, slope, work);
}

#if ALN_ISA_X86
#define EXPAND(name, target)                                                                       \
    target static void name(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,      \
                            const double *U, double *part, double *slope, double *work)            \
    {                                                                                              \
        expand(true, g, P, K, C, U, part, slope, work);                                            \
    }
EXPAND(expand_avx2, ALN_TARGET_AVX2_FMA)
EXPAND(expand_avx512, ALN_TARGET_AVX512)
#else
#define expand_avx2   expand_plain
#define expand_avx512 expand_plain
#endif

const aln_erf_sum_slope_kernel aln_erf_sum_slope_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = expand_plain,
    [ALN_ISA_AVX2] = expand_avx2,
    [ALN_ISA_AVX512] = expand_avx512,
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

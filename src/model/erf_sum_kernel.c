/* Averages of four fields of a sum of error functions, several pairs of copies in the lanes of vectors; compiled for
 * each instruction set. No sum runs across lanes and pairs are added in their order, so the result does not depend on
 * the vector's width.
 *
 * As in erf_pair.h, here of pairs of copies b_i x_k, b_j x_l of the student's fields: eliminating one leaves the
 * covariance S of all fields, and
 *     <g'(k) g'(l) g(a) g(b)> = sum of a_i b_i a_j b_j (2/pi)^2/sqrt(det B)
 *                               a_m a_n asin(S_ab h_am h_bn),   h_am = b_m/sqrt(1 + b_m^2 S_aa). */
#include "model/erf_sum.h"

#include <string.h>

#include "base/interrupt.h"
#include "model/erf_copies.h"

#define TWO_OVER_PI ALN_ERF_TWO_OVER_PI

enum { TERMS = ALN_ERF_TERMS, ALIGNMENT = 64 };

/* One field beside the pairs of a vector. */
struct copy_field {
    struct lanes_copy copy;
    lanes Uk, Ul; /* U_ka, U_la */
};

/* The pairs of a vector. */
struct copy_pairs {
    size_t k[LANES], l[LANES];
    lanes_mask is_k, is_l; /* k and l as numbers */
    struct lanes_copies e;
    lanes weight; /* of the pair in out_kl; 0 in unused lanes */
};

/* The next pairs of copies, k <= l, and of one field i <= j, which count twice.
 * Changed: next  the first pair that is left */
ALN_KERNEL_BODY void choose_pairs(const struct aln_erf_sum *g, size_t P, size_t K, const double *C,
                                  size_t next[2], struct copy_pairs *to)
{
    size_t first = 0, second = 0;
    lanes ckk = {0}, ckl = {0}, cll = {0}, bk = {0}, bl = {0}, weight = {0};
    lanes_mask is_k = {0}, is_l = {0};
    for (int j = 0; j < LANES; j++) {
        const bool used = next[0] < K * TERMS;
        if (used) {
            first = next[0];
            second = next[1];
            if (++next[1] == K * TERMS)
                next[1] = ++next[0];
        }
        const size_t k = first / TERMS, l = second / TERMS;
        to->k[j] = k;
        to->l[j] = l;
        is_k[j] = (int64_t)k;
        is_l[j] = (int64_t)l;
        bk[j] = g->b[first % TERMS];
        bl[j] = g->b[second % TERMS];
        ckk[j] = C[k * P + k];
        ckl[j] = C[k * P + l];
        cll[j] = C[l * P + l];
        weight[j] = (!used                      ? 0
                     : k == l && first < second ? 2
                                                : 1) *
                    bk[j] * bl[j] * g->a[first % TERMS] * g->a[second % TERMS];
    }
    to->is_k = is_k;
    to->is_l = is_l;
    to->weight = weight;
    to->e.bk = bk;
    to->e.bl = bl;
    lanes_copies_begin(&ckk, &ckl, &cll, &to->e);
}

/* S_ab, of which rows k and l are known without the difference, which would cancel. */
ALN_KERNEL_BODY void rest(const struct copy_pairs *pair, double cab, size_t a, size_t b,
                          const struct copy_field *f, const struct copy_field *h, lanes *S)
{
    const lanes c = (lanes){0} + cab;
    const lanes_mask at_a = (lanes_mask){0} + (int64_t)a, at_b = (lanes_mask){0} + (int64_t)b;
    lanes s;
    lanes_copies_rest(&pair->e, &c, &f->copy, &h->copy, &s);
    s = LANES_CHOOSE(pair->is_l == at_b, f->copy.q, s);
    s = LANES_CHOOSE(pair->is_k == at_b, f->copy.p, s);
    s = LANES_CHOOSE(pair->is_l == at_a, h->copy.q, s);
    s = LANES_CHOOSE(pair->is_k == at_a, h->copy.p, s);
    *S = s;
}

ALN_KERNEL_BODY void set_field(const struct aln_erf_sum *g, size_t P, const double *C,
                               const double *U, size_t a, const struct copy_pairs *pair,
                               struct copy_field *f)
{
    lanes u = {0}, v = {0}, S;
    for (int j = 0; j < LANES; j++) {
        u[j] = C[pair->k[j] * P + a];
        v[j] = C[pair->l[j] * P + a];
        f->Uk[j] = U[pair->k[j] * P + a];
        f->Ul[j] = U[pair->l[j] * P + a];
    }
    lanes_copies_eliminate(&pair->e, &u, &v, &f->copy);
    rest(pair, C[a * P + a], a, a, f, f, &S);
    lanes_copies_normalise(g, &S, f->copy.h);
}

/* What multiplies the average of a <= b. */
ALN_KERNEL_BODY void weigh(bool same, const struct copy_field *f, const struct copy_field *h,
                           lanes *U)
{
    if (same)
        *U = f->Uk * f->Ul;
    else
        *U = f->Uk * h->Ul + h->Uk * f->Ul;
}

static inline struct copy_field *align(double *work)
{
    return (struct copy_field *)(((uintptr_t)work + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

void ALN_LANES_NAME(aln_erf_sum_contract)(const struct aln_erf_sum *g, size_t P, size_t K,
                                          const double *C, const double *U, double *out,
                                          double *work)
{
    struct copy_field *field = align(work);
    size_t next[2] = {0, 0};
    memset(out, 0, K * K * sizeof *out);
    while (next[0] < K * TERMS && !aln_interrupted()) {
        struct copy_pairs pair;
        lanes sum = {0}, S, part, weight, root;
        choose_pairs(g, P, K, C, next, &pair);
        for (size_t a = 0; a < P; a++)
            set_field(g, P, C, U, a, &pair, &field[a]);
        for (size_t a = 0; a < P; a++)
            for (size_t b = a; b < P; b++) {
                rest(&pair, C[a * P + b], a, b, &field[a], &field[b], &S);
                lanes_copies_add(g, a == b, &S, &field[a].copy, &field[b].copy, &part);
                weigh(a == b, &field[a], &field[b], &weight);
                sum += weight * part;
            }
        lanes_sqrt(&pair.e.det, &root);
        const lanes all = TWO_OVER_PI * TWO_OVER_PI * pair.weight / root * sum;
        for (int j = 0; j < LANES; j++)
            out[pair.k[j] * K + pair.l[j]] += all[j];
    }
}

/* ---- slopes of four fields ----
 *
 * With the sums over copies m, n of both fields
 *     d asin(x) = (h_am h_bn dS_ab - x/2 (h_am^2 dS_aa + h_bn^2 dS_bb))/sqrt(1 - x^2),   x = S_ab h_am h_bn,
 * and with the pair's G = B (1 + B C B)^-1 B, where C (2 x 2) and B (diagonal, b_i and b_j) are those of
 * x_k and x_l, and P = [c_ak, c_al] G
 *     dS_ab = dC_ab - P_a dC_(kl,b) - P_b dC_(kl,a) + P_a dC P_b^T,   d ln det = tr(G dC). */

/* For the pairs of a vector and all fields a <= b: what they contribute to out_kl, but for U, and the derivative of
 * their contribution in S_ab. P x P each. */
struct pair_slopes {
    lanes *part, *by_S;
};

/* Given: factor  of the pairs in out_kl */
ALN_KERNEL_BODY void add_slopes(const struct aln_erf_sum *g, size_t P, size_t a, size_t b,
                                double cab, const struct copy_pairs *pair, const lanes *factor,
                                const struct copy_field *field, const struct pair_slopes *to)
{
    const struct copy_field *f = &field[a], *h = &field[b];
    const lanes zero = {0};
    lanes S, part = zero, along = zero, of_a = zero, of_b = zero, U;
    rest(pair, cab, a, b, f, h, &S);
    for (size_t m = 0; m < TERMS; m++)
        for (size_t n = 0; n < TERMS; n++) {
            const double weight = g->a[m] * g->a[n];
            const lanes fm = f->copy.h[m], hn = h->copy.h[n], hh = fm * hn, x = S * hh,
                        left = 1 - x * x;
            lanes root, angle;
            lanes_sqrt(&left, &root);
            lanes_asin(&x, &angle);
            const lanes r =
                LANES_CHOOSE(left > zero, weight / root, zero); /* beyond 1, asin is taken at 1 */
            part += weight * angle;
            along += r * hh;
            of_a += r * x * (fm * fm);
            of_b += r * x * (hn * hn);
        }
    weigh(a == b, f, h, &U);
    to->part[a * P + b] = *factor * part;
    to->by_S[a * P + b] += *factor * U * along;
    to->by_S[a * P + a] -= *factor * U * of_a / 2;
    to->by_S[b * P + b] -= *factor * U * of_b / 2;
}

/* Adds pair j to part and slope of out_kl.
 * Given: flat  what it contributes to each part for the sake of the constant */
ALN_KERNEL_BODY void add_pair(size_t P, const struct copy_pairs *pair,
                              const struct copy_field *field, double flat,
                              const struct pair_slopes *of, int j, double *part, double *slope)
{
    const size_t k = pair->k[j], l = pair->l[j];
    const struct lanes_copies *e = &pair->e;
    const double bk2 = e->bk[j] * e->bk[j], bl2 = e->bl[j] * e->bl[j];
    double value = 0, kk = 0, kl = 0, ll = 0;
    for (size_t b = 0; b < P; b++) {
        double to_k = 0, to_l = 0; /* columns b of P^T S */
        for (size_t a = 0; a < P; a++) {
            const size_t ab = (a < b ? a : b) * P + (a < b ? b : a);
            const double by_S = of->by_S[ab][j] / (a == b ? 1 : 2), own = of->part[ab][j] + flat;
            value += field[a].Uk[j] * field[b].Ul[j] * own;
            part[a * P + b] += own;
            slope[a * P + b] += by_S;
            to_k += bk2 * field[a].copy.p[j] * by_S;
            to_l += bl2 * field[a].copy.q[j] * by_S;
        }
        slope[k * P + b] -= 2 * to_k;
        slope[l * P + b] -= 2 * to_l;
        kk += to_k * bk2 * field[b].copy.p[j];
        kl += to_k * bl2 * field[b].copy.q[j];
        ll += to_l * bl2 * field[b].copy.q[j];
    }
    slope[k * P + k] += kk - value / 2 * bk2 * (1 + e->cll[j]) / e->det[j];
    slope[l * P + l] += ll - value / 2 * bl2 * (1 + e->ckk[j]) / e->det[j];
    slope[k * P + l] += 2 * kl + value * e->bk[j] * e->bl[j] * e->ckl[j] / e->det[j];
}

void ALN_LANES_NAME(aln_erf_sum_expand)(const struct aln_erf_sum *g, size_t P, size_t K,
                                        const double *C, const double *U, double *part,
                                        double *slope, double *work)
{
    struct copy_field *field = align(work);
    const struct pair_slopes own = {(lanes *)(field + P), (lanes *)(field + P) + P * P};
    size_t next[2] = {0, 0};
    memset(part, 0, K * K * P * P * sizeof *part);
    memset(slope, 0, K * K * P * P * sizeof *slope);
    while (next[0] < K * TERMS && !aln_interrupted()) {
        struct copy_pairs pair;
        lanes root;
        choose_pairs(g, P, K, C, next, &pair);
        lanes_sqrt(&pair.e.det, &root);
        const lanes factor = TWO_OVER_PI * TWO_OVER_PI * pair.weight / root;
        for (size_t a = 0; a < P; a++)
            set_field(g, P, C, U, a, &pair, &field[a]);
        memset(own.by_S, 0, P * P * sizeof *own.by_S);
        for (size_t a = 0; a < P; a++)
            for (size_t b = a; b < P; b++)
                add_slopes(g, P, a, b, C[a * P + b], &pair, &factor, field, &own);
        for (int j = 0; j < LANES; j++) {
            const size_t at = (pair.k[j] * K + pair.l[j]) * P * P;
            add_pair(P, &pair, field, g->constant * g->constant * factor[j] / TWO_OVER_PI, &own, j,
                     part + at, slope + at);
        }
    }
}

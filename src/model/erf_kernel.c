/* erf's average of four fields, several pairs of student units in the lanes of vectors; compiled for each
 * instruction set. No sum runs across lanes, so the result does not depend on the vector's width. */
#include "model/erf.h"

#include <string.h>

#include "base/interrupt.h"
#include "model/erf_pair.h"

enum { ALIGNMENT = 64 };

/* The values of one field for the pairs of a vector. */
struct erf_field {
    lanes u, v;   /* c_ka, c_la */
    lanes p, q;   /* B^-1 (c_ka, c_la) */
    lanes n;      /* 1 / sqrt(1 + S_aa) */
    lanes Uk, Ul; /* U_ka, U_la; 0 where the field is k or l */
};

/* The pairs of a vector. */
struct erf_pairs {
    size_t k[LANES], l[LANES];
    bool beside; /* all are (k, l), (k, l + 1), ... */
};

/* In the order (0, 0), (0, 1), ..., (1, 1), ...; lanes beyond the end repeat the last pair.
 * Changed: k, l  the next pair; k = K: none */
ALN_KERNEL_BODY void choose_pairs(size_t K, size_t *k, size_t *l, struct erf_pairs *pairs)
{
    for (size_t j = 0; j < LANES; j++) {
        pairs->k[j] = j == 0 || *k < K ? *k : pairs->k[j - 1];
        pairs->l[j] = j == 0 || *k < K ? *l : pairs->l[j - 1];
        if (*k < K && ++*l == K)
            *l = ++*k;
    }
    pairs->beside =
        pairs->k[LANES - 1] == pairs->k[0] && pairs->l[LANES - 1] == pairs->l[0] + LANES - 1;
}

/* A[row[j]][a] in each lane. */
ALN_KERNEL_BODY void gather(const double *A, const size_t *row, size_t P, size_t a, lanes *out)
{
    lanes x;
    for (int j = 0; j < LANES; j++)
        x[j] = A[row[j] * P + a];
    *out = x;
}

ALN_KERNEL_BODY void set_fields(size_t P, const double *C, const double *U,
                                const struct erf_pairs *pairs, const struct lanes_pair *pair,
                                struct erf_field *field)
{
    const lanes zero = {0};
    for (size_t a = 0; a < P; a++) {
        struct erf_field *f = &field[a];
        if (pairs->beside) { /* C is symmetric */
            f->u = zero + C[a * P + pairs->k[0]];
            f->Uk = zero + U[pairs->k[0] * P + a];
            memcpy(&f->v, &C[a * P + pairs->l[0]], sizeof f->v);
        } else {
            gather(C, pairs->k, P, a, &f->u);
            gather(U, pairs->k, P, a, &f->Uk);
            gather(C, pairs->l, P, a, &f->v);
        }
        gather(U, pairs->l, P, a, &f->Ul);
        lanes_pair_eliminate(pair, &f->u, &f->v, &f->p, &f->q);
        const lanes c = zero + C[a * P + a];
        lanes S;
        lanes_pair_rest(&c, &f->p, &f->q, &f->u, &f->v, &S);
        lanes_pair_normalise(&S, &f->n);
    }
}

/* The elements (k,k), (k,l), (l,l) and, of the rows k and l, all others.
 * Changed: field  n of k and l, and U, which becomes 0 there */
ALN_KERNEL_BODY void add_own_rows(size_t P, const struct erf_pairs *pairs,
                                  const struct lanes_pair *pair, struct erf_field *field,
                                  lanes *sum)
{
    /* n and U of k and l; where they are the same unit, it counts as k. */
    lanes nk, nl, Ukk, Ukl, Ulk, Ull, average, weight, row[2][2] = {{{0}}};
    lanes_pair_normalise(&pair->pk, &nk);
    lanes_pair_normalise(&pair->ql, &nl);
    for (int j = 0; j < LANES; j++) {
        struct erf_field *k = &field[pairs->k[j]], *l = &field[pairs->l[j]];
        Ukk[j] = k->Uk[j];
        Ulk[j] = k->Ul[j];
        Ukl[j] = k != l ? l->Uk[j] : 0;
        Ull[j] = k != l ? l->Ul[j] : 0;
    }
    for (int j = 0; j < LANES; j++) {
        struct erf_field *k = &field[pairs->k[j]], *l = &field[pairs->l[j]];
        k->n[j] = nk[j];
        l->n[j] = nl[j];
        k->Uk[j] = k->Ul[j] = l->Uk[j] = l->Ul[j] = 0;
    }
    lanes_pair_average(&pair->pk, &nk, &nk, &average);
    weight = Ukk * Ulk;
    *sum = LANES_FMA(weight, average, *sum);
    lanes_pair_average(&pair->pl, &nk, &nl, &average);
    weight = LANES_FMA(Ukk, Ull, Ukl * Ulk);
    *sum = LANES_FMA(weight, average, *sum);
    lanes_pair_average(&pair->ql, &nl, &nl, &average);
    weight = Ukl * Ull;
    *sum = LANES_FMA(weight, average, *sum);
    for (size_t b = 0; b < P; b++) {
        const struct erf_field *f = &field[b];
        lanes_pair_average(&f->p, &nk, &f->n, &average);
        lanes_pair_add(&average, &f->Uk, &f->Ul, row[0]);
        lanes_pair_average(&f->q, &nl, &f->n, &average);
        lanes_pair_add(&average, &f->Uk, &f->Ul, row[1]);
    }
    lanes_pair_end_row(row[0], &Ukk, &Ulk, sum);
    lanes_pair_end_row(row[1], &Ukl, &Ull, sum);
}

/* Is field a one of the pair's own in all lanes? */
ALN_KERNEL_BODY bool own_everywhere(const struct erf_pairs *pairs, size_t a)
{
    bool own = true;
    for (int j = 0; j < LANES; j++)
        own = own && (pairs->k[j] == a || pairs->l[j] == a);
    return own;
}

ALN_KERNEL_BODY void add_other_rows(size_t P, const double *C, const struct erf_pairs *pairs,
                                    const struct erf_field *field, lanes *sum)
{
    const lanes zero = {0};
    for (size_t a = 0; a < P; a++) {
        const struct erf_field f = field[a];
        lanes row[2] = {{0}};
        if (own_everywhere(pairs, a))
            continue;
        for (size_t b = a; b < P; b++) {
            const struct erf_field *g = &field[b];
            const lanes c = zero + C[a * P + b];
            lanes S, average;
            lanes_pair_rest(&c, &f.p, &f.q, &g->u, &g->v, &S);
            lanes_pair_average(&S, &f.n, &g->n, &average);
            if (b == a)
                row[0] = f.Ul * average;
            else
                lanes_pair_add(&average, &g->Uk, &g->Ul, row);
        }
        lanes_pair_end_row(row, &f.Uk, &f.Ul, sum);
    }
}

ALN_ERF_I4(ALN_LANES_NAME(aln_erf_I4_kernel))
{
    struct erf_field *field =
        (struct erf_field *)(((uintptr_t)work + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    size_t k = 0, l = begin * ALN_ERF_GROUP;
    for (; k < K && l >= K - k; k++) /* row k has the pairs (k, k) to (k, K - 1) */
        l -= K - k;
    l += k;
    for (size_t left = (end - begin) * (ALN_ERF_GROUP / LANES);
         left > 0 && k < K && !aln_interrupted(); left--) {
        struct erf_pairs pairs;
        struct lanes_pair pair;
        lanes kk, ll, kl, sum = {0};
        choose_pairs(K, &k, &l, &pairs);
        for (int j = 0; j < LANES; j++) {
            kk[j] = C[pairs.k[j] * (P + 1)];
            ll[j] = C[pairs.l[j] * (P + 1)];
            kl[j] = C[pairs.k[j] * P + pairs.l[j]];
        }
        lanes_pair_begin(&kk, &ll, &kl, &pair);
        set_fields(P, C, U, &pairs, &pair, field);
        add_own_rows(P, &pairs, &pair, field, &sum);
        add_other_rows(P, C, &pairs, field, &sum);
        lanes_pair_scale(&pair.det, &sum, &sum);
        for (int j = 0; j < LANES; j++)
            out[pairs.k[j] * K + pairs.l[j]] = out[pairs.l[j] * K + pairs.k[j]] = sum[j];
    }
}

/* The steps of averages of sums of error functions (model/erf_sum.h) in lanes (vector.h): of several pairs of
 * copies, or of one pair in several problems (lanes/rhs_kernel.c). Operations and their order are those of
 * erf_sum.c, where the formulas are. */
#ifndef ALIGNODE_MODEL_ERF_COPIES_H
#define ALIGNODE_MODEL_ERF_COPIES_H

#include "model/erf_sum.h"
#include "model/vector.h"

/* h_am = b_m/sqrt(1 + b_m^2 c) */
ALN_KERNEL_BODY void lanes_copies_normalise(const struct aln_erf_sum *g, const lanes *c,
                                            lanes h[ALN_ERF_TERMS])
{
    for (size_t m = 0; m < ALN_ERF_TERMS; m++) {
        lanes root = 1 + g->b[m] * g->b[m] * *c;
        lanes_sqrt(&root, &root);
        h[m] = g->b[m] / root;
    }
}

/* ---- two fields ---- */

/* Given: na, nb  lanes_copies_normalise() of both variances */
ALN_KERNEL_BODY void lanes_copies_I2(const struct aln_erf_sum *g, const lanes *cab,
                                     const lanes na[ALN_ERF_TERMS], const lanes nb[ALN_ERF_TERMS],
                                     lanes *I2)
{
    lanes sum = {0};
    for (size_t i = 0; i < ALN_ERF_TERMS; i++)
        for (size_t j = 0; j < ALN_ERF_TERMS; j++) {
            lanes x = *cab * (na[i] * nb[j]);
            lanes_asin(&x, &x);
            sum += g->a[i] * g->a[j] * x;
        }
    *I2 = g->constant * g->constant + ALN_ERF_TWO_OVER_PI * sum;
}

/* J2(k,a) and A2(k,a). */
ALN_KERNEL_BODY void lanes_copies_two(const struct aln_erf_sum *g, const lanes *ckk,
                                      const lanes *caa, const lanes *cka, lanes *J2, lanes *A2)
{
    const lanes D = *ckk * *caa - *cka * *cka;
    lanes J = {0}, A = {0};
    for (size_t i = 0; i < ALN_ERF_TERMS; i++) {
        const double square = g->b[i] * g->b[i], weight = g->a[i] * g->b[i];
        const lanes of_k = 1 + square * *ckk, l = *caa + square * D;
        const lanes slope = weight * square / of_k;
        for (size_t j = 0; j < ALN_ERF_TERMS; j++) {
            lanes root = of_k + g->b[j] * g->b[j] * l;
            lanes_sqrt(&root, &root);
            J += weight * (g->a[j] * g->b[j]) / root;
            A += slope * (g->a[j] * g->b[j]) / root;
        }
    }
    *J2 = ALN_ERF_TWO_OVER_PI * J;
    *A2 = -*cka * (ALN_ERF_TWO_OVER_PI * A);
}

/* ---- four fields ---- */

/* A pair of copies b_i x_k, b_j x_l. */
struct lanes_copies {
    lanes bk, bl, ckk, ckl, cll, det;
};

/* Given: bk, bl of *e; covariances of x_k and x_l */
ALN_KERNEL_BODY void lanes_copies_begin(const lanes *ckk, const lanes *ckl, const lanes *cll,
                                        struct lanes_copies *e)
{
    e->ckk = e->bk * e->bk * *ckk;
    e->ckl = e->bk * e->bl * *ckl;
    e->cll = e->bl * e->bl * *cll;
    e->det = 1 + e->ckk + e->cll + (e->ckk * e->cll - e->ckl * e->ckl);
}

/* A field: its covariances to the copies, S_ka and S_la, and how its own copies are normalised. */
struct lanes_copy {
    lanes u, v, p, q, h[ALN_ERF_TERMS];
};

/* Given: u, v  c_ka and c_la */
ALN_KERNEL_BODY void lanes_copies_eliminate(const struct lanes_copies *e, const lanes *u,
                                            const lanes *v, struct lanes_copy *f)
{
    f->u = e->bk * *u;
    f->v = e->bl * *v;
    f->p = (f->u + (e->cll * f->u - e->ckl * f->v)) / e->det / e->bk;
    f->q = (f->v + (e->ckk * f->v - e->ckl * f->u)) / e->det / e->bl;
}

/* S_ab of fields that are neither k nor l. */
ALN_KERNEL_BODY void lanes_copies_rest(const struct lanes_copies *e, const lanes *cab,
                                       const struct lanes_copy *f, const struct lanes_copy *h,
                                       lanes *S)
{
    *S = *cab - e->bk * f->p * h->u - e->bl * f->q * h->v;
}

/* sum_mn a_m a_n asin(S_ab h_am h_bn).  Given: same  a = b */
ALN_KERNEL_BODY void lanes_copies_add(const struct aln_erf_sum *g, bool same, const lanes *S,
                                      const struct lanes_copy *f, const struct lanes_copy *h,
                                      lanes *part)
{
    lanes sum = {0};
    for (size_t m = 0; m < ALN_ERF_TERMS; m++) {
        const lanes scaled = *S * f->h[m];
        for (size_t n = same ? m : 0; n < ALN_ERF_TERMS; n++) {
            lanes x = scaled * h->h[n];
            lanes_asin(&x, &x);
            sum += (same && n > m ? 2 : 1) * g->a[m] * g->a[n] * x;
        }
    }
    *part = sum;
}

#endif

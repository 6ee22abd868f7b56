/* The steps of erf's average of four fields for a pair of student units (k, l), in lanes (vector.h): of
 * several pairs (erf_kernel.c), or of one pair in several problems (lanes/rhs_kernel.c).
 *
 * Eliminating the fields k and l, with B = C_{kl,kl} + 1 and S = C - C_{.,kl} B^-1 C_{kl,.}, gives
 *     I4(k,l,a,b) = (2/pi)^2 / sqrt(det B) asin( S_ab / sqrt((1 + S_aa)(1 + S_bb)) ).
 * Its sum with the weights U_ka U_lb is symmetric in (k,l), so pairs k <= l and a <= b suffice.
 * With (p, q)_b = B^-1 (c_kb, c_lb) the rows of k and l are S_kb = p_b and S_lb = q_b, as
 * B - C_{kl,kl} = 1; written like this, nothing cancels however large the variances are. The order of
 * the sum is that of erf_kernel.c: (k,k), (k,l), (l,l), row k, row l, then the other rows. */
#ifndef ALIGNODE_MODEL_ERF_PAIR_H
#define ALIGNODE_MODEL_ERF_PAIR_H

#include "model/vector.h"

#define ALN_TWO_OVER_PI 0.63661977236758134308

/* det B, without the products that cancel when the variances are large; symmetric in k and l. */
ALN_KERNEL_BODY void lanes_pair_det(const lanes *kk, const lanes *ll, const lanes *kl, lanes *det)
{
    *det = 1 + (*kk + *ll) + (*kk * *ll - *kl * *kl);
}

/* B^-1, and the rows of S at k and l: p_k, p_l = q_k, q_l. */
struct lanes_pair {
    lanes det, kk, ll, kl, pk, pl, ql;
};

ALN_KERNEL_BODY void lanes_pair_begin(const lanes *kk, const lanes *ll, const lanes *kl,
                                      struct lanes_pair *out)
{
    const lanes both = *kk * *ll - *kl * *kl;
    lanes_pair_det(kk, ll, kl, &out->det);
    const lanes inverse = 1 / out->det;
    out->kk = (1 + *ll) * inverse;
    out->ll = (1 + *kk) * inverse;
    out->pk = (*kk + both) * inverse;
    out->ql = (*ll + both) * inverse;
    out->pl = *kl * inverse;
    out->kl = -out->pl;
}

/* p and q of a field with the covariances u and v to k and l. */
ALN_KERNEL_BODY void lanes_pair_eliminate(const struct lanes_pair *pair, const lanes *u,
                                          const lanes *v, lanes *p, lanes *q)
{
    *p = LANES_FMA(pair->kk, *u, pair->kl * *v);
    *q = LANES_FMA(pair->ll, *v, pair->kl * *u);
}

/* S_ab = c - p_a u_b - q_a v_b, of fields that are neither k nor l. */
ALN_KERNEL_BODY void lanes_pair_rest(const lanes *c, const lanes *p, const lanes *q, const lanes *u,
                                     const lanes *v, lanes *S)
{
    *S = LANES_FMA(-*q, *v, LANES_FMA(-*p, *u, *c));
}

/* 1/sqrt(1 + S) */
ALN_KERNEL_BODY void lanes_pair_normalise(const lanes *S, lanes *n)
{
    lanes root = 1 + *S;
    lanes_sqrt(&root, &root);
    *n = 1 / root;
}

/* asin(S n_a n_b) */
ALN_KERNEL_BODY void lanes_pair_average(const lanes *S, const lanes *na, const lanes *nb,
                                        lanes *out)
{
    const lanes x = *S * *na * *nb;
    lanes_asin(&x, out);
}

/* Adds U_b times the average to the sums of a row: for U_la, which U_k multiplies at the end, and the
 * other way round. */
ALN_KERNEL_BODY void lanes_pair_add(const lanes *average, const lanes *Uk, const lanes *Ul,
                                    lanes row[2])
{
    row[0] = LANES_FMA(*Ul, *average, row[0]);
    row[1] = LANES_FMA(*Uk, *average, row[1]);
}

ALN_KERNEL_BODY void lanes_pair_end_row(const lanes row[2], const lanes *Uk, const lanes *Ul,
                                        lanes *sum)
{
    *sum = LANES_FMA(*Uk, row[0], LANES_FMA(*Ul, row[1], *sum));
}

/* (2/pi)^2/sqrt(det B) sum */
ALN_KERNEL_BODY void lanes_pair_scale(const lanes *det, const lanes *sum, lanes *out)
{
    lanes root;
    lanes_sqrt(det, &root);
    *out = ALN_TWO_OVER_PI / root * (ALN_TWO_OVER_PI * *sum);
}

#endif

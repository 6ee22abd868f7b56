/* The geometry of learning: how a rule's update of the hidden layer lies to the gradient.
 *
 * With U = F s, s = [W2, -V2], the expected update of unit k is -eta1/sqrt(N) sum_b gamma_kb w_b over the
 * rows w of (W1, V1), where
 *     gamma_kb = U_kb J2(k,b) + delta_kb alpha_k,   alpha_k = sum_a U_ka A2(k,a).
 * Primes are back-propagation's, F' = W2^T, at the same state; d = (F e) g'(lambda) is the signal of one
 * sample, noise of the outputs included (other rules: what takes its place).
 *     UA = sum_k gamma_k C gamma'_k / sqrt(sum gamma C gamma  sum gamma' C gamma')
 *     SA = sum_k <d_k d'_k> / sqrt(sum <d_k d_k>  sum <d'_k d'_k>)
 * UA is the cosine of the two expected updates of W1, as N-dimensional vectors; SA the cosine of the
 * signals, over samples and units together. The mean over samples of the cosine for each sample, GA of
 * deep networks, has no closed form and is averaged over a fixed set of points.
 * Source: the averages of Saad & Solla, PRE 52 (1995) 4225, and Refinetti et al., ICML 2021; the
 * cosines as the deep half measures them. */
#ifndef ALIGNODE_GEOMETRY_H
#define ALIGNODE_GEOMETRY_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_geometry; /* work space; one per thread */

/* Given:    p  kept as a pointer, must outlive *out
 * Returned: *out  yours, aln_geometry_free(), also after a failure
 * Status:   ALN_USAGE when the activation lacks averages; ALN_MEMORY */
ALN_API enum aln_status aln_geometry_create(struct aln_geometry **out, const struct aln_problem *p);
ALN_API void aln_geometry_free(struct aln_geometry *g);

/* NaN: undefined, because an update is zero or the rule does not train the hidden layer; or without a
 * closed form, as the rule feeds the error back in few levels (all but `gradient`). */
struct aln_geometry_values {
    double UA, SA;   /* the cosines above */
    double gradient; /* |grad|^2 = sum gamma' C gamma', of eg with respect to W1 sqrt(N) */
    /* d eg/dt by the hidden layer at rate eta1, decay aside: the descent, -eta1 sum gamma C gamma',
     * and what the spread of single samples adds, of order eta1^2. */
    double descent, noise;
};

/* Given:    state (aln_problem_size); eta1  the hidden layer's rate, for descent and noise */
ALN_API struct aln_geometry_values aln_geometry_at(struct aln_geometry *g, const double *state,
                                                   double eta1);

/* The largest eigenvalue of the Hessian's bulk: that of N d2 eg/dW1 dW1 along directions which no weight
 * vector of student or teacher has a part in. Of its K N eigenvalues all but K (K + M) are the K of
 *     A_kl = sum_o W2_ok W2_ol J2(k,l) + delta_kl alpha'_k,   alpha' as in gamma',
 * each N - K - M times. With the gradient, the weights' parts outside these vectors' span shrink at rate eta1 A,
 * and grow where an eigenvalue is negative. The error is that without noise, whatever the rule.
 * Given:    state (aln_problem_size)
 * Source:   second derivatives of the average of |e|^2/2 by Gaussian integration by parts */
ALN_API double aln_geometry_hessian(struct aln_geometry *g, const double *state);

/* GA: the cosine of d and d' averaged over samples, those left out where either is zero.
 * Returned: *error  of the average: its spread over eight sets of points
 * Status:   ALN_USAGE for more than 40 random numbers of a sample (units, noisy outputs, and what the
 *           rule draws), ALN_MEMORY */
ALN_API enum aln_status aln_geometry_sampled(struct aln_geometry *g, const double *state,
                                             double *GA, double *error);

#ifdef __cplusplus
}
#endif

#endif

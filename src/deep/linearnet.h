/* Deep linear networks under feedback alignment: the exact law of weak weight alignment.
 *
 * For linear units without biases, weights that start at zero, simultaneous updates and any loss,
 * every weight matrix stays in the span of the feedback at every step:
 *     W_1 = F_1 A_1,   W_l = F_l A_l F_{l-1}^T  (1 < l < L),   W_L = A_L F_{L-1}^T,
 * with A_1 (n_L x n_0) and A_l (n_L x n_L) that follow from inputs x and errors e alone (F_L = 1):
 *     z_1 = A_1 x,   z_l = A_l (F_{l-1}^T F_{l-1}) z_{l-1},
 *     A_1 <- A_1 - eta <e x^T>,   A_{l+1} <- A_{l+1} - eta <e z_l^T>   (old values on the right).
 * For layerwise feedback alignment the products G_l = F_l F_{l+1} ... F_{L-1} replace F_l. <> is
 * the sum or mean over the batch; decay and momentum act on A_l as they do on W_l.
 *
 * The recursion runs in parallel with a network and never reads its weights, so their agreement to
 * round-off tests both.
 * Source: Refinetti et al., ICML 2021, section 3 and its appendix */
#ifndef ALIGNODE_DEEP_LINEARNET_H
#define ALIGNODE_DEEP_LINEARNET_H

#include "alignode/network.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_linearnet;

/* The recursion for a network in its initial state, with its sizes, feedback, momentum, decay and
 * reduction.
 * Returned: *out  yours, aln_linearnet_free(); keeps no pointer into net
 * Status:   ALN_USAGE when the law does not hold: the rule is neither dfa nor fa, a layer is not
 *           dense and linear, there are biases, or weights are not zero; ALN_MEMORY */
enum aln_status aln_linearnet_create(struct aln_linearnet **out, const struct aln_network *net);
void aln_linearnet_free(struct aln_linearnet *lin);

/* One step on the samples of the network's step.
 * Given: x (count x n_0); e (count x n_L), the errors before the step; rate */
void aln_linearnet_step(struct aln_linearnet *lin, size_t count, const double *x, const double *e,
                        double rate);

/* Views. A_l: n_L x n_0 for l = 1, else n_L x n_L. The route from the output to layer l, F_l or
 * G_l: n_l x n_L, 1 <= l < L. */
const double *aln_linearnet_A(const struct aln_linearnet *lin, size_t l);
const double *aln_linearnet_route(const struct aln_linearnet *lin, size_t l);

/* W_l as the law predicts it.  Returned: W (n_l x n_{l-1}) */
void aln_linearnet_weights(const struct aln_linearnet *lin, size_t l, double *W);

/* Pi_l in da_l(bp) = F_l Pi_l e, where the rule has da_l = F_l e:
 *     Pi_l = A_{l+1}^T (F_{l+1}^T F_{l+1}) A_{l+2}^T ... (F_{L-1}^T F_{L-1}) A_L^T,  1 <= l < L.
 * With orthonormal F_l, GA_l = cos(e, Pi_l e).  Returned: Pi (n_L x n_L) */
void aln_linearnet_propagator(const struct aln_linearnet *lin, size_t l, double *Pi);

/* WA_l when all F_l have orthonormal columns: tr A_l/(sqrt n_L ||A_l||), l >= 2; NaN for A_l =
 * 0. */
double aln_linearnet_alignment(const struct aln_linearnet *lin, size_t l);

/* The minimum of cos(e, Pi e) over e, for symmetric positive definite Pi with condition number
 * kappa >= 1.  Source: Kantorovich's inequality */
double aln_kantorovich(double kappa);

#ifdef __cplusplus
}
#endif

#endif

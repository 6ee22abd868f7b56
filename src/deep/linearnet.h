/* Deep linear networks under feedback alignment: the exact law of weak weight alignment.
 *
 * Linear units, no biases, all weights zero at the start, simultaneous updates, any loss. Then
 * every weight matrix stays within what the feedback spans, at every step: W_1 = F_1 A_1,   W_l =
 * F_l A_l F_{l-1}^T  (1 < l < L),   W_L = A_L F_{L-1}^T, with A_1 (n_L x n_0) and A_l (n_L x n_L)
 * from inputs x and errors e alone (F_L = 1): z_1 = A_1 x,   z_l = A_l (F_{l-1}^T F_{l-1}) z_{l-1},
 *     A_1 <- A_1 - eta <e x^T>,   A_{l+1} <- A_{l+1} - eta <e z_l^T>   (old values on the right).
 * For feedback alignment layer by layer the products G_l = F_l F_{l+1} ... F_{L-1} stand in place
 * of F_l. <> is the batch's sum or mean; decay and momentum act on A_l as they do on W_l.
 *
 * The recursion runs beside a network and never reads its weights: that both agree to round-off is
 * the test of either. Source: Refinetti et al., ICML 2021, section 3 and its appendix. */
#ifndef ALIGNODE_DEEP_LINEARNET_H
#define ALIGNODE_DEEP_LINEARNET_H

#include "alignode/network.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_linearnet;

/* A recursion for a network at its start: takes its sizes, its feedback, its momentum, decay and
 * reduction.
 * Returned: *out  yours, aln_linearnet_free(); keeps no pointer into net
 * Status:   ALN_USAGE when the law does not hold for it: rule neither dfa nor fa, a layer that is
 *           not dense and linear, biases, weights that are not zero; ALN_MEMORY */
enum aln_status aln_linearnet_create(struct aln_linearnet **out, const struct aln_network *net);
void aln_linearnet_free(struct aln_linearnet *lin);

/* One step, from what the network saw in it.
 * Given: x (count x n_0), e (count x n_L), the errors before the step; rate */
void aln_linearnet_step(struct aln_linearnet *lin, size_t count, const double *x, const double *e,
                        double rate);

/* Views. A_l: n_L x n_0 for l = 1, else n_L x n_L. The way from the output to layer l, F_l or G_l:
 * n_l x n_L, 1 <= l < L. */
const double *aln_linearnet_A(const struct aln_linearnet *lin, size_t l);
const double *aln_linearnet_way(const struct aln_linearnet *lin, size_t l);

/* What the law says of W_l.  Returned: W (n_l x n_{l-1}) */
void aln_linearnet_weights(const struct aln_linearnet *lin, size_t l, double *W);

/* Pi_l of da_l(bp) = F_l Pi_l e, against da_l = F_l e of the rule:
 *     Pi_l = A_{l+1}^T (F_{l+1}^T F_{l+1}) A_{l+2}^T ... (F_{L-1}^T F_{L-1}) A_L^T,  1 <= l < L.
 * With orthonormal F_l, GA_l = cos(e, Pi_l e).  Returned: Pi (n_L x n_L) */
void aln_linearnet_propagator(const struct aln_linearnet *lin, size_t l, double *Pi);

/* WA_l if all F_l have orthonormal columns: tr A_l / (sqrt n_L ||A_l||), l >= 2; NaN for A_l = 0.
 */
double aln_linearnet_alignment(const struct aln_linearnet *lin, size_t l);

/* The least cos(e, Pi e) over all e, for a symmetric positive definite Pi of condition number
 * kappa >= 1.  Source: Kantorovich's inequality */
double aln_kantorovich(double kappa);

#ifdef __cplusplus
}
#endif

#endif

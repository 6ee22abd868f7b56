/* phi(W), a convolution as a dense matrix: n_l x n_{l-1},
 *
 *     phi(W)[(c, i, j), (c', i s + y - p, j s + x - p)] = W[c, c', y, x],  zero elsewhere.
 *
 * It is never formed: everything loops over the places of its nonzero entries. Weight w = (c, c',
 * y, x) has N_w places, fewer near a padded edge, so ||phi(W)||^2 = sum_w N_w w^2. For a dense
 * layer phi(W) = W and N_w = 1; the functions accept both kinds.
 *
 * Strong weight alignment would make phi(W_l) a multiple of F_l F_{l-1}^T. For independent entries
 * of F the nearest phi has E_F max_W cos^2 = count / (n_l n_{l-1}), where count is the number of
 * weights.
 * Source: Refinetti et al., ICML 2021, on convolutions */
#ifndef ALIGNODE_DEEP_PHI_H
#define ALIGNODE_DEEP_PHI_H

#include <stddef.h>

#include "alignode/layer.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_phi {
    struct aln_shape in, out;
    size_t kernel, stride, padding; /* a dense layer: kernel 0 */
    size_t rows, cols;              /* of W, as in aln_layer_weights() */
    size_t inputs, outputs;         /* n_{l-1}, n_l */
};

/* Given:  layer  with weights; in  its input shape
 * Status: ALN_USAGE if the layer does not fit or has no weights */
enum aln_status aln_phi_of(const struct aln_layer *layer, struct aln_shape in, struct aln_phi *phi);

/* Y = phi(W) X.  Given: X (n_{l-1} x q).  Returned: Y (n_l x q) */
void aln_phi_multiply(const struct aln_phi *phi, const double *W, size_t q, const double *X,
                      double *Y);
/* X = phi(W)^T Y */
void aln_phi_transposed(const struct aln_phi *phi, const double *W, size_t q, const double *Y,
                        double *X);

/* S_w, the sum of A B^T over the places of weight w, so <phi(W), A B^T> = sum_w S_w w. The phi
 * nearest to A B^T has the weights S_w/N_w.
 * Given:    A (n_l x q), B (n_{l-1} x q)
 * Returned: S (rows x cols) */
void aln_phi_sums(const struct aln_phi *phi, size_t q, const double *A, const double *B, double *S);
/* N_w.  Returned: N (rows x cols) */
void aln_phi_places(const struct aln_phi *phi, double *N);

/* ||phi(W)||^2 */
double aln_phi_norm2(const struct aln_phi *phi, const double *W);

/* cos(phi(W), A B^T) for given W, and its maximum over all W, attained by the projection.
 * Returned: *cosine  unchanged if W is NULL; *largest  >= 0
 * Status:   ALN_MEMORY */
enum aln_status aln_phi_cosine(const struct aln_phi *phi, const double *W, size_t q,
                               const double *A, const double *B, double *cosine, double *largest);

/* The mean of largest^2 for independent entries of A and B: the number of weights that have a
 * place, divided by n_l n_{l-1}. */
double aln_phi_bound(const struct aln_phi *phi);

#ifdef __cplusplus
}
#endif

#endif

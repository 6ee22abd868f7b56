/* Gradients of networks by central differences, and alignment of a rule's signals with bp's. Shared
 * by the claims and the tests. */
#ifndef ALIGNODE_VALIDATION_GRADIENT_CHECKS_H
#define ALIGNODE_VALIDATION_GRADIENT_CHECKS_H

#include "alignode/network.h"

/* (L(w + h) - L(w - h)) / 2h, h = 1e-5, for every weight and bias of a network in double precision,
 * against aln_network_gradient(). The truncation error is of order h^2 times a third derivative,
 * the rounding error 1e-16 L/h: about 1e-10 each for entries of order one.
 * Returned: *worst  maximum over tensors of the largest deviation over the largest difference; NaN
 *                   when a tensor has no gradient at all
 *           name    of that tensor, [24] as in struct aln_tensor */
enum aln_status aln_gradient_deviation(struct aln_network *net, const struct aln_batch *batch,
                                       double *worst, char *name);

/* Cosine of the rule's and bp's da_l per sample, averaged over the samples.
 * Given:    count <= the network's batch
 * Returned: GA[L]: [0] of da_1 .. da_{L-1} concatenated, [l] of da_l for 1 <= l < L */
enum aln_status aln_gradient_alignment(struct aln_network *net, const struct aln_batch *batch,
                                       double *GA);

/* Networks that cover every kind of layer: inputs 2 x 6 x 5, three outputs. */
struct aln_gradient_net {
    const char *name;
    size_t count;
    struct {
        const char *kind;
        size_t size, kernel, stride, padding;
    } layer[5];
};
extern const struct aln_gradient_net aln_gradient_nets[];
extern const size_t aln_gradient_net_count;

/* Options for such a network: bp, half-mse, double precision, batch 16, initialisation uniform.
 * Returned: *o, and layer[5], to which it points */
void aln_gradient_options(const struct aln_gradient_net *net,
                          const struct aln_deep_activation *activation,
                          struct aln_network_options *o, struct aln_layer layer[5]);

/* Options for a dense network: dfa, initialisation uniform, feedback of scale 1, seeds 1.
 * Given:    units  [depth]; the last layer has no activation
 * Returned: *o, without loss and batch, and layer[depth], to which it points */
void aln_gradient_dense(size_t inputs, size_t depth, const size_t *units, const char *activation,
                        struct aln_network_options *o, struct aln_layer *layer);

/* A step on `each` of all samples: every seventh, so different ones in each step if 7 does not
 * divide their number. */
enum aln_status aln_gradient_step(struct aln_network *net, const struct aln_batch *all, size_t each,
                                  size_t step, double rate);

/* Writes W_{l+1}^T into F_l of a network with layerwise feedback. */
enum aln_status aln_gradient_transpose(struct aln_network *net);

#endif

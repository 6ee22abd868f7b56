/* Activations of all layers on a batch of any length, and products of their kernels K = X X^T. */
#ifndef ALIGNODE_DEEP_MEASURE_LAYER_KERNEL_H
#define ALIGNODE_DEEP_MEASURE_LAYER_KERNEL_H

#include <stdbool.h>

#include "alignode/network.h"

/* Length of the activations of one sample: n_1 + .. + n_L. */
size_t aln_layer_kernel_units(const struct aln_network *net);

/* Returned: H  blocks h_l, batch->count x n_l each
 * Status:   ALN_MEMORY, ALN_USAGE */
enum aln_status aln_layer_kernel_activations(struct aln_network *net, const struct aln_batch *batch,
                                             double *H);

/* Subtracts from every column of X (samples x n) its mean. */
void aln_layer_kernel_centre(size_t samples, size_t n, double *X);

/* The Gram matrix of kernels: gram_ij = <K_i, K_j> = ||X_i^T X_j||^2, by whichever of the two takes
 * fewer operations.
 * Given:    X[count]  samples x n[i] each
 * Returned: gram (count x count), symmetric
 * Status:   ALN_MEMORY */
enum aln_status aln_layer_kernel_gram(size_t count, size_t samples, const size_t *n,
                                      double *const *X, double *gram);

#endif

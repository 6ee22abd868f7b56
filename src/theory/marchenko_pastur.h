/* The spectrum of the covariance of alpha N samples of N isotropic inputs, N -> infinity. With the
 * ratio c = 1/alpha its density is
 *     rho(x) = sqrt((b - x)(x - a))/(2 pi c x) on [a, b] = [(1 - sqrt c)^2, (1 + sqrt c)^2],
 * and alpha < 1 leaves a mass 1 - alpha at 0.
 * Source: Marchenko & Pastur, Math. USSR Sb. 1 (1967) 457. */
#ifndef ALIGNODE_THEORY_MARCHENKO_PASTUR_H
#define ALIGNODE_THEORY_MARCHENKO_PASTUR_H

#include <stddef.h>

/* A quadrature: the mean of f is sum_j weight_j f(node_j).
 *
 * x rho(x) is the weight of Chebyshev polynomials of the second kind, whose Gauss nodes make nodes
 * 1 to count - 1; node 0 lies at 0 and takes the mass that these leave, and with it 1 - alpha. So the
 * means of all polynomials of degree up to 2 (count - 1) are exact, for every alpha.
 * Given:    alpha > 0, count >= 2
 * Returned: node, weight [count]; the weights are >= 0 and sum to 1 */
void aln_marchenko_pastur(double alpha, size_t count, double *node, double *weight);

#endif

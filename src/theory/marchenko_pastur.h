/* The spectrum of the covariance of alpha N samples of N isotropic inputs, N -> infinity. With the
 * ratio c = 1/alpha its density is
 *     rho(x) = sqrt((b - x)(x - a))/(2 pi c x) on [a, b] = [(1 - sqrt c)^2, (1 + sqrt c)^2],
 * and alpha < 1 leaves a mass 1 - alpha at 0.
 * Source: Marchenko & Pastur, Math. USSR Sb. 1 (1967) 457. */
#ifndef ALIGNODE_THEORY_MARCHENKO_PASTUR_H
#define ALIGNODE_THEORY_MARCHENKO_PASTUR_H

#include <stddef.h>

#include "alignode/status.h"

/* A quadrature: the mean of f is sum_j weight_j f(node_j), node 0 being 0 with the mass there.
 *
 * In the angle p, x = a + 4 sqrt(c) sin^2(p/2), the density is smooth, but for 1/x, whose pole comes
 * close to p = 0 as alpha comes close to 1; there, too, is what a long descent has just reached, of width
 * 1/sqrt(time). So the interval [0, pi] is halved towards 0 until a part is as short as the pole is far, at
 * most 12 times, and each part has `order` Gauss-Legendre nodes.
 *
 * Returned: the number of nodes */
size_t aln_marchenko_pastur_count(double alpha, size_t order);
/* Given:    alpha > 0, order > 0
 * Returned: node, weight [aln_marchenko_pastur_count()]
 * Status:   ALN_MEMORY */
enum aln_status aln_marchenko_pastur(double alpha, size_t order, double *node, double *weight);

#endif

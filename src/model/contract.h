/* Contraction of the four-field averages, for activations that compute each one separately. */
#ifndef ALIGNODE_MODEL_CONTRACT_H
#define ALIGNODE_MODEL_CONTRACT_H

#include <stddef.h>

#include "base/interrupt.h"

/* <g'(k) g'(l) g(a) g(b)> for fields of covariance C (P x P); symmetric in k, l and in a, b. */
typedef double (*aln_four_fields)(size_t P, const double *C, size_t k, size_t l, size_t a,
                                  size_t b);

/* out_kl = sum_ab U_ka U_lb average(k,l,a,b), computed for k <= l and a <= b, then mirrored.
 * Given:    C (P x P), U (K x P)
 * Returned: out (K x K) */
static inline void aln_contract(size_t P, size_t K, const double *C, const double *U,
                                aln_four_fields average, double *out)
{
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K && !aln_interrupted(); l++) {
            const double *u = U + k * P, *v = U + l * P;
            double sum = 0;
            for (size_t a = 0; a < P; a++) {
                for (size_t b = a; b < P; b++) {
                    double weight = a == b ? u[a] * v[a] : u[a] * v[b] + u[b] * v[a];
                    if (weight != 0)
                        sum += weight * average(P, C, k, l, a, b);
                }
            }
            out[k * K + l] = out[l * K + k] = sum;
        }
    }
}

#endif

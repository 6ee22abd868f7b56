/* Contraction of the four-field averages, for activations that compute each one separately. */
#ifndef ALIGNODE_MODEL_CONTRACT_H
#define ALIGNODE_MODEL_CONTRACT_H

#include <stddef.h>

/* <g'(k) g'(l) g(a) g(b)> for fields of covariance C (P x P); symmetric in k, l and in a, b. */
typedef double (*aln_four_fields)(size_t P, const double *C, size_t k, size_t l, size_t a,
                                  size_t b);

/* out_kl = sum_ab U_ka U_lb average(k,l,a,b), computed for k <= l and a <= b, then mirrored; rows k on
 * several threads.
 * Given:    C (P x P), U (K x P); threads_from  the least K whose rows are worth threads
 * Returned: out (K x K) */
void aln_contract(size_t P, size_t K, const double *C, const double *U, aln_four_fields average,
                  size_t threads_from, double *out);

#endif

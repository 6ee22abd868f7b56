/* The averages of relu and leaky-relu in lanes. */
#ifndef ALIGNODE_LANES_CONTRACT_RELU_H
#define ALIGNODE_LANES_CONTRACT_RELU_H

#include "model/leak.h"
#include "model/relu_fields.h"

/* The jump of leaky-relu's slope. */
#define ALN_LANES_BEND (1 - ALN_LEAK)

/* I4_kl, k <= l, of covariances C (P x P), weights U (K x P) and what all pairs of fields have in
 * common, pair (P x P). */
void ALN_LANES_NAME(aln_lanes_contract_relu)(bool leaky, size_t P, size_t K, const lanes *C,
                                             const lanes *U, const struct lanes_relu_pair *pair,
                                             lanes *I4);

#endif

/* Inputs with a spectrum in lanes (block_kernel.c), for sources that are compiled for each instruction set. */
#ifndef ALIGNODE_LANES_BLOCK_KERNEL_H
#define ALIGNODE_LANES_BLOCK_KERNEL_H

#include "lanes/kernels.h"
#include "model/vector.h"

/* Q and R of the covariance C (P x P) of the fields at y, totals of their blocks. */
void ALN_LANES_NAME(aln_lanes_block_totals)(const struct aln_lanes_rhs *rhs, const lanes *y,
                                            lanes *C);

/* dQ and dR of all blocks at y.
 * Given: X (K x P), alpha (K)  as in src/theory/rhs.c; I4 (K x K)  <d d^T>, or NULL without it */
void ALN_LANES_NAME(aln_lanes_block_rates)(const struct aln_lanes_rhs *rhs, const lanes *X,
                                           const lanes *alpha, const lanes *I4, const lanes *y,
                                           lanes *dydt);

#endif

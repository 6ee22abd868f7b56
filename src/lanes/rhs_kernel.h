/* The right-hand side of all lanes (rhs_kernel.c) and the covariance that it reads, for sources that
 * are compiled for each instruction set. */
#ifndef ALIGNODE_LANES_RHS_KERNEL_H
#define ALIGNODE_LANES_RHS_KERNEL_H

#include "lanes/block_kernel.h"
#include "lanes/kernels.h"
#include "model/vector.h"

/* dydt at y, (size x lanes) each. */
void ALN_LANES_NAME(aln_lanes_rhs_at)(const struct aln_lanes_rhs *rhs, const double *y,
                                      double *dydt);

/* The error at y [lanes], before it is kept from being negative. */
void ALN_LANES_NAME(aln_lanes_error_at)(const struct aln_lanes_rhs *rhs, const double *y,
                                        double *eg);

/* C of the fields at y; T is constant. */
ALN_KERNEL_BODY void aln_lanes_read_covariance(const struct aln_lanes_rhs *rhs, size_t K, size_t M,
                                               const lanes *y, lanes *C)
{
    const size_t P = K + M;
    const struct aln_layout *layout = &rhs->layout;
    const lanes *Q = y + layout->part[ALN_Q].at, *R = y + layout->part[ALN_R].at,
                *T = (const lanes *)rhs->T;
    if (rhs->blocks > 0) {
        ALN_LANES_NAME(aln_lanes_block_totals)(rhs, y, C);
    } else {
        for (size_t k = 0; k < K; k++)
            for (size_t l = k; l < K; l++)
                C[k * P + l] = C[l * P + k] = *Q++;
        for (size_t k = 0; k < K; k++)
            for (size_t m = 0; m < M; m++)
                C[k * P + K + m] = C[(K + m) * P + k] = *R++;
    }
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < M; n++)
            C[(K + m) * P + K + n] = T[m * M + n];
}

#endif

/* Direct convolution: no patches are gathered. */
#ifndef ALIGNODE_DEEP_CONV_DIRECT_H
#define ALIGNODE_DEEP_CONV_DIRECT_H

#include "deep/real.h"

/* Whether the direct way is the faster one: it also computes the windows that run over the edge of
 * the map, which must not be most of them. */
bool ALN_REAL(aln_conv_is_direct)(const struct aln_stage *stage);

/* Work space, in numbers. */
size_t ALN_REAL(aln_conv_direct_work)(const struct aln_stage *stage);

/* The passes of struct aln_layer_callbacks. */
void ALN_REAL(aln_conv_direct_forward)(const struct aln_stage *stage, size_t B, const real *W,
                                       const real *h, real *a, real *work);
void ALN_REAL(aln_conv_direct_carry)(const struct aln_stage *stage, size_t B, const real *W,
                                     const real *d, real *dh, real *work);
void ALN_REAL(aln_conv_direct_gradient)(const struct aln_stage *stage, size_t B, real alpha,
                                        const real *h, const real *d, real beta, real *G,
                                        real *work);

#endif

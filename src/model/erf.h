/* The erf four-field average, compiled for each instruction set. */
#ifndef ALIGNODE_MODEL_ERF_H
#define ALIGNODE_MODEL_ERF_H

#include <stddef.h>

#include "base/isa.h"

typedef void (*aln_erf_I4_kernel)(size_t P, size_t K, const double *C, const double *U, double *out,
                                  double *work);

extern const aln_erf_I4_kernel aln_erf_I4_kernels[ALN_ISA_COUNT];

#endif

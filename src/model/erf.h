/* The erf four-field average, compiled for each instruction set (erf_kernel.c). */
#ifndef ALIGNODE_MODEL_ERF_H
#define ALIGNODE_MODEL_ERF_H

#include <stddef.h>

#include "base/isa.h"

/* The pairs (k, l), k <= l, in groups of eight, from `begin` on up to `end`.
 * Given: work  aln_erf_I4_room(P) */
typedef void (*aln_erf_I4_kernel)(size_t P, size_t K, const double *C, const double *U,
                                  size_t begin, size_t end, double *out, double *work);
size_t aln_erf_I4_groups(size_t K);
size_t aln_erf_I4_room(size_t P);

enum { ALN_ERF_GROUP = 8 };

#define ALN_ERF_I4(name)                                                                           \
    void name(size_t P, size_t K, const double *C, const double *U, size_t begin, size_t end,      \
              double *out, double *work)
ALN_ERF_I4(aln_erf_I4_kernel_plain);
#if ALN_ISA_X86
ALN_ERF_I4(aln_erf_I4_kernel_avx2);
ALN_ERF_I4(aln_erf_I4_kernel_avx512);
#endif
extern const aln_erf_I4_kernel aln_erf_I4_kernels[ALN_ISA_COUNT];

#endif

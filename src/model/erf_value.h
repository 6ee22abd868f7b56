/* erf(x/sqrt 2) and its derivative, of many numbers at once, compiled for each instruction set; all give
 * the same bits, and any C library does.
 *
 * Near each multiple of a step a polynomial in the distance to it, whose coefficients a permutation of
 * two registers finds; the derivative by 2^k 2^(i/16) exp r. Nothing is fused: products and sums are rounded
 * as written. Largest errors, which a test measures: of g 3 units of its last digit, of g' 3e-16; g' does not
 * fall below 1e-307. */
#ifndef ALIGNODE_MODEL_ERF_VALUE_H
#define ALIGNODE_MODEL_ERF_VALUE_H

#include <stddef.h>

#include "base/isa.h"

/* Given: x [n].  Returned: out [n], which may be x */
typedef void (*aln_erf_function)(size_t n, const double *x, double *out);

void aln_erf_value_plain(size_t n, const double *x, double *out);
void aln_erf_slope_plain(size_t n, const double *x, double *out);
#if ALN_ISA_X86
void aln_erf_value_avx2(size_t n, const double *x, double *out);
void aln_erf_slope_avx2(size_t n, const double *x, double *out);
void aln_erf_value_avx512(size_t n, const double *x, double *out);
void aln_erf_slope_avx512(size_t n, const double *x, double *out);
#endif
extern const aln_erf_function aln_erf_value[ALN_ISA_COUNT], aln_erf_slope[ALN_ISA_COUNT];

#endif

/* Kernels compiled for several instruction sets.
 *
 * A kernel's body is written once and compiled once per set; which one runs is chosen when a handle
 * is created. All variants of a kernel give the same bits: no contraction, sums in a fixed order.
 * The plain variant is ordinary C, works with every compiler and machine, and is the reference in
 * the tests. */
#ifndef ALIGNODE_BASE_ISA_H
#define ALIGNODE_BASE_ISA_H

#include <math.h>
#include <stdbool.h>

#include "alignode/status.h"

/* Whether code for the plain instruction set multiplies and adds in one rounding, as all others do: where that
 * takes a call, it does not, and results of erf differ in their last digits. */
#ifdef FP_FAST_FMA
#define ALN_ISA_PLAIN_FUSED true
#else
#define ALN_ISA_PLAIN_FUSED false
#endif

enum aln_isa { ALN_ISA_PLAIN, ALN_ISA_AVX2, ALN_ISA_AVX512, ALN_ISA_COUNT };

/* The widest set that this machine and this build support or, if it is narrower, the one that the
 * environment variable ALIGNODE_ISA names: baseline, v3 (AVX2 and FMA) or v4 (AVX-512), as the
 * levels of x86-64. Read once. */
enum aln_isa aln_isa_best(void);

/* Whether ALIGNODE_ISA=baseline asks for the results of version 0.1.0: its order of operations, the C library's
 * functions, its samples of the chain. */
bool aln_isa_first(void);

/* Refuses an ALIGNODE_ISA that names no set, or one that this machine or this build does not have. */
enum aln_status aln_isa_check(void);

#if defined(__GNUC__) && defined(__x86_64__)
#define ALN_ISA_X86         1
#define ALN_TARGET_AVX2     __attribute__((target("avx2")))
#define ALN_TARGET_AVX2_FMA __attribute__((target("avx2,fma")))
#define ALN_TARGET_AVX512   __attribute__((target("avx2,avx512f,avx512vl,avx512dq")))
#define ALN_KERNEL_BODY     static inline __attribute__((always_inline))
#else
#define ALN_ISA_X86     0
#define ALN_KERNEL_BODY static inline
#endif

#endif

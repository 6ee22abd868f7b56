/* Vectors of `real` for product_kernel.c: all lanes with AVX-512, half of them with AVX2. */
#ifndef ALIGNODE_DEEP_PRODUCT_LANES_H
#define ALIGNODE_DEEP_PRODUCT_LANES_H

#include <immintrin.h>
#include <stdint.h>

#include "deep/product_kernel.h"

#if defined __AVX512F__ && defined ALN_REAL_SINGLE
#define VECTOR(operation) _mm512_##operation##_ps
typedef __m512 part;
typedef __mmask16 part_mask;
#elif defined __AVX512F__
#define VECTOR(operation) _mm512_##operation##_pd
typedef __m512d part;
typedef __mmask8 part_mask;
#elif defined ALN_REAL_SINGLE
#define VECTOR(operation) _mm256_##operation##_ps
typedef __m256 part;
typedef __m256i part_mask;
typedef int32_t part_flag;
#else
#define VECTOR(operation) _mm256_##operation##_pd
typedef __m256d part;
typedef __m256i part_mask;
typedef int64_t part_flag;
#endif

enum { PART = (int)(sizeof(part) / sizeof(real)) };

#define ALL(x)       VECTOR(set1)(x)
#define FMA(a, b, c) VECTOR(fmadd)(a, b, c)
/* Keeps a vector in a register, where compilers would load it from memory for each use. */
#define KEPT(v) __asm__("" : "+v"(v))

/* ---- parts of a vector ---- */

/* Of its first `count` numbers. */
#if defined __AVX512F__
#define KERNELS                  ALN_REAL(aln_product_avx512)
#define MASKED_LOAD(x, mask)     VECTOR(maskz_loadu)(mask, x)
#define MASKED_STORE(x, mask, v) VECTOR(mask_storeu)(x, mask, v)
ALN_KERNEL_BODY part_mask first(size_t count)
{
    return (part_mask)((1u << count) - 1);
}
#else
#define KERNELS                  ALN_REAL(aln_product_avx2)
#define MASKED_LOAD(x, mask)     VECTOR(maskload)(x, mask)
#define MASKED_STORE(x, mask, v) VECTOR(maskstore)(x, mask, v)
ALN_KERNEL_BODY part_mask first(size_t count)
{
    static const part_flag flag[2 * 8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i_u *)(flag + 8 - count));
}
#endif

/* All numbers, or some: others are 0 and not read, or not written. */
ALN_KERNEL_BODY part load(const real *x, bool all, part_mask some)
{
    return all ? VECTOR(loadu)(x) : MASKED_LOAD(x, some);
}

ALN_KERNEL_BODY void store(part v, real *x, bool all, part_mask some)
{
    if (all)
        VECTOR(storeu)(x, v);
    else
        MASKED_STORE(x, some, v);
}

/* ---- of each group of 2, 4, .. lanes of a, and of b, the first half, and the second ---- */

#define PICK __builtin_shufflevector
#if defined __AVX512F__ && defined ALN_REAL_SINGLE
#define FIRST_8(a, b)  PICK(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define SECOND_8(a, b) PICK(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
#define FIRST_4(a, b)  PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define SECOND_4(a, b) PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#define FIRST_2(a, b)  PICK(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29)
#define SECOND_2(a, b) PICK(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31)
#define FIRST_1(a, b)  PICK(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define SECOND_1(a, b) PICK(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#elif defined __AVX512F__ || defined ALN_REAL_SINGLE
#define FIRST_4(a, b)  PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define SECOND_4(a, b) PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define FIRST_2(a, b)  PICK(a, b, 0, 1, 4, 5, 8, 9, 12, 13)
#define SECOND_2(a, b) PICK(a, b, 2, 3, 6, 7, 10, 11, 14, 15)
#define FIRST_1(a, b)  PICK(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define SECOND_1(a, b) PICK(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#else
#define FIRST_2(a, b)  PICK(a, b, 0, 1, 4, 5)
#define SECOND_2(a, b) PICK(a, b, 2, 3, 6, 7)
#define FIRST_1(a, b)  PICK(a, b, 0, 2, 4, 6)
#define SECOND_1(a, b) PICK(a, b, 1, 3, 5, 7)
#endif

#endif

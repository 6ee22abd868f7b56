/* Vectors of doubles in sources that are compiled once for each instruction set, with
 * ALN_LANES_AVX512, ALN_LANES_AVX2 or neither: their type, square root, arcsine. External names are
 * ALN_LANES_NAME(name), that is name_avx512, ...
 *
 * Arithmetic and comparisons of vectors are those of GNU C. Functions take pointers, because vectors
 * as arguments have other calling conventions on other processors. LANES_FMA() rounds once where the
 * instruction set can, with the same bits in all that can. */
#ifndef ALIGNODE_MODEL_VECTOR_H
#define ALIGNODE_MODEL_VECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#if defined ALN_LANES_AVX2 || defined ALN_LANES_AVX512
#include <immintrin.h>
#endif

#include "base/isa.h"
#include "model/asin.h"

#if defined ALN_LANES_AVX512
#define ALN_LANES_NAME(name) name##_avx512
enum { LANES = 8 };
#elif defined ALN_LANES_AVX2
#define ALN_LANES_NAME(name) name##_avx2
enum { LANES = 4 };
#else
#define ALN_LANES_NAME(name) name##_plain
enum { LANES = 2 };
#endif

/* The value of one quantity in all lanes. */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t lanes_mask __attribute__((vector_size(LANES * sizeof(int64_t))));

/* a b + c; mask ? a : b; a < b ? a : b; a > b ? a : b; the size of a with the sign of b; is one of the lanes of
 * the mask a > b set? */
#define LANES_CHOOSE(mask, a, b) ((lanes)(((mask) & (lanes_mask)(a)) | (~(mask) & (lanes_mask)(b))))
#define LANES_ABS(x)             ((lanes)((lanes_mask)(x)&INT64_MAX))
#define LANES_SIGNED(a, b)       ((lanes)(((lanes_mask)(a)&INT64_MAX) | ((lanes_mask)(b)&INT64_MIN)))
#if defined ALN_LANES_AVX512
#define LANES_FMA(a, b, c)    ((lanes)_mm512_fmadd_pd((__m512d)(a), (__m512d)(b), (__m512d)(c)))
#define LANES_MIN(a, b)       ((lanes)_mm512_min_pd((__m512d)(a), (__m512d)(b)))
#define LANES_MAX(a, b)       ((lanes)_mm512_max_pd((__m512d)(a), (__m512d)(b)))
#define LANES_ANY_ABOVE(a, b) (_mm512_cmp_pd_mask((__m512d)(a), (__m512d)(b), _CMP_GT_OQ) != 0)
#elif defined ALN_LANES_AVX2
#define LANES_FMA(a, b, c)    ((lanes)_mm256_fmadd_pd((__m256d)(a), (__m256d)(b), (__m256d)(c)))
#define LANES_MIN(a, b)       ((lanes)_mm256_min_pd((__m256d)(a), (__m256d)(b)))
#define LANES_MAX(a, b)       ((lanes)_mm256_max_pd((__m256d)(a), (__m256d)(b)))
#define LANES_ANY_ABOVE(a, b) (_mm256_movemask_pd((__m256d)((a) > (b))) != 0)
#else
#ifdef FP_FAST_FMA
#define LANES_FMA(a, b, c) ((lanes){fma((a)[0], (b)[0], (c)[0]), fma((a)[1], (b)[1], (c)[1])})
#else
#define LANES_FMA(a, b, c) ((a) * (b) + (c))
#endif
#define LANES_MIN(a, b)       LANES_CHOOSE((a) < (b), a, b)
#define LANES_MAX(a, b)       LANES_CHOOSE((a) > (b), a, b)
#define LANES_ANY_ABOVE(a, b) ((a)[0] > (b)[0] || (a)[1] > (b)[1])
#endif

ALN_KERNEL_BODY void lanes_sqrt(const lanes *x, lanes *out)
{
    const lanes in = *x;
    lanes root = in;
    for (int j = 0; j < LANES; j++)
        root[j] = sqrt(in[j]);
    *out = root;
}

#define LANES_ALL(x) ((lanes){0} + (x))

/* aln_asin() in each lane, with the same bits. The root is left out where no lane needs it. */
ALN_KERNEL_BODY void lanes_asin(const lanes *x, lanes *out)
{
    const lanes zero = {0}, ax = LANES_ABS(*x), middle = zero + 0.5;
    const bool far = LANES_ANY_ABOVE(ax, middle);
    lanes z = ax * ax, s = ax;
    if (far) {
        lanes above = middle - middle * ax, root;
        above = LANES_MAX(zero, above);
        lanes_sqrt(&above, &root);
        z = LANES_MIN(above, z);
        s = LANES_MIN(root, ax);
    }
    const lanes z2 = z * z, sz = s * z;
    lanes r = LANES_FMA(sz, ALN_ASIN_SERIES(LANES_FMA, LANES_ALL, z, z2), s);
    if (far) {
        const lanes half = zero + 1.57079632679489661923, rest = zero + 6.123233995736766e-17;
        r = LANES_CHOOSE(ax > middle, half + (rest - (r + r)), r);
    }
    *out = LANES_SIGNED(r, *x);
}

#endif

/* Every sum is a chain of fused multiply-adds in one order, so that all variants give the same bits.
 * This file is compiled with -ffp-contract=fast: `sum += a * b` of vectors is one instruction on
 * machines that have it; the plain variant calls fma(), which is slow where they do not. */
#include "deep/conv_kernel.h"

#include <math.h>

enum { ROWS = ALN_CONV_ROWS, LANES = ALN_CONV_LANES };

#if defined ALN_REAL_SINGLE
#define FMA fmaf
#else
#define FMA fma
#endif

/* ---- plain ---- */

static void multiply_plain(size_t count, const size_t *offset, const real *A, const real *x,
                           size_t N, size_t pitch, real *out)
{
    for (size_t r = 0; r < ROWS; r++)
        for (size_t n = 0; n < N; n++) {
            real sum = 0;
            for (size_t q = 0; q < count; q++)
                sum = FMA(A[q * ROWS + r], x[offset[q] + n], sum);
            out[r * pitch + n] = sum;
        }
}

static void correlate_plain(size_t rows, size_t count, const size_t *offset, const real *d,
                            size_t pitch, const real *x, size_t N, real *T)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t q = 0; q < count; q++) {
            real sum[LANES] = {0};
            for (size_t n = 0; n < N; n++)
                sum[n % LANES] = FMA(d[r * pitch + n], x[offset[q] + n], sum[n % LANES]);
            for (size_t half = LANES / 2; half > 0; half /= 2)
                for (size_t j = 0; j < half; j++)
                    sum[j] += sum[j + half];
            T[r * count + q] += sum[0];
        }
}

/* ---- in lanes ---- */

#if ALN_ISA_X86
typedef real lanes __attribute__((vector_size(64)));
typedef real loose __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));

enum { MOST_ROWS = 8, MOST_VECTORS = 3, MOST_TERMS = 6 };

/* `rows` x `vectors` sums, which stay in registers. */
ALN_KERNEL_BODY void multiply_tile(size_t rows, size_t vectors, size_t count, const size_t *offset,
                                   const real *A, const real *x, size_t pitch, real *out)
{
    lanes sum[MOST_ROWS][MOST_VECTORS] = {0};
    for (size_t q = 0; q < count; q++) {
        lanes here[MOST_VECTORS];
        for (size_t v = 0; v < vectors; v++)
            here[v] = *(const loose *)(x + offset[q] + v * LANES);
        for (size_t r = 0; r < rows; r++)
            for (size_t v = 0; v < vectors; v++)
                sum[r][v] += A[q * ROWS + r] * here[v];
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < vectors; v++)
            *(loose *)(out + r * pitch + v * LANES) = sum[r][v];
}

/* In tiles of `rows` x `vectors`, and one vector at the end. */
ALN_KERNEL_BODY void multiply_block(size_t rows, size_t vectors, size_t count, const size_t *offset,
                                    const real *A, const real *x, size_t N, size_t pitch, real *out)
{
    for (size_t r = 0; r < ROWS; r += rows) {
        size_t n = 0;
        for (; n + vectors * LANES <= N; n += vectors * LANES)
            multiply_tile(rows, vectors, count, offset, A + r, x + n, pitch, out + r * pitch + n);
        for (; n < N; n += LANES)
            multiply_tile(rows, 1, count, offset, A + r, x + n, pitch, out + r * pitch + n);
    }
}

/* The halves of the lanes one onto the other. */
ALN_KERNEL_BODY real add_lanes(const lanes *v)
{
    lanes s = *v;
#if defined ALN_REAL_SINGLE
    s += __builtin_shufflevector(s, s, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    s += __builtin_shufflevector(s, s, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    s += __builtin_shufflevector(s, s, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    s += __builtin_shufflevector(s, s, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
#else
    s += __builtin_shufflevector(s, s, 4, 5, 6, 7, 0, 1, 2, 3);
    s += __builtin_shufflevector(s, s, 2, 3, 0, 1, 6, 7, 4, 5);
    s += __builtin_shufflevector(s, s, 1, 0, 3, 2, 5, 4, 7, 6);
#endif
    return s[0];
}

/* `rows` x `terms` sums, which stay in registers. */
ALN_KERNEL_BODY void correlate_tile(size_t rows, size_t terms, const size_t *offset, const real *d,
                                    size_t pitch, const real *x, size_t N, size_t stride, real *T)
{
    lanes sum[MOST_ROWS][MOST_TERMS] = {0};
    for (size_t n = 0; n < N; n += LANES) {
        lanes here[MOST_TERMS];
        for (size_t q = 0; q < terms; q++)
            here[q] = *(const loose *)(x + offset[q] + n);
        for (size_t r = 0; r < rows; r++)
            for (size_t q = 0; q < terms; q++)
                sum[r][q] += *(const loose *)(d + r * pitch + n) * here[q];
    }
    for (size_t r = 0; r < rows; r++)
        for (size_t q = 0; q < terms; q++)
            T[r * stride + q] += add_lanes(&sum[r][q]);
}

ALN_KERNEL_BODY void correlate_rows(size_t rows, size_t terms, size_t count, const size_t *offset,
                                    const real *d, size_t pitch, const real *x, size_t N, real *T)
{
    size_t q = 0;
    for (; q + terms <= count; q += terms)
        correlate_tile(rows, terms, offset + q, d, pitch, x, N, count, T + q);
    for (; q < count; q++)
        correlate_tile(rows, 1, offset + q, d, pitch, x, N, count, T + q);
}

ALN_KERNEL_BODY void correlate_all(size_t at_once, size_t terms, size_t rows, size_t count,
                                   const size_t *offset, const real *d, size_t pitch, const real *x,
                                   size_t N, real *T)
{
    size_t r = 0;
    for (; r + at_once <= rows; r += at_once)
        correlate_rows(at_once, terms, count, offset, d + r * pitch, pitch, x, N, T + r * count);
    for (; r < rows; r++)
        correlate_rows(1, terms, count, offset, d + r * pitch, pitch, x, N, T + r * count);
}

/* Tiles that fit the registers: 32 of a whole vector, or 16 of half of one. */
#define VARIANT(isa, target, rows_m, vectors, rows_c, terms)                                       \
    target static void multiply_##isa(size_t count, const size_t *offset, const real *A,           \
                                      const real *x, size_t N, size_t pitch, real *out)            \
    {                                                                                              \
        multiply_block(rows_m, vectors, count, offset, A, x, N, pitch, out);                       \
    }                                                                                              \
    target static void correlate_##isa(size_t rows, size_t count, const size_t *offset,            \
                                       const real *d, size_t pitch, const real *x, size_t N,       \
                                       real *T)                                                    \
    {                                                                                              \
        correlate_all(rows_c, terms, rows, count, offset, d, pitch, x, N, T);                      \
    }
VARIANT(avx2, ALN_TARGET_AVX2_FMA, 4, 1, 2, 2)
VARIANT(avx512, ALN_TARGET_AVX512, 8, 3, 4, 6)
#else
#define multiply_avx2    multiply_plain
#define multiply_avx512  multiply_plain
#define correlate_avx2   correlate_plain
#define correlate_avx512 correlate_plain
#endif

const struct aln_conv_kernel ALN_REAL(aln_conv_kernels)[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = {multiply_plain, correlate_plain},
    [ALN_ISA_AVX2] = {multiply_avx2, correlate_avx2},
    [ALN_ISA_AVX512] = {multiply_avx512, correlate_avx512},
};

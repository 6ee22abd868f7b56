#include "simulate/kernel.h"

enum { LANES = ALN_KERNEL_LANES };

static double add_lanes(const double a[LANES])
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

static void dot_plain(size_t rows, size_t n, const double *W, size_t stride, const double *x,
                      double *sum)
{
    for (size_t r = 0; r < rows; r++, W += stride) {
        double a[LANES] = {0};
        for (size_t i = 0; i < n; i += LANES)
            for (size_t j = 0; j < LANES; j++)
                a[j] += W[i + j] * x[i + j];
        sum[r] += add_lanes(a);
    }
}

static void update_plain(size_t rows, size_t n, double keep, const double *c, const double *x,
                         double *W, size_t stride)
{
    for (size_t r = 0; r < rows; r++, W += stride)
        for (size_t i = 0; i < n; i++)
            W[i] = keep * W[i] - c[r] * x[i];
}

#if ALN_ISA_X86
typedef double lanes __attribute__((vector_size(8 * LANES)));

/* `count` rows at once, so that x is loaded once and the sums are independent. */
ALN_KERNEL_BODY void dot_rows(size_t count, size_t n, const double *W, size_t stride,
                              const double *x, double *sum)
{
    lanes a[4] = {{0}};
    for (size_t i = 0; i < n; i += LANES)
        for (size_t r = 0; r < count; r++)
            a[r] += *(const lanes *)(W + r * stride + i) * *(const lanes *)(x + i);
    for (size_t r = 0; r < count; r++) {
        double parts[LANES];
        for (int j = 0; j < LANES; j++)
            parts[j] = a[r][j];
        sum[r] += add_lanes(parts);
    }
}

ALN_KERNEL_BODY void dot_wide(size_t rows, size_t n, const double *W, size_t stride,
                              const double *x, double *sum)
{
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        dot_rows(4, n, W + r * stride, stride, x, sum + r);
    for (; r + 2 <= rows; r += 2)
        dot_rows(2, n, W + r * stride, stride, x, sum + r);
    for (; r < rows; r++)
        dot_rows(1, n, W + r * stride, stride, x, sum + r);
}

ALN_KERNEL_BODY void update_wide(size_t rows, size_t n, double keep, const double *c,
                                 const double *x, double *W, size_t stride)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i += LANES) {
            lanes *w = (lanes *)(W + r * stride + i);
            *w = keep * *w - c[r] * *(const lanes *)(x + i);
        }
}

#define VARIANT(TARGET, isa)                                                                       \
    TARGET static void dot_##isa(size_t rows, size_t n, const double *W, size_t stride,            \
                                 const double *x, double *sum)                                     \
    {                                                                                              \
        dot_wide(rows, n, W, stride, x, sum);                                                      \
    }                                                                                              \
    TARGET static void update_##isa(size_t rows, size_t n, double keep, const double *c,           \
                                    const double *x, double *W, size_t stride)                     \
    {                                                                                              \
        update_wide(rows, n, keep, c, x, W, stride);                                               \
    }
VARIANT(ALN_TARGET_AVX2, avx2)
VARIANT(ALN_TARGET_AVX512, avx512)
#endif

const struct aln_kernel aln_kernels[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = {dot_plain, update_plain},
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = {dot_avx2, update_avx2},
    [ALN_ISA_AVX512] = {dot_avx512, update_avx512},
#endif
};

/* Compiled twice, for float (ALN_REAL_SINGLE) and for double (ALN_REAL_DOUBLE). */
#include "simulate/kernel.h"

#include <string.h>

#if defined ALN_REAL_SINGLE
typedef float real;
#define KERNELS aln_kernels_single
#elif defined ALN_REAL_DOUBLE
typedef double real;
#define KERNELS aln_kernels
#else
#error "one of ALN_REAL_SINGLE and ALN_REAL_DOUBLE must be defined"
#endif

enum { LANES = 64 / sizeof(real), DOUBLES = ALN_KERNEL_LANES };

ALN_KERNEL_BODY double add_doubles(const double a[DOUBLES])
{
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

ALN_KERNEL_BODY double add_lanes(const real lane[LANES])
{
    double a[DOUBLES];
    for (size_t j = 0; j < DOUBLES; j++)
        a[j] = (double)lane[j];
    for (size_t j = DOUBLES; j < LANES; j++)
        a[j - DOUBLES] += (double)lane[j];
    return add_doubles(a);
}

static void dot_plain(size_t rows, size_t n, const void *of, size_t stride, const void *with,
                      double *sum)
{
    const real *W = of, *x = with;
    for (size_t r = 0; r < rows; r++, W += stride) {
        real a[LANES] = {0};
        for (size_t i = 0; i < n; i += LANES)
            for (size_t j = 0; j < LANES; j++)
                a[j] += W[i + j] * x[i + j];
        sum[r] += add_lanes(a);
    }
}

static void update_plain(size_t rows, size_t n, double keep, const double *c, const void *by,
                         void *of, size_t stride)
{
    const real *x = by, kept = (real)keep;
    real *W = of;
    for (size_t r = 0; r < rows; r++, W += stride)
        for (size_t i = 0; i < n; i++)
            W[i] = kept * W[i] - (real)c[r] * x[i];
}

static void step_plain(size_t rows, size_t n, double keep, const double *c, const void *before,
                       void *W, size_t stride, const void *x, double *sum)
{
    update_plain(rows, n, keep, c, before, W, stride);
    dot_plain(rows, n, W, stride, x, sum);
}

#if ALN_ISA_X86
typedef real lanes __attribute__((vector_size(64)));

/* add_lanes(), in the same order. */
#if defined ALN_REAL_SINGLE
typedef float half __attribute__((vector_size(32)));
typedef double doubles __attribute__((vector_size(64)));

ALN_KERNEL_BODY double add_line(const lanes *line)
{
    half part[2];
    double a[DOUBLES];
    memcpy(part, line, sizeof part);
    const doubles sum =
        __builtin_convertvector(part[0], doubles) + __builtin_convertvector(part[1], doubles);
    memcpy(a, &sum, sizeof a);
    return add_doubles(a);
}
#else
ALN_KERNEL_BODY double add_line(const lanes *line)
{
    double a[DOUBLES];
    memcpy(a, line, sizeof a);
    return add_doubles(a);
}
#endif

/* `count` rows at once, so that x is loaded once and the sums are independent. */
ALN_KERNEL_BODY void dot_rows(size_t count, size_t n, const real *W, size_t stride, const real *x,
                              double *sum)
{
    lanes a[4] = {{0}};
    for (size_t i = 0; i < n; i += LANES)
        for (size_t r = 0; r < count; r++)
            a[r] += *(const lanes *)(W + r * stride + i) * *(const lanes *)(x + i);
    for (size_t r = 0; r < count; r++)
        sum[r] += add_line(&a[r]);
}

ALN_KERNEL_BODY void dot_wide(size_t rows, size_t n, const real *W, size_t stride, const real *x,
                              double *sum)
{
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        dot_rows(4, n, W + r * stride, stride, x, sum + r);
    for (; r + 2 <= rows; r += 2)
        dot_rows(2, n, W + r * stride, stride, x, sum + r);
    for (; r < rows; r++)
        dot_rows(1, n, W + r * stride, stride, x, sum + r);
}

ALN_KERNEL_BODY void update_wide(size_t rows, size_t n, double keep, const double *c, const real *x,
                                 real *W, size_t stride)
{
    const real kept = (real)keep;
    for (size_t r = 0; r < rows; r++) {
        const real share = (real)c[r];
        for (size_t i = 0; i < n; i += LANES) {
            lanes *w = (lanes *)(W + r * stride + i);
            *w = kept * *w - share * *(const lanes *)(x + i);
        }
    }
}

/* `count` rows at once; without a product where keep is 1. */
ALN_KERNEL_BODY void step_rows(size_t count, bool shrinks, size_t n, real kept, const double *c,
                               const real *before, real *W, size_t stride, const real *x,
                               double *sum)
{
    lanes a[4] = {{0}};
    real share[4];
    for (size_t r = 0; r < count; r++)
        share[r] = (real)c[r];
    for (size_t i = 0; i < n; i += LANES) {
        const lanes old = *(const lanes *)(before + i), new = *(const lanes *)(x + i);
        for (size_t r = 0; r < count; r++) {
            lanes *to = (lanes *)(W + r * stride + i), w = shrinks ? kept * *to : *to;
            w -= share[r] * old;
            a[r] += w * new;
            *to = w;
        }
    }
    for (size_t r = 0; r < count; r++)
        sum[r] += add_line(&a[r]);
}

ALN_KERNEL_BODY void step_all(bool shrinks, size_t rows, size_t n, real kept, const double *c,
                              const real *before, real *W, size_t stride, const real *x,
                              double *sum)
{
    size_t r = 0;
    for (; r + 4 <= rows; r += 4)
        step_rows(4, shrinks, n, kept, c + r, before, W + r * stride, stride, x, sum + r);
    for (; r + 2 <= rows; r += 2)
        step_rows(2, shrinks, n, kept, c + r, before, W + r * stride, stride, x, sum + r);
    for (; r < rows; r++)
        step_rows(1, shrinks, n, kept, c + r, before, W + r * stride, stride, x, sum + r);
}

#define VARIANT(TARGET, isa)                                                                       \
    TARGET static void dot_##isa(size_t rows, size_t n, const void *W, size_t stride,              \
                                 const void *x, double *sum)                                       \
    {                                                                                              \
        dot_wide(rows, n, W, stride, x, sum);                                                      \
    }                                                                                              \
    TARGET static void update_##isa(size_t rows, size_t n, double keep, const double *c,           \
                                    const void *x, void *W, size_t stride)                         \
    {                                                                                              \
        update_wide(rows, n, keep, c, x, W, stride);                                               \
    }                                                                                              \
    TARGET static void step_##isa(size_t rows, size_t n, double keep, const double *c,             \
                                  const void *before, void *W, size_t stride, const void *x,       \
                                  double *sum)                                                     \
    {                                                                                              \
        if (keep < 1 || keep > 1)                                                                  \
            step_all(true, rows, n, (real)keep, c, before, W, stride, x, sum);                     \
        else                                                                                       \
            step_all(false, rows, n, 1, c, before, W, stride, x, sum);                             \
    }
VARIANT(ALN_TARGET_AVX2, avx2)
VARIANT(ALN_TARGET_AVX512, avx512)
#endif

#if defined ALN_REAL_SINGLE
/* Of states only, which are rarely asked for: one for all instruction sets. */
static void overlap(size_t rows, size_t n, const void *of, size_t stride, const void *with,
                    double *sum)
{
    const float *W = of, *x = with;
    for (size_t r = 0; r < rows; r++, W += stride) {
        double a[DOUBLES] = {0};
        for (size_t i = 0; i < n; i += DOUBLES)
            for (size_t j = 0; j < DOUBLES; j++)
                a[j] += (double)W[i + j] * (double)x[i + j];
        sum[r] += add_doubles(a);
    }
}
#define OVERLAP(isa) overlap
#else
#define OVERLAP(isa) dot_##isa
#endif

#define ROW(isa)                                                                                   \
    {                                                                                              \
        LANES, sizeof(real), dot_##isa, OVERLAP(isa), update_##isa, step_##isa                     \
    }
const struct aln_kernel KERNELS[ALN_ISA_COUNT] = {
    [ALN_ISA_PLAIN] = ROW(plain),
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = ROW(avx2),
    [ALN_ISA_AVX512] = ROW(avx512),
#endif
};

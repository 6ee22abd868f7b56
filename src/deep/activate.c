/* Activation kernels, one set per instruction set. They are elementwise and compiled without
 * contraction, so all sets give the same bits. In double they are the plain definitions. */
#include "deep/real.h"

/* gcc vectorises a conditional only if it may evaluate both branches. That can set floating-point
 * exception flags, which nothing reads; the results are the same. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include "deep/elementary.h"
#include "deep/tables.h"

#define SQRT_2_PI (real)0.79788456080286535588 /* sqrt(2/pi) */

/* g(a), and g'(a) from a and h = g(a). NaN must propagate. */

ALN_KERNEL_BODY real tanh_g(real a)
{
    return real_tanh(a);
}
ALN_KERNEL_BODY real tanh_dg(real a, real h)
{
    (void)a;
    return 1 - h * h;
}

ALN_KERNEL_BODY real relu_g(real a)
{
    return a < 0 ? 0 : a;
}
ALN_KERNEL_BODY real relu_dg(real a, real h)
{
    (void)h;
    return a > 0 ? 1 : 0;
}

ALN_KERNEL_BODY real leaky_g(real a)
{
    return a * (real)(a > 0 ? 1 : ALN_LEAK);
}
ALN_KERNEL_BODY real leaky_dg(real a, real h)
{
    (void)h;
    return (real)(a > 0 ? 1 : ALN_LEAK);
}

ALN_KERNEL_BODY real sigmoid_g(real a)
{
    return 1 / (1 + real_exp(-a));
}
ALN_KERNEL_BODY real sigmoid_dg(real a, real h)
{
    (void)a;
    return h * (1 - h);
}

ALN_KERNEL_BODY real erf_g(real a)
{
    return real_erf(a);
}
ALN_KERNEL_BODY real erf_dg(real a, real h)
{
    (void)h;
    return SQRT_2_PI * real_exp((real)-0.5 * a * a);
}

#define LOOPS(name, isa, target)                                                                   \
    target static void name##_apply_##isa(size_t n, const real *a, real *h)                        \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            h[i] = name##_g(a[i]);                                                                 \
    }                                                                                              \
    target static void name##_slope_##isa(size_t n, const real *restrict a,                        \
                                          const real *restrict h, real *restrict d)                \
    {                                                                                              \
        for (size_t i = 0; i < n; i++)                                                             \
            d[i] *= name##_dg(a[i], h[i]);                                                         \
    }

#if ALN_ISA_X86 && defined ALN_REAL_SINGLE
#define ACTIVATION(name)                                                                           \
    LOOPS(name, plain, )                                                                           \
    LOOPS(name, avx2, ALN_TARGET_AVX2)                                                             \
    LOOPS(name, avx512, ALN_TARGET_AVX512)                                                         \
    ROW(name, plain, avx2, avx512)
#else
#define ACTIVATION(name)                                                                           \
    LOOPS(name, plain, )                                                                           \
    ROW(name, plain, plain, plain)
#endif
#define ROW(name, first, second, third)                                                            \
    const struct aln_activation_callbacks ALN_REAL(aln_activate_##name) = {                        \
        {[ALN_ISA_PLAIN] = {name##_apply_##first, name##_slope_##first},                           \
         [ALN_ISA_AVX2] = {name##_apply_##second, name##_slope_##second},                          \
         [ALN_ISA_AVX512] = {name##_apply_##third, name##_slope_##third}}};

ACTIVATION(tanh)
ACTIVATION(relu)
ACTIVATION(leaky)
ACTIVATION(sigmoid)
ACTIVATION(erf)
/* No kernels: a stage without activation has h = a. */
const struct aln_activation_callbacks ALN_REAL(aln_activate_linear);

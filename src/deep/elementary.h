/* exp, tanh and erf(x/sqrt 2) for `real`. In double they are libm's. In float they are plain C that
 * compilers vectorise: no branches, no calls; conditionals only clamp to constants. NaN propagates.
 * tests/deep/test_activate.c measures the relative errors over all relevant floats. Coefficients
 * are minimax fits in 40-digit arithmetic (rational ones: Lawson's weights on 160 nodes). */
#ifndef ALIGNODE_DEEP_ELEMENTARY_H
#define ALIGNODE_DEEP_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "deep/real.h"

#if defined ALN_REAL_DOUBLE

static inline double real_exp(double x)
{
    return exp(x);
}
static inline double real_tanh(double x)
{
    return tanh(x);
}
static inline double real_erf(double x)
{
    return erf(0.70710678118654752440 * x);
}

#else

/* Clamps to [-1, 1], so that 1 - h^2 is never negative. */
ALN_KERNEL_BODY float real_unit(float h)
{
    h = h < -1 ? -1 : h;
    return h > 1 ? 1 : h;
}

/* 2^n exp(r) with x = n log 2 + r; exp r = 1 + r + r^2 q(r). x is clamped to [-87, 88]: callers
 * pass less than 88 or divide by the result. */
ALN_KERNEL_BODY float real_exp(float x)
{
    const float magic = 12582912; /* 1.5 2^23: adding it rounds to an integer */
    x = x < -87 ? -87 : x;
    x = x > 88 ? 88 : x;
    float shifted = x * 1.44269504f + magic;
    float n = shifted - magic;
    float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float q = 0.0013926250831f;
    q = q * r + 0.0083632328837f;
    q = q * r + 0.041666554213f;
    q = q * r + 0.16666576666f;
    q = q * r + 0.5f;
    float y = 1 + (r + r * r * q);
    uint32_t bits, whole;
    memcpy(&bits, &y, sizeof bits);
    memcpy(&whole, &shifted, sizeof whole);
    bits += whole << 23; /* what magic leaves in the higher bits is shifted out */
    memcpy(&y, &bits, sizeof y);
    return y;
}

/* x P(x^2)/Q(x^2), error 1.3e-9 before rounding; tanh rounds to 1 in float beyond 9.02. */
ALN_KERNEL_BODY float real_tanh(float x)
{
    x = x < -9.02f ? -9.02f : x;
    x = x > 9.02f ? 9.02f : x;
    float z = x * x;
    float p = -1.220199715e-11f;
    p = p * z + 3.058312401e-8f;
    p = p * z + 2.80067099e-5f;
    p = p * z + 0.003868292191f;
    p = p * z + 0.1367988718f;
    p = p * z + 0.9999999987f;
    float q = 1.287312858e-6f;
    q = q * z + 0.0003938567233f;
    q = q * z + 0.02724571023f;
    q = q * z + 0.4701321925f;
    q = q * z + 1;
    return real_unit(x * p / q);
}

/* Likewise, error 1.9e-9; erf rounds to 1 in float beyond 5.6. */
ALN_KERNEL_BODY float real_erf(float x)
{
    x = x < -5.6f ? -5.6f : x;
    x = x > 5.6f ? 5.6f : x;
    float z = x * x;
    float p = -1.438099904e-10f;
    p = p * z + 1.027431759e-7f;
    p = p * z + 1.671798595e-5f;
    p = p * z + 0.000339833547f;
    p = p * z + 0.009596122613f;
    p = p * z + 0.06547068703f;
    p = p * z + 0.7978845623f;
    float q = 1.961844635e-6f;
    q = q * z + 8.155086726e-5f;
    q = q * z + 0.001930970195f;
    q = q * z + 0.0284805043f;
    q = q * z + 0.2487220426f;
    q = q * z + 1;
    return real_unit(x * p / q);
}

#endif
#endif

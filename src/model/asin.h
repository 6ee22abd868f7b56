/* An arcsine that compilers can vectorise: no branches, no calls except sqrt. */
#ifndef ALIGNODE_MODEL_ASIN_H
#define ALIGNODE_MODEL_ASIN_H

#include <math.h>
#include <stdbool.h>

#include "base/isa.h"

/* The polynomial p below at z, where z2 = z^2; of numbers or of vectors: its even and its odd part by
 * Horner's rule.
 * Given: FMA(a, b, c)  a b + c, rounded once; ALL(x)  a constant of that type */
#define ALN_ASIN_PART(FMA, ALL, z2, c0, c1, c2, c3, c4, c5)                                        \
    FMA(z2, FMA(z2, FMA(z2, FMA(z2, FMA(z2, ALL(c5), ALL(c4)), ALL(c3)), ALL(c2)), ALL(c1)),       \
        ALL(c0))
#define ALN_ASIN_SERIES(FMA, ALL, z, z2)                                                           \
    FMA(z,                                                                                         \
        ALN_ASIN_PART(FMA, ALL, z2, 0x1.3333333350865p-4, 0x1.f1c7279405c52p-6,                    \
                      0x1.1c6692aa294f9p-6, 0x1.8c7ba6a156babp-7, 0x1.342f1cbd95e43p-6,            \
                      0x1.ff908c968d922p-6),                                                       \
        ALN_ASIN_PART(FMA, ALL, z2, 0x1.55555555554cfp-3, 0x1.6db6db52f0472p-5,                    \
                      0x1.6e8a57b4bb9f6p-6, 0x1.c75dd95d939a1p-7, 0x1.be2b25105bbfdp-8,            \
                      -0x1.f0d79a390c5bfp-7))
#define ALN_ASIN_NUMBER(x) (x)

#define ALN_ASIN_FUSED(a, b, c) (fused ? fma(a, b, c) : (a) * (b) + (c))

/* asin(x), within 2.5 ulp (2.4 measured). |x| > 1 (a correlation with round-off) is taken as 1; NaN stays NaN.
 * asin x = x + x z p(z) with z = x^2 for |x| <= 1/2, and pi/2 - 2 asin sqrt((1 - |x|)/2) beyond.
 * p is the minimax polynomial of degree 11 for (asin(x) - x)/x^3 on 0 <= z <= 1/4, found by the
 * Remez exchange in 60 digits: relative error of asin 1.9e-17 before rounding. To be compiled into a
 * kernel.  Given: fused  a constant: whether its instruction set has fma() */
ALN_KERNEL_BODY double aln_asin_body(bool fused, double x)
{
    double ax = fabs(x);
    double above = 0.5 - 0.5 * ax, below = ax * ax;
    above = above < 0 ? 0 : above;
    double root = sqrt(above);
    double z = above < below ? above : below; /* above is the smaller one when ax > 1/2, */
    double s = root < ax ? root : ax;         /* and so is its root */
    double z2 = z * z;
    double r = ALN_ASIN_FUSED(s * z, ALN_ASIN_SERIES(ALN_ASIN_FUSED, ALN_ASIN_NUMBER, z, z2), s);
    /* r or pi/2 - 2 r: selecting constants instead of results avoids a branch */
    double base = ax > 0.5 ? 1.57079632679489661923 : 0;
    double base_low = ax > 0.5 ? 6.123233995736766e-17 : 0;
    double factor = ax > 0.5 ? -2 : 1;
    return copysign(base + (factor * r + base_low), x);
}

/* The same as a function, for this machine. */
double aln_asin(double x);

#endif

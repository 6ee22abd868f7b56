/* Angles that compilers can vectorise, for the averages of relu: arc tangent, sine and cosine without
 * branches or calls. No operation is fused, so every instruction set has the same bits, of numbers
 * and of vectors (model/relu_fields.h). */
#ifndef ALIGNODE_MODEL_ANGLE_H
#define ALIGNODE_MODEL_ANGLE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/isa.h"

/* Polynomials in z, by Horner's rule in z2 = z^2 for the even and the odd part; of numbers or vectors.
 *
 * (atan(q) - q)/q^3 for z = q^2, |q| <= tan(pi/8); (sin(x) - x)/x^3 and (cos(x) - 1 + x^2/2)/x^4 for z = x^2,
 * |x| <= pi/4: minimax, found by the Remez exchange in 50 digits. What they add to the errors of the
 * three functions before rounding: 1.3e-18, 3.5e-18, 4.7e-20. */
#define ALN_ANGLE_ATAN(z, z2)                                                                      \
    ((-0x1.555555555553dp-2 +                                                                      \
      (z2) * (-0x1.24924922b1839p-3 +                                                              \
              (z2) * (-0x1.745cf90fd5e2bp-4 +                                                      \
                      (z2) * (-0x1.10ebe199acfd3p-4 +                                              \
                              (z2) * (-0x1.9cdd394d0aed3p-5 + (z2) * -0x1.25a3807a05ed9p-6))))) +  \
     (z) * (0x1.99999999958fap-3 +                                                                 \
            (z2) * (0x1.c71c70e7cac9cp-4 +                                                         \
                    (z2) * (0x1.3b111cbb98855p-4 +                                                 \
                            (z2) * (0x1.df11a2fbc14acp-5 + (z2)*0x1.37f008a558b5ap-5)))))
#define ALN_ANGLE_SIN(z, z2)                                                                       \
    ((-0x1.5555555555549p-3 + (z2) * (-0x1.a01a019c126bcp-13 + (z2) * -0x1.ae5e66d55e856p-26)) +   \
     (z) * (0x1.111111110f881p-7 + (z2) * (0x1.71de357874fecp-19 + (z2)*0x1.5d932f6c0e039p-33)))
#define ALN_ANGLE_COS(z, z2)                                                                       \
    ((0x1.555555555554cp-5 + (z2) * (0x1.a01a019cb26f8p-16 + (z2)*0x1.1ee9ec47fc840p-29)) +        \
     (z) * (-0x1.6c16c16c15184p-10 +                                                               \
            (z2) * (-0x1.27e4f80a76c08p-22 + (z2) * -0x1.8faecf5775883p-37)))

/* tan(pi/8); pi/4, of which up to four times the first part is a number, and its rest. */
#define ALN_ANGLE_NEAR         0.41421356237309503
#define ALN_ANGLE_QUARTER      0x1.921fb54442d18p-1
#define ALN_ANGLE_QUARTER_REST 0x1.1a62633145c07p-55

/* atan2(y, x), within 2.5 ulp; atan2(0, 0) = 0 with the sign of y. NaN stays NaN.
 * With q = tan of the angle to the nearest multiple m of pi/4 it is m pi/4 +- atan(q). */
ALN_KERNEL_BODY double aln_angle(double y, double x)
{
    const double ax = fabs(x), ay = fabs(y);
    const bool steep = ay > ax, left = x < 0;
    const double small = steep ? ax : ay, large = steep ? ay : ax;
    const bool far = small > ALN_ANGLE_NEAR * large;
    const double rise = far ? small - large : small, run = far ? small + large : large;
    const double q = rise / (run == 0 ? 1 : run), z = q * q, z2 = z * z;
    const double r = q + q * z * ALN_ANGLE_ATAN(z, z2);
    double m = far ? 1 : 0;
    m = steep ? 2 - m : m;
    m = left ? 4 - m : m;
    return copysign(m * ALN_ANGLE_QUARTER + (m * ALN_ANGLE_QUARTER_REST + (steep != left ? -r : r)),
                    y);
}

/* 2/pi; what rounds a number to a whole one, which its last bits then are; pi/2, of which up to 2^6 times the
 * first part is a number, and its rest. */
#define ALN_ANGLE_TURNS     0.63661977236758134
#define ALN_ANGLE_ROUND     0x1.8p52
#define ALN_ANGLE_HALF      0x1.921fb54442d00p+0
#define ALN_ANGLE_HALF_REST 0x1.8469898cc5170p-48

/* sin(x) and cos(x) for |x| <= 100, within 3e-16. */
ALN_KERNEL_BODY void aln_angle_sides(double x, double *sine, double *cosine)
{
    const double shifted = x * ALN_ANGLE_TURNS + ALN_ANGLE_ROUND, n = shifted - ALN_ANGLE_ROUND;
    const double r = x - n * ALN_ANGLE_HALF - n * ALN_ANGLE_HALF_REST, z = r * r, z2 = z * z;
    const double s = r + r * z * ALN_ANGLE_SIN(z, z2),
                 c = 1 - (0.5 * z - z2 * ALN_ANGLE_COS(z, z2));
    uint64_t quadrant;
    memcpy(&quadrant, &shifted, sizeof quadrant);
    const bool turned = quadrant & 1;
    *sine = quadrant & 2 ? -(turned ? c : s) : turned ? c : s;
    *cosine = (quadrant + 1) & 2 ? -(turned ? s : c) : turned ? s : c;
}

#endif

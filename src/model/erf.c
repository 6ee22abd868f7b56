/* g(x) = erf(x/sqrt 2). With w_a = 1 + c_aa every average is a function of (w_k w_a - c_ka^2).
 * Source: Saad & Solla, PRE 52 (1995) 4225, eqs. for I2, I3, I4. */
#include <math.h>

#include "activations.h"

#define TWO_OVER_PI 0.63661977236758134308
#define SQRT_HALF   0.70710678118654752440
#define SQRT_2_PI   0.79788456080286535588 /* sqrt(2/pi) */

double aln_erf_g(double x)
{
    return erf(SQRT_HALF * x);
}

double aln_erf_dg(double x)
{
    return SQRT_2_PI * exp(-0.5 * x * x);
}

double aln_erf_I2(double caa, double cbb, double cab)
{
    double x = cab / sqrt((1 + caa) * (1 + cbb));
    return TWO_OVER_PI * asin(fmin(1, fmax(-1, x)));
}

double aln_erf_J2(double ckk, double cll, double ckl)
{
    return TWO_OVER_PI / sqrt((1 + ckk) * (1 + cll) - ckl * ckl);
}

double aln_erf_A2(double ckk, double caa, double cka)
{
    return -cka / (1 + ckk) * aln_erf_J2(ckk, caa, cka);
}

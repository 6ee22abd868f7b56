/* g(x) = x, by Wick's theorem. */
#include "activations.h"

double aln_linear_g(double x)
{
    return x;
}

double aln_linear_dg(double x)
{
    (void)x;
    return 1;
}

double aln_linear_I2(double caa, double cbb, double cab)
{
    (void)caa;
    (void)cbb;
    return cab;
}

double aln_linear_J2(double ckk, double cll, double ckl)
{
    (void)ckk;
    (void)cll;
    (void)ckl;
    return 1;
}

double aln_linear_A2(double ckk, double caa, double cka)
{
    (void)ckk;
    (void)caa;
    (void)cka;
    return 0;
}

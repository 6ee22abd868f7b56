/* g(x) = x^2, by Wick's theorem. */
#include "model/activation_rows.h"
#include "model/contract.h"

double aln_quadratic_g(double x)
{
    return x * x;
}

double aln_quadratic_dg(double x)
{
    return 2 * x;
}

double aln_quadratic_I2(double caa, double cbb, double cab)
{
    return caa * cbb + 2 * cab * cab;
}

double aln_quadratic_J2(double ckk, double cll, double ckl)
{
    (void)ckk;
    (void)cll;
    return 4 * ckl;
}

double aln_quadratic_A2(double ckk, double caa, double cka)
{
    (void)ckk;
    (void)cka;
    return 2 * caa;
}

/* 4 <x_k x_l x_a^2 x_b^2>: all pairings. */
static double four_fields(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    double caa = C[a * P + a], cbb = C[b * P + b], cab = C[a * P + b];
    double cka = C[k * P + a], ckb = C[k * P + b], cla = C[l * P + a], clb = C[l * P + b];
    return 4 * (C[k * P + l] * aln_quadratic_I2(caa, cbb, cab) + 2 * cka * cla * cbb +
                2 * ckb * clb * caa + 4 * cab * (cka * clb + ckb * cla));
}

size_t aln_quadratic_I4_work(size_t P, size_t K)
{
    (void)P;
    (void)K;
    return 0;
}

void aln_quadratic_I4(size_t P, size_t K, const double *C, const double *U, double *out,
                      double *work)
{
    (void)work;
    aln_contract(P, K, C, U, four_fields, 64, out);
}

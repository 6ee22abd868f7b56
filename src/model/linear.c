/* g(x) = x, by Wick's theorem. */
#include "base/interrupt.h"
#include "model/activation_rows.h"

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

size_t aln_linear_I4_work(size_t P, size_t K)
{
    return P * K;
}

/* U C U^T, as I4(k,l,a,b) = c_ab. */
void aln_linear_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
        double *UC = work + k * P;
        for (size_t b = 0; b < P; b++) {
            UC[b] = 0;
            for (size_t a = 0; a < P; a++)
                UC[b] += U[k * P + a] * C[a * P + b];
        }
        for (size_t l = 0; l <= k; l++) {
            double sum = 0;
            for (size_t b = 0; b < P; b++)
                sum += UC[b] * U[l * P + b];
            out[k * K + l] = out[l * K + k] = sum;
        }
    }
}

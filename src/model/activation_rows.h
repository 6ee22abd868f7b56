/* The functions of the activations there are; src/model/activation.c makes the table of them. */
#ifndef ALIGNODE_MODEL_ACTIVATION_ROWS_H
#define ALIGNODE_MODEL_ACTIVATION_ROWS_H

#include "alignode/activation.h"

/* Declares the functions of activation `a`, which src/model/a.c defines. */
#define ALN_ACTIVATION(a)                                                                          \
    double aln_##a##_g(double x);                                                                  \
    double aln_##a##_dg(double x);                                                                 \
    double aln_##a##_I2(double caa, double cbb, double cab);                                       \
    double aln_##a##_J2(double ckk, double cll, double ckl);                                       \
    double aln_##a##_A2(double ckk, double caa, double cka);                                       \
    size_t aln_##a##_I4_work(size_t P, size_t K);                                                  \
    void aln_##a##_I4(size_t P, size_t K, const double *C, const double *U, double *out,           \
                      double *work)

ALN_ACTIVATION(erf);
ALN_ACTIVATION(linear);
ALN_ACTIVATION(quadratic);
ALN_ACTIVATION(relu);

#endif

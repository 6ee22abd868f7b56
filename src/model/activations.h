/* The activations there are, one file each; src/model/activation.c makes the table of them. */
#ifndef ALIGNODE_MODEL_ACTIVATIONS_H
#define ALIGNODE_MODEL_ACTIVATIONS_H

#include "alignode/activation.h"

/* The functions of one row, in the file of the same name. */
double aln_erf_g(double x);
double aln_erf_dg(double x);
double aln_erf_I2(double caa, double cbb, double cab);
double aln_erf_J2(double ckk, double cll, double ckl);
double aln_erf_A2(double ckk, double caa, double cka);
size_t aln_erf_I4_work(size_t P, size_t K);
void aln_erf_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work);

double aln_linear_g(double x);
double aln_linear_dg(double x);
double aln_linear_I2(double caa, double cbb, double cab);
double aln_linear_J2(double ckk, double cll, double ckl);
double aln_linear_A2(double ckk, double caa, double cka);
size_t aln_linear_I4_work(size_t P, size_t K);
void aln_linear_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work);

double aln_quadratic_g(double x);
double aln_quadratic_dg(double x);
double aln_quadratic_I2(double caa, double cbb, double cab);
double aln_quadratic_J2(double ckk, double cll, double ckl);
double aln_quadratic_A2(double ckk, double caa, double cka);
size_t aln_quadratic_I4_work(size_t P, size_t K);
void aln_quadratic_I4(size_t P, size_t K, const double *C, const double *U, double *out,
                      double *work);

double aln_relu_g(double x);
double aln_relu_dg(double x);
double aln_relu_I2(double caa, double cbb, double cab);
double aln_relu_J2(double ckk, double cll, double ckl);
double aln_relu_A2(double ckk, double caa, double cka);
size_t aln_relu_I4_work(size_t P, size_t K);
void aln_relu_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work);

#endif

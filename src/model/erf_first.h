/* erf's averages with the operations of version 0.1.0 in their order, for ALIGNODE_ISA=baseline: results of
 * that version are repeated to the last bit. */
#ifndef ALIGNODE_MODEL_ERF_FIRST_H
#define ALIGNODE_MODEL_ERF_FIRST_H

#include "model/erf.h"

/* Given: x [n].  Returned: out [n], which may be x */
void aln_erf_first_values(size_t n, const double *x, double *out);
void aln_erf_first_slopes(size_t n, const double *x, double *out);

double aln_erf_first_I2(double caa, double cbb, double cab);
double aln_erf_first_J2(double ckk, double cll, double ckl);
double aln_erf_first_A2(double ckk, double caa, double cka);
ALN_ERF_I4(aln_erf_first_I4);

#endif

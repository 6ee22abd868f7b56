/* What relu shares with activations that bend at 0 as it does. */
#ifndef ALIGNODE_MODEL_RELU_H
#define ALIGNODE_MODEL_RELU_H

#include <stddef.h>

/* sqrt(c_aa c_bb - c_ab^2), 0 for fields that are parallel within the round-off of covariances. */
double aln_relu_root_D(double caa, double cbb, double cab);

/* <theta_k theta_l a_+ b_+>, any fields of covariance C (P x P); NaN for a unit without weights. */
double aln_relu_four_fields(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b);

#endif

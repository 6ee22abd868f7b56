/* A fixed set of alpha N samples, on which linear units descend by gradient flow: the equations of
 * inputs with a spectrum, that of the samples' covariance, to first order in the rates. The noise of
 * the labels is one more teacher unit for each output, with read-out 1, which covers the directions
 * of the samples alone: in a block of share p and variance lambda
 *     T_noise = p sigma^2/(alpha lambda).
 * A student that is independent of the samples has overlaps p Q and p R with each block, and none
 * with the noise. Fresh inputs meet the blocks with weight 1, and no noise.
 * Source: Advani, Saxe & Sompolinsky, Neural Networks 132 (2020) 428, for one layer. */
#ifndef ALIGNODE_THEORY_FINITE_DATA_H
#define ALIGNODE_THEORY_FINITE_DATA_H

#include "alignode/problem.h"

struct aln_finite_data;

/* Given:    p      with samples; kept as a pointer
 *           order  of the quadrature over the spectrum, marchenko_pastur.h
 * Returned: *out  yours, aln_finite_data_free()
 * Status:   ALN_USAGE where there is no such theory: units that are not linear, or mini-batches;
 *           ALN_MEMORY */
enum aln_status aln_finite_data_create(struct aln_finite_data **out, const struct aln_problem *p,
                                       size_t order);
void aln_finite_data_free(struct aln_finite_data *data);

/* The problem with the spectrum, and its states. A view. */
const struct aln_problem *aln_finite_data_problem(const struct aln_finite_data *data);

/* The state of p, whose overlaps are those on fresh inputs.
 * Given:    blocks  a state of that problem
 * Returned: state (aln_problem_size() of p) */
void aln_finite_data_state(const struct aln_finite_data *data, const double *blocks, double *state);

/* The error on the samples, half the mean square to their noisy labels. */
double aln_finite_data_train(const struct aln_finite_data *data, const double *blocks);

#endif

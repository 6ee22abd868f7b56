/* The mean of heavy ball at finite N, by itself: what the memory of its velocity makes of a run. */
#ifndef ALIGNODE_VALIDATION_HEAVY_BALL_H
#define ALIGNODE_VALIDATION_HEAVY_BALL_H

#include "alignode/problem.h"

/* Steps the overlaps of weights and velocities by their mean increments, from p->start and velocities
 * of 0. In units where fields are w.x and a step is w -= (eta/N) u, with u = beta u + d x,
 *     <w_k u_l>' = beta <w_k u_l> + <d_l lambda_k>,   <u_k nu_m>' likewise,
 *     <u_k u_l>' = beta^2 <u_k u_l> + N <d_k d_l> + beta (<d_k u_l.x> + <d_l u_k.x>),
 * each with the averages at the present state, and the weights follow. By Stein's lemma
 * <d_k v.x> = sum_b gamma_kb w_b.v for any vector v, and under back-propagation gamma_k is the gradient of
 * eg with respect to w_k, taken by differences of the closed form of eg.
 *
 * What this leaves out of the mean of runs at finite N is what their scatter adds, which theory of
 * fluctuations has: it is the same, to order 1/N, for single steps of the effective rates.
 *
 * Given:    p  under back-propagation, isotropic, with N
 * Returned: state (aln_problem_size) after `steps` steps */
enum aln_status aln_heavy_ball_mean(const struct aln_problem *p, uint64_t steps, double *state);

#endif

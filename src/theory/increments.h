/* Averages of the increment of one sample over a fixed set of points: its covariance, and what it
 * contributes to the 1/N bias. */
#ifndef ALIGNODE_THEORY_INCREMENTS_H
#define ALIGNODE_THEORY_INCREMENTS_H

#include "alignode/problem.h"

struct aln_increments;

/* Given:    p    kept as a pointer
 *           set  of points: see aln_points_fill()
 * Returned: *out  yours, aln_increments_free(), also after a failure
 * Status:   ALN_MEMORY */
enum aln_status aln_increments_create(struct aln_increments **out, const struct aln_problem *p,
                                      unsigned set);
/* See aln_increment_hold_signs(). */
void aln_increments_hold_signs(struct aln_increments *inc, const double *sign);
void aln_increments_free(struct aln_increments *inc);

/* Number of values below: the upper triangle of B, row by row, then the bias b of each entry. */
size_t aln_increments_count(const struct aln_problem *p);

/* B = <X X^T> - <X><X>^T and b at a state, for the rates eta[2].
 * Returned: out [aln_increments_count()]
 * Status:   ALN_NUMERIC if a value is not finite; ALN_STOPPED */
enum aln_status aln_increments_average(struct aln_increments *inc, const double *state,
                                       const double eta[2], double *out);

/* <X> alone: the right-hand side.
 * Returned: dydt [aln_problem_size()]
 * Status:   ALN_STOPPED */
enum aln_status aln_increments_mean(struct aln_increments *inc, const double *state,
                                    const double eta[2], double *dydt);

#endif

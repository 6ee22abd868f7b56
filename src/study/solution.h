/* The equivalent solutions of a problem with K = M and an odd activation: W1_k = s_k V1_pi(k),
 * W2_k = s_k V2_pi(k), with signs s and a permutation pi of the units, 2^K K! in number.
 *
 * A solution is written as unit[K]: unit[k] = s_k (pi(k) + 1), so that -2 means the teacher's
 * second unit with reversed sign. */
#ifndef ALIGNODE_STUDY_SOLUTION_H
#define ALIGNODE_STUDY_SOLUTION_H

#include "alignode/problem.h"

/* The solution nearest to a state, in |W1 - sV1|^2/N + |W2 - sV2|^2.
 * Returned: unit[K]; *distance, the root of that sum. Status: ALN_MEMORY */
enum aln_status aln_solution_nearest(const struct aln_problem *p, const double *state, int *unit,
                                     double *distance);

/* tr(W2 F1) of a solution. */
double aln_solution_overlap(const struct aln_problem *p, const int *unit);

/* The solution with the largest tr(W2 F1).  Returned: unit[K]. Status: ALN_MEMORY */
enum aln_status aln_solution_largest(const struct aln_problem *p, int *unit);

/* The fraction of all solutions that have the W2 of a given one: 2^-K/K!, times the number of
 * permutations of teacher units whose read-outs are equal up to sign. */
double aln_solution_share(const struct aln_problem *p);

#endif

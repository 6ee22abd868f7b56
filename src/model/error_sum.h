/* The generalisation error as its sum comes out, before aln_problem_eg() keeps it from being negative. */
#ifndef ALIGNODE_MODEL_ERROR_SUM_H
#define ALIGNODE_MODEL_ERROR_SUM_H

#include "alignode/problem.h"

struct aln_error_sum {
    double value;    /* a difference of large terms: errors of the state can make it negative */
    double rounding; /* what rounding alone explains */
};

/* The sum over pairs of fields of half their weights' product times I2. Its rounding error is at most
 * (number of terms) ulps of the sum of the terms' absolute values, and a few ulps for each term.
 * Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 4.2 */
struct aln_error_sum aln_problem_error_sum(const struct aln_problem *p, const double *state);

#endif

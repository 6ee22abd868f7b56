/* Cholesky factor of a covariance that may be singular. */
#ifndef ALIGNODE_MODEL_SEMIDEFINITE_H
#define ALIGNODE_MODEL_SEMIDEFINITE_H

#include <stddef.h>

/* S = L L^T, columns of L in the order of pivots. The largest pivot relative to its field's scale
 * goes first. The factorisation ends when this ratio is below round-off; the remaining columns are
 * zero, and nothing above round-off is lost with them.
 * Given:    S (n x n) symmetric, destroyed; scale[n], the variances that S was computed from
 * Returned: L (n x n); pivot[rank] the row of each column's pivot, or NULL
 *           the rank
 * Source:   Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 10.3 */
size_t aln_semidefinite_factor(size_t n, double *S, const double *scale, double *L, size_t *pivot);

/* The same for a factor of no particular order, with fewer choices: the next column is that of the first row whose
 * pivot, relative to its scale, exceeds ALN_SEMIDEFINITE_ENOUGH of the largest at the beginning, and of
 * the best one only when there is none. Round-off grows by the inverse of that number at most. */
#define ALN_SEMIDEFINITE_ENOUGH 0x1p-10
size_t aln_semidefinite_in_order(size_t n, double *S, const double *scale, double *L);

#endif

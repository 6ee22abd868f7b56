/* The linear assignment problem. */
#ifndef ALIGNODE_STUDY_ASSIGNMENT_H
#define ALIGNODE_STUDY_ASSIGNMENT_H

#include <stddef.h>

#include "alignode/status.h"

/* The one-to-one assignment of rows to columns with the least total cost, in O(n^3).
 *
 * Given:    cost (n x n) finite, row-major
 * Returned: column[n]  assigned to each row
 * Status:   ALN_MEMORY
 * Source:   H. W. Kuhn, Nav. Res. Logist. Q. 2 (1955) 83; J. Munkres, J. SIAM 5 (1957) 32, by
 *           shortest augmenting paths with dual prices */
enum aln_status aln_assignment(size_t n, const double *cost, size_t *column);

#endif

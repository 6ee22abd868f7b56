/* A fixed set of standard normal points, for averages over samples that have no closed form. */
#ifndef ALIGNODE_THEORY_POINTS_H
#define ALIGNODE_THEORY_POINTS_H

#include <stddef.h>

#include "alignode/status.h"

/* Dimensions of the points: as many as GSL's Sobol sequence has. */
enum { ALN_POINTS_MOST = 40 };

/* The first `count` points of a Sobol sequence, as normals.
 * Given:    dimension  1 ... ALN_POINTS_MOST
 * Returned: z (count x dimension)
 * Status:   ALN_MEMORY
 * Source:   Joe & Kuo, ACM Trans. Math. Softw. 29 (2003) 49; Bratley & Fox, ibid. 14 (1988) 88 */
enum aln_status aln_points_fill(size_t count, size_t dimension, double *z);

#endif

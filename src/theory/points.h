/* A fixed set of standard normal points, for averages over samples that have no closed form. */
#ifndef ALIGNODE_THEORY_POINTS_H
#define ALIGNODE_THEORY_POINTS_H

#include <stddef.h>

#include "alignode/status.h"

/* Dimensions of the points: as many as GSL's Sobol sequence has. */
enum { ALN_POINTS_MOST = 40 };

/* The first `count` points of a Sobol sequence, as normals.
 * Given:    dimension  1 ... ALN_POINTS_MOST
 *           set        0: the sequence itself; n > 0: with its bits inverted by the n-th random pattern: as
 *                      good, and independent of other patterns
 * Returned: z (count x dimension)
 * Status:   ALN_MEMORY
 * Source:   Joe & Kuo, ACM Trans. Math. Softw. 29 (2003) 49; Bratley & Fox, ibid. 14 (1988) 88; digital
 *           shifts: L'Ecuyer & Lemieux, in Modeling Uncertainty (2002) 419 */
enum aln_status aln_points_fill(size_t count, size_t dimension, unsigned set, double *z);

#endif

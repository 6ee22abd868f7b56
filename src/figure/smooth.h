/* Smooth curves through theory that was recorded at few times. */
#ifndef ALIGNODE_FIGURE_SMOOTH_H
#define ALIGNODE_FIGURE_SMOOTH_H

#include <stdbool.h>

#include "alignode/status.h"
#include "base/text.h"

/* Adds times between those of a data file, so that lines through all of them are seen as curves, not
 * as polygons. In between, columns are monotone cubics in the coordinates of the figure's axes: they
 * have no extrema of their own. Recorded rows stay as they are; a file of many rows is unchanged.
 * Given:   data   "t NAME ..." and rows of increasing t, tab-separated
 *          log_t  whether the time axis is logarithmic
 * Status:  ALN_MEMORY
 * Source:  Steffen, Astron. Astrophys. 239 (1990) 443, as in GSL */
enum aln_status aln_drawing_smooth(struct aln_text *data, bool log_t);

#endif

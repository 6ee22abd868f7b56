/* Events of single results, as columns. */
#ifndef ALIGNODE_FIGURE_GATHER_H
#define ALIGNODE_FIGURE_GATHER_H

#include "figure/drawing.h"

/* Where --column or --over names an event of single results, such as plateau_left_t, replaces the
 * results by the table that a sweep would have collected from them: a row each at its last time, with
 * the parameters in which they differ as keys, and their events. Other drawings stay as they are.
 * Given:  d  with its results read and described
 * Status: ALN_USAGE when a result has no such event, or they do not differ; ALN_MEMORY */
enum aln_status aln_figure_gather(struct aln_drawing *d);

#endif

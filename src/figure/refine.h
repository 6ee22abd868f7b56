/* Theory between the times that a result records. */
#ifndef ALIGNODE_FIGURE_REFINE_H
#define ALIGNODE_FIGURE_REFINE_H

#include "figure/drawing.h"

/* Integrates the ode of each result with few recorded times again, from its header, so that its
 * curve is no polygon. Where the new values differ at the recorded times, which may have been
 * edited, the result stays as it is, and a message says so.
 * Returned: input[i].dense, or NULL
 * Status:   ALN_STOPPED, ALN_FILE, ALN_MEMORY */
enum aln_status aln_drawing_refine(struct aln_drawing *d);

#endif

/* What the figures of time series share. */
#ifndef ALIGNODE_FIGURE_SERIES_H
#define ALIGNODE_FIGURE_SERIES_H

#include "figure/drawing.h"

/* Prepares a figure of engine results: means over repeats as data files; labels, colours, phases
 * and peaks as settings. */
enum aln_status aln_drawing_series(struct aln_drawing *d);

#endif

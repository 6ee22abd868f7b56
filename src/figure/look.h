/* How a figure looks: the section `figure:` that counts for it, and its style as gnuplot settings. */
#ifndef ALIGNODE_FIGURE_LOOK_H
#define ALIGNODE_FIGURE_LOOK_H

#include "figure/drawing.h"

struct aln_figure_options;

/* Finds the section: that of the options, else of the first result with the options' --set over it.
 * Given:    d->input with trees
 * Returned: d->look, d->column; release with aln_drawing_look_free(), whatever the status
 * Status:   ALN_USAGE with file:line:column or --set:column, ALN_MEMORY */
enum aln_status aln_drawing_look_find(struct aln_drawing *d, const struct aln_figure_options *o);
void aln_drawing_look_free(struct aln_drawing *d);

/* The style of a figure.  Returned: a row of aln_styles */
const struct aln_style *aln_drawing_style(const struct aln_drawing *d);

/* Appends the settings that precede those of the figure: sizes, fonts, colours, ranges. */
void aln_drawing_look_settings(struct aln_drawing *d);

/* Puts the section's own texts into the array of the curves' labels, if it has any.
 * Given:  name, count  of the array
 * Status: ALN_USAGE if it has another number of texts */
enum aln_status aln_drawing_look_labels(struct aln_drawing *d, const char *name, size_t count);

/* Appends the settings that follow them: titles.
 * Status: ALN_USAGE if there are texts for curves and no figure has taken them */
enum aln_status aln_drawing_look_override(struct aln_drawing *d);

/* Whether the figure has the axes that the section's ranges and logarithms are for, and its ranges hold
 * any of the data.
 * Given:  d->along  from the figure where its row says so
 * Status: ALN_USAGE */
enum aln_status aln_drawing_look_check(struct aln_drawing *d, const struct aln_figure *f);

/* A colour as a style shows it: readable on its background, or number `i` of its greys.
 * Given: colour "#rrggbb".  Returned: out */
const char *aln_drawing_colour(const struct aln_style *style, const char *colour, size_t i,
                               char out[8]);

#endif

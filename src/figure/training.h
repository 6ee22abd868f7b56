/* What the figures of deep networks share. */
#ifndef ALIGNODE_FIGURE_TRAINING_H
#define ALIGNODE_FIGURE_TRAINING_H

#include <stdbool.h>

#include "figure/drawing.h"

enum aln_column_state {
    ALN_COLUMN_ABSENT, /* some result has no such column */
    ALN_COLUMN_EMPTY,  /* all have it, none a number in it */
    ALN_COLUMN_FILLED  /* some have numbers: frozen layers have no GA, others may */
};

/* How the results have a column.
 * Returned: *lacking  the path of the first that has not; unchanged else. May be NULL */
enum aln_column_state aln_drawing_column_state(const struct aln_drawing *d, const char *name,
                                               const char **lacking);

/* The columns NAME_1 or NAME_2 to NAME_L that all results have.
 * Returned: span      the first and the last with numbers; 1 and 0 without any
 *           *columns  whether there are such columns, with numbers or not */
void aln_drawing_layer_columns(const struct aln_drawing *d, const char *name, size_t span[2],
                               bool *columns);

/* The mean of a column over the seeds, at each epoch.
 * Returned: *epoch, *mean  [*count], yours, free()
 * Status:   ALN_MEMORY */
enum aln_status aln_drawing_seed_mean(const struct aln_figure_input *in, const char *column,
                                      size_t *count, double **epoch, double **mean);

/* The means over seeds of each result as a file, their labels, whether time is logarithmic.
 * Given: joined  rows of one epoch are not of several seeds */
enum aln_status aln_drawing_seed_means(struct aln_drawing *d, bool joined);

#endif

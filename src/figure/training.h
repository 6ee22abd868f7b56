/* What the figures of deep networks share. */
#ifndef ALIGNODE_FIGURE_TRAINING_H
#define ALIGNODE_FIGURE_TRAINING_H

#include <stdbool.h>

#include "figure/drawing.h"

enum aln_column_state {
    ALN_COLUMN_ABSENT, /* some result lacks the column */
    ALN_COLUMN_EMPTY,  /* all have it, but none has numbers in it */
    ALN_COLUMN_FILLED  /* some have numbers; others need not, e.g. GA of frozen layers */
};

/* Whether the results have a column.
 * Returned: *lacking  the path of the first that lacks it, else unchanged; may be NULL */
enum aln_column_state aln_drawing_column_state(const struct aln_drawing *d, const char *name,
                                               const char **lacking);

/* The columns NAME_1 or NAME_2 to NAME_L that all results have.
 * Returned: span      the first and the last layer with numbers; 1 and 0 without any
 *           *columns  whether there are such columns, with or without numbers */
void aln_drawing_layer_columns(const struct aln_drawing *d, const char *name, size_t span[2],
                               bool *columns);

/* The mean of a column over the seeds, at each epoch.
 * Returned: *epoch, *mean  [*count], yours, free()
 * Status:   ALN_MEMORY */
enum aln_status aln_drawing_seed_mean(const struct aln_figure_input *in, const char *column,
                                      size_t *count, double **epoch, double **mean);

/* Writes the means over seeds of each result to a file; adds labels and the scale of time.
 * Given: joined  rows of the same epoch are not of several seeds */
enum aln_status aln_drawing_seed_means(struct aln_drawing *d, bool joined);

#endif

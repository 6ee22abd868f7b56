/* What the figures of deep experiments ask of their results. */
#ifndef ALIGNODE_FIGURE_FIGURE_TRAIN_H
#define ALIGNODE_FIGURE_FIGURE_TRAIN_H

#include <stdbool.h>

#include "figure/drawing.h"

enum aln_held {
    ALN_HELD_NOT, /* some result has no such column */
    ALN_HELD_NAN, /* all have it, none a number in it */
    ALN_HELD      /* some have numbers: frozen layers have no GA, others may */
};

/* How the results have a column.
 * Returned: *lacking  the path of the first that has not; unchanged else. May be NULL */
enum aln_held aln_training_holds(const struct aln_drawing *d, const char *name,
                                 const char **lacking);

/* The columns NAME_1 or NAME_2 to NAME_L that all results have.
 * Returned: span      the first and the last with numbers; 1 and 0 without any
 *           *columns  whether there are such columns, with numbers or not */
void aln_training_layers(const struct aln_drawing *d, const char *name, size_t span[2],
                         bool *columns);

/* The epoch at which over-fitting starts, or 0. Status: ALN_MEMORY */
enum aln_status aln_training_turn(const struct aln_figure_input *in, double *epoch);

/* The means over seeds of each result as a file, their labels, whether time is logarithmic.
 * Given: joined  the rows are no seeds' */
enum aln_status aln_training_inputs(struct aln_drawing *d, bool joined);

#endif

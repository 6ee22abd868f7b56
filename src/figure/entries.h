/* Swept lists that differ in one number, as this number. */
#ifndef ALIGNODE_FIGURE_ENTRIES_H
#define ALIGNODE_FIGURE_ENTRIES_H

#include "figure/drawing.h"

/* Where the values of a swept key are lists of numbers, or lists of such lists, of one shape that differ
 * in exactly one entry, such as [[1], [0.5]] and [[1], [0.1]], puts this entry in their place, and its
 * place behind the column's name: learning.feedback.matrix(2,1). Other lists stay as they are.
 * Given:    in  with its table and tree
 * Returned: in->table changed, in->entries
 * Status:   ALN_MEMORY */
enum aln_status aln_figure_take_entries(struct aln_figure_input *in);

/* The length of a column's name without such a place. */
size_t aln_figure_key_length(const char *name);

/* Whether `key`, with or without such a place, names the column `name`. */
bool aln_figure_is_key(const char *name, const char *key);

#endif

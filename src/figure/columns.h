/* How figures call the columns of results: by the labels and symbols of their table. */
#ifndef ALIGNODE_FIGURE_COLUMNS_H
#define ALIGNODE_FIGURE_COLUMNS_H

#include "alignode/table.h"
#include "base/text.h"

/* What a column or a swept key only numbers draws of, "seeds", or NULL. */
const char *aln_drawing_column_draws(const char *name);

/* The parameter whose values a column has: its own name for a swept key or another column. */
const char *aln_drawing_column_key(const char *name);

/* The first parameter that the rows of a table vary, so that its value in the header means nothing;
 * NULL: none. */
const char *aln_drawing_column_varied(const struct aln_table *t);

/* Appends the symbol of a column or of a swept key, else its label or name, as enhanced text. */
void aln_drawing_column_add_symbol(struct aln_text *out, const char *name);

/* Appends what an axis calls it, as enhanced text: "generalisation error  ε_g". */
void aln_drawing_column_add_label(struct aln_text *out, const char *name);

/* Appends text so that gnuplot's enhanced mode prints it as it is. */
void aln_drawing_column_add_plain(struct aln_text *out, const char *text);

#endif

/* The columns of results: what they are, and how figures call them. */
#ifndef ALIGNODE_FIGURE_COLUMNS_H
#define ALIGNODE_FIGURE_COLUMNS_H

#include "alignode/names.h"
#include "alignode/table.h"
#include "base/text.h"

struct aln_column_words {
    struct aln_name id; /* its name, "GA_*" for a family, where * is what differs */
    const char *label;  /* "gradient alignment", or "" */
    /* Its symbol as gnuplot's enhanced text, "ε_g", where %s is what * stands for; "": none. */
    const char *symbol;
    const char *unit;  /* "epochs"; "SYMBOL = ..." where that defines it; "" */
    const char *draws; /* what it only numbers draws of: "runs"; NULL: its value has a meaning */
    const char *key;   /* the parameter whose values it has, "learning.rule"; NULL: none */
    /* What * stands for is itself a column, whose symbol is put in its place. */
    bool nested;
};

/* The table, for `alignode list columns`; the first row that matches a name counts. */
extern const struct aln_names aln_drawing_columns;

/* The row of a column, or NULL. */
const struct aln_column_words *aln_drawing_column_of(const char *name);

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

/* The columns of results: what they are, and how figures call them. */
#ifndef ALIGNODE_FIGURE_COLUMNS_H
#define ALIGNODE_FIGURE_COLUMNS_H

#include "alignode/names.h"
#include "base/text.h"

struct aln_column {
    struct aln_name id; /* its name, "GA_*" for a family, where * is what differs */
    const char *label;  /* "gradient alignment", or "" */
    /* Its symbol as gnuplot's enhanced text, "ε_g", where %s is what * stands for; "": none. */
    const char *symbol;
    const char *unit;  /* "epochs"; "SYMBOL = ..." where that defines it; "" */
    const char *draws; /* what it only numbers draws of: "runs"; NULL: its value has a meaning */
    /* What * stands for is itself a column, whose symbol is put in its place. */
    bool nested;
};

/* The table, for `alignode list columns`; the first row that matches a name counts. */
extern const struct aln_names aln_columns;

/* The row of a column, or NULL. */
const struct aln_column *aln_column_of(const char *name);

/* What a column or a swept key only numbers draws of, "seeds", or NULL. */
const char *aln_column_draws(const char *name);

/* Appends the symbol of a column or of a swept key, else its name, as enhanced text. */
void aln_column_add_symbol(struct aln_text *out, const char *name);

/* Appends what an axis calls it, as enhanced text: "generalisation error  ε_g". */
void aln_column_add_label(struct aln_text *out, const char *name);

/* Appends text so that gnuplot's enhanced mode prints it as it is. */
void aln_column_add_plain(struct aln_text *out, const char *text);

#endif

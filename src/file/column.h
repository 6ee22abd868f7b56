/* The columns of all results: what each means, its symbol and unit, and how figures call it. One table,
 * for `alignode list columns` and for whatever labels a column. To add a column to a result, add its
 * row in column.c: the suite asks for it. */
#ifndef ALIGNODE_FILE_COLUMN_H
#define ALIGNODE_FILE_COLUMN_H

#include <stdbool.h>

#include "alignode/names.h"
#include "base/text.h"

/* Names have places for indices: Q_i_j stands for Q_1_1, Q_1_2, ...; X for any other column, EVENT for
 * the name of an event with its level, as in eg_below_0.01_t, and LEVEL for that level. NULL: the
 * column has no such thing. */
struct aln_column {
    struct aln_name id; /* doc: what it is */
    const char *label;  /* what axes call it: "gradient alignment" */
    /* As it is printed, gnuplot's enhanced text: _{...} and ^{...} lower and raise, an index in braces
     * stands for its number, X for that column's symbol, EVENT and LEVEL for what they are. */
    const char *symbol;
    const char *unit;  /* "1" for a pure number; NULL for what is no quantity */
    const char *axis;  /* what axes give instead of symbol and unit: "t = steps/N" */
    const char *draws; /* what it only numbers draws of: "runs"; NULL: its value has a meaning */
    const char *key;   /* the parameter whose values it has: "learning.rule" */
    bool of_all; /* in the table of a sweep: found from all rows of a point, which have it alike */
};

extern const struct aln_names aln_columns;

/* The row of a result's column, "Q_1_2"; NULL: none. */
const struct aln_column *aln_column_of(const char *name);

/* Appends the symbol of a result's column with its indices, Q_{12}.
 * Returned: whether it has one */
bool aln_column_add_symbol(struct aln_text *out, const char *name);

#endif

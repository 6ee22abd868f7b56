/* The columns of all results: what each means, its symbol and unit. One table, for `alignode list
 * columns` and for whatever labels a column. To add a column to a result, add its row in column.c:
 * the suite asks for it. */
#ifndef ALIGNODE_SWEEP_COLUMN_H
#define ALIGNODE_SWEEP_COLUMN_H

#include <stdbool.h>

#include "alignode/names.h"
#include "base/text.h"

/* Names have places for indices: Q_i_j stands for Q_1_1, Q_1_2, ...; X for any other column, and
 * EVENT for the name of an event with its level, as in eg_below_0.01_t. */
struct aln_column {
    struct aln_name id; /* doc: what it is */
    /* As it is printed: _{...} and ^{...} lower and raise, and an index stands for its number. */
    const char *symbol; /* "" if it has none: a name, a flag */
    const char *unit;   /* "1" for a pure number, "" for what is no quantity */
};

extern const struct aln_names aln_columns;

/* The row of a result's column, "Q_1_2"; NULL: none. */
const struct aln_column *aln_column_of(const char *name);

/* Appends the symbol of a result's column with its indices, Q_{12}, or the name itself if the column
 * has no symbol or no row. */
void aln_column_symbol(const char *name, struct aln_text *out);

#endif

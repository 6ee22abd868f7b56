/* Arithmetic of the columns of a result: "plateau_left_t - plateau_entered_t", "log10(eg)".
 *
 *   sum:     product {(+ | -) product}        product: signed {(* | /) signed}
 *   signed:  {+ | -} power                    power:   item [^ signed]
 *   item:    number | column | FUNCTION(sum) | (sum)
 *
 * The name of a column reaches as far as it can: where there is a column a-b, that is meant rather
 * than a minus b, for which `a - b` may be written. */
#ifndef ALIGNODE_FIGURE_EXPRESSION_H
#define ALIGNODE_FIGURE_EXPRESSION_H

#include "figure/drawing.h"

struct aln_expression {
    char *name;            /* as normalised text: equal for equal expressions */
    struct aln_text label; /* on an axis, as gnuplot's enhanced text */
    int column;            /* of the table, if it is one; else -1 */
    double *value;         /* [rows of the table] NaN where a column has no number */
    bool of_all; /* all rows of a point of a sweep have it alike: there is nothing to average */
};

/* Parses an expression and evaluates it in every row.
 * Given:    option  "--column", for messages
 * Returned: *out    for aln_drawing_expression_free(), whatever the status
 * Status:   ALN_USAGE with the place in the text, ALN_MEMORY */
enum aln_status aln_drawing_expression_make(struct aln_expression *out, const char *text,
                                            const char *option, const struct aln_figure_input *in);
void aln_drawing_expression_free(struct aln_expression *e);

/* The length of the first expression of a list, which ends at a comma outside of brackets. */
size_t aln_drawing_expression_length(const char *list);

/* Splits a list of expressions.
 * Returned: item i, yours, free(); NULL past the end, or when out of memory */
char *aln_drawing_expression_item(const char *list, size_t i);
size_t aln_drawing_expression_count(const char *list);

/* Raises that a result has no such column, with the nearest and those that exist.
 * Given: what        "column" or "swept key"
 *        first, end  the columns to offer
 *        where       more lines, or "" */
enum aln_status aln_drawing_expression_refuse(const struct aln_figure_input *in, const char *what,
                                              const char *name, size_t first, size_t end,
                                              const char *where);

#endif

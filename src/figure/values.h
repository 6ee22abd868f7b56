/* The parameters in the headers of all results as one table, for comparisons. */
#ifndef ALIGNODE_FIGURE_VALUES_H
#define ALIGNODE_FIGURE_VALUES_H

#include "figure/drawing.h"

/* What a parameter affects. */
enum aln_value_effect {
    ALN_VALUE_NOTHING,   /* what is computed does not depend on it: title, tolerances of compare */
    ALN_VALUE_PRECISION, /* the engine's own, the number of repeats, the recorded times */
    ALN_VALUE_SIZE,      /* N, which the theory does not have */
    ALN_VALUE_PROBLEM,   /* the problem itself */
};
enum aln_value_effect aln_drawing_effect(const char *key);

struct aln_values_list; /* of one result */

struct aln_values {
    size_t results, keys;
    const char **key;   /* [keys] "learning.rate": first those with words, in their order */
    const char **value; /* [results x keys] "0.1"; the default, or "", where a header has none */
    struct aln_values_list *list; /* [results], which own the strings */
};

/* Given:    d->input with trees
 * Returned: *out  for aln_drawing_values_free(), whatever the status
 * Status:   ALN_MEMORY */
enum aln_status aln_drawing_values_make(struct aln_values *out, const struct aln_drawing *d);
void aln_drawing_values_free(struct aln_values *v);

/* Whether results a and b have the same value of key k. */
bool aln_drawing_values_agree(const struct aln_values *v, size_t a, size_t b, size_t k);

/* The column of a key that has words. */
size_t aln_drawing_values_key(const struct aln_values *v, const char *key);

#endif

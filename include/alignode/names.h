/* Tables of named things. A thing a user chooses by name (rule, activation, stepper, ...) is a
 * const struct whose first member is a `struct aln_name`; the table of all of them is a `struct
 * aln_names`. Look-up, `alignode list` and the "did you mean" of error messages then need no code
 * per kind.
 *
 * A table with its own row type also has two typed functions, for example
 *     const struct aln_rule *aln_rule_find(const char *name);  NULL for an unknown name;
 *                                       aln_error() then suggests one: "did you mean dfa?"
 *     const struct aln_rule *aln_rule_row(size_t i);           0 <= i < aln_rules.count
 * A program may use its own struct in place of a row. */
#ifndef ALIGNODE_NAMES_H
#define ALIGNODE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_name {
    const char *name;   /* what the user types */
    const char *doc;    /* one line */
    const char *source; /* paper and equation, or "" */
};

struct aln_names {
    const char *kind;   /* singular, as in "unknown rule" */
    const char *plural; /* as in `alignode list rules` */
    const void *rows; /* array of structs that begin with struct aln_name, or of pointers to them */
    size_t count;     /* number of rows */
    size_t stride;    /* sizeof one row; 0: rows are pointers */
};

/* Row i of a table, 0 <= i < count. */
ALN_API const struct aln_name *aln_names_row(const struct aln_names *names, size_t i);

/* The index of the row called `name`, or count. Exact spelling. A table that matches an enum has
 * its rows in that order. */
ALN_API size_t aln_names_index(const struct aln_names *names, const char *name);

/* The row called `name`, or NULL. */
ALN_API const struct aln_name *aln_names_find(const struct aln_names *names, const char *name);

/* The name of the row that another word or another case stands for (BP for bp, --output for -o), else
 * of the nearest to `name` in edit distance (insertions, deletions, substitutions, neighbours
 * swapped); never NULL for a non-empty table. */
ALN_API const char *aln_names_nearest(const struct aln_names *names, const char *name);

/* Whether `word` may be a typo, an abbreviation or a synonym of `name`: their distance is at most
 * about a third of the word's length, or the word has three letters or more and the name begins with
 * it, or it is another word or another case for it. */
ALN_API bool aln_names_near(const char *word, const char *name);

/* "one of A, B, C"; where that is too long, "one of A, B, ...".  Returned: out[256], which is returned */
ALN_API const char *aln_names_join(const struct aln_names *names, char out[256]);

/* What to offer for an unknown name: "did you mean A?" if the nearest is close, else "expected one
 * of A, B, C".  Returned: out[320], which is returned */
ALN_API const char *aln_names_offer(const struct aln_names *names, const char *word, char out[320]);

/* Edit distance of two strings, as used by aln_names_nearest(). */
ALN_API size_t aln_names_distance(const char *a, const char *b);

#ifdef __cplusplus
}
#endif

#endif

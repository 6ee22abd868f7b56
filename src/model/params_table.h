/* How the parameter table is made: src/model/params_table.c holds its rows, params_types.c what
 * each type reads and writes, params_check.c what concerns several parameters at once, params.c the
 * walk over a file. To add a parameter, add its place in include/alignode/params.h and one row. */
#ifndef ALIGNODE_MODEL_PARAMS_TABLE_H
#define ALIGNODE_MODEL_PARAMS_TABLE_H

#include "alignode/params.h"
#include "alignode/text.h"
#include "alignode/tree.h"

struct aln_range {
    const char *text; /* as in "expected a number >= 0" */
    double lo, hi;
    bool open; /* lo and hi themselves are excluded */
};

struct aln_params_type;

struct aln_param {
    const char *key;
    const struct aln_params_type *type;
    size_t at, count_at; /* offsets in struct aln_params: the value; a list's length */
    const char *def;     /* YAML; NULL: may be absent, unless required */
    bool required;
    const struct aln_range *range; /* of every number in it, NULL: any */
    const struct aln_names *names;
    const char *shape;  /* of a matrix, as "KM": rows, columns */
    const char *needs;  /* a key without which this one has no meaning */
    const char *unless; /* a key that takes this one's place */
    const char *unit;   /* "" when it has none */
    const char *doc;    /* one line */
};

struct aln_params_type {
    const char *name; /* as in "expected a number" */
    unsigned forms;   /* of matrix entries: bits 1 << enum aln_fill */
    enum aln_status (*read)(const struct aln_param *row, const struct aln_node *node,
                            struct aln_params *p);
    /* Only called when present. */
    void (*write)(const struct aln_param *row, const struct aln_params *p, struct aln_text *t);
    bool (*present)(const struct aln_param *row, const struct aln_params *p); /* NULL: always */
    void (*clear)(const struct aln_param *row, struct aln_params *p); /* NULL: owns nothing */
};

extern const struct aln_param aln_params_table[];
extern const size_t aln_params_row_count;
/* The row of a key in full, or NULL. */
const struct aln_param *aln_params_find(const char *key);
/* Whether the resolved parameters hold a value for this row, which has a meaning there. */
bool aln_params_has(const struct aln_param *row, const struct aln_params *p);

extern const struct aln_params_type aln_params_text, aln_params_number, aln_params_whole,
    aln_params_boolean, aln_params_name, aln_params_choice, aln_params_pair,
    aln_params_student_weights, aln_params_teacher_weights, aln_params_readout, aln_params_matrix,
    aln_params_numbers, aln_params_levels, aln_params_choices, aln_params_rates, aln_params_unread;

/* What a parameter may be, for messages: its type and range, or its names. */
const char *aln_params_expected(const struct aln_param *row, char out[256]);

/* ---- pieces that types are made of, params_pieces.c ---- */

static inline void *aln_params_place(const struct aln_param *row, const struct aln_params *p)
{
    return (char *)p + row->at;
}
static inline size_t *aln_params_count(const struct aln_param *row, const struct aln_params *p)
{
    return (size_t *)(void *)((char *)p + row->count_at);
}

/* "KEY: expected EXPECTED RANGE, got ...", at the node. */
enum aln_status aln_params_refuse(const struct aln_node *node, const char *key,
                                  const char *expected, const struct aln_range *range);
enum aln_status aln_params_unknown(const struct aln_place *at, const char *key,
                                   const char *nearest);
enum aln_status aln_params_no_memory(const char *key);
/* "one of a, b, c" */
const char *aln_params_join(const struct aln_names *names, char out[256]);

/* A scalar without quotes. */
bool aln_params_is_plain(const struct aln_node *node);
enum aln_status aln_params_get_number(const struct aln_node *node, const char *key,
                                      const struct aln_range *range, double *out);
/* One number for both, or a list of two. */
enum aln_status aln_params_get_pair(const struct aln_node *node, const char *key,
                                    const struct aln_range *range, double out[2]);
enum aln_status aln_params_get_name(const struct aln_node *node, const char *key,
                                    const struct aln_names *names, size_t *index);
bool aln_params_in_range(const struct aln_range *range, double x);

void aln_params_put_number(struct aln_text *t, double x);
void aln_params_put_pair(struct aln_text *t, const double x[2]);
void aln_params_put_numbers(struct aln_text *t, const double *x, size_t count);

/* ---- the check of the whole, params_check.c ---- */

/* Where each parameter stands in the file, for messages. */
struct aln_params_given {
    const struct aln_node *root;
    const struct aln_node **node; /* [aln_params_row_count]; NULL: the default holds */
};
enum aln_status aln_params_check(const struct aln_params *p, const struct aln_params_given *given,
                                 const char *command);
/* C = [[Q, R], [R^T, T]] of the overlaps is a covariance, up to errors of integration; else
 * ALN_USAGE at the place. */
enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at);

/* ---- a start from an earlier result, params_from.c ---- */

/* Replaces problem.overlaps.from by the overlaps found there, if it is given. For a rule whose
 * feedback learns, the F of that row becomes the feedback matrix. */
enum aln_status aln_params_take_start(struct aln_params *p, const struct aln_params_given *given);

/* ---- the walk over a file, params.c ---- */

/* Reads and checks all of a document.  Returned: *out  yours */
enum aln_status aln_params_from_tree(struct aln_params **out, const struct aln_tree *tree,
                                     const char *path, const char *command);
/* Gives a parameter its default, which it must have. */
enum aln_status aln_params_reset(struct aln_params *p, const char *key);

#endif

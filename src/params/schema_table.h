/* Tables of parameters: a row for each, in the order in which they are written, and the schema that
 * holds them together. schema.c reads and writes files; types.c and matrix.c define the types, made
 * of the pieces in pieces.c. Other folders may define more. */
#ifndef ALIGNODE_PARAMS_SCHEMA_TABLE_H
#define ALIGNODE_PARAMS_SCHEMA_TABLE_H

#include <string.h>

#include "base/text.h"
#include "file/tree.h"
#include "params/schema.h"

struct aln_range {
    const char *text; /* as in "expected a number >= 0" */
    double lo, hi;
    bool open; /* lo and hi themselves are excluded */
};

/* Ranges that many parameters have, ranges.c. The last two keep a typo from exhausting the
 * memory. */
extern const struct aln_range aln_range_positive, aln_range_not_negative,
    aln_range_fraction,                    /* > 0 and < 1 */
    aln_range_thousand, aln_range_million; /* from 1 to ... */

struct aln_params_type;

struct aln_param {
    const char *key;
    const struct aln_params_type *type;
    size_t at, count_at; /* offsets in the struct filled: the value; a list's length */
    const char *def;     /* YAML; NULL: may be absent, unless required */
    /* Describes, in words, a default that the check sets from other parameters; else NULL.
     * Returned: a constant, or text[256]; NULL: out of memory */
    const char *(*usual)(const struct aln_param *row, char text[256]);
    bool required;
    const struct aln_range *range; /* of every number in it, NULL: any */
    const struct aln_names *names;
    const char *shape;  /* of a matrix, as "KM": rows, columns, letters of the schema's extent */
    const char *needs;  /* a key that this one requires */
    const char *unless; /* a key that excludes this one */
    /* When it does not exclude it after all, given the others. NULL: never.
     * Given:    p  the schema's struct */
    bool (*joins)(const void *p);
    /* Why this one does not apply given the others, as "the data set mnist has none": it is then
     * refused if given, and not written. A row without this function always applies.
     * Given:    p  the schema's struct
     * Returned: a constant, or why[128]; NULL if it applies */
    const char *(*barred)(const struct aln_param *row, const void *p, char why[128]);
    const char *unit; /* "" when it has none */
    /* How figures call it: "learning rate", "η"; NULL: by its key */
    const char *label, *symbol;
    const char *draws; /* what it only names draws of: "seeds"; NULL: its value has a meaning */
    const char *doc;   /* one line */
};

/* p is the struct that the row fills: the schema's, or that of the row's part. */
struct aln_params_type {
    const char *name; /* as in "expected a number" */
    /* The same as JSON Schema, for editors: @ stands for a number in the row's range, # for a whole
     * one, $ for one of its names. */
    const char *json;
    unsigned forms; /* of matrix entries: bits 1 << enum aln_fill */
    size_t size;    /* bytes of a value that owns no memory; 0: it owns some, or is a list */
    enum aln_status (*read)(const struct aln_param *row, const struct aln_node *node, void *p);
    /* Only called when present. */
    void (*write)(const struct aln_param *row, const void *p, struct aln_text *t);
    bool (*present)(const struct aln_param *row, const void *p); /* NULL: always */
    /* Sets a value that is not given and has no default; NULL: zeros. */
    void (*absent)(const struct aln_param *row, void *p);
    void (*clear)(const struct aln_param *row, void *p); /* NULL: owns nothing */
};

struct aln_schema {
    const char *name;    /* what its files describe, as in "two-layer problem" */
    const char *section; /* with which all keys begin; others are ignored; NULL: none */
    const struct aln_param *row;
    size_t count; /* of rows */
    /* More rows, after these. The schema's struct then has a member struct aln_schema_parts at
     * `parts_at`. part NULL: no more. */
    const struct aln_schema_part *const *part;
    size_t part_count, parts_at;
    /* Sections that only files of another kind have, each between blanks; and that kind, with the
     * commands that take it. NULL: none. */
    const char *foreign, *foreign_kind;
    size_t size; /* of the struct, all zero before it is read */
    /* What a letter of a shape stands for; NULL: no row has a shape. */
    size_t (*extent)(const void *p, char letter);
    /* Like `barred` of a row, for all rows of a part. NULL: none. */
    const char *(*barred)(const struct aln_schema_part *part, const void *p, char why[128]);
    /* Checks all parameters together, after each row has passed its own check; may fill in defaults
     * that depend on other parameters. NULL: none. */
    enum aln_status (*check)(void *p, const struct aln_params_given *given);
    /* The last step of loading, after all checks: replaces references to other files by their
     * contents. NULL: none. */
    enum aln_status (*resolve)(void *p, const struct aln_params_given *given);
};

/* Where each parameter is in the file, for messages. */
struct aln_params_given {
    const struct aln_schema *schema;
    const struct aln_node *root;  /* of the schema's section, if it has one, else of the file */
    const struct aln_node *file;  /* of the whole file */
    const struct aln_node **node; /* one for each row; NULL: not given */
};

/* Row i, or NULL past the end. */
const struct aln_param *aln_schema_at(const struct aln_schema *schema, size_t i);
/* How many rows there are. */
size_t aln_schema_rows(const struct aln_schema *schema);
/* The index of the row with this full key; aln_schema_rows() if there is none. */
size_t aln_schema_index(const struct aln_schema *schema, const char *key);
/* Raises that no row has this key.
 * Given: key      with its sections, that of the node
 *        section  that it is in, "" for the whole file */
enum aln_status aln_schema_refuse(const struct aln_schema *schema, const struct aln_node *node,
                                  const char *key, const char *section);
/* Resets a parameter to its default. */
enum aln_status aln_schema_reset(const struct aln_schema *schema, void *p, const char *key);
/* The node that gives a parameter, or NULL. */
const struct aln_node *aln_params_node(const struct aln_params_given *given, const char *key);
/* Where messages about a parameter point: at its value; if it is not given, at the key of its
 * innermost section that is, else at the file's start. */
const struct aln_place *aln_params_where(const struct aln_params_given *given, const char *key);

/* Entry i of a parameter that is a list; NULL: not given. */
static inline const struct aln_node *aln_params_item(const struct aln_params_given *given,
                                                     const char *key, size_t i)
{
    const struct aln_node *n = aln_params_node(given, key);
    n = n != NULL ? n->first : NULL;
    for (; i > 0 && n != NULL; i--)
        n = n->next;
    return n;
}

/* ---- types ---- */

extern const struct aln_params_type aln_params_text, /* char *, NULL when absent */
    aln_params_number,                               /* double, NaN when absent */
    aln_params_whole,                                /* uint64_t */
    aln_params_whole_given,                          /* uint64_t, 0 when absent */
    aln_params_size,                                 /* size_t */
    aln_params_boolean,                              /* bool */
    aln_params_flag,                                 /* bool, written only if true */
    aln_params_name,                                 /* pointer to the row of its names, or NULL */
    aln_params_choice,                               /* enum: index of the row of its names */
    aln_params_choices,                              /* [as many as there are names] and count */
    aln_params_pair,                                 /* double [2] */
    aln_params_numbers, aln_params_levels,           /* double * and count; increasing, or any */
    aln_params_wholes,                               /* uint64_t * and count; increasing */
    aln_params_matrix,                               /* struct aln_matrix */
    aln_params_matrices,                             /* struct aln_matrix * and count */
    aln_params_student_weights, aln_params_teacher_weights, aln_params_readout, /* aln_entries */
    aln_params_teacher_readout, aln_params_rates, /* struct aln_rates * and count */
    aln_params_epoch_rates,                       /* the same: times are epochs, both rates equal */
    aln_params_unread;                            /* nothing */

/* What a parameter may be, for messages: its type and range, or its names. */
const char *aln_params_expected(const struct aln_param *row, char out[256]);

/* The row of tables whose files can be swept. */
#define ALN_PARAM_SWEEP                                                                            \
    {                                                                                              \
        "sweep", &aln_params_unread,                                                               \
            .unit = "",                                                                            \
            .doc = "values for a grid of runs, see sweep.run; only `alignode sweep` reads them"    \
    }

/* ---- pieces that types are made of, pieces.c ---- */

/* The value of a row, for writing and for reading. */
static inline void *aln_params_place(const struct aln_param *row, void *p)
{
    return (char *)p + row->at;
}
static inline const void *aln_params_value(const struct aln_param *row, const void *p)
{
    return (const char *)p + row->at;
}
/* A value that is a pointer, whatever it points to: text, a table's row, the items of a list. */
static inline void *aln_params_pointer(const struct aln_param *row, const void *p)
{
    void *x;
    memcpy(&x, aln_params_value(row, p), sizeof x);
    return x;
}
static inline void aln_params_set_pointer(const struct aln_param *row, void *p, const void *x)
{
    memcpy(aln_params_place(row, p), &x, sizeof x);
}
/* The length of a list. */
static inline size_t aln_params_count(const struct aln_param *row, const void *p)
{
    return *(const size_t *)(const void *)((const char *)p + row->count_at);
}
static inline void aln_params_set_count(const struct aln_param *row, void *p, size_t count)
{
    *(size_t *)(void *)((char *)p + row->count_at) = count;
}
/* Makes the value a list as long as the node's, of zeroed items of `size` bytes.
 * Returned: the items; NULL when out of memory */
void *aln_params_make_list(const struct aln_param *row, const struct aln_node *node, void *p,
                           size_t size);
/* present() and clear() of a type whose value is a pointer that it owns. */
bool aln_params_has_pointer(const struct aln_param *row, const void *p);
void aln_params_clear_pointer(const struct aln_param *row, void *p);

/* "KEY: expected EXPECTED RANGE, got ...", at the node. */
enum aln_status aln_params_refuse(const struct aln_node *node, const char *key,
                                  const char *expected, const struct aln_range *range);
#ifdef __clang_analyzer__ /* as for aln_raise() */
#define aln_params_refuse(...) ((aln_params_refuse)(__VA_ARGS__), ALN_USAGE)
#endif
/* Raises an unknown key, and suggests the nearest if it is close, else `known`: "one of a, b". */
enum aln_status aln_params_unknown(const struct aln_place *at, const char *key, const char *nearest,
                                   const char *known);
/* Raises an unknown name, `word`, printed as `shown`. */
enum aln_status aln_params_unknown_name(const struct aln_place *at, const char *key,
                                        const struct aln_names *names, const char *word,
                                        const char *shown);
static inline enum aln_status aln_params_no_memory(const char *key)
{
    return aln_raise(ALN_MEMORY, "%s: out of memory", key);
}

/* A scalar without quotes. */
bool aln_params_is_plain(const struct aln_node *node);
enum aln_status aln_params_get_number(const struct aln_node *node, const char *key,
                                      const struct aln_range *range, double *out);
enum aln_status aln_params_get_whole(const struct aln_node *node, const char *key,
                                     const struct aln_range *range, uint64_t *out);
/* One number for both, or a list of two. */
enum aln_status aln_params_get_pair(const struct aln_node *node, const char *key,
                                    const struct aln_range *range, double out[2]);
enum aln_status aln_params_get_name(const struct aln_node *node, const char *key,
                                    const struct aln_names *names, size_t *index);
/* The children of a small map by name. Refuses any other child, and a missing one of the first
 * `needed`.
 * Returned: child[count], NULL where absent */
enum aln_status aln_params_get_members(const struct aln_node *node, const char *key,
                                       const char *expected, size_t needed, size_t count,
                                       const struct aln_name *names, const struct aln_node **child);
bool aln_params_in_range(const struct aln_range *range, double x);

/* The shortest text that reads back to x, without an exponent if that is no longer. The others
 * append it as YAML, with aln_text_number(). */
void aln_params_number_text(double x, char out[32]);
void aln_params_put_number(struct aln_text *t, double x);
void aln_params_put_pair(struct aln_text *t, const double x[2]);
void aln_params_put_numbers(struct aln_text *t, const double *x, size_t count);
struct aln_matrix;
void aln_params_put_matrices(struct aln_text *t, const struct aln_matrix *m, size_t count);

#endif

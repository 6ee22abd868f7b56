/* Kinds of parameter files. A schema is one table of parameters (key, type, place in a struct,
 * default, range, unit, one line of documentation); everything about files of this kind follows
 * from it: parser, range checks, `--set`, `alignode params`, the headers of results. Mistakes are
 * refused before any work starts, as
 *     FILE:line:column: message
 *     the offending line
 *          ^
 * Each schema fills its own struct, here a `void *`; that of two-layer problems is in
 * model/params.h. For writing a table see src/params/schema_table.h. */
#ifndef ALIGNODE_PARAMS_SCHEMA_H
#define ALIGNODE_PARAMS_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "base/text.h"
#include "file/tree.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_schema;
struct aln_param;        /* params/schema_table.h */
struct aln_params_given; /* params/schema_table.h */

/* Rows of a schema that fill a struct of their own, such as those of one study. */
struct aln_schema_part {
    const struct aln_param *row;
    size_t count;
    size_t size; /* of that struct, all zero before it is read; 0: they fill the schema's struct */
    /* Fills in defaults that depend on other parameters: its own and those of the schema's struct p.
     * NULL: there are none. */
    void (*fill)(void *own, void *p, const struct aln_params_given *given);
};

/* A member of the struct of a schema with parts, which leads to theirs. Copied with it. */
struct aln_schema_parts {
    const struct aln_schema *schema;
    const void *first; /* the struct of the first part that has one; the others follow it */
};

/* The struct of a part, one of the schema's. */
const void *aln_schema_part(const struct aln_schema_parts *parts,
                            const struct aln_schema_part *part);

/* The checks for one use of the parameters (an engine, a study, ...) beyond those for all uses.
 * Given:  p      the schema's struct, which has passed the schema's own checks
 *         given  where each parameter is in the file, for messages
 * Status: ALN_USAGE with file:line:column, ALN_MEMORY */
typedef enum aln_status (*aln_params_use)(const void *p, const struct aln_params_given *given);

/* Reads, overrides, checks.
 *
 * Given:    path  a parameter file, or a result (its header is read)
 *           set   set_count overrides "key.path=VALUE", applied in order, VALUE in YAML
 *           use   what the parameters are for; NULL: no use in particular
 * Returned: *out  the schema's struct, yours, aln_schema_free()
 * Status:   ALN_USAGE with file:line:column for the user's mistakes, ALN_FILE, ALN_MEMORY */
enum aln_status aln_schema_load(void **out, const struct aln_schema *schema, const char *path,
                                size_t set_count, const char *const *set, aln_params_use use);

/* The same from text.
 * Given: name  of the text, for messages */
enum aln_status aln_schema_parse(void **out, const struct aln_schema *schema, const char *name,
                                 const char *text, size_t set_count, const char *const *set,
                                 aln_params_use use);

/* The same from a tree.
 * Given: path  for messages */
enum aln_status aln_schema_from_tree(void **out, const struct aln_schema *schema,
                                     const struct aln_tree *tree, const char *path,
                                     aln_params_use use);

/* Whether "key.path=VALUE" gives a parameter that is a text. */
bool aln_schema_takes_text(const struct aln_schema *schema, const char *assignment);

/* Overrides values of a tree before aln_schema_from_tree(). */
enum aln_status aln_schema_set(const struct aln_schema *schema, struct aln_tree *tree,
                               size_t set_count, const char *const *set);

/* NULL is allowed. */
void aln_schema_free(const struct aln_schema *schema, void *p);

/* The resolved parameters as YAML text that loads to an equal struct, numbers in full precision.
 * Returned: *out  yours, free() */
enum aln_status aln_schema_yaml(const struct aln_schema *schema, const void *p, char **out);

/* Appends the value of row i, as in aln_schema_yaml(), to *out; nothing if it has none. */
void aln_schema_value(const struct aln_schema *schema, const void *p, size_t i,
                      struct aln_text *out);

/* What files of this kind describe, as in "two-layer problem". */
const char *aln_schema_name(const struct aln_schema *schema);

/* The table, for `alignode params`. Each row begins with {key, doc, ""}. */
struct aln_param_row {
    struct aln_name id;            /* key in full, doc, "" */
    const char *type;              /* in words: "number", "whole number", "name", "matrix", ... */
    char def[256];                 /* default as YAML, "" if there is none; in words where it
                                      depends on others */
    const char *range;             /* in words, "" if any */
    const char *unit;              /* "1", "t = steps/N", ... */
    const struct aln_names *names; /* the names allowed, or NULL */
    bool required;
    bool usual;                 /* the default is in words */
    bool failed;                /* there was no memory for it */
    const char *json;           /* the type as JSON Schema, see struct aln_params_type */
    double lo, hi;              /* the range of its numbers; infinite: none */
    bool open;                  /* lo and hi themselves are excluded */
    const char *label, *symbol; /* in figures: "learning rate", "η"; "" if there is none */
    const char *draws;          /* what it only names draws of: "seeds"; "" if it means more */
};
/* Fills *row with row i of the table; false past the end. */
bool aln_schema_row(const struct aln_schema *schema, size_t i, struct aln_param_row *row);
/* The same for the row of a key; false if there is none. */
bool aln_schema_find(const struct aln_schema *schema, const char *key, struct aln_param_row *row);

#ifdef __cplusplus
}
#endif

#endif

/* Kinds of parameter files. A schema is one table of parameters (key, type, place in a struct,
 * default, range, unit, one line of documentation); everything about files of this kind follows
 * from it: parser, range checks, `--set`, `alignode params`, the headers of results. Whatever is
 * wrong is refused before any work starts, as
 *     FILE:line:column: message
 *     the offending line
 *          ^
 * The struct that a schema fills is its own, here a `void *`; model/params.h is the one of
 * two-layer problems. How a table is written: src/params/schema_table.h. */
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

/* Reads, overrides, checks.
 *
 * Given:    path     a parameter file, or a result (its header is read)
 *           set      set_count overrides "key.path=VALUE", applied in order, VALUE in YAML
 *           command  what the parameters are for, as the schema's checks know it
 * Returned: *out     the schema's struct, yours, aln_schema_free()
 * Status:   ALN_USAGE with file:line:column for the user's mistakes, ALN_FILE, ALN_MEMORY */
enum aln_status aln_schema_load(void **out, const struct aln_schema *schema, const char *path,
                                size_t set_count, const char *const *set, const char *command);

/* The same from text.
 * Given: name  of the text, for messages */
enum aln_status aln_schema_parse(void **out, const struct aln_schema *schema, const char *name,
                                 const char *text, size_t set_count, const char *const *set,
                                 const char *command);

/* The same from a tree.
 * Given: path  as messages name it */
enum aln_status aln_schema_from_tree(void **out, const struct aln_schema *schema,
                                     const struct aln_tree *tree, const char *path,
                                     const char *command);

/* NULL is allowed. */
void aln_schema_free(const struct aln_schema *schema, void *p);

/* The resolved parameters as YAML text that loads to an equal struct, numbers in full precision.
 * Returned: *out  yours, free() */
enum aln_status aln_schema_yaml(const struct aln_schema *schema, const void *p, char **out);

/* The value of row i as in aln_schema_yaml(), appended to *out; nothing where it has none. */
void aln_schema_value(const struct aln_schema *schema, const void *p, size_t i,
                      struct aln_text *out);

/* What files of this kind describe, as in "two-layer problem". */
const char *aln_schema_name(const struct aln_schema *schema);

/* The table, for `alignode params`. Each row begins with {key, doc, ""}. */
struct aln_param_row {
    struct aln_name id;            /* key in full, doc, "" */
    const char *type;              /* for people: "number", "whole number", "name", "matrix", ... */
    char def[256];                 /* default as YAML; "" when there is none. Where it depends on
                                      others, what it is, for people */
    const char *range;             /* for people, "" when any */
    const char *unit;              /* "1", "t = steps/N", ... */
    const struct aln_names *names; /* the names allowed, or NULL */
};
/* Fills *row with row i of the table; false past the end. */
bool aln_schema_row(const struct aln_schema *schema, size_t i, struct aln_param_row *row);

#ifdef __cplusplus
}
#endif

#endif

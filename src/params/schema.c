/* Reads a file into a struct and writes it back, according to a table. */
#include "params/schema.h"
#include "base/failure.h"
#include "params/matrix.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "params/schema_table.h"

/* ---- the table ---- */

const char *aln_schema_name(const struct aln_schema *schema)
{
    return schema->name;
}

/* A row, and where the struct it fills is. */
struct spot {
    const struct aln_param *row;        /* NULL: past the end */
    const struct aln_schema_part *part; /* NULL: it is one of the schema's own */
    size_t at;                          /* of the part's struct, in bytes after that of the first */
};

/* Rounds a size up, so that what follows is aligned. */
static size_t padded(size_t size)
{
    size_t unit = _Alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/* All rows in their order: for (struct row_walk w = walk_rows(schema); w.spot.row != NULL; next_row(&w)) */
struct row_walk {
    const struct aln_schema *schema;
    struct spot spot;
    size_t i;          /* of the row */
    size_t left, part; /* rows left where this one is; the part behind them */
};

/* Turns to the next part that has rows, if none are left here. */
static void settle(struct row_walk *w)
{
    while (w->left == 0 && w->spot.row != NULL) {
        const struct aln_schema_part *before = w->spot.part,
                                     *part = w->part < w->schema->part_count
                                                 ? w->schema->part[w->part++]
                                                 : NULL;
        const size_t at = w->spot.at + (before != NULL ? padded(before->size) : 0);
        w->spot = (struct spot){part != NULL ? part->row : NULL, part, at};
        w->left = part != NULL ? part->count : 0;
    }
}

static struct row_walk walk_rows(const struct aln_schema *schema)
{
    static const struct aln_param none;
    struct row_walk w = {.schema = schema,
                         .spot.row = schema->count > 0 ? schema->row : &none,
                         .left = schema->count};
    settle(&w);
    return w;
}

static void next_row(struct row_walk *w)
{
    w->spot.row++;
    w->left--;
    w->i++;
    settle(w);
}

static struct spot spot_of(const struct aln_schema *schema, size_t i)
{
    size_t at = 0;
    if (i < schema->count)
        return (struct spot){.row = &schema->row[i]};
    i -= schema->count;
    for (size_t k = 0; k < schema->part_count; k++) {
        const struct aln_schema_part *part = schema->part[k];
        if (i < part->count)
            return (struct spot){&part->row[i], part, at};
        i -= part->count;
        at += padded(part->size);
    }
    return (struct spot){NULL, NULL, 0};
}

static const struct aln_schema_parts *parts_of(const struct aln_schema *schema, const void *p)
{
    return (const struct aln_schema_parts *)(const void *)((const char *)p + schema->parts_at);
}

static bool in_part(struct spot spot)
{
    return spot.part != NULL && spot.part->size > 0;
}

/* The struct that the row fills, for reading and for filling. */
static const void *read_by(struct spot spot, const struct aln_schema *schema, const void *p)
{
    return in_part(spot) ? (const char *)parts_of(schema, p)->first + spot.at : (const char *)p;
}

static void *filled_by(struct spot spot, const struct aln_schema *schema, void *p)
{
    /* In the same block of memory as p, see make_struct(). */
    size_t behind = in_part(spot)
                        ? (size_t)((const char *)parts_of(schema, p)->first - (char *)p) + spot.at
                        : 0;
    return (char *)p + behind;
}

const void *aln_schema_part(const struct aln_schema_parts *parts,
                            const struct aln_schema_part *part)
{
    const struct aln_schema *schema = parts->schema;
    size_t at = 0;
    for (size_t k = 0; k < schema->part_count; k++) {
        if (schema->part[k] == part)
            return (const char *)parts->first + at;
        at += padded(schema->part[k]->size);
    }
    assert(false); /* it is one of the schema's */
    return NULL;
}

/* The struct, followed by those of the parts: all zero, or as another one. */
static void *make_struct(const struct aln_schema *schema, const void *like)
{
    size_t size = padded(schema->size);
    for (size_t k = 0; k < schema->part_count; k++)
        size += padded(schema->part[k]->size);
    char *p = calloc(1, size);
    if (p != NULL && like != NULL)
        memcpy(p, like, size);
    if (p != NULL && schema->part != NULL)
        *(struct aln_schema_parts *)(void *)(p + schema->parts_at) =
            (struct aln_schema_parts){schema, p + padded(schema->size)};
    return p;
}

const char *aln_params_expected(const struct aln_param *row, char out[256])
{
    if (row->names != NULL && row->type != &aln_params_choices)
        return aln_names_join(row->names, out);
    snprintf(out, 256, "%s%s%s", row->type->name, row->range != NULL ? " " : "",
             row->range != NULL ? row->range->text : "");
    return out;
}

bool aln_schema_row(const struct aln_schema *schema, size_t i, struct aln_param_row *out)
{
    const struct aln_param *row = aln_schema_at(schema, i);
    if (row == NULL)
        return false;
    *out = (struct aln_param_row){
        .id = {row->key, row->doc, ""},
        .type = row->type->name,
        .range = row->range != NULL ? row->range->text : "",
        .unit = row->unit,
        .names = row->names,
        .required = row->required,
        .usual = row->usual != NULL,
        .json = row->type->json,
        .lo = row->range != NULL ? row->range->lo : -INFINITY,
        .hi = row->range != NULL ? row->range->hi : INFINITY,
        .open = row->range != NULL && row->range->open,
        .label = row->label != NULL ? row->label : "",
        .symbol = row->symbol != NULL ? row->symbol : "",
        .draws = row->draws != NULL ? row->draws : "",
    };
    char text[256];
    const char *def = row->usual != NULL ? row->usual(row, text) : row->def;
    out->failed = row->usual != NULL && def == NULL;
    snprintf(out->def, sizeof out->def, "%s", def != NULL ? def : "");
    return true;
}

bool aln_schema_find(const struct aln_schema *schema, const char *key, struct aln_param_row *out)
{
    const struct aln_param *row;
    for (size_t i = 0; (row = aln_schema_at(schema, i)) != NULL; i++)
        if (strcmp(row->key, key) == 0)
            return aln_schema_row(schema, i, out);
    return false;
}

/* ---- from a tree ---- */

/* Whether any row is in the section `key`. */
static bool is_section(const struct aln_schema *schema, const char *key)
{
    const struct aln_param *row;
    size_t n = strlen(key);
    for (size_t i = 0; (row = aln_schema_at(schema, i)) != NULL; i++)
        if (strncmp(row->key, key, n) == 0 && row->key[n] == '.')
            return true;
    return false;
}

static enum aln_status refuse_empty(const struct aln_param *row, const struct aln_node *node)
{
    char text[256];
    enum aln_status status = aln_tree_cause(&node->at);
    if (status != ALN_OK)
        return status;
    return aln_tree_raise(&node->at, "%s has no value: expected %s%s", row->key,
                          aln_params_expected(row, text),
                          aln_tree_comment(&node->at) != ' '
                              ? "; # begins a comment: quote a text that begins with it"
                              : "");
}

static enum aln_status read_value(const struct aln_param *row, const struct aln_node *node, void *p)
{
    return aln_tree_is_empty(node) ? refuse_empty(row, node) : row->type->read(row, node, p);
}

/* Given: node  no map, where there should be one */
static enum aln_status refuse_section(const struct aln_node *node, const char *key)
{
    enum aln_status status = node->kind == ALN_SCALAR ? aln_tree_cause(&node->at) : ALN_OK;
    return status != ALN_OK ? status
                            : aln_tree_raise(&node->at, "%s: expected keys and values", key);
}

enum { LONGEST_KEY = 128 };

/* "path.key", or the key alone if the path is empty; cut if it is too long to be known. */
static void join_key(const char *path, const char *key, char out[LONGEST_KEY])
{
    const size_t most = LONGEST_KEY - 1, n = strnlen(path, most), dot = n > 0 && n < most,
                 rest = strnlen(key, most - n - dot);
    memcpy(out, path, n);
    memcpy(out + n, ".", dot);
    memcpy(out + n + dot, key, rest);
    out[n + dot + rest] = '\0';
}

/* Reads the keys of a map, recursively.
 * Given: path  of the map, "" for the whole file */
static enum aln_status read_section(const struct aln_node *map, const char *path, void *p,
                                    struct aln_params_given *given)
{
    for (const struct aln_node *node = map->first; node != NULL; node = node->next) {
        enum aln_status status = ALN_OK;
        char key[LONGEST_KEY];
        join_key(path, node->key, key);
        size_t i = aln_schema_index(given->schema, key);
        struct spot spot = spot_of(given->schema, i);
        if (strchr(node->key, '.') != NULL && strchr(node->key, ':') == NULL) {
            status = aln_tree_raise(&node->key_at,
                                    "unknown key %s: keys in a file are nested, not dotted", key);
        } else if (spot.row != NULL) {
            given->node[i] = node;
            status = read_value(spot.row, node, filled_by(spot, given->schema, p));
        } else if (!is_section(given->schema, key)) {
            status = aln_schema_refuse(given->schema, node, key, path);
        } else if (node->kind != ALN_MAP) {
            status = refuse_section(node, key);
        } else {
            status = read_section(node, key, p, given);
        }
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

/* ---- defaults ---- */

/* A schema's defaults, parsed when first needed and then kept, because sweeps read the parameters
 * of thousands of points. */
struct defaults {
    const struct aln_schema *schema;
    struct aln_tree *tree;
    const struct aln_node **node; /* [aln_schema_rows()]; NULL: no default */
    void *values; /* the schema's struct with the defaults of all rows whose values own no memory */
    size_t *others,
        other_count; /* the other rows that have a default, or are set where it is absent */
    struct defaults *next;
};
static struct defaults *all_defaults;
static once_flag defaults_once = ONCE_FLAG_INIT;
static mtx_t defaults_lock;

static void make_lock(void)
{
    int made = mtx_init(&defaults_lock, mtx_plain);
    assert(made == thrd_success);
    (void)made;
}

static void free_defaults(struct defaults *d)
{
    if (d == NULL)
        return;
    aln_tree_free(d->tree);
    free(d->node);
    free(d->others);
    free(d->values);
    free(d);
}

static enum aln_status parse_defaults(struct aln_tree **out, const struct aln_schema *schema)
{
    struct aln_text text = {0};
    aln_text_put(&text, "{");
    for (struct row_walk w = walk_rows(schema); w.spot.row != NULL; next_row(&w))
        if (w.spot.row->def != NULL)
            aln_text_add(&text, "%s: %s,\n", w.spot.row->key, w.spot.row->def);
    aln_text_put(&text, "}");
    enum aln_status status = text.failed ? aln_params_no_memory("defaults")
                                         : aln_tree_parse(out, "defaults", text.s, text.length);
    free(text.s);
    return status;
}

/* Sets a parameter that is not given.
 * Given: node  its default; NULL: it has none
 *        p     the schema's struct */
static enum aln_status set_default(const struct aln_schema *schema, struct spot spot,
                                   const struct aln_node *node, void *p)
{
    void *filled = filled_by(spot, schema, p);
    if (node != NULL)
        return spot.row->type->read(spot.row, node, filled);
    if (spot.row->type->absent != NULL)
        spot.row->type->absent(spot.row, filled);
    return ALN_OK;
}

static enum aln_status make_defaults(struct defaults **out, const struct aln_schema *schema)
{
    const size_t rows = aln_schema_rows(schema);
    struct defaults *d = calloc(1, sizeof *d);
    *out = d;
    if (d == NULL || (d->node = calloc(rows, sizeof *d->node)) == NULL ||
        (d->others = calloc(rows, sizeof *d->others)) == NULL ||
        (d->values = make_struct(schema, NULL)) == NULL)
        return aln_params_no_memory("defaults");
    d->schema = schema;
    enum aln_status status = parse_defaults(&d->tree, schema);
    if (status != ALN_OK)
        return status;
    for (const struct aln_node *n = aln_tree_root(d->tree)->first; n != NULL; n = n->next)
        d->node[aln_schema_index(schema, n->key)] = n;
    for (struct row_walk w = walk_rows(schema); w.spot.row != NULL && status == ALN_OK;
         next_row(&w))
        if (w.spot.row->type->size > 0)
            status = set_default(schema, w.spot, d->node[w.i], d->values);
        else if (d->node[w.i] != NULL || w.spot.row->type->absent != NULL)
            d->others[d->other_count++] = w.i;
    return status;
}

/* Thread-safe; the result is read-only. */
static enum aln_status defaults_of(const struct defaults **out, const struct aln_schema *schema)
{
    enum aln_status status = ALN_OK;
    call_once(&defaults_once, make_lock);
    mtx_lock(&defaults_lock);
    struct defaults *d = all_defaults;
    while (d != NULL && d->schema != schema)
        d = d->next;
    if (d == NULL && (status = make_defaults(&d, schema)) == ALN_OK) {
        d->next = all_defaults;
        all_defaults = d;
    }
    if (status != ALN_OK) {
        free_defaults(d);
        d = NULL;
    }
    mtx_unlock(&defaults_lock);
    *out = d;
    return status;
}

/* Sets the parameters that are not given, of a struct that began with the defaults' values. */
static enum aln_status read_defaults(const struct defaults *defaults,
                                     const struct aln_params_given *given, void *p)
{
    enum aln_status status = ALN_OK;
    for (size_t n = 0; n < defaults->other_count && status == ALN_OK; n++) {
        const size_t i = defaults->others[n];
        if (given->node[i] == NULL)
            status = set_default(given->schema, spot_of(given->schema, i), defaults->node[i], p);
    }
    return status;
}

enum aln_status aln_schema_reset(const struct aln_schema *schema, void *p, const char *key)
{
    const struct defaults *defaults;
    enum aln_status status = defaults_of(&defaults, schema);
    const size_t i = aln_schema_index(schema, key);
    return status != ALN_OK ? status
                            : set_default(schema, spot_of(schema, i), defaults->node[i], p);
}

/* ---- checks that need only the table ---- */

const struct aln_node *aln_params_node(const struct aln_params_given *given, const char *key)
{
    return given->node[aln_schema_index(given->schema, key)];
}

const struct aln_place *aln_params_where(const struct aln_params_given *given, const char *key)
{
    const struct aln_node *node = aln_params_node(given, key), *section = given->root;
    if (node != NULL)
        return &node->at;
    if (given->schema->section != NULL) /* it is the root */
        key += strlen(given->schema->section) + 1;
    for (const char *end; (end = strchr(key, '.')) != NULL; key = end + 1) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(end - key), key);
        const struct aln_node *inner = aln_tree_find(section, name);
        if (inner == NULL)
            break;
        section = inner;
    }
    return section == given->root ? &section->at : &section->key_at;
}

/* Why a row does not apply given the others, or NULL. */
static const char *barred(const struct aln_schema *schema, struct spot spot, const void *p,
                          char why[128])
{
    const char *reason = spot.row->barred != NULL ? spot.row->barred(spot.row, p, why) : NULL;
    return reason == NULL && spot.part != NULL && schema->barred != NULL
               ? schema->barred(spot.part, p, why)
               : reason;
}

/* The key that excludes this one, or NULL. */
static const char *excluding(const struct aln_param *row, const void *p)
{
    return row->joins != NULL && row->joins(p) ? NULL : row->unless;
}

static enum aln_status check_required(const void *p, const struct aln_params_given *given)
{
    char text[256], why[128];
    for (struct row_walk w = walk_rows(given->schema); w.spot.row != NULL; next_row(&w)) {
        const struct aln_param *row = w.spot.row;
        const struct aln_node *node = given->node[w.i];
        if (row->required && node == NULL)
            return aln_tree_raise(aln_params_where(given, row->key), "%s is missing: expected %s",
                                  row->key, aln_params_expected(row, text));
        if (node == NULL)
            continue;
        const char *unless = excluding(row, p);
        if (unless != NULL && aln_params_node(given, unless) != NULL)
            return aln_tree_raise(&node->key_at, "%s and %s exclude each other", row->key, unless);
        if (row->needs != NULL && aln_params_node(given, row->needs) == NULL)
            return aln_tree_raise(&node->key_at, "%s is given without %s", row->key, row->needs);
        if (barred(given->schema, w.spot, p, why) != NULL)
            return aln_tree_raise(&node->key_at, "%s does not apply here: %s", row->key,
                                  barred(given->schema, w.spot, p, why));
    }
    return ALN_OK;
}

static enum aln_status check_shapes(const void *p, const struct aln_params_given *given)
{
    const struct aln_schema *schema = given->schema;
    for (struct row_walk w = walk_rows(schema); w.spot.row != NULL; next_row(&w)) {
        const struct aln_param *row = w.spot.row;
        if (row->shape == NULL || given->node[w.i] == NULL)
            continue;
        const void *value = aln_params_value(row, read_by(w.spot, schema, p));
        const struct aln_matrix *m =
            row->type == &aln_params_matrix ? value : &((const struct aln_entries *)value)->matrix;
        size_t rows = schema->extent(p, row->shape[0]), cols = schema->extent(p, row->shape[1]);
        if (m->a != NULL && (m->rows != rows || m->cols != cols))
            return aln_tree_raise(
                &given->node[w.i]->at, "%s: expected %zu x %zu matrix (%c x %c), got %zu x %zu",
                row->key, rows, cols, row->shape[0], toupper(row->shape[1]), m->rows, m->cols);
    }
    return ALN_OK;
}

/* ---- loading ---- */

static void fill_parts(void *p, const struct aln_params_given *given)
{
    const struct aln_schema *schema = given->schema;
    size_t at = 0;
    for (size_t k = 0; k < schema->part_count; k++) {
        const struct aln_schema_part *part = schema->part[k];
        if (part->fill != NULL)
            part->fill(filled_by((struct spot){NULL, part, at}, schema, p), p, given);
        at += padded(part->size);
    }
}

/* Reads the file, or the schema's section, which is then the root that messages point to. */
static enum aln_status read_root(void *p, struct aln_params_given *given)
{
    const char *section = given->schema->section;
    const struct aln_node *node = section != NULL ? aln_tree_find(given->root, section) : NULL;
    if (section == NULL)
        return read_section(given->root, "", p, given);
    if (node == NULL)
        return ALN_OK;
    if (node->kind != ALN_MAP)
        return refuse_section(node, section);
    given->root = node;
    return read_section(node, section, p, given);
}

enum aln_status aln_schema_from_tree(void **out, const struct aln_schema *schema,
                                     const struct aln_tree *tree, const char *path,
                                     aln_params_use use)
{
    const struct defaults *defaults;
    enum aln_status status = defaults_of(&defaults, schema);
    void *p = status == ALN_OK ? make_struct(schema, defaults->values) : NULL;
    struct aln_params_given given = {.schema = schema,
                                     .root = aln_tree_root(tree),
                                     .file = aln_tree_root(tree),
                                     .node = calloc(aln_schema_rows(schema), sizeof *given.node)};
    *out = NULL;
    if (status != ALN_OK)
        goto out;
    if (p == NULL || given.node == NULL) {
        status = aln_raise(ALN_MEMORY, "%s: out of memory", path);
        goto out;
    }
    if ((status = read_root(p, &given)) != ALN_OK ||
        (status = read_defaults(defaults, &given, p)) != ALN_OK ||
        (status = check_required(p, &given)) != ALN_OK ||
        (status = check_shapes(p, &given)) != ALN_OK)
        goto out;
    fill_parts(p, &given);
    if ((schema->check != NULL && (status = schema->check(p, &given)) != ALN_OK) ||
        (use != NULL && (status = use(p, &given)) != ALN_OK) ||
        (schema->resolve != NULL && (status = schema->resolve(p, &given)) != ALN_OK))
        goto out;
    *out = p;
    p = NULL;
out:
    free(given.node);
    aln_schema_free(schema, p);
    return status;
}

bool aln_schema_takes_text(const struct aln_schema *schema, const char *assignment)
{
    char key[128];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(assignment, "="), assignment);
    const struct aln_param *row = aln_schema_at(schema, aln_schema_index(schema, key));
    return row != NULL && row->type == &aln_params_text;
}

enum aln_status aln_schema_set(const struct aln_schema *schema, struct aln_tree *tree,
                               size_t set_count, const char *const *set)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < set_count && status == ALN_OK; i++)
        status = aln_schema_takes_text(schema, set[i]) ? aln_tree_set_text(tree, set[i])
                                                       : aln_tree_set(tree, set[i]);
    return status;
}

enum aln_status aln_schema_load(void **out, const struct aln_schema *schema, const char *path,
                                size_t set_count, const char *const *set, aln_params_use use)
{
    struct aln_tree *tree = NULL;
    enum aln_status status;
    *out = NULL;
    if ((status = aln_tree_read(&tree, path)) == ALN_OK &&
        (status = aln_schema_set(schema, tree, set_count, set)) == ALN_OK)
        status = aln_schema_from_tree(out, schema, tree, path, use);
    aln_tree_free(tree);
    return status;
}

enum aln_status aln_schema_parse(void **out, const struct aln_schema *schema, const char *name,
                                 const char *text, size_t set_count, const char *const *set,
                                 aln_params_use use)
{
    struct aln_tree *tree = NULL;
    enum aln_status status;
    *out = NULL;
    if ((status = aln_tree_parse(&tree, name, text, strlen(text))) == ALN_OK &&
        (status = aln_schema_set(schema, tree, set_count, set)) == ALN_OK)
        status = aln_schema_from_tree(out, schema, tree, name, use);
    aln_tree_free(tree);
    return status;
}

void aln_schema_free(const struct aln_schema *schema, void *p)
{
    for (struct row_walk w = walk_rows(schema); p != NULL && w.spot.row != NULL; next_row(&w))
        if (w.spot.row->type->clear != NULL)
            w.spot.row->type->clear(w.spot.row, filled_by(w.spot, schema, p));
    free(p);
}

/* ---- to YAML ---- */

static bool present(const struct aln_schema *schema, struct spot spot, const void *p)
{
    assert(spot.row != NULL);
    return spot.row->type->present == NULL ||
           spot.row->type->present(spot.row, read_by(spot, schema, p));
}

static bool key_present(const struct aln_schema *schema, const char *key, const void *p)
{
    return present(schema, spot_of(schema, aln_schema_index(schema, key)), p);
}

/* Whether this row applies to the resolved parameters and has a value there. */
static bool is_held(const struct aln_schema *schema, struct spot spot, const void *p)
{
    char why[128];
    const struct aln_param *row = spot.row;
    const char *unless = excluding(row, p);
    return present(schema, spot, p) && barred(schema, spot, p, why) == NULL &&
           (row->needs == NULL || key_present(schema, row->needs, p)) &&
           (unless == NULL || !key_present(schema, unless, p));
}

/* Writes the lines of sections that lead from key `before` to key `now`, and the key itself. */
static void write_key(struct aln_text *t, const char *before, const char *now)
{
    int depth = 0;
    size_t shared = 0;
    for (size_t i = 0; before[i] != '\0' && before[i] == now[i]; i++)
        if (now[i] == '.')
            shared = i + 1;
    for (const char *part = now;; depth++) {
        size_t n = strcspn(part, ".");
        bool is_last = part[n] == '\0';
        if (is_last || (size_t)(part - now) >= shared) {
            for (int i = 0; i < depth; i++)
                aln_text_put_bytes(t, "  ", 2);
            aln_text_put_bytes(t, part, n);
            aln_text_put_bytes(t, is_last ? ": " : ":\n", 2);
        }
        if (is_last)
            return;
        part += n + 1;
    }
}

void aln_schema_value(const struct aln_schema *schema, const void *p, size_t i,
                      struct aln_text *out)
{
    struct spot spot = spot_of(schema, i);
    if (is_held(schema, spot, p))
        spot.row->type->write(spot.row, read_by(spot, schema, p), out);
}

enum aln_status aln_schema_yaml(const struct aln_schema *schema, const void *p, char **out)
{
    struct aln_text text = {0};
    const char *before = "";
    *out = NULL;
    for (struct row_walk w = walk_rows(schema); w.spot.row != NULL; next_row(&w)) {
        const struct aln_param *row = w.spot.row;
        if (!is_held(schema, w.spot, p))
            continue;
        write_key(&text, before, row->key);
        row->type->write(row, read_by(w.spot, schema, p), &text);
        aln_text_put_bytes(&text, "\n", 1);
        before = row->key;
    }
    if (text.failed || text.s == NULL) {
        free(text.s);
        return aln_raise_memory("the parameters as text");
    }
    *out = text.s;
    return ALN_OK;
}

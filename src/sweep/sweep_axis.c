#include "sweep/sweep_axis.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OVER ALN_SWEEP_OVER
enum { KEY, KEYS, VALUES, FROM, TO, COUNT, SPACING, DISTRIBUTION, MEMBERS };
static const struct aln_name members[MEMBERS] = {
    {"key", "", ""}, {"keys", "", ""},  {"values", "", ""},  {"from", "", ""},
    {"to", "", ""},  {"count", "", ""}, {"spacing", "", ""}, {"distribution", "", ""}};
static const struct aln_range counts = {"from 1 to 10000000", 1, ALN_SWEEP_MOST_POINTS, false};

/* ---- the keys ---- */

static enum aln_status add_key(struct aln_sweep_grid *grid, size_t entry,
                               const struct aln_node *name, const char *member)
{
    if (name->kind != ALN_SCALAR || name->text[0] == '\0')
        return aln_params_refuse(name, member, "key of a parameter", NULL);
    if (grid->keys == ALN_SWEEP_MOST_KEYS)
        return aln_tree_raise(&name->at, OVER ": more than %d keys", ALN_SWEEP_MOST_KEYS);
    struct aln_sweep_key *key = &grid->key[grid->keys++];
    *key = (struct aln_sweep_key){.name = name->text, .at = name->at, .entry = entry};
    key->at.column += name->quoted;
    return ALN_OK;
}

static enum aln_status read_keys(struct aln_sweep_grid *grid, size_t entry,
                                 const struct aln_node *node, const struct aln_node *const *child)
{
    const struct aln_node *list = child[KEYS];
    enum aln_status status = ALN_OK;
    if (child[KEY] == NULL && list == NULL)
        return aln_tree_raise(&node->at, OVER ": expected " ALN_SWEEP_ENTRY ", key is missing");
    if (list == NULL)
        return add_key(grid, entry, child[KEY], OVER ".key");
    if (child[KEY] != NULL)
        return aln_tree_raise(&list->key_at, OVER ".key and " OVER ".keys exclude each other");
    if (list->kind != ALN_LIST || list->count == 0)
        return aln_params_refuse(list, OVER ".keys", "list of keys", NULL);
    for (const struct aln_node *n = list->first; n != NULL && status == ALN_OK; n = n->next)
        status = add_key(grid, entry, n, OVER ".keys");
    return status;
}

/* ---- a list of values ---- */

/* A value, or values of keys that move together, as text. */
struct written {
    struct aln_text text;
    const struct aln_node *node;
};

static int by_text(const void *a, const void *b)
{
    const struct written *x = a, *y = b;
    const struct aln_place *p = &x->node->at, *q = &y->node->at;
    int order = strcmp(x->text.s, y->text.s);
    return order != 0           ? order
           : p->line != q->line ? (p->line > q->line) - (p->line < q->line)
                                : (p->column > q->column) - (p->column < q->column);
}

/* The text of a value; none for a list or map of a single key. */
static void write_down(struct written *w, const struct aln_node *node, bool together)
{
    w->node = node;
    if (together)
        aln_tree_write_value(&w->text, node);
    else if (node->kind == ALN_SCALAR)
        aln_text_add(&w->text, "%s", node->text);
}

static enum aln_status find_twins(struct written *all, size_t n, const char *name)
{
    qsort(all, n, sizeof *all, by_text);
    for (size_t i = 1; i < n; i++)
        if (strcmp(all[i - 1].text.s, all[i].text.s) == 0)
            return aln_tree_raise(&all[i].node->at, OVER ".values: duplicate value %s of %s",
                                  all[i].text.s, name);
    return ALN_OK;
}

/* A value given twice would be run twice. */
static enum aln_status refuse_twins(const struct aln_node *list, const char *name, bool together)
{
    struct written *all = calloc(list->count, sizeof *all);
    bool failed = all == NULL;
    size_t n = 0;
    for (const struct aln_node *v = list->first; v != NULL && !failed; v = v->next)
        if (v->kind == ALN_SCALAR || together) {
            write_down(&all[n], v, together);
            failed = all[n++].text.failed;
        }
    enum aln_status status =
        failed ? aln_params_no_memory(OVER ".values") : find_twins(all, n, name);
    for (size_t i = 0; i < n; i++)
        free(all[i].text.s);
    free(all);
    return status;
}

/* The values of `keys` keys, which are those of a row each. */
static enum aln_status take_row(struct aln_sweep_key *key, size_t keys, const struct aln_node *row,
                                uint64_t i)
{
    char expected[64];
    snprintf(expected, sizeof expected, "list of %zu values, one for each of the keys", keys);
    if (row->kind != ALN_LIST || row->count != keys)
        return aln_params_refuse(row, OVER ".values", expected, NULL);
    for (const struct aln_node *v = row->first; v != NULL; v = v->next, key++) {
        if (aln_tree_is_empty(v))
            return aln_params_refuse(v, OVER ".values", "value", NULL);
        key->value[i] = v;
    }
    return ALN_OK;
}

static enum aln_status take_value(struct aln_sweep_key *key, const struct aln_node *v, uint64_t i)
{
    if (aln_tree_is_empty(v))
        return aln_params_refuse(v, OVER ".values", "value", NULL);
    key->value[i] = v;
    return ALN_OK;
}

/* Given: together  there is one list of values for each value of the axis */
static enum aln_status read_values(struct aln_sweep_key *key, size_t keys, bool together,
                                   const struct aln_node *list)
{
    enum aln_status status = ALN_OK;
    uint64_t i = 0;
    if (list->kind != ALN_LIST || list->count == 0)
        return aln_params_refuse(list, OVER ".values",
                                 together ? "list of lists of values" : "list of values", NULL);
    for (size_t k = 0; k < keys; k++) {
        key[k].values = list->count;
        if ((key[k].value = malloc(list->count * sizeof *key[k].value)) == NULL)
            return aln_params_no_memory(OVER ".values");
    }
    for (const struct aln_node *n = list->first; n != NULL && status == ALN_OK; n = n->next, i++)
        status = together ? take_row(key, keys, n, i) : take_value(key, n, i);
    return status == ALN_OK ? refuse_twins(list, key->name, together) : status;
}

/* ---- a range of values ---- */

/* A range of whole numbers in steps of 1. */
static enum aln_status read_steps(struct aln_sweep_key *key)
{
    uint64_t last;
    double steps = key->hi - key->lo;
    key->steps =
        aln_text_whole(key->from->text, &key->first) && aln_text_whole(key->to->text, &last);
    if (key->steps)
        steps = (double)(last - key->first);
    if (!key->steps && (rint(key->lo) != key->lo || rint(key->hi) != key->hi ||
                        fmax(fabs(key->lo), fabs(key->hi)) > 0x1p53))
        return aln_tree_raise(
            &key->from->at,
            OVER ": %s from %s to %s needs a count: only whole numbers have steps of 1", key->name,
            key->from->text, key->to->text);
    if (steps >= ALN_SWEEP_MOST_POINTS)
        return aln_tree_raise(&key->to->at, OVER ".to: more than %u values of %s",
                              ALN_SWEEP_MOST_POINTS, key->name);
    key->values = (uint64_t)steps + 1;
    key->spacing = ALN_LINEAR;
    return ALN_OK;
}

static enum aln_status refuse_not_positive(const struct aln_sweep_key *key, const char *what)
{
    return aln_tree_raise(&key->from->at, OVER ".from: expected number > 0 for %s, got %s", what,
                          key->from->text);
}

static enum aln_status read_count(struct aln_sweep_key *key, const struct aln_node *const *child)
{
    size_t spacing = ALN_LINEAR;
    if (child[COUNT] == NULL && child[SPACING] != NULL)
        return aln_tree_raise(&child[SPACING]->key_at, OVER ".spacing is given without count");
    if (child[COUNT] == NULL)
        return read_steps(key);
    enum aln_status status =
        aln_params_get_whole(child[COUNT], OVER ".count", &counts, &key->values);
    if (status != ALN_OK)
        return status;
    if ((key->values == 1) != (key->lo == key->hi))
        return aln_tree_raise(&child[COUNT]->at, OVER ".count: expected %s, for %s from %s to %s",
                              key->values == 1 ? "at least 2" : "1", key->name, key->from->text,
                              key->to->text);
    if (child[SPACING] != NULL)
        status = aln_params_get_name(child[SPACING], OVER ".spacing", &aln_spacings, &spacing);
    key->spacing = (enum aln_spacing)spacing;
    return status == ALN_OK && key->spacing == ALN_LOG && key->lo <= 0
               ? refuse_not_positive(key, "spacing: log")
               : status;
}

static enum aln_status read_range(struct aln_sweep_key *key, const struct aln_node *const *child)
{
    enum aln_status status;
    uint64_t whole;
    key->from = child[FROM];
    key->to = child[TO];
    if ((status = aln_params_get_number(key->from, OVER ".from", NULL, &key->lo)) != ALN_OK ||
        (status = aln_params_get_number(key->to, OVER ".to", NULL, &key->hi)) != ALN_OK)
        return status;
    bool above = aln_text_whole(key->from->text, &key->first) &&
                 aln_text_whole(key->to->text, &whole) && whole < key->first; /* beyond 2^53 */
    if (key->hi < key->lo || above)
        return aln_tree_raise(&key->to->at,
                              OVER ".to: expected at least the value of from, %s, got %s",
                              key->from->text, key->to->text);
    if (key->distribution == NULL)
        return read_count(key, child);
    if (key->distribution->positive && key->lo <= 0)
        return refuse_not_positive(key, "distribution: log-uniform");
    return ALN_OK;
}

/* ---- the distribution ---- */

static enum aln_status read_distribution(struct aln_sweep_key *key, size_t keys,
                                         const struct aln_node *const *child)
{
    size_t row;
    const struct aln_node *node = child[DISTRIBUTION];
    if (node == NULL)
        return ALN_OK;
    enum aln_status status =
        aln_params_get_name(node, OVER ".distribution", &aln_sweep_distributions, &row);
    if (status != ALN_OK)
        return status;
    for (size_t i = COUNT; i <= SPACING; i++)
        if (child[i] != NULL)
            return aln_tree_raise(&child[i]->key_at,
                                  OVER ".%s and " OVER ".distribution exclude each other",
                                  members[i].name);
    const struct aln_sweep_distribution *d = aln_sweep_distribution_row(row);
    if ((d->value == NULL) != (child[VALUES] != NULL))
        return aln_tree_raise(&node->at, OVER ".distribution: %s needs %s", d->id.name,
                              d->value == NULL ? "values" : "from and to");
    for (size_t k = 0; k < keys; k++) {
        key[k].distribution = d;
        key[k].distribution_at = node->at;
    }
    return ALN_OK;
}

/* ---- an entry ---- */

static enum aln_status refuse_range(const struct aln_node *const *child)
{
    for (size_t i = FROM; i <= SPACING; i++)
        if (child[i] != NULL)
            return aln_tree_raise(&child[i]->key_at, OVER ".%s and " OVER ".%s exclude each other",
                                  members[i].name, child[VALUES] != NULL ? "values" : "keys");
    return ALN_OK;
}

enum aln_status aln_sweep_axis_read(struct aln_sweep_grid *grid, const struct aln_node *entry)
{
    const struct aln_node *child[MEMBERS] = {NULL};
    struct aln_sweep_key *key = &grid->key[grid->keys];
    size_t before = grid->keys;
    size_t number = before > 0 ? grid->key[before - 1].entry + 1 : 0;
    enum aln_status status =
        aln_params_get_members(entry, OVER, ALN_SWEEP_ENTRY, 0, MEMBERS, members, child);
    if (status == ALN_OK)
        status = read_keys(grid, number, entry, child);
    if (status == ALN_OK && (child[VALUES] != NULL || child[KEYS] != NULL))
        status = refuse_range(child);
    if (status == ALN_OK && child[VALUES] == NULL &&
        (child[KEYS] != NULL || child[FROM] == NULL || child[TO] == NULL))
        status = aln_params_refuse(entry, OVER, ALN_SWEEP_ENTRY, NULL);
    if (status == ALN_OK)
        status = read_distribution(key, grid->keys - before, child);
    if (status != ALN_OK)
        return status;
    return child[VALUES] != NULL
               ? read_values(key, grid->keys - before, child[KEYS] != NULL, child[VALUES])
               : read_range(key, child);
}

/* ---- values ---- */

/* Rounds x to 15 decimal digits: tenths and decades look as a user writes them, and the last bit of
 * the machine's pow() does not matter. */
static double round_digits(double x)
{
    char text[32];
    aln_text_digits(x, 15, text);
    (void)aln_text_real(text, &x); /* anything but a number is refused later */
    return x;
}

/* Value i of a range. */
static double range_value(const struct aln_sweep_key *key, uint64_t i)
{
    double n = (double)(key->values - 1), x = (double)i;
    if (i == 0 || i + 1 == key->values)
        return i == 0 ? key->lo : key->hi;
    double value = key->spacing == ALN_LOG
                       ? pow(10, (log10(key->lo) * (n - x) + log10(key->hi) * x) / n)
                       : (key->lo * (n - x) + key->hi * x) / n;
    return key->rounded ? rint(value) : round_digits(value);
}

/* The value of a range at u: of whole numbers, the nearest to a value of the range that is wider by
 * half a number at both ends, so that the first and last are as likely as others. */
static double drawn_value(const struct aln_sweep_key *key, double u)
{
    double more = key->rounded ? 0.5 : 0;
    double value = key->distribution->value(u, key->lo - more, key->hi + more);
    value = key->rounded ? rint(value) : round_digits(value);
    return fmin(fmax(value, key->lo), key->hi);
}

static enum aln_status check_whole(const struct aln_node *node)
{
    static const struct aln_range exact = {"from 0 to 2^53", 0, 0x1p53, false};
    uint64_t whole;
    return aln_params_get_whole(node, OVER, &exact, &whole);
}

static enum aln_status round_drawn(struct aln_sweep_key *key)
{
    key->rounded = true;
    enum aln_status status = check_whole(key->from);
    return status == ALN_OK ? check_whole(key->to) : status;
}

enum aln_status aln_sweep_axis_round(struct aln_sweep_key *key, bool whole)
{
    if (!whole || key->value != NULL || key->steps)
        return ALN_OK;
    if (key->distribution != NULL)
        return round_drawn(key);
    key->rounded = true;
    for (uint64_t i = 1; i < key->values; i++)
        if (range_value(key, i) == range_value(key, i - 1))
            return aln_tree_raise(
                &key->from->at,
                OVER ": %" PRIu64 " values of %s from %s to %s are not %" PRIu64 " different "
                     "whole numbers",
                key->values, key->name, key->from->text, key->to->text, key->values);
    return ALN_OK;
}

bool aln_sweep_axis_number(const struct aln_sweep_key *key, uint64_t i, double *x)
{
    assert(i < key->count);
    if (key->value != NULL || key->steps)
        return false;
    *x = key->drawn != NULL ? drawn_value(key, key->drawn[i]) : range_value(key, i);
    return true;
}

struct aln_node aln_sweep_axis_value(const struct aln_sweep_key *key, uint64_t i, char text[32])
{
    double x;
    assert(i < key->count);
    if (key->value != NULL)
        return *key->value[key->drawn != NULL ? (uint64_t)(key->drawn[i] * (double)key->values)
                                              : i];
    if (aln_sweep_axis_number(key, i, &x))
        aln_params_number_text(x, text);
    else
        snprintf(text, 32, "%" PRIu64, key->first + i);
    bool last = key->drawn == NULL && i > 0 && i + 1 == key->values;
    return (struct aln_node){
        .kind = ALN_SCALAR, .at = (last ? key->to : key->from)->at, .text = text};
}

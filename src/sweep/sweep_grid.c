#include "sweep/sweep_grid.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "params/presentation.h"
#include "params/schema_table.h"
#include "sweep/sweep.h"

/* Generous, since each point is a file. */
#define MOST_POINTS 10000000u
enum { MOST_AXES = 16 };

/* ---- one axis ---- */

enum { KEY, FROM, TO, COUNT, SPACING, VALUES, MEMBERS };
static const struct aln_name members[MEMBERS] = {{"key", "", ""},     {"from", "", ""},
                                                 {"to", "", ""},      {"count", "", ""},
                                                 {"spacing", "", ""}, {"values", "", ""}};

#define OVER "sweep.over"
#define EXPECTED                                                                                   \
    "{key: ..., values: [...]}, {key: ..., from: ..., to: ...} or {key: ..., from: ..., to: ..., " \
    "count: ..., spacing: ...}"
static const struct aln_range counts = {"from 1 to 10000000", 1, MOST_POINTS, false};

static int by_text(const void *a, const void *b)
{
    const struct aln_node *x = *(const struct aln_node *const *)a;
    const struct aln_node *y = *(const struct aln_node *const *)b;
    int order = strcmp(x->text, y->text);
    return order != 0 ? order
           : x->at.line != y->at.line
               ? (x->at.line > y->at.line) - (x->at.line < y->at.line)
               : (x->at.column > y->at.column) - (x->at.column < y->at.column);
}

/* A value given twice would be run twice. */
static enum aln_status refuse_twins(const struct aln_sweep_axis *axis)
{
    enum aln_status status = ALN_OK;
    const struct aln_node **sorted = malloc(axis->count * sizeof *sorted);
    size_t n = 0;
    if (sorted == NULL)
        return aln_params_no_memory(OVER ".values");
    for (size_t i = 0; i < axis->count; i++)
        if (axis->value[i]->kind == ALN_SCALAR)
            sorted[n++] = axis->value[i];
    qsort(sorted, n, sizeof *sorted, by_text);
    for (size_t i = 1; i < n && status == ALN_OK; i++)
        if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
            status = aln_tree_raise(&sorted[i]->at, OVER ".values: duplicate value %s of %s",
                                    sorted[i]->text, axis->key);
    free(sorted);
    return status;
}

static enum aln_status read_values(struct aln_sweep_axis *axis, const struct aln_node *list)
{
    if (list->kind != ALN_LIST || list->count == 0)
        return aln_params_refuse(list, OVER ".values", "list of values", NULL);
    axis->value = malloc(list->count * sizeof *axis->value);
    if (axis->value == NULL)
        return aln_params_no_memory(OVER ".values");
    axis->count = 0;
    for (const struct aln_node *n = list->first; n != NULL; n = n->next) {
        if (aln_tree_is_empty(n))
            return aln_params_refuse(n, OVER ".values", "value", NULL);
        axis->value[axis->count++] = n;
    }
    return refuse_twins(axis);
}

/* A range of whole numbers in steps of 1. */
static enum aln_status read_steps(struct aln_sweep_axis *axis)
{
    uint64_t last;
    double steps = axis->hi - axis->lo;
    axis->steps =
        aln_text_whole(axis->from->text, &axis->first) && aln_text_whole(axis->to->text, &last);
    if (axis->steps)
        steps = (double)(last - axis->first);
    if (!axis->steps && (rint(axis->lo) != axis->lo || rint(axis->hi) != axis->hi ||
                         fmax(fabs(axis->lo), fabs(axis->hi)) > 0x1p53))
        return aln_tree_raise(
            &axis->from->at,
            OVER ": %s from %s to %s needs a count: only whole numbers have steps of 1", axis->key,
            axis->from->text, axis->to->text);
    if (steps >= MOST_POINTS)
        return aln_tree_raise(&axis->to->at, OVER ".to: more than %u values of %s", MOST_POINTS,
                              axis->key);
    axis->count = (uint64_t)steps + 1;
    axis->spacing = ALN_LINEAR;
    return ALN_OK;
}

static enum aln_status read_range(struct aln_sweep_axis *axis, const struct aln_node *const *child)
{
    enum aln_status status;
    uint64_t whole;
    size_t spacing = ALN_LINEAR;
    axis->from = child[FROM];
    axis->to = child[TO];
    if ((status = aln_params_get_number(axis->from, OVER ".from", NULL, &axis->lo)) != ALN_OK ||
        (status = aln_params_get_number(axis->to, OVER ".to", NULL, &axis->hi)) != ALN_OK)
        return status;
    bool above = aln_text_whole(axis->from->text, &axis->first) &&
                 aln_text_whole(axis->to->text, &whole) && whole < axis->first; /* beyond 2^53 */
    if (axis->hi < axis->lo || above)
        return aln_tree_raise(&axis->to->at,
                              OVER ".to: expected at least the value of from, %s, got %s",
                              axis->from->text, axis->to->text);
    if (child[COUNT] == NULL && child[SPACING] != NULL)
        return aln_tree_raise(&child[SPACING]->key_at, OVER ".spacing is given without count");
    if (child[COUNT] == NULL)
        return read_steps(axis);
    if ((status = aln_params_get_whole(child[COUNT], OVER ".count", &counts, &axis->count)) !=
        ALN_OK)
        return status;
    if ((axis->count == 1) != (axis->lo == axis->hi))
        return aln_tree_raise(&child[COUNT]->at, OVER ".count: expected %s, for %s from %s to %s",
                              axis->count == 1 ? "at least 2" : "1", axis->key, axis->from->text,
                              axis->to->text);
    if (child[SPACING] != NULL)
        status = aln_params_get_name(child[SPACING], OVER ".spacing", &aln_spacings, &spacing);
    axis->spacing = (enum aln_spacing)spacing;
    if (status == ALN_OK && axis->spacing == ALN_LOG && axis->lo <= 0)
        return aln_tree_raise(&axis->from->at,
                              OVER ".from: expected number > 0 for spacing: log, got %s",
                              axis->from->text);
    return status;
}

static enum aln_status read_axis(struct aln_sweep_axis *axis, const struct aln_node *node)
{
    const struct aln_node *child[MEMBERS] = {NULL};
    enum aln_status status =
        aln_params_get_members(node, OVER, EXPECTED, 1, MEMBERS, members, child);
    if (status != ALN_OK)
        return status;
    if (child[KEY]->kind != ALN_SCALAR || child[KEY]->text[0] == '\0')
        return aln_params_refuse(child[KEY], OVER ".key", "key of a parameter", NULL);
    axis->key = child[KEY]->text;
    axis->key_at = child[KEY]->at;
    axis->key_at.column += child[KEY]->quoted;
    if (child[VALUES] != NULL) {
        for (size_t i = FROM; i < VALUES; i++)
            if (child[i] != NULL)
                return aln_tree_raise(&child[i]->key_at,
                                      OVER ".%s and " OVER ".values exclude each other",
                                      members[i].name);
        return read_values(axis, child[VALUES]);
    }
    if (child[FROM] == NULL || child[TO] == NULL)
        return aln_params_refuse(node, OVER, EXPECTED, NULL);
    return read_range(axis, child);
}

/* ---- all axes ---- */

/* Refuses two keys if they are equal or one contains the other. */
static enum aln_status refuse_overlap(const struct aln_sweep_axis *a,
                                      const struct aln_sweep_axis *b)
{
    size_t m = strlen(a->key), n = strlen(b->key), least = m < n ? m : n;
    if (strncmp(a->key, b->key, least) != 0)
        return ALN_OK;
    if (m == n)
        return aln_tree_raise(&b->key_at, OVER ".key: duplicate key %s", b->key);
    if ((m > n ? a->key : b->key)[least] == '.')
        return aln_tree_raise(&b->key_at, OVER ".key: %s is a part of %s", m > n ? a->key : b->key,
                              m > n ? b->key : a->key);
    return ALN_OK;
}

static enum aln_status read_over(const struct aln_param *row, const struct aln_node *node, void *p)
{
    struct aln_sweep_grid *grid = p;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    if (node->count > MOST_AXES)
        return aln_tree_raise(&node->at, "%s: more than %d keys", row->key, MOST_AXES);
    grid->axis = calloc(node->count, sizeof *grid->axis);
    if (grid->axis == NULL)
        return aln_params_no_memory(row->key);
    grid->over = node;
    grid->points = 1;
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        struct aln_sweep_axis *axis = &grid->axis[grid->axes++];
        enum aln_status status = read_axis(axis, n);
        for (size_t i = 0; i + 1 < grid->axes && status == ALN_OK; i++)
            status = refuse_overlap(&grid->axis[i], axis);
        if (status != ALN_OK)
            return status;
        assert(axis->count > 0 && grid->points > 0);
        if (axis->count > MOST_POINTS / grid->points)
            return aln_tree_raise(&node->at, "%s: a grid of more than %u points", row->key,
                                  MOST_POINTS);
        grid->points *= axis->count;
    }
    return ALN_OK;
}

static void write_over(const struct aln_param *row, const void *p, struct aln_text *t)
{
    (void)row;
    aln_tree_write_value(t, ((const struct aln_sweep_grid *)p)->over);
}

static void clear_over(const struct aln_param *row, void *p)
{
    struct aln_sweep_grid *grid = p;
    (void)row;
    for (size_t i = 0; i < grid->axes; i++)
        free(grid->axis[i].value);
    free(grid->axis);
}

static const struct aln_params_type over = {
    .name = "list of " EXPECTED, .read = read_over, .write = write_over, .clear = clear_over};

/* The row of a key, or of its longest prefix that is a parameter; NULL: none. */
static const struct aln_param *find_row(const struct aln_schema *schema, const char *key)
{
    const struct aln_param *row;
    for (size_t i = 0; (row = aln_schema_at(schema, i)) != NULL; i++) {
        size_t n = strlen(row->key);
        if (strncmp(row->key, key, n) == 0 && (key[n] == '\0' || key[n] == '.'))
            break;
    }
    return row;
}

/* Checks an axis once the command is known. */
static enum aln_status check_axis(const struct aln_schema *schema, struct aln_sweep_axis *axis)
{
    const struct aln_param *row = find_row(schema, axis->key);
    if (row == NULL)
        return ALN_OK; /* sections and unknown keys are reported when the first point is read */
    if (row->type == &aln_params_unread || aln_presentation_has(row->key))
        return aln_tree_raise(&axis->key_at, OVER ".key: %s is not a parameter of a run",
                              axis->key);
    axis->rounded = row->type == &aln_params_whole && axis->value == NULL && !axis->steps;
    return ALN_OK;
}

/* Rounds x to 15 decimal digits: tenths and decades look as a user writes them, and the last bit of
 * the machine's pow() does not matter. */
static double round_digits(double x)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%.15g", x);
    if (!text.failed)
        (void)aln_text_real(text.s, &x); /* anything but a number is refused later */
    free(text.s);
    return x;
}

/* Value i of a range. */
static double range_value(const struct aln_sweep_axis *axis, uint64_t i)
{
    double n = (double)(axis->count - 1), x = (double)i;
    if (i == 0 || i + 1 == axis->count)
        return i == 0 ? axis->lo : axis->hi;
    double value = axis->spacing == ALN_LOG
                       ? pow(10, (log10(axis->lo) * (n - x) + log10(axis->hi) * x) / n)
                       : (axis->lo * (n - x) + axis->hi * x) / n;
    return axis->rounded ? rint(value) : round_digits(value);
}

static enum aln_status check_rounded(const struct aln_sweep_axis *axis)
{
    for (uint64_t i = 1; i < axis->count && axis->rounded; i++)
        if (range_value(axis, i) == range_value(axis, i - 1))
            return aln_tree_raise(
                &axis->from->at,
                OVER ": %" PRIu64 " values of %s from %s to %s are not %" PRIu64 " different "
                     "whole numbers",
                axis->count, axis->key, axis->from->text, axis->to->text, axis->count);
    return ALN_OK;
}

static enum aln_status check(void *p, const struct aln_params_given *given)
{
    struct aln_sweep_grid *grid = p;
    enum aln_status status = ALN_OK;
    (void)given;
    for (size_t i = 0; i < grid->axes && status == ALN_OK; i++)
        if ((status = check_axis(grid->task->schema, &grid->axis[i])) == ALN_OK)
            status = check_rounded(&grid->axis[i]);
    return status;
}

static const struct aln_param rows[] = {
    {"sweep.run", &aln_params_name, .at = offsetof(struct aln_sweep_grid, task), .required = true,
     .names = &aln_tasks, .unit = "",
     .doc = "command that `alignode sweep` runs at every point of the grid"},
    {"sweep.over", &over, .required = true, .unit = "",
     .doc = "parameters and their values; the grid is their product, the last varies fastest"},
};

const struct aln_schema aln_sweep_schema = {
    .name = "sweep",
    .section = "sweep",
    .row = rows,
    .count = sizeof rows / sizeof rows[0],
    .size = sizeof(struct aln_sweep_grid),
    .check = check,
};

enum aln_status aln_sweep_grid_load(struct aln_sweep_grid **out, const struct aln_tree *tree,
                                    const char *path)
{
    void *p;
    enum aln_status status = aln_schema_from_tree(&p, &aln_sweep_schema, tree, path, NULL);
    *out = p;
    return status;
}

void aln_sweep_grid_free(struct aln_sweep_grid *grid)
{
    aln_schema_free(&aln_sweep_schema, grid);
}

/* ---- points ---- */

struct aln_node aln_sweep_grid_value(const struct aln_sweep_grid *grid, size_t axis, uint64_t point,
                                     char text[32])
{
    const struct aln_sweep_axis *a = &grid->axis[axis];
    for (size_t i = grid->axes - 1; i > axis; i--)
        point /= grid->axis[i].count;
    uint64_t i = point % a->count;
    if (a->value != NULL)
        return *a->value[i];
    if (a->steps)
        snprintf(text, 32, "%" PRIu64, a->first + i);
    else
        aln_params_number_text(range_value(a, i), text);
    return (struct aln_node){
        .kind = ALN_SCALAR, .at = (i > 0 && i + 1 == a->count ? a->to : a->from)->at, .text = text};
}

enum aln_status aln_sweep_grid_params(const struct aln_sweep_grid *grid, struct aln_tree *tree,
                                      const char *path, uint64_t point, void **params)
{
    char text[MOST_AXES][32];
    *params = NULL;
    for (size_t i = 0; i < grid->axes; i++) {
        struct aln_node value = aln_sweep_grid_value(grid, i, point, text[i]);
        enum aln_status status =
            aln_tree_put(tree, grid->axis[i].key, &grid->axis[i].key_at, &value);
        if (status != ALN_OK)
            return status;
    }
    enum aln_status status =
        aln_schema_from_tree(params, grid->task->schema, tree, path, grid->task->check);
    if (status == ALN_OK) /* what is drawn is the table */
        aln_presentation_clear(grid->task->schema, *params);
    return status;
}

#include "sweep/sweep_grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "params/presentation.h"
#include "params/schema_table.h"
#include "sweep/sweep.h"
#include "sweep/sweep_axis.h"

#define OVER   ALN_SWEEP_OVER
#define SAMPLE "sweep.sample"

/* ---- reading ---- */

/* Refuses two keys if they are equal or one contains the other. */
static enum aln_status refuse_overlap(const struct aln_sweep_key *a, const struct aln_sweep_key *b)
{
    size_t m = strlen(a->name), n = strlen(b->name), least = m < n ? m : n;
    if (strncmp(a->name, b->name, least) != 0)
        return ALN_OK;
    if (m == n)
        return aln_tree_raise(&b->at, OVER ".key: duplicate key %s", b->name);
    if ((m > n ? a->name : b->name)[least] == '.')
        return aln_tree_raise(&b->at, OVER ".key: %s is a part of %s", m > n ? a->name : b->name,
                              m > n ? b->name : a->name);
    return ALN_OK;
}

/* Given: first  the first of the new keys */
static enum aln_status refuse_overlaps(const struct aln_sweep_grid *grid, size_t first)
{
    enum aln_status status = ALN_OK;
    for (size_t k = first; k < grid->keys && status == ALN_OK; k++)
        for (size_t i = 0; i < k && status == ALN_OK; i++)
            status = refuse_overlap(&grid->key[i], &grid->key[k]);
    return status;
}

static enum aln_status read_over(const struct aln_param *row, const struct aln_node *node, void *p)
{
    struct aln_sweep_grid *grid = p;
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    if (node->count > ALN_SWEEP_MOST_KEYS)
        return aln_tree_raise(&node->at, "%s: more than %d keys", row->key, ALN_SWEEP_MOST_KEYS);
    grid->key = calloc(ALN_SWEEP_MOST_KEYS, sizeof *grid->key);
    if (grid->key == NULL)
        return aln_params_no_memory(row->key);
    grid->over = node;
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next) {
        size_t before = grid->keys;
        if ((status = aln_sweep_axis_read(grid, n)) == ALN_OK)
            status = refuse_overlaps(grid, before);
    }
    return status;
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
    for (size_t i = 0; i < grid->keys; i++)
        free(grid->key[i].value);
    free(grid->key);
    free(grid->sample.drawn);
}

static const struct aln_params_type over = {
    .name = "list of " ALN_SWEEP_ENTRY,
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
            "\"properties\": {\"key\": {\"type\": \"string\"}, \"keys\": {\"type\": \"array\", "
            "\"items\": {\"type\": \"string\"}, \"minItems\": 1}, \"values\": {\"type\": "
            "\"array\", \"minItems\": 1}, \"from\": {\"type\": \"number\"}, \"to\": {\"type\": "
            "\"number\"}, \"count\": {\"type\": \"integer\"}, \"spacing\": {\"enum\": [\"log\", "
            "\"linear\"]}, \"distribution\": {\"enum\": [\"uniform\", \"log-uniform\", "
            "\"choice\"]}}, \"additionalProperties\": false}}",
    .read = read_over,
    .write = write_over,
    .clear = clear_over};

/* ---- checks, once everything is read ---- */

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

/* Checks a key once the command is known. */
static enum aln_status check_key(const struct aln_schema *schema, struct aln_sweep_key *key)
{
    const struct aln_param *row = find_row(schema, key->name);
    if (row == NULL)
        return ALN_OK; /* sections and unknown keys are reported when the first point is read */
    if (row->type == &aln_params_unread || aln_presentation_has(row->key))
        return aln_tree_raise(&key->at, OVER ".key: %s is not a parameter of a run", key->name);
    key->real = strcmp(row->key, key->name) == 0 &&
                (row->type == &aln_params_number || row->type == &aln_params_pair);
    return aln_sweep_axis_round(key, row->type == &aln_params_whole);
}

/* A sample needs a count, and a count something to draw. */
static enum aln_status check_sample(const struct aln_sweep_grid *grid,
                                    const struct aln_params_given *given)
{
    static const char *const rows[] = {SAMPLE ".count", SAMPLE ".seed", SAMPLE ".design"};
    const struct aln_sweep_key *drawn = NULL;
    for (size_t i = 0; i < grid->keys && drawn == NULL; i++)
        drawn = grid->key[i].distribution != NULL ? &grid->key[i] : NULL;
    if (drawn != NULL && grid->sample.count == 0)
        return aln_tree_raise(&drawn->distribution_at,
                              OVER ".distribution: " SAMPLE ".count is missing, the number of "
                                   "values to draw");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && drawn == NULL; i++)
        if (aln_params_node(given, rows[i]) != NULL)
            return aln_tree_raise(&aln_params_node(given, rows[i])->key_at,
                                  "%s is given, but no key of " OVER " has a distribution",
                                  rows[i]);
    return ALN_OK;
}

/* Numbers the axes: one for each entry, but one for all that are drawn.
 * Returned: how many there are */
static size_t number_axes(struct aln_sweep_grid *grid)
{
    size_t axes = 0, sample = SIZE_MAX;
    for (size_t i = 0; i < grid->keys; i++) {
        struct aln_sweep_key *key = &grid->key[i];
        bool moves = i > 0 && key->entry == grid->key[i - 1].entry,
             drawn = key->distribution != NULL;
        key->count = drawn ? grid->sample.count : key->values;
        if (moves)
            key->axis = grid->key[i - 1].axis;
        else
            key->axis = drawn && sample != SIZE_MAX ? sample : axes++;
        if (drawn)
            sample = key->axis;
    }
    return axes;
}

/* The product of all axes, the last of which varies fastest. */
static enum aln_status lay_out(struct aln_sweep_grid *grid)
{
    grid->points = 1;
    for (size_t axis = number_axes(grid); axis-- > 0;) {
        uint64_t count = 1;
        for (size_t i = 0; i < grid->keys; i++)
            if (grid->key[i].axis == axis) {
                count = grid->key[i].count;
                grid->key[i].stride = grid->points;
            }
        assert(count > 0);
        if (count > ALN_SWEEP_MOST_POINTS / grid->points)
            return aln_tree_raise(&grid->over->at, OVER ": a grid of more than %u points",
                                  ALN_SWEEP_MOST_POINTS);
        grid->points *= count;
    }
    return ALN_OK;
}

/* Draws the numbers of all keys that have a distribution; those of one entry share theirs. */
static enum aln_status draw(struct aln_sweep_grid *grid)
{
    const struct aln_sweep_design *design = aln_sweep_design_row(grid->sample.design);
    const uint64_t count = grid->sample.count;
    enum aln_status status = ALN_OK;
    size_t drawn = 0;
    for (size_t i = 0; i < grid->keys; i++)
        drawn += grid->key[i].distribution != NULL;
    if (drawn == 0)
        return ALN_OK;
    if ((grid->sample.drawn = malloc(drawn * count * sizeof *grid->sample.drawn)) == NULL)
        return aln_params_no_memory(SAMPLE);
    drawn = 0;
    for (size_t i = 0; i < grid->keys && status == ALN_OK; i++) {
        struct aln_sweep_key *key = &grid->key[i];
        double *u = grid->sample.drawn + drawn * count;
        if (key->distribution == NULL)
            continue;
        key->drawn = i > 0 && key->entry == grid->key[i - 1].entry ? grid->key[i - 1].drawn : u;
        if (key->drawn == u)
            status = design->draw(grid->sample.seed, key->name, drawn++, count, u);
    }
    return status;
}

/* What is kept of points, if it is not given; else whether the command can keep rows. */
static enum aln_status check_keep(struct aln_sweep_grid *grid, const struct aln_params_given *given)
{
    const struct aln_node *node = aln_params_node(given, "sweep.points");
    if (node == NULL)
        grid->keep = grid->task->is_quick ? ALN_SWEEP_ROWS : ALN_SWEEP_FILES;
    return grid->keep == ALN_SWEEP_FILES || grid->task->summarises
               ? ALN_OK
               : aln_tree_raise(&node->at,
                                "sweep.points: a point of %s is more than rows: expected files",
                                grid->task->id.name);
}

static enum aln_status check(void *p, const struct aln_params_given *given)
{
    struct aln_sweep_grid *grid = p;
    grid->task = aln_task_for(grid->task, given->file);
    enum aln_status status = check_keep(grid, given);
    for (size_t i = 0; i < grid->keys && status == ALN_OK; i++)
        status = check_key(grid->task->schema, &grid->key[i]);
    if (status == ALN_OK)
        status = check_sample(grid, given);
    if (status == ALN_OK)
        status = lay_out(grid);
    return status == ALN_OK ? draw(grid) : status;
}

/* ---- the table ---- */

static const struct aln_name kept[] = {
    [ALN_SWEEP_FILES] = {"files",
                         "its result in a file of its own, which is run again from its header", ""},
    [ALN_SWEEP_ROWS] = {"rows", "the last row of each repeat, in the table of the sweep", ""}};
static const struct aln_names keeps = {"points", "points", kept, sizeof kept / sizeof kept[0],
                                       sizeof kept[0]};

static const char *usual_keep(const struct aln_param *row, char text[256])
{
    (void)row;
    (void)text;
    return "rows for ode, else files";
}

#define AT(member) .at = offsetof(struct aln_sweep_grid, member)
static const struct aln_range counts = {"from 1 to 10000000", 1, ALN_SWEEP_MOST_POINTS, false};

static const struct aln_param rows[] = {
    {"sweep.run", &aln_params_name, AT(task), .required = true, .names = &aln_tasks, .unit = "",
     .doc = "command that `alignode sweep` runs at every point of the grid"},
    {"sweep.over", &over, .required = true, .unit = "",
     .doc = "parameters and their values; the grid is their product, the last varies fastest; keys "
            "of one entry move together, and so do all that are drawn"},
    {"sweep.points", &aln_params_choice, AT(keep), .usual = usual_keep, .names = &keeps, .unit = "",
     .doc = "what is kept of each point besides the table: its result in a file, or nothing"},
    {SAMPLE ".count", &aln_params_whole, AT(sample.count), .range = &counts, .unit = "1",
     .doc =
         "how often keys with a distribution are drawn; a larger count keeps the earlier values"},
    {SAMPLE ".seed", &aln_params_whole, AT(sample.seed), .def = "1", .unit = "1",
     .doc = "seed of the drawn values"},
    {SAMPLE ".design", &aln_params_choice, AT(sample.design), .def = "random",
     .names = &aln_sweep_designs, .unit = "",
     .doc = "how the drawn values fill the space of their keys"},
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

struct aln_node aln_sweep_grid_value(const struct aln_sweep_grid *grid, size_t key, uint64_t point,
                                     char text[32])
{
    const struct aln_sweep_key *k = &grid->key[key];
    return aln_sweep_axis_value(k, point / k->stride % k->count, text);
}

/* A parameter that every run of the sweep would have in common, and that only one run can have. */
static enum aln_status refuse_alone(const struct aln_task *task, const struct aln_tree *tree,
                                    const void *params)
{
    const char *why, *key = task->alone != NULL ? task->alone(params, &why) : NULL;
    if (key == NULL)
        return ALN_OK;
    const struct aln_node *node = aln_tree_at(tree, key);
    return aln_tree_raise(&(node != NULL ? node : aln_tree_root(tree))->at, "%s: %s", key, why);
}

/* The node of a key at a point with its value as a number, where that is all that is read of it.
 * Returned: *node; *x, to which it points */
static bool as_number(const struct aln_sweep_key *key, uint64_t point, struct aln_node *node,
                      double *x)
{
    if (!key->real || !aln_sweep_axis_number(key, point / key->stride % key->count, x))
        return false;
    *node = (struct aln_node){.kind = ALN_SCALAR, .at = key->at, .text = "number", .number = x};
    return true;
}

/* Given: numbers  values are set as numbers where they can be; an error then does not say them */
static enum aln_status read_point(const struct aln_sweep_grid *grid, struct aln_tree *tree,
                                  const char *path, uint64_t point, bool numbers, void **params)
{
    char text[ALN_SWEEP_MOST_KEYS][32];
    double x[ALN_SWEEP_MOST_KEYS];
    *params = NULL;
    for (size_t i = 0; i < grid->keys; i++) {
        struct aln_node value;
        if (!numbers || !as_number(&grid->key[i], point, &value, &x[i]))
            value = aln_sweep_grid_value(grid, i, point, text[i]);
        enum aln_status status = aln_tree_put(tree, grid->key[i].name, &grid->key[i].at, &value);
        if (status != ALN_OK)
            return status;
    }
    return aln_schema_from_tree(params, grid->task->schema, tree, path, grid->task->check);
}

enum aln_status aln_sweep_grid_params(const struct aln_sweep_grid *grid, struct aln_tree *tree,
                                      const char *path, uint64_t point, void **params)
{
    enum aln_status status = read_point(grid, tree, path, point, true, params);
    if (status == ALN_USAGE)
        status = read_point(grid, tree, path, point, false, params);
    if (status == ALN_OK && (status = refuse_alone(grid->task, tree, *params)) != ALN_OK) {
        aln_schema_free(grid->task->schema, *params);
        *params = NULL;
    }
    if (status == ALN_OK) /* what is drawn is the table */
        aln_presentation_clear(grid->task->schema, *params);
    return status;
}

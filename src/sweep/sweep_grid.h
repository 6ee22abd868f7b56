/* The grid of a sweep, from the section `sweep:` of a parameter file. */
#ifndef ALIGNODE_SWEEP_SWEEP_GRID_H
#define ALIGNODE_SWEEP_SWEEP_GRID_H

#include "file/tree.h"
#include "params/times.h"
#include "sweep/task.h"

/* A parameter and its values: a list or a range. */
struct aln_sweep_axis {
    const char *key;
    struct aln_place key_at; /* position of the key */
    uint64_t count;
    const struct aln_node **value;    /* [count], or NULL */
    const struct aln_node *from, *to; /* of a range */
    double lo, hi;
    bool steps;     /* first, first + 1, ... */
    uint64_t first; /* value of such a range */
    enum aln_spacing spacing;
    bool rounded; /* the parameter is a whole number */
};

struct aln_sweep_grid {
    const struct aln_task *task;
    struct aln_sweep_axis *axis; /* [axes] */
    size_t axes;
    const struct aln_node *over; /* as given */
    uint64_t points;             /* the product; the last axis varies fastest */
};

/* Reads the section from a tree, which must outlive the grid.
 * Status: ALN_USAGE with file:line:column, ALN_MEMORY */
enum aln_status aln_sweep_grid_load(struct aln_sweep_grid **out, const struct aln_tree *tree,
                                    const char *path);
void aln_sweep_grid_free(struct aln_sweep_grid *grid);

/* The value of an axis at a point, as a node with its position in the sweep.
 * Given: text  buffer that the node may point to */
struct aln_node aln_sweep_grid_value(const struct aln_sweep_grid *grid, size_t axis, uint64_t point,
                                     char text[32]);

/* The parameters of a point.
 * Given:    tree  a copy, aln_tree_copy(), of the tree the grid was read from; modified
 * Returned: *params  of grid->task->schema, yours, aln_schema_free()
 * Status:   ALN_USAGE with file:line:column in the sweep, ALN_MEMORY */
enum aln_status aln_sweep_grid_params(const struct aln_sweep_grid *grid, struct aln_tree *tree,
                                      const char *path, uint64_t point, void **params);

#endif

/* The grid of a sweep, from the section `sweep:` of a parameter file.
 *
 * The grid is the product of its axes. An axis is one key with its values, several keys that move
 * together, or the sample: all keys whose values are drawn. The last axis varies fastest; the sample
 * is where the first of its keys is. */
#ifndef ALIGNODE_SWEEP_SWEEP_GRID_H
#define ALIGNODE_SWEEP_SWEEP_GRID_H

#include "file/tree.h"
#include "params/times.h"
#include "sweep/sweep_sample.h"
#include "sweep/task.h"

/* Generous: a table of some gigabytes. */
#define ALN_SWEEP_MOST_POINTS 10000000u
enum { ALN_SWEEP_MOST_KEYS = 16 };

/* A swept parameter and its values: a list or a range, taken in order or drawn. */
struct aln_sweep_key {
    const char *name;
    struct aln_place at;              /* position of the name */
    size_t entry;                     /* of sweep.over, from 0; keys of one entry move together */
    size_t axis;                      /* of the grid, from 0 */
    uint64_t count;                   /* values of the axis */
    uint64_t stride;                  /* points from one value of the axis to the next */
    const struct aln_node **value;    /* [values], or NULL */
    uint64_t values;                  /* in the list or range; 0: a range without steps */
    const struct aln_node *from, *to; /* of a range */
    double lo, hi;
    bool steps;     /* first, first + 1, ... */
    uint64_t first; /* value of such a range */
    enum aln_spacing spacing;
    bool rounded;                                      /* the parameter is a whole number */
    bool real;                                         /* it is a number, or a pair of them */
    const struct aln_sweep_distribution *distribution; /* NULL: not drawn */
    struct aln_place distribution_at;
    const double *drawn; /* [count] between 0 and 1 */
};

/* What is kept of a point: its result, or rows in the sweep's table. */
enum aln_sweep_keep { ALN_SWEEP_FILES, ALN_SWEEP_ROWS };

struct aln_sweep_grid {
    const struct aln_task *task;
    unsigned keep;             /* enum aln_sweep_keep */
    struct aln_sweep_key *key; /* [keys] */
    size_t keys;
    const struct aln_node *over; /* as given */
    struct {
        uint64_t count, seed; /* count 0: not given */
        unsigned design;      /* row of aln_sweep_designs */
        double *drawn;        /* one row for each entry that is drawn */
    } sample;
    uint64_t points; /* the product */
};

/* Reads the section from a tree, which must outlive the grid.
 * Status: ALN_USAGE with file:line:column, ALN_MEMORY */
enum aln_status aln_sweep_grid_load(struct aln_sweep_grid **out, const struct aln_tree *tree,
                                    const char *path);
void aln_sweep_grid_free(struct aln_sweep_grid *grid);

/* The value of a key at a point, as a node with its position in the sweep.
 * Given: text  buffer that the node may point to */
struct aln_node aln_sweep_grid_value(const struct aln_sweep_grid *grid, size_t key, uint64_t point,
                                     char text[32]);

/* The parameters of a point.
 * Given:    tree  a copy, aln_tree_copy(), of the tree the grid was read from; modified
 * Returned: *params  of grid->task->schema, yours, aln_schema_free()
 * Status:   ALN_USAGE with file:line:column in the sweep, ALN_MEMORY */
enum aln_status aln_sweep_grid_params(const struct aln_sweep_grid *grid, struct aln_tree *tree,
                                      const char *path, uint64_t point, void **params);

#endif

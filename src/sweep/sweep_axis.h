/* One entry of sweep.over: a key, or keys that move together, and their values. */
#ifndef ALIGNODE_SWEEP_SWEEP_AXIS_H
#define ALIGNODE_SWEEP_SWEEP_AXIS_H

#include "params/schema_table.h"
#include "sweep/sweep_grid.h"

#define ALN_SWEEP_OVER "sweep.over"
#define ALN_SWEEP_ENTRY                                                                            \
    "{key: ..., values: [...]}, {key: ..., from: ..., to: ...}, {key: ..., from: ..., to: ..., "   \
    "count: ..., spacing: ...} or {keys: [...], values: [[...], ...]}, with distribution: ... if " \
    "drawn"

/* Appends the keys of an entry to the grid, which has room for ALN_SWEEP_MOST_KEYS.
 * Status: ALN_USAGE with file:line:column, ALN_MEMORY */
enum aln_status aln_sweep_axis_read(struct aln_sweep_grid *grid, const struct aln_node *entry);

/* Completes a key once it is known whether its parameter is a whole number. */
enum aln_status aln_sweep_axis_round(struct aln_sweep_key *key, bool whole);

/* Value i of the key's axis, if it is a number of a range.
 * Returned: false: it is not; *x */
bool aln_sweep_axis_number(const struct aln_sweep_key *key, uint64_t i, double *x);

/* Value i of the key's axis.
 * Given: text  buffer that the node may point to */
struct aln_node aln_sweep_axis_value(const struct aln_sweep_key *key, uint64_t i, char text[32]);

#endif

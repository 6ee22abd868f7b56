/* One point of a sweep: its parameters, its files. */
#ifndef ALIGNODE_SWEEP_SWEEP_POINT_H
#define ALIGNODE_SWEEP_SWEEP_POINT_H

#include "alignode/table.h"
#include "run/options.h"
#include "sweep/sweep_grid.h"

struct aln_sweep {
    struct aln_tree *tree;
    struct aln_sweep_grid *grid;
    char *path; /* of the file, for messages */
};

struct aln_sweep_point {
    uint64_t number;
    const struct aln_sweep_grid *grid;
    void *params;
    char *yaml; /* params as the header of a result begins */
    char *path; /* of the result, "" without a folder; the name begins at `stem` */
    size_t stem;
    char *second; /* path of the second result (sweep/task.h), NULL where none is wanted */
};

/* Status: ALN_USAGE for parameters that the schema refuses, ALN_MEMORY. The point is to be closed
 * in any case. */
enum aln_status aln_sweep_point_open(struct aln_sweep_point *point, const struct aln_sweep *sweep,
                                     struct aln_tree *tree, const char *folder, uint64_t number);
void aln_sweep_point_close(struct aln_sweep_point *point);

/* The finished result, and the second one that a run leaves beside it.
 * Returned: table[0]  without numbers, yours, aln_table_free(); NULL: not finished, also where the
 *                     second one or other files are wanted but not there
 *           table[1]  the second one, likewise; NULL also where none is wanted
 * Status:   ALN_MEMORY */
enum aln_status aln_sweep_point_result(const struct aln_sweep_point *point,
                                       struct aln_table *table[2]);

/* Why the computation broke down, as an earlier run has left it; NULL when it has left nothing.
 * Returned: *reason  one line, yours
 * Status:   ALN_MEMORY */
enum aln_status aln_sweep_point_reason(const struct aln_sweep_point *point, char **reason);

/* Runs it, and keeps or removes the reason. */
enum aln_status aln_sweep_point_run(const struct aln_sweep_point *point, int threads,
                                    const struct aln_progress *progress);

#endif

/* One point of a sweep: its parameters and files. */
#ifndef ALIGNODE_SWEEP_SWEEP_POINT_H
#define ALIGNODE_SWEEP_SWEEP_POINT_H

#include "alignode/table.h"
#include "run/options.h"
#include "sweep/sweep_grid.h"
#include "sweep/sweep_log.h"

struct aln_sweep {
    struct aln_tree *tree;
    struct aln_sweep_grid *grid;
    char *path; /* of the file, for messages */
};

struct aln_sweep_point {
    uint64_t number, name; /* in the grid; what it holds, hashed */
    const struct aln_sweep_grid *grid;
    void *params;
    char *yaml; /* params, as at the start of the header of a result; NULL: the name was known */
    char *path; /* of the result, from `stem` on its name */
    size_t stem;
    char *second; /* path of the second result (sweep/task.h), NULL: none */
};

/* A point's file within the folder, by its name: "5e/5e0c81f2a7d3940b.tsv". */
enum { ALN_SWEEP_FILE = 32 };
void aln_sweep_point_file(uint64_t name, char file[ALN_SWEEP_FILE]);

/* Given:  name  of the point, of which no result is then read; 0: not known
 * Status: ALN_USAGE for invalid parameters, ALN_MEMORY. Close the point in any case. */
enum aln_status aln_sweep_point_open(struct aln_sweep_point *point, const struct aln_sweep *sweep,
                                     struct aln_tree *tree, const char *folder, uint64_t number,
                                     uint64_t name);
void aln_sweep_point_close(struct aln_sweep_point *point);

/* Reads the finished result and the second one beside it.
 * Returned: table[0]  without numbers, yours, aln_table_free(); NULL: not finished, or a file that
 *                     belongs to it is missing
 *           table[1]  the second one, likewise; NULL also if there is none
 * Status:   ALN_MEMORY */
enum aln_status aln_sweep_point_result(const struct aln_sweep_point *point,
                                       struct aln_table *table[2]);

/* Reads why the computation of the point failed in an earlier run.
 * Returned: *reason  one line, yours; NULL: it has not failed
 * Status:   ALN_MEMORY */
enum aln_status aln_sweep_point_reason(const struct aln_sweep_point *point, char **reason);

/* How a point is run. */
struct aln_sweep_point_options {
    int threads;
    const struct aln_known_run *known; /* what the task's ahead() gave for it, or NULL */
    struct aln_sweep_log *log;         /* takes its rows; NULL: its result is a file */
    const struct aln_progress *progress;
};

/* Runs the point; writes or removes the file with the reason for its failure. */
enum aln_status aln_sweep_point_run(const struct aln_sweep_point *point,
                                    const struct aln_sweep_point_options *options);

#endif

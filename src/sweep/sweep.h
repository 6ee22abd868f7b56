/* Sweeps: a grid of runs, what is kept of each in a folder, and one table collected from them.
 *
 * Point p of the grid (counted from 0) has a name, a hash of command and parameters: it is found by what
 * it holds, whatever the grid, so a grid that grows runs only what is new, and nothing that belongs to
 * another grid is replaced. Kept of it is an ordinary result of its command, FOLDER/5e/5e0c....tsv, or
 * only the rows that the table takes of that (sweep.points: rows, sweep_rows.h). A point is finished when
 * either is complete, undamaged, and of the point's parameters. Finished points are not run again, so
 * running an interrupted sweep again resumes it. If the computation of a point fails, a file with the
 * ending .failed holds the reason and the next sweep tries it again.
 *
 * Any number of processes can work in one folder, each with its own shard or all with the same
 * points: one whose result another process is writing is left to it, one of which rows are kept is then
 * run by both. The process that finds all points finished writes FOLDER/collected.tsv and, if points
 * have a second result (sweep/task.h), FOLDER/collected.SECOND.tsv, e.g. collected.similarity.tsv for
 * train; the last column of a table is the point's file, which exists where files are kept. */
#ifndef ALIGNODE_SWEEP_SWEEP_H
#define ALIGNODE_SWEEP_SWEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "params/schema.h"
#include "run/options.h"
#include "run/ranks.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_sweep;

/* The schema of the section `sweep:` of parameter files. */
extern const struct aln_schema aln_sweep_schema;

/* Reads a parameter file with a section `sweep:`, or a collected table, and applies overrides. The
 * parameters of the points are not checked yet.
 * Given:    over  over_count axes from the command line, as aln_sweep_over_add() takes them, which
 *                 make a sweep of any parameter file
 * Returned: *out  yours, aln_sweep_free()
 * Status:   ALN_USAGE with file:line:column, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_load(struct aln_sweep **out, const char *path, size_t set_count,
                               const char *const *set, size_t over_count, const char *const *over);
/* The same from text.
 * Given: name  of the text, for messages */
enum aln_status aln_sweep_parse(struct aln_sweep **out, const char *name, const char *text,
                                size_t set_count, const char *const *set);
void aln_sweep_free(struct aln_sweep *sweep);

uint64_t aln_sweep_points(const struct aln_sweep *sweep);
/* The command run at each point. A view. */
const char *aln_sweep_command(const struct aln_sweep *sweep);
/* Appends the swept keys, or a point's values, each preceded by a tab. */
void aln_sweep_keys(const struct aln_sweep *sweep, struct aln_text *out);
void aln_sweep_values(const struct aln_sweep *sweep, uint64_t point, struct aln_text *out);

/* Path of a point's result.  Returned: *path  yours, free() */
enum aln_status aln_sweep_path(const struct aln_sweep *sweep, const char *folder, uint64_t point,
                               char **path);

struct aln_sweep_options {
    const char *folder;            /* created if its parent exists; NULL for aln_sweep_check() */
    uint64_t shard, shards;        /* 1 <= shard <= shards: points shard-1, shard-1+shards, ... */
    const struct aln_ranks *ranks; /* ranks that share the shard; NULL: one process */
    int threads;                   /* 0: OpenMP's default */
    bool force;                    /* replace tables of other sweeps */
    const struct aln_progress *progress; /* may be NULL */
};

/* Reads and checks the parameters of all points of the shard.
 * Status: ALN_USAGE with file:line:column of the first error */
enum aln_status aln_sweep_check(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options);

/* The same, and counts the points of the shard and those that are finished in options->folder, if
 * it is not NULL.
 * Status: also ALN_FILE for a point that cannot be read */
enum aln_status aln_sweep_count(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options, uint64_t *points,
                                uint64_t *finished);

/* What is to be said of a point. */
struct aln_sweep_remark {
    uint64_t point;
    char *text; /* NULL: there was no memory for it */
};

/* Counts for the shard; on rank 0, summed over all ranks. */
struct aln_sweep_report {
    uint64_t points, there;           /* there: finished before, or meanwhile by another process */
    uint64_t done;                    /* finished now */
    uint64_t replaced;                /* of those, replaced a damaged or incomplete result */
    struct aln_sweep_remark *failure; /* [failures], why they failed, by point */
    struct aln_sweep_remark *warning; /* [warnings], the first of each point run now, by point */
    size_t failures, warnings;
    char *collected;  /* path of the collected table; NULL if points are missing */
    char *second;     /* that of the second results; NULL if there are none */
    uint64_t outside; /* points with a row outside its tolerance: of the table, else of the shard */
    uint64_t missing; /* collected points that failed, here or in another process */
};
void aln_sweep_report_free(struct aln_sweep_report *report);

/* Checks all points, runs the unfinished ones, collects.
 * Returned: *report  yours, aln_sweep_report_free(), whatever the status
 * Status:   ALN_OK also when points failed: see report->failures. ALN_STOPPED on a stop request,
 *           ALN_USAGE before any work, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_run(const struct aln_sweep *sweep,
                              const struct aln_sweep_options *options,
                              struct aln_sweep_report *report);

#ifdef __cplusplus
}
#endif

#endif

/* Sweeps: a grid of runs, one result each in a folder, and one table collected from them.
 *
 * Point p of the grid is the result FOLDER/ppp/pppppp.tsv (its thousand, its number, from 0), a
 * normal result of its command. A result is finished when it is whole and its header holds the
 * point's parameters; finished points are not run again, so that a sweep which was interrupted goes
 * on when it is simply run again. Where the computation of a point breaks down the reason stays in
 * FOLDER/ppp/pppppp.failed; the point is tried again the next time. Any number of processes can
 * share the points, each with its shard, and whichever finds all of them there at its end writes
 * FOLDER/collected.tsv, and FOLDER/collected.SECOND.tsv where points leave a second result beside
 * their own (sweep/task.h): of train, collected.similarity.tsv. */
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

/* The table of the section `sweep:` of parameter files. */
extern const struct aln_schema aln_sweep_schema;

/* Reads a parameter file with a section `sweep:`, or a collected table, and overrides. The
 * parameters of the points are not looked at yet.
 * Returned: *out  yours, aln_sweep_free()
 * Status:   ALN_USAGE with file:line:column, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_load(struct aln_sweep **out, const char *path, size_t set_count,
                               const char *const *set);
void aln_sweep_free(struct aln_sweep *sweep);

uint64_t aln_sweep_points(const struct aln_sweep *sweep);
/* The command that is run at each. A view. */
const char *aln_sweep_command(const struct aln_sweep *sweep);
/* Appends the names of what is swept, or a point's values, each behind a tab. */
void aln_sweep_keys(const struct aln_sweep *sweep, struct aln_text *out);
void aln_sweep_values(const struct aln_sweep *sweep, uint64_t point, struct aln_text *out);

struct aln_sweep_options {
    const char *folder;            /* is made, in an existing one; NULL for aln_sweep_check() */
    uint64_t shard, shards;        /* 1 <= shard <= shards: points shard-1, shard-1+shards, ... */
    const struct aln_ranks *ranks; /* which share the points of the shard; NULL: this process */
    int threads;                   /* 0: as many as OpenMP thinks fit */
    const struct aln_progress *progress; /* may be NULL */
};

/* Reads the parameters of all points of the shard.
 * Status: ALN_USAGE with the place of the first mistake in the sweep (or where else it shows) */
enum aln_status aln_sweep_check(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options);

struct aln_sweep_failure {
    uint64_t point;
    char *reason;
};

/* Of the shard; on rank 0 of all ranks. */
struct aln_sweep_report {
    uint64_t points, there;            /* there: finished before */
    uint64_t done;                     /* finished now */
    uint64_t replaced;                 /* of those: what lay there was not theirs, or cut */
    struct aln_sweep_failure *failure; /* [failures], by point */
    size_t failures;
    char *collected;  /* where the collected table lies; NULL: points are missing yet */
    char *second;     /* that of second results; NULL: no point has left one */
    uint64_t outside; /* of the points collected: those with any row outside its tolerance */
};
void aln_sweep_report_free(struct aln_sweep_report *report);

/* Checks, runs what is not finished, collects.
 * Returned: *report  yours, aln_sweep_report_free(), whatever the status
 * Status:   ALN_OK also when points failed: see report->failures. ALN_STOPPED when asked to stop,
 *           ALN_USAGE before any work, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_run(const struct aln_sweep *sweep,
                              const struct aln_sweep_options *options,
                              struct aln_sweep_report *report);

#ifdef __cplusplus
}
#endif

#endif

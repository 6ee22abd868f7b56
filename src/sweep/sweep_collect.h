/* Collects the results of all points of a sweep in a table. */
#ifndef ALIGNODE_SWEEP_SWEEP_COLLECT_H
#define ALIGNODE_SWEEP_SWEEP_COLLECT_H

#include "sweep/sweep.h"

/* The names (sweep_point.h) of the points first, first + stride, ...: count of them. */
struct aln_sweep_named {
    uint64_t first, stride, count;
    const uint64_t *name; /* [count]; NULL: not known */
};

/* Writes FOLDER/collected.tsv if every point has finished or failed, and the table of second
 * results if any point has one; otherwise removes an old one.
 * Given:    named  points that need not be read for their names
 * Returned: report->collected, second, outside, missing
 * Status:   ALN_USAGE, ALN_FILE, ALN_MEMORY, ALN_STOPPED */
enum aln_status aln_sweep_collect(const struct aln_sweep *sweep,
                                  const struct aln_sweep_options *options,
                                  const struct aln_sweep_named *named,
                                  struct aln_sweep_report *report);

/* Counts the points first, first + stride, ... (count of them) that are finished and have a row outside
 * its tolerance; none if the command does not judge its results.
 * Status: ALN_FILE, ALN_MEMORY, ALN_STOPPED */
enum aln_status aln_sweep_judge(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options, uint64_t first,
                                uint64_t stride, uint64_t count, uint64_t *outside);

/* Refuses to replace tables of a folder that are not of this sweep, whatever its grid.
 * Status: ALN_USAGE with the first key that differs, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_check_tables(const struct aln_sweep *sweep, const char *folder);

#endif

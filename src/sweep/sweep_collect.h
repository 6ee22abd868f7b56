/* Collects the results of all points of a sweep in a table. */
#ifndef ALIGNODE_SWEEP_SWEEP_COLLECT_H
#define ALIGNODE_SWEEP_SWEEP_COLLECT_H

#include "alignode/table.h"
#include "sweep/sweep.h"

/* What a table of a sweep takes from a result: the row of each block's last time, and its events as
 * columns EVENT_t, EVENT_eg, EVENT_cos behind the others.
 * Given:    time  the column of the time; NULL: all rows are taken
 * Returned: *line_of_names  separated by tabs, yours
 *           *lines          one row each, yours
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_sweep_take_result(const struct aln_table *t, const char *path, const char *time,
                                      char **line_of_names, char **lines);

/* Writes FOLDER/collected.tsv if every point has finished or failed, and the table of second
 * results if any point has one; otherwise removes an old one.
 * Returned: report->collected, second, outside, missing
 * Status:   ALN_USAGE, ALN_FILE, ALN_MEMORY, ALN_STOPPED */
enum aln_status aln_sweep_collect(const struct aln_sweep *sweep,
                                  const struct aln_sweep_options *options,
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

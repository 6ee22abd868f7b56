/* What the table of a sweep takes from a point's result. */
#ifndef ALIGNODE_SWEEP_SWEEP_TAKE_H
#define ALIGNODE_SWEEP_SWEEP_TAKE_H

#include "alignode/table.h"
#include "run/options.h"

/* What a table of a sweep takes from a result: the row of each block's last time, and its events as
 * columns EVENT_t, EVENT_eg, EVENT_cos behind the others, and what the study escape found as lambda, slope
 * and slope_se.
 * Given:    time  the column of the time; NULL: all rows are taken
 * Returned: *line_of_names  separated by tabs, yours
 *           *lines          one row each, yours
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_sweep_take_result(const struct aln_table *t, const char *path, const char *time,
                                      char **line_of_names, char **lines);

/* The same of a summary, which has these rows already: adds the columns of its events. */
enum aln_status aln_sweep_take_events(struct aln_run_summary *summary);

#endif

/* `alignode plot --watch`: a figure that follows running runs. */
#ifndef ALIGNODE_CLI_WATCH_H
#define ALIGNODE_CLI_WATCH_H

#include "cli/cli.h"
#include "figure/figure.h"

/* Draws the results, and again whenever one of them has grown, until every run has ended or the user
 * stops it. A run writes PATH.part, which becomes PATH; either name will do. The file of a run that was
 * stopped is waited for, as the same command continues it.
 * Given:  options  their paths and output; progress is not used
 * Status: ALN_USAGE also when a file has gone without a result, ALN_STOPPED, ALN_FILE, ALN_MEMORY */
enum aln_status aln_cli_watch(const struct aln_cli *cli, const struct aln_figure_options *options);

#endif

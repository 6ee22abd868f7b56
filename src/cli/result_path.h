/* The place of a command's result: chosen when none is given, refused when its name promises another
 * format. */
#ifndef ALIGNODE_CLI_RESULT_PATH_H
#define ALIGNODE_CLI_RESULT_PATH_H

#include "base/text.h"
#include "cli/cli.h"

/* On a terminal, without -o, STEM.COMMAND.tsv in the working directory.
 * Returned: *out  the path chosen, appended; unchanged when -o is given or standard output is no
 *                 terminal
 * Status:   ALN_MEMORY */
enum aln_status aln_cli_result_path(const struct aln_cli *cli, struct aln_text *out);

/* Refuses a name that promises another format: x.csv.
 * Given:  path  NULL or "-": standard output
 * Status: ALN_USAGE */
enum aln_status aln_cli_check_extension(const char *path);

#endif

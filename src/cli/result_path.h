/* The place of a command's result: chosen when none is given, refused when its name promises another
 * format. */
#ifndef ALIGNODE_CLI_RESULT_PATH_H
#define ALIGNODE_CLI_RESULT_PATH_H

#include "base/text.h"
#include "cli/cli.h"

/* On a terminal, without -o, STEM.COMMAND.tsv in the working directory.
 * Returned: *out  the path chosen, appended; unchanged when -o is given or standard output is no
 *                 terminal
 * Status:   ALN_USAGE for an extension that results do not have, ALN_MEMORY */
enum aln_status aln_cli_result_path(const struct aln_cli *cli, struct aln_text *out);

#endif

/* Files of known bytes that commands write: parameter files, exports, references. */
#ifndef ALIGNODE_CLI_SAVE_H
#define ALIGNODE_CLI_SAVE_H

#include "base/text.h"
#include "cli/cli.h"

/* Writes a file, and says so on a terminal or for a name that was not given; or standard output. A
 * file that holds other bytes is only replaced with --force; one that holds the same is left alone.
 * Given:  path  NULL or "-": standard output
 * Status: ALN_USAGE for a file that may not be replaced or a folder that cannot be written, ALN_FILE,
 *         ALN_MEMORY */
enum aln_status aln_cli_save(const struct aln_cli *cli, const char *path, const char *bytes,
                             size_t n);

/* Whether the extension of a path, behind its last dot, is this one, without regard to case. */
bool aln_cli_has_extension(const char *path, const char *extension);

/* The default of -o on a terminal: STEM and an ending, in the working directory; STEM is the file's
 * name without folder and extension, or "stdin".
 * Given:    ending  ".ode.tsv"
 * Returned: *out    appended to; unchanged when -o is given or standard output is no terminal
 * Status:   ALN_MEMORY */
enum aln_status aln_cli_default_output(const struct aln_cli *cli, const char *file,
                                       const char *ending, struct aln_text *out);

#endif

/* The place of a page that is made after long work. */
#ifndef ALIGNODE_CLI_PLACE_H
#define ALIGNODE_CLI_PLACE_H

#include "base/text.h"
#include "cli/cli.h"

/* Checks, before the work, that -o can be written and that nothing else is replaced.
 * Given:  kind, is_one  as in aln_cli_keep_file()
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_cli_place_check(const struct aln_cli *cli, const char *kind,
                                    bool (*is_one)(const char *head));

/* Whether a file that begins like this is one of alignode's web pages. */
bool aln_cli_is_web_page(const char *head);

/* Writes the page.  Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_cli_place_save(const struct aln_cli *cli, const struct aln_text *text);

#endif

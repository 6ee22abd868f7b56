/* The parameter files that come with the program: `alignode new NAME`, `alignode ode NAME`,
 * `alignode list examples`. */
#ifndef ALIGNODE_CLI_SHIPPED_H
#define ALIGNODE_CLI_SHIPPED_H

#include "alignode/names.h"
#include "base/text.h"
#include "cli/cli.h"
#include "file/tree.h"

/* Where the files are: $ALIGNODE_PARAMS, else where they are installed, else in the source tree. */
const char *aln_cli_shipped_folder(void);

/* The files of a folder, NAME.yaml each, in the order of their names. */
struct aln_cli_shipped {
    struct aln_names names; /* NAME, title, source; of all files, by their name */
    struct aln_name *row;
    struct aln_tree **tree; /* [names.count], whose texts the rows show */
    char **name;            /* [names.count] */
};

/* Given:    folder  below aln_cli_shipped_folder(), "." for itself
 * Returned: *out    aln_cli_shipped_free(), also after a failure
 * Status:   ALN_FILE when there is no such folder, ALN_USAGE for a damaged file, ALN_MEMORY */
enum aln_status aln_cli_shipped_read(struct aln_cli_shipped *out, const char *folder);
void aln_cli_shipped_free(struct aln_cli_shipped *shipped);

/* The path of the file called `name`, an example or, with templates, one of templates/.
 * Returned: *path  appended to; unchanged when there is none
 * Status:   ALN_MEMORY */
enum aln_status aln_cli_shipped_path(struct aln_text *path, const char *name, bool templates);

/* Replaces arguments: those that name no file, but a shipped one, by its path (`alignode ode first`),
 * and a folder, where a result is expected, by the table of its sweep (`alignode plot rates`).
 * Status: ALN_USAGE for a misspelt name, and for a folder without a table; ALN_MEMORY */
enum aln_status aln_cli_resolve_arguments(struct aln_cli *cli);

#endif

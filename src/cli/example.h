/* Parameter files, run and drawn for a page. */
#ifndef ALIGNODE_CLI_EXAMPLE_H
#define ALIGNODE_CLI_EXAMPLE_H

#include "cli/cli.h"
#include "page/gallery.h"

struct aln_cli_examples {
    const struct aln_cli *cli;
    const char *params; /* folder of the parameter files */
    const char *runs;   /* folder that keeps the results; NULL: none are kept */
    char *work;         /* a temporary folder */
    bool quick;         /* with the settings of the file's line "# quick: " */
};

/* Makes the temporary folder.
 * Status: ALN_USAGE when `runs` is not a writable folder; ALN_FILE, ALN_MEMORY */
enum aln_status aln_cli_examples_begin(struct aln_cli_examples *examples);
void aln_cli_examples_end(struct aln_cli_examples *examples);

/* Runs and draws a file. A file that cannot be run or drawn is an entry that says why.
 * Given:    name  of the file, without .yaml
 * Returned: *entry  yours, aln_gallery_entry_free(), whatever the status
 * Status:   ALN_STOPPED, ALN_MEMORY */
enum aln_status aln_cli_example_make(const struct aln_cli_examples *examples, const char *name,
                                     struct aln_gallery_entry *entry);

/* The same for a result that is there.  Given: path  of it */
enum aln_status aln_cli_example_draw(const struct aln_cli_examples *examples, const char *name,
                                     const char *path, struct aln_gallery_entry *entry);

#endif

/* What a file of alignode's is: a parameter file, a result, weights. For commands that look into
 * files instead of running them. */
#ifndef ALIGNODE_CLI_CONTENTS_H
#define ALIGNODE_CLI_CONTENTS_H

#include "alignode/table.h"
#include "file/tree.h"
#include "sweep/task.h"

struct aln_cli_contents {
    const char *path;
    char *version;               /* that wrote it; NULL: a parameter file */
    struct aln_table *table;     /* of a result; else NULL */
    bool unfinished;             /* PATH.part */
    struct aln_tree *tree;       /* the parameters as they stand in the file */
    bool sweep;                  /* they describe a sweep */
    const struct aln_task *task; /* that wrote the result; NULL: none, or a sweep */
    const struct aln_schema *schema;
    struct aln_tree *resolved; /* with all defaults; NULL: of a sweep, whose points differ */
};

/* Given:    path  a parameter file, a result, PATH.part, or weights; "-": standard input
 * Returned: *out  aln_cli_contents_free(), also after a failure
 * Status:   ALN_USAGE for what is none of these, with its place in the file; ALN_FILE, ALN_MEMORY */
enum aln_status aln_cli_contents_read(struct aln_cli_contents *out, const char *path);
void aln_cli_contents_free(struct aln_cli_contents *contents);

/* The parameters with all defaults, or of a sweep those in the file. */
const struct aln_tree *aln_cli_contents_parameters(const struct aln_cli_contents *contents);

/* Whether the file would mean the same without this parameter.
 * Status: ALN_MEMORY */
enum aln_status aln_cli_is_default(const struct aln_cli_contents *contents, const char *key,
                                   bool *is_default);

#endif

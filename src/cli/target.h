/* A result that is to be written, and what is already at its place. */
#ifndef ALIGNODE_CLI_TARGET_H
#define ALIGNODE_CLI_TARGET_H

#include "cli/cli.h"
#include "sweep/task_target.h"

struct aln_cli_target {
    const struct aln_cli *cli; /* --resume, --force */
    struct aln_target to;      /* its task, params and path are given */
};

/* Whether a path is not that of standard output. */
bool aln_cli_to_file(const char *path);

/* Compares what is at the place of the result, PATH.part, and the files beside it with this run.
 * Status: ALN_USAGE for what may not be replaced: another run's, or a file that is not alignode's,
 *         without --force; a shorter result without --resume. ALN_FILE, ALN_MEMORY */
enum aln_status aln_cli_target_examine(struct aln_cli_target *target);

/* Runs the task, or continues it, unless its result is there.
 * Given: verdict  as in struct aln_run_options */
enum aln_status aln_cli_target_run(const struct aln_cli_target *target,
                                   struct aln_run_verdict *verdict);

/* Refuses to replace a file that is neither empty nor one of the kind that is to be written, without
 * --force.
 * Given:  is_one  judges by the first thousand characters, zeros as blanks
 * Status: ALN_USAGE */
enum aln_status aln_cli_keep_file(const struct aln_cli *cli, const char *path, const char *kind,
                                  bool (*is_one)(const char *head));

/* Whether an unfinished result has rows below its column names. */
bool aln_cli_has_rows(const char *path);

#endif

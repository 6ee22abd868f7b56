/* Whether a complete result belongs to a command with exactly these parameters. */
#ifndef ALIGNODE_RUN_FINISHED_H
#define ALIGNODE_RUN_FINISHED_H

#include "alignode/table.h"

/* Whether a result is from this version, this command and these parameters.
 * Given: yaml  the parameters, aln_schema_yaml() */
bool aln_finished_is_of(const struct aln_table *t, const char *command, const char *yaml);

/* The result at `path` if it is complete and from these parameters.
 * Returned: *out  without numbers, yours, aln_table_free(); else NULL
 * Status:   ALN_FILE when it exists and cannot be read, ALN_MEMORY */
enum aln_status aln_finished_read(struct aln_table **out, const char *path, const char *command,
                                  const char *yaml);

#endif

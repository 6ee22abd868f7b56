/* Results that lie there whole: whether they are those of a command with these very parameters. */
#ifndef ALIGNODE_RUN_FINISHED_H
#define ALIGNODE_RUN_FINISHED_H

#include "alignode/table.h"

/* Whether a result is of this version, this command and these parameters.
 * Given: yaml  of the parameters, aln_schema_yaml() */
bool aln_finished_is_of(const struct aln_table *t, const char *command, const char *yaml);

/* The result at `path` where it is whole and of these; what else there may be is none.
 * Returned: *out  without numbers, yours, aln_table_free(); NULL: there is none
 * Status:   ALN_MEMORY */
enum aln_status aln_finished_read(struct aln_table **out, const char *path, const char *command,
                                  const char *yaml);

#endif

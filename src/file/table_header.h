/* The header of a result by itself, for files that are compared with it. */
#ifndef ALIGNODE_FILE_TABLE_HEADER_H
#define ALIGNODE_FILE_TABLE_HEADER_H

#include "base/text.h"

/* Appends the lines of a result above its names.
 * Given: command, yaml  as struct aln_writer_options has them */
void aln_table_header(struct aln_text *out, const char *command, const char *yaml);

#endif

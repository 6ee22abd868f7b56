/* The header of a result, for comparing files with it. */
#ifndef ALIGNODE_FILE_TABLE_HEADER_H
#define ALIGNODE_FILE_TABLE_HEADER_H

#include "base/text.h"

/* Appends the lines of a result that precede its column names.
 * Given: command, yaml  as in struct aln_writer_options */
void aln_table_header(struct aln_text *out, const char *command, const char *yaml);

#endif

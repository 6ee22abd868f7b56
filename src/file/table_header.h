/* The header of a result, for comparing files with it, and its rows as text. */
#ifndef ALIGNODE_FILE_TABLE_HEADER_H
#define ALIGNODE_FILE_TABLE_HEADER_H

#include "base/text.h"

/* Appends the lines of a result that precede its column names.
 * Given: command, yaml  as in struct aln_writer_options */
void aln_table_header(struct aln_text *out, const char *command, const char *yaml);

/* Compares parameters as text, in a header or without its "# ", but for their sections `figure:`, on
 * which no result depends.
 * Returned: where in `text` what is alike ends, if it begins with all lines of `head`; else NULL */
const char *aln_table_header_match(const char *text, const char *head);

/* Appends a row of numbers, "%.17g" or "nan", separated by tabs, and a line feed.
 * Returned: false: out of memory */
bool aln_table_row(struct aln_text *out, const double *value, size_t count);

#endif

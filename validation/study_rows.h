/* Studies for claims, from the text of a parameter file to the rows of the result. */
#ifndef ALIGNODE_VALIDATION_STUDY_ROWS_H
#define ALIGNODE_VALIDATION_STUDY_ROWS_H

#include "alignode/table.h"
#include "claims.h"

/* Runs the study that a parameter file describes with aln_study() and reads its result.
 * Returned: the table, yours, aln_table_free(); NULL after a failure, which is reported */
struct aln_table *aln_claim_study(struct aln_report *r, const char *what, const char *yaml);

/* The entry of a row in a named column; NaN without such a column. */
double aln_claim_entry(const struct aln_table *t, size_t row, const char *column);

#endif

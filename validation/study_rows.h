/* Studies for claims: from the text of a parameter file to the rows of its result. */
#ifndef ALIGNODE_VALIDATION_STUDY_ROWS_H
#define ALIGNODE_VALIDATION_STUDY_ROWS_H

#include "alignode/table.h"
#include "claims.h"

/* Runs the study that a parameter file describes, by aln_study(), and reads its result.
 * Returned: the table, yours, aln_table_free(); NULL after a failure, which is then reported */
struct aln_table *aln_claim_study(struct aln_report *r, const char *what, const char *yaml);

/* A number of a row. */
double aln_claim_entry(const struct aln_table *t, size_t row, const char *column);

#endif

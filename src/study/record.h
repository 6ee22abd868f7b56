/* What a row of a result records: the problem's own quantities, then what was asked for besides. */
#ifndef ALIGNODE_STUDY_RECORD_H
#define ALIGNODE_STUDY_RECORD_H

#include "alignode/problem.h"

struct aln_record {
    const struct aln_problem *p;
    bool errors; /* err_...: the difference of each column to a second integration */
};

size_t aln_record_columns(const struct aln_record *r);
/* The name of column i.  Returned: name[32] */
void aln_record_column(const struct aln_record *r, size_t i, char name[32]);

/* Given:    second  the state of the second integration; only read when errors are recorded
 * Returned: row[aln_record_columns()] */
void aln_record_fill(const struct aln_record *r, const double *state, const double *second,
                     double *row);

#endif

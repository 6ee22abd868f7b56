#include "record.h"

#include <string.h>

/* Columns that one state alone gives. */
static size_t plain_columns(const struct aln_record *r)
{
    return aln_problem_columns(r->p);
}

static void plain_fill(const struct aln_record *r, const double *state, double *row)
{
    aln_problem_observe(r->p, state, row);
}

size_t aln_record_columns(const struct aln_record *r)
{
    return plain_columns(r) * (r->errors ? 2 : 1);
}

void aln_record_column(const struct aln_record *r, size_t i, char name[32])
{
    size_t plain = plain_columns(r), j = i % plain;
    char *rest = name;
    if (i >= plain)
        rest = strcpy(name, "err_") + 4;
    char own[32];
    aln_problem_column(r->p, j, own);
    strcpy(rest, own); /* the longest, Q_1000_1000, leaves room for the prefix */
}

void aln_record_fill(const struct aln_record *r, const double *state, const double *second,
                     double *row)
{
    size_t plain = plain_columns(r);
    plain_fill(r, state, row);
    if (!r->errors)
        return;
    plain_fill(r, second, row + plain);
    for (size_t i = 0; i < plain; i++)
        row[plain + i] = row[i] - row[plain + i];
}

/* Mean and spread over repeats, without the repeats. */
#ifndef ALIGNODE_RUN_ESTIMATE_H
#define ALIGNODE_RUN_ESTIMATE_H

#include <stddef.h>

#include "alignode/status.h"

struct aln_estimate {
    size_t cells;
    double count;
    double *mean;    /* [cells] */
    double *squares; /* [cells], sums of squared deviations from the mean */
};

/* All counts 0.  Returned: *out  aln_estimate_free().  Status: ALN_MEMORY */
enum aln_status aln_estimate_create(struct aln_estimate *out, size_t cells);
void aln_estimate_free(struct aln_estimate *m);

/* Adds one repeat.  Given: x [cells] */
void aln_estimate_add(struct aln_estimate *m, const double *x);

/* Standard deviation of single repeats, and standard error of the mean; NaN for fewer than two. */
double aln_estimate_deviation(const struct aln_estimate *m, size_t cell);
double aln_estimate_error(const struct aln_estimate *m, size_t cell);

/* Adds the count-th number, by Welford's update.  Changed: *mean, *squares */
static inline void aln_estimate_number(double count, double x, double *mean, double *squares)
{
    const double delta = x - *mean;
    *mean += delta / count;
    *squares += delta * (x - *mean);
}

#endif

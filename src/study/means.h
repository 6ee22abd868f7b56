/* Mean and spread over repeats of everything an ensemble records. */
#ifndef ALIGNODE_STUDY_MEANS_H
#define ALIGNODE_STUDY_MEANS_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"
#include "run/ensemble.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: none yet. With `spread` the columns are followed by as many standard deviations of single
 * runs, whose error is that of their estimate from the repeats. */
struct aln_means {
    size_t cells;   /* times x columns */
    size_t columns; /* aln_record_shared() of the problem */
    bool spread;
    double count;    /* repeats */
    double *mean;    /* [cells] */
    double *squares; /* [cells], sums of squared deviations from the mean */
};

/* Runs an ensemble.
 * Given:    ensemble  whose rows have the columns that all engines share (extra == false); with `spread` the
 *                     ode's values are those of theory, and its means include the bias
 * Returned: *out  yours, aln_means_free(), whatever the status
 * Status:   that of aln_run_ensemble(); ALN_MEMORY */
enum aln_status aln_means_run(struct aln_means *out, const struct aln_ensemble *ensemble);
void aln_means_free(struct aln_means *moments);

/* Standard deviation of single runs; 0 for a deterministic engine. */
double aln_means_deviation(const struct aln_means *moments, size_t cell);
/* Standard error of the mean. */
double aln_means_error(const struct aln_means *moments, size_t cell);

#ifdef __cplusplus
}
#endif

#endif

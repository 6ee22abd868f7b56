/* Starting points of the search for fixed points. */
#ifndef ALIGNODE_STUDY_FIXEDPOINT_STARTS_H
#define ALIGNODE_STUDY_FIXEDPOINT_STARTS_H

#include "run/run.h"

struct aln_fixed_starts {
    const struct aln_problem *p;
    size_t count;
    double *t; /* [count] times on a trajectory; NULL: random starts */
    double *y; /* [count] states there, aln_problem_size() each */
};

/* The starts that fixedpoint.starts selects. On a trajectory these are the recorded times at which
 * |dy/dt| is smaller than before and after; the first and last time can qualify.
 * Returned: *out  aln_fixed_starts_close(), also after a failure
 * Status:   ALN_NUMERIC when the ode fails, ALN_STOPPED, ALN_MEMORY */
enum aln_status aln_fixed_starts_open(struct aln_fixed_starts *out, const struct aln_problem *p,
                                      const struct aln_params *params,
                                      const struct aln_progress *progress);
void aln_fixed_starts_close(struct aln_fixed_starts *starts);

/* Start i and its time. A random start (time NaN) has the overlaps of weights drawn from the stream
 * (seed, "fixed points", i). Order parameters that are not learned keep the problem's values.
 * Returned: y (aln_problem_size()) */
enum aln_status aln_fixed_start(const struct aln_fixed_starts *starts, size_t i, double *y,
                                double *t);

#endif

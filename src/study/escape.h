/* The study escape: when runs leave a plateau. The study itself is defined in escape.c; this header
 * declares what figures need. */
#ifndef ALIGNODE_STUDY_ESCAPE_H
#define ALIGNODE_STUDY_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "run/engine.h"

struct aln_params;

struct aln_escape_params {
    uint64_t *inputs; /* increasing */
    size_t inputs_count;
    uint64_t runs;
    enum aln_engine_kind engine;
    double level;
};

const struct aln_escape_params *aln_escape_of(const struct aln_params *p);

/* A run: ln N and when it left the plateau, NaN if it has not. */
struct aln_escape {
    double log_N, t;
};

/* The same seeds at each N: with the ode they draw the same z. */
struct aln_escape_runs {
    double lambda;     /* growth rate of the plateau's fastest growing directions */
    size_t directions; /* how many grow so: entries of z */
    size_t sizes, seeds;
    const struct aln_escape *run; /* sizes x seeds, increasing N */
};

/* What the law says of them. */
struct aln_escape_fit {
    double slope,
        slope_se; /* of the time over ln N: mean over the seeds that have left at every N */
    /* At the largest N: how many have left; the sd of ln|z|; the Kolmogorov-Smirnov distance of |z| from
     * the length of as many standard normals as there are directions, and its probability. The mean is
     * fitted: the true probability is smaller. */
    size_t escaped;
    double sd, sd_se, distance, probability;
};

/* The standard deviation of ln|z|, |z| the length of n standard normals: sqrt(psi'(n/2))/2, for one normal
 * pi/(2 sqrt 2). */
double aln_escape_sd(size_t n);

/* Status: ALN_MEMORY */
enum aln_status aln_escape_fit(struct aln_escape_fit *out, const struct aln_escape_runs *all);

/* ln|z| of the runs at the largest N, -lambda t about the mean of ln|z|.
 * Returned: z [seeds], filled with as many as have left; their number */
size_t aln_escape_log_z(const struct aln_escape_runs *all, double *z);

#endif

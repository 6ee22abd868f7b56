/* How long the points of a sweep take, from the first of them. */
#ifndef ALIGNODE_SWEEP_SWEEP_PACE_H
#define ALIGNODE_SWEEP_SWEEP_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero at the start, but for threads. Times are in seconds of wall-clock time. */
struct aln_sweep_pace {
    uint64_t threads;
    uint64_t ended; /* points, so far */
    double spent;   /* on them, summed over threads */
    bool told;
};

/* Whether it is time to say how long the sweep takes: once, when something is known, something is left
 * to do, and the whole takes more than a few seconds.
 * Given:    points  of this process that are to be done
 *           passed  since its start
 * Returned: *each   of a point, in the mean */
bool aln_sweep_pace_known(struct aln_sweep_pace *pace, uint64_t points, double passed,
                          double *each);

/* Likewise, from a point that has done this part of its work in `passed` seconds, if none has ended. */
bool aln_sweep_pace_guess(struct aln_sweep_pace *pace, uint64_t points, double fraction,
                          double passed, double *each);

/* Seconds that points take on so many threads. */
double aln_sweep_pace_total(uint64_t points, double each, uint64_t threads);

#endif

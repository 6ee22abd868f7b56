/* The study plearn: the probability that a relu student learns, as a function of its number of
 * units. The study itself is defined in plearn.c; this header declares what figures need. */
#ifndef ALIGNODE_STUDY_PLEARN_H
#define ALIGNODE_STUDY_PLEARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/table.h"
#include "run/engine.h"

struct aln_plearn_params {
    uint64_t *units; /* increasing; NULL: problem.student.units alone */
    size_t units_count;
    double *rates; /* one for each of units; NULL: learning.rate */
    size_t rates_count;
    uint64_t runs;
    enum aln_engine_kind engine;
    double level, window;
    bool patterns;
};

const struct aln_plearn_params *aln_plearn_of(const struct aln_params *p);

/* Counts for one K. */
struct aln_plearn_tally {
    uint64_t runs, learned, agree, unpredicted; /* the last: learned against prediction */
    double formula;                             /* summed */
};

/* P(learn), its standard error, and the prediction of the formula. */
struct aln_plearn_estimate {
    double P, se, formula;
};
struct aln_plearn_estimate aln_plearn_estimate(const struct aln_plearn_tally *tally);

/* Counts the rows of a result with one K, starting at row `first`.
 * Returned: the row after the last of them */
size_t aln_plearn_count(const struct aln_table *t, size_t first, struct aln_plearn_tally *tally);

#endif

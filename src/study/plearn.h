/* The study plearn: the probability that a relu student learns, against its number of units. Defined
 * in plearn.c; here is what those who draw its results need. */
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

/* Of one K. */
struct aln_plearn_tally {
    uint64_t runs, learned, agree, unpredicted; /* the last: learned although not predicted */
    double formula;                             /* summed */
};

/* P(learn), its standard error, and what the formula says. */
struct aln_plearn_estimate {
    double P, se, formula;
};
struct aln_plearn_estimate aln_plearn_estimate(const struct aln_plearn_tally *tally);

/* Counts the rows of a result with one K, the first of them given.
 * Returned: the first row behind them */
size_t aln_plearn_count(const struct aln_table *t, size_t first, struct aln_plearn_tally *tally);

#endif

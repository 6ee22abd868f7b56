/* What figures show of several values at one place: mean, median, quantiles. */
#ifndef ALIGNODE_FIGURE_AVERAGE_H
#define ALIGNODE_FIGURE_AVERAGE_H

#include "alignode/names.h"
#include "base/text.h"

/* A centre with one interval about it or two; the inner one is what bars show. All are NaN for no
 * values, and intervals are empty for one value. */
struct aln_spread {
    double centre, low, high, lowest, highest;
};

struct aln_average {
    struct aln_name id;
    const char *before, *after; /* "mean of" 20 seeds "± s.e." */
    bool bands;                 /* intervals are parts of the distribution, drawn as bands */
    /* Given: x  n > 1 finite values in increasing order */
    void (*of)(const double *x, size_t n, struct aln_spread *out);
};

/* mean, median, quantiles: --average */
extern const struct aln_names aln_drawing_averages;

/* The average called `name`, the first for NULL.
 * Status: ALN_USAGE */
enum aln_status aln_drawing_average_find(const struct aln_average **out, const char *name);

/* The average of the finite ones of n values, which are sorted.  Returned: how many are finite */
size_t aln_drawing_average_make(const struct aln_average *average, double *x, size_t n,
                                struct aln_spread *out);

/* Appends "mean of 20 seeds ± s.e.".
 * Given: bars  whether the interval is drawn */
void aln_drawing_average_words(struct aln_text *out, const struct aln_average *average, size_t n,
                               const char *what, bool bars);

#endif

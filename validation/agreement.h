/* Theory = simulation: how a problem is judged. At finite N the means of the overlaps differ from
 * the ode by a series in 1/N, and single runs scatter by N^-1/2. Hence, from one fixed start, the
 * extrapolation (4 m_4N - m_N)/3, which removes the 1/N term and leaves O(1/N^2), must agree with
 * the ode within 4 standard errors, and the deviation of single runs must halve when N is
 * quadrupled. The extrapolation hides errors of order 1/N; to detect these, chain and sgd must
 * agree with each other.
 *
 * Two numbers per problem are judged at 4 standard errors at the last time: eg, and a weighted sum
 * of the state, which changes if any entry is wrong. Each exceeds 4 with probability 6.3e-5. All
 * columns must be within 5 (5.7e-7) at both times and for every pair of N; the cosine only for the
 * largest pair. It is a ratio, not a polynomial of the state: if single runs have small read-outs,
 * it scatters widely at N = 100, and the remainder of the extrapolation is visible. */
#ifndef ALIGNODE_VALIDATION_AGREEMENT_H
#define ALIGNODE_VALIDATION_AGREEMENT_H

#include "claims.h"

enum { ALN_AGREE_SIZES = 3, ALN_AGREE_TIMES = 2, ALN_AGREE_COLUMNS = 48 };
enum { ALN_AGREE_WIDTH = ALN_AGREE_TIMES * ALN_AGREE_COLUMNS + 1 };

/* N = 100, 400, 1600. */
extern const uint64_t aln_agree_sizes[ALN_AGREE_SIZES];

/* Independent runs per engine and N; 0 omits that N. */
struct aln_effort {
    size_t repeats[ALN_ENGINES][ALN_AGREE_SIZES];
    /* How many sets of points the ode is averaged over where its averages are not closed. The spread
     * between them is a part of the standard errors. */
    size_t sets;
};

/* Totals over the problems of a claim. The caller sets the first two. */
struct aln_agreement {
    struct aln_report *report;
    const struct aln_effort *effort;
    double worst; /* |z| over all columns */
    size_t comparisons, judged;
    size_t problems, noticed; /* problems that refute the control, the ode without eta^2 terms */
};

struct aln_agree_case {
    const char *name;
    struct aln_problem *problem; /* at most ALN_AGREE_COLUMNS columns; N and seed are set here */
    double times[ALN_AGREE_TIMES];
    /* Whether an entry of W2 changes sign: 1, 0, or -1 if it does not matter. With 1 the first time
     * is moved to that change. */
    int changes;
    bool with_sgd;
};

/* Judges one problem, line by line. */
void aln_agree(struct aln_agreement *a, const struct aln_agree_case *c);
/* Judges a problem at times 1 and 3, whether signs change or not, and frees it.
 * Given: made  the status with which it was made; an error is reported in its place */
void aln_agree_made(struct aln_agreement *a, const char *name, enum aln_status made,
                    struct aln_problem *problem, bool with_sgd);
/* Reports the lines about all problems together. */
void aln_agree_end(const struct aln_agreement *a);

/* Observables of one run: times x columns, then the sum of the state at the last time.
 * Returned: out[aln_agree_width()] */
enum aln_status aln_agree_observe(enum aln_engine_kind engine, const struct aln_problem *p,
                                  const double *times, double *out);
size_t aln_agree_width(const struct aln_problem *p);

#endif

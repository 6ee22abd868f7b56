/* Theory = simulation: how a problem is judged. At finite N the means of the overlaps differ from
 * the ode by a series in 1/N, and single runs scatter by N^-1/2. So, from one fixed start, the
 * extrapolation (4 m_4N - m_N)/3, which removes the 1/N term, must meet the ode within 4 standard
 * errors, and the deviation of single runs must shrink by 2 per factor 4 in N. The extrapolation
 * forgives an error of order 1/N; there chain and sgd must agree with each other. What it leaves
 * is O(1/N^2).
 *
 * Judged at 4 standard errors are two numbers a problem, at its last time: eg, and a sum of the
 * whole state with fixed weights, which an error in any entry moves; each is beyond 4 with
 * probability 6.3e-5. Every column at both times, pair by pair, is held to 5 (5.7e-7); the cosine
 * at the largest pair of N only. It is a ratio, not a polynomial of the state: where single runs
 * have small read-outs it scatters widely at N = 100, and what extrapolation leaves is seen. */
#ifndef ALIGNODE_VALIDATION_AGREEMENT_H
#define ALIGNODE_VALIDATION_AGREEMENT_H

#include "claims.h"

enum { ALN_AGREE_SIZES = 3, ALN_AGREE_TIMES = 2, ALN_AGREE_COLUMNS = 48 };
enum { ALN_AGREE_WIDTH = ALN_AGREE_TIMES * ALN_AGREE_COLUMNS + 1 };

/* N = 100, 400, 1600. */
extern const uint64_t aln_agree_sizes[ALN_AGREE_SIZES];

/* Independent runs per engine and N; 0: that N is left out. */
struct aln_effort {
    size_t repeats[ALN_ENGINES][ALN_AGREE_SIZES];
};

/* What the problems of a claim come to; starts with the first two. */
struct aln_agreement {
    struct aln_report *report;
    const struct aln_effort *effort;
    double worst; /* |z| over all columns */
    size_t comparisons, judged;
    size_t problems, noticed; /* in how many the control, an ode without eta^2, is refuted */
};

struct aln_agree_case {
    const char *name;
    struct aln_problem *problem; /* at most ALN_AGREE_COLUMNS columns; N and seed are set here */
    double times[ALN_AGREE_TIMES];
    /* Does some entry of W2 change its sign: 1, 0, or -1 where it does not matter. At 1 the first
     * time is moved to where it does. */
    int changes;
    bool with_sgd;
};

/* Judges one problem, line by line. */
void aln_agree(struct aln_agreement *a, const struct aln_agree_case *c);
/* The lines about all of them. */
void aln_agree_end(const struct aln_agreement *a);

/* Numbers of one run: times x columns, then the sum of the state at the last time.
 * Returned: out[aln_agree_width()] */
enum aln_status aln_agree_observe(enum aln_engine_kind engine, const struct aln_problem *p,
                                  const double *times, double *out);
size_t aln_agree_width(const struct aln_problem *p);

#endif

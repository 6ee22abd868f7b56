/* A stream of chi-squared numbers of one number of degrees of freedom, in blocks.
 *
 * Marsaglia and Tsang's method: of a normal x, y = x/sqrt(9 a), a = degrees/2 - 1/3, the number is 2 a (1 + y)^3
 * with probability exp h(x), h = 3 a (log(1 + y) - y + y^2/2 - y^3/3), else another x is drawn. As
 * h >= -3/4 a y^4/(1 - |y|), a uniform number tells without a logarithm but for a share of 1/(36 a) of them.
 * 0 degrees give 0, one gives a normal squared. Every machine rounds alike.
 * Source: Marsaglia & Tsang, ACM Trans. Math. Softw. 26 (2000) 363. */
#ifndef ALIGNODE_BASE_CHISQ_H
#define ALIGNODE_BASE_CHISQ_H

#include "alignode/random.h"

enum { ALN_CHISQ_BLOCK = 64 };

struct aln_chisq_stream {
    struct aln_stream stream;
    double degrees;
    size_t used, count; /* numbers of value: already delivered, in all */
    double value[ALN_CHISQ_BLOCK];
};

/* As aln_stream_init().  Given: degrees  0, 1, 2, ... */
void aln_chisq_init(struct aln_chisq_stream *s, uint64_t seed, const char *name, uint64_t repeat,
                    double degrees);

/* The next n numbers; they do not depend on how they are split into calls.  Returned: x [n] */
void aln_chisq_numbers(struct aln_chisq_stream *s, size_t n, double *x);

#endif

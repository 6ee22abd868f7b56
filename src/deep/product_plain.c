/* The definition of the sums of product_kernel.h, number by number, for every machine. */
#include <math.h>

#include "deep/product_kernel.h"

enum { LANES = ALN_PRODUCT_LANES };

#if defined ALN_REAL_SINGLE
#define FMA fmaf
#else
#define FMA fma
#endif

static void multiply(const struct aln_multiply *m)
{
    for (size_t r = 0; r < m->rows; r++)
        for (size_t n = 0; n < m->length; n++) {
            real sum = 0, *out = m->out + r * m->pitch + n;
            for (size_t q = 0; q < m->terms; q++)
                sum = FMA(m->A[r * m->down + q * m->along], m->x[m->offset[q] + n], sum);
            *out = m->keep == 0 ? m->scale * sum : FMA(m->scale, sum, m->keep * *out);
        }
}

static real dot(const real *d, const real *x, size_t length)
{
    real sum[LANES] = {0};
    for (size_t n = 0; n < length; n++)
        sum[n % LANES] = FMA(d[n], x[n], sum[n % LANES]);
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}

static void correlate(const struct aln_correlate *c)
{
    enum { STRIP = ALN_PRODUCT_STRIP };
    for (size_t r = 0; r < c->rows; r++)
        for (size_t q = 0; q < c->terms; q++)
            for (size_t n = 0; n < c->length; n += STRIP)
                c->sums[q * c->along + r] += dot(c->d + r * c->pitch + n, c->x + c->offset[q] + n,
                                                 c->length - n < STRIP ? c->length - n : STRIP);
}

const struct aln_product_kernel ALN_REAL(aln_product_plain) = {multiply, correlate};

/* Compiled for each instruction set. */
#include "model/erf_value.h"

#include <string.h>

#include "model/erf_value_table.h"
#include "model/vector.h"

enum { PLACES = ALN_ERF_PLACES, MOST = 4 }; /* vectors at once, whose latencies overlap */

/* table[i mod 16] in each lane. */
ALN_KERNEL_BODY void look_up(const double *table, const lanes_mask *i, lanes *out)
{
#if defined ALN_LANES_AVX512
    *out = (lanes)_mm512_permutex2var_pd(_mm512_load_pd(table), (__m512i)*i,
                                         _mm512_load_pd(table + 8));
#else
    lanes found = {0};
    for (int j = 0; j < LANES; j++)
        found[j] = table[(*i)[j] & (PLACES - 1)];
    *out = found;
#endif
}

/* x to the nearest integer, as a number and in the low bits of an integer, |x| < 2^51. */
#define TO_INTEGER 0x1.8p52
#define SQRT_2_PI  0.79788456080286535588

/* g(x), by the even and the odd terms of the polynomial; NaN passes. */
ALN_KERNEL_BODY void find_values(size_t count, const lanes *x, lanes *out)
{
    const lanes most = LANES_ALL((PLACES - 1) * ALN_ERF_STEP);
    lanes t[MOST], t2[MOST], even[MOST], odd[MOST];
    lanes_mask place[MOST];
    for (size_t v = 0; v < count; v++) {
        const lanes size = LANES_ABS(x[v]), within = LANES_MIN(most, size),
                    shifted = within * (1 / ALN_ERF_STEP) + TO_INTEGER;
        place[v] = (lanes_mask)shifted;
        t[v] = within - (shifted - TO_INTEGER) * ALN_ERF_STEP;
        t2[v] = t[v] * t[v];
        look_up(erf_term[ALN_ERF_TERMS - 2], &place[v], &even[v]);
        look_up(erf_term[ALN_ERF_TERMS - 1], &place[v], &odd[v]);
    }
#pragma GCC                                                                                        \
    unroll 1 /* else gcc 12 looks up all coefficients first, and has no registers for them */
    for (int j = ALN_ERF_TERMS - 4; j >= 0; j -= 2)
        for (size_t v = 0; v < count; v++) {
            lanes c, d;
            look_up(erf_term[j], &place[v], &c);
            look_up(erf_term[j + 1], &place[v], &d);
            even[v] = c + even[v] * t2[v];
            odd[v] = d + odd[v] * t2[v];
        }
    for (size_t v = 0; v < count; v++) {
        const lanes g = even[v] + odd[v] * t[v];
        out[v] = LANES_SIGNED(g, x[v]);
    }
}

/* g'(x) = sqrt(2/pi) exp(-x^2/2), where x^2/2 = -n log(2)/16 - r; NaN passes. */
ALN_KERNEL_BODY void find_slopes(size_t count, const lanes *x, lanes *out)
{
    const lanes most = LANES_ALL(707.0);
    for (size_t v = 0; v < count; v++) {
        const lanes y = x[v] * x[v] * 0.5, within = LANES_MIN(most, y),
                    shifted = within * -ALN_EXP_INVERSE + TO_INTEGER, n = shifted - TO_INTEGER,
                    r = (-within - n * ALN_EXP_HIGH) - n * ALN_EXP_LOW, r2 = r * r;
        const lanes_mask place = (lanes_mask)shifted, /* n = 16 k + i: k into the exponent */
            exponent = ((place << (52 - 4)) & INT64_MIN >> 11) + (INT64_C(0x3ff) << 52);
        lanes power;
        look_up(exp_power, &place, &power);
        const lanes high = (exp_term[4] + exp_term[5] * r) + exp_term[6] * r2,
                    tail = (exp_term[2] + exp_term[3] * r) + r2 * high,
                    series = exp_term[0] + (exp_term[1] * r + tail * r2);
        out[v] = series * (power * (lanes)exponent * SQRT_2_PI);
    }
}

/* Whole vectors, `count` at a time while there are so many.  Returned: how many numbers are done */
ALN_KERNEL_BODY size_t in_groups(void (*find)(size_t, const lanes *, lanes *), size_t count,
                                 size_t n, size_t done, const double *x, double *out)
{
    lanes v[MOST];
    const size_t group = count * LANES;
    for (; done + group <= n; done += group) {
        memcpy(v, x + done, group * sizeof *x);
        find(count, v, v);
        memcpy(out + done, v, group * sizeof *x);
    }
    return done;
}

/* Less than a vector. */
ALN_KERNEL_BODY void in_part(void (*find)(size_t, const lanes *, lanes *), size_t n,
                             const double *x, double *out)
{
#if defined ALN_LANES_AVX512
    const __mmask8 which = (__mmask8)((1u << n) - 1);
    lanes v = (lanes)_mm512_maskz_loadu_pd(which, x);
    find(1, &v, &v);
    _mm512_mask_storeu_pd(out, which, (__m512d)v);
#else
    lanes v = {0};
    memcpy(&v, x, n * sizeof *x);
    find(1, &v, &v);
    memcpy(out, &v, n * sizeof *x);
#endif
}

ALN_KERNEL_BODY void in_vectors(void (*find)(size_t, const lanes *, lanes *), size_t n,
                                const double *x, double *out)
{
    size_t done = in_groups(find, MOST, n, 0, x, out);
    done = in_groups(find, MOST / 2, n, done, x, out);
    done = in_groups(find, 1, n, done, x, out);
    if (done < n)
        in_part(find, n - done, x + done, out + done);
}

void ALN_LANES_NAME(aln_erf_value)(size_t n, const double *x, double *out)
{
    in_vectors(find_values, n, x, out);
}

void ALN_LANES_NAME(aln_erf_slope)(size_t n, const double *x, double *out)
{
    in_vectors(find_slopes, n, x, out);
}

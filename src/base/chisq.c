#include "base/chisq.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/isa.h"
#include "base/normal.h"

enum { BLOCK = ALN_CHISQ_BLOCK };

void aln_chisq_init(struct aln_chisq_stream *s, uint64_t seed, const char *name, uint64_t repeat,
                    double degrees)
{
    assert(degrees >= 0);
    aln_stream_init(&s->stream, seed, name, repeat);
    s->degrees = degrees;
    s->used = s->count = 0;
}

/* Whether the candidate of x, of which u is not small enough to tell at once, is taken: log(1 - u) < h(x). */
static bool takes(double a, double x, double t, double u)
{
    const double v = t * t * t;
    return t > 0 && -aln_minus_log(1 - u) < x * x / 2 + a * (1 - v - aln_minus_log(v));
}

/* Returned: value [BLOCK]; doubt [BLOCK], > 0 where it is not sure that the candidate is taken
 *           the largest doubt */
ALN_KERNEL_BODY double find_candidates(double a, const double *x, const double *u, double *value,
                                       double *doubt)
{
    const double slope = 1 / sqrt(9 * a), bound = 1 / (108 * a), scale = 2 * a;
    double most[8] = {0};
    for (size_t i = 0; i < BLOCK; i++) {
        const double y = slope * x[i], t = 1 + y, x2 = x[i] * x[i];
        value[i] = scale * (t * t * t);
        doubt[i] = bound * (x2 * x2) - u[i] * (1 - fabs(y));
    }
    for (size_t i = 0; i < BLOCK; i++)
        most[i % 8] = doubt[i] > most[i % 8] ? doubt[i] : most[i % 8];
    for (size_t i = 1; i < 8; i++)
        most[0] = most[i] > most[0] ? most[i] : most[0];
    return most[0];
}

#define VARIANT(TARGET, isa)                                                                       \
    TARGET static double find_##isa(double a, const double *x, const double *u, double *value,     \
                                    double *doubt)                                                 \
    {                                                                                              \
        return find_candidates(a, x, u, value, doubt);                                             \
    }
VARIANT(, plain)
#if ALN_ISA_X86
VARIANT(ALN_TARGET_AVX2, avx2)
VARIANT(ALN_TARGET_AVX512, avx512)
#endif

static void draw_candidates(struct aln_chisq_stream *s)
{
    static double (*const variant[ALN_ISA_COUNT])(double, const double *, const double *, double *,
                                                  double *) = {
        find_plain,
#if ALN_ISA_X86
        find_avx2,
        find_avx512,
#endif
    };
    const double a = s->degrees / 2 - 1.0 / 3, slope = 1 / sqrt(9 * a);
    double x[BLOCK], u[BLOCK], value[BLOCK], doubt[BLOCK];
    aln_stream_normals(&s->stream, BLOCK, x);
    aln_stream_uniforms(&s->stream, BLOCK, u);
    if (!(variant[s->stream.isa](a, x, u, s->value, doubt) > 0)) {
        s->count = BLOCK;
        return;
    }
    memcpy(value, s->value, sizeof value);
    for (size_t i = 0; i < BLOCK; i++)
        if (doubt[i] < 0 || takes(a, x[i], 1 + slope * x[i], u[i]))
            s->value[s->count++] = value[i];
}

static void refill(struct aln_chisq_stream *s)
{
    s->used = s->count = 0;
    while (s->count == 0 && s->degrees >= 2)
        draw_candidates(s);
    if (s->count > 0)
        return;
    s->count = BLOCK;
    memset(s->value, 0, sizeof s->value);
    if (s->degrees > 0)
        aln_stream_normals(&s->stream, BLOCK, s->value);
    for (size_t i = 0; i < BLOCK; i++)
        s->value[i] *= s->value[i];
}

void aln_chisq_numbers(struct aln_chisq_stream *s, size_t n, double *x)
{
    while (n > 0) {
        if (s->used == s->count)
            refill(s);
        const size_t left = s->count - s->used, now = n < left ? n : left;
        memcpy(x, s->value + s->used, now * sizeof *x);
        s->used += now;
        x += now;
        n -= now;
    }
}

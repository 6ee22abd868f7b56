#include "base/chisq.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

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

static void draw_candidates(struct aln_chisq_stream *s)
{
    const double a = s->degrees / 2 - 1.0 / 3, slope = 1 / sqrt(9 * a), bound = 1 / (108 * a);
    double x[BLOCK], u[BLOCK], value[BLOCK];
    bool sure[BLOCK];
    aln_stream_normals(&s->stream, BLOCK, x);
    for (size_t i = 0; i < BLOCK; i++)
        u[i] = aln_stream_uniform(&s->stream);
    for (size_t i = 0; i < BLOCK; i++) {
        const double y = slope * x[i], t = 1 + y, x2 = x[i] * x[i];
        value[i] = 2 * a * (t * t * t);
        sure[i] = u[i] * (1 - fabs(y)) > bound * (x2 * x2);
    }
    for (size_t i = 0; i < BLOCK; i++)
        if (sure[i] || takes(a, x[i], 1 + slope * x[i], u[i]))
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

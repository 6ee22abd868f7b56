/* Vectorised activations and losses against their plain definitions. */
#include "../check_main.h"

#include <float.h>
#include <inttypes.h>

#define ALN_REAL_SINGLE
#include "deep/real.h"
#include "nets.h"

static const struct aln_deep_activation *activation(size_t i)
{
    return aln_deep_activation_row(i);
}

static const struct aln_activation_pass *pass(size_t i, enum aln_isa isa)
{
    const struct aln_activation_callbacks *c = activation(i)->callbacks[ALN_SINGLE];
    return c->pass[isa].apply == NULL ? NULL : &c->pass[isa];
}

enum { PIECE = 4096 };

/* A block of floats from 1e-30 to 1e4, every 997th of them, of either sign. */
static size_t floats(uint32_t *bits, float *x)
{
    size_t n = 0;
    const uint32_t last = 0x461c4000; /* 1e4f */
    for (; n + 2 <= PIECE && *bits < last; *bits += 997) {
        memcpy(&x[n], bits, sizeof x[n]);
        x[n + 1] = -x[n];
        n += 2;
    }
    return n;
}

/* Relative error of g, and error of g' (at most 1), in units of 2^-24: the rounding of about ten
 * operations, and twice as much in tanh' = 1 - h^2. */
START_TEST(test_values)
{
    static float a[PIECE], h[PIECE], d[PIECE];
    for (size_t i = 0; i < aln_deep_activations.count; i++) {
        const struct aln_activation_pass *p = pass(i, aln_isa_best());
        const struct aln_deep_activation *plain = activation(i);
        uint32_t bits = 0x0da24260; /* 1e-30f */
        double worst = 0, slope = 0;
        size_t n, seen = 0;
        while (p != NULL && (n = floats(&bits, a)) > 0) {
            p->apply(n, a, h);
            for (size_t k = 0; k < n; k++)
                d[k] = 1;
            p->slope(n, a, h, d);
            for (size_t k = 0; k < n; k++) {
                double want = plain->g(a[k]);
                /* sigmoid's tail ends at exp(-88) = 6e-39 */
                double scale = fmax(fabs(want), 1e-31);
                worst = fmax(worst, fabs(h[k] - want) / scale / (FLT_EPSILON / 2));
                slope = fmax(slope, fabs(d[k] - plain->dg(a[k])) / (FLT_EPSILON / 2));
            }
            seen += n;
        }
        ck_assert(p == NULL || seen > 1000000);
        ck_assert_msg(worst < 8, "%s: %g", plain->id.name, worst);
        ck_assert_msg(slope < 12, "%s': %g", plain->id.name, slope);
    }
}
END_TEST

/* All instruction sets give the same bits, at every length. */
START_TEST(test_sets)
{
    static float a[100], h[100], d[100], h2[100], d2[100];
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "activate", 0);
    for (size_t i = 0; i < aln_deep_activations.count; i++)
        for (size_t n = 0; n <= 100 && pass(i, ALN_ISA_PLAIN) != NULL; n++) {
            for (size_t k = 0; k < n; k++) {
                double z;
                aln_stream_normals(&stream, 1, &z);
                a[k] = (float)(4 * z);
            }
            for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
                float *out = isa == ALN_ISA_PLAIN ? h : h2, *slope = isa == ALN_ISA_PLAIN ? d : d2;
                pass(i, isa)->apply(n, a, out);
                for (size_t k = 0; k < n; k++)
                    slope[k] = (float)k - 30;
                pass(i, isa)->slope(n, a, out, slope);
                if (isa == ALN_ISA_PLAIN)
                    continue;
                ck_assert_mem_eq(h, h2, sizeof h);
                ck_assert_mem_eq(d, d2, sizeof d);
            }
        }
}
END_TEST

/* NaN propagates; infinity does not wrap to an ordinary number. */
START_TEST(test_ends)
{
    const float a[4] = {NAN, INFINITY, -INFINITY, 0};
    float h[4];
    for (size_t i = 0; i < aln_deep_activations.count; i++)
        for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
            const struct aln_deep_activation *plain = activation(i);
            if (pass(i, isa) == NULL)
                continue;
            pass(i, isa)->apply(4, a, h);
            ck_assert_msg(isnan(h[0]), "%s(nan) = %g", plain->id.name, (double)h[0]);
            for (int k = 1; k < 4; k++) {
                double want = plain->g(a[k]);
                bool near = fabs(h[k] - want) < FLT_EPSILON && fabsf(h[k]) <= 1;
                ck_assert_msg(h[k] == want || near, "%s(%g) = %.9g", plain->id.name, (double)a[k],
                              (double)h[k]);
            }
        }
}
END_TEST

/* The derivatives of the plain definitions, by central differences in double. */
START_TEST(test_definitions)
{
    for (size_t i = 0; i < aln_deep_activations.count; i++) {
        const struct aln_deep_activation *f = activation(i);
        bool identity = true;
        for (double x = -5.05; x < 5; x += 0.1) {
            double difference = (f->g(x + 1e-6) - f->g(x - 1e-6)) / 2e-6;
            ck_assert_double_eq_tol(f->dg(x), difference, 1e-9);
            identity = identity && f->g(x) == x;
        }
        ck_assert_msg(f->linear == identity, "%s: linear is %d", f->id.name, f->linear);
        ck_assert_msg(f->linear == (pass(i, ALN_ISA_PLAIN) == NULL), "%s: passes", f->id.name);
    }
}
END_TEST

/* Error and sum of every loss in float against the plain definitions, and the error against
 * differences. */
START_TEST(test_errors)
{
    enum { B = 20, N = 7 };
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "errors", 0);
    for (size_t k = 0; k < aln_losses.count; k++) {
        const struct aln_loss *loss = aln_loss_row(k);
        const struct aln_loss_callbacks *c = loss->callbacks[ALN_SINGLE];
        float yhat[B * N], y[B * N], e[B * N];
        double total = 0;
        for (size_t i = 0; i < B * N; i++) {
            double z;
            aln_stream_normals(&stream, 1, &z);
            yhat[i] = (float)(z * (i < N ? 50 : 3));
            y[i] = (float)aln_stream_uniform(&stream);
        }
        c->error(B, N, yhat, y, e);
        for (size_t b = 0; b < B; b++) {
            double p[N], q[N], want[N];
            for (size_t i = 0; i < N; i++) {
                p[i] = yhat[b * N + i];
                q[i] = y[b * N + i];
            }
            total += loss->value(N, p, q, want);
            for (size_t i = 0; i < N; i++) {
                ck_assert_double_eq_tol(e[b * N + i], want[i], 1e-6 * fmax(1, fabs(want[i])));
                double here = p[i];
                p[i] = here + 1e-6;
                double above = loss->value(N, p, q, NULL);
                p[i] = here - 1e-6;
                double below = loss->value(N, p, q, NULL);
                p[i] = here;
                ck_assert_double_eq_tol((above - below) / 2e-6, want[i], 1e-6);
            }
        }
        ck_assert_double_eq_tol(c->sum(B, N, yhat, y, e), total, 1e-6 * total);
    }
}
END_TEST

CHECK_MAIN("deep/activate", test_values, test_sets, test_ends, test_definitions, test_errors)

/* Streams: the generator word for word, the normal numbers' law, the view for GSL. Statistical
 * limits are 4.5 standard errors (error probability 7e-6 each, some 60 in all) or p-values above
 * 1e-5, at fixed seeds. */
#include "alignode/random.h"

#include <Random123/threefry.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "../check_main.h"
#include "base/normal.h"
#include "base/threefry.h"

static const double limit = 4.5, least_p = 1e-5;

/* ---- the generator ---- */

START_TEST(test_known_answers)
{
    /* threefry4x64, 20 rounds, from Random123's kat_vectors: counter, key, answer */
    static const uint64_t vectors[3][3][4] = {
        {{0, 0, 0, 0},
         {0, 0, 0, 0},
         {0x09218ebde6c85537, 0x55941f5266d86105, 0x4bd25e16282434dc, 0xee29ec846bd2e40b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {0x29c24097942bba1b, 0x0371bbfb0f6f4e11, 0x3c231ffa33f83a1c, 0xcd29113fde32d168}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c, 0xbe5466cf34e90c6c, 0xc0ac29b7c97c50dd},
         {0xa7e8fde591651bd9, 0xbaafd0c30138319b, 0x84a5c1a729e685b9, 0x901d406ccebc1ba4}},
    };
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
        for (int i = 0; i < 3; i++) {
            uint64_t out[ALN_THREEFRY_BATCH];
            aln_threefry_words(isa, vectors[i][1], vectors[i][0], 1, out);
            for (int w = 0; w < 4; w++)
                ck_assert_uint_eq(out[4 * w], vectors[i][2][w]);
        }
    }
}
END_TEST

START_TEST(test_random123)
{
    const uint64_t key[4] = {1, 0x8000000000000001, 3, 0xfedcba9876543210};
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
        /* the second counter wraps around inside the batches */
        const uint64_t counters[2][4] = {{0, 0, 0, 0}, {UINT64_MAX - 5, 7, 8, 9}};
        for (int i = 0; i < 2; i++) {
            uint64_t out[3 * ALN_THREEFRY_BATCH];
            aln_threefry_words(isa, key, counters[i], 3, out);
            for (size_t b = 0; b < 24; b++) {
                threefry4x64_ctr_t c = {
                    {counters[i][0] + b, counters[i][1], counters[i][2], counters[i][3]}};
                threefry4x64_key_t k = {{key[0], key[1], key[2], key[3]}};
                threefry4x64_ctr_t r = threefry4x64(c, k);
                for (size_t w = 0; w < 4; w++)
                    ck_assert_uint_eq(out[b / 4 * 16 + 4 * w + b % 4], r.v[w]);
            }
        }
    }
}
END_TEST

START_TEST(test_stream_words)
{
    struct aln_stream s;
    aln_stream_init(&s, 42, "student read-out", 5); /* 16 bytes, the longest name */
    threefry4x64_key_t k = {{42, 0, 0, 5}};
    memcpy(&k.v[1], "student ", 8); /* little-endian, as this test's machines are */
    memcpy(&k.v[2], "read-out", 8);
    for (uint64_t i = 0; i < 3 * ALN_STREAM_WORDS; i++) {
        threefry4x64_ctr_t c = {{i / 16 * 4 + i % 4, 0, 0, 0}};
        ck_assert_uint_eq(aln_stream_bits(&s), threefry4x64(c, k).v[i / 4 % 4]);
    }
}
END_TEST

START_TEST(test_uniform_bounds)
{
    struct aln_stream s;
    aln_stream_init(&s, 1, "u", 0);
    aln_stream_bits(&s);
    s.word[s.used] = 0;
    s.word[s.used + 1] = UINT64_MAX;
    ck_assert_double_eq(aln_stream_uniform(&s), 0x1p-53);
    ck_assert_double_eq(aln_stream_uniform(&s), 1 - 0x1p-53);
    double sum = 0, sum2 = 0;
    enum { COUNT = 1000000 };
    for (int i = 0; i < COUNT; i++) {
        double u = aln_stream_uniform(&s);
        ck_assert(u > 0 && u < 1);
        sum += u - 0.5;
        sum2 += (u - 0.5) * (u - 0.5);
    }
    ck_assert_double_le(fabs(sum / COUNT), limit * sqrt(1.0 / 12 / COUNT));
    ck_assert_double_le(fabs(sum2 / COUNT - 1.0 / 12), limit * sqrt(1.0 / 180 / COUNT));
}
END_TEST

/* ---- normal numbers ---- */

START_TEST(test_uniforms_equal)
{
    enum { COUNT = 3000 };
    static double x[COUNT];
    struct aln_stream s, twin;
    aln_stream_init(&s, 2, "u", 0);
    aln_stream_init(&twin, 2, "u", 0);
    for (size_t done = 0, n = 0; done < COUNT; done += n, n = 2 * n + 1) {
        n = n < COUNT - done ? n : COUNT - done;
        aln_stream_uniforms(&s, n, x + done);
    }
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(x[i] == aln_stream_uniform(&twin));
    ck_assert(aln_stream_bits(&s) == aln_stream_bits(&twin));
}
END_TEST

START_TEST(test_layers)
{
    const double *width = aln_normal_layers()->width, *height = aln_normal_layers()->height;
    double tail = sqrt(M_PI / 2) * erfc(width[1] / sqrt(2)), area = width[1] * height[1] + tail;
    ck_assert_double_eq_tol(width[0] * height[1], area, 1e-17);
    ck_assert_double_eq(width[ALN_LAYERS], 0);
    ck_assert_double_eq(height[ALN_LAYERS], 1);
    for (size_t i = 1; i < ALN_LAYERS; i++) {
        /* 1023 sums of heights, each rounded; the last area closes the ziggurat */
        ck_assert_double_eq_tol(width[i] * (height[i + 1] - height[i]), area, 1e-11 * area);
        ck_assert_double_eq_tol(height[i], exp(-width[i] * width[i] / 2), 4e-16);
    }
}
END_TEST

/* Every number starts from a word that we set: rectangle 0, beyond the edge. */
START_TEST(test_tail_law)
{
    enum { BINS = 100, COUNT = 200000 };
    const double edge = aln_normal_layers()->width[1];
    uint64_t hits[BINS] = {0};
    struct aln_stream s;
    aln_stream_init(&s, 10, "tail", 0);
    for (int i = 0; i < COUNT; i++) {
        double x;
        aln_stream_bits(&s);
        if (s.used == ALN_STREAM_WORDS)
            aln_stream_bits(&s);
        s.word[s.used] = i % 2 == 0 ? 0x7ffff00000000000u << 1 : 0; /* place near 1, or -1 */
        aln_stream_normals(&s, 1, &x);
        ck_assert((i % 2 == 0 ? x : -x) > edge);
        hits[(int)(BINS * gsl_cdf_ugaussian_Q(fabs(x)) / gsl_cdf_ugaussian_Q(edge))]++;
    }
    double chi2 = 0, expected = (double)COUNT / BINS;
    for (int i = 0; i < BINS; i++)
        chi2 += pow((double)hits[i] - expected, 2) / expected;
    ck_assert_double_gt(gsl_cdf_chisq_Q(chi2, BINS - 1), least_p);
    ck_assert_double_lt(gsl_cdf_chisq_Q(chi2, BINS - 1), 1 - least_p);
}
END_TEST

/* One number as the header says, with exp() for what is under the density; the tail is the stream's own. */
static double plain_normal(struct aln_stream *s, size_t *wedges)
{
    const struct aln_layers *layers = aln_normal_layers();
    for (;;) {
        struct aln_stream before = *s;
        const uint64_t word = aln_stream_bits(s);
        const size_t i = word % ALN_LAYERS;
        const double place = 0x1p-51 * (double)(word >> 12 | 1) - 1, x = place * layers->width[i];
        if (fabs(x) < layers->width[i + 1])
            return x;
        if (i == 0) {
            double tail;
            *s = before;
            aln_stream_normals(s, 1, &tail);
            return tail;
        }
        const double low = layers->height[i], high = layers->height[i + 1];
        ++*wedges;
        if (low + aln_stream_uniform(s) * (high - low) < exp(-x * x / 2))
            return x;
    }
}

START_TEST(test_wedges)
{
    enum { COUNT = 2000000 };
    struct aln_stream s, twin;
    size_t wedges = 0;
    aln_stream_init(&s, 4, "wedges", 0);
    aln_stream_init(&twin, 4, "wedges", 0);
    for (int i = 0; i < COUNT; i++) {
        double x;
        aln_stream_normals(&s, 1, &x);
        ck_assert_double_eq(x, plain_normal(&twin, &wedges));
    }
    ck_assert_uint_gt(wedges, COUNT / 500);
    ck_assert_uint_eq(aln_stream_bits(&s), aln_stream_bits(&twin));
}
END_TEST

START_TEST(test_normals_equal)
{
    enum { COUNT = 200000 };
    static double whole[COUNT], other[COUNT];
    struct aln_stream s;
    aln_stream_init(&s, 3, "normals", 1);
    aln_stream_normals(&s, COUNT, whole);
    uint64_t next = aln_stream_bits(&s);
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
        /* any instruction set, any way of cutting the sequence into calls */
        for (size_t piece = 1; piece < COUNT; piece = piece * 7 + 1) {
            aln_stream_init(&s, 3, "normals", 1);
            s.isa = isa;
            for (size_t i = 0; i < COUNT; i += piece)
                aln_stream_normals(&s, piece < COUNT - i ? piece : COUNT - i, other + i);
            ck_assert_mem_eq(whole, other, sizeof whole);
            ck_assert_uint_eq(aln_stream_bits(&s), next);
        }
    }
}
END_TEST

START_TEST(test_normal_moments)
{
    enum { COUNT = 1000, ROUNDS = 10000 };
    static double x[COUNT];
    double sum[9] = {0};
    struct aln_stream s;
    aln_stream_init(&s, 4, "normals", 0);
    for (int r = 0; r < ROUNDS; r++) {
        aln_stream_normals(&s, COUNT, x);
        for (int i = 0; i < COUNT; i++) {
            double power = 1;
            for (int k = 1; k <= 8; k++)
                sum[k] += power *= x[i];
        }
    }
    double n = (double)COUNT * ROUNDS, moment[17] = {1};
    for (int k = 2; k <= 16; k += 2)
        moment[k] = moment[k - 2] * (k - 1);
    for (int k = 1; k <= 8; k++) {
        double error = sqrt((moment[2 * k] - moment[k] * moment[k]) / n);
        ck_assert_double_le(fabs(sum[k] / n - moment[k]), limit * error);
    }
}
END_TEST

START_TEST(test_normal_bins)
{
    /* 1000 bins of 0.01 and the two tails beyond 5: 2e7 numbers see a bin's error of 1 %. */
    enum { BINS = 1000, COUNT = 1000, ROUNDS = 20000 };
    static double x[COUNT];
    static uint64_t hits[BINS + 2];
    struct aln_stream s;
    aln_stream_init(&s, 5, "normals", 0);
    for (int r = 0; r < ROUNDS; r++) {
        aln_stream_normals(&s, COUNT, x);
        for (int i = 0; i < COUNT; i++) {
            double bin = floor(x[i] * 100) + BINS / 2;
            hits[bin < 0 ? BINS : bin >= BINS ? BINS + 1 : (size_t)bin]++;
        }
    }
    double n = (double)COUNT * ROUNDS, chi2 = 0;
    for (int i = 0; i < BINS; i++) {
        double a = (i - BINS / 2) / 100.0, b = (i + 1 - BINS / 2) / 100.0;
        double expected = a >= 0 ? gsl_cdf_ugaussian_Q(a) - gsl_cdf_ugaussian_Q(b)
                                 : gsl_cdf_ugaussian_P(b) - gsl_cdf_ugaussian_P(a);
        chi2 += pow((double)hits[i] - n * expected, 2) / (n * expected);
    }
    for (int i = BINS; i < BINS + 2; i++)
        chi2 += pow((double)hits[i] - n * gsl_cdf_ugaussian_Q(5), 2) / (n * gsl_cdf_ugaussian_Q(5));
    double p = gsl_cdf_chisq_Q(chi2, BINS + 1);
    ck_assert_double_gt(p, least_p);
    ck_assert_double_lt(p, 1 - least_p);
}
END_TEST

START_TEST(test_normal_tails)
{
    /* around the ziggurat's edge at 4.0388, where tail and base rectangle meet */
    static const double edge[] = {3.65, 3.9, 4.0, 4.0388, 4.1, 4.3, 4.6, 5.0};
    enum { EDGES = sizeof edge / sizeof edge[0], COUNT = 1000, ROUNDS = 20000 };
    static double x[COUNT];
    uint64_t above[EDGES] = {0}, below[EDGES] = {0};
    struct aln_stream s;
    aln_stream_init(&s, 6, "normals", 0);
    for (int r = 0; r < ROUNDS; r++) {
        aln_stream_normals(&s, COUNT, x);
        for (int i = 0; i < COUNT; i++) {
            for (int j = 0; j < EDGES && fabs(x[i]) > edge[j]; j++)
                x[i] > 0 ? above[j]++ : below[j]++;
        }
    }
    for (int j = 0; j < EDGES; j++) {
        double expected = (double)COUNT * ROUNDS * gsl_cdf_ugaussian_Q(edge[j]);
        ck_assert_double_le(fabs((double)above[j] - expected), limit * sqrt(expected));
        ck_assert_double_le(fabs((double)below[j] - expected), limit * sqrt(expected));
    }
}
END_TEST

/* p-value of independence and equal cells in a 16 x 16 table of (x, y), both standard normal. */
static double pair_p(size_t n, const double *x, size_t stride, const double *y)
{
    enum { SIDE = 16 };
    static uint64_t hits[SIDE][SIDE];
    memset(hits, 0, sizeof hits);
    for (size_t i = 0; i < n; i++) {
        size_t a = (size_t)(SIDE * gsl_cdf_ugaussian_P(x[i * stride]));
        size_t b = (size_t)(SIDE * gsl_cdf_ugaussian_P(y[i * stride]));
        hits[a < SIDE ? a : SIDE - 1][b < SIDE ? b : SIDE - 1]++;
    }
    double chi2 = 0, expected = (double)n / (SIDE * SIDE);
    for (int a = 0; a < SIDE; a++)
        for (int b = 0; b < SIDE; b++)
            chi2 += pow((double)hits[a][b] - expected, 2) / expected;
    return gsl_cdf_chisq_Q(chi2, SIDE * SIDE - 1);
}

START_TEST(test_pairs)
{
    enum { COUNT = 1000000 };
    static double x[COUNT + 16], y[COUNT];
    struct aln_stream s;
    aln_stream_init(&s, 7, "normals", 0);
    aln_stream_normals(&s, COUNT + 16, x);
    /* consecutive numbers, and numbers from neighbouring lanes and blocks */
    static const size_t lag[] = {1, 4, 16};
    for (int i = 0; i < 3; i++) {
        double p = pair_p(COUNT / 2, x, 2, x + lag[i]);
        ck_assert_double_gt(p, least_p);
        ck_assert_double_lt(p, 1 - least_p);
    }
    /* streams that differ in seed, name or repeat alone */
    static const struct {
        uint64_t seed;
        const char *name;
        uint64_t repeat;
    } other[] = {
        {8, "normals", 0}, {7, "normalt", 0}, {7, "normals", 1}, {7, "normals read-out", 0}};
    for (int i = 0; i < 4; i++) {
        aln_stream_init(&s, other[i].seed, other[i].name, other[i].repeat);
        aln_stream_normals(&s, COUNT, y);
        double p = pair_p(COUNT / 2, x, 1, y);
        ck_assert_double_gt(p, least_p);
        ck_assert_double_lt(p, 1 - least_p);
    }
}
END_TEST

/* ---- distributions ---- */

/* Every row has mean 0 and, once scaled, variance 1, to 5 standard errors (from the observed
 * kurtosis); and no number depends on how they are split into calls. */
START_TEST(test_distributions)
{
    enum { COUNT = 100000 };
    static double x[COUNT], pieces[COUNT];
    for (size_t d = 0; d < aln_distributions.count; d++) {
        const struct aln_distribution_row *row = aln_distribution_row((enum aln_distribution)d);
        struct aln_stream s;
        double mean = 0, square = 0, fourth = 0;
        ck_assert_ptr_eq(&row->id, aln_names_row(&aln_distributions, d));
        aln_stream_init(&s, 20 + d, "distributions", 0);
        row->draw(&s, COUNT, x);
        for (size_t i = 0; i < COUNT; i++) {
            double y = row->to_unit * x[i];
            mean += y / COUNT;
            square += y * y / COUNT;
            fourth += y * y * y * y / COUNT;
        }
        ck_assert_msg(fabs(mean) < 5 / sqrt(COUNT), "%s: mean %g", row->id.name, mean);
        ck_assert_msg(fabs(square - 1) < 5 * sqrt((fourth - square * square) / COUNT) + 1e-12,
                      "%s: variance %g", row->id.name, square);
        aln_stream_init(&s, 20 + d, "distributions", 0);
        for (size_t i = 0, n = 1; i < COUNT; i += n, n = n % 17 + 1) {
            n = n < COUNT - i ? n : COUNT - i;
            row->draw(&s, n, pieces + i);
        }
        ck_assert_mem_eq(x, pieces, sizeof x);
    }
}
END_TEST

/* ---- through GSL ---- */

START_TEST(test_chisq)
{
    static const double dof[] = {1, 2, 7, 1000, 1e9};
    enum { COUNT = 200000 };
    struct aln_stream s;
    aln_stream_init(&s, 8, "chisq", 0);
    uint64_t first = aln_stream_bits(&s);
    aln_stream_init(&s, 8, "chisq", 0);
    ck_assert_double_eq(aln_stream_chisq(&s, 0), 0);
    ck_assert_uint_eq(aln_stream_bits(&s), first); /* none used */
    for (size_t j = 0; j < sizeof dof / sizeof dof[0]; j++) {
        double k = dof[j], sum = 0, sum2 = 0;
        for (int i = 0; i < COUNT; i++) {
            double x = aln_stream_chisq(&s, k) - k;
            ck_assert(isfinite(x) && x >= -k);
            sum += x;
            sum2 += x * x;
        }
        /* central moments: 2 k, and 12 k (k + 4) */
        double error = sqrt((12 * k * (k + 4) - 4 * k * k) / COUNT);
        ck_assert_double_le(fabs(sum / COUNT), limit * sqrt(2 * k / COUNT));
        ck_assert_double_le(fabs(sum2 / COUNT - 2 * k), limit * error);
    }
}
END_TEST

START_TEST(test_gsl)
{
    struct aln_stream s, twin;
    aln_stream_init(&s, 9, "gsl", 0);
    aln_stream_init(&twin, 9, "gsl", 0);
    gsl_rng *r = aln_stream_gsl(&s);
    ck_assert_uint_eq(gsl_rng_max(r), 0xffffffffu);
    ck_assert_uint_eq(gsl_rng_min(r), 0);
    for (int i = 0; i < 1000; i++) {
        uint64_t word = aln_stream_bits(&twin);
        ck_assert_uint_eq(gsl_rng_get(r), word & 0xffffffff);
        ck_assert_uint_eq(gsl_rng_get(r), word >> 32);
        ck_assert_double_eq(gsl_rng_uniform(r), (double)(aln_stream_bits(&twin) >> 11) * 0x1p-53);
    }
    s.word[s.used] = UINT64_MAX;
    ck_assert_double_lt(gsl_rng_uniform(r), 1);
    gsl_rng_get(r); /* leaves half a word, which reseeding drops */
    gsl_rng_set(r, 10);
    aln_stream_init(&twin, 10, "gsl", 0);
    ck_assert_uint_eq(gsl_rng_get(r), aln_stream_bits(&twin) & 0xffffffff);
}
END_TEST

CHECK_MAIN("base/random", test_known_answers, test_random123, test_stream_words,
           test_uniform_bounds, test_uniforms_equal, test_wedges, test_normals_equal,
           test_normal_moments, test_normal_bins, test_normal_tails, test_layers, test_tail_law,
           test_pairs, test_distributions, test_chisq, test_gsl)

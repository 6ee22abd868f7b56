/* Normal numbers in single precision: the same bits everywhere, and their law. Statistical limits are 4.5
 * standard errors (error probability 7e-6 each, some 60 in all) or p-values above 1e-5, at fixed seeds. */
#include "base/normal_single.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/random.h"

static const double limit = 4.5, least_p = 1e-5;

/* The transform as the header says, with the functions of libm in double precision. */
static void libm_pair(uint32_t radius, uint32_t angle, double *x, double *y)
{
    const float u = ((float)(radius & INT32_MAX) + 0.5F) * 0x1p-31F; /* its rounding is the law's */
    const double r = sqrt(-2 * log((double)u)),
                 a = (double)(int32_t)((angle & ~7u) | 4) * 0x1p-31 * M_PI / 4;
    const double c = (angle & 2 ? -1 : 1) * r * cos(a), s = r * sin(a);
    *x = angle & 1 ? s : c;
    *y = angle & 1 ? c : s;
}

static uint64_t rotated(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

/* xoshiro256++ as published; the state is column j. */
static uint64_t next_word(uint64_t s[4][ALN_SINGLE_GENERATORS], int j)
{
    const uint64_t word = rotated(s[0][j] + s[3][j], 23) + s[0][j], shifted = s[1][j] << 17;
    s[2][j] ^= s[0][j];
    s[3][j] ^= s[1][j];
    s[1][j] ^= s[2][j];
    s[0][j] ^= s[3][j];
    s[2][j] ^= shifted;
    s[3][j] = rotated(s[3][j], 45);
    return word;
}

/* A batch of a state, which moves on. */
static void compare_with_libm(uint64_t state[4][ALN_SINGLE_GENERATORS])
{
    uint64_t own[4][ALN_SINGLE_GENERATORS], word[2 * ALN_SINGLE_GENERATORS];
    float x[ALN_SINGLE_NORMALS];
    memcpy(own, state, sizeof own);
    aln_normals_single_plain(state, ALN_SINGLE_NORMALS, x);
    for (int w = 0; w < 2 * ALN_SINGLE_GENERATORS; w++)
        word[w] = next_word(own, w % ALN_SINGLE_GENERATORS);
    ck_assert_mem_eq(own, state, sizeof own);
    for (int j = 0; j < 16; j++) {
        const int shift = 32 * (j % 2);
        double a, b;
        libm_pair((uint32_t)(word[j / 2] >> shift), (uint32_t)(word[8 + j / 2] >> shift), &a, &b);
        ck_assert_double_eq_tol((double)x[j], a, 1e-6); /* |x| < 8 has a last digit of 5e-7 */
        ck_assert_double_eq_tol((double)x[16 + j], b, 1e-6);
    }
}

/* The state whose next two words are these. */
static void set_words(uint64_t state[4][ALN_SINGLE_GENERATORS], int j, uint64_t first,
                      uint64_t second)
{
    state[0][j] = rotated(second, 60); /* which makes the next state[0] zero, given state[1] */
    state[3][j] = rotated(first - state[0][j], 41) - state[0][j];
    state[1][j] = state[0][j] ^ state[3][j];
    state[2][j] = 0;
}

START_TEST(test_transform)
{
    struct aln_single_stream s;
    aln_single_init(&s, 1, "transform", 0);
    for (int i = 0; i < 20000; i++)
        compare_with_libm(s.state);
    /* the ends of both halves */
    static const uint64_t end[] = {0,          1,          2,          3,          0x7fffffff,
                                   0x80000000, 0xffffffff, 0x7ffffff8, 0xfffffff8, 0x5a827999};
    for (size_t i = 0; i < 10; i++)
        for (size_t j = 0; j < 10; j++) {
            uint64_t check[4][ALN_SINGLE_GENERATORS];
            const uint64_t first = end[i] << 32 | end[j], second = end[j] << 32 | end[i];
            for (int g = 0; g < ALN_SINGLE_GENERATORS; g++)
                set_words(s.state, g, first, second);
            memcpy(check, s.state, sizeof check);
            ck_assert(next_word(check, 3) == first && next_word(check, 3) == second);
            compare_with_libm(s.state);
        }
}
END_TEST

START_TEST(test_equal)
{
    enum { COUNT = 100000 };
    static float whole[COUNT], other[COUNT];
    struct aln_single_stream s;
    aln_single_init(&s, 3, "single", 1);
    aln_single_normals(&s, COUNT, whole);
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++)
        for (size_t piece = ALN_SINGLE_NORMALS; piece < COUNT; piece *= 7) { /* whole batches */
            aln_single_init(&s, 3, "single", 1);
            s.isa = isa;
            for (size_t i = 0; i < COUNT; i += piece)
                aln_single_normals(&s, piece < COUNT - i ? piece : COUNT - i, other + i);
            ck_assert_mem_eq(whole, other, sizeof whole);
        }
    /* the rest of a batch is dropped */
    aln_single_init(&s, 3, "single", 1);
    aln_single_normals(&s, 33, other);
    aln_single_normals(&s, 33, other + 64);
    aln_single_normals(&s, 0, other);
    ck_assert_mem_eq(whole, other, 33 * sizeof *whole);
    ck_assert_mem_eq(whole + 64, other + 64, 33 * sizeof *whole);
    /* and a line filled up with zeros, whatever was there */
    static const float zeros[16];
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++)
        for (size_t n = 0; n <= 2 * ALN_SINGLE_NORMALS; n++) {
            const size_t filled = (n + 15) / 16 * 16;
            memset(other, 0x55, 80 * sizeof *other);
            aln_single_init(&s, 3, "single", 1);
            s.isa = isa;
            aln_single_normals(&s, n, other);
            ck_assert_mem_eq(whole, other, n * sizeof *whole);
            ck_assert_mem_eq(other + n, zeros, (filled - n) * sizeof *other);
            for (size_t i = filled; i < 80; i++)
                ck_assert_mem_eq(other + i, "UUUU", 4);
        }
    /* its states are the first words of the stream of that name */
    struct aln_stream words;
    aln_stream_init(&words, 3, "single", 1);
    aln_single_init(&s, 3, "single", 1);
    for (int i = 0; i < 4 * ALN_SINGLE_GENERATORS; i++)
        ck_assert(s.state[i / ALN_SINGLE_GENERATORS][i % ALN_SINGLE_GENERATORS] ==
                  aln_stream_bits(&words));
}
END_TEST

/* Moments 1 to 8, and the tails on both sides. */
START_TEST(test_moments)
{
    static const double edge[] = {2, 3, 3.5, 4, 4.5, 5};
    enum { EDGES = sizeof edge / sizeof edge[0], COUNT = 1000, ROUNDS = 10000 };
    static float x[COUNT + 8];
    double sum[9] = {0}, beyond[EDGES][2] = {{0}};
    struct aln_single_stream s;
    aln_single_init(&s, 4, "single", 0);
    for (int r = 0; r < ROUNDS; r++) {
        aln_single_normals(&s, COUNT, x);
        for (int i = 0; i < COUNT; i++) {
            double power = 1;
            for (int k = 1; k <= 8; k++)
                sum[k] += power *= (double)x[i];
            for (int j = 0; j < EDGES && fabs((double)x[i]) > edge[j]; j++)
                beyond[j][x[i] > 0]++;
        }
    }
    const double n = (double)COUNT * ROUNDS;
    double moment[17] = {1};
    for (int k = 2; k <= 16; k += 2)
        moment[k] = moment[k - 2] * (k - 1);
    for (int k = 1; k <= 8; k++)
        ck_assert_double_le(fabs(sum[k] / n - moment[k]),
                            limit * sqrt((moment[2 * k] - moment[k] * moment[k]) / n));
    for (int j = 0; j < EDGES; j++)
        for (int side = 0; side < 2; side++) {
            const double expected = n * gsl_cdf_ugaussian_Q(edge[j]);
            ck_assert_double_le(fabs(beyond[j][side] - expected), limit * sqrt(expected));
        }
}
END_TEST

/* Kolmogorov and Smirnov: sqrt(n) times the largest distance of the distribution functions exceeds c with
 * probability 2 exp(-2 c^2) = 1e-5. */
START_TEST(test_kolmogorov_smirnov)
{
    enum { COUNT = 1000000 };
    float *x = malloc(COUNT * sizeof *x);
    struct aln_single_stream s;
    double most = 0;
    ck_assert_ptr_nonnull(x);
    aln_single_init(&s, 5, "single", 0);
    aln_single_normals(&s, COUNT, x);
    gsl_sort_float(x, 1, COUNT);
    for (int i = 0; i < COUNT; i++) {
        const double F = gsl_cdf_ugaussian_P((double)x[i]);
        most = fmax(most, fmax((i + 1.0) / COUNT - F, F - (double)i / COUNT));
    }
    ck_assert_double_lt(sqrt(COUNT) * most, sqrt(-log(least_p / 2) / 2));
    free(x);
}
END_TEST

/* The correlation of two series of numbers, of their squares, and of one with the other's square, in standard errors. */
static void check_uncorrelated(size_t n, const float *x, const float *y, const char *which)
{
    double product = 0, squares = 0, mixed = 0;
    for (size_t i = 0; i < n; i++) {
        const double a = (double)x[i], b = (double)y[i];
        product += a * b;
        squares += (a * a - 1) * (b * b - 1) / 2;
        mixed += a * (b * b - 1) / sqrt(2);
    }
    const double root = limit * sqrt((double)n);
    ck_assert_msg(fabs(product) < root && fabs(squares) < root && fabs(mixed) < root,
                  "%s: %g %g %g in standard errors", which, product / root * limit,
                  squares / root * limit, mixed / root * limit);
}

START_TEST(test_uncorrelated)
{
    enum { COUNT = 1000000, MOST = 512 };
    float *x = malloc((2 * COUNT + MOST) * sizeof *x), *y = x + COUNT + MOST;
    struct aln_single_stream s;
    ck_assert_ptr_nonnull(x);
    aln_single_init(&s, 7, "single", 0);
    aln_single_normals(&s, COUNT + MOST, x);
    /* neighbours, the two of a pair (16), neighbouring batches (32), blocks of the generator, buffers */
    static const size_t lag[] = {1, 2, 4, 8, 16, 32, 64, 512};
    for (size_t i = 0; i < sizeof lag / sizeof lag[0]; i++)
        check_uncorrelated(COUNT, x, x + lag[i], "lag");
    /* streams that differ in seed, name or repeat alone */
    static const struct {
        uint64_t seed;
        const char *name;
        uint64_t repeat;
    } other[] = {{8, "single", 0}, {7, "singlf", 0}, {7, "single", 1}};
    for (int i = 0; i < 3; i++) {
        aln_single_init(&s, other[i].seed, other[i].name, other[i].repeat);
        aln_single_normals(&s, COUNT, y);
        check_uncorrelated(COUNT, x, y, other[i].name);
    }
    free(x);
}
END_TEST

CHECK_MAIN("base/normal_single", test_transform, test_equal, test_moments, test_kolmogorov_smirnov,
           test_uncorrelated)

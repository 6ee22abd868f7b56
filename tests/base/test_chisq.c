/* Chi-squared numbers in blocks: their law for all numbers of degrees of freedom, the same bits for every
 * instruction set and in pieces. Statistical limits are 4.5 standard errors (error probability 7e-6 each, some 120 in
 * all) or p-values above 1e-5, at fixed seeds. */
#include "base/chisq.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "base/isa.h"

static const double limit = 4.5, least_p = 1e-5;
static const double all_degrees[] = {1, 2, 3, 4, 7, 12, 50, 996, 1e6, 1e9};
enum { DEGREES = sizeof all_degrees / sizeof all_degrees[0] };

/* The distribution function. Of many degrees, where GSL's is right to 5e-3 only, by Wilson and Hilferty's cube
 * root, right to about 1/k. */
static double below(double x, double k)
{
    return k < 1e5 ? gsl_cdf_chisq_P(x, k)
                   : gsl_cdf_ugaussian_P((cbrt(x / k) - 1 + 2 / (9 * k)) / sqrt(2 / (9 * k)));
}

static double above(double x, double k)
{
    return k < 1e5 ? gsl_cdf_chisq_Q(x, k)
                   : gsl_cdf_ugaussian_Q((cbrt(x / k) - 1 + 2 / (9 * k)) / sqrt(2 / (9 * k)));
}

START_TEST(test_equal)
{
    enum { COUNT = 3000 };
    static double whole[COUNT], other[COUNT];
    static struct aln_chisq_stream s;
    for (size_t d = 0; d < DEGREES; d++) {
        aln_chisq_init(&s, 3, "chisq", 1, all_degrees[d]);
        aln_chisq_numbers(&s, COUNT, whole);
        for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++)
            for (size_t piece = 1; piece < COUNT; piece = piece * 7 + 1) {
                aln_chisq_init(&s, 3, "chisq", 1, all_degrees[d]);
                s.stream.isa = isa;
                for (size_t i = 0; i < COUNT; i += piece)
                    aln_chisq_numbers(&s, piece < COUNT - i ? piece : COUNT - i, other + i);
                ck_assert_mem_eq(whole, other, sizeof whole);
            }
    }
    aln_chisq_init(&s, 3, "chisq", 1, 0);
    aln_chisq_numbers(&s, COUNT, whole);
    for (int i = 0; i < COUNT; i++)
        ck_assert_double_eq(whole[i], 0);
}
END_TEST

/* Mean, variance, third and fourth cumulant of k degrees are k, 2k, 8k, 48k. */
START_TEST(test_moments)
{
    enum { COUNT = 1000, ROUNDS = 1000 };
    static double x[COUNT];
    static struct aln_chisq_stream s;
    for (size_t d = 0; d < DEGREES; d++) {
        const double k = all_degrees[d], n = (double)COUNT * ROUNDS, sd = sqrt(2 * k);
        double sum[5] = {0}, square[5] = {0};
        aln_chisq_init(&s, 4, "chisq", 0, k);
        for (int r = 0; r < ROUNDS; r++) {
            aln_chisq_numbers(&s, COUNT, x);
            for (int i = 0; i < COUNT; i++) {
                const double y = (x[i] - k) / sd;
                double power = 1;
                for (int j = 1; j <= 4; j++) {
                    sum[j] += power *= y;
                    square[j] += power * power;
                }
            }
        }
        const double want[] = {1, 0, 1, 8 * k / (sd * sd * sd), 3 + 12 / k};
        for (int j = 1; j <= 4; j++) {
            const double mean = sum[j] / n, error = sqrt((square[j] / n - mean * mean) / n);
            ck_assert_msg(fabs(mean - want[j]) < limit * error, "%g degrees, moment %d: %g, not %g",
                          k, j, mean, want[j]);
        }
    }
}
END_TEST

/* Kolmogorov and Smirnov: sqrt(n) times the largest distance of the distribution functions exceeds c with
 * probability 2 exp(-2 c^2) = 1e-5. And the tails beyond 1e-2, ..., 1e-5 on both sides. */
START_TEST(test_law)
{
    enum { COUNT = 1000000 };
    double *x = malloc(COUNT * sizeof *x);
    static struct aln_chisq_stream s;
    ck_assert_ptr_nonnull(x);
    for (size_t d = 0; d < DEGREES; d++) {
        const double k = all_degrees[d];
        double most = 0;
        aln_chisq_init(&s, 5, "chisq", 0, k);
        aln_chisq_numbers(&s, COUNT, x);
        gsl_sort(x, 1, COUNT);
        for (int i = 0; i < COUNT; i += 50) {
            const double F = below(x[i], k);
            most = fmax(most, fmax((i + 50.0) / COUNT - F, F - (double)i / COUNT));
        }
        /* one in 50 looked at: the distance found is too large by 50/n at most */
        ck_assert_msg(sqrt(COUNT) * (most - 50.0 / COUNT) < sqrt(-log(least_p / 2) / 2),
                      "%g degrees: distance %g", k, most);
        for (double p = 1e-2; p > 5e-6; p /= 10) {
            int low = 0, high = 0;
            const double expected = COUNT * p, error = limit * sqrt(expected);
            while (low < COUNT && below(x[low], k) < p)
                low++;
            while (high < COUNT && above(x[COUNT - 1 - high], k) < p)
                high++;
            ck_assert_msg(fabs(low - expected) < error && fabs(high - expected) < error,
                          "%g degrees: %d and %d beyond %g", k, low, high, p);
        }
    }
    free(x);
}
END_TEST

START_TEST(test_uncorrelated)
{
    enum { COUNT = 300000, MOST = 64 };
    static double x[COUNT + MOST], y[COUNT + MOST], z[COUNT + MOST];
    static struct aln_chisq_stream s;
    struct aln_stream normals;
    const double k = 50, root = limit * sqrt((double)COUNT);
    aln_chisq_init(&s, 7, "chain rest", 0, k);
    aln_chisq_numbers(&s, COUNT + MOST, x);
    aln_chisq_init(&s, 7, "chain rest", 1, k);
    aln_chisq_numbers(&s, COUNT + MOST, y);
    aln_stream_init(&normals, 7, "chain fields", 0);
    aln_stream_normals(&normals, COUNT + MOST, z);
    for (size_t lag = 0; lag <= MOST; lag += 1 + lag / 2) {
        double own = 0, repeat = 0, fields = 0;
        for (size_t i = 0; i < COUNT; i++) {
            const double a = (x[i] - k) / sqrt(2 * k);
            own += a * (x[i + lag] - k) / sqrt(2 * k);
            repeat += a * (y[i + lag] - k) / sqrt(2 * k);
            fields += a * z[i + lag];
        }
        ck_assert(lag == 0 || fabs(own) < root);
        ck_assert(fabs(repeat) < root && fabs(fields) < root);
    }
}
END_TEST

CHECK_MAIN("base/chisq", test_equal, test_moments, test_law, test_uncorrelated)

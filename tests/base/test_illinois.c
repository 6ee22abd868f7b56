#include <float.h>
#include <math.h>

#include "base/illinois.h"
#include "tests/check_main.h"

static double line(double x)
{
    return 2 - x;
}

static double parabola(double x)
{
    return 2 - x * x;
}

/* Nearly flat on one side, where plain false position converges slowly. */
static double power(double x)
{
    return 1 - pow(x, 12);
}

static double wave(double x)
{
    return cos(x);
}

/* Number of evaluations until two consecutive ones are within 4 ulp of `high`. */
static int find(double (*f)(double), double low, double high, double *root)
{
    struct aln_illinois bracket = {low, high, f(low), f(high), 0};
    int count = 0;
    double last = low;
    for (*root = high; fabs(*root - last) > 4 * DBL_EPSILON * high && count < 200; count++) {
        last = *root;
        *root = aln_illinois_next(&bracket);
        ck_assert(*root > bracket.low && *root < bracket.high);
        double value = f(*root);
        if (value == 0)
            break;
        aln_illinois_narrow(&bracket, *root, value);
        ck_assert(bracket.low < bracket.high && bracket.weight_low > 0 && bracket.weight_high <= 0);
    }
    return count;
}

/* The order of convergence is 3^(1/3) per evaluation: one or two dozen evaluations are enough,
 * where bisection needs 50 and plain false position over 200 for the power. */
START_TEST(test_roots)
{
    static const struct {
        double (*f)(double);
        double low, high, root;
        int most;
    } cases[] = {{line, 0, 3, 2, 1},
                 {parabola, 0, 2, 0x1.6a09e667f3bcdp+0, 12},
                 {power, 0, 1.8, 1, 30},
                 {wave, 0, 3, 0x1.921fb54442d18p+0, 30}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double root;
        int count = find(cases[i].f, cases[i].low, cases[i].high, &root);
        ck_assert_msg(fabs(root - cases[i].root) <= 4 * DBL_EPSILON * cases[i].high,
                      "case %zu: %.17g", i, root);

        ck_assert_msg(count <= cases[i].most, "case %zu: %d evaluations", i, count);
    }
}
END_TEST

CHECK_MAIN("base/illinois", test_roots)

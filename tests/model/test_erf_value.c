/* erf(x/sqrt 2) and its derivative of many numbers at once: within their errors of libm's long double, the
 * same bits for every instruction set, any count, in place, and as numbers one by one. */
#include "model/erf_value.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "../check_main.h"
#include "model/activation_rows.h"

enum { MOST = 200 };

/* Numbers of all sizes, and special ones first. */
static void fill(double *x, int round)
{
    static const double special[] = {
        0,   -0.0,     1e-310,    -1e-310,  DBL_MIN, 0.28125, 0.84375, 8.15625, 8.4375, 8.5,
        -30, INFINITY, -INFINITY, -0.28125, 1e300,   37.6,    37.7,    -1e300,  8.4374, 1e-5};
    enum { SPECIAL = sizeof special / sizeof special[0] };
    for (int i = 0; i < MOST; i++) {
        const double u = fmod((i + 1 + MOST * (double)round) * 0.61803398874989485, 1);
        x[i] = round == 0 && i < SPECIAL ? special[i] : (2 * u - 1) * (round % 3 == 0 ? 0.6 : 9);
        if (round % 7 == 1)
            x[i] *= 1e-12;
    }
}

START_TEST(test_errors)
{
    double x[MOST], g[MOST], dg[MOST], worst = 0, slope = 0;
    for (int round = 0; round < 1000; round++) {
        fill(x, round);
        aln_erf_value_plain(MOST, x, g);
        aln_erf_slope_plain(MOST, x, dg);
        for (int i = 0; i < MOST; i++) {
            const long double y = (long double)x[i], root = 0.707106781186547524400844362104849039L,
                              want = erfl(y * root),
                              want_slope = 2 * root * 0.564189583547756286948079451560772586L *
                                           expl(-y * y / 2);
            int exponent;
            frexp((double)want, &exponent);
            if (fabs((double)want) > DBL_MIN)
                worst =
                    fmax(worst, (double)fabsl((long double)g[i] - want) / ldexp(1, exponent - 53));
            slope = fmax(slope, (double)fabsl((long double)dg[i] - want_slope));
            ck_assert_double_le(fabs(g[i]), 1);
            ck_assert(signbit(g[i]) == signbit(x[i]));
        }
    }
    ck_assert_msg(worst < 3 && worst > 1, "%g units of the last digit", worst);
    ck_assert_msg(slope < 3e-16 && slope > 1e-16, "slope: %g", slope);
}
END_TEST

START_TEST(test_same_bits)
{
    double x[MOST], out[MOST], g[MOST], dg[MOST];
    for (int round = 0; round < 30; round++) {
        fill(x, round);
        for (int i = 0; i < MOST; i++) {
            g[i] = aln_erf_g(x[i]);
            dg[i] = aln_erf_dg(x[i]);
        }
        for (int isa = 0; isa <= (int)aln_isa_best(); isa++)
            for (size_t n = 0; n <= MOST; n += 1 + n / 3) {
                memcpy(out, x, sizeof x);
                aln_erf_value[isa](n, x, out);
                ck_assert_mem_eq(out, g, n * sizeof *g);
                ck_assert_mem_eq(out + n, x + n, (MOST - n) * sizeof *x); /* and no others */
                memcpy(out, x, sizeof x);
                aln_erf_slope[isa](n, out, out);
                ck_assert_mem_eq(out, dg, n * sizeof *dg);
                ck_assert_mem_eq(out + n, x + n, (MOST - n) * sizeof *x);
            }
    }
}
END_TEST

START_TEST(test_not_a_number)
{
    double x[MOST] = {0}, out[MOST];
    for (int isa = 0; isa <= (int)aln_isa_best(); isa++)
        for (int i = 0; i < MOST; i += 7) {
            x[i] = NAN;
            aln_erf_value[isa](MOST, x, out);
            ck_assert_double_nan(out[i]);
            aln_erf_slope[isa](MOST, x, out);
            ck_assert_double_nan(out[i]);
            x[i] = 0;
        }
}
END_TEST

/* Every activation that has functions of many numbers. */
START_TEST(test_activations)
{
    double x[MOST], out[MOST];
    fill(x, 2);
    for (size_t a = 0; a < aln_activations.count; a++) {
        const struct aln_activation *g = aln_activation_row(a);
        aln_activation_values(g, MOST, x, out);
        for (int i = 0; i < MOST; i++)
            ck_assert(out[i] == g->g(x[i]));
        aln_activation_slopes(g, MOST, x, out);
        for (int i = 0; i < MOST; i++)
            ck_assert(out[i] == g->dg(x[i]));
    }
}
END_TEST

CHECK_MAIN("model/erf_value", test_errors, test_same_bits, test_not_a_number, test_activations)

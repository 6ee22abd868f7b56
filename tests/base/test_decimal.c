/* Decimal digits against printf and strtod: the same bytes for every number that is decided, and which
 * ones may be left open. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "base/decimal.h"
#include "base/text.h"
#include "tests/check_main.h"

/* The digits of what is tried one after the other, until one reads back. */
static void shortest(double x, char out[32])
{
    int digits = 1;
    do
        snprintf(out, 32, "%.*g", digits, x);
    while (strtod(out, NULL) != x && ++digits <= 17);
}

static bool subnormal(double x)
{
    return x != 0 && fabs(x) < 0x1p-1022;
}

static unsigned long numbers, open_digits, open_short;

/* Each test counts from 0, also where all run in one process. */
static void count_anew(void)
{
    numbers = open_digits = open_short = 0;
}

/* Asserts only what is false: Check writes down the place of each assertion. */
static void expect_text(double x, const char *got, size_t length, const char *wanted)
{
    if (strcmp(got, wanted) != 0 || length != strlen(wanted))
        ck_abort_msg("%a: '%s', %zu characters, instead of '%s'", x, got, length, wanted);
}

/* All of it for one number. The search from one digit on takes half of the time, so that not every
 * number is given to it. */
static void compare(double x)
{
    const int digits[] = {17, 1 + (int)(numbers % 16)};
    char wanted[32], got[32];
    for (int i = 0; i < 2; i++) {
        size_t length = aln_decimal_digits(x, digits[i], got);
        open_digits += length == 0 && !subnormal(x);
        snprintf(wanted, sizeof wanted, "%.*g", digits[i], x);
        if (length > 0)
            expect_text(x, got, length, wanted);
    }
    if (numbers++ % 4 == 0) {
        size_t length = aln_decimal_short(x, got);
        open_short += length == 0 && !subnormal(x);
        shortest(x, wanted);
        if (length > 0)
            expect_text(x, got, length, wanted);
        aln_text_short_real(x, got);
        expect_text(x, got, strlen(got), wanted);
    }
}

/* A number and the doubles beside it. */
static void compare_around(double x)
{
    const double near[] = {x, nextafter(x, 0), nextafter(x, HUGE_VAL), -x};
    for (int i = 0; i < 4; i++)
        if (isfinite(near[i])) {
            numbers = numbers / 4 * 4; /* all of it */
            compare(near[i]);
        }
}

START_TEST(test_random_bits)
{
    count_anew();
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "decimal bits", 0);
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = aln_stream_bits(&stream);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            compare(x);
    }
    ck_assert_uint_eq(open_digits, 0);
    ck_assert_uint_lt(open_short, 100); /* where doubles are whole numbers of 17 digits */
}
END_TEST

/* What results hold. */
START_TEST(test_random_sizes)
{
    count_anew();
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "decimal sizes", 0);
    for (int i = 0; i < 60000; i++) {
        double size = pow(10, 20 * aln_stream_uniform(&stream) - 15);
        double x = aln_stream_uniform(&stream) * size;
        compare(x);
        compare(round(x * 1e4) / 1e4);
        compare(i * 0.1);
    }
    ck_assert_uint_eq(open_digits, 0);
    ck_assert_uint_eq(open_short, 0);
}
END_TEST

/* Fractions of 18 and more digits, many of them in the middle between two of 17. */
START_TEST(test_middles)
{
    count_anew();
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "decimal middles", 0);
    for (int i = 0; i < 60000; i++) {
        double whole = (double)(aln_stream_bits(&stream) >> (11 + i % 24));
        compare(ldexp(whole, -(i % 70)));
    }
    ck_assert_uint_eq(open_digits, 0);
}
END_TEST

START_TEST(test_powers)
{
    count_anew();
    char text[32];
    for (int e = -1074; e < 1024; e++)
        compare_around(ldexp(1, e));
    for (int e = -324; e <= 308; e++)
        for (int m = 1; m < 100; m += m < 20 ? 1 : 7) {
            snprintf(text, sizeof text, "%de%d", m, e);
            double x = strtod(text, NULL);
            if (isfinite(x) && x > 0)
                compare_around(x);
        }
    ck_assert_uint_lt(open_digits, 30); /* middles from 1e17 on, where powers of ten are rounded */
}
END_TEST

START_TEST(test_limits)
{
    static const double limits[] = {
        0x1p-1074, 0x1p-1073, 0x1.8p-1073,           0x1p-1022, 0x1.0000000000001p-1022,
        0x1p53,    0x1p54,    0x1.fffffffffffffp1023};
    static const struct {
        double x;
        const char *text;
    } specials[] = {{0, "0"}, {-0.0, "-0"}, {HUGE_VAL, "inf"}, {-HUGE_VAL, "-inf"}};
    char got[32];
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        compare_around(limits[i]);
    for (uint64_t i = 1; i < 2000; i++)
        compare_around((double)i * 0x1p-1074);
    for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        compare(specials[i].x);
        ck_assert_uint_eq(aln_decimal_short(specials[i].x, got), strlen(specials[i].text));
        ck_assert_str_eq(got, specials[i].text);
    }
    ck_assert_uint_eq(aln_text_from_real(-NAN, got), 3);
    ck_assert_str_eq(got, "nan");
    aln_text_short_real(NAN, got);
    ck_assert_str_eq(got, "nan");
}
END_TEST

CHECK_MAIN("base/decimal", test_random_bits, test_random_sizes, test_middles, test_powers,
           test_limits)

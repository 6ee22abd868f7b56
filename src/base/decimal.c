/* A number x = m 2^e with leading digit of weight 10^k is m 2^e 10^(16 - k) in units of its 17th
 * digit. The power of ten is rounded down to 128 bits, so that the product with the 53 bits of m is
 * known to 64 bits behind the point, less than two units of the last of which are missing. */
#include "base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <threads.h>

__extension__ typedef unsigned __int128 uint128;

enum {
    DIGITS = 17,
    LEAST = -292,    /* powers of ten that bring DBL_MAX and */
    MOST = 324,      /* DBL_MIN to 17 digits */
    EXACT_MOST = 55, /* 5^55 < 2^128 */
    MISSING = 2      /* a value is at most this much larger than what is calculated, in 2^-64 */
};

/* ---- powers of ten ---- */

/* 10^q = power[q - LEAST] 2^scale(q), rounded down, with the first of 128 bits set. */
static uint128 power[MOST - LEAST + 1];
static once_flag upward_once = ONCE_FLAG_INIT, downward_once = ONCE_FLAG_INIT;

/* floor(log2(10^q)) - 127 */
static int scale(int q)
{
    return (q * 1741647 >> 19) - 127;
}

enum { WORDS = 34 };

/* The first 128 bits of a number of 32-bit words, the least first, that has more, or zeros behind. */
static uint128 first_bits(const uint32_t word[WORDS])
{
    int top = WORDS - 1;
    while (word[top] == 0)
        top--;
    uint128 bits = 0;
    for (int i = 0; i < 4; i++)
        bits = bits << 32 | (top >= i ? word[top - i] : 0);
    const uint64_t next = top >= 4 ? word[top - 4] : 0;
    int shift = 0;
    while (word[top] << shift >> 31 == 0)
        shift++;
    return bits << shift | next >> (32 - shift);
}

static void make_upward(void)
{
    uint32_t word[WORDS] = {1};
    for (int q = 0, words = 1; q <= MOST; q++) {
        power[q - LEAST] = first_bits(word);
        uint64_t carry = 0;
        for (int i = 0; i < words; i++) {
            carry += (uint64_t)word[i] * 5;
            word[i] = (uint32_t)carry;
            carry >>= 32;
        }
        if (carry > 0)
            word[words++] = (uint32_t)carry;
    }
}

/* Rounding down after each division gives the same as after the last. */
static void make_downward(void)
{
    uint32_t word[WORDS] = {0};
    word[WORDS - 1] = UINT32_C(1) << 31;
    for (int q = -1; q >= LEAST; q--) {
        uint64_t rest = 0;
        for (int i = WORDS - 1; i >= 0; i--) {
            rest = rest << 32 | word[i];
            word[i] = (uint32_t)(rest / 5);
            rest %= 5;
        }
        power[q - LEAST] = first_bits(word);
    }
}

/* Those that numbers from 1e17 on need are made apart: few programs meet one. */
static uint128 power_of_ten(int q)
{
    call_once(q >= 0 ? &upward_once : &downward_once, q >= 0 ? make_upward : make_downward);
    return power[q - LEAST];
}

/* ---- a number in units of its 17th digit ---- */

struct scaled {
    uint128 value; /* 64 bits behind the point; the number is in [value, value + MISSING) */
    uint128 half;  /* half the distance to the next double, likewise */
    bool exact;    /* value is the number itself */
    bool binade;   /* the double below is only half as far */
    int k;         /* weight of the first of 17 digits */
};

static const uint64_t TEN_17 = UINT64_C(100000000000000000);

/* Given: m >= 2^52, e  of the number m 2^e.  Returned: all but binade */
static struct scaled scale_by(uint64_t m, int e, int k)
{
    const int q = DIGITS - 1 - k;
    const uint128 g = power_of_ten(q);
    const uint64_t wide = m << 11;
    const uint128 low = (uint128)wide * (uint64_t)g,
                  high = (uint128)wide * (uint64_t)(g >> 64) + (low >> 64);
    const int shift = -(scale(q) + e - 11 + 128);
    return (struct scaled){.value = high >> shift,
                           .half = g >> -(scale(q) + e - 1 + 64),
                           .exact = q >= 0 && q <= EXACT_MOST && (uint64_t)low == 0 &&
                                    high >> shift << shift == high,
                           .k = k};
}

/* Returned: false for a subnormal number */
static bool scale_number(uint64_t bits, struct scaled *s)
{
    const int biased = (int)(bits >> 52 & 0x7ff), e = biased - 1075;
    const uint64_t fraction = bits << 12 >> 12, m = fraction | UINT64_C(1) << 52;
    if (biased == 0)
        return false;
    const int k = (e + 52) * 1262611 >> 22; /* floor((e + 52) log10(2)), perhaps one too few */
    *s = scale_by(m, e, k);
    if (s->value >> 64 >= TEN_17)
        *s = scale_by(m, e, k + 1);
    s->binade = fraction == 0 && biased > 1;
    return true;
}

/* Rounds to the nearest multiple of `unit`, a power of ten, and from the middle to an even one.
 * Returned: false when the bits do not decide */
static bool round_to(const struct scaled *s, uint64_t unit, uint64_t *out)
{
    const uint64_t whole = (uint64_t)(s->value >> 64), multiple = whole / unit;
    const uint128 rest = (uint128)(whole % unit) << 64 | (uint64_t)s->value,
                  middle = (uint128)unit << 63;
    bool up = rest > middle;
    if (s->exact && rest == middle)
        up = multiple % 2 == 1;
    else if (!s->exact && rest <= middle && rest + MISSING > middle)
        return false;
    *out = (multiple + up) * unit;
    return true;
}

enum verdict { NO, YES, OPEN };

/* Whether a decimal reads back to the number. */
static enum verdict reads_back(const struct scaled *s, uint64_t decimal)
{
    const uint128 place = (uint128)decimal << 64;
    const bool below = place < s->value;
    const uint128 distance = below ? s->value - place : place - s->value,
                  reach = below && s->binade ? s->half >> 1 : s->half;
    return distance + MISSING <= reach ? YES : distance > reach + 2 * MISSING ? NO : OPEN;
}

/* ---- writing ---- */

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* Writes a number below 10^17 with all 17 digits. */
static void put_digits(uint64_t decimal, char out[DIGITS])
{
    uint32_t part[2] = {(uint32_t)(decimal / 100000000 % 100000000),
                        (uint32_t)(decimal % 100000000)};
    out[0] = (char)('0' + decimal / UINT64_C(10000000000000000));
    for (int p = 0; p < 2; p++)
        for (int i = 3; i >= 0; i--, part[p] /= 100)
            memcpy(out + 1 + 8 * p + 2 * i, pairs + part[p] % 100 * 2, 2);
}

static char *put_exponent(int k, char *at)
{
    const int size = k < 0 ? -k : k;
    *at++ = 'e';
    *at++ = k < 0 ? '-' : '+';
    if (size >= 100)
        *at++ = (char)('0' + size / 100);
    memcpy(at, pairs + size % 100 * 2, 2);
    return at + 2;
}

/* Writes decimal 10^(k - 16) as "%.*g" does.
 * Given: decimal in [10^16, 10^17]; precision  the digits asked for, or 0: as many as there are */
static size_t put(bool minus, uint64_t decimal, int k, int precision, char out[32])
{
    char digits[DIGITS], *at = out;
    int count = DIGITS;
    if (decimal == TEN_17) {
        decimal /= 10;
        k++;
    }
    put_digits(decimal, digits);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    if (precision == 0)
        precision = count;
    if (minus)
        *at++ = '-';
    const bool exponent = k < -4 || k >= precision;
    const int before = exponent ? 1 : k + 1; /* digits before the point, if positive */
    if (before <= 0) {
        memcpy(at, "0.000", 5);
        at += 2 - before;
        memcpy(at, digits, (size_t)count);
        at += count;
    } else {
        for (int i = 0; i < before || i < count; i++) {
            if (i == before)
                *at++ = '.';
            *at++ = i < count ? digits[i] : '0';
        }
    }
    if (exponent)
        at = put_exponent(k, at);
    *at = '\0';
    return (size_t)(at - out);
}

/* Zero and what is not finite. */
static size_t put_special(double x, char out[32])
{
    strcpy(out, isnan(x) ? "nan" : signbit(x) ? "-" : "");
    strcat(out, isnan(x) ? "" : isinf(x) ? "inf" : "0");
    return strlen(out);
}

size_t aln_decimal_digits(double x, int digits, char out[32])
{
    static const uint64_t units[] = {UINT64_C(10000000000000000),
                                     UINT64_C(1000000000000000),
                                     UINT64_C(100000000000000),
                                     UINT64_C(10000000000000),
                                     UINT64_C(1000000000000),
                                     UINT64_C(100000000000),
                                     UINT64_C(10000000000),
                                     UINT64_C(1000000000),
                                     100000000,
                                     10000000,
                                     1000000,
                                     100000,
                                     10000,
                                     1000,
                                     100,
                                     10,
                                     1};
    uint64_t bits, decimal;
    struct scaled s;
    if (x == 0 || !isfinite(x))
        return put_special(x, out);
    memcpy(&bits, &x, sizeof bits);
    if (!scale_number(bits, &s) || !round_to(&s, units[digits - 1], &decimal))
        return 0;
    return put(signbit(x) != 0, decimal, s.k, digits, out);
}

/* A unit of the 17th digit is between 1/22 and 0.9 of the distance of doubles. So all 17 suffice;
 * and what has 15 or fewer and reads back is closer than 12 units, hence the closest multiple of 100. */
size_t aln_decimal_short(double x, char out[32])
{
    static const uint64_t unit[] = {100, 10};
    uint64_t bits, decimal;
    struct scaled s;
    if (x == 0 || !isfinite(x))
        return put_special(x, out);
    memcpy(&bits, &x, sizeof bits);
    if (!scale_number(bits, &s))
        return 0;
    for (int i = 0; i < 2; i++) {
        if (!round_to(&s, unit[i], &decimal))
            return 0;
        enum verdict verdict = reads_back(&s, decimal);
        if (verdict == OPEN)
            return 0;
        if (verdict == YES)
            return put(signbit(x) != 0, decimal, s.k, 0, out);
    }
    return round_to(&s, 1, &decimal) ? put(signbit(x) != 0, decimal, s.k, 0, out) : 0;
}

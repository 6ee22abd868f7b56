#include "base/text_format.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "base/decimal.h"

/* The C locale for this thread while numbers are read or written. A NULL handle (out of memory)
 * leaves the thread's locale as it is. */
static once_flag c_locale_once = ONCE_FLAG_INIT;
static locale_t c_locale;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
}

static locale_t c_locale_enter(void)
{
    call_once(&c_locale_once, make_c_locale);
    return c_locale != (locale_t)0 ? uselocale(c_locale) : (locale_t)0;
}

static void c_locale_leave(locale_t before)
{
    if (before != (locale_t)0)
        uselocale(before);
}

bool aln_text_real(const char *text, double *x)
{
    if (text[0] == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    char *end;
    locale_t before = c_locale_enter();
    *x = strtod(text, &end);
    c_locale_leave(before);
    return end != text && *end == '\0' && isfinite(*x);
}

/* 1e3, 1.5E2. */
static bool read_exponent(const char *text, uint64_t *x)
{
    double real;
    if (strspn(text, "0123456789") == 0 || strpbrk(text, "eE") == NULL ||
        !aln_text_real(text, &real) || real >= 0x1p53 || real != floor(real))
        return false;
    *x = (uint64_t)real;
    return true;
}

bool aln_text_whole(const char *text, uint64_t *x)
{
    if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
        return read_exponent(text, x);
    errno = 0;
    unsigned long long value = strtoull(text, NULL, 10);
    *x = value;
    return errno == 0 && value <= UINT64_MAX;
}

size_t aln_text_digits(double x, int digits, char out[32])
{
    size_t length = aln_decimal_digits(x, digits, out);
    if (length == 0) {
        locale_t before = c_locale_enter();
        length = (size_t)snprintf(out, 32, "%.*g", digits, x);
        c_locale_leave(before);
    }
    return length;
}

size_t aln_text_from_real(double x, char out[32])
{
    return aln_text_digits(x, 17, out);
}

/* Whether x is what the text is read as. */
static bool reads_as(double x, const char *text)
{
    double back;
    return aln_text_real(text, &back) && back == x;
}

void aln_text_short_real(double x, char out[32])
{
    if (aln_decimal_short(x, out) > 0)
        return;
    for (int digits = 1; digits <= 17; digits++) {
        aln_text_digits(x, digits, out);
        if (reads_as(x, out))
            return;
    }
}

int aln_text_format(char *out, size_t size, const char *fmt, va_list args)
{
    locale_t before = c_locale_enter();
    int n = vsnprintf(out, size, fmt, args);
    c_locale_leave(before);
    return n;
}

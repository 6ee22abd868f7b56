#include "base/text_format.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

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

void aln_text_digits(double x, int digits, char out[32])
{
    if (isnan(x)) {
        strcpy(out, "nan"); /* printf may write -nan */
        return;
    }
    locale_t before = c_locale_enter();
    snprintf(out, 32, "%.*g", digits, x);
    c_locale_leave(before);
}

void aln_text_from_real(double x, char out[32])
{
    aln_text_digits(x, 17, out);
}

/* Whether x is read back from this many digits, which stay in out. */
static bool suffices(double x, int digits, char out[32])
{
    double back;
    aln_text_digits(x, digits, out);
    return !isfinite(x) || (aln_text_real(out, &back) && back == x);
}

/* Most numbers need 16 or 17 digits. One that 15 do not suffice for has no shorter form, unless it is
 * a power of two, below which doubles are denser than above. */
void aln_text_short_real(double x, char out[32])
{
    int exponent, digits = 1;
    if (fabs(frexp(x, &exponent)) != 0.5 && !suffices(x, 15, out))
        digits = 16;
    while (digits <= 17 && !suffices(x, digits, out))
        digits++;
}

int aln_text_format(char *out, size_t size, const char *fmt, va_list args)
{
    locale_t before = c_locale_enter();
    int n = vsnprintf(out, size, fmt, args);
    c_locale_leave(before);
    return n;
}

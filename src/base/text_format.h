/* Numbers as text, in the C locale whatever the process's locale is. Nothing here raises errors,
 * because error messages are formatted with it. */
#ifndef ALIGNODE_BASE_TEXT_FORMAT_H
#define ALIGNODE_BASE_TEXT_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads all of `text` as a finite decimal number (no hex, nan, inf); false if it is not one. */
bool aln_text_real(const char *text, double *x);
/* Reads all of `text` as a whole number of at most 64 bits without sign; false if it is not one. Below
 * 2^53, where doubles hold every whole number, it may have an exponent: 1e3. */
bool aln_text_whole(const char *text, uint64_t *x);
/* "%.17g" with a decimal point in any locale, or "nan", "inf", "-inf".
 * Returned: the length; out[32] */
size_t aln_text_from_real(double x, char out[32]);
/* The same with fewer digits, 1 to 17. */
size_t aln_text_digits(double x, int digits, char out[32]);
/* The shortest decimal that reads back to the same number.  Returned: out[32] */
void aln_text_short_real(double x, char out[32]);

/* vsnprintf() with a decimal point in any locale. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 0)))
#endif
int aln_text_format(char *out, size_t size, const char *fmt, va_list args);

#ifdef __cplusplus
}
#endif

#endif

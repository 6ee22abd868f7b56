/* Decimal digits of doubles in one pass of 128-bit arithmetic, to the bytes of "%.*g".
 *
 * The rare number whose digits 128 bits do not decide for certain is refused; it is left to printf
 * and strtod, which calculate with as many bits as it takes. Nothing here depends on a locale. */
#ifndef ALIGNODE_BASE_DECIMAL_H
#define ALIGNODE_BASE_DECIMAL_H

#include <stddef.h>

/* As "%.*g" with 1 to 17 digits, but "nan" whatever the sign of a nan.
 * Returned: the length, out[32] zero-terminated; or 0, out undefined: not decided (subnormal numbers,
 *           and those closer to the middle of two decimals than 2e-19 of the last of 17 digits) */
size_t aln_decimal_digits(double x, int digits, char out[32]);

/* The same with as few digits as read back to x: those of x rounded to that many digits.
 * Returned: as above; 0 also where a decimal is that close to the middle between x and the next
 *           double */
size_t aln_decimal_short(double x, char out[32]);

#endif

#!/usr/bin/env python3
"""Prints src/model/erf_value_table.h: polynomials for erf(x/sqrt 2) and powers of 2. Needs mpmath.

Polynomial i is that of t = x - i STEP, |t| <= STEP/2, through the function at Chebyshev's nodes there; the first one
is odd, of the function divided by x, so that small numbers keep all their digits.
"""
import mpmath as mp

mp.mp.dps = 60
COUNT, STEP, DEGREE = 16, mp.mpf(9) / 16, 13


def value(x):
    return mp.erf(x / mp.sqrt(2))


def interpolate(f, low, high, count):
    """Coefficients of the polynomial of degree count - 1 through f at Chebyshev's nodes of (low, high)."""
    middle, half = (low + high) / 2, (high - low) / 2
    node = [middle + half * mp.cos(mp.pi * (2 * j + 1) / (2 * count)) for j in range(count)]
    rows = mp.matrix([[x**k for k in range(count)] for x in node])
    return list(mp.lu_solve(rows, mp.matrix([f(x) for x in node])))


def polynomial(i):
    if i > 0:
        half = STEP / 2
        c = interpolate(lambda t: value(i * STEP + t), -half, half, DEGREE + 1)
        return c
    even = interpolate(lambda u: value(mp.sqrt(u)) / mp.sqrt(u), mp.mpf(0), (STEP / 2) ** 2, DEGREE // 2 + 1)
    return [even[k // 2] if k % 2 else mp.mpf(0) for k in range(DEGREE + 1)]


def error(c, i):
    worst = mp.mpf(0)
    for j in range(201):
        t = (j / mp.mpf(100) - 1) * STEP / 2
        got = mp.mpf(0)
        for a in reversed(c):
            got = got * t + a
        worst = max(worst, abs(got - value(i * STEP + t)))
    return worst


def exponential(degree):
    half = mp.log(2) / 32 * mp.mpf("1.001")
    return interpolate(mp.exp, -half, half, degree + 1)


def row(numbers):
    words, lines, line = [float(x).hex().replace("0x0.0p+0", "0") for x in numbers], [], "    {"
    for n, word in enumerate(words):
        word += "}," if n + 1 == len(words) else ","
        if len(line) + len(word) > 98:
            lines.append(line)
            line = "     "
        line += ("" if line.endswith("{") or line.isspace() and len(line) == 5 else " ") + word
    return "\n".join(lines + [line])


def main():
    table = [polynomial(i) for i in range(COUNT)]
    rounded = [[mp.mpf(float(a)) for a in c] for c in table]
    worst = max(error(c, i) for i, c in enumerate(table))
    half = mp.log(2) / 32
    e = exponential(6)
    worst_exp = max(abs(mp.polyval(e[::-1], r) / mp.exp(r) - 1) for r in mp.linspace(-half, half, 201))
    ln2 = mp.log(2) / 16
    high = mp.mpf(int(ln2 * 2**36)) / 2**36
    print(f"""/* Printed by src/model/erf_value.py: erf(x/sqrt 2) near multiples of a step, to {mp.nstr(worst, 2)}, and the
 * exponential function, to {mp.nstr(worst_exp, 2)} of it, before rounding; the tests measure both. */
#ifndef ALIGNODE_MODEL_ERF_VALUE_TABLE_H
#define ALIGNODE_MODEL_ERF_VALUE_TABLE_H

enum {{ ALN_ERF_PLACES = {COUNT}, ALN_ERF_TERMS = {DEGREE + 1}, ALN_EXP_TERMS = {len(e)} }};

#define ALN_ERF_STEP {float(STEP).hex()}

/* Coefficient j of the polynomial near i steps. */
_Alignas(64) static const double erf_term[ALN_ERF_TERMS][ALN_ERF_PLACES] = {{""")
    for j in range(DEGREE + 1):
        print(row([c[j] for c in table]))
    print("""};

/* 2^(i/16); log(2)/16 in two parts, of which multiples of the first up to 2^17 are exact, and its inverse; exp r. */
_Alignas(64) static const double exp_power[ALN_ERF_PLACES] = {""")
    print(row([mp.mpf(2) ** (mp.mpf(i) / 16) for i in range(16)]).replace("{", "", 1).replace("},", "};"))
    print(f"""#define ALN_EXP_HIGH {float(high).hex()}
#define ALN_EXP_LOW  {float(ln2 - high).hex()}
#define ALN_EXP_INVERSE {float(1 / ln2).hex()}
static const double exp_term[ALN_EXP_TERMS] = {{""")
    print(row(e).replace("{", "", 1).replace("},", "};"))
    print("\n#endif")


main()

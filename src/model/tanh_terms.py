#!/usr/bin/env python3
"""Prints src/model/tanh_terms.h: tanh x as a sum of error functions.

    tanh x = sum_j a_j erf(b_j x/sqrt 2),    a_j > 0

sech^2 is a mixture of Gaussians whose standard deviation 1/b has Kolmogorov's distribution
(Andrews & Mallows, J. R. Stat. Soc. B 36 (1974) 99), so Gauss's quadrature for that distribution, in
log b, is a sum of this form. Least squares on a grid then improves the b_j; the a_j follow from
them (variable projection). The slope at 0 is kept: small fields pass with it. See Monahan &
Stefanski, in Balakrishnan, Handbook of the Logistic Distribution (1992).

usage: tanh_terms.py [TERMS]
"""
import math
import sys

GRID = [0.04 * i for i in range(1, 220)] + [30] * 8  # beyond the grid the sum is constant
FINE = [0.001 * i for i in range(12000)] + [50]
SLOPE = 10  # weight of the slope's error at 0


def least_squares(rows, right):
    """x that minimises |rows x - right|, by Householder reflections."""
    m = [list(r) + [v] for r, v in zip(rows, right)]
    n = len(rows[0])
    for c in range(n):
        v = [r[c] for r in m[c:]]
        v[0] += math.copysign(math.sqrt(sum(x * x for x in v)), v[0])
        square = sum(x * x for x in v)
        for k in range(c, n + 1):
            part = 2 * sum(x * r[k] for x, r in zip(v, m[c:])) / square
            for x, r in zip(v, m[c:]):
                r[k] -= part * x
    x = [0.0] * n
    for c in reversed(range(n)):
        x[c] = (m[c][n] - sum(m[c][k] * x[k] for k in range(c + 1, n))) / m[c][c]
    return x


def density(k):
    """Kolmogorov's density, by the series that converges there."""
    if k > 0.8:
        return 8 * k * sum((-1) ** (j - 1) * j * j * math.exp(-2 * (j * k) ** 2) for j in range(1, 12))
    total = 0.0
    for j in range(1, 12):
        q = ((2 * j - 1) * math.pi / k) ** 2 / 8
        total += math.exp(-q) * (2 * q - 1)
    return math.sqrt(2 * math.pi) / k**2 * total


def gauss_nodes(count):
    """b_j of Gauss's quadrature: zeros of the orthogonal polynomial of degree count in log b."""
    low, high, n = math.log(0.2), math.log(3.2), 600
    x = [low + (high - low) * (i + 0.5) / n for i in range(n)]
    w = [density(math.exp(u)) * math.exp(u) for u in x]
    before, now, alpha, beta, norm = [0.0] * n, [1.0] * n, [], [], 0.0
    for _ in range(count):
        last, norm = norm, sum(wi * p * p for wi, p in zip(w, now))
        alpha.append(sum(wi * u * p * p for wi, u, p in zip(w, x, now)) / norm)
        beta.append(norm / last if last > 0 else 0.0)
        before, now = now, [(u - alpha[-1]) * p - beta[-1] * q for u, p, q in zip(x, now, before)]

    def polynomial(u):
        p, q = 1.0, 0.0
        for a, b in zip(alpha, beta):
            p, q = (u - a) * p - b * q, p
        return p

    nodes, steps = [], 5000
    for i in range(steps):
        a, b = (low + (high - low) * (i + s) / steps for s in (0, 1))
        if polynomial(a) * polynomial(b) < 0:
            for _ in range(60):
                c = (a + b) / 2
                a, b = (a, c) if polynomial(a) * polynomial(c) <= 0 else (c, b)
            nodes.append(math.exp(-a))
    return nodes


def amplitudes(b):
    values = [[math.erf(q * x / math.sqrt(2)) for q in b] for x in GRID]
    slopes = [[SLOPE * math.sqrt(2 / math.pi) * q for q in b]]
    return least_squares(values + slopes, [math.tanh(x) for x in GRID] + [SLOPE])


def error(a, b, x):
    return sum(p * math.erf(q * x / math.sqrt(2)) for p, q in zip(a, b)) - math.tanh(x)


def slope_error(a, b, x):
    slope = sum(p * q * math.exp(-((q * x) ** 2) / 2) for p, q in zip(a, b))
    return math.sqrt(2 / math.pi) * slope - (1 - math.tanh(x) ** 2)


def residuals(log_b):
    b = [math.exp(u) for u in log_b]
    a = amplitudes(b)
    return [error(a, b, x) for x in GRID] + [SLOPE * slope_error(a, b, 0)]


def improve(b):
    """Levenberg and Marquardt in log b, with differences for derivatives."""
    u = [math.log(q) for q in b]
    r = residuals(u)
    h, damping = 1e-4, 0.0
    for _ in range(60):
        columns = []
        for j in range(len(u)):
            side = [residuals([v + s * h * (i == j) for i, v in enumerate(u)]) for s in (1, -1)]
            columns.append([(p - q) / (2 * h) for p, q in zip(*side)])
        size = math.sqrt(sum(v * v for c in columns for v in c))
        damping = damping or 1e-3 * size
        better = False
        while not better and damping < 1e3 * size:
            extra = [[damping * (i == j) for j in range(len(u))] for i in range(len(u))]
            step = least_squares(list(zip(*columns)) + extra, [-v for v in r] + [0.0] * len(u))
            moved = [p + q for p, q in zip(u, step)]
            if max(abs(s) for s in step) < 0.3:
                new = residuals(moved)
                better = sum(v * v for v in new) < sum(v * v for v in r)
            damping *= 1 if better else 4
        if not better:
            break
        gain = 1 - sum(v * v for v in new) / sum(v * v for v in r)
        u, r, damping = moved, new, damping / 8
        if gain < 1e-9:
            break
    return [math.exp(v) for v in u]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    b = [float(f"{q:.10g}") for q in sorted(improve(gauss_nodes(count)))]
    a = amplitudes(b)
    worst = max(abs(error(a, b, x)) for x in FINE)
    slope = max(abs(slope_error(a, b, x)) for x in FINE)
    print(f"""/* tanh x as a sum of error functions, printed by src/model/tanh_terms.py. Largest error {worst:.2g},
 * of the derivative {slope:.2g}; the tests measure both. */
#ifndef ALIGNODE_MODEL_TANH_TERMS_H
#define ALIGNODE_MODEL_TANH_TERMS_H

/* TERM(a, b): a erf(b x/sqrt 2) */
#define ALN_TANH_TERMS(TERM) \\""")
    for i, (p, q) in enumerate(zip(a, b)):
        print(f"    TERM({p!r}, {q!r})" + (" \\" if i + 1 < count else ""))
    print("\n#endif")


main()

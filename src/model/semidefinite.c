#include "model/semidefinite.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/interrupt.h"

/* y <- y - a x, without overlap. */
static void subtract(size_t n, double a, const double *restrict x, double *restrict y)
{
    for (size_t k = 0; k < n; k++)
        y[k] -= a * x[k];
}

#define ROUNDING(n) (4 * (double)(n)*DBL_EPSILON)

/* The row of the next pivot; n if there is none.
 * Given: enough  the share of its scale that makes a pivot good enough to be taken at once */
static size_t find_pivot(size_t n, const double *S, const double *scale, double enough)
{
    size_t best = n;
    double share = ROUNDING(n); /* the best pivot relative to its scale */
    for (size_t i = 0; i < n; i++) {
        const double pivot = S[i * n + i];
        if (pivot > enough * scale[i])
            return i;
        if (pivot > share * scale[i]) {
            best = i;
            share = pivot / scale[i];
        }
    }
    return best;
}

/* Takes column j of L out of S, whose row and column of the pivot become 0.
 * Given: l  the pivot's row, on the scale of L */
static void eliminate(size_t n, size_t j, size_t pivot, const double *l, double *S, double *L)
{
    for (size_t i = 0; i < n; i++) {
        L[i * n + j] = l[i];
        if (i != pivot && l[i] != 0)
            subtract(n, l[i], l, S + i * n);
        if (i != pivot)
            S[i * n + pivot] = 0; /* exactly: this row is never a pivot again */
    }
}

size_t aln_semidefinite_factor(size_t n, double *S, const double *scale, double *L, size_t *pivot)
{
    memset(L, 0, n * n * sizeof *L);
    for (size_t j = 0; j < n && !aln_interrupted(); j++) {
        const size_t best = find_pivot(n, S, scale, INFINITY);
        if (best == n)
            return j;
        /* By symmetry the pivot's column is its row, which is contiguous, and then the column of L. */
        double *l = S + best * n;
        const double root = sqrt(l[best]);
        for (size_t i = 0; i < n; i++)
            l[i] /= root;
        l[best] = root;
        eliminate(n, j, best, l, S, L);
        memset(l, 0, n * sizeof *l);
        if (pivot != NULL)
            pivot[j] = best;
    }
    return n;
}

/* The share of its scale that is enough of a pivot. */
static double find_enough(size_t n, const double *S, const double *scale)
{
    double most = S[0], of = scale[0];
    for (size_t i = 1; i < n; i++)
        if (S[i * n + i] * of > most * scale[i]) {
            most = S[i * n + i];
            of = scale[i];
        }
    const double enough = ALN_SEMIDEFINITE_ENOUGH * (most / of);
    return enough < ROUNDING(n) ? ROUNDING(n) : enough;
}

size_t aln_semidefinite_in_order(size_t n, double *S, const double *scale, double *L)
{
    const double enough = find_enough(n, S, scale);
    memset(L, 0, n * n * sizeof *L);
    for (size_t j = 0; j < n && !aln_interrupted(); j++) {
        const size_t best = find_pivot(n, S, scale, enough);
        if (best == n)
            return j;
        double *l = S + best * n;
        const double root = sqrt(l[best]), inverse = 1 / root;
        for (size_t i = 0; i < n; i++)
            l[i] *= inverse;
        l[best] = root;
        eliminate(n, j, best, l, S, L);
        memset(l, 0, n * sizeof *l);
    }
    return n;
}

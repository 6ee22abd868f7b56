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

size_t aln_semidefinite_factor(size_t n, double *S, const double *scale, double *L, size_t *pivot)
{
    const double tolerance = 4 * (double)n * DBL_EPSILON;
    memset(L, 0, n * n * sizeof *L);
    for (size_t j = 0; j < n && !aln_interrupted(); j++) {
        size_t best = n;
        double share = tolerance; /* the best pivot relative to its scale */
        for (size_t i = 0; i < n; i++) {
            if (S[i * n + i] > share * scale[i]) {
                best = i;
                share = S[i * n + i] / scale[i];
            }
        }
        if (best == n)
            return j;
        /* By symmetry the pivot's column is its row, which is contiguous, and then the column of L. */
        double *l = S + best * n;
        const double root = sqrt(l[best]);
        for (size_t i = 0; i < n; i++)
            l[i] /= root;
        l[best] = root;
        for (size_t i = 0; i < n; i++) {
            L[i * n + j] = l[i];
            if (i != best && l[i] != 0)
                subtract(n, l[i], l, S + i * n);
            if (i != best)
                S[i * n + best] = 0; /* exactly: this row is never a pivot again */
        }
        memset(l, 0, n * sizeof *l);
        if (pivot != NULL)
            pivot[j] = best;
    }
    return n;
}

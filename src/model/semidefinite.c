#include "model/semidefinite.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/interrupt.h"

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
        double root = sqrt(S[best * n + best]);
        for (size_t i = 0; i < n; i++)
            L[i * n + j] = S[i * n + best] / root;
        L[best * n + j] = root;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < n; k++)
                S[i * n + k] -= L[i * n + j] * L[k * n + j];
        /* Set to exactly zero: this row is never a pivot again. */
        for (size_t i = 0; i < n; i++)
            S[i * n + best] = S[best * n + i] = 0;
        if (pivot != NULL)
            pivot[j] = best;
    }
    return n;
}

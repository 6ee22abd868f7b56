/* Time of relu's four-field integral and of the complete I4, K = M = 2 and 4, in units of an erf
 * call of the same run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "model/activation_rows.h"

enum { REPEATS = 21, LARGEST = 8 };

int main(void)
{
    const size_t sizes[] = {2, 4};
    double C[LARGEST * LARGEST], U[LARGEST * LARGEST], out[LARGEST * LARGEST], sink = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t K = sizes[i], P = 2 * K;
        size_t integrals = K * (K - 1) / 2 * ((P - 2) * (P - 3) / 2);
        size_t calls = 4000 / (K * K * K);
        double seconds[REPEATS], ratio[REPEATS];
        for (size_t a = 0; a < P; a++) {
            for (size_t b = 0; b < P; b++)
                C[a * P + b] = a == b ? 1 : 0.5 / (1 + fabs((double)a - (double)b));
            for (size_t k = 0; k < K; k++)
                U[k * P + a] = 1 + (double)(k + a);
        }
        for (int r = 0; r < REPEATS; r++) {
            double t0 = now();
            for (size_t n = 0; n < calls; n++) {
                aln_relu_I4(P, K, C, U, out, NULL);
                sink += out[1];
            }
            double t1 = now();
            for (int n = 0; n < 100000; n++)
                sink += erf(1e-5 * n);
            seconds[r] = (t1 - t0) / (double)calls;
            ratio[r] = seconds[r] / ((now() - t1) / 100000);
        }
        double ns = 1e9 * median(seconds, REPEATS);
        printf("K = M = %zu: I4 %.0f ns = %.0f erf; %zu integrals, at most %.0f ns each\n", K, ns,
               median(ratio, REPEATS), integrals, ns / (double)integrals);
    }
    printf("(check %g)\n", sink);
    return 0;
}

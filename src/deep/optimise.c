/* Steps of the optimisers that need the gradient by itself. */
#include <math.h>

#include "deep/real.h"
#include "deep/tables.h"

/* In the order of operations of torch.optim.Adam. */
static void adam(size_t n, const struct aln_optimiser_step *step, const real *restrict G,
                 real *restrict m, real *restrict s, real *restrict w)
{
    const real decay = (real)step->decay, epsilon = (real)step->epsilon;
    const real keep = (real)step->beta2, new_m = (real)(1 - step->beta1),
               new_s = (real)(1 - step->beta2);
    const real rate = (real)(step->rate / (1 - pow(step->beta1, step->number)));
    const real root = (real)sqrt(1 - pow(step->beta2, step->number));
    for (size_t i = 0; i < n; i++) {
        const real g = G[i] + decay * w[i];
        m[i] += new_m * (g - m[i]);
        s[i] = keep * s[i] + new_s * g * g;
        w[i] -= rate * m[i] / (ALN_SQRT(s[i]) / root + epsilon);
    }
}

const struct aln_optimiser_callbacks ALN_REAL(aln_adam) = {adam};

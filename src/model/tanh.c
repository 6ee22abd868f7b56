/* g(x) = tanh x. Its averages are those of a sum of error functions that nearly equals it
 * (src/model/tanh_terms.h): a function of its own, so the equations stay consistent. */
#include <math.h>

#include "model/activation_rows.h"
#include "model/erf_sum.h"
#include "model/tanh_terms.h"

#define A(a, b) a,
#define B(a, b) b,
const struct aln_erf_sum aln_tanh_sum = {0, {ALN_TANH_TERMS(A)}, {ALN_TANH_TERMS(B)}};

double aln_tanh_g(double x)
{
    return tanh(x);
}

double aln_tanh_dg(double x)
{
    double h = tanh(x);
    return 1 - h * h;
}

ALN_ERF_SUM_AVERAGES(tanh)

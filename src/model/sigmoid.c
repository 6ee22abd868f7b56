/* g(x) = 1/(1 + exp(-x)) = 1/2 + 1/2 tanh(x/2), see src/model/tanh.c. */
#include <math.h>

#include "model/activation_rows.h"
#include "model/erf_sum.h"
#include "model/tanh_terms.h"

#define A(a, b) 0.5 * a,
#define B(a, b) 0.5 * b,
const struct aln_erf_sum aln_sigmoid_sum = {0.5, {ALN_TANH_TERMS(A)}, {ALN_TANH_TERMS(B)}};

double aln_sigmoid_g(double x)
{
    return 1 / (1 + exp(-x));
}

double aln_sigmoid_dg(double x)
{
    return aln_sigmoid_g(x) * aln_sigmoid_g(-x);
}

ALN_ERF_SUM_AVERAGES(sigmoid)

#include "alignode/manifold.h"

#include <math.h>

#include "base/finders.h"

#define SOURCE "Goldt et al., PRX 10 (2020) 041044"

static double fold_sign(double u)
{
    return u > 0 ? 1 : u < 0 ? -1 : 0;
}

static double fold_erf(double u)
{
    return erf(u * M_SQRT1_2);
}

static double fold_linear(double u)
{
    return u;
}

/* <u tanh u> = <tanh'> = 1 - <tanh^2> */
#define TANH_SLOPE 0.60570550960215881

static const struct aln_fold folds[] = {
    {{"sign", "sign(u)", SOURCE}, fold_sign, 0.79788456080286536, 1},           /* sqrt(2/pi) */
    {{"erf", "erf(u/sqrt(2))", SOURCE}, fold_erf, 0.56418958354775629, 1. / 3}, /* 1/sqrt(pi) */
    {{"tanh", "tanh(u)", SOURCE}, tanh, TANH_SLOPE, 1 - TANH_SLOPE},
    {{"linear", "u: Gaussian inputs on a D-dimensional plane", SOURCE}, fold_linear, 1, 1},
};
const struct aln_names aln_folds = {"manifold function", "manifold functions", folds,
                                    sizeof folds / sizeof folds[0], sizeof folds[0]};
ALN_FINDERS(fold, aln_folds);

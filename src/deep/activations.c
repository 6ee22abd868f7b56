/* Definitions of the activations of deep networks. */
#include <math.h>

#include "alignode/layer.h"
#include "base/finders.h"
#include "deep/stage.h"
#include "deep/tables.h"
#include "model/activation_rows.h"

static double tanh_dg(double x)
{
    double h = tanh(x);
    return 1 - h * h;
}

static double leaky_g(double x)
{
    return x > 0 ? x : ALN_LEAK * x;
}

static double leaky_dg(double x)
{
    return x > 0 ? 1 : ALN_LEAK;
}

static double sigmoid_g(double x)
{
    return 1 / (1 + exp(-x));
}

static double sigmoid_dg(double x)
{
    return sigmoid_g(x) * sigmoid_g(-x);
}

static const struct aln_deep_activation activations[] = {
    {.id = {"tanh", "hyperbolic tangent", ""},
     .g = tanh,
     .dg = tanh_dg,
     .callbacks = ALN_BOTH(aln_activate_tanh)},
    {.id = {"relu", "max(0, x)", "Nair & Hinton, ICML 2010"},
     .g = aln_relu_g,
     .dg = aln_relu_dg,
     .callbacks = ALN_BOTH(aln_activate_relu)},
    {.id = {"erf", "erf(x/sqrt 2)", "Saad & Solla, PRE 52 (1995) 4225"},
     .g = aln_erf_g,
     .dg = aln_erf_dg,
     .callbacks = ALN_BOTH(aln_activate_erf)},
    {.id = {"linear", "x", ""},
     .g = aln_linear_g,
     .dg = aln_linear_dg,
     .callbacks = ALN_BOTH(aln_activate_linear),
     .linear = true},
    {.id = {"leaky-relu", "x for x > 0, else x/100", "Maas, Hannun & Ng, ICML 2013"},
     .g = leaky_g,
     .dg = leaky_dg,
     .callbacks = ALN_BOTH(aln_activate_leaky)},
    {.id = {"sigmoid", "1/(1 + exp(-x))", ""},
     .g = sigmoid_g,
     .dg = sigmoid_dg,
     .callbacks = ALN_BOTH(aln_activate_sigmoid)},
};

const struct aln_names aln_deep_activations = {"activation", "deep-activations", activations,
                                               sizeof activations / sizeof activations[0],
                                               sizeof activations[0]};
ALN_FINDERS(deep_activation, aln_deep_activations);

/* Definitions of the activations of deep networks. */
#include "alignode/layer.h"
#include "base/finders.h"
#include "deep/stage.h"
#include "deep/tables.h"
#include "model/activation_rows.h"

static const struct aln_deep_activation activations[] = {
    {.id = {"tanh", "hyperbolic tangent", ""},
     .g = aln_tanh_g,
     .dg = aln_tanh_dg,
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
     .g = aln_leaky_g,
     .dg = aln_leaky_dg,
     .callbacks = ALN_BOTH(aln_activate_leaky)},
    {.id = {"sigmoid", "1/(1 + exp(-x))", ""},
     .g = aln_sigmoid_g,
     .dg = aln_sigmoid_dg,
     .callbacks = ALN_BOTH(aln_activate_sigmoid)},
};

const struct aln_names aln_deep_activations = {"activation", "deep-activations", activations,
                                               sizeof activations / sizeof activations[0],
                                               sizeof activations[0]};
ALN_FINDERS(deep_activation, aln_deep_activations);

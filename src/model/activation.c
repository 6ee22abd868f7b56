#include "base/finders.h"
#include "model/activation_rows.h"

#define ROW(a, name, doc, source)                                                                  \
    {                                                                                              \
        {name, doc, source}, aln_##a##_g, aln_##a##_dg, aln_##a##_I2, aln_##a##_J2, aln_##a##_A2,  \
            aln_##a##_I4_work, aln_##a##_I4                                                        \
    }

static const struct aln_activation activations[] = {
    ROW(erf, "erf", "erf(x/sqrt 2)", "Saad & Solla, PRE 52 (1995) 4225"),
    ROW(linear, "linear", "x", "Wick's theorem"),
    ROW(quadratic, "quadratic", "x^2", "Wick's theorem"),
    ROW(relu, "relu", "max(0, x)", "Cho & Saul, NeurIPS 2009; Plackett, Biometrika 41 (1954) 351"),
};

const struct aln_names aln_activations = {"activation", "activations", activations,
                                          sizeof activations / sizeof activations[0],
                                          sizeof activations[0]};
ALN_FINDERS(activation, aln_activations);

bool aln_activation_is_odd(const struct aln_activation *g)
{
    return g->g(0) == 0 && g->A2(0, 1, 0) == 0;
}

#include "base/finders.h"
#include "model/activation_rows.h"

#define ROW(a, label, describes, cites, ...)                                                       \
    {.id = {label, describes, cites},                                                              \
     .g = aln_##a##_g,                                                                             \
     .dg = aln_##a##_dg,                                                                           \
     .I2 = aln_##a##_I2,                                                                           \
     .J2 = aln_##a##_J2,                                                                           \
     .A2 = aln_##a##_A2,                                                                           \
     .I4_work = aln_##a##_I4_work,                                                                 \
     .I4 = aln_##a##_I4,                                                                           \
     __VA_ARGS__},

static const struct aln_activation activations[] = {ALN_ACTIVATION_ROWS(ROW)};

const struct aln_names aln_activations = {"activation", "activations", activations,
                                          sizeof activations / sizeof activations[0],
                                          sizeof activations[0]};
ALN_FINDERS(activation, aln_activations);

static void map(double (*f)(double), void (*together)(size_t, const double *, double *), size_t n,
                const double *x, double *out)
{
    if (together != NULL) {
        together(n, x, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = f(x[i]);
}

void aln_activation_values(const struct aln_activation *a, size_t n, const double *x, double *out)
{
    map(a->g, a->values, n, x, out);
}

void aln_activation_slopes(const struct aln_activation *a, size_t n, const double *x, double *out)
{
    map(a->dg, a->slopes, n, x, out);
}

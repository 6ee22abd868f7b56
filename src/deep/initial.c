#include "alignode/layer.h"
#include "base/failure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/finders.h"
#include "deep/draw.h"

void aln_draw_entries(struct aln_stream *stream, enum aln_distribution distribution, double scale,
                      size_t n, double *x)
{
    aln_distribution_row(distribution)->draw(stream, n, x);
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Gram-Schmidt with one reorthogonalisation. Independent normal vectors are nearly dependent only
 * in square matrices, where the second pass still leaves 1e-14. */
enum aln_status aln_draw_orthonormal(struct aln_stream *stream, size_t rows, size_t cols,
                                     double scale, double *A)
{
    size_t count = rows < cols ? rows : cols, length = rows < cols ? cols : rows;
    double *V = malloc(count * length * sizeof *V); /* the vectors, one a row */
    if (V == NULL)
        return aln_raise_memory("a %zu x %zu matrix", rows, cols);
    aln_stream_normals(stream, count * length, V);
    for (size_t i = 0; i < count; i++) {
        double *v = V + i * length;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j < i; j++) {
                double projection = dot(length, v, V + j * length);
                for (size_t k = 0; k < length; k++)
                    v[k] -= projection * V[j * length + k];
            }
            double norm = sqrt(dot(length, v, v));
            for (size_t k = 0; k < length; k++)
                v[k] /= norm;
        }
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            A[i * cols + j] = scale * (rows < cols ? V[i * length + j] : V[j * length + i]);
    free(V);
    return ALN_OK;
}

/* ---- the table ---- */

static double root_of_fan_in(const struct aln_start *s)
{
    return sqrt((double)s->cols);
}

static enum aln_status uniform(const struct aln_start *s, double *W)
{
    aln_draw_entries(s->stream, ALN_UNIFORM, s->scale / root_of_fan_in(s), s->rows * s->cols, W);
    return ALN_OK;
}

static enum aln_status gaussian(const struct aln_start *s, double *W)
{
    aln_draw_entries(s->stream, ALN_NORMAL, s->scale / root_of_fan_in(s), s->rows * s->cols, W);
    return ALN_OK;
}

static enum aln_status orthogonal(const struct aln_start *s, double *W)
{
    return aln_draw_orthonormal(s->stream, s->rows, s->cols, s->scale, W);
}

static enum aln_status zero(const struct aln_start *s, double *W)
{
    memset(W, 0, s->rows * s->cols * sizeof *W);
    return ALN_OK;
}

/* W_l parallel to F_l F_{l-1}^T, W_L to F_{L-1}^T, with the root mean square of `uniform`. */
static enum aln_status aligned(const struct aln_start *s, double *W)
{
    if (s->layer == 1)
        return uniform(s, W);
    if (s->beneath == NULL || (s->above == NULL && s->layer < s->layers))
        return aln_raise(ALN_USAGE,
                         "weight layer %zu: initialisation 'aligned' needs random feedback "
                         "and dense layers on both sides",
                         s->layer);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t j = 0; j < s->cols; j++)
            W[i * s->cols + j] = s->above == NULL ? s->beneath[j * s->outputs + i]
                                                  : dot(s->outputs, s->above + i * s->outputs,
                                                        s->beneath + j * s->outputs);
    double square = dot(s->rows * s->cols, W, W);
    double factor = square > 0 ? s->scale * sqrt((double)s->rows / 3 / square) : 0;
    for (size_t i = 0; i < s->rows * s->cols; i++)
        W[i] *= factor;
    return ALN_OK;
}

static const struct aln_initialisation initialisations[] = {
    {{"uniform", "U(-1,1)/sqrt(fan-in)", "as published with Refinetti et al., ICML 2021"}, uniform},
    {{"gaussian", "N(0,1)/sqrt(fan-in)", ""}, gaussian},
    {{"orthogonal", "random orthonormal rows or columns", "Saxe et al., ICLR 2014"}, orthogonal},
    {{"zero", "all zero; feedback alignment learns from there, bp does not", ""}, zero},
    {{"aligned", "W_l parallel to F_l F_(l-1)^T, with the rms of uniform; W_1 uniform",
      "weak weight alignment: Refinetti et al., ICML 2021"},
     aligned},
};

const struct aln_names aln_initialisations = {"initialisation", "initialisations", initialisations,
                                              sizeof initialisations / sizeof initialisations[0],
                                              sizeof initialisations[0]};
ALN_FINDERS(initialisation, aln_initialisations);

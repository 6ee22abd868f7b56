/* Dense layer, a = W h: every unit is connected to every input, whatever the input's shape. */
#include <string.h>

#include "deep/real.h"

static enum aln_status shape(const struct aln_layer *layer, size_t index, struct aln_shape in,
                             struct aln_shape *out)
{
    (void)index;
    (void)in;
    *out = (struct aln_shape){layer->size, 1, 1};
    return ALN_OK;
}

static void weights(const struct aln_layer *layer, struct aln_shape in, size_t *rows, size_t *cols)
{
    *rows = layer->size;
    *cols = aln_shape_size(in);
}

static double products(const struct aln_stage *s)
{
    return (double)s->rows * (double)s->cols;
}

static void forward(const struct aln_stage *s, size_t B, const real *W, const real *h, real *a,
                    real *work)
{
    (void)work;
    aln_gemm('N', 'T', B, s->rows, s->cols, 1, h, s->cols, W, s->cols, 1, a, s->rows);
}

static void carry(const struct aln_stage *s, size_t B, const real *W, const real *h, const real *a,
                  const real *d, real *dh, real *work)
{
    (void)h;
    (void)a;
    (void)work;
    memset(dh, 0, B * s->cols * sizeof *dh);
    aln_gemm('N', 'N', B, s->cols, s->rows, 1, d, s->rows, W, s->cols, 1, dh, s->cols);
}

static void gradient(const struct aln_stage *s, size_t B, real alpha, const real *h, const real *d,
                     real beta, real *G, real *work)
{
    (void)work;
    aln_gemm('T', 'N', s->rows, s->cols, B, alpha, d, s->rows, h, s->cols, beta, G, s->cols);
}

const struct aln_layer_callbacks ALN_REAL(aln_dense) = {
    .geometry = {.shape = shape, .weights = weights, .products = products},
    .forward = forward,
    .carry = carry,
    .gradient = gradient,
};

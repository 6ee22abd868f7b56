/* Dense layer, a = W h: every unit is connected to every input, whatever the input's shape. */
#include "deep/product.h"

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

static size_t work(const struct aln_stage *s, size_t B)
{
    return ALN_REAL(aln_product_work)(B > s->rows ? B : s->rows);
}

static void forward(const struct aln_stage *s, size_t B, const real *W, const real *h, real *a,
                    real *work)
{
    ALN_REAL(aln_product_dots)(s->rows, B, s->cols, W, h, a, work);
}

static void carry(const struct aln_stage *s, size_t B, const real *W, const real *h, const real *a,
                  const real *d, real *dh, real *work)
{
    (void)h;
    (void)a;
    ALN_REAL(aln_product_mix)(false, B, s->rows, s->cols, 1, d, W, 0, dh, work);
}

static void gradient(const struct aln_stage *s, size_t B, real alpha, const real *h, const real *d,
                     real beta, real *G, real *work)
{
    ALN_REAL(aln_product_mix)(true, s->rows, B, s->cols, alpha, d, h, beta, G, work);
}

const struct aln_layer_callbacks ALN_REAL(aln_dense) = {
    .geometry = {.shape = shape, .weights = weights, .work = work, .products = products},
    .forward = forward,
    .carry = carry,
    .gradient = gradient,
};

/* Layers without weights: pooling over square windows, and flatten. Inputs at the right and lower
 * edge that fill no window are dropped. */
#include <string.h>

#include "deep/real.h"

static size_t stride_of(const struct aln_layer *layer)
{
    return layer->stride > 0 ? layer->stride : layer->size;
}

static enum aln_status shape(const struct aln_layer *layer, size_t index, struct aln_shape in,
                             struct aln_shape *out)
{
    const size_t k = layer->size, stride = stride_of(layer);
    if (k > in.height || k > in.width)
        return aln_raise(ALN_USAGE,
                         "layer %zu (%s): window %zu x %zu is larger than its input, %zu x %zu",
                         index, layer->kind->id.name, k, k, in.height, in.width);
    *out =
        (struct aln_shape){in.channels, (in.height - k) / stride + 1, (in.width - k) / stride + 1};
    return ALN_OK;
}

/* Index of the first input in the window of output o, all channels of one image. */
static size_t corner(const struct aln_stage *s, size_t o)
{
    const size_t area = s->out.height * s->out.width, stride = stride_of(&s->layer);
    const size_t c = o / area, i = o % area / s->out.width, j = o % s->out.width;
    return (c * s->in.height + i * stride) * s->in.width + j * stride;
}

/* ---- average ---- */

static void average_forward(const struct aln_stage *s, size_t B, const real *W, const real *h,
                            real *a, real *work)
{
    const size_t k = s->layer.size;
    const real weight = 1 / (real)(k * k);
    (void)W;
    (void)work;
    for (size_t n = 0; n < B; n++, h += s->inputs, a += s->outputs)
        for (size_t o = 0; o < s->outputs; o++) {
            const real *window = h + corner(s, o);
            real sum = 0;
            for (size_t y = 0; y < k; y++)
                for (size_t x = 0; x < k; x++)
                    sum += window[y * s->in.width + x];
            a[o] = weight * sum;
        }
}

static void average_carry(const struct aln_stage *s, size_t B, const real *W, const real *h,
                          const real *a, const real *d, real *dh, real *work)
{
    const size_t k = s->layer.size;
    const real weight = 1 / (real)(k * k);
    (void)W;
    (void)h;
    (void)a;
    (void)work;
    memset(dh, 0, B * s->inputs * sizeof *dh);
    for (size_t n = 0; n < B; n++, d += s->outputs, dh += s->inputs)
        for (size_t o = 0; o < s->outputs; o++) {
            real *window = dh + corner(s, o);
            for (size_t y = 0; y < k; y++)
                for (size_t x = 0; x < k; x++)
                    window[y * s->in.width + x] += weight * d[o];
        }
}

/* ---- max; the first of equal inputs, row by row ---- */

static size_t largest(const struct aln_stage *s, const real *window)
{
    const size_t k = s->layer.size;
    size_t best = 0;
    for (size_t y = 0; y < k; y++)
        for (size_t x = 0; x < k; x++)
            if (window[y * s->in.width + x] > window[best])
                best = y * s->in.width + x;
    return best;
}

static void max_forward(const struct aln_stage *s, size_t B, const real *W, const real *h, real *a,
                        real *work)
{
    (void)W;
    (void)work;
    for (size_t n = 0; n < B; n++, h += s->inputs, a += s->outputs)
        for (size_t o = 0; o < s->outputs; o++) {
            const real *window = h + corner(s, o);
            a[o] = window[largest(s, window)];
        }
}

static void max_carry(const struct aln_stage *s, size_t B, const real *W, const real *h,
                      const real *a, const real *d, real *dh, real *work)
{
    (void)W;
    (void)a;
    (void)work;
    memset(dh, 0, B * s->inputs * sizeof *dh);
    for (size_t n = 0; n < B; n++, h += s->inputs, d += s->outputs, dh += s->inputs)
        for (size_t o = 0; o < s->outputs; o++) {
            const size_t at = corner(s, o);
            dh[at + largest(s, h + at)] += d[o];
        }
}

/* ---- flatten ---- */

static enum aln_status flat_shape(const struct aln_layer *layer, size_t index, struct aln_shape in,
                                  struct aln_shape *out)
{
    (void)layer;
    (void)index;
    *out = (struct aln_shape){aln_shape_size(in), 1, 1};
    return ALN_OK;
}

const struct aln_layer_callbacks ALN_REAL(aln_average_pool) = {
    .geometry = {.shape = shape}, .forward = average_forward, .carry = average_carry};
const struct aln_layer_callbacks ALN_REAL(aln_max_pool) = {
    .geometry = {.shape = shape}, .forward = max_forward, .carry = max_carry};
const struct aln_layer_callbacks ALN_REAL(aln_flatten) = {
    .geometry = {.shape = flat_shape, .view = true}};

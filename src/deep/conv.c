/* A convolution: a[c, i, j] = sum over c', y, x of W[c, c', y, x] h[c', i s + y - p, j s + x - p],
 * with zeros beyond the map. An image's patches are gathered as the columns of a matrix, some rows
 * of the map at a time so that they stay in the cache, and multiplied by the kernels. */
#include <limits.h>
#include <string.h>

#include "deep/real.h"

/* Numbers of a piece of patches, as far as whole rows of the map allow: half a megabyte of floats.
 */
enum { PIECE = 1 << 17, LARGEST_KERNEL = 4096 };

/* ---- sizes ---- */

static size_t stride_of(const struct aln_layer *layer)
{
    return layer->stride > 0 ? layer->stride : 1;
}

static enum aln_status shape(const struct aln_layer *layer, size_t index, struct aln_shape in,
                             struct aln_shape *out)
{
    const size_t k = layer->kernel, p = layer->padding;
    if (k == 0)
        return aln_raise(ALN_USAGE, "layer %zu (conv): it needs a kernel, the side of its window",
                         index);
    if (k > LARGEST_KERNEL)
        return aln_raise(ALN_USAGE, "layer %zu (conv): a kernel of %zu, at most %d", index, k,
                         LARGEST_KERNEL);
    if (p >= k)
        return aln_raise(ALN_USAGE,
                         "layer %zu (conv): padding %zu must be below the kernel's side, %zu",
                         index, p, k);
    if (k > in.height + 2 * p || k > in.width + 2 * p)
        return aln_raise(ALN_USAGE,
                         "layer %zu (conv): the kernel, %zu x %zu, is larger than its map, "
                         "%zu x %zu with padding",
                         index, k, k, in.height + 2 * p, in.width + 2 * p);
    *out = (struct aln_shape){layer->size, (in.height + 2 * p - k) / stride_of(layer) + 1,
                              (in.width + 2 * p - k) / stride_of(layer) + 1};
    return ALN_OK;
}

static void weights(const struct aln_layer *layer, struct aln_shape in, size_t *rows, size_t *cols)
{
    *rows = layer->size;
    *cols = in.channels * layer->kernel * layer->kernel;
}

/* Rows of the map whose patches are gathered at a time. */
static size_t rows_at_once(const struct aln_stage *s)
{
    size_t rows = PIECE / (s->cols * s->out.width);
    return rows == 0 ? 1 : rows > s->out.height ? s->out.height : rows;
}

static size_t work(const struct aln_stage *s, size_t B)
{
    (void)B;
    return s->cols * s->out.width * rows_at_once(s);
}

static double products(const struct aln_stage *s)
{
    return (double)s->rows * (double)s->cols * (double)(s->out.height * s->out.width);
}

/* ---- patches ---- */

/* Of the columns of a map, those [from, to) whose input at offset x of the window exists. */
static void inside(const struct aln_stage *s, size_t x, size_t *from, size_t *to)
{
    const size_t stride = stride_of(&s->layer), p = s->layer.padding;
    *from = x >= p ? 0 : (p - x + stride - 1) / stride;
    *to = s->in.width + p <= x ? 0 : (s->in.width + p - x - 1) / stride + 1;
    *to = *to > s->out.width ? s->out.width : *to;
    *from = *from > *to ? *to : *from;
}

/* What a pass over patches does with one run of `count` inputs and its place in the matrix. */
static inline void take(const real *restrict h, size_t stride, size_t count, real *restrict patch)
{
    if (stride == 1)
        for (size_t j = 0; j < count; j++)
            patch[j] = h[j];
    else
        for (size_t j = 0; j < count; j++)
            patch[j] = h[j * stride];
}

static inline void add(const real *restrict patch, size_t stride, size_t count, real *restrict h)
{
    if (stride == 1)
        for (size_t j = 0; j < count; j++)
            h[j] += patch[j];
    else
        for (size_t j = 0; j < count; j++)
            h[j * stride] += patch[j];
}

/* Patches of the rows first .. first+rows-1 of the map of one image.
 * Given: h (one image).  Returned: patch (cols x rows out.width) */
static void gather(const struct aln_stage *s, const real *h, size_t first, size_t rows, real *patch)
{
    const size_t k = s->layer.kernel, p = s->layer.padding, stride = stride_of(&s->layer);
    const size_t width = s->out.width;
    for (size_t c = 0; c < s->in.channels; c++, h += s->in.height * s->in.width)
        for (size_t y = 0; y < k; y++)
            for (size_t x = 0; x < k; x++) {
                size_t from, to;
                inside(s, x, &from, &to);
                for (size_t i = first; i < first + rows; i++, patch += width) {
                    const size_t row = i * stride + y; /* counted with the padding */
                    if (row < p || row - p >= s->in.height || from == to) {
                        memset(patch, 0, width * sizeof *patch);
                        continue;
                    }
                    for (size_t j = 0; j < from; j++)
                        patch[j] = 0;
                    for (size_t j = to; j < width; j++)
                        patch[j] = 0;
                    take(h + (row - p) * s->in.width + (from * stride + x - p), stride, to - from,
                         patch + from);
                }
            }
}

/* The transpose of gather(): every number of the patches is added to where it came from. */
static void scatter(const struct aln_stage *s, const real *patch, size_t first, size_t rows,
                    real *h)
{
    const size_t k = s->layer.kernel, p = s->layer.padding, stride = stride_of(&s->layer);
    for (size_t c = 0; c < s->in.channels; c++, h += s->in.height * s->in.width)
        for (size_t y = 0; y < k; y++)
            for (size_t x = 0; x < k; x++) {
                size_t from, to;
                inside(s, x, &from, &to);
                for (size_t i = first; i < first + rows; i++, patch += s->out.width) {
                    const size_t row = i * stride + y;
                    if (row < p || row - p >= s->in.height || from == to)
                        continue;
                    add(patch + from, stride, to - from,
                        h + (row - p) * s->in.width + (from * stride + x - p));
                }
            }
}

/* ---- passes ---- */

static void forward(const struct aln_stage *s, size_t B, const real *W, const real *h, real beta,
                    real *a, real *work)
{
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    for (size_t n = 0; n < B; n++, h += s->inputs, a += s->outputs)
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            gather(s, h, first, rows, work);
            ALN_GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)s->rows, (int)count,
                     (int)s->cols, 1, W, (int)s->cols, work, (int)count, beta,
                     a + first * s->out.width, (int)area);
        }
}

static void carry(const struct aln_stage *s, size_t B, const real *W, const real *h, const real *a,
                  const real *d, real *dh, real *work)
{
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    (void)h;
    (void)a;
    memset(dh, 0, B * s->inputs * sizeof *dh);
    for (size_t n = 0; n < B; n++, d += s->outputs, dh += s->inputs)
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            ALN_GEMM(CblasRowMajor, CblasTrans, CblasNoTrans, (int)s->cols, (int)count,
                     (int)s->rows, 1, W, (int)s->cols, d + first * s->out.width, (int)area, 0, work,
                     (int)count);
            scatter(s, work, first, rows, dh);
        }
}

static void gradient(const struct aln_stage *s, size_t B, real alpha, const real *h, const real *d,
                     real beta, real *G, real *work)
{
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    for (size_t n = 0; n < B; n++, h += s->inputs, d += s->outputs)
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            gather(s, h, first, rows, work);
            ALN_GEMM(CblasRowMajor, CblasNoTrans, CblasTrans, (int)s->rows, (int)s->cols,
                     (int)count, alpha, d + first * s->out.width, (int)area, work, (int)count, beta,
                     G, (int)s->cols);
            beta = 1;
        }
}

const struct aln_layer_callbacks ALN_REAL(aln_conv) = {
    .geometry = {.shape = shape, .weights = weights, .work = work, .products = products},
    .forward = forward,
    .carry = carry,
    .gradient = gradient,
};

/* Convolution: a[c, i, j] = sum over c', y, x of W[c, c', y, x] h[c', i s + y - p, j s + x - p],
 * the map padded with zeros. Most are computed directly (conv_direct.h). Where a window is so large
 * that few of them fit on the map, the patches of an image are gathered as the columns of a matrix,
 * a few rows of the map at a time so that they stay in cache, and multiplied by the kernels. */
#include <limits.h>
#include <string.h>

#include "base/interrupt.h"
#include "deep/conv_direct.h"

/* Numbers in a block of patches, rounded to whole rows of the map: half a megabyte of floats. */
enum { BLOCK = 1 << 17, LARGEST_KERNEL = 4096 };

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
        return aln_raise(ALN_USAGE, "layer %zu (conv): missing kernel, the side of its window",
                         index);
    if (k > LARGEST_KERNEL)
        return aln_raise(ALN_USAGE, "layer %zu (conv): kernel must be at most %d, got %zu", index,
                         LARGEST_KERNEL, k);
    if (p >= k)
        return aln_raise(ALN_USAGE,
                         "layer %zu (conv): padding %zu must be smaller than the kernel, %zu",
                         index, p, k);
    if (k > in.height + 2 * p || k > in.width + 2 * p)
        return aln_raise(ALN_USAGE,
                         "layer %zu (conv): kernel %zu x %zu is larger than its input, "
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

/* Rows of the output map whose patches are gathered at once. */
static size_t rows_at_once(const struct aln_stage *s)
{
    size_t rows = BLOCK / (s->cols * s->out.width);
    return rows == 0 ? 1 : rows > s->out.height ? s->out.height : rows;
}

/* ---- packed images ---- */

/* With padding or a stride s > 1 an image is packed first: padding is added, and the columns of
 * each row are reordered by their remainder modulo s, first 0, s, 2s, ..., then 1, s+1, ..., one
 * run per remainder. The inputs that one weight multiplies along a row are then contiguous. */
struct packing {
    size_t height, run, row; /* rows with padding; columns per remainder; columns */
    bool plain;              /* the image is used as it is */
};

static struct packing packing_of(const struct aln_stage *s)
{
    const size_t stride = stride_of(&s->layer), p = s->layer.padding;
    const size_t run = (s->in.width + 2 * p + stride - 1) / stride;
    return (struct packing){s->in.height + 2 * p, run, run * stride, stride == 1 && p == 0};
}

/* Rounded up so that what follows in the work space stays aligned. */
static size_t packed_size(const struct aln_stage *s)
{
    const struct packing t = packing_of(s);
    return t.plain ? 0 : (s->in.channels * t.height * t.row + 15) / 16 * 16;
}

/* The columns with remainder f that are in the image, not in the padding: [from, to). */
static void image_columns(const struct aln_stage *s, size_t f, size_t *from, size_t *to)
{
    const size_t stride = stride_of(&s->layer), p = s->layer.padding;
    *from = f >= p ? 0 : (p - f + stride - 1) / stride;
    *to = s->in.width + p <= f ? 0 : (s->in.width + p - f - 1) / stride + 1;
    *from = *from > *to ? *to : *from;
}

/* Copies numbers `stride` apart to contiguous ones, and back. */
static inline void copy_strided(const real *restrict h, size_t stride, size_t count,
                                real *restrict run)
{
    if (stride == 2)
        for (size_t j = 0; j < count; j++)
            run[j] = h[2 * j];
    else
        for (size_t j = 0; j < count; j++)
            run[j] = h[j * stride];
}

static inline void copy_back(const real *restrict run, size_t stride, size_t count,
                             real *restrict h)
{
    for (size_t j = 0; j < count; j++)
        h[j * stride] = run[j];
}

/* Given:    h (one image)
 * Returned: the packed image, in `room`, or h itself */
static const real *pack(const struct aln_stage *s, const real *h, real *room)
{
    const struct packing t = packing_of(s);
    const size_t p = s->layer.padding, stride = stride_of(&s->layer), width = s->in.width;
    if (t.plain)
        return h;
    memset(room, 0, packed_size(s) * sizeof *room);
    for (size_t f = 0, from, to; f < stride; f++) {
        image_columns(s, f, &from, &to);
        for (size_t c = 0; c < s->in.channels; c++)
            for (size_t i = 0; i < s->in.height; i++)
                copy_strided(h + (c * s->in.height + i) * width + from * stride + f - p, stride,
                             to - from, room + (c * t.height + p + i) * t.row + f * t.run + from);
    }
    return room;
}

/* The inverse of pack(). */
static void unpack(const struct aln_stage *s, const real *room, real *h)
{
    const struct packing t = packing_of(s);
    const size_t p = s->layer.padding, stride = stride_of(&s->layer), width = s->in.width;
    for (size_t f = 0, from, to; f < stride; f++) {
        image_columns(s, f, &from, &to);
        for (size_t c = 0; c < s->in.channels; c++)
            for (size_t i = 0; i < s->in.height; i++)
                copy_back(room + (c * t.height + p + i) * t.row + f * t.run + from, stride,
                          to - from, h + (c * s->in.height + i) * width + from * stride + f - p);
    }
}

/* ---- patches ---- */

static size_t work(const struct aln_stage *s, size_t B)
{
    (void)B;
    if (ALN_REAL(aln_conv_is_direct)(s))
        return ALN_REAL(aln_conv_direct_work)(s);
    return s->cols * s->out.width * rows_at_once(s) + packed_size(s);
}

static double products(const struct aln_stage *s)
{
    return (double)s->rows * (double)s->cols * (double)(s->out.height * s->out.width);
}

/* memcpy() of short rows without a call, eight numbers at a time; unless count is a multiple of
 * eight, the last eight overlap those before. */
static inline void copy(const real *restrict from, size_t count, real *restrict to)
{
    enum { LANES = 8 };
    size_t j = 0;
    for (; j + LANES <= count; j += LANES)
        memcpy(to + j, from + j, LANES * sizeof *to);
    if (j < count && count >= LANES)
        memcpy(to + count - LANES, from + count - LANES, LANES * sizeof *to);
    else
        for (; j < count; j++)
            to[j] = from[j];
}

static inline void add(const real *restrict from, size_t count, real *restrict to)
{
    for (size_t j = 0; j < count; j++)
        to[j] += from[j];
}

/* Offset of the input that weight (c, y, x) multiplies for the first output of row `first`. */
static size_t input_offset(const struct aln_stage *s, struct packing t, size_t first, size_t c,
                           size_t y, size_t x)
{
    const size_t stride = stride_of(&s->layer);
    return (c * t.height + first * stride + y) * t.row + x % stride * t.run + x / stride;
}

/* Patches of the output rows first .. first+rows-1 of one image.
 * Given:    map  a packed image
 * Returned: patch (cols x rows out.width) */
static void gather(const struct aln_stage *s, const real *map, size_t first, size_t rows,
                   real *patch)
{
    const struct packing t = packing_of(s);
    const size_t k = s->layer.kernel, down = stride_of(&s->layer) * t.row, width = s->out.width;
    for (size_t c = 0; c < s->in.channels; c++)
        for (size_t y = 0; y < k; y++)
            for (size_t x = 0; x < k; x++) {
                const real *from = map + input_offset(s, t, first, c, y, x);
                for (size_t i = 0; i < rows; i++, from += down, patch += width)
                    copy(from, width, patch);
            }
}

/* The transpose of gather(): adds every number of the patches to the input it came from. */
static void scatter(const struct aln_stage *s, const real *patch, size_t first, size_t rows,
                    real *map)
{
    const struct packing t = packing_of(s);
    const size_t k = s->layer.kernel, down = stride_of(&s->layer) * t.row, width = s->out.width;
    for (size_t c = 0; c < s->in.channels; c++)
        for (size_t y = 0; y < k; y++)
            for (size_t x = 0; x < k; x++) {
                real *to = map + input_offset(s, t, first, c, y, x);
                for (size_t i = 0; i < rows; i++, to += down, patch += width)
                    add(patch, width, to);
            }
}

/* ---- passes ---- */

static void forward(const struct aln_stage *s, size_t B, const real *W, const real *h, real *a,
                    real *work)
{
    if (ALN_REAL(aln_conv_is_direct)(s)) {
        ALN_REAL(aln_conv_direct_forward)(s, B, W, h, a, work);
        return;
    }
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    real *patch = work + packed_size(s);
    for (size_t n = 0; n < B && !aln_interrupted(); n++, h += s->inputs, a += s->outputs) {
        const real *map = pack(s, h, work);
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            gather(s, map, first, rows, patch);
            aln_gemm('N', 'N', s->rows, count, s->cols, 1, W, s->cols, patch, count, 1,
                     a + first * s->out.width, area);
        }
    }
}

static void carry(const struct aln_stage *s, size_t B, const real *W, const real *h, const real *a,
                  const real *d, real *dh, real *work)
{
    (void)h;
    (void)a;
    if (ALN_REAL(aln_conv_is_direct)(s)) {
        ALN_REAL(aln_conv_direct_carry)(s, B, W, d, dh, work);
        return;
    }
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    const bool plain = packing_of(s).plain;
    real *patch = work + packed_size(s);
    for (size_t n = 0; n < B && !aln_interrupted(); n++, d += s->outputs, dh += s->inputs) {
        real *map = plain ? dh : work;
        memset(map, 0, (plain ? s->inputs : packed_size(s)) * sizeof *map);
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            memset(patch, 0, s->cols * count * sizeof *patch);
            aln_gemm('T', 'N', s->cols, count, s->rows, 1, W, s->cols, d + first * s->out.width,
                     area, 1, patch, count);
            scatter(s, patch, first, rows, map);
        }
        if (!plain)
            unpack(s, map, dh);
    }
}

static void gradient(const struct aln_stage *s, size_t B, real alpha, const real *h, const real *d,
                     real beta, real *G, real *work)
{
    if (ALN_REAL(aln_conv_is_direct)(s)) {
        ALN_REAL(aln_conv_direct_gradient)(s, B, alpha, h, d, beta, G, work);
        return;
    }
    const size_t area = s->out.height * s->out.width, most = rows_at_once(s);
    real *patch = work + packed_size(s);
    for (size_t n = 0; n < B && !aln_interrupted(); n++, h += s->inputs, d += s->outputs) {
        const real *map = pack(s, h, work);
        for (size_t first = 0; first < s->out.height; first += most) {
            const size_t left = s->out.height - first, rows = left < most ? left : most;
            const size_t count = rows * s->out.width;
            gather(s, map, first, rows, patch);
            aln_gemm('N', 'T', s->rows, s->cols, count, alpha, d + first * s->out.width, area,
                     patch, count, beta, G, s->cols);
            beta = 1;
        }
    }
}

const struct aln_layer_callbacks ALN_REAL(aln_conv) = {
    .geometry = {.shape = shape, .weights = weights, .work = work, .products = products},
    .forward = forward,
    .carry = carry,
    .gradient = gradient,
};

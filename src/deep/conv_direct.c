/* Direct convolution. A padded map is laid out as one plane for each channel and, with a stride s,
 * for each remainder of row and column modulo s: plane (c, y % s, x % s) of h x w numbers. Output
 * (i, j) is number n = i w + j of such a plane, and the input that weight (c, y, x) multiplies for
 * it is number n + (y / s) w + x / s: one fixed offset for all n. All three passes are then sums
 * over contiguous numbers,
 *
 *     a[o, n] = sum over q = (c, y, x) of W[o, q] map[offset_q + n]
 *     G[o, q] = sum over n of d[o, n] map[offset_q + n]
 *     map[plane, m] = sum over o and the q of this plane of W[o, q] d[o, m - (y / s) w - x / s]
 *
 * at the price of the windows that run over the edge (j beyond the last output of a row), which
 * are computed and dropped, or have d = 0. Planes of several small images follow each other and are
 * handled as one. */
#include "deep/conv_direct.h"

#include <string.h>

#include "base/interrupt.h"
#include "deep/product_kernel.h"

enum {
    ROWS = 8, /* channels at once */
    LANES = ALN_PRODUCT_LANES,
    GROUP = 1024 /* numbers in a plane of a group of images: little is lost at its end */
};

struct conv_plan {
    size_t k, s, p;
    size_t h, w;      /* of a plane; h w is one image of it */
    size_t planes;    /* in.channels s s */
    size_t images;    /* in a group */
    size_t reach;     /* at least the largest offset within a plane */
    size_t row;       /* numbers in a plane of a group */
    size_t map, back; /* all planes; all channels of d */
    bool plain;       /* a map is a group as it is, not copied */
    size_t plane;     /* from plane to plane of a group of maps */
};

static size_t largest(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t whole_lanes(size_t n)
{
    return (n + LANES - 1) / LANES * LANES;
}

static struct conv_plan plan_of(const struct aln_stage *stage)
{
    const size_t k = stage->layer.kernel, p = stage->layer.padding;
    const size_t s = stage->layer.stride > 0 ? stage->layer.stride : 1;
    struct conv_plan t = {.k = k, .s = s, .p = p};
    t.h = (stage->in.height + 2 * p + s - 1) / s;
    t.w = (stage->in.width + 2 * p + s - 1) / s;
    t.planes = stage->in.channels * s * s;
    t.images = largest(1, GROUP / (t.h * t.w));
    t.reach = whole_lanes((k - 1) / s * (t.w + 1)); /* keeps d aligned */
    t.row = t.reach + whole_lanes(t.images * t.h * t.w) + LANES;
    t.plain = s == 1 && p == 0 && t.images == 1;
    t.plane = t.plain ? t.h * t.w : t.row;
    t.map = t.plain ? 0 : t.planes * t.row;
    t.back = stage->out.channels * t.row;
    return t;
}

bool ALN_REAL(aln_conv_is_direct)(const struct aln_stage *stage)
{
    const struct conv_plan t = plan_of(stage);
    return 2 * stage->out.height * stage->out.width >= t.h * t.w;
}

/* ---- work space ---- */

struct conv_room {
    size_t *offset; /* in.channels k k, or out.channels k k */
    real *A;        /* packed weights, a block of ROWS */
    real *map;      /* planes x row */
    real *back;     /* out.channels x row */
    real *T;        /* ROWS x row, or the gradient of a group */
};

static size_t offset_room(const struct aln_stage *stage)
{
    const size_t terms = largest(stage->in.channels, stage->out.channels) * stage->layer.kernel *
                         stage->layer.kernel;
    return whole_lanes(terms * (sizeof(size_t) / sizeof(real)));
}

/* Of one block of channels of carry(). */
static size_t weights_room(const struct aln_stage *stage)
{
    return ROWS * stage->out.channels * stage->layer.kernel * stage->layer.kernel;
}

static struct conv_room divide(const struct aln_stage *stage, const struct conv_plan *t, real *room)
{
    struct conv_room w = {.offset = (size_t *)(void *)room, .A = room + offset_room(stage)};
    w.map = w.A + whole_lanes(weights_room(stage));
    w.back = w.map + t->map;
    w.T = w.back + t->back;
    return w;
}

size_t ALN_REAL(aln_conv_direct_work)(const struct aln_stage *stage)
{
    const struct conv_plan t = plan_of(stage);
    return offset_room(stage) + whole_lanes(weights_room(stage)) + t.map + t.back +
           largest(ROWS * t.row, stage->rows * stage->cols);
}

/* ---- layout ---- */

/* The columns f, f + s, f + 2 s, .. of the padded map that are in the image, not in the padding:
 * [from, to) of their numbers. Rows likewise. */
static void inside(const struct conv_plan *t, size_t length, size_t f, size_t *from, size_t *to)
{
    *from = f >= t->p ? 0 : (t->p - f + t->s - 1) / t->s;
    *to = length + t->p <= f ? 0 : (length + t->p - f - 1) / t->s + 1;
    *from = *from > *to ? *to : *from;
}

/* The part of an image that lies in one plane: `rows` x `cols` numbers that are `step` apart in both
 * directions of the image. */
struct map_part {
    size_t plane, image; /* offsets of the first one */
    size_t rows, cols, step;
};

static struct map_part part_of(const struct aln_stage *stage, const struct conv_plan *t, size_t y,
                               size_t x)
{
    size_t top, bottom, left, right;
    inside(t, stage->in.height, y, &top, &bottom);
    inside(t, stage->in.width, x, &left, &right);
    if (top == bottom || left == right)
        return (struct map_part){0};
    return (struct map_part){
        top * t->w + left,
        (top * t->s + y - t->p) * stage->in.width + left * t->s + x - t->p,
        bottom - top,
        right - left,
        t->s,
    };
}

/* memcpy() without a call, of rows that are short: eight numbers at a time, the last eight over those
 * before. */
static inline void copy_row(const real *restrict from, size_t count, real *restrict to)
{
    enum { AT_ONCE = 8 };
    size_t j = 0;
    for (; j + AT_ONCE <= count; j += AT_ONCE)
        memcpy(to + j, from + j, AT_ONCE * sizeof *to);
    if (j < count && count >= AT_ONCE)
        memcpy(to + count - AT_ONCE, from + count - AT_ONCE, AT_ONCE * sizeof *to);
    else
        for (; j < count; j++)
            to[j] = from[j];
}

/* `rows` x `cols` numbers: how far they, and their rows, are apart. */
struct spacing {
    size_t step, row;
};

static void copy_block(size_t rows, size_t cols, const real *restrict from, struct spacing f,
                       real *restrict to, struct spacing t)
{
    if (f.step == 1 && t.step == 1 && f.row == cols && t.row == cols) {
        memcpy(to, from, rows * cols * sizeof *to);
        return;
    }
    for (size_t i = 0; i < rows; i++, from += f.row, to += t.row)
        if (f.step == 1 && t.step == 1)
            copy_row(from, cols, to);
        else
            for (size_t j = 0; j < cols; j++)
                to[j * t.step] = from[j * f.step];
}

/* Given:    images (count x inputs)
 * Changed:  room, whose padding is zero
 * Returns:  a group of maps: room, or the image itself */
static const real *spread(const struct aln_stage *stage, const struct conv_plan *t,
                          const real *images, size_t count, real *room)
{
    const size_t width = stage->in.width, area = stage->in.height * width;
    real *map = room;
    if (t->plain)
        return images;
    for (size_t c = 0; c < stage->in.channels; c++)
        for (size_t y = 0; y < t->s; y++)
            for (size_t x = 0; x < t->s; x++, map += t->row) {
                const struct map_part part = part_of(stage, t, y, x);
                for (size_t b = 0; b < count; b++)
                    copy_block(part.rows, part.cols,
                               images + b * stage->inputs + c * area + part.image,
                               (struct spacing){part.step, part.step * width},
                               map + b * t->h * t->w + part.plane, (struct spacing){1, t->w});
            }
    return room;
}

/* The inverse of spread(), of one plane. */
static void collect(const struct aln_stage *stage, const struct conv_plan *t, const real *plane,
                    size_t c, size_t y, size_t x, size_t count, real *images)
{
    const size_t width = stage->in.width, area = stage->in.height * width;
    const struct map_part part = part_of(stage, t, y, x);
    for (size_t b = 0; b < count; b++)
        copy_block(part.rows, part.cols, plane + b * t->h * t->w + part.plane,
                   (struct spacing){1, t->w}, images + b * stage->inputs + c * area + part.image,
                   (struct spacing){part.step, part.step * width});
}

/* Given:    d (count x outputs)
 * Changed:  back (out.channels x row), `reach` zeros before each channel, zero at the edges */
static void spread_back(const struct aln_stage *stage, const struct conv_plan *t, const real *d,
                        size_t count, real *back)
{
    const size_t width = stage->out.width, height = stage->out.height;
    const size_t used = t->reach + count * t->h * t->w;
    for (size_t o = 0; o < stage->out.channels; o++, back += t->row) {
        memset(back + used, 0, (t->row - used) * sizeof *back);
        for (size_t b = 0; b < count; b++)
            copy_block(height, width, d + b * stage->outputs + o * height * width,
                       (struct spacing){1, width}, back + t->reach + b * t->h * t->w,
                       (struct spacing){1, t->w});
    }
}

/* From the first to the last output of a group. */
static size_t extent(const struct aln_stage *stage, const struct conv_plan *t, size_t count)
{
    return (count - 1) * t->h * t->w + (stage->out.height - 1) * t->w + stage->out.width;
}

/* a += the windows that are inside the map.
 * Given: sums (of `rows` <= ROWS channels, from o on, x row) */
static void add_outputs(const struct aln_stage *stage, const struct conv_plan *t, const real *sums,
                        size_t o, size_t rows, size_t count, real *a)
{
    const size_t width = stage->out.width, area = stage->out.height * width;
    for (size_t b = 0; b < count; b++)
        for (size_t r = 0; r < rows; r++)
            for (size_t i = 0; i < stage->out.height; i++) {
                const real *restrict from = sums + r * t->row + b * t->h * t->w + i * t->w;
                real *restrict to = a + b * stage->outputs + (o + r) * area + i * width;
                for (size_t j = 0; j < width; j++)
                    to[j] += from[j];
            }
}

/* ---- passes ---- */

static const struct aln_product_kernel *kernel(void)
{
    return aln_product_kernel(aln_isa_best());
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Offsets of all inputs of a window. */
static void offsets(const struct aln_stage *stage, const struct conv_plan *t, size_t *offset)
{
    for (size_t c = 0; c < stage->in.channels; c++)
        for (size_t y = 0; y < t->k; y++)
            for (size_t x = 0; x < t->k; x++)
                *offset++ = ((c * t->s + y % t->s) * t->s + x % t->s) * t->plane + y / t->s * t->w +
                            x / t->s;
}

void ALN_REAL(aln_conv_direct_forward)(const struct aln_stage *stage, size_t B, const real *W,
                                       const real *h, real *a, real *work)
{
    const struct conv_plan t = plan_of(stage);
    const struct conv_room w = divide(stage, &t, work);
    const size_t rows = stage->rows, cols = stage->cols;
    offsets(stage, &t, w.offset);
    memset(w.map, 0, t.map * sizeof *w.map);
    for (size_t first = 0; first < B && !aln_interrupted(); first += t.images) {
        const size_t count = at_most(B - first, t.images), length = extent(stage, &t, count);
        const real *map = spread(stage, &t, h + first * stage->inputs, count, w.map);
        for (size_t o = 0; o < rows; o += ROWS) {
            const size_t channels = at_most(rows - o, ROWS);
            kernel()->multiply(&(struct aln_multiply){channels, cols, length, W + o * cols, cols, 1,
                                                      map, w.offset, 1, 0, w.T, t.row});
            add_outputs(stage, &t, w.T, o, channels, count, a + first * stage->outputs);
        }
    }
}

/* The part of carry() for one remainder of rows and columns: channels of one plane each. */
static void carry_planes(const struct aln_stage *stage, const struct conv_plan *t,
                         const struct conv_room *w, size_t y, size_t x, const real *W, size_t count,
                         real *dh)
{
    const size_t k = t->k, cols = stage->cols;
    for (size_t c = 0; c < stage->in.channels; c += ROWS) {
        const size_t channels = at_most(stage->in.channels - c, ROWS);
        real *A = w->A;
        size_t terms = 0;
        for (size_t o = 0; o < stage->rows; o++)
            for (size_t v = y; v < k; v += t->s)
                for (size_t u = x; u < k; u += t->s, A += ROWS) {
                    for (size_t r = 0; r < ROWS; r++)
                        A[r] = r < channels ? W[o * cols + ((c + r) * k + v) * k + u] : 0;
                    w->offset[terms++] = o * t->row + t->reach - v / t->s * t->w - u / t->s;
                }
        kernel()->multiply(&(struct aln_multiply){
            channels, terms, count * t->h * t->w, w->A, 1, ROWS, w->back, w->offset, 1, 0,
            t->plain ? dh + c * t->plane : w->T, t->plain ? t->plane : t->row});
        for (size_t r = 0; r < channels && !t->plain; r++)
            collect(stage, t, w->T + r * t->row, c + r, y, x, count, dh);
    }
}

void ALN_REAL(aln_conv_direct_carry)(const struct aln_stage *stage, size_t B, const real *W,
                                     const real *d, real *dh, real *work)
{
    const struct conv_plan t = plan_of(stage);
    const struct conv_room w = divide(stage, &t, work);
    memset(w.back, 0, t.back * sizeof *w.back);
    for (size_t first = 0; first < B && !aln_interrupted(); first += t.images) {
        const size_t count = at_most(B - first, t.images);
        spread_back(stage, &t, d + first * stage->outputs, count, w.back);
        for (size_t y = 0; y < t.s; y++)
            for (size_t x = 0; x < t.s; x++)
                carry_planes(stage, &t, &w, y, x, W, count, dh + first * stage->inputs);
    }
}

void ALN_REAL(aln_conv_direct_gradient)(const struct aln_stage *stage, size_t B, real alpha,
                                        const real *h, const real *d, real beta, real *G,
                                        real *work)
{
    const struct conv_plan t = plan_of(stage);
    const struct conv_room w = divide(stage, &t, work);
    const size_t size = stage->rows * stage->cols;
    offsets(stage, &t, w.offset);
    memset(w.map, 0, t.map * sizeof *w.map);
    memset(w.back, 0, t.back * sizeof *w.back);
    memset(w.T, 0, size * sizeof *w.T);
    for (size_t first = 0; first < B && !aln_interrupted(); first += t.images) {
        const size_t count = at_most(B - first, t.images);
        const real *map = spread(stage, &t, h + first * stage->inputs, count, w.map);
        spread_back(stage, &t, d + first * stage->outputs, count, w.back);
        kernel()->correlate(&(struct aln_correlate){stage->rows, stage->cols,
                                                    extent(stage, &t, count), w.back + t.reach,
                                                    t.row, map, w.offset, w.T, stage->rows});
    }
    for (size_t o = 0; o < stage->rows; o++)
        for (size_t q = 0; q < stage->cols; q++, G++)
            *G = beta * *G + alpha * w.T[q * stage->rows + o];
}

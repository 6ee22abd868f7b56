/* The sums of product_kernel.h in vectors, compiled for AVX2 with FMA and for AVX-512. Tiles of sums
 * stay in registers, of which there are 16 of 32 bytes or 32 of 64. */
#include "deep/product_kernel.h"

#include "deep/product_lanes.h"

enum {
    LANES = ALN_PRODUCT_LANES,
    PARTS = LANES / PART,
    STRIP = ALN_PRODUCT_STRIP,
    FEW = 8 /* terms, for which a copy does not pay */
};
#if defined __AVX512F__
enum { ROWS = 8, VECTORS = 3, LINES = 8, TERMS = 3 };
#else
enum { ROWS = 6, VECTORS = 2, LINES = 4, TERMS = 3 }; /* gcc spills one of 4 x 3 in multiply() */
#endif
enum { MOST = LINES * TERMS }; /* sums of a tile of correlate() */

/* ---- multiply ---- */

/* `rows` x `vectors` sums, for all numbers of a vector or for some. */
ALN_KERNEL_BODY void multiply_tile(const struct aln_multiply *m, size_t rows, size_t vectors,
                                   bool all, part_mask some, size_t r, size_t n)
{
    const real *A = m->A + r * m->down, *x = m->x + n;
    real *out = m->out + r * m->pitch + n;
    const size_t down = m->down, along = m->along, terms = m->terms, *offset = m->offset;
    part sum[ROWS][VECTORS];
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++)
            sum[i][v] = ALL(0);
    for (size_t q = 0; q < terms; q++, A += along) {
        part here[VECTORS];
        for (size_t v = 0; v < vectors; v++)
            here[v] = load(x + offset[q] + v * PART, all, some);
        for (size_t i = 0; i < rows; i++)
            for (size_t v = 0; v < vectors; v++)
                sum[i][v] = FMA(ALL(A[i * down]), here[v], sum[i][v]);
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < vectors; v++) {
            real *to = out + i * m->pitch + v * PART;
            if (m->keep == 0)
                store(ALL(m->scale) * sum[i][v], to, all, some);
            else
                store(FMA(ALL(m->scale), sum[i][v], ALL(m->keep) * load(to, all, some)), to, all,
                      some);
        }
}

ALN_KERNEL_BODY void multiply_rows(const struct aln_multiply *m, size_t rows, size_t r, size_t n,
                                   size_t end)
{
    for (; n + VECTORS * PART <= end; n += VECTORS * PART)
        multiply_tile(m, rows, VECTORS, true, first(PART), r, n);
    for (; n + PART <= end; n += PART)
        multiply_tile(m, rows, 1, true, first(PART), r, n);
    if (n < end)
        multiply_tile(m, rows, 1, false, first(end - n), r, n);
}

/* In strips of x that stay in the first cache, half a page at least. */
static void multiply(const struct aln_multiply *m)
{
    enum { CACHED = 1 << 13, TILE = VECTORS * PART };
    const size_t tiles = CACHED / (m->terms + 1) / TILE, strip = (tiles == 0 ? 1 : tiles) * TILE;
    for (size_t n = 0; n < m->length; n += strip) {
        const size_t end = m->length - n < strip ? m->length : n + strip;
        for (size_t r = 0; r < m->rows;) {
            const size_t left = m->rows - r;
            const size_t taken = left >= ROWS && (ROWS == 8 || left != 4 + 4) ? ROWS
                                 : left >= 4                                  ? 4
                                 : left >= 2                                  ? 2
                                                                              : 1;
            if (taken == ROWS)
                multiply_rows(m, ROWS, r, n, end);
            else if (taken == 4)
                multiply_rows(m, 4, r, n, end);
            else if (taken == 2)
                multiply_rows(m, 2, r, n, end);
            else
                multiply_rows(m, 1, r, n, end);
            r += taken;
        }
    }
}

/* ---- correlate ---- */

/* Adds the halves of groups of 2 `half` lanes, of two vectors at once. */
#define FOLD(half)                                                                                 \
    for (size_t i = 0; i < MOST; i += 2) {                                                         \
        if (i >= count)                                                                            \
            continue;                                                                              \
        const part a = v[i], b = i + 1 < count ? v[i + 1] : ALL(0);                                \
        v[i / 2] = FIRST_##half(a, b) + SECOND_##half(a, b);                                       \
    }                                                                                              \
    count = (count + 1) / 2;

/* The sums of all lanes of `count` vectors, in their order. */
ALN_KERNEL_BODY void add_lanes(size_t count, part *v, real *sums)
{
#if defined FIRST_8
    FOLD(8)
#endif
#if defined FIRST_4
    FOLD(4)
#endif
    FOLD(2)
    FOLD(1)
    for (size_t i = 0; i < count; i++)
        VECTOR(storeu)(sums + i * PART, v[i]);
}

/* sum[k][i] += d[i, n] x[k][n], for all numbers of a vector from n on, or for some. */
ALN_KERNEL_BODY void correlate_step(const real *d, size_t pitch, const real *const *x, size_t rows,
                                    size_t terms, size_t n, bool all, part_mask some,
                                    part (*sum)[LINES])
{
    part here[TERMS];
    for (size_t k = 0; k < terms; k++)
        here[k] = load(x[k] + n, all, some);
    for (size_t i = 0; i < rows; i++) {
        part of_d = load(d + i * pitch + n, all, some);
        KEPT(of_d);
        for (size_t k = 0; k < terms; k++)
            sum[k][i] = FMA(of_d, here[k], sum[k][i]);
    }
}

/* One part of the lanes: n = begin, begin + LANES, ..  Returned: sum (terms x rows) */
ALN_KERNEL_BODY void correlate_part(const struct aln_correlate *c, size_t rows, size_t terms,
                                    size_t r, size_t q, size_t begin, part *sum)
{
    const real *d = c->d + r * c->pitch, *x[TERMS];
    const size_t pitch = c->pitch, end = c->length;
    part own[TERMS][LINES];
    size_t n = begin;
    for (size_t k = 0; k < terms; k++)
        x[k] = c->x + c->offset[q + k];
    for (size_t k = 0; k < terms; k++)
        for (size_t i = 0; i < rows; i++)
            own[k][i] = ALL(0);
    for (; n + PART <= end; n += LANES)
        correlate_step(d, pitch, x, rows, terms, n, true, first(PART), own);
    if (n < end)
        correlate_step(d, pitch, x, rows, terms, n, false, first(end - n), own);
    for (size_t k = 0; k < terms; k++)
        for (size_t i = 0; i < rows; i++)
            sum[k * rows + i] = own[k][i];
}

ALN_KERNEL_BODY void correlate_tile(const struct aln_correlate *c, size_t rows, size_t terms,
                                    size_t r, size_t q)
{
    const part_mask some = first(rows);
    part sum[MOST], other[MOST];
    real sums[MOST + PART];
    correlate_part(c, rows, terms, r, q, 0, sum);
    if (PARTS == 2) {
        correlate_part(c, rows, terms, r, q, PART, other);
        for (size_t k = 0; k < terms; k++)
            for (size_t i = 0; i < rows; i++)
                sum[k * rows + i] += other[k * rows + i];
    }
    add_lanes(rows * terms, sum, sums);
    for (size_t k = 0; k < terms; k++) {
        real *to = c->sums + (q + k) * c->along + r;
        store(load(to, rows == PART, some) + load(sums + k * rows, rows == PART, some), to,
              rows == PART, some);
    }
}

ALN_KERNEL_BODY void correlate_rows(const struct aln_correlate *c, size_t rows, size_t r)
{
    size_t q = 0;
    for (; q + TERMS <= c->terms; q += TERMS)
        correlate_tile(c, rows, TERMS, r, q);
    if (c->terms - q == 2)
        correlate_tile(c, rows, 2, r, q);
    else if (c->terms - q == 1)
        correlate_tile(c, rows, 1, r, q);
}

/* Rows of d whose vectors are not aligned are copied to where they are: every load of one that crosses
 * two lines of cache costs two, and all terms load them again. */
ALN_KERNEL_BODY void correlate_copied(const struct aln_correlate *c, size_t rows, size_t r)
{
    enum { PITCH = STRIP + LANES }; /* not a multiple of a page */
    _Alignas(64) real copy[LINES * PITCH];
    const part_mask rest = first(c->length % PART);
    struct aln_correlate of_copy = *c;
    if (c->terms < FEW || ((uintptr_t)c->d | c->pitch * sizeof(real)) % sizeof(part) == 0) {
        correlate_rows(c, rows, r);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        const real *d = c->d + (r + i) * c->pitch;
        size_t n = 0;
        for (; n + PART <= c->length; n += PART)
            VECTOR(store)(copy + i * PITCH + n, load(d + n, true, rest));
        if (n < c->length)
            VECTOR(store)(copy + i * PITCH + n, load(d + n, false, rest));
    }
    of_copy.d = copy;
    of_copy.pitch = PITCH;
    of_copy.sums += r;
    correlate_rows(&of_copy, rows, 0);
}

static void correlate(const struct aln_correlate *whole)
{
    struct aln_correlate c = *whole;
    for (size_t left = whole->length; left > 0; left -= c.length) {
        c.length = left < STRIP ? left : STRIP;
        size_t r = 0;
        for (; r + LINES <= c.rows; r += LINES)
            correlate_copied(&c, LINES, r);
        for (; r + LINES / 2 <= c.rows; r += LINES / 2)
            correlate_copied(&c, LINES / 2, r);
        for (; r < c.rows; r++)
            correlate_copied(&c, 1, r);
        c.d += c.length;
        c.x += c.length;
    }
}

const struct aln_product_kernel KERNELS = {multiply, correlate};

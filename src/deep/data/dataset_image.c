/* A common grid: with g = gcd(n, m), n pixels that are m/g units wide and m new pixels that are n/g
 * units wide cover the same length. Overlaps are then whole numbers, and so are all sums. */
#include "base/failure.h"
#include "deep/data/dataset_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The weights along one direction. */
struct axis {
    size_t count;     /* new pixels */
    size_t *first;    /* [count] the first old pixel that new pixel j overlaps */
    size_t *at;       /* [count + 1] its overlaps are weight[at[j]], ..., weight[at[j + 1] - 1] */
    uint32_t *weight; /* [n + m] */
    uint32_t total;   /* sum of the overlaps of each */
};

struct aln_area {
    size_t width;
    struct axis down, across;
    uint32_t *line; /* [width] weighted sum of rows */
};

static size_t gcd(size_t a, size_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

static bool axis_create(struct axis *axis, size_t n, size_t m)
{
    axis->count = m;
    axis->first = malloc(m * sizeof *axis->first);
    axis->at = malloc((m + 1) * sizeof *axis->at);
    axis->weight = malloc((n + m) * sizeof *axis->weight);
    if (axis->first == NULL || axis->at == NULL || axis->weight == NULL)
        return false;
    const size_t g = gcd(n, m), narrow = m / g, wide = n / g;
    size_t used = 0;
    for (size_t j = 0; j < m; j++) {
        size_t begin = j * wide, end = begin + wide;
        axis->first[j] = begin / narrow;
        axis->at[j] = used;
        for (size_t i = begin / narrow; i * narrow < end; i++) {
            size_t lo = i * narrow > begin ? i * narrow : begin;
            size_t hi = (i + 1) * narrow < end ? (i + 1) * narrow : end;
            axis->weight[used++] = (uint32_t)(hi - lo);
        }
    }
    axis->at[m] = used;
    axis->total = (uint32_t)wide;
    return true;
}

static void axis_free(struct axis *axis)
{
    free(axis->first);
    free(axis->at);
    free(axis->weight);
}

enum aln_status aln_area_create(struct aln_area **out, size_t height, size_t width, size_t size)
{
    struct aln_area *a = calloc(1, sizeof *a);
    *out = a;
    if (a != NULL) {
        a->width = width;
        a->line = malloc(width * sizeof *a->line);
        if (a->line != NULL && axis_create(&a->down, height, size > 0 ? size : height) &&
            axis_create(&a->across, width, size > 0 ? size : width))
            return ALN_OK;
    }
    aln_area_free(a);
    *out = NULL;
    return aln_raise_memory("images of %zu x %zu pixels", height, width);
}

void aln_area_free(struct aln_area *a)
{
    if (a == NULL)
        return;
    axis_free(&a->down);
    axis_free(&a->across);
    free(a->line);
    free(a);
}

double aln_area_total(const struct aln_area *a)
{
    return (double)a->down.total * a->across.total;
}

void aln_area_apply(struct aln_area *a, const unsigned char *in, float *out)
{
    const struct axis *down = &a->down, *across = &a->across;
    for (size_t i = 0; i < down->count; i++) {
        memset(a->line, 0, a->width * sizeof *a->line);
        const unsigned char *row = in + down->first[i] * a->width;
        for (size_t k = down->at[i]; k < down->at[i + 1]; k++, row += a->width)
            for (size_t j = 0; j < a->width; j++)
                a->line[j] += down->weight[k] * row[j];
        for (size_t j = 0; j < across->count; j++) {
            const uint32_t *pixel = a->line + across->first[j];
            uint32_t sum = 0;
            for (size_t k = across->at[j]; k < across->at[j + 1]; k++)
                sum += across->weight[k] * *pixel++;
            *out++ = (float)sum;
        }
    }
}

void aln_area_mean(const struct aln_area *a, const double *in, float *out)
{
    const struct axis *down = &a->down, *across = &a->across;
    for (size_t i = 0; i < down->count; i++)
        for (size_t j = 0; j < across->count; j++) {
            double sum = 0;
            for (size_t k = down->at[i]; k < down->at[i + 1]; k++) {
                const double *pixel =
                    in + (down->first[i] + k - down->at[i]) * a->width + across->first[j];
                for (size_t l = across->at[j]; l < across->at[j + 1]; l++)
                    sum += (double)down->weight[k] * across->weight[l] * *pixel++;
            }
            *out++ = (float)(sum / aln_area_total(a));
        }
}

void aln_moments_add(struct aln_moments *m, size_t channels, size_t pixels, const unsigned char *in)
{
    m->count += pixels;
    for (size_t c = 0; c < channels; c++) {
        uint64_t sum = 0, sum2 = 0;
        for (size_t i = 0; i < pixels; i++) {
            uint32_t byte = in[c * pixels + i];
            sum += byte;
            sum2 += byte * byte;
        }
        m->sum[c] += sum;
        m->sum2[c] += sum2;
    }
}

void aln_moments_finish(const struct aln_moments *m, size_t channels, struct aln_loading *to)
{
    for (size_t c = 0; c < channels; c++) {
        double n = (double)m->count, mean = (double)m->sum[c] / n;
        to->mean[c] = mean / 255;
        to->deviation[c] = sqrt((double)m->sum2[c] / n - mean * mean) / 255;
    }
}

/* Means and sums of squares of two groups, joined: each image is measured about its own mean.
 * Source: Chan, Golub & LeVeque, Am. Stat. 37 (1983) 242 */
void aln_real_moments_add(struct aln_real_moments *s, size_t pixels, const double *in)
{
    double mean = 0, squares = 0, n = (double)pixels;
    for (size_t i = 0; i < pixels; i++)
        mean += in[i] / n;
    for (size_t i = 0; i < pixels; i++)
        squares += (in[i] - mean) * (in[i] - mean);
    const double apart = mean - s->mean, all = s->count + n;
    s->mean += apart * n / all;
    s->squares += squares + apart * apart * s->count * n / all;
    s->count = all;
}

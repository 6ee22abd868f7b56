#include "model/spectrum.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"
#include "base/text.h"

size_t aln_spectrum_blocks(const struct aln_spectrum_params *of)
{
    return of->fold != NULL       ? (size_t)of->fold_count + 1
           : !isnan(of->exponent) ? (size_t)of->count
                                  : of->blocks_count;
}

/* Blocks of equal share whose variances fall as l^-(1 + exponent), of mean 1. */
static void make_power_law(const struct aln_spectrum_params *of, struct aln_block *out)
{
    const size_t L = (size_t)of->count;
    double sum = 0;
    for (size_t i = 0; i < L; i++)
        sum += pow((double)(i + 1), -(1 + of->exponent));
    for (size_t i = 0; i < L; i++) {
        out[i].share = 1 / (double)L;
        out[i].variance = pow((double)(i + 1), -(1 + of->exponent)) * (double)L / sum;
    }
}

/* ---- the hidden manifold ---- */

/* The singular values of F/sqrt(D), F N x D with normal entries, q = D/N < 1, have squares
 *     (1 + q - 2 sqrt(q) cos a)/q   of density   (2/pi) sin^2 a/(1 + q - 2 sqrt(q) cos a)
 * in a from 0 to pi. Source: Marchenko & Pastur, Mat. Sb. 72 (1967) 507. */
struct law {
    double q, root; /* sqrt(q) */
};

static double square(const struct law *law, double a)
{
    return (1 + law->q - 2 * law->root * cos(a)) / law->q;
}

/* The share of the values below that at a. */
static double share_below(const struct law *law, double a)
{
    const double q = law->q,
                 turned = atan2((1 + law->root) * sin(a / 2), (1 - law->root) * cos(a / 2));
    return 2 / M_PI *
           ((1 + q) * a / (4 * q) + sin(a) / (2 * law->root) - (1 - q) * turned / (2 * q));
}

/* Where a share of the values is below: bisection to rounding. */
static double angle_of(const struct law *law, double share)
{
    double low = 0, high = M_PI;
    for (int i = 0; i < 60; i++) {
        const double a = (low + high) / 2;
        *(share_below(law, a) < share ? &low : &high) = a;
    }
    return (low + high) / 2;
}

/* The integral of the squares over the density from 0 to a. */
static double sum_squares(const struct law *law, double a)
{
    return (a - sin(a) * cos(a)) / (M_PI * law->q);
}

/* The integral of the values over the density between two angles, by Simpson's rule. */
static double sum_values(const struct law *law, double begin, double end)
{
    enum { PARTS = 256 };
    const double h = (end - begin) / PARTS;
    double sum = 0;
    for (int i = 0; i <= PARTS; i++) {
        const double a = begin + i * h, weight = i == 0 || i == PARTS ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * sin(a) * sin(a) / (law->q * sqrt(square(law, a)));
    }
    return 2 / M_PI * sum * h / 3;
}

static void make_manifold(const struct aln_spectrum_params *of, uint64_t inputs,
                          struct aln_block *out)
{
    const size_t count = (size_t)of->fold_count;
    const double D = (double)of->latents, N = (double)inputs, q = D / N, b = of->fold->slope,
                 rest = fmax(of->fold->variance - b * b, 0);
    const struct law law = {q, sqrt(q)};
    double above = M_PI;
    for (size_t i = 0; i < count; i++) {
        const uint64_t begin = i * of->latents / count, end = (i + 1) * of->latents / count;
        const double share = (double)(end - begin) / D,
                     below = i + 1 < count ? angle_of(&law, 1 - (double)end / D) : 0;
        const double mean = sum_values(&law, below, above) / share,
                     mean2 = (sum_squares(&law, above) - sum_squares(&law, below)) / share;
        out[i] = (struct aln_block){.share = share * q,
                                    .variance = b * b * mean2 + rest,
                                    .signal = b * mean,
                                    .latent = 1,
                                    .latent_share = share};
        above = below;
    }
    out[count] = (struct aln_block){.share = 1 - q, .variance = rest, .signal = 0, .latent = 1};
}

void aln_spectrum_make(const struct aln_spectrum_params *of, uint64_t inputs, struct aln_block *out)
{
    const size_t L = aln_spectrum_blocks(of);
    if (of->fold != NULL) {
        make_manifold(of, inputs, out);
        return;
    }
    if (!isnan(of->exponent))
        make_power_law(of, out);
    for (size_t i = 0; i < L; i++) {
        const struct aln_block_params *given = of->blocks != NULL ? &of->blocks[i] : NULL;
        if (given != NULL) {
            out[i].share = given->share;
            out[i].variance = given->variance;
        }
        const bool hidden = given != NULL && !isnan(given->signal);
        out[i].signal = hidden ? given->signal : out[i].variance;
        out[i].latent = hidden ? 1 : out[i].variance;
        out[i].latent_share = hidden ? given->latent : out[i].share;
    }
}

/* ---- files of eigenvalues ---- */

struct values {
    double *x;
    size_t count, room;
};

static enum aln_status append(struct values *v, double x)
{
    if (v->count == v->room) {
        const size_t room = v->room > 0 ? 2 * v->room : 1024;
        double *more = realloc(v->x, room * sizeof *more);
        if (more == NULL)
            return aln_raise_memory("%zu eigenvalues", room);
        v->x = more;
        v->room = room;
    }
    v->x[v->count++] = x;
    return ALN_OK;
}

static enum aln_status read_values(FILE *file, const char *path, struct values *v)
{
    char word[64];
    enum aln_status status = ALN_OK;
    while (status == ALN_OK && fscanf(file, "%63s", word) == 1) {
        double x;
        if (word[0] == '#') {
            for (int c = fgetc(file); c != EOF && c != '\n';)
                c = fgetc(file);
        } else if (!aln_text_real(word, &x) || !isfinite(x) || x < 0) {
            status =
                aln_raise(ALN_USAGE, "%s: expected eigenvalues, numbers >= 0, got %s", path, word);
        } else {
            status = append(v, x);
        }
    }
    return status;
}

static int larger_first(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x > y ? -1 : x < y;
}

static enum aln_status group(const struct values *v, const char *path, size_t count,
                             struct aln_block_params **out)
{
    if (v->x == NULL || v->count < count)
        return aln_raise(ALN_USAGE,
                         "%s: expected at least %zu eigenvalues, one for each block, "
                         "got %zu",
                         path, count, v->count);
    *out = calloc(count, sizeof **out);
    if (*out == NULL)
        return aln_raise_memory("%zu blocks", count);
    qsort(v->x, v->count, sizeof *v->x, larger_first);
    if (!(v->x[0] > 0))
        return aln_raise(ALN_USAGE, "%s: expected an eigenvalue > 0", path);
    for (size_t i = 0; i < count; i++) {
        const size_t begin = i * v->count / count, end = (i + 1) * v->count / count;
        double sum = 0;
        for (size_t n = begin; n < end; n++)
            sum += v->x[n];
        (*out)[i] = (struct aln_block_params){(double)(end - begin) / (double)v->count,
                                              sum / (double)(end - begin), NAN, NAN};
    }
    return ALN_OK;
}

enum aln_status aln_spectrum_read(const char *path, size_t count, struct aln_block_params **out)
{
    struct values v = {NULL, 0, 0};
    struct stat info;
    *out = NULL;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) /* a pipe may wait for ever */
        return aln_raise(ALN_USAGE, "%s: is not a regular file", path);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return aln_raise_system(ALN_FILE, errno, "%s", path);
    enum aln_status status = read_values(file, path, &v);
    if (status == ALN_OK && ferror(file))
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot be read", path);
    if (status == ALN_OK)
        status = group(&v, path, count, out);
    fclose(file);
    free(v.x);
    if (status != ALN_OK) {
        free(*out);
        *out = NULL;
    }
    return status;
}

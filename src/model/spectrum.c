#include "model/spectrum.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"

size_t aln_spectrum_blocks(const struct aln_spectrum_params *of)
{
    return !isnan(of->exponent) ? (size_t)of->count : of->blocks_count;
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

void aln_spectrum_make(const struct aln_spectrum_params *of, struct aln_block *out)
{
    const size_t L = aln_spectrum_blocks(of);
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
    FILE *file = fopen(path, "r");
    *out = NULL;
    if (file == NULL)
        return aln_raise_system(ALN_FILE, errno, "%s", path);
    enum aln_status status = read_values(file, path, &v);
    if (status == ALN_OK && ferror(file))
        status = aln_raise(ALN_FILE, "%s: could not be read", path);
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

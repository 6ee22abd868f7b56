#include "simulate/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_eigen.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/eigen.h"
#include "simulate/kernel.h"

static size_t lines(size_t count)
{
    return (count + ALN_KERNEL_LANES - 1) / ALN_KERNEL_LANES * ALN_KERNEL_LANES;
}

static double *make_rows(size_t rows, size_t stride)
{
    double *a = rows < SIZE_MAX / sizeof(double) / stride
                    ? aligned_alloc(64, rows * stride * sizeof *a)
                    : NULL;
    if (a != NULL)
        memset(a, 0, rows * stride * sizeof *a);
    return a;
}

/* ---- start ---- */

static void place_blocks(struct aln_features *f, const struct aln_problem *p)
{
    for (size_t i = 0; i + 1 < f->blocks; i++) {
        const size_t size = (size_t)aln_problem_block_inputs(p, i);
        f->begin[i + 1] = f->begin[i] + lines(size);
        f->last[i] = size + (i > 0 ? f->last[i - 1] : 0);
    }
    f->length = f->begin[f->blocks - 1] + lines(f->N);
    f->begin[f->blocks] = f->length;
}

static void draw(struct aln_features *f, const struct aln_problem *p, uint64_t repeat)
{
    const double scale = 1 / sqrt((double)f->D);
    struct aln_stream stream;
    aln_stream_init(&stream, p->seed, "features", repeat);
    for (size_t n = 0; n < f->N && !aln_interrupted(); n++) {
        double *row = f->F + n * f->stride;
        aln_stream_normals(&stream, f->D, row);
        for (size_t d = 0; d < f->D; d++)
            row[d] *= scale;
    }
}

/* G = F^T F, in the place of the eigenvectors. */
static void multiply(struct aln_features *f)
{
    double *minus = f->work[0];
    for (size_t n = 0; n < f->N && !aln_interrupted(); n++) {
        const double *row = f->F + n * f->stride;
        for (size_t d = 0; d < f->D; d++)
            minus[d] = -row[d];
        f->kernel->update(f->D, f->stride, 1, minus, row, f->E, f->stride);
    }
}

/* The eigenvectors of G as rows, largest eigenvalue first. */
static enum aln_status take_vectors(struct aln_features *f, struct aln_eigen *e)
{
    const size_t D = f->D;
    if (gsl_eigen_symmv_sort(e->values, e->vectors, GSL_EIGEN_SORT_VAL_DESC) != 0)
        return aln_raise(ALN_NUMERIC, "sgd: the features have no singular vectors");
    for (size_t j = 0; j < D; j++) {
        f->value[j] = sqrt(fmax(gsl_vector_get(e->values, j), 0));
        if (!(f->value[j] > 0))
            return aln_raise(ALN_NUMERIC, "sgd: the features are linearly dependent");
        for (size_t d = 0; d < D; d++)
            f->E[j * f->stride + d] = gsl_matrix_get(e->vectors, d, j);
    }
    return ALN_OK;
}

static enum aln_status solve(struct aln_features *f)
{
    const size_t D = f->D;
    struct aln_eigen *e;
    enum aln_status status = aln_eigen_create(&e, ALN_EIGEN_VECTORS, D);
    for (size_t d = 0; d < D && status == ALN_OK; d++)
        memcpy(e->A->data + d * D, f->E + d * f->stride, D * sizeof *f->E);
    if (status == ALN_OK && (status = aln_eigen_solve(&e)) == ALN_NUMERIC)
        status = aln_raise(ALN_NUMERIC, "sgd: the features have no singular vectors");
    if (status == ALN_OK)
        status = take_vectors(f, e);
    aln_eigen_free(e);
    return status;
}

enum aln_status aln_features_open(struct aln_features *out, const struct aln_problem *p,
                                  uint64_t repeat)
{
    const size_t N = (size_t)p->N, D = (size_t)p->spectrum->latents;
    *out = (struct aln_features){.N = N,
                                 .D = D,
                                 .blocks = p->spectrum->count,
                                 .fold = p->spectrum->fold,
                                 .kernel = &aln_kernels[aln_isa_best()],
                                 .stride = lines(D)};
    out->begin = calloc(out->blocks + 1, sizeof *out->begin);
    out->last = calloc(out->blocks, sizeof *out->last);
    out->F = make_rows(N, out->stride);
    out->E = make_rows(D, out->stride);
    out->value = make_rows(1, out->stride);
    for (size_t i = 0; i < 2; i++)
        out->work[i] = make_rows(1, out->stride);
    if (out->begin == NULL || out->last == NULL || out->F == NULL || out->E == NULL ||
        out->value == NULL || out->work[0] == NULL || out->work[1] == NULL)
        return aln_raise_memory("features of %zu inputs and %zu latent variables", N, D);
    place_blocks(out, p);
    draw(out, p, repeat);
    multiply(out);
    return aln_interrupted() ? aln_raise(ALN_STOPPED, "stopped") : solve(out);
}

void aln_features_close(struct aln_features *f)
{
    free(f->begin);
    free(f->last);
    free(f->F);
    free(f->E);
    free(f->value);
    free(f->work[0]);
    free(f->work[1]);
}

/* ---- inputs ---- */

void aln_features_fold(const struct aln_features *f, const double *c, size_t begin, size_t length,
                       double *x)
{
    const size_t rows = begin < f->N ? (f->N - begin < length ? f->N - begin : length) : 0;
    memset(x, 0, length * sizeof *x);
    f->kernel->dot(rows, f->stride, f->F + begin * f->stride, f->stride, c, x);
    for (size_t n = 0; n < rows; n++)
        x[n] = f->fold->f(x[n]);
}

/* ---- coordinates ---- */

/* The place of coordinate j along a singular vector, in the blocks' order. */
struct walk {
    size_t block, at;
};

static size_t next_place(const struct aln_features *f, struct walk *w, size_t j)
{
    while (j >= f->last[w->block])
        w->at = f->begin[++w->block];
    return w->at++;
}

/* Components along the left singular vectors.
 * Given: w [N]   Returned: work[1] [D] */
static void find_components(struct aln_features *f, const double *w)
{
    double *along = f->work[0];
    memset(along, 0, f->stride * sizeof *along);
    for (size_t n = 0; n < f->N; n++) {
        const double minus = -w[n];
        f->kernel->update(1, f->stride, 1, &minus, f->F + n * f->stride, along, f->stride);
    }
    memset(f->work[1], 0, f->stride * sizeof *along);
    f->kernel->dot(f->D, f->stride, f->E, f->stride, along, f->work[1]);
    for (size_t j = 0; j < f->D; j++)
        f->work[1][j] /= f->value[j];
}

/* sum_j b_j E_j/value_j^power.   Given: work[1] [D]: b   Returned: work[0] [D] */
static void combine_latents(struct aln_features *f, bool divide)
{
    memset(f->work[0], 0, f->stride * sizeof *f->work[0]);
    for (size_t j = 0; j < f->D; j++) {
        const double minus = -f->work[1][j] / (divide ? f->value[j] : 1);
        f->kernel->update(1, f->stride, 1, &minus, f->E + j * f->stride, f->work[0], f->stride);
    }
}

/* Adds `scale` times the input vector with these components.   Given: work[1] */
static void add_inputs(struct aln_features *f, double scale, double *w)
{
    combine_latents(f, true);
    for (size_t n = 0; n < f->N; n++) {
        double sum = 0;
        f->kernel->dot(1, f->stride, f->F + n * f->stride, f->stride, f->work[0], &sum);
        w[n] += scale * sum;
    }
}

static void take_components(struct aln_features *f, const double *b)
{
    struct walk walk = {0, 0};
    for (size_t j = 0; j < f->D; j++)
        f->work[1][j] = b[next_place(f, &walk, j)];
}

void aln_features_leave_rest(struct aln_features *f, double *w)
{
    find_components(f, w);
    add_inputs(f, -1, w);
}

void aln_features_to_blocks(struct aln_features *f, const double *w, double *b)
{
    struct walk walk = {0, 0};
    double *rest = b + f->begin[f->blocks - 1];
    memcpy(rest, w, f->N * sizeof *w);
    find_components(f, w);
    for (size_t j = 0; j < f->D; j++)
        b[next_place(f, &walk, j)] = f->work[1][j];
    add_inputs(f, -1, rest);
}

void aln_features_to_inputs(struct aln_features *f, const double *b, double *w)
{
    memcpy(w, b + f->begin[f->blocks - 1], f->N * sizeof *w);
    take_components(f, b);
    add_inputs(f, 1, w);
}

void aln_features_to_latents(struct aln_features *f, const double *b, double *w)
{
    take_components(f, b);
    combine_latents(f, false);
    memcpy(w, f->work[0], f->D * sizeof *w);
}

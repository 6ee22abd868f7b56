#include "deep/phi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum aln_status aln_phi_of(const struct aln_layer *layer, struct aln_shape in, struct aln_phi *phi)
{
    *phi = (struct aln_phi){.in = in, .kernel = layer->kernel, .padding = layer->padding};
    if (!layer->kind->has_weights)
        return aln_raise(ALN_USAGE, "phi: a %s layer has no weights", layer->kind->id.name);
    enum aln_status status = aln_layer_shape(layer, 1, in, &phi->out);
    if (status != ALN_OK)
        return status;
    phi->stride = layer->stride > 0 ? layer->stride : 1;
    aln_layer_weights(layer, in, &phi->rows, &phi->cols);
    phi->inputs = aln_shape_size(in);
    phi->outputs = aln_shape_size(phi->out);
    return ALN_OK;
}

/* ---- places ---- */

/* Outputs along one side for which offset x of the window is inside the input: [from, to). */
static void output_range(size_t in, size_t out, size_t stride, size_t p, size_t x, size_t *from,
                         size_t *to)
{
    *from = x >= p ? 0 : (p - x + stride - 1) / stride;
    *to = in + p <= x ? 0 : (in + p - x - 1) / stride + 1;
    *to = *to > out ? out : *to;
    *from = *from > *to ? *to : *from;
}

/* Called for every place of weight w, where it connects input i to output o. */
typedef void at_place(void *context, size_t w, size_t o, size_t i);

/* Places of one weight w = (co, ci, y, x). */
static void visit_weight(const struct aln_phi *f, size_t w, at_place *visit, void *context)
{
    const size_t k = f->kernel, x = w % k, y = w / k % k;
    const size_t ci = w / (k * k) % f->in.channels, co = w / f->cols;
    size_t top, bottom, left, right;
    output_range(f->in.height, f->out.height, f->stride, f->padding, y, &top, &bottom);
    output_range(f->in.width, f->out.width, f->stride, f->padding, x, &left, &right);
    for (size_t i = top; i < bottom; i++) {
        const size_t row = i * f->stride + y - f->padding;
        for (size_t j = left; j < right; j++)
            visit(context, w, (co * f->out.height + i) * f->out.width + j,
                  (ci * f->in.height + row) * f->in.width + (j * f->stride + x - f->padding));
    }
}

static inline void visit_all(const struct aln_phi *f, at_place *visit, void *context)
{
    for (size_t w = 0; w < f->rows * f->cols; w++) {
        if (f->kernel == 0)
            visit(context, w, w / f->cols, w % f->cols);
        else
            visit_weight(f, w, visit, context);
    }
}

/* ---- products ---- */

struct product {
    size_t q;
    const double *W, *from, *A, *B;
    double *to;
};

static void add_row(size_t q, double w, const double *from, double *to)
{
    for (size_t j = 0; j < q; j++)
        to[j] += w * from[j];
}

static void to_output(void *context, size_t w, size_t o, size_t i)
{
    const struct product *p = context;
    add_row(p->q, p->W[w], p->from + i * p->q, p->to + o * p->q);
}

static void to_input(void *context, size_t w, size_t o, size_t i)
{
    const struct product *p = context;
    add_row(p->q, p->W[w], p->from + o * p->q, p->to + i * p->q);
}

static void sum_up(void *context, size_t w, size_t o, size_t i)
{
    const struct product *p = context;
    const double *a = p->A + o * p->q, *b = p->B + i * p->q;
    double sum = 0;
    for (size_t j = 0; j < p->q; j++)
        sum += a[j] * b[j];
    p->to[w] += sum;
}

static void count_up(void *context, size_t w, size_t o, size_t i)
{
    (void)o;
    (void)i;
    ((double *)context)[w] += 1;
}

void aln_phi_multiply(const struct aln_phi *phi, const double *W, size_t q, const double *X,
                      double *Y)
{
    struct product p = {.q = q, .W = W, .from = X, .to = Y};
    memset(Y, 0, phi->outputs * q * sizeof *Y);
    visit_all(phi, to_output, &p);
}

void aln_phi_transposed(const struct aln_phi *phi, const double *W, size_t q, const double *Y,
                        double *X)
{
    struct product p = {.q = q, .W = W, .from = Y, .to = X};
    memset(X, 0, phi->inputs * q * sizeof *X);
    visit_all(phi, to_input, &p);
}

void aln_phi_sums(const struct aln_phi *phi, size_t q, const double *A, const double *B, double *S)
{
    struct product p = {.q = q, .A = A, .B = B, .to = S};
    memset(S, 0, phi->rows * phi->cols * sizeof *S);
    visit_all(phi, sum_up, &p);
}

void aln_phi_places(const struct aln_phi *phi, double *N)
{
    memset(N, 0, phi->rows * phi->cols * sizeof *N);
    visit_all(phi, count_up, N);
}

/* ---- norms, cosines ---- */

/* N_w of one weight. */
static double places_of(const struct aln_phi *f, size_t w)
{
    size_t top, bottom, left, right;
    if (f->kernel == 0)
        return 1;
    output_range(f->in.height, f->out.height, f->stride, f->padding, w / f->kernel % f->kernel,
                 &top, &bottom);
    output_range(f->in.width, f->out.width, f->stride, f->padding, w % f->kernel, &left, &right);
    return (double)((bottom - top) * (right - left));
}

double aln_phi_norm2(const struct aln_phi *phi, const double *W)
{
    double sum = 0;
    for (size_t w = 0; w < phi->rows * phi->cols; w++)
        sum += places_of(phi, w) * W[w] * W[w];
    return sum;
}

double aln_phi_bound(const struct aln_phi *phi)
{
    double count = 0;
    for (size_t w = 0; w < phi->rows * phi->cols; w++)
        count += places_of(phi, w) > 0;
    return count / ((double)phi->inputs * (double)phi->outputs);
}

/* <A^T A, B^T B> = ||A B^T||^2 */
static double product_norm2(size_t n, const double *A, size_t m, const double *B, size_t q)
{
    double total = 0;
    for (size_t j = 0; j < q; j++)
        for (size_t k = 0; k < q; k++) {
            double a = 0, b = 0;
            for (size_t i = 0; i < n; i++)
                a += A[i * q + j] * A[i * q + k];
            for (size_t i = 0; i < m; i++)
                b += B[i * q + j] * B[i * q + k];
            total += a * b;
        }
    return total;
}

enum aln_status aln_phi_cosine(const struct aln_phi *phi, const double *W, size_t q,
                               const double *A, const double *B, double *cosine, double *largest)
{
    const size_t count = phi->rows * phi->cols;
    double *S = malloc(count * sizeof *S), inner = 0, nearest = 0;
    if (S == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for the projection of %zu weights", count);
    aln_phi_sums(phi, q, A, B, S);
    const double norm2 = product_norm2(phi->outputs, A, phi->inputs, B, q);
    for (size_t w = 0; w < count; w++) {
        const double N = places_of(phi, w);
        if (N > 0)
            nearest += S[w] * S[w] / N;
        if (W != NULL)
            inner += S[w] * W[w];
    }
    free(S);
    if (W != NULL)
        *cosine = inner / sqrt(aln_phi_norm2(phi, W) * norm2);
    *largest = sqrt(nearest / norm2);
    return ALN_OK;
}

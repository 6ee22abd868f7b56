#include "alignode/feedback.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/finders.h"
#include "deep/draw.h"
#include "deep/phi.h"

/* ---- pieces ---- */

/* Scales F to the rms that independent entries would have. */
static enum aln_status rescale(const struct aln_feedback_start *s, double *F)
{
    const size_t count = s->rows * s->outputs;
    double square = 0;
    for (size_t i = 0; i < count; i++)
        square += F[i] * F[i];
    if (!(square > 0) || !isfinite(square))
        return aln_raise(ALN_NUMERIC, "feedback of layer %zu: the matrix is zero", s->layer);
    const double factor = s->scale * (1 / aln_distribution_row(s->distribution)->to_unit) /
                          sqrt(square / (double)count);
    for (size_t i = 0; i < count; i++)
        F[i] *= factor;
    return ALN_OK;
}

static enum aln_status no_memory(const struct aln_feedback_start *s)
{
    return aln_raise_memory("the feedback of layer %zu", s->layer);
}

/* ---- without weights ---- */

/* F = U V^T; U (rows x rank), V (outputs x rank). */
static enum aln_status low_rank(const struct aln_feedback_start *s, double *F)
{
    const size_t r = s->rank;
    double *U = malloc((s->rows + s->outputs) * r * sizeof *U);
    if (U == NULL)
        return no_memory(s);
    const double *V = U + s->rows * r;
    aln_draw_entries(s->stream, s->distribution, 1, (s->rows + s->outputs) * r, U);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t o = 0; o < s->outputs; o++) {
            double sum = 0;
            for (size_t k = 0; k < r; k++)
                sum += U[i * r + k] * V[o * r + k];
            F[i * s->outputs + o] = sum;
        }
    free(U);
    return rescale(s, F);
}

static enum aln_status independent(const struct aln_feedback_start *s, double *F)
{
    const size_t count = s->rows * s->outputs;
    if (s->rank > 0 && s->rank < s->rows && s->rank < s->outputs)
        return low_rank(s, F);
    aln_draw_entries(s->stream, s->distribution, s->scale, count, F);
    if (!(s->density > 0 && s->density < 1))
        return ALN_OK;
    for (size_t i = 0; i < count; i++)
        if (aln_stream_uniform(s->stream) >= s->density)
            F[i] = 0;
    return rescale(s, F);
}

/* F[(c, i, j), o] = f[c, o] */
static enum aln_status by_channel(const struct aln_feedback_start *s, double *F)
{
    const size_t area = s->shape.height * s->shape.width, n = s->outputs;
    for (size_t c = 0; c < s->shape.channels; c++, F += area * n) {
        aln_draw_entries(s->stream, s->distribution, s->scale, n, F);
        for (size_t i = 1; i < area; i++)
            memcpy(F + i * n, F, n * sizeof *F);
    }
    return ALN_OK;
}

/* F[(c, i, j), o] = sum over u, v < modes of z[c, u, v, o] cos(pi u (i + 1/2)/height)
 * cos(pi v (j + 1/2)/width): the first terms of a discrete cosine transform. */
static enum aln_status smooth(const struct aln_feedback_start *s, double *F)
{
    const struct aln_shape shape = s->shape;
    const size_t n = s->outputs;
    const size_t most_u = s->modes < shape.height ? s->modes : shape.height;
    const size_t most_v = s->modes < shape.width ? s->modes : shape.width;
    assert(most_u > 0 && most_v > 0);
    double *z = malloc(n * sizeof *z);
    if (z == NULL)
        return no_memory(s);
    memset(F, 0, s->rows * n * sizeof *F);
    for (size_t c = 0; c < shape.channels; c++)
        for (size_t uv = 0; uv < most_u * most_v; uv++) {
            const size_t row = uv / most_v;
            const double u = (double)row, v = (double)(uv % most_v);
            const double norm = (u > 0 ? sqrt(2) : 1) * (v > 0 ? sqrt(2) : 1);
            aln_draw_entries(s->stream, s->distribution, norm, n, z);
            for (size_t i = 0; i < shape.height; i++)
                for (size_t j = 0; j < shape.width; j++) {
                    const double wave = cos(M_PI * u * ((double)i + 0.5) / (double)shape.height) *
                                        cos(M_PI * v * ((double)j + 0.5) / (double)shape.width);
                    for (size_t o = 0; o < n; o++)
                        F[((c * shape.height + i) * shape.width + j) * n + o] += wave * z[o];
                }
        }
    free(z);
    return rescale(s, F);
}

/* F_l = phi(G)^T F_{l+1}, G independent entries of the shape of W_{l+1}. */
static enum aln_status product(const struct aln_feedback_start *s, double *F)
{
    if (s->above == NULL)
        return independent(s, F);
    const size_t count = s->phi->rows * s->phi->cols;
    double *G = malloc(count * sizeof *G);
    if (G == NULL)
        return no_memory(s);
    aln_draw_entries(s->stream, s->distribution, 1, count, G);
    aln_phi_transposed(s->phi, G, s->outputs, s->above, F);
    free(G);
    return rescale(s, F);
}

/* ---- from the initial weights ---- */

/* F_l = phi(W_{l+1})^T F_{l+1}, F_{L-1} = W_L^T. */
static enum aln_status initial(const struct aln_feedback_start *s, double *F)
{
    if (s->above != NULL)
        aln_phi_transposed(s->phi, s->W, s->outputs, s->above, F);
    else
        for (size_t i = 0; i < s->rows; i++)
            for (size_t o = 0; o < s->outputs; o++)
                F[i * s->outputs + o] = s->W[o * s->rows + i];
    return rescale(s, F);
}

/* Orthonormalises the columns, twice for accuracy. False when they are linearly dependent. */
static bool orthonormalise(size_t n, size_t q, double *F)
{
    for (size_t j = 0; j < q; j++) {
        double length = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (size_t k = 0; k < j; k++) {
                double share = 0;
                for (size_t i = 0; i < n; i++)
                    share += F[i * q + j] * F[i * q + k];
                for (size_t i = 0; i < n; i++)
                    F[i * q + j] -= share * F[i * q + k];
            }
            length = 0;
            for (size_t i = 0; i < n; i++)
                length += F[i * q + j] * F[i * q + j];
            if (!(length > 0))
                return false;
            for (size_t i = 0; i < n; i++)
                F[i * q + j] /= sqrt(length);
        }
    }
    return true;
}

/* The n_L leading left singular vectors of phi(W_l), by subspace iteration. For random weights gaps
 * are small, and a nearby subspace is good enough. */
static enum aln_status leading(const struct aln_feedback_start *s, double *F)
{
    enum { ROUNDS = 30 };
    double *X = malloc(s->phi_l->inputs * s->outputs * sizeof *X);
    if (X == NULL)
        return no_memory(s);
    enum aln_status status = independent(s, F);
    for (int round = 0; round < ROUNDS && status == ALN_OK; round++) {
        if (!orthonormalise(s->rows, s->outputs, F))
            status = aln_raise(ALN_NUMERIC,
                               "feedback of layer %zu: the rank of its weights is below the number "
                               "of outputs, %zu",
                               s->layer, s->outputs);
        aln_phi_transposed(s->phi_l, s->W_l, s->outputs, F, X);
        aln_phi_multiply(s->phi_l, s->W_l, s->outputs, X, F);
    }
    free(X);
    return status == ALN_OK ? rescale(s, F) : status;
}

/* The F_l that minimises ||phi(W_{l+1}) - F_{l+1} F_l^T||: phi(W_{l+1})^T F_{l+1} (F_{l+1}^T
 * F_{l+1})^{-1}. */
static enum aln_status least_squares(const struct aln_feedback_start *s, double *F)
{
    const size_t n = s->outputs;
    double *C = calloc(n * n, sizeof *C);
    if (C == NULL)
        return no_memory(s);
    for (size_t i = 0; i < s->phi->outputs; i++)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                C[j * n + k] += s->above[i * n + j] * s->above[i * n + k];
    gsl_set_error_handler_off();
    gsl_matrix_view c = gsl_matrix_view_array(C, n, n);
    bool full = gsl_linalg_cholesky_decomp1(&c.matrix) == GSL_SUCCESS;
    aln_phi_transposed(s->phi, s->W, n, s->above, F);
    for (size_t i = 0; i < s->rows && full; i++) {
        gsl_vector_view x = gsl_vector_view_array(F + i * n, n);
        full = gsl_linalg_cholesky_svx(&c.matrix, &x.vector) == GSL_SUCCESS;
    }
    free(C);
    if (!full)
        return aln_raise(ALN_NUMERIC,
                         "feedback of layer %zu: the feedback of layer %zu is rank-deficient",
                         s->layer, s->layer + 1);
    return rescale(s, F);
}

static enum aln_status aligned(const struct aln_feedback_start *s, double *F)
{
    if (s->above != NULL)
        return least_squares(s, F);
    if (s->layer > 1 && s->rows == s->phi_l->outputs && s->outputs <= s->rows &&
        s->outputs <= s->phi_l->inputs)
        return leading(s, F);
    return independent(s, F);
}

/* ---- the table ---- */

static const struct aln_feedback_kind kinds[] = {
    {.id = {"independent", "independent entries", "Nokland, NeurIPS 2016"}, .fill = independent},
    {.id = {"channel", "one number per channel and output, constant over the map", ""},
     .fill = by_channel},
    {.id = {"smooth", "only low spatial frequencies, the first feedback.modes along each side", ""},
     .fill = smooth},
    {.id = {"product",
            "F_l = phi(G)^T F_(l+1), where G has the shape of W_(l+1) and independent entries",
            "as in feedback alignment, Lillicrap et al. 2016, without the slopes g'"},
     .descends = true,
     .fill = product},
    {.id = {"initial", "F_l = phi(W_(l+1))^T F_(l+1), F_(L-1) = W_L^T, with the initial weights",
            "as in back-propagation at the start, without the slopes g'"},
     .of_weights = true,
     .descends = true,
     .fill = initial},
    {.id = {"svd",
            "F_l F_(l-1)^T nearest to the initial phi(W_l); F_(L-1) from its singular vectors", ""},
     .of_weights = true,
     .descends = true,
     .fill = aligned},
};
const struct aln_names aln_feedback_kinds = {"feedback", "feedback", kinds,
                                             sizeof kinds / sizeof kinds[0], sizeof kinds[0]};
ALN_FINDERS(feedback_kind, aln_feedback_kinds);

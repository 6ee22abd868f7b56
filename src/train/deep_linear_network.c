/* The network of deep linear theory and the Gram matrices of its feedback. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "base/failure.h"
#include "base/text.h"
#include "deep/draw.h"
#include "params/schema_table.h"
#include "train/deep_linear.h"

static size_t depth_of(const struct aln_deep_linear_params *p)
{
    return p->network.layer_count;
}

static size_t outputs_of(const struct aln_deep_linear_params *p)
{
    return p->network.layer[depth_of(p) - 1].size;
}

static bool is_layerwise(const struct aln_deep_linear_params *p)
{
    return p->network.rule->route == ALN_LAYERWISE;
}

/* C = A B.  Given: A (n x m), B (m x k) */
static void multiply(size_t n, size_t m, size_t k, const double *A, const double *B, double *C)
{
    memset(C, 0, n * k * sizeof *C);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            for (size_t c = 0; c < k; c++)
                C[i * k + c] += A[i * m + j] * B[j * k + c];
}

/* C = A^T A.  Given: A (n x k) */
static void multiply_self(size_t n, size_t k, const double *A, double *C)
{
    memset(C, 0, k * k * sizeof *C);
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < k; a++)
            for (size_t b = 0; b < k; b++)
                /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): k > 0, as checked */
                C[a * k + b] += A[i * k + a] * A[i * k + b];
}

/* ---- feedback of given Gram matrices ---- */

/* G_l with G_l^T G_l = B: the transposed Cholesky factor of B in a random frame.
 * Returned: G (rows x n) */
static enum aln_status make_route(const struct aln_deep_linear_params *p, size_t l, size_t rows,
                                  double *G)
{
    const size_t n = outputs_of(p);
    struct aln_stream stream;
    double *frame = malloc(rows * n * sizeof *frame), *C = malloc(n * n * sizeof *C);
    enum aln_status status = ALN_OK;
    if (frame == NULL || C == NULL) {
        status = aln_raise_memory("the feedback of layer %zu", l);
        goto out;
    }
    memcpy(C, p->learning.gram[l - 1].a, n * n * sizeof *C);
    gsl_matrix_view c = gsl_matrix_view_array(C, n, n);
    if (gsl_linalg_cholesky_decomp1(&c.matrix) != GSL_SUCCESS) { /* checked with the parameters */
        status = aln_raise(ALN_USAGE,
                           "learning.feedback.gram[%zu]: expected a positive definite "
                           "matrix",
                           l);
        goto out;
    }
    for (size_t i = 0; i < n; i++) /* GSL leaves the factor below, B above the diagonal */
        for (size_t j = 0; j < n; j++)
            C[i * n + j] = j < i ? 0 : gsl_matrix_get(&c.matrix, j, i);
    aln_stream_init(&stream, p->network.feedback.seed, "deep feedback", l);
    status = aln_draw_orthonormal(&stream, rows, n, 1, frame);
    if (status == ALN_OK)
        multiply(rows, n, n, frame, C, G);
out:
    free(frame);
    free(C);
    return status;
}

/* F = G (H^T H)^{-1} H^T, the least matrix with F H = G.
 * Given:    G (rows x n), H (above x n)
 * Returned: F (rows x above) */
static enum aln_status between(size_t rows, size_t above, size_t n, const double *G,
                               const double *H, double *F)
{
    double *C = malloc(n * n * sizeof *C), *x = malloc(n * sizeof *x);
    enum aln_status status = C != NULL && x != NULL ? ALN_OK : aln_raise_memory("the feedback");
    if (status == ALN_OK) {
        gsl_matrix_view c = gsl_matrix_view_array(C, n, n);
        gsl_vector_view v = gsl_vector_view_array(x, n);
        multiply_self(above, n, H, C);
        if (gsl_linalg_cholesky_decomp1(&c.matrix) != GSL_SUCCESS)
            status = aln_raise(ALN_NUMERIC, "the feedback is rank-deficient");
        for (size_t i = 0; i < rows && status == ALN_OK; i++) {
            memcpy(x, G + i * n, n * sizeof *x);
            gsl_linalg_cholesky_svx(&c.matrix, &v.vector);
            for (size_t j = 0; j < above; j++) {
                F[i * above + j] = 0;
                for (size_t k = 0; k < n; k++)
                    F[i * above + j] += x[k] * H[j * n + k];
            }
        }
    }
    free(C);
    free(x);
    return status;
}

/* Replaces the drawn feedback, from the output down. */
static enum aln_status impose_gram(const struct aln_deep_linear_params *p, struct aln_network *net)
{
    const size_t L = depth_of(p), n = outputs_of(p);
    size_t widest = 0;
    for (size_t l = 0; l < L; l++)
        widest = p->network.layer[l].size > widest ? p->network.layer[l].size : widest;
    double *G = malloc(widest * n * sizeof *G), *H = malloc(widest * n * sizeof *H),
           *F = malloc(widest * widest * sizeof *F);
    enum aln_status status =
        G != NULL && H != NULL && F != NULL ? ALN_OK : aln_raise_memory("the feedback");
    for (size_t l = L - 1; l >= 1 && status == ALN_OK; l--) {
        const size_t rows = p->network.layer[l - 1].size, above = p->network.layer[l].size;
        const bool through = is_layerwise(p) && l < L - 1;
        status = make_route(p, l, rows, G);
        if (status == ALN_OK && through)
            status = between(rows, above, n, G, H, F);
        if (status == ALN_OK)
            aln_network_write(net, aln_network_find(net, ALN_FEEDBACK, l), ALN_DOUBLE,
                              through ? F : G);
        memcpy(H, G, rows * n * sizeof *H);
    }
    free(G);
    free(H);
    free(F);
    return status;
}

enum aln_status aln_deep_linear_network(struct aln_network **out,
                                        const struct aln_deep_linear_params *p, size_t batch)
{
    const size_t L = depth_of(p);
    struct aln_network_options options = p->network;
    const struct aln_network_options usual = aln_network_defaults();
    struct aln_layer *layer = malloc(L * sizeof *layer);
    *out = NULL;
    if (layer == NULL)
        return aln_raise_memory("%zu layers", L);
    memcpy(layer, p->network.layer, L * sizeof *layer);
    layer[L - 1].activation = NULL; /* linear, as it is */
    options.layer = layer;
    options.input = (struct aln_shape){p->target.inputs, 1, 1};
    options.precision = ALN_DOUBLE;
    options.reduction = ALN_MEAN;
    options.batch = batch;
    options.init_scale = 1;
    options.feedback.kind = usual.feedback.kind;
    options.feedback.modes = usual.feedback.modes;
    options.feedback.rate = options.feedback.decay = NAN;
    if (p->learning.gram != NULL) { /* replaced below */
        options.feedback.scale = 1;
        options.feedback.scaling = ALN_BY_ONE;
        options.feedback.orthonormal = false;
    }
    enum aln_status status = aln_network_create(out, &options);
    free(layer);
    if (status == ALN_OK && p->learning.gram != NULL)
        status = impose_gram(p, *out);
    return status;
}

/* ---- Gram matrices of drawn feedback ---- */

/* By how much F_l as drawn exceeds the one in force. */
static double division_of(const struct aln_deep_linear_params *p, size_t l)
{
    const bool divided = !p->network.feedback.orthonormal && p->learning.gram == NULL &&
                         p->network.feedback.scaling == ALN_BY_ROOT;
    return divided ? sqrt((double)p->network.layer[l - 1].size) : 1;
}

/* Round-off of the orthonormal frames would break the symmetry of modes that do not mix. */
static void clear_round_off(size_t n, double *B)
{
    double mean = 0, off = 0;
    for (size_t i = 0; i < n; i++)
        mean += B[i * (n + 1)] / (double)n;
    for (size_t i = 0; i < n * n; i++)
        off = fmax(off, fabs(B[i] - (i % (n + 1) == 0 ? mean : 0)));
    for (size_t i = 0; i < n * n && off < 1e-13 * (double)n * mean; i++)
        B[i] = i % (n + 1) == 0 ? mean : 0;
}

/* G_l (rows x n) from the network and G_{l+1}. */
static void read_route(const struct aln_deep_linear_params *p, struct aln_network *net, size_t l,
                       const double *above, double *F, double *G)
{
    const size_t rows = p->network.layer[l - 1].size, n = outputs_of(p);
    aln_network_feedback(net, l, F);
    if (is_layerwise(p) && l + 1 < depth_of(p))
        multiply(rows, p->network.layer[l].size, n, F, above, G);
    else
        memcpy(G, F, rows * n * sizeof *G);
}

enum aln_status aln_deep_linear_routes(const struct aln_deep_linear_params *p,
                                       struct aln_network *net, double *gram, double *first)
{
    const size_t L = depth_of(p), n = outputs_of(p);
    size_t widest = n;
    for (size_t l = 0; l < L; l++)
        widest = p->network.layer[l].size > widest ? p->network.layer[l].size : widest;
    double *route[2] = {malloc(widest * n * sizeof(double)), malloc(widest * n * sizeof(double))},
           *F = malloc(widest * widest * sizeof *F);
    const bool good = route[0] != NULL && route[1] != NULL && F != NULL;
    for (size_t l = L - 1; l >= 1 && good; l--) {
        const size_t rows = p->network.layer[l - 1].size;
        read_route(p, net, l, route[1 - l % 2], F, route[l % 2]);
        multiply_self(rows, n, route[l % 2], gram + (l - 1) * n * n);
        clear_round_off(n, gram + (l - 1) * n * n);
        if (l == 1 && first != NULL)
            memcpy(first, route[1], rows * n * sizeof *first);
    }
    free(route[0]);
    free(route[1]);
    free(F);
    return good ? ALN_OK : aln_raise_memory("the feedback");
}

static enum aln_status draw(struct aln_deep_linear_feedback *out,
                            const struct aln_deep_linear_params *p)
{
    struct aln_network *net = NULL;
    enum aln_status status = aln_deep_linear_network(&net, p, 1);
    if (status == ALN_OK)
        status = aln_deep_linear_routes(p, net, out->gram, NULL);
    aln_network_free(net);
    return status;
}

enum aln_status aln_deep_linear_feedback_find(struct aln_deep_linear_feedback *out,
                                              const struct aln_deep_linear_params *p)
{
    const size_t L = depth_of(p), n = outputs_of(p);
    out->gram = malloc((L - 1) * n * n * sizeof *out->gram);
    out->drawn = malloc((L - 1) * sizeof *out->drawn);
    if (out->gram == NULL || out->drawn == NULL)
        return aln_raise_memory("the feedback");
    for (size_t l = L - 1; l >= 1; l--)
        out->drawn[l - 1] = division_of(p, l) * (is_layerwise(p) && l + 1 < L ? out->drawn[l] : 1);
    if (p->learning.gram == NULL)
        return draw(out, p);
    for (size_t l = 1; l < L; l++)
        memcpy(out->gram + (l - 1) * n * n, p->learning.gram[l - 1].a, n * n * sizeof(double));
    return ALN_OK;
}

void aln_deep_linear_feedback_clear(struct aln_deep_linear_feedback *feedback)
{
    free(feedback->gram);
    free(feedback->drawn);
}

/* ---- the header ---- */

static enum aln_status add_drawn(struct aln_text *text, const struct aln_deep_linear_params *p)
{
    const size_t count = depth_of(p) - 1, n = outputs_of(p);
    struct aln_deep_linear_feedback feedback = {NULL, NULL};
    struct aln_matrix *m = malloc(count * sizeof *m);
    enum aln_status status =
        m != NULL ? aln_deep_linear_feedback_find(&feedback, p) : aln_raise_memory("the feedback");
    for (size_t i = 0; i < count && status == ALN_OK; i++)
        m[i] = (struct aln_matrix){n, n, feedback.gram + i * n * n};
    if (status == ALN_OK) {
        aln_text_add(text, "drawn:\n  gram: ");
        aln_params_put_matrices(text, m, count);
        aln_text_add(text, "\n");
    }
    aln_deep_linear_feedback_clear(&feedback);
    free(m);
    return status;
}

enum aln_status aln_deep_linear_header(const struct aln_deep_linear_params *p, char **out)
{
    struct aln_text text = {0};
    char *yaml = NULL;
    *out = NULL;
    enum aln_status status = aln_schema_yaml(&aln_deep_linear_schema, p, &yaml);
    if (status == ALN_OK) {
        aln_text_add(&text, "%s", yaml);
        if (p->learning.gram == NULL)
            status = add_drawn(&text, p);
    }
    free(yaml);
    if (status == ALN_OK && text.failed)
        status = aln_raise_memory("the header of a result");
    if (status != ALN_OK)
        free(text.s);
    else
        *out = text.s;
    return status;
}

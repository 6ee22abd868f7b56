#include "deep/linearnet.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "deep/stage.h"

struct aln_linearnet {
    size_t depth, outputs; /* L, n_L */
    size_t *units;         /* n_0 .. n_L */
    double momentum, decay;
    enum aln_reduction reduction;
    /* At [l]: A_l, its velocity and gradient; the route from the output to layer l, n_l x n_L, and
     * its Gram matrix route^T route. */
    double **A, **v, **gradient, **route, **gram;
    double *z, *gram_z, *left, *right; /* n_L; n_L; n_L x n_L each, or n_L x widest */
    double *store;
};

/* C = A B.  Given: A (n x m), B (m x k) */
static void multiply(size_t n, size_t m, size_t k, const double *A, const double *B, double *C)
{
    memset(C, 0, n * k * sizeof *C);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            for (size_t c = 0; c < k; c++)
                C[i * k + c] += A[i * m + j] * B[j * k + c];
}

/* C = A B^T.  Given: A (n x m), B (k x m) */
static void multiply_transposed(size_t n, size_t m, size_t k, const double *A, const double *B,
                                double *C)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < k; c++) {
            double sum = 0;
            for (size_t j = 0; j < m; j++)
                sum += A[i * m + j] * B[c * m + j];
            C[i * k + c] = sum;
        }
}

static size_t columns_of_A(const struct aln_linearnet *lin, size_t l)
{
    return l == 1 ? lin->units[0] : lin->outputs;
}

/* ---- creation ---- */

static enum aln_status check(const struct aln_network *net)
{
    const struct aln_network_options *o = &net->options;
    if (aln_rule_feedback_kind(o->rule) != ALN_FEEDBACK_FIXED || o->rule->learns ||
        o->rule->targets || o->rule->levels != ALN_ERROR_WHOLE || o->rule->route == ALN_NOWHERE)
        return aln_raise(ALN_USAGE, "linear law: holds for dfa and fa, not for %s",
                         o->rule->id.name);
    if (o->bias)
        return aln_raise(ALN_USAGE, "linear law: the network has biases");
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        if (s->h != s->a || s->cols != s->inputs || s->rows != s->outputs ||
            net->depth != o->layer_count)
            return aln_raise(ALN_USAGE, "linear law: layer %zu (%s) is not dense and linear", l,
                             s->layer.kind->id.name);
        if (aln_network_norm(net, l) != 0)
            return aln_raise(ALN_USAGE, "linear law: the weights of layer %zu do not start at zero",
                             l);
    }
    return ALN_OK;
}

static size_t widest(const struct aln_linearnet *lin)
{
    size_t width = 0;
    for (size_t l = 0; l <= lin->depth; l++)
        width = lin->units[l] > width ? lin->units[l] : width;
    return width;
}

static double *carve(double **next, size_t length)
{
    double *piece = *next;
    *next += length;
    return piece;
}

static enum aln_status allocate(struct aln_linearnet *lin)
{
    const size_t n = lin->outputs, width = widest(lin);
    size_t length = 2 * n + 2 * n * width;
    for (size_t l = 1; l <= lin->depth; l++)
        length += (3 * columns_of_A(lin, l) + lin->units[l] + n) * n;
    double *next = lin->store = calloc(length, sizeof *next);
    if (next == NULL)
        return aln_raise_memory("the linear law of %zu layers", lin->depth);
    lin->z = carve(&next, n);
    lin->gram_z = carve(&next, n);
    lin->left = carve(&next, n * width);
    lin->right = carve(&next, n * width);
    for (size_t l = 1; l <= lin->depth; l++) {
        lin->A[l] = carve(&next, n * columns_of_A(lin, l));
        lin->v[l] = carve(&next, n * columns_of_A(lin, l));
        lin->gradient[l] = carve(&next, n * columns_of_A(lin, l));
        lin->route[l] = carve(&next, lin->units[l] * n);
        lin->gram[l] = carve(&next, n * n);
    }
    return ALN_OK;
}

/* route[l] = F_l, or F_l F_{l+1} ... F_{L-1}; route[L] is the identity. */
static enum aln_status read_feedback(struct aln_linearnet *lin, const struct aln_network *net)
{
    const size_t L = lin->depth, n = lin->outputs;
    assert(L >= 1 && lin->route[L] != NULL);
    for (size_t i = 0; i < n * n; i++)
        lin->route[L][i] = i % (n + 1) == 0;
    for (size_t l = L - 1; l >= 1; l--) {
        struct aln_site place = aln_network_place(net, ALN_FEEDBACK, l);
        double *F = malloc(place.rows * place.cols * sizeof *F);
        if (F == NULL)
            return aln_raise_memory("the feedback of layer %zu", l);
        aln_network_copy_out(net, place, ALN_DOUBLE, F);
        if (net->options.rule->route == ALN_DIRECT)
            memcpy(lin->route[l], F, lin->units[l] * n * sizeof *F);
        else
            multiply(lin->units[l], lin->units[l + 1], n, F, lin->route[l + 1], lin->route[l]);
        free(F);
    }
    for (size_t l = 1; l <= L; l++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double sum = 0;
                for (size_t k = 0; k < lin->units[l]; k++)
                    sum += lin->route[l][k * n + i] * lin->route[l][k * n + j];
                lin->gram[l][i * n + j] = sum;
            }
    return ALN_OK;
}

enum aln_status aln_linearnet_create(struct aln_linearnet **out, const struct aln_network *net)
{
    *out = NULL;
    enum aln_status status = check(net);
    if (status != ALN_OK)
        return status;
    const size_t L = net->depth;
    struct aln_linearnet *lin = calloc(1, sizeof *lin);
    double **pointers = calloc(5 * (L + 1), sizeof *pointers);
    size_t *units = calloc(L + 1, sizeof *units);
    if (lin == NULL || pointers == NULL || units == NULL) {
        free(lin);
        free(pointers);
        free(units);
        return aln_raise_memory("the linear law of %zu layers", L);
    }
    *lin = (struct aln_linearnet){
        .depth = L,
        .outputs = net->outputs,
        .units = units,
        .momentum = net->options.momentum,
        .decay = net->options.decay,
        .reduction = net->options.reduction,
        .A = pointers,
        .v = pointers + (L + 1),
        .gradient = pointers + 2 * (L + 1),
        .route = pointers + 3 * (L + 1),
        .gram = pointers + 4 * (L + 1),
    };
    for (size_t l = 0; l <= L; l++)
        units[l] = l == 0 ? net->stage[0].inputs : net->weighted[l - 1]->outputs;
    status = allocate(lin);
    if (status == ALN_OK)
        status = read_feedback(lin, net);
    if (status != ALN_OK) {
        aln_linearnet_free(lin);
        return status;
    }
    *out = lin;
    return ALN_OK;
}

void aln_linearnet_free(struct aln_linearnet *lin)
{
    if (lin == NULL)
        return;
    free(lin->store);
    free(lin->A); /* and v, gradient, route, gram with it */
    free(lin->units);
    free(lin);
}

/* ---- the recursion ---- */

/* Adds one sample to the gradients: e x^T of A_1, e z_{l-1}^T of A_l. */
static void add_sample(struct aln_linearnet *lin, const double *x, const double *e)
{
    const size_t n = lin->outputs;
    const double *input = x; /* x, then z_1, z_2, ... */
    for (size_t l = 1; l <= lin->depth; l++) {
        const size_t cols = columns_of_A(lin, l);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < cols; j++)
                lin->gradient[l][i * cols + j] += e[i] * input[j];
        if (l > 1)
            multiply(n, n, 1, lin->gram[l - 1], input, lin->gram_z);
        multiply(n, cols, 1, lin->A[l], l > 1 ? lin->gram_z : input, lin->z);
        input = lin->z;
    }
}

void aln_linearnet_step(struct aln_linearnet *lin, size_t count, const double *x, const double *e,
                        double rate)
{
    const double weight = lin->reduction == ALN_MEAN ? 1 / (double)count : 1;
    for (size_t l = 1; l <= lin->depth; l++)
        memset(lin->gradient[l], 0, lin->outputs * columns_of_A(lin, l) * sizeof(double));
    for (size_t i = 0; i < count; i++)
        add_sample(lin, x + i * lin->units[0], e + i * lin->outputs);
    for (size_t l = 1; l <= lin->depth; l++)
        for (size_t i = 0; i < lin->outputs * columns_of_A(lin, l); i++) {
            double *A = &lin->A[l][i], *v = &lin->v[l][i];
            *v = lin->momentum * *v + weight * lin->gradient[l][i] + lin->decay * *A;
            *A -= rate * *v;
        }
}

/* ---- predictions ---- */

const double *aln_linearnet_A(const struct aln_linearnet *lin, size_t l)
{
    return lin->A[l];
}

const double *aln_linearnet_route(const struct aln_linearnet *lin, size_t l)
{
    return lin->route[l];
}

void aln_linearnet_weights(const struct aln_linearnet *lin, size_t l, double *W)
{
    const size_t n = lin->outputs, cols = lin->units[l - 1];
    const double *inner = lin->A[l]; /* A_l F_{l-1}^T, n_L x n_{l-1} */
    if (l > 1) {
        multiply_transposed(n, n, cols, lin->A[l], lin->route[l - 1], lin->left);
        inner = lin->left;
    }
    multiply(lin->units[l], n, cols, lin->route[l], inner, W);
}

/* out = A^T.  Given: A (n x n) */
static void transpose(size_t n, const double *A, double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out[j * n + i] = A[i * n + j];
}

void aln_linearnet_propagator(const struct aln_linearnet *lin, size_t l, double *Pi)
{
    const size_t n = lin->outputs;
    transpose(n, lin->A[lin->depth], Pi);
    for (size_t k = lin->depth - 1; k > l; k--) {
        multiply(n, n, n, lin->gram[k], Pi, lin->left);
        transpose(n, lin->A[k], lin->right);
        multiply(n, n, n, lin->right, lin->left, Pi);
    }
}

double aln_linearnet_alignment(const struct aln_linearnet *lin, size_t l)
{
    const size_t n = lin->outputs;
    double trace = 0, square = 0;
    for (size_t i = 0; i < n * n; i++) {
        square += lin->A[l][i] * lin->A[l][i];
        trace += i % (n + 1) == 0 ? lin->A[l][i] : 0;
    }
    return trace / sqrt((double)n * square);
}

double aln_kantorovich(double kappa)
{
    return 2 * sqrt(kappa) / (1 + kappa);
}

/* Products of the weights with the routes from the output. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "deep/measure/meter.h"
#include "deep/phi.h"
#include "deep/stage.h"

/* Tensor of a kind at layer l, as doubles.  Returned: its shape; 0 x 0 if there is none */
static void read_tensor(const struct aln_network *net, enum aln_tensor_kind kind, size_t l,
                        double *out, size_t *rows, size_t *cols)
{
    struct aln_tensor tensor;
    size_t i = aln_network_find(net, kind, l);
    *rows = *cols = 0;
    if (i == aln_network_tensors(net))
        return;
    aln_network_tensor(net, i, &tensor);
    aln_network_read(net, i, ALN_DOUBLE, out);
    *rows = tensor.rows;
    *cols = tensor.cols;
}

/* c = a b, or c = a^T b where a is (inner x rows). */
static void multiply(size_t rows, size_t inner, size_t cols, const double *a, bool transposed,
                     const double *b, double *c)
{
    memset(c, 0, rows * cols * sizeof *c);
    for (size_t i = 0; i < rows && !aln_interrupted(); i++)
        for (size_t k = 0; k < inner; k++) {
            double x = transposed ? a[k * rows + i] : a[i * inner + k];
            for (size_t j = 0; j < cols; j++)
                c[i * cols + j] += x * b[k * cols + j];
        }
}

/* Undoes the division of F by the square root of its number of rows. */
static void as_drawn(const struct aln_network *net, size_t rows, size_t cols, double *F)
{
    const struct aln_network_options *o = aln_network_settings(net);
    if (o->feedback.orthonormal || o->feedback.scaling != ALN_BY_ROOT ||
        aln_rule_feedback_kind(o->rule) == ALN_FEEDBACK_MADE)
        return;
    for (size_t i = 0; i < rows * cols; i++)
        F[i] *= sqrt((double)rows);
}

static void set_nan(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = NAN;
}

/* Cannot fail: the layer belongs to a network. */
static struct aln_phi phi_of(const struct aln_meter *m, size_t l)
{
    const struct aln_stage *s = m->net->weighted[l - 1];
    struct aln_phi phi;
    (void)aln_phi_of(&s->layer, s->in, &phi);
    return phi;
}

/* B_l = phi(F_l^T)^T B_{l+1}, where layer l + 1 is a convolution. */
static void convolve_route(struct aln_meter *m, size_t l)
{
    const struct aln_phi phi = phi_of(m, l + 1);
    for (size_t i = 0; i < phi.rows; i++)
        for (size_t j = 0; j < phi.cols; j++)
            m->W[i * phi.cols + j] = m->F[j * phi.rows + i];
    aln_phi_transposed(&phi, m->W, m->outputs, m->route[1], m->route[0]);
}

/* F_l of a layerwise rule, without the weights that feedback.symmetry mixes in.
 * Returned: F (inputs of layer l + 1 or of its kernel x its rows) */
static void read_feedback(const struct aln_meter *m, size_t l, double *F)
{
    size_t rows, cols;
    if (aln_rule_feedback_kind(aln_network_settings(m->net)->rule) == ALN_FEEDBACK_MADE)
        aln_network_feedback(m->net, l, F);
    else
        read_tensor(m->net, ALN_FEEDBACK, l, F, &rows, &cols);
}

/* Computes the route B_l.
 * Given:    m->route[1]  B_{l+1} (above x n_L), for layerwise rules
 * Returned: the number of rows; m->route[0]  B_l, NaN if pooling lies between the two */
static size_t compute_route(struct aln_meter *m, size_t l, size_t above)
{
    size_t n = m->outputs, rows, cols;
    if (aln_rule_is_direct(aln_network_settings(m->net)->rule)) { /* bp too, as a control */
        read_tensor(m->net, ALN_FEEDBACK, l, m->route[0], &rows, &cols);
        as_drawn(m->net, rows, cols, m->route[0]);
        return rows;
    }
    const struct aln_stage *next = m->net->weighted[l];
    rows = next->inputs;
    cols = next->outputs;
    if (l + 1 == m->depth) {
        read_feedback(m, l, m->route[0]);
        as_drawn(m->net, rows, cols, m->route[0]);
        return rows;
    }
    read_feedback(m, l, m->F);
    as_drawn(m->net, next->cols, next->rows, m->F);
    if (cols != above)
        set_nan(m->route[0], rows * n);
    else if (next->layer.kind->has_kernel)
        convolve_route(m, l);
    else
        multiply(rows, cols, n, m->F, false, m->route[1], m->route[0]);
    return rows;
}

static void swap_routes(struct aln_meter *m)
{
    double *old = m->route[0];
    m->route[0] = m->route[1];
    m->route[1] = old;
}

/* M_l = B_l^T W_l B_{l-1}.
 * Given: m->route[0]  B_{l-1} (below x n_L);  m->route[1]  B_l (above x n_L) */
static void multiply_between(struct aln_meter *m, size_t l, size_t above, size_t below, double *M)
{
    const struct aln_phi phi = phi_of(m, l);
    size_t n = m->outputs, rows, cols;
    read_tensor(m->net, ALN_WEIGHT, l, m->W, &rows, &cols);
    m->routes.phi2[l] = m->routes.norm2[l];
    if (phi.outputs != above || phi.inputs != below) {
        set_nan(M, n * n); /* pooling lies above */
    } else if (l == m->depth) {
        multiply(n, cols, n, m->W, false, m->route[0], M);
    } else {
        if (phi.kernel > 0) {
            m->routes.phi2[l] = aln_phi_norm2(&phi, m->W);
            aln_phi_multiply(&phi, m->W, n, m->route[0], m->P);
        } else {
            multiply(rows, cols, n, m->W, false, m->route[0], m->P);
        }
        multiply(n, phi.outputs, n, m->route[1], true, m->P, M);
    }
}

/* From the output down, keeping B_l while B_{l-1} is computed. */
void aln_meter_multiply_routes(struct aln_meter *m)
{
    size_t L = m->depth, n = m->outputs, nn = n * n, above = n;
    double *M = m->routes.M, *C = m->routes.C;
    memset(C + L * nn, 0, nn * sizeof *C);
    for (size_t i = 0; i < n; i++)
        C[L * nn + i * n + i] = 1;
    for (size_t l = L; l >= 1; l--) {
        double norm = aln_network_norm(m->net, l);
        m->routes.norm2[l] = norm * norm;
        if (l == 1)
            return;
        size_t below = compute_route(m, l - 1, above);
        multiply(n, below, n, m->route[0], true, m->route[0], C + (l - 1) * nn);
        multiply_between(m, l, above, below, M + l * nn);
        above = below;
        swap_routes(m);
    }
}

void aln_meter_against_feedback(struct aln_meter *m, size_t l, double *product, double *norm2)
{
    size_t rows, cols;
    *product = *norm2 = NAN;
    if (aln_network_settings(m->net)->rule->route != ALN_LAYERWISE)
        return;
    read_tensor(m->net, ALN_WEIGHT, l, m->W, &rows, &cols);
    aln_network_feedback(m->net, l - 1, m->F);
    *product = *norm2 = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            double f = m->F[j * rows + i];
            *product += m->W[i * cols + j] * f;
            *norm2 += f * f;
        }
}

/* ---- least squares ---- */

/* Solves C X = B in place of B, all n x n, C symmetric; false if C is not positive definite. */
static bool solve(double *C, double *B, size_t n)
{
    gsl_matrix_view c = gsl_matrix_view_array(C, n, n), b = gsl_matrix_view_array(B, n, n);
    if (gsl_linalg_cholesky_decomp1(&c.matrix) != GSL_SUCCESS)
        return false;
    for (size_t j = 0; j < n; j++) {
        gsl_vector_view column = gsl_matrix_column(&b.matrix, j);
        if (gsl_linalg_cholesky_svx(&c.matrix, &column.vector) != GSL_SUCCESS)
            return false;
    }
    return true;
}

static void transpose(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double old = a[i * n + j];
            a[i * n + j] = a[j * n + i];
            a[j * n + i] = old;
        }
}

/* Solves C_l A C_{l-1} = M_l, one side after the other. */
const double *aln_meter_least_squares(struct aln_meter *m, size_t l)
{
    size_t n = m->outputs, nn = n * n;
    double *A = m->A, *C = m->A + nn;
    bool full = true;
    memcpy(A, m->routes.M + l * nn, nn * sizeof *A);
    for (size_t side = 0; side < 2 && full; side++) {
        memcpy(C, m->routes.C + (l - side) * nn, nn * sizeof *C);
        full = solve(C, A, n);
        transpose(A, n);
    }
    if (!full)
        set_nan(A, nn);
    return A;
}

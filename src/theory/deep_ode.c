#include "alignode/deep_ode.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "theory/dense_output.h"

#define FIRST_STEP 1e-6
#define MAX_STEPS  10000000
#define RESOLVED   1e6   /* times the relative error: E below this is round-off */
#define EQUAL      1e-12 /* relative: B_l counts as symmetric, or as a multiple of 1 */

struct aln_deep_ode {
    size_t L, n, nn; /* nn = n n */
    bool modes;
    uint64_t max_steps, steps;
    const volatile sig_atomic_t *stop;
    gsl_odeiv2_system sys;
    gsl_odeiv2_driver *driver;
    struct aln_dense_output *dense;
    bool stages; /* the stepper is rk8pd */
    double rtol;
    double t, front, h;           /* requested; reached by the stepper; its next step */
    double *singular, *gram;      /* n; (L-1) nn */
    double *drawn;                /* L + 1: of layers 0 .. L */
    double *z;                    /* L: z_1 .. z_L of the modes */
    double *y, *front_y, *before; /* sys.dimension each */
    double *A;                    /* L nn, at t */
    double *Z;                    /* L nn */
    double *E, *work;             /* nn, 4 nn */
    double storage[];
};

struct aln_deep_ode_options aln_deep_ode_defaults(void)
{
    return (struct aln_deep_ode_options){
        .stepper = aln_stepper_find("rk8pd"), .rtol = 1e-12, .atol = 1e-30, .max_steps = MAX_STEPS};
}

/* ---- n x n matrices ---- */

/* C = A B */
static void multiply(size_t n, const double *A, const double *B, double *C)
{
    memset(C, 0, n * n * sizeof *C);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++)
                C[i * n + j] += A[i * n + k] * B[k * n + j];
}

/* C = A B^T */
static void multiply_transposed(size_t n, const double *A, const double *B, double *C)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t k = 0; k < n; k++)
                sum += A[i * n + k] * B[j * n + k];
            C[i * n + j] = sum;
        }
}

/* tr(A^T B) */
static double inner(size_t count, const double *A, const double *B)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += A[i] * B[i];
    return sum;
}

static double cosine(double product, double square_a, double square_b)
{
    return square_a > 0 && square_b > 0 ? product / (sqrt(square_a) * sqrt(square_b)) : NAN;
}

/* B_l, 1 <= l < L. */
static const double *gram_of(const struct aln_deep_ode *ode, size_t l)
{
    return ode->gram + (l - 1) * ode->nn;
}

/* ---- equations ---- */

/* Z_1 ... Z_L and E of A_1 ... A_L. */
static void propagate(struct aln_deep_ode *ode, const double *A)
{
    const size_t n = ode->n, nn = ode->nn;
    memcpy(ode->Z, A, nn * sizeof *A);
    for (size_t l = 1; l < ode->L; l++) {
        multiply(n, gram_of(ode, l), ode->Z + (l - 1) * nn, ode->work);
        multiply(n, A + l * nn, ode->work, ode->Z + l * nn);
    }
    const double *last = ode->Z + (ode->L - 1) * nn;
    for (size_t i = 0; i < nn; i++)
        ode->E[i] = (i % (n + 1) == 0 ? ode->singular[i / (n + 1)] : 0) - last[i];
}

static void matrix_slopes(struct aln_deep_ode *ode, const double *A, double *dA)
{
    propagate(ode, A);
    memcpy(dA, ode->E, ode->nn * sizeof *dA);
    for (size_t l = 1; l < ode->L; l++)
        multiply_transposed(ode->n, ode->E, ode->Z + (l - 1) * ode->nn, dA + l * ode->nn);
}

static void mode_slopes(const struct aln_deep_ode *ode, const double *a, double *da)
{
    const double power = ldexp(1, (int)ode->L) - 1;
    for (size_t i = 0; i < ode->n; i++)
        da[i] = ode->singular[i] - ode->z[ode->L - 1] * pow(a[i], power);
}

/* For GSL. */
static int derivative(double t, const double y[], double dydt[], void *params)
{
    struct aln_deep_ode *ode = params;
    (void)t;
    if (ode->modes)
        mode_slopes(ode, y, dydt);
    else
        matrix_slopes(ode, y, dydt);
    for (size_t i = 0; i < ode->sys.dimension; i++)
        if (!isfinite(dydt[i]))
            return GSL_EDOM; /* the step may have been too long */
    aln_dense_output_record(ode->dense, dydt);
    return GSL_SUCCESS;
}

/* The matrices of a state. */
static void matrices_of(struct aln_deep_ode *ode)
{
    const size_t n = ode->n, nn = ode->nn;
    if (!ode->modes) {
        memcpy(ode->A, ode->y, ode->L * nn * sizeof *ode->A);
        return;
    }
    memset(ode->A, 0, ode->L * nn * sizeof *ode->A);
    for (size_t i = 0; i < n; i++) {
        ode->A[i * (n + 1)] = ode->y[i];
        for (size_t l = 1; l < ode->L; l++) {
            const double power = ldexp(1, (int)l);
            ode->A[l * nn + i * (n + 1)] = ode->z[l - 1] * pow(ode->y[i], power) / power;
        }
    }
}

/* ---- create ---- */

enum aln_status aln_deep_ode_check_gram(size_t n, const double *B)
{
    double most = 0;
    for (size_t i = 0; i < n * n; i++)
        most = fmax(most, isfinite(B[i]) ? fabs(B[i]) : INFINITY);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (!(fabs(B[i * n + j] - B[j * n + i]) <= EQUAL * most))
                return aln_raise(ALN_USAGE, "expected a symmetric matrix");
    gsl_set_error_handler_off();
    gsl_matrix *copy = gsl_matrix_alloc(n, n);
    if (copy == NULL)
        return aln_raise_memory("a %zu x %zu matrix", n, n);
    memcpy(copy->data, B, n * n * sizeof *B);
    bool definite = isfinite(most) && gsl_linalg_cholesky_decomp1(copy) == GSL_SUCCESS;
    gsl_matrix_free(copy);
    return definite ? ALN_OK : aln_raise(ALN_USAGE, "expected a positive definite matrix");
}

static enum aln_status check(const struct aln_deep_ode_options *o)
{
    enum aln_status status = ALN_OK;
    if (o->layers < 2 || o->outputs < 1)
        return aln_raise(ALN_USAGE, "expected at least 2 layers and 1 output, got %zu and %zu",
                         o->layers, o->outputs);
    if (!(o->rtol > 0 && o->atol > 0))
        return aln_raise(ALN_USAGE, "expected rtol and atol > 0, got %g and %g", o->rtol, o->atol);
    if (o->stepper != NULL && (o->stepper->implicit || o->stepper->switches))
        return aln_raise(ALN_USAGE, "expected an explicit stepper, got %s", o->stepper->id.name);
    for (size_t i = 0; i < o->outputs; i++)
        if (!(o->singular[i] > 0 && isfinite(o->singular[i])))
            return aln_raise(ALN_USAGE, "expected singular values > 0, got %g", o->singular[i]);
    for (size_t l = 1; l < o->layers && status == ALN_OK; l++)
        if ((status = aln_deep_ode_check_gram(o->outputs, o->gram + (l - 1) * o->outputs *
                                                                        o->outputs)) != ALN_OK)
            return aln_raise_again(status, "B_%zu: ", l);
    return ALN_OK;
}

/* The factors of the modes.
 * Status: ALN_USAGE where B_l is no multiple of 1 */
static enum aln_status find_modes(struct aln_deep_ode *ode)
{
    const size_t n = ode->n;
    ode->z[0] = 1;
    for (size_t l = 1; l < ode->L; l++) {
        const double *B = gram_of(ode, l);
        for (size_t i = 0; i < n * n; i++)
            if (!(fabs(B[i] - (i % (n + 1) == 0 ? B[0] : 0)) <= EQUAL * B[0]))
                return aln_raise(ALN_USAGE,
                                 "modes: expected orthonormal feedback, but F_%zu^T F_%zu is no "
                                 "multiple of the identity",
                                 l, l);
        ode->z[l] = B[0] * ode->z[l - 1] * ode->z[l - 1] / ldexp(1, (int)l);
    }
    return ALN_OK;
}

static struct aln_deep_ode *allocate(const struct aln_deep_ode_options *o, size_t size)
{
    const size_t L = o->layers, n = o->outputs, nn = n * n;
    const size_t count = n + (L - 1) * nn + (L + 1) + L + 3 * size + 2 * L * nn + 5 * nn;
    struct aln_deep_ode *ode = calloc(1, sizeof *ode + count * sizeof(double));
    if (ode == NULL)
        return NULL;
    ode->L = L;
    ode->n = n;
    ode->nn = nn;
    ode->singular = ode->storage;
    ode->gram = ode->singular + n;
    ode->drawn = ode->gram + (L - 1) * nn;
    ode->z = ode->drawn + L + 1;
    ode->y = ode->z + L;
    ode->front_y = ode->y + size;
    ode->before = ode->front_y + size;
    ode->A = ode->before + size;
    ode->Z = ode->A + L * nn;
    ode->E = ode->Z + L * nn;
    ode->work = ode->E + nn;
    assert(ode->work + 4 * nn == ode->storage + count);
    memcpy(ode->singular, o->singular, n * sizeof *ode->singular);
    memcpy(ode->gram, o->gram, (L - 1) * nn * sizeof *ode->gram);
    for (size_t l = 0; l <= L; l++)
        ode->drawn[l] = o->drawn != NULL && l > 0 && l < L ? o->drawn[l - 1] : 1;
    return ode;
}

enum aln_status aln_deep_ode_create(struct aln_deep_ode **out, const struct aln_deep_ode_options *o)
{
    *out = NULL;
    gsl_set_error_handler_off();
    enum aln_status status = check(o);
    if (status != ALN_OK)
        return status;
    const size_t size = o->modes ? o->outputs : o->layers * o->outputs * o->outputs;
    struct aln_deep_ode *ode = *out = allocate(o, size);
    if (ode == NULL)
        return aln_raise_memory("%zu equations", size);
    const gsl_odeiv2_step_type *type =
        o->stepper != NULL ? *o->stepper->type : gsl_odeiv2_step_rk8pd;
    ode->modes = o->modes;
    ode->max_steps = o->max_steps != 0 ? o->max_steps : MAX_STEPS;
    ode->stop = o->stop;
    ode->stages = type == gsl_odeiv2_step_rk8pd;
    ode->rtol = o->rtol;
    ode->h = FIRST_STEP;
    ode->sys = (gsl_odeiv2_system){derivative, NULL, size, ode};
    if (o->modes && (status = find_modes(ode)) != ALN_OK)
        return status;
    ode->driver =
        gsl_odeiv2_driver_alloc_standard_new(&ode->sys, type, FIRST_STEP, o->atol, o->rtol, 1, 0);
    if (ode->driver == NULL)
        return aln_raise_memory("%zu equations", size);
    memset(ode->driver->e->yerr, 0, size * sizeof(double)); /* GSL leaves it uninitialised */
    return aln_dense_output_create(&ode->dense, &ode->sys, false, o->rtol, o->atol);
}

void aln_deep_ode_free(struct aln_deep_ode *ode)
{
    if (ode == NULL)
        return;
    aln_dense_output_free(ode->dense);
    if (ode->driver != NULL)
        gsl_odeiv2_driver_free(ode->driver);
    free(ode);
}

/* ---- integration ---- */

static enum aln_status step(struct aln_deep_ode *ode)
{
    gsl_odeiv2_driver *d = ode->driver;
    const double begin = ode->front;
    if (ode->stop != NULL && *ode->stop != 0)
        return aln_raise(ALN_STOPPED, "stopped at t = %.9g", ode->front);
    if (ode->steps++ == ode->max_steps)
        return aln_raise(ALN_NUMERIC,
                         "the integration stopped at t = %.9g after ode.max_steps, %" PRIu64
                         "; try a larger ode.rtol or ode.atol",
                         begin, ode->max_steps);
    memcpy(ode->before, ode->front_y, ode->sys.dimension * sizeof *ode->before);
    int failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, &ode->sys, &ode->front, INFINITY,
                                         &ode->h, ode->front_y);
    for (size_t i = 0; failed == GSL_SUCCESS && i < ode->sys.dimension; i++)
        failed = isfinite(ode->front_y[i]) ? GSL_SUCCESS : GSL_EDOM;
    if (failed != GSL_SUCCESS)
        return aln_raise(ALN_NUMERIC,
                         "the integration stopped at t = %.9g: the step size fell below round-off "
                         "or the solution is no longer finite; try a larger ode.rtol",
                         begin);
    aln_dense_output_take(ode->dense, &(struct aln_dense_output_step){.t0 = begin,
                                                                      .t1 = ode->front,
                                                                      .y0 = ode->before,
                                                                      .dydt0 = d->e->dydt_in,
                                                                      .y1 = ode->front_y,
                                                                      .dydt1 = d->e->dydt_out,
                                                                      .stages = ode->stages});
    return ALN_OK;
}

enum aln_status aln_deep_ode_advance(struct aln_deep_ode *ode, double t)
{
    enum aln_status status = ALN_OK;
    assert(t >= ode->t);
    while (status == ALN_OK && ode->front < t)
        status = step(ode);
    if (status == ALN_OK && t == ode->front)
        memcpy(ode->y, ode->front_y, ode->sys.dimension * sizeof *ode->y);
    else if (status == ALN_OK)
        status = aln_dense_output_at(ode->dense, t, ode->y);
    if (status != ALN_OK)
        return status;
    ode->t = t;
    matrices_of(ode);
    return ALN_OK;
}

const double *aln_deep_ode_state(const struct aln_deep_ode *ode)
{
    return ode->A;
}

/* ---- measures ---- */

size_t aln_deep_ode_columns(size_t L)
{
    return 3 * L;
}

void aln_deep_ode_column(size_t L, size_t i, char name[32])
{
    if (i < 2)
        strcpy(name, i == 0 ? "loss" : "WA");
    else if (i <= L)
        snprintf(name, 32, "WA_%zu", i);
    else if (i < 2 * L)
        snprintf(name, 32, "GA_%zu", i - L);
    else
        snprintf(name, 32, "cond_%zu", i - 2 * L + 1);
}

/* <W_l, F_l F_{l-1}^T>, |W_l|^2 and |F_l F_{l-1}^T|^2, 2 <= l <= L. */
static void weight_products(struct aln_deep_ode *ode, size_t l, double product[3])
{
    const size_t n = ode->n, nn = ode->nn;
    const double *A = ode->A + (l - 1) * nn, *below = gram_of(ode, l - 1);
    double *BA = ode->work, *BAB = BA + nn, *BB = BAB + nn;
    if (l < ode->L) {
        multiply(n, gram_of(ode, l), A, BA);
        multiply(n, gram_of(ode, l), below, BB);
    } else {
        memcpy(BA, A, nn * sizeof *A);
        memcpy(BB, below, nn * sizeof *BB);
    }
    multiply(n, BA, below, BAB);
    product[0] = product[2] = 0;
    for (size_t i = 0; i < n; i++) {
        product[0] += BAB[i * (n + 1)];
        product[2] += BB[i * (n + 1)];
    }
    product[1] = inner(nn, BAB, A);
}

static void fill_weight_alignment(struct aln_deep_ode *ode, double *value)
{
    double sum[3] = {0};
    for (size_t l = 2; l <= ode->L; l++) {
        const double drawn = ode->drawn[l] * ode->drawn[l - 1];
        double product[3];
        weight_products(ode, l, product);
        value[l - 1] = cosine(product[0], product[1], product[2]);
        sum[0] += drawn * product[0];
        sum[1] += product[1];
        sum[2] += drawn * drawn * product[2];
    }
    value[0] = cosine(sum[0], sum[1], sum[2]);
}

/* GA_l, from H_l = A_L B_{L-1} A_{L-1} ... A_{l+1}: the signals are F_l E and F_l H_l^T E. */
static void fill_gradient_alignment(struct aln_deep_ode *ode, double *value)
{
    const size_t n = ode->n, nn = ode->nn, L = ode->L;
    double *H = ode->work, *HB = H + nn, *back = HB + nn, *BE = back + nn;
    propagate(ode, ode->A);
    const double least = RESOLVED * ode->rtol;
    const bool resolved =
        inner(nn, ode->E, ode->E) > least * least * inner(n, ode->singular, ode->singular);
    memcpy(H, ode->A + (L - 1) * nn, nn * sizeof *H);
    for (size_t l = L - 1; l >= 1; l--) {
        const double *B = gram_of(ode, l);
        for (size_t i = 0; i < n; i++) /* H^T E */
            for (size_t j = 0; j < n; j++) {
                back[i * n + j] = 0;
                for (size_t k = 0; k < n; k++)
                    back[i * n + j] += H[k * n + i] * ode->E[k * n + j];
            }
        multiply(n, B, back, BE);
        const double product = inner(nn, ode->E, BE), square_bp = inner(nn, back, BE);
        multiply(n, B, ode->E, BE);
        value[l - 1] = resolved ? cosine(product, inner(nn, ode->E, BE), square_bp) : NAN;
        multiply(n, H, B, HB);
        multiply(n, HB, ode->A + (l - 1) * nn, H);
    }
}

enum aln_status aln_deep_ode_condition(size_t rows, size_t cols, double *A, double *cond)
{
    const bool wide = rows < cols;
    const size_t tall = wide ? cols : rows, n = wide ? rows : cols;
    gsl_matrix *U = gsl_matrix_alloc(tall, n), *V = gsl_matrix_alloc(n, n);
    gsl_vector *s = gsl_vector_alloc(n);
    enum aln_status status = ALN_OK;
    *cond = NAN;
    if (U == NULL || V == NULL || s == NULL) {
        status = aln_raise_memory("a %zu x %zu matrix", rows, cols);
    } else {
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < cols; j++)
                gsl_matrix_set(U, wide ? j : i, wide ? i : j, A[i * cols + j]);
        if (gsl_linalg_SV_decomp_jacobi(U, V, s) == GSL_SUCCESS && gsl_vector_get(s, 0) > 0)
            *cond = gsl_vector_get(s, 0) / gsl_vector_get(s, n - 1);
    }
    gsl_matrix_free(U);
    gsl_matrix_free(V);
    gsl_vector_free(s);
    return status;
}

enum aln_status aln_deep_ode_observe(struct aln_deep_ode *ode, double *value)
{
    const size_t L = ode->L, nn = ode->nn;
    enum aln_status status = ALN_OK;
    fill_gradient_alignment(ode, value + 1 + L);
    value[0] = inner(nn, ode->E, ode->E) / 2;
    fill_weight_alignment(ode, value + 1);
    for (size_t l = 0; l < L && status == ALN_OK; l++) {
        memcpy(ode->work, ode->A + l * nn, nn * sizeof *ode->work);
        status = aln_deep_ode_condition(ode->n, ode->n, ode->work, &value[2 * L + l]);
    }
    return status;
}

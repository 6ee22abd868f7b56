#include "alignode/fixed.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/eigen.h"
#include "model/error_sum.h"

#define RESIDUAL     1e-12 /* of a fixed point */
#define NO_MORE      1e-18 /* residual below which no steps are taken */
#define STUCK        1e-9  /* relative length of a step that makes no progress */
#define MOST_STEPS   200   /* damped Newton steps */
#define MOST_POLISH  50    /* Newton steps of least norm */
#define SEMIDEFINITE 1e-7  /* share of the trace of C that a negative eigenvalue may reach */
#define COINCIDE     0.05  /* 1 - rho^2 below which fields are too close for differences (relu) */

struct aln_fixed {
    const struct aln_problem *p;
    struct aln_rhs *rhs;
    size_t size, n; /* of the state; entries that move */
    size_t *index;  /* n */
    double *y;      /* size, a state */
    double *dydt;   /* size */
    double *dfdy;   /* size x size */
    gsl_multifit_nlinear_workspace *solver;
    gsl_vector *x, *f, *step, *along;
    struct aln_eigen *C;               /* of the covariance, P x P */
    struct aln_eigen *newton, *growth; /* of the Jacobian, n x n: singular values; eigenvalues */
};

/* ---- what moves ---- */

/* The entries in force of the parts whose rate or decay is not zero, in the order of the state. */
static void find_moving(struct aln_fixed *fixed)
{
    const struct aln_problem *p = fixed->p;
    const struct aln_layout layout = aln_state_layout(p);
    double rate, decay;
    for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
        const struct aln_span *span = &layout.part[n];
        aln_state_rates(p, n, p->eta, &rate, &decay);
        if (span->count == 0 || (rate == 0 && decay == 0))
            continue;
        for (size_t i = 0; i < span->rows; i++)
            for (size_t j = span->symmetric ? i : 0; j < span->cols; j++)
                for (size_t b = 0; b < span->blocks && aln_state_in_force(p, n, i, j); b++)
                    fixed->index[fixed->n++] = aln_span_entry(span, i, j) + b;
    }
}

/* The largest rate or decay, at most 1: the scale of residuals. */
static double fastest(const struct aln_problem *p)
{
    const struct aln_layout layout = aln_state_layout(p);
    double most = fmax(fmax(p->eta[0], p->eta[1]), fmax(p->kappa[0], p->kappa[1])), rate, decay;
    for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
        aln_state_rates(p, n, p->eta, &rate, &decay);
        if (layout.part[n].count > 0)
            most = fmax(most, fmax(rate, decay));
    }
    return fmin(1, most);
}

static once_flag handler_once = ONCE_FLAG_INIT;

/* GSL's default handler aborts the process. */
static void handler_off(void)
{
    gsl_set_error_handler_off();
}

/* ---- memory ---- */

static enum aln_status no_memory(size_t n)
{
    return aln_raise_memory("a fixed point of %zu order parameters", n);
}

enum aln_status aln_fixed_create(struct aln_fixed **out, const struct aln_problem *p)
{
    size_t size = aln_problem_size(p), P = p->K + p->M;
    *out = NULL;
    if (p->rule->levels != ALN_ERROR_WHOLE)
        return aln_raise(ALN_USAGE, "the equations of rule %s have no derivatives",
                         p->rule->id.name);
    struct aln_fixed *fixed = calloc(1, sizeof *fixed);
    *out = fixed;
    if (fixed == NULL)
        return no_memory(size);
    call_once(&handler_once, handler_off);
    fixed->p = p;
    fixed->size = size;
    fixed->index = malloc(size * sizeof *fixed->index);
    fixed->y = malloc(size * sizeof *fixed->y);
    fixed->dydt = malloc(size * sizeof *fixed->dydt);
    if (fixed->index == NULL || fixed->y == NULL || fixed->dydt == NULL)
        return no_memory(size);
    find_moving(fixed);
    size_t n = fixed->n;
    if (p->turn_count > 0)
        return aln_raise(ALN_USAGE, "fixed points: not available for tasks that take turns");
    if (n == 0)
        return aln_raise(ALN_USAGE, "all rates and decays are 0: every state is a fixed point");
    fixed->dfdy = malloc(size * size * sizeof *fixed->dfdy);
    gsl_multifit_nlinear_parameters method = gsl_multifit_nlinear_default_parameters();
    method.scale =
        gsl_multifit_nlinear_scale_levenberg; /* short steps in undetermined directions */
    fixed->solver = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &method, n, n);
    fixed->x = gsl_vector_alloc(n);
    fixed->f = gsl_vector_alloc(n);
    fixed->step = gsl_vector_alloc(n);
    fixed->along = gsl_vector_alloc(n);
    if (fixed->dfdy == NULL || fixed->solver == NULL || fixed->x == NULL || fixed->f == NULL ||
        fixed->step == NULL || fixed->along == NULL)
        return no_memory(n);
    enum aln_status status = aln_eigen_create(&fixed->C, ALN_EIGEN_VALUES, P);
    if (status == ALN_OK)
        status = aln_eigen_create(&fixed->newton, ALN_EIGEN_SINGULAR, n);
    if (status == ALN_OK) /* without balancing, which would amplify couplings that are round-off, of
                             units without weights */
        status = aln_eigen_create(&fixed->growth, ALN_EIGEN_GENERAL, n);
    return status == ALN_OK ? aln_rhs_create(&fixed->rhs, p) : status;
}

void aln_fixed_free(struct aln_fixed *fixed)
{
    if (fixed == NULL)
        return;
    aln_rhs_free(fixed->rhs);
    aln_eigen_free(fixed->growth);
    aln_eigen_free(fixed->newton);
    aln_eigen_free(fixed->C);
    gsl_vector_free(fixed->along);
    gsl_vector_free(fixed->step);
    gsl_vector_free(fixed->f);
    gsl_vector_free(fixed->x);
    gsl_multifit_nlinear_free(fixed->solver);
    free(fixed->dfdy);
    free(fixed->dydt);
    free(fixed->y);
    free(fixed->index);
    free(fixed);
}

size_t aln_fixed_unknowns(const struct aln_fixed *fixed, const size_t **index)
{
    *index = fixed->index;
    return fixed->n;
}

/* ---- equations ---- */

static enum aln_status evaluate(struct aln_fixed *fixed, const double *y)
{
    return aln_rhs_eval(fixed->rhs, fixed->p->eta, NULL, y, fixed->dydt);
}

double aln_fixed_speed(struct aln_fixed *fixed, const double *y)
{
    if (evaluate(fixed, y) != ALN_OK)
        return INFINITY;
    double most = 0;
    for (size_t i = 0; i < fixed->n; i++)
        most = fmax(most, fabs(fixed->dydt[fixed->index[i]]));
    return most;
}

/* The restricted Jacobian at y. */
static enum aln_status differentiate(struct aln_fixed *fixed, const double *y, gsl_matrix *J)
{
    if (aln_rhs_jacobian(fixed->rhs, fixed->p->eta, NULL, y, fixed->dfdy) != ALN_OK)
        return ALN_NUMERIC;
    for (size_t i = 0; i < fixed->n; i++)
        for (size_t j = 0; j < fixed->n; j++)
            gsl_matrix_set(J, i, j, fixed->dfdy[fixed->index[i] * fixed->size + fixed->index[j]]);
    return ALN_OK;
}

/* Copies the unknowns into the state fixed->y. */
static void set_unknowns(struct aln_fixed *fixed, const gsl_vector *x)
{
    for (size_t i = 0; i < fixed->n; i++)
        fixed->y[fixed->index[i]] = gsl_vector_get(x, i);
}

static int gsl_value(const gsl_vector *x, void *context, gsl_vector *f)
{
    struct aln_fixed *fixed = context;
    set_unknowns(fixed, x);
    if (evaluate(fixed, fixed->y) != ALN_OK)
        return GSL_EDOM;
    for (size_t i = 0; i < fixed->n; i++)
        gsl_vector_set(f, i, fixed->dydt[fixed->index[i]]);
    return GSL_SUCCESS;
}

static int gsl_jacobian(const gsl_vector *x, void *context, gsl_matrix *J)
{
    struct aln_fixed *fixed = context;
    set_unknowns(fixed, x);
    return differentiate(fixed, fixed->y, J) == ALN_OK ? GSL_SUCCESS : GSL_EDOM;
}

/* ---- Newton ---- */

/* Moves y close to a fixed point: Newton steps with Levenberg and Marquardt's damping, for least
 * squares of dy/dt. From 500 random starts of a soft committee, K = M = 4, it reached a fixed point
 * 183 times, GSL's root finder hybridsj 3 times; it tolerates a singular Jacobian. */
static void approach(struct aln_fixed *fixed, double *y, double goal)
{
    int test;
    gsl_multifit_nlinear_fdf system = {
        .f = gsl_value, .df = gsl_jacobian, .n = fixed->n, .p = fixed->n, .params = fixed};
    memcpy(fixed->y, y, fixed->size * sizeof *y);
    for (size_t i = 0; i < fixed->n; i++)
        gsl_vector_set(fixed->x, i, y[fixed->index[i]]);
    if (gsl_multifit_nlinear_init(fixed->x, &system, fixed->solver) != GSL_SUCCESS)
        return;
    for (int i = 0; i < MOST_STEPS; i++) {
        if (gsl_multifit_nlinear_iterate(fixed->solver) != GSL_SUCCESS ||
            gsl_blas_dnrm2(gsl_multifit_nlinear_residual(fixed->solver)) < goal ||
            gsl_multifit_nlinear_test(STUCK, 0, 0, &test, fixed->solver) == GSL_SUCCESS)
            break;
    }
    set_unknowns(fixed, gsl_multifit_nlinear_position(fixed->solver));
    if (aln_fixed_speed(fixed, fixed->y) < aln_fixed_speed(fixed, y))
        memcpy(y, fixed->y, fixed->size * sizeof *y);
}

/* J = U S V^T and -f at y, for newton_step(). */
static enum aln_status decompose(struct aln_fixed *fixed, const double *y)
{
    if (fixed->newton == NULL || evaluate(fixed, y) != ALN_OK)
        return ALN_NUMERIC;
    for (size_t i = 0; i < fixed->n; i++)
        gsl_vector_set(fixed->f, i, -fixed->dydt[fixed->index[i]]);
    if (differentiate(fixed, y, fixed->newton->A) != ALN_OK ||
        aln_eigen_solve(&fixed->newton) != ALN_OK)
        return ALN_NUMERIC;
    return ALN_OK;
}

/* The Newton step of least norm from y, -V S^+ U^T f, where singular values below a share of the
 * largest count as 0.  Returned: fixed->y */
static void newton_step(struct aln_fixed *fixed, const double *y, double share)
{
    const struct aln_eigen *J = fixed->newton;
    double least = share * gsl_vector_get(J->values, 0);
    gsl_vector *along = fixed->along; /* the singular directions; GSL's solver would allocate it */
    gsl_blas_dgemv(CblasTrans, 1, J->A, fixed->f, 0, along);
    for (size_t i = 0; i < fixed->n; i++) {
        double s = gsl_vector_get(J->values, i);
        gsl_vector_set(along, i, s > least ? 1 / s * gsl_vector_get(along, i) : 0);
    }
    gsl_blas_dgemv(CblasNoTrans, 1, J->vectors, along, 0, fixed->step);
    memcpy(fixed->y, y, fixed->size * sizeof *y);
    for (size_t i = 0; i < fixed->n; i++)
        fixed->y[fixed->index[i]] += gsl_vector_get(fixed->step, i);
}

/* Newton steps from y while they lower the residual. */
static enum aln_status polish(struct aln_fixed *fixed, double *y, double *residual)
{
    static const double share[] = {1e-9, 1e-6, 1e-3};
    bool lower = true;
    *residual = aln_fixed_speed(fixed, y);
    for (int i = 0; i < MOST_POLISH && lower && *residual > NO_MORE; i++) {
        if (decompose(fixed, y) != ALN_OK)
            return ALN_NUMERIC;
        lower = false;
        for (size_t j = 0; j < sizeof share / sizeof share[0] && !lower; j++) {
            newton_step(fixed, y, share[j]);
            double next = aln_fixed_speed(fixed, fixed->y);
            if (next < *residual) {
                *residual = next;
                memcpy(y, fixed->y, fixed->size * sizeof *y);
                lower = true;
            }
        }
    }
    return ALN_OK;
}

/* ---- properties of a fixed point ---- */

static enum aln_status check_physical(struct aln_fixed *fixed, const double *y, bool *physical)
{
    *physical = true;
    for (size_t i = 0; i < aln_problem_blocks(fixed->p) && *physical; i++) {
        double trace = 0;
        if (fixed->C == NULL)
            return aln_raise(ALN_STOPPED, "stopped");
        gsl_matrix *C = fixed->C->A;
        aln_problem_block_overlaps(fixed->p, y, i, C->data);
        for (size_t a = 0; a < C->size1; a++)
            trace += gsl_matrix_get(C, a, a);
        enum aln_status status = aln_eigen_solve(&fixed->C);
        if (status != ALN_OK)
            return aln_raise_again(status, "the covariance: ");
        *physical = gsl_vector_min(fixed->C->values) >= -SEMIDEFINITE * fabs(trace);
    }
    return ALN_OK;
}

/* Whether finite differences give the Jacobian. Singular averages (relu) are not smooth where two
 * fields are parallel, as in a zero-error solution. */
static bool is_smooth(const struct aln_fixed *fixed, const double *y)
{
    const struct aln_problem *p = fixed->p;
    gsl_matrix *C = fixed->C->A;
    if (!p->activation->singular)
        return true;
    aln_problem_covariance(p, y, C->data);
    for (size_t a = 0; a < p->K; a++) {
        for (size_t b = a + 1; b < C->size1; b++) {
            double cab = gsl_matrix_get(C, a, b);
            double norms = gsl_matrix_get(C, a, a) * gsl_matrix_get(C, b, b);
            if (!(norms - cab * cab >= COINCIDE * norms && norms > 0))
                return false;
        }
    }
    return true;
}

/* Is eigenvalue i before j in the order of struct aln_fixed_point? */
static bool before(const gsl_vector_complex *values, size_t i, size_t j)
{
    gsl_complex a = gsl_vector_complex_get(values, i), b = gsl_vector_complex_get(values, j);
    return GSL_REAL(a) > GSL_REAL(b) || (GSL_REAL(a) == GSL_REAL(b) && GSL_IMAG(a) > GSL_IMAG(b));
}

/* Sorts eigenvalues into the point and takes the leading vector. */
static void take_spectrum(struct aln_fixed *fixed, struct aln_fixed_point *point)
{
    const gsl_vector_complex *values = fixed->growth->complex;
    size_t n = fixed->n, first = 0;
    double largest = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        gsl_complex value = gsl_vector_complex_get(values, i);
        size_t place = 0;
        for (size_t j = 0; j < n; j++)
            place += before(values, j, i) || (j < i && !before(values, i, j));
        point->re[place] = GSL_REAL(value);
        point->im[place] = GSL_IMAG(value);
        largest = fmax(largest, hypot(GSL_REAL(value), GSL_IMAG(value)));
        if (place == 0)
            first = i;
    }
    point->limit = ALN_FIXED_NEUTRAL * largest;
    for (size_t i = 0; i < n; i++) {
        point->unstable += point->re[i] > point->limit;
        point->neutral += fabs(point->re[i]) <= point->limit;
    }
    for (size_t i = 0; i < n; i++) {
        double entry = GSL_REAL(gsl_matrix_complex_get(fixed->growth->modes, i, first));
        if (fabs(entry) > fabs(most))
            most = entry;
        point->leading[fixed->index[i]] = entry;
    }
    for (size_t i = 0; i < n; i++)
        point->leading[fixed->index[i]] /= most;
}

/* Fills in the properties of point->y. */
static enum aln_status analyse(struct aln_fixed *fixed, struct aln_fixed_point *point)
{
    enum aln_status status = check_physical(fixed, point->y, &point->physical);
    if (status != ALN_OK)
        return status;
    point->residual = aln_fixed_speed(fixed, point->y);
    point->eg = point->physical ? aln_problem_eg(fixed->p, point->y)
                                : aln_problem_error_sum(fixed->p, point->y).value;
    point->smooth = is_smooth(fixed, point->y);
    if (!point->smooth)
        return ALN_OK;
    if (fixed->growth == NULL || differentiate(fixed, point->y, fixed->growth->A) != ALN_OK)
        return aln_raise(ALN_NUMERIC, "the eigenvalues of the Jacobian could not be computed");
    status = aln_eigen_solve(&fixed->growth);
    if (status != ALN_OK)
        return aln_raise_again(status, "the Jacobian: ");
    take_spectrum(fixed, point);
    return ALN_OK;
}

/* Allocates a point at y.
 * Returned: *out  NULL after a failure */
static enum aln_status make_point(struct aln_fixed *fixed, const double *y,
                                  struct aln_fixed_point **out)
{
    size_t size = fixed->size, n = fixed->n;
    struct aln_fixed_point *point = calloc(1, sizeof *point + 2 * (size + n) * sizeof(double));
    *out = NULL;
    if (point == NULL)
        return no_memory(n);
    point->y = (double *)(point + 1);
    point->leading = point->y + size;
    point->re = point->leading + size;
    point->im = point->re + n;
    point->unknowns = n;
    for (size_t i = 0; i < n; i++)
        point->re[i] = point->im[i] = NAN;
    memcpy(point->y, y, size * sizeof *y);
    *out = point;
    return ALN_OK;
}

void aln_fixed_point_free(struct aln_fixed_point *point)
{
    free(point);
}

enum aln_status aln_fixed_at(struct aln_fixed *fixed, const double *y, struct aln_fixed_point **out)
{
    enum aln_status status = make_point(fixed, y, out);
    if (status == ALN_OK && (status = analyse(fixed, *out)) != ALN_OK) {
        aln_fixed_point_free(*out);
        *out = NULL;
    }
    return status;
}

enum aln_status aln_fixed_find(struct aln_fixed *fixed, const double *start,
                               struct aln_fixed_point **out)
{
    double scale = fastest(fixed->p), residual;
    enum aln_status status = make_point(fixed, start, out);
    if (status != ALN_OK)
        return status;
    approach(fixed, (*out)->y, RESIDUAL * scale);
    status = polish(fixed, (*out)->y, &residual);
    if (status != ALN_OK || !(residual < RESIDUAL * scale))
        status = aln_raise(ALN_NUMERIC,
                           "no fixed point was reached from this start: the residual stays at %.3g",
                           residual);
    else
        status = analyse(fixed, *out);
    if (aln_interrupted()) /* of what was then found, nothing can be relied on */
        status = aln_raise(ALN_STOPPED, "stopped");
    if (status != ALN_OK) {
        aln_fixed_point_free(*out);
        *out = NULL;
    }
    return status;
}

/* The state, Sigma (upper triangle) and m are integrated together, panel by panel of the diffusion. */
#include "alignode/fluctuations.h"

#include <assert.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/eigen.h"
#include "model/error_sum.h"
#include "model/increment.h"
#include "theory/diffusion.h"

#define NUDGE   0x1p-8 /* displacements for differences, in natural scales */
#define LARGE   (1.0 / 3)
#define NEAR    0.1   /* a fixed point is near: the way to it, in natural scales */
#define NOTHING 1e-13 /* share of the largest eigenvalue of Sigma below which one is left out */

struct aln_fluctuations {
    const volatile sig_atomic_t *stop;
    struct aln_flow flow;
    struct aln_diffusion *diffusion;
    gsl_odeiv2_system all; /* the state with Sigma and m */
    gsl_odeiv2_driver *driver;
    struct aln_fluctuations_end end;
    size_t size, triangle; /* of the state, of Sigma's triangle */
    double t;              /* now */
    double begin, front;   /* of the last step: begin <= t <= front, until the end */
    double panel_end;
    double *y;                                      /* all.dimension, now: state, Sigma, m */
    double *before, *front_y, *slope, *front_slope; /* the same, around the last step */
    double *J, *full, *product;                     /* size x size */
    double *scale, *near, *far, *there, *f0;        /* size */
    double *sign;                                   /* O x K, of W2 at the start */
    double *mid, *plus, *minus;                     /* columns, observed */
    struct aln_eigen *modes, *growth;               /* of Sigma; of the transposed Jacobian */
    double storage[];
};

/* ---- equations ---- */

static void unpack(const struct aln_fluctuations *f, const double *triangle, double *full)
{
    for (size_t i = 0; i < f->size; i++)
        for (size_t j = i; j < f->size; j++)
            full[i * f->size + j] = full[j * f->size + i] = *triangle++;
}

static double eigenvalue(const struct aln_fluctuations *f, size_t k)
{
    return gsl_vector_get(f->modes->values, k);
}

/* The eigenvalues and eigenvectors of Sigma in natural scales, in f->modes.
 * Returned: the largest eigenvalue */
static enum aln_status find_modes(struct aln_fluctuations *f, double *most)
{
    const size_t n = f->size;
    *most = 0;
    for (size_t i = 0; i < n && f->modes != NULL; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(f->modes->A, i, j, f->full[i * n + j] / (f->scale[i] * f->scale[j]));
    enum aln_status status = aln_eigen_solve(&f->modes);
    for (size_t i = 0; i < n && status == ALN_OK; i++)
        *most = fmax(*most, eigenvalue(f, i));
    return status;
}

/* A state displaced by `by` along mode k. */
static void displace(const struct aln_fluctuations *f, const double *y, size_t k, double by,
                     double *out)
{
    for (size_t i = 0; i < f->size; i++)
        out[i] = y[i] + by * f->scale[i] * gsl_matrix_get(f->modes->vectors, i, k);
}

/* Adds 1/2 sum_ij Sigma_ij d2f/dy_i dy_j to dm, by second differences along the modes of Sigma. */
static enum aln_status add_curvature(struct aln_fluctuations *f, const double *y, double *dm)
{
    double most;
    enum aln_status status = find_modes(f, &most);
    for (size_t k = 0; k < f->size && status == ALN_OK; k++) {
        const double weight = eigenvalue(f, k) / (2 * NUDGE * NUDGE);
        if (!(eigenvalue(f, k) > NOTHING * most))
            continue;
        displace(f, y, k, NUDGE, f->there);
        status = aln_flow_rate(&f->flow, f->there, f->near);
        displace(f, y, k, -NUDGE, f->there);
        if (status == ALN_OK)
            status = aln_flow_rate(&f->flow, f->there, f->far);
        for (size_t i = 0; i < f->size; i++)
            dm[i] += weight * (f->near[i] - 2 * f->f0[i] + f->far[i]);
    }
    return status;
}

static gsl_matrix_view view(double *a, size_t n)
{
    return gsl_matrix_view_array(a, n, n);
}

/* dSigma = J Sigma + (J Sigma)^T + B */
static void spread_rate(struct aln_fluctuations *f, const double *B, double *dS)
{
    const size_t n = f->size;
    const gsl_matrix_view J = view(f->J, n), S = view(f->full, n);
    gsl_matrix_view JS = view(f->product, n);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &J.matrix, &S.matrix, 0, &JS.matrix);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            *dS++ = f->product[i * n + j] + f->product[j * n + i] + *B++;
}

/* dm = J (m - f/2) + b, and the curvature's part. */
static enum aln_status bias_rate(struct aln_fluctuations *f, const double *b, const double *y,
                                 const double *m, double *dm)
{
    for (size_t i = 0; i < f->size; i++) {
        dm[i] = b[i];
        for (size_t j = 0; j < f->size; j++)
            dm[i] += f->J[i * f->size + j] * (m[j] - f->f0[j] / 2);
    }
    return add_curvature(f, y, dm);
}

static enum aln_status whole_rate(struct aln_fluctuations *f, double t, const double *y,
                                  double *dydt)
{
    const double *S = y + f->size, *m = S + f->triangle;
    enum aln_status status = aln_flow_rate(&f->flow, y, dydt);
    if (status == ALN_OK)
        status = aln_rhs_jacobian(f->flow.rhs, f->flow.eta, f->flow.sign, y, f->J);
    if (status != ALN_OK)
        return status;
    memcpy(f->f0, dydt, f->size * sizeof *dydt);
    aln_flow_scales(&f->flow, y, f->scale);
    const double *B = aln_diffusion_at(f->diffusion, t);
    unpack(f, S, f->full);
    spread_rate(f, B, dydt + f->size);
    return bias_rate(f, B + f->triangle, y, m, dydt + f->size + f->triangle);
}

static int derivative(double t, const double y[], double dydt[], void *of)
{
    return aln_flow_report(whole_rate(of, t, y, dydt));
}

/* ---- creation ---- */

static enum aln_status check(const struct aln_problem *p)
{
    enum aln_status status = aln_problem_check(p);
    if (status != ALN_OK)
        return status;
    const size_t dimensions = aln_normals_of(p).all;
    if (p->N == 0)
        return aln_raise(ALN_USAGE, "fluctuations: N is not set");
    if (p->spectrum != NULL || p->samples > 0 || p->turn_count > 0)
        return aln_raise(ALN_USAGE, "fluctuations: not available for inputs with a spectrum, a "
                                    "fixed set of samples or tasks that take turns");
    if (p->first_order)
        return aln_raise(ALN_USAGE, "fluctuations: without the eta^2 terms the equations are not "
                                    "the limit of any step");
    if (p->momentum > 0)
        return aln_raise(ALN_USAGE,
                         "fluctuations: with momentum the state is not a chain of its own: "
                         "its velocities are left out");
    if (dimensions > ALN_FLUCTUATIONS_MOST)
        return aln_raise(
            ALN_USAGE,
            "fluctuations: expected at most %d random numbers of a sample (units, noisy "
            "outputs, and what the rule draws), got %zu (GSL's Sobol sequence has no more "
            "dimensions)",
            ALN_FLUCTUATIONS_MOST, dimensions);
    return ALN_OK;
}

static enum aln_status allocate_gsl(struct aln_fluctuations *f, double rtol)
{
    f->driver = aln_flow_driver(&f->all, gsl_odeiv2_step_rkck, rtol);
    if (f->driver == NULL)
        return aln_raise_memory("fluctuations of %zu entries", f->size);
    enum aln_status status = aln_eigen_create(&f->modes, ALN_EIGEN_VECTORS, f->size);
    return status == ALN_OK ? aln_eigen_create(&f->growth, ALN_EIGEN_GENERAL, f->size) : status;
}

static void point_into_storage(struct aln_fluctuations *f, size_t columns)
{
    const size_t n = f->size;
    f->y = f->storage;
    f->before = f->y + f->all.dimension;
    f->front_y = f->before + f->all.dimension;
    f->slope = f->front_y + f->all.dimension;
    f->front_slope = f->slope + f->all.dimension;
    f->J = f->front_slope + f->all.dimension;
    f->full = f->J + n * n;
    f->product = f->full + n * n;
    f->scale = f->product + n * n;
    f->near = f->scale + n;
    f->far = f->near + n;
    f->there = f->far + n;
    f->f0 = f->there + n;
    f->sign = f->f0 + n;
    f->mid = f->sign + f->flow.p->O * f->flow.p->K;
    f->plus = f->mid + columns;
    f->minus = f->plus + columns;
}

enum aln_status aln_fluctuations_create(struct aln_fluctuations **out, const struct aln_problem *p,
                                        double rtol, const volatile sig_atomic_t *stop)
{
    *out = NULL;
    enum aln_status status = check(p);
    if (status != ALN_OK)
        return status;
    const size_t n = aln_problem_size(p), triangle = n * (n + 1) / 2,
                 columns = aln_problem_columns(p);
    const size_t numbers = 5 * (2 * n + triangle) + 3 * n * n + 5 * n + p->O * p->K + 3 * columns;
    struct aln_fluctuations *f = calloc(1, sizeof *f + numbers * sizeof(double));
    *out = f;
    if (f == NULL)
        return aln_raise_memory("fluctuations of %zu entries", n);
    gsl_set_error_handler_off();
    f->flow.p = p;
    f->stop = stop;
    f->end.cosine = NAN;
    f->size = n;
    f->triangle = triangle;
    f->all = (gsl_odeiv2_system){derivative, NULL, n + triangle + n, f};
    point_into_storage(f, columns);
    memcpy(f->y, p->start, n * sizeof *f->y);
    aln_problem_begin_covariance(p, f->full);
    for (size_t i = 0, e = n; i < n; i++)
        for (size_t j = i; j < n; j++)
            f->y[e++] = f->full[i * n + j];
    memcpy(f->front_y, f->y, (n + triangle) * sizeof *f->y);
    aln_rule_signs(p->O * p->K, f->y + aln_state_at(p, ALN_W2), f->sign);
    f->flow.eta = aln_problem_rates(p, 0);
    f->flow.sign = p->rule->jumps ? f->sign : NULL;
    status = aln_rhs_create(&f->flow.rhs, p);
    if (status == ALN_OK)
        status = aln_diffusion_create(&f->diffusion, &f->flow, rtol);
    return status == ALN_OK ? allocate_gsl(f, rtol) : status;
}

void aln_fluctuations_free(struct aln_fluctuations *f)
{
    if (f == NULL)
        return;
    aln_rhs_free(f->flow.rhs);
    aln_diffusion_free(f->diffusion);
    if (f->driver != NULL)
        gsl_odeiv2_driver_free(f->driver);
    aln_eigen_free(f->modes);
    aln_eigen_free(f->growth);
    free(f);
}

/* ---- the end of the expansion ---- */

static void end_at(struct aln_fluctuations *f, enum aln_fluctuations_limit limit, size_t entry)
{
    f->end = (struct aln_fluctuations_end){limit, f->front, entry, f->end.cosine};
}

static double variance(const struct aln_fluctuations *f, size_t i)
{
    return f->front_y[f->size + aln_diffusion_entry(f->size, i, i)] / (double)f->flow.p->N;
}

static void check_width(struct aln_fluctuations *f)
{
    aln_flow_scales(&f->flow, f->front_y, f->scale);
    for (size_t i = 0; i < f->size; i++)
        if (sqrt(fmax(0, variance(f, i))) > LARGE * f->scale[i]) {
            end_at(f, ALN_FLUCTUATIONS_LARGE, i);
            return;
        }
}

static void check_signs(struct aln_fluctuations *f)
{
    const size_t at = aln_state_at(f->flow.p, ALN_W2);
    for (size_t i = 0; i < f->flow.p->O * f->flow.p->K && f->flow.p->rule->jumps; i++)
        if (f->sign[i] * f->front_y[at + i] < 0)
            end_at(f, ALN_FLUCTUATIONS_JUMP, at + i);
}

/* The fastest growing direction: its rate, and the row vector that measures the amplitude along it,
 * in f->near.
 * Returned: the rate, 0 if nothing grows (or grows in spirals) */
static double find_growth(struct aln_fluctuations *f)
{
    const size_t n = f->size;
    double rate = 0;
    if (aln_rhs_jacobian(f->flow.rhs, f->flow.eta, f->flow.sign, f->front_y, f->J) != ALN_OK)
        return 0;
    for (size_t i = 0; i < n && f->growth != NULL; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(f->growth->A, i, j, f->J[j * n + i]);
    if (aln_eigen_solve(&f->growth) != ALN_OK)
        return 0;
    for (size_t k = 0; k < n; k++) {
        const gsl_complex z = gsl_vector_complex_get(f->growth->complex, k);
        if (GSL_REAL(z) > rate && fabs(GSL_IMAG(z)) < 1e-9 * GSL_REAL(z)) {
            rate = GSL_REAL(z);
            for (size_t i = 0; i < n; i++)
                f->near[i] = GSL_REAL(gsl_matrix_complex_get(f->growth->modes, i, k));
        }
    }
    return rate;
}

/* On a plateau the state hardly moves in the time 1/rate of its escape. Fluctuations decide the escape
 * once they are as wide as the way that the run itself has gone from the plateau. */
static void check_plateau(struct aln_fluctuations *f)
{
    const size_t n = f->size;
    const double rate = find_growth(f);
    double way = 0, spread = 0;
    if (rate * f->front < 1 || aln_flow_speed(&f->flow, f->front_y, f->f0, f->scale) > NEAR * rate)
        return;
    unpack(f, f->front_y + n, f->full);
    for (size_t i = 0; i < n; i++) {
        way += f->near[i] * f->f0[i] / rate;
        for (size_t j = 0; j < n; j++)
            spread += f->near[i] * f->full[i * n + j] * f->near[j];
    }
    if (sqrt(fmax(0, spread) / (double)f->flow.p->N) > LARGE * fabs(way))
        end_at(f, ALN_FLUCTUATIONS_PLATEAU, 0);
}

/* ---- advancing ---- */

static enum aln_status begin_panel(struct aln_fluctuations *f)
{
    f->flow.eta = aln_problem_rates(f->flow.p, f->front);
    gsl_odeiv2_driver_reset(f->driver);
    return aln_diffusion_begin(f->diffusion, f->front, f->front_y, &f->panel_end);
}

static enum aln_status advance_front(struct aln_fluctuations *f)
{
    gsl_odeiv2_driver *d = f->driver;
    enum aln_status status = ALN_OK;
    if (f->front == f->panel_end) {
        check_plateau(f);
        if (aln_interrupted())
            status = aln_flow_stuck(f->front);
        else if (f->end.limit == ALN_FLUCTUATIONS_HOLD)
            status = begin_panel(f);
    }
    if (status != ALN_OK || f->end.limit != ALN_FLUCTUATIONS_HOLD)
        return status;
    const size_t bytes = f->all.dimension * sizeof *f->front_y;
    memcpy(f->before, f->front_y, bytes);
    f->begin = f->front;
    status = aln_flow_step(d, &f->front, f->panel_end, f->front_y);
    memcpy(f->slope, d->e->dydt_in, bytes);
    memcpy(f->front_slope, d->e->dydt_out, bytes);
    if (status == ALN_OK)
        check_width(f);
    if (status == ALN_OK)
        check_signs(f);
    return status;
}

/* State, Sigma and m at begin <= t <= front, by the cubic through values and slopes. */
static void set_present(struct aln_fluctuations *f, double t)
{
    const double h = f->front - f->begin, x = h > 0 ? (t - f->begin) / h : 1, u = 1 - x;
    for (size_t i = 0; i < f->all.dimension; i++)
        f->y[i] = u * u * (1 + 2 * x) * f->before[i] + x * x * (1 + 2 * u) * f->front_y[i] +
                  h * x * u * (u * f->slope[i] - x * f->front_slope[i]);
    f->t = t;
    unpack(f, f->y + f->size, f->full);
}

static enum aln_status advance(struct aln_fluctuations *f, double t)
{
    enum aln_status status = ALN_OK;
    while (f->front < t && f->end.limit == ALN_FLUCTUATIONS_HOLD && status == ALN_OK)
        status = advance_front(f);
    if (status == ALN_OK)
        set_present(f, fmin(t, f->front));
    f->t = t;
    return status;
}

enum aln_status aln_fluctuations_advance(struct aln_fluctuations *f, double t)
{
    assert(t >= f->t);
    if (f->stop == NULL)
        return advance(f, t);
    const volatile sig_atomic_t *before = aln_interrupt_watch(f->stop);
    enum aln_status status = advance(f, t);
    aln_interrupt_watch(before);
    return status;
}

double aln_fluctuations_time(const struct aln_fluctuations *f)
{
    return f->t;
}

const double *aln_fluctuations_covariance(const struct aln_fluctuations *f)
{
    return f->full;
}

const double *aln_fluctuations_bias(const struct aln_fluctuations *f)
{
    return f->y + f->size + f->triangle;
}

struct aln_fluctuations_end aln_fluctuations_end(const struct aln_fluctuations *f)
{
    return f->end;
}

/* ---- what is recorded ---- */

/* The recorded quantities at a state; eg as its sum comes out, whose differences are smooth at 0. */
static void observe(const struct aln_fluctuations *f, const double *y, double *row)
{
    aln_problem_observe(f->flow.p, y, row);
    row[0] = aln_problem_error_sum(f->flow.p, y).value;
}

/* Adds the gradient along the bias to bias[]. */
static void add_drift(struct aln_fluctuations *f, double *bias)
{
    const double *m = aln_fluctuations_bias(f);
    double length = 0;
    for (size_t i = 0; i < f->size; i++)
        length = fmax(length, fabs(m[i]) / f->scale[i]);
    for (int side = -1; side <= 1 && length > 0; side += 2) {
        for (size_t i = 0; i < f->size; i++)
            f->there[i] = f->y[i] + side * NUDGE / length * m[i];
        observe(f, f->there, side < 0 ? f->minus : f->plus);
    }
    for (size_t q = 0; q < aln_problem_columns(f->flow.p) && length > 0; q++)
        bias[q] += (f->plus[q] - f->minus[q]) * length / (2 * NUDGE);
}

/* Adds what mode k of Sigma contributes to the variances and to the bias. */
static void add_mode(struct aln_fluctuations *f, size_t k, double *variances, double *bias)
{
    const double w = fmax(0, eigenvalue(f, k));
    displace(f, f->y, k, NUDGE, f->there);
    observe(f, f->there, f->plus);
    displace(f, f->y, k, -NUDGE, f->there);
    observe(f, f->there, f->minus);
    for (size_t q = 0; q < aln_problem_columns(f->flow.p); q++) {
        const double slope = (f->plus[q] - f->minus[q]) / (2 * NUDGE);
        variances[q] += w * slope * slope;
        bias[q] += w / 2 * (f->plus[q] - 2 * f->mid[q] + f->minus[q]) / (NUDGE * NUDGE);
    }
}

/* Whether W2, or the feedback where it learns, scatters by more than a third of its length. */
static bool lacks_direction(struct aln_fluctuations *f)
{
    const struct aln_problem *p = f->flow.p;
    double *variances = f->near, *W2 = f->y + aln_state_at(p, ALN_W2),
           *W2_variances = variances + aln_state_at(p, ALN_W2);
    const struct aln_feedback_view F = aln_problem_feedback(p, f->y),
                                   learned = aln_problem_feedback_change(p, variances);
    double length[2] = {0}, spread[2] = {0}; /* squared, of W2 and F */
    for (size_t i = 0; i < f->size; i++)
        variances[i] = f->full[i * (f->size + 1)] / (double)p->N;
    for (size_t k = 0; k < p->K; k++)
        for (size_t o = 0; o < p->O; o++) {
            const double w = W2[o * p->K + k], b = aln_feedback_entry(&F, k, o);
            length[0] += w * w;
            length[1] += b * b;
            spread[0] += W2_variances[o * p->K + k];
            spread[1] += learned.a != NULL ? aln_feedback_entry(&learned, k, o) : 0;
        }
    return spread[0] > LARGE * LARGE * length[0] || spread[1] > LARGE * LARGE * length[1];
}

static void withhold_cosine(struct aln_fluctuations *f, double *sd, double *bias)
{
    const size_t cosine = 1 + aln_state_layout(f->flow.p).before;
    if (isnan(f->mid[cosine]) || !lacks_direction(f))
        return;
    sd[cosine] = bias[cosine] = NAN;
    if (isnan(f->end.cosine))
        f->end.cosine = f->t;
}

enum aln_status aln_fluctuations_observe(struct aln_fluctuations *f, double *sd, double *bias)
{
    const size_t columns = aln_problem_columns(f->flow.p);
    const bool ended = f->end.limit != ALN_FLUCTUATIONS_HOLD && f->t >= f->end.t;
    for (size_t q = 0; q < columns; q++)
        sd[q] = bias[q] = ended ? NAN : 0;
    if (ended)
        return ALN_OK;
    double most;
    aln_flow_scales(&f->flow, f->y, f->scale);
    observe(f, f->y, f->mid);
    enum aln_status status = find_modes(f, &most);
    for (size_t k = 0; k < f->size && status == ALN_OK; k++)
        if (eigenvalue(f, k) > NOTHING * most)
            add_mode(f, k, sd, bias);
    if (status != ALN_OK)
        return status;
    add_drift(f, bias);
    for (size_t q = 0; q < columns; q++) {
        sd[q] = isnan(f->mid[q]) ? NAN : sqrt(sd[q] / (double)f->flow.p->N);
        bias[q] = isnan(f->mid[q]) ? NAN : bias[q] / (double)f->flow.p->N;
    }
    withhold_cosine(f, sd, bias);
    return ALN_OK;
}

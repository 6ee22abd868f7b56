/* The state, Sigma (upper triangle) and m are integrated together. B and b, which are
 * expensive, are averaged at five equidistant nodes of a panel of time and interpolated by the
 * polynomial of degree 4; where that of degree 2 through three of them misses the other two by too
 * much, the panel is halved. */
#include "alignode/fluctuations.h"

#include <assert.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/eigen.h"
#include "model/error_sum.h"
#include "model/increment.h"
#include "theory/increments.h"

#define NODES       5
#define CURVED      0.02   /* misfit of degree 2, in standard deviations of the increments */
#define FIRST       0.1    /* the first panel, in times of the fastest rate */
#define STILL       0x1p-5 /* way of the state, in natural scales, in which B cannot curve so */
#define NUDGE       0x1p-8 /* displacements for differences, in natural scales */
#define LEAST       0.1 /* a student field's length counts as at least this share of the longest */
#define LARGE       (1.0 / 3)
#define NEAR        0.1   /* a fixed point is near: the way to it, in natural scales */
#define NOTHING     1e-13 /* share of the largest eigenvalue of Sigma below which one is left out */
#define MOST_GROWTH 3     /* of panels */
#define MOST_HALVED 20
#define MOST_STEPS  1000000

struct aln_fluctuations {
    const struct aln_problem *p;
    const volatile sig_atomic_t *stop;
    struct aln_rhs *rhs;
    struct aln_increments *increments;
    gsl_odeiv2_system all, alone; /* the state with Sigma and m; the state */
    gsl_odeiv2_driver *driver, *scout;
    const double *eta;
    struct aln_fluctuations_end end;
    size_t size, triangle, count; /* of the state, of Sigma's triangle; of B and b */
    double t;                     /* now */
    double begin, front;          /* of the last step: begin <= t <= front, until the end */
    double panel, width, panel_end;
    double next;                                    /* length of the next panel; 0: none yet */
    double *y;                                      /* all.dimension, now: state, Sigma, m */
    double *before, *front_y, *slope, *front_slope; /* the same, around the last step */
    double *node;                                   /* NODES x count */
    double *ahead;                                  /* size, the scout's state; the last node's */
    double *between;                                /* count, B and b at one time */
    double *J, *full, *product;                     /* size x size */
    double *scale, *near, *far, *there, *f0;        /* size */
    double *sign;                                   /* O x K, of W2 at the start */
    double *mid, *plus, *minus;                     /* columns, observed */
    struct aln_eigen *modes, *growth;               /* of Sigma; of the transposed Jacobian */
    double storage[];
};

/* ---- equations ---- */

static size_t triangle_entry(size_t n, size_t i, size_t j)
{
    return i * (2 * n - i - 1) / 2 + j; /* i <= j */
}

static const double *signs_of(const struct aln_fluctuations *f)
{
    return f->p->rule->jumps ? f->sign : NULL;
}

/* B and b at time t of the panel, by the polynomial through its nodes. */
static void interpolate(struct aln_fluctuations *f, double t)
{
    static const double denominator[NODES] = {24, -6, 4, -6, 24};
    const double x = (t - f->panel) / f->width * (NODES - 1);
    memset(f->between, 0, f->count * sizeof *f->between);
    for (size_t n = 0; n < NODES; n++) {
        double weight = 1 / denominator[n];
        for (size_t m = 0; m < NODES; m++)
            weight *= m == n ? 1 : x - (double)m;
        for (size_t i = 0; i < f->count; i++)
            f->between[i] += weight * f->node[n * f->count + i];
    }
}

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

static enum aln_status rate_at(struct aln_fluctuations *f, const double *y, double *dydt)
{
    return aln_rhs_eval(f->rhs, f->eta, signs_of(f), y, dydt);
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
        status = rate_at(f, f->there, f->near);
        displace(f, y, k, -NUDGE, f->there);
        if (status == ALN_OK)
            status = rate_at(f, f->there, f->far);
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
static void spread_rate(struct aln_fluctuations *f, double *dS)
{
    const size_t n = f->size;
    const gsl_matrix_view J = view(f->J, n), S = view(f->full, n);
    gsl_matrix_view JS = view(f->product, n);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &J.matrix, &S.matrix, 0, &JS.matrix);
    const double *B = f->between;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            *dS++ = f->product[i * n + j] + f->product[j * n + i] + *B++;
}

/* dm = J (m - f/2) + b, and the curvature's part. */
static enum aln_status bias_rate(struct aln_fluctuations *f, const double *y, const double *m,
                                 double *dm)
{
    const double *b = f->between + f->triangle;
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
    enum aln_status status = rate_at(f, y, dydt);
    if (status == ALN_OK)
        status = aln_rhs_jacobian(f->rhs, f->eta, signs_of(f), y, f->J);
    if (status != ALN_OK)
        return status;
    memcpy(f->f0, dydt, f->size * sizeof *dydt);
    aln_state_scales(f->p, y, LEAST, f->scale);
    interpolate(f, t);
    unpack(f, S, f->full);
    spread_rate(f, dydt + f->size);
    return bias_rate(f, y, m, dydt + f->size + f->triangle);
}

/* For GSL: a step that leaves the domain may have been too long. */
static int report(enum aln_status status)
{
    return status == ALN_OK ? GSL_SUCCESS : aln_interrupted() ? GSL_EBADFUNC : GSL_EDOM;
}

static int derivative(double t, const double y[], double dydt[], void *of)
{
    return report(whole_rate(of, t, y, dydt));
}

static int derivative_alone(double t, const double y[], double dydt[], void *of)
{
    (void)t;
    return report(rate_at(of, y, dydt));
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
    const size_t n = f->size;
    f->driver = gsl_odeiv2_driver_alloc_standard_new(&f->all, gsl_odeiv2_step_rkck, 1e-6,
                                                     1e-3 * rtol, rtol, 1, 0);
    f->scout = gsl_odeiv2_driver_alloc_standard_new(&f->alone, gsl_odeiv2_step_rk8pd, 1e-6,
                                                    1e-3 * rtol, rtol, 1, 0);
    if (f->driver == NULL || f->scout == NULL)
        return aln_raise_memory("fluctuations of %zu entries", n);
    memset(f->driver->e->yerr, 0, f->all.dimension * sizeof(double));
    memset(f->scout->e->yerr, 0, n * sizeof(double));
    enum aln_status status = aln_eigen_create(&f->modes, ALN_EIGEN_VECTORS, n);
    return status == ALN_OK ? aln_eigen_create(&f->growth, ALN_EIGEN_GENERAL, n) : status;
}

static void point_into_storage(struct aln_fluctuations *f, size_t columns)
{
    const size_t n = f->size;
    f->y = f->storage;
    f->before = f->y + f->all.dimension;
    f->front_y = f->before + f->all.dimension;
    f->slope = f->front_y + f->all.dimension;
    f->front_slope = f->slope + f->all.dimension;
    f->node = f->front_slope + f->all.dimension;
    f->between = f->node + NODES * f->count;
    f->J = f->between + f->count;
    f->full = f->J + n * n;
    f->product = f->full + n * n;
    f->ahead = f->product + n * n;
    f->scale = f->ahead + n;
    f->near = f->scale + n;
    f->far = f->near + n;
    f->there = f->far + n;
    f->f0 = f->there + n;
    f->sign = f->f0 + n;
    f->mid = f->sign + f->p->O * f->p->K;
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
                 count = aln_increments_count(p), columns = aln_problem_columns(p);
    const size_t numbers = 5 * (2 * n + triangle) + (NODES + 1) * count + 3 * n * n + 6 * n +
                           p->O * p->K + 3 * columns;
    struct aln_fluctuations *f = calloc(1, sizeof *f + numbers * sizeof(double));
    *out = f;
    if (f == NULL)
        return aln_raise_memory("fluctuations of %zu entries", n);
    gsl_set_error_handler_off();
    f->p = p;
    f->stop = stop;
    f->size = n;
    f->triangle = triangle;
    f->count = count;
    f->all = (gsl_odeiv2_system){derivative, NULL, n + triangle + n, f};
    f->alone = (gsl_odeiv2_system){derivative_alone, NULL, n, f};
    point_into_storage(f, columns);
    memcpy(f->y, p->start, n * sizeof *f->y);
    aln_problem_begin_covariance(p, f->full);
    for (size_t i = 0, e = n; i < n; i++)
        for (size_t j = i; j < n; j++)
            f->y[e++] = f->full[i * n + j];
    memcpy(f->front_y, f->y, (n + triangle) * sizeof *f->y);
    f->eta = aln_problem_rates(p, 0);
    aln_rule_signs(p->O * p->K, f->y + aln_state_at(p, ALN_W2), f->sign);
    status = aln_rhs_create(&f->rhs, p);
    if (status == ALN_OK)
        status = aln_increments_create(&f->increments, p, 0);
    if (status == ALN_OK)
        aln_increments_hold_signs(f->increments, signs_of(f));
    return status == ALN_OK ? allocate_gsl(f, rtol) : status;
}

void aln_fluctuations_free(struct aln_fluctuations *f)
{
    if (f == NULL)
        return;
    aln_rhs_free(f->rhs);
    aln_increments_free(f->increments);
    if (f->driver != NULL)
        gsl_odeiv2_driver_free(f->driver);
    if (f->scout != NULL)
        gsl_odeiv2_driver_free(f->scout);
    aln_eigen_free(f->modes);
    aln_eigen_free(f->growth);
    free(f);
}

/* ---- panels ---- */

static double fastest(const struct aln_fluctuations *f)
{
    double most = fmax(fmax(f->eta[0], f->eta[1]), fmax(f->p->kappa[0], f->p->kappa[1]));
    return most > 0 ? most : 1;
}

static enum aln_status raise_stuck(double t)
{
    if (aln_interrupted())
        return aln_raise(ALN_STOPPED, "stopped at t = %.9g", t);
    return aln_raise(ALN_NUMERIC,
                     "the fluctuations cannot be integrated beyond t = %.9g; try a "
                     "smaller learning.rate, or ode.fluctuations: false",
                     t);
}

/* One accepted step of a driver, no further than `end`; one that was cut short there does not
 * shorten the next. */
static enum aln_status take_step(gsl_odeiv2_driver *d, double *t, double end, double *y)
{
    const double h = d->h;
    int failed = gsl_odeiv2_evolve_apply(d->e, d->c, d->s, d->sys, t, end, &d->h, y);
    for (size_t i = 0; failed == GSL_SUCCESS && i < d->sys->dimension; i++)
        if (!isfinite(y[i]))
            failed = GSL_EDOM;
    if (*t == end)
        d->h = fmax(h, d->h);
    return failed == GSL_SUCCESS && d->e->count <= MOST_STEPS ? ALN_OK : raise_stuck(*t);
}

/* Averages B and b at the scout's state into node n. */
static enum aln_status fill_node(struct aln_fluctuations *f, size_t n)
{
    enum aln_status status =
        aln_increments_average(f->increments, f->ahead, f->eta, f->node + n * f->count);
    return status == ALN_OK ? ALN_OK : raise_stuck(f->front);
}

/* Fills every `stride`-th node after the first, from the state at the panel's beginning. */
static enum aln_status fill_panel(struct aln_fluctuations *f, size_t stride)
{
    double t = f->panel;
    enum aln_status status = ALN_OK;
    memcpy(f->ahead, f->front_y, f->size * sizeof *f->ahead);
    gsl_odeiv2_driver_reset(f->scout);
    f->scout->h = f->width / NODES;
    for (size_t n = 1; n < NODES && status == ALN_OK; n += stride) {
        const double end = f->panel + f->width * (double)n / (NODES - 1);
        while (t < end && status == ALN_OK)
            status = take_step(f->scout, &t, end, f->ahead);
        if (status == ALN_OK)
            status = fill_node(f, n);
    }
    return status;
}

/* Halves a panel: of its nodes three are already known. */
static enum aln_status halve_panel(struct aln_fluctuations *f)
{
    const size_t bytes = f->count * sizeof *f->node;
    f->width /= 2;
    memcpy(f->node + 4 * f->count, f->node + 2 * f->count, bytes);
    memcpy(f->node + 2 * f->count, f->node + f->count, bytes);
    return fill_panel(f, 2);
}

/* By how much the parabola through nodes 0, 2 and 4 misses 1 and 3, in units of CURVED standard
 * deviations of the increments. */
static double misfit(const struct aln_fluctuations *f)
{
    static const double weight[2][3] = {{0.375, 0.75, -0.125}, {-0.125, 0.75, 0.375}};
    const size_t c = f->count, n = f->size;
    double most = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0, e = 0; i < n; i++)
            for (size_t j = i; j < n; j++, e++) {
                const double *node = f->node, *own = node + (2 * k + 1) * c;
                const double fit = weight[k][0] * node[e] + weight[k][1] * node[2 * c + e] +
                                   weight[k][2] * node[4 * c + e];
                const double scale = sqrt(fabs(own[triangle_entry(n, i, i)])) *
                                     sqrt(fabs(own[triangle_entry(n, j, j)]));
                if (scale > 0)
                    most = fmax(most, fabs(fit - own[e]) / scale);
            }
    return most / CURVED;
}

/* How fast the state moves at the front, in natural scales a time; its rates go to f->f0.
 * Returned: infinity if there are none */
static double speed(struct aln_fluctuations *f)
{
    double most = 0;
    if (rate_at(f, f->front_y, f->f0) != ALN_OK)
        return INFINITY;
    aln_state_scales(f->p, f->front_y, LEAST, f->scale);
    for (size_t i = 0; i < f->size; i++)
        most = fmax(most, fabs(f->f0[i]) / f->scale[i]);
    return most;
}

/* Begins a panel at the front: as long as the last one's misfit allows, and no longer than to the
 * next change of the rates. */
static enum aln_status begin_panel(struct aln_fluctuations *f)
{
    const double *eta = aln_problem_rates(f->p, f->front);
    const double left = aln_problem_next_change(f->p, f->front) - f->front;
    enum aln_status status = ALN_OK;
    if (f->next == 0 || eta != f->eta) {
        f->eta = eta;
        f->next = FIRST / fastest(f);
        memcpy(f->ahead, f->front_y, f->size * sizeof *f->ahead);
        status = fill_node(f, 0);
    } else {
        memcpy(f->node, f->node + (NODES - 1) * f->count, f->count * sizeof *f->node);
    }
    f->panel = f->front;
    f->width = fmin(f->next, left);
    gsl_odeiv2_driver_reset(f->driver);
    if (status == ALN_OK)
        status = fill_panel(f, 1);
    /* What is missed within `least` are jumps of averages over points (relu), not curvature. */
    const double least = fmin(f->width, STILL / speed(f));
    double error = misfit(f);
    for (int halved = 0; status == ALN_OK && error > 1 && f->width > least; error = misfit(f))
        status = halved++ < MOST_HALVED ? halve_panel(f) : raise_stuck(f->front);
    f->next = fmax(least, f->width * fmin(MOST_GROWTH, 0.8 / cbrt(fmax(error, 1e-9))));
    f->panel_end = f->width == left ? f->front + left : f->panel + f->width;
    return status;
}

/* ---- the end of the expansion ---- */

static void end_at(struct aln_fluctuations *f, enum aln_fluctuations_limit limit, size_t entry)
{
    f->end = (struct aln_fluctuations_end){limit, f->front, entry};
}

static double variance(const struct aln_fluctuations *f, size_t i)
{
    return f->front_y[f->size + triangle_entry(f->size, i, i)] / (double)f->p->N;
}

static void check_width(struct aln_fluctuations *f)
{
    aln_state_scales(f->p, f->front_y, LEAST, f->scale);
    for (size_t i = 0; i < f->size; i++)
        if (sqrt(fmax(0, variance(f, i))) > LARGE * f->scale[i]) {
            end_at(f, ALN_FLUCTUATIONS_LARGE, i);
            return;
        }
}

static void check_signs(struct aln_fluctuations *f)
{
    const size_t at = aln_state_at(f->p, ALN_W2);
    for (size_t i = 0; i < f->p->O * f->p->K && f->p->rule->jumps; i++)
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
    if (aln_rhs_jacobian(f->rhs, f->eta, signs_of(f), f->front_y, f->J) != ALN_OK)
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
    if (rate * f->front < 1 || speed(f) > NEAR * rate)
        return;
    unpack(f, f->front_y + n, f->full);
    for (size_t i = 0; i < n; i++) {
        way += f->near[i] * f->f0[i] / rate;
        for (size_t j = 0; j < n; j++)
            spread += f->near[i] * f->full[i * n + j] * f->near[j];
    }
    if (sqrt(fmax(0, spread) / (double)f->p->N) > LARGE * fabs(way))
        end_at(f, ALN_FLUCTUATIONS_PLATEAU, 0);
}

/* ---- advancing ---- */

static enum aln_status advance_front(struct aln_fluctuations *f)
{
    gsl_odeiv2_driver *d = f->driver;
    enum aln_status status = ALN_OK;
    if (f->front == f->panel_end) {
        check_plateau(f);
        if (aln_interrupted())
            status = raise_stuck(f->front);
        else if (f->end.limit == ALN_FLUCTUATIONS_HOLD)
            status = begin_panel(f);
    }
    if (status != ALN_OK || f->end.limit != ALN_FLUCTUATIONS_HOLD)
        return status;
    const size_t bytes = f->all.dimension * sizeof *f->front_y;
    memcpy(f->before, f->front_y, bytes);
    f->begin = f->front;
    status = take_step(d, &f->front, f->panel_end, f->front_y);
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
    aln_problem_observe(f->p, y, row);
    row[0] = aln_problem_error_sum(f->p, y).value;
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
    for (size_t q = 0; q < aln_problem_columns(f->p) && length > 0; q++)
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
    for (size_t q = 0; q < aln_problem_columns(f->p); q++) {
        const double slope = (f->plus[q] - f->minus[q]) / (2 * NUDGE);
        variances[q] += w * slope * slope;
        bias[q] += w / 2 * (f->plus[q] - 2 * f->mid[q] + f->minus[q]) / (NUDGE * NUDGE);
    }
}

enum aln_status aln_fluctuations_observe(struct aln_fluctuations *f, double *sd, double *bias)
{
    const size_t columns = aln_problem_columns(f->p);
    const bool ended = f->end.limit != ALN_FLUCTUATIONS_HOLD && f->t >= f->end.t;
    for (size_t q = 0; q < columns; q++)
        sd[q] = bias[q] = ended ? NAN : 0;
    if (ended)
        return ALN_OK;
    double most;
    aln_state_scales(f->p, f->y, LEAST, f->scale);
    observe(f, f->y, f->mid);
    enum aln_status status = find_modes(f, &most);
    for (size_t k = 0; k < f->size && status == ALN_OK; k++)
        if (eigenvalue(f, k) > NOTHING * most)
            add_mode(f, k, sd, bias);
    if (status != ALN_OK)
        return status;
    add_drift(f, bias);
    for (size_t q = 0; q < columns; q++) {
        sd[q] = isnan(f->mid[q]) ? NAN : sqrt(sd[q] / (double)f->p->N);
        bias[q] = isnan(f->mid[q]) ? NAN : bias[q] / (double)f->p->N;
    }
    return ALN_OK;
}

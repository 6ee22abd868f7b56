#include "theory/dense_output.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "lanes/extension.h"

#define STAGES        13 /* evaluations of a step of rk8pd, after the one at its beginning */
#define OLD           ALN_EXTENSION_OLD
#define ALL           ALN_EXTENSION_ALL
#define MAX_LEVEL     14     /* a step in more than 16384 pieces: give up */
#define MOST_IMPLICIT 1000   /* steps of bsimp within one step */
#define LEAST_BUBBLE  0.0625 /* least x^2 (1-x)^2 at an older state: its largest value in [0, 1] */

struct node {
    double t, *y, *dydt;
};

/* A polynomial on [a, b]: the cubic through the ends, plus x^2 (1-x)^2 times a cubic. */
struct piece {
    double a, b;
    struct node *from, *to;
    double *bubble[4];
};

struct aln_dense_output {
    const gsl_odeiv2_system *sys;
    gsl_odeiv2_step *stepper;
    gsl_odeiv2_driver *implicit; /* bsimp; NULL: the stepper is explicit */
    size_t size;
    double rtol, atol;
    double *ring[STAGES]; /* the last evaluations, next one to ring[next] */
    size_t next;
    struct node node[4]; /* accepted states: node[3] the end of the step, node[2] its beginning */
    size_t nodes;        /* how many are valid, from the end */
    bool from_rk8pd;
    bool ready;          /* piece belongs to the current step */
    size_t level, index; /* piece: number `index` of 2^level; level 0 is the whole step */
    size_t first_level;  /* 1 when level 0 is known to be inaccurate */
    struct node inner[2];
    struct piece piece;
    double *k[ALL];
    double *y, *yerr;
    double storage[];
};

enum aln_status aln_dense_output_create(struct aln_dense_output **out, const gsl_odeiv2_system *sys,
                                        bool implicit, double rtol, double atol)
{
    size_t size = sys->dimension, rows = STAGES + 8 + 4 + 4 + ALL + 2;
    struct aln_dense_output *dense = calloc(1, sizeof *dense + rows * size * sizeof(double));
    *out = dense;
    if (dense == NULL)
        return aln_raise_memory("%zu equations", size);
    dense->sys = sys;
    dense->size = size;
    dense->rtol = rtol;
    dense->atol = atol;
    double *at = dense->storage;
    for (size_t i = 0; i < STAGES; i++, at += size)
        dense->ring[i] = at;
    for (size_t i = 0; i < 4; i++, at += 2 * size)
        dense->node[i] = (struct node){0, at, at + size};
    for (size_t i = 0; i < 2; i++, at += 2 * size)
        dense->inner[i] = (struct node){0, at, at + size};
    for (size_t i = 0; i < 4; i++, at += size)
        dense->piece.bubble[i] = at;
    for (size_t i = 0; i < ALL; i++, at += size)
        dense->k[i] = at;
    dense->y = at;
    dense->yerr = at + size;
    dense->stepper = gsl_odeiv2_step_alloc(gsl_odeiv2_step_rk8pd, size);
    if (implicit)
        dense->implicit =
            gsl_odeiv2_driver_alloc_standard_new(sys, gsl_odeiv2_step_bsimp, 1, atol, rtol, 1, 0);
    if (dense->stepper == NULL || (implicit && dense->implicit == NULL))
        return aln_raise_memory("%zu equations", size);
    return ALN_OK;
}

void aln_dense_output_free(struct aln_dense_output *dense)
{
    if (dense == NULL)
        return;
    if (dense->stepper != NULL)
        gsl_odeiv2_step_free(dense->stepper);
    if (dense->implicit != NULL)
        gsl_odeiv2_driver_free(dense->implicit);
    free(dense);
}

static void copy(const struct aln_dense_output *dense, double *to, const double *from)
{
    memcpy(to, from, dense->size * sizeof *to);
}

void aln_dense_output_record(struct aln_dense_output *dense, const double *dydt)
{
    copy(dense, dense->ring[dense->next], dydt);
    dense->next = (dense->next + 1) % STAGES;
}

void aln_dense_output_restart(struct aln_dense_output *dense)
{
    dense->nodes = 0;
}

/* Collects the stages that the extension uses from the last evaluations, which are stages 2 to 13
 * and the one at the end. */
static void collect_stages(struct aln_dense_output *dense, const double *dydt0)
{
    copy(dense, dense->k[0], dydt0);
    for (size_t i = 1; i < OLD; i++)
        copy(dense, dense->k[i], dense->ring[(dense->next + STAGES - OLD + i) % STAGES]);
}

void aln_dense_output_take(struct aln_dense_output *dense, const struct aln_dense_output_step *step)
{
    struct node oldest = dense->node[0];
    if (dense->nodes == 0) {
        dense->node[3].t = step->t0;
        copy(dense, dense->node[3].y, step->y0);
        copy(dense, dense->node[3].dydt, step->dydt0);
        dense->nodes = 1;
    }
    memmove(dense->node, dense->node + 1, 3 * sizeof *dense->node);
    oldest.t = step->t1;
    copy(dense, oldest.y, step->y1);
    copy(dense, oldest.dydt, step->dydt1);
    dense->node[3] = oldest;
    dense->nodes += dense->nodes < 4;
    dense->from_rk8pd = step->stages;
    dense->ready = false;
    dense->first_level = 0;
    if (step->stages)
        collect_stages(dense, step->dydt0);
}

/* ---- polynomials ---- */

static double square(double x)
{
    return x * x;
}

/* Value of the piece at t, and its slope unless dydt == NULL. */
static void evaluate(const struct aln_dense_output *dense, double t, double *y, double *dydt)
{
    const struct piece *piece = &dense->piece;
    const struct node *from = piece->from, *to = piece->to;
    double h = piece->b - piece->a, x = (t - piece->a) / h, r = 1 - x, s = x - r;
    double w = square(x * r), dw = -2 * x * r * s;
    for (size_t i = 0; i < dense->size; i++) {
        double rise = to->y[i] - from->y[i];
        double f0 = h * from->dydt[i] - rise, f1 = h * to->dydt[i] - rise;
        double c0 = piece->bubble[0][i], c1 = piece->bubble[1][i];
        double c2 = piece->bubble[2][i], c3 = piece->bubble[3][i];
        double bubble = c0 + s * (c1 + s * (c2 + s * c3));
        /* relative to the nearer end, so that the ends are reproduced exactly */
        double base = x < 0.5 ? from->y[i] + x * rise : to->y[i] - r * rise;
        y[i] = base + x * r * (r * f0 - x * f1) + w * bubble;
        if (dydt != NULL) {
            double slope = c1 + s * (2 * c2 + s * 3 * c3);
            dydt[i] =
                (rise + r * (r - 2 * x) * f0 - x * (2 * r - x) * f1 + dw * bubble + 2 * w * slope) /
                h;
        }
    }
}

/* The largest ratio of an error to its tolerance; INFINITY for NaN. */
static double worst_share(const struct aln_dense_output *dense, const double *error,
                          const double *y)
{
    double most = 0;
    for (size_t i = 0; i < dense->size; i++) {
        double share = fabs(error[i]) / (dense->atol + dense->rtol * fabs(y[i]));
        if (!(share <= most))
            most = isnan(share) ? INFINITY : share;
    }
    return most;
}

/* Degree 7 through four accepted states; false if it is not accurate enough. An older state at
 * x = -r determines value and slope there of the factor g(x) of x^2 (1-x)^2. */
static bool through_four(struct aln_dense_output *dense)
{
    struct node *node = dense->node;
    double h = node[3].t - node[2].t, r[2], w[2], dw[2];
    if (dense->nodes < 4)
        return false;
    for (size_t n = 0; n < 2; n++) {
        r[n] = (node[2].t - node[1 - n].t) / h;
        w[n] = square(r[n] * (1 + r[n]));
        dw[n] = -2 * r[n] * (1 + r[n]) * (1 + 2 * r[n]);
    }
    if (w[0] < LEAST_BUBBLE || square(r[1] - r[0]) < LEAST_BUBBLE)
        return false;
    dense->piece.a = node[2].t;
    dense->piece.b = node[3].t;
    dense->piece.from = &node[2];
    dense->piece.to = &node[3];
    for (size_t i = 0; i < dense->size; i++) {
        double rise = node[3].y[i] - node[2].y[i], g[2], dg[2];
        double f0 = h * node[2].dydt[i] - rise, f1 = h * node[3].dydt[i] - rise;
        for (size_t n = 0; n < 2; n++) {
            double x = -r[n], q = 1 - x;
            double cubic = x * rise + x * q * (q * f0 - x * f1);
            double slope = rise + q * (q - 2 * x) * f0 - x * (2 * q - x) * f1;
            g[n] = (node[1 - n].y[i] - node[2].y[i] - cubic) / w[n];
            dg[n] = (h * node[1 - n].dydt[i] - slope - dw[n] * g[n]) / w[n];
        }
        /* g = A + B (x + r0) + (x + r0)^2 (C + D (x + r1)) */
        double apart = r[0] - r[1], A = g[0], B = dg[0];
        double C = (g[1] - A - B * apart) / square(apart);
        double D = (dg[1] - B - 2 * apart * C) / square(apart);
        /* in powers of s = 2 x - 1: x + r = (s + p)/2 */
        double p = 1 + 2 * r[0], q = 1 + 2 * r[1];
        double E = C / 4, F = D / 8;
        dense->piece.bubble[0][i] = A + B * p / 2 + p * p * (E + F * q);
        dense->piece.bubble[1][i] = B / 2 + 2 * p * (E + F * q) + p * p * F;
        dense->piece.bubble[2][i] = E + F * q + 2 * p * F;
        dense->piece.bubble[3][i] = F;
        /* bound of what degree 7 adds */
        dense->yerr[i] = square(1 + r[0]) * (fabs(C) + fabs(D) * (1 + r[1])) / 16;
    }
    return worst_share(dense, dense->yerr, node[3].y) <= 1;
}

/* The extension of the step of rk8pd from `from` to `to` whose stages are in k.
 * Returned: *share  the error relative to the tolerance */
static int extend(struct aln_dense_output *dense, struct node *from, struct node *to, double *share)
{
    double h = to->t - from->t;
    const gsl_odeiv2_system *sys = dense->sys;
    struct piece *piece = &dense->piece;
    *piece =
        (struct piece){from->t,
                       to->t,
                       from,
                       to,
                       {piece->bubble[0], piece->bubble[1], piece->bubble[2], piece->bubble[3]}};
    for (size_t n = 0; n < ALN_EXTENSION_NEW; n++) {
        const double *row = aln_extension_row[n];
        for (size_t i = 0; i < dense->size; i++) {
            double sum = 0;
            for (size_t j = 0; j < OLD + n; j++)
                sum += row[j] * dense->k[j][i];
            dense->y[i] = from->y[i] + h * sum;
        }
        int failed = sys->function(from->t + aln_extension_node[n] * h, dense->y, dense->k[OLD + n],
                                   sys->params);
        if (failed)
            return failed;
    }
    for (size_t c = 0; c < 4; c++) {
        for (size_t i = 0; i < dense->size; i++) {
            double sum = 0;
            for (size_t j = 0; j < ALL; j++)
                sum += aln_extension_weight[j][c] * dense->k[j][i];
            piece->bubble[c][i] = h * sum;
        }
    }
    double t = from->t + ALN_EXTENSION_PROBE * h, *slope = dense->k[OLD], *f = dense->k[OLD + 1];
    evaluate(dense, t, dense->y, slope);
    int failed = sys->function(t, dense->y, f, sys->params);
    if (failed)
        return failed;
    for (size_t i = 0; i < dense->size; i++)
        slope[i] = ALN_EXTENSION_PROBE_SHARE * h * (slope[i] - f[i]);
    *share = worst_share(dense, slope, to->y);
    return GSL_SUCCESS;
}

/* ---- pieces ---- */

/* Time of piece boundary i of 2^level. */
static double boundary(const struct aln_dense_output *dense, size_t i, size_t level)
{
    double t0 = dense->node[2].t, t1 = dense->node[3].t;
    return i == (size_t)1 << level ? t1 : t0 + (t1 - t0) * ldexp((double)i, -(int)level);
}

/* Takes one step of rk8pd from `from` to time t; stores its stages in k. */
static int inner_step(struct aln_dense_output *dense, const struct node *from, double t,
                      struct node *to, double *share)
{
    to->t = t;
    copy(dense, to->y, from->y);
    int failed = gsl_odeiv2_step_apply(dense->stepper, from->t, t - from->t, to->y, dense->yerr,
                                       from->dydt, to->dydt, dense->sys);
    if (failed)
        return failed;
    collect_stages(dense, from->dydt);
    *share = worst_share(dense, dense->yerr, to->y);
    return GSL_SUCCESS;
}

static enum aln_status raise_inaccurate(double t)
{
    return aln_raise(ALN_NUMERIC,
                     "the integration stopped at t = %.9g: the state between two steps could not "
                     "be interpolated to the requested tolerance; try a larger ode.rtol",
                     t);
}

/* Computes piece dense->index of dense->level, or its first half, quarter, ... that is accurate
 * enough. */
static enum aln_status next_piece(struct aln_dense_output *dense, struct node *from)
{
    struct node *to = from == &dense->inner[0] ? &dense->inner[1] : &dense->inner[0];
    for (; dense->level <= MAX_LEVEL; dense->level++, dense->index *= 2) {
        double share = 0, error = INFINITY;
        if (dense->level == 0 && dense->from_rk8pd) {
            if (extend(dense, &dense->node[2], &dense->node[3], &error) == GSL_SUCCESS &&
                error <= 1)
                return ALN_OK;
        } else if (inner_step(dense, from, boundary(dense, dense->index + 1, dense->level), to,
                              &share) == GSL_SUCCESS &&
                   share <= 1 && extend(dense, from, to, &error) == GSL_SUCCESS && error <= 1) {
            return ALN_OK;
        }
        dense->first_level = 1;
    }
    return raise_inaccurate(from->t);
}

/* ---- implicit steps ---- */

/* Integrates from the beginning of the step to t > t0 by bsimp. */
static enum aln_status integrate_to(struct aln_dense_output *dense, double t, double *y)
{
    gsl_odeiv2_driver *d = dense->implicit;
    double at = dense->node[2].t, h = nextafter(t - at, INFINITY); /* h > left: lands on t */
    copy(dense, y, dense->node[2].y);
    gsl_odeiv2_driver_reset(d);
    for (size_t i = 0; i < MOST_IMPLICIT && at < t; i++) {
        if (gsl_odeiv2_evolve_apply(d->e, d->c, d->s, dense->sys, &at, t, &h, y) != GSL_SUCCESS)
            break;
    }
    for (size_t i = 0; i < dense->size; i++)
        if (!isfinite(y[i]))
            at = dense->node[2].t;
    return at == t ? ALN_OK : raise_inaccurate(dense->node[2].t);
}

enum aln_status aln_dense_output_at(struct aln_dense_output *dense, double t, double *y)
{
    enum aln_status status = ALN_OK;
    const struct piece *piece = &dense->piece;
    bool fresh = !dense->ready || t < piece->a;
    if (fresh) {
        dense->ready = false;
        dense->level = dense->first_level;
        dense->index = 0;
        if (dense->from_rk8pd || !through_four(dense)) {
            if (dense->implicit != NULL)
                return integrate_to(dense, t, y);
            status = next_piece(dense, &dense->node[2]);
        }
    }
    while (status == ALN_OK && t > piece->b) {
        dense->index++;
        status = next_piece(dense, piece->to);
    }
    dense->ready = status == ALN_OK;
    if (status == ALN_OK)
        evaluate(dense, t, y, NULL);
    return status;
}

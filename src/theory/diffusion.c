#include "theory/diffusion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "theory/increments.h"

#define NODES       5
#define CURVED      0.02   /* misfit of degree 2, in standard deviations of the increments */
#define FIRST       0.1    /* the first panel, in times of the fastest rate */
#define STILL       0x1p-5 /* way of the state, in natural scales, in which B cannot curve so */
#define MOST_GROWTH 3      /* of panels */
#define MOST_HALVED 20

struct aln_diffusion {
    struct aln_flow *flow;
    struct aln_increments *increments;
    gsl_odeiv2_system system;
    gsl_odeiv2_driver *scout; /* the state, ahead */
    const double *eta;        /* of the last panel; NULL: none yet */
    size_t size, count;       /* of the state; of B and b */
    double panel, width;
    double next;       /* length of the next panel */
    double *node;      /* NODES x count */
    double *at;        /* count, B and b at one time */
    double *begin;     /* size, the state at the panel's beginning */
    double *ahead;     /* size, the scout's state; the last node's */
    double *f, *scale; /* size */
    double storage[];
};

size_t aln_diffusion_entry(size_t n, size_t i, size_t j)
{
    return i * (2 * n - i - 1) / 2 + j;
}

enum aln_status aln_diffusion_create(struct aln_diffusion **out, struct aln_flow *flow, double rtol)
{
    const size_t n = aln_problem_size(flow->p), count = aln_increments_count(flow->p);
    struct aln_diffusion *d = calloc(1, sizeof *d + ((NODES + 1) * count + 4 * n) * sizeof(double));
    *out = d;
    if (d == NULL)
        return aln_raise_memory("fluctuations of %zu entries", n);
    d->flow = flow;
    d->size = n;
    d->count = count;
    d->node = d->storage;
    d->at = d->node + NODES * count;
    d->begin = d->at + count;
    d->ahead = d->begin + n;
    d->f = d->ahead + n;
    d->scale = d->f + n;
    d->system = (gsl_odeiv2_system){aln_flow_derivative, NULL, n, flow};
    enum aln_status status = aln_increments_create(&d->increments, flow->p, 0);
    if (status != ALN_OK)
        return status;
    aln_increments_hold_signs(d->increments, flow->sign);
    d->scout = aln_flow_driver(&d->system, gsl_odeiv2_step_rk8pd, rtol);
    return d->scout != NULL ? ALN_OK : aln_raise_memory("fluctuations of %zu entries", n);
}

void aln_diffusion_free(struct aln_diffusion *d)
{
    if (d == NULL)
        return;
    aln_increments_free(d->increments);
    if (d->scout != NULL)
        gsl_odeiv2_driver_free(d->scout);
    free(d);
}

static double fastest(const struct aln_diffusion *d)
{
    const double *eta = d->flow->eta, *kappa = d->flow->p->kappa;
    double most = fmax(fmax(eta[0], eta[1]), fmax(kappa[0], kappa[1]));
    return most > 0 ? most : 1;
}

/* Averages B and b at the scout's state into node n. */
static enum aln_status fill_node(struct aln_diffusion *d, size_t n)
{
    enum aln_status status =
        aln_increments_average(d->increments, d->ahead, d->flow->eta, d->node + n * d->count);
    return status == ALN_OK ? ALN_OK : aln_flow_stuck(d->panel);
}

/* Fills every `stride`-th node after the first, from the state at the panel's beginning. */
static enum aln_status fill_panel(struct aln_diffusion *d, size_t stride)
{
    double t = d->panel;
    enum aln_status status = ALN_OK;
    memcpy(d->ahead, d->begin, d->size * sizeof *d->ahead);
    gsl_odeiv2_driver_reset(d->scout);
    d->scout->h = d->width / NODES;
    for (size_t n = 1; n < NODES && status == ALN_OK; n += stride) {
        const double end = d->panel + d->width * (double)n / (NODES - 1);
        while (t < end && status == ALN_OK)
            status = aln_flow_step(d->scout, &t, end, d->ahead);
        if (status == ALN_OK)
            status = fill_node(d, n);
    }
    return status;
}

/* Halves a panel: of its nodes three are already known. */
static enum aln_status halve_panel(struct aln_diffusion *d)
{
    const size_t bytes = d->count * sizeof *d->node;
    d->width /= 2;
    memcpy(d->node + 4 * d->count, d->node + 2 * d->count, bytes);
    memcpy(d->node + 2 * d->count, d->node + d->count, bytes);
    return fill_panel(d, 2);
}

/* By how much the parabola through nodes 0, 2 and 4 misses 1 and 3, in units of CURVED standard
 * deviations of the increments. */
static double misfit(const struct aln_diffusion *d)
{
    static const double weight[2][3] = {{0.375, 0.75, -0.125}, {-0.125, 0.75, 0.375}};
    const size_t c = d->count, n = d->size;
    double most = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0, e = 0; i < n; i++)
            for (size_t j = i; j < n; j++, e++) {
                const double *node = d->node, *own = node + (2 * k + 1) * c;
                const double fit = weight[k][0] * node[e] + weight[k][1] * node[2 * c + e] +
                                   weight[k][2] * node[4 * c + e];
                const double scale = sqrt(fabs(own[aln_diffusion_entry(n, i, i)])) *
                                     sqrt(fabs(own[aln_diffusion_entry(n, j, j)]));
                if (scale > 0)
                    most = fmax(most, fabs(fit - own[e]) / scale);
            }
    return most / CURVED;
}

enum aln_status aln_diffusion_begin(struct aln_diffusion *d, double t, const double *y, double *end)
{
    const double left = aln_problem_next_change(d->flow->p, t) - t;
    enum aln_status status = ALN_OK;
    memcpy(d->begin, y, d->size * sizeof *y);
    d->panel = t;
    if (d->eta != d->flow->eta) {
        d->eta = d->flow->eta;
        d->next = FIRST / fastest(d);
        memcpy(d->ahead, y, d->size * sizeof *y);
        status = fill_node(d, 0);
    } else {
        memcpy(d->node, d->node + (NODES - 1) * d->count, d->count * sizeof *d->node);
    }
    d->width = fmin(d->next, left);
    if (status == ALN_OK)
        status = fill_panel(d, 1);
    /* What is missed within `least` are jumps of averages over points (relu), not curvature. */
    const double least = fmin(d->width, STILL / aln_flow_speed(d->flow, y, d->f, d->scale));
    double error = misfit(d);
    for (int halved = 0; status == ALN_OK && error > 1 && d->width > least; error = misfit(d))
        status = halved++ < MOST_HALVED ? halve_panel(d) : aln_flow_stuck(t);
    d->next = fmax(least, d->width * fmin(MOST_GROWTH, 0.8 / cbrt(fmax(error, 1e-9))));
    *end = d->width == left ? t + left : d->panel + d->width;
    return status;
}

const double *aln_diffusion_at(struct aln_diffusion *d, double t)
{
    static const double denominator[NODES] = {24, -6, 4, -6, 24};
    const double x = (t - d->panel) / d->width * (NODES - 1);
    memset(d->at, 0, d->count * sizeof *d->at);
    for (size_t n = 0; n < NODES; n++) {
        double weight = 1 / denominator[n];
        for (size_t m = 0; m < NODES; m++)
            weight *= m == n ? 1 : x - (double)m;
        for (size_t i = 0; i < d->count; i++)
            d->at[i] += weight * d->node[n * d->count + i];
    }
    return d->at;
}

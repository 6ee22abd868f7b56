/* Averages over jointly Gaussian fields by nested quadrature: nothing of an activation is used but g
 * and g', so that every activation of the table has an oracle.
 *
 * Fields x = L z of independent normal z, L lower triangular. Where g is smooth the trapezoidal rule
 * on the whole line converges like exp(-2 pi^2/(h^2 (1 + v))), v the largest sum over fields of
 * squared factors in a column of L: below 1e-10 for h = 0.4 and v < 4. Where g has a kink at 0
 * (singular) each z is integrated by Gauss and Legendre between the places where a field that ends with
 * this z is 0; what remains is smooth on the scale of the distances between fields, see
 * averages_are_for().
 *
 * Nodes outside a ball are left out, which spares more than half of those of three fields: the
 * density there is below exp(-50) = 2e-22 for smooth g, whose averages are of up to six factors, and with
 * kinks below exp(-36) = 2e-16, of up to four factors: 1e-14 and 1e-12 of the averages. */
#ifndef ALIGNODE_TESTS_AVERAGES_H
#define ALIGNODE_TESTS_AVERAGES_H

#include <assert.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "alignode/activation.h"

#define AVERAGES_STEP  0.4
#define AVERAGES_REACH 25 /* steps to either side, and with kinks the radius */
#define AVERAGES_EDGE  8.5
#define AVERAGES_PANEL 2.0

enum { AVERAGES_FIELDS = 4, AVERAGES_NODES = 14 };

struct averages_fields {
    size_t P;
    double L[AVERAGES_FIELDS * AVERAGES_FIELDS]; /* P x P, lower triangle */
    double C[AVERAGES_FIELDS * AVERAGES_FIELDS]; /* P x P, L L^T */
};

/* Called at every node, with the fields, g and g' of each, and the weight. */
typedef void averages_integrand(const double *x, const double *g, const double *dg, double weight,
                                void *context);

struct averages_nest {
    const struct averages_fields *of;
    const struct aln_activation *g;
    averages_integrand *integrand;
    void *context;
    double z[AVERAGES_FIELDS], square[AVERAGES_FIELDS + 1]; /* sum of those before */
    double x[AVERAGES_FIELDS], value[AVERAGES_FIELDS], slope[AVERAGES_FIELDS];
    double node[AVERAGES_NODES], weight[AVERAGES_NODES]; /* on (-1/2, 1/2) */
};

static inline void averages_level(struct averages_nest *n, size_t a, double weight);

static inline void averages_at(struct averages_nest *n, size_t a, double z, double weight)
{
    const double *L = n->of->L + a * n->of->P;
    const double radius = n->g->singular ? AVERAGES_EDGE : AVERAGES_REACH * AVERAGES_STEP;
    n->square[a + 1] = n->square[a] + z * z;
    if (n->square[a + 1] > radius * radius * (1 + 1e-9)) /* the last node of an axis counts */
        return;
    n->z[a] = z;
    n->x[a] = 0;
    for (size_t i = 0; i <= a; i++)
        n->x[a] += L[i] * n->z[i];
    n->value[a] = n->g->g(n->x[a]);
    n->slope[a] = n->g->dg(n->x[a]);
    averages_level(n, a + 1, weight * exp(-0.5 * z * z) / sqrt(2 * M_PI));
}

static inline int averages_ascending(const void *x, const void *y)
{
    double d = *(const double *)x - *(const double *)y;
    return (d > 0) - (d < 0);
}

/* Where the interval of z_a is cut. Returned: how many, ascending */
static inline size_t averages_cuts(const struct averages_nest *n, size_t a,
                                   double cut[AVERAGES_FIELDS + 3])
{
    const size_t P = n->of->P;
    size_t count = 0;
    cut[count++] = -AVERAGES_EDGE;
    cut[count++] = AVERAGES_EDGE;
    cut[count++] = 0;
    for (size_t b = a; b < P; b++) {
        const double *L = n->of->L + b * P;
        double before = 0, behind = 0;
        for (size_t i = 0; i < a; i++)
            before += L[i] * n->z[i];
        for (size_t i = a + 1; i <= b; i++)
            behind += fabs(L[i]);
        double zero = L[a] != 0 ? -before / L[a] : INFINITY;
        if (behind == 0 && fabs(zero) < AVERAGES_EDGE)
            cut[count++] = zero;
    }
    qsort(cut, count, sizeof *cut, averages_ascending);
    return count;
}

static inline bool averages_depend(const struct averages_nest *n, size_t a)
{
    bool depend = false;
    for (size_t b = a; b < n->of->P; b++)
        depend = depend || n->of->L[b * n->of->P + a] != 0;
    return depend;
}

static inline void averages_level(struct averages_nest *n, size_t a, double weight)
{
    double cut[AVERAGES_FIELDS + 3];
    if (a == n->of->P || a == AVERAGES_FIELDS) {
        n->integrand(n->x, n->value, n->slope, weight, n->context);
        return;
    }
    if (!averages_depend(n, a)) {
        averages_at(n, a, 0, weight * sqrt(2 * M_PI));
        return;
    }
    for (int i = -AVERAGES_REACH; i <= AVERAGES_REACH && !n->g->singular; i++)
        averages_at(n, a, AVERAGES_STEP * i, AVERAGES_STEP * weight);
    size_t cuts = n->g->singular ? averages_cuts(n, a, cut) : 0;
    for (size_t c = 0; c + 1 < cuts; c++) {
        double panels = ceil((cut[c + 1] - cut[c]) / AVERAGES_PANEL);
        double width = (cut[c + 1] - cut[c]) / panels;
        for (double p = 0; p < panels; p++)
            for (size_t i = 0; i < AVERAGES_NODES; i++)
                averages_at(n, a, cut[c] + width * (p + 0.5 + n->node[i]),
                            width * n->weight[i] * weight);
    }
}

/* Given: fields (L).  Changed: context */
static inline void averages_integrate(const struct aln_activation *g,
                                      const struct averages_fields *fields,
                                      averages_integrand *integrand, void *context)
{
    static struct averages_nest n; /* the nodes stay */
    assert(fields->P <= AVERAGES_FIELDS);
    if (n.g == NULL) {
        gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(AVERAGES_NODES);
        for (size_t i = 0; i < AVERAGES_NODES; i++)
            gsl_integration_glfixed_point(-0.5, 0.5, i, &n.node[i], &n.weight[i], table);
        gsl_integration_glfixed_table_free(table);
    }
    n.of = fields;
    n.g = g;
    n.integrand = integrand;
    n.context = context;
    averages_level(&n, 0, 1);
}

/* Whether the quadrature is good to 1e-9 for it: with kinks, whether no field without variance and
 * no two that nearly coincide are among the fields. */
static inline bool averages_are_for(const struct aln_activation *g, const struct averages_fields *f)
{
    bool good = true;
    for (size_t a = 0; a < f->P && g->singular; a++) {
        double last = 0;
        for (size_t i = 0; i <= a; i++)
            last = f->L[a * f->P + i] != 0 ? f->L[a * f->P + i] : last;
        good = good && last * last > 0.1 * f->C[a * f->P + a];
    }
    return good;
}

/* What averages of products with up to two slopes may differ by from those of g itself. Where they are
 * of a function within g->error of g, its slope is within ten times that and alternates; seen: at
 * most 4.3 g->error, in J2 of fields of deviation 0.15. */
static inline double averages_tolerance(const struct aln_activation *g)
{
    return 1e-9 + 5 * g->error;
}

/* C from L. */
static inline void averages_set_covariance(struct averages_fields *f)
{
    for (size_t a = 0; a < f->P; a++) {
        for (size_t b = 0; b < f->P; b++) {
            double sum = 0;
            for (size_t i = 0; i < f->P; i++)
                sum += f->L[a * f->P + i] * f->L[b * f->P + i];
            f->C[a * f->P + b] = sum;
        }
    }
}

/* L from C, positive definite. */
static inline void averages_factor(struct averages_fields *f)
{
    for (size_t a = 0; a < f->P; a++) {
        for (size_t b = 0; b < f->P; b++) {
            double rest = f->C[a * f->P + b];
            for (size_t i = 0; i < b && b <= a; i++)
                rest -= f->L[a * f->P + i] * f->L[b * f->P + i];
            f->L[a * f->P + b] = b > a ? 0 : b == a ? sqrt(rest) : rest / f->L[b * f->P + b];
        }
    }
}

#endif

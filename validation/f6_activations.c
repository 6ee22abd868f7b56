/* F6, further activations: tanh and sigmoid, whose averages are those of sums of error functions that
 * nearly equal them, and leaky-relu. Their averages against quadrature of g itself, as I2, J2, I3 and
 * the contracted I4 of four fields that are free, in two dimensions, or in pairs a hundredth apart;
 * then the ode against the chain, judged as described in agreement.h, with noise, decay and unequal
 * rates.
 *
 * Quadrature. Smooth g: the trapezoidal rule on all four axes, which converges like
 * exp(-2 pi d/(h s)), where s = 0.8 is the most that a field changes along an axis and d = pi/2 the
 * distance of tanh's poles: 3e-13 for h = 0.43. leaky-relu: g(x) = x_+ - s (-x)_+ and g'(x) = theta(x) + s theta(-x), so its
 * averages are signed sums of relu's with fields turned around, by the quadrature of S1.
 *
 * Probability of a false failure: 24 comparisons, each beyond 4 standard errors with probability
 * 6.3e-5, together 0.2 % over random seeds. The seeds are fixed. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "base/failure.h"
#include "s1_closed_forms.h"

enum { FIELDS = S1_FIELDS, PAIRS = FIELDS * FIELDS };

/* The averages of four fields; I4 with the weights U. */
struct averages {
    double I2[PAIRS], J2[PAIRS], I3[PAIRS][FIELDS], I4[PAIRS];
};

/* ---- fields ---- */

enum field_kind { FREE, TWO_DIMENSIONS, CLOSE_PAIRS, KINDS };

static struct aln_s1_fields draw_fields(gsl_rng *rng, enum field_kind kind)
{
    struct aln_s1_fields f;
    for (int a = 0; a < FIELDS; a++)
        for (int d = 0; d < 4; d++) {
            const long double fresh = (long double)gsl_ran_flat(rng, -0.8, 0.8);
            f.x[a][d] = kind == CLOSE_PAIRS && a % 2 == 1 ? f.x[a - 1][d] + 0.01L * fresh : fresh;
            if (d > a || (kind == TWO_DIMENSIONS && d > 1))
                f.x[a][d] = 0;
        }
    for (int a = 0; a < FIELDS; a++)
        for (int b = 0; b < FIELDS; b++)
            f.C[a * FIELDS + b] = (double)aln_s1_dot(f.x[a], f.x[b]);
    return f;
}

/* ---- smooth g ---- */

#define STEP 0.43
enum { REACH = 16 }; /* 6.9 deviations: 5e-12 is left out */

/* x, g and g' of the fields at a node. */
struct f6_node {
    double x[FIELDS], g[FIELDS], dg[FIELDS];
};

static void add_node(const struct f6_node *n, const double *U, double weight, struct averages *sum)
{
    double d[FIELDS];
    for (int k = 0; k < FIELDS; k++) {
        double e = 0;
        for (int a = 0; a < FIELDS; a++)
            e += U[k * FIELDS + a] * n->g[a];
        d[k] = n->dg[k] * e;
    }
    for (int k = 0; k < FIELDS; k++)
        for (int a = 0; a < FIELDS; a++) {
            const int i = k * FIELDS + a;
            sum->I2[i] += weight * n->g[k] * n->g[a];
            sum->J2[i] += weight * n->dg[k] * n->dg[a];
            sum->I4[i] += weight * d[k] * d[a];
            for (int b = 0; b < FIELDS; b++)
                sum->I3[i][b] += weight * n->dg[k] * n->g[a] * n->x[b];
        }
}

/* The sum over z_a and all later axes; field a depends on z_0 ... z_a. */
static void add_axis(const struct aln_activation *g, const struct aln_s1_fields *f, const double *U,
                     int a, double z[FIELDS], double weight, struct f6_node *n,
                     struct averages *sum)
{
    const bool flat = f->x[a][a] == 0;
    for (int i = flat ? 0 : -REACH; i <= (flat ? 0 : REACH); i++) {
        z[a] = STEP * i;
        const double here = flat ? weight : weight * STEP * exp(-z[a] * z[a] / 2) / sqrt(2 * M_PI);
        n->x[a] = 0;
        for (int d = 0; d <= a; d++)
            n->x[a] += (double)f->x[a][d] * z[d];
        n->g[a] = g->g(n->x[a]);
        n->dg[a] = g->dg(n->x[a]);
        if (a + 1 < FIELDS)
            add_axis(g, f, U, a + 1, z, here, n, sum);
        else
            add_node(n, U, here, sum);
    }
}

static void average_smooth(const struct aln_activation *g, const struct aln_s1_fields *f,
                           const double *U, struct averages *out)
{
    double z[FIELDS] = {0};
    struct f6_node n;
    memset(out, 0, sizeof *out);
    add_axis(g, f, U, 0, z, 1, &n, out);
}

/* ---- leaky-relu ---- */

/* The average of a product of leaky factors: each is a relu's of the field as it is or turned around. */
static double average_bent(double slope, const struct aln_s1_fields *f,
                           const struct aln_s1_average *of)
{
    double sum = 0, error;
    for (unsigned turned = 0; turned < 1u << of->count; turned++) {
        struct aln_s1_fields fields;
        struct aln_s1_average relu = *of;
        double weight = 1;
        for (size_t i = 0; i < of->count; i++) {
            const bool turn = turned >> i & 1, plain = of->of[i].factor == S1_PLAIN;
            for (int d = 0; d < 4; d++)
                fields.x[i][d] = (turn ? -1 : 1) * f->x[of->of[i].field][d];
            relu.of[i].field = i;
            weight *= !turn ? 1 : plain ? 0 : of->of[i].factor == S1_VALUE ? -slope : slope;
        }
        if (weight != 0)
            sum += weight * aln_s1_of_relu(&fields, &relu, &error);
    }
    return sum;
}

static void average_leaky(const struct aln_activation *g, const struct aln_s1_fields *f,
                          const double *U, struct averages *out)
{
    const double slope = g->dg(-1);
    memset(out, 0, sizeof *out);
#define AVERAGE(count, ...)                                                                        \
    average_bent(slope, f, &(struct aln_s1_average){"", count, {__VA_ARGS__}})
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < PAIRS; i++) {
        const size_t k = i / FIELDS, l = i % FIELDS;
        out->I2[i] = AVERAGE(2, {S1_VALUE, k}, {S1_VALUE, l});
        out->J2[i] = AVERAGE(2, {S1_SLOPE, k}, {S1_SLOPE, l});
        for (size_t b = 0; b < FIELDS; b++)
            out->I3[i][b] = AVERAGE(3, {S1_SLOPE, k}, {S1_PLAIN, b}, {S1_VALUE, l});
        for (size_t a = 0; a < FIELDS && k <= l; a++)
            for (size_t b = a; b < FIELDS; b++) {
                const double *u = U + k * FIELDS, *v = U + l * FIELDS;
                out->I4[i] +=
                    (a == b ? u[a] * v[a] : u[a] * v[b] + u[b] * v[a]) *
                    AVERAGE(4, {S1_SLOPE, k}, {S1_SLOPE, l}, {S1_VALUE, a}, {S1_VALUE, b});
            }
    }
#undef AVERAGE
    for (size_t i = 0; i < PAIRS; i++)
        if (i / FIELDS > i % FIELDS)
            out->I4[i] = out->I4[i % FIELDS * FIELDS + i / FIELDS];
}

/* ---- by the library ---- */

static void average_library(const struct aln_activation *g, const double *C, const double *U,
                            double *work, struct averages *out)
{
    for (size_t k = 0; k < FIELDS; k++)
        for (size_t a = 0; a < FIELDS; a++) {
            const double kk = C[k * FIELDS + k], aa = C[a * FIELDS + a], ka = C[k * FIELDS + a];
            const size_t i = k * FIELDS + a;
            out->I2[i] = g->I2(kk, aa, ka);
            out->J2[i] = g->J2(kk, aa, ka);
            for (size_t b = 0; b < FIELDS; b++)
                out->I3[i][b] =
                    C[k * FIELDS + b] * g->A2(kk, aa, ka) + C[a * FIELDS + b] * out->J2[i];
        }
    g->I4(FIELDS, FIELDS, C, U, out->I4, work);
}

static const struct further {
    const char *name;
    void (*average)(const struct aln_activation *g, const struct aln_s1_fields *f, const double *U,
                    struct averages *out);
} further[] = {
    {"tanh", average_smooth}, {"sigmoid", average_smooth}, {"leaky-relu", average_leaky}};
enum { FURTHER = sizeof further / sizeof further[0] };

/* Largest difference of n averages, relative for those above 1; NaN stays. */
static double worst_of(size_t n, const double *have, const double *want)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        const double off = fabs(have[i] - want[i]) / fmax(1, fabs(want[i]));
        worst = off <= worst ? worst : off;
    }
    return worst;
}

/* As in S1; and the slope of a sum of error functions is within ten times its own error, and
 * alternates. */
static double allowed(const struct aln_activation *g)
{
    return 1e-9 + 5 * g->error;
}

static void compare_averages(struct aln_report *r, const struct further *row,
                             const struct aln_activation *g)
{
    static const struct {
        const char *name;
        size_t at, count;
    } parts[] = {{"I2", offsetof(struct averages, I2), PAIRS},
                 {"J2", offsetof(struct averages, J2), PAIRS},
                 {"I3", offsetof(struct averages, I3), PAIRS * FIELDS},
                 {"I4, contracted", offsetof(struct averages, I4), PAIRS}};
    double worst[sizeof parts / sizeof parts[0]] = {0}, U[PAIRS];
    double *work = malloc((1 + g->I4_work(FIELDS, FIELDS)) * sizeof *work);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    if (work == NULL || rng == NULL) {
        aln_raise_memory("averages");
        aln_report_error(r, g->id.name);
    } else {
        gsl_rng_set(rng, 2021);
        for (enum field_kind kind = FREE; kind < KINDS; kind++) {
            const struct aln_s1_fields f = draw_fields(rng, kind);
            struct averages have, want;
            for (size_t i = 0; i < PAIRS; i++)
                U[i] = gsl_ran_flat(rng, -1, 1);
            row->average(g, &f, U, &want);
            average_library(g, f.C, U, work, &have);
            for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
                const double off =
                    worst_of(parts[i].count, (const double *)((const char *)&have + parts[i].at),
                             (const double *)((const char *)&want + parts[i].at));
                worst[i] = off <= worst[i] ? worst[i] : off;
            }
        }
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            char what[96];
            snprintf(what, sizeof what, "%-10s %s: worst error of %zu", g->id.name, parts[i].name,
                     KINDS * parts[i].count);
            aln_report_range(r, what, worst[i], 0, allowed(g));
        }
    }
    gsl_rng_free(rng);
    free(work);
}

/* ---- theory = simulation ---- */

static void compare_runs(struct aln_agreement *agreement, const char *activation, const char *rule,
                         bool with_sgd)
{
    static const struct aln_entries drawn = {.fill = ALN_FILL_STD, .number = 1};
    static const struct aln_entries half = {.fill = ALN_FILL_STD, .number = 0.5};
    struct aln_problem *p = NULL;
    char name[64];
    snprintf(name, sizeof name, "%-10s %-4s", activation, rule);
    const enum aln_status made = aln_claim_generic_problem(&p, activation, rule, 2, &half, &drawn);
    aln_agree_made(agreement, name, made, p, with_sgd);
}

static void further_activations(struct aln_report *r, const struct aln_effort *effort,
                                bool with_sgd)
{
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < FURTHER; i++) {
        const struct aln_activation *g = aln_activation_find(further[i].name);
        if (g == NULL)
            aln_report_skip(r, further[i].name, "activation not in the table");
        else
            compare_averages(r, &further[i], g);
    }
    for (size_t i = 0; i < FURTHER; i++) {
        compare_runs(&agreement, further[i].name, "bp", with_sgd);
        compare_runs(&agreement, further[i].name, "dfa", with_sgd);
    }
    aln_agree_end(&agreement);
}

void aln_claim_f6_quick(struct aln_report *r)
{
    const struct aln_effort effort = {.repeats = {[ALN_ENGINE_CHAIN] = {2000, 1500, 0}}};
    further_activations(r, &effort, false);
}

void aln_claim_f6_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats =
            {[ALN_ENGINE_CHAIN] = {24000, 24000, 8000}, [ALN_ENGINE_SGD] = {4000, 1200, 300}},
    };
    further_activations(r, &effort, true);
}

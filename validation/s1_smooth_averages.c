/* Averages of smooth activations by nested adaptive Gauss-Kronrod quadrature. */
#include <gsl/gsl_integration.h>
#include <math.h>

#include "s1_closed_forms.h"

static double erf_g(double x)
{
    return erf(x * M_SQRT1_2);
}

static double erf_dg(double x)
{
    return M_2_SQRTPI * M_SQRT1_2 * exp(-x * x / 2);
}

/* erf(x/sqrt 2) is the mean sign of x plus unit noise; additional noise only rescales x. */
static double erf_mean(double m, double s2)
{
    return erf(m / sqrt(2 * (1 + s2)));
}

static double linear_g(double x)
{
    return x;
}

static double linear_dg(double x)
{
    (void)x;
    return 1;
}

static double linear_mean(double m, double s2)
{
    (void)s2;
    return m;
}

static double quadratic_g(double x)
{
    return x * x;
}

static double quadratic_dg(double x)
{
    return 2 * x;
}

static double quadratic_mean(double m, double s2)
{
    return m * m + s2;
}

const struct aln_s1_smooth aln_s1_smooth[] = {
    {"erf", erf_g, erf_dg, erf_mean},
    {"linear", linear_g, linear_dg, linear_mean},
    {"quadratic", quadratic_g, quadratic_dg, quadratic_mean},
};
const size_t aln_s1_smooth_count = sizeof aln_s1_smooth / sizeof aln_s1_smooth[0];

/* <g(m + s z)> by the trapezoidal rule, spectrally accurate for entire functions. */
static double mean_of(const struct aln_s1_smooth *g, double m, double s)
{
    double sum = 0;
    if (g->mean != NULL)
        return g->mean(m, s * s);
    for (int i = -55; i <= 55; i++)
        sum += 0.2 * exp(-0.02 * i * i) / sqrt(2 * M_PI) * g->g(m + s * 0.2 * i);
    return sum;
}

/* Beyond EDGE the weight is 8e-20. Inner integrals have tighter tolerances than outer ones, which
 * must not see their errors. */
#define EDGE      9.2
#define TOLERANCE 1e-11
#define RELATIVE  1e-12
#define SHARPER   0.1

enum { LIMIT = 60 };

struct nest {
    const struct aln_s1_smooth *g;
    size_t depth;         /* number of different fields */
    double L[4][4];       /* field i = sum_j L_ij z_j, j <= i */
    unsigned power[4][3]; /* factors of field i, by kind */
    double z[4];          /* variables of the outer integrals */
    double before[4];     /* weights and factors of the fields before i */
    double sum[4];        /* sum_j<i L_ij z_j */
    gsl_integration_workspace *space[4];
    double error;
};

static double inside(struct nest *n, size_t i);

/* The product up to field i at z_i = z, times the integral over the later fields. */
static double at(struct nest *n, size_t i, double z, double weight)
{
    double x = n->sum[i] + n->L[i][i] * z, product = n->before[i] * weight;
    for (unsigned j = 0; j < n->power[i][S1_VALUE]; j++)
        product *= n->g->g(x);
    for (unsigned j = 0; j < n->power[i][S1_SLOPE]; j++)
        product *= n->g->dg(x);
    for (unsigned j = 0; j < n->power[i][S1_PLAIN]; j++)
        product *= x;
    if (i + 1 == n->depth)
        return product;
    n->z[i] = z;
    n->before[i + 1] = product;
    return inside(n, i + 1);
}

struct level {
    struct nest *nest;
    size_t i;
};

static double integrand(double z, void *data)
{
    const struct level *level = data;
    return at(level->nest, level->i, z, exp(-z * z / 2) / sqrt(2 * M_PI));
}

/* The integral over z_i and all later variables. */
static double inside(struct nest *n, size_t i)
{
    n->sum[i] = 0;
    for (size_t j = 0; j < i; j++)
        n->sum[i] += n->L[i][j] * n->z[j];
    if (n->before[i] == 0)
        return 0;
    const unsigned *power = n->power[i];
    if (i + 1 == n->depth && power[S1_SLOPE] == 0 && power[S1_VALUE] + power[S1_PLAIN] == 1) {
        double s = n->L[i][i], m = n->sum[i];
        return n->before[i] * (power[S1_PLAIN] ? m : mean_of(n->g, m, s));
    }
    if (n->L[i][i] == 0)
        return at(n, i, 0, 1);
    struct level level = {n, i};
    gsl_function function = {integrand, &level};
    double value, error, tolerance = TOLERANCE * pow(SHARPER, (double)i);
    int status = gsl_integration_qag(&function, -EDGE, EDGE, tolerance, RELATIVE, LIMIT,
                                     GSL_INTEG_GAUSS61, n->space[i], &value, &error);
    /* round-off close to the tolerance is no failure */
    if (status != 0 && !(error < 100 * fmax(tolerance, RELATIVE * fabs(value))))
        n->error = NAN;
    if (i == 0)
        n->error += error;
    return value;
}

double aln_s1_by_quadrature(const struct aln_s1_smooth *g, const struct aln_s1_fields *fields,
                            const struct aln_s1_average *average, double *error)
{
    unsigned power[S1_FIELDS][3] = {{0}};
    for (size_t i = 0; i < average->count; i++)
        power[average->of[i].field][average->of[i].factor]++;
    /* The integral over a field with a single factor g or x is known; such a field comes last. */
    size_t order[S1_FIELDS], depth = 0, last = S1_FIELDS;
    for (size_t a = 0; a < S1_FIELDS; a++)
        if (power[a][S1_SLOPE] == 0 && power[a][S1_VALUE] + power[a][S1_PLAIN] == 1)
            last = a;
    for (size_t a = 0; a < S1_FIELDS; a++)
        if (a != last && power[a][S1_SLOPE] + power[a][S1_VALUE] + power[a][S1_PLAIN] > 0)
            order[depth++] = a;
    if (last < S1_FIELDS)
        order[depth++] = last;

    struct nest n = {.g = g, .depth = depth};
    long double basis[4][4] = {{0}};
    for (size_t i = 0; i < depth; i++) { /* Gram-Schmidt, twice */
        long double rest[4], part[4] = {0};
        const long double *x = fields->x[order[i]];
        for (int d = 0; d < 4; d++)
            rest[d] = x[d];
        for (int pass = 0; pass < 2; pass++) {
            for (size_t j = 0; j < i; j++) {
                long double along = aln_s1_dot(basis[j], rest);
                part[j] += along;
                for (int d = 0; d < 4; d++)
                    rest[d] -= along * basis[j][d];
            }
        }
        part[i] = sqrtl(aln_s1_dot(rest, rest));
        if (part[i] < 1e-17L)
            part[i] = 0;
        for (int d = 0; d < 4; d++)
            basis[i][d] = part[i] > 0 ? rest[d] / part[i] : 0;
        for (size_t j = 0; j <= i; j++)
            n.L[i][j] = (double)part[j];
        for (int f = 0; f < 3; f++)
            n.power[i][f] = power[order[i]][f];
        n.space[i] = gsl_integration_workspace_alloc(LIMIT);
    }
    n.before[0] = 1;
    double value = inside(&n, 0);
    for (size_t i = 0; i < depth; i++)
        gsl_integration_workspace_free(n.space[i]);
    *error = n.error;
    return value;
}

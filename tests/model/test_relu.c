/* The averages of max(0, x): closed forms and the four-field integral against quadrature over the
 * sphere, for fields at all distances. */
#include <float.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../check_main.h"
#include "model/activation_rows.h"
#include "model/relu_fields.h"

/* ---- <theta_k theta_l a_+ b_+> by quadrature ----
 *
 * Fields x_i . z, z ~ N(0, I_4). In polar coordinates
 *     z = r (cos eta (cos f, sin f), sin eta (cos h, sin h)),
 * where the first plane is that of k and l, r drops out, the integral over h is elementary, and
 * those over eta and f are split at all of their kinks. No code is shared with the library. The
 * vectors are orthonormalised in long double, so that nearly equal ones keep their difference. */
struct cone {
    double g[2][2], h[2][2]; /* a, b in the plane of k, l and in the plane normal to it */
    double u[2];             /* g . (cos f, sin f) */
    gsl_integration_workspace *eta, *f;
};

static int by_value(const void *x, const void *y)
{
    double d = *(const double *)x - *(const double *)y;
    return (d > 0) - (d < 0);
}

static double turn(double angle)
{
    return remainder(angle, 2 * M_PI);
}

/* int dh (A + R cos h)_+ (B + S cos(h - chi))_+ over the circle, R, S >= 0 */
static double over_h(double A, double R, double B, double S, double chi)
{
    double wa = A >= R ? M_PI : A <= -R ? 0 : acos(-A / R);
    double wb = B >= S ? M_PI : B <= -S ? 0 : acos(-B / S);
    double cut[6] = {-M_PI, M_PI, -wa, wa, turn(chi - wb), turn(chi + wb)};
    qsort(cut, 6, sizeof cut[0], by_value);
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        double x = cut[i], y = cut[i + 1], middle = (x + y) / 2;
        if (y <= x || fabs(middle) > wa || fabs(turn(middle - chi)) > wb)
            continue;
        sum += (A * B + R * S * cos(chi) / 2) * (y - x) + A * S * (sin(y - chi) - sin(x - chi)) +
               B * R * (sin(y) - sin(x)) + R * S / 4 * (sin(2 * y - chi) - sin(2 * x - chi));
    }
    return sum;
}

static double over_eta(double eta, void *data)
{
    const struct cone *c = data;
    double R = hypot(c->h[0][0], c->h[0][1]), S = hypot(c->h[1][0], c->h[1][1]);
    double chi = atan2(c->h[1][1], c->h[1][0]) - atan2(c->h[0][1], c->h[0][0]);
    double co = cos(eta), si = sin(eta);
    return co * si * over_h(c->u[0] * co, R * si, c->u[1] * co, S * si, chi);
}

static double between(double (*function)(double, void *), struct cone *c, double *cut, size_t cuts,
                      gsl_integration_workspace *space, double tolerance)
{
    gsl_function integrand = {function, c};
    double sum = 0;
    qsort(cut, cuts, sizeof *cut, by_value);
    for (size_t i = 0; i + 1 < cuts; i++) {
        double value = 0, error;
        if (cut[i + 1] - cut[i] > 1e-12)
            gsl_integration_qags(&integrand, cut[i], cut[i + 1], tolerance, 1e-13, space->limit,
                                 space, &value, &error);
        sum += value;
    }
    return sum;
}

static double over_f(double f, void *data)
{
    struct cone *c = data;
    double cut[5] = {0, M_PI / 2};
    for (int i = 0; i < 2; i++) {
        c->u[i] = c->g[i][0] * cos(f) + c->g[i][1] * sin(f);
        cut[2 + i] = atan2(fabs(c->u[i]), hypot(c->h[i][0], c->h[i][1]));
    }
    double det = c->h[0][0] * c->h[1][1] - c->h[0][1] * c->h[1][0];
    cut[4] = atan2(hypot(c->h[1][1] * c->u[0] - c->h[0][1] * c->u[1], /* a = b = 0 */
                         c->h[0][0] * c->u[1] - c->h[1][0] * c->u[0]),
                   fabs(det));
    return between(over_eta, c, cut, 5, c->eta, 1e-12);
}

static long double inner(const long double *x, const long double *y)
{
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
}

/* Given: vectors of k, l, a, b, of any length. */
static double quadrature(const long double *const x[4])
{
    long double basis[4][4] = {{0}}, part[4][4] = {{0}};
    for (int i = 0; i < 4; i++) { /* Gram-Schmidt, of unit vectors */
        long double rest[4], length = sqrtl(inner(x[i], x[i]));
        for (int d = 0; d < 4; d++)
            rest[d] = x[i][d] / length;
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < i; j++) {
                long double along = inner(basis[j], rest);
                for (int d = 0; d < 4; d++)
                    rest[d] -= along * basis[j][d];
                part[i][j] += along;
            }
        }
        part[i][i] = sqrtl(inner(rest, rest));
        if (part[i][i] < 1e-17L)
            part[i][i] = 0;
        for (int d = 0; d < 4; d++)
            basis[i][d] = part[i][i] > 0 ? rest[d] / part[i][i] : 0;
    }
    struct cone c = {.eta = gsl_integration_workspace_alloc(200),
                     .f = gsl_integration_workspace_alloc(200)};
    for (int i = 0; i < 2; i++) {
        for (int d = 0; d < 2; d++) {
            c.g[i][d] = (double)part[2 + i][d];
            c.h[i][d] = (double)part[2 + i][2 + d];
        }
    }
    double high = M_PI / 2, low = (double)atan2l(part[1][1], part[1][0]) - M_PI / 2;
    /* kinks: zeros of a, of b, of |h_b| a -+ |h_a| b, with layers as thin as h is small */
    double cut[2 + 4 * 13] = {low, high};
    size_t cuts = 2;
    double ha = hypot(c.h[0][0], c.h[0][1]), hb = hypot(c.h[1][0], c.h[1][1]);
    double weight[4][2] = {{1, 0}, {0, 1}, {hb, -ha}, {hb, ha}};
    for (int i = 0; i < 4; i++) {
        double wx = weight[i][0] * c.g[0][0] + weight[i][1] * c.g[1][0];
        double wy = weight[i][0] * c.g[0][1] + weight[i][1] * c.g[1][1];
        for (int n = -6; n <= 6; n++) {
            double layer = n == 0 ? 0 : copysign(pow(10, -abs(n)), n);
            double zero = atan2(wy, wx) + M_PI / 2 + layer;
            zero -= M_PI * ceil((zero - high) / M_PI);
            if (zero > low)
                cut[cuts++] = zero;
        }
    }
    double sum = between(over_f, &c, cut, cuts, c.f, 1e-11);
    gsl_integration_workspace_free(c.eta);
    gsl_integration_workspace_free(c.f);
    double lengths = (double)sqrtl(inner(x[2], x[2]) * inner(x[3], x[3]));
    return lengths * sum * 8 / (4 * M_PI * M_PI); /* <r^2> over the sphere: int r^5 exp(-r^2/2) */
}

/* ---- averages of the library ---- */

enum { FIELDS = 4 };

struct fields {
    long double x[FIELDS][4];
    double C[FIELDS * FIELDS];
};

static void set_covariance(struct fields *fields)
{
    for (int a = 0; a < FIELDS; a++)
        for (int b = 0; b < FIELDS; b++)
            fields->C[a * FIELDS + b] = (double)inner(fields->x[a], fields->x[b]);
}

/* One average <theta_k theta_l a_+ b_+>, extracted from the contraction by weights with single
 * entries. */
static double average(const double *C, size_t k, size_t l, size_t a, size_t b)
{
    double U[FIELDS * FIELDS] = {0}, out[FIELDS * FIELDS], cross;
    U[k * FIELDS + a] = U[l * FIELDS + b] = 1;
    aln_relu_I4(FIELDS, FIELDS, C, U, out, NULL);
    if (k != l || a == b)
        return out[k * FIELDS + l];
    cross = out[k * FIELDS + k]; /* (a,a) + 2 (a,b) + (b,b) */
    U[k * FIELDS + b] = 0;
    aln_relu_I4(FIELDS, FIELDS, C, U, out, NULL);
    cross -= out[k * FIELDS + k];
    U[k * FIELDS + a] = 0;
    U[k * FIELDS + b] = 1;
    aln_relu_I4(FIELDS, FIELDS, C, U, out, NULL);
    return (cross - out[k * FIELDS + k]) / 2;
}

/* The difference in units of |a||b|. */
static double error_of(const struct fields *fields, size_t k, size_t l, size_t a, size_t b)
{
    const long double *const x[4] = {fields->x[k], fields->x[l], fields->x[a], fields->x[b]};
    double unit = sqrt(fields->C[a * FIELDS + a] * fields->C[b * FIELDS + b]);
    return fabs(average(fields->C, k, l, a, b) - quadrature(x)) / unit;
}

static gsl_rng *start(unsigned long seed)
{
    gsl_set_error_handler_off(); /* adaptive integrals may end in round-off, an error to GSL */
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    return rng;
}

/* Random vectors that span `rank` dimensions. */
static struct fields draw(gsl_rng *rng, int rank)
{
    struct fields fields = {0};
    for (int a = 0; a < FIELDS; a++)
        for (int d = 0; d < rank; d++)
            fields.x[a][d] = gsl_ran_gaussian(rng, 1);
    set_covariance(&fields);
    return fields;
}

/* x_p = length (sign x_q/|x_q| + distance n), n a random unit vector normal to x_q. */
static void bring(gsl_rng *rng, struct fields *fields, int p, int q, int sign, long double distance,
                  int rank)
{
    long double *x = fields->x[p], y[4], n[4] = {0},
                size = sqrtl(inner(fields->x[q], fields->x[q]));
    for (int d = 0; d < 4; d++)
        y[d] = fields->x[q][d] / size;
    for (int d = 0; d < rank; d++)
        n[d] = gsl_ran_gaussian(rng, 1);
    for (int pass = 0; pass < 2; pass++) {
        long double along = inner(n, y);
        for (int d = 0; d < 4; d++)
            n[d] -= along * y[d];
    }
    size = sqrtl(inner(n, n));
    long double length = expl(0.5L * gsl_ran_gaussian(rng, 1));
    for (int d = 0; d < 4; d++)
        x[d] = length * (sign * y[d] + distance * n[d] / size);
}

START_TEST(nodes_are_gauss_legendre)
{
    const size_t n = sizeof relu_nodes / sizeof relu_nodes[0];
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(n);
    for (size_t i = 0; i < n; i++) {
        double u, w; /* ascending in u, descending in tau */
        gsl_integration_glfixed_point(0, 1, n - 1 - i, &u, &w, table);
        double angle = M_PI / 2 * u * u * u;
        ck_assert_double_eq_tol(relu_nodes[i].tau, cos(angle), 1e-15);
        ck_assert_double_eq_tol(relu_nodes[i].cotau / sin(angle), 1, 1e-12);
        ck_assert_double_eq_tol(relu_nodes[i].weight / (w * 1.5 * M_PI * u * u * sin(angle)), 1,
                                1e-12);
    }
    gsl_integration_glfixed_table_free(table);
}
END_TEST

/* I2 = <a_+ b_+>; J2 = 2 <theta_k theta_l n_+^2>/|n|^2 with n independent of k and l;
 * c_kb A2 + c_ab J2 = <theta_k x_b a_+> = <theta_k b_+ a_+> - <theta_k (-b)_+ a_+>. */
START_TEST(two_fields)
{
    gsl_rng *rng = start(1);
    for (int trial = 0; trial < 40; trial++) {
        struct fields f = draw(rng, 3);
        if (trial >= 20)
            bring(rng, &f, 1, 0, trial % 2 ? 1 : -1, powl(10, -(trial - 20) / 3), 3);
        set_covariance(&f);
        const long double *k = f.x[0], *a = f.x[1], *b = f.x[2], n[4] = {0, 0, 0, 1};
        long double minus_b[4] = {-b[0], -b[1], -b[2], -b[3]};
        double ckk = f.C[0], caa = f.C[FIELDS + 1], cka = f.C[1], ckb = f.C[2],
               cab = f.C[FIELDS + 2];
        double unit = sqrt(caa * f.C[2 * FIELDS + 2]);
        const long double *const I2[] = {k, a, k, a}, *const J2[] = {k, a, n, n};
        const long double *const plus[] = {k, k, a, b}, *const minus[] = {k, k, a, minus_b};
        double I3 = ckb * aln_relu_A2(ckk, caa, cka) + cab * aln_relu_J2(ckk, caa, cka);
        ck_assert_double_eq_tol(aln_relu_I2(ckk, caa, cka), quadrature(I2),
                                1e-11 * sqrt(ckk * caa));
        ck_assert_double_eq_tol(aln_relu_J2(ckk, caa, cka), 2 * quadrature(J2), 1e-9);
        ck_assert_double_eq_tol(I3, quadrature(plus) - quadrature(minus), 1e-9 * unit);
    }
    gsl_rng_free(rng);
}
END_TEST

/* Every pattern of equal and different indices, random fields in 2, 3 and 4 dimensions. Measured,
 * from round-off and 32 nodes: at most 2e-12. */
START_TEST(random_fields)
{
    gsl_rng *rng = start(2);
    double worst = 0;
    for (int rank = 2; rank <= 4; rank++) {
        struct fields f = draw(rng, rank);
        for (size_t k = 0; k < FIELDS; k++)
            for (size_t l = k; l < FIELDS; l++)
                for (size_t a = 0; a < FIELDS; a++)
                    for (size_t b = a; b < FIELDS; b++)
                        worst = fmax(worst, error_of(&f, k, l, a, b));
    }
    printf("random fields, all index patterns: %.1e\n", worst);
    ck_assert_double_lt(worst, 1e-11);
    gsl_rng_free(rng);
}
END_TEST

/* Which fields are brought close to which, and the average that is then checked. */
static const struct {
    const char *name;
    int pairs, near[3][3]; /* p, q, sign of x_p = sign x_q + distance */
    size_t index[4];       /* k, l, a, b */
} clusters[] = {
    {"k l", 1, {{1, 0, 1}}, {0, 1, 2, 3}},
    {"a b", 1, {{3, 2, 1}}, {0, 1, 2, 3}},
    {"k a", 1, {{2, 0, 1}}, {0, 1, 2, 3}},
    {"k l, a b", 2, {{1, 0, 1}, {3, 2, 1}}, {0, 1, 2, 3}},
    {"k a, l b", 2, {{2, 0, 1}, {3, 1, 1}}, {0, 1, 2, 3}},
    {"k l a", 2, {{1, 0, 1}, {2, 0, 1}}, {0, 1, 2, 3}},
    {"k a b", 2, {{2, 0, 1}, {3, 0, 1}}, {0, 1, 2, 3}},
    {"k l a b", 3, {{1, 0, 1}, {2, 0, 1}, {3, 0, 1}}, {0, 1, 2, 3}},
    {"k -l", 1, {{1, 0, -1}}, {0, 1, 2, 3}},
    {"k -a", 1, {{2, 0, -1}}, {0, 1, 2, 3}},
    {"k l, a -b", 2, {{1, 0, 1}, {3, 2, -1}}, {0, 1, 2, 3}},
    {"k a, l -b", 2, {{2, 0, 1}, {3, 1, -1}}, {0, 1, 2, 3}},
    {"kkab: k a", 1, {{2, 0, 1}}, {0, 0, 2, 3}},
    {"kkab: a b", 1, {{3, 2, 1}}, {0, 0, 2, 3}},
    {"kkab: k a b", 2, {{2, 0, 1}, {3, 0, 1}}, {0, 0, 2, 3}},
    {"klaa: k l", 1, {{1, 0, 1}}, {0, 1, 2, 2}},
    {"klaa: k -l", 1, {{1, 0, -1}}, {0, 1, 2, 2}},
    {"klaa: k a", 1, {{2, 0, 1}}, {0, 1, 2, 2}},
    {"klaa: k l a", 2, {{1, 0, 1}, {2, 0, 1}}, {0, 1, 2, 2}},
    {"klkb: k l", 1, {{1, 0, 1}}, {0, 1, 0, 3}},
    {"klkb: l b", 1, {{3, 1, 1}}, {0, 1, 0, 3}},
    {"klkl: k l", 1, {{1, 0, 1}}, {0, 1, 0, 1}},
    {"kkaa: k a", 1, {{2, 0, 1}}, {0, 0, 2, 2}},
};

static double cluster_error(gsl_rng *rng, size_t i, long double distance, int rank)
{
    struct fields f = draw(rng, rank);
    for (int p = 0; p < clusters[i].pairs; p++)
        bring(rng, &f, clusters[i].near[p][0], clusters[i].near[p][1], clusters[i].near[p][2],
              distance, rank);
    set_covariance(&f);
    const size_t *n = clusters[i].index;
    return error_of(&f, n[0], n[1], n[2], n[3]);
}

/* Distances 1 ... 1e-6, in four, three and two dimensions. Only J2 has the condition number
 * 1/distance: rounding covariances to epsilon leaves it undetermined by epsilon/distance. Measured:
 * 9e-12, from the 32 nodes. */
START_TEST(near_fields)
{
    gsl_rng *rng = start(3);
    for (size_t i = 0; i < sizeof clusters / sizeof clusters[0]; i++) {
        printf("%-12s", clusters[i].name);
        for (int decade = 0; decade <= 6; decade++) {
            double distance = pow(10, -decade), worst = 0;
            for (int rank = 2; rank <= 4; rank++)
                worst = fmax(worst, cluster_error(rng, i, distance, rank));
            printf(" %.1e", worst);
            ck_assert_msg(worst < 2e-11 + 2 * DBL_EPSILON / distance, "%s, distance %g: error %g",
                          clusters[i].name, distance, worst);
        }
        printf("\n");
    }
    gsl_rng_free(rng);
}
END_TEST

/* The same at distance 0: parallel and antiparallel fields of different lengths. Rounded products
 * of their lengths must not be taken for a distance of 1e-8. */
START_TEST(parallel_fields)
{
    gsl_rng *rng = start(4);
    double worst = 0;
    for (size_t i = 0; i < sizeof clusters / sizeof clusters[0]; i++)
        for (int trial = 0; trial < 9; trial++)
            worst = fmax(worst, cluster_error(rng, i, 0, 2 + trial % 3));
    for (int trial = 0; trial < 20; trial++) { /* all of them parallel */
        struct fields f = draw(rng, 1);
        worst = fmax(worst, error_of(&f, 0, 1, 2, 3));
    }
    printf("parallel fields: %.1e\n", worst);
    ck_assert_double_lt(worst, 2e-11);
    gsl_rng_free(rng);
}
END_TEST

/* a = k rotated by d towards an independent direction: the four-field integral approaches the
 * closed form of three fields, and the difference scales as d^2. */
START_TEST(four_fields_meet_three)
{
    gsl_rng *rng = start(5);
    double difference[3];
    struct fields f = draw(rng, 3);
    for (int i = 0; i < 3; i++) {
        double d = pow(10, -1 - i);
        for (int j = 0; j < 3; j++)
            f.x[2][j] = f.x[0][j] * cos(d);
        f.x[2][3] = sqrtl(inner(f.x[0], f.x[0])) * sin(d);
        set_covariance(&f);
        difference[i] = fabs(average(f.C, 0, 1, 2, 3) - average(f.C, 0, 1, 0, 3));
    }
    ck_assert_double_gt(difference[2], 1e-7);
    ck_assert_double_eq_tol(difference[0] / difference[1], 100, 10);
    ck_assert_double_eq_tol(difference[1] / difference[2], 100, 2);
    gsl_rng_free(rng);
}
END_TEST

START_TEST(identities)
{
    gsl_rng *rng = start(6);
    for (int trial = 0; trial < 20; trial++) {
        struct fields f = draw(rng, 4);
        const double *C = f.C;
        ck_assert_double_eq_tol(average(C, 0, 0, 0, 0), C[0] / 2, 1e-15 * C[0]);
        ck_assert_double_eq(average(C, 0, 1, 0, 1), aln_relu_I2(C[0], C[5], C[1]));
        /* sum over the signs of l: theta_l + theta_(-l) = 1 */
        double both = average(C, 0, 1, 2, 3);
        for (int d = 0; d < 4; d++)
            f.x[1][d] = -f.x[1][d];
        set_covariance(&f);
        both += average(C, 0, 1, 2, 3);
        double unit = sqrt(C[10] * C[15]);
        ck_assert_double_eq_tol(both / unit, average(C, 0, 0, 2, 3) / unit, 1e-11);
        /* the integral is not symmetric in the order of the indices; the average is */
        ck_assert_double_eq_tol(average(C, 0, 1, 2, 3) / unit, average(C, 1, 0, 3, 2) / unit,
                                1e-13);
    }
    gsl_rng_free(rng);
}
END_TEST

/* out_kl = sum_ab U_ka U_lb <...>, term by term. */
START_TEST(contraction)
{
    enum { K = 3 };
    gsl_rng *rng = start(7);
    struct fields f = draw(rng, 4);
    double U[K * FIELDS], out[K * K], expected, size;
    for (int i = 0; i < K * FIELDS; i++)
        U[i] = gsl_ran_gaussian(rng, 1);
    U[1] = 0;
    ck_assert_uint_eq(aln_relu_I4_work(FIELDS, K), 0);
    aln_relu_I4(FIELDS, K, f.C, U, out, NULL);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++) {
            expected = size = 0;
            for (size_t a = 0; a < FIELDS; a++) {
                for (size_t b = 0; b < FIELDS; b++) {
                    double term = U[k * FIELDS + a] * U[l * FIELDS + b] * average(f.C, k, l, a, b);
                    expected += term;
                    size += fabs(term);
                }
            }
            ck_assert_double_eq_tol(out[k * K + l], expected, 1e-13 * size);
        }
    }
    gsl_rng_free(rng);
}
END_TEST

/* Without weights theta_k is undefined: the result is NaN, as for a NaN covariance. A teacher unit
 * without weights contributes 0. */
START_TEST(zero_fields)
{
    gsl_rng *rng = start(8);
    struct fields f = draw(rng, 4), g = f;
    memset(f.x[0], 0, sizeof f.x[0]);
    memset(g.x[3], 0, sizeof g.x[3]);
    set_covariance(&f);
    set_covariance(&g);
    ck_assert_double_nan(aln_relu_A2(f.C[0], f.C[10], f.C[2]));
    for (size_t l = 0; l < FIELDS; l++)
        for (size_t a = 0; a < FIELDS; a++)
            for (size_t b = a; b < FIELDS; b++)
                ck_assert_double_nan(average(f.C, 0, l, a, b));
    ck_assert_double_eq(aln_relu_I2(g.C[0], 0, 0), 0);
    ck_assert_double_eq(aln_relu_A2(g.C[0], 0, 0), 0);
    for (size_t k = 0; k < 3; k++)
        for (size_t l = k; l < 3; l++)
            for (size_t a = 0; a < FIELDS; a++)
                ck_assert_double_eq(average(g.C, k, l, a, 3), 0);
    g.C[2] = g.C[2 * FIELDS] = NAN;
    ck_assert_double_nan(average(g.C, 0, 1, 2, 2));
    f = draw(rng, 4);
    f.C[1 * FIELDS + 2] = f.C[2 * FIELDS + 1] = NAN;
    ck_assert_double_nan(average(f.C, 0, 1, 2, 3));
    ck_assert_double_nan(average(f.C, 0, 0, 1, 2));
    gsl_rng_free(rng);
}
END_TEST

/* Plain sampling: two-sided 4 s.e. at 30 values, error probability 2e-3 over all seeds. */
START_TEST(sampling)
{
    enum { SAMPLES = 200000 };
    gsl_rng *rng = start(9);
    for (int trial = 0; trial < 3; trial++) {
        struct fields f = draw(rng, 4);
        double sum[10] = {0}, square[10] = {0};
        for (int n = 0; n < SAMPLES; n++) {
            double z[4], x[FIELDS];
            for (int d = 0; d < 4; d++)
                z[d] = gsl_ran_gaussian_ziggurat(rng, 1);
            for (int a = 0; a < FIELDS; a++) {
                x[a] = 0;
                for (int d = 0; d < 4; d++)
                    x[a] += (double)f.x[a][d] * z[d];
            }
            for (int a = 0, i = 0; a < FIELDS; a++) {
                for (int b = a; b < FIELDS; b++, i++) {
                    double y =
                        aln_relu_dg(x[0]) * aln_relu_dg(x[1]) * aln_relu_g(x[a]) * aln_relu_g(x[b]);
                    sum[i] += y;
                    square[i] += y * y;
                }
            }
        }
        for (size_t a = 0, i = 0; a < FIELDS; a++) {
            for (size_t b = a; b < FIELDS; b++, i++) {
                double mean = sum[i] / SAMPLES;
                double se = sqrt((square[i] / SAMPLES - mean * mean) / SAMPLES);
                ck_assert_double_eq_tol(mean, average(f.C, 0, 1, a, b), 4 * se);
            }
        }
    }
    gsl_rng_free(rng);
}
END_TEST

/* ---- the library's own functions ---- */

static bool same_bits(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

/* The stated errors, 2.5 ulp and 3e-16, beside the C library's long double; in vectors the bits are the same. */
START_TEST(angles)
{
    static const double special[] = {0, -0.0, 1, -1, 0x1p-1000, -0x1p-1000, NAN};
    enum { SPECIAL = sizeof special / sizeof special[0], DRAWN = 200000 };
    gsl_rng *rng = start(10);
    for (size_t i = 0; i < SPECIAL * SPECIAL + DRAWN; i++) {
        double y = special[i / SPECIAL % SPECIAL], x = special[i % SPECIAL];
        if (i >= SPECIAL * SPECIAL) {
            y = ldexp(gsl_ran_flat(rng, -1, 1), -(int)(i % 60));
            x = i % 3 == 0 ? gsl_ran_flat(rng, -1, 1) : y * gsl_ran_flat(rng, -1, 1);
        }
        const lanes wide_y = {y, y}, wide_x = {x, x};
        lanes wide, wide_sine, wide_cosine;
        const double ours = aln_angle(y, x);
        lanes_angle(&wide_y, &wide_x, &wide);
        ck_assert_msg(same_bits(ours, wide[1]), "angle(%.17g, %.17g)", y, x);
        const double turn = 12 * x;
        const lanes wide_turn = {turn, turn};
        double sine, cosine;
        aln_angle_sides(turn, &sine, &cosine);
        lanes_sides(&wide_turn, &wide_sine, &wide_cosine);
        ck_assert_msg(same_bits(sine, wide_sine[0]) && same_bits(cosine, wide_cosine[1]),
                      "sides(%.17g)", turn);
        if (isnan(y) || isnan(x)) {
            ck_assert_double_nan(ours);
            continue;
        }
        /* -0 counts as 0, not as left of it */
        const long double exact = atan2l((long double)y, x == 0 ? 0.0L : (long double)x);
        const double size = fabs((double)exact), ulp = nextafter(size, INFINITY) - size;
        ck_assert_msg(fabsl((long double)ours - exact) <= 2.5L * (long double)ulp,
                      "angle(%.17g, %.17g) is %.17g", y, x, ours);
        ck_assert_double_eq_tol(sine, (double)sinl((long double)turn), 3e-16);
        ck_assert_double_eq_tol(cosine, (double)cosl((long double)turn), 3e-16);
    }
    gsl_rng_free(rng);
}
END_TEST

/* Nodes in the vectors of each instruction set against node by node. */
START_TEST(kernels)
{
    enum { NUMBERS = sizeof(struct aln_relu_integrand) / sizeof(double) };
    gsl_rng *rng = start(11);
    for (int trial = 0; trial < 2000; trial++) {
        double numbers[NUMBERS];
        struct aln_relu_integrand q;
        for (size_t i = 0; i < NUMBERS; i++)
            numbers[i] = gsl_ran_flat(rng, -1, 1);
        memcpy(&q, numbers, sizeof q);
        q.gap1 = fabs(q.gap1);
        q.gap2 = fabs(q.gap2);
        for (int i = 0; i < 4; i++)
            q.gap[i / 2][i % 2] = fabs(q.gap[i / 2][i % 2]);
        const double twin = aln_relu_integral(&q);
        ck_assert(isfinite(twin) && same_bits(twin, aln_relu_integral_plain(&q)));
#if ALN_ISA_X86
        if (aln_isa_best() >= ALN_ISA_AVX2)
            ck_assert(same_bits(twin, aln_relu_integral_avx2(&q)));
        if (aln_isa_best() >= ALN_ISA_AVX512)
            ck_assert(same_bits(twin, aln_relu_integral_avx512(&q)));
#endif
    }
    gsl_rng_free(rng);
}
END_TEST

CHECK_MAIN("model/relu", angles, kernels, nodes_are_gauss_legendre, two_fields, random_fields,
           near_fields, parallel_fields, four_fields_meet_three, identities, contraction,
           zero_fields, sampling)

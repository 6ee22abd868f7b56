/* Averages of g(x) = max(0, x), as products of x_i^n theta(x_i).
 *
 * Integration by parts, <x_y f> = sum_m c_ym <df/dx_m>, removes one power; a step becomes
 * delta(x_m), which projects all other fields onto the plane x_m = 0. What remains are orthant
 * probabilities. For up to three fields these are spherical angles. For four, let f be the angle in
 * the plane of the first two. For each f between their zeros the others cut a spherical triangle
 * out of the half-space around that direction e; with the radius integrated out, the probability is
 * 1/(2 pi^2) int df J(f), J = int n.e over the triangle. By Stokes' theorem J is half the sum over
 * the edges of length times inward normal, times e. This leaves one adaptive quadrature over f. */
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "s1_closed_forms.h"

#define PI 3.14159265358979323846264338327950288L
/* Unit vectors closer than this count as parallel. */
#define SAME 1e-16L

enum { LIMIT = 400, SHARPEST = 9 };

struct factor {
    long double x[4];
    unsigned power;
};

struct work {
    gsl_integration_workspace *space;
    double error; /* error estimate of all quadratures */
};

long double aln_s1_dot(const long double *x, const long double *y)
{
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
}

static long double angle(const long double *x, const long double *y)
{
    long double apart = 0, along = 0;
    for (int d = 0; d < 4; d++) {
        apart += (x[d] - y[d]) * (x[d] - y[d]);
        along += (x[d] + y[d]) * (x[d] + y[d]);
    }
    return 2 * atan2l(sqrtl(apart), sqrtl(along));
}

/* ---- the orthant of four fields ---- */

/* The third and fourth field: components in the plane of the first two (u) and normal to it (h). */
struct triangle {
    long double u[2][2], hh[2]; /* |h|^2 */
    long double h1h2, det;
};

static double over_angle(double f, void *data)
{
    const struct triangle *t = data;
    long double along[2], length[2], edge[2];
    for (int i = 0; i < 2; i++) {
        along[i] = t->u[i][0] * cosl(f) + t->u[i][1] * sinl(f);
        length[i] = sqrtl(along[i] * along[i] + t->hh[i]);
    }
    for (int i = 0; i < 2; i++)
        edge[i] = PI - atan2l(length[i] * t->det, t->hh[i] * along[1 - i] - t->h1h2 * along[i]);
    long double base = PI - atan2l(t->det, t->h1h2);
    return (double)((base + edge[0] * along[0] / length[0] + edge[1] * along[1] / length[1]) / 2);
}

static int ascending(const void *x, const void *y)
{
    double d = *(const double *)x - *(const double *)y;
    return (d > 0) - (d < 0);
}

/* The angle in (high - pi, high] at which u0 cos f + u1 sin f = 0. */
static double zero_of(long double u0, long double u1, double high)
{
    double zero = (double)(atan2l(u1, u0) + PI / 2);
    return zero - M_PI * ceil((zero - high) / M_PI);
}

static long double orthant_of_four(const struct factor *f, struct work *work)
{
    long double basis[4][4] = {{0}}, part[4][4] = {{0}};
    for (int i = 0; i < 4; i++) {
        long double rest[4];
        for (int d = 0; d < 4; d++)
            rest[d] = f[i].x[d];
        for (int pass = 0; pass < 2; pass++) {
            for (int j = 0; j < i; j++) {
                long double along = aln_s1_dot(basis[j], rest);
                part[i][j] += along;
                for (int d = 0; d < 4; d++)
                    rest[d] -= along * basis[j][d];
            }
        }
        part[i][i] = sqrtl(aln_s1_dot(rest, rest));
        for (int d = 0; d < 4; d++)
            basis[i][d] = part[i][i] > 0 ? rest[d] / part[i][i] : 0;
    }
    /* A field within the span of the others is the limit of fields near it. */
    for (int i = 2; i < 4; i++)
        if (part[i][i] == 0)
            part[i][i] = 1e-30L;
    struct triangle t = {
        .u = {{part[2][0], part[2][1]}, {part[3][0], part[3][1]}},
        .hh = {part[2][2] * part[2][2], part[3][2] * part[3][2] + part[3][3] * part[3][3]},
        .h1h2 = part[2][2] * part[3][2],
        .det = part[2][2] * part[3][3],
    };
    double high = M_PI_2, low = (double)(atan2l(part[1][1], part[1][0]) - PI / 2);
    /* J has a kink where one of the two fields or the cosine of an edge is zero, sharper the nearer
     * a field is to the plane. The interval is cut at all distances from these points. */
    double cut[2 + 4 * (4 * SHARPEST + 3)] = {low, high};
    size_t cuts = 2;
    const long double weight[4][2] = {{1, 0}, {0, 1}, {-t.h1h2, t.hh[0]}, {t.hh[1], -t.h1h2}};
    for (int i = 0; i < 4; i++) {
        double zero = zero_of(weight[i][0] * t.u[0][0] + weight[i][1] * t.u[1][0],
                              weight[i][0] * t.u[0][1] + weight[i][1] * t.u[1][1], high);
        for (int n = -2 * SHARPEST - 1; n <= 2 * SHARPEST + 1; n++) {
            /* around zero, then around zero + pi, which may lie just beyond an end */
            int power = abs(n) % (SHARPEST + 1);
            double near = zero + (abs(n) > SHARPEST ? M_PI : 0);
            near += power == 0 ? 0 : copysign(pow(10, -power), n);
            if (near > low && near < high)
                cut[cuts++] = near;
        }
    }
    qsort(cut, cuts, sizeof cut[0], ascending);
    gsl_function integrand = {over_angle, &t};
    double sum = 0;
    for (size_t i = 0; i + 1 < cuts; i++) {
        double value = 0, error = 0;
        if (cut[i + 1] > cut[i])
            gsl_integration_qag(&integrand, cut[i], cut[i + 1], 1e-14, 1e-13, LIMIT,
                                GSL_INTEG_GAUSS21, work->space, &value, &error);
        sum += value;
        work->error += error / (2 * M_PI * M_PI);
    }
    return sum / (2 * PI * PI);
}

/* The probability that the fields of `count` unit vectors are all positive. */
static long double orthant(size_t count, const struct factor *f, struct work *work)
{
    long double turned = 0;
    if (count == 4)
        return orthant_of_four(f, work);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            turned += PI - angle(f[i].x, f[j].x);
    return count == 0   ? 1
           : count == 1 ? 0.5L
           : count == 2 ? turned / (2 * PI)
                        : (turned - PI) / (4 * PI); /* a triangle's angles exceed pi by its area */
}

/* ---- integration by parts ---- */

static long double average_of(size_t count, const struct factor *factors, struct work *work);

/* <delta(x_m) prod_i x_i^n_i theta_i>, i != m, |x_m| = 1 */
static long double on_plane(size_t count, const struct factor *f, size_t m, struct work *work)
{
    struct factor rest[4];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == m)
            continue;
        rest[n] = f[i];
        for (int pass = 0; pass < 2; pass++) {
            long double along = aln_s1_dot(rest[n].x, f[m].x);
            for (int d = 0; d < 4; d++)
                rest[n].x[d] -= along * f[m].x[d];
        }
        n++;
    }
    return average_of(n, rest, work) / sqrtl(2 * PI);
}

/* <prod_i x_i^n_i theta_i> */
static long double average_of(size_t count, const struct factor *factors, struct work *work)
{
    struct factor f[4];
    size_t n = 0;
    long double scale = 1;
    for (size_t i = 0; i < count; i++) {
        long double length = sqrtl(aln_s1_dot(factors[i].x, factors[i].x));
        if (length == 0)
            return factors[i].power > 0 ? 0 : NAN;
        struct factor unit = {.power = factors[i].power};
        for (int d = 0; d < 4; d++)
            unit.x[d] = factors[i].x[d] / length;
        for (unsigned j = 0; j < unit.power; j++)
            scale *= length;
        bool merged = false;
        for (size_t j = 0; j < n && !merged; j++) {
            long double between = angle(f[j].x, unit.x);
            if (between > PI - SAME)
                return 0;
            merged = between < SAME;
            f[j].power += merged ? unit.power : 0;
        }
        if (!merged)
            f[n++] = unit;
    }
    size_t y = 0;
    while (y < n && f[y].power == 0)
        y++;
    if (y == n)
        return scale * orthant(n, f, work);
    f[y].power--;
    long double sum = 0;
    for (size_t m = 0; m < n; m++) {
        long double c = aln_s1_dot(f[y].x, f[m].x);
        if (f[m].power == 0) {
            sum += c * on_plane(n, f, m, work);
        } else {
            f[m].power--;
            sum += c * (f[m].power + 1) * average_of(n, f, work);
            f[m].power++;
        }
    }
    return scale * sum;
}

double aln_s1_of_relu(const struct aln_s1_fields *fields, const struct aln_s1_average *average,
                      double *error)
{
    struct work work = {.space = gsl_integration_workspace_alloc(LIMIT)};
    struct factor f[4] = {{.power = 0}};
    size_t plain = 4;
    for (size_t i = 0; i < average->count; i++) {
        f[i].power = average->of[i].factor != S1_SLOPE;
        if (average->of[i].factor == S1_PLAIN)
            plain = i;
        for (int d = 0; d < 4; d++)
            f[i].x[d] = fields->x[average->of[i].field][d];
    }
    long double sum = average_of(average->count, f, &work);
    if (plain < 4) { /* x = x theta(x) - (-x) theta(-x) */
        for (int d = 0; d < 4; d++)
            f[plain].x[d] = -f[plain].x[d];
        sum -= average_of(average->count, f, &work);
    }
    gsl_integration_workspace_free(work.space);
    *error = work.error;
    return (double)sum;
}

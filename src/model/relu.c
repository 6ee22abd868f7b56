/* g(x) = max(0, x). Averages of two and three fields have closed forms; those of four different
 * fields contain an orthant probability without an elementary form, computed as an exact
 * one-dimensional integral.
 *
 * No expression divides by the distance between two fields: with D_ab = c_aa c_bb - c_ab^2 the
 * angle of a and b is that of the point (c_ab, sqrt D_ab), so fields that nearly coincide lose no
 * accuracy.
 * Sources: Cho & Saul, NeurIPS 2009 (two fields); Plackett, Biometrika 41 (1954) 351 (the
 *          integral). */
#include <float.h>
#include <math.h>

#include "base/isa.h"
#include "model/activation_rows.h"
#include "model/angle.h"
#include "model/contract.h"
#include "model/relu.h"
#include "model/relu_nodes.h"

#define PI       ALN_RELU_PI
#define PARALLEL ALN_RELU_PARALLEL

/* ---- functions, which version 0.1.0 had from the C library ---- */

static double arc_tangent(double y, double x)
{
    return aln_isa_first() ? atan2(y, x) : aln_angle(y, x);
}

static void sides(double angle, double *sine, double *cosine)
{
    if (aln_isa_first()) {
        *sine = sin(angle);
        *cosine = cos(angle);
    } else {
        aln_angle_sides(angle, sine, cosine);
    }
}

static double length(double x, double y)
{
    return aln_isa_first() ? hypot(x, y) : sqrt(x * x + y * y);
}

/* ---- averages ---- */

double aln_relu_g(double x)
{
    return x > 0 ? x : 0;
}

double aln_relu_dg(double x)
{
    return x > 0 ? 1 : 0;
}

double aln_relu_root_D(double caa, double cbb, double cab)
{
    double D = caa * cbb - cab * cab;
    return D <= PARALLEL * caa * cbb ? 0 : sqrt(D);
}

/* asin of the correlation, 0 where a variance is 0. */
static double angle(double caa, double cbb, double cab)
{
    return cab == 0 ? 0 : arc_tangent(cab, aln_relu_root_D(caa, cbb, cab));
}

double aln_relu_I2(double caa, double cbb, double cab)
{
    return (aln_relu_root_D(caa, cbb, cab) + cab * (PI / 2 + angle(caa, cbb, cab))) / (2 * PI);
}

double aln_relu_J2(double ckk, double cll, double ckl)
{
    return 0.25 + angle(ckk, cll, ckl) / (2 * PI);
}

/* <delta(k) a_+>; undefined for a unit without weights (c_kk = 0). */
double aln_relu_A2(double ckk, double caa, double cka)
{
    return aln_relu_root_D(ckk, caa, cka) / (2 * PI * ckk);
}

/* <theta_p y_+^2> */
static double step_square(double cpp, double cyy, double cpy)
{
    return cyy * aln_relu_J2(cpp, cyy, cpy) + cpy * aln_relu_A2(cpp, cyy, cpy);
}

/* Orthant probability of three fields. */
static double orthant(double cpp, double cyy, double cww, double cpy, double cpw, double cyw)
{
    return 0.125 + (angle(cpp, cyy, cpy) + angle(cpp, cww, cpw) + angle(cyy, cww, cyw)) / (4 * PI);
}

/* <theta_p y_+ w_+>, three different fields. */
static double step_two(size_t P, const double *C, size_t p, size_t y, size_t w)
{
    double cpp = C[p * P + p], cyy = C[y * P + y], cww = C[w * P + w];
    double cpy = C[p * P + y], cpw = C[p * P + w], cyw = C[y * P + w];
    return cyw * orthant(cpp, cyy, cww, cpy, cpw, cyw) +
           (cpy / cpp * aln_relu_root_D(cpp, cww, cpw) +
            cpw / cpp * aln_relu_root_D(cpp, cyy, cpy) + aln_relu_root_D(cyy, cww, cyw)) /
               (4 * PI);
}

/* <theta_k theta_l y_+^2>, three different fields. With r_k = c_yk/sqrt c_kk and the correlation
 * rho of k and l, the part that looks singular at rho = +-1 is (2 r_k r_l - rho (r_k^2 +
 * r_l^2))/sqrt(1 - rho^2). */
static double two_steps_square(size_t P, const double *C, size_t k, size_t l, size_t y)
{
    double ckk = C[k * P + k], cll = C[l * P + l], cyy = C[y * P + y];
    double ckl = C[k * P + l], cky = C[k * P + y], cly = C[l * P + y];
    double D = aln_relu_root_D(ckk, cll, ckl), size = sqrt(ckk * cll);
    double rk = cky / sqrt(ckk), rl = cly / sqrt(cll), rho = ckl / size;
    double apart = rho > 0 ? rk - rl : rk + rl; /* small where k and l are nearly (anti)parallel */
    double near = 2 * rk * rl * D / (size + fabs(ckl));
    if (D > 0)
        near -= rho * apart * apart * size / D;
    return cyy * orthant(ckk, cll, cyy, ckl, cky, cly) +
           (cky / ckk * aln_relu_root_D(ckk, cyy, cky) +
            cly / cll * aln_relu_root_D(cll, cyy, cly) + near) /
               (4 * PI);
}

/* Four different fields k, l, a, b up to their lengths. The unit vectors along k and l lie in one
 * plane at the angles alpha and alpha + theta, those along a and b in another at beta and beta +
 * phi. Axis m of one plane has the scalar product c_m with axis m of the other, and 0 with the
 * other axis (canonical correlations). Every covariance matrix has this form, and scaling its block
 * between {k, l} and {a, b} by tau only scales c_1 and c_2. */
struct quartet {
    double theta, phi, alpha, beta, c1, c2; /* c1 >= |c2| */
};

/* Finds four vectors x_i with the scalar products r_ij by a pivoted Cholesky decomposition, exact
 * up to round-off in r whatever its rank. All that follows is computed from these vectors, so that
 * all angles belong to the same r. Overwrites r. */
static void realise(double r[4][4], double x[4][4])
{
    for (int step = 0; step < 4; step++) {
        int pivot = 0;
        for (int i = 1; i < 4; i++)
            if (r[i][i] > r[pivot][pivot])
                pivot = i;
        double size = r[pivot][pivot] > PARALLEL ? sqrt(r[pivot][pivot]) : 0;
        for (int i = 0; i < 4; i++)
            x[i][step] = size > 0 ? r[i][pivot] / size : 0;
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                r[i][j] -= x[i][step] * x[j][step];
    }
}

static double dot(const double *x, const double *y)
{
    return x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
}

/* Orthonormal e1, e2 from x and y, e2 = 0 if they are parallel. Returns the angle between x, y. */
static double orthonormalise(const double *x, const double *y, double e1[4], double e2[4])
{
    double size = sqrt(dot(x, x)), along = 0;
    for (int d = 0; d < 4; d++) {
        e1[d] = x[d] / size;
        e2[d] = y[d];
    }
    for (int pass = 0; pass < 2; pass++) {
        double part = dot(e1, e2);
        for (int d = 0; d < 4; d++)
            e2[d] -= part * e1[d];
        along += part;
    }
    double across = sqrt(dot(e2, e2));
    if (across * across <= PARALLEL)
        across = 0;
    for (int d = 0; d < 4; d++)
        e2[d] = across > 0 ? e2[d] / across : 0;
    return arc_tangent(across, along);
}

static struct quartet decompose(double x[4][4])
{
    double e[2][4], f[2][4], G[2][2];
    struct quartet q;
    q.theta = orthonormalise(x[0], x[1], e[0], e[1]);
    q.phi = orthonormalise(x[2], x[3], f[0], f[1]);
    for (int m = 0; m < 2; m++)
        for (int n = 0; n < 2; n++)
            G[m][n] = dot(e[m], f[n]);
    /* singular values of G, and the sum and difference of its two rotation angles */
    double sum = arc_tangent(-(G[0][1] + G[1][0]), G[0][0] - G[1][1]);
    double difference = arc_tangent(G[0][1] - G[1][0], G[0][0] + G[1][1]);
    double plus = length(G[0][1] - G[1][0], G[0][0] + G[1][1]);
    double minus = length(G[0][1] + G[1][0], G[0][0] - G[1][1]);
    q.alpha = (sum + difference) / 2;
    q.beta = (sum - difference) / 2;
    q.c1 = fmin(1, (plus + minus) / 2);
    q.c2 = fmax(-1, fmin(1, (plus - minus) / 2));
    return q;
}

/* The integral below by the kernel of each instruction set, in the order of enum aln_isa. */
static double (*const integrals[ALN_ISA_COUNT])(const struct aln_relu_integrand *) = {
    aln_relu_integral_plain,
#if ALN_ISA_X86
    aln_relu_integral_avx2,
    aln_relu_integral_avx512,
#endif
};

/* <theta_k theta_l a_+ b_+> - <theta_k theta_l><a_+ b_+> for unit fields. With the block between
 * {k, l} and {a, b} scaled by tau, Plackett's identity gives the derivative of the average,
 *     1/(2 pi) sum_ij B_ij [r_ij' sqrt D_ij + r_ij (r_jj' - tau^2 r_ij r_ij')/sqrt D_ij]
 *     + 1/pi B_ab tau s n,     tau s n = (r_ka S_lb|k + r_la S_kb|l)/sqrt(1 - r_kl^2),
 * where i is in {k, l} and j in {a, b}, primes denote the other field of each pair, r are the
 * correlations at tau = 1, S those at tau conditioned on a third field, and
 * D_ij = 1 - tau^2 r_ij^2. B_ij is the probability that i' and j' are positive given
 * x_i = x_j = 0, B_ab that a and b are given x_k = x_l = 0. In the canonical form s = sin theta,
 * and the component of i' normal to i and j follows from the normal to i in the plane of k and l,
 * which requires no difference of k and l. Only D_ij goes to 0, at tau = 1, where a field of {k, l}
 * coincides with one of {a, b}. Measured errors: 1e-11 at all distances, in units of |a||b|, and up
 * to 4e-17/distance from the round-off of r. */
static double plackett(const struct quartet *q)
{
    double angle_i[2] = {q->alpha, q->alpha + q->theta}, angle_j[2] = {q->beta, q->beta + q->phi};
    double ci[2], si[2], sine_i, cosine_i, sine_j, cosine_j, unused;
    struct aln_relu_integrand of;
    sides(q->theta, &of.sin_theta, &unused);
    sides(q->phi, &of.sin_phi, &of.cos_phi);
    for (int i = 0; i < 2; i++) {
        sides(angle_i[i], &si[i], &ci[i]);
        sides(angle_j[i], &of.sj[i], &of.cj[i]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            double sign = i == j ? 1 : -1; /* the normal parts of k and l have opposite signs */
            of.r[i][j] = q->c1 * ci[i] * of.cj[j] + q->c2 * si[i] * of.sj[j];
            of.gap[i][j] = fmax(0, (1 - of.r[i][j]) * (1 + of.r[i][j]));
            of.across[i][j] = sign * q->c1 * si[i] * of.sj[j];
            of.along[i][j] = sign * q->c2 * ci[i] * of.cj[j];
        }
        of.rest[i] = of.cos_phi - of.r[i][0] * of.r[i][1];
    }
    sides(angle_i[0] + angle_i[1], &sine_i, &cosine_i);
    sides(angle_j[0] + angle_j[1], &sine_j, &cosine_j);
    of.n = (q->c1 * q->c1 * of.cj[0] * of.cj[1] - q->c2 * q->c2 * of.sj[0] * of.sj[1]) * cosine_i +
           q->c1 * q->c2 * sine_j * sine_i;
    of.gap1 = (1 - q->c1) * (1 + q->c1);
    of.gap2 = (1 - q->c2) * (1 + q->c2);
    const double integral =
        aln_isa_first() ? aln_relu_integral(&of) : integrals[aln_isa_best()](&of);
    return integral / (4 * PI * PI);
}

double aln_relu_integral(const struct aln_relu_integrand *q)
{
    double integral = 0;
    for (size_t node = 0; node < ALN_RELU_NODES; node++) {
        double tau = relu_nodes[node].tau;
        double tau2 = tau * tau, cotau2 = relu_nodes[node].cotau * relu_nodes[node].cotau;
        double w1 = cotau2 + tau2 * q->gap1, w2 = cotau2 + tau2 * q->gap2; /* 1 - (tau c)^2 */
        double w = sqrt(w1 * w2);
        double sum = 2 * tau * q->sin_theta * q->n *
                     (PI / 2 + arc_tangent(w1 * q->cj[0] * q->cj[1] + w2 * q->sj[0] * q->sj[1],
                                           w * q->sin_phi));
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double root = sqrt(cotau2 + tau2 * q->gap[i][j]);
                double factor = q->r[i][1 - j] * root +
                                q->r[i][j] * (cotau2 * q->cos_phi + tau2 * q->rest[i]) / root;
                sum += factor *
                       (PI / 2 +
                        arc_tangent(tau * (q->across[i][j] * w2 + q->along[i][j] * w1), w * root));
            }
        }
        integral += relu_nodes[node].weight * sum;
    }
    return integral;
}

/* <theta_k theta_l a_+ b_+>, four different fields. */
static double two_steps_two(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    const size_t field[4] = {k, l, a, b};
    double size[4], r[4][4], x[4][4];
    for (int i = 0; i < 4; i++)
        size[i] = sqrt(C[field[i] * P + field[i]]);
    if (size[2] == 0 || size[3] == 0)
        return 0;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            r[i][j] = i == j ? 1 : C[field[i] * P + field[j]] / (size[i] * size[j]);
    realise(r, x);
    struct quartet q = decompose(x);
    double steps = (PI - q.theta) / (2 * PI), sine, cosine;
    sides(q.phi, &sine, &cosine);
    double ramps = (sine + cosine * (PI - q.phi)) / (2 * PI);
    return size[2] * size[3] * (steps * ramps + plackett(&q));
}

double aln_relu_four_fields(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    double ckk = C[k * P + k], cll = C[l * P + l];
    if (ckk == 0 || cll == 0)
        return NAN;
    if (a == b) {
        if (k != l && a != k && a != l)
            return two_steps_square(P, C, k, l, a);
        size_t p = a == k ? l : k;
        return step_square(C[p * P + p], C[a * P + a], C[p * P + a]);
    }
    if (b == k || b == l) { /* a gets the shared index, if there is one */
        size_t swap = a;
        a = b;
        b = swap;
    }
    if (a != k && a != l)
        return k == l ? step_two(P, C, k, a, b) : two_steps_two(P, C, k, l, a, b);
    size_t p = a == k ? l : k; /* the remaining step: theta_a a_+ = a_+ */
    if (p == a || p == b)
        return aln_relu_I2(C[a * P + a], C[b * P + b], C[a * P + b]);
    return step_two(P, C, p, a, b);
}

size_t aln_relu_I4_work(size_t P, size_t K)
{
    (void)P;
    (void)K;
    return 0;
}

void aln_relu_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    (void)work;
    aln_contract(P, K, C, U, aln_relu_four_fields, 16, out);
}

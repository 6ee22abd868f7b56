/* Averages of relu and leaky-relu in lanes (vector.h): of several nodes of an integral (relu_kernel.c), or of
 * several problems (lanes/contract_relu.c). Operations and their order are those of relu.c, where the formulas
 * are; the functions are those of angle.h. */
#ifndef ALIGNODE_MODEL_RELU_FIELDS_H
#define ALIGNODE_MODEL_RELU_FIELDS_H

#include "model/angle.h"
#include "model/relu.h"
#include "model/relu_nodes.h"
#include "model/vector.h"

/* ---- angles ---- */

/* aln_angle() in each lane. */
ALN_KERNEL_BODY void lanes_angle(const lanes *y, const lanes *x, lanes *out)
{
    const lanes zero = {0}, one = zero + 1, ax = LANES_ABS(*x), ay = LANES_ABS(*y);
    const lanes_mask steep = ay > ax, left = *x < zero;
    const lanes small = LANES_CHOOSE(steep, ax, ay), large = LANES_CHOOSE(steep, ay, ax);
    const lanes_mask far = small > ALN_ANGLE_NEAR * large;
    const lanes rise = small - LANES_CHOOSE(far, large, zero),
                run = large + LANES_CHOOSE(far, small, zero);
    const lanes q = rise / LANES_CHOOSE(run == zero, one, run), z = q * q, z2 = z * z;
    const lanes r = q + q * z * ALN_ANGLE_ATAN(z, z2);
    const lanes turned = (lanes)((lanes_mask)r ^ ((steep ^ left) & INT64_MIN));
    lanes m = LANES_CHOOSE(far, one, zero);
    m = LANES_CHOOSE(steep, 2 - m, m);
    m = LANES_CHOOSE(left, 4 - m, m);
    const lanes angle = m * ALN_ANGLE_QUARTER + (m * ALN_ANGLE_QUARTER_REST + turned);
    *out = LANES_SIGNED(angle, *y);
}

/* aln_angle_sides() in each lane. */
ALN_KERNEL_BODY void lanes_sides(const lanes *x, lanes *sine, lanes *cosine)
{
    const lanes zero = {0}, shifted = *x * ALN_ANGLE_TURNS + ALN_ANGLE_ROUND,
                n = shifted - ALN_ANGLE_ROUND;
    const lanes r = *x - n * ALN_ANGLE_HALF - n * ALN_ANGLE_HALF_REST, z = r * r, z2 = z * z;
    const lanes s = r + r * z * ALN_ANGLE_SIN(z, z2), c = 1 - (0.5 * z - z2 * ALN_ANGLE_COS(z, z2));
    const lanes_mask quadrant = (lanes_mask)shifted, none = (lanes_mask)zero,
                     turned = (quadrant & 1) != none;
    const lanes along = LANES_CHOOSE(turned, c, s), across = LANES_CHOOSE(turned, s, c);
    *sine = LANES_CHOOSE((quadrant & 2) != none, -along, along);
    *cosine = LANES_CHOOSE(((quadrant + 1) & 2) != none, -across, across);
}

/* ---- two fields ---- */

ALN_KERNEL_BODY void lanes_relu_root(const lanes *caa, const lanes *cbb, const lanes *cab,
                                     lanes *out)
{
    const lanes zero = {0}, both = *caa * *cbb, D = both - *cab * *cab;
    const lanes_mask parallel = D <= ALN_RELU_PARALLEL * *caa * *cbb;
    lanes root = LANES_CHOOSE(parallel, zero, D);
    lanes_sqrt(&root, out);
}

/* asin of the correlation.  Given: root  lanes_relu_root() */
ALN_KERNEL_BODY void lanes_relu_asin(const lanes *cab, const lanes *root, lanes *out)
{
    const lanes zero = {0};
    lanes angle;
    lanes_angle(cab, root, &angle);
    *out = LANES_CHOOSE(*cab == zero, zero, angle);
}

/* What averages of two fields have in common: the root of D and the angle. */
struct lanes_relu_pair {
    lanes root, angle;
};

ALN_KERNEL_BODY void lanes_relu_pair(const lanes *caa, const lanes *cbb, const lanes *cab,
                                     struct lanes_relu_pair *out)
{
    lanes_relu_root(caa, cbb, cab, &out->root);
    lanes_relu_asin(cab, &out->root, &out->angle);
}

/* <a_+ b_+>; <theta_a theta_b>; <delta(a) b_+> */
#define LANES_RELU_I2(pair, cab)                                                                   \
    (((pair).root + (cab) * (ALN_RELU_PI / 2 + (pair).angle)) / (2 * ALN_RELU_PI))
#define LANES_RELU_J2(pair)      (0.25 + (pair).angle / (2 * ALN_RELU_PI))
#define LANES_RELU_A2(pair, caa) ((pair).root / (2 * ALN_RELU_PI * (caa)))

/* ---- four fields ---- */

/* <theta_p y_+^2> */
ALN_KERNEL_BODY void lanes_relu_step_square(const struct lanes_relu_pair *py, const lanes *cpp,
                                            const lanes *cyy, const lanes *cpy, lanes *out)
{
    *out = *cyy * LANES_RELU_J2(*py) + *cpy * LANES_RELU_A2(*py, *cpp);
}

/* The integrand at tau, as in aln_relu_integral(). */
struct lanes_relu_integrand {
    ALN_RELU_INTEGRAND(lanes);
};

ALN_KERNEL_BODY void lanes_relu_at(const struct lanes_relu_integrand *q, const lanes *at,
                                   const lanes *coat, lanes *out)
{
    const lanes tau = *at, tau2 = tau * tau, cotau2 = *coat * *coat;
    const lanes w1 = cotau2 + tau2 * q->gap1, w2 = cotau2 + tau2 * q->gap2;
    lanes w = w1 * w2, angle;
    lanes_sqrt(&w, &w);
    lanes y = w1 * q->cj[0] * q->cj[1] + w2 * q->sj[0] * q->sj[1], x = w * q->sin_phi;
    lanes_angle(&y, &x, &angle);
    lanes sum = 2 * tau * q->sin_theta * q->n * (ALN_RELU_PI / 2 + angle);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++)
#pragma GCC unroll 2
        for (int j = 0; j < 2; j++) {
            lanes root = cotau2 + tau2 * q->gap[i][j];
            lanes_sqrt(&root, &root);
            const lanes factor = q->r[i][1 - j] * root +
                                 q->r[i][j] * (cotau2 * q->cos_phi + tau2 * q->rest[i]) / root;
            y = tau * (q->across[i][j] * w2 + q->along[i][j] * w1);
            x = w * root;
            lanes_angle(&y, &x, &angle);
            sum += factor * (ALN_RELU_PI / 2 + angle);
        }
    *out = sum;
}

/* The pivoted Cholesky decomposition of four correlations, each lane with its own pivots. */
ALN_KERNEL_BODY void lanes_relu_realise(lanes r[4][4], lanes x[4][4])
{
    const lanes zero = {0};
    for (int step = 0; step < 4; step++) {
        lanes most = r[0][0], column[4] = {r[0][0], r[1][0], r[2][0], r[3][0]}, root;
        for (int i = 1; i < 4; i++) {
            const lanes_mask better = r[i][i] > most;
            most = LANES_CHOOSE(better, r[i][i], most);
            for (int n = 0; n < 4; n++)
                column[n] = LANES_CHOOSE(better, r[n][i], column[n]);
        }
        const lanes_mask good = most > zero + ALN_RELU_PARALLEL;
        lanes_sqrt(&most, &root);
        for (int i = 0; i < 4; i++)
            x[i][step] = LANES_CHOOSE(good, column[i] / root, zero);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                r[i][j] -= x[i][step] * x[j][step];
    }
}

ALN_KERNEL_BODY void lanes_relu_dot(const lanes *x, const lanes *y, lanes *out)
{
    *out = x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
}

/* Orthonormal e1, e2 from x and y, and the angle between these. */
ALN_KERNEL_BODY void lanes_relu_orthonormalise(const lanes *x, const lanes *y, lanes e1[4],
                                               lanes e2[4], lanes *angle)
{
    const lanes zero = {0};
    lanes size, along = zero, across, part;
    lanes_relu_dot(x, x, &size);
    lanes_sqrt(&size, &size);
    for (int d = 0; d < 4; d++) {
        e1[d] = x[d] / size;
        e2[d] = y[d];
    }
    for (int pass = 0; pass < 2; pass++) {
        lanes_relu_dot(e1, e2, &part);
        for (int d = 0; d < 4; d++)
            e2[d] -= part * e1[d];
        along += part;
    }
    lanes_relu_dot(e2, e2, &across);
    lanes_sqrt(&across, &across);
    across = LANES_CHOOSE(across * across <= ALN_RELU_PARALLEL, zero, across);
    for (int d = 0; d < 4; d++)
        e2[d] = LANES_CHOOSE(across > zero, e2[d] / across, zero);
    lanes_angle(&across, &along, angle);
}

/* Four different fields: struct quartet of relu.c. */
struct lanes_relu_quartet {
    lanes theta, phi, alpha, beta, c1, c2;
};

ALN_KERNEL_BODY void lanes_relu_decompose(lanes x[4][4], struct lanes_relu_quartet *q)
{
    const lanes zero = {0}, one = zero + 1;
    lanes e[2][4], f[2][4], G[2][2], sum, difference, plus, minus;
    lanes_relu_orthonormalise(x[0], x[1], e[0], e[1], &q->theta);
    lanes_relu_orthonormalise(x[2], x[3], f[0], f[1], &q->phi);
    for (int m = 0; m < 2; m++)
        for (int n = 0; n < 2; n++)
            lanes_relu_dot(e[m], f[n], &G[m][n]);
    const lanes along_sum = G[0][0] - G[1][1], across_sum = G[0][1] + G[1][0], back = -across_sum;
    const lanes along = G[0][0] + G[1][1], across = G[0][1] - G[1][0];
    lanes_angle(&back, &along_sum, &sum);
    lanes_angle(&across, &along, &difference);
    plus = across * across + along * along;
    lanes_sqrt(&plus, &plus);
    minus = across_sum * across_sum + along_sum * along_sum;
    lanes_sqrt(&minus, &minus);
    q->alpha = (sum + difference) / 2;
    q->beta = (sum - difference) / 2;
    const lanes half = (plus + minus) / 2, rest = (plus - minus) / 2;
    q->c1 = LANES_MIN(one, half);
    q->c2 = LANES_MIN(one, rest);
    q->c2 = LANES_MAX(-one, q->c2);
}

/* What the integrand of a quartet depends on. */
ALN_KERNEL_BODY void lanes_relu_prepare(const struct lanes_relu_quartet *q,
                                        struct lanes_relu_integrand *of)
{
    const lanes zero = {0}, i_at[2] = {q->alpha, q->alpha + q->theta},
                j_at[2] = {q->beta, q->beta + q->phi}, i_sum = i_at[0] + i_at[1],
                j_sum = j_at[0] + j_at[1];
    lanes ci[2], si[2], sine_i, cosine_i, sine_j, cosine_j, unused;
    lanes_sides(&q->theta, &of->sin_theta, &unused);
    lanes_sides(&q->phi, &of->sin_phi, &of->cos_phi);
    for (int i = 0; i < 2; i++) {
        lanes_sides(&i_at[i], &si[i], &ci[i]);
        lanes_sides(&j_at[i], &of->sj[i], &of->cj[i]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            const double sign = i == j ? 1 : -1;
            of->r[i][j] = q->c1 * ci[i] * of->cj[j] + q->c2 * si[i] * of->sj[j];
            const lanes gap = (1 - of->r[i][j]) * (1 + of->r[i][j]);
            of->gap[i][j] = LANES_MAX(zero, gap);
            of->across[i][j] = sign * q->c1 * si[i] * of->sj[j];
            of->along[i][j] = sign * q->c2 * ci[i] * of->cj[j];
        }
        of->rest[i] = of->cos_phi - of->r[i][0] * of->r[i][1];
    }
    lanes_sides(&i_sum, &sine_i, &cosine_i);
    lanes_sides(&j_sum, &sine_j, &cosine_j);
    of->n =
        (q->c1 * q->c1 * of->cj[0] * of->cj[1] - q->c2 * q->c2 * of->sj[0] * of->sj[1]) * cosine_i +
        q->c1 * q->c2 * sine_j * sine_i;
    of->gap1 = (1 - q->c1) * (1 + q->c1);
    of->gap2 = (1 - q->c2) * (1 + q->c2);
}

#endif

/* Steps of several problems at once, and states between the steps, compiled for each instruction set
 * (vector.h). */
#include "lanes/kernels.h"

#include <float.h>

#include "base/interrupt.h"
#include "lanes/extension.h"
#include "lanes/prince_dormand.h"
#include "lanes/rhs_kernel.h"

/* ---- steps ---- */

/* sum_j value[j] k[from[j]], entry i */
ALN_KERNEL_BODY void sum_row(const struct aln_lanes_step *step, size_t row, size_t i, lanes *out)
{
    lanes sum =
        aln_lanes_row[row].value[0] * ((const lanes *)step->k[aln_lanes_row[row].from[0]])[i];
    for (size_t j = 1; j < aln_lanes_row[row].terms; j++)
        sum +=
            aln_lanes_row[row].value[j] * ((const lanes *)step->k[aln_lanes_row[row].from[j]])[i];
    *out = sum;
}

/* 0 where all derivatives so far and their states are finite, else NaN. */
ALN_KERNEL_BODY void note_finite(size_t size, const lanes *y, const lanes *dydt, lanes *finite)
{
    for (size_t i = 0; i < size; i++)
        *finite += 0 * y[i] + 0 * dydt[i];
}

/* max_i |error_i| / (atol + rtol |y_i|), passing over NaN as GSL does. */
ALN_KERNEL_BODY void worst_share(size_t size, const struct aln_lanes_step *step, const lanes *error,
                                 const lanes *y, lanes *most)
{
    const lanes rtol = *(const lanes *)step->rtol, atol = *(const lanes *)step->atol;
    for (size_t i = 0; i < size; i++) {
        const lanes share = LANES_ABS(error[i]) / (rtol * LANES_ABS(y[i]) + atol);
        *most = LANES_CHOOSE(share > *most, share, *most);
    }
}

static void take_step(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step)
{
    const size_t size = rhs->layout.size;
    const lanes h = *(const lanes *)step->h, zero = {0}, *y0 = (const lanes *)step->y0;
    lanes *y = (lanes *)step->y, *y1 = (lanes *)step->y1, finite = zero, most = zero + DBL_MIN;
    for (size_t i = 0; i < size; i++)
        y[i] = y0[i] + aln_lanes_row[0].value[0] * h * ((const lanes *)step->k[0])[i];
    for (size_t stage = 1; stage < ALN_LANES_STAGES && !aln_interrupted(); stage++) {
        ALN_LANES_NAME(aln_lanes_rhs_at)(rhs, step->y, step->k[stage]);
        note_finite(size, y, (const lanes *)step->k[stage], &finite);
        for (size_t i = 0; i < size && stage < ALN_LANES_EIGHTH; i++) {
            lanes sum;
            sum_row(step, stage, i, &sum);
            y[i] = y0[i] + h * sum;
        }
    }
    for (size_t i = 0; i < size; i++) {
        lanes eighth, seventh;
        sum_row(step, ALN_LANES_EIGHTH, i, &eighth);
        sum_row(step, ALN_LANES_SEVENTH, i, &seventh);
        y1[i] = y0[i] + h * eighth;
        y[i] = h * (seventh - eighth);
    }
    ALN_LANES_NAME(aln_lanes_rhs_at)(rhs, step->y1, step->f1);
    note_finite(size, y1, (const lanes *)step->f1, &finite);
    worst_share(size, step, y, y1, &most);
    *(lanes *)step->error = most;
    *(lanes *)step->finite = finite;
}

static void check(const struct aln_lanes_rhs *rhs, const double *y, const double *most,
                  const double *cone, double *valid)
{
    const size_t K = rhs->like->K, P = K + rhs->like->M;
    const lanes *state = (const lanes *)y, zero = {0}, one = zero + 1;
    lanes *C = (lanes *)rhs->C, trace = zero;
    lanes_mask good = one > zero;
    for (size_t i = 0; i < rhs->layout.size; i++)
        good &= LANES_ABS(state[i]) <= *(const lanes *)most;
    aln_lanes_read_covariance(rhs, K, P - K, state, C);
    for (size_t a = 0; a < P; a++)
        trace += C[a * P + a];
    const lanes margin = *(const lanes *)cone * trace;
    for (size_t n = 0; n < P; n++) {
        const size_t a = (n + K) % P;
        const lanes pivot = C[a * P + a] + margin;
        good &= pivot > zero;
        for (size_t i = n + 1; i < P; i++) {
            const size_t b = (i + K) % P;
            const lanes share = C[b * P + a] / pivot;
            for (size_t j = n + 1; j < P; j++)
                C[b * P + (j + K) % P] -= share * C[a * P + (j + K) % P];
        }
    }
    *(lanes *)valid = LANES_CHOOSE(good, one, zero);
}

static void moved(const struct aln_lanes_rhs *rhs, const double *y0, const double *y1,
                  const double *scale, double *out)
{
    const lanes *from = (const lanes *)y0, *to = (const lanes *)y1, *by = (const lanes *)scale;
    lanes most = {0};
    for (size_t i = 0; i < rhs->layout.size; i++) {
        const lanes way = LANES_ABS(to[i] - from[i]) / by[i];
        most = LANES_CHOOSE(way > most, way, most);
    }
    *(lanes *)out = most;
}

/* ---- between the steps ---- */

enum { OLD = ALN_EXTENSION_OLD, ALL = ALN_EXTENSION_ALL };

/* Value of the extension at fraction x, and its slope unless dydt is NULL: as evaluate() in
 * src/theory/dense_output.c. */
ALN_KERNEL_BODY void evaluate(size_t size, const struct aln_lanes_step *step, const double *bubble,
                              const lanes *at, lanes *y, lanes *dydt)
{
    const lanes x = *at, r = 1 - x, s = x - r, h = *(const lanes *)step->h;
    const lanes w = (x * r) * (x * r), dw = -2 * x * r * s;
    const lanes *y0 = (const lanes *)step->y0, *y1 = (const lanes *)step->y1;
    const lanes *k0 = (const lanes *)step->k[0], *k1 = (const lanes *)step->f1;
    const lanes *c = (const lanes *)bubble;
    for (size_t i = 0; i < size; i++) {
        const lanes rise = y1[i] - y0[i], f0 = h * k0[i] - rise, f1 = h * k1[i] - rise;
        const lanes c0 = c[i], c1 = c[size + i], c2 = c[2 * size + i], c3 = c[3 * size + i];
        const lanes factor = c0 + s * (c1 + s * (c2 + s * c3));
        const lanes base = LANES_CHOOSE(x < 0.5, y0[i] + x * rise, y1[i] - r * rise);
        y[i] = base + x * r * (r * f0 - x * f1) + w * factor;
        if (dydt != NULL) {
            const lanes slope = c1 + s * (2 * c2 + s * 3 * c3);
            dydt[i] =
                (rise + r * (r - 2 * x) * f0 - x * (2 * r - x) * f1 + dw * factor + 2 * w * slope) /
                h;
        }
    }
}

/* The old stages: the first, 6 to 13, and the derivative at the end; the new ones take the place of
 * those that are not used. */
static void extend(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                   double *bubble)
{
    const size_t size = rhs->layout.size;
    const lanes *y0 = (const lanes *)step->y0, h = *(const lanes *)step->h, zero = {0};
    lanes *y = (lanes *)step->y, *c = (lanes *)bubble, most = zero, finite = zero;
    double *k[ALL] = {step->k[0]};
    for (size_t i = 1; i + 1 < OLD; i++)
        k[i] = step->k[i + ALN_LANES_STAGES - OLD + 1];
    k[OLD - 1] = step->f1;
    for (size_t n = 0; n < ALN_EXTENSION_NEW && !aln_interrupted(); n++) {
        k[OLD + n] = step->k[1 + n];
        for (size_t i = 0; i < size; i++) {
            lanes sum = zero;
            for (size_t j = 0; j < OLD + n; j++)
                sum += aln_extension_row[n][j] * ((const lanes *)k[j])[i];
            y[i] = y0[i] + h * sum;
        }
        ALN_LANES_NAME(aln_lanes_rhs_at)(rhs, step->y, k[OLD + n]);
        note_finite(size, y, (const lanes *)k[OLD + n], &finite);
    }
    for (size_t part = 0; part < 4; part++)
        for (size_t i = 0; i < size; i++) {
            lanes sum = zero;
            for (size_t j = 0; j < ALL; j++)
                sum += aln_extension_weight[j][part] * ((const lanes *)k[j])[i];
            c[part * size + i] = h * sum;
        }
    const lanes probe = zero + ALN_EXTENSION_PROBE;
    lanes *slope = (lanes *)k[OLD], *f = (lanes *)k[OLD + 1];
    evaluate(size, step, bubble, &probe, y, slope);
    ALN_LANES_NAME(aln_lanes_rhs_at)(rhs, step->y, k[OLD + 1]);
    note_finite(size, y, f, &finite);
    for (size_t i = 0; i < size; i++)
        slope[i] = ALN_EXTENSION_PROBE_SHARE * h * (slope[i] - f[i]);
    worst_share(size, step, slope, (const lanes *)step->y1, &most);
    *(lanes *)step->error = most;
    *(lanes *)step->finite = finite;
}

static void interpolate(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                        const double *bubble, const double *x, double *y)
{
    evaluate(rhs->layout.size, step, bubble, (const lanes *)x, (lanes *)y, NULL);
}

const struct aln_lanes_kernels ALN_LANES_NAME(aln_lanes_kernels) = {
    .lanes = LANES,
    .rhs = ALN_LANES_NAME(aln_lanes_rhs_at),
    .error = ALN_LANES_NAME(aln_lanes_error_at),
    .step = take_step,
    .check = check,
    .moved = moved,
    .extend = extend,
    .interpolate = interpolate,
};

/* Slow, literal twins of the theory: the order-parameter equations as published, scalar by scalar,
 * with the published closed forms of all averages. They share only the layout of the state with
 * src/theory and src/model. */
#ifndef ALIGNODE_TESTS_TWIN_H
#define ALIGNODE_TESTS_TWIN_H

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../rules.h"
#include "alignode/problem.h"

#define TWIN_FIELDS 24 /* at most K + M */

static inline double twin_clip(double x)
{
    return x > 1 ? 1 : x < -1 ? -1 : x;
}

/* Saad & Solla, PRE 52 (1995) 4225.  Given: C (P x P) and indices into it */
static inline double twin_erf_I2(size_t P, const double *C, size_t a, size_t b)
{
    return M_2_PI * asin(twin_clip(C[a * P + b] / sqrt(1 + C[a * P + a]) / sqrt(1 + C[b * P + b])));
}

static inline double twin_erf_J2(size_t P, const double *C, size_t k, size_t l)
{
    double ckl = C[k * P + l];
    return M_2_PI / sqrt(1 + C[k * P + k] + C[l * P + l] + C[k * P + k] * C[l * P + l] - ckl * ckl);
}

static inline double twin_erf_I3(size_t P, const double *C, size_t k, size_t b, size_t a)
{
    double c11 = C[k * P + k], c12 = C[k * P + b], c13 = C[k * P + a];
    double c23 = C[b * P + a], c33 = C[a * P + a];
    double lambda3 = (1 + c11) * (1 + c33) - c13 * c13;
    return M_2_PI / sqrt(lambda3) * (c23 * (1 + c11) - c12 * c13) / (1 + c11);
}

static inline double twin_erf_I4(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    double c11 = C[k * P + k], c22 = C[l * P + l], c33 = C[a * P + a], c44 = C[b * P + b];
    double c12 = C[k * P + l], c13 = C[k * P + a], c14 = C[k * P + b];
    double c23 = C[l * P + a], c24 = C[l * P + b], c34 = C[a * P + b];
    double lambda4 = (1 + c11) * (1 + c22) - c12 * c12;
    double lambda0 = lambda4 * c34 - c23 * c24 * (1 + c11) - c13 * c14 * (1 + c22) +
                     c12 * c13 * c24 + c12 * c14 * c23;
    double lambda1 =
        lambda4 * (1 + c33) - c23 * c23 * (1 + c11) - c13 * c13 * (1 + c22) + 2 * c12 * c13 * c23;
    double lambda2 =
        lambda4 * (1 + c44) - c24 * c24 * (1 + c11) - c14 * c14 * (1 + c22) + 2 * c12 * c14 * c24;
    return M_2_PI * M_2_PI / sqrt(lambda4) * asin(twin_clip(lambda0 / sqrt(lambda1 * lambda2)));
}

/* Wick's theorem. */
static inline double twin_linear_I2(size_t P, const double *C, size_t a, size_t b)
{
    return C[a * P + b];
}

static inline double twin_linear_J2(size_t P, const double *C, size_t k, size_t l)
{
    (void)P, (void)C, (void)k, (void)l;
    return 1;
}

static inline double twin_linear_I3(size_t P, const double *C, size_t k, size_t b, size_t a)
{
    (void)k;
    return C[b * P + a];
}

static inline double twin_linear_I4(size_t P, const double *C, size_t k, size_t l, size_t a,
                                    size_t b)
{
    (void)k, (void)l;
    return C[a * P + b];
}

struct twin_activation {
    const char *name;
    double (*I2)(size_t P, const double *C, size_t a, size_t b);
    double (*J2)(size_t P, const double *C, size_t k, size_t l);
    double (*I3)(size_t P, const double *C, size_t k, size_t b, size_t a);
    double (*I4)(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b);
};

static const struct twin_activation twin_activations[] = {
    {"erf", twin_erf_I2, twin_erf_J2, twin_erf_I3, twin_erf_I4},
    {"linear", twin_linear_I2, twin_linear_J2, twin_linear_I3, twin_linear_I4},
};

enum { TWIN_ACTIVATIONS = sizeof twin_activations / sizeof *twin_activations };

static inline const struct twin_activation *twin_of(const struct aln_problem *p)
{
    size_t i = 0;
    while (strcmp(twin_activations[i].name, p->activation->id.name) != 0)
        i++;
    return &twin_activations[i];
}

/* dy/dt with the rates eta and the feedback F (K x O). */
static inline void twin_rhs(const struct aln_problem *p, const double rates[2], const double *F,
                            const double *y, double *dydt)
{
    const struct twin_activation *g = twin_of(p);
    size_t K = p->K, M = p->M, O = p->O, P = K + M, at = 0;
    double C[TWIN_FIELDS * TWIN_FIELDS], U[TWIN_FIELDS * TWIN_FIELDS];
    assert(P <= TWIN_FIELDS);
    const double *R = y + K * (K + 1) / 2, *W2 = R + K * M;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++, at++)
            C[k * P + l] = C[l * P + k] = y[at];
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++)
            C[k * P + K + m] = C[(K + m) * P + k] = R[k * M + m];
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < M; n++)
            C[(K + m) * P + K + n] = p->T[m * M + n];
    const double gain = 1 / (1 - p->momentum), samples = p->batch > 1 ? (double)p->batch : 1;
    const double eta[2] = {gain * rates[0], gain * rates[1]};
    const bool projects = rules_does(p->rule, RULES_DIRECTION),
               mirrors = rules_does(p->rule, RULES_MIRROR),
               target = rules_does(p->rule, RULES_TARGET);
    double square[TWIN_FIELDS * TWIN_FIELDS], trace = 0;
    bool frozen = strcmp(p->rule->id.name, "frozen") == 0;
    for (size_t k = 0; k < K; k++) {
        for (size_t a = 0; a < P; a++) {
            U[k * P + a] = 0;
            for (size_t o = 0; o < O && !(target && a < K); o++)
                U[k * P + a] += F[k * O + o] * (a < K ? W2[o * K + a] : -p->V2[o * M + a - K]);
        }
    }
    for (size_t k = 0; k < K && !p->first_order; k++)
        for (size_t l = k; l < K; l++) {
            double second = 0, FF = 0;
            for (size_t a = 0; a < P; a++)
                for (size_t b = a; b < P; b++)
                    second +=
                        (U[k * P + a] * U[l * P + b] + (a == b ? 0 : U[k * P + b] * U[l * P + a])) *
                        g->I4(P, C, k, l, a, b);
            for (size_t o = 0; o < O; o++)
                FF += F[k * O + o] * F[l * O + o];
            square[k * K + l] =
                second + (p->sigma * p->sigma + p->feedback_noise * p->feedback_noise) * FF *
                             g->J2(P, C, k, l);
            trace += k == l ? square[k * K + l] : 0;
        }
    at = 0;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++, at++) {
            double first = 0, second = p->first_order ? 0 : square[k * K + l];
            for (size_t a = 0; a < P; a++)
                first += U[k * P + a] * g->I3(P, C, k, l, a) + U[l * P + a] * g->I3(P, C, l, k, a);
            if (projects)
                second = 2 * second + (k == l ? trace : 0);
            second /= samples;
            dydt[at] =
                frozen ? 0 : -eta[0] * first - 2 * p->kappa[0] * y[at] + eta[0] * eta[0] * second;
        }
    }
    for (size_t k = 0; k < K; k++) {
        for (size_t m = 0; m < M; m++, at++) {
            double sum = 0;
            for (size_t a = 0; a < P; a++)
                sum += U[k * P + a] * g->I3(P, C, k, K + m, a);
            dydt[at] = frozen ? 0 : -eta[0] * sum - p->kappa[0] * y[at];
        }
    }
    for (size_t o = 0; o < O; o++) {
        for (size_t j = 0; j < K; j++, at++) {
            double sum = 0;
            for (size_t a = 0; a < P; a++)
                sum += (a < K ? W2[o * K + a] : -p->V2[o * M + a - K]) * g->I2(P, C, a, j);
            dydt[at] = -eta[1] * sum - p->kappa[1] * y[at];
        }
    }
    if (!p->rule->learns)
        return;
    for (size_t k = 0; k < K; k++) {
        for (size_t o = 0; o < O; o++, at++) {
            double sum = 0;
            for (size_t a = 0; a < P; a++)
                sum += (a < K ? W2[o * K + a] : -p->V2[o * M + a - K]) * g->I2(P, C, k, a);
            double rate = isnan(p->feedback_rate) ? rates[1] : p->feedback_rate;
            double decay = !isnan(p->feedback_decay) ? p->feedback_decay
                           : mirrors                 ? rate
                                                     : p->kappa[1];
            dydt[at] = (mirrors ? rate * W2[o * K + k] : -gain * rate * sum) - decay * y[at];
        }
    }
}

/* The rule's feedback (K x O) at the state y.
 * Given: of_signs (O x K)  the signs used by a rule that jumps; NULL: those of W2 */
static inline void twin_feedback(const struct aln_problem *p, const double *y,
                                 const double *of_signs, double *F)
{
    const size_t K = p->K, M = p->M, O = p->O;
    const double *R = y + K * (K + 1) / 2, *W2 = R + K * M;
    const double *random = p->rule->learns ? W2 + O * K : p->F1;
    double overlaps[RULES_MOST];
    for (size_t i = 0; i < K * O && p->rule->adapts; i++)
        overlaps[i] = R[i / O * M + M - O + i % O];
    rules_two_layer(p->rule, K, O, W2, of_signs != NULL ? of_signs : W2,
                    p->rule->adapts ? overlaps : random, F);
    for (size_t i = 0; i < K * O; i++)
        F[i] = p->symmetry * W2[i % O * K + i / O] + sqrt(1 - p->symmetry * p->symmetry) * F[i];
}

#endif

#include "alignode/problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t aln_problem_size(const struct aln_problem *p)
{
    return aln_problem_at_F(p) + (p->rule->learns ? p->K * p->O : 0);
}

size_t aln_problem_at_Q(const struct aln_problem *p, size_t k, size_t l)
{
    size_t i = k < l ? k : l, j = k < l ? l : k;
    return i * (2 * p->K - i - 1) / 2 + j;
}

size_t aln_problem_at_R(const struct aln_problem *p)
{
    return p->K * (p->K + 1) / 2;
}

size_t aln_problem_at_W2(const struct aln_problem *p)
{
    return aln_problem_at_R(p) + p->K * p->M;
}

size_t aln_problem_at_F(const struct aln_problem *p)
{
    return aln_problem_at_W2(p) + p->O * p->K;
}

const double *aln_problem_feedback(const struct aln_problem *p, const double *state)
{
    return p->rule->learns ? state + aln_problem_at_F(p) : p->F1;
}

double aln_problem_feedback_rate(const struct aln_problem *p, double eta2)
{
    return isnan(p->feedback_rate) ? eta2 : p->feedback_rate;
}

double aln_problem_feedback_decay(const struct aln_problem *p)
{
    return isnan(p->feedback_decay) ? p->kappa[1] : p->feedback_decay;
}

void aln_problem_covariance(const struct aln_problem *p, const double *state, double *C)
{
    size_t K = p->K, M = p->M, P = K + M;
    const double *R = state + aln_problem_at_R(p);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++)
            C[k * P + l] = C[l * P + k] = *state++;
        for (size_t m = 0; m < M; m++)
            C[k * P + K + m] = C[(K + m) * P + k] = R[k * M + m];
    }
    for (size_t m = 0; m < M; m++)
        memcpy(C + (K + m) * P + K, p->T + m * M, M * sizeof *C);
}

/* Entry of C without building it. */
static double covariance_at(const struct aln_problem *p, const double *state, size_t a, size_t b)
{
    if (a < p->K && b < p->K)
        return state[aln_problem_at_Q(p, a, b)];
    if (a < p->K)
        return state[aln_problem_at_R(p) + a * p->M + b - p->K];
    if (b < p->K)
        return state[aln_problem_at_R(p) + b * p->M + a - p->K];
    return p->T[(a - p->K) * p->M + b - p->K];
}

/* s = [W2, -V2], entry (o, a). */
static double output_weight(const struct aln_problem *p, const double *W2, size_t o, size_t a)
{
    return a < p->K ? W2[o * p->K + a] : -p->V2[o * p->M + a - p->K];
}

double aln_problem_eg(const struct aln_problem *p, const double *state)
{
    size_t P = p->K + p->M;
    const double *W2 = state + aln_problem_at_W2(p);
    double sum = 0;
    for (size_t a = 0; a < P; a++) {
        for (size_t b = a; b < P; b++) {
            double weight = 0;
            for (size_t o = 0; o < p->O; o++)
                weight += output_weight(p, W2, o, a) * output_weight(p, W2, o, b);
            sum += (a == b ? 0.5 : 1.0) * weight *
                   p->activation->I2(covariance_at(p, state, a, a), covariance_at(p, state, b, b),
                                     covariance_at(p, state, a, b));
        }
    }
    return sum;
}

/* Squared norms of W2 and F, and their product tr(W2 F).  Returned: out[3] */
static void readout_products(const struct aln_problem *p, const double *W2, const double *F,
                             double out[3])
{
    double wf = 0, ww = 0, ff = 0;
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K; k++) {
            double w = W2[o * p->K + k], f = F[k * p->O + o];
            wf += w * f;
            ww += w * w;
            ff += f * f;
        }
    }
    out[0] = ww;
    out[1] = ff;
    out[2] = wf;
}

double aln_problem_cos(const struct aln_problem *p, const double *state)
{
    double product[3];
    readout_products(p, state + aln_problem_at_W2(p), aln_problem_feedback(p, state), product);
    return product[0] > 0 && product[1] > 0 ? product[2] / (sqrt(product[0]) * sqrt(product[1]))
                                            : NAN;
}

double aln_problem_norm(const struct aln_problem *p, const double *state)
{
    double product[3];
    readout_products(p, state + aln_problem_at_W2(p), aln_problem_feedback(p, state), product);
    return sqrt(product[0]);
}

double aln_problem_angle(const struct aln_problem *p, const double *state)
{
    const double *W2 = state + aln_problem_at_W2(p), *F = aln_problem_feedback(p, state);
    double product[3], sum = 0, difference = 0;
    readout_products(p, W2, F, product);
    if (!(product[0] > 0 && product[1] > 0))
        return NAN;
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K; k++) {
            double w = W2[o * p->K + k] / sqrt(product[0]), f = F[k * p->O + o] / sqrt(product[1]);
            sum += (w + f) * (w + f);
            difference += (w - f) * (w - f);
        }
    }
    return 2 * atan2(sqrt(difference), sqrt(sum)) * (180 / M_PI);
}

const double *aln_problem_rates(const struct aln_problem *p, double t)
{
    const double *eta = p->eta;
    for (size_t i = 0; i < p->schedule_count && p->schedule[i].time <= t; i++)
        eta = p->schedule[i].eta;
    return eta;
}

double aln_problem_next_change(const struct aln_problem *p, double t)
{
    for (size_t i = 0; i < p->schedule_count; i++)
        if (p->schedule[i].time > t)
            return p->schedule[i].time;
    return INFINITY;
}

size_t aln_problem_columns(const struct aln_problem *p)
{
    return aln_problem_size(p) + 2;
}

void aln_problem_observe(const struct aln_problem *p, const double *state, double *row)
{
    size_t overlaps = aln_problem_at_F(p), learned = aln_problem_size(p) - overlaps;
    row[0] = aln_problem_eg(p, state);
    memcpy(row + 1, state, overlaps * sizeof *row);
    row[overlaps + 1] = aln_problem_cos(p, state);
    memcpy(row + overlaps + 2, state + overlaps, learned * sizeof *row);
}

void aln_problem_column(const struct aln_problem *p, size_t i, char name[32])
{
    size_t K = p->K, M = p->M, O = p->O, overlaps = aln_problem_at_F(p);
    if (i == 0) {
        strcpy(name, "eg");
    } else if (i == overlaps + 1) {
        strcpy(name, "cos_W2_F1");
    } else if (i > overlaps + 1) {
        i -= overlaps + 2;
        snprintf(name, 32, "F1_%zu_%zu", i / O + 1, i % O + 1);
    } else if (--i < aln_problem_at_R(p)) {
        size_t k = 0;
        while (i >= K - k)
            i -= K - k++;
        snprintf(name, 32, "Q_%zu_%zu", k + 1, k + i + 1);
    } else if (i < aln_problem_at_W2(p)) {
        i -= aln_problem_at_R(p);
        snprintf(name, 32, "R_%zu_%zu", i / M + 1, i % M + 1);
    } else {
        i -= aln_problem_at_W2(p);
        snprintf(name, 32, "W2_%zu_%zu", i / K + 1, i % K + 1);
    }
}

void aln_problem_free(struct aln_problem *p)
{
    free(p);
}

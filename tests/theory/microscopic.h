/* The right-hand side from the microscopic step itself: the mean change by one sample, by
 * quadrature over the fields. It uses no closed form of an average and no identity between
 * averages, so it holds for every activation and rule; slow, for few fields. */
#ifndef ALIGNODE_TESTS_MICROSCOPIC_H
#define ALIGNODE_TESTS_MICROSCOPIC_H

#include <string.h>

#include "../averages.h"
#include "../rules.h"
#include "alignode/problem.h"

struct microscopic {
    const struct aln_problem *p;
    double eta[2], rate_F; /* of heavy ball, in the limit */
    const double *F, *W2;
    double *dydt;
    bool target, direction, mirror; /* what the rule does */
};

/* One sample: e = W2 g(lambda) - V2 g(nu), d = (F e) g'(lambda), without the label noise, which is
 * independent of everything else and enters <d d^T> only. */
static inline void microscopic_sample(const double *x, const double *g, const double *dg,
                                      double weight, void *context)
{
    const struct microscopic *s = context;
    const struct aln_problem *p = s->p;
    const size_t K = p->K, M = p->M, O = p->O;
    const double noise_2 = p->sigma * p->sigma + p->feedback_noise * p->feedback_noise,
                 samples = p->batch > 1 ? (double)p->batch : 1;
    double e[AVERAGES_FIELDS] = {0}, d[AVERAGES_FIELDS] = {0}, *out = s->dydt, length = 0;
    double fed[AVERAGES_FIELDS] = {0};
    for (size_t o = 0; o < O; o++) {
        for (size_t k = 0; k < K; k++)
            e[o] += s->W2[o * K + k] * g[k];
        for (size_t m = 0; m < M; m++) {
            e[o] -= p->V2[o * M + m] * g[K + m];
            fed[o] -= p->V2[o * M + m] * g[K + m];
        }
        if (!s->target)
            fed[o] = e[o];
    }
    for (size_t k = 0; k < K; k++) {
        for (size_t o = 0; o < O; o++) {
            d[k] += s->F[k * O + o] * fed[o] * dg[k];
            length += noise_2 * s->F[k * O + o] * s->F[k * O + o] * dg[k] * dg[k];
        }
        length += d[k] * d[k];
    }
    const bool moves = p->rule->route != ALN_NOWHERE;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++, out++) {
            double noise = 0;
            for (size_t o = 0; o < O; o++)
                noise += noise_2 * s->F[k * O + o] * dg[k] * s->F[l * O + o] * dg[l];
            double second = d[k] * d[l] + noise;
            if (s->direction) /* Wick */
                second += second + (k == l ? length : 0);
            second *= p->first_order ? 0 : 1 / samples;
            *out += moves * weight *
                    (s->eta[0] * s->eta[0] * second - s->eta[0] * (d[k] * x[l] + x[k] * d[l]));
        }
    }
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++)
            *out++ -= moves * weight * s->eta[0] * d[k] * x[K + m];
    for (size_t o = 0; o < O; o++)
        for (size_t k = 0; k < K; k++)
            *out++ -= weight * s->eta[1] * e[o] * g[k];
    for (size_t k = 0; k < K && p->rule->learns; k++)
        for (size_t o = 0; o < O; o++)
            *out++ -= weight * s->rate_F * (s->mirror ? -s->W2[o * K + k] : e[o] * g[k]);
}

/* Given:    K + M and O at most AVERAGES_FIELDS, the feedback F (K x O), y
 * Returned: dydt; false when the quadrature does not apply to these fields */
static inline bool microscopic_rhs(const struct aln_problem *p, const double eta[2],
                                   const double *F, const double *y, double *dydt)
{
    const size_t K = p->K, at_R = aln_state_at(p, ALN_R), at_W2 = aln_state_at(p, ALN_W2);
    const size_t size = aln_problem_size(p), at_F = aln_state_at(p, ALN_F);
    struct averages_fields fields = {.P = K + p->M};
    const double gain = 1 / (1 - p->momentum),
                 rate = isnan(p->feedback_rate) ? eta[1] : p->feedback_rate;
    const bool mirror = rules_does(p->rule, RULES_MIRROR);
    struct microscopic s = {.p = p,
                            .eta = {gain * eta[0], gain * eta[1]},
                            .rate_F = mirror ? rate : gain * rate,
                            .F = F,
                            .W2 = y + at_W2,
                            .dydt = dydt,
                            .target = rules_does(p->rule, RULES_TARGET),
                            .direction = rules_does(p->rule, RULES_DIRECTION),
                            .mirror = mirror};
    aln_problem_covariance(p, y, fields.C);
    averages_factor(&fields);
    if (!averages_are_for(p->activation, &fields))
        return false;
    double decay = isnan(p->feedback_decay) ? p->kappa[1] : p->feedback_decay;
    for (size_t i = 0; i < size; i++) {
        double kappa = i < at_R    ? 2 * p->kappa[0]
                       : i < at_W2 ? p->kappa[0]
                       : i < at_F  ? p->kappa[1]
                                   : decay;
        dydt[i] = i < at_W2 && p->rule->route == ALN_NOWHERE ? 0 : -kappa * y[i];
    }
    averages_integrate(p->activation, &fields, microscopic_sample, &s);
    return true;
}

#endif

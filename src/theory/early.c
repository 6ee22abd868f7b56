#include "alignode/early.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/failure.h"

struct aln_early {
    const struct aln_problem *p;
    double *slope;     /* O x K, dW2/dt at t = 0 */
    double *curvature; /* O x K, half of d^2 W2/dt^2 */
    double *u;         /* O x M */
    double *uT;        /* O x M */
    double *S;         /* O x O */
    double *F_work;    /* aln_problem_feedback_work(), for the feedback in force at t = 0 */
    double storage[];  /* all of these */
};

enum aln_status aln_early_create(struct aln_early **out, const struct aln_problem *p)
{
    size_t K = p->K, M = p->M, O = p->O;
    assert(p->rule->random && p->activation->odd && p->activation->linear_at_zero);
    struct aln_early *law =
        calloc(1, sizeof *law + (2 * O * K + 2 * O * M + O * O + aln_problem_feedback_work(p)) *
                                    sizeof(double));
    *out = law;
    if (law == NULL)
        return aln_raise_memory("the early law of %zu + %zu units", K, M);
    law->p = p;
    law->slope = law->storage;
    law->curvature = law->slope + O * K;
    law->u = law->curvature + O * K;
    law->uT = law->u + O * M;
    law->S = law->uT + O * M;
    law->F_work = law->S + O * O;
    const double *rates = aln_problem_rates(p, 0), *T = p->T;
    const double eta[2] = {rates[0] * aln_problem_gain(p), rates[1] * aln_problem_gain(p)};
    const double *R = p->start + aln_state_at(p, ALN_R);
    const struct aln_feedback_view F =
        aln_problem_feedback_in_force(p, p->start, NULL, law->F_work);
    for (size_t o = 0; o < O; o++)
        for (size_t m = 0; m < M; m++)
            law->u[o * M + m] = p->V2[o * M + m] * p->activation->J2(0, T[m * M + m], 0);
    for (size_t o = 0; o < O; o++)
        for (size_t m = 0; m < M; m++)
            for (size_t n = 0; n < M; n++)
                law->uT[o * M + m] += law->u[o * M + n] * T[n * M + m];
    for (size_t o = 0; o < O; o++)
        for (size_t q = 0; q < O; q++)
            for (size_t m = 0; m < M; m++)
                law->S[o * O + q] += law->uT[o * M + m] * law->u[q * M + m];
    for (size_t o = 0; o < O; o++) {
        for (size_t k = 0; k < K; k++) {
            for (size_t m = 0; m < M; m++)
                law->slope[o * K + k] += eta[1] * law->u[o * M + m] * R[k * M + m];
            for (size_t q = 0; q < O; q++)
                law->curvature[o * K + k] +=
                    0.5 * eta[0] * eta[1] * law->S[o * O + q] * aln_feedback_entry(&F, k, q);
        }
    }
    return ALN_OK;
}

void aln_early_free(struct aln_early *law)
{
    free(law);
}

/* Entry i of W2. */
static double readout_at(const struct aln_early *law, double t, size_t i)
{
    if (t == INFINITY)
        return law->curvature[i];
    const double *W2 = law->p->start + aln_state_at(law->p, ALN_W2);
    return W2[i] + t * (law->slope[i] + t * law->curvature[i]);
}

void aln_early_readout(const struct aln_early *law, double t, double *W2)
{
    for (size_t i = 0; i < law->p->O * law->p->K; i++)
        W2[i] = readout_at(law, t, i);
}

double aln_early_norm(const struct aln_early *law, double t)
{
    double sum = 0;
    for (size_t i = 0; i < law->p->O * law->p->K; i++)
        sum += pow(readout_at(law, t, i), 2);
    return sqrt(sum);
}

double aln_early_cos(const struct aln_early *law, double t)
{
    size_t K = law->p->K, O = law->p->O;
    const struct aln_feedback_view F1 = aln_problem_feedback(law->p, law->p->start);
    double wf = 0, ff = 0, norm = aln_early_norm(law, t);
    for (size_t o = 0; o < O; o++) {
        for (size_t k = 0; k < K; k++) {
            double f = aln_feedback_entry(&F1, k, o);
            wf += readout_at(law, t, o * K + k) * f;
            ff += f * f;
        }
    }
    return norm > 0 && ff > 0 ? wf / (norm * sqrt(ff)) : NAN;
}

#include "simulate/sample.h"

#include <inttypes.h>
#include <math.h>

size_t aln_sample_size(const struct aln_problem *p)
{
    return p->K + p->M + p->O + p->K + p->K * p->O + aln_rule_work(p->rule, p->K, p->O);
}

void aln_sample_init(struct aln_sample *s, const struct aln_problem *p, const char *noise,
                     uint64_t repeat, double *store)
{
    s->p = p;
    const double kappa[3] = {p->kappa[0], p->kappa[1], aln_problem_feedback_decay(p)};
    for (int i = 0; i < 3; i++) {
        s->rate[i] = 0;
        s->keep[i] = 1 - kappa[i] / (double)p->N;
    }
    s->change = 0;
    s->g = store;
    s->e = s->g + p->K + p->M;
    s->d = s->e + p->O;
    s->F = s->d + p->K;
    s->F_work = s->F + p->K * p->O;
    aln_stream_init(&s->noise, p->seed, noise, repeat);
}

void aln_sample_schedule(struct aln_sample *s, uint64_t step)
{
    if (step < s->change)
        return;
    double N = (double)s->p->N;
    const double *eta = aln_problem_rates(s->p, (double)step / N);
    for (int i = 0; i < 2; i++)
        s->rate[i] = eta[i] / N;
    s->rate[2] = aln_problem_feedback_rate(s->p, eta[1]) / N;
    /* The first step n with n/N >= the time of change, n/N rounded as above. */
    double time = aln_problem_next_change(s->p, (double)step / N), first = floor(time * N);
    if (first >= 0x1p63) {
        s->change = UINT64_MAX;
        return;
    }
    s->change = (uint64_t)first;
    while ((double)s->change / N < time)
        s->change++;
}

size_t aln_sample_weights(const struct aln_problem *p)
{
    return aln_problem_size(p) - aln_problem_at_W2(p);
}

void aln_sample_learn(struct aln_sample *s, const double *fields, const double *W2, double *next)
{
    const struct aln_problem *p = s->p;
    const size_t K = p->K, M = p->M, O = p->O;
    for (size_t a = 0; a < K + M; a++)
        s->g[a] = p->activation->g(fields[a]);
    if (p->sigma > 0)
        aln_stream_normals(&s->noise, O, s->e);
    for (size_t o = 0; o < O; o++) {
        double e = p->sigma > 0 ? -p->sigma * s->e[o] : 0;
        for (size_t k = 0; k < K; k++)
            e += W2[o * K + k] * s->g[k];
        for (size_t m = 0; m < M; m++)
            e -= p->V2[o * M + m] * s->g[K + m];
        s->e[o] = e;
    }
    const double *F = p->rule->learns ? W2 + O * K : p->F1;
    const struct aln_feedback_terms terms = {O, K, W2, NULL, F};
    aln_rule_feedback(p->rule, &terms, s->F_work, s->F);
    for (size_t k = 0; k < K; k++) {
        double signal = 0;
        for (size_t o = 0; o < O; o++)
            signal += s->F[k * O + o] * s->e[o];
        s->d[k] = signal * p->activation->dg(fields[k]);
    }
    for (size_t o = 0; o < O; o++)
        for (size_t k = 0; k < K; k++)
            next[o * K + k] = s->keep[1] * W2[o * K + k] - s->rate[1] * s->e[o] * s->g[k];
    if (!p->rule->learns)
        return;
    next += O * K;
    for (size_t k = 0; k < K; k++)
        for (size_t o = 0; o < O; o++)
            next[k * O + o] = s->keep[2] * F[k * O + o] - s->rate[2] * s->e[o] * s->g[k];
}

enum aln_status aln_sample_lost(const struct aln_problem *p, const char *engine, size_t i,
                                uint64_t step)
{
    char name[32];
    aln_problem_column(p, i + 1, name);
    return aln_raise(ALN_NUMERIC,
                     "%s: %s is no longer finite after step %" PRIu64
                     ", t = %g; the run diverges (smaller learning rates may help)",
                     engine, name, step, (double)step / (double)p->N);
}

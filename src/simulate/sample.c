#include "simulate/sample.h"

#include <string.h>

#include "model/activation_rows.h"

size_t aln_sample_size(const struct aln_problem *p)
{
    return p->K + p->M + p->O + p->K + p->O + p->K + 2 * aln_problem_size(p) +
           aln_problem_feedback_work(p);
}

void aln_sample_init(struct aln_sample *s, const struct aln_problem *p, uint64_t repeat,
                     double *store)
{
    s->p = p;
    s->layout = aln_state_layout(p);
    s->source = aln_feedback_source_of(p);
    s->g = store;
    s->e = s->g + p->K + p->M;
    s->d = s->e + p->O;
    s->fed = s->d + p->K;
    s->xi = s->fed + p->O;
    s->mean = s->xi + p->K;
    s->velocity = s->mean + s->layout.size;
    s->F_work = s->velocity + s->layout.size;
    aln_stream_init(&s->noise, p->seed, "sgd noise", repeat);
    aln_stream_init(&s->direction, p->seed, "sgd direction", repeat);
    aln_stream_init(&s->path, p->seed, "sgd feedback", repeat);
}

/* e_o = (W2 g(lambda))_o - (V2 g(nu))_o - sigma zeta_o, 0 for a row that is not in force. What the
 * feedback carries is e or its level, or for a rule of targets -(V2 g(nu))_o - sigma zeta_o, and noise. */
static void find_errors(struct aln_sample *s, const double *fields, const double *W2)
{
    const struct aln_problem *p = s->p;
    const size_t K = p->K, M = p->M;
    aln_activation_values(p->activation, K + M, fields, s->g);
    if (p->sigma > 0 && s->label != NULL)
        memcpy(s->e, s->label, p->O * sizeof *s->e);
    else if (p->sigma > 0)
        aln_stream_normals(&s->noise, p->O, s->e);
    if (p->feedback_noise > 0)
        aln_stream_normals(&s->path, p->O, s->fed);
    for (size_t o = 0; o < p->O; o++) {
        const double wrong = p->sigma > 0 ? -p->sigma * s->e[o] : 0,
                     strayed = p->feedback_noise > 0 ? p->feedback_noise * s->fed[o] : 0;
        double e = wrong, target = -wrong;
        for (size_t k = 0; k < K; k++)
            e += W2[o * K + k] * s->g[k];
        for (size_t m = 0; m < M; m++)
            if (aln_problem_teacher(p, m)) {
                e -= p->V2[o * M + m] * s->g[K + m];
                target += p->V2[o * M + m] * s->g[K + m];
            }
        s->e[o] = aln_problem_row(p, o) ? e : 0;
        const double fed = p->rule->targets ? -target : aln_rule_level(p->rule, p->threshold, e);
        s->fed[o] = aln_problem_row(p, o) ? fed + strayed : 0;
    }
}

/* The signal d of the hidden layer. */
static void find_signal(struct aln_sample *s, const double *fields, const double *state)
{
    const struct aln_problem *p = s->p;
    const struct aln_feedback_view F = aln_feedback_at(&s->source, state, NULL, s->F_work);
    double along = 0;
    if (p->rule->perturbs || p->rule->mirrors)
        aln_stream_normals(&s->direction, p->K, s->xi);
    aln_activation_slopes(p->activation, p->K, fields, s->d);
    for (size_t k = 0; k < p->K; k++) {
        double signal = 0;
        for (size_t o = 0; o < p->O; o++)
            signal += aln_feedback_entry(&F, k, o) * s->fed[o];
        s->d[k] *= signal;
        along += s->xi[k] * s->d[k];
    }
    for (size_t k = 0; k < p->K && p->rule->perturbs; k++)
        s->d[k] = along * s->xi[k];
}

/* (W2 xi)_o */
static double passed_on(const struct aln_sample *s, const double *state, size_t o)
{
    const double *W2 = state + s->layout.part[ALN_W2].at + o * s->p->K;
    double sum = 0;
    for (size_t k = 0; k < s->p->K; k++)
        sum += W2[k] * s->xi[k];
    return sum;
}

/* Entry (k, o) of `scale` times what a learned feedback descends along: the gradient, or what it
 * mirrors. */
static double slope_of_feedback(const struct aln_sample *s, double scale, const double *state,
                                size_t k, size_t o)
{
    return s->p->rule->mirrors ? -scale * s->xi[k] * passed_on(s, state, o)
                               : scale * s->e[o] * s->g[k];
}

void aln_sample_learn(struct aln_sample *s, const struct aln_step_rates *rates,
                      const double *fields, const double *state, double *next)
{
    const struct aln_problem *p = s->p;
    const struct aln_span *W2 = &s->layout.part[ALN_W2], *part_F = &s->layout.part[ALN_F];
    const size_t K = p->K, O = p->O;
    find_errors(s, fields, state + W2->at);
    find_signal(s, fields, state);
    for (size_t o = 0; o < O; o++) {
        const bool stays = !aln_problem_row(p, o);
        const double keep = stays ? 1 : rates->keep[1], rate = stays ? 0 : rates->rate[1];
        for (size_t k = 0; k < K; k++) {
            const size_t i = W2->at + o * K + k;
            next[i] = keep * state[i] - rate * s->e[o] * s->g[k];
        }
    }
    for (size_t k = 0; k < K && part_F->count > 0; k++)
        for (size_t o = 0; o < O; o++) {
            const size_t j = part_F->at + k * O + o;
            next[j] = aln_problem_row(p, o) ? rates->keep[2] * state[j] -
                                                  slope_of_feedback(s, rates->rate[2], state, k, o)
                                            : state[j];
        }
    for (size_t k = 0; k < K && p->rule->adapts; k++)
        for (size_t m = p->M - O; m < p->M; m++) {
            const size_t j = s->layout.part[ALN_R].at + k * p->M + m;
            next[j] = rates->keep[0] * state[j] - rates->rate[0] * s->d[k] * fields[K + m];
        }
}

/* ---- batches and momentum ---- */

void aln_sample_begin(struct aln_sample *s)
{
    memset(s->mean, 0, s->layout.size * sizeof *s->mean);
}

void aln_sample_add(struct aln_sample *s, double weight, const double *fields, const double *state)
{
    const struct aln_problem *p = s->p;
    const struct aln_span *R = &s->layout.part[ALN_R], *W2 = &s->layout.part[ALN_W2],
                          *F = &s->layout.part[ALN_F];
    find_errors(s, fields, state + W2->at);
    find_signal(s, fields, state);
    for (size_t k = 0; k < p->K; k++) {
        for (size_t m = 0; m < p->M; m++)
            s->mean[R->at + k * p->M + m] += weight * s->d[k] * fields[p->K + m];
        for (size_t o = 0; o < p->O; o++) {
            s->mean[W2->at + o * p->K + k] += weight * s->e[o] * s->g[k];
            if (F->count > 0)
                s->mean[F->at + k * p->O + o] += slope_of_feedback(s, weight, state, k, o);
        }
    }
}

/* One part, with its velocity unless beta is 0; what belongs to an output that is not in force stays. */
static void step_part(struct aln_sample *s, enum aln_state_part part, double beta, double keep,
                      double rate, const double *state, double *next)
{
    const struct aln_span *span = &s->layout.part[part];
    for (size_t i = 0; i < span->count; i++) {
        const size_t j = span->at + i;
        s->velocity[j] = beta * s->velocity[j] + s->mean[j];
        next[j] = aln_state_in_force(s->p, part, i / span->cols, i % span->cols)
                      ? keep * state[j] - rate * s->velocity[j]
                      : state[j];
    }
}

void aln_sample_step(struct aln_sample *s, const struct aln_step_rates *rates, const double *state,
                     double *next)
{
    const double beta = s->p->momentum;
    if (s->p->rule->adapts)
        step_part(s, ALN_R, beta, rates->keep[0], rates->rate[0], state, next);
    step_part(s, ALN_W2, beta, rates->keep[1], rates->rate[1], state, next);
    step_part(s, ALN_F, s->p->rule->mirrors ? 0 : beta, rates->keep[2], rates->rate[2], state,
              next);
}

double aln_sample_error(const struct aln_sample *s, const double *fields, const double *state)
{
    const struct aln_problem *p = s->p;
    const double *W2 = state + s->layout.part[ALN_W2].at;
    double sum = 0;
    for (size_t o = 0; o < p->O; o++) {
        double e = p->sigma > 0 ? -p->sigma * s->label[o] : 0;
        for (size_t k = 0; k < p->K; k++)
            e += W2[o * p->K + k] * p->activation->g(fields[k]);
        for (size_t m = 0; m < p->M; m++)
            e -= p->V2[o * p->M + m] * p->activation->g(fields[p->K + m]);
        sum += e * e / 2;
    }
    return sum;
}

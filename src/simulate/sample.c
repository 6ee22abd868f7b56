#include "simulate/sample.h"

size_t aln_sample_size(const struct aln_problem *p)
{
    return p->K + p->M + p->O + p->K + aln_problem_feedback_work(p);
}

void aln_sample_init(struct aln_sample *s, const struct aln_problem *p, const char *noise,
                     uint64_t repeat, double *store)
{
    s->p = p;
    s->layout = aln_state_layout(p);
    s->source = aln_feedback_source_of(p);
    s->g = store;
    s->e = s->g + p->K + p->M;
    s->d = s->e + p->O;
    s->F_work = s->d + p->K;
    aln_stream_init(&s->noise, p->seed, noise, repeat);
}

/* e_o = (W2 g(lambda))_o - (V2 g(nu))_o - sigma zeta_o, 0 for a row that is not in force. */
static void find_errors(struct aln_sample *s, const double *fields, const double *W2)
{
    const struct aln_problem *p = s->p;
    const size_t K = p->K, M = p->M;
    for (size_t a = 0; a < K + M; a++)
        s->g[a] = p->activation->g(fields[a]);
    if (p->sigma > 0)
        aln_stream_normals(&s->noise, p->O, s->e);
    for (size_t o = 0; o < p->O; o++) {
        double e = p->sigma > 0 ? -p->sigma * s->e[o] : 0;
        for (size_t k = 0; k < K; k++)
            e += W2[o * K + k] * s->g[k];
        for (size_t m = 0; m < M; m++)
            if (aln_problem_teacher(p, m))
                e -= p->V2[o * M + m] * s->g[K + m];
        s->e[o] = aln_problem_row(p, o) ? e : 0;
    }
}

void aln_sample_learn(struct aln_sample *s, const struct aln_step_rates *rates,
                      const double *fields, const double *state, double *next)
{
    const struct aln_problem *p = s->p;
    const struct aln_span *W2 = &s->layout.part[ALN_W2], *part_F = &s->layout.part[ALN_F];
    const size_t K = p->K, O = p->O;
    find_errors(s, fields, state + W2->at);
    const struct aln_feedback_view F = aln_feedback_at(&s->source, state, NULL, s->F_work);
    for (size_t k = 0; k < K; k++) {
        double signal = 0;
        for (size_t o = 0; o < O; o++)
            signal += aln_feedback_entry(&F, k, o) * s->e[o];
        s->d[k] = signal * p->activation->dg(fields[k]);
    }
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
            next[j] = aln_problem_row(p, o)
                          ? rates->keep[2] * state[j] - rates->rate[2] * s->e[o] * s->g[k]
                          : state[j];
        }
}

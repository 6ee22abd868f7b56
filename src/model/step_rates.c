#include "model/step_rates.h"

/* The part of the state that each index of rate and keep belongs to. */
static const enum aln_state_part driven[3] = {ALN_R, ALN_W2, ALN_F};

struct aln_step_rates aln_step_rates_at(const struct aln_problem *p, const double eta[2])
{
    struct aln_step_rates step = {.stay = 1};
    const double N = (double)p->N;
    for (int i = 0; i < 3; i++) {
        double rate, decay;
        aln_state_rates(p, driven[i], eta, &rate, &decay);
        step.rate[i] = rate / N;
        step.keep[i] = 1 - decay / N;
    }
    step.keep_Q = step.keep[0] * step.keep[0];
    step.rate_Q = step.keep[0] * step.rate[0];
    step.square_Q = step.rate[0] * step.rate[0];
    return step;
}

struct aln_step_rates aln_step_rates_limit(const struct aln_problem *p, const double eta[2])
{
    struct aln_step_rates limit = {.stay = 0};
    for (int i = 0; i < 3; i++) {
        double rate, decay;
        aln_state_rates(p, driven[i], eta, &rate, &decay);
        limit.rate[i] = rate * (driven[i] == ALN_F && p->rule->mirrors ? 1 : aln_problem_gain(p));
        limit.keep[i] = -decay;
    }
    limit.keep_Q = 2 * limit.keep[0];
    limit.rate_Q = limit.rate[0];
    limit.square_Q = p->first_order ? 0 : limit.rate[0] * limit.rate[0] / aln_problem_batch(p);
    return limit;
}

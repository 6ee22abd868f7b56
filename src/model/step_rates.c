#include "model/step_rates.h"

struct aln_step_rates aln_step_rates_at(const struct aln_problem *p, const double eta[2])
{
    static const enum aln_state_part driven[3] = {ALN_R, ALN_W2, ALN_F};
    struct aln_step_rates step;
    const double N = (double)p->N;
    for (int i = 0; i < 3; i++) {
        double rate, decay;
        aln_state_rates(p, driven[i], eta, &rate, &decay);
        step.rate[i] = rate / N;
        step.keep[i] = 1 - decay / N;
    }
    return step;
}

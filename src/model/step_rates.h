/* Learning rates and decays of one step at finite N. */
#ifndef ALIGNODE_MODEL_STEP_RATES_H
#define ALIGNODE_MODEL_STEP_RATES_H

#include "alignode/problem.h"

/* What multiplies the old values and the sample's gradients; indices: hidden layer, read-out,
 * feedback that learns. */
struct aln_step_rates {
    double rate[3], keep[3];
    double rate_Q, keep_Q, square_Q; /* of Q, where both factors move */
    double stay;                     /* of what does not learn at all */
};

/* One step at p->N > 0 when the rates of the layers are eta[2]: eta/N and 1 - kappa/N. With these
 * a step gives the next state. */
struct aln_step_rates aln_step_rates_at(const struct aln_problem *p, const double eta[2]);

/* The limit of large N: eta and -kappa. With these a step gives the increment itself,
 * N (next - now), in units of 1/t; without the terms of second order for a problem of first order. */
struct aln_step_rates aln_step_rates_limit(const struct aln_problem *p, const double eta[2]);

#endif

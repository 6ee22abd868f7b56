/* Learning rates and decays of one step at finite N. */
#ifndef ALIGNODE_MODEL_STEP_RATES_H
#define ALIGNODE_MODEL_STEP_RATES_H

#include "alignode/problem.h"

/* Factors of the old values (keep) and of the sample's gradients (rate). Indices: hidden layer,
 * read-out, learned feedback. */
struct aln_step_rates {
    double rate[3], keep[3];
    double rate_Q, keep_Q, square_Q; /* for Q, of which both factors change */
    double stay;                     /* for what does not learn at all */
};

/* A step at p->N > 0 with the layers' rates eta[2]: eta/N and 1 - kappa/N. It then yields the next
 * state. */
struct aln_step_rates aln_step_rates_at(const struct aln_problem *p, const double eta[2]);

/* The limit of large N: eta and -kappa. A step then yields the increment N (next - now), in units
 * of 1/t, without second-order terms if p->first_order. Of a batch, it is the mean of such
 * increments of its samples. Heavy ball divides the rates by 1 - momentum, but for that of feedback which
 * mirrors the read-out. */
struct aln_step_rates aln_step_rates_limit(const struct aln_problem *p, const double eta[2]);

#endif

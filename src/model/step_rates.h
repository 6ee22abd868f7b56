/* Learning rates and decays of one step at finite N. */
#ifndef ALIGNODE_MODEL_STEP_RATES_H
#define ALIGNODE_MODEL_STEP_RATES_H

#include "alignode/problem.h"

/* Rates and decays of one step; indices: hidden layer, read-out, feedback that learns. */
struct aln_step_rates {
    double rate[3]; /* eta/N */
    double keep[3]; /* 1 - kappa/N */
};

/* The rates of a step when those of the layers are eta[2]; p->N > 0. */
struct aln_step_rates aln_step_rates_at(const struct aln_problem *p, const double eta[2]);

#endif

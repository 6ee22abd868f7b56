/* What one sample teaches once its fields are known: error, hidden-layer signal, read-out step.
 * Both engines share it; they differ in where the fields come from and in how W1 moves.
 * Source: Refinetti et al., ICML 2021, section 2. */
#ifndef ALIGNODE_SIMULATE_SAMPLE_H
#define ALIGNODE_SIMULATE_SAMPLE_H

#include "alignode/problem.h"
#include "alignode/random.h"

struct aln_sample {
    const struct aln_problem *p;
    double rate[3];          /* eta/N: hidden layer, read-out, feedback that learns */
    double keep[3];          /* 1 - kappa/N */
    uint64_t change;         /* first step with other rates */
    struct aln_stream noise; /* label noise */
    double *g;               /* [K + M] outputs of all units */
    double *e;               /* [O] error */
    double *d;               /* [K] (F e) g'(lambda) */
    double *F;               /* K x O */
    double *F_work;          /* aln_rule_work() */
};

/* Numbers that a sample's arrays take. */
size_t aln_sample_size(const struct aln_problem *p);

/* Given: noise  name of the label noise's stream; store[aln_sample_size(p)] */
void aln_sample_init(struct aln_sample *s, const struct aln_problem *p, const char *noise,
                     uint64_t repeat, double *store);

/* Sets the rates of step `step`. */
void aln_sample_schedule(struct aln_sample *s, uint64_t step);

/* Numbers in the state from W2 on: W2 (O x K), then F (K x O) where it learns. */
size_t aln_sample_weights(const struct aln_problem *p);

/* Given:    fields  lambda[K], nu[M]; W2[aln_sample_weights()], F behind it where it learns
 * Returned: next (likewise), after the step, computed from old values; s->d */
void aln_sample_learn(struct aln_sample *s, const double *fields, const double *W2, double *next);

/* Raises ALN_NUMERIC for the state's entry i, lost in the step that ends at `step`. */
enum aln_status aln_sample_lost(const struct aln_problem *p, const char *engine, size_t i,
                                uint64_t step);

#endif

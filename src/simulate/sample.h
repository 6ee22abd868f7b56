/* The learning step for one sample, given its fields, in direct simulation: error, hidden-layer
 * signal, change of the read-out. The chain deliberately has separate code for the same
 * (model/increment.h): the two engines check each other.
 * Source: Refinetti et al., ICML 2021, section 2. */
#ifndef ALIGNODE_SIMULATE_SAMPLE_H
#define ALIGNODE_SIMULATE_SAMPLE_H

#include "alignode/problem.h"
#include "alignode/random.h"
#include "model/step_rates.h"

struct aln_sample {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_feedback_source source;
    struct aln_stream noise;           /* output noise */
    struct aln_stream direction, path; /* xi of a rule; noise of the feedback */
    double *g;                         /* [K + M] outputs of all units */
    double *e;                         /* [O] error */
    double *d;                         /* [K] (F e) g'(lambda) */
    double *fed;                       /* [O] what F acts on */
    const double *label;               /* [O], the noise of this sample's labels; NULL: drawn */
    double *xi;                        /* [K] */
    double *mean;                      /* as long as the state: means over a batch, see below */
    double *velocity;                  /* likewise, of momentum */
    double *F_work;                    /* aln_problem_feedback_work() */
};

/* Number of doubles in a sample's arrays. */
size_t aln_sample_size(const struct aln_problem *p);

/* Given: store[aln_sample_size(p)], zeros */
void aln_sample_init(struct aln_sample *s, const struct aln_problem *p, uint64_t repeat,
                     double *store);

/* Given:    fields  lambda[K], nu[M]; state (aln_problem_size), whose overlaps are not read, except
 *           those that are feedback
 * Returned: next (likewise)  the state after the step, its other overlaps untouched; s->d. All
 *           computed from the old state */
void aln_sample_learn(struct aln_sample *s, const struct aln_step_rates *rates,
                      const double *fields, const double *state, double *next);

/* The same in parts, for batches and momentum: s->mean starts at zero, each sample is added to it with
 * its weight 1/B, then the step is taken. */
void aln_sample_begin(struct aln_sample *s);
void aln_sample_add(struct aln_sample *s, double weight, const double *fields, const double *state);
void aln_sample_step(struct aln_sample *s, const struct aln_step_rates *rates, const double *state,
                     double *next);

/* Half the squared error of one sample whose label is given. */
double aln_sample_error(const struct aln_sample *s, const double *fields, const double *state);

#endif

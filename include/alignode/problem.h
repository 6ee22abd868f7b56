/* The two-layer teacher-student problem as plain values: what the ode, chain and sgd engines act
 * on.
 *
 * x ~ N(0, I_N), fields lambda = W1 x/sqrt(N) (student, K) and nu = V1 x/sqrt(N) (teacher, M),
 * student output W2 g(lambda), teacher output V2 g(nu) + sigma zeta, O outputs each; t = steps/N.
 * Order parameters Q = W1 W1^T/N, R = W1 V1^T/N, T = V1 V1^T/N, and W2.
 * Source: Refinetti et al., ICML 2021, section 2; Goldt et al., NeurIPS 2019.
 *
 * All engines share one flat *state*: Q upper triangle row by row (K(K+1)/2), R row by row (K M),
 * W2 row by row (O K), and for a rule whose feedback learns F row by row (K O). */
#ifndef ALIGNODE_PROBLEM_H
#define ALIGNODE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/activation.h"
#include "alignode/rates.h"
#include "alignode/rule.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Transparent; by hand it starts from aln_problem_defaults(). All matrices row-major views. */
struct aln_problem {
    size_t K, M, O; /* student units, teacher units, outputs */
    uint64_t N;     /* inputs; 0: only the ode runs */
    const struct aln_activation *activation;
    const struct aln_rule *rule;
    double sigma;            /* label noise, standard deviation, each output */
    double eta[2], kappa[2]; /* rates and decays: hidden layer, read-out */
    /* A feedback that learns: its rate and decay; NaN: those of the read-out. */
    double feedback_rate, feedback_decay;
    bool first_order; /* leave out the eta^2 terms of the ode (small-rate limit) */
    uint64_t seed;
    const double *T;                  /* M x M */
    const double *V2;                 /* O x M */
    const double *F1;                 /* K x O */
    const double *start;              /* state at t = 0, aln_problem_size() */
    const struct aln_rates *schedule; /* rates from later times on, increasing */
    size_t schedule_count;
};

/* A problem from text, in the format of parameter files (README.md; `alignode params` lists all of
 * their keys), as
 *     "problem: {activation: erf, student: {units: 4}, teacher: {units: 2}}\n"
 *     "learning: {rule: dfa, rate: 0.5}\n"
 * learning.rule alone must be there, the rest has defaults. Teacher, read-outs, feedback and start
 * are given or drawn, each from its own stream of run.seed. Beyond problem: and learning: only
 * run.seed and ode.second_order say something of the problem; the rest of a file is checked all the
 * same.
 * Returned: *out  yours, aln_problem_free(), with its arrays
 * Status:   ALN_USAGE with "text:LINE:COLUMN: ..." for a mistake in it, ALN_MEMORY; ALN_FILE when
 *           problem.overlaps.from cannot be read */
ALN_API enum aln_status aln_problem_parse(struct aln_problem **out, const char *yaml);

/* The same from a parameter file, or from a result, whose header is one.
 * Given: path  "-": standard input */
ALN_API enum aln_status aln_problem_load(struct aln_problem **out, const char *path);

/* NULL is allowed. */
ALN_API void aln_problem_free(struct aln_problem *p);

/* What a problem by hand starts from, so that a member left out means what a key left out of a
 * parameter file means: K = M = 2, O = 1, N = 500, erf, eta = 0.1, no noise and no decay, a
 * feedback that learns as the read-out does, seed 1. The rule and the arrays are yours to set. */
ALN_API struct aln_problem aln_problem_defaults(void);

/* Whether an engine can act on it; ode, chain and sgd ask this when they are created.
 * Status: ALN_USAGE with the member that is not set, or is out of range */
ALN_API enum aln_status aln_problem_check(const struct aln_problem *p);

/* Length of the state. */
ALN_API size_t aln_problem_size(const struct aln_problem *p);

/* Where Q_kl (any order of k, l; 0-based) lies in the state, and where R, W2 and F begin. */
ALN_API size_t aln_problem_at_Q(const struct aln_problem *p, size_t k, size_t l);
ALN_API size_t aln_problem_at_R(const struct aln_problem *p);
ALN_API size_t aln_problem_at_W2(const struct aln_problem *p);
ALN_API size_t aln_problem_at_F(const struct aln_problem *p);

/* The fixed random part of the feedback at this state: F1, or the F of a rule that learns (its
 * entry() gets this as b). A view, K x O. */
ALN_API const double *aln_problem_feedback(const struct aln_problem *p, const double *state);

/* Rate and decay of a feedback that learns, when the read-out's rate is eta2. */
ALN_API double aln_problem_feedback_rate(const struct aln_problem *p, double eta2);
ALN_API double aln_problem_feedback_decay(const struct aln_problem *p);

/* Covariance of the P = K + M fields, student first: C = [[Q, R], [R^T, T]].
 * Returned: C (P x P) */
ALN_API void aln_problem_covariance(const struct aln_problem *p, const double *state, double *C);

/* Generalisation error eg = 1/2 <|W2 g(lambda) - V2 g(nu)|^2>, from the closed form I2. */
ALN_API double aln_problem_eg(const struct aln_problem *p, const double *state);

/* Alignment cos(W2, F1) = tr(W2 F1) / (|W2| |F1|), with F(t) for F1 where it learns; NaN when a
 * norm is zero. */
ALN_API double aln_problem_cos(const struct aln_problem *p, const double *state);

/* Norm of the read-out, |W2| = sqrt(tr(W2 W2^T)). */
ALN_API double aln_problem_norm(const struct aln_problem *p, const double *state);

/* The angle with that cosine, in degrees, 0 to 180. Exact near 0 too, where the cosine is flat; NaN
 * when a norm is zero. Source: W. Kahan, "How futile are mindless assessments of roundoff in
 * floating-point computation?" (2006), on mangled angles. */
ALN_API double aln_problem_angle(const struct aln_problem *p, const double *state);

/* The rates in force at time t: the last schedule entry with time <= t, or eta. A view, [2]. */
ALN_API const double *aln_problem_rates(const struct aln_problem *p, double t);
/* The first schedule time > t, or INFINITY. */
ALN_API double aln_problem_next_change(const struct aln_problem *p, double t);

/* A recorded row: eg, Q, R, W2, cos(W2, F1), then F where it learns. */
ALN_API size_t aln_problem_columns(const struct aln_problem *p);
/* Given:    state (aln_problem_size)
 * Returned: row[aln_problem_columns()] */
ALN_API void aln_problem_observe(const struct aln_problem *p, const double *state, double *row);
/* The names of the columns of a row: "eg", "Q_1_1", ..., "cos_W2_F1".
 * Given:    i   0 <= i < aln_problem_columns()
 * Returned: name[32] */
ALN_API void aln_problem_column(const struct aln_problem *p, size_t i, char name[32]);

#ifdef __cplusplus
}
#endif

#endif

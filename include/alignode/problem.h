/* The two-layer teacher-student problem as plain values: what the ode, chain and sgd engines act
 * on.
 *
 * x ~ N(0, I_N), fields lambda = W1 x/sqrt(N) (student, K) and nu = V1 x/sqrt(N) (teacher, M),
 * student output W2 g(lambda), teacher output V2 g(nu) + sigma zeta, O outputs each; t = steps/N.
 * Order parameters Q = W1 W1^T/N, R = W1 V1^T/N, T = V1 V1^T/N, and W2.
 * Source: Refinetti et al., ICML 2021, section 2; Goldt et al., NeurIPS 2019.
 *
 * All engines share one flat *state*, which alignode/state.h describes. */
#ifndef ALIGNODE_PROBLEM_H
#define ALIGNODE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/activation.h"
#include "alignode/manifold.h"
#include "alignode/rates.h"
#include "alignode/rule.h"
#include "alignode/state.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Inputs with structure: blocks of directions, i = 0 ... count - 1, each with a share p_i of the N
 * directions and a variance lambda_i. The teacher acts on the inputs themselves, or on latent
 * variables of covariance s_i with them (the hidden manifold). With
 *     Q^i = (1/N) sum_{n in i} W W^T,    R^i, T^i likewise,
 * the state holds Q^i and R^i, and the covariances of the fields are their totals,
 *     Q = sum_i lambda_i Q^i,    R = sum_i s_i R^i,    T = sum_i tau_i T^i.
 * Rows record the totals.
 * Source: Yoshida & Okada, NeurIPS 2019; Goldt et al., PRX 10 (2020) 041044; Worschech & Rosenow,
 * ICLR 2025. */
struct aln_spectrum {
    size_t count;
    const double *share;    /* [count] p_i, which sum to 1 */
    const double *variance; /* [count] lambda_i >= 0 */
    const double *signal;   /* [count] s_i; lambda_i where the teacher acts on the inputs */
    const double *latent;   /* [count] tau_i, with s_i^2 <= lambda_i tau_i; likewise */
    const double *T;        /* count x M x M: T^i */
    /* NULL, or how sgd draws its inputs: latent variables of the first count - 1 blocks, `latents` in
     * all, each an equal number of singular directions of drawn features, folded by this function. The
     * last block is the rest of the N directions. chain draws Gaussian inputs of the same covariances. */
    const struct aln_fold *fold;
    uint64_t latents; /* D */
};

/* One of several tasks that follow each other: what its outputs are made of. */
struct aln_problem_task {
    const double *V2; /* O x M, 0 for units of other tasks */
    const bool *rows; /* [O] the rows of the read-out that it trains; NULL: all */
};
/* The task in force from a time on. A share of the steps, each independently with this probability, replays
 * a sample of one of the other tasks that have been in force before, all equally likely. */
struct aln_problem_turn {
    double time; /* INFINITY where it depends on an event */
    size_t task;
    double replay;
    double below; /* > 0: begins when eg of the task before falls below this; 0: at `time` */
    double after; /* > 0: begins this long after the turn before, at `time` where that is known */
};

/* To set it by hand, start from aln_problem_defaults(). All matrices are row-major views. */
struct aln_problem {
    size_t K, M, O; /* student units, teacher units, outputs */
    uint64_t N;     /* inputs; 0: only the ode runs */
    const struct aln_activation *activation;
    const struct aln_rule *rule;
    double sigma;            /* label noise, standard deviation, each output */
    double eta[2], kappa[2]; /* rates and decays: hidden layer, read-out */
    /* Of feedback that learns; NaN: those of the read-out. */
    double feedback_rate, feedback_decay;
    /* The feedback in force is symmetry W2^T + sqrt(1 - symmetry^2) F; its entry of each output has
     * noise of this standard deviation. */
    double symmetry, feedback_noise;
    double threshold; /* of the error, for a rule that feeds it back in three levels; >= 0 */
    /* > 0: a fixed set of samples N samples with their noisy labels, drawn anew by every repeat; a step
     * descends on all of it, or on `batch` of them drawn from it. 0: fresh samples in every step. */
    double samples;
    uint64_t batch;   /* samples of a step, whose gradients are averaged; 0: 1, or the whole set */
    double momentum;  /* heavy ball, 0 <= momentum < 1 */
    bool single;      /* sgd in single precision, with numbers of its own; of no effect elsewhere */
    bool first_order; /* leave out the eta^2 terms of the ode (small-rate limit) */
    /* The averages of the ode: 0, in closed form; n > 0, over the n-th set of 2^13 points. */
    unsigned points;
    uint64_t seed;
    const struct aln_spectrum *spectrum; /* of the inputs; NULL: x ~ N(0, I_N) */
    const double *T;                     /* M x M; with a spectrum the total */
    const double *V2;                    /* O x M */
    const double *F1;                    /* K x O */
    const double *start;                 /* state at t = 0, aln_problem_size() */
    /* > 0: every repeat of chain and sgd draws its own student's weights, normal with this standard
     * deviation, and so its Q and R; `start` holds their means, from which the ode starts. */
    double drawn_weights;
    const struct aln_rates *schedule; /* rates from later times on, in order of time */
    size_t schedule_count;
    /* What is in force; NULL: everything. Any other row of the read-out makes no error, is not fed
     * back, does not learn and does not decay. Any other teacher unit is silent: it contributes
     * nothing to the teacher's output, but its overlaps with the student are still followed. */
    const bool *rows;     /* [O] */
    const bool *teachers; /* [M] */
    /* Tasks, each with a generalisation error of its own; rows and V2 are those of one of them. Without
     * turns they stay in force, else they change with the turns, the first of which is at time 0. */
    const struct aln_problem_task *tasks;
    size_t task_count; /* 0: no tasks */
    const struct aln_problem_turn *turns;
    size_t turn_count;
};

/* A problem from text, in the format of parameter files (README.md; `alignode params` lists their
 * keys), for example
 *     "problem: {activation: erf, student: {units: 4}, teacher: {units: 2}}\n"
 *     "learning: {rule: dfa, rate: 0.5}\n"
 * Only learning.rule is required, the rest has defaults. Teacher, read-outs, feedback and start are
 * given or drawn, each from its own stream of run.seed. Outside problem: and learning: only
 * run.seed and ode.second_order affect the problem, but the rest of a file is checked too.
 * Returned: *out  yours, aln_problem_free(), with its arrays
 * Status:   ALN_USAGE with "text:LINE:COLUMN: ..." for a mistake in it, ALN_MEMORY; ALN_FILE when
 *           problem.overlaps.from cannot be read */
ALN_API enum aln_status aln_problem_parse(struct aln_problem **out, const char *yaml);

/* The same from a parameter file, or from the header of a result.
 * Given: path  "-": standard input */
ALN_API enum aln_status aln_problem_load(struct aln_problem **out, const char *path);

/* NULL is allowed. */
ALN_API void aln_problem_free(struct aln_problem *p);

/* The defaults, as in parameter files: K = M = 2, O = 1, N = 500, erf, eta = 0.1, no noise, no
 * decay, the read-out's rate and decay for feedback that learns, seed 1. The rule and the arrays
 * must be set. */
ALN_API struct aln_problem aln_problem_defaults(void);

/* Checks that an engine can run it; ode, chain and sgd do so when they are created.
 * Status: ALN_USAGE with the member that is not set or out of range */
ALN_API enum aln_status aln_problem_check(const struct aln_problem *p);

/* The state at t = 0 of a repeat of chain and sgd: p->start, with Q and R drawn where weights are drawn.
 * They follow their exact distribution at N (Wishart, by Bartlett's decomposition), from the stream of
 * the seed and the repeat.
 * Returned: state [aln_problem_size()]
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_problem_begin(const struct aln_problem *p, uint64_t repeat,
                                          double *state);

/* N times the covariance of drawn starts, given the teacher: of Q_kl with itself s^4 (1 + delta_kl), of
 * R_km and R_kn s^2 T_mn, s the standard deviation of the weights, and 0 else.
 * Returned: covariance [size x size], 0 where all repeats share the start */
ALN_API void aln_problem_begin_covariance(const struct aln_problem *p, double *covariance);

/* Length of the state. */
ALN_API size_t aln_problem_size(const struct aln_problem *p);

/* The blocks of inputs: 1 without a spectrum. */
static inline size_t aln_problem_blocks(const struct aln_problem *p)
{
    return p->spectrum != NULL ? p->spectrum->count : 1;
}
/* The number of input directions of block i: N p_i, rounded so that all of them make N. */
ALN_API uint64_t aln_problem_block_inputs(const struct aln_problem *p, size_t i);
/* T^i of block i (M x M): T itself without a spectrum. A view. */
static inline const double *aln_problem_block_T(const struct aln_problem *p, size_t i)
{
    return p->spectrum != NULL ? p->spectrum->T + i * p->M * p->M : p->T;
}
/* The overlaps of block i, [[Q^i, R^i], [R^i^T, T^i]], without the variances.
 * Returned: G (P x P), P = K + M */
ALN_API void aln_problem_block_overlaps(const struct aln_problem *p, const double *state, size_t i,
                                        double *G);

/* The number of samples in a fixed set, samples N rounded; 0: there is none. */
ALN_API uint64_t aln_problem_samples(const struct aln_problem *p);
/* The samples of a step, of problems without a fixed set. */
static inline double aln_problem_batch(const struct aln_problem *p)
{
    return p->batch > 0 ? (double)p->batch : 1;
}
/* What heavy ball multiplies the learning rates by in the limit of large N: 1/(1 - momentum). */
static inline double aln_problem_gain(const struct aln_problem *p)
{
    return 1 / (1 - p->momentum);
}

/* Whether row o of the read-out, or teacher unit m, is in force. */
static inline bool aln_problem_row(const struct aln_problem *p, size_t o)
{
    return p->rows == NULL || p->rows[o];
}
static inline bool aln_problem_teacher(const struct aln_problem *p, size_t m)
{
    return p->teachers == NULL || p->teachers[m];
}

/* The weights from the fields to the outputs, s = [W2, -V2], 0 where a row or a teacher unit is not
 * in force.
 * Given:    W2 (O x K)
 * Returned: s (O x (K + M)) */
ALN_API void aln_problem_outputs(const struct aln_problem *p, const double *W2, double *s);

/* A view of a feedback matrix: F_ko = a[k * unit + o * output]. */
struct aln_feedback_view {
    const double *a;
    size_t unit, output;
};
static inline double aln_feedback_entry(const struct aln_feedback_view *F, size_t k, size_t o)
{
    return F->a[k * F->unit + o * F->output];
}

/* Where the feedback that carries the errors back is found, in any state of one problem: looked up
 * once, because it does not change from state to state. */
struct aln_feedback_source {
    const struct aln_problem *p;
    enum aln_feedback kind; /* made, if the rule computes it or a part of it is W2 */
    const double *fixed;    /* NULL: it is in the state, from `at` on */
    size_t at;
    size_t unit, output; /* as in the view */
    struct aln_span W2;
};
ALN_API struct aln_feedback_source aln_feedback_source_of(const struct aln_problem *p);

/* The feedback in force at a state, see aln_problem_feedback_in_force(). */
ALN_API struct aln_feedback_view aln_feedback_at(const struct aln_feedback_source *source,
                                                 const double *state, const double *sign,
                                                 double *work);

/* The matrix to align with at this state: F1; its part of the state if the rule learns its
 * feedback; columns of R if the feedback is an overlap. A view. */
ALN_API struct aln_feedback_view aln_problem_feedback(const struct aln_problem *p,
                                                      const double *state);

/* Its time derivative, given that of the state, dydt (aln_problem_size); a == NULL: constant. */
ALN_API struct aln_feedback_view aln_problem_feedback_change(const struct aln_problem *p,
                                                             const double *dydt);

/* The feedback that carries the errors back at this state: that matrix, the transposed read-out, or
 * what the rule computes from both. A view of one of them, or of work.
 * Given: sign (O x K)  the signs of W2 to use if the rule jumps; NULL: those at this state
 *        work (aln_problem_feedback_work()) */
ALN_API struct aln_feedback_view aln_problem_feedback_in_force(const struct aln_problem *p,
                                                               const double *state,
                                                               const double *sign, double *work);
/* Length of its work array; 0 for rules whose feedback is not computed. */
ALN_API size_t aln_problem_feedback_work(const struct aln_problem *p);

/* Covariance of the P = K + M fields, student first: C = [[Q, R], [R^T, T]].
 * Returned: C (P x P) */
ALN_API void aln_problem_covariance(const struct aln_problem *p, const double *state, double *C);

/* Generalisation error eg = 1/2 <|W2 g(lambda) - V2 g(nu)|^2>, from the closed form I2.
 *
 * It is never negative. As a sum over pairs of fields it is a difference of terms of order 1, and the
 * last digits of the state are lost in it, however it is summed: near zero the sum can come out
 * negative, by rounding, or because errors of integration have moved Q, R and T off the covariances.
 * The nearest possible value, 0, is then returned; positive sums are returned as they are. A run whose sum falls further below zero than
 * rounding explains says so at its end. */
ALN_API double aln_problem_eg(const struct aln_problem *p, const double *state);

/* Alignment cos(W2, F1) = tr(W2 F1) / (|W2| |F1|), with F(t) for F1 if it learns; NaN if a norm
 * is zero. */
ALN_API double aln_problem_cos(const struct aln_problem *p, const double *state);

/* Norm of the read-out, |W2| = sqrt(tr(W2 W2^T)). */
ALN_API double aln_problem_norm(const struct aln_problem *p, const double *state);

/* The alignment angle in degrees, 0 to 180, accurate near 0 too, where the cosine is flat; NaN if a
 * norm is zero. Source: W. Kahan, "How futile are mindless assessments of roundoff in
 * floating-point computation?" (2006), on mangled angles. */
ALN_API double aln_problem_angle(const struct aln_problem *p, const double *state);

/* The rates in force at time t: the last schedule entry with time <= t, or eta. A view, [2]. */
ALN_API const double *aln_problem_rates(const struct aln_problem *p, double t);
/* The first time > t of the schedule or of a turn, or INFINITY. */
ALN_API double aln_problem_next_change(const struct aln_problem *p, double t);

/* ---- tasks ---- */

/* The problem with one task in force for good; tasks is still there, turns are not.
 * Given: task  0 <= task < p->task_count */
ALN_API struct aln_problem aln_problem_of_task(const struct aln_problem *p, size_t task);

/* The turn in force at time t, the last with time <= t; NULL without turns. A view. Turns that depend on an
 * event are in force in single runs: aln_ode_turn(), aln_chain_turn(), aln_sgd_turn(). */
ALN_API const struct aln_problem_turn *aln_problem_turn_at(const struct aln_problem *p, double t);

/* The problem in a turn of p, aln_problem_of_task() of its task; p itself if the turn is NULL. */
ALN_API struct aln_problem aln_problem_in_turn(const struct aln_problem *p,
                                               const struct aln_problem_turn *turn);
/* The problem at time t, in the turn of that time. */
ALN_API struct aln_problem aln_problem_at(const struct aln_problem *p, double t);

/* The probability that a step of a turn is of a task, replay included.
 * Given: turn  one of p->turns; task < p->task_count */
ALN_API double aln_problem_share(const struct aln_problem *p, const struct aln_problem_turn *turn,
                                 size_t task);

/* ---- recorded rows ---- */

/* A recorded row: eg, Q, R (totals), W2, cos(W2, F1), then F if it learns, then eg of each task. Of a
 * problem with turns take aln_problem_at() of the state's time: eg and the cosine are those of the task in
 * force. */
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

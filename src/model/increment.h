/* One microscopic step of online learning in terms of the overlaps: how a sample changes the state.
 * Nothing here draws random numbers.
 *
 * Let C = [[Q, R], [R^T, T]] be the covariance of the fields and C = L L^T any factorisation. For a
 * Gaussian input the coordinates of x in the span of all weight vectors are z ~ N(0, I_P), P =
 * K + M, and the rest of |x|^2 is chi-squared with N - P degrees of freedom, independent of z. So a
 * step needs only z, that rest and the output noise. Its mean over draws is the ode's right-hand
 * side up to order 1/N; steps with drawn samples are the chain.
 * Source: Refinetti et al., ICML 2021, section 2, before the limit N -> infinity. */
#ifndef ALIGNODE_MODEL_INCREMENT_H
#define ALIGNODE_MODEL_INCREMENT_H

#include "model/step_rates.h"

/* The random part of one sample. */
struct aln_draw {
    const double *z; /* [M + K] standard normals: along the teacher's vectors, then the student's */
    double x2;       /* |x|^2, z included; for the limit N -> infinity |x|^2/N, which is 1 */
    /* Standard normals, not read unless the problem needs them, see aln_normals_of(). */
    const double *noise;     /* [O] of the outputs */
    const double *direction; /* [K] xi, of a rule that perturbs or mirrors */
    const double *path;      /* [O] of the errors on their way back */
};

/* How many standard normals make a sample, in the order of struct aln_draw; 0 where it needs
 * none. */
struct aln_normals {
    size_t fields, noise, direction, path, all;
};
struct aln_normals aln_normals_of(const struct aln_problem *p);

/* The sample that n->all normals make. Its pointers are into z. */
static inline struct aln_draw aln_normals_draw(const struct aln_normals *n, const double *z,
                                               double x2)
{
    const double *noise = z + n->fields, *direction = noise + n->noise;
    return (struct aln_draw){z, x2, noise, direction, direction + n->direction};
}

struct aln_increment; /* work space; one per thread */

/* Given:    p  kept as a pointer, must outlive *out; its T must not change
 * Returned: *out  yours, aln_increment_free()
 * Status:   ALN_MEMORY */
enum aln_status aln_increment_create(struct aln_increment **out, const struct aln_problem *p);
void aln_increment_free(struct aln_increment *inc);

/* The factor of T and its inverse on its range, (M x M) each.  Views. */
void aln_increment_teacher(const struct aln_increment *inc, const double **LT,
                           const double **LT_inv);

/* Sets the state that samples act on: factors the covariance of the fields, computes the feedback.
 * Given: state (aln_problem_size)  kept as a pointer; must not change before the last sample */
void aln_increment_start(struct aln_increment *inc, const double *state);

/* Holds the signs of W2 that the feedback of a rule that jumps depends on, from the next start on.
 * Given: sign (O x K)  kept as a pointer; NULL: those of each state, as at the beginning */
void aln_increment_hold_signs(struct aln_increment *inc, const double *sign);

/* Applies one sample to that state, of a problem without a spectrum; may be called repeatedly. Depends on its arguments and the
 * state only.
 * Given:    rates  aln_step_rates_at() for the next state, aln_step_rates_limit() for the increment
 * Returned: out (aln_problem_size), not the state's array; may hold NaN or infinity */
void aln_increment_eval(struct aln_increment *inc, const struct aln_step_rates *rates,
                        const struct aln_draw *draw, double *out);

/* The signal d of the last sample, [K]: (F e) g'(lambda) for most rules.  A view. */
const double *aln_increment_signal(const struct aln_increment *inc);

/* What one sample gives, from its fields alone.  Views. */
struct aln_signals {
    const double *g; /* [K + M] outputs of all units */
    const double *e; /* [O] errors */
    const double *d; /* [K] signal */
};
/* Given: fields [K + M]  lambda, nu; draw  whose z and x2 are not read */
struct aln_signals aln_increment_signals(struct aln_increment *inc, const double *fields,
                                         const struct aln_draw *draw);

/* Adds weight times what feedback that mirrors the read-out gains from one sample, xi (W2 xi)^T.
 * Changed: gain (K x O) */
void aln_increment_mirror(const struct aln_increment *inc, const struct aln_draw *draw,
                          double weight, double *gain);

#endif

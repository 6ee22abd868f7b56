/* Deep linear networks under feedback alignment: the dynamics of their alignment matrices.
 *
 * Whitened inputs, teacher y = W* x with W* = diag(s_1, ..., s_n), loss 1/2 |yhat - y|^2, weights that
 * start at zero, gradient flow at rate 1. The weights are then W_1 = F_1 A_1, W_l = F_l A_l F_{l-1}^T,
 * W_L = A_L F_{L-1}^T with n x n matrices A_l (n = n_L outputs; A_1 acts on the n inputs that the teacher
 * reads, the others have no weights), and with the Gram matrices B_l = F_l^T F_l
 *     dA_1/dt = E,   dA_{l+1}/dt = E Z_l^T,   E = W* - Z_L,
 *     Z_1 = A_1,     Z_l = A_l B_{l-1} Z_{l-1}.
 * For layerwise feedback (fa) the products G_l = F_l F_{l+1} ... F_{L-1} replace F_l.
 *
 * With B_l = b_l 1 the modes decouple: for each singular value s, with z_1 = 1, z_{l+1} = b_l z_l^2/2^l,
 *     da/dt = s - z_L a^(2^L - 1),   A_1 = a,   A_{l+1} = z_l a^(2^l)/2^l,
 * so that the layers align from bottom to top, A_l ~ (s t)^(2^(l-1)), and at the end the condition number
 * of A_l is that of W* to the power 2^(l-1)/(2^L - 1).
 * Source: the weak alignment of Refinetti et al., ICML 2021, section 3, in continuous time; the law of
 * the modes is this project's */
#ifndef ALIGNODE_DEEP_ODE_H
#define ALIGNODE_DEEP_ODE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"
#include "alignode/stepper.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_deep_ode;

struct aln_deep_ode_options {
    size_t layers;          /* L >= 2 */
    size_t outputs;         /* n = n_L */
    const double *singular; /* [n], the singular values of W*, > 0 */
    const double *gram;     /* (L-1) x n x n: B_1 ... B_{L-1}, symmetric, positive definite */
    /* [L-1]: by how much F_l (or G_l) as drawn exceeds the matrix in force, for WA alone, as in the
     * measure of the same name; NULL: 1 */
    const double *drawn;
    bool modes;                        /* integrate the modes instead of the matrices */
    const struct aln_stepper *stepper; /* an explicit one; NULL: rk8pd */
    double rtol, atol;                 /* relative and absolute error of one step, both > 0 */
    uint64_t max_steps;                /* 0: 10 million */
    const volatile sig_atomic_t *stop; /* polled before each step; may be NULL */
};

/* rk8pd, rtol 1e-12, atol 1e-30, 10 million steps. The absolute error is that small because A_l starts as
 * t^(2^(l-1)): its condition number is only right as long as its smallest entries are. */
ALN_API struct aln_deep_ode_options aln_deep_ode_defaults(void);

/* An integration that starts at t = 0, all A_l = 0.
 * Given:    options  copied, with the arrays it points to
 * Returned: *out  yours, aln_deep_ode_free(), also after a failure
 * Status:   ALN_USAGE for values out of range, a B_l that is not symmetric or not positive definite, a
 *           stepper that needs a Jacobian, modes without B_l = b_l 1; ALN_MEMORY */
ALN_API enum aln_status aln_deep_ode_create(struct aln_deep_ode **out,
                                            const struct aln_deep_ode_options *options);
ALN_API void aln_deep_ode_free(struct aln_deep_ode *ode);

/* Integrates to time t (>= the current one). The stepper may pass t: the state there is interpolated to
 * the tolerance, and has the same bits whatever other times are requested.
 * Status: ALN_NUMERIC with t when the solution is no longer finite, a step falls below round-off or
 *         there are too many of them; ALN_STOPPED */
ALN_API enum aln_status aln_deep_ode_advance(struct aln_deep_ode *ode, double t);

/* Whether a matrix can be a B_l.
 * Given:  B (n x n)
 * Status: ALN_USAGE when it is not symmetric, or not positive definite; ALN_MEMORY */
ALN_API enum aln_status aln_deep_ode_check_gram(size_t n, const double *B);

/* A_1 ... A_L at the current time, L x n x n; a view. */
ALN_API const double *aln_deep_ode_state(const struct aln_deep_ode *ode);

/* Columns of a network of L layers, 3 L: loss  WA WA_2 .. WA_L  GA_1 .. GA_(L-1)  cond_1 .. cond_L.
 * Returned: name[32] of column i */
ALN_API size_t aln_deep_ode_columns(size_t L);
ALN_API void aln_deep_ode_column(size_t L, size_t i, char name[32]);

/* Their values at the current time:
 *     loss   1/2 |E|^2, the mean loss
 *     WA     cos(W_l, F_l F_{l-1}^T), F_L = 1, of all layers together and of each
 *     GA_l   cosine between the rule's and bp's signals da_l, those of all inputs concatenated; NaN
 *            once |E| < 1e6 rtol |W*|, where E is no longer resolved
 *     cond   ratio of the largest and the smallest singular value of A_l
 * Returned: value[3 L], NaN where a measure is not defined (at t = 0)
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_deep_ode_observe(struct aln_deep_ode *ode, double *value);

/* Largest over smallest singular value of A (rows x cols, rows <= cols or not); NaN if A = 0.
 * Given:  A  overwritten
 * Status: ALN_MEMORY */
ALN_API enum aln_status aln_deep_ode_condition(size_t rows, size_t cols, double *A, double *cond);

#ifdef __cplusplus
}
#endif

#endif

/* The early-time law: how the read-out turns towards the feedback before anything is learnt.
 *
 * As long as the student's weights are small, its own output does not enter, and to lowest order
 *     R(t)  = R(0)  + eta1 t F1 u T
 *     W2(t) = W2(0) + eta2 t u R(0)^T + 1/2 eta1 eta2 t^2 S F1^T,    S = u T u^T (O x O),
 * with u_om = V2_om <g'(0) g'(nu_m)>: for erf (2/pi) V2_om / sqrt(1 + T_mm), for linear units
 * V2_om. The read-out thus turns towards S F1^T. For one output, or S proportional to the identity,
 * this is the feedback itself; in general the alignment tends to cos(S F1^T, F1^T). Decay, the
 * student's own output and later changes of the rates enter at higher order.
 * Source: Refinetti et al., ICML 2021, section 2 (one output, from zero). */
#ifndef ALIGNODE_EARLY_H
#define ALIGNODE_EARLY_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_early;

/* Given:    p  with p->rule->random, p->activation->odd and ->linear_at_zero; kept as a pointer,
 *              must outlive *out
 * Returned: *out  yours, aln_early_free()
 * Status:   ALN_MEMORY */
ALN_API enum aln_status aln_early_create(struct aln_early **out, const struct aln_problem *p);
ALN_API void aln_early_free(struct aln_early *law);

/* The read-out at time t >= 0, or, for t = INFINITY, the direction it tends to.
 * Returned: W2 (O x K) */
ALN_API void aln_early_readout(const struct aln_early *law, double t, double *W2);

/* Its norm |W2| and its cos(W2, F1); NaN where that is undefined. */
ALN_API double aln_early_norm(const struct aln_early *law, double t);
ALN_API double aln_early_cos(const struct aln_early *law, double t);

#ifdef __cplusplus
}
#endif

#endif

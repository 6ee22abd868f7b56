/* Fixed points of the order-parameter ODEs and their stability.
 *
 * dy/dt = 0 is solved for the entries of the state that can change: with eta2 = kappa2 = 0 the
 * read-out is fixed and only Q and R are unknowns; with the rule `frozen` only W2 is. The Jacobian
 * is restricted to the unknowns, so its eigenvalues are their growth rates.
 *
 * The unknowns are order parameters, not weights. A direction in weight space that grows as
 * exp(lambda t) therefore appears as lambda where overlaps are linear in it, and as a sum of two
 * such rates where they are quadratic (the squared length outside the teacher's space). Directions
 * along a continuous family of fixed points (read-out and weights of a linear, relu or quadratic
 * unit that exchange scale; identical units in the small-rate limit; more student than teacher
 * units) have eigenvalue 0 and are counted as neutral.
 * Source: Saad & Solla, PRE 52 (1995) 4225; Biehl & Schwarze, J. Phys. A 28 (1995) 643. */
#ifndef ALIGNODE_FIXED_H
#define ALIGNODE_FIXED_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_fixed; /* a solver with its work space; one per thread */

/* Given:    p  kept as a pointer, must outlive *out; rates and decays are read at each call, but
 *              which of them are zero must not change. The schedule is ignored.
 * Returned: *out  yours, aln_fixed_free()
 * Status:   ALN_USAGE if there are no unknowns, ALN_MEMORY */
ALN_API enum aln_status aln_fixed_create(struct aln_fixed **out, const struct aln_problem *p);
ALN_API void aln_fixed_free(struct aln_fixed *fixed);

/* The number of unknowns.  Returned: *index  their indices in the state, a view */
ALN_API size_t aln_fixed_unknowns(const struct aln_fixed *fixed, const size_t **index);

/* The largest |dy_i/dt| of the unknowns at y; INFINITY if one is not finite. */
ALN_API double aln_fixed_speed(struct aln_fixed *fixed, const double *y);

struct aln_fixed_point {
    double *y;       /* the state, aln_problem_size() */
    double residual; /* aln_fixed_speed() there, 1/t */
    double eg;       /* its formula, which can be negative at a point that is not physical */
    bool physical;   /* weights with such overlaps exist: C is positive semi-definite */
    /* Whether the Jacobian is known. It is not where relu's fields vanish or are nearly parallel (a
     * student unit matches a teacher's): the averages are not smooth there. Then re and im are NaN,
     * and unstable, neutral and leading are 0. */
    bool smooth;
    size_t unknowns;
    /* Eigenvalues of the Jacobian, 1/t, as many as unknowns, largest real part first; in a complex
     * pair, im > 0 first. */
    double *re, *im;
    size_t unstable, neutral; /* how many have re > limit, |re| <= limit */
    double limit;             /* ALN_FIXED_NEUTRAL times the largest |eigenvalue| */
    double *leading; /* eigenvector of the first eigenvalue (its real part if complex), largest
                        entry 1; aln_problem_size(), 0 for entries that cannot change */
};
#define ALN_FIXED_NEUTRAL 1e-7

/* The fixed point that Newton's method reaches from a start: Levenberg-Marquardt damping until
 * it is close, then minimum-norm steps, which leave singular directions of the Jacobian alone,
 * until the residual stops falling.
 * Given:    start (aln_problem_size())
 * Returned: *out  yours, aln_fixed_point_free(); residual < 1e-12, or 1e-12 times the largest rate
 *                 or decay if all are below 1
 * Status:   ALN_NUMERIC if no fixed point is reached, ALN_STOPPED on a stop request during a run of the
 *           program, ALN_MEMORY */
ALN_API enum aln_status aln_fixed_find(struct aln_fixed *fixed, const double *start,
                                       struct aln_fixed_point **out);
ALN_API void aln_fixed_point_free(struct aln_fixed_point *point);

/* The same for a state that is known to be a fixed point, without Newton's method. */
ALN_API enum aln_status aln_fixed_at(struct aln_fixed *fixed, const double *y,
                                     struct aln_fixed_point **out);

/* ---- the zero-error solution ---- */

/* Student unit k equals teacher unit k, K = M: Q, R and W2 are the teacher's. For an odd activation
 * the weights and read-out of a unit are negated together where its feedback and read-out have
 * opposite signs, or where the read-out is fixed with the opposite sign. Learned feedback has its
 * initial value.
 * Returned: y (aln_problem_size())
 * Status:   ALN_USAGE when K != M (for K > M such solutions are not isolated), with noise or decay,
 *           or when the read-out is fixed and is not the teacher's */
ALN_API enum aln_status aln_fixed_perfect(const struct aln_problem *p, double *y);

/* This solution as the two learning rates grow in proportion. */
struct aln_branch;

/* Given:    p  copied; its arrays must outlive *out
 * Returned: *out  yours, aln_branch_free(), also after a failure
 * Status:   as aln_fixed_perfect(); ALN_USAGE when eta1 = 0; ALN_MEMORY */
ALN_API enum aln_status aln_branch_create(struct aln_branch **out, const struct aln_problem *p);
ALN_API void aln_branch_free(struct aln_branch *branch);

/* The point at eta1 = rate, and the growth rate that decides its stability: the largest real part,
 * excluding directions that were neutral at the first rate requested (families of solutions). NaN
 * if the Jacobian is not known.
 * Returned: *point  yours, aln_fixed_point_free() */
ALN_API enum aln_status aln_branch_at(struct aln_branch *branch, double rate,
                                      struct aln_fixed_point **point, double *growth);

/* The rate between low and high at which this growth rate changes sign, by Brent's method, to a
 * relative accuracy of 1e-10, or 1e-6 with neutral directions.
 * Status: ALN_NUMERIC when it has the same sign at both */
ALN_API enum aln_status aln_branch_critical(struct aln_branch *branch, double low, double high,
                                            double *rate);

#ifdef __cplusplus
}
#endif

#endif

/* Fixed points of the order-parameter ODEs and their stability.
 *
 * dy/dt = 0 is solved for the entries of the state that move: with eta2 = kappa2 = 0 the read-out
 * stays where it is and only Q and R are unknowns, with the rule `frozen` only W2. The Jacobian is
 * restricted accordingly, so that its eigenvalues are the rates of growth of what can grow.
 *
 * Unknowns are order parameters, not weights. A direction of the weights that grows as
 * exp(lambda t) therefore shows as lambda where overlaps are linear in it, and as a sum of two such
 * rates where they are products (the squared length of what lies beside the teacher's space).
 * Directions along which fixed points continue (read-out and weights of a linear, relu or quadratic
 * unit that trade their sizes; units that are alike in the small-rate limit; more student than
 * teacher units) have the eigenvalue 0: they are counted as neutral.
 * Source: Saad & Solla, PRE 52 (1995) 4225; Biehl & Schwarze, J. Phys. A 28 (1995) 643. */
#ifndef ALIGNODE_FIXED_H
#define ALIGNODE_FIXED_H

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_fixed; /* a solver with its work space; one per thread */

/* Given:    p  kept as a pointer, must outlive *out; rates and decays are read at each call, but
 *              which of them are zero must not change. The schedule is not looked at.
 * Returned: *out  yours, aln_fixed_free()
 * Status:   ALN_USAGE when nothing moves, ALN_MEMORY */
ALN_API enum aln_status aln_fixed_create(struct aln_fixed **out, const struct aln_problem *p);
ALN_API void aln_fixed_free(struct aln_fixed *fixed);

/* How many entries of the state move, and which.  Returned: *index  a view */
ALN_API size_t aln_fixed_unknowns(const struct aln_fixed *fixed, const size_t **index);

/* The largest |dy_i/dt| of what moves at y; INFINITY where one is not finite. */
ALN_API double aln_fixed_speed(struct aln_fixed *fixed, const double *y);

struct aln_fixed_point {
    double *y;       /* the state, aln_problem_size() */
    double residual; /* aln_fixed_speed() there, 1/t */
    double eg;
    bool physical; /* weights with such overlaps exist: C is positive semi-definite */
    /* Whether the Jacobian is known. Not where relu's fields are nearly parallel (a unit that has
     * found a teacher's) or vanish: averages are not smooth there. Then re and im are NaN, unstable
     * and neutral 0, leading 0. */
    bool smooth;
    size_t unknowns;
    /* Eigenvalues of the Jacobian, 1/t, as many as unknowns, largest real part first; of a complex
     * pair im > 0 first. */
    double *re, *im;
    size_t unstable, neutral; /* with re > limit, with |re| <= limit ... */
    double limit;             /* ... which is ALN_FIXED_NEUTRAL of the largest |eigenvalue| */
    double *leading; /* eigenvector of the first eigenvalue (of a complex one its real part), its
                        largest entry 1; aln_problem_size(), 0 where nothing moves */
};
#define ALN_FIXED_NEUTRAL 1e-7

/* The fixed point that Newton's method reaches from a start: with Levenberg and Marquardt's damping
 * until it is near, then steps of least norm, which leave singular directions of the Jacobian
 * alone, until the residual falls no more.
 * Given:    start (aln_problem_size())
 * Returned: *out  yours, aln_fixed_point_free(); residual < 1e-12, for rates and decays below 1
 *                 1e-12 times the largest of them
 * Status:   ALN_NUMERIC when the start leads to no fixed point, ALN_MEMORY */
ALN_API enum aln_status aln_fixed_find(struct aln_fixed *fixed, const double *start,
                                       struct aln_fixed_point **out);
ALN_API void aln_fixed_point_free(struct aln_fixed_point *point);

/* The same for a state that is known to be a fixed point, without Newton's method. */
ALN_API enum aln_status aln_fixed_at(struct aln_fixed *fixed, const double *y,
                                     struct aln_fixed_point **out);

/* ---- the solution without error ---- */

/* Student unit k on teacher unit k, K = M: Q, R and W2 those of the teacher. For an odd activation
 * weights and read-out of a unit are turned over together where the feedback of this unit has the
 * other sign than its read-out, or where the read-out stays and has the other sign. A feedback that
 * learns is where it starts.
 * Returned: y (aln_problem_size())
 * Status:   ALN_USAGE when K != M (for K > M such solutions are not isolated), with noise or decay,
 *           or when the read-out stays and is not the teacher's */
ALN_API enum aln_status aln_fixed_perfect(const struct aln_problem *p, double *y);

/* This solution while both rates grow in proportion. */
struct aln_branch;

/* Given:    p  copied; its arrays must outlive *out
 * Returned: *out  yours, aln_branch_free(), also after a failure
 * Status:   as aln_fixed_perfect(); ALN_USAGE when eta1 = 0; ALN_MEMORY */
ALN_API enum aln_status aln_branch_create(struct aln_branch **out, const struct aln_problem *p);
ALN_API void aln_branch_free(struct aln_branch *branch);

/* The point at eta1 = rate, and the growth that decides its stability: the largest real part, but
 * for the directions that were neutral at the first rate asked for (families of solutions). NaN
 * where the Jacobian is not known.
 * Returned: *point  yours, aln_fixed_point_free() */
ALN_API enum aln_status aln_branch_at(struct aln_branch *branch, double rate,
                                      struct aln_fixed_point **point, double *growth);

/* The rate between two at which this growth changes sign, by Brent's method, to 1e-10 of it, with
 * neutral directions to 1e-6.
 * Status: ALN_NUMERIC when it has the same sign at both */
ALN_API enum aln_status aln_branch_critical(struct aln_branch *branch, double low, double high,
                                            double *rate);

#ifdef __cplusplus
}
#endif

#endif

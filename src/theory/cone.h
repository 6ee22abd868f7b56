/* The states that weights can have. */
#ifndef ALIGNODE_THEORY_CONE_H
#define ALIGNODE_THEORY_CONE_H

#include "alignode/problem.h"

struct aln_cone {
    const struct aln_problem *p;
    struct aln_layout layout;
    double margin; /* of the eigenvalues, in units of the trace */
    double most;   /* of an entry */
    double *C;     /* P x P, work space */
};

/* Given: p, C (P x P)  kept as pointers; rtol  of the integration */
struct aln_cone aln_cone_around(const struct aln_problem *p, double rtol, double *C);

/* Is y at t a state that weights can have? If it is not finite, the next step fails.
 * Status: ALN_NUMERIC with time and quantity if an entry has grown beyond all bounds, or the covariance of
 *         the fields is not positive semi-definite */
enum aln_status aln_cone_check(const struct aln_cone *cone, double t, const double *y);

#endif

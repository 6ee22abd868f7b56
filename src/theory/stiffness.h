/* Stiffness, measured. An explicit stepper is limited by accuracy or, where the equations are stiff,
 * by stability: then its steps are as long as the fastest rate allows, whatever the solution does.
 *
 * Steps are watched in windows. A window is stiff when its steps have moved the state little, although
 * each is as long as the fastest rate of the equations allows; the rate is the largest eigenvalue of the
 * Jacobian, by power iteration on differences of the right-hand side. Whether an implicit stepper would
 * do better is then tried: it runs ahead from the present state, at the cost of a few windows. All is
 * counted in steps and evaluations, so that the outcome does not depend on the machine.
 * Source: Hairer & Wanner, Solving Ordinary Differential Equations II, section IV.2 */
#ifndef ALIGNODE_THEORY_STIFFNESS_H
#define ALIGNODE_THEORY_STIFFNESS_H

#include <gsl/gsl_odeiv2.h>
#include <stdbool.h>

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_stiffness;

/* Given:    p, sys  the equations; kept as pointers. sys has a Jacobian
 *           most    an entry of the state beyond this counts as divergence
 * Returned: *out  yours, aln_stiffness_free(), also after a failure */
enum aln_status aln_stiffness_create(struct aln_stiffness **out, const struct aln_problem *p,
                                     const gsl_odeiv2_system *sys, double rtol, double atol,
                                     double most);
void aln_stiffness_free(struct aln_stiffness *s);

/* An accepted step from y0 at t0 to y1 at t1. `calls` counts the evaluations so far.
 * Returned: true at the end of a window, if it and the one before were stiff */
bool aln_stiffness_step(struct aln_stiffness *s, double t0, const double *y0, double t1,
                        const double *y1, uint64_t calls);

/* The equations change: forgets the windows. */
void aln_stiffness_restart(struct aln_stiffness *s);

/* Of the last stiff window. */
struct aln_stiffness_found {
    double since; /* beginning of the first of the stiff windows */
    double rate;  /* the fastest rate, 1/t */
    double step;  /* mean length of a step */
    double scale; /* the time over which the solution changes by its own size */
};
struct aln_stiffness_found aln_stiffness_found(const struct aln_stiffness *s);

enum aln_ahead {
    ALN_AHEAD_SLOW,     /* no faster by bsimp, or unknown */
    ALN_AHEAD_FASTER,   /* several times as far for the same work */
    ALN_AHEAD_DIVERGES, /* an entry grows beyond `most`, or beyond measure in finite time */
};
struct aln_ahead_found {
    enum aln_ahead outcome;
    double t;     /* how far it came */
    size_t entry; /* the largest entry there, and its value */
    double value;
};
/* Runs ahead by bsimp from y at t, as far as `end`, for at most as many evaluations as the last
 * windows took. Changes nothing. */
struct aln_ahead_found aln_stiffness_look_ahead(struct aln_stiffness *s, double t, const double *y,
                                                double end);

#ifdef __cplusplus
}
#endif

#endif

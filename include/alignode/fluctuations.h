/* Error bars from theory: how single runs at finite N scatter about the equations, and the 1/N bias
 * of their mean.
 *
 * One step of learning changes the state by X/N, where X is the increment of one sample (a random
 * number given the state). Its mean f is the right-hand side. To the next order, with J = df/dy,
 *     y_N(t) = y(t) + m(t)/N + xi(t)/sqrt(N),   xi normal with covariance Sigma,
 *     dSigma/dt = J Sigma + Sigma J^T + B,      B = <X X^T> - f f^T,
 *     dm/dt = J m + 1/2 sum_ij Sigma_ij d2f/dy_i dy_j + b - 1/2 J f,
 * b being what the step itself has of order 1/N (the length of the input, the decay of Q), and
 * -1/2 J f the difference between steps of length 1/N and the flow. m(0) = 0, and Sigma(0) = 0 where all
 * runs share their start; where each draws its weights, Sigma(0) is N times the covariance of drawn
 * overlaps (aln_problem_begin_covariance()), whose mean is p->start. A function q of the state has mean q(y) + [grad q m + 1/2 tr(Hess q Sigma)]/N
 * and variance grad q^T Sigma grad q / N.
 *
 * B has no elementary form. It is averaged over a fixed set of 2^13 Sobol points (twice as many where
 * a sample and its mirror image differ), with a relative error of about 1e-4, at nodes in time between
 * which it is interpolated. J and second derivatives are differences of the right-hand side.
 *
 * The expansion ends where fluctuations decide which way a run goes: on a plateau, where Sigma grows at
 * twice the rate of escape. From there on escape times are a law of ln N (alignode study escape).
 * Source: van Kampen's expansion; for committee machines under back-propagation Barber, Saad &
 * Sollich, Europhys. Lett. 34 (1996) 151. */
#ifndef ALIGNODE_FLUCTUATIONS_H
#define ALIGNODE_FLUCTUATIONS_H

#include <signal.h>

#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_fluctuations;

/* Dimensions of the points: K + M, O where there is noise, K where a rule draws a direction, O where the
 * feedback is noisy. */
enum { ALN_FLUCTUATIONS_MOST = 40 };

/* Starts at p->start, t = 0.
 * Given:    p     kept as a pointer, must outlive *out; N >= 1
 *           rtol  relative error of a step, e.g. 1e-6
 *           stop  polled within every evaluation; may be NULL
 * Returned: *out  yours, aln_fluctuations_free(), also after a failure
 * Status:   ALN_USAGE if the problem is invalid, has momentum, no N or too many units (above), or the
 *           activation lacks averages; ALN_MEMORY */
ALN_API enum aln_status aln_fluctuations_create(struct aln_fluctuations **out,
                                                const struct aln_problem *p, double rtol,
                                                const volatile sig_atomic_t *stop);
ALN_API void aln_fluctuations_free(struct aln_fluctuations *f);

/* Integrates to time t >= the current one.
 * Status: ALN_NUMERIC where the equations cannot be integrated on; ALN_STOPPED */
ALN_API enum aln_status aln_fluctuations_advance(struct aln_fluctuations *f, double t);

/* The time it has reached. */
ALN_API double aln_fluctuations_time(const struct aln_fluctuations *f);
/* N times the covariance of the state, Sigma (size x size, both triangles), and N times the bias of
 * its mean, m (size). Views. */
ALN_API const double *aln_fluctuations_covariance(const struct aln_fluctuations *f);
ALN_API const double *aln_fluctuations_bias(const struct aln_fluctuations *f);

/* Standard deviation of single runs and bias of their mean at p->N, for each recorded quantity.
 * Status: ALN_STOPPED on a stop request
 * Returned: sd, bias [aln_problem_columns()]; NaN from the end of the expansion on, and where the
 *           quantity is undefined; of the cosine also where W2, or a feedback that learns, scatters by more
 *           than a third of its length: directions are no smooth function of it there */
ALN_API enum aln_status aln_fluctuations_observe(struct aln_fluctuations *f, double *sd,
                                                 double *bias);

/* Where the expansion has ended. */
enum aln_fluctuations_limit {
    ALN_FLUCTUATIONS_HOLD,    /* not so far */
    ALN_FLUCTUATIONS_LARGE,   /* an entry's standard deviation exceeds a third of its scale */
    ALN_FLUCTUATIONS_PLATEAU, /* ... of the way from the plateau that the run has gone */
    ALN_FLUCTUATIONS_JUMP,    /* the rule's feedback jumps: an entry of W2 changes its sign */
};
struct aln_fluctuations_end {
    enum aln_fluctuations_limit limit;
    double t;
    size_t entry;  /* of the state: the one that is too wide, or that changes its sign */
    double cosine; /* the first observed time at which the cosine alone was withheld; NaN: never */
};
ALN_API struct aln_fluctuations_end aln_fluctuations_end(const struct aln_fluctuations *f);

#ifdef __cplusplus
}
#endif

#endif

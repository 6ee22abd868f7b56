/* The order-parameter ODEs (N -> infinity) and their integration with GSL's steppers.
 * Source: Refinetti et al., ICML 2021, eqs. for R, Q, W2; Saad & Solla 1995; Goldt et al. 2019. */
#ifndef ALIGNODE_ODE_H
#define ALIGNODE_ODE_H

#include <signal.h>

#include "alignode/problem.h"
#include "alignode/stepper.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Right-hand side. */
struct aln_rhs;

/* Its work space, for one problem.
 * Given:    p  kept as a pointer, must outlive *out
 * Returned: *out  yours, aln_rhs_free(); one per thread (holds work space)
 * Status:   ALN_USAGE when the activation lacks averages, ALN_MEMORY */
ALN_API enum aln_status aln_rhs_create(struct aln_rhs **out, const struct aln_problem *p);
ALN_API void aln_rhs_free(struct aln_rhs *rhs);

/* dy/dt at state y, with the rates eta[2].
 * Given:    y (aln_problem_size); sign (O x K)  the signs of W2 to use if the rule jumps, NULL:
 *           those at y
 * Returned: dydt (aln_problem_size)
 * Status:   ALN_NUMERIC, if a derivative is not finite (no message set: the stepper may retry);
 *           ALN_STOPPED within aln_ode_advance(), on a stop request */
ALN_API enum aln_status aln_rhs_eval(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                     const double *y, double *dydt);

/* Puts a turn of a problem with tasks in force; at first it is the first one.
 * Given: turn  aln_problem_turn_at(); NULL, for problems without turns: no effect */
ALN_API void aln_rhs_turn(struct aln_rhs *rhs, const struct aln_problem_turn *turn);

/* The Jacobian of the right-hand side, dfdy[i][j] = d(dy_i/dt)/dy_j, by central differences of
 * order 4, at four right-hand sides per entry of the state. The steps are 2^-10 of the natural
 * scales (the lengths of the weight vectors, the largest read-out); the errors measured are 1e-11
 * of the row's largest entry (erf; polynomials of degree 4 are exact), and larger where an
 * activation's averages are not smooth (relu, fields that nearly coincide). Four-field averages whose slopes
 * are known (tanh, sigmoid, up to K (K + M) = 512) are differentiated in closed form. If the rule jumps, the signs are held fixed.
 *
 * Given:    as aln_rhs_eval()
 * Returned: dfdy (aln_problem_size x aln_problem_size), row-major
 * Status:   ALN_NUMERIC, if a derivative nearby is not finite (no message set) */
ALN_API enum aln_status aln_rhs_jacobian(struct aln_rhs *rhs, const double eta[2],
                                         const double *sign, const double *y, double *dfdy);

struct aln_ode;

/* With p->samples the equations are those of gradient flow on a fixed set, of linear units. Their blocks
 * are nodes of a quadrature of the Marchenko-Pastur law: this many Gauss-Legendre nodes in each of 2 to 13
 * parts of the spectrum, the shorter the closer to its lower end, and more where alpha is closer to 1. Means
 * of relaxations exp(-x t) are exact to 1e-11 up to t = 10^6. */
enum { ALN_ODE_ORDER = 12 };

struct aln_ode_options {
    const struct aln_stepper *stepper; /* NULL: rk8pd */
    double rtol, atol;                 /* relative and absolute error of one step, both > 0 */
    uint64_t max_steps;                /* see aln_ode_advance(); 0: 10 million */
    double horizon;                    /* the final time; 0: unknown */
    size_t order;                      /* with p->samples, see below; 0: ALN_ODE_ORDER */
    const volatile sig_atomic_t *stop; /* polled within every evaluation; may be NULL */
    /* Called once, if the equations are stiff and the run continues for long all the same; NULL: no
     * callback. */
    void (*notice)(void *context, const char *line);
    void *notice_context;
};

/* rk8pd, rtol 1e-9, atol 1e-12, 10 million steps, no horizon, no stop flag, no notice. */
ALN_API struct aln_ode_options aln_ode_defaults(void);

/* An integration that starts at p->start, t = 0. Turns GSL's error handler off for the
 * process, once: the default one aborts.
 *
 * Given:    p  kept as a pointer, must outlive *out
 * Returned: *out  yours, aln_ode_free(), also after a failure
 * Status:   ALN_USAGE if the problem (aln_problem_check()) or a tolerance is invalid, the activation
 *           lacks averages, or there is no theory of p->samples (units that are not linear,
 *           mini-batches); ALN_MEMORY */
ALN_API enum aln_status aln_ode_create(struct aln_ode **out, const struct aln_problem *p,
                                       const struct aln_ode_options *options);
ALN_API void aln_ode_free(struct aln_ode *ode);

/* Integrates to time t (>= the current one). The stepper chooses its own steps and may pass t; the
 * state at t is interpolated between two steps to the requested tolerance, so its bits do not
 * depend on which other times are requested. Integration restarts at schedule times and, if the
 * rule jumps, where an entry of W2 crosses zero, and never steps over either.
 *
 * Status:   ALN_NUMERIC with t, the quantity and what to try if the right-hand side is not
 *           finite, an overlap grows a trillion-fold (too large a rate), the covariance of the
 *           fields ceases to be positive semi-definite, the step size falls below round-off,
 *           reaching t and the horizon at the pace of the last 20000 steps would take more than
 *           max_steps steps in total (a very long run; projected only to the next change of rates),
 *           the same where the equations are stiff, or an entry crosses zero repeatedly; time and state are then
 *           the last good ones. ALN_STOPPED if options->stop is set
 *
 * Stiffness is measured every 1000 steps of an explicit stepper: they have hardly moved the state,
 * each is as long as the fastest rate of the equations allows, and bsimp, which is tried from the
 * present state, gets at least 5 times as far for the same work. A run that still needs more than
 * 20,000 steps then gives notice and continues; one that needs more than max_steps in total is
 * stopped. Where bsimp finds an entry that grows without bound, that is reported instead. The stepper
 * `auto` switches to bsimp. */
ALN_API enum aln_status aln_ode_advance(struct aln_ode *ode, double t);

/* The current time, and the state there (aln_problem_size); with p->samples its overlaps are those on
 * fresh inputs, and so is eg. */
ALN_API double aln_ode_time(const struct aln_ode *ode);
ALN_API const double *aln_ode_state(const struct aln_ode *ode); /* a view */

/* The turn in force at the current time, with the time at which it began; NULL without turns. The time of an
 * event that it waited for is located as that of other events, below. A view. */
ALN_API const struct aln_problem_turn *aln_ode_turn(const struct aln_ode *ode);

/* The error on the samples themselves, with their noisy labels; NaN without p->samples. */
ALN_API double aln_ode_train(const struct aln_ode *ode);

/* The time from which it has used the implicit stepper that ode.stepper auto switches to; NaN: never. */
ALN_API double aln_ode_switched(const struct aln_ode *ode);

/* Work done so far: accepted steps and right-hand-side calls, including those for states between
 * steps, events and Jacobians. Either pointer may be NULL. */
ALN_API void aln_ode_work(const struct aln_ode *ode, uint64_t *steps, uint64_t *calls);

/* Events: times located to the accuracy of the state, not to the spacing of recorded times. */
enum aln_event_kind {
    /* eg falls below `value` for the first time, at t = 0 if it starts there. */
    ALN_EVENT_EG_BELOW,
    /* The same below `value` times the eg of the start. */
    ALN_EVENT_EG_FRACTION,
    /* cos(W2, F1) turns from rising to falling for the first time. Where it is undefined (a zero
     * norm) or rises by less than 1e-9 per e-fold of time, it does not count as rising. */
    ALN_EVENT_COS_MAXIMUM,
    /* The plateau, defined by slopes in logarithmic time, with no threshold on its level or length.
     * With the steepness s = -d ln eg/d ln t, the first maximum of s is the first fall, and
     * the minimum of s that follows is the plateau. A descent without plateau, whose steepness only
     * grows, has none of these events.
     * It is entered when s has fallen to half of that maximum. */
    ALN_EVENT_PLATEAU_ENTERED,
    /* It is left when eg has fallen to half its value at that minimum. The descent is steep there,
     * so an error in the position of the flat minimum does not matter. */
    ALN_EVENT_PLATEAU_LEFT,
    /* After the plateau eg falls exponentially: its decay rate g = -d ln eg/dt, which has grown
     * during the escape, stops growing. The event is where d ln g/d ln t falls through 1/2, shortly
     * before the maximum of g or, if g has none, on its way to the limit. */
    ALN_EVENT_EXPONENTIAL,
    ALN_EVENT_KINDS
};
ALN_API extern const struct aln_names aln_events; /* rows in the order of enum aln_event_kind */

struct aln_event {
    enum aln_event_kind kind;
    double value;      /* threshold of eg, or its fraction, else unused */
    double t, eg, cos; /* NaN until it has happened */
};

/* Registers events that aln_ode_advance() fills in as it passes them; call it before the first
 * advance. Until all have happened every step is checked at four points: with rk8pd this takes 1.4
 * times the calls for a threshold of eg, 1.7 for the cosine, 2.3 for each plateau event. The states
 * do not change.
 * Given:  events  kept as a pointer, must outlive the integration; kind and value are read
 * Status: ALN_MEMORY; ALN_USAGE for a problem whose tasks take turns, and with p->samples */
ALN_API enum aln_status aln_ode_watch(struct aln_ode *ode, size_t count, struct aln_event *events);

#ifdef __cplusplus
}
#endif

#endif

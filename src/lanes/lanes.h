/* Lanes: several integrations of the order-parameter equations at once, one in each element of a vector.
 *
 * A sweep integrates the same equations many times, with other rates, seeds or noise. Each number of
 * the integration, an entry of the state, a covariance, a time, then has a value for each run, and
 * these are one vector: arrays of structures have become a structure of arrays, and every arithmetic
 * operation of the plain engine is one operation on vectors here. No operation mixes lanes, so the
 * values of a run do not depend on what runs beside it, in which lane, or when it was started.
 *
 * Every lane has its own time, step, error and acceptance. All lanes take a step together, the
 * thirteen stages of rk8pd; then each decides for itself whether it was good enough. A lane that
 * reaches its end takes the next run, so all are busy until there are no more. States between the
 * steps are computed later, several at a time, from copies of the steps.
 *
 * The bits are those of the plain engine (aln_rhs_eval(), aln_ode_advance() with rk8pd): the same
 * operations in the same order, as for kernels of several instruction sets (base/isa.h). That makes
 * lanes invisible in results, and leaves everything unusual to the plain engine: a run that may
 * diverge or be stiff, leaves the cone of covariances, has a weight that crosses zero where feedback
 * jumps, or needs more than an extension between two steps, is given up here and integrated again there,
 * with its messages. What lanes do not know at all, aln_lanes_fit() says beforehand. */
#ifndef ALIGNODE_LANES_LANES_H
#define ALIGNODE_LANES_LANES_H

#include "alignode/problem.h"
#include "base/isa.h"

/* Up to this many hidden units lanes are faster than pairs of units in vectors (model/erf.c), which larger problems
 * also share among threads. */
enum { ALN_LANES_UNITS = 16 };

/* Whether lanes know these equations at these rates: any activation, any rule
 * whose feedback is none of the user's own, a rate of the hidden layer that is not 0. */
bool aln_lanes_know(const struct aln_problem *p, const double eta[2]);
/* The same for all rates of the problem, with its schedule, and with as many units as lanes are faster for. */
bool aln_lanes_fit(const struct aln_problem *p);
/* Whether two problems that fit can run side by side: sizes, activation, rule and masks agree. */
bool aln_lanes_alike(const struct aln_problem *p, const struct aln_problem *q);

/* How many lanes there are: as many numbers as a vector of the instruction set holds. */
size_t aln_lanes_count(enum aln_isa isa);

/* ---- right-hand side ---- */

struct aln_lanes_rhs;

/* Zeroed memory for states of all lanes; yours, free(). */
double *aln_lanes_alloc(size_t bytes);

/* Given:    like  a problem that fits; all others must be alike. Kept as a pointer
 *           isa   the instruction set of the kernels, at most aln_isa_best()
 * Returned: *out  yours, aln_lanes_rhs_free()
 * Status:   ALN_MEMORY */
enum aln_status aln_lanes_rhs_create(struct aln_lanes_rhs **out, const struct aln_problem *like,
                                     enum aln_isa isa);
void aln_lanes_rhs_free(struct aln_lanes_rhs *rhs);

/* Sets the problem and the rates of one lane. Lanes that were never set compute nonsense. */
void aln_lanes_rhs_set(struct aln_lanes_rhs *rhs, size_t lane, const struct aln_problem *p,
                       const double eta[2]);

/* Sets the signs of W2 (O x K) that hold in a lane, of a rule whose feedback jumps, after its problem. */
void aln_lanes_rhs_hold(struct aln_lanes_rhs *rhs, size_t lane, const double *sign);

/* dy/dt, as aln_rhs_eval().
 * Given:    y     (size x lanes) entry i of lane j at y[i * lanes + j], aligned to 64 bytes
 * Returned: dydt  likewise; not finite where aln_rhs_eval() returns ALN_NUMERIC, or y is not */
void aln_lanes_rhs_eval(struct aln_lanes_rhs *rhs, const double *y, double *dydt);

/* From now on four-field averages are taken to first order around the covariance C, the same for all lanes: the sum
 * over a and b of U_ka U_lb part_klab + slope_klab (c_ab - C_ab).
 * Given: C (P x P), part, slope (K x K x P x P)  kept as pointers; C: NULL, no longer */
void aln_lanes_rhs_expand(struct aln_lanes_rhs *rhs, const double *C, const double *part,
                          const double *slope);

/* eg at y before it is kept from being negative, as aln_problem_error_sum(); eg [lanes], aligned. */
void aln_lanes_error(struct aln_lanes_rhs *rhs, const double *y, double *eg);

/* ---- integration ---- */

/* Where eg falls below a level: the event ALN_EVENT_EG_BELOW of the plain engine. */
struct aln_lanes_level {
    double level;
    double t, eg, cos; /* filled in: when it does, and the state then; NaN: it does not */
};

struct aln_lanes_run {
    const struct aln_problem *p; /* fits */
    double rtol, atol;
    uint64_t max_steps; /* as in struct aln_ode_options; 0: 10 million */
    size_t time_count;
    const double *times; /* increasing, >= 0 */
    double *states;      /* time_count x aln_problem_size(), to be filled in */
    size_t level_count;
    struct aln_lanes_level *levels;
    bool ends;        /* at the first of the times by which eg has fallen below all levels */
    size_t time_done; /* filled in: how many of the times it has reached */
    bool done;        /* filled in: false if it needs the plain engine */
};

/* Integrates all runs, each from its p->start, like aln_ode_create() with the stepper rk8pd and
 * horizon times[time_count - 1]. The runs may differ in everything; those that are alike share lanes.
 * Status: ALN_MEMORY; ALN_STOPPED on a stop request (base/interrupt.h) */
enum aln_status aln_lanes_integrate(enum aln_isa isa, size_t count, struct aln_lanes_run *runs);

#endif

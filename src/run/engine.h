/* The table of engines: how each is created, advanced and read. */
#ifndef ALIGNODE_RUN_ENGINE_H
#define ALIGNODE_RUN_ENGINE_H

#include <signal.h>
#include <stdbool.h>

#include "alignode/fluctuations.h"
#include "alignode/names.h"
#include "alignode/ode.h"
#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;
struct aln_params_given;

enum aln_engine_kind { ALN_ENGINE_ODE, ALN_ENGINE_CHAIN, ALN_ENGINE_SGD, ALN_ENGINES };

/* An integration of the ode that has been made already (run/ahead.h): all states and events that the engine will be
 * asked for. One block of memory. */
struct aln_known_run {
    size_t event_count;
    const struct aln_event *events; /* those that are watched, filled in */
    const double *states;           /* at the times passed to advance() */
};

struct aln_engine_start {
    const struct aln_params *params;   /* stepper and tolerances */
    uint64_t repeat;                   /* the first of `count` */
    size_t count;                      /* at most at_once(); 0: 1 */
    double end;                        /* the last time passed to advance() */
    const double *times;               /* those passed to advance(), after 0 */
    const struct aln_known_run *known; /* of the ode; or NULL: it is integrated */
    const volatile sig_atomic_t *stop; /* stop request, or NULL; for engines without slice */
    void (*notice)(void *context, const char *line); /* takes a line for the user; or NULL */
    void *context;
};

struct aln_engine {
    struct aln_name id;
    enum aln_status (*create)(void **out, const struct aln_problem *p,
                              const struct aln_engine_start *start);
    enum aln_status (*advance)(void *engine, const struct aln_problem *p, double t);
    const double *(*state)(void *engine);
    /* The state of a second integration, where aln_engine_second(): at tighter tolerances, or with other
     * points. NULL: none. */
    const double *(*second)(void *engine);
    /* With a fixed set of samples: the error on it, at that state and at that of second(). NULL: the
     * engine knows none. */
    double (*train)(void *engine);
    double (*second_train)(void *engine);
    /* The turn in force at the time of that state, with its beginning; NULL without turns. */
    const struct aln_problem_turn *(*turn)(void *engine);
    /* Standard deviations of single runs at finite N and biases of their mean, for each column of the
     * problem (params->ode.fluctuations); and where the expansion ends. NULL: none.
     * Returned: spread [2 x aln_problem_columns()] */
    enum aln_status (*fluctuations)(void *engine, double *spread);
    struct aln_fluctuations_end (*fluctuations_end)(void *engine);
    /* Sets the events to detect; called before the first advance. NULL: detects none. */
    enum aln_status (*watch)(void *engine, size_t count, struct aln_event *events);
    /* The time from which it has used another stepper than at the start; NaN: never. NULL: has none. */
    double (*switched)(void *engine);
    void (*free)(void *engine);
    /* How many repeats one handle can run faster than one after the other, with the same numbers; NULL: 1.
     * select() chooses the one whose state is read next.
     * Status: of that repeat, whose last rows are there already if it is not ALN_OK */
    size_t (*at_once)(const struct aln_problem *p);
    enum aln_status (*select)(void *engine, size_t repeat);
    /* Time between two polls of the stop request; NULL: the engine polls it itself. Only for engines
     * whose results do not depend on where advance() is split. */
    double (*slice)(const struct aln_problem *p);
    bool repeats; /* simulates at finite N; false: deterministic, one repeat suffices */
};

extern const struct aln_engine aln_engine_table[ALN_ENGINES];
extern const struct aln_names aln_engines; /* the same rows */

/* Refuses starts that repeats draw, and tasks that follow each other, for what has starts of its own, and
 * fixed sets of samples, for what rests on the equations of fresh ones. */
enum aln_status aln_engines_check_shared(const struct aln_params *p,
                                         const struct aln_params_given *given);

/* Whether the parameters ask the ode for a second integration. */
bool aln_engine_second(const struct aln_params *params);

/* Checks what engines require of the parameters: finite-N engines at least as many inputs as units,
 * the ode a start at which its right-hand side is defined.
 * Given:  engines     1u << enum aln_engine_kind of each
 *         most_units  the largest K that will be run
 * Status: ALN_USAGE with file:line:column */
enum aln_status aln_engines_check(const struct aln_params *p, const struct aln_params_given *given,
                                  unsigned engines, uint64_t most_units);

/* The same for one engine, each an aln_params_use: for `alignode ode`, `chain` and `sgd`. */
enum aln_status aln_engine_check_ode(const void *p, const struct aln_params_given *given);
enum aln_status aln_engine_check_chain(const void *p, const struct aln_params_given *given);
enum aln_status aln_engine_check_sgd(const void *p, const struct aln_params_given *given);

#ifdef __cplusplus
}
#endif

#endif

/* The engines as rows: how each is created, advanced and read. */
#ifndef ALIGNODE_RUN_ENGINE_H
#define ALIGNODE_RUN_ENGINE_H

#include <signal.h>
#include <stdbool.h>

#include "alignode/names.h"
#include "alignode/ode.h"
#include "alignode/problem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;
struct aln_params_given;

enum aln_engine_kind { ALN_ENGINE_ODE, ALN_ENGINE_CHAIN, ALN_ENGINE_SGD, ALN_ENGINES };

struct aln_engine_start {
    const struct aln_params *params; /* stepper and tolerances */
    uint64_t repeat;
    double end;                        /* the last time that will be asked for */
    const volatile sig_atomic_t *stop; /* the user's wish, or NULL; for engines without slice */
};

struct aln_engine {
    struct aln_name id;
    enum aln_status (*create)(void **out, const struct aln_problem *p,
                              const struct aln_engine_start *start);
    enum aln_status (*advance)(void *engine, const struct aln_problem *p, double t);
    const double *(*state)(void *engine);
    /* The state of a second, finer integration, which params->ode.check asks for; NULL: has none.
     */
    const double *(*second)(void *engine);
    /* Before the first advance: events to be filled in. NULL: finds none. */
    enum aln_status (*watch)(void *engine, size_t count, struct aln_event *events);
    void (*free)(void *engine);
    /* Time that may pass between two looks at the user's wish to stop; NULL: the engine looks
     * itself. Only engines whose results do not depend on where they are interrupted have it. */
    double (*slice)(const struct aln_problem *p);
    bool repeats; /* simulates at finite N; false: deterministic, one repeat says it all */
};

extern const struct aln_engine aln_engine_table[ALN_ENGINES];
extern const struct aln_names aln_engines; /* the same rows */

/* What engines require of the parameters: those of finite N as many inputs as there are units, the
 * ode a start at which it has a value.
 * Given:  engines     1u << enum aln_engine_kind of each
 *         most_units  the largest K that will be run
 * Status: ALN_USAGE with the place */
enum aln_status aln_engines_check(const struct aln_params *p, const struct aln_params_given *given,
                                  unsigned engines, uint64_t most_units);

/* The same for one engine, as aln_params_use: what `alignode ode`, `chain` and `sgd` require. */
enum aln_status aln_engine_check_ode(const void *p, const struct aln_params_given *given);
enum aln_status aln_engine_check_chain(const void *p, const struct aln_params_given *given);
enum aln_status aln_engine_check_sgd(const void *p, const struct aln_params_given *given);

#ifdef __cplusplus
}
#endif

#endif

/* The engines as rows: how each is created, advanced and read. */
#ifndef ALIGNODE_RUN_ENGINE_H
#define ALIGNODE_RUN_ENGINE_H

#include <signal.h>

#include "alignode/ode.h"
#include "alignode/problem.h"
#include "model/params.h"

struct aln_engine_start {
    const struct aln_params *params; /* stepper and tolerances */
    uint64_t repeat;
    double end;                        /* the last time that will be asked for */
    const volatile sig_atomic_t *stop; /* the user's wish, or NULL; for engines without slice */
};

struct aln_engine {
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
    bool repeats; /* false: deterministic, one repeat says it all */
};

extern const struct aln_engine aln_engine_table[ALN_ENGINES];

#endif

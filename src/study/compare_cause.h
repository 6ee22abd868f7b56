/* Why engines disagree, found by running the comparison again in other ways. */
#ifndef ALIGNODE_STUDY_COMPARE_CAUSE_H
#define ALIGNODE_STUDY_COMPARE_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "study/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_cause_kind {
    ALN_CAUSE_NONE,        /* nothing is outside */
    ALN_CAUSE_UNDEFINED,   /* a quantity is defined in one of the engines only */
    ALN_CAUSE_CHANCE,      /* as many rows outside as chance explains */
    ALN_CAUSE_SIMULATIONS, /* chain and sgd differ, which obey the same law at the same N */
    ALN_CAUSE_INTEGRATION, /* the ode moves by as much at tighter tolerances */
    ALN_CAUSE_SIZE,        /* the difference falls with N */
    ALN_CAUSE_SENSITIVE,   /* it does not, and fluctuations grow to its size */
    ALN_CAUSE_THEORY,      /* neither: the equations or the parameters */
    ALN_CAUSE_UNDECIDED,   /* standard errors too large to tell */
    ALN_CAUSES
};

/* Amounts are relative to the difference of theory and simulation: root mean squares over the rows
 * outside their tolerance, each in units of that tolerance. NaN: not measured. */
struct aln_compare_cause {
    enum aln_cause_kind kind;
    size_t failed;         /* rows outside their tolerance */
    double by_chance;      /* how many of them chance explains, by Student's t */
    bool simulations_too;  /* chain and sgd differ as well, beyond chance */
    const char *simulated; /* the engine against the ode; */
    const char *larger;    /* that of the run at 4N */
    uint64_t N;            /* of the comparison */
    double moved;          /* by how much the ode moves at 1e-3 of rtol and atol */
    double left;           /* what is left of the difference at 4N, */
    double left_error;     /* and its standard error */
    double growth;         /* largest growth of a relative change of the start */
    double enough;     /* the relative change of the start that would move the ode by all of it */
    char trouble[512]; /* why a run was not possible; "" */
};

/* Looks for the cause: integrates at 1e-3 of rtol and atol and from a start changed slightly, and
 * simulates at 4N from the same overlaps. Each run is announced through options->progress->tell.
 * The cost is about four to six times that of one simulated engine: chain is preferred to sgd, and
 * sgd runs with a quarter of the repeats.
 * Status: ALN_STOPPED on a stop request; ALN_MEMORY */
enum aln_status aln_comparison_cause(struct aln_compare_cause *out, const struct aln_comparison *c,
                                     const struct aln_params *params,
                                     const struct aln_run_options *options);

/* Appends one sentence: the cause and the numbers behind it. */
void aln_comparison_cause_text(const struct aln_compare_cause *cause, struct aln_text *out);

#ifdef __cplusplus
}
#endif

#endif

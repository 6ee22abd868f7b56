/* Runs an engine on a problem: repeats in parallel, recorded at given times, passed on in order.
 *
 * A result depends on the resolved parameters only: each repeat depends on (seed, repeat) alone and
 * repeats are passed on in order, so its bytes are the same for any number of threads. */
#ifndef ALIGNODE_RUN_ENSEMBLE_H
#define ALIGNODE_RUN_ENSEMBLE_H

#include <stdbool.h>

#include "alignode/ode.h"
#include "alignode/problem.h"
#include "alignode/status.h"
#include "run/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;
struct aln_record;

/* Receives one finished repeat; called in order of the repeats, never by two threads at once.
 * Given: row  rows x aln_problem_columns(), as aln_problem_observe() fills them, or more with `extra`
 *        whole  false when the engine failed after these rows (the run then ends) */
typedef enum aln_status (*aln_repeat_sink)(void *context, uint64_t repeat, size_t rows,
                                           const double *t, const double *row, bool whole);

struct aln_ensemble {
    enum aln_engine_kind engine;
    const struct aln_problem *problem;
    const struct aln_params *params; /* stepper, tolerances, extra columns */
    const double *times;             /* increasing, multiples of 1/N for chain and sgd */
    size_t time_count;
    const struct aln_known_run *known; /* if the ode has been integrated already; NULL: it is */
    bool last;   /* only the last row of each repeat is wanted; those before it are not filled in */
    bool extra;  /* also record what params ask for: ode.check, degrees */
    bool spread; /* also record sd_... and bias_..., as ode.fluctuations asks for */
    struct aln_event *events; /* filled in by the ode only */
    size_t event_count;
    double *switched; /* set to when the ode changed its stepper, NaN: never; NULL: not wanted */
    /* Set to where the expansion of ode.fluctuations ended; NULL: not wanted. */
    struct aln_fluctuations_end *end;
    uint64_t first, repeats;             /* repeats first, ..., repeats - 1 are run */
    int threads;                         /* 0: OpenMP's default */
    const struct aln_progress *progress; /* may be NULL */
};

/* Runs the repeats and passes each to the sink.
 * Status: that of the first repeat that failed; ALN_STOPPED on a stop request */
enum aln_status aln_run_ensemble(const struct aln_ensemble *ensemble, aln_repeat_sink sink,
                                 void *context);

/* Returned: *out  the columns to record with this engine, aln_record_close() */
enum aln_status aln_ensemble_record(struct aln_record *out, const struct aln_problem *p,
                                    const struct aln_params *params,
                                    const struct aln_engine *engine);

#ifdef __cplusplus
}
#endif

#endif

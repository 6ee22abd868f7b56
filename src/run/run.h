/* Runs an engine on the problem of a parameter file, and writes its result: a header, and the rows of
 * its repeats (run/ensemble.h). */
#ifndef ALIGNODE_RUN_RUN_H
#define ALIGNODE_RUN_RUN_H

#include "alignode/problem.h"
#include "alignode/status.h"
#include "run/engine.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;

/* `alignode ode|chain|sgd`: writes the result of one engine on the problem of `params`.
 * The ode is deterministic and yields repeat 0 only. Its rows are followed by the events of
 * params->ode.events, as remarks "event eg_below 0.01 t 12.5 eg 0.01 cos 0.99", or "... never" if
 * they did not occur within the run, for ode.stepper auto by "stepper bsimp from t 3.75" if it
 * switched, and for ode.fluctuations by "fluctuations end t 120.5 plateau" where they end. When the
 * engine fails or the user stops the run, what was recorded stays in PATH.part. */
enum aln_status aln_run(enum aln_engine_kind engine, const struct aln_params *params,
                        const struct aln_run_options *options);

/* The events that parameters ask for.
 * Returned: *events [*count]  yours, free() */
enum aln_status aln_run_events(const struct aln_params *params, struct aln_event **events,
                               size_t *count);

/* The resolved parameters and, under `drawn:`, what was drawn from the seed, as YAML.
 * Returned: *out  yours, free() */
enum aln_status aln_run_header(const struct aln_params *params, const struct aln_problem *problem,
                               char **out);

#ifdef __cplusplus
}
#endif

#endif

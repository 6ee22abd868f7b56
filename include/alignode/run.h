/* Runs: an engine, a problem, recorded times and repeats, in parallel, to a result.
 *
 * A result is a function of the resolved parameters: repeats are handed on in order and each
 * depends on (seed, repeat) alone, so that the bytes are the same for any number of threads. */
#ifndef ALIGNODE_RUN_H
#define ALIGNODE_RUN_H

#include <signal.h>
#include <stdbool.h>

#include "alignode/ode.h"
#include "alignode/params.h"
#include "alignode/problem.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a long computation reports and is stopped. The functions are called by any of its threads, by
 * one at a time. */
struct aln_progress {
    /* 0 <= fraction <= 1, never less than before; may be NULL */
    void (*update)(void *context, double fraction);
    void *context;
    /* A few words on how it goes, shown beside the bar; a line for people once it is over. NULL:
     * nobody wants to know. */
    void (*note)(void *context, const char *text);
    void (*tell)(void *context, const char *line);
    const volatile sig_atomic_t
        *stop; /* becomes non-zero when the user wants to stop; may be NULL */
};

/* Takes one finished repeat; called in order of the repeats, never by two threads at once.
 * Given: row  rows x aln_problem_columns(), as aln_problem_observe() fills them; with `extra` more
 *        whole  false when the engine broke down after these rows (the run then ends) */
typedef enum aln_status (*aln_repeat_sink)(void *context, uint64_t repeat, size_t rows,
                                           const double *t, const double *row, bool whole);

struct aln_ensemble {
    enum aln_engine_kind engine;
    const struct aln_problem *problem;
    const struct aln_params *params; /* stepper, tolerances, extra columns */
    const double *times;             /* increasing, multiples of 1/N for chain and sgd */
    size_t time_count;
    bool extra;               /* record what params ask for besides: ode.check, degrees */
    struct aln_event *events; /* the ode fills them in; others leave them alone */
    size_t event_count;
    uint64_t first, repeats;             /* repeats first, ..., repeats - 1 are run */
    int threads;                         /* 0: as many as OpenMP thinks fit */
    const struct aln_progress *progress; /* may be NULL */
};

/* Runs the repeats and hands each to the sink.
 * Status: that of the first repeat that failed; ALN_STOPPED when asked to stop */
enum aln_status aln_run_ensemble(const struct aln_ensemble *ensemble, aln_repeat_sink sink,
                                 void *context);

struct aln_run_options {
    const char *path; /* NULL or "-": standard output */
    bool resume;      /* keep the finished repeats of an interrupted run */
    bool quick;       /* do not wait for the disk, see struct aln_writer_options */
    int threads;
    const struct aln_progress *progress;
};

/* The whole of `alignode ode|chain|sgd`: the result of one engine on the problem of `params`.
 * The ode is deterministic and gives repeat 0 only; below its rows stand the events of
 * params->ode.events, as remarks "event eg_below 0.01 t 12.5 eg 0.01 cos 0.99", or "... never" if
 * they did not happen within the run. When an engine breaks down, or the user stops
 * the run, what was recorded stays in PATH.part. */
enum aln_status aln_run(enum aln_engine_kind engine, const struct aln_params *params,
                        const struct aln_run_options *options);

/* The resolved parameters and, under `drawn:`, what was drawn from the seed, as YAML.
 * Returned: *out  yours, free() */
enum aln_status aln_run_header(const struct aln_params *params, const struct aln_problem *problem,
                               char **out);

#ifdef __cplusplus
}
#endif

#endif

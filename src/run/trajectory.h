/* Runs one engine through the recorded times. */
#ifndef ALIGNODE_RUN_TRAJECTORY_H
#define ALIGNODE_RUN_TRAJECTORY_H

#include "run/engine.h"
#include "run/jobs.h"

struct aln_trajectory {
    const struct aln_engine *engine;
    const struct aln_problem *problem;
    const struct aln_params *params; /* stepper and tolerances */
    uint64_t repeat;
    size_t count; /* repeats at once, struct aln_engine; 0: 1 */
    size_t time_count;
    const double *times;               /* increasing, multiples of 1/N for chain and sgd */
    const struct aln_known_run *known; /* if the ode has been integrated already; or NULL */
    struct aln_event *events;          /* filled in by engines that detect events */
    size_t event_count;
    /* Called at times[i]; pass the handle to engine->state() and second().
     * Returned: false to end the run early */
    bool (*look)(void *context, size_t i, void *handle);
    bool ends; /* look() ends it when all events have been found, or later */
    void *context;
};

/* Runs from the start to the last time, or until look() returns false; reports the job's progress.
 * Status: the engine's; ALN_STOPPED when the job is unwanted */
enum aln_status aln_trajectory_run(const struct aln_trajectory *course, struct aln_job *job);

#endif

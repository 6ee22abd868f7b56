/* The course of one engine through recorded times. */
#ifndef ALIGNODE_RUN_TRAJECTORY_H
#define ALIGNODE_RUN_TRAJECTORY_H

#include "run/engine.h"
#include "run/jobs.h"

struct aln_trajectory {
    const struct aln_engine *engine;
    const struct aln_problem *problem;
    const struct aln_params *params; /* stepper and tolerances */
    uint64_t repeat;
    size_t time_count;
    const double *times;      /* increasing, multiples of 1/N for chain and sgd */
    struct aln_event *events; /* filled in by engines that find any */
    size_t event_count;
    /* Looks at time i of the times; the handle is for engine->state() and second().
     * Returned: false when the rest of the course is not wanted */
    bool (*look)(void *context, size_t i, void *handle);
    void *context;
};

/* From the start to the last time that is wanted. The job's wishes and progress are kept.
 * Status: the engine's; ALN_STOPPED when the job is unwanted */
enum aln_status aln_trajectory_run(const struct aln_trajectory *course, struct aln_job *job);

#endif

/* Independent jobs in parallel, handed on in order, so that what is made of them is the same for
 * any number of threads. */
#ifndef ALIGNODE_RUN_JOBS_H
#define ALIGNODE_RUN_JOBS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"
#include "run/options.h"

struct aln_job; /* one job that runs, as it is known to its crew */

struct aln_jobs {
    uint64_t first, end;                 /* jobs first, ..., end - 1 */
    size_t size;                         /* bytes that a job returns */
    int threads;                         /* 0: as many as OpenMP thinks fit */
    const struct aln_progress *progress; /* may be NULL */
    /* Does a job; several run at once. Its sentence names the job where that helps.
     * Returned: out  `size` bytes, aligned for any type */
    enum aln_status (*run)(void *context, struct aln_job *job, void *out);
    /* Takes what a job returned: in the order of the jobs, never two at once. Also of a job that
     * ended with ALN_NUMERIC, which then is the last. */
    enum aln_status (*take)(void *context, uint64_t index, enum aln_status status, const void *out);
    void *context;
};

/* Status: that of the first job, or take(), that failed; ALN_STOPPED when the user asked to stop */
enum aln_status aln_jobs_run(const struct aln_jobs *jobs);

/* ---- for a job that runs ---- */

uint64_t aln_job_index(const struct aln_job *job);
/* The user wants to stop, or an earlier job has failed and nobody will take this one: then the job
 * returns ALN_STOPPED. */
bool aln_job_unwanted(const struct aln_job *job);
/* The user's wish alone, for an engine that looks itself; may be NULL. */
const volatile sig_atomic_t *aln_job_stop(const struct aln_job *job);
/* A share of this job's work is done; all shares of a job sum to 1. */
void aln_job_done(struct aln_job *job, double share);

#endif

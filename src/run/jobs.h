/* Independent jobs in parallel, collected in order, so that the outcome is the same for any number of
 * threads. */
#ifndef ALIGNODE_RUN_JOBS_H
#define ALIGNODE_RUN_JOBS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"
#include "run/options.h"

struct aln_job; /* a running job */

struct aln_jobs {
    uint64_t first, end;                 /* jobs first, ..., end - 1 */
    size_t size;                         /* bytes returned by a job */
    size_t parts;                        /* of a job, whose shares sum to 1 for each; 0: 1 */
    int threads;                         /* 0: OpenMP's default */
    const struct aln_progress *progress; /* may be NULL */
    /* Runs a job; several run at once. Its error message names the job where that helps.
     * Returned: out  `size` bytes, aligned for any type */
    enum aln_status (*run)(void *context, struct aln_job *job, void *out);
    /* Receives what a job returned, in the order of the jobs, one call at a time; also from a job
     * that ended with ALN_NUMERIC or, if `keeps_stopped`, ALN_STOPPED, which is then the last. */
    enum aln_status (*take)(void *context, uint64_t index, enum aln_status status, const void *out);
    bool keeps_stopped;
    void *context;
};

/* Status: that of the first job or take() that failed; ALN_STOPPED on a stop request */
enum aln_status aln_jobs_run(const struct aln_jobs *jobs);

/* The number of threads for this much work.  Given: asked  0: OpenMP's default */
int aln_jobs_threads(int asked, uint64_t work);

/* ---- called by a running job ---- */

uint64_t aln_job_index(const struct aln_job *job);
/* True on a stop request, or when an earlier job has failed so that this one will not be collected:
 * the job should then return ALN_STOPPED. */
bool aln_job_unwanted(const struct aln_job *job);
/* The stop request alone, for engines that poll it themselves; may be NULL. */
const volatile sig_atomic_t *aln_job_stop(const struct aln_job *job);
/* Reports a fraction of this job's work as done; the fractions of a job sum to 1. */
void aln_job_done(struct aln_job *job, double share);
/* Passes on a warning for the user, of the first of the jobs that has one. */
void aln_job_warn(struct aln_job *job, const char *line);

#endif

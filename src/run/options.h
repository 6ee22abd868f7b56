/* Options of a run: path of the result, number of threads, progress callbacks and stop request. */
#ifndef ALIGNODE_RUN_OPTIONS_H
#define ALIGNODE_RUN_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a long computation reports progress and is stopped. Any of its threads may call the functions,
 * one at a time. */
struct aln_progress {
    /* 0 <= fraction <= 1 of the work of this run, without what was resumed, never decreasing, 0 as it
     * begins; may be NULL */
    void (*update)(void *context, double fraction);
    void *context;
    /* note: a short text shown beside the progress bar; tell: a line about the run; warn: a line that
     * matters to whoever uses its result. NULL: no callback. */
    void (*note)(void *context, const char *text);
    void (*tell)(void *context, const char *line);
    /* Once, soon after the start: so many points take `each` seconds on a thread, `total` in all.
     * NULL: no callback. */
    void (*estimate)(void *context, uint64_t points, double each, double total, uint64_t threads);
    void (*warn)(void *context, const char *line);
    const volatile sig_atomic_t *stop; /* nonzero: stop request; may be NULL */
};

/* Verdict on a result, as text for the user. */
struct aln_run_verdict {
    struct aln_text text; /* lines; yours, free(text.s) */
    size_t outside;       /* rows outside their tolerance */
};

/* What a sweep takes from a result, without the rest of it. */
struct aln_run_summary {
    struct aln_text names;   /* of the columns, separated by tabs */
    struct aln_text rows;    /* the last of each block (repeat), each with a line feed */
    struct aln_text remarks; /* each with a line feed */
};

struct aln_known_run;

struct aln_run_options {
    const char *path; /* NULL or "-": standard output */
    /* Filled in instead of writing to `path`, which no option then refers to; yours, free() its texts.
     * NULL: the result is written. Only tasks that summarise, sweep/task.h. */
    struct aln_run_summary *summary;
    bool resume; /* keep the finished repeats of an interrupted run */
    bool extend; /* with resume: also what a shorter run, of fewer repeats or epochs, has left */
    bool quick;  /* do not wait for the disk, see struct aln_writer_options */
    int threads;
    const struct aln_known_run
        *known; /* if `ode` has been integrated already (run/ahead.h); or NULL */
    const struct aln_progress *progress;
    struct aln_run_verdict *verdict; /* filled in by runs that judge their result; may be NULL */
};

#ifdef __cplusplus
}
#endif

#endif

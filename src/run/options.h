/* How a run is asked for: where its result goes, how many threads it may use, how it reports and is
 * stopped. */
#ifndef ALIGNODE_RUN_OPTIONS_H
#define ALIGNODE_RUN_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

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

/* What people are told of a result that is judged. */
struct aln_run_verdict {
    struct aln_text text; /* lines; yours, free(text.s) */
    size_t outside;       /* rows outside their tolerance */
};

struct aln_run_options {
    const char *path; /* NULL or "-": standard output */
    bool resume;      /* keep the finished repeats of an interrupted run */
    bool quick;       /* do not wait for the disk, see struct aln_writer_options */
    int threads;
    const struct aln_progress *progress;
    struct aln_run_verdict
        *verdict; /* filled in by a run that judges its result; NULL: not wanted */
};

#ifdef __cplusplus
}
#endif

#endif

/* Errors: one list of codes, one function that raises them, one message per thread.
 *
 * A function that can fail returns `enum aln_status`. The one that detects an error calls
 * aln_raise() with a complete message for the user; its callers pass the code on. Only src/cli
 * prints. A breakpoint on aln_raise stops at every error. */
#ifndef ALIGNODE_STATUS_H
#define ALIGNODE_STATUS_H

#include "alignode/config.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_status {
    ALN_OK = 0,
    ALN_USAGE,   /* the user's command line or parameter file; exit status 2 */
    ALN_FILE,    /* a file could not be read or written */
    ALN_MEMORY,  /* out of memory */
    ALN_NUMERIC, /* a computation failed: not finite, stalled, divergent */
    ALN_CHILD,   /* a program we run (gnuplot) failed or is missing */
    ALN_STOPPED, /* the user asked to stop */
    ALN_BUSY,    /* another process is writing there; exit status 2 */
};

#if defined(__GNUC__)
#define ALN_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define ALN_PRINTF(fmt, first)
#endif

/* Sets this thread's message and returns `status`, so that `return aln_raise(...)` reads well.
 * Given: fmt  printf format of one sentence without final newline; may hold several lines when a
 *             source line with a caret follows. */
ALN_API enum aln_status aln_raise(enum aln_status status, const char *fmt, ...) ALN_PRINTF(2, 3);

#ifdef __clang_analyzer__ /* it sees one file at a time and cannot know the result */
#define aln_raise(status, ...) ((aln_raise)(status, __VA_ARGS__), (status))
#endif

/* This thread's last message, never NULL; valid until the thread's next aln_raise(). */
ALN_API const char *aln_error(void);

/* The version of the library in use; ALN_VERSION is that of the headers. */
ALN_API const char *aln_version(void);

#ifdef __cplusplus
}
#endif

#endif

/* Errors: one list of codes, one function that raises, one sentence per thread.
 *
 * A function that can fail returns `enum aln_status`. Whoever finds the mistake calls aln_raise()
 * with a whole sentence for the user; everybody above passes the code on. Only src/cli prints.
 * A break point on aln_raise stops on every error. */
#ifndef ALIGNODE_STATUS_H
#define ALIGNODE_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define ALN_VERSION "0.1.0"

enum aln_status {
    ALN_OK = 0,
    ALN_USAGE,   /* the user's command line or parameter file; exit status 2 */
    ALN_FILE,    /* a file could not be read or written */
    ALN_MEMORY,  /* out of memory */
    ALN_NUMERIC, /* a computation broke down: not finite, stalled, divergent */
    ALN_CHILD,   /* a program we run (gnuplot) failed or is missing */
    ALN_STOPPED, /* the user asked to stop */
};

#if defined(__GNUC__)
#define ALN_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define ALN_PRINTF(fmt, first)
#endif

/* Sets this thread's sentence and returns `status`, so that `return aln_raise(...)` reads well.
 * Given: fmt  printf format of one sentence without final newline; may hold several lines when a
 *             source line with a caret follows. */
enum aln_status aln_raise(enum aln_status status, const char *fmt, ...) ALN_PRINTF(2, 3);

#ifdef __clang_analyzer__ /* sees one file at a time, and would not know what comes back */
#define aln_raise(status, ...) ((aln_raise)(status, __VA_ARGS__), (status))
#endif

/* This thread's last sentence, never NULL. The view lasts until the thread's next aln_raise(). */
const char *aln_error(void);

#ifdef __cplusplus
}
#endif

#endif

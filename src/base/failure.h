/* Passing an error on: a prefix for its message, status and message carried from one thread to
 * another, out of memory. */
#ifndef ALIGNODE_BASE_FAILURE_H
#define ALIGNODE_BASE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raises this thread's current message again, with a prefix:
 * aln_raise_again(status, "seed %d: ", 3) makes "seed 3: the network diverged". */
enum aln_status aln_raise_again(enum aln_status status, const char *fmt, ...) ALN_PRINTF(2, 3);

/* "out of memory for WHAT".  Status: ALN_MEMORY, always */
enum aln_status aln_raise_memory(const char *fmt, ...) ALN_PRINTF(1, 2);

/* What the system says of a call that failed: "WHAT: No such file or directory".
 * Given:  error  its number
 * Status: `status`, but ALN_MEMORY for ENOMEM */
enum aln_status aln_raise_system(enum aln_status status, int error, const char *fmt, ...)
    ALN_PRINTF(3, 4);

#ifdef __clang_analyzer__ /* as for aln_raise() */
#define aln_raise_again(status, ...)  ((aln_raise_again)(status, __VA_ARGS__), (status))
#define aln_raise_system(status, ...) ((aln_raise_system)(status, __VA_ARGS__), (status))
#define aln_raise_memory(...)         ((aln_raise_memory)(__VA_ARGS__), ALN_MEMORY)
#endif

/* Whether there is this much memory, which is free again for what follows: to be asked before calls of
 * libraries that do not check what they allocate. Below 128 KiB malloc() does not give it back to the
 * system at once. */
bool aln_has_memory(size_t room);

/* A status and its message, kept for another thread or while other work may raise errors. All zero
 * is ALN_OK. */
struct aln_failure {
    enum aln_status status;
    char sentence[4096];
};

/* Keeps `status` and, unless it is ALN_OK, this thread's current message. */
void aln_failure_keep(struct aln_failure *failure, enum aln_status status);
/* Raises what was kept, on the calling thread.  Status: the one kept, which may be ALN_OK */
enum aln_status aln_failure_raise(const struct aln_failure *failure);

#ifdef __cplusplus
}
#endif

#endif

/* What is done with an error on its way up: words put before its sentence, the pair of status and
 * sentence carried from one thread to another, memory that is not there. */
#ifndef ALIGNODE_BASE_FAILURE_H
#define ALIGNODE_BASE_FAILURE_H

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raises this thread's present sentence again, behind other words:
 * aln_raise_again(status, "seed %d: ", 3) makes "seed 3: the network diverged". */
enum aln_status aln_raise_again(enum aln_status status, const char *fmt, ...) ALN_PRINTF(2, 3);

/* "out of memory for WHAT".  Status: ALN_MEMORY, always */
enum aln_status aln_raise_memory(const char *fmt, ...) ALN_PRINTF(1, 2);

/* A status and its sentence, kept while other work may raise errors or for another thread. All zero
 * is ALN_OK. */
struct aln_failure {
    enum aln_status status;
    char sentence[4096];
};

/* Keeps `status` and, unless it is ALN_OK, this thread's present sentence. */
void aln_failure_keep(struct aln_failure *failure, enum aln_status status);
/* Raises what was kept on the thread that calls.  Status: the one kept, which may be ALN_OK */
enum aln_status aln_failure_raise(const struct aln_failure *failure);

#ifdef __cplusplus
}
#endif

#endif

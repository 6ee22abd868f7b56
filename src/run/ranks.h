/* Processes started together by mpirun or srun. In a build without MPI, or in a process started
 * alone, there is one rank and the functions do nothing. */
#ifndef ALIGNODE_RUN_RANKS_H
#define ALIGNODE_RUN_RANKS_H

#include <stdint.h>

#include "alignode/status.h"
#include "base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_ranks {
    int rank, size; /* 0 <= rank < size */
};

/* Call it once, before any thread starts, and aln_ranks_end() before the process ends.
 * Status: ALN_USAGE when this build has no MPI but was started by mpirun; ALN_CHILD when MPI fails
 */
enum aln_status aln_ranks_begin(struct aln_ranks *ranks);
void aln_ranks_end(void);

/* The following are called by all ranks together. */

/* The status and error message of the first rank whose status is not ALN_OK. */
enum aln_status aln_ranks_agree(const struct aln_ranks *ranks, enum aln_status own);

/* Sums over the ranks.  Returned: x[count] on every rank */
void aln_ranks_sum(const struct aln_ranks *ranks, size_t count, uint64_t *x);

/* Concatenates the texts of all ranks on rank 0; the others keep theirs.
 * Status: ALN_MEMORY, on every rank */
enum aln_status aln_ranks_gather(const struct aln_ranks *ranks, struct aln_text *text);

#ifdef __cplusplus
}
#endif

#endif

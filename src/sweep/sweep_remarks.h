/* What was remarked on points of a sweep, failures or warnings: each process notes its own, one
 * reports them all. */
#ifndef ALIGNODE_SWEEP_SWEEP_REMARKS_H
#define ALIGNODE_SWEEP_SWEEP_REMARKS_H

#include "run/ranks.h"
#include "sweep/sweep.h"

/* Gathers the remarks of all ranks on rank 0, by point; the others keep their own, by point. To be called
 * by all ranks.
 * Changed: *remark [*count], yours, aln_sweep_remarks_free()
 * Status:  ALN_MEMORY, and those of aln_ranks_gather() */
enum aln_status aln_sweep_remarks_gather(const struct aln_ranks *ranks,
                                         struct aln_sweep_remark **remark, size_t *count);
void aln_sweep_remarks_free(struct aln_sweep_remark *remark, size_t count);

#endif

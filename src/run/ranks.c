#include "run/ranks.h"

#include <stdlib.h>
#include <string.h>

#ifdef ALN_MPI

#include <assert.h>
#include <limits.h>
#include <mpi.h>

#include "base/failure.h"

/* Set by launchers: Open MPI's mpirun, srun with PMIx or PMI-2, MPICH's mpiexec. Without them MPI is
 * not initialised, which would take a tenth of a second. */
static bool launched(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (getenv(names[i]) != NULL)
            return true;
    return false;
}

enum aln_status aln_ranks_begin(struct aln_ranks *ranks)
{
    int provided;
    *ranks = (struct aln_ranks){0, 1};
    if (!launched())
        return ALN_OK;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank) != MPI_SUCCESS ||
        MPI_Comm_size(MPI_COMM_WORLD, &ranks->size) != MPI_SUCCESS)
        return aln_raise(ALN_CHILD, "cannot initialise MPI");
    if (provided < MPI_THREAD_FUNNELED)
        return aln_raise(ALN_CHILD, "this MPI does not support threads (MPI_THREAD_FUNNELED)");
    return ALN_OK;
}

void aln_ranks_end(void)
{
    int begun = 0, ended = 0;
    MPI_Initialized(&begun);
    MPI_Finalized(&ended);
    if (begun && !ended)
        MPI_Finalize();
}

enum aln_status aln_ranks_agree(const struct aln_ranks *ranks, enum aln_status own)
{
    struct aln_failure failure;
    if (ranks->size == 1)
        return own;
    int mine = own == ALN_OK ? ranks->size : ranks->rank, first;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == ranks->size)
        return ALN_OK;
    aln_failure_keep(&failure, own);
    MPI_Bcast(&failure, (int)sizeof failure, MPI_BYTE, first, MPI_COMM_WORLD);
    return aln_failure_raise(&failure);
}

void aln_ranks_sum(const struct aln_ranks *ranks, size_t count, uint64_t *x)
{
    if (ranks->size > 1)
        MPI_Allreduce(MPI_IN_PLACE, x, (int)count, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
}

enum aln_status aln_ranks_gather(const struct aln_ranks *ranks, struct aln_text *text)
{
    enum aln_status status = ALN_OK;
    if (ranks->size == 1)
        return ALN_OK;
    bool root = ranks->rank == 0;
    int own = text->length < INT_MAX ? (int)text->length : INT_MAX, whole = 0;
    int *length = root ? calloc((size_t)ranks->size, sizeof *length) : NULL;
    int *at = root ? calloc((size_t)ranks->size, sizeof *at) : NULL;
    char *all = NULL;
    if (text->failed || own == INT_MAX || (root && (length == NULL || at == NULL)))
        status = aln_raise_memory("the texts of all ranks");
    if ((status = aln_ranks_agree(ranks, status)) != ALN_OK)
        goto out;
    assert(!root || (length != NULL && at != NULL)); /* all have agreed */
    MPI_Gather(&own, 1, MPI_INT, length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    for (int i = 0; root && i < ranks->size && status == ALN_OK; i++) {
        at[i] = whole;
        if (length[i] >= INT_MAX - whole)
            status = aln_raise_memory("the texts of all ranks");
        else
            whole += length[i];
    }
    if (root && status == ALN_OK && (all = malloc((size_t)whole + 1)) == NULL)
        status = aln_raise_memory("the texts of all ranks");
    if ((status = aln_ranks_agree(ranks, status)) != ALN_OK)
        goto out;
    assert(!root || all != NULL);
    MPI_Gatherv(own > 0 ? text->s : "", own, MPI_CHAR, all, length, at, MPI_CHAR, 0,
                MPI_COMM_WORLD);
    if (root) {
        all[whole] = '\0';
        free(text->s);
        *text = (struct aln_text){.s = all, .length = (size_t)whole, .capacity = (size_t)whole + 1};
        all = NULL;
    }
out:
    free(all);
    free(length);
    free(at);
    return status;
}

#else

enum aln_status aln_ranks_begin(struct aln_ranks *ranks)
{
    *ranks = (struct aln_ranks){0, 1};
    const char *size = getenv("OMPI_COMM_WORLD_SIZE");
    if (size != NULL && strcmp(size, "1") != 0)
        return aln_raise(
            ALN_USAGE,
            "mpirun started %s processes, but this build has no MPI and each of them would run "
            "everything: build with -Dmpi=enabled, or divide the work with --shard",
            size);
    return ALN_OK;
}

void aln_ranks_end(void) {}

enum aln_status aln_ranks_agree(const struct aln_ranks *ranks, enum aln_status own)
{
    (void)ranks;
    return own;
}

void aln_ranks_sum(const struct aln_ranks *ranks, size_t count, uint64_t *x)
{
    (void)ranks;
    (void)count;
    (void)x;
}

enum aln_status aln_ranks_gather(const struct aln_ranks *ranks, struct aln_text *text)
{
    (void)ranks;
    (void)text;
    return ALN_OK;
}

#endif

#include "sweep/sweep_team.h"

#include <stdatomic.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/failure.h"
#include "sweep/sweep_point.h"

int aln_sweep_threads(const struct aln_sweep_options *options)
{
#ifdef _OPENMP
    return options->threads > 0 ? options->threads : omp_get_max_threads();
#else
    (void)options;
    return 1;
#endif
}

static int own_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

static bool is_stopped(const struct aln_progress *progress)
{
    return progress != NULL && progress->stop != NULL && *progress->stop != 0;
}

enum aln_status aln_sweep_team(const struct aln_sweep *sweep, uint64_t count, int threads,
                               const struct aln_progress *progress, aln_sweep_visit visit,
                               void *context)
{
    _Atomic uint64_t first = UINT64_MAX; /* smallest index that failed */
    struct aln_failure failure = {.status = ALN_OK};
    if (threads < 1)
        threads = 1;
    if ((uint64_t)threads > count)
        threads = count > 0 ? (int)count : 1;
    struct aln_tree **tree = calloc((size_t)threads, sizeof *tree);
    if (tree == NULL)
        return aln_raise_memory("%d threads", threads);
    enum aln_status status = ALN_OK;
    for (int i = 0; i < threads && status == ALN_OK; i++)
        status = aln_tree_copy(&tree[i], sweep->tree);
    if (status != ALN_OK)
        goto out;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (uint64_t i = 0; i < count; i++) {
        if (atomic_load(&first) < i)
            continue;
        enum aln_status own = is_stopped(progress) ? aln_raise(ALN_STOPPED, "stopped")
                                                   : visit(context, tree[own_number()], i);
        if (own == ALN_OK)
            continue;
#pragma omp critical
        if (i < atomic_load(&first)) {
            atomic_store(&first, i);
            aln_failure_keep(&failure, own);
        }
    }
    status = aln_failure_raise(&failure);
out:
    for (int i = 0; i < threads; i++)
        aln_tree_free(tree[i]);
    free(tree);
    return status;
}

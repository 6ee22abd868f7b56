#include "sweep/sweep_team.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

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
    enum aln_status failed = ALN_OK;
    _Atomic uint64_t first = UINT64_MAX; /* that failed */
    char sentence[4096] = "";
    if (threads < 1)
        threads = 1;
    if ((uint64_t)threads > count)
        threads = count > 0 ? (int)count : 1;
    struct aln_tree **tree = calloc((size_t)threads, sizeof *tree);
    if (tree == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %d threads", threads);
    for (int i = 0; i < threads && failed == ALN_OK; i++)
        failed = aln_tree_copy(&tree[i], sweep->tree);
    if (failed != ALN_OK)
        goto out;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (uint64_t i = 0; i < count; i++) {
        if (atomic_load(&first) < i)
            continue;
        enum aln_status status = is_stopped(progress) ? aln_raise(ALN_STOPPED, "stopped")
                                                      : visit(context, tree[own_number()], i);
        if (status == ALN_OK)
            continue;
#pragma omp critical
        if (i < atomic_load(&first)) {
            atomic_store(&first, i);
            failed = status;
            snprintf(sentence, sizeof sentence, "%s", aln_error());
        }
    }
    if (failed != ALN_OK)
        aln_raise(failed, "%s", sentence);
out:
    for (int i = 0; i < threads; i++)
        aln_tree_free(tree[i]);
    free(tree);
    return failed;
}

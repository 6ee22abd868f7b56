#include "base/team.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/interrupt.h"

static _Thread_local int size = 1;

int aln_team_size(int threads)
{
    const int before = size;
    if (threads > 0)
        size = threads < ALN_TEAM_MOST ? threads : ALN_TEAM_MOST;
    return before;
}

#ifdef _OPENMP
static int workers(void)
{
    return omp_in_parallel() ? 1 : size;
}

void aln_team_run(size_t parts, void (*part)(void *context, size_t i, size_t worker), void *context)
{
    const volatile sig_atomic_t *stop = aln_interrupt_watch(NULL);
#pragma omp parallel num_threads(workers())
    {
        aln_interrupt_watch(stop);
        /* A core may be busy with something else: who is free takes the next part. */
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < parts; i++)
            if (!aln_interrupted())
                part(context, i, (size_t)omp_get_thread_num());
        aln_interrupt_watch(NULL);
    }
    aln_interrupt_watch(stop);
}
#else
void aln_team_run(size_t parts, void (*part)(void *context, size_t i, size_t worker), void *context)
{
    for (size_t i = 0; i < parts && !aln_interrupted(); i++)
        part(context, i, 0);
}
#endif

#include "base/team.h"

#include <pthread.h>
#include <stdatomic.h>

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
size_t aln_team_workers(void)
{
    return omp_in_parallel() ? 1 : (size_t)size;
}

void aln_team_run(size_t parts, void (*part)(void *context, size_t i, size_t worker), void *context)
{
    const volatile sig_atomic_t *stop = aln_interrupt_watch(NULL);
#pragma omp parallel num_threads((int)aln_team_workers())
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
size_t aln_team_workers(void)
{
    return 1;
}

void aln_team_run(size_t parts, void (*part)(void *context, size_t i, size_t worker), void *context)
{
    for (size_t i = 0; i < parts && !aln_interrupted(); i++)
        part(context, i, 0);
}
#endif

/* ---- threads that sleep ---- */

struct crew {
    size_t parts;
    void (*part)(void *context, size_t i, size_t worker);
    void *context;
    const volatile sig_atomic_t *stop;
    _Atomic size_t next; /* the first part that nobody has taken */
};

struct member {
    struct crew *crew;
    size_t worker;
    pthread_t thread;
};

static void *take_parts(void *of_member)
{
    const struct member *m = of_member;
    struct crew *c = m->crew;
    const volatile sig_atomic_t *before = aln_interrupt_watch(c->stop);
    for (size_t i; (i = atomic_fetch_add(&c->next, 1)) < c->parts;)
        if (!aln_interrupted())
            c->part(c->context, i, m->worker);
    aln_interrupt_watch(before);
    return NULL;
}

void aln_team_run_long(size_t parts, void (*part)(void *context, size_t i, size_t worker),
                       void *context)
{
    const size_t most = aln_team_workers(), workers = parts < most ? parts : most;
    struct crew crew = {.parts = parts, .part = part, .context = context};
    struct member member[ALN_TEAM_MOST] = {{.crew = &crew}};
    size_t begun = 1;
    crew.stop = aln_interrupt_watch(NULL);
    aln_interrupt_watch(crew.stop);
    for (; begun < workers; begun++) {
        member[begun] = (struct member){.crew = &crew, .worker = begun};
        if (pthread_create(&member[begun].thread, NULL, take_parts, &member[begun]) != 0)
            break; /* then fewer threads do the same */
    }
    if (parts > 0)
        take_parts(&member[0]);
    for (size_t w = 1; w < begun; w++)
        pthread_join(member[w].thread, NULL);
}

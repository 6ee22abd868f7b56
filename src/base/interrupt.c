#include "base/interrupt.h"

#include <stddef.h>

static _Thread_local const volatile sig_atomic_t *watched;

const volatile sig_atomic_t *aln_interrupt_watch(const volatile sig_atomic_t *stop)
{
    const volatile sig_atomic_t *before = watched;
    watched = stop;
    return before;
}

bool aln_interrupt_watched(void)
{
    return watched != NULL;
}

bool aln_interrupted(void)
{
    return watched != NULL && *watched != 0;
}

#include "base/interrupt.h"

#include <stddef.h>

static _Thread_local const volatile sig_atomic_t *watched;
static const volatile sig_atomic_t *_Atomic of_program;

const volatile sig_atomic_t *aln_interrupt_watch(const volatile sig_atomic_t *stop)
{
    const volatile sig_atomic_t *before = watched;
    watched = stop;
    return before;
}

void aln_interrupt_program(const volatile sig_atomic_t *stop)
{
    of_program = stop;
}

bool aln_interrupt_pending(void)
{
    const volatile sig_atomic_t *stop = of_program;
    return aln_interrupted() || (stop != NULL && *stop != 0);
}

bool aln_interrupt_watched(void)
{
    return watched != NULL;
}

bool aln_interrupted(void)
{
    return watched != NULL && *watched != 0;
}

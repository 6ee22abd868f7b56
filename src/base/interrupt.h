/* The stop request, for loops that are long but have no place for it among their arguments. */
#ifndef ALIGNODE_BASE_INTERRUPT_H
#define ALIGNODE_BASE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sets the flag that aln_interrupted() reads on this thread; NULL: none.
 * Returned: the one before, to be set again */
const volatile sig_atomic_t *aln_interrupt_watch(const volatile sig_atomic_t *stop);

/* Sets the flag of the whole program, for waits that may last for ever on any thread; NULL: none. */
void aln_interrupt_program(const volatile sig_atomic_t *stop);

/* Has a stop been requested of this thread or of the program? */
bool aln_interrupt_pending(void);

/* Is there such a flag? */
bool aln_interrupt_watched(void);

/* Has a stop been requested? A loop that then ends early leaves its output undefined: whoever watches
 * must not use it. */
bool aln_interrupted(void);

#ifdef __cplusplus
}
#endif

#endif

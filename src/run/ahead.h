/* Runs of the equations that are integrated together before each is recorded. */
#ifndef ALIGNODE_RUN_AHEAD_H
#define ALIGNODE_RUN_AHEAD_H

#include <signal.h>
#include <stddef.h>

#include "alignode/status.h"

/* Integrates runs of `ode` in lanes (lanes/lanes.h), several times as fast as one after the other and to
 * the same bits, as far as lanes know them.
 * Given:    params [count]  struct aln_params each
 *           stop  a stop request; may be NULL
 * Returned: states [count]  for struct aln_run_options, yours, free(); NULL: to be run as usual
 * Status:   ALN_MEMORY, ALN_STOPPED; all states are then NULL */
enum aln_status aln_run_ahead(size_t count, const void *const *params,
                              const volatile sig_atomic_t *stop, double **states);

#endif

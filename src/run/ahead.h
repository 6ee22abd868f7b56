/* Runs of the equations that are integrated together before each is recorded. */
#ifndef ALIGNODE_RUN_AHEAD_H
#define ALIGNODE_RUN_AHEAD_H

#include <signal.h>
#include <stddef.h>

#include "run/trajectory.h"

/* Integrates runs of `ode` in lanes (lanes/lanes.h), several times as fast as one after the other and to
 * the same bits, as far as lanes know them and the events, levels of eg.
 * Given:    courses [count]
 *           stop  a stop request; may be NULL
 * Returned: known [count]  for struct aln_trajectory, yours, free(); NULL: to be run as usual
 * Status:   ALN_MEMORY, ALN_STOPPED; all of them are then NULL */
enum aln_status aln_trajectories_ahead(size_t count, const struct aln_trajectory *courses,
                                       const volatile sig_atomic_t *stop,
                                       struct aln_known_run **known);

/* The same for runs of `alignode ode` with these parameters, for struct aln_run_options.
 * Given:    params [count]  struct aln_params each
 * Returned: taken  as for struct aln_task */
enum aln_status aln_run_ahead(size_t count, const void *const *params,
                              const volatile sig_atomic_t *stop, struct aln_known_run **known,
                              size_t *taken);

enum { ALN_AHEAD_MOST = 64 };
/* How many runs with so many recorded numbers are worth being integrated together. */
size_t aln_ahead_most(size_t numbers);

#endif

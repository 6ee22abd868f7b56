/* One calculation on several threads, in parts that do not depend on each other: the same bytes for
 * any number of them. One thread unless more are asked for: on a busy machine it is the fastest. Inside a
 * team of OpenMP's, where runs or points already have their threads, and without OpenMP, parts are done
 * one after the other. */
#ifndef ALIGNODE_BASE_TEAM_H
#define ALIGNODE_BASE_TEAM_H

#include <stddef.h>

enum { ALN_TEAM_MOST = 16 }; /* workers */

/* The number of threads of the teams that this thread begins from now on; 0: as it is.
 * Returned: the one before */
int aln_team_size(int threads);

/* The largest number of workers of a team that this thread starts now. */
size_t aln_team_workers(void);

/* part(context, i, worker) for i < parts; worker < ALN_TEAM_MOST names the thread, for work space.
 * Each worker watches the caller's stop request; after one, parts may be left out. */
void aln_team_run(size_t parts, void (*part)(void *context, size_t i, size_t worker),
                  void *context);

/* The same for parts of a tenth of a millisecond or more: its threads start with the call and sleep
 * rather than spin while they wait, which matters where much else is done between two calls. */
void aln_team_run_long(size_t parts, void (*part)(void *context, size_t i, size_t worker),
                       void *context);

#endif

/* Studies: many runs of one two-layer problem, each from its own seed, judged one by one. A
 * parameter file's `study: NAME` says which (aln_studies), its section of that name how many and by
 * which engine; what a study varies (seeds, rules, numbers of units) takes the place of the file's
 * own value. A study's result is a table like any other: one row a run, a blank line every
 * ALN_STUDY_BLOCK runs, from where --resume can go on, and below the rows remarks "# ..." with the
 * counts and what chance would give. It re-runs from its own header to the same bytes.
 *
 *   degeneracy  which of the equivalent solutions (signs and permutations of the hidden units) each
 *               rule reaches, beside the feedback and the run's own start
 *   plearn      the probability that a relu student learns, against its number of units */
#ifndef ALIGNODE_STUDY_STUDY_H
#define ALIGNODE_STUDY_STUDY_H

#include "alignode/status.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;

enum { ALN_STUDY_BLOCK = 16 };

/* The whole of `alignode study`: the study that params->study names, into options->path.
 * Status: ALN_USAGE, ALN_MEMORY, ALN_FILE; of a run that broke down, with its seed; ALN_STOPPED.
 *         What was finished then stays in PATH.part. */
enum aln_status aln_study(const struct aln_params *params, const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

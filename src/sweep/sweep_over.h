/* Axes of a sweep from the command line. */
#ifndef ALIGNODE_SWEEP_SWEEP_OVER_H
#define ALIGNODE_SWEEP_SWEEP_OVER_H

#include "file/tree.h"

/* Adds an entry to the list sweep.over of a tree, or replaces the one with the same key:
 *     KEY=FROM:TO[:COUNT[:log|:linear]]  a range
 *     KEY=FROM:TO:DISTRIBUTION           values drawn from a range
 *     KEY=VALUE,...                      a list, in YAML
 *     KEY,KEY,...=[VALUE,VALUE,...],...  a list for keys that move together
 * Messages cite it as --over:COLUMN.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_sweep_over_add(struct aln_tree *tree, const char *argument);

/* Sets sweep.run, if it is not given, to the command that the file is for. */
enum aln_status aln_sweep_over_run(struct aln_tree *tree);

#endif

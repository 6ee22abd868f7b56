/* Tables of means over seeds, which stand for results of long runs in the repository; made from results by
 * published/reference.sh. A table has the header of its run, with the command `means`, and one block: columns X and X_sd, mean and standard deviation over seeds, and similarity..., means over pairs of seeds.
 * Its remarks:
 *     seeds N
 *     last X V1 V2 ...    the last value of each seed
 *     spread X SD         standard deviation over seeds of ln(epoch of the largest X)
 *     diverges: WHY       of a run that failed; the table has no rows
 */
#ifndef ALIGNODE_VALIDATION_MEANS_TABLE_H
#define ALIGNODE_VALIDATION_MEANS_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/table.h"

bool aln_means_is(const struct aln_table *t);
/* Whether a table stands for the run of these parameters; its title and source do not matter.
 * Given: yaml  resolved parameters, as in the header of a result */
bool aln_means_match(const struct aln_table *t, const char *yaml);
/* What follows some words in a remark, or NULL. */
const char *aln_means_remark(const struct aln_table *t, const char *words);
/* The numbers of a remark "WORD COLUMN ...", one for each seed.
 * Given:    room  of value[]
 * Returned: their number */
size_t aln_means_numbers(const struct aln_table *t, const char *word, const char *column,
                         double *value, size_t room);

#endif

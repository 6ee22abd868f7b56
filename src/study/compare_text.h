/* What `alignode compare` says about a comparison. */
#ifndef ALIGNODE_STUDY_COMPARE_TEXT_H
#define ALIGNODE_STUDY_COMPARE_TEXT_H

#include "base/text.h"
#include "study/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Appends whether the engines agree, the smallest detectable difference in each kind
 * of quantity (its smallest, median and largest value over the rows), and the worst row of each
 * kind. Where a row passed only by c/sqrt(N), although more than z standard errors off, a line says
 * what this N cannot resolve.
 * Given:  path  of the rows; NULL or "-": standard output
 * Status: ALN_MEMORY */
enum aln_status aln_comparison_text(const struct aln_comparison *comparison, const char *path,
                                    struct aln_text *out);

#ifdef __cplusplus
}
#endif

#endif

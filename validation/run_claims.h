/* The table of claims and running a selection of them, for `alignode report` and `validate`. */
#ifndef ALIGNODE_VALIDATION_RUN_CLAIMS_H
#define ALIGNODE_VALIDATION_RUN_CLAIMS_H

#include "alignode/names.h"
#include "report.h"

/* S1, S2, ...; the doc states the claim. */
extern const struct aln_names aln_claims;

struct aln_claims_choice {
    bool full; /* else the quick form, in which some claims are skipped */
    size_t count;
    char *const *name; /* [count]; none: all claims */
};

/* Totals. passed and failed count claims; skipped also counts single lines. */
struct aln_tally {
    unsigned passed, failed, skipped;
};

/* Reads "[quick|full] [CLAIM ...]".
 * Returned: *choice  a view of the words
 * Status:   ALN_USAGE for an unknown claim */
enum aln_status aln_claims_choose(struct aln_claims_choice *choice, size_t count,
                                  char *const *words);

/* Runs claims in the order of the table.
 * Given:    runs  folder for the results of trained networks: finished results with the same
 *                 parameters are not run again, unfinished ones are resumed. NULL: a temporary
 *                 folder, created when needed and removed at the end
 * Returned: *tally  of the claims that were not stopped
 * Status:   ALN_USAGE for the folder, before any work; without deep networks for any folder */
enum aln_status aln_claims_run(const struct aln_claims_choice *choice, const char *runs,
                               const struct aln_report_reader *reader, struct aln_tally *tally);

#endif

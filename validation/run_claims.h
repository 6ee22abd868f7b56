/* The claims there are, and running those asked for: what `alignode report` and `validate` do. */
#ifndef ALIGNODE_VALIDATION_RUN_CLAIMS_H
#define ALIGNODE_VALIDATION_RUN_CLAIMS_H

#include "alignode/names.h"
#include "report.h"

/* S1, S2, ...; the doc is what the claim says. */
extern const struct aln_names aln_claims;

struct aln_claims_choice {
    bool full; /* else the quick form, in which some claims are skipped */
    size_t count;
    char *const *name; /* [count]; all claims when there is none */
};

/* Verdicts added up: passed and failed count claims, skipped also single lines. */
struct aln_tally {
    unsigned passed, failed, skipped;
};

/* Reads "[quick|full] [CLAIM ...]".
 * Returned: *choice  a view of the words
 * Status:   ALN_USAGE for an unknown claim */
enum aln_status aln_claims_choose(struct aln_claims_choice *choice, size_t count,
                                  char *const *words);

/* Runs them in the order of the table.
 * Given:    runs  folder in which trained networks leave their results: what lies there whole, of
 *                 the same parameters, is not run again, and what is unfinished goes on. NULL: one
 *                 that is made when it is needed, and goes at the end
 * Returned: *tally  of those that were not stopped
 * Status:   ALN_USAGE for the folder, before any work; where there are no deep networks, for any */
enum aln_status aln_claims_run(const struct aln_claims_choice *choice, const char *runs,
                               const struct aln_report_reader *reader, struct aln_tally *tally);

#endif

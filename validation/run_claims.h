/* The table of claims and running a selection of them, for `alignode report` and `validate`. */
#ifndef ALIGNODE_VALIDATION_RUN_CLAIMS_H
#define ALIGNODE_VALIDATION_RUN_CLAIMS_H

#include "alignode/names.h"
#include "claim_record.h"
#include "report.h"

/* S1, S2, ...; the doc states the claim. */
extern const struct aln_names aln_claims;

/* What shows a claim at first sight. All NULL: nothing but its numbers. */
struct aln_claim_figure {
    const char *params;            /* a file of params/, without .yaml; or */
    const char *result[ALN_FORMS]; /* a result of a trained network, by form */
};

/* Given: claim  a row of the table */
const struct aln_claim_figure *aln_claims_figure(const struct aln_name *claim);

struct aln_claims_choice {
    enum aln_claims_form form;
    bool kept; /* no network is trained; those that are not in the folder are reported as not run */
    size_t count;
    char *const *name; /* [count]; none: all claims */
};

/* Totals. passed and failed count claims; skipped also counts single lines. */
struct aln_tally {
    unsigned passed, failed, skipped;
};

/* Reads "[quick|full|published] [CLAIM ...]".
 * Returned: *choice  a view of the words
 * Status:   ALN_USAGE for an unknown claim, and for one that has no published form */
enum aln_status aln_claims_choose(struct aln_claims_choice *choice, size_t count,
                                  char *const *words);

/* The folder of the parameter files. */
const char *aln_claims_params(void);

/* The path of a trained network's result, FOLDER/NAME.tsv, while claims are run.
 * Status: ALN_MEMORY */
struct aln_text;
enum aln_status aln_claims_result(struct aln_text *path, const char *name);

/* Runs claims in the order of the table.
 * Given:    runs  folder that keeps finished claims, and the results of trained networks: a claim
 *                 that this program has measured in this form is read back, not run again;
 *                 unfinished networks are resumed. NULL: nothing is kept
 * Returned: *tally  of the claims that were not stopped
 * Status:   ALN_USAGE for the folder and for damaged files in it, and without one where the choice is of
 *           what is kept, before any work; ALN_MEMORY */
enum aln_status aln_claims_run(const struct aln_claims_choice *choice, const char *runs,
                               const struct aln_report_reader *reader, struct aln_tally *tally);

#endif

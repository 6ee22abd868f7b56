/* Claims that were measured before, each a table in the user's folder, RUNS/S1.full.tsv, so that
 * hours of work can be done in pieces. */
#ifndef ALIGNODE_VALIDATION_KEPT_CLAIMS_H
#define ALIGNODE_VALIDATION_KEPT_CLAIMS_H

#include "claim_record.h"

/* Identifies the code that computes the numbers: a checksum of its objects. */
extern const char aln_claims_program[];

/* Reads what is kept of a claim.
 * Given:    params  the folder of parameter files
 * Returned: *record  yours, aln_claim_record_free(); without lines if nothing is kept
 * Status:   ALN_USAGE for a file that is damaged, or something else; ALN_FILE, ALN_MEMORY */
enum aln_status aln_kept_claim_read(struct aln_claim_record *record, const char *runs,
                                    const char *params, const struct aln_name *claim,
                                    enum aln_claims_form form);

/* Keeps a claim, replacing an older measurement of it.  Status: ALN_FILE, ALN_USAGE, ALN_MEMORY */
enum aln_status aln_kept_claim_save(const struct aln_claim_record *record, const char *runs);

#endif

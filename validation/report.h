/* The claims as a table, and running them: what came out goes to a reader, line by line. */
#ifndef ALIGNODE_VALIDATION_REPORT_H
#define ALIGNODE_VALIDATION_REPORT_H

#include <stdbool.h>

#include "alignode/names.h"
#include "alignode/status.h"

/* S1, S2, ...; the doc is what the claim says. */
extern const struct aln_names aln_claims;

/* One line of a claim: a number with the range allowed (both ends included), a number without one,
 * something that could not be judged, or an error. */
struct aln_report_line {
    enum { ALN_LINE_JUDGED, ALN_LINE_NOTE, ALN_LINE_SKIPPED, ALN_LINE_ERROR } kind;
    const char *claim, *what;
    double value, low, high;
    bool ok;            /* of what is judged; an error is not */
    const char *remark; /* to a note; why it was skipped; the error */
};

/* What a claim came to: FAILED when a line failed, or when nothing was judged and nothing said why;
 * SKIPPED when nothing was judged and something said why. */
struct aln_verdict {
    enum { ALN_CLAIM_PASSED, ALN_CLAIM_FAILED, ALN_CLAIM_SKIPPED } kind;
    unsigned lines, failed, skipped; /* judged, of these FAIL; and skipped beside them */
};

struct aln_report_reader {
    void *context;
    void (*line)(void *context, const struct aln_report_line *line);
    /* What a run has to say while it goes on; NULL: not wanted. */
    void (*tell)(void *context, const char *words);
};

/* Where trained networks leave their results: what lies there whole, of the same parameters, is not
 * run again. To be opened before claims run.
 * Given:  folder  NULL: one that goes when it is closed
 * Status: ALN_USAGE, where there are no deep networks too; ALN_FILE */
enum aln_status aln_report_open_runs(const char *folder);
void aln_report_close_runs(void);

/* Runs a claim of the table. In its quick form some are skipped. */
struct aln_verdict aln_report_run(const struct aln_name *claim, bool full,
                                  const struct aln_report_reader *reader);

/* Verdicts added up: passed and failed count claims, skipped also single lines. */
struct aln_tally {
    unsigned passed, failed, skipped;
};
void aln_tally_add(struct aln_tally *tally, const struct aln_verdict *verdict);

#endif

/* The claims as a table, and running them: what came out goes to a reader, line by line. */
#ifndef ALIGNODE_VALIDATION_REPORT_H
#define ALIGNODE_VALIDATION_REPORT_H

#include <stdbool.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "run/run.h"

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

/* What a claim came to. FAILED: a line failed, one could not be had for an error, or nothing was
 * judged and nothing said why. SKIPPED: nothing was judged and something said why. STOPPED by the
 * user: its lines say nothing. */
struct aln_verdict {
    enum { ALN_CLAIM_PASSED, ALN_CLAIM_FAILED, ALN_CLAIM_SKIPPED, ALN_CLAIM_STOPPED } kind;
    unsigned lines, failed, skipped; /* judged, of these FAIL; and skipped beside them */
};
extern const char *const aln_verdict_words[]; /* "passed", "FAILED", ... by kind */

struct aln_report_reader {
    void *context;
    void (*line)(void *context, const struct aln_report_line *line);
    const struct aln_progress *progress; /* its tell() and stop; may be NULL */
};

/* Where trained networks leave their results: what lies there whole, of the same parameters, is not
 * run again, and what is unfinished goes on.
 * Given:  folder  NULL: one that is made when it is needed, and goes when it is closed
 * Status: ALN_USAGE, where there are no deep networks too */
enum aln_status aln_report_open_runs(const char *folder);
void aln_report_close_runs(void);

/* Whether a claim is among those named; all are when none is. */
bool aln_report_is_wanted(const struct aln_name *claim, size_t count, char *const *name);

/* Runs a claim of the table. In its quick form some are skipped. */
struct aln_verdict aln_report_run(const struct aln_name *claim, bool full,
                                  const struct aln_report_reader *reader);

/* Verdicts added up: passed and failed count claims, skipped also single lines. */
struct aln_tally {
    unsigned passed, failed, skipped;
};
void aln_tally_add(struct aln_tally *tally, const struct aln_verdict *verdict);

#endif

/* What a claim reports, line by line, to a reader who prints it or makes a page of it. */
#ifndef ALIGNODE_VALIDATION_REPORT_H
#define ALIGNODE_VALIDATION_REPORT_H

#include <stdbool.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "run/options.h"

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
    void (*begin)(void *context, const struct aln_name *claim);
    void (*line)(void *context, const struct aln_report_line *line);
    /* Given: verdict  STOPPED also for claims that were not begun */
    void (*end)(void *context, const struct aln_name *claim, const struct aln_verdict *verdict);
    const struct aln_progress *progress; /* its tell() and stop; may be NULL */
};

/* ---- what claims call ---- */

/* Where a claim's lines go and what they came to. */
struct aln_report {
    const char *claim;
    const struct aln_report_reader *reader;
    unsigned lines, failed, skipped;
};

/* One line: what was measured, the number, the range allowed (both ends included), pass or FAIL.
 * NaN fails. */
void aln_report_range(struct aln_report *r, const char *what, double value, double low,
                      double high);
/* One line without verdict, for numbers the source gives without a range. */
void aln_report_note(struct aln_report *r, const char *what, double value, const char *remark);
/* One line for something that could not be judged; counted in the last line of all. */
void aln_report_skip(struct aln_report *r, const char *what, const char *why);
/* A library call failed: aln_error() of the calling thread fails the claim. Thread-safe. */
void aln_report_error(struct aln_report *r, const char *what);
/* Words to whoever waits. */
void aln_report_tell(struct aln_report *r, const char *words);

#endif

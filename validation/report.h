/* Reports of claims, passed line by line to a reader that prints them or collects them as a
 * page. */
#ifndef ALIGNODE_VALIDATION_REPORT_H
#define ALIGNODE_VALIDATION_REPORT_H

#include <stdbool.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "run/options.h"

/* One line of a claim: a number with its allowed range (both ends included), a number without one,
 * something that could not be judged, or an error. */
struct aln_report_line {
    enum { ALN_LINE_JUDGED, ALN_LINE_NOTE, ALN_LINE_SKIPPED, ALN_LINE_ERROR } kind;
    const char *claim, *what;
    double value, low, high;
    bool ok;            /* verdict of a judged line */
    const char *remark; /* of a note; reason of a skipped line; the error */
};

/* Result of a claim. FAILED: a line failed or ended in an error, or nothing was judged and no
 * reason given. SKIPPED: nothing was judged, and a line gives the reason. STOPPED by the user: its
 * lines are not valid. */
struct aln_verdict {
    enum { ALN_CLAIM_PASSED, ALN_CLAIM_FAILED, ALN_CLAIM_SKIPPED, ALN_CLAIM_STOPPED } kind;
    unsigned lines, failed, skipped; /* judged; those of them that failed; skipped */
};
extern const char *const aln_verdict_words[]; /* "passed", "FAILED", ... by kind */

struct aln_claim_record; /* claim_record.h */

struct aln_report_reader {
    void *context;
    void (*begin)(void *context, const struct aln_name *claim); /* these two may be NULL */
    void (*line)(void *context, const struct aln_report_line *line);
    /* Given: record  with all lines; stopped also for claims that were not started. The reader may
     *                take it over and leave it all zero */
    void (*end)(void *context, struct aln_claim_record *record);
    const struct aln_progress *progress; /* only tell() and stop are used; may be NULL */
};

/* ---- called by claims ---- */

/* Destination of a claim's lines. */
struct aln_report {
    struct aln_claim_record *record;
    const struct aln_report_reader *reader;
};

/* One line: what was measured, the number, the allowed range (both ends included), pass or FAIL.
 * NaN fails. */
void aln_report_range(struct aln_report *r, const char *what, double value, double low,
                      double high);
/* One line without a verdict, for numbers without a range. */
void aln_report_note(struct aln_report *r, const char *what, double value, const char *remark);
/* One line for something that could not be judged; counted in the final summary. */
void aln_report_skip(struct aln_report *r, const char *what, const char *why);
/* The same for data that are missing: the claim is worth running again once they are there. */
void aln_report_missing(struct aln_report *r, const char *what, const char *why);
/* Fails the claim with aln_error() of the calling thread. Thread-safe. */
void aln_report_error(struct aln_report *r, const char *what);
/* A progress note. */
void aln_report_tell(struct aln_report *r, const char *words);

#endif

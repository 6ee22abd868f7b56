#include "report.h"

#include "claim_record.h"

static void send(struct aln_report *r, struct aln_report_line line)
{
    line.claim = r->record->claim->name;
    aln_claim_record_add(r->record, &line);
    if (r->reader->line != NULL)
        r->reader->line(r->reader->context, &line);
}

void aln_report_range(struct aln_report *r, const char *what, double value, double low, double high)
{
    bool ok = value >= low && value <= high;
    send(r, (struct aln_report_line){ALN_LINE_JUDGED, .what = what, .value = value, .low = low,
                                     .high = high, .ok = ok});
}

void aln_report_note(struct aln_report *r, const char *what, double value, const char *remark)
{
    send(r,
         (struct aln_report_line){ALN_LINE_NOTE, .what = what, .value = value, .remark = remark});
}

void aln_report_skip(struct aln_report *r, const char *what, const char *why)
{
    send(r, (struct aln_report_line){ALN_LINE_SKIPPED, .what = what, .remark = why});
}

void aln_report_missing(struct aln_report *r, const char *what, const char *why)
{
    r->record->incomplete = true;
    aln_report_skip(r, what, why);
}

void aln_report_error(struct aln_report *r, const char *what)
{
#pragma omp critical(aln_report)
    send(r, (struct aln_report_line){ALN_LINE_ERROR, .what = what, .remark = aln_error()});
}

void aln_report_tell(struct aln_report *r, const char *words)
{
    const struct aln_progress *progress = r->reader->progress;
    if (progress != NULL && progress->tell != NULL)
        progress->tell(progress->context, words);
}

/* ---- verdicts ---- */

const char *const aln_verdict_words[] = {[ALN_CLAIM_PASSED] = "passed",
                                         [ALN_CLAIM_FAILED] = "FAILED",
                                         [ALN_CLAIM_SKIPPED] = "skipped",
                                         [ALN_CLAIM_STOPPED] = "stopped"};

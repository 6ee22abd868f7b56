/* Reports as a page: a table of the claims, then the lines of each. */
#ifndef ALIGNODE_VALIDATION_REPORT_PAGE_H
#define ALIGNODE_VALIDATION_REPORT_PAGE_H

#include "base/text.h"
#include "claim_record.h"
#include "page/gallery.h"
#include "report.h"
#include "run_claims.h"

struct aln_report_page {
    const struct aln_progress *progress; /* receives the verdict of each claim */
    struct aln_claim_record *record;     /* [count], of the claims that have ended */
    struct aln_gallery_entry *figure;    /* [count]; those without a name are none */
    size_t count;
    bool failed; /* out of memory */
    /* Draws what shows a claim at first sight, as soon as it has ended; NULL: no figures.
     * Returned: *figure  all zero if there is none. Status: ALN_STOPPED, ALN_MEMORY */
    enum aln_status (*draw)(void *context, const struct aln_claim_record *record,
                            struct aln_gallery_entry *figure);
    void *context;
};

/* Given: page  with progress set, otherwise all zero; aln_report_page_free() */
struct aln_report_reader aln_report_page_reader(struct aln_report_page *page);

/* The page in Markdown.
 * Returned: *out  yours, free() its text
 * Status:   ALN_MEMORY, also if memory ran out earlier */
enum aln_status aln_report_page_text(const struct aln_report_page *page,
                                     const struct aln_tally *tally, struct aln_text *out);
void aln_report_page_free(struct aln_report_page *page);

#endif

/* Reports as a web page of one file. */
#ifndef ALIGNODE_VALIDATION_REPORT_HTML_H
#define ALIGNODE_VALIDATION_REPORT_HTML_H

#include "report_page.h"

/* The page, claims that fail first.
 * Returned: *out  yours, free() its text
 * Status:   ALN_MEMORY, also if memory ran out earlier */
enum aln_status aln_report_html(const struct aln_report_page *page, const struct aln_tally *tally,
                                struct aln_text *out);

#endif

/* The numbers of a claim, each within its allowed range, as a small drawing. */
#ifndef ALIGNODE_VALIDATION_STRIP_CHART_H
#define ALIGNODE_VALIDATION_STRIP_CHART_H

#include "base/text.h"
#include "claim_record.h"

/* Where a number is in its range: 0 at the low end, 1 at the high end. A range with one end is
 * mapped by distances from that end in units of its size: 1/2 is as far away as the end is from 0.
 * NaN for NaN. */
double aln_strip_place(const struct aln_report_line *line);

/* Appends the judged lines of a claim as SVG; nothing if there are none. */
void aln_strip_chart(struct aln_text *out, const struct aln_claim_record *record);

#endif

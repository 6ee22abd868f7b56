#include "report_html.h"

#include <math.h>
#include <stdlib.h>

#include "alignode/config.h"
#include "base/failure.h"
#include "page/html.h"
#include "strip_chart.h"

static bool has_failed(const struct aln_claim_record *record)
{
    return aln_claim_record_judge(record).kind == ALN_CLAIM_FAILED;
}

/* The class of a verdict. */
static const char *class_of(const struct aln_claim_record *record)
{
    static const char *const classes[] = {[ALN_CLAIM_PASSED] = "pass",
                                          [ALN_CLAIM_FAILED] = "fail",
                                          [ALN_CLAIM_SKIPPED] = "note",
                                          [ALN_CLAIM_STOPPED] = "note"};
    return classes[aln_claim_record_judge(record).kind];
}

static const char *form_of(const struct aln_claim_record *record)
{
    return aln_claims_forms[record->form];
}

/* ---- the summary ---- */

static void add_row(struct aln_text *out, const struct aln_claim_record *record)
{
    const struct aln_verdict v = aln_claim_record_judge(record);
    aln_text_add(out, "<tr%s><td class=\"k\"><a href=\"#%s\">%s</a></td>",
                 has_failed(record) ? " class=\"bad\"" : "", record->claim->name,
                 record->claim->name);
    aln_text_add(out, "<td class=\"%s\">%s</td>", class_of(record), aln_verdict_words[v.kind]);
    aln_html_element(out, "td class=\"w\"", record->claim->doc);
    if (record->stopped || v.lines == 0) /* nothing was measured */
        aln_text_add(out, "<td class=\"wide\" colspan=\"4\"></td></tr>\n");
    else
        aln_text_add(
            out,
            "<td class=\"n wide\">%u of %u</td><td class=\"wide\">%s</td><td class=\"k wide\">"
            "%.10s</td><td class=\"n wide\">%.3g s</td></tr>\n",
            v.lines - v.failed, v.lines, form_of(record), record->measured, record->seconds);
}

static void add_rows(struct aln_text *out, const struct aln_report_page *page, bool failed)
{
    for (size_t i = 0; i < page->count; i++)
        if (has_failed(&page->record[i]) == failed)
            add_row(out, &page->record[i]);
}

static void add_failures(struct aln_text *out, const struct aln_report_page *page,
                         const struct aln_tally *tally)
{
    if (tally->failed == 0)
        return;
    aln_text_add(out, "<p class=\"alarm\"><strong>Claims that fail: %u.</strong>", tally->failed);
    for (size_t i = 0; i < page->count; i++)
        if (has_failed(&page->record[i]))
            aln_text_add(out, " <a href=\"#%s\">%s</a>", page->record[i].claim->name,
                         page->record[i].claim->name);
    aln_text_add(out, "</p>\n");
}

static void add_introduction(struct aln_text *out, const struct aln_report_page *page,
                             const struct aln_tally *tally)
{
    bool stopped = page->progress->stop != NULL && *page->progress->stop != 0;
    add_failures(out, page, tally);
    if (stopped)
        aln_text_add(out,
                     "<p class=\"alarm\"><strong>Stopped by the user before the end.</strong></p>"
                     "\n");
    aln_text_add(out,
                 "<p>%u passed, %u failed, %u skipped (claims and single lines). Each claim lists "
                 "what was measured, the number, the allowed range (both ends included) and the "
                 "verdict; a number without a range is not judged. All random numbers come from "
                 "fixed seeds. A claim in the quick form was not run in full. Times are processor "
                 "time; what was kept of trained networks is not included.</p>\n",
                 tally->passed, tally->failed, tally->skipped);
}

static void add_summary(struct aln_text *out, const struct aln_report_page *page)
{
    aln_text_add(out,
                 "<div class=\"scroll index\"><table>\n<thead><tr><th>claim</th><th>verdict</th>"
                 "<th>says</th><th class=\"wide\">lines that pass</th><th class=\"wide\">form</th>"
                 "<th class=\"wide\">measured</th><th class=\"wide\">time</th></tr></thead>\n"
                 "<tbody>\n");
    add_rows(out, page, true);
    add_rows(out, page, false);
    aln_text_add(out, "</tbody></table></div>\n");
}

/* ---- one claim ---- */

/* An end of a range. */
static void add_end(struct aln_text *out, double x)
{
    if (isinf(x))
        aln_text_add(out, "%s", x < 0 ? "\u2212\u221e" : "\u221e");
    else
        aln_text_add(out, "%.5g", x);
}

static void add_judged(struct aln_text *out, const struct aln_report_line *line)
{
    aln_text_add(out, "<td class=\"n\">%.5g</td><td class=\"k\">", line->value);
    add_end(out, line->low);
    aln_text_add(out, " \u2026 ");
    add_end(out, line->high);
    aln_text_add(out, "</td><td class=\"%s\">%s</td>", line->ok ? "pass" : "fail",
                 line->ok ? "pass" : "FAIL");
}

static void add_other(struct aln_text *out, const struct aln_report_line *line)
{
    if (line->kind == ALN_LINE_NOTE)
        aln_text_add(out, "<td class=\"n\">%.5g</td>", line->value);
    else
        aln_text_add(out, "<td></td>");
    aln_html_element(out, "td", line->remark);
    aln_text_add(out, line->kind == ALN_LINE_ERROR     ? "<td class=\"fail\">error</td>"
                      : line->kind == ALN_LINE_SKIPPED ? "<td>skipped</td>"
                                                       : "<td></td>");
}

static void add_line(struct aln_text *out, const struct aln_report_line *line)
{
    bool judged = line->kind == ALN_LINE_JUDGED;
    bool bad = line->kind == ALN_LINE_ERROR || (judged && !line->ok);
    aln_text_add(out, "<tr%s>", bad ? " class=\"bad\"" : "");
    aln_html_element(out, "td class=\"w\"", line->what);
    if (judged)
        add_judged(out, line);
    else
        add_other(out, line);
    aln_text_add(out, "</tr>\n");
}

static void add_numbers(struct aln_text *out, const struct aln_claim_record *record)
{
    aln_text_add(out,
                 "<details%s><summary>Lines: %zu</summary>\n<div class=\"scroll\"><table>\n<thead>"
                 "<tr><th>what</th><th>measured</th><th>allowed</th><th>verdict</th></tr></thead>\n"
                 "<tbody>\n",
                 has_failed(record) ? " open" : "", record->count);
    for (size_t i = 0; i < record->count; i++)
        add_line(out, &record->lines[i].line);
    aln_text_add(out, "</tbody></table></div>\n</details>\n");
}

static void add_strip(struct aln_text *out, const struct aln_claim_record *record)
{
    if (aln_claim_record_judge(record).lines == 0)
        return;
    aln_text_add(out, "<figure>\n");
    aln_strip_chart(out, record);
    aln_text_add(out, "<figcaption>Each judged number within its allowed range, in the order of "
                      "the lines.</figcaption>\n</figure>\n");
}

static void add_facts(struct aln_text *out, const struct aln_claim_record *record)
{
    aln_text_add(out,
                 "<p class=\"facts\">Form: %s. Measured on %.10s by alignode %s (program %s%s) in "
                 "%.3g s of processor time%s. To repeat it:</p>\n",
                 form_of(record), record->measured, record->version, record->program,
                 record->current ? "" : ", not the one that made this page", record->seconds,
                 record->kept ? "; kept" : "");
    struct aln_text command = {0};
    aln_text_add(&command, "alignode report %s %s", form_of(record), record->claim->name);
    aln_html_command(out, command.s != NULL ? command.s : "");
    out->failed = out->failed || command.failed;
    free(command.s);
}

static void add_claim(struct aln_text *out, const struct aln_claim_record *record,
                      const struct aln_gallery_entry *figure)
{
    const struct aln_verdict v = aln_claim_record_judge(record);
    aln_text_add(out, "<section id=\"%s\">\n<h2>%s: <span class=\"%s\">%s</span></h2>\n",
                 record->claim->name, record->claim->name, class_of(record),
                 aln_verdict_words[v.kind]);
    aln_html_element(out, "p", record->claim->doc);
    aln_text_add(out, "\n");
    aln_html_element(out, "p class=\"source\"", record->claim->source);
    aln_text_add(out, "\n");
    if (!record->stopped) {
        if (figure->name[0] != '\0')
            aln_gallery_entry_add(out, figure, record->claim->name);
        add_strip(out, record);
        add_numbers(out, record);
        add_facts(out, record);
    }
    aln_text_add(out, "</section>\n");
}

static void add_claims(struct aln_text *out, const struct aln_report_page *page, bool failed)
{
    for (size_t i = 0; i < page->count; i++)
        if (has_failed(&page->record[i]) == failed)
            add_claim(out, &page->record[i], &page->figure[i]);
}

enum aln_status aln_report_html(const struct aln_report_page *page, const struct aln_tally *tally,
                                struct aln_text *out)
{
    aln_html_begin(out, "alignode " ALN_VERSION ": claims and measurements");
    add_introduction(out, page, tally);
    add_summary(out, page);
    add_claims(out, page, true);
    add_claims(out, page, false);
    aln_html_end(out);
    return out->failed || page->failed ? aln_raise_memory("the report") : ALN_OK;
}

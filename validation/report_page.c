#include "report_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "alignode/config.h"
#include "base/failure.h"

/* ---- collecting ---- */

static void tell_verdict(const struct aln_report_page *page, const struct aln_claim_record *record)
{
    struct aln_verdict v = aln_claim_record_judge(record);
    char words[160];
    snprintf(words, sizeof words, "%s %s, %u of %u lines pass, %u skipped%s", record->claim->name,
             aln_verdict_words[v.kind], v.lines - v.failed, v.lines, v.skipped,
             record->kept ? " (kept)" : "");
    if (page->progress->tell != NULL && !record->stopped)
        page->progress->tell(page->progress->context, words);
}

/* Makes room for one more claim. */
static bool make_room(struct aln_report_page *page)
{
    struct aln_claim_record *records =
        realloc(page->record, (page->count + 1) * sizeof *page->record);
    if (records != NULL)
        page->record = records;
    struct aln_gallery_entry *figures =
        realloc(page->figure, (page->count + 1) * sizeof *page->figure);
    if (figures != NULL)
        page->figure = figures;
    return records != NULL && figures != NULL;
}

static void draw(struct aln_report_page *page, const struct aln_claim_record *record,
                 struct aln_gallery_entry *figure)
{
    *figure = (struct aln_gallery_entry){0};
    if (page->draw == NULL || record->stopped)
        return;
    enum aln_status status = page->draw(page->context, record, figure);
    page->failed = page->failed || status == ALN_MEMORY;
    if (status != ALN_OK) /* such as stopped */
        aln_gallery_entry_free(figure);
}

static void take_record(void *context, struct aln_claim_record *record)
{
    struct aln_report_page *page = context;
    tell_verdict(page, record);
    if (!make_room(page)) {
        page->failed = true;
        return;
    }
    draw(page, record, &page->figure[page->count]);
    page->record[page->count++] = *record;
    *record = (struct aln_claim_record){0};
}

struct aln_report_reader aln_report_page_reader(struct aln_report_page *page)
{
    return (struct aln_report_reader){
        .context = page, .end = take_record, .progress = page->progress};
}

void aln_report_page_free(struct aln_report_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        aln_claim_record_free(&page->record[i]);
        aln_gallery_entry_free(&page->figure[i]);
    }
    free(page->record);
    free(page->figure);
}

/* ---- Markdown ---- */

/* Text in a cell of a table. */
static void add_cell(struct aln_text *out, const char *s)
{
    aln_text_add(out, "| ");
    for (; *s != '\0'; s++)
        aln_text_add(out, *s == '|' || *s == '\\' ? "\\%c" : "%c", *s == '\n' ? ' ' : *s);
    aln_text_add(out, " ");
}

/* "full, 2026-01-31, 0.2.0, 12 s" */
static void add_origin(struct aln_text *out, const struct aln_claim_record *record)
{
    aln_text_add(out, "| %s | %.10s, %s%s | %.3g s |\n", aln_claims_forms[record->form],
                 record->measured, record->version,
                 record->current ? "" : ", another program or other files", record->seconds);
}

static void add_row(struct aln_text *out, const struct aln_claim_record *record)
{
    const struct aln_name *claim = record->claim;
    struct aln_verdict v = aln_claim_record_judge(record);
    aln_text_add(out, "| [%s](#%c%s) ", claim->name, claim->name[0] - 'A' + 'a', claim->name + 1);
    add_cell(out, claim->doc);
    if (record->stopped) {
        aln_text_add(out, "| stopped | | | | | |\n");
        return;
    }
    aln_text_add(out, "| %s | %u of %u | %u ",
                 v.kind == ALN_CLAIM_FAILED ? "**FAILED**" : aln_verdict_words[v.kind],
                 v.lines - v.failed, v.lines, v.skipped);
    add_origin(out, record);
}

static void add_line(struct aln_text *out, const struct aln_report_line *line)
{
    add_cell(out, line->what);
    if (line->kind == ALN_LINE_JUDGED)
        aln_text_add(out, "| %.5g | %.5g ... %.5g | %s |\n", line->value, line->low, line->high,
                     line->ok ? "pass" : "**FAIL**");
    else if (line->kind == ALN_LINE_NOTE)
        aln_text_add(out, "| %.5g ", line->value);
    else
        aln_text_add(out, "| ");
    if (line->kind == ALN_LINE_JUDGED)
        return;
    add_cell(out, line->remark);
    aln_text_add(out, "| %s |\n",
                 line->kind == ALN_LINE_ERROR     ? "**error**"
                 : line->kind == ALN_LINE_SKIPPED ? "skipped"
                                                  : "");
}

static void add_claim(struct aln_text *out, const struct aln_claim_record *record)
{
    if (record->stopped)
        return;
    aln_text_add(out, "\n## %s\n\n%s.\n\n| what | measured | allowed | |\n|---|---|---|---|\n",
                 record->claim->name, record->claim->doc);
    for (size_t i = 0; i < record->count; i++)
        add_line(out, &record->lines[i].line);
}

enum aln_status aln_report_page_text(const struct aln_report_page *page,
                                     const struct aln_tally *tally, struct aln_text *out)
{
    bool stopped = page->progress->stop != NULL && *page->progress->stop != 0;
    aln_text_add(out,
                 "# alignode %s: claims and measurements\n\n"
                 "Each line states what was measured, the number, the allowed range (both "
                 "ends included), and the verdict; a number without a range is not judged. All "
                 "random numbers come from fixed seeds. A claim in the quick form was not run in "
                 "full. Times are processor time; what was kept of trained networks is not "
                 "included.%s\n\n"
                 "| claim | says | verdict | lines that pass | skipped | form | measured, version "
                 "| time |\n|---|---|---|---|---|---|---|---|\n",
                 ALN_VERSION, stopped ? " **Stopped by the user before the end.**" : "");
    for (size_t i = 0; i < page->count; i++)
        add_row(out, &page->record[i]);
    aln_text_add(out, "\n%u passed, %u failed, %u skipped\n", tally->passed, tally->failed,
                 tally->skipped);
    for (size_t i = 0; i < page->count; i++)
        add_claim(out, &page->record[i]);
    return out->failed || page->failed ? aln_raise_memory("the report") : ALN_OK;
}

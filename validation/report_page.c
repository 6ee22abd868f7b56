#include "report_page.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/failure.h"

/* Text in a cell of a table. */
static void add_cell(struct aln_text *out, const char *s)
{
    aln_text_add(out, "| ");
    for (; *s != '\0'; s++)
        aln_text_add(out, *s == '|' || *s == '\\' ? "\\%c" : "%c", *s == '\n' ? ' ' : *s);
    aln_text_add(out, " ");
}

static void begin_claim(void *context, const struct aln_name *claim)
{
    struct aln_report_page *page = context;
    page->begun = page->claims.length;
    aln_text_add(&page->claims,
                 "\n## %s\n\n%s.\n\n| what | measured | allowed | |\n|---|---|---|---|\n",
                 claim->name, claim->doc);
}

static void add_line(void *context, const struct aln_report_line *line)
{
    struct aln_text *out = &((struct aln_report_page *)context)->claims;
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

static void end_claim(void *context, const struct aln_name *claim,
                      const struct aln_verdict *verdict)
{
    struct aln_report_page *page = context;
    unsigned passed = verdict->lines - verdict->failed;
    char words[128];
    aln_text_add(&page->table, "| [%s](#%c%s) ", claim->name, claim->name[0] - 'A' + 'a',
                 claim->name + 1);
    add_cell(&page->table, claim->doc);
    if (verdict->kind == ALN_CLAIM_STOPPED) {
        if (page->claims.s != NULL) {
            page->claims.length = page->begun;
            page->claims.s[page->begun] = '\0';
        }
        aln_text_add(&page->table, "| stopped | | |\n");
        return;
    }
    aln_text_add(&page->table, "| %s | %u of %u | %u |\n", aln_verdict_words[verdict->kind], passed,
                 verdict->lines, verdict->skipped);
    snprintf(words, sizeof words, "%s %s, %u of %u lines pass, %u skipped", claim->name,
             aln_verdict_words[verdict->kind], passed, verdict->lines, verdict->skipped);
    if (page->progress->tell != NULL)
        page->progress->tell(page->progress->context, words);
}

struct aln_report_reader aln_report_page_reader(struct aln_report_page *page)
{
    return (struct aln_report_reader){.context = page,
                                      .begin = begin_claim,
                                      .line = add_line,
                                      .end = end_claim,
                                      .progress = page->progress};
}

enum aln_status aln_report_page_text(const struct aln_report_page *page, bool full,
                                     const struct aln_tally *tally, struct aln_text *out)
{
    bool stopped = page->progress->stop != NULL && *page->progress->stop != 0;
    aln_text_add(out,
                 "# alignode %s: claims and measurements\n\n"
                 "%s Each line states what was measured, the number, the allowed range (both "
                 "ends included), and the verdict; a number without a range is not judged. All "
                 "random numbers come from fixed seeds.%s\n\n"
                 "| claim | says | verdict | lines that pass | skipped |\n|---|---|---|---|---|\n",
                 ALN_VERSION, full ? "Full form." : "Quick form: no claim was run in full.",
                 stopped ? " **Stopped by the user before the end.**" : "");
    if (page->table.s != NULL && page->claims.s != NULL)
        aln_text_add(out, "%s\n%u passed, %u failed, %u skipped\n%s", page->table.s, tally->passed,
                     tally->failed, tally->skipped, page->claims.s);
    return out->failed || page->table.failed || page->claims.failed ? aln_raise_memory("the report")
                                                                    : ALN_OK;
}

void aln_report_page_free(struct aln_report_page *page)
{
    free(page->table.s);
    free(page->claims.s);
}

/* `alignode report`: the claims of validation/, run and judged, on one page of Markdown. */
#include <gsl/gsl_errno.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "file/part.h"
#include "validation/report.h"

struct page {
    const struct aln_cli *cli;
    const struct aln_progress *progress;
    bool full;
    struct aln_text table, claims; /* the page's two parts */
    struct aln_tally tally;
};

/* Text in a cell of a table. */
static void add_cell(struct aln_text *out, const char *s)
{
    aln_text_add(out, "| ");
    for (; *s != '\0'; s++)
        aln_text_add(out, *s == '|' || *s == '\\' ? "\\%c" : "%c", *s == '\n' ? ' ' : *s);
    aln_text_add(out, " ");
}

static void add_line(void *context, const struct aln_report_line *line)
{
    struct aln_text *out = &((struct page *)context)->claims;
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

static void add_claim(struct page *page, const struct aln_name *claim)
{
    const struct aln_report_reader reader = {page, add_line, page->progress};
    const size_t before = page->claims.length;
    char words[128];
    aln_text_add(&page->claims,
                 "\n## %s\n\n%s.\n\n| what | measured | allowed | |\n|---|---|---|---|\n",
                 claim->name, claim->doc);
    struct aln_verdict verdict = {.kind = ALN_CLAIM_STOPPED};
    if (*page->progress->stop == 0)
        verdict = aln_report_run(claim, page->full, &reader);
    aln_text_add(&page->table, "| [%s](#%c%s) ", claim->name, claim->name[0] - 'A' + 'a',
                 claim->name + 1);
    add_cell(&page->table, claim->doc);
    if (verdict.kind == ALN_CLAIM_STOPPED && page->claims.s != NULL) {
        page->claims.length = before;
        page->claims.s[before] = '\0';
        aln_text_add(&page->table, "| stopped | | |\n");
        return;
    }
    aln_tally_add(&page->tally, &verdict);
    unsigned passed = verdict.lines - verdict.failed;
    aln_text_add(&page->table, "| %s | %u of %u | %u |\n", aln_verdict_words[verdict.kind], passed,
                 verdict.lines, verdict.skipped);
    snprintf(words, sizeof words, "%s %s, %u of %u lines pass, %u skipped", claim->name,
             aln_verdict_words[verdict.kind], passed, verdict.lines, verdict.skipped);
    if (page->progress->tell != NULL)
        page->progress->tell(page->progress->context, words);
}

static enum aln_status write_page(const struct page *page)
{
    struct aln_text text = {0};
    aln_text_add(&text,
                 "# alignode %s: the claims, and what was measured\n\n"
                 "%s form. A line says what was measured, the number, the range allowed (both ends "
                 "included), and the verdict; a number without a range is not judged. Random "
                 "numbers come from fixed seeds: they repeat.%s\n\n"
                 "| claim | says | verdict | lines that pass | skipped |\n|---|---|---|---|---|\n",
                 ALN_VERSION, page->full ? "Full" : "Quick",
                 *page->progress->stop != 0 ? " **Stopped by the user before all was run.**" : "");
    if (page->table.s != NULL && page->claims.s != NULL)
        aln_text_add(&text, "%s\n%u passed, %u failed, %u skipped\n%s", page->table.s,
                     page->tally.passed, page->tally.failed, page->tally.skipped, page->claims.s);
    enum aln_status status = text.failed || page->table.failed || page->claims.failed
                                 ? aln_raise(ALN_MEMORY, "out of memory for the report")
                                 : aln_part_save(page->cli->output, false, text.s, text.length);
    free(text.s);
    return status;
}

/* Whether there is a place for the page, before hours of work. */
static enum aln_status check_place(const struct aln_cli *cli)
{
    struct aln_part *part = NULL;
    enum aln_status status = aln_part_find(&part, cli->output);
    if (status == ALN_OK && part->path != NULL)
        status = aln_part_begin(part, 0);
    aln_part_abandon(part, false);
    return status;
}

static enum aln_status check_names(size_t count, char **name)
{
    char offer[320];
    for (size_t i = 0; i < count; i++)
        if (aln_names_find(&aln_claims, name[i]) == NULL)
            return aln_raise(ALN_USAGE, "report: unknown claim '%s'; %s", name[i],
                             aln_names_offer(&aln_claims, name[i], offer));
    return ALN_OK;
}

int aln_cli_report(const struct aln_cli *cli)
{
    struct aln_progress progress = aln_cli_progress(cli, "report");
    struct page page = {.cli = cli, .progress = &progress};
    size_t count = cli->argument_count;
    char **name = cli->argument;
    if (count > 0 && (strcmp(name[0], "quick") == 0 || strcmp(name[0], "full") == 0)) {
        page.full = strcmp(name[0], "full") == 0;
        name++;
        count--;
    }
    enum aln_status status = check_names(count, name);
    if (status == ALN_OK)
        status = check_place(cli);
    if (status == ALN_OK)
        status = aln_report_open_runs(cli->runs);
    if (status != ALN_OK)
        return aln_cli_fail(status);
    gsl_set_error_handler_off();
#ifdef _OPENMP
    if (cli->threads > 0)
        omp_set_num_threads(cli->threads);
#endif
    for (size_t i = 0; i < aln_claims.count; i++)
        if (aln_report_is_wanted(aln_names_row(&aln_claims, i), count, name))
            add_claim(&page, aln_names_row(&aln_claims, i));
    aln_cli_progress_end();
    aln_report_close_runs();
    status = write_page(&page);
    free(page.table.s);
    free(page.claims.s);
    if (status != ALN_OK) /* the place was good when the work began: no mistake of the user's */
        return aln_cli_fail(status == ALN_USAGE ? ALN_FILE : status);
    return *progress.stop != 0     ? ALN_EXIT_STOPPED
           : page.tally.failed > 0 ? ALN_EXIT_TOLERANCE
                                   : ALN_EXIT_DONE;
}

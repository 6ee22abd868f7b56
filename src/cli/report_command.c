/* `alignode report`: the claims of validation/, run and judged, on one page: of Markdown, or a web
 * page with figures. */
#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/failure.h"
#include "cli/example.h"
#include "cli/place.h"
#include "validation/report_html.h"
#include "validation/report_page.h"

static bool is_markdown(const char *head)
{
    return strncmp(head, "# alignode ", 11) == 0 && strstr(head, ": claims") != NULL;
}

/* The forms of the page; the extension of its path decides. */
static const struct form {
    const char *extension, *kind;
    bool (*is_one)(const char *head);
    enum aln_status (*text)(const struct aln_report_page *page, const struct aln_tally *tally,
                            struct aln_text *out);
    bool drawn; /* with figures */
} html = {".html", "web page", aln_cli_is_web_page, aln_report_html, true},
  markdown = {"", "page of claims", is_markdown, aln_report_page_text, false};

static const struct form *form_of(const struct aln_cli *cli)
{
    size_t n = cli->output != NULL ? strlen(cli->output) : 0, m = strlen(html.extension);
    return n > m && strcmp(cli->output + n - m, html.extension) == 0 ? &html : &markdown;
}

/* Writes the page. */
static enum aln_status save_page(const struct aln_cli *cli, const struct aln_report_page *page,
                                 const struct aln_tally *tally)
{
    struct aln_text text = {0};
    enum aln_status status = form_of(cli)->text(page, tally, &text);
    if (status == ALN_OK)
        status = aln_cli_place_save(cli, &text);
    free(text.s);
    return status;
}

/* Draws what shows a claim: a result of its networks, or a parameter file, which is run. */
static enum aln_status draw(void *context, const struct aln_claim_record *record,
                            struct aln_gallery_entry *figure)
{
    struct aln_cli_examples *examples = context;
    const struct aln_claim_figure *shows = aln_claims_figure(record->claim);
    const char *result = shows->result[record->form];
    struct aln_text path = {0};
    enum aln_status status = ALN_OK;
    examples->quick = record->form == ALN_FORM_QUICK;
    if (shows->params != NULL)
        status = aln_cli_example_make(examples, shows->params, figure);
    else if (result != NULL)
        status = aln_claims_result(&path, result);
    if (path.s != NULL && access(path.s, R_OK) == 0)
        status = aln_cli_example_draw(examples, result, path.s, figure);
    free(path.s);
    (void)aln_cli_progress(examples->cli, "report"); /* whose name the runs have changed */
    return status;
}

static enum aln_status run(const struct aln_cli *cli, const struct aln_claims_choice *choice,
                           struct aln_report_page *page, struct aln_tally *tally)
{
    struct aln_cli_examples examples = {
        .cli = cli, .params = aln_claims_params(), .runs = cli->runs};
    const struct aln_report_reader reader = aln_report_page_reader(page);
    enum aln_status status = ALN_OK;
    if (form_of(cli)->drawn) {
        page->draw = draw;
        page->context = &examples;
        status = aln_cli_examples_begin(&examples);
    }
    if (status == ALN_OK)
        status = aln_claims_run(choice, cli->runs, &reader, tally);
    aln_cli_examples_end(&examples);
    page->draw = NULL;
    page->context = NULL;
    return status;
}

int aln_cli_report(const struct aln_cli *cli)
{
    struct aln_progress progress = aln_cli_progress(cli, "report");
    struct aln_report_page page = {.progress = &progress};
    struct aln_claims_choice choice;
    struct aln_tally tally;
    enum aln_status status = aln_claims_choose(&choice, cli->argument_count, cli->argument);
    if (status != ALN_OK)
        return aln_cli_fail(aln_raise_again(status, "report: "));
    choice.kept = cli->kept;
#ifdef _OPENMP
    if (cli->threads > 0)
        omp_set_num_threads(cli->threads);
#endif
    status = aln_cli_place_check(cli, form_of(cli)->kind, form_of(cli)->is_one);
    if (status == ALN_OK)
        status = run(cli, &choice, &page, &tally);
    if (status == ALN_OK) {
        aln_cli_progress_end();
        status = save_page(cli, &page, &tally);
    }
    aln_report_page_free(&page);
    if (status != ALN_OK)
        return aln_cli_fail(status);
    return *progress.stop != 0 ? ALN_EXIT_STOPPED
           : tally.failed > 0  ? ALN_EXIT_TOLERANCE
                               : ALN_EXIT_DONE;
}

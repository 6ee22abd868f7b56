/* `alignode report`: the claims of validation/, run and judged, on one page of Markdown. */
#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/place.h"
#include "validation/report_page.h"

static bool is_page(const char *head)
{
    return strncmp(head, "# alignode ", 11) == 0 && strstr(head, ": claims") != NULL;
}

/* Writes the page. */
static enum aln_status save_page(const struct aln_cli *cli, const struct aln_report_page *page,
                                 const struct aln_tally *tally)
{
    struct aln_text text = {0};
    enum aln_status status = aln_report_page_text(page, tally, &text);
    if (status == ALN_OK)
        status = aln_cli_place_save(cli, &text);
    free(text.s);
    return status;
}

int aln_cli_report(const struct aln_cli *cli)
{
    struct aln_progress progress = aln_cli_progress(cli, "report");
    struct aln_report_page page = {.progress = &progress};
    const struct aln_report_reader reader = aln_report_page_reader(&page);
    struct aln_claims_choice choice;
    struct aln_tally tally;
    enum aln_status status = aln_claims_choose(&choice, cli->argument_count, cli->argument);
    if (status != ALN_OK)
        return aln_cli_fail(aln_raise_again(status, "report: "));
#ifdef _OPENMP
    if (cli->threads > 0)
        omp_set_num_threads(cli->threads);
#endif
    status = aln_cli_place_check(cli, "page of claims", is_page);
    if (status == ALN_OK)
        status = aln_claims_run(&choice, cli->runs, &reader, &tally);
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

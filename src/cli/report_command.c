/* `alignode report`: the claims of validation/, run and judged, on one page of Markdown. */
#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/target.h"
#include "file/part.h"
#include "validation/report_page.h"

static bool is_page(const char *head)
{
    return strncmp(head, "# alignode ", 11) == 0 && strstr(head, ": claims") != NULL;
}

/* Checks that the page can be written, before hours of work. */
static enum aln_status check_place(const struct aln_cli *cli)
{
    struct aln_part *part = NULL;
    enum aln_status status = aln_cli_keep_file(cli, cli->output, "page of claims", is_page);
    if (status == ALN_OK)
        status = aln_part_find(&part, cli->output);
    if (status == ALN_OK && part->path != NULL)
        status = aln_cli_keep_file(cli, part->partial, "page of claims", is_page);
    if (status == ALN_OK && part->path != NULL)
        status = aln_part_begin(part, 0);
    aln_part_abandon(part, false);
    return status;
}

/* Writes the page. */
static enum aln_status save_page(const struct aln_report_page *page, const struct aln_tally *tally,
                                 const char *path)
{
    struct aln_text text = {0};
    enum aln_status status = aln_report_page_text(page, tally, &text);
    if (status == ALN_OK)
        status = aln_part_save(path, false, text.s, text.length);
    free(text.s);
    /* The path was writable at the start, so this is not a usage error. */
    return status == ALN_USAGE ? ALN_FILE : status;
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
    status = check_place(cli);
    if (status == ALN_OK)
        status = aln_claims_run(&choice, cli->runs, &reader, &tally);
    if (status == ALN_OK) {
        aln_cli_progress_end();
        status = save_page(&page, &tally, cli->output);
    }
    aln_report_page_free(&page);
    if (status != ALN_OK)
        return aln_cli_fail(status);
    return *progress.stop != 0 ? ALN_EXIT_STOPPED
           : tally.failed > 0  ? ALN_EXIT_TOLERANCE
                               : ALN_EXIT_DONE;
}

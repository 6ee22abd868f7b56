/* validate [quick|full] [--runs FOLDER] [CLAIM ...]
 * The scientific claims, each run and judged, line by line. Exit status 3 when any fails. The last
 * line counts claims, and among the skipped also what single claims left out: "N passed, N failed,
 * N skipped". FOLDER keeps the results of deep networks that were trained; what lies there is not
 * run again.
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

static void print(void *context, const struct aln_report_line *line)
{
    (void)context;
    printf("%-4s %-58s ", line->claim, line->what);
    switch (line->kind) {
    case ALN_LINE_JUDGED:
        printf("%11.5g  [%.5g, %.5g]  %s\n", line->value, line->low, line->high,
               line->ok ? "pass" : "FAIL");
        break;
    case ALN_LINE_NOTE:
        printf("%11.5g  %s\n", line->value, line->remark);
        break;
    case ALN_LINE_SKIPPED:
        printf("skipped: %s\n", line->remark);
        break;
    case ALN_LINE_ERROR:
        printf("error: %s  FAIL\n", line->remark);
        break;
    }
    fflush(stdout);
}

static void tell(void *context, const char *words)
{
    (void)context;
    fprintf(stderr, "     %s\n", words);
}

static int usage(void)
{
    fprintf(stderr, "usage: validate [quick|full] [--runs FOLDER] [CLAIM ...]\n");
    for (size_t i = 0; i < aln_claims.count; i++)
        fprintf(stderr, "  %-4s %s\n", aln_names_row(&aln_claims, i)->name,
                aln_names_row(&aln_claims, i)->doc);
    return 2;
}

int main(int argc, char **argv)
{
    static const struct aln_progress progress = {.tell = tell};
    static const struct aln_report_reader reader = {NULL, print, &progress};
    int first = 1;
    bool full = false;
    const char *folder = NULL;
    struct aln_tally tally = {0};
    if (argc > first && (strcmp(argv[first], "quick") == 0 || strcmp(argv[first], "full") == 0))
        full = strcmp(argv[first++], "full") == 0;
    if (argc > first + 1 && strcmp(argv[first], "--runs") == 0) {
        folder = argv[first + 1];
        first += 2;
    }
    for (int a = first; a < argc; a++)
        if (aln_names_find(&aln_claims, argv[a]) == NULL) {
            fprintf(stderr, "validate: unknown claim '%s'\n", argv[a]);
            return usage();
        }
    gsl_set_error_handler_off();
    if (aln_report_open_runs(folder) != ALN_OK) {
        fprintf(stderr, "validate: %s\n", aln_error());
        return 2;
    }
    for (size_t i = 0, shown = 0; i < aln_claims.count; i++) {
        const struct aln_name *claim = aln_names_row(&aln_claims, i);
        if (!aln_report_is_wanted(claim, (size_t)(argc - first), argv + first))
            continue;
        printf("%s%-4s %s\n", shown++ > 0 ? "\n" : "", claim->name, claim->doc);
        struct aln_verdict verdict = aln_report_run(claim, full, &reader);
        printf("%-4s %s: %u of %u lines pass, %u skipped\n", claim->name,
               aln_verdict_words[verdict.kind], verdict.lines - verdict.failed, verdict.lines,
               verdict.skipped);
        aln_tally_add(&tally, &verdict);
    }
    aln_report_close_runs();
    printf("%u passed, %u failed, %u skipped\n", tally.passed, tally.failed, tally.skipped);
    return tally.failed > 0 ? 3 : 0;
}

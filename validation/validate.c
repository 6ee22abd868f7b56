/* validate [quick|full|published] [--runs FOLDER] [--kept] [CLAIM ...]
 * The claims of `alignode report`, printed line by line as they are judged. Exit status 3 when any
 * fails. The last line, "N passed, N failed, N skipped", counts claims; skipped also counts single
 * lines. FOLDER keeps finished claims and trained networks, which are not run again; with --kept no
 * others are, and those that are missing are reported as not run. */
#include <stdio.h>
#include <string.h>

#include "run_claims.h"

static void begin(void *context, const struct aln_name *claim)
{
    bool *any = context;
    printf("%s%-4s %s\n", *any ? "\n" : "", claim->name, claim->doc);
    *any = true;
}

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

static void end(void *context, struct aln_claim_record *record)
{
    struct aln_verdict verdict = aln_claim_record_judge(record);
    (void)context;
    printf("%-4s %s: %u of %u lines pass, %u skipped", record->claim->name,
           aln_verdict_words[verdict.kind], verdict.lines - verdict.failed, verdict.lines,
           verdict.skipped);
    if (record->kept)
        printf("; kept: %s form, %s, %.0f s, by alignode %s (%s)", aln_claims_forms[record->form],
               record->measured, record->seconds, record->version, record->program);
    printf("\n");
    fflush(stdout);
}

static void tell(void *context, const char *words)
{
    (void)context;
    fprintf(stderr, "     %s\n", words);
}

static int fail(void)
{
    fprintf(stderr,
            "validate: %s\nusage: validate [quick|full|published] [--runs FOLDER] "
            "[--kept] [CLAIM ...]\n",
            aln_error());
    for (size_t i = 0; i < aln_claims.count; i++)
        fprintf(stderr, "  %-4s %s\n", aln_names_row(&aln_claims, i)->name,
                aln_names_row(&aln_claims, i)->doc);
    return 2;
}

/* Removes an option and what belongs to it from the words.
 * Given:    extra  words that follow it
 * Returned: its last word, or NULL without it */
static const char *take(const char *option, int extra, int *count, char **words)
{
    for (int i = 0; i + extra < *count; i++) {
        if (strcmp(words[i], option) != 0)
            continue;
        const char *last = words[i + extra];
        *count -= 1 + extra;
        memmove(&words[i], &words[i + 1 + extra], (size_t)(*count - i) * sizeof *words);
        return last;
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const struct aln_progress progress = {.tell = tell};
    bool any = false;
    const struct aln_report_reader reader = {&any, begin, print, end, &progress};
    struct aln_claims_choice choice;
    struct aln_tally tally;
    int count = argc - 1;
    const char *folder = take("--runs", 1, &count, argv + 1);
    const bool kept = take("--kept", 0, &count, argv + 1) != NULL;
    if (aln_claims_choose(&choice, (size_t)count, argv + 1) != ALN_OK)
        return fail();
    choice.kept = kept;
    if (aln_claims_run(&choice, folder, &reader, &tally) != ALN_OK)
        return fail();
    printf("%u passed, %u failed, %u skipped\n", tally.passed, tally.failed, tally.skipped);
    return tally.failed > 0 ? 3 : 0;
}

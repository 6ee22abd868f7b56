/* validate [quick|full] [-o FOLDER] [CLAIM ...]
 * The scientific claims, each run and judged. Exit status 3 when any fails. The last line counts
 * claims, and among the skipped also what single claims left out: "N passed, N failed, N skipped".
 * FOLDER keeps the results of deep networks that were trained; what lies there is not run again.
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"

/* Deep networks that were trained leave their results in a folder. */
#ifdef ALN_DEEP
#include "runs.h"
#define RUNS_USAGE " [-o FOLDER]"

static bool open_runs(const char *folder)
{
    bool ok = aln_claim_runs_open(folder) == ALN_OK;
    if (!ok)
        fprintf(stderr, "validate: %s\n", aln_error());
    return ok;
}

static void close_runs(void)
{
    aln_claim_runs_close();
}
#else
#define RUNS_USAGE ""

static bool open_runs(const char *folder)
{
    (void)folder;
    return true;
}

static void close_runs(void) {}
#endif

static const struct claim {
    const char *id, *title;
    void (*quick)(struct aln_report *r); /* NULL: none, skipped */
    void (*full)(struct aln_report *r);
} claims[] = {
    {"S1", "closed forms: Gaussian averages against quadrature and sampling", aln_claim_s1_quick,
     aln_claim_s1_full},
    {"S2", "theory = simulation: means extrapolated in 1/N, spread as N^-1/2", aln_claim_s2_quick,
     aln_claim_s2_full},
    {"S3", "learning curves: fall, plateau, exponential decay; medians over 20 seeds", aln_claim_s3,
     aln_claim_s3},
    {"S4", "align, then memorise: alignment before learning, and its early law", aln_claim_s4,
     aln_claim_s4},
    {"S5", "degeneracy breaking: the solution that the feedback points to", aln_claim_s5_quick,
     aln_claim_s5_full},
    {"S6", "relu learns where the feedback has the right signs", aln_claim_s6_quick,
     aln_claim_s6_full},
    {"S7", "several outputs: theory = simulation, and how alignment depends on the targets",
     aln_claim_s7_quick, aln_claim_s7_full},
    {"S8", "plateaus and stability: fixed points, escape rates, the largest stable rate",
     aln_claim_s8_quick, aln_claim_s8_full},
    {"S9", "feedback that learns, and by sign: theory = simulation, the exact law, what they reach",
     aln_claim_s9_quick, aln_claim_s9_full},
#ifdef ALN_DEEP
    {"D1", "gradients are right, and the rules do what they say", aln_claim_d1, aln_claim_d1},
    {"D2", "degeneracy breaking: seeds that share their feedback become similar",
     aln_claim_d2_quick, aln_claim_d2_full},
    {"D3", "weight alignment drives gradient alignment (the runs of D2)", aln_claim_d3_quick,
     aln_claim_d3_full},
    {"D4", "layers align from the bottom to the top, then memorise", aln_claim_d4_quick,
     aln_claim_d4_full},
    {"D5", "the structure of targets: alignment grows towards equal, independent ones",
     aln_claim_d5_quick, aln_claim_d5_full},
    {"D6", "the structure of predictions: random labels delay alignment", NULL, aln_claim_d6},
    {"D7", "width: dfa learns better, and the first layers of seeds agree less", NULL,
     aln_claim_d7},
    {"D8", "deep linear networks: exact laws, perfect alignment with one output", aln_claim_d8,
     aln_claim_d8},
    {"D9", "fa beside dfa beside bp, MNIST 28x28", NULL, aln_claim_d9},
    {"C1", "convolutions: how near any can be to a product of feedback", aln_claim_c1_quick,
     aln_claim_c1},
    {"C2", "convolutions: dfa does not align what lies below the last of them", aln_claim_c2_quick,
     aln_claim_c2},
    {"C3", "structure in the feedback of convolutions: what it aligns, what it recovers",
     aln_claim_c3_quick, aln_claim_c3},
#endif
};
static const size_t claim_count = sizeof claims / sizeof claims[0];

void aln_report_range(struct aln_report *r, const char *what, double value, double low, double high)
{
    bool ok = value >= low && value <= high;
    printf("%-4s %-58s %11.5g  [%.5g, %.5g]  %s\n", r->claim, what, value, low, high,
           ok ? "pass" : "FAIL");
    fflush(stdout);
    r->lines++;
    r->failed += !ok;
}

void aln_report_note(struct aln_report *r, const char *what, double value, const char *remark)
{
    printf("%-4s %-58s %11.5g  %s\n", r->claim, what, value, remark);
    fflush(stdout);
}

void aln_report_skip(struct aln_report *r, const char *what, const char *why)
{
    printf("%-4s %-58s skipped: %s\n", r->claim, what, why);
    fflush(stdout);
    r->skipped++;
}

void aln_report_error(struct aln_report *r, const char *what)
{
#pragma omp critical(aln_report)
    {
        printf("%-4s %-58s error: %s  FAIL\n", r->claim, what, aln_error());
        fflush(stdout);
        r->lines++;
        r->failed++;
    }
}

static int usage(void)
{
    fprintf(stderr, "usage: validate [quick|full]" RUNS_USAGE " [CLAIM ...]\n");
    for (size_t i = 0; i < claim_count; i++)
        fprintf(stderr, "  %-4s %s\n", claims[i].id, claims[i].title);
    return 2;
}

/* What the claims come to. */
struct tally {
    unsigned passed, failed, skipped;
};

static void judge(const struct claim *claim, bool full, struct tally *tally)
{
    struct aln_report r = {.claim = claim->id};
    void (*run)(struct aln_report *) = full ? claim->full : claim->quick;
    printf("%-4s %s\n", claim->id, claim->title);
    if (run == NULL) {
        printf("%-4s skipped: it takes minutes, `validate full %s`\n", claim->id, claim->id);
        tally->skipped++;
        return;
    }
    run(&r);
    /* A claim that judged nothing has shown nothing, unless it said why. */
    bool nothing = r.lines == 0 && r.skipped > 0, ok = r.failed == 0 && r.lines > 0;
    printf("%-4s %s: %u of %u lines pass, %u skipped\n", claim->id,
           nothing ? "skipped"
           : ok    ? "passed"
                   : "FAILED",
           r.lines - r.failed, r.lines, r.skipped);
    tally->passed += ok;
    tally->failed += !ok && !nothing;
    tally->skipped += r.skipped;
}

static bool is_wanted(const struct claim *claim, int count, char **id)
{
    for (int a = 0; a < count; a++)
        if (strcmp(id[a], claim->id) == 0)
            return true;
    return count == 0;
}

static bool is_known(const char *id)
{
    for (size_t i = 0; i < claim_count; i++)
        if (strcmp(id, claims[i].id) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    int first = 1;
    bool full = false;
    const char *folder = NULL;
    struct tally tally = {0};
    if (argc > first && (strcmp(argv[first], "quick") == 0 || strcmp(argv[first], "full") == 0))
        full = strcmp(argv[first++], "full") == 0;
    if (RUNS_USAGE[0] != '\0' && argc > first + 1 && strcmp(argv[first], "-o") == 0) {
        folder = argv[first + 1];
        first += 2;
    }
    for (int a = first; a < argc; a++)
        if (!is_known(argv[a])) {
            fprintf(stderr, "validate: unknown claim '%s'\n", argv[a]);
            return usage();
        }
    gsl_set_error_handler_off();
    if (!open_runs(folder))
        return 2;
    for (size_t i = 0, shown = 0; i < claim_count; i++) {
        if (!is_wanted(&claims[i], argc - first, argv + first))
            continue;
        printf("%s", shown++ > 0 ? "\n" : "");
        judge(&claims[i], full, &tally);
    }
    close_runs();
    printf("%u passed, %u failed, %u skipped\n", tally.passed, tally.failed, tally.skipped);
    return tally.failed > 0 ? 3 : 0;
}

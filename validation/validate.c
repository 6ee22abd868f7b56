/* validate [quick|full] [CLAIM ...]
 * The scientific claims, each run and judged. Exit status 3 when any fails. The last line counts
 * claims, and among the skipped also what single claims left out: "N passed, N failed, N skipped".
 */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"

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
    {"S8", "plateaus and stability: fixed points, escape rates, the largest stable rate",
     aln_claim_s8_quick, aln_claim_s8_full},
#ifdef ALN_DEEP
    {"D1", "gradients are right, and the rules do what they say", aln_claim_d1, aln_claim_d1},
    {"D8", "deep linear networks: exact laws, perfect alignment with one output", aln_claim_d8,
     aln_claim_d8},
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
    fprintf(stderr, "usage: validate [quick|full] [CLAIM ...]\n");
    for (size_t i = 0; i < claim_count; i++)
        fprintf(stderr, "  %-4s %s\n", claims[i].id, claims[i].title);
    return 2;
}

int main(int argc, char **argv)
{
    int first = 1;
    bool full = false;
    if (argc > 1 && (strcmp(argv[1], "quick") == 0 || strcmp(argv[1], "full") == 0)) {
        full = strcmp(argv[1], "full") == 0;
        first = 2;
    }
    for (int a = first; a < argc; a++) {
        bool known = false;
        for (size_t i = 0; i < claim_count; i++)
            known = known || strcmp(argv[a], claims[i].id) == 0;
        if (!known) {
            fprintf(stderr, "validate: unknown claim '%s'\n", argv[a]);
            return usage();
        }
    }
    gsl_set_error_handler_off();

    unsigned passed = 0, failed = 0, skipped = 0;
    for (size_t i = 0; i < claim_count; i++) {
        const struct claim *claim = &claims[i];
        bool wanted = first >= argc;
        for (int a = first; a < argc; a++)
            wanted = wanted || strcmp(argv[a], claim->id) == 0;
        if (!wanted)
            continue;
        printf("%s%-4s %s\n", passed + failed + skipped > 0 ? "\n" : "", claim->id, claim->title);
        void (*run)(struct aln_report *) = full ? claim->full : claim->quick;
        if (run == NULL) {
            printf("%-4s skipped: it has no quick form\n", claim->id);
            skipped++;
            continue;
        }
        struct aln_report report = {.claim = claim->id};
        run(&report);
        /* A claim that judged nothing has shown nothing. */
        bool ok = report.failed == 0 && report.lines > 0;
        printf("%-4s %s: %u of %u lines pass, %u skipped\n", claim->id, ok ? "passed" : "FAILED",
               report.lines - report.failed, report.lines, report.skipped);
        passed += ok;
        failed += !ok;
        skipped += report.skipped;
    }
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return failed > 0 ? 3 : 0;
}

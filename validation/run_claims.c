#include "run_claims.h"

#include <gsl/gsl_errno.h>
#include <string.h>

#include "claims.h"
#ifdef ALN_DEEP
#include "training_runs.h"
#endif

static const struct claim {
    struct aln_name id;
    void (*quick)(struct aln_report *r); /* NULL: none, skipped */
    void (*full)(struct aln_report *r);
} claims[] = {
    {{"S1", "closed forms: Gaussian averages against quadrature and sampling", ""},
     aln_claim_s1_quick,
     aln_claim_s1_full},
    {{"S2", "theory = simulation: means extrapolated in 1/N, spread as N^-1/2", ""},
     aln_claim_s2_quick,
     aln_claim_s2_full},
    {{"S3", "learning curves: fall, plateau, exponential decay; medians over 20 seeds", ""},
     aln_claim_s3,
     aln_claim_s3},
    {{"S4", "align, then memorise: alignment before learning, and its early law", ""},
     aln_claim_s4,
     aln_claim_s4},
    {{"S5", "degeneracy breaking: the solution that the feedback points to", ""},
     aln_claim_s5_quick,
     aln_claim_s5_full},
    {{"S6", "relu learns where the feedback has the right signs", ""},
     aln_claim_s6_quick,
     aln_claim_s6_full},
    {{"S7", "several outputs: theory = simulation, and how alignment depends on the targets", ""},
     aln_claim_s7_quick,
     aln_claim_s7_full},
    {{"S8", "plateaus and stability: fixed points, escape rates, the largest stable rate", ""},
     aln_claim_s8_quick,
     aln_claim_s8_full},
    {{"S9",
      "feedback that learns, and by sign: theory = simulation, the exact law, solutions reached",
      ""},
     aln_claim_s9_quick,
     aln_claim_s9_full},
#ifdef ALN_DEEP
    {{"D1", "gradients and rules are correct", ""}, aln_claim_d1, aln_claim_d1},
    {{"D2", "degeneracy breaking: seeds that share their feedback become similar", ""},
     aln_claim_d2_quick,
     aln_claim_d2_full},
    {{"D3", "weight alignment drives gradient alignment (the runs of D2)", ""},
     aln_claim_d3_quick,
     aln_claim_d3_full},
    {{"D4", "layers align from the bottom to the top, then memorise", ""},
     aln_claim_d4_quick,
     aln_claim_d4_full},
    {{"D5", "the structure of targets: alignment grows towards equal, independent ones", ""},
     aln_claim_d5_quick,
     aln_claim_d5_full},
    {{"D6", "the structure of predictions: random labels delay alignment", ""}, NULL, aln_claim_d6},
    {{"D7", "width: dfa learns better, and the first layers of seeds agree less", ""},
     NULL,
     aln_claim_d7},
    {{"D8", "deep linear networks: exact laws, perfect alignment with one output", ""},
     aln_claim_d8,
     aln_claim_d8},
    {{"D9", "fa, dfa and bp compared, MNIST 28x28", ""}, NULL, aln_claim_d9},
    {{"C1", "convolutions: how close any can be to a product of feedback", ""},
     aln_claim_c1_quick,
     aln_claim_c1},
    {{"C2", "convolutions: dfa does not align layers below the last of them", ""},
     aln_claim_c2_quick,
     aln_claim_c2},
    {{"C3", "structured feedback of convolutions: what it aligns, what it recovers", ""},
     aln_claim_c3_quick,
     aln_claim_c3},
#endif
    {{"F4", "more rules: theory = simulation, means extrapolated in 1/N", ""},
     aln_claim_f4_quick,
     aln_claim_f4_full},
    {{"F5", "batches and heavy ball: theory = simulation, and how late momentum makes a run", ""},
     aln_claim_f5_quick,
     aln_claim_f5_full},
};
const struct aln_names aln_claims = {"claim", "claims", claims, sizeof claims / sizeof claims[0],
                                     sizeof claims[0]};

/* ---- choosing ---- */

enum aln_status aln_claims_choose(struct aln_claims_choice *choice, size_t count,
                                  char *const *words)
{
    char offer[320];
    bool form = count > 0 && (strcmp(words[0], "quick") == 0 || strcmp(words[0], "full") == 0);
    *choice = (struct aln_claims_choice){
        .full = form && strcmp(words[0], "full") == 0, .count = count - form, .name = words + form};
    for (size_t i = 0; i < choice->count; i++)
        if (aln_names_find(&aln_claims, choice->name[i]) == NULL)
            return aln_raise(ALN_USAGE, "unknown claim '%s'; %s", choice->name[i],
                             aln_names_offer(&aln_claims, choice->name[i], offer));
    return ALN_OK;
}

static bool is_wanted(const struct aln_claims_choice *choice, const struct aln_name *claim)
{
    for (size_t i = 0; i < choice->count; i++)
        if (strcmp(choice->name[i], claim->name) == 0)
            return true;
    return choice->count == 0;
}

/* ---- running ---- */

static enum aln_status open_runs(const char *folder)
{
#ifdef ALN_DEEP
    return aln_claim_runs_open(folder);
#else
    if (folder != NULL)
        return aln_raise(ALN_USAGE,
                         "%s: no runs to keep: this alignode was built without deep networks",
                         folder);
    return ALN_OK;
#endif
}

static void close_runs(void)
{
#ifdef ALN_DEEP
    aln_claim_runs_close();
#endif
}

static bool is_stopped(void)
{
    return aln_claim_stop.stop != NULL && *aln_claim_stop.stop != 0;
}

static struct aln_verdict run_claim(const struct claim *claim, bool full,
                                    const struct aln_report_reader *reader)
{
    void (*run)(struct aln_report *) = full ? claim->full : claim->quick;
    struct aln_report r = {.claim = claim->id.name, .reader = reader};
    if (is_stopped())
        return (struct aln_verdict){.kind = ALN_CLAIM_STOPPED};
    if (run != NULL)
        run(&r);
    else
        aln_report_skip(&r, "everything", "not run in full: takes minutes; part of the full form");
    bool nothing = r.lines == 0 && r.skipped > 0, ok = r.failed == 0 && r.lines > 0;
    return (struct aln_verdict){is_stopped() ? ALN_CLAIM_STOPPED
                                : nothing    ? ALN_CLAIM_SKIPPED
                                : ok         ? ALN_CLAIM_PASSED
                                             : ALN_CLAIM_FAILED,
                                r.lines, r.failed, r.skipped};
}

enum aln_status aln_claims_run(const struct aln_claims_choice *choice, const char *runs,
                               const struct aln_report_reader *reader, struct aln_tally *tally)
{
    *tally = (struct aln_tally){0};
    enum aln_status status = open_runs(runs);
    if (status != ALN_OK)
        return status;
    gsl_set_error_handler_off();
    aln_claim_stop.stop = reader->progress != NULL ? reader->progress->stop : NULL;
    for (size_t i = 0; i < aln_claims.count; i++) {
        if (!is_wanted(choice, &claims[i].id))
            continue;
        reader->begin(reader->context, &claims[i].id);
        struct aln_verdict verdict = run_claim(&claims[i], choice->full, reader);
        tally->passed += verdict.kind == ALN_CLAIM_PASSED;
        tally->failed += verdict.kind == ALN_CLAIM_FAILED;
        tally->skipped += verdict.kind != ALN_CLAIM_STOPPED ? verdict.skipped : 0;
        reader->end(reader->context, &claims[i].id, &verdict);
    }
    close_runs();
    return ALN_OK;
}

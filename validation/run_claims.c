#include "run_claims.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alignode/config.h"
#include "base/failure.h"
#include "base/text.h"
#include "claims.h"
#include "kept_claims.h"
#ifdef ALN_DEEP
#include "training_runs.h"
#endif

#define REFINETTI "M. Refinetti, S. d'Ascoli, R. Ohana, S. Goldt, ICML 2021, arXiv 2011.12428"

#define FIGURE(quick, full, published)                                                             \
    {                                                                                              \
        NULL,                                                                                      \
        {                                                                                          \
            NULL, quick, full, published                                                           \
        }                                                                                          \
    }

static const struct claim {
    struct aln_name id;
    void (*quick)(struct aln_report *r); /* NULL: none, skipped */
    void (*full)(struct aln_report *r);
    struct aln_claim_figure figure;
    void (*published)(struct aln_report *r); /* NULL: the source has no such runs */
} claims[] = {
    {{"S1", "closed forms: Gaussian averages against quadrature and sampling",
      "D. Saad, S. Solla, PRE 52 (1995) 4225: I2, I3, I4 of erf; Y. Cho, L. Saul, NeurIPS 2009, "
      "and R. "
      "Plackett, Biometrika 41 (1954) 351: of relu"},
     aln_claim_s1_quick,
     aln_claim_s1_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"S2", "theory = simulation: means extrapolated in 1/N, spread as N^-1/2",
      "D. Saad, S. Solla, PRE 52 (1995) 4225; S. Goldt et al., NeurIPS 2019, arXiv 1906.08632; "
      "with "
      "feedback: " REFINETTI ", section 2, the order-parameter equations"},
     aln_claim_s2_quick,
     aln_claim_s2_full,
     {"first", {NULL}},
     NULL},
    {{"S3", "learning curves: fall, plateau, exponential decay; medians over 20 seeds",
      REFINETTI ", section 2, learning curves: the equations for R, Q and W2"},
     aln_claim_s3,
     aln_claim_s3,
     {"learning-curves-dfa", {NULL}},
     NULL},
    {{"S4", "align, then memorise: alignment before learning, and its early law",
      REFINETTI
      ", section 2, align, then memorise: W2 = 1/2 eta1 eta2 t^2 s F1 at early times; the "
      "figure with F1 = (-0.86, -1.60)"},
     aln_claim_s4,
     aln_claim_s4,
     {"align-then-memorise", {NULL}},
     NULL},
    {{"S5", "degeneracy breaking: the solution that the feedback points to",
      REFINETTI ", section 2, degeneracy breaking, and its times of escape for F1 = (1, f)"},
     aln_claim_s5_quick,
     aln_claim_s5_full,
     {"degeneracy", {NULL}},
     NULL},
    {{"S6", "relu learns where the feedback has the right signs",
      REFINETTI ", section 2, relu: P(learn) = 2^-K sum_{j = M .. K} binom(K, j)"},
     aln_claim_s6_quick,
     aln_claim_s6_full,
     {"plearn", {NULL}},
     NULL},
    {{"S7", "several outputs: theory = simulation, and how alignment depends on the targets",
      "The equations of S2 with several outputs; targets of " REFINETTI ", section 4.3"},
     aln_claim_s7_quick,
     aln_claim_s7_full,
     {"targets-map", {NULL}},
     NULL},
    {{"S8", "plateaus and stability: fixed points, escape rates, the largest stable rate",
      "D. Saad, S. Solla, PRE 52 (1995) 4225: the plateau Q = 1/(2K - 1), R^2 = Q/K and its escape "
      "at 2 eta K/(pi (2K - 1)^1/2 (2K + 1)^3/2); M. Biehl, H. Schwarze, J. Phys. A 28 (1995) 643: "
      "the critical rate, pi (5/3)^1/2 for one unit"},
     aln_claim_s8_quick,
     aln_claim_s8_full,
     {"stability", {NULL}},
     NULL},
    {{"S9",
      "feedback that learns, and by sign: theory = simulation, the exact law, solutions reached",
      "J. Kolen, J. Pollack, ICNN 1994; M. Akrout et al., NeurIPS 2019; Q. Liao, J. Leibo, T. "
      "Poggio, "
      "AAAI 2016"},
     aln_claim_s9_quick,
     aln_claim_s9_full,
     {"kolen-pollack", {NULL}},
     NULL},
    {{"F1", "error bars from theory: scatter of single runs, bias of their mean",
      "van Kampen's expansion of one step: covariance dS/dt = J S + S J^T + B, bias dm/dt = J m + "
      "tr(S d^2f)/2 + b - J f/2; for back-propagation D. Barber, D. Saad, P. Sollich, Europhys. "
      "Lett. 34 (1996) 151"},
     aln_claim_f1_quick,
     aln_claim_f1_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"F2", "escape times of a plateau: a law of ln N, with the rate of the fixed point",
      "D. Saad, S. Solla, PRE 52 (1995) 4225, for the logarithm"},
     aln_claim_f2_quick,
     aln_claim_f2_full,
     {"escape", {NULL}},
     NULL},
    {{"F3", "the geometry of updates: UA, SA and GA in closed form against samples and simulation",
      "The averages of S1; GA: " REFINETTI ", eq. 13"},
     aln_claim_f3_quick,
     aln_claim_f3_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"F4", "more rules: theory = simulation, means extrapolated in 1/N",
      "C. Frenkel, M. Lefebvre, D. Bol, Front. Neurosci. 15 (2021) 629892: drtp; M. Akrout et al., "
      "NeurIPS 2019: weight-mirror; K. Hara et al., 2011: node-perturbation; R. Srinivasan et al., "
      "ICLR 2024, arXiv 2302.05440: adaptive"},
     aln_claim_f4_quick,
     aln_claim_f4_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"F5", "batches and heavy ball: theory = simulation, and how late momentum makes a run",
      "The equations of S2 with eta^2/B; eta/(1 - beta) to leading order in 1/N"},
     aln_claim_f5_quick,
     aln_claim_f5_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"F6", "tanh, sigmoid, leaky-relu: averages against quadrature, theory = simulation",
      "J. Monahan, L. Stefanski, 1989, for sech^2 as a mixture of Gaussians; the averages of S1"},
     aln_claim_f6_quick,
     aln_claim_f6_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"G1", "inputs with a spectrum: theory = simulation, block by block",
      "Y. Yoshida, M. Okada, NeurIPS 2019; S. Goldt et al., PRX 10 (2020) 041044"},
     aln_claim_g1_quick,
     aln_claim_g1_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"G2", "a power law of the inputs shortens the plateau, and the end is one; hidden manifolds",
      "R. Worschech, B. Rosenow, ICLR 2025, arXiv 2410.09005, fig. 1; S. Goldt et al., PRX 10 "
      "(2020) "
      "041044"},
     aln_claim_g2_quick,
     aln_claim_g2_full,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"G3", "the plateau of direct feedback alignment shortens, too", "New; the equations of G1"},
     aln_claim_g3_quick,
     aln_claim_g3_full,
     {"spectrum", {NULL}},
     NULL},
    {{"G4",
      "a fixed set of samples: train and test error of linear units, over-fitting after alignment",
      "Marchenko, Pastur, Math. USSR Sb. 1 (1967) 457; M. Advani, A. Saxe, H. Sompolinsky, Neural "
      "Networks 132 (2020) 428, for one layer; with feedback alignment new"},
     aln_claim_g4_quick,
     aln_claim_g4_full,
     {"finite-data", {NULL}},
     NULL},
    {{"G5", "forgetting over the similarity of tasks, by rule; theory = simulation with tasks",
      "S. Lee, S. Goldt, A. Saxe, ICML 2021: two heads under bp; under feedback alignment new"},
     aln_claim_g5_quick,
     aln_claim_g5_full,
     {"forgetting-similarity", {NULL}},
     NULL},
#ifdef ALN_DEEP
    {{"D1", "gradients and rules are correct",
      "D. Rumelhart, G. Hinton, R. Williams, Nature 323 (1986) 533; T. Lillicrap et al., Nat. "
      "Commun. 7 "
      "(2016) 13276; A. Nokland, NeurIPS 2016"},
     aln_claim_d1,
     aln_claim_d1,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"D2", "degeneracy breaking: seeds that share their feedback become similar",
      REFINETTI ", sections 4.1 and 4.2, similarity of seeds"},
     aln_claim_d2_quick,
     aln_claim_d2_full,
     FIGURE("mnist-tanh-dfa-quick", "mnist-tanh-dfa", "mnist-tanh-dfa-published"),
     aln_claim_d2_published},
    {{"D3", "weight alignment drives gradient alignment (the runs of D2)",
      REFINETTI ", sections 4.1 and 4.2; WA: eq. 12, GA: eq. 13"},
     aln_claim_d3_quick,
     aln_claim_d3_full,
     FIGURE("mnist-tanh-dfa-quick", "mnist-tanh-dfa", "mnist-tanh-dfa-published"),
     aln_claim_d3_published},
    {{"D4", "layers align from the bottom to the top, then memorise",
      REFINETTI ", section 4.2, alignment layer by layer"},
     aln_claim_d4_quick,
     aln_claim_d4_full,
     FIGURE("d4-synthetic-quick", "d4-synthetic", "cifar-tanh-dfa-noise-published"),
     aln_claim_d4_published},
    {{"D5", "the structure of targets: alignment grows towards equal, independent ones",
      REFINETTI ", section 4.3, Sigma(alpha, beta) = [[1, alpha (1 - beta)], [alpha (1 - beta), "
                "alpha^2]]"},
     aln_claim_d5_quick,
     aln_claim_d5_full,
     FIGURE("d5-relu-1-1-quick", "d5-relu-1-1", "d5-relu-1-1-published"),
     aln_claim_d5_published},
    {{"D6", "the structure of predictions: random labels delay alignment",
      REFINETTI ", section 4.3, random labels"},
     NULL,
     aln_claim_d6,
     FIGURE(NULL, NULL, "mnist-labels-published-0.5"),
     aln_claim_d6_published},
    {{"D7", "width: dfa learns better, and the first layers of seeds agree less",
      REFINETTI ", section 4.2, similarity of seeds layer by layer, cos(theta_i, theta_j), here "
                "over the width of the layers"},
     NULL,
     aln_claim_d7,
     FIGURE(NULL, "mnist-width-dfa-relu-64", "mnist-width-dfa-relu-64"),
     aln_claim_d7},
    {{"D8", "deep linear networks: exact laws, perfect alignment with one output",
      REFINETTI ", section 3 and its appendix, weak and strong weight alignment"},
     aln_claim_d8,
     aln_claim_d8,
     FIGURE(NULL, NULL, NULL),
     aln_claim_d8},
    {{"D9", "fa, dfa and bp compared, MNIST 28x28",
      "A. Nokland, NeurIPS 2016; T. Lillicrap et al., Nat. Commun. 7 (2016) 13276"},
     NULL,
     aln_claim_d9,
     FIGURE(NULL, "mnist28-dfa", "mnist28-dfa"),
     aln_claim_d9},
    {{"E1", "deep linear networks: the equations of their alignment matrices describe training",
      REFINETTI ", section 3, weak weight alignment, in continuous time"},
     aln_claim_e1_quick,
     aln_claim_e1_full,
     {"deep-linear", {NULL}},
     NULL},
    {{"E2",
      "deep linear networks: condition numbers of the alignment matrices, early and at the end",
      "The law of the modes, for orthonormal feedback; conditioning: " REFINETTI ", section 3"},
     aln_claim_e2_quick,
     aln_claim_e2_full,
     {"deep-linear", {NULL}},
     NULL},
    {{"E3", "one basin: no barrier between seeds that share their feedback, a high one under bp",
      "New; the degeneracy breaking of " REFINETTI
      ", sections 4.1 and 4.2; barriers: J. Frankle et "
      "al., ICML 2020"},
     aln_claim_e3_quick,
     aln_claim_e3_full,
     FIGURE(NULL, "one-basin-dfa", NULL),
     NULL},
    {{"C1", "convolutions: how close any can be to a product of feedback",
      "Counting of weights: max cos^2(phi(w), F_l F_(l-1)^T) = C_out C_in k^2/(n_l n_(l-1)) on "
      "average; that alignment is with F_l F_(l-1)^T: " REFINETTI ", eq. 12"},
     aln_claim_c1_quick,
     aln_claim_c1,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"C2", "convolutions: dfa does not align layers below the last of them",
      REFINETTI ", on convolutions; WA: eq. 12, of the dense matrix phi(W); GA: eq. 13"},
     aln_claim_c2_quick,
     aln_claim_c2,
     FIGURE(NULL, NULL, NULL),
     NULL},
    {{"C3", "structured feedback of convolutions: what it aligns, what it recovers",
      "Beyond " REFINETTI ", on convolutions; GA: eq. 13; share of the gap between frozen "
      "convolutions and bp, (rule - frozen)/(bp - frozen)"},
     aln_claim_c3_quick,
     aln_claim_c3,
     FIGURE(NULL, NULL, NULL),
     NULL},
#endif
};
const struct aln_names aln_claims = {"claim", "claims", claims, sizeof claims / sizeof claims[0],
                                     sizeof claims[0]};

const struct aln_claim_figure *aln_claims_figure(const struct aln_name *claim)
{
    return &((const struct claim *)(const void *)claim)->figure;
}

/* ---- choosing ---- */

/* Only claims on published runs have that form. */
static bool has_form(const struct claim *claim, enum aln_claims_form form)
{
    return form != ALN_FORM_PUBLISHED || claim->published != NULL;
}

enum aln_status aln_claims_choose(struct aln_claims_choice *choice, size_t count,
                                  char *const *words)
{
    char offer[320];
    *choice = (struct aln_claims_choice){.form = ALN_FORM_KNOWN};
    for (unsigned i = ALN_FORM_QUICK; i < ALN_FORMS; i++)
        if (count > 0 && strcmp(words[0], aln_claims_forms[i]) == 0)
            choice->form = i;
    bool form = choice->form != ALN_FORM_KNOWN;
    choice->count = count - form;
    choice->name = words + form;
    for (size_t i = 0; i < choice->count; i++) {
        const struct aln_name *claim = aln_names_find(&aln_claims, choice->name[i]);
        if (claim == NULL)
            return aln_raise(ALN_USAGE, "unknown claim '%s'; %s", choice->name[i],
                             aln_names_offer(&aln_claims, choice->name[i], offer));
        if (!has_form((const struct claim *)(const void *)claim, choice->form))
            return aln_raise(ALN_USAGE, "claim %s has no published form", claim->name);
    }
    return ALN_OK;
}

static bool is_wanted(const struct aln_claims_choice *choice, const struct claim *claim)
{
    for (size_t i = 0; i < choice->count; i++)
        if (strcmp(choice->name[i], claim->id.name) == 0)
            return true;
    return choice->count == 0 && has_form(claim, choice->form);
}

/* ---- the folder ---- */

const char *aln_claims_params(void)
{
    return access(ALN_PARAMS_SOURCE, R_OK) == 0 ? ALN_PARAMS_SOURCE : ALN_PARAMS_DIR;
}

static enum aln_status open_runs(const struct aln_claims_choice *choice, const char *folder)
{
    if (choice->kept && folder == NULL)
        return aln_raise(ALN_USAGE, "--kept needs --runs FOLDER, of what is kept");
    if (folder != NULL && access(folder, W_OK | X_OK) != 0)
        return aln_raise(ALN_USAGE, "%s: not a writable folder", folder);
#ifdef ALN_DEEP
    return aln_claim_runs_open(folder, aln_claims_params(), choice->kept);
#else
    return ALN_OK;
#endif
}

static void close_runs(void)
{
#ifdef ALN_DEEP
    aln_claim_runs_close();
#endif
}

enum aln_status aln_claims_result(struct aln_text *path, const char *name)
{
#ifdef ALN_DEEP
    aln_text_add(path, "%s/%s.tsv", aln_claim_runs_folder(), name);
#else
    aln_text_add(path, "%s.tsv", name);
#endif
    return path->failed ? aln_raise_memory("the name of a file") : ALN_OK;
}

/* Whether what is kept of a claim is taken for its form: in the form `known` also a full form, and where
 * only what is kept is shown any, that another program has measured. */
static bool is_taken(const struct aln_claims_choice *choice, const struct aln_claim_record *record)
{
    const bool known = record->form == ALN_FORM_FULL && choice->form == ALN_FORM_KNOWN;
    return record->kept && (record->current || choice->kept || known);
}

/* Finds a claim that need not be measured.
 * Returned: *record  with lines if there is one; otherwise empty, in the form to measure */
static enum aln_status find_kept(const struct aln_claims_choice *choice, const char *runs,
                                 const struct aln_name *claim, struct aln_claim_record *record)
{
    const bool known = choice->form == ALN_FORM_KNOWN;
    const enum aln_claims_form form = known ? ALN_FORM_FULL : choice->form;
    enum aln_status status = ALN_OK;
    *record = (struct aln_claim_record){.claim = claim, .form = form};
    if (runs != NULL)
        status = aln_kept_claim_read(record, runs, aln_claims_params(), claim, form);
    if (status != ALN_OK || is_taken(choice, record))
        return status;
    aln_claim_record_free(record);
    *record = (struct aln_claim_record){.claim = claim, .form = known ? ALN_FORM_QUICK : form};
    if (runs != NULL && known)
        status = aln_kept_claim_read(record, runs, aln_claims_params(), claim, ALN_FORM_QUICK);
    if (status != ALN_OK || is_taken(choice, record))
        return status;
    aln_claim_record_free(record);
    *record = (struct aln_claim_record){.claim = claim, .form = known ? ALN_FORM_QUICK : form};
    return ALN_OK;
}

/* Refuses, before any work, files that are not what they should be. */
static enum aln_status check_kept(const struct aln_claims_choice *choice, const char *runs)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < aln_claims.count && status == ALN_OK; i++) {
        struct aln_claim_record record = {0};
        if (is_wanted(choice, &claims[i]))
            status = find_kept(choice, runs, &claims[i].id, &record);
        aln_claim_record_free(&record);
    }
    return status;
}

/* ---- running ---- */

static double processor_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void note_program(struct aln_claim_record *record)
{
    time_t now = time(NULL);
    struct tm utc;
    snprintf(record->version, sizeof record->version, "%s", ALN_VERSION);
    snprintf(record->program, sizeof record->program, "%s", aln_claims_program);
    if (gmtime_r(&now, &utc) != NULL)
        strftime(record->measured, sizeof record->measured, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static void measure(const struct claim *claim, struct aln_report *r)
{
    void (*const by_form[ALN_FORMS])(struct aln_report *) = {NULL, claim->quick, claim->full,
                                                             claim->published};
    void (*run)(struct aln_report *) = by_form[r->record->form];
    double began = processor_seconds();
    if (run != NULL && !aln_claim_stopped())
        run(r);
    else if (run == NULL)
        aln_report_skip(r, "everything", "not run in full: takes minutes; part of the full form");
    r->record->seconds = processor_seconds() - began;
    r->record->stopped = aln_claim_stopped();
    r->record->current = true;
    note_program(r->record);
}

static void replay(const struct aln_claim_record *record, const struct aln_report_reader *reader)
{
    for (size_t i = 0; reader->line != NULL && i < record->count; i++)
        reader->line(reader->context, &record->lines[i].line);
}

/* Keeps what a later run would find the same.
 * Given: runs  NULL: nothing is kept */
static void keep(struct aln_report *r, const char *runs)
{
    const struct aln_claim_record *record = r->record;
    bool worth = runs != NULL && !record->stopped && !record->incomplete && !record->failed;
    if (worth && aln_kept_claim_save(record, runs) != ALN_OK)
        aln_report_error(r, "keeping this claim");
}

/* Measures a claim, or reads it back. */
static enum aln_status run_claim(const struct aln_claims_choice *choice, const char *runs,
                                 const struct claim *claim, const struct aln_report_reader *reader,
                                 struct aln_claim_record *record)
{
    struct aln_report r = {.record = record, .reader = reader};
    enum aln_status status = find_kept(choice, runs, &claim->id, record);
    if (status != ALN_OK)
        return status;
    if (reader->begin != NULL)
        reader->begin(reader->context, &claim->id);
    if (record->kept) {
        replay(record, reader);
    } else {
        measure(claim, &r);
        keep(&r, choice->kept ? NULL : runs);
    }
    return record->failed ? aln_raise_memory("the report") : ALN_OK;
}

static void count(struct aln_tally *tally, const struct aln_verdict *verdict)
{
    tally->passed += verdict->kind == ALN_CLAIM_PASSED;
    tally->failed += verdict->kind == ALN_CLAIM_FAILED;
    tally->skipped += verdict->kind != ALN_CLAIM_STOPPED ? verdict->skipped : 0;
}

static enum aln_status run_wanted(const struct aln_claims_choice *choice, const char *runs,
                                  const struct aln_report_reader *reader, struct aln_tally *tally)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < aln_claims.count && status == ALN_OK; i++) {
        struct aln_claim_record record = {0};
        if (!is_wanted(choice, &claims[i]))
            continue;
        status = run_claim(choice, runs, &claims[i], reader, &record);
        if (status == ALN_OK) {
            struct aln_verdict verdict = aln_claim_record_judge(&record);
            count(tally, &verdict);
            reader->end(reader->context, &record);
        }
        aln_claim_record_free(&record);
    }
    return status;
}

enum aln_status aln_claims_run(const struct aln_claims_choice *choice, const char *runs,
                               const struct aln_report_reader *reader, struct aln_tally *tally)
{
    *tally = (struct aln_tally){0};
    enum aln_status status = open_runs(choice, runs);
    if (status == ALN_OK)
        status = check_kept(choice, runs);
    if (status != ALN_OK)
        return status;
    gsl_set_error_handler_off();
    aln_claim_stop.stop = reader->progress != NULL ? reader->progress->stop : NULL;
    status = run_wanted(choice, runs, reader, tally);
    close_runs();
    return status;
}

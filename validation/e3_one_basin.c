/* E3, one basin: under dfa with shared feedback the loss hardly rises on the straight path between the weights
 * of two seeds; under bp, or with feedback of each seed's own, there is a high barrier, also where bp is
 * stopped as early as dfa stands. MNIST 14x14. Quick: synthetic classes. */
#include <math.h>
#include <stdio.h>

#include "training_runs.h"

enum { DFA, OWN, FA, KP, BP, RUNS };

static const struct kind {
    const char *name, *what, *set[2];
} kinds[RUNS] = {
    [DFA] = {"dfa", "dfa, shared feedback", {"learning.rule=dfa"}},
    [OWN] = {"dfa-own",
             "dfa, own feedback",
             {"learning.rule=dfa", "learning.feedback.shared=false"}},
    [FA] = {"fa", "fa, shared feedback", {"learning.rule=fa"}},
    [KP] = {"kp", "kolen-pollack, shared start", {"learning.rule=kolen-pollack"}},
    [BP] = {"bp", "bp", {"learning.rule=bp"}},
};

/* What is expected of one activation: barriers of the test loss with their standard errors, as found with four
 * seeds before this program could; NaN: known from one pair only, or not at all. */
static const struct setting {
    const char *title, *file;
    bool brief;   /* dfa and bp alone */
    double early; /* the barrier of bp when it is stopped early */
    double barrier[RUNS], error[RUNS];
} settings[] = {
    {"tanh", "one-basin", false, 1.0, {0.031, NAN, NAN, NAN, 1.21}, {0.004, NAN, NAN, NAN, 0.15}},
    {"relu", "one-basin-relu", true, NAN, {NAN, NAN, NAN, NAN, NAN}, {NAN, NAN, NAN, NAN, NAN}},
};

static double at_end(const struct aln_claim_result *of, const char *column)
{
    return of->similarity != NULL ? aln_claim_mean(of->similarity, column, INFINITY) : NAN;
}

static void note(struct aln_report *r, const char *title, const char *run, const char *what,
                 double value, double error)
{
    char line[128], remark[48] = "";
    snprintf(line, sizeof line, "%s %s: %s", title, run, what);
    if (!isnan(error))
        snprintf(remark, sizeof remark, "(± %.2g)", error);
    aln_report_note(r, line, value, remark);
}

/* ---- one run ---- */

/* The barrier on eleven points, against the number and its error; the path's middle; the average of all
 * seeds beside the mean of their errors. */
static void judge_run(struct aln_report *r, const struct setting *s, size_t i,
                      const struct aln_claim_result *of)
{
    char line[128];
    const char *run = kinds[i].what;
    const double barrier = at_end(of, "path_barrier"), error = at_end(of, "path_barrier_se");
    note(r, s->title, run, "barrier of the test loss", barrier, error);
    if (!isnan(s->barrier[i])) {
        snprintf(line, sizeof line, "%s %s: distance to %.3g(%.2g) in standard errors of both",
                 s->title, run, s->barrier[i], s->error[i]);
        aln_report_range(r, line, (barrier - s->barrier[i]) / hypot(error, s->error[i]), -4, 4);
    }
    note(r, s->title, run, "barrier of the training loss, half-way", at_end(of, "barrier_train"),
         at_end(of, "barrier_train_se"));
    note(r, s->title, run, "cosine of weights", at_end(of, "similarity"), NAN);
    note(r, s->title, run, "test error of the average of the seeds", at_end(of, "soup_error"), NAN);
    note(r, s->title, run, "mean of their test errors",
         aln_claim_mean(of->rows, "error_test", INFINITY), NAN);
}

/* ---- dfa against the others ---- */

/* bp stopped where its test loss is .28, above that of dfa at the end: not its low loss makes its barrier.
 * The expected number has two digits and no error. */
static void judge_early(struct aln_report *r, const struct setting *s,
                        const struct aln_claim_result *bp)
{
    char line[128];
    const double epoch = aln_claim_crossing(bp->rows, "loss_test", 0.28);
    const double barrier = aln_claim_mean(bp->similarity, "path_barrier", epoch);
    const double error = aln_claim_mean(bp->similarity, "path_barrier_se", epoch);
    snprintf(line, sizeof line, "%s bp stopped at a test loss of .28: barrier", s->title);
    if (isnan(s->early))
        note(r, s->title, kinds[BP].what, "barrier when stopped at a test loss of .28", barrier,
             error);
    else
        aln_report_range(r, line, barrier, s->early - 4 * hypot(error, 0.05),
                         s->early + 4 * hypot(error, 0.05));
}

static bool has(const struct setting *s, size_t run)
{
    return !s->brief || run == DFA || run == BP;
}

/* fa breaks the degeneracy, too, and is only noted. */
static void judge_ratios(struct aln_report *r, const struct setting *s,
                         const struct aln_claim_result *of)
{
    char line[128];
    for (size_t i = DFA + 1; i < RUNS; i++)
        if (has(s, i) && i != FA) {
            snprintf(line, sizeof line, "%s %s: barrier / that of dfa", s->title, kinds[i].what);
            aln_report_range(r, line,
                             at_end(&of[i], "path_barrier") / at_end(&of[DFA], "path_barrier"), 2,
                             INFINITY);
        }
    judge_early(r, s, &of[BP]);
}

static void judge_setting(struct aln_report *r, const struct setting *s)
{
    struct aln_claim_result of[RUNS] = {{0}};
    char name[64];
    bool all = true;
    for (size_t i = 0; i < RUNS && all; i++) {
        if (!has(s, i))
            continue;
        snprintf(name, sizeof name, "%s-%s", s->file, kinds[i].name);
        const struct aln_claim_run_spec spec = {name, s->file, {kinds[i].set[0], kinds[i].set[1]}};
        if ((all = aln_claim_learn(r, &spec, &of[i])))
            judge_run(r, s, i, &of[i]);
    }
    if (all)
        judge_ratios(r, s, of);
    for (size_t i = 0; i < RUNS; i++)
        aln_claim_result_free(&of[i]);
}

/* Synthetic classes, on which both rules are as good. */
void aln_claim_e3_quick(struct aln_report *r)
{
    static const char data[] = "data={name: mixture, train: 2000, test: 1000, coding: class}";
    struct aln_claim_result of[2] = {{0}};
    static const size_t runs[2] = {DFA, BP};
    bool all = true;
    for (size_t i = 0; i < 2 && all; i++) {
        char name[64];
        const struct kind *kind = &kinds[runs[i]];
        snprintf(name, sizeof name, "one-basin-%s-quick", kind->name);
        const struct aln_claim_run_spec spec = {
            name,
            "one-basin",
            {kind->set[0], data,
             "network.layers=[{dense: 50, activation: tanh}, {dense: 50, activation: "
             "tanh}, {dense: 50, activation: tanh}, {dense: 10}]",
             "learning.rate=1.0e-3", "run.epochs=40", "run.record={times: [0, 40]}"}};
        all = aln_claim_learn(r, &spec, &of[i]);
    }
    if (all) {
        const double error = at_end(&of[1], "path_barrier_se");
        note(r, "mixture", kinds[BP].what, "barrier of the test loss",
             at_end(&of[1], "path_barrier"), error);
        aln_report_range(r, "mixture dfa: barrier / that of bp",
                         at_end(&of[0], "path_barrier") / at_end(&of[1], "path_barrier"), 0, 0.2);
        aln_report_range(r, "mixture dfa: test error of the average - mean of the seeds'",
                         at_end(&of[0], "soup_error") -
                             aln_claim_mean(of[0].rows, "error_test", INFINITY),
                         -0.05, 0.05);
        aln_report_range(r, "mixture bp: test error of the average - mean of the seeds'",
                         at_end(&of[1], "soup_error") -
                             aln_claim_mean(of[1].rows, "error_test", INFINITY),
                         0.1, 1);
    }
    for (size_t i = 0; i < 2; i++)
        aln_claim_result_free(&of[i]);
}

void aln_claim_e3_full(struct aln_report *r)
{
    if (!aln_claim_has_data(r, "mnist"))
        return;
    for (size_t s = 0; s < sizeof settings / sizeof settings[0]; s++)
        judge_setting(r, &settings[s]);
}

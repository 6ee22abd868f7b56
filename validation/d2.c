/* D2, degeneracy breaking, and D3, weight alignment drives gradient alignment: deep networks on
 * MNIST 14x14 of several seeds. Under dfa with one feedback for all of them their weights become
 * similar; under bp, or with a feedback each, they do not. The same runs serve both claims. Quick:
 * two seeds and 4 epochs of tanh, where every effect is there already. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runs.h"

/* ---- the runs ---- */

enum { DFA, BP, UNSHARED, FROZEN, RUNS };

struct learned {
    struct aln_claim_result of[RUNS];
};

static void forget(struct learned *l)
{
    for (size_t i = 0; i < RUNS; i++)
        aln_claim_result_free(&l->of[i]);
}

static bool learn(struct aln_report *r, const char *activation, bool quick, struct learned *out)
{
    static const char *const names[RUNS] = {"dfa", "bp", "dfa-unshared", "frozen"};
    static const char *const change[RUNS] = {"learning.rule=dfa", "learning.rule=bp",
                                             "learning.feedback.shared=false",
                                             "learning.rule=frozen"};
    bool ok = true;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < RUNS && ok; i++) {
        char name[64];
        snprintf(name, sizeof name, "mnist-%s-%s%s", activation, names[i], quick ? "-quick" : "");
        const struct aln_claim_run_spec spec = {
            name,
            strcmp(activation, "relu") == 0 ? "deep-mnist-relu" : "deep-mnist",
            {change[i], quick ? "run.epochs=4" : NULL, "run.seeds={from: 1, to: 2}",
             "run.record={count: 6}"}};
        ok = aln_claim_learn(r, &spec, &out->of[i]);
    }
    if (!ok)
        forget(out);
    return ok;
}

static double at_end(const struct learned *l, size_t run, const char *column)
{
    return aln_claim_mean(l->of[run].rows, column, INFINITY);
}

/* Of the seeds of a run; layer 0: all layers. */
static double similarity(const struct learned *l, size_t run, int layer)
{
    char column[32] = "similarity";
    const struct aln_table *t = l->of[run].similarity;
    if (layer > 0)
        snprintf(column, sizeof column, "similarity_%d", layer);
    return t == NULL ? NAN : aln_claim_mean(t, column, INFINITY);
}

static void range(struct aln_report *r, const char *activation, const char *what, double value,
                  double low, double high)
{
    char line[128];
    snprintf(line, sizeof line, "%s %s", activation, what);
    aln_report_range(r, line, value, low, high);
}

static void near(struct aln_report *r, const char *activation, const char *what, double value,
                 double expected, double within)
{
    range(r, activation, what, value, expected - within, expected + within);
}

/* What is published, after 100 epochs; errors on the test set. */
static const struct published {
    const char *activation;
    double similarity, last, third; /* of dfa: all layers, layer 4, layer 3; NaN: no number */
    double WA, GA, error_dfa, error_bp;
} settings[] = {
    {"tanh", 0.43, 0.68, 0.23, 0.426, 0.76, 0.040, 0.022},
    {"relu", 0.25, NAN, NAN, 0.316, 0.72, 0.035, 0.025},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* ---- D2 ---- */

/* Where there is nothing that seeds have in common. */
static void unlike(struct aln_report *r, const char *activation, const struct learned *l)
{
    near(r, activation, "bp: similarity of seeds", similarity(l, BP, 0), 0, 0.02);
    near(r, activation, "dfa, a feedback each: similarity", similarity(l, UNSHARED, 0), 0, 0.02);
    near(r, activation, "dfa, a feedback each: WA less that of one for all",
         at_end(l, UNSHARED, "WA") - at_end(l, DFA, "WA"), 0, 0.03);
    near(r, activation, "dfa, a feedback each: GA less that of one for all",
         at_end(l, UNSHARED, "GA") - at_end(l, DFA, "GA"), 0, 0.03);
}

static void layers(struct aln_report *r, const struct published *p, const struct learned *l)
{
    char what[48], line[128];
    double least = INFINITY, most = -INFINITY;
    for (int i = 1; i <= 4; i++) {
        double layer = similarity(l, DFA, i);
        double expected = i == 4 ? p->last : i == 3 ? p->third : NAN;
        snprintf(what, sizeof what, "dfa: similarity of layer %d", i);
        if (!isnan(expected)) {
            near(r, p->activation, what, layer, expected, 0.05);
        } else {
            snprintf(line, sizeof line, "%s %s", p->activation, what);
            aln_report_note(r, line, layer, "");
        }
        least = fmin(least, layer);
        most = fmax(most, layer);
    }
    near(r, p->activation, "dfa: layer 4 below the most similar", most - similarity(l, DFA, 4), 0,
         0);
    near(r, p->activation, "dfa: layer 3 above the least similar", similarity(l, DFA, 3) - least, 0,
         0);
}

void aln_claim_d2_quick(struct aln_report *r)
{
    struct learned l;
    if (!aln_claim_has_data(r, "mnist") || !learn(r, "tanh", true, &l))
        return;
    range(r, "tanh", "dfa: similarity of seeds", similarity(&l, DFA, 0), 0.2, 0.35);
    unlike(r, "tanh", &l);
    forget(&l);
}

void aln_claim_d2_full(struct aln_report *r)
{
    for (size_t i = 0; i < SETTINGS && aln_claim_has_data(r, "mnist"); i++) {
        const struct published *p = &settings[i];
        struct learned l;
        if (!learn(r, p->activation, false, &l))
            continue;
        near(r, p->activation, "dfa: similarity of seeds", similarity(&l, DFA, 0), p->similarity,
             0.05);
        layers(r, p, &l);
        unlike(r, p->activation, &l);
        forget(&l);
    }
}

/* ---- D3 ---- */

/* What hidden layers gain by learning at all. */
static void control(struct aln_report *r, const char *activation, const struct learned *l)
{
    range(r, activation, "dfa: test error, of that of frozen hidden layers",
          at_end(l, DFA, "error_test") / at_end(l, FROZEN, "error_test"), 0, 0.8);
}

void aln_claim_d3_quick(struct aln_report *r)
{
    struct learned l;
    if (!aln_claim_has_data(r, "mnist") || !learn(r, "tanh", true, &l))
        return;
    range(r, "tanh", "dfa: WA", at_end(&l, DFA, "WA"), 0.3, 0.45);
    range(r, "tanh", "dfa: GA", at_end(&l, DFA, "GA"), 0.4, 0.65);
    range(r, "tanh", "dfa: test error less bp's",
          at_end(&l, DFA, "error_test") - at_end(&l, BP, "error_test"), 0, 0.1);
    near(r, "tanh", "bp, which knows no feedback: WA", at_end(&l, BP, "WA"), 0, 0.03);
    control(r, "tanh", &l);
    forget(&l);
}

void aln_claim_d3_full(struct aln_report *r)
{
    for (size_t i = 0; i < SETTINGS && aln_claim_has_data(r, "mnist"); i++) {
        const struct published *p = &settings[i];
        struct learned l;
        if (!learn(r, p->activation, false, &l))
            continue;
        near(r, p->activation, "dfa: WA", at_end(&l, DFA, "WA"), p->WA, 0.03);
        near(r, p->activation, "dfa: GA", at_end(&l, DFA, "GA"), p->GA, 0.03);
        near(r, p->activation, "dfa: test error", at_end(&l, DFA, "error_test"), p->error_dfa,
             0.004);
        near(r, p->activation, "bp: test error", at_end(&l, BP, "error_test"), p->error_bp, 0.004);
        near(r, p->activation, "bp, which knows no feedback: WA", at_end(&l, BP, "WA"), 0, 0.03);
        control(r, p->activation, &l);
        forget(&l);
    }
}

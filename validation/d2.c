/* D2, degeneracy breaking, and D3, weight alignment drives gradient alignment: deep networks on
 * MNIST 14x14 of several seeds. Under dfa with one feedback for all of them their weights become
 * similar; under bp, or with a feedback each, they do not. The same runs serve both claims. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runs.h"

/* ---- the runs, 4 seeds, 100 epochs ---- */

enum { DFA, BP, UNSHARED, RUNS };

static const struct setting {
    const char *activation;
    struct aln_claim_run_spec run[RUNS];
    double similarity, WA, GA, error[2]; /* expected after 100 epochs; errors: DFA, BP */
} settings[] = {
    {"tanh",
     {{"mnist-tanh-dfa", "deep-mnist", {"learning.rule=dfa"}},
      {"mnist-tanh-bp", "deep-mnist", {"learning.rule=bp"}},
      {"mnist-tanh-dfa-unshared", "deep-mnist", {"learning.feedback.shared=false"}}},
     0.43,
     0.426,
     0.76,
     {0.040, 0.022}},
    {"relu",
     {{"mnist-relu-dfa", "deep-mnist-relu", {"learning.rule=dfa"}},
      {"mnist-relu-bp", "deep-mnist-relu", {"learning.rule=bp"}},
      {"mnist-relu-dfa-unshared", "deep-mnist-relu", {"learning.feedback.shared=false"}}},
     0.25,
     0.316,
     0.72,
     {0.035, 0.025}},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static void free_all(struct aln_claim_result *result)
{
    for (size_t i = 0; i < RUNS; i++)
        aln_claim_result_free(&result[i]);
}

static bool learn_all(struct aln_report *r, const struct setting *s,
                      struct aln_claim_result *result)
{
    bool ok = true;
    memset(result, 0, RUNS * sizeof *result);
    for (size_t i = 0; i < RUNS && ok; i++)
        ok = aln_claim_learn(r, &s->run[i], &result[i]);
    if (!ok)
        free_all(result);
    return ok;
}

static double at_end(const struct aln_table *t, const char *column)
{
    return t == NULL ? NAN : aln_claim_mean(t, column, INFINITY);
}

/* "tanh dfa: WHAT" within `within` of `expected`. */
static void near(struct aln_report *r, const char *activation, const char *what, double value,
                 double expected, double within)
{
    char line[96];
    snprintf(line, sizeof line, "%s %s", activation, what);
    aln_report_range(r, line, value, expected - within, expected + within);
}

/* ---- D2 ---- */

static void degeneracy(struct aln_report *r, const struct setting *s)
{
    struct aln_claim_result result[RUNS];
    char column[32], line[96];
    double layer[5] = {0}, least = INFINITY, most = -INFINITY;
    if (!learn_all(r, s, result))
        return;
    const struct aln_table *shared = result[DFA].similarity;
    for (int l = 1; l <= 4; l++) {
        snprintf(column, sizeof column, "similarity_%d", l);
        layer[l] = at_end(shared, column);
        least = fmin(least, layer[l]);
        most = fmax(most, layer[l]);
    }
    near(r, s->activation, "dfa: similarity of seeds", at_end(shared, "similarity"), s->similarity,
         0.05);
    if (s == settings) {
        near(r, s->activation, "dfa: similarity of layer 4", layer[4], 0.68, 0.05);
        near(r, s->activation, "dfa: similarity of layer 3", layer[3], 0.23, 0.05);
    }
    for (int l = 1; l <= 4 && s != settings; l++) {
        snprintf(line, sizeof line, "%s dfa: similarity of layer %d", s->activation, l);
        aln_report_note(r, line, layer[l], "(no range)");
    }
    near(r, s->activation, "dfa: layer 4 below the most similar", most - layer[4], 0, 0);
    near(r, s->activation, "dfa: layer 3 above the least similar", layer[3] - least, 0, 0);
    near(r, s->activation, "bp: similarity of seeds", at_end(result[BP].similarity, "similarity"),
         0, 0.02);
    near(r, s->activation, "dfa, a feedback each: similarity",
         at_end(result[UNSHARED].similarity, "similarity"), 0, 0.02);
    near(r, s->activation, "dfa, a feedback each: WA less that of one for all",
         at_end(result[UNSHARED].rows, "WA") - at_end(result[DFA].rows, "WA"), 0, 0.03);
    near(r, s->activation, "dfa, a feedback each: GA less that of one for all",
         at_end(result[UNSHARED].rows, "GA") - at_end(result[DFA].rows, "GA"), 0, 0.03);
    free_all(result);
}

void aln_claim_d2(struct aln_report *r)
{
    for (size_t i = 0; i < SETTINGS && aln_claim_has_data(r, "mnist"); i++)
        degeneracy(r, &settings[i]);
}

/* ---- D3 ---- */

static void alignment(struct aln_report *r, const struct setting *s)
{
    struct aln_claim_result result[RUNS];
    if (!learn_all(r, s, result))
        return;
    const struct aln_table *dfa = result[DFA].rows, *bp = result[BP].rows;
    near(r, s->activation, "dfa: WA", at_end(dfa, "WA"), s->WA, 0.03);
    near(r, s->activation, "dfa: GA", at_end(dfa, "GA"), s->GA, 0.03);
    near(r, s->activation, "dfa: test error", at_end(dfa, "error_test"), s->error[0], 0.004);
    near(r, s->activation, "bp: test error", at_end(bp, "error_test"), s->error[1], 0.004);
    near(r, s->activation, "bp, which knows no feedback: WA", at_end(bp, "WA"), 0, 0.03);
    free_all(result);
}

void aln_claim_d3(struct aln_report *r)
{
    for (size_t i = 0; i < SETTINGS && aln_claim_has_data(r, "mnist"); i++)
        alignment(r, &settings[i]);
}

/* F5, batches and heavy ball: theory = simulation as in F4, extrapolated in N. Under heavy ball the chain
 * differs from the ode of the effective rates eta/(1 - beta) by a term 1/(N (1 - beta)): velocities
 * start at 0, so that a run is beta/(1 - beta) steps late.
 *
 * The delay is measured at eg, (mean eg - ode)/(-d eg/dt) in steps over beta/(1 - beta), at t = 1/4: long
 * after the memory of 1/(1 - beta) steps, and before the delay has changed much along the way, by terms
 * t f''/f' of the flow f. Allowed are 4 standard errors, and a quarter for those and for what does not grow with
 * 1/(1 - beta). */
#include <math.h>
#include <stdio.h>

#include "rule_cases.h"

static const struct aln_rule_case cases[] = {
    {"dfa, batches of 2", 1, "rule: dfa, batch: 2, " ALN_USUAL_RATES, ""},
    {"bp, batches of 4", 3, "rule: bp, batch: 4, rate: [1, 0.5]", ""},
    {"dfa, heavy ball", 1, "rule: dfa, momentum: 0.5, rate: [0.2, 0.125]", ""},
    {"bp, both", 3, "rule: bp, momentum: 0.4, batch: 3, rate: [0.24, 0.15]", ""},
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* ---- the delay ---- */

enum { MOST = 32 };

struct late_runs {
    double eg, square;
};

static enum aln_status add_run(void *context, uint64_t repeat, size_t rows, const double *t,
                               const double *row, bool whole)
{
    struct late_runs *s = context;
    (void)repeat, (void)rows, (void)t, (void)whole;
    s->eg += row[0];
    s->square += row[0] * row[0];
    return ALN_OK;
}

/* Judges the delay over `runs` runs. */
static enum aln_status judge_delay(struct aln_report *r, struct aln_problem *p, uint64_t N,
                                   uint64_t runs)
{
    static const double around[] = {0.24, 0.25, 0.26}, at[] = {0.25};
    const double n = (double)runs, beta = p->momentum;
    double theory[3 * MOST];
    struct late_runs s = {0, 0};
    char what[96];
    p->N = N;
    p->seed = 20210718;
    enum aln_status status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 3, around, theory);
    if (status == ALN_OK)
        status = aln_claim_repeats(ALN_ENGINE_CHAIN, p, 0, runs, 1, at, add_run, &s);
    if (status != ALN_OK)
        return status;
    const size_t columns = aln_problem_columns(p);
    const double slope = (theory[2 * columns] - theory[0]) / (around[2] - around[0]),
                 unit = -slope * beta / (1 - beta) / (double)N, mean = s.eg / n,
                 error = sqrt((s.square / n - mean * mean) / n) / unit;
    snprintf(what, sizeof what, "beta = %g, N = %d: delay over beta/(1 - beta) steps", beta,
             (int)N);
    aln_report_range(r, what, (mean - theory[columns]) / unit, 0.75 - 4 * error, 1.25 + 4 * error);
    return ALN_OK;
}

static void judge_delays(struct aln_report *r, uint64_t runs, bool larger)
{
    static const struct aln_rule_case delays[] = {
        {"", 1, "rule: bp, momentum: 0.8, rate: [0.08, 0.05]", ""},
        {"", 1, "rule: bp, momentum: 0.9, rate: [0.04, 0.025]", ""},
    };
    for (size_t i = 0; i < 2; i++) {
        struct aln_problem *p = NULL;
        enum aln_status status = aln_rule_case_problem(&p, &delays[i]);
        if (status == ALN_OK)
            status = judge_delay(r, p, 400, runs);
        if (status == ALN_OK && larger)
            status = judge_delay(r, p, 1600, runs);
        if (status != ALN_OK)
            aln_report_error(r, "delay");
        aln_problem_free(p);
    }
}

void aln_claim_f5_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {1500, 1000, 0}, [ALN_ENGINE_SGD] = {600, 200, 0}},
    };
    aln_rule_cases_judge(r, &effort, false, CASES, cases);
    judge_delays(r, 6000, false);
}

void aln_claim_f5_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {24000, 16000, 4000}, [ALN_ENGINE_SGD] = {4000, 800, 200}},
    };
    aln_rule_cases_judge(r, &effort, true, CASES, cases);
    judge_delays(r, 40000, true);
}

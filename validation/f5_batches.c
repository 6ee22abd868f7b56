/* F5, batches and heavy ball: theory = simulation as in F4, extrapolated in N. Under heavy ball the chain
 * differs from the ode of the effective rates eta/(1 - beta) by a term 1/(N (1 - beta)): velocities
 * start at 0, so that a run is about beta/(1 - beta) steps late.
 *
 * That the term vanishes is judged by the extrapolation (4 m_4N - m_N)/3 of eg at t = 1/4, where a run has just
 * forgotten the start of its velocity and the term is largest. Its size is judged, too, against the mean
 * that the memory of the velocity makes at finite N (heavy_ball.h), less the same without memory, and
 * the bias of single steps at the effective rates from the theory of fluctuations. What is left is of
 * order 1/N^2 and does not grow with 1/(1 - beta)^2: it is below the standard errors, 4 of which are
 * allowed. */
#include <math.h>
#include <stdio.h>

#include "alignode/fluctuations.h"
#include "heavy_ball.h"
#include "rule_cases.h"

static const struct aln_rule_case cases[] = {
    {"dfa, batches of 2", 1, "rule: dfa, batch: 2, " ALN_USUAL_RATES, ""},
    {"bp, batches of 4", 3, "rule: bp, batch: 4, rate: [1, 0.5]", ""},
    {"dfa, heavy ball", 1, "rule: dfa, momentum: 0.5, rate: [0.2, 0.125]", ""},
    {"bp, both", 3, "rule: bp, momentum: 0.4, batch: 3, rate: [0.24, 0.15]", ""},
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* ---- the delay ---- */

enum { MOST = 40 };
static const double when = 0.25;

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

/* Mean of eg over `runs` runs at p->N, and its standard error. */
static enum aln_status find_mean(const struct aln_problem *p, uint64_t runs, double *mean,
                                 double *error)
{
    struct late_runs s = {0, 0};
    const double n = (double)runs;
    enum aln_status status = aln_claim_repeats(ALN_ENGINE_CHAIN, p, 0, runs, 1, &when, add_run, &s);
    *mean = s.eg / n;
    *error = sqrt((s.square / n - *mean * *mean) / n);
    return status;
}

/* N times the bias of single steps at the effective rates. */
static enum aln_status find_bias(const struct aln_problem *single, double *bias)
{
    double sd[MOST], all[MOST];
    struct aln_problem large = *single;
    struct aln_fluctuations *f;
    large.N = 1000000;
    enum aln_status status = aln_fluctuations_create(&f, &large, 1e-6, NULL);
    if (status == ALN_OK)
        status = aln_fluctuations_advance(f, when);
    if (status == ALN_OK)
        aln_fluctuations_observe(f, sd, all);
    aln_fluctuations_free(f);
    *bias = all[0] * (double)large.N;
    return status;
}

/* What memory adds to the mean of eg at p->N. */
static enum aln_status find_memory(const struct aln_problem *p, const struct aln_problem *single,
                                   double *added)
{
    const uint64_t steps = (uint64_t)llround(when * (double)p->N);
    double with[MOST], without[MOST];
    enum aln_status status = aln_heavy_ball_mean(p, steps, with);
    if (status == ALN_OK)
        status = aln_heavy_ball_mean(single, steps, without);
    if (status == ALN_OK)
        *added = aln_problem_eg(p, with) - aln_problem_eg(single, without);
    return status;
}

/* Of runs at several N: mean of eg, its standard error, what memory adds to it. */
struct late {
    double mean, error, added;
};

/* The extrapolated mean against the ode. Its remainder of order 1/N^2 is that of what memory adds, as
 * far as it grows with 1/(1 - beta): this much is allowed beside 4 standard errors. */
static void judge_limit(struct aln_report *r, double beta, uint64_t N, const struct late *at_N,
                        const struct late *at_4N, double ode)
{
    const double error = hypot(4 * at_4N->error, at_N->error) / 3,
                 rest = (4 * at_4N->added - at_N->added) / 3;
    char what[96];
    snprintf(what, sizeof what, "beta = %g, N = %d and %d: |z| of the extrapolated mean", beta,
             (int)N, (int)(4 * N));
    aln_report_range(r, what, fabs((4 * at_4N->mean - at_N->mean) / 3 - ode) / error, 0,
                     4 + fabs(rest) / error);
}

static void judge_size(struct aln_report *r, double beta, uint64_t N, const struct late *at,
                       double ode, double bias, double unit)
{
    char what[96];
    snprintf(what, sizeof what, "beta = %g, N = %d: delay over beta/(1 - beta) steps", beta,
             (int)N);
    aln_report_note(r, what, (at->mean - ode) / unit, "");
    snprintf(what, sizeof what, "beta = %g, N = %d: predicted from memory and bias", beta, (int)N);
    aln_report_note(r, what, (at->added + bias) / unit, "");
    snprintf(what, sizeof what, "beta = %g, N = %d: |z| of the difference", beta, (int)N);
    aln_report_range(r, what, fabs(at->mean - ode - at->added - bias) / at->error, 0, 4);
}

/* Judges the delays at N = 100, 400, ... over `runs` runs each. */
static enum aln_status judge_delays(struct aln_report *r, struct aln_problem *p, size_t sizes,
                                    const uint64_t runs[])
{
    static const double around[] = {0.24, 0.25, 0.26};
    const double beta = p->momentum;
    const size_t columns = aln_problem_columns(p);
    double theory[3 * MOST], bias;
    struct late at[ALN_AGREE_SIZES];
    struct aln_problem single = *p;
    p->seed = 20210718;
    single.momentum = 0;
    for (size_t i = 0; i < 2; i++)
        single.eta[i] = p->eta[i] / (1 - beta);
    enum aln_status status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 3, around, theory);
    if (status == ALN_OK)
        status = find_bias(&single, &bias);
    const double ode = theory[columns],
                 slope = (theory[2 * columns] - theory[0]) / (around[2] - around[0]);
    for (size_t i = 0; i < sizes && status == ALN_OK; i++) {
        const uint64_t N = aln_agree_sizes[i];
        p->N = single.N = N;
        status = find_mean(p, runs[i], &at[i].mean, &at[i].error);
        if (status == ALN_OK)
            status = find_memory(p, &single, &at[i].added);
        if (status == ALN_OK)
            judge_size(r, beta, N, &at[i], ode, bias / (double)N,
                       -slope * beta / (1 - beta) / (double)N);
        if (status == ALN_OK && i > 0)
            judge_limit(r, beta, N / 4, &at[i - 1], &at[i], ode);
    }
    return status;
}

static void judge_memory(struct aln_report *r, size_t sizes, const uint64_t runs[])
{
    static const struct aln_rule_case delays[] = {
        {"", 1, "rule: bp, momentum: 0.8, rate: [0.08, 0.05]", ""},
        {"", 1, "rule: bp, momentum: 0.9, rate: [0.04, 0.025]", ""},
    };
    for (size_t i = 0; i < 2; i++) {
        struct aln_problem *p = NULL;
        enum aln_status status = aln_rule_case_problem(&p, &delays[i]);
        if (status == ALN_OK)
            status = judge_delays(r, p, sizes, runs);
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
    judge_memory(r, 2, (const uint64_t[]){8000, 4000});
}

void aln_claim_f5_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {24000, 16000, 4000}, [ALN_ENGINE_SGD] = {4000, 800, 200}},
    };
    aln_rule_cases_judge(r, &effort, true, CASES, cases);
    judge_memory(r, 3, (const uint64_t[]){80000, 80000, 40000});
}

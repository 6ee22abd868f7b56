/* S9, feedback that learns (Kolen-Pollack) and feedback by sign. Theory = simulation, judged as
 * described in agreement.h. With equal rates and decays the feedback approaches the read-out by an
 * exact law, in single runs at any N, whatever is learned:
 *     F - W2^T = (1 - kappa/N)^n (F - W2^T)(0),   in the ode e^(-kappa t).
 * Then which solution these rules reach and when, compared with back-propagation and fixed
 * feedback, in the published setting: V2 = (1, 1) has four solutions, W2 = (+-1, +-1). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"

/* ---- theory = simulation ---- */

static void agree(struct aln_report *r, const struct aln_effort *effort, size_t activations)
{
    static const char *const activation[] = {"erf", "linear", "relu"};
    static double stays[] = {0.6, -0.5, 0.5, 0.55};
    static const struct {
        const char *rule, *name;
        struct aln_entries W2;
        int changes; /* sign changes of W2; S2 covers problems with them */
    } cases[] = {
        {"kolen-pollack", "kp", {.fill = ALN_FILL_STD, .number = 0.5}, -1},
        {"sign-symmetric", "sign", {.fill = ALN_FILL_MATRIX, .matrix = {2, 2, stays}}, 0},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    static const struct aln_entries drawn = {.fill = ALN_FILL_STD, .number = 1};
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < activations * CASES; i++) {
        struct aln_problem *p;
        char name[64];
        snprintf(name, sizeof name, "%-6s %-6s", activation[i / CASES], cases[i % CASES].name);
        if (aln_claim_generic_problem(&p, activation[i / CASES], cases[i % CASES].rule, 2,
                                      &cases[i % CASES].W2, &drawn) != ALN_OK) {
            aln_report_error(r, name);
            continue;
        }
        aln_agree(&agreement, &(struct aln_agree_case){.name = name,
                                                       .problem = p,
                                                       .times = {1, 3},
                                                       .changes = cases[i % CASES].changes,
                                                       .with_sgd = true});
        aln_problem_free(p);
    }
    aln_agree_end(&agreement);
}

/* ---- the exact law ---- */

enum { LAW_TIMES = 21 };

/* Largest |F - W2^T - law| over the largest |law|, at any time. */
static double law_deviation(const struct aln_problem *p, enum aln_engine_kind engine,
                            const double *times, const double *rows)
{
    size_t columns = aln_problem_columns(p), at_W2 = 1 + aln_state_at(p, ALN_W2);
    size_t at_F = 2 + aln_state_at(p, ALN_F); /* after eg and the cosine */
    double worst = 0, N = (double)p->N;
    for (size_t i = 0; i < LAW_TIMES; i++) {
        double factor = engine == ALN_ENGINE_ODE ? exp(-p->kappa[1] * times[i])
                                                 : pow(1 - p->kappa[1] / N, rint(times[i] * N));
        double off = 0, most = 0;
        for (size_t k = 0; k < p->K; k++) {
            for (size_t o = 0; o < p->O; o++) {
                size_t f = at_F + k * p->O + o, w = at_W2 + o * p->K + k;
                double law = factor * (rows[f] - rows[w]);
                off = fmax(off, fabs(rows[i * columns + f] - rows[i * columns + w] - law));
                most = fmax(most, fabs(law));
            }
        }
        if (!(off / most <= worst))
            worst = off / most;
    }
    return worst;
}

static void exact_law(struct aln_report *r)
{
    static const struct aln_entries drawn = {.fill = ALN_FILL_STD, .number = 1};
    double times[LAW_TIMES];
    for (size_t i = 0; i < LAW_TIMES; i++)
        times[i] = (double)i;
    for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++) {
        struct aln_problem *p = NULL;
        double *rows = NULL;
        char what[96];
        snprintf(what, sizeof what, "kp     %-5s F - W2^T to t = 20: deviation from the law",
                 aln_names_row(&aln_engines, engine)->name);
        enum aln_status status =
            aln_claim_generic_problem(&p, "erf", "kolen-pollack", 3, &drawn, &drawn);
        if (status == ALN_OK) {
            p->N = 100;
            rows = calloc(LAW_TIMES * aln_problem_columns(p), sizeof *rows);
            status = rows == NULL ? aln_raise(ALN_MEMORY, "out of memory")
                                  : aln_claim_run(engine, p, 0, LAW_TIMES, times, rows);
        }
        if (status == ALN_OK)
            aln_report_range(r, what, law_deviation(p, engine, times, rows), 0, 1e-12);
        else
            aln_report_error(r, what);
        free(rows);
        aln_problem_free(p);
    }
}

/* ---- which solution, and when ---- */

enum { SEEDS = 20, UNITS = 2, COLUMNS = 2 + 3 + 4 + 2 + 2, LEVELS = 3 };
static const double levels[LEVELS] = {0.1, 1e-3, 1e-6};

struct race {
    double time[LEVELS]; /* at which eg falls below each level, or INFINITY */
    bool as_feedback;    /* whether sign(W2) = sign(F1) at the end */
    bool as_start;       /* whether sign(W2) = sign(W2(0)) at the end */
    bool clear;          /* no entry of F1 is near zero */
};

static enum aln_status run_race(const char *rule, uint64_t seed, struct race *out)
{
    static const double end = 1e5;
    struct aln_problem *p;
    struct aln_event event[LEVELS];
    double row[COLUMNS];
    enum aln_status status = aln_claim_figure_problem(&p, rule, seed, NULL);
    for (size_t i = 0; i < LEVELS; i++)
        event[i] = (struct aln_event){.kind = ALN_EVENT_EG_BELOW, .value = levels[i]};
    if (status == ALN_OK)
        status = aln_claim_watch(p, 1, &end, row, LEVELS, event);
    if (status == ALN_OK) {
        const double *W2 = row + 1 + aln_state_at(p, ALN_W2);
        const double *start = p->start + aln_state_at(p, ALN_W2);
        *out = (struct race){.as_feedback = true, .as_start = true, .clear = true};
        for (size_t k = 0; k < UNITS; k++) {
            out->as_feedback = out->as_feedback && W2[k] * p->F1[k] > 0;
            out->as_start = out->as_start && W2[k] * start[k] > 0;
            out->clear = out->clear && fabs(p->F1[k]) >= 0.04;
        }
        for (size_t i = 0; i < LEVELS; i++)
            out->time[i] = isnan(event[i].t) ? INFINITY : event[i].t;
    }
    aln_problem_free(p);
    return status;
}

static void race(struct aln_report *r, const char *rule)
{
    struct race runs[SEEDS];
    bool good = true;
    char what[96], remark[64];
    unsigned clear = 0, feedback = 0, start = 0;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < SEEDS; i++) {
        if (run_race(rule, i + 1, &runs[i]) != ALN_OK) {
            aln_report_error(r, rule);
#pragma omp atomic write
            good = false;
        }
    }
    if (!good)
        return;
    for (size_t i = 0; i < SEEDS; i++) {
        clear += runs[i].clear;
        feedback += runs[i].clear && runs[i].as_feedback;
        start += runs[i].clear && runs[i].as_start;
    }
    snprintf(remark, sizeof remark, "of %u seeds with |F1_k| >= .04", clear);
    snprintf(what, sizeof what, "%-14s ends with sign(W2) = sign(F1(0))", rule);
    aln_report_note(r, what, feedback, remark);
    snprintf(what, sizeof what, "%-14s ends with sign(W2) = sign(W2(0))", rule);
    aln_report_note(r, what, start, remark);
    for (size_t l = 0; l < LEVELS; l++) {
        double time[SEEDS];
        for (size_t i = 0; i < SEEDS; i++)
            time[i] = runs[i].time[l];
        double median = aln_claim_median(SEEDS, time);
        snprintf(what, sizeof what, "%-14s median time to eg < %g", rule, levels[l]);
        snprintf(remark, sizeof remark, "(%.4g to %.4g)", time[0], time[SEEDS - 1]);
        aln_report_note(r, what, median, remark);
    }
}

/* ---- the claim ---- */

static void all(struct aln_report *r, const struct aln_effort *effort, size_t activations)
{
    static const char *const rules[] = {"bp", "dfa", "kolen-pollack", "sign-symmetric"};
    agree(r, effort, activations);
    exact_law(r);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        race(r, rules[i]);
}

void aln_claim_s9_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {2000, 1500, 800}, [ALN_ENGINE_SGD] = {1000, 600, 0}},
    };
    all(r, &effort, 1);
}

void aln_claim_s9_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats =
            {[ALN_ENGINE_CHAIN] = {24000, 24000, 8000}, [ALN_ENGINE_SGD] = {4000, 1200, 300}},
    };
    all(r, &effort, 3);
}

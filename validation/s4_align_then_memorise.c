/* S4, align, then memorise: with direct feedback alignment the read-out first turns towards the
 * feedback vector while the error is still large; only then does it move to the nearest solution,
 * and the error falls. The early phase is known in closed form:
 *   W2(t) ~ W2(0) + eta2 t (2/pi) R(0) u + 1/2 eta1 eta2 t^2 s F1,
 *   s = (2/pi)^2 u^T T u,  u_m = V2_m / sqrt(1 + T_mm)                    (one output, erf).
 *
 * Probability of a false failure: two of 1000 seeds stay below 0.985 (ode; smallest 0.9837), so the
 * smallest of 20 does with 4 %. Of 1000 seeds of the control 6.5 % align, so more than 7 of 20 do
 * with 2e-5. The laws and the final overlap hardly scatter: over 1000 seeds their largest
 * deviations are 0.225 and 0.161. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/failure.h"
#include "claims.h"

enum { SEEDS = 20, UNITS = 2, COUNT = 601, COLUMNS = 1 + 3 + 4 + 2 + 1, COSINE = COLUMNS - 1 };

/* The figure's feedback. The nearest solution is W2 = (-1, -1), at cosine 2.46 / (sqrt 2 |F1|). */
static const double figure_F1[UNITS] = {-0.86, -1.60};

/* A measurement that computes value[] of a seed from its rows. */
struct task {
    const char *rule;
    const double *F1; /* NULL: drawn */
    bool zero_start;
    enum aln_engine_kind engine;
    size_t count;
    /* Returned: times[count] at which the run is observed */
    void (*times)(const struct aln_problem *p, size_t count, double *times);
    /* Returned: value[2] */
    void (*measure)(const struct aln_problem *p, size_t count, const double *times,
                    const double *rows, double *value);
};

/* value[i][2] of every seed. */
static bool measure_seeds(struct aln_report *r, const struct task *task, double value[SEEDS][2])
{
    static const double zero[3 + 4 + 2];
    bool good = true;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < SEEDS; i++) {
        struct aln_problem *p = NULL;
        double *times = calloc(task->count * (1 + COLUMNS), sizeof *times), *rows = NULL;
        enum aln_status status = ALN_OK;
        if (times == NULL)
            status = aln_raise_memory("%zu records", task->count);
        if (status == ALN_OK)
            status = aln_claim_figure_problem(&p, task->rule, i + 1, task->F1);
        if (status == ALN_OK) {
            rows = times + task->count;
            if (task->zero_start)
                p->start = zero;
            task->times(p, task->count, times);
            status = aln_claim_run(task->engine, p, 0, task->count, times, rows);
        }
        if (status == ALN_OK) {
            task->measure(p, task->count, times, rows, value[i]);
        } else {
            aln_report_error(r, "align");
#pragma omp atomic write
            good = false;
        }
        aln_problem_free(p);
        free(times);
    }
    return good;
}

static void spread(double value[SEEDS][2], size_t which, double *low, double *median, double *high)
{
    double sorted[SEEDS];
    for (size_t i = 0; i < SEEDS; i++)
        sorted[i] = value[i][which];
    *median = aln_claim_median(SEEDS, sorted);
    *low = sorted[0];
    *high = sorted[SEEDS - 1];
    for (size_t i = 0; i < SEEDS; i++)
        if (isnan(value[i][which]))
            *low = *median = *high = NAN; /* NaN cannot be sorted */
}

/* ---- alignment while the error is large ---- */

static void times_fine(const struct aln_problem *p, size_t count, double *times)
{
    (void)p;
    for (size_t i = 0; i < count; i++)
        times[i] = 0.25 * (double)i;
}

/* value[0]: largest cos(W2, F1) while eg > 0.1 eg(0); value[1]: cos at the first eg < eg(0)/2, or
 * NaN. */
static void measure_alignment(const struct aln_problem *p, size_t count, const double *times,
                              const double *rows, double *value)
{
    (void)p;
    (void)times;
    value[0] = -1;
    value[1] = NAN;
    for (size_t i = 0; i < count && rows[i * COLUMNS] > 0.1 * rows[0]; i++) {
        double cosine = rows[i * COLUMNS + COSINE];
        value[0] = fmax(value[0], cosine);
        if (isnan(value[1]) && rows[i * COLUMNS] < 0.5 * rows[0])
            value[1] = cosine;
    }
}

/* ---- the solution reached ---- */

static void times_log(const struct aln_problem *p, size_t count, double *times)
{
    (void)p;
    for (size_t i = 0; i < count; i++)
        times[i] = i == 0 ? 0 : pow(10, 5.0 * (double)i / (double)(count - 1));
}

/* value[0]: the last cos(W2, F1); value[1]: the last eg/eg(0). */
static void measure_end(const struct aln_problem *p, size_t count, const double *times,
                        const double *rows, double *value)
{
    (void)p;
    (void)times;
    value[0] = rows[(count - 1) * COLUMNS + COSINE];
    value[1] = rows[(count - 1) * COLUMNS] / rows[0];
}

/* ---- the early law ---- */

static double law_u(const struct aln_problem *p, size_t m)
{
    return p->V2[m] / sqrt(1 + p->T[m * UNITS + m]);
}

static double law_s(const struct aln_problem *p)
{
    double s = 0;
    for (size_t m = 0; m < UNITS; m++)
        for (size_t n = 0; n < UNITS; n++)
            s += law_u(p, m) * p->T[m * UNITS + n] * law_u(p, n);
    return 4 / (M_PI * M_PI) * s;
}

static double square(const double *x)
{
    return x[0] * x[0] + x[1] * x[1];
}

/* While s eta^2 t^2 |F1|^2 / 2 < 0.4. */
static void times_law_zero(const struct aln_problem *p, size_t count, double *times)
{
    double end = sqrt(0.8 / (law_s(p) * p->eta[0] * p->eta[1] * square(p->F1)));
    for (size_t i = 0; i < count; i++)
        times[i] = end * (double)i / (double)count;
}

static void times_law_start(const struct aln_problem *p, size_t count, double *times)
{
    (void)p;
    for (size_t i = 0; i < count; i++)
        times[i] = 5.0 * (double)i / (double)(count - 1);
}

/* value[0]: the largest |W2 - law| over the larger of |law| and |W2(0)|. If the terms of the law
 * cancel, the deviation is thus relative to the terms, not to their small sum. */
static void measure_law(const struct aln_problem *p, size_t count, const double *times,
                        const double *rows, double *value)
{
    const double *R = p->start + aln_state_at(p, ALN_R), *W2_0 = p->start + aln_state_at(p, ALN_W2);
    value[0] = 0;
    for (size_t i = 1; i < count; i++) {
        const double *W2 = rows + i * COLUMNS + 1 + aln_state_at(p, ALN_W2);
        double law[UNITS], off[UNITS];
        for (size_t k = 0; k < UNITS; k++) {
            double Ru = R[k * UNITS] * law_u(p, 0) + R[k * UNITS + 1] * law_u(p, 1);
            law[k] = W2_0[k] + p->eta[1] * times[i] * M_2_PI * Ru +
                     p->eta[0] * p->eta[1] * times[i] * times[i] / 2 * law_s(p) * p->F1[k];
            off[k] = W2[k] - law[k];
        }
        double relative = sqrt(square(off) / fmax(square(law), square(W2_0)));
        if (!(relative <= value[0]))
            value[0] = relative;
    }
}

/* ---- the claim ---- */

static void alignment(struct aln_report *r)
{
    double value[SEEDS][2], low, median, high;
    char what[128];
    for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++) {
        const char *name = aln_names_row(&aln_engines, engine)->name;
        if (!measure_seeds(r,
                           &(struct task){.rule = "dfa",
                                          .engine = engine,
                                          .count = COUNT,
                                          .times = times_fine,
                                          .measure = measure_alignment},
                           value))
            continue;
        spread(value, 0, &low, &median, &high);
        snprintf(what, sizeof what, "%-5s min of max cos(W2,F1) while eg > 0.1 eg(0)", name);
        aln_report_range(r, what, low, 0.985, 1);
        snprintf(what, sizeof what, "%-5s median of max cos(W2,F1)", name);
        aln_report_note(r, what, median, "(printed 0.9994, no range)");
        spread(value, 1, &low, &median, &high);
        snprintf(what, sizeof what, "%-5s median of cos(W2,F1) at eg = eg(0)/2", name);
        aln_report_note(r, what, median, "");
    }
    /* The check must be able to fail: back-propagation does not use F1. */
    if (!measure_seeds(
            r,
            &(struct task){
                .rule = "bp", .count = COUNT, .times = times_fine, .measure = measure_alignment},
            value))
        return;
    unsigned aligned = 0;
    for (size_t i = 0; i < SEEDS; i++)
        aligned += value[i][0] > 0.985;
    aln_report_range(r, "control, bp: seeds of 20 that align as much", aligned, 0, 7);
}

static void solution(struct aln_report *r)
{
    double value[SEEDS][2], low, median, high;
    if (!measure_seeds(r,
                       &(struct task){.rule = "dfa",
                                      .F1 = figure_F1,
                                      .count = 201,
                                      .times = times_log,
                                      .measure = measure_end},
                       value))
        return;
    spread(value, 0, &low, &median, &high);
    aln_report_range(r, "F1 = (-0.86, -1.60): final cos(W2,F1), smallest", low, 0.9556, 0.9596);
    aln_report_range(r, "F1 = (-0.86, -1.60): final cos(W2,F1), largest", high, 0.9556, 0.9596);
    spread(value, 1, &low, &median, &high);
    aln_report_range(r, "F1 = (-0.86, -1.60): final eg/eg(0), largest", high, 0, 1e-6);
}

/* Judged for the figure's F1. The condition s eta^2 t^2 |F1|^2 / 2 < 0.4 bounds |W2| |F1|, so for a
 * small F1 it lets W2 grow far beyond the linear regime; drawn F1 are therefore only reported. */
static void early_law(struct aln_report *r)
{
    double value[SEEDS][2], low, median, high;
    for (size_t i = 0; i < 4; i++) {
        bool zero = i / 2 == 0, drawn = i % 2 == 1;
        char what[128];
        if (!measure_seeds(r,
                           &(struct task){.rule = "dfa",
                                          .F1 = drawn ? NULL : figure_F1,
                                          .zero_start = zero,
                                          .count = 101,
                                          .times = zero ? times_law_zero : times_law_start,
                                          .measure = measure_law},
                           value))
            continue;
        spread(value, 0, &low, &median, &high);
        snprintf(what, sizeof what, "early law, %s, %s: largest deviation",
                 zero ? "all-zero start" : "t <= 5", drawn ? "F1 drawn" : "figure's F1");
        if (drawn)
            aln_report_note(r, what, high, "(over all seeds; not judged)");
        else
            aln_report_range(r, what, high, 0, zero ? 0.25 : 0.20);
    }
}

void aln_claim_s4(struct aln_report *r)
{
    alignment(r);
    solution(r);
    early_law(r);
}

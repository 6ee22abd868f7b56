/* S2, theory = simulation. At finite N the means of the overlaps differ from
 * the ode by a series in 1/N, and single runs scatter by N^-1/2. So, from one
 * fixed start, with noise, decay and unequal rates: the extrapolation (4 m_4N -
 * m_N)/3, which removes the 1/N term, must meet the ode within 4 standard
 * errors, and the deviation of single runs must shrink by 2 per factor 4 in N.
 * The extrapolation forgives an error of order 1/N; there chain and sgd must
 * agree with each other.
 *
 * Judged at 4 standard errors are two numbers a problem, at its last time: eg,
 * and a sum of the whole state with fixed weights, which an error in any entry
 * moves. Errors of these verdicts, all being right: 40 problems, chain two
 * pairs of N, sgd one, chain - sgd the sum alone: 280 comparisons, each beyond
 * 4 with probability 6.3e-5, 1.8 % for some line to fail over a free choice of
 * seeds; the seeds are fixed. Every column at both times, pair by pair, is held
 * to 5 (5.7e-7 each, 0.3 % for the 6000 of the full form).
 *
 * What the extrapolation leaves is O(1/N^2). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"

enum { SIZES = 3, TIMES = 2, UNITS = 2, MAX_OUTPUTS = 3, PATH = 300 };
enum { MAX_COLUMNS = 2 + 3 + 4 + 2 * UNITS * MAX_OUTPUTS, MAX_WIDTH = TIMES * MAX_COLUMNS + 1 };
static const uint64_t sizes[SIZES] = {100, 400, 1600};

/* Quadratic units diverge unless the rates are small. */
static const struct setting {
    const char *activation;
    double eta[2], kappa[2], feedback[2]; /* feedback that learns: rate, decay */
    double times[TIMES];
} settings[] = {
    {"erf", {0.4, 0.25}, {0.05, 0.03}, {0.3, 0.04}, {1, 3}},
    {"linear", {0.4, 0.25}, {0.05, 0.03}, {0.3, 0.04}, {1, 3}},
    {"relu", {0.4, 0.25}, {0.05, 0.03}, {0.3, 0.04}, {1, 3}},
    {"quadratic", {0.04, 0.06}, {0.05, 0.03}, {0.05, 0.04}, {1, 3}},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* The rules, and read-outs to start from. */
static const struct rule_case {
    const char *rule, *name;
    double R[UNITS * UNITS], W2[MAX_OUTPUTS * UNITS];
    int changes; /* does some entry of W2 change its sign: 1, 0, or -1 where it
                    does not matter */
} cases[] = {
    {"bp", "bp", {0.20, 0.02, 0.04, -0.22}, {0.3, 0.2, -0.1, 0.25, 0.15, -0.2}, -1},
    {"dfa", "dfa", {0.20, 0.02, 0.04, -0.22}, {0.3, 0.2, -0.1, 0.25, 0.15, -0.2}, -1},
    {"kolen-pollack", "kp", {0.20, 0.02, 0.04, -0.22}, {0.3, 0.2, -0.1, 0.25, 0.15, -0.2}, -1},
    {"sign-symmetric", "sign", {0.20, 0.02, 0.04, -0.22}, {0.6, -0.5, 0.5, 0.55, -0.6, 0.5}, 0},
    {"sign-symmetric",
     "sign+-",
     {0.45, -0.15, -0.1, -0.22},
     {-0.03, 0.3, 0.1, 0.25, -0.2, -0.2},
     1},
};
enum { CASES = sizeof cases / sizeof cases[0] };

/* Independent runs per engine and N; 0: that N is left out. */
struct effort {
    size_t repeats[ALN_ENGINES][SIZES];
    bool every_sgd; /* else one problem in four */
};

struct sample {
    double mean[MAX_WIDTH];
    double error2[MAX_WIDTH]; /* squared standard error of the mean */
    double rms;               /* of single runs' state about the ode, at the last time */
};

/* What all problems together came to. */
struct totals {
    double worst; /* |z| over all columns */
    size_t comparisons, judged;
    size_t problems, noticed; /* in how many the control is refuted */
};

/* ---- one problem ---- */

/* Times x columns, then the sum of the state at the last time. */
static size_t width_of(const struct aln_problem *p)
{
    return TIMES * aln_problem_columns(p) + 1;
}

/* Columns of a row that are entries of the state. */
static bool is_state(const struct aln_problem *p, size_t column)
{
    return column != 0 && column != 1 + aln_problem_at_F(p); /* eg, cosine */
}

static enum aln_status observe(enum aln_engine_kind engine, const struct aln_problem *p,
                               uint64_t repeat, const double *times, double *out)
{
    enum aln_status status = aln_claim_run(engine, p, repeat, TIMES, times, out);
    size_t columns = aln_problem_columns(p);
    double sum = 0;
    for (size_t j = 0; j < columns; j++)
        if (is_state(p, j))
            sum += cos(1.7 * (double)j) * out[(TIMES - 1) * columns + j];
    out[TIMES * columns] = sum;
    return status;
}

/* Statistics of independent runs, summed in the order of the repeats. */
static bool draw_sample(struct aln_report *r, const char *what, enum aln_engine_kind engine,
                        const struct aln_problem *p, const double *times, size_t repeats,
                        const double *theory, struct sample *out)
{
    size_t columns = aln_problem_columns(p), width = width_of(p);
    double *rows = calloc(repeats * width, sizeof *rows);
    bool good = rows != NULL;
    if (!good) {
        aln_raise(ALN_MEMORY, "out of memory for %zu runs", repeats);
        aln_report_error(r, what);
        return false;
    }
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < repeats; i++) {
        if (observe(engine, p, i, times, rows + i * width) != ALN_OK) {
            aln_report_error(r, what);
#pragma omp atomic write
            good = false;
        }
    }
    double square = 0;
    for (size_t j = 0; j < width && good; j++) {
        double sum = 0, sum2 = 0;
        for (size_t i = 0; i < repeats; i++) {
            double d = rows[i * width + j] - theory[j];
            sum += d;
            sum2 += d * d;
        }
        double bias = sum / (double)repeats;
        out->mean[j] = theory[j] + bias;
        out->error2[j] = (sum2 - sum * bias) / ((double)repeats - 1) / (double)repeats;
        if (j / columns == TIMES - 1 && is_state(p, j % columns))
            square += sum2 / (double)repeats;
    }
    out->rms = sqrt(square);
    free(rows);
    return good;
}

/* |z| of the extrapolated mean of number j. */
static double extrapolated_z(size_t j, const struct sample *coarse, const struct sample *fine,
                             const double *theory)
{
    double mean = (4 * fine->mean[j] - coarse->mean[j]) / 3;
    double error = sqrt(16 * fine->error2[j] + coarse->error2[j]) / 3;
    return fabs(mean - theory[j]) / (error + 1e-12 * (1 + fabs(theory[j])));
}

/* |z| of the difference of two samples' means. */
static double difference_z(size_t j, const struct sample *a, const struct sample *b)
{
    double error = sqrt(a->error2[j] + b->error2[j]);
    return fabs(a->mean[j] - b->mean[j]) / (error + 1e-12 * (1 + fabs(a->mean[j])));
}

static double larger(double worst, double x)
{
    return isnan(worst) || x <= worst ? worst : x;
}

/* How far the mean of the state is from the ode at the first time, without the
 * noise's share. */
static double bias_of(const struct aln_problem *p, const struct sample *sample,
                      const double *theory)
{
    double square = 0;
    for (size_t j = 0; j < aln_problem_columns(p); j++)
        if (is_state(p, j))
            square += pow(sample->mean[j] - theory[j], 2) - sample->error2[j];
    return sqrt(square);
}

/* Given: at_change  the first time is that at which a rule with signs jumps
 * Returned: sample[SIZES], of those N that have repeats */
static bool compare_engine(struct aln_report *r, const char *name, enum aln_engine_kind engine,
                           struct aln_problem *p, const double *times, bool at_change,
                           const size_t repeats[SIZES], const double *theory, struct sample *sample,
                           struct totals *totals)
{
    char what[128];
    size_t width = width_of(p), last = 0;
    for (size_t n = 0; n < SIZES && repeats[n] > 0; n++) {
        /* A seed of its own for each N: runs of equal repeat would share their
         * inputs. */
        p->N = sizes[n];
        p->seed = 20210718 + n;
        last = n;
        if (!draw_sample(r, name, engine, p, times, repeats[n], theory, &sample[n]))
            return false;
    }
    double judged = 0, ratio = 2;
    for (size_t n = 0; n < last; n++) {
        for (size_t j = 0; j < width; j++) {
            double z = extrapolated_z(j, &sample[n], &sample[n + 1], theory);
            if (at_change && j < aln_problem_columns(p))
                continue;
            totals->worst = larger(totals->worst, z);
            totals->comparisons++;
            /* sgd at the largest N has too few runs to add anything to the first
             * pair. */
            bool counts = engine == ALN_ENGINE_CHAIN || n == 0;
            if (counts && (j == width - 1 || j == (TIMES - 1) * aln_problem_columns(p))) {
                judged = larger(judged, z);
                totals->judged++;
            }
        }
        double x = sample[n].rms / sample[n + 1].rms;
        if (!(fabs(log(x / 2)) <= fabs(log(ratio / 2))))
            ratio = x;
    }
    snprintf(what, sizeof what, "%.60s worst |z| of eg and the sum", name);
    aln_report_range(r, what, judged, 0, 4);
    snprintf(what, sizeof what, "%.60s deviation, N to 4N: ratio furthest from 2", name);
    aln_report_range(r, what, ratio, 1.7, 2.4);
    if (last < SIZES - 1)
        return true;
    /* Least squares through three equally spaced points in log N: the slope of
     * the outer two. */
    snprintf(what, sizeof what, "%.60s exponent of the deviation in N", name);
    aln_report_range(r, what,
                     log(sample[last].rms / sample[0].rms) /
                         log((double)sizes[last] / (double)sizes[0]),
                     -0.6, -0.4);
    if (at_change) {
        snprintf(what, sizeof what, "%.60s at the change: exponent of the mean's", name);
        aln_report_range(r, what,
                         log(bias_of(p, &sample[last], theory) / bias_of(p, &sample[0], theory)) /
                             log((double)sizes[last] / (double)sizes[0]),
                         -0.65, -0.35);
    }
    return true;
}

/* When an entry of W2 first changes its sign on the ode's path, NAN if none
 * does. Returned: *least  smallest |W2_ok| */
static bool find_change(struct aln_report *r, const struct aln_problem *p, double time,
                        double *change, double *least)
{
    double times[PATH], *rows = calloc(PATH * aln_problem_columns(p), sizeof *rows);
    size_t columns = aln_problem_columns(p), at = 1 + aln_problem_at_W2(p);
    for (size_t i = 0; i < PATH; i++)
        times[i] = time * (double)i / (PATH - 1);
    bool good = rows != NULL && aln_claim_run(ALN_ENGINE_ODE, p, 0, PATH, times, rows) == ALN_OK;
    if (!good)
        aln_report_error(r, "signs");
    *change = NAN;
    *least = INFINITY;
    for (size_t i = 0; i < PATH && good; i++) {
        for (size_t j = at; j < at + p->O * p->K; j++) {
            if (isnan(*change) && rows[i * columns + j] * rows[j] < 0)
                *change = times[i];
            *least = fmin(*least, fabs(rows[i * columns + j]));
        }
    }
    free(rows);
    return good;
}

/* ---- all problems ---- */

/* Numbers without any symmetry, and a student that is partly specialised
 * already. Returned: start  room for the state; *p keeps a pointer to it */
static void set_problem(const struct setting *s, const struct aln_rule *rule,
                        const struct rule_case *c, size_t outputs, double *start,
                        struct aln_problem *p)
{
    static const double T[] = {0.94, 0.13, 0.13, 0.85};
    static const double V2[] = {1.0, -0.7, 0.4, 0.9, -0.6, 0.5};
    static const double one[] = {0.8, -1.1}, three[] = {0.8, 0.5, -0.4, -1.1, 0.3, 0.6};
    static const double Q[] = {0.37, -0.07, 0.29};
    *p = (struct aln_problem){
        .K = UNITS,
        .M = UNITS,
        .O = outputs,
        .activation = (const void *)aln_names_find(&aln_activations, s->activation),
        .rule = rule,
        .sigma = 0.2,
        .eta = {s->eta[0], s->eta[1]},
        .kappa = {s->kappa[0], s->kappa[1]},
        .feedback_rate = s->feedback[0],
        .feedback_decay = s->feedback[1],
        .T = T,
        .V2 = V2,
        .F1 = outputs == 1 ? one : three,
        .start = start,
    };
    memcpy(start, Q, sizeof Q);
    memcpy(start + aln_problem_at_R(p), c->R, sizeof c->R);
    memcpy(start + aln_problem_at_W2(p), c->W2, outputs * UNITS * sizeof c->W2[0]);
    if (rule->learns)
        memcpy(start + aln_problem_at_F(p), p->F1, outputs * UNITS * sizeof *p->F1);
}

static void compare_problem(struct aln_report *r, const char *name, struct aln_problem *p,
                            const struct setting *s, const struct rule_case *c,
                            const struct effort *effort, bool with_sgd, struct totals *totals)
{
    double theory[MAX_WIDTH], control[MAX_WIDTH], times[TIMES];
    char what[128];
    memcpy(times, s->times, sizeof times);
    if (c->changes >= 0) {
        double change, least;
        if (!find_change(r, p, times[TIMES - 1], &change, &least))
            return;
        snprintf(what, sizeof what, "%s signs change in the ode; least |W2| %.2g", name, least);
        aln_report_range(r, what, !isnan(change), c->changes, c->changes);
        if (!isnan(change))
            times[0] = change;
    }
    enum aln_status status = observe(ALN_ENGINE_ODE, p, 0, times, theory);
    p->first_order = true;
    if (status == ALN_OK)
        status = observe(ALN_ENGINE_ODE, p, 0, times, control);
    p->first_order = false;
    if (status != ALN_OK) {
        aln_report_error(r, name);
        return;
    }
    struct sample sample[ALN_ENGINES][SIZES];
    for (enum aln_engine_kind engine = ALN_ENGINE_CHAIN; engine < ALN_ENGINES; engine++) {
        if (engine == ALN_ENGINE_SGD && !with_sgd)
            return;
        snprintf(what, sizeof what, "%s %-5s", name, aln_names_row(&aln_engines, engine)->name);
        if (!compare_engine(r, what, engine, p, times, c->changes == 1, effort->repeats[engine],
                            theory, sample[engine], totals))
            return;
        if (engine == ALN_ENGINE_CHAIN) {
            const struct sample *chain = sample[engine];
            size_t width = width_of(p), eg = (TIMES - 1) * aln_problem_columns(p);
            totals->problems++;
            totals->noticed += extrapolated_z(eg, &chain[0], &chain[1], control) > 4 ||
                               extrapolated_z(width - 1, &chain[0], &chain[1], control) > 4;
        }
    }
    for (size_t j = 0; j < width_of(p); j++) {
        double z = difference_z(j, &sample[ALN_ENGINE_CHAIN][0], &sample[ALN_ENGINE_SGD][0]);
        totals->worst = larger(totals->worst, z);
        totals->comparisons++;
        if (j + 1 == width_of(p)) {
            totals->judged++;
            snprintf(what, sizeof what, "%s chain - sgd, N = %d: |z| of the sum", name,
                     (int)sizes[0]);
            aln_report_range(r, what, z, 0, 4);
        }
    }
}

static const size_t outputs[] = {1, MAX_OUTPUTS};

/* In two layers fa and dfa are one rule: every engine must give the same
 * numbers, bit for bit. */
static void fa_is_dfa(struct aln_report *r)
{
    const struct aln_rule *rule[2] = {(const void *)aln_names_find(&aln_rules, "fa"),
                                      (const void *)aln_names_find(&aln_rules, "dfa")};
    if (rule[0] == NULL || rule[1] == NULL) {
        aln_report_skip(r, "fa", "rule not in the table");
        return;
    }
    size_t different = 0, compared = 0;
    for (size_t i = 0; i < SETTINGS * 2; i++) {
        const struct setting *s = &settings[i / 2];
        for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++) {
            double out[2][MAX_WIDTH], start[MAX_COLUMNS];
            size_t width = 0;
            for (int which = 0; which < 2; which++) {
                struct aln_problem p;
                set_problem(s, rule[which], &cases[0], outputs[i % 2], start, &p);
                p.N = sizes[0];
                p.seed = 1;
                width = width_of(&p);
                if (observe(engine, &p, 0, s->times, out[which]) != ALN_OK) {
                    aln_report_error(r, "fa and dfa");
                    return;
                }
            }
            for (size_t j = 0; j < width; j++)
                different += memcmp(&out[0][j], &out[1][j], sizeof out[0][j]) != 0;
            compared += width;
        }
    }
    char what[96];
    snprintf(what, sizeof what, "fa and dfa bit for bit: numbers that differ, of %zu", compared);
    aln_report_range(r, what, (double)different, 0, 0);
}

static void compare_all(struct aln_report *r, const struct effort *effort)
{
    struct totals totals = {.worst = 0};
    char name[64], what[96];
    for (size_t i = 0; i < CASES; i++) {
        const struct aln_rule *rule = (const void *)aln_names_find(&aln_rules, cases[i].rule);
        if (rule == NULL) {
            aln_report_skip(r, cases[i].rule, "rule not in the table");
            continue;
        }
        for (size_t j = 0; j < SETTINGS * 2; j++) {
            struct aln_problem p;
            double start[MAX_COLUMNS];
            set_problem(&settings[j / 2], rule, &cases[i], outputs[j % 2], start, &p);
            if (p.activation == NULL) {
                aln_report_skip(r, settings[j / 2].activation, "activation not in the table");
                continue;
            }
            snprintf(name, sizeof name, "%-9s %-6s O=%zu", settings[j / 2].activation,
                     cases[i].name, p.O);
            bool with_sgd = effort->every_sgd || (i + j) % 4 == 0;
            compare_problem(r, name, &p, &settings[j / 2], &cases[i], effort, with_sgd, &totals);
        }
    }
    fa_is_dfa(r);
    snprintf(what, sizeof what, "every column and time: worst |z| of %zu", totals.comparisons);
    aln_report_range(r, what, totals.worst, 0, 5);
    snprintf(what, sizeof what, "comparisons held to 4 standard errors");
    aln_report_note(r, what, (double)totals.judged, "(see s2.c)");
    aln_report_range(r, "control: share of problems that notice missing eta^2 terms",
                     (double)totals.noticed / (double)totals.problems, 0.9, 1);
}

void aln_claim_s2_quick(struct aln_report *r)
{
    const struct effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {2000, 1500, 800}, [ALN_ENGINE_SGD] = {1000, 600, 0}},
    };
    compare_all(r, &effort);
}

void aln_claim_s2_full(struct aln_report *r)
{
    const struct effort effort = {
        .repeats =
            {[ALN_ENGINE_CHAIN] = {24000, 24000, 8000}, [ALN_ENGINE_SGD] = {4000, 1200, 300}},
        .every_sgd = true,
    };
    compare_all(r, &effort);
}

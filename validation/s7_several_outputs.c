/* S7, several outputs. Theory = simulation with O = 2 and 3, judged as described in agreement.h.
 * Then the structure of the targets: two targets with covariance
 *     V2 V2^T = Sigma(alpha, beta) = [[1, alpha (1 - beta)], [alpha (1 - beta), alpha^2]],
 * condition number kappa, and an orthonormal teacher. The question is how well the read-out aligns.
 *
 * At early times W2 turns to S F1^T, with S proportional to Sigma for this teacher. In the basis of
 * Sigma's eigenvectors let the first column of F1 have the share w of |F1|^2. Then
 *     cos(S F1^T, F1^T) = (kappa w + 1 - w) / sqrt(kappa^2 w + 1 - w),
 * which falls with kappa for every w, and is 1 only for kappa = 1. Normal entries of F1 have the
 * same distribution in any orthonormal basis; with two hidden units w is uniform on (0, 1), hence
 *     <cos> = 2/3 (1 + 2 kappa / (1 + kappa)^2),
 * a function of the condition number alone. So at early times the claim is a theorem, and the ode
 * must follow the law. Whether alignment still falls with kappa once the read-out moves to a
 * solution, at a time that also depends on the size of the targets, is an empirical finding.
 *
 * All points of the map use the same starts and feedback, so points are compared seed by seed.
 * Probability of a false failure: for the closed form, the worst of 25 at 4.5 standard errors,
 * 1.7e-4; for the ordering, the worst of 300 pairs at 4, at most 1 % for each of four measures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"
#include "alignode/early.h"
#include "model/params.h"

/* ---- theory = simulation ---- */

static void agree(struct aln_report *r, const struct aln_effort *effort, size_t activations,
                  bool every_sgd)
{
    static const char *const activation[] = {"erf", "relu", "linear"};
    static const char *const rule[] = {"bp", "dfa"};
    static const struct aln_entries targets = {.fill = ALN_FILL_TARGETS, .alpha = 0.5, .beta = 0.6};
    static const struct aln_entries drawn = {.fill = ALN_FILL_STD, .number = 1};
    static const struct aln_entries half = {.fill = ALN_FILL_STD, .number = 0.5};
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < activations * 4; i++) {
        struct aln_problem *p = NULL;
        char name[64];
        size_t outputs = 2 + i % 2;
        const char *rule_name = rule[i / 2 % 2], *activation_name = activation[i / 4];
        snprintf(name, sizeof name, "%-6s %-4s O=%zu", activation_name, rule_name, outputs);
        const enum aln_status made = aln_claim_generic_problem(
            &p, activation_name, rule_name, outputs, &half, outputs == 2 ? &targets : &drawn);
        aln_agree_made(&agreement, name, made, p, every_sgd || i == 2);
    }
    aln_agree_end(&agreement);
}

/* ---- the map of targets ---- */

enum { SIDE = 5, POINTS = SIDE * SIDE, COUNT = 401, UNITS = 2, OUTPUTS = 2 };
enum { COLUMNS = 2 + 3 + 4 + 4 };
static const double values[SIDE] = {0.2, 0.4, 0.6, 0.8, 1};

/* Measurements of a run, from t = 0 to 200. */
enum measured {
    LAW,      /* limit of cos(W2, F1) under the early law */
    AT_EARLY, /* cos(W2, F1) while the error is large */
    LARGEST,  /* its maximum while eg > 0.1 eg(0) */
    AT_LATE,  /* at the end, on the plateau */
    LAW_OFF,  /* see law_deviation() */
    MEASURED
};
static const char *const measure_names[] = {"by the law", "at t = 20", "at its largest",
                                            "at t = 200"};
static const double step = 0.5;
enum { EARLY = 40 }; /* times step */

static double alpha_of(size_t point)
{
    return values[point / SIDE];
}

static double beta_of(size_t point)
{
    return values[point % SIDE];
}

static double condition(size_t point)
{
    double alpha = alpha_of(point), beta = beta_of(point);
    double trace = 1 + alpha * alpha, det = alpha * alpha * beta * (2 - beta);
    double root = sqrt(trace * trace - 4 * det);
    return (trace + root) / (trace - root);
}

static enum aln_status target_problem(struct aln_problem **out, size_t point, uint64_t seed)
{
    const struct aln_entries small = {.fill = ALN_FILL_STD, .number = 1e-2};
    const struct aln_params params = {
        .problem = {.inputs = 500,
                    .outputs = OUTPUTS,
                    .activation = aln_activation_find("erf"),
                    .student = {.units = UNITS, .weights = small, .readout = small},
                    .teacher = {.units = UNITS,
                                .weights = {.fill = ALN_FILL_ORTHONORMAL},
                                .readout = {.fill = ALN_FILL_TARGETS,
                                            .alpha = alpha_of(point),
                                            .beta = beta_of(point)}}},
        .learning = {.rule = aln_rule_find("dfa"),
                     .rate = {0.1, 0.1},
                     .feedback = {.distribution = ALN_NORMAL, .std = 1}},
        .run = {.seed = seed},
        .ode = {.second_order = true},
    };
    return aln_problem_create(out, &params);
}

/* The ode from zero weights and read-out, while 1/2 eta1 eta2 t^2 tr(F1 S F1^T) < 0.02.
 * Returned: *off  deviation of cos(W2, F1) from the law at the end */
static enum aln_status law_deviation(struct aln_problem *p, double *off)
{
    static const double zero[3 + 4 + 4];
    double F[UNITS * OUTPUTS], product = 0, rows[COLUMNS];
    for (size_t i = 0; i < UNITS * OUTPUTS; i++)
        F[i] = p->F1[i];
    p->start = zero;
    struct aln_early *law;
    enum aln_status status = aln_early_create(&law, p);
    if (status != ALN_OK)
        return status;
    double W2[OUTPUTS * UNITS], t = 1;
    aln_early_readout(law, t, W2);
    for (size_t o = 0; o < OUTPUTS; o++)
        for (size_t k = 0; k < UNITS; k++)
            product += W2[o * UNITS + k] * F[k * OUTPUTS + o];
    t = sqrt(0.02 / product);
    status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 1, &t, rows);
    *off = fabs(rows[1 + aln_state_at(p, ALN_F)] - aln_early_cos(law, t));
    aln_early_free(law);
    return status;
}

static enum aln_status measure(size_t point, uint64_t seed, double out[MEASURED])
{
    struct aln_problem *p = NULL;
    struct aln_early *law = NULL;
    double times[COUNT], *rows = calloc(COUNT * COLUMNS, sizeof *rows);
    enum aln_status status =
        rows == NULL ? aln_raise(ALN_MEMORY, "out of memory") : target_problem(&p, point, seed);
    for (size_t i = 0; i < COUNT; i++)
        times[i] = step * (double)i;
    if (status == ALN_OK && (status = aln_early_create(&law, p)) == ALN_OK &&
        (status = aln_claim_run(ALN_ENGINE_ODE, p, 0, COUNT, times, rows)) == ALN_OK) {
        out[LAW] = aln_early_cos(law, INFINITY);
        out[LARGEST] = -1;
        for (size_t i = 0; i < COUNT; i++) {
            if (rows[i * COLUMNS] > 0.1 * rows[0])
                out[LARGEST] = fmax(out[LARGEST], rows[i * COLUMNS + COLUMNS - 1]);
        }
        out[AT_EARLY] = rows[EARLY * COLUMNS + COLUMNS - 1];
        out[AT_LATE] = rows[(COUNT - 1) * COLUMNS + COLUMNS - 1];
        status = law_deviation(p, &out[LAW_OFF]);
    }
    aln_early_free(law);
    aln_problem_free(p);
    free(rows);
    return status;
}

/* ---- verdicts on the map ---- */

struct map {
    size_t seeds;
    double (*value)[POINTS][MEASURED]; /* [seeds] */
    size_t order[POINTS];              /* by condition number */
};

/* Mean over the seeds of point b, minus that of point a unless a is POINTS.
 * Returned: *se  standard error of the mean of differences seed by seed */
static double mean(const struct map *m, size_t b, size_t a, enum measured which, double *se)
{
    double n = (double)m->seeds, sum = 0, square = 0;
    for (size_t i = 0; i < m->seeds; i++) {
        double d = m->value[i][b][which] - (a < POINTS ? m->value[i][a][which] : 0);
        sum += d;
        square += d * d;
    }
    *se = sqrt(fmax(0, square - sum * sum / n) / (n - 1) / n);
    return sum / n;
}

/* Compares the mean of the law over seeds with its closed-form average over all F1. */
static void closed_form(struct aln_report *r, const struct map *m)
{
    double worst = 0, most = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double kappa = condition(i), se, law = mean(m, i, POINTS, LAW, &se);
        double exact = 2 * (1 + 2 * kappa / ((1 + kappa) * (1 + kappa))) / 3;
        worst = fmax(worst, fabs(law - exact) / (se + 1e-12));
        for (size_t s = 0; s < m->seeds; s++)
            if (!(m->value[s][i][LAW_OFF] <= most))
                most = m->value[s][i][LAW_OFF];
    }
    aln_report_range(r, "law: mean cos against 2/3 (1 + 2k/(1+k)^2), worst |z|", worst, 0, 4.5);
    aln_report_range(r, "ode from zero: largest deviation of cos from the law", most, 0, 0.02);
}

/* Judges all pairs of points, from the smaller condition number to the larger. At late times all
 * alignments are similar, so the number of significant falls is not judged. */
static void monotonic(struct aln_report *r, const struct map *m, enum measured which)
{
    double worst = 0, most = 0, concordant = 0;
    size_t rising = 0, falling = 0;
    char what[96], remark[64];
    for (size_t i = 0; i < POINTS; i++) {
        for (size_t j = i + 1; j < POINTS; j++) {
            double se, rise = mean(m, m->order[j], m->order[i], which, &se);
            worst = fmax(worst, rise / se);
            most = fmax(most, rise);
            concordant += rise < 0 ? -1 : 1;
            rising += rise > 0;
            falling += rise < -4 * se;
        }
    }
    snprintf(what, sizeof what, "cos %s: largest rise with kappa, in s.e.", measure_names[which]);
    aln_report_range(r, what, worst, 0, 4);
    snprintf(what, sizeof what, "cos %s: rank correlation with kappa", measure_names[which]);
    snprintf(remark, sizeof remark, "(Kendall; %zu of 300 pairs rise, at most %.2g)", rising, most);
    aln_report_note(r, what, concordant / 300, remark);
    snprintf(what, sizeof what, "cos %s: pairs of 300 falling by > 4 s.e.", measure_names[which]);
    if (which == AT_LATE)
        aln_report_note(r, what, (double)falling, "");
    else
        aln_report_range(r, what, (double)falling, 200, 300);
}

static void print_map(struct aln_report *r, const struct map *m)
{
    for (size_t a = 0; a < SIDE; a++) {
        char what[96], remark[96];
        double se, x[SIDE];
        for (size_t b = 0; b < SIDE; b++)
            x[b] = mean(m, a * SIDE + b, POINTS, LARGEST, &se);
        snprintf(what, sizeof what, "largest cos at alpha = %g, beta = 0.2, 0.4, ... 1", values[a]);
        snprintf(remark, sizeof remark, "%.4f %.4f %.4f %.4f", x[1], x[2], x[3], x[4]);
        aln_report_note(r, what, x[0], remark);
    }
}

static void alignment(struct aln_report *r, size_t seeds)
{
    struct map m = {.seeds = seeds, .value = calloc(seeds, sizeof *m.value)};
    bool good = m.value != NULL;
    if (!good)
        aln_report_error(r, "map");
    for (size_t i = 0; i < POINTS; i++) {
        size_t j = i;
        for (; j > 0 && condition(m.order[j - 1]) > condition(i); j--)
            m.order[j] = m.order[j - 1];
        m.order[j] = i;
    }
#pragma omp parallel for schedule(dynamic, 8)
    for (size_t i = 0; i < seeds * POINTS; i++) {
        size_t seed = i / POINTS, point = i % POINTS;
        if (good && measure(point, seed + 1, m.value[seed][point]) != ALN_OK) {
            aln_report_error(r, "map");
#pragma omp atomic write
            good = false;
        }
    }
    if (good) {
        closed_form(r, &m);
        for (enum measured which = LAW; which < LAW_OFF; which++)
            monotonic(r, &m, which);
        print_map(r, &m);
    }
    free(m.value);
}

/* ---- the claim ---- */

void aln_claim_s7_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {1500, 1200, 500}, [ALN_ENGINE_SGD] = {1000, 600, 0}},
    };
    agree(r, &effort, 1, false);
    alignment(r, 120);
}

void aln_claim_s7_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats =
            {[ALN_ENGINE_CHAIN] = {24000, 24000, 8000}, [ALN_ENGINE_SGD] = {4000, 1200, 300}},
    };
    agree(r, &effort, 3, true);
    alignment(r, 1000);
}

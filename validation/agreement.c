#include "agreement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIZES = ALN_AGREE_SIZES,
    TIMES = ALN_AGREE_TIMES,
    WIDTH = ALN_AGREE_WIDTH,
    PATH = 300,
    PARTS = 16
};
const uint64_t aln_agree_sizes[SIZES] = {100, 400, 1600};

struct sample {
    double mean[WIDTH];
    double error2[WIDTH]; /* squared standard error of the mean */
    double rms;           /* deviation of single runs from the ode, at the last time */
};

/* ---- one run ---- */

size_t aln_agree_width(const struct aln_problem *p)
{
    return TIMES * aln_problem_columns(p) + 1;
}

static bool is_cosine(const struct aln_problem *p, size_t column)
{
    return column == 1 + aln_state_at(p, ALN_F);
}

/* Whether a column is an entry of the state, rather than eg or the cosine. */
static bool is_state(const struct aln_problem *p, size_t column)
{
    return column != 0 && !is_cosine(p, column);
}

/* Weighted sum of the last state.  Given: rows (TIMES x columns) */
static double state_sum(const struct aln_problem *p, const double *rows)
{
    size_t columns = aln_problem_columns(p);
    double sum = 0;
    for (size_t j = 0; j < columns; j++)
        if (is_state(p, j))
            sum += cos(1.7 * (double)j) * rows[(TIMES - 1) * columns + j];
    return sum;
}

enum aln_status aln_agree_observe(enum aln_engine_kind engine, const struct aln_problem *p,
                                  const double *times, double *out)
{
    enum aln_status status = aln_claim_run(engine, p, 0, TIMES, times, out);
    out[aln_agree_width(p) - 1] = state_sum(p, out);
    return status;
}

/* ---- theory ---- */

struct prediction {
    double mean[WIDTH];
    double error2[WIDTH]; /* squared standard error; 0 for closed averages */
};

/* The ode: once, or the mean over sets of points. */
static enum aln_status predict(const struct aln_agreement *a, const struct aln_problem *p,
                               const double *times, struct prediction *out)
{
    const size_t width = aln_agree_width(p), sets = p->points > 0 ? a->effort->sets : 1;
    struct aln_problem own = *p;
    double row[WIDTH], square[WIDTH] = {0};
    enum aln_status status = ALN_OK;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sets && status == ALN_OK; i++) {
        own.points = p->points > 0 ? (unsigned)(i + 1) : 0;
        status = aln_agree_observe(ALN_ENGINE_ODE, &own, times, row);
        for (size_t j = 0; j < width && status == ALN_OK; j++) {
            const double delta = row[j] - out->mean[j];
            out->mean[j] += delta / (double)(i + 1);
            square[j] += delta * (row[j] - out->mean[j]);
        }
    }
    for (size_t j = 0; j < width && sets > 1; j++)
        out->error2[j] = square[j] / (double)((sets - 1) * sets);
    return status;
}

/* ---- many runs ---- */

/* Sums of the deviations of single runs from the ode, and of their squares. */
struct sums {
    const struct aln_problem *p;
    const double *theory;
    double sum[WIDTH], square[WIDTH];
};

static enum aln_status add_run(void *context, uint64_t repeat, size_t rows, const double *t,
                               const double *row, bool whole)
{
    struct sums *s = context;
    size_t width = aln_agree_width(s->p);
    (void)repeat;
    (void)rows;
    (void)t;
    for (size_t j = 0; j < width && whole; j++) {
        double d = (j + 1 < width ? row[j] : state_sum(s->p, row)) - s->theory[j];
        s->sum[j] += d;
        s->square[j] += d * d;
    }
    return ALN_OK;
}

/* Each thread takes a share of the runs, as single runs are too short to be scheduled. */
static bool draw_sample(struct aln_report *r, const char *what, enum aln_engine_kind engine,
                        const struct aln_problem *p, const double *times, size_t repeats,
                        const double *theory, struct sample *out)
{
    size_t columns = aln_problem_columns(p), width = aln_agree_width(p);
    struct sums part[PARTS];
    double n = (double)repeats, rms2 = 0;
    bool good = true;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < PARTS; i++) {
        part[i] = (struct sums){.p = p, .theory = theory};
        if (aln_claim_repeats(engine, p, i * repeats / PARTS, (i + 1) * repeats / PARTS, TIMES,
                              times, add_run, &part[i]) != ALN_OK) {
            aln_report_error(r, what);
#pragma omp atomic write
            good = false;
        }
    }
    for (size_t j = 0; j < width; j++) {
        double sum = 0, square = 0;
        for (size_t i = 0; i < PARTS; i++) {
            sum += part[i].sum[j];
            square += part[i].square[j];
        }
        out->mean[j] = theory[j] + sum / n;
        out->error2[j] = (square - sum * sum / n) / (n - 1) / n;
        if (j / columns == TIMES - 1 && is_state(p, j % columns))
            rms2 += square / n;
    }
    out->rms = sqrt(rms2);
    return good;
}

/* ---- verdicts ---- */

/* |z| of the extrapolated mean of number j. */
static double extrapolated_z(size_t j, const struct sample *coarse, const struct sample *fine,
                             const struct prediction *theory)
{
    double mean = (4 * fine->mean[j] - coarse->mean[j]) / 3;
    double error = sqrt(16 * fine->error2[j] + coarse->error2[j] + 9 * theory->error2[j]) / 3;
    return fabs(mean - theory->mean[j]) / (error + 1e-12 * (1 + fabs(theory->mean[j])));
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

/* Distance of the mean state from the ode at the first time, corrected for noise. */
static double bias_of(const struct aln_problem *p, const struct sample *sample,
                      const double *theory)
{
    double square = 0;
    for (size_t j = 0; j < aln_problem_columns(p); j++)
        if (is_state(p, j))
            square += pow(sample->mean[j] - theory[j], 2) - sample->error2[j];
    return sqrt(square);
}

/* Runs and judges one engine at each N.
 * Given:    name  of the case and the engine
 * Returned: sample[SIZES], for those N that have repeats */
static bool compare_engine(struct aln_agreement *a, const struct aln_agree_case *c,
                           const char *name, enum aln_engine_kind engine, const double *times,
                           const struct prediction *theory, struct sample *sample)
{
    struct aln_problem *p = c->problem;
    const size_t *repeats = a->effort->repeats[engine];
    bool at_change = c->changes == 1;
    char what[128];
    size_t width = aln_agree_width(p), last = 0;
    for (size_t n = 0; n < SIZES && repeats[n] > 0; n++) {
        /* A separate seed for each N: otherwise runs with equal repeat would share their inputs. */
        p->N = aln_agree_sizes[n];
        p->seed = 20210718 + n;
        last = n;
        if (!draw_sample(a->report, name, engine, p, times, repeats[n], theory->mean, &sample[n]))
            return false;
    }
    double judged = 0, ratio = 2;
    for (size_t n = 0; n < last; n++) {
        for (size_t j = 0; j < width; j++) {
            double z = extrapolated_z(j, &sample[n], &sample[n + 1], theory);
            if (at_change && j < aln_problem_columns(p))
                continue;
            if (is_cosine(p, j % aln_problem_columns(p)) && n + 1 < last)
                continue;
            a->worst = larger(a->worst, z);
            a->comparisons++;
            /* At the largest N sgd has too few runs: only its first pair is judged. */
            bool is_judged = engine == ALN_ENGINE_CHAIN || n == 0;
            if (is_judged && (j == width - 1 || j == (TIMES - 1) * aln_problem_columns(p))) {
                judged = larger(judged, z);
                a->judged++;
            }
        }
        double x = sample[n].rms / sample[n + 1].rms;
        if (!(fabs(log(x / 2)) <= fabs(log(ratio / 2))))
            ratio = x;
    }
    snprintf(what, sizeof what, "%.60s worst |z| of eg and the sum", name);
    aln_report_range(a->report, what, judged, 0, 4);
    snprintf(what, sizeof what, "%.60s deviation, N to 4N: ratio furthest from 2", name);
    aln_report_range(a->report, what, ratio, 1.7, 2.4);
    if (last < SIZES - 1)
        return true;
    /* The least-squares slope through three points equally spaced in log N is that of the outer
     * two. */
    double span = log((double)aln_agree_sizes[last] / (double)aln_agree_sizes[0]);
    snprintf(what, sizeof what, "%.60s exponent of the deviation in N", name);
    aln_report_range(a->report, what, log(sample[last].rms / sample[0].rms) / span, -0.6, -0.4);
    if (at_change) {
        snprintf(what, sizeof what, "%.60s at the change: exponent of the bias", name);
        aln_report_range(
            a->report, what,
            log(bias_of(p, &sample[last], theory->mean) / bias_of(p, &sample[0], theory->mean)) /
                span,
            -0.65, -0.35);
    }
    return true;
}

/* Time at which an entry of W2 first changes sign in the ode; NaN if none does.
 * Returned: *least  smallest |W2_ok| */
static bool find_change(struct aln_report *r, const struct aln_problem *p, double time,
                        double *change, double *least)
{
    double times[PATH], *rows = calloc(PATH * aln_problem_columns(p), sizeof *rows);
    size_t columns = aln_problem_columns(p), at = 1 + aln_state_at(p, ALN_W2);
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

/* Chain against sgd, at the smallest N. */
static void compare_chain_sgd(struct aln_agreement *a, const struct aln_agree_case *c,
                              const struct sample *chain, const struct sample *sgd)
{
    char what[128];
    size_t width = aln_agree_width(c->problem);
    for (size_t j = 0; j < width; j++) {
        double z = difference_z(j, chain, sgd);
        a->worst = larger(a->worst, z);
        a->comparisons++;
        if (j + 1 == width) {
            a->judged++;
            snprintf(what, sizeof what, "%s chain - sgd, N = %d: |z| of the sum", c->name,
                     (int)aln_agree_sizes[0]);
            aln_report_range(a->report, what, z, 0, 4);
        }
    }
}

void aln_agree(struct aln_agreement *a, const struct aln_agree_case *c)
{
    struct prediction theory, control;
    double times[TIMES];
    struct aln_problem *p = c->problem;
    char what[128];
    memcpy(times, c->times, sizeof times);
    if (c->changes >= 0) {
        double change, least;
        if (!find_change(a->report, p, times[TIMES - 1], &change, &least))
            return;
        snprintf(what, sizeof what, "%s signs change in the ode; least |W2| %.2g", c->name, least);
        aln_report_range(a->report, what, !isnan(change), c->changes, c->changes);
        if (!isnan(change))
            times[0] = change;
    }
    enum aln_status status = predict(a, p, times, &theory);
    p->first_order = true;
    if (status == ALN_OK)
        status = predict(a, p, times, &control);
    p->first_order = false;
    if (status != ALN_OK) {
        aln_report_error(a->report, c->name);
        return;
    }
    struct sample chain[SIZES] = {0}, sgd[SIZES] = {0}; /* sizes without repeats stay 0 */
    size_t width = aln_agree_width(p), eg = (TIMES - 1) * aln_problem_columns(p);
    snprintf(what, sizeof what, "%s chain", c->name);
    if (!compare_engine(a, c, what, ALN_ENGINE_CHAIN, times, &theory, chain))
        return;
    a->problems++;
    a->noticed += extrapolated_z(eg, &chain[0], &chain[1], &control) > 4 ||
                  extrapolated_z(width - 1, &chain[0], &chain[1], &control) > 4;
    snprintf(what, sizeof what, "%s sgd  ", c->name);
    if (c->with_sgd && compare_engine(a, c, what, ALN_ENGINE_SGD, times, &theory, sgd))
        compare_chain_sgd(a, c, &chain[0], &sgd[0]);
}

void aln_agree_made(struct aln_agreement *a, const char *name, enum aln_status made,
                    struct aln_problem *problem, bool with_sgd)
{
    if (made != ALN_OK) {
        aln_report_error(a->report, name);
        return;
    }
    aln_agree(a, &(struct aln_agree_case){.name = name,
                                          .problem = problem,
                                          .times = {1, 3},
                                          .changes = -1,
                                          .with_sgd = with_sgd});
    aln_problem_free(problem);
}

void aln_agree_end(const struct aln_agreement *a)
{
    char what[96];
    snprintf(what, sizeof what, "all columns and times: worst |z| of %zu", a->comparisons);
    aln_report_range(a->report, what, a->worst, 0, 5);
    aln_report_note(a->report, "comparisons judged at 4 standard errors", (double)a->judged,
                    "(see agreement.h)");
    aln_report_range(a->report, "control: share of problems that detect missing eta^2 terms",
                     (double)a->noticed / (double)a->problems, 0.9, 1);
}

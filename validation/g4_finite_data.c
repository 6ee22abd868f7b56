/* G4, a fixed set of samples: the error on it and on fresh samples, as the equations of linear units by
 * gradient flow predict them, against gradient descent on real samples, at every recorded time; two
 * outputs, noise of variance 1 in the labels, direct feedback alignment.
 *
 * Descent takes steps, flow does not: each set is descended on twice, with steps that differ by a
 * factor 2, and the result extrapolated to steps of length zero, which leaves the square of their
 * length. The control is the theory of fresh samples, which the same runs must refute.
 *
 * Probability of a false failure: 24 comparisons at 4 standard errors, estimated from 24 runs (0.06 % each
 * by Student's t) in the quick form and 12 (0.2 %) in full, most of which depend on each other. */
#include <math.h>
#include <stdio.h>

#include "claims.h"

enum { TIMES = 6, PARTS = 2, MOST_COLUMNS = 64 };
static const double times[TIMES] = {0.5, 1, 2, 4, 8, 16};
static const char *const part_names[PARTS] = {"test", "train"};

struct form {
    uint64_t inputs, runs;
    double rate; /* of the longer steps; t x rate stays the same */
};

static enum aln_status make(struct aln_problem **out, const struct form *form, double alpha,
                            double rate)
{
    char yaml[512], samples[32] = "";
    if (alpha > 0)
        snprintf(samples, sizeof samples, "samples: %g, ", alpha);
    snprintf(yaml, sizeof yaml,
             "problem: {inputs: %llu, outputs: 2, activation: linear, noise: 1, %s"
             "student: {units: 3, weights: {std: 0.3}, readout: {std: 0.3}}, "
             "teacher: {readout: {std: 1}}}\n"
             "learning: {rule: dfa, rate: %.17g}\nrun: {seed: 3}\node: {second_order: false}\n",
             (unsigned long long)form->inputs, samples, rate);
    return aln_problem_parse(out, yaml);
}

/* The two errors at all times. */
struct errors {
    double value[TIMES][PARTS];
};

struct error_rows {
    const struct aln_problem *p;
    struct errors *run;
};

static enum aln_status keep_errors(void *context, uint64_t repeat, size_t count, const double *t,
                                   const double *row, bool whole)
{
    const struct error_rows *rows = context;
    const size_t own = aln_problem_columns(rows->p), train = rows->p->samples > 0;
    (void)t;
    (void)whole;
    for (size_t n = 0; n < count; n++, row += own + train) {
        rows->run[repeat].value[n][0] = row[0];
        rows->run[repeat].value[n][1] = train ? row[own] : NAN;
    }
    return ALN_OK;
}

/* Runs an engine at this rate, at the times at which gradient flow is that of rate 1.
 * Given: alpha  0: fresh samples */
static enum aln_status find_errors(enum aln_engine_kind engine, const struct form *form,
                                   double alpha, double rate, uint64_t runs, struct errors *out)
{
    struct aln_problem *p = NULL;
    double scaled[TIMES];
    enum aln_status status = make(&p, form, alpha, rate);
    struct error_rows rows = {p, out};
    for (size_t n = 0; n < TIMES; n++)
        scaled[n] = times[n] / rate;
    if (status == ALN_OK)
        status = aln_claim_repeats(engine, p, 0, runs, TIMES, scaled, keep_errors, &rows);
    aln_problem_free(p);
    return status;
}

enum { MOST_RUNS = 24 };
struct descents {
    struct errors theory, fresh, mean, se, longer;
};

static enum aln_status measure(const struct form *form, double alpha, struct descents *m)
{
    static struct errors fine[MOST_RUNS], coarse[MOST_RUNS];
    const double n = (double)form->runs;
    enum aln_status status = find_errors(ALN_ENGINE_ODE, form, alpha, 1, 1, &m->theory);
    if (status == ALN_OK)
        status = find_errors(ALN_ENGINE_ODE, form, 0, 1, 1, &m->fresh);
    if (status == ALN_OK)
        status = find_errors(ALN_ENGINE_SGD, form, alpha, form->rate / 2, form->runs, fine);
    if (status == ALN_OK)
        status = find_errors(ALN_ENGINE_SGD, form, alpha, form->rate, form->runs, coarse);
    for (size_t i = 0; i < TIMES && status == ALN_OK; i++)
        for (size_t j = 0; j < PARTS; j++) {
            double sum = 0, square = 0, longer = 0;
            for (size_t r = 0; r < form->runs; r++) {
                const double x = 2 * fine[r].value[i][j] - coarse[r].value[i][j];
                sum += x;
                square += x * x;
                longer += coarse[r].value[i][j];
            }
            m->mean.value[i][j] = sum / n;
            m->se.value[i][j] = sqrt((square - sum * sum / n) / (n - 1) / n);
            m->longer.value[i][j] = longer / n;
        }
    return status;
}

static double largest_z(const struct descents *m, const struct errors *of, size_t part)
{
    double worst = 0;
    for (size_t i = 0; i < TIMES; i++)
        worst =
            fmax(worst, fabs(m->mean.value[i][part] - of->value[i][part]) / m->se.value[i][part]);
    return worst;
}

/* Over-fitting: the error on fresh samples falls, then rises, while that on the set only falls. */
static void judge_rise(struct aln_report *r, const struct descents *m)
{
    double least = INFINITY, falls = 0;
    size_t at = 0;
    for (size_t i = 0; i < TIMES; i++) {
        at = m->mean.value[i][0] < least ? i : at;
        least = fmin(least, m->mean.value[i][0]);
        falls += i > 0 && m->mean.value[i][1] < m->mean.value[i - 1][1];
    }
    aln_report_note(r, "alpha = 2: least test error", least, "");
    aln_report_note(r, "alpha = 2: its time", times[at], "");
    aln_report_range(r, "alpha = 2: test error at the end, in the least one",
                     m->mean.value[TIMES - 1][0] / least, 1.5, INFINITY);
    aln_report_range(r, "alpha = 2: times at which the train error has fallen", falls, TIMES - 1,
                     TIMES - 1);
}

static void judge(struct aln_report *r, const struct form *form, double alpha)
{
    struct descents m;
    char line[96];
    if (measure(form, alpha, &m) != ALN_OK) {
        aln_report_error(r, "a fixed set");
        return;
    }
    for (size_t i = 0; i < TIMES; i++)
        for (size_t j = 0; j < PARTS; j++) {
            snprintf(line, sizeof line, "alpha = %g, t = %g, %s: z of descent - theory", alpha,
                     times[i], part_names[j]);
            aln_report_range(r, line,
                             (m.mean.value[i][j] - m.theory.value[i][j]) / m.se.value[i][j], -4, 4);
        }
    snprintf(line, sizeof line, "alpha = %g: largest step error of the longer steps, in s.e.",
             alpha);
    aln_report_note(r, line, fmax(largest_z(&m, &m.longer, 0), largest_z(&m, &m.longer, 1)), "");
    snprintf(line, sizeof line, "alpha = %g, control, fresh samples: largest |z| of test", alpha);
    aln_report_range(r, line, largest_z(&m, &m.fresh, 0), 10, INFINITY);
    if (alpha == 2)
        judge_rise(r, &m);
}

void aln_claim_g4_quick(struct aln_report *r)
{
    const struct form form = {.inputs = 200, .runs = 24, .rate = 5};
    judge(r, &form, 0.5);
    judge(r, &form, 2);
}

void aln_claim_g4_full(struct aln_report *r)
{
    const struct form form = {.inputs = 1600, .runs = 12, .rate = 20};
    judge(r, &form, 0.5);
    judge(r, &form, 2);
}

/* F1, error bars from theory: how single runs of the chain scatter, and where their mean lies, as the
 * expansion of one step in 1/N says.
 *
 * Every recorded quantity (eg, all overlaps, the read-out, the cosine, a feedback that learns) is compared
 * at three times; |z| is in standard errors of the estimates, that of a standard deviation from the fourth
 * moment of the runs. The scatter of each size is a note, sd(chain)/sd(theory) where it is furthest from 1 in
 * standard errors, and how many numbers are beyond 4: the next order in 1/N is not computed, and is larger
 * than the error of 20,000 runs for some. The verdict is on the ratio at infinite N, (4 r_4N - r_N)/3: what is
 * off at N must be a quarter of it at 4N. The mean, with its bias, is judged at all sizes but the largest, where
 * the ode alone must be refuted. From drawn starts under bp the expansion ends before t = 20 at N = 50
 * and barely holds at N = 100: drawn starts leave out the smallest of three sizes, and that row doubles them.
 *
 * Probability of a false failure at 4 standard errors: the full form judges 1458 numbers, which gives 9 % were
 * they independent, normal, and the expansion exact (at 4.5, 1 %); they are far from independent, the
 * overlaps of a problem being functions of the same runs. Fixed seeds: a pass stays one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/fluctuations.h"
#include "base/failure.h"
#include "claims.h"

enum { TIMES = 3, MOST = 24, MOST_SIZES = 3 };
static const double times[TIMES] = {1, 5, 20};

#define MOST_Z 4

/* Sizes, rising: the scatter is that of the last two, of which one is four times the other, and the mean is judged
 * at all but the last. */
struct f1_form {
    size_t sizes, runs;
    uint64_t N[MOST_SIZES];
};

struct problem {
    const char *activation, *rule;
    double rate[2], decay;
    bool drawn;     /* every run draws its start */
    unsigned times; /* N is this many times that of the form */
};

/* What a batch of runs yields, for each time and quantity. */
struct f1_cell {
    double mean, squares, third, fourth; /* sums of powers of deviations */
};

struct measured {
    size_t columns;
    char name[MOST][32]; /* of the columns */
    uint64_t N;
    double count;
    struct f1_cell cell[TIMES * MOST];
    double ode[TIMES * MOST], sd[TIMES * MOST], bias[TIMES * MOST]; /* theory */
};

static enum aln_status make(struct aln_problem **out, const struct problem *problem, uint64_t N)
{
    static const char *const starts[] = {"overlaps: {Q: [[.25, .02], [.02, .16]], R: [[.05, -.02], "
                                         "[.01, .03]], T: [[1, 0], [0, 1]], "
                                         "W2: [[.3, -.1]]}",
                                         "student: {weights: {std: .45}, readout: [[.3, -.1]]}"};
    char yaml[1024];
    snprintf(
        yaml, sizeof yaml,
        "{problem: {activation: %s, inputs: %llu, noise: 0.2, teacher: {weights: orthonormal, "
        "readout: 1.0}, %s}, learning: {rule: %s, rate: [%g, %g], decay: %g, feedback: {matrix: "
        "[[.9], [.5]]}}, run: {drawn_starts: %s}}",
        problem->activation, (unsigned long long)N, starts[problem->drawn], problem->rule,
        problem->rate[0], problem->rate[1], problem->decay, problem->drawn ? "true" : "false");
    return aln_problem_parse(out, yaml);
}

/* ---- runs ---- */

/* Adds a value.  Source: Pebay, SAND2008-6212 (2008) */
static void add(struct f1_cell *c, double n, double x)
{
    const double delta = x - c->mean, step = delta / n, term = delta * step * (n - 1);
    c->mean += step;
    c->fourth += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * c->squares -
                 4 * step * c->third;
    c->third += term * step * (n - 2) - 3 * step * c->squares;
    c->squares += term;
}

struct f1_batch {
    uint64_t first;
    size_t width;
    double *rows;
};

static enum aln_status keep_run(void *context, uint64_t repeat, size_t rows, const double *t,
                                const double *row, bool whole)
{
    const struct f1_batch *batch = context;
    (void)rows;
    (void)t;
    if (whole)
        memcpy(batch->rows + (repeat - batch->first) * batch->width, row,
               batch->width * sizeof *row);
    return ALN_OK;
}

/* Runs in batches, each shared out among threads, added in order. */
static enum aln_status run_all(const struct aln_problem *p, size_t runs, struct measured *m)
{
    enum { BATCH = 256, PART = 32 };
    const size_t width = TIMES * m->columns;
    double *rows = malloc(BATCH * width * sizeof *rows);
    enum aln_status status = rows != NULL ? ALN_OK : aln_raise_memory("%d runs", BATCH);
    for (size_t first = 0; first < runs && status == ALN_OK; first += BATCH) {
        const size_t count = runs - first < BATCH ? runs - first : BATCH;
        struct aln_failure failure = {.status = ALN_OK};
#pragma omp parallel for schedule(dynamic)
        for (size_t i = 0; i < count; i += PART) {
            struct f1_batch batch = {first, width, rows};
            const size_t end = i + PART < count ? i + PART : count;
            enum aln_status own = aln_claim_repeats(ALN_ENGINE_CHAIN, p, first + i, first + end,
                                                    TIMES, times, keep_run, &batch);
            if (own != ALN_OK) {
#pragma omp critical
                aln_failure_keep(&failure, own);
            }
        }
        status = failure.status == ALN_OK ? ALN_OK : aln_failure_raise(&failure);
        for (size_t i = 0; i < count && status == ALN_OK; i++) {
            m->count += 1;
            for (size_t j = 0; j < width; j++)
                add(&m->cell[j], m->count, rows[i * width + j]);
        }
    }
    free(rows);
    return status;
}

/* ---- theory ---- */

static enum aln_status predict(const struct aln_problem *p, struct measured *m)
{
    struct aln_fluctuations *f = NULL;
    enum aln_status status = aln_claim_run(ALN_ENGINE_ODE, p, 0, TIMES, times, m->ode);
    if (status == ALN_OK)
        status = aln_fluctuations_create(&f, p, 1e-6, aln_claim_stop.stop);
    for (size_t i = 0; i < TIMES && status == ALN_OK; i++) {
        status = aln_fluctuations_advance(f, times[i]);
        if (status == ALN_OK)
            aln_fluctuations_observe(f, m->sd + i * m->columns, m->bias + i * m->columns);
    }
    aln_fluctuations_free(f);
    return status;
}

static enum aln_status measure(const struct problem *problem, uint64_t N, size_t runs,
                               struct measured *m)
{
    struct aln_problem *p = NULL;
    enum aln_status status = make(&p, problem, N);
    memset(m, 0, sizeof *m);
    if (status == ALN_OK) {
        m->N = N;
        m->columns = aln_problem_columns(p);
        for (size_t q = 0; q < m->columns; q++)
            aln_problem_column(p, q, m->name[q]);
        /* Without a seed for each N, runs of equal number would share their inputs. */
        p->seed += N;
        status = predict(p, m);
    }
    if (status == ALN_OK)
        status = run_all(p, runs, m);
    aln_problem_free(p);
    return status;
}

/* ---- judgement ---- */

/* Over all problems. */
struct f1_tally {
    size_t within, all; /* standard deviations at one size within MOST_Z of theory, of how many */
    double refuted;     /* largest |z| of a mean against the ode alone */
};

static double scatter(const struct measured *m, size_t i)
{
    return sqrt(m->cell[i].squares / (m->count - 1));
}

/* sd(chain)/sd(theory).  Returned: *error */
static double ratio(const struct measured *m, size_t i, double *error)
{
    const double m2 = m->cell[i].squares / m->count, m4 = m->cell[i].fourth / m->count;
    *error = sqrt((m4 - m2 * m2) / m->count) / (2 * m2) * scatter(m, i) / m->sd[i];
    return scatter(m, i) / m->sd[i];
}

static double mean_z(const struct measured *m, size_t i, bool with_bias)
{
    const double theory = m->ode[i] + (with_bias ? m->bias[i] : 0);
    return (m->cell[i].mean - theory) / (scatter(m, i) / sqrt(m->count));
}

/* Whether number i is judged: the expansion has not ended, and the quantity scatters. */
static bool has(const struct measured *m, size_t i)
{
    return isfinite(m->sd[i]) && m->sd[i] > 0 && scatter(m, i) > 0;
}

static size_t count_judged(const struct measured *m)
{
    size_t count = 0;
    for (size_t i = 0; i < TIMES * m->columns; i++)
        count += has(m, i);
    return count;
}

static void judge_mean(struct aln_report *r, const char *name, const struct measured *m)
{
    char what[128];
    double worst = 0, alone = 0;
    for (size_t i = 0; i < TIMES * m->columns; i++) {
        worst = has(m, i) ? fmax(worst, fabs(mean_z(m, i, true))) : worst;
        alone = has(m, i) ? fmax(alone, fabs(mean_z(m, i, false))) : alone;
    }
    snprintf(what, sizeof what, "%s mean at N = %llu against ode + bias: largest |z| of %zu", name,
             (unsigned long long)m->N, count_judged(m));
    aln_report_range(r, what, worst, 0, MOST_Z);
    snprintf(what, sizeof what, "%s the same against the ode alone", name);
    aln_report_note(r, what, alone, "");
}

/* The scatter at one size. */
static void note_scatter(struct aln_report *r, const char *name, const struct measured *m,
                         struct f1_tally *tally)
{
    char what[128], remark[160];
    double worst = 0, error;
    size_t at = 0, beyond = 0;
    for (size_t i = 0; i < TIMES * m->columns; i++) {
        const double z = has(m, i) ? fabs(ratio(m, i, &error) - 1) / error : 0;
        beyond += z > MOST_Z;
        at = z > worst ? i : at;
        worst = fmax(worst, z);
    }
    tally->within += count_judged(m) - beyond;
    tally->all += count_judged(m);
    const double value = ratio(m, at, &error);
    snprintf(what, sizeof what, "%s sd(chain)/sd(theory) at N = %llu: largest |z| of %zu", name,
             (unsigned long long)m->N, count_judged(m));
    snprintf(remark, sizeof remark, "(%s at t = %g: %.4f ± %.4f; %zu above %d)",
             m->name[at % m->columns], times[at / m->columns], value, error, beyond, MOST_Z);
    aln_report_note(r, what, worst, remark);
}

/* The scatter at infinite N; and of the number that is furthest off at N, in standard errors, what is left of it
 * at 4N. */
static void judge_scatter(struct aln_report *r, const char *name, const struct measured m[2])
{
    char what[128], remark[96];
    double worst = 0, furthest = 0, rest = NAN, rest_error = NAN;
    for (size_t i = 0; i < TIMES * m[0].columns; i++) {
        double error[2];
        if (!has(&m[0], i) || !has(&m[1], i))
            continue;
        const double small = ratio(&m[0], i, &error[0]), large = ratio(&m[1], i, &error[1]);
        worst =
            fmax(worst, fabs((4 * large - small) / 3 - 1) / (hypot(4 * error[1], error[0]) / 3));
        if (fabs(small - 1) / error[0] > furthest) {
            furthest = fabs(small - 1) / error[0];
            rest = 4 * (large - 1) / (small - 1);
            rest_error = hypot(4 * error[1], rest * error[0]) / fabs(small - 1);
        }
    }
    snprintf(what, sizeof what, "%s sd(chain)/sd(theory), extrapolated: largest |z| of %zu", name,
             count_judged(&m[0]));
    aln_report_range(r, what, worst, 0, MOST_Z);
    if (furthest > MOST_Z) {
        snprintf(what, sizeof what,
                 "%s four times what this number is off at 4N, over that at N = %llu", name,
                 (unsigned long long)m[0].N);
        snprintf(remark, sizeof remark, "(± %.2g; 1: it falls as 1/N)", rest_error);
        aln_report_note(r, what, rest, remark);
    }
}

static void run_problem(struct aln_report *r, const struct problem *problem,
                        const struct f1_form *form, struct f1_tally *tally)
{
    static struct measured m[MOST_SIZES];
    const size_t last = form->sizes - 1, first = problem->drawn ? last - 1 : 0;
    char name[64];
    snprintf(name, sizeof name, "%-9s %-14s%s", problem->activation, problem->rule,
             problem->drawn ? " drawn starts" : "");
    for (size_t s = first; s <= last; s++)
        if (measure(problem, problem->times * form->N[s], form->runs, &m[s]) != ALN_OK) {
            aln_report_error(r, name);
            return;
        }
    for (size_t s = last - 1; s <= last; s++)
        note_scatter(r, name, &m[s], &tally[s]);
    judge_scatter(r, name, &m[last - 1]);
    for (size_t s = first; s < last; s++)
        judge_mean(r, name, &m[s]);
    for (size_t i = 0; i < TIMES * m[first].columns; i++)
        tally->refuted = fmax(tally->refuted, fabs(mean_z(&m[first], i, false)));
}

static void run_claim(struct aln_report *r, size_t count, const struct problem *problem,
                      const struct f1_form *form)
{
    struct f1_tally tally[MOST_SIZES] = {{0}};
    char what[96], remark[48];
    for (size_t i = 0; i < count; i++)
        run_problem(r, &problem[i], form, tally);
    for (size_t s = form->sizes - 2; s < form->sizes; s++) {
        snprintf(what, sizeof what, "sd(chain)/sd(theory) at N = %llu: numbers within %d s.e. of 1",
                 (unsigned long long)form->N[s], MOST_Z);
        snprintf(remark, sizeof remark, "(of %zu)", tally[s].all);
        aln_report_note(r, what, (double)tally[s].within, remark);
    }
    aln_report_range(r, "the ode alone is refuted: largest |z| of all problems", tally->refuted, 6,
                     INFINITY);
}

#define ALL_RULES(activation, eta1, eta2)                                                          \
    {activation, "bp", {eta1, eta2}, 0, false, 1},                                                 \
        {activation, "dfa", {eta1, eta2}, 0.02, false, 1},                                         \
    {                                                                                              \
        activation, "kolen-pollack", {eta1, eta2}, 0.02, false, 1                                  \
    }

void aln_claim_f1_quick(struct aln_report *r)
{
    static const struct problem problems[] = {{"erf", "dfa", {.5, .3}, 0, false, 1},
                                              {"relu", "kolen-pollack", {.3, .2}, 0.02, false, 1},
                                              {"erf", "dfa", {.5, .3}, 0, true, 1}};
    run_claim(r, sizeof problems / sizeof problems[0], problems,
              &(const struct f1_form){2, 2000, {50, 200}});
}

void aln_claim_f1_full(struct aln_report *r)
{
    static const struct problem problems[] = {ALL_RULES("erf", .5, .3),
                                              ALL_RULES("relu", .3, .2),
                                              ALL_RULES("linear", .3, .2),
                                              ALL_RULES("tanh", .5, .3),
                                              {"erf", "dfa", {.5, .3}, 0, true, 1},
                                              {"erf", "bp", {.5, .3}, 0, true, 2},
                                              {"relu", "dfa", {.3, .2}, 0.02, true, 1}};
    run_claim(r, sizeof problems / sizeof problems[0], problems,
              &(const struct f1_form){3, 20000, {50, 100, 400}});
}

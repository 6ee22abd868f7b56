/* Inputs with a spectrum.
 *
 * G1, theory = simulation as in S2: problems whose blocks differ in share and variance, a power law, a
 * teacher on latent variables, batches; the runs of the two-block problem at N = 10^6, whose scatter
 * allows 4 s.e.; and blocks that make no difference, which must make none.
 *
 * G2, back-propagation on a power law of exponent 1, read-outs fixed: the time at which eg falls below
 * .01 shrinks with the number L of blocks, to the published values (single starts there, so within 3
 * standard deviations over starts), and the end changes from an exponential to a power law. And inputs
 * on a hidden manifold: sgd folds real latent variables, theory knows their covariances alone; eg at
 * t = 10 within 4 s.e., where the theory of isotropic inputs (control) is off by more than 4.
 *
 * G3, the same under direct feedback alignment, both layers learning, feedback of signs. The control
 * is a spectrum of as many blocks, all of variance 1: the plateau must be that of one block, within 4
 * standard errors.
 *
 * Probability of a false failure: G1 makes 26 comparisons at 4 standard errors (0.2 %), G2 five at 3
 * standard deviations of single starts (1.4 %) and four at 4 standard errors (3e-4), G3 one at 4 (6e-5); seeds are fixed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"

/* ---- G1 ---- */

#define READOUTS "teacher: {units: 1, readout: [[1.0]]}, student: {units: 2}, noise: 0.2"
#define TWO_STARTS                                                                                 \
    "overlaps: {W2: [[0.3, -0.1]], blocks: ["                                                      \
    "{Q: [[0.05, 0.004], [0.004, 0.032]], R: [[0.03], [0.006]], T: [[0.2]]}, "                     \
    "{Q: [[0.2, 0.016], [0.016, 0.128]], R: [[0.02], [0.004]], T: [[0.8]]}]}"
#define TWO_BLOCKS "spectrum: {blocks: [{share: 0.2, variance: 3}, {share: 0.8, variance: 0.5}]}"
#define HIDDEN                                                                                     \
    "spectrum: {blocks: [{share: 0.2, variance: 3, signal: 1.2, latent: 0.2}, "                    \
    "{share: 0.8, variance: 0.5, signal: 0.3, latent: 0.8}]}"
#define USUAL ", rate: [0.5, 0.3], feedback: {matrix: [[0.9], [0.5]]}"
#define DRAWN                                                                                      \
    "inputs: 400, noise: 0.2, spectrum: {exponent: 1, count: 4}, "                                 \
    "student: {weights: {std: 0.5}, readout: {std: 0.4}}"

static const struct {
    const char *name, *problem, *learning;
} cases[] = {
    {"two blocks, dfa", READOUTS ", " TWO_BLOCKS ", " TWO_STARTS, "rule: dfa" USUAL},
    {"two blocks, batches of 3", READOUTS ", " TWO_BLOCKS ", " TWO_STARTS,
     "rule: kolen-pollack, batch: 3, decay: 0.05" USUAL},
    {"latent variables, dfa", READOUTS ", " HIDDEN ", " TWO_STARTS, "rule: dfa" USUAL},
    {"power law, bp", DRAWN, "rule: bp, rate: [0.4, 0.25]"},
    {"power law, relu, dfa", DRAWN ", activation: relu", "rule: dfa, rate: [0.2, 0.15]"},
};
enum { CASES = sizeof cases / sizeof cases[0], MOST = 40 };

static enum aln_status make(struct aln_problem **out, const char *problem, const char *learning)
{
    char yaml[2048];
    snprintf(yaml, sizeof yaml, "problem: {%s}\nlearning: {%s}\n", problem, learning);
    return aln_problem_parse(out, yaml);
}

static void judge_cases(struct aln_report *r, const struct aln_effort *effort)
{
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < CASES; i++) {
        struct aln_problem *p = NULL;
        const enum aln_status made = make(&p, cases[i].problem, cases[i].learning);
        aln_agree_made(&agreement, cases[i].name, made, p, true);
    }
    aln_agree_end(&agreement);
}

struct moments {
    size_t columns;
    double sum[MOST], square[MOST];
};

static enum aln_status add_run(void *context, uint64_t repeat, size_t rows, const double *t,
                               const double *row, bool whole)
{
    struct moments *m = context;
    (void)repeat, (void)rows, (void)t, (void)whole;
    for (size_t i = 0; i < m->columns; i++) {
        m->sum[i] += row[i];
        m->square[i] += row[i] * row[i];
    }
    return ALN_OK;
}

/* The two-block problem to t = 5 at N = 10^6, where the bias of order 1/N is far below the errors. The
 * deviation of single runs is a tenth of that of 200 runs at N = 10^4. */
static void judge_large(struct aln_report *r, uint64_t runs)
{
    enum { SPREAD = 200 };
    static const double end = 5;
    struct aln_problem *p = NULL;
    struct moments spread = {.columns = 0}, large = {.columns = 0};
    double row[MOST], worst = 0;
    enum aln_status status = make(&p, cases[0].problem, cases[0].learning);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 1, &end, row);
    if (status == ALN_OK) {
        spread.columns = large.columns = aln_problem_columns(p);
        p->N = 10000;
        status = aln_claim_repeats(ALN_ENGINE_CHAIN, p, 0, SPREAD, 1, &end, add_run, &spread);
    }
    if (status == ALN_OK) {
        p->N = 1000000;
        status = aln_claim_repeats(ALN_ENGINE_CHAIN, p, 0, runs, 1, &end, add_run, &large);
    }
    for (size_t i = 0; i < large.columns && status == ALN_OK; i++) {
        const double middle = spread.sum[i] / SPREAD,
                     deviation = sqrt(spread.square[i] / SPREAD - middle * middle) / 10;
        worst = fmax(worst,
                     fabs(large.sum[i] / (double)runs - row[i]) * sqrt((double)runs) / deviation);
    }
    if (status != ALN_OK)
        aln_report_error(r, "N = 10^6");
    else
        aln_report_range(r, "two blocks, N = 10^6, t = 5: largest |z| of chain - ode", worst, 0, 4);
    aln_problem_free(p);
}

/* The largest difference between the rows of two problems at t = 10. States of different lengths are
 * integrated in different steps, each to a relative tolerance of 1e-9. */
static void judge_same(struct aln_report *r, const char *what, const char *a, const char *b,
                       double allowed)
{
    static const char learning[] = "rule: dfa, rate: [0.4, 0.25], decay: 0.02";
    static const double end = 10;
    struct aln_problem *p = NULL, *q = NULL;
    double row[2][MOST], most = 0;
    enum aln_status status = make(&p, a, learning);
    if (status == ALN_OK)
        status = make(&q, b, learning);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 1, &end, row[0]);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, q, 0, 1, &end, row[1]);
    for (size_t i = 0; status == ALN_OK && i < aln_problem_columns(p); i++)
        most = fmax(most, fabs(row[0][i] - row[1][i]));
    if (status != ALN_OK)
        aln_report_error(r, what);
    else
        aln_report_range(r, what, most, 0, allowed);
    aln_problem_free(p);
    aln_problem_free(q);
}

#define UNITS "teacher: {units: 1}, student: {units: 1}, noise: 0.1, "
static void judge_blocks(struct aln_report *r)
{
    judge_same(r, "one block of variance 1 and no spectrum: largest difference",
               UNITS "overlaps: {Q: [[0.3]], R: [[0.1]], T: [[1]], W2: [[0.2]]}",
               UNITS "spectrum: {exponent: 1, count: 1}, overlaps: {W2: [[0.2]], blocks: [{Q: "
                     "[[0.3]], R: [[0.1]], T: [[1]]}]}",
               0);
    judge_same(r, "two blocks of one variance and one block: largest difference",
               UNITS "spectrum: {blocks: [{share: 1, variance: 2}]}, overlaps: {W2: [[0.2]], "
                     "blocks: [{Q: [[0.3]], R: [[0.1]], T: [[1]]}]}",
               UNITS
               "spectrum: {blocks: [{share: 0.25, variance: 2}, {share: 0.75, variance: 2}]}, "
               "overlaps: {W2: [[0.2]], blocks: [{Q: [[0.1]], R: [[0.09]], T: [[0.25]]}, {Q: "
               "[[0.2]], R: [[0.01]], T: [[0.75]]}]}",
               1e-10);
}

void aln_claim_g1_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {1500, 1000, 0}, [ALN_ENGINE_SGD] = {600, 200, 0}},
    };
    judge_cases(r, &effort);
    judge_large(r, 1);
    judge_blocks(r);
}

void aln_claim_g1_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {24000, 16000, 4000}, [ALN_ENGINE_SGD] = {4000, 800, 200}},
    };
    judge_cases(r, &effort);
    judge_large(r, 8);
    judge_blocks(r);
}

/* ---- plateaus ---- */

#define STUDENT "inputs: 1024, teacher: {weights: orthonormal}"
#define FIXED   STUDENT ", student: {weights: {std: 0.01}, readout: 1}"
#define LEARNT  STUDENT ", student: {weights: {std: 0.01}, readout: {std: 0.01}}"

/* Mean over starts of the time at which eg falls below .01. */
struct times {
    double mean, deviation, error;
};

static enum aln_status find_time(const char *problem, const char *learning, double exponent,
                                 int blocks, uint64_t seed, double *t)
{
    static const double end = 20000;
    struct aln_event event = {.kind = ALN_EVENT_EG_BELOW, .value = 0.01};
    struct aln_problem *p = NULL;
    double row[MOST];
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "problem: {%s, spectrum: {exponent: %g, count: %d}}\nlearning: {%s}\nrun: {seed: "
             "%llu}\n",
             problem, exponent, blocks, learning, (unsigned long long)seed);
    enum aln_status status = aln_problem_parse(&p, yaml);
    if (status == ALN_OK)
        status = aln_claim_watch(p, 1, &end, row, 1, &event);
    aln_problem_free(p);
    *t = event.t;
    return status;
}

static enum aln_status find_times(const char *problem, const char *learning, double exponent,
                                  int blocks, uint64_t starts, struct times *out)
{
    enum aln_status status = ALN_OK;
    const double n = (double)starts;
    double sum = 0, square = 0;
    for (uint64_t seed = 1; seed <= starts && status == ALN_OK; seed++) {
        double t;
        status = find_time(problem, learning, exponent, blocks, seed, &t);
        sum += t;
        square += t * t;
    }
    out->mean = sum / n;
    out->deviation = sqrt((square - n * out->mean * out->mean) / (n - 1));
    out->error = out->deviation / sqrt(n);
    return status;
}

static const int counts[] = {1, 2, 4, 16, 64};
enum { COUNTS = sizeof counts / sizeof counts[0] };

/* -d ln eg/d ln t between t and 2 t, by two runs of the ode. */
static enum aln_status find_slope(int blocks, double t, double *slope)
{
    const double times[2] = {t, 2 * t};
    struct aln_problem *p = NULL;
    double rows[2 * MOST];
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "problem: {" FIXED ", spectrum: {exponent: 1, count: %d}}\nlearning: {rule: bp, rate: "
             "[0.1, 0]}\n",
             blocks);
    enum aln_status status = aln_problem_parse(&p, yaml);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 2, times, rows);
    if (status == ALN_OK)
        *slope = log(rows[0] / rows[aln_problem_columns(p)]) / log(2);
    aln_problem_free(p);
    return status;
}

static void judge_end(struct aln_report *r)
{
    double first = 0, second = 0, one = 0;
    enum aln_status status = find_slope(64, 1000, &first);
    if (status == ALN_OK)
        status = find_slope(64, 4000, &second);
    if (status == ALN_OK)
        status = find_slope(1, 1500, &one);
    if (status != ALN_OK) {
        aln_report_error(r, "the end of learning");
        return;
    }
    aln_report_range(r, "L = 64: -d ln eg/d ln t from t = 1000", first, 0.5, 2);
    aln_report_range(r, "L = 64: -d ln eg/d ln t from t = 4000, a power law", second, 0.5, 2);
    aln_report_range(r, "L = 1: -d ln eg/d ln t from t = 1500, an exponential", one, 5, INFINITY);
}

static void judge_bp(struct aln_report *r, uint64_t starts)
{
    static const double published[COUNTS] = {1023, 761, 567, 174, 72};
    double before = INFINITY;
    for (size_t i = 0; i < COUNTS; i++) {
        struct times t;
        char what[96];
        if (find_times(FIXED, "rule: bp, rate: [0.1, 0]", 1, counts[i], starts, &t) != ALN_OK) {
            aln_report_error(r, "plateau");
            return;
        }
        snprintf(what, sizeof what, "L = %d: t(eg < 0.01), mean of %d starts", counts[i],
                 (int)starts);
        aln_report_range(r, what, t.mean, published[i] - 3 * t.deviation,
                         published[i] + 3 * t.deviation);
        snprintf(what, sizeof what, "L = %d: the same over that of fewer blocks", counts[i]);
        if (i > 0)
            aln_report_range(r, what, t.mean / before, 0, 0.85);
        before = t.mean;
    }
    judge_end(r);
}

/* eg at t = 10 of inputs with N = 4 D: the ode's, and over runs of sgd its mean and its error. */
static enum aln_status find_folded(const char *fold, const char *rule, int N, bool isotropic,
                                   uint64_t runs, double eg[3])
{
    static const double end = 10;
    struct aln_problem *p = NULL;
    struct moments m = {.columns = 1};
    double row[MOST];
    char yaml[1024], spectrum[256] = "";
    if (!isotropic)
        snprintf(spectrum, sizeof spectrum,
                 "spectrum: {manifold: {function: %s, latent: %d, count: %d}}, ", fold, N / 4,
                 N / 40);
    snprintf(
        yaml, sizeof yaml,
        "problem: {%sinputs: %d, student: {weights: {std: 0.5}, readout: {std: 0.5}}, teacher: "
        "{weights: orthonormal}}\nlearning: {rule: %s, rate: 0.2}\n",
        spectrum, N, rule);
    enum aln_status status = aln_problem_parse(&p, yaml);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 1, &end, row);
    eg[0] = row[0];
    if (status == ALN_OK && runs > 0)
        status = aln_claim_repeats(ALN_ENGINE_SGD, p, 0, runs, 1, &end, add_run, &m);
    if (runs > 0) {
        const double n = (double)runs;
        eg[1] = m.sum[0] / n;
        eg[2] = sqrt((m.square[0] / n - eg[1] * eg[1]) / (n - 1));
    }
    aln_problem_free(p);
    return status;
}

static void judge_manifolds(struct aln_report *r, int N, uint64_t runs)
{
    static const struct {
        const char *fold, *rule;
    } all[] = {{"sign", "bp"}, {"sign", "dfa"}, {"tanh", "dfa"}, {"erf", "kolen-pollack"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        double eg[3], other[3];
        char what[128];
        if (find_folded(all[i].fold, all[i].rule, N, false, runs, eg) != ALN_OK ||
            find_folded(all[i].fold, all[i].rule, N, true, 0, other) != ALN_OK) {
            aln_report_error(r, "hidden manifold");
            return;
        }
        snprintf(what, sizeof what, "manifold of %s(F c), %s: eg of the ode", all[i].fold,
                 all[i].rule);
        aln_report_note(r, what, eg[0], "");
        snprintf(what, sizeof what, "manifold of %s(F c), %s: |z| of sgd - ode", all[i].fold,
                 all[i].rule);
        aln_report_range(r, what, fabs(eg[1] - eg[0]) / eg[2], 0, 4);
        snprintf(what, sizeof what, "manifold of %s(F c), %s: |z|, isotropic inputs (control)",
                 all[i].fold, all[i].rule);
        aln_report_range(r, what, fabs(eg[1] - other[0]) / eg[2], 4, INFINITY);
    }
}

void aln_claim_g2_quick(struct aln_report *r)
{
    judge_bp(r, 8);
    judge_manifolds(r, 400, 24);
}

void aln_claim_g2_full(struct aln_report *r)
{
    judge_bp(r, 64);
    judge_manifolds(r, 1000, 48);
}

static void judge_dfa(struct aln_report *r, uint64_t starts)
{
    static const char dfa[] = "rule: dfa, rate: 0.1, feedback: {distribution: signs}",
                      bp[] = "rule: bp, rate: 0.1";
    struct times first, t, same;
    enum aln_status status = find_times(LEARNT, dfa, 1, 1, starts, &first);
    char what[96];
    for (size_t i = 0; i < COUNTS && status == ALN_OK; i++) {
        struct times back;
        status = find_times(LEARNT, dfa, 1, counts[i], starts, &t);
        if (status == ALN_OK)
            status = find_times(LEARNT, bp, 1, counts[i], starts, &back);
        if (status != ALN_OK)
            break;
        snprintf(what, sizeof what, "L = %d: t(eg < 0.01), dfa", counts[i]);
        aln_report_note(r, what, t.mean, "");
        snprintf(what, sizeof what, "L = %d: its standard error", counts[i]);
        aln_report_note(r, what, t.error, "");
        snprintf(what, sizeof what, "L = %d: t(eg < 0.01), bp", counts[i]);
        aln_report_note(r, what, back.mean, "");
        snprintf(what, sizeof what, "L = %d: its standard error", counts[i]);
        aln_report_note(r, what, back.error, "");
    }
    if (status == ALN_OK)
        status = find_times(LEARNT, dfa, -1, 64, starts, &same);
    if (status != ALN_OK) {
        aln_report_error(r, "plateau under dfa");
        return;
    }
    aln_report_range(r, "dfa: t at L = 64 over that at L = 1", t.mean / first.mean, 0, 0.2);
    aln_report_range(r, "control, 64 blocks of variance 1: |z| against one block",
                     fabs(same.mean - first.mean) / hypot(same.error, first.error), 0, 4);
}

void aln_claim_g3_quick(struct aln_report *r)
{
    judge_dfa(r, 8);
}

void aln_claim_g3_full(struct aln_report *r)
{
    judge_dfa(r, 64);
}

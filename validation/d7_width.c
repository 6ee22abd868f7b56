/* D7, width: three hidden layers of 16 to 512 units, 10,000 images of MNIST 14x14, 1000 epochs as
 * published. The wider the layers, the better dfa learns and the less similar the first layers of
 * different seeds are, because they keep more of their initial values; read-outs are similar at
 * every width. */
#include <math.h>
#include <stdio.h>

#include "training_runs.h"

enum { WIDTHS = 11 };

/* Published, read off a figure: training errors within a factor of 1.3, similarities within .1. */
struct end {
    struct aln_claim_range error, first; /* training error; similarity of layer 1 */
};
static const struct series {
    const char *activation;
    size_t count;
    int width[WIDTHS];
    struct end narrow, wide;
    struct aln_claim_range readout; /* similarity of layer 4, every width */
} series[] = {
    {"relu",
     WIDTHS,
     {16, 22, 32, 45, 64, 90, 128, 181, 256, 362, 512},
     {{0.055 / 1.3, 0.055 * 1.3}, ALN_AROUND(0.74, 0.1)},
     {{0.001 / 1.3, 0.002 * 1.3}, ALN_AROUND(0.05, 0.1)},
     ALN_AROUND(0.55, 0.1)},
    {"tanh",
     2,
     {16, 512},
     {{0.046 / 1.3, 0.046 * 1.3}, ALN_NO_RANGE},
     {{0.009 / 1.3, 0.009 * 1.3}, ALN_NO_RANGE},
     ALN_NO_RANGE},
};
enum { SERIES = sizeof series / sizeof series[0] };

static bool learn(struct aln_report *r, const char *rule, const char *activation, int n,
                  struct aln_claim_result *out)
{
    char name[48], first[32], layers[256];
    snprintf(name, sizeof name, "mnist-width-%s-%s-%d", rule, activation, n);
    snprintf(first, sizeof first, "learning.rule=%s", rule);
    snprintf(layers, sizeof layers,
             "network.layers=[{dense: %d, activation: %s}, {dense: %d, activation: %s}, "
             "{dense: %d, activation: %s}, {dense: 10}]",
             n, activation, n, activation, n, activation);
    const struct aln_claim_run_spec spec = {name, "deep-width", {first, layers}};
    return aln_claim_learn(r, &spec, out);
}

/* What is measured at one width; NaN: its run failed. */
struct point {
    double error, first, readout;
    bool missing; /* not run */
};

/* The range of an end of the series; the widths between have none. */
static const struct end *end_of(const struct series *s, size_t i)
{
    static const struct end between = {ALN_NO_RANGE, ALN_NO_RANGE};
    return i == 0 ? &s->narrow : i + 1 == s->count ? &s->wide : &between;
}

static void judge(struct aln_report *r, const struct series *s, size_t i, const struct point *p)
{
    char line[128];
    snprintf(line, sizeof line, "dfa %s width %3d: training error", s->activation, s->width[i]);
    aln_claim_judge(r, line, p->error, end_of(s, i)->error, "");
    snprintf(line, sizeof line, "dfa %s width %3d: similarity of layer 1", s->activation,
             s->width[i]);
    aln_claim_judge(r, line, p->first, end_of(s, i)->first, "");
    snprintf(line, sizeof line, "dfa %s width %3d: similarity of layer 4", s->activation,
             s->width[i]);
    aln_claim_judge(r, line, p->readout, s->readout, "");
}

static struct point measure(struct aln_report *r, const struct series *s, size_t i)
{
    struct aln_claim_result result;
    struct point p = {NAN, NAN, NAN, false};
    if (learn(r, "dfa", s->activation, s->width[i], &result)) {
        p = (struct point){aln_claim_mean(result.rows, "error_train", INFINITY),
                           aln_claim_mean(result.similarity, "similarity_1", INFINITY),
                           aln_claim_mean(result.similarity, "similarity_4", INFINITY), false};
        judge(r, s, i, &p);
    }
    p.missing = result.missing;
    aln_claim_result_free(&result);
    return p;
}

/* From one width to the next the error may grow by a fifth and the similarity by .05, because these
 * are numbers of two seeds. */
static void compare(struct aln_report *r, const struct series *s)
{
    struct point before = {NAN, NAN, NAN, false};
    bool missing = false;
    double ratio = 0, rise = -INFINITY;
    char line[128];
    for (size_t i = 0; i < s->count; i++) {
        const struct point now = measure(r, s, i);
        if (i > 0 && !(now.error / before.error <= ratio)) /* NaN stays */
            ratio = now.error / before.error;
        if (i > 0 && !(now.first - before.first <= rise))
            rise = now.first - before.first;
        missing = missing || now.missing;
        before = now;
    }
    if (missing)
        return;
    snprintf(line, sizeof line, "dfa %s: training error, largest ratio to the width before",
             s->activation);
    aln_report_range(r, line, ratio, 0, 1.2);
    snprintf(line, sizeof line, "dfa %s: similarity of layer 1, largest rise", s->activation);
    aln_report_range(r, line, rise, -1, 0.05);
}

/* The cosine of two independent sets of weights scatters by 1/sqrt(their number): 4 deviations. */
static void bp(struct aln_report *r, int n)
{
    const double weights = 196. * n + 2. * n * n + 10. * n, range = 4 / sqrt(weights);
    struct aln_claim_result result;
    char line[128];
    if (learn(r, "bp", "relu", n, &result)) {
        snprintf(line, sizeof line, "bp  relu width %3d: similarity of seeds", n);
        aln_report_range(r, line, aln_claim_mean(result.similarity, "similarity", INFINITY), -range,
                         range);
    }
    aln_claim_result_free(&result);
}

void aln_claim_d7(struct aln_report *r)
{
    if (!aln_claim_has_data(r, "mnist"))
        return;
    bp(r, 16);
    bp(r, 128);
    for (size_t i = 0; i < SERIES; i++)
        compare(r, &series[i]);
}

/* D8, deep linear networks: the exact laws of feedback alignment, each to 1e-12; perfect alignment
 * with one output; and how close to it nonlinear networks with one output come. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "claims.h"
#include "gradient_checks.h"
#include "linear_laws.h"

#define TOLERANCE 1e-12

static const char *const rules[] = {"dfa", "fa"};

/* The largest deviation of each law over all settings; NaN: the law does not apply. */
static void laws(struct aln_report *r, const char *rule, const char *loss)
{
    double worst[5] = {0};
    static const char *const names[5] = {"W_l = F_l A_l F_(l-1)^T", "double sum",
                                         "signals: F_l e, F_l Pi_l e", "GA, WA with orthonormal F",
                                         "1^T A_l = 0"};
    const bool classes = strcmp(loss, "cross-entropy") == 0;
    for (int i = 0; i < 16; i++) {
        struct aln_linear_laws found;
        const struct aln_linear_run run = {
            .rule = rule,
            .loss = loss,
            .classes = classes,
            .batch = i & 1 ? 3 : 1,
            .orthonormal = i & 2,
            .decay = i & 4 ? 0.3 : 0,
            .momentum = i & 8 ? 0.3 : 0,
        };
        if (aln_linear_measure(&run, &found) != ALN_OK) {
            aln_report_error(r, "linear laws");
            return;
        }
        const double value[5] = {found.weights, found.double_sum, found.signals, found.cosines,
                                 found.column_sums};
        for (int k = 0; k < 5; k++)
            worst[k] = fmax(worst[k], value[k]);
    }
    for (int k = 0; k < (classes ? 5 : 4); k++) {
        char what[128];
        snprintf(what, sizeof what, "%-3s %-13s %s", rule, loss, names[k]);
        aln_report_range(r, what, worst[k], 0, TOLERANCE);
    }
}

static void single(struct aln_report *r, const char *rule)
{
    struct aln_linear_single found;
    char what[128];
    if (aln_linear_single(rule, &found) != ALN_OK) {
        aln_report_error(r, "one output");
        return;
    }
    snprintf(what, sizeof what, "%-3s one output: 1 - |GA|, 1 - |WA| after L steps", rule);
    aln_report_range(r, what, found.cosines, 0, TOLERANCE);
    snprintf(what, sizeof what, "%-3s one output: bp's signals before step L", rule);
    aln_report_range(r, what, found.early, 0, 0);
    snprintf(what, sizeof what, "%-3s one output: share of cosines that are -1", rule);
    aln_report_note(r, what, (double)found.negative / (double)found.compared, "(no range)");
}

/* ---- nonlinear networks, not judged ----
 *
 * From small initial weights a network aligns almost perfectly while it is nearly linear and loses
 * alignment later (align, then memorise). From large ones it must first forget its start. */

enum { INPUTS = 20, DEPTH = 4, SAMPLES = 500, EARLY = 300, STEPS = 3000 };

static void nonlinear(struct aln_report *r, const char *activation, double scale)
{
    static float x[SAMPLES * INPUTS];
    static uint32_t label[SAMPLES];
    const size_t units[DEPTH] = {100, 100, 100, 1};
    struct aln_layer layer[DEPTH];
    struct aln_network_options o;
    struct aln_network *net = NULL;
    struct aln_stream stream;
    struct aln_score score = {0};
    double GA[DEPTH] = {0}, early[DEPTH] = {0}, z[INPUTS];
    aln_stream_init(&stream, 3, "binary task", 0);
    for (size_t i = 0; i < SAMPLES; i++) {
        double sum = 0;
        aln_stream_normals(&stream, INPUTS, z);
        for (size_t j = 0; j < INPUTS; j++) {
            x[i * INPUTS + j] = (float)z[j];
            sum += z[j] * (j % 3 == 0 ? 1 : -0.5);
        }
        label[i] = sum > 0;
    }
    aln_gradient_dense(INPUTS, DEPTH, units, activation, &o, layer);
    o.loss = aln_loss_find("half-mse");
    o.init_scale = scale;
    o.batch = SAMPLES;
    const struct aln_batch all = {.count = SAMPLES, .x = x, .label = label};
    enum aln_status status = aln_network_create(&net, &o);
    for (size_t step = 0; step < STEPS && status == ALN_OK; step++) {
        status = aln_gradient_step(net, &all, 10, step, 0.003);
        if (status == ALN_OK && step + 1 == EARLY)
            status = aln_gradient_alignment(net, &all, early);
    }
    if (status == ALN_OK)
        status = aln_network_score(net, &all, &score);
    if (status == ALN_OK)
        status = aln_gradient_alignment(net, &all, GA);
    if (status != ALN_OK)
        aln_report_error(r, activation);
    for (size_t l = 1; l < DEPTH && status == ALN_OK; l++) {
        char what[128], remark[128];
        snprintf(what, sizeof what, "20-100-100-100-1 %s from %g/sqrt n: GA_%zu", activation, scale,
                 l);
        snprintf(remark, sizeof remark, "(step 300; %.3f at step 3000, training error %.3f)", GA[l],
                 score.error);
        aln_report_note(r, what, early[l], remark);
    }
    aln_network_free(net);
}

void aln_claim_d8(struct aln_report *r)
{
    double below, above;
    for (size_t i = 0; i < 2; i++) {
        laws(r, rules[i], "half-mse");
        laws(r, rules[i], "cross-entropy");
        single(r, rules[i]);
    }
    if (aln_linear_bound(&below, &above) != ALN_OK) {
        aln_report_error(r, "Kantorovich");
    } else {
        aln_report_range(r, "symmetric Pi_l: bound 2 sqrt k/(1 + k) - GA_l", below, -1, TOLERANCE);
        aln_report_range(r, "symmetric Pi_l: smallest GA_l - bound", above, 0, 5e-3);
    }
    for (int i = 0; i < 4; i++)
        nonlinear(r, i % 2 ? "relu" : "tanh", i / 2 ? 0.01 : 1);
}

/* D1, gradients and rules: central differences for every kind of layer, activation and loss, with
 * and without biases; fa with feedback W^T equals bp bit for bit; dfa changes the hidden weights
 * and aligns its signals with bp's; frozen changes the read-out only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "claims.h"
#include "gradient_checks.h"

enum { COUNT = 5, INPUTS = 60, OUTPUTS = 3 };

static float x[COUNT * INPUTS], y[COUNT * OUTPUTS];
static uint32_t label[COUNT];

static void draw(void)
{
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "gradient", 0);
    for (size_t i = 0; i < COUNT * INPUTS; i++)
        x[i] = (float)(4 * aln_stream_uniform(&stream) - 2);
    for (size_t i = 0; i < COUNT * OUTPUTS; i++)
        y[i] = (float)(2 * aln_stream_uniform(&stream) - 1);
    for (size_t i = 0; i < COUNT; i++)
        label[i] = (uint32_t)i % OUTPUTS;
}

/* Judges one network and loss: the worst case over activations, with and without biases. */
static void differences(struct aln_report *r, size_t which, const struct aln_loss *loss)
{
    double largest = 0;
    char what[128];
    for (size_t i = 0; i < 2 * aln_deep_activations.count; i++) {
        struct aln_network_options o;
        struct aln_layer layer[5];
        struct aln_network *net = NULL;
        double worst = NAN;
        char name[24];
        aln_gradient_options(&aln_gradient_nets[which], aln_deep_activation_row(i / 2), &o, layer);
        o.loss = loss;
        o.bias = i % 2;
        const bool classes = strcmp(loss->id.name, "cross-entropy") == 0;
        struct aln_batch batch = {
            .count = COUNT, .x = x, .label = classes ? label : NULL, .y = classes ? NULL : y};
        enum aln_status status = aln_network_create(&net, &o);
        if (status == ALN_OK)
            status = aln_gradient_deviation(net, &batch, &worst, name);
        if (status != ALN_OK)
            aln_report_error(r, aln_gradient_nets[which].name);
        if (!(worst <= largest))
            largest = worst;
        aln_network_free(net);
    }
    snprintf(what, sizeof what, "%s, %s: worst relative deviation", aln_gradient_nets[which].name,
             loss->id.name);
    aln_report_range(r, what, largest, 0, 1e-6);
}

/* Number of entries of W_l that differ in any bit. */
static size_t different(const struct aln_network *a, const struct aln_network *b, size_t l)
{
    struct aln_tensor t;
    size_t i = aln_network_find(a, ALN_WEIGHT, l), count = 0;
    aln_network_tensor(a, i, &t);
    double *u = malloc(2 * t.rows * t.cols * sizeof *u);
    if (u == NULL)
        return SIZE_MAX;
    double *v = u + t.rows * t.cols;
    aln_network_read(a, i, ALN_DOUBLE, u);
    aln_network_read(b, i, ALN_DOUBLE, v);
    for (size_t k = 0; k < t.rows * t.cols; k++)
        count += memcmp(&u[k], &v[k], sizeof u[k]) != 0;
    free(u);
    return count;
}

static void fa_is_bp(struct aln_report *r, size_t which, enum aln_precision precision)
{
    struct aln_network_options o;
    struct aln_layer layer[5];
    struct aln_network *bp = NULL, *fa = NULL;
    struct aln_batch batch = {.count = COUNT, .x = x, .y = y};
    char what[128];
    size_t count = 0;
    aln_gradient_options(&aln_gradient_nets[which], aln_deep_activation_find("tanh"), &o, layer);
    o.precision = precision;
    enum aln_status status = aln_network_create(&bp, &o);
    o.rule = aln_rule_find("fa");
    if (status == ALN_OK)
        status = aln_network_create(&fa, &o);
    for (int step = 0; step < 50 && status == ALN_OK; step++) {
        status = aln_gradient_transpose(fa);
        if (status == ALN_OK)
            status = aln_network_step(bp, &batch, 0.05);
        if (status == ALN_OK)
            status = aln_network_step(fa, &batch, 0.05);
        for (size_t l = 1; l <= aln_network_depth(bp) && status == ALN_OK; l++)
            count += different(bp, fa, l);
    }
    if (status != ALN_OK)
        aln_report_error(r, "fa with F = W^T");
    snprintf(what, sizeof what, "%s, %s: weights where fa with F = W^T differs from bp",
             aln_gradient_nets[which].name, aln_names_row(&aln_precisions, precision)->name);
    aln_report_range(r, what, (double)count, 0, 0);
    aln_network_free(bp);
    aln_network_free(fa);
}

/* ---- learning ---- */

enum { SAMPLES = 240, FEATURES = 20, DEPTH = 4 };

/* Three classes around random centres, in 20 dimensions. */
static void draw_classes(float *input, uint32_t *class)
{
    struct aln_stream stream;
    double centre[3 * FEATURES], z[FEATURES];
    aln_stream_init(&stream, 1, "classes", 0);
    aln_stream_normals(&stream, 3 * FEATURES, centre);
    for (size_t i = 0; i < SAMPLES; i++) {
        class[i] = (uint32_t)i % 3;
        aln_stream_normals(&stream, FEATURES, z);
        for (size_t j = 0; j < FEATURES; j++)
            input[i * FEATURES + j] = (float)(z[j] + centre[class[i] * FEATURES + j]);
    }
}

static void learning(struct aln_report *r, const char *rule, const char *activation)
{
    static float input[SAMPLES * FEATURES];
    static uint32_t class[SAMPLES];
    const size_t units[DEPTH] = {40, 40, 40, 3};
    struct aln_layer layer[DEPTH];
    struct aln_network_options o;
    struct aln_network *net = NULL, *start = NULL;
    struct aln_score before = {0}, after = {0};
    double GA[DEPTH] = {0}, first = 0;
    char what[128];
    draw_classes(input, class);
    aln_gradient_dense(FEATURES, DEPTH, units, activation, &o, layer);
    o.loss = aln_loss_find("cross-entropy");
    o.rule = aln_rule_find(rule);
    o.batch = SAMPLES;
    const struct aln_batch all = {.count = SAMPLES, .x = input, .label = class};
    const bool frozen = strcmp(rule, "frozen") == 0;
    enum aln_status status = aln_network_create(&net, &o);
    if (status == ALN_OK)
        status = aln_network_create(&start, &o);
    if (status == ALN_OK && !frozen)
        status = aln_gradient_alignment(net, &all, GA);
    first = GA[0];
    if (status == ALN_OK)
        status = aln_network_score(net, &all, &before);
    for (size_t step = 0; step < 2000 && status == ALN_OK; step++)
        status = aln_gradient_step(net, &all, 8, step, 0.005);
    if (status == ALN_OK)
        status = aln_network_score(net, &all, &after);
    if (status == ALN_OK && !frozen)
        status = aln_gradient_alignment(net, &all, GA);
    if (status != ALN_OK) {
        aln_report_error(r, rule);
    } else if (frozen) {
        size_t moved = 0;
        for (size_t l = 1; l < DEPTH; l++)
            moved += different(net, start, l);
        aln_report_range(r, "frozen: hidden weights that changed", (double)moved, 0, 0);
        aln_report_range(r, "frozen: read-out weights that changed",
                         (double)different(net, start, DEPTH), 100, 120);
    } else {
        size_t moved = 0;
        for (size_t l = 1; l < DEPTH; l++)
            moved += different(net, start, l);
        snprintf(what, sizeof what, "dfa, %s: hidden weights that changed, of 4000", activation);
        aln_report_range(r, what, (double)moved, 3500, 4000);
        snprintf(what, sizeof what, "dfa, %s: GA after - GA before", activation);
        aln_report_range(r, what, GA[0] - first, 0.3, 1);
        snprintf(what, sizeof what, "dfa, %s: training error, from %.2f", activation, before.error);
        aln_report_range(r, what, after.error, 0, 0.1);
    }
    aln_network_free(net);
    aln_network_free(start);
}

void aln_claim_d1(struct aln_report *r)
{
    draw();
    for (size_t i = 0; i < aln_gradient_net_count; i++)
        for (size_t k = 0; k < aln_losses.count; k++)
            differences(r, i, aln_loss_row(k));
    for (size_t i = 0; i < aln_gradient_net_count; i++) {
        fa_is_bp(r, i, ALN_SINGLE);
        fa_is_bp(r, i, ALN_DOUBLE);
    }
    learning(r, "dfa", "tanh");
    learning(r, "dfa", "relu");
    learning(r, "frozen", "tanh");
}

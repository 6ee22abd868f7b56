#include "alignode/network.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "deep/stage.h"

/* Weight norms are checked every NORM_STEPS steps; above LARGEST_NORM learning has diverged. */
#define NORM_STEPS   64
#define LARGEST_NORM 1e3

static const struct aln_name precisions[] = {
    [ALN_SINGLE] = {"single", "32-bit floating point", ""},
    [ALN_DOUBLE] = {"double", "64-bit floating point", ""},
};
const struct aln_names aln_precisions = {"precision", "precisions", precisions, 2,
                                         sizeof precisions[0]};

static const struct aln_name reductions[] = {
    [ALN_SUM] = {"sum", "the gradient is the sum over the batch",
                 "as published with Refinetti et al., ICML 2021"},
    [ALN_MEAN] = {"mean", "the gradient is the mean over the batch", ""},
};
const struct aln_names aln_reductions = {"reduction", "reductions", reductions, 2,
                                         sizeof reductions[0]};

static const struct aln_name scalings[] = {
    [ALN_BY_ROOT] = {"root", "entries of F_l divided by sqrt(n_l), n_l being its number of rows",
                     "as published with Refinetti et al., ICML 2021"},
    [ALN_BY_ONE] = {"one", "entries of F_l as drawn", ""},
};
const struct aln_names aln_scalings = {"scaling", "scalings", scalings, 2, sizeof scalings[0]};

/* ---- properties ---- */

const struct aln_network_options *aln_network_settings(const struct aln_network *net)
{
    return &net->options;
}

size_t aln_network_depth(const struct aln_network *net)
{
    return net->depth;
}

size_t aln_network_units(const struct aln_network *net, size_t l)
{
    return net->weighted[l - 1]->outputs;
}

size_t aln_network_inputs(const struct aln_network *net, size_t l)
{
    return net->weighted[l - 1]->inputs;
}

static struct aln_way way_of(const struct aln_rule *rule)
{
    return (struct aln_way){.route = rule->route,
                            .true_weights = aln_rule_feedback_kind(rule) == ALN_FEEDBACK_WEIGHTS,
                            .dense_only = rule->dense_only,
                            .targets = rule->targets,
                            .levels = rule->levels != ALN_ERROR_WHOLE};
}

double aln_network_step_flops(const struct aln_network *net)
{
    const struct aln_rule *rule = net->options.rule;
    double products = 0;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        double forward = aln_stage_geometry(&s->layer)->products(s);
        products += forward;
        if (rule->route != ALN_NOWHERE || l == net->depth)
            products += forward; /* the gradient */
        if (l > 1 && rule->learns)
            products += rule->mirrors              ? 2 * forward
                        : aln_rule_is_direct(rule) ? (double)net->outputs * (double)s->inputs
                                                   : forward;
        if (l == 1 || rule->route == ALN_NOWHERE)
            continue;
        products += aln_way_is_direct(net, s, way_of(rule))
                        ? (double)net->outputs * (double)s->inputs
                        : forward;
    }
    return 2 * products;
}

uint64_t aln_network_steps(const struct aln_network *net)
{
    return net->steps;
}

void aln_network_set_steps(struct aln_network *net, uint64_t steps)
{
    net->steps = steps;
}

double aln_network_norm(const struct aln_network *net, size_t l)
{
    const struct aln_stage *s = net->weighted[l - 1];
    return net->engine->norm(s->rows * s->cols, s->W);
}

/* ---- passes ---- */

/* Outputs and error of one chunk of samples. */
static enum aln_status forward(struct aln_network *net, const struct aln_batch *batch, bool *finite)
{
    enum aln_status status = aln_network_check_batch(net, batch, true, true);
    if (status == ALN_OK)
        status = net->engine->load(net, batch, 0, batch->count, true);
    if (status != ALN_OK)
        return status;
    net->engine->forward(net, batch->count);
    *finite = net->engine->error(net, batch->count);
    return aln_network_check_whole();
}

/* Signals of the same samples, after forward(). */
static enum aln_status backward(struct aln_network *net, size_t count, struct aln_way way)
{
    if (aln_network_makes_feedback(&net->options))
        net->engine->compute_feedback(net);
    net->engine->backward(net, count, way);
    return aln_network_check_whole();
}

/* The network changes wholly or not at all: a short update is not interrupted, a long one undone. */
static enum aln_status update(struct aln_network *net, size_t count, double rate)
{
    if (net->before == NULL) {
        const volatile sig_atomic_t *stop = aln_interrupt_watch(NULL);
        net->engine->update(net, count, rate);
        aln_interrupt_watch(stop);
        return ALN_OK;
    }
    memcpy(net->before, net->store, net->learned);
    net->engine->update(net, count, rate);
    enum aln_status status = aln_network_check_whole();
    if (status != ALN_OK)
        memcpy(net->store, net->before, net->learned);
    return status;
}

/* The layer with the largest norm; NaN counts as the largest. */
static size_t largest_layer(const struct aln_network *net, double *norm)
{
    size_t largest = 1;
    *norm = 0;
    for (size_t l = 1; l <= net->depth; l++) {
        double here = aln_network_norm(net, l);
        if (here <= *norm)
            continue;
        *norm = here;
        largest = l;
        if (isnan(here))
            break;
    }
    return largest;
}

enum aln_status aln_network_step(struct aln_network *net, const struct aln_batch *batch,
                                 double rate)
{
    bool finite;
    double norm;
    enum aln_status status = forward(net, batch, &finite);
    if (status != ALN_OK)
        return status;
    if (!finite) {
        size_t l = largest_layer(net, &norm);
        return aln_raise(ALN_NUMERIC,
                         "step %" PRIu64 ": an output is not finite; the largest weights are those "
                         "of layer %zu, ||W_%zu|| = %g",
                         net->steps + 1, l, l, norm);
    }
    struct aln_way way = way_of(net->options.rule);
    way.noisy = net->options.feedback.noise > 0;
    if (way.noisy)
        net->engine->add_noise(net, batch->count, way.targets);
    status = backward(net, batch->count, way);
    if (status == ALN_OK && net->options.rule->perturbs)
        net->engine->perturb(net, batch->count);
    if (status == ALN_OK)
        status = update(net, batch->count, rate);
    if (status != ALN_OK)
        return status;
    net->steps++;
    if (net->steps % NORM_STEPS != 0)
        return ALN_OK;
    size_t l = largest_layer(net, &norm);
    if (norm <= LARGEST_NORM)
        return ALN_OK;
    return aln_raise(ALN_NUMERIC,
                     "step %" PRIu64 ": the weights of layer %zu diverge, ||W_%zu|| = %g > %g",
                     net->steps, l, l, norm, LARGEST_NORM);
}

/* ---- evaluation ---- */

static void numbers(const struct aln_network *net, const void *x, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = aln_network_number(net, x, i);
}

enum aln_status aln_network_outputs(struct aln_network *net, const struct aln_batch *batch,
                                    double *yhat)
{
    const struct aln_stage *last = &net->stage[net->options.layer_count - 1];
    enum aln_status status = aln_network_check_batch(net, batch, false, false);
    for (size_t first = 0; first < batch->count && status == ALN_OK;) {
        size_t count = aln_network_chunk(net, batch, first);
        status = net->engine->load(net, batch, first, count, false);
        if (status != ALN_OK)
            break;
        net->engine->forward(net, count);
        numbers(net, last->a, count * net->outputs, yhat + first * net->outputs);
        status = aln_network_check_whole();
        first += count;
    }
    return status;
}

enum aln_status aln_network_activations(struct aln_network *net, const struct aln_batch *batch,
                                        double *h)
{
    enum aln_status status = aln_network_check_batch(net, batch, true, false);
    if (status == ALN_OK)
        status = net->engine->load(net, batch, 0, batch->count, false);
    if (status != ALN_OK)
        return status;
    net->engine->forward(net, batch->count);
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        numbers(net, s->h, batch->count * s->outputs, h);
        h += batch->count * s->outputs;
    }
    return aln_network_check_whole();
}

/* Signals da_1 .. da_L along one route, zeros where it does not reach. */
static void copy_signals(const struct aln_network *net, size_t count, struct aln_way way,
                         double *da)
{
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        size_t n = count * s->outputs;
        if (way.route == ALN_NOWHERE && l < net->depth)
            memset(da, 0, n * sizeof *da);
        else
            numbers(net, s->d, n, da);
        da += n;
    }
}

/* Gradients along one route.  Given: room  for those of one layer */
static void copy_gradients(struct aln_network *net, size_t count, struct aln_way way, char *room,
                           double *G)
{
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        size_t W = s->rows * s->cols, b = s->b == NULL ? 0 : s->rows;
        void *bias = b == 0 ? NULL : room + W * net->engine->width;
        memset(room, 0, (W + b) * net->engine->width);
        if (way.route != ALN_NOWHERE || l == net->depth)
            net->engine->gradient(net, s, count, room, bias);
        numbers(net, room, W + b, G);
        G += W + b;
    }
}

static struct aln_way way_of_bp(void)
{
    return way_of(aln_rule_find("bp"));
}

enum aln_status aln_network_signals(struct aln_network *net, const struct aln_batch *batch,
                                    double *da, double *da_bp, struct aln_score *sum)
{
    const struct aln_way way[2] = {way_of(net->options.rule), way_of_bp()};
    double *out[2] = {da, da_bp};
    bool finite;
    enum aln_status status = forward(net, batch, &finite);
    for (int i = 0; i < 2 && status == ALN_OK; i++) {
        if (out[i] == NULL)
            continue;
        status = backward(net, batch->count, way[i]);
        copy_signals(net, batch->count, way[i], out[i]);
    }
    if (status == ALN_OK && sum != NULL)
        aln_network_add_score(net, batch, 0, batch->count, sum);
    return status;
}

size_t aln_network_size(const struct aln_network *net)
{
    size_t size = 0;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        size += s->rows * s->cols + (s->b == NULL ? 0 : s->rows);
    }
    return size;
}

enum aln_status aln_network_gradient(struct aln_network *net, const struct aln_batch *batch,
                                     double *G, double *G_bp)
{
    const struct aln_way way[2] = {way_of(net->options.rule), way_of_bp()};
    double *out[2] = {G, G_bp};
    size_t largest = 0;
    bool finite;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        size_t length = s->rows * (s->cols + 1);
        largest = length > largest ? length : largest;
    }
    assert(largest > 0);
    char *room = malloc(largest * net->engine->width);
    if (room == NULL)
        return aln_raise_memory("the gradient of a network");
    enum aln_status status = forward(net, batch, &finite);
    for (int i = 0; i < 2 && status == ALN_OK; i++) {
        if (out[i] == NULL)
            continue;
        status = backward(net, batch->count, way[i]);
        if (status == ALN_OK)
            copy_gradients(net, batch->count, way[i], room, out[i]);
    }
    free(room);
    return status == ALN_OK ? aln_network_check_whole() : status;
}

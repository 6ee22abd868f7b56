/* Creates a network: checks the options, allocates one block, sets weights and feedback. */
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "deep/blas.h"
#include "deep/draw.h"
#include "deep/phi.h"
#include "deep/stage.h"

/* ---- checks ---- */

static enum aln_status check_presence(const struct aln_network_options *o)
{
    const char *missing = o->layer_count == 0 || o->layer == NULL    ? "layers"
                          : o->rule == NULL                          ? "rule"
                          : o->loss == NULL                          ? "loss"
                          : o->init == NULL && o->given.fill == NULL ? "initialisation"
                                                                     : NULL;
    if (missing != NULL)
        return aln_raise(ALN_USAGE, "network: no %s", missing);
    for (size_t i = 0; i < o->layer_count; i++)
        if (o->layer[i].kind == NULL)
            return aln_raise(ALN_USAGE, "network: layer %zu has no kind", i + 1);
    return ALN_OK;
}

static enum aln_status check_numbers(const struct aln_network_options *o)
{
    const bool adaptive = aln_network_is_adaptive(o);
    const struct {
        const char *what;
        double value, low, high; /* low <= value <= high */
    } number[] = {
        {"momentum", o->momentum, 0, adaptive ? 0 : nextafter(1, 0)},
        {"beta1", adaptive ? o->beta1 : 0, 0, nextafter(1, 0)},
        {"beta2", adaptive ? o->beta2 : 0, 0, nextafter(1, 0)},
        {"epsilon", adaptive ? o->epsilon : 1, DBL_MIN, DBL_MAX},
        {"decay", o->decay, 0, DBL_MAX},
        {"init_scale", o->init_scale, 0, DBL_MAX},
        {"feedback.scale", o->feedback.scale, 0, DBL_MAX},
        {"feedback.rate", isnan(o->feedback.rate) ? 0 : o->feedback.rate, 0, DBL_MAX},
        {"feedback.decay", isnan(o->feedback.decay) ? 0 : o->feedback.decay, 0, DBL_MAX},
        {"feedback.noise", isnan(o->feedback.noise) ? 0 : o->feedback.noise, 0, DBL_MAX},
        {"feedback.symmetry", isnan(o->feedback.symmetry) ? 0 : o->feedback.symmetry, 0, 1},
        {"feedback.density", isnan(o->feedback.density) ? 1 : o->feedback.density, 0, 1},
        {"feedback.threshold", o->feedback.threshold, 0, DBL_MAX},
    };
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        if (!(number[i].value >= number[i].low && number[i].value <= number[i].high))
            return aln_raise(ALN_USAGE, "network: %s = %g is out of range", number[i].what,
                             number[i].value);
    if (o->batch < 1 || o->batch > INT_MAX)
        return aln_raise(ALN_USAGE, "network: batch size %zu is out of range", o->batch);
    return ALN_OK;
}

static enum aln_status check_rule(const struct aln_network_options *o)
{
    const char *why = o->rule->two_layers_only;
    if (why != NULL)
        return aln_raise(ALN_USAGE, "network: rule %s is for two-layer problems: %s",
                         o->rule->id.name, why);
    return ALN_OK;
}

static enum aln_status check_ends(const struct aln_network *net)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_stage *last = &net->stage[o->layer_count - 1];
    if (last->l == 0 || last->rows != last->outputs)
        return aln_raise(ALN_USAGE, "layer %zu (%s): the last layer must be dense", o->layer_count,
                         last->layer.kind->id.name);
    if (last->layer.activation != NULL && !last->layer.activation->linear)
        return aln_raise(
            ALN_USAGE, "layer %zu (%s): the last layer must be linear, without activation %s",
            o->layer_count, last->layer.kind->id.name, last->layer.activation->id.name);
    if (last->outputs < o->loss->least_outputs)
        return aln_raise(ALN_USAGE, "layer %zu (%s): the loss %s needs at least %zu outputs",
                         o->layer_count, last->layer.kind->id.name, o->loss->id.name,
                         o->loss->least_outputs);
    return ALN_OK;
}

/* Noise, symmetry, rank and density are for feedback with a random part. */
static enum aln_status check_random_part(const struct aln_network *net)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_feedback_kind *kind = o->feedback.kind;
    const bool thinned = o->feedback.density > 0 && o->feedback.density < 1;
    if (!o->rule->random && (o->feedback.noise > 0 || o->feedback.symmetry > 0))
        return aln_raise(ALN_USAGE, "network: the feedback of rule %s has no random part",
                         o->rule->id.name);
    if (o->feedback.symmetry > 0 && !aln_rule_keeps_feedback(o->rule))
        return aln_raise(ALN_USAGE, "network: the feedback of rule %s changes, without symmetry",
                         o->rule->id.name);
    if (o->feedback.symmetry > 0 && aln_rule_feedback_kind(o->rule) == ALN_FEEDBACK_MADE)
        return aln_raise(ALN_USAGE,
                         "network: the feedback of rule %s is computed, without symmetry",
                         o->rule->id.name);
    if (o->feedback.symmetry > 0 && o->rule->route == ALN_DIRECT && net->depth > 2)
        return aln_raise(
            ALN_USAGE,
            "network: feedback.symmetry of a direct rule needs two layers, there are %zu",
            net->depth);
    if ((o->feedback.rank > 0 || thinned) &&
        (o->feedback.orthonormal || (kind != NULL && kind != aln_feedback_kind_row(0))))
        return aln_raise(ALN_USAGE, "network: feedback.%s is for independent entries",
                         thinned ? "density" : "rank");
    if (o->feedback.rank > 0 && thinned)
        return aln_raise(ALN_USAGE,
                         "network: feedback.rank and feedback.density exclude each other");
    return ALN_OK;
}

/* Structured feedback is for direct rules. */
static enum aln_status check_feedback(const struct aln_network *net)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_feedback_kind *kind = o->feedback.kind;
    enum aln_status status = check_random_part(net);
    if (status != ALN_OK)
        return status;
    if (kind == NULL || kind == aln_feedback_kind_row(0))
        return ALN_OK;
    if (!aln_rule_is_direct(o->rule))
        return aln_raise(ALN_USAGE, "network: feedback %s is for direct rules, not for %s",
                         kind->id.name, o->rule->id.name);
    if (o->feedback.orthonormal)
        return aln_raise(ALN_USAGE, "network: feedback %s cannot be combined with orthonormal",
                         kind->id.name);
    for (size_t l = 2; l < net->depth && kind->descends; l++)
        if (net->weighted[l]->inputs != net->weighted[l - 1]->outputs)
            return aln_raise(ALN_USAGE,
                             "network: feedback %s descends through the layers and cannot pass the "
                             "pooling above weight layer %zu",
                             kind->id.name, l);
    return ALN_OK;
}

/* ---- sizes and layout ---- */

static enum aln_status plan(struct aln_network *net)
{
    struct aln_shape in = net->options.input;
    if (aln_shape_size(in) == 0 || aln_shape_size(in) > INT_MAX)
        return aln_raise(ALN_USAGE, "network: invalid input of shape %zu x %zu x %zu", in.channels,
                         in.height, in.width);
    for (size_t i = 0; i < net->options.layer_count; i++) {
        struct aln_stage *s = &net->stage[i];
        s->layer = net->options.layer[i];
        enum aln_status status = aln_layer_shape(&s->layer, i + 1, in, &s->out);
        if (status != ALN_OK)
            return status;
        s->in = in;
        s->inputs = aln_shape_size(in);
        s->outputs = aln_shape_size(s->out);
        aln_layer_weights(&s->layer, in, &s->rows, &s->cols);
        if (s->rows > 0) {
            net->weighted[net->depth++] = s;
            s->l = net->depth;
        }
        in = s->out;
    }
    net->outputs = aln_shape_size(in);
    enum aln_status status = check_ends(net);
    return status == ALN_OK ? check_feedback(net) : status;
}

/* Carves arrays out of one block; with base == NULL only their total length is computed. */
struct block {
    char *base;
    size_t used, width;
    bool too_large;
};

static void *carve(struct block *b, size_t rows, size_t cols)
{
    size_t bytes;
    void *place = b->base == NULL ? NULL : b->base + b->used;
    if (__builtin_mul_overflow(rows, cols, &bytes) ||
        __builtin_mul_overflow(bytes, b->width, &bytes) || bytes > SIZE_MAX / 2 - b->used)
        b->too_large = true;
    else
        b->used += (bytes + 63) / 64 * 64;
    return place;
}

static void place_weights(struct aln_network *net, struct aln_stage *s, struct block *b)
{
    const struct aln_network_options *o = &net->options;
    const bool squares = aln_network_is_adaptive(o), moves = o->momentum > 0 || squares;
    s->W = carve(b, s->rows, s->cols);
    s->vW = moves ? carve(b, s->rows, s->cols) : NULL;
    s->sW = squares ? carve(b, s->rows, s->cols) : NULL;
    s->b = o->bias ? carve(b, s->rows, 1) : NULL;
    s->vb = o->bias && moves ? carve(b, s->rows, 1) : NULL;
    s->sb = o->bias && squares ? carve(b, s->rows, 1) : NULL;
    if (s->l == 1)
        return;
    const bool direct = aln_rule_is_direct(o->rule);
    s->back_rows = direct ? net->outputs : s->rows;
    s->back_cols = direct ? s->inputs : s->cols;
    s->F = carve(b, s->back_rows, s->back_cols);
    const bool follows = o->rule->learns && !o->rule->mirrors;
    s->vF = moves && follows ? carve(b, s->back_rows, s->back_cols) : NULL;
    s->sF = squares && follows ? carve(b, s->back_rows, s->back_cols) : NULL;
    s->made = aln_network_makes_feedback(o) ? carve(b, s->back_rows, s->back_cols) : NULL;
}

/* Multiply-adds of an update after which a stop request has waited long: it is then undone. */
#define LONG_UPDATE 0x1p33

static bool takes_long(const struct aln_network *net)
{
    double products = 0;
    for (size_t l = 1; l <= net->depth; l++)
        products +=
            aln_stage_geometry(&net->weighted[l - 1]->layer)->products(net->weighted[l - 1]);
    return products * (double)net->options.batch > LONG_UPDATE;
}

static bool has_activation(const struct aln_layer *layer)
{
    return layer->activation != NULL && !layer->activation->linear;
}

/* The largest input of a layer above the first. */
static size_t largest_input(const struct aln_network *net)
{
    size_t most = 0;
    for (size_t l = 2; l <= net->depth; l++)
        most = net->weighted[l - 1]->inputs > most ? net->weighted[l - 1]->inputs : most;
    return most;
}

/* Normal numbers that a step needs at once. */
static size_t noise_length(const struct aln_network *net)
{
    const struct aln_network_options *o = &net->options;
    const size_t path = o->feedback.noise > 0 ? o->batch * net->outputs : 0;
    const size_t mirror = o->rule->mirrors ? o->batch * largest_input(net) : 0;
    size_t direction = 0;
    for (size_t l = 1; l < net->depth && o->rule->perturbs; l++)
        direction += net->weighted[l - 1]->outputs;
    const size_t most = path > mirror ? path : mirror;
    return direction > most ? direction : most;
}

/* The largest gradient of weights or feedback. */
static size_t gradient_length(const struct aln_network *net)
{
    size_t most = 0;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        const size_t W = s->rows * s->cols, F = s->back_rows * s->back_cols;
        most = W > most ? W : most;
        most = F > most ? F : most;
    }
    return most;
}

/* Noise for every layer, and what the layer makes of it. */
static void place_mirror(struct aln_network *net, struct block *b)
{
    size_t most = 0;
    for (size_t l = 2; l <= net->depth; l++)
        most = net->weighted[l - 1]->outputs > most ? net->weighted[l - 1]->outputs : most;
    net->xi = carve(b, net->options.batch, largest_input(net));
    net->mirrored = carve(b, net->options.batch, most);
}

static void place_learned(struct aln_network *net, struct block *b)
{
    for (size_t l = 1; l <= net->depth; l++)
        place_weights(net, net->weighted[l - 1], b);
    net->learned = b->used;
    net->before = takes_long(net) ? carve(b, net->learned / b->width, 1) : NULL;
}

/* What passes of a chunk of samples write to. */
static void place_passes(struct aln_network *net, struct block *b)
{
    const size_t capacity = net->options.batch;
    size_t work = 0;
    for (size_t i = 0; i < net->options.layer_count; i++) {
        struct aln_stage *s = &net->stage[i];
        const struct aln_layer_geometry *geometry = aln_stage_geometry(&s->layer);
        if (geometry->view) {
            if (i > 0) {
                s->a = s->h = s[-1].h;
                s->d = s[-1].d;
            }
            continue;
        }
        s->a = carve(b, capacity, s->outputs);
        s->h = has_activation(&s->layer) ? carve(b, capacity, s->outputs) : s->a;
        s->d = s >= net->weighted[0] ? carve(b, capacity, s->outputs) : NULL;
        size_t wanted = geometry->work == NULL ? 0 : geometry->work(s, capacity);
        work = wanted > work ? wanted : work;
    }
    net->x = carve(b, capacity, net->stage[0].inputs);
    net->y = carve(b, capacity, net->outputs);
    net->work = carve(b, work, 1);
}

/* What steps need besides. */
static void place_steps(struct aln_network *net, struct block *b)
{
    const bool computed = aln_rule_feedback_kind(net->options.rule) == ALN_FEEDBACK_MADE;
    size_t made = 0;
    for (size_t l = 2; l <= net->depth && computed; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        made = s->rows * s->cols > made ? s->rows * s->cols : made;
    }
    if (net->options.feedback.noise > 0 || net->options.rule->levels != ALN_ERROR_WHOLE)
        net->fed = carve(b, net->options.batch, net->outputs);
    net->noise = carve(b, noise_length(net), sizeof(double) / b->width);
    if (net->options.rule->mirrors)
        place_mirror(net, b);
    net->G = aln_network_is_adaptive(&net->options) ? carve(b, gradient_length(net), 1) : NULL;
    net->wide = carve(b, 4 * made, sizeof(double) / b->width);
}

static void place_all(struct aln_network *net, struct block *b)
{
    place_learned(net, b);
    place_passes(net, b);
    place_steps(net, b);
}

static enum aln_status allocate(struct aln_network *net,
                                void (*place)(struct aln_network *net, struct block *b))
{
    struct block block = {.width = net->engine->width};
    place(net, &block);
    if (!block.too_large)
        net->store = aligned_alloc(64, block.used);
    if (net->store == NULL)
        return aln_raise_memory("a network of %zu layers and a batch of %zu",
                                net->options.layer_count, net->options.batch);
    memset(net->store, 0, block.used);
    block = (struct block){.base = net->store, .width = net->engine->width};
    place(net, &block);
    return ALN_OK;
}

/* ---- start ---- */

/* Work space for matrices during creation, each as large as the largest. */
struct room {
    double *F, *above; /* F_l, F_{l+1} */
    double *W, *W_l;   /* W_{l+1}, W_l */
};

static const struct aln_feedback_kind *kind_of(const struct aln_network_options *o)
{
    return o->feedback.kind != NULL ? o->feedback.kind : aln_feedback_kind_row(0);
}

static void read_weights(const struct aln_network *net, size_t l, double *W)
{
    aln_network_copy_out(net, aln_network_place(net, ALN_WEIGHT, l), ALN_DOUBLE, W);
}

/* Draws F_l.  Returned: room->F (rows x cols) */
static enum aln_status draw_feedback(struct aln_network *net, size_t l, size_t rows, size_t cols,
                                     struct room *room)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_feedback_kind *kind = kind_of(o);
    const struct aln_stage *next = net->weighted[l], *here = net->weighted[l - 1];
    struct aln_stream stream;
    struct aln_phi phi, phi_l;
    aln_stream_init(&stream, o->feedback.seed, "deep feedback", l);
    if (o->feedback.orthonormal)
        return aln_draw_orthonormal(&stream, rows, cols, o->feedback.scale, room->F);
    enum aln_status status = aln_phi_of(&next->layer, next->in, &phi);
    if (status == ALN_OK)
        status = aln_phi_of(&here->layer, here->in, &phi_l);
    if (status != ALN_OK)
        return status;
    if (kind->of_weights) {
        read_weights(net, l + 1, room->W);
        read_weights(net, l, room->W_l);
    }
    const struct aln_feedback_start start = {
        .layer = l,
        .layers = net->depth,
        .shape = next->in,
        .rows = rows,
        .outputs = cols,
        .distribution = o->feedback.distribution,
        .scale = o->feedback.scale / (o->feedback.scaling == ALN_BY_ROOT ? sqrt((double)rows) : 1),
        .rank = (size_t)o->feedback.rank,
        .density = o->feedback.density,
        .modes = o->feedback.modes > 0 ? o->feedback.modes : 2,
        .stream = &stream,
        .phi = &phi,
        .W = kind->of_weights ? room->W : NULL,
        .above = l + 1 < net->depth ? room->above : NULL,
        .phi_l = &phi_l,
        .W_l = kind->of_weights ? room->W_l : NULL,
    };
    return kind->fill(&start, room->F);
}

/* Draws the feedback from the output down. */
static enum aln_status draw_feedbacks(struct aln_network *net, struct room *room)
{
    enum aln_status status = ALN_OK;
    for (size_t l = net->depth - 1; l >= 1 && status == ALN_OK; l--) {
        const struct aln_stage *s = net->weighted[l];
        status = draw_feedback(net, l, s->back_cols, s->back_rows, room);
        if (status != ALN_OK)
            break;
        aln_network_copy_in(net, aln_network_place(net, ALN_FEEDBACK, l), ALN_DOUBLE, room->F);
        double *was = room->above;
        room->above = room->F;
        room->F = was;
    }
    return status;
}

/* Length of all routes from the output to h_l, l = 1 .. L-1: inputs of layer l + 1 times n_L. */
static size_t routes_length(const struct aln_network *net)
{
    size_t length = 0;
    for (size_t l = 1; l < net->depth; l++)
        length += net->weighted[l]->inputs * net->outputs;
    return length;
}

/* The routes: F_l if it is direct, else the product F_l F_{l+1} ..; NULL where pooling or a layer
 * that is not dense interrupts it.
 * Given:    F         room for the largest F_l
 * Returned: route[l]  views into `store` */
static void compute_routes(const struct aln_network *net, double *store, double *F, double **route)
{
    const size_t n = net->outputs;
    const bool direct = aln_rule_is_direct(net->options.rule);
    for (size_t l = net->depth - 1; l >= 1; l--) {
        const struct aln_stage *s = net->weighted[l];
        const size_t rows = s->back_cols, cols = s->back_rows;
        route[l] = NULL;
        if (aln_rule_feedback_kind(net->options.rule) == ALN_FEEDBACK_MADE)
            continue;
        aln_network_copy_out(net, aln_network_place(net, ALN_FEEDBACK, l), ALN_DOUBLE, F);
        if (direct || l == net->depth - 1) {
            memcpy(store, F, rows * cols * sizeof *F);
        } else {
            const double *next = route[l + 1];
            if (next == NULL || s->cols != s->inputs || s->rows != net->weighted[l + 1]->inputs)
                continue;
            for (size_t i = 0; i < rows; i++)
                for (size_t o = 0; o < n; o++) {
                    double sum = 0;
                    for (size_t j = 0; j < cols; j++)
                        sum += F[i * cols + j] * next[j * n + o];
                    store[i * n + o] = sum;
                }
        }
        route[l] = store;
        store += rows * n;
    }
}

/* Given: W, b  room for the largest of either */
static enum aln_status place_given(struct aln_network *net, size_t l, double *W, double *b)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_stage *s = net->weighted[l - 1];
    memset(b, 0, s->rows * sizeof *b);
    enum aln_status status =
        o->given.fill(o->given.context, l, s->rows, s->cols, W, o->bias ? b : NULL);
    if (status != ALN_OK)
        return status;
    for (size_t i = 0; i < s->rows * s->cols; i++)
        W[i] *= o->init_scale;
    aln_network_copy_in(net, aln_network_place(net, ALN_WEIGHT, l), ALN_DOUBLE, W);
    if (o->bias)
        aln_network_copy_in(net, aln_network_place(net, ALN_BIAS, l), ALN_DOUBLE, b);
    return ALN_OK;
}

static enum aln_status start_given(struct aln_network *net, double *W, double *b)
{
    enum aln_status status = ALN_OK;
    for (size_t l = 1; l <= net->depth && status == ALN_OK; l++)
        status = place_given(net, l, W, b);
    return status;
}

static enum aln_status start_weights(struct aln_network *net, double *const *route, double *W)
{
    const struct aln_network_options *o = &net->options;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        struct aln_stream stream;
        aln_stream_init(&stream, o->seed, "deep weights", l);
        const struct aln_start start = {
            .layer = l,
            .layers = net->depth,
            .rows = s->rows,
            .cols = s->cols,
            .scale = o->init_scale,
            .stream = &stream,
            .outputs = net->outputs,
            .above = l < net->depth && s->rows == net->weighted[l]->inputs ? route[l] : NULL,
            .beneath = l > 1 && s->cols == s->inputs ? route[l - 1] : NULL,
        };
        enum aln_status status = o->init->fill(&start, W);
        if (status != ALN_OK)
            return status;
        aln_network_copy_in(net, aln_network_place(net, ALN_WEIGHT, l), ALN_DOUBLE, W);
    }
    return ALN_OK;
}

static enum aln_status start(struct aln_network *net)
{
    size_t largest = 1;
    for (size_t l = 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        size_t W = s->rows * s->cols, F = s->back_rows * s->back_cols;
        largest = W > largest ? W : largest;
        largest = F > largest ? F : largest;
    }
    enum { MATRICES = 4 };
    double *store = malloc((MATRICES * largest + routes_length(net)) * sizeof *store);
    double **route = calloc(net->depth + 1, sizeof *route);
    enum aln_status status = ALN_OK;
    if (store == NULL || route == NULL) {
        status = aln_raise_memory("the start of a network");
        goto out;
    }
    struct room room = {store, store + largest, store + 2 * largest, store + 3 * largest};
    const bool given = net->options.given.fill != NULL;
    const bool weights_first = given || kind_of(&net->options)->of_weights;
    if (given)
        status = start_given(net, room.W, room.W_l);
    else if (weights_first)
        status = start_weights(net, route, room.W);
    if (status == ALN_OK)
        status = draw_feedbacks(net, &room);
    if (status != ALN_OK || weights_first)
        goto out;
    compute_routes(net, store + MATRICES * largest, room.F, route);
    status = start_weights(net, route, room.W);
out:
    free(route);
    free(store);
    return status;
}

/* ---- the handle ---- */

/* Room for the description of a network; its options are those given, with layers of its own. */
static struct aln_network *describe(const struct aln_network_options *options)
{
    const size_t count = options->layer_count;
    struct aln_network *net = calloc(1, sizeof *net);
    struct aln_layer *layer = calloc(count, sizeof *layer);
    if (net != NULL) {
        net->stage = calloc(count, sizeof *net->stage);
        net->weighted = calloc(count, sizeof(struct aln_stage *));
    }
    if (net == NULL || layer == NULL || net->stage == NULL || net->weighted == NULL) {
        free(layer);
        aln_network_free(net);
        (void)aln_raise_memory("a network of %zu layers", count);
        return NULL;
    }
    memcpy(layer, options->layer, count * sizeof *layer);
    net->options = *options;
    net->options.layer = net->layer = layer;
    return net;
}

enum aln_status aln_network_create(struct aln_network **out,
                                   const struct aln_network_options *options)
{
    *out = NULL;
    enum aln_status status = check_presence(options);
    if (status == ALN_OK)
        status = check_rule(options);
    if (status == ALN_OK)
        status = check_numbers(options);
    if (status == ALN_OK)
        status = aln_blas_open(1);
    if (status != ALN_OK)
        return status;
    struct aln_network *net = describe(options);
    if (net == NULL)
        return ALN_MEMORY;
    net->engine = options->precision == ALN_SINGLE ? &aln_backend_single : &aln_backend_double;
    net->isa = aln_isa_best();
    status = plan(net);
    if (status == ALN_OK)
        status = allocate(net, place_all);
    if (status == ALN_OK)
        status = start(net);
    net->options.given.fill = NULL;
    net->options.given.context = NULL;
    if (status != ALN_OK) {
        aln_network_free(net);
        return status;
    }
    *out = net;
    return ALN_OK;
}

enum aln_status aln_network_reader(struct aln_network **out, const struct aln_network *of)
{
    const size_t count = of->options.layer_count;
    struct aln_network *net = describe(&of->options);
    *out = NULL;
    if (net == NULL)
        return ALN_MEMORY;
    net->engine = of->engine;
    net->isa = of->isa;
    net->depth = of->depth;
    net->outputs = of->outputs;
    memcpy(net->stage, of->stage, count * sizeof *net->stage);
    for (size_t l = 1; l <= net->depth; l++)
        net->weighted[l - 1] = net->stage + (of->weighted[l - 1] - of->stage);
    enum aln_status status = allocate(net, place_passes);
    if (status == ALN_OK)
        *out = net;
    else
        aln_network_free(net);
    return status;
}

void aln_network_free(struct aln_network *net)
{
    if (net == NULL)
        return;
    for (size_t i = 0; i < ALN_NETWORK_READERS; i++)
        aln_network_free(net->reader[i]);
    free(net->store);
    free(net->weighted);
    free(net->stage);
    free(net->layer);
    free(net);
}

#include "gradient_checks.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

/* ---- nets ---- */

const struct aln_gradient_net aln_gradient_nets[] = {
    {"dense", 3, {{"dense", 6, 0, 0, 0}, {"dense", 5, 0, 0, 0}, {"dense", 3, 0, 0, 0}}},
    {"one layer", 1, {{"dense", 3, 0, 0, 0}}},
    {"conv", 3, {{"conv", 3, 3, 0, 0}, {"conv", 4, 2, 0, 0}, {"dense", 3, 0, 0, 0}}},
    {"conv, stride, padding",
     3,
     {{"conv", 3, 3, 2, 1}, {"conv", 4, 3, 1, 1}, {"dense", 3, 0, 0, 0}}},
    {"conv, stride 3, padding 2", 2, {{"conv", 3, 4, 3, 2}, {"dense", 3, 0, 0, 0}}},
    {"average-pool",
     4,
     {{"conv", 3, 2, 0, 1},
      {"average-pool", 2, 0, 0, 0},
      {"conv", 4, 2, 0, 0},
      {"dense", 3, 0, 0, 0}}},
    {"max-pool",
     4,
     {{"conv", 3, 2, 0, 1}, {"max-pool", 3, 0, 2, 0}, {"conv", 4, 2, 0, 0}, {"dense", 3, 0, 0, 0}}},
    {"pooling first, flatten",
     4,
     {{"average-pool", 2, 0, 1, 0},
      {"conv", 3, 3, 0, 0},
      {"flatten", 0, 0, 0, 0},
      {"dense", 3, 0, 0, 0}}},
    {"conv, max-pool, dense",
     4,
     {{"conv", 2, 3, 0, 1},
      {"max-pool", 2, 0, 0, 0},
      {"dense", 5, 0, 0, 0},
      {"dense", 3, 0, 0, 0}}},
};
const size_t aln_gradient_net_count = sizeof aln_gradient_nets / sizeof aln_gradient_nets[0];

void aln_gradient_options(const struct aln_gradient_net *net,
                          const struct aln_deep_activation *activation,
                          struct aln_network_options *o, struct aln_layer layer[5])
{
    for (size_t i = 0; i < net->count; i++) {
        const struct aln_layer_kind *kind = aln_layer_kind_find(net->layer[i].kind);
        layer[i] = (struct aln_layer){
            .kind = kind,
            .size = net->layer[i].size,
            .kernel = net->layer[i].kernel,
            .stride = net->layer[i].stride,
            .padding = net->layer[i].padding,
            .activation = kind->has_weights && i + 1 < net->count ? activation : NULL,
        };
    }
    *o = (struct aln_network_options){
        .input = {2, 6, 5},
        .layer_count = net->count,
        .layer = layer,
        .loss = aln_loss_find("half-mse"),
        .rule = aln_rule_find("bp"),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .precision = ALN_DOUBLE,
        .batch = 16,
        .seed = 3,
        .feedback = {.distribution = ALN_NORMAL, .scale = 1, .seed = 5, .rate = NAN, .decay = NAN},
    };
}

void aln_gradient_dense(size_t inputs, size_t depth, const size_t *units, const char *activation,
                        struct aln_network_options *o, struct aln_layer *layer)
{
    const struct aln_deep_activation *g = aln_deep_activation_find(activation);
    for (size_t l = 0; l < depth; l++)
        layer[l] = (struct aln_layer){
            .kind = aln_layer_kind_find("dense"),
            .size = units[l],
            .activation = l + 1 < depth ? g : NULL,
        };
    *o = (struct aln_network_options){
        .input = {inputs, 1, 1},
        .layer_count = depth,
        .layer = layer,
        .rule = aln_rule_find("dfa"),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .seed = 1,
        .feedback = {.distribution = ALN_UNIFORM, .scale = 1, .seed = 1, .rate = NAN, .decay = NAN},
    };
}

enum aln_status aln_gradient_step(struct aln_network *net, const struct aln_batch *all, size_t each,
                                  size_t step, double rate)
{
    enum { MOST = 16 };
    uint32_t index[MOST];
    struct aln_batch part = *all;
    assert(each <= MOST);
    for (size_t i = 0; i < each; i++)
        index[i] = (uint32_t)((step * each + i) * 7 % all->count);
    part.index = index;
    part.count = each;
    return aln_network_step(net, &part, rate);
}

/* ---- differences ---- */

static double loss_of(struct aln_network *net, const struct aln_batch *batch)
{
    struct aln_score score;
    bool sum = aln_network_settings(net)->reduction == ALN_SUM;
    if (aln_network_score(net, batch, &score) != ALN_OK)
        return NAN;
    return score.loss * (sum ? (double)batch->count : 1);
}

/* Largest deviation of one tensor's gradient, relative to the largest difference. */
static double tensor_deviation(struct aln_network *net, const struct aln_batch *batch, size_t i,
                               size_t length, double *w, const double *gradient)
{
    const double h = 1e-5;
    double largest = 0, worst = 0;
    aln_network_read(net, i, ALN_DOUBLE, w);
    for (size_t k = 0; k < length; k++) {
        const double here = w[k];
        w[k] = here + h;
        aln_network_write(net, i, ALN_DOUBLE, w);
        double above = loss_of(net, batch);
        w[k] = here - h;
        aln_network_write(net, i, ALN_DOUBLE, w);
        double difference = (above - loss_of(net, batch)) / (2 * h);
        w[k] = here;
        largest = fmax(largest, fabs(difference));
        if (!(fabs(difference - gradient[k]) <= worst))
            worst = fabs(difference - gradient[k]);
    }
    aln_network_write(net, i, ALN_DOUBLE, w);
    return worst / largest; /* 0/0 where there is no gradient */
}

enum aln_status aln_gradient_deviation(struct aln_network *net, const struct aln_batch *batch,
                                       double *worst, char *name)
{
    const size_t size = aln_network_size(net);
    double *gradient = malloc(2 * size * sizeof *gradient);
    if (gradient == NULL)
        return aln_raise_memory("central differences");
    enum aln_status status = aln_network_gradient(net, batch, gradient, NULL);
    const double *next = gradient;
    double *w = gradient + size;
    *worst = 0;
    *name = 0;
    for (size_t i = 0; i < aln_network_tensors(net) && status == ALN_OK; i++) {
        struct aln_tensor t;
        aln_network_tensor(net, i, &t);
        if (t.kind != ALN_WEIGHT && t.kind != ALN_BIAS)
            continue;
        double here = tensor_deviation(net, batch, i, t.rows * t.cols, w, next);
        next += t.rows * t.cols;
        if (here <= *worst || isnan(*worst))
            continue;
        *worst = here;
        memcpy(name, t.name, sizeof t.name);
    }
    free(gradient);
    return status;
}

/* ---- alignment ---- */

enum aln_status aln_gradient_alignment(struct aln_network *net, const struct aln_batch *batch,
                                       double *GA)
{
    const size_t L = aln_network_depth(net);
    size_t all = 0;
    for (size_t l = 1; l <= L; l++)
        all += aln_network_units(net, l);
    double *own = malloc(2 * batch->count * all * sizeof *own);
    if (own == NULL)
        return aln_raise_memory("the signals of %zu samples", batch->count);
    double *bp = own + batch->count * all;
    enum aln_status status = aln_network_signals(net, batch, own, bp, NULL);
    for (size_t l = 0; l < L; l++)
        GA[l] = 0;
    for (size_t i = 0; i < batch->count && status == ALN_OK; i++) {
        const double *x = own, *y = bp;
        double total[3] = {0}; /* xy, xx, yy */
        for (size_t l = 1; l < L; l++) {
            const size_t n = aln_network_units(net, l);
            double sum[3] = {0};
            for (size_t k = i * n; k < (i + 1) * n; k++) {
                sum[0] += x[k] * y[k];
                sum[1] += x[k] * x[k];
                sum[2] += y[k] * y[k];
            }
            GA[l] += sum[0] / sqrt(sum[1] * sum[2]) / (double)batch->count;
            for (int j = 0; j < 3; j++)
                total[j] += sum[j];
            x += batch->count * n;
            y += batch->count * n;
        }
        GA[0] += total[0] / sqrt(total[1] * total[2]) / (double)batch->count;
    }
    free(own);
    return status;
}

enum aln_status aln_gradient_transpose(struct aln_network *net)
{
    for (size_t l = 1; l < aln_network_depth(net); l++) {
        struct aln_tensor t;
        size_t i = aln_network_find(net, ALN_WEIGHT, l + 1);
        aln_network_tensor(net, i, &t);
        double *W = malloc(2 * t.rows * t.cols * sizeof *W);
        if (W == NULL)
            return aln_raise_memory("the feedback of layer %zu", l);
        double *F = W + t.rows * t.cols;
        aln_network_read(net, i, ALN_DOUBLE, W);
        for (size_t r = 0; r < t.rows; r++)
            for (size_t c = 0; c < t.cols; c++)
                F[c * t.rows + r] = W[r * t.cols + c];
        aln_network_write(net, aln_network_find(net, ALN_FEEDBACK, l), ALN_DOUBLE, F);
        free(W);
    }
    return ALN_OK;
}

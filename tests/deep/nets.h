/* Networks and samples for the tests of deep networks. */
#ifndef ALIGNODE_TESTS_NETS_H
#define ALIGNODE_TESTS_NETS_H

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../rules.h"
#include "alignode/network.h"

#define must(call) ck_assert_msg((call) == ALN_OK, "%s", aln_error())

enum { MOST_LAYERS = 8 };

/* Deep networks do not have every rule. */
static inline bool is_deep(const struct aln_rule *rule)
{
    return rule->two_layers_only == NULL;
}

/* Options with the layers they point to. */
struct net {
    struct aln_network_options o;
    struct aln_layer layer[MOST_LAYERS];
};

/* Dense layers, all but the last with the same activation. */
static inline void dense_net(struct net *n, const char *rule, const char *loss,
                             const char *activation, size_t depth, const size_t *units)
{
    memset(n, 0, sizeof *n);
    n->o = (struct aln_network_options){
        .input = {units[0], 1, 1},
        .layer_count = depth,
        .loss = aln_loss_find(loss),
        .rule = (const void *)aln_names_find(rules_all(), rule),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .precision = ALN_DOUBLE,
        .batch = 16,
        .seed = 3,
        .feedback = {.distribution = ALN_NORMAL, .scale = 1, .seed = 5, .rate = NAN, .decay = NAN},
    };
    for (size_t l = 0; l < depth; l++)
        n->layer[l] = (struct aln_layer){
            .kind = aln_layer_kind_find("dense"),
            .size = units[l + 1],
            .activation = l + 1 < depth ? aln_deep_activation_find(activation) : NULL};
}

static inline struct aln_network *make_net(struct net *n)
{
    struct aln_network *net;
    n->o.layer = n->layer;
    must(aln_network_create(&net, &n->o));
    return net;
}

/* Normal inputs and, if `outputs` > 0, targets or labels. */
struct samples {
    struct aln_batch batch;
    float *x, *y;
    uint32_t *label;
};

static inline void draw_samples(struct samples *s, size_t count, size_t inputs, size_t outputs,
                                bool classes, uint64_t seed)
{
    struct aln_stream stream;
    aln_stream_init(&stream, seed, "test samples", 0);
    s->x = malloc(count * inputs * sizeof *s->x);
    s->y = malloc(count * outputs * sizeof *s->y);
    s->label = malloc(count * sizeof *s->label);
    ck_assert(s->x != NULL && s->y != NULL && s->label != NULL);
    for (size_t i = 0; i < count * inputs; i++) {
        double z;
        aln_stream_normals(&stream, 1, &z);
        s->x[i] = (float)z;
    }
    for (size_t i = 0; i < count * outputs; i++)
        s->y[i] = (float)(2 * aln_stream_uniform(&stream) - 1);
    for (size_t i = 0; i < count; i++)
        s->label[i] = (uint32_t)(aln_stream_bits(&stream) % (outputs < 2 ? 2 : outputs));
    s->batch = (struct aln_batch){.count = count, .x = s->x};
    if (classes)
        s->batch.label = s->label;
    else
        s->batch.y = s->y;
}

static inline void free_samples(struct samples *s)
{
    free(s->x);
    free(s->y);
    free(s->label);
}

/* The numbers of a tensor; free(). */
static inline double *tensor(const struct aln_network *net, enum aln_tensor_kind kind, size_t l,
                             struct aln_tensor *t)
{
    struct aln_tensor local;
    t = t == NULL ? &local : t;
    size_t i = aln_network_find(net, kind, l);
    ck_assert_msg(i < aln_network_tensors(net), "no tensor of kind %d in layer %zu", (int)kind, l);
    aln_network_tensor(net, i, t);
    double *x = malloc(t->rows * t->cols * sizeof *x);
    ck_assert(x != NULL);
    aln_network_read(net, i, ALN_DOUBLE, x);
    return x;
}

static inline void put(struct aln_network *net, enum aln_tensor_kind kind, size_t l,
                       const double *x)
{
    aln_network_write(net, aln_network_find(net, kind, l), ALN_DOUBLE, x);
}

/* All numbers of a network's state, concatenated; free(). */
static inline double *whole_state(const struct aln_network *net, size_t *length)
{
    *length = 0;
    struct aln_tensor t;
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        aln_network_tensor(net, i, &t);
        *length += t.rows * t.cols;
    }
    double *x = malloc(*length * sizeof *x), *next = x;
    ck_assert(x != NULL);
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        aln_network_tensor(net, i, &t);
        aln_network_read(net, i, ALN_DOUBLE, next);
        next += t.rows * t.cols;
    }
    return x;
}

static inline double norm(size_t n, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

static inline double cosine(size_t n, const double *x, const double *y)
{
    double xy = 0;
    for (size_t i = 0; i < n; i++)
        xy += x[i] * y[i];
    return xy / (norm(n, x) * norm(n, y));
}

/* |x - y| / |y| */
static inline double deviation(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sqrt(sum) / norm(n, y);
}

#endif

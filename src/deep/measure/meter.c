#include "deep/measure/meter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"

static const struct aln_measure *measure(size_t i)
{
    return aln_measure_row(i);
}

/* ---- memory ---- */

/* Carves arrays out of one block of doubles; only counts while store is NULL. */
struct carver {
    double *store;
    size_t used;
};

static double *carve(struct carver *c, size_t n)
{
    double *part = c->store == NULL ? NULL : c->store + c->used;
    c->used += n;
    return part;
}

static void carve_sums(struct carver *c, struct aln_signal_sums *s, size_t L, size_t n)
{
    s->cosine = carve(c, L);
    s->defined = carve(c, L);
    s->rule2 = carve(c, L);
    s->bp2 = carve(c, L);
    s->ee = carve(c, n * n);
    s->e = carve(c, n);
    s->of_class = carve(c, n);
}

/* Size of the largest tensor, width of the widest layer, total number of units. */
static void sizes(const struct aln_network *net, size_t *weights, size_t *width, size_t *units)
{
    struct aln_tensor tensor;
    *weights = *width = *units = 0;
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        aln_network_tensor(net, i, &tensor);
        if (tensor.rows * tensor.cols > *weights)
            *weights = tensor.rows * tensor.cols;
    }
    for (size_t l = 1; l <= aln_network_depth(net); l++) {
        size_t in = aln_network_inputs(net, l), out = aln_network_units(net, l);
        *units += out;
        *width = in > *width && l > 1 ? in : *width;
        *width = out > *width ? out : *width;
    }
}

static void carve_all(struct carver *c, struct aln_meter *m)
{
    size_t L = m->depth, n = m->outputs, weights, width, units;
    sizes(m->net, &weights, &width, &units);
    carve_sums(c, &m->probe, L, n);
    carve_sums(c, &m->current, L, n);
    m->routes.M = carve(c, (L + 1) * n * n);
    m->routes.C = carve(c, (L + 1) * n * n);
    m->routes.norm2 = carve(c, L + 1);
    m->routes.phi2 = carve(c, L + 1);
    m->A = carve(c, 2 * n * n);
    for (int i = 0; i < 2; i++)
        m->route[i] = carve(c, width * n);
    m->P = carve(c, width * n);
    m->W = carve(c, weights);
    m->F = carve(c, weights);
    if (m->needs & (ALN_NEEDS_PROBE | ALN_NEEDS_BATCH)) {
        m->da = carve(c, m->chunk * units);
        m->da_bp = carve(c, m->chunk * units);
    }
    for (size_t k = 0; k < 2 && m->needs & ALN_NEEDS_SECOND; k++)
        m->second[k] = carve(c, aln_meter_second(m->net));
    if (m->needs & ALN_NEEDS_START)
        m->start = carve(c, aln_network_size(m->net));
    if (m->needs & ALN_NEEDS_GRADIENTS) {
        m->G = carve(c, aln_network_size(m->net));
        m->G_bp = carve(c, aln_network_size(m->net));
        m->G_chunk = carve(c, 2 * aln_network_size(m->net));
    }
}

static void keep_start(struct aln_meter *m)
{
    struct aln_tensor tensor;
    double *to = m->start;
    for (size_t l = 1; l <= m->depth; l++) {
        const size_t i = aln_network_find(m->net, ALN_WEIGHT, l);
        aln_network_tensor(m->net, i, &tensor);
        aln_network_read(m->net, i, ALN_DOUBLE, to);
        to += tensor.rows * tensor.cols;
    }
}

enum aln_status aln_meter_create(struct aln_meter **out, struct aln_network *net,
                                 const struct aln_meter_options *options)
{
    struct aln_meter *m = calloc(1, sizeof *m);
    struct carver carver = {0};
    *out = NULL;
    if (m == NULL)
        goto memory;
    m->net = net;
    m->options = *options;
    m->options.measure = NULL;
    m->depth = aln_network_depth(net);
    m->outputs = aln_network_units(net, m->depth);
    m->chunk = aln_network_settings(net)->batch;
    for (size_t i = 0; i < options->measure_count; i++) {
        m->wanted[options->measure[i]] = true;
        m->needs |= measure(options->measure[i])->needs;
    }
    carve_all(&carver, m);
    carver.store = m->store = malloc(carver.used * sizeof *m->store);
    if (m->store == NULL)
        goto memory;
    carver.used = 0;
    carve_all(&carver, m);
    if (m->needs & ALN_NEEDS_START)
        keep_start(m);
    *out = m;
    return ALN_OK;
memory:
    aln_meter_free(m);
    return aln_raise_memory("the measures of a network");
}

void aln_meter_free(struct aln_meter *m)
{
    if (m == NULL)
        return;
    free(m->store);
    free(m);
}

/* ---- columns ---- */

/* A group of columns: one measure on one set. */
struct group {
    const struct aln_measure *measure;
    size_t set;
};

/* Group i in the order of columns; false past the last. */
static bool group_at(const struct aln_meter *m, size_t i, struct group *group)
{
    static const bool of_sets[3] = {true, true, false};
    for (size_t part = 0; part < 3; part++) /* training set, test set, the others */
        for (size_t j = 0; j < aln_measures.count; j++) {
            *group = (struct group){measure(j), part};
            if (m->wanted[j] && group->measure->join == NULL &&
                group->measure->of_sets == of_sets[part] && i-- == 0)
                return true;
        }
    return false;
}

size_t aln_meter_columns(const struct aln_meter *m)
{
    struct group group;
    size_t columns = 0;
    for (size_t i = 0; group_at(m, i, &group); i++)
        columns += group.measure->columns(m->net);
    return columns;
}

void aln_meter_column(const struct aln_meter *m, size_t i, char name[32])
{
    static const char *const endings[3] = {"_train", "_test", ""};
    struct group group;
    for (size_t g = 0; group_at(m, g, &group); g++) {
        size_t columns = group.measure->columns(m->net);
        if (i < columns) {
            group.measure->column(m->net, i, name);
            if (group.measure->of_sets)
                strcat(name, endings[group.set]);
            return;
        }
        i -= columns;
    }
}

/* ---- reading ---- */

static enum aln_status prepare(struct aln_meter *m, const struct aln_batch *current)
{
    enum aln_status status = ALN_OK;
    if (m->needs & ALN_NEEDS_PROBE)
        status = aln_meter_sum_signals(m, &m->options.probe, &m->probe);
    if (status == ALN_OK && m->needs & ALN_NEEDS_SCORES) {
        status = aln_meter_score(m, &m->options.train, &m->score[0]);
        if (status == ALN_OK)
            status = aln_meter_score(m, &m->options.test, &m->score[1]);
    }
    if (status == ALN_OK && m->needs & ALN_NEEDS_BATCH)
        status = aln_meter_sum_signals(m, current, &m->current);
    if (status == ALN_OK && m->needs & ALN_NEEDS_GRADIENTS)
        status = aln_meter_gradients(m);
    if (status == ALN_OK && m->needs & ALN_NEEDS_ROUTES)
        aln_meter_multiply_routes(m);
    return status;
}

enum aln_status aln_meter_read(struct aln_meter *m, const struct aln_batch *current, double *value)
{
    struct group group;
    enum aln_status status = prepare(m, current);
    for (size_t i = 0; status == ALN_OK && group_at(m, i, &group); i++) {
        status = group.measure->fill(m, group.set, value);
        value += group.measure->columns(m->net);
        if (status == ALN_OK && aln_interrupted())
            status = aln_raise(ALN_STOPPED, "stopped");
    }
    return status;
}

void aln_meter_left_out(const struct aln_meter *m, uint64_t *pairs, uint64_t *left_out)
{
    double defined = 0;
    *pairs = m->needs & ALN_NEEDS_PROBE ? m->probe.samples * (m->depth - 1) : 0;
    for (size_t l = 1; l<m->depth && * pairs> 0; l++)
        defined += m->probe.defined[l];
    *left_out = *pairs - (uint64_t)defined;
}

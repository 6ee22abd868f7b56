/* Signals and gradients of a rule and of bp on the same samples. */
#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "deep/measure/meter.h"

struct aln_batch aln_meter_chunk(const struct aln_network *net, const struct aln_batch *batch,
                                 size_t from, size_t count)
{
    struct aln_batch chunk = *batch;
    size_t outputs = aln_network_units(net, aln_network_depth(net));
    chunk.count = count;
    if (batch->index != NULL) {
        chunk.index += from;
        return chunk;
    }
    chunk.x += from * aln_network_inputs(net, 1);
    if (batch->label != NULL)
        chunk.label += from;
    if (batch->y != NULL)
        chunk.y += from * outputs;
    return chunk;
}

static void clear(struct aln_signal_sums *s, size_t L, size_t n)
{
    s->samples = 0;
    s->score = (struct aln_score){0};
    s->scored = 0;
    memset(s->cosine, 0, L * sizeof *s->cosine);
    memset(s->defined, 0, L * sizeof *s->defined);
    memset(s->rule2, 0, L * sizeof *s->rule2);
    memset(s->bp2, 0, L * sizeof *s->bp2);
    memset(s->ee, 0, n * n * sizeof *s->ee);
    memset(s->e, 0, n * sizeof *s->e);
    memset(s->of_class, 0, n * sizeof *s->of_class);
}

static void add_cosine(struct aln_signal_sums *s, size_t at, double ab, double aa, double bb)
{
    s->rule2[at] += aa;
    s->bp2[at] += bb;
    if (aa > 0 && bb > 0) {
        s->cosine[at] += ab / (sqrt(aa) * sqrt(bb));
        s->defined[at] += 1;
    }
}

/* Adds one sample; the signals of layer l start at da + offset_l, for count samples. */
static void add_sample(const struct aln_meter *m, size_t sample, size_t count,
                       struct aln_signal_sums *s)
{
    double ab = 0, aa = 0, bb = 0;
    size_t offset = 0;
    for (size_t l = 1; l < m->depth; l++) {
        size_t units = aln_network_units(m->net, l);
        const double *a = m->da + offset + sample * units, *b = m->da_bp + offset + sample * units;
        double x = 0, y = 0, z = 0;
        for (size_t i = 0; i < units; i++) {
            x += a[i] * b[i];
            y += a[i] * a[i];
            z += b[i] * b[i];
        }
        add_cosine(s, l, x, y, z);
        ab += x;
        aa += y;
        bb += z;
        offset += count * units;
    }
    add_cosine(s, 0, ab, aa, bb);
    const double *e = m->da + offset + sample * m->outputs;
    for (size_t i = 0; i < m->outputs; i++) {
        s->e[i] += e[i];
        for (size_t j = 0; j < m->outputs; j++)
            s->ee[i * m->outputs + j] += e[i] * e[j];
    }
}

/* Adds da_l da_l^T of all samples of a chunk. */
static void add_second(struct aln_meter *m, size_t count)
{
    size_t offset = 0, at = 0;
    for (size_t l = 1; l < m->depth; l++) {
        const size_t n = aln_network_units(m->net, l);
        for (size_t k = 0; k < 2; k++) {
            const double *da = (k == 0 ? m->da : m->da_bp) + offset;
            for (size_t sample = 0; sample < count && !aln_interrupted(); sample++, da += n)
                for (size_t i = 0; i < n; i++)
                    for (size_t j = 0; j <= i; j++)
                        m->second[k][at + i * n + j] += da[i] * da[j];
        }
        offset += count * n;
        at += n * n;
    }
}

enum aln_status aln_meter_sum_signals(struct aln_meter *m, const struct aln_batch *batch,
                                      struct aln_signal_sums *s)
{
    enum aln_status status = ALN_OK;
    const bool second = s == &m->probe && m->needs & ALN_NEEDS_SECOND;
    clear(s, m->depth, m->outputs);
    for (size_t k = 0; k < 2 && second; k++)
        memset(m->second[k], 0, aln_meter_second(m->net) * sizeof *m->second[k]);
    for (size_t from = 0; from < batch->count && status == ALN_OK; from += m->chunk) {
        size_t left = batch->count - from, count = left < m->chunk ? left : m->chunk;
        struct aln_batch chunk = aln_meter_chunk(m->net, batch, from, count);
        bool complete = count == m->chunk;
        status = aln_network_signals(m->net, &chunk, m->da, m->da_bp, complete ? &s->score : NULL);
        s->scored += complete ? count : 0;
        for (size_t i = 0; i < count && status == ALN_OK; i++) {
            add_sample(m, i, count, s);
            if (chunk.label != NULL && m->outputs > 1)
                s->of_class[chunk.label[chunk.index != NULL ? chunk.index[i] : i]] += 1;
        }
        if (second && status == ALN_OK)
            add_second(m, count);
        s->samples += count;
    }
    return status;
}

size_t aln_meter_second(const struct aln_network *net)
{
    size_t numbers = 0;
    for (size_t l = 1; l < aln_network_depth(net); l++)
        numbers += aln_network_units(net, l) * aln_network_units(net, l);
    return numbers;
}

static void add(size_t n, double weight, const double *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += weight * from[i];
}

/* The gradient of a batch is the sum, or the weighted mean, of those of its chunks. */
static enum aln_status add_gradients(struct aln_meter *m, const struct aln_batch *chunk,
                                     double weight)
{
    const size_t n = aln_network_size(m->net);
    enum aln_status status = aln_network_gradient(m->net, chunk, m->G_chunk, m->G_chunk + n);
    if (status != ALN_OK)
        return status;
    add(n, weight, m->G_chunk, m->G);
    add(n, weight, m->G_chunk + n, m->G_bp);
    return ALN_OK;
}

enum aln_status aln_meter_gradients(struct aln_meter *m)
{
    const struct aln_batch *batch = &m->options.probe;
    bool mean = aln_network_settings(m->net)->reduction == ALN_MEAN;
    enum aln_status status = ALN_OK;
    memset(m->G, 0, aln_network_size(m->net) * sizeof *m->G);
    memset(m->G_bp, 0, aln_network_size(m->net) * sizeof *m->G_bp);
    for (size_t from = 0; from < batch->count && status == ALN_OK; from += m->chunk) {
        size_t left = batch->count - from, count = left < m->chunk ? left : m->chunk;
        struct aln_batch chunk = aln_meter_chunk(m->net, batch, from, count);
        double weight = mean ? (double)count / (double)batch->count : 1;
        status = add_gradients(m, &chunk, weight);
    }
    return status;
}

/* Whether the probe consists of the first samples of a set. */
static bool begins_with(const struct aln_batch *set, const struct aln_batch *probe)
{
    return probe->x == set->x && probe->label == set->label && probe->y == set->y &&
           probe->index == NULL && set->index == NULL && probe->count <= set->count;
}

/* Samples already scored with the probe's signals are not evaluated again. The chunks of probe and
 * set coincide, so the sums are the same. */
enum aln_status aln_meter_score(struct aln_meter *m, const struct aln_batch *set,
                                struct aln_score *score)
{
    bool done = m->needs & ALN_NEEDS_PROBE && begins_with(set, &m->options.probe);
    struct aln_score sum = done ? m->probe.score : (struct aln_score){0};
    enum aln_status status = aln_network_add_scores(m->net, set, done ? m->probe.scored : 0, &sum);
    *score = (struct aln_score){sum.loss / (double)set->count, sum.error / (double)set->count};
    return status;
}

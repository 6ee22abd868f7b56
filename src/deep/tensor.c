/* The state of a network as named tensors. */
#include <stdio.h>
#include <string.h>

#include "deep/stage.h"

enum { KINDS = ALN_FEEDBACK_SQUARE + 1 };

struct aln_site aln_network_place(const struct aln_network *net, enum aln_tensor_kind kind,
                                  size_t l)
{
    const struct aln_stage *s = net->weighted[l - 1];
    const struct aln_stage *above = l < net->depth ? net->weighted[l] : NULL; /* keeps F_l */
    const bool feedback =
        kind == ALN_FEEDBACK || kind == ALN_FEEDBACK_VELOCITY || kind == ALN_FEEDBACK_SQUARE;
    const bool bias = kind == ALN_BIAS || kind == ALN_BIAS_VELOCITY || kind == ALN_BIAS_SQUARE;
    if (feedback && above == NULL)
        return (struct aln_site){.numbers = NULL};
    void *const numbers[KINDS] = {
        [ALN_WEIGHT] = s->W,
        [ALN_BIAS] = s->b,
        [ALN_FEEDBACK] = feedback ? above->F : NULL,
        [ALN_WEIGHT_VELOCITY] = s->vW,
        [ALN_BIAS_VELOCITY] = s->vb,
        [ALN_FEEDBACK_VELOCITY] = feedback ? above->vF : NULL,
        [ALN_WEIGHT_SQUARE] = s->sW,
        [ALN_BIAS_SQUARE] = s->sb,
        [ALN_FEEDBACK_SQUARE] = feedback ? above->sF : NULL,
    };
    struct aln_site place = {.numbers = numbers[kind], .transposed = feedback};
    if (feedback) {
        place.rows = above->back_rows;
        place.cols = above->back_cols;
    } else {
        place.rows = s->rows;
        place.cols = bias ? 1 : s->cols;
    }
    return place;
}

/* ---- copies ---- */

static double get(enum aln_precision precision, const void *x, size_t i)
{
    return precision == ALN_SINGLE ? (double)((const float *)x)[i] : ((const double *)x)[i];
}

static void set(enum aln_precision precision, void *x, size_t i, double value)
{
    if (precision == ALN_SINGLE)
        ((float *)x)[i] = (float)value;
    else
        ((double *)x)[i] = value;
}

/* Index of entry (i, j) as stored in the caller's matrix. */
static size_t external_index(struct aln_site p, size_t i, size_t j)
{
    return p.transposed ? j * p.rows + i : i * p.cols + j;
}

void aln_network_copy_out(const struct aln_network *net, struct aln_site from,
                          enum aln_precision as, void *out)
{
    for (size_t i = 0; i < from.rows; i++)
        for (size_t j = 0; j < from.cols; j++)
            set(as, out, external_index(from, i, j),
                get(net->options.precision, from.numbers, i * from.cols + j));
}

void aln_network_copy_in(const struct aln_network *net, struct aln_site to, enum aln_precision as,
                         const void *in)
{
    for (size_t i = 0; i < to.rows; i++)
        for (size_t j = 0; j < to.cols; j++)
            set(net->options.precision, to.numbers, i * to.cols + j,
                get(as, in, external_index(to, i, j)));
}

/* ---- by index ---- */

/* The kind and layer of tensor i; false past the last. */
static bool tensor_at(const struct aln_network *net, size_t i, enum aln_tensor_kind *kind,
                      size_t *layer)
{
    for (*layer = 1; *layer <= net->depth; ++*layer)
        for (unsigned k = 0; k < KINDS; k++) {
            *kind = (enum aln_tensor_kind)k;
            if (aln_network_place(net, *kind, *layer).numbers != NULL && i-- == 0)
                return true;
        }
    return false;
}

size_t aln_network_tensors(const struct aln_network *net)
{
    enum aln_tensor_kind kind;
    size_t count = 0, layer;
    while (tensor_at(net, count, &kind, &layer))
        count++;
    return count;
}

void aln_network_tensor(const struct aln_network *net, size_t i, struct aln_tensor *tensor)
{
    static const char *const letters[KINDS] = {"W", "b", "F", "vW", "vb", "vF", "sW", "sb", "sF"};
    *tensor = (struct aln_tensor){.name = ""};
    if (!tensor_at(net, i, &tensor->kind, &tensor->layer))
        return;
    struct aln_site place = aln_network_place(net, tensor->kind, tensor->layer);
    tensor->rows = place.transposed ? place.cols : place.rows;
    tensor->cols = place.transposed ? place.rows : place.cols;
    snprintf(tensor->name, sizeof tensor->name, "%s_%u", letters[tensor->kind],
             (unsigned)tensor->layer);
}

size_t aln_network_find(const struct aln_network *net, enum aln_tensor_kind kind, size_t layer)
{
    enum aln_tensor_kind found;
    size_t i = 0, at;
    while (tensor_at(net, i, &found, &at) && (found != kind || at != layer))
        i++;
    return i;
}

void aln_network_read(const struct aln_network *net, size_t i, enum aln_precision as, void *out)
{
    enum aln_tensor_kind kind;
    size_t layer;
    if (tensor_at(net, i, &kind, &layer))
        aln_network_copy_out(net, aln_network_place(net, kind, layer), as, out);
}

void aln_network_write(struct aln_network *net, size_t i, enum aln_precision as, const void *in)
{
    enum aln_tensor_kind kind;
    size_t layer;
    if (tensor_at(net, i, &kind, &layer))
        aln_network_copy_in(net, aln_network_place(net, kind, layer), as, in);
}

void aln_network_feedback(struct aln_network *net, size_t l, double *F)
{
    const struct aln_stage *above = net->weighted[l];
    struct aln_site place = aln_network_place(net, ALN_FEEDBACK, l);
    if (aln_rule_feedback_kind(net->options.rule) == ALN_FEEDBACK_WEIGHTS)
        place = (struct aln_site){above->W, above->rows, above->cols, true};
    if (above->made != NULL) {
        net->engine->compute_feedback(net);
        place.numbers = above->made;
    }
    aln_network_copy_out(net, place, ALN_DOUBLE, F);
}

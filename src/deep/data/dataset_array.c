#include "deep/data/dataset_array.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    MOST_SAMPLES = 100 * 1000 * 1000, /* of a file */
    MOST_COLUMN = 8,                  /* bytes of a number */
};

/* ---- lengths ---- */

static bool is_colours(uint64_t n)
{
    return n == 1 || n == ALN_COLOURS;
}

enum aln_status aln_array_check_dimensions(const struct aln_array *a, int which)
{
    const size_t n = a->dimensions;
    if (which == ALN_ARRAY_ANSWERS && n != 1 && n != 2)
        return aln_data_wrong(&a->file,
                              "has %zu dimensions, expected 1 or 2: samples, or samples x "
                              "targets",
                              n);
    if (which == ALN_ARRAY_INPUTS && (n < 2 || n > ALN_ARRAY_DIMENSIONS))
        return aln_data_wrong(&a->file,
                              "has %zu dimension%s, expected 2 (samples x numbers), 3 (samples x "
                              "rows x columns) or 4 (with channels)",
                              n, n == 1 ? "" : "s");
    return ALN_OK;
}

/* a b, at most UINT64_MAX. */
static uint64_t times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

enum aln_status aln_array_check(const struct aln_array *a, uint64_t head)
{
    const uint64_t most = a->dimensions > 2 ? ALN_SIDE_MOST : ALN_DATA_MOST;
    uint64_t bytes = a->element->size;
    enum aln_status status = ALN_OK;
    for (size_t d = 0; d < a->dimensions && status == ALN_OK; d++) {
        if (a->length[d] == 0 || (d > 0 && a->length[d] > most))
            return aln_data_wrong(&a->file, "has an invalid header: length %zu is %" PRIu64, d + 1,
                                  a->length[d]);
        bytes = times(bytes, a->length[d]);
    }
    if (status == ALN_OK)
        status = aln_data_expect(&a->file, bytes > UINT64_MAX - head ? bytes : bytes + head);
    if (status == ALN_OK && a->length[0] > MOST_SAMPLES)
        return aln_data_wrong(&a->file, "claims %" PRIu64 " samples, more than %d", a->length[0],
                              MOST_SAMPLES);
    return status;
}

/* "6 x 4".  Given: length of `dimensions`, the first of which is left out */
static const char *shape_text(const uint64_t *length, size_t dimensions, char text[64])
{
    size_t n = 0;
    text[0] = '\0';
    for (size_t d = 1; d < dimensions && n < 64; d++)
        n += (size_t)snprintf(text + n, 64 - n, "%s%" PRIu64, d > 1 ? " x " : "", length[d]);
    return text;
}

/* Finds the channels: first or last, whichever length alone can be a number of colours. */
static enum aln_status find_channels(const struct aln_array *a, struct aln_sample_layout *out)
{
    const bool first = is_colours(a->length[1]), last = is_colours(a->length[3]);
    const size_t one = (size_t)a->length[1], two = (size_t)a->length[2],
                 three = (size_t)a->length[3];
    char text[64];
    if (first == last)
        return aln_data_wrong(&a->file,
                              "has samples of %s: %s; 1 or 3 channels come first or last, and only "
                              "one of the two lengths may be 1 or 3",
                              shape_text(a->length, a->dimensions, text),
                              first ? "which are the channels is ambiguous"
                                    : "there are no 1 or 3 channels");
    *out =
        first
            ? (struct aln_sample_layout){.channels = one,
                                         .height = two,
                                         .width = three,
                                         .step = {two * three, three, 1}}
            : (struct aln_sample_layout){
                  .channels = three, .height = one, .width = two, .step = {1, two * three, three}};
    return ALN_OK;
}

static enum aln_status find_layout(const struct aln_array *a, const struct aln_data_spec *spec,
                                   struct aln_sample_layout *out)
{
    const size_t one = (size_t)a->length[1], two = (size_t)a->length[2];
    *out =
        (struct aln_sample_layout){.channels = 1, .height = one, .width = two, .step = {0, two, 1}};
    if (a->dimensions == 2)
        *out = (struct aln_sample_layout){
            .vectors = true, .channels = 1, .height = 1, .width = one, .step = {one, one, 1}};
    out->step[0] = out->height * out->width;
    if (a->dimensions == ALN_ARRAY_DIMENSIONS)
        return find_channels(a, out);
    if (out->vectors && (spec->transpose || spec->size > 0))
        return aln_data_refuse(NULL, spec->transpose ? "transpose" : "size",
                               "it is for images, but %s has vectors of %zu numbers", a->file.path,
                               one);
    return ALN_OK;
}

static void transpose(struct aln_sample_layout *layout)
{
    const struct aln_sample_layout old = *layout;
    layout->height = old.width;
    layout->width = old.height;
    layout->step[1] = old.step[2];
    layout->step[2] = old.step[1];
}

/* ---- inputs: the header ---- */

/* Refuses an array whose type or shape differs from what is known. */
static enum aln_status check_alike(const struct aln_array *a, const struct aln_arrays *set)
{
    char text[64], wanted[64];
    if (set->element != NULL && a->element != set->element)
        return aln_data_wrong(&a->file, "contains %s, not %s", a->element->words,
                              set->element->words);
    if (set->dimensions != 0 &&
        (a->dimensions != set->dimensions ||
         memcmp(a->length + 1, set->length + 1, (set->dimensions - 1) * sizeof a->length[0]) != 0))
        return aln_data_wrong(&a->file, "has samples of %s, not %s",
                              shape_text(a->length, a->dimensions, text),
                              shape_text(set->length, set->dimensions, wanted));
    return ALN_OK;
}

static enum aln_status open_inputs(struct aln_array *a, struct aln_arrays *set, int part,
                                   uint64_t answers)
{
    enum aln_status status = set->open(set->from, part, ALN_ARRAY_INPUTS, a);
    if (status == ALN_OK && a->length[0] != answers)
        return aln_data_wrong(&a->file, "has %" PRIu64 " samples for %" PRIu64 " labels or targets",
                              a->length[0], answers);
    if (status == ALN_OK)
        status = check_alike(a, set);
    if (status != ALN_OK)
        return status;
    set->element = a->element;
    set->dimensions = a->dimensions;
    memcpy(set->length, a->length, sizeof set->length);
    return ALN_OK;
}

/* ---- labels ---- */

/* What the training labels are like; to be compared with the outputs of the network. */
struct census {
    uint64_t count, above, where; /* labels, those that have no output, the first largest one */
    uint32_t largest;
};

/* Raises that the training labels do not match the number of outputs of the network. */
static enum aln_status refuse_classes(const struct aln_data_file *f, size_t answers,
                                      const struct census *c)
{
    const size_t modulus = answers > 1 ? answers : 2;
    const uint32_t needed = c->largest + 1;
    if (c->largest == 0)
        return aln_data_wrong(f, "contains only the label 0; at least two classes are needed");
    if (c->above == 0)
        return aln_raise(ALN_USAGE,
                         "%s: the largest label is %" PRIu32 ", so there are %" PRIu32
                         " classes, but the last of network.layers has %zu outputs: change it to "
                         "{dense: %" PRIu32 "}",
                         f->path, c->largest, needed, answers, needed);
    return aln_raise(ALN_USAGE,
                     "%s: the last of network.layers has %zu output%s, for labels from 0 to %zu, "
                     "but %" PRIu64 " of %" PRIu64 " labels are larger; the largest, %" PRIu32
                     ", is that of sample %" PRIu64
                     " (counting from 0): correct the labels, change that layer to {dense: %" PRIu32
                     "}, or set data.classes: %zu, which takes labels modulo %zu",
                     f->path, answers, answers > 1 ? "s" : "", answers - 1, c->above, c->count,
                     c->largest, c->where, needed, modulus, modulus);
}

static enum aln_status read_number(struct aln_array *a, double *x)
{
    unsigned char raw[MOST_COLUMN];
    enum aln_status status = aln_data_read(&a->file, raw, a->element->size);
    if (status == ALN_OK)
        *x = aln_element_value(a->element, a->big, raw);
    return status;
}

/* Reads label i, which must be below `classes`. */
static enum aln_status read_label(struct aln_array *a, uint64_t i, uint32_t classes, uint32_t *out)
{
    double x = 0;
    enum aln_status status = read_number(a, &x);
    if (status == ALN_OK && !(x >= 0 && x < classes))
        return aln_data_wrong(&a->file,
                              "the label of sample %" PRIu64
                              " (counting from 0) is %.17g, not from 0 to %" PRIu32,
                              i, x, classes - 1);
    *out = (uint32_t)x;
    return status;
}

/* Reads all labels of a file and checks them; keeps those that fit. */
static enum aln_status read_labels(struct aln_array *a, struct aln_arrays *set,
                                   struct aln_dataset *to)
{
    const uint32_t classes = set->classes > 0 ? set->classes : ALN_DATA_MOST;
    struct census census = {.count = a->length[0]};
    enum aln_status status = ALN_OK;
    for (uint64_t i = 0; i < census.count && status == ALN_OK; i++) {
        uint32_t label = 0;
        status = read_label(a, i, classes, &label);
        census.where = label > census.largest ? i : census.where;
        census.largest = label > census.largest ? label : census.largest;
        census.above += label >= set->answers;
        if (i < to->count)
            to->label[i] = label;
    }
    if (status != ALN_OK || set->classes != 0)
        return status;
    set->classes = census.largest + 1;
    return set->answers == 0 || set->answers == set->classes
               ? ALN_OK
               : refuse_classes(&a->file, set->answers, &census);
}

/* ---- targets ---- */

static enum aln_status read_targets(struct aln_array *a, struct aln_arrays *set,
                                    struct aln_dataset *to)
{
    (void)set;
    enum aln_status status = ALN_OK;
    for (uint64_t i = 0; i < a->length[0] && status == ALN_OK; i++)
        for (size_t k = 0; k < to->outputs && status == ALN_OK; k++) {
            double y = 0;
            status = read_number(a, &y);
            if (status == ALN_OK && !(fabs(y) <= (double)FLT_MAX)) /* false for nan */
                status = aln_data_wrong(&a->file,
                                        "a target of sample %" PRIu64
                                        " (counting from 0) is %g, not a finite number",
                                        i, y);
            if (status == ALN_OK && i < to->count)
                to->y[i * to->outputs + k] = (float)y;
        }
    return status;
}

/* The number of targets must be that of the network's outputs, and the same in both parts. */
static enum aln_status check_targets(const struct aln_array *a, const struct aln_arrays *set,
                                     size_t outputs, size_t before)
{
    if (before != 0 && outputs != before)
        return aln_data_wrong(&a->file, "has %zu targets for a sample, not %zu", outputs, before);
    if (set->answers != 0 && set->answers != outputs)
        return aln_raise(ALN_USAGE,
                         "%s: has %zu target%s for a sample, but the last of network.layers has "
                         "%zu output%s: change it to {dense: %zu}",
                         a->file.path, outputs, outputs > 1 ? "s" : "", set->answers,
                         set->answers > 1 ? "s" : "", outputs);
    return ALN_OK;
}

/* Whole numbers are labels, real numbers targets: the coding must ask for them. */
static enum aln_status check_answers(const struct aln_array *a, bool labels)
{
    if (labels && a->element->real)
        return aln_data_wrong(&a->file,
                              "contains %s, which are targets, not labels: set data.coding: "
                              "values, with network.loss: half-mse or mse",
                              a->element->words);
    if (!labels && !a->element->real)
        return aln_data_wrong(&a->file,
                              "contains %s, which are labels: data.coding: values needs targets "
                              "written as real numbers",
                              a->element->words);
    if (labels && a->dimensions == 2 && a->length[1] != 1)
        return aln_data_wrong(&a->file, "has %" PRIu64 " labels for a sample, expected 1",
                              a->length[1]);
    return ALN_OK;
}

static enum aln_status open_answers(struct aln_array *a, const struct aln_arrays *set, int part,
                                    bool labels)
{
    enum aln_status status = set->open(set->from, part, ALN_ARRAY_ANSWERS, a);
    if (status == ALN_OK)
        status = check_answers(a, labels);
    if (status == ALN_OK && set->count[part] != 0 && a->length[0] != set->count[part])
        return aln_data_wrong(&a->file, "has %" PRIu64 " labels, not %" PRIu64, a->length[0],
                              set->count[part]);
    return status;
}

/* ---- both ---- */

/* Shape and memory of a part. */
static enum aln_status make_room(struct aln_dataset *out, int part,
                                 const struct aln_data_spec *spec,
                                 const struct aln_sample_layout *layout, uint64_t count)
{
    enum aln_status status = layout->vectors
                                 ? aln_data_shape(out, part, spec, count, layout->width, 1, 1)
                                 : aln_data_shape(out, part, spec, count, layout->channels,
                                                  layout->height, layout->width);
    return status == ALN_OK ? aln_dataset_alloc(out, spec->coding->labels, !spec->coding->labels)
                            : status;
}

/* Reads all samples of a file; as many as fit are stored in `to`, the rest only checked. */
static enum aln_status read_samples(struct aln_array *a, const struct aln_sample_layout *layout,
                                    size_t size, int part, struct aln_loading *to)
{
    struct aln_dataset *out = part == ALN_TRAIN ? &to->data.train : &to->data.test;
    struct aln_sampler *sampler;
    enum aln_status status = aln_sampler_create(&sampler, a, layout, size);
    for (uint64_t i = 0; i < a->length[0] && status == ALN_OK; i++)
        status = aln_sampler_read(sampler, i, i < out->count ? out->x + i * out->inputs : NULL);
    if (status == ALN_OK && part == ALN_TRAIN)
        aln_sampler_finish(sampler, to);
    if (status == ALN_OK)
        to->unit = aln_sampler_unit(sampler);
    aln_sampler_free(sampler);
    return status == ALN_OK ? aln_data_end(&a->file) : status;
}

/* Given: answers, inputs  open; closed by the caller */
static enum aln_status read_part(struct aln_arrays *set, int part, const struct aln_data_spec *spec,
                                 struct aln_array *answers, struct aln_array *inputs,
                                 struct aln_loading *to)
{
    struct aln_dataset *out = part == ALN_TRAIN ? &to->data.train : &to->data.test;
    struct aln_sample_layout layout;
    const bool labels = spec->coding->labels;
    enum aln_status status = find_layout(inputs, spec, &layout);
    if (status != ALN_OK)
        return status;
    if (spec->transpose)
        transpose(&layout);
    if (!labels) {
        out->outputs = answers->dimensions == 2 ? (size_t)answers->length[1] : 1;
        status = check_targets(answers, set, out->outputs, to->data.train.outputs);
    }
    if (status == ALN_OK)
        status = make_room(out, part, spec, &layout, inputs->length[0]);
    if (status == ALN_OK)
        status = (labels ? read_labels : read_targets)(answers, set, out);
    if (status == ALN_OK)
        status = aln_data_end(&answers->file);
    to->colours = layout.channels;
    return status == ALN_OK ? read_samples(inputs, &layout, spec->size, part, to) : status;
}

static enum aln_status load_part(struct aln_arrays *set, int part, const struct aln_data_spec *spec,
                                 struct aln_loading *to)
{
    struct aln_array answers = {0}, inputs = {0};
    /* Both headers before anything is read, so that one of them alone cannot ask for memory. */
    enum aln_status status = open_answers(&answers, set, part, spec->coding->labels);
    if (status == ALN_OK)
        status = open_inputs(&inputs, set, part, answers.length[0]);
    if (status == ALN_OK)
        status = read_part(set, part, spec, &answers, &inputs, to);
    aln_data_close(&answers.file);
    aln_data_close(&inputs.file);
    return status;
}

size_t aln_arrays_answers(const struct aln_data_spec *spec)
{
    return spec->classes == 0 && spec->coding->outputs == 0 ? spec->answers : 0;
}

enum aln_status aln_arrays_load(struct aln_arrays *set, const struct aln_data_spec *spec,
                                struct aln_loading *to)
{
    enum aln_status status = load_part(set, ALN_TRAIN, spec, to);
    if (status == ALN_OK)
        status = load_part(set, ALN_TEST, spec, to);
    to->data.classes = spec->coding->labels ? set->classes : 0;
    return status;
}

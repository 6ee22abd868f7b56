/* The steps of loading that all data sets share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "base/failure.h"
#include "deep/data/dataset_parts.h"

enum { PARTS = 2 };

static struct aln_dataset *part_of(struct aln_data *data, uint64_t part)
{
    return part == ALN_TRAIN ? &data->train : &data->test;
}

static void free_set(struct aln_dataset *set)
{
    free(set->x);
    free(set->label);
    free(set->noisy);
    free(set->y);
}

void aln_data_free(struct aln_data *data)
{
    free_set(&data->train);
    free_set(&data->test);
    *data = (struct aln_data){0};
}

/* ---- memory and shape ---- */

/* rows x cols numbers of `size` bytes; NULL when out of memory. */
static void *numbers(size_t rows, size_t cols, size_t size)
{
    return cols > 0 && rows <= SIZE_MAX / size / cols ? malloc(rows * cols * size) : NULL;
}

static enum aln_status no_memory(const struct aln_dataset *set)
{
    return aln_raise_memory("%zu samples of %zu inputs", set->count, set->inputs);
}

enum aln_status aln_dataset_alloc(struct aln_dataset *set, bool label, bool y)
{
    set->inputs = set->channels * set->height * set->width;
    set->x = numbers(set->count, set->inputs, sizeof *set->x);
    if (label)
        set->label = numbers(set->count, 1, sizeof *set->label);
    if (y)
        set->y = numbers(set->count, set->outputs, sizeof *set->y);
    if (set->x == NULL || (label && set->label == NULL) || (y && set->y == NULL))
        return no_memory(set);
    return ALN_OK;
}

enum aln_status aln_data_shape(struct aln_dataset *out, int part, const struct aln_data_spec *spec,
                               uint64_t there, size_t channels, size_t height, size_t width)
{
    const size_t wanted = part == ALN_TRAIN ? spec->train : spec->test;
    if (wanted > there)
        return aln_data_refuse_amount(NULL, part, there, wanted);
    if (spec->size > height || spec->size > width)
        return aln_data_refuse(
            NULL, "size",
            "expected at most the smaller side of the images, %zu x %zu, got %zu; "
            "0 keeps their size",
            height, width, spec->size);
    out->count = wanted > 0 ? wanted : (size_t)there;
    out->channels = channels;
    out->height = spec->size > 0 ? spec->size : height;
    out->width = spec->size > 0 ? spec->size : width;
    return ALN_OK;
}

/* ---- labels ---- */

/* Reduces the number of classes, by taking labels modulo it. */
static enum aln_status fold_classes(struct aln_data *data, size_t classes)
{
    if (classes == 0 || classes == data->classes)
        return ALN_OK;
    if (classes > data->classes)
        return aln_data_refuse(NULL, "classes",
                               "expected at most %zu, the number of classes, got %zu; 0 takes all",
                               data->classes, classes);
    for (uint64_t part = 0; part < PARTS; part++) {
        struct aln_dataset *set = part_of(data, part);
        for (size_t i = 0; i < set->count; i++)
            set->label[i] %= (uint32_t)classes;
    }
    data->classes = classes;
    return ALN_OK;
}

/* The index of the first largest number; the sign of a single one. */
static uint32_t class_of(const float *y, size_t outputs)
{
    uint32_t best = 0;
    if (outputs == 1)
        return y[0] > 0;
    for (uint32_t k = 1; k < outputs; k++)
        best = y[k] > y[best] ? k : best;
    return best;
}

static enum aln_status labels_of_numbers(struct aln_data *data)
{
    for (uint64_t part = 0; part < PARTS; part++) {
        struct aln_dataset *set = part_of(data, part);
        set->label = numbers(set->count, 1, sizeof *set->label);
        if (set->label == NULL)
            return no_memory(set);
        for (size_t i = 0; i < set->count; i++)
            set->label[i] = class_of(set->y + i * set->outputs, set->outputs);
        data->classes = set->outputs == 1 ? 2 : set->outputs;
        free(set->y);
        set->y = NULL;
    }
    return ALN_OK;
}

/* Always draws two words per sample: a larger probability replaces the same labels and more.
 * Given:    set->noisy[count]  false
 * Returned: how many have changed */
static size_t replace_labels(struct aln_dataset *set, size_t classes, double probability,
                             uint64_t seed, uint64_t part)
{
    struct aln_stream stream;
    size_t changed = 0;
    aln_stream_init(&stream, seed, "data labels", part);
    for (size_t i = 0; i < set->count; i++) {
        bool replace = aln_stream_uniform(&stream) < probability;
        uint32_t label = (uint32_t)(aln_stream_uniform(&stream) * (double)classes);
        if (!replace)
            continue;
        set->noisy[i] = set->label[i] != label;
        changed += set->noisy[i];
        set->label[i] = label;
    }
    return changed;
}

static enum aln_status make_labels(struct aln_data *data, const struct aln_data_kind *kind,
                                   const struct aln_data_spec *spec)
{
    const struct aln_coding *coding = spec->coding;
    enum aln_status status = ALN_OK;
    if (!coding->labels)
        return ALN_OK;
    if (data->train.label == NULL)
        status = labels_of_numbers(data);
    else if (aln_data_uses(kind, "classes"))
        status = fold_classes(data, spec->classes);
    if (status == ALN_OK && coding->classes != 0 && coding->classes != data->classes)
        status = aln_data_refuse(NULL, "coding", "%s requires %zu classes, got %zu",
                                 coding->id.name, coding->classes, data->classes);
    for (uint64_t part = 0; part < PARTS && status == ALN_OK; part++) {
        struct aln_dataset *set = part_of(data, part);
        if (spec->label_noise > 0 && (part == ALN_TRAIN || spec->label_noise_test)) {
            set->noisy = calloc(set->count, sizeof *set->noisy);
            if (set->noisy == NULL)
                return no_memory(set);
            data->relabelled[part] =
                replace_labels(set, data->classes, spec->label_noise, spec->seed, part);
        }
        set->outputs = coding->outputs > 0 ? coding->outputs : data->classes;
    }
    return status;
}

/* ---- inputs ---- */

/* Mean and deviation of one colour, numbers first, ..., first + length - 1 of each sample. */
static void measure(const struct aln_dataset *set, size_t first, size_t length, double *mean,
                    double *deviation)
{
    const double n = (double)set->count * (double)length;
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < set->count; i++) {
        const float *x = set->x + i * set->inputs + first;
        double part = 0; /* summed per sample, for accuracy */
        for (size_t j = 0; j < length; j++)
            part += x[j];
        sum += part;
    }
    *mean = sum / n;
    for (size_t i = 0; i < set->count; i++) {
        const float *x = set->x + i * set->inputs + first;
        double part = 0;
        for (size_t j = 0; j < length; j++)
            part += (x[j] - *mean) * (x[j] - *mean);
        sum2 += part;
    }
    *deviation = sqrt(sum2 / n);
}

/* One mean and deviation for all colours, from those of each. */
static void pool(size_t colours, double *mean, double *deviation)
{
    double sum = 0, sum2 = 0;
    for (size_t c = 0; c < colours; c++) {
        sum += mean[c] / (double)colours;
        sum2 += (deviation[c] * deviation[c] + mean[c] * mean[c]) / (double)colours;
    }
    for (size_t c = 0; c < colours; c++) {
        mean[c] = sum;
        deviation[c] = sqrt(fmax(0, sum2 - sum * sum));
    }
}

/* Sets data->mean and data->deviation, the numbers to standardise by. */
static enum aln_status find_scale(struct aln_loading *to, const struct aln_standardisation *how)
{
    struct aln_data *data = &to->data;
    const size_t length = data->train.inputs / to->colours;
    for (size_t c = 0; c < to->colours; c++) {
        data->mean[c] = how->original ? to->mean[c] : 0;
        data->deviation[c] = how->original ? to->deviation[c] : 1;
        if (how->standardise && !how->original) {
            measure(&data->train, c * length, length, &data->mean[c], &data->deviation[c]);
            data->mean[c] *= to->unit;
            data->deviation[c] *= to->unit;
        }
    }
    if (how->standardise && !how->by_colour && to->colours > 1)
        pool(to->colours, data->mean, data->deviation);
    for (size_t c = 0; c < to->colours; c++)
        if (!(data->deviation[c] > 0))
            return aln_data_refuse(NULL, "standardise", "the training inputs are all equal");
    return ALN_OK;
}

static bool are_finite(const float *x, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all = all && isfinite(x[i]);
    return all;
}

/* Refuses numbers so far beyond the training inputs that they are infinite in units of their
 * deviation. */
static enum aln_status scale(struct aln_dataset *set, const struct aln_loading *to)
{
    const size_t length = set->inputs / to->colours;
    float *x = set->x;
    for (size_t i = 0; i < set->count * to->colours; i++) {
        const size_t c = i % to->colours;
        const double factor = to->unit / to->data.deviation[c];
        const double shift = to->data.mean[c] / to->data.deviation[c];
        for (size_t j = 0; j < length; j++, x++)
            *x = (float)(factor * *x - shift);
        if (!are_finite(x - length, length))
            return aln_data_refuse(NULL, "standardise",
                                   "sample %zu (counting from 0) is too far from the training "
                                   "inputs to be a number in units of their deviation, %g",
                                   i / to->colours, to->data.deviation[c]);
    }
    return ALN_OK;
}

enum aln_status aln_data_load(struct aln_data *out, const struct aln_data_kind *kind,
                              const struct aln_data_spec *spec)
{
    struct aln_loading to = {.colours = 1, .unit = 1};
    *out = (struct aln_data){0};
    enum aln_status status = aln_data_check(kind, spec, NULL);
    if (status == ALN_OK)
        status = kind->load(spec, &to);
    if (status == ALN_OK)
        status = make_labels(&to.data, kind, spec);
    if (status == ALN_OK)
        status = find_scale(&to, spec->standardise);
    if (status == ALN_OK)
        status = scale(&to.data.train, &to);
    if (status == ALN_OK)
        status = scale(&to.data.test, &to);
    if (status == ALN_OK)
        *out = to.data;
    else
        aln_data_free(&to.data);
    return status;
}

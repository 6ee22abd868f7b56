/* From the numbers in a file to the inputs of a network: order of channels, rows and columns; means
 * over areas; mean and deviation. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "deep/data/dataset_array.h"

struct aln_sampler {
    struct aln_array *array;
    struct aln_sample_layout layout;
    struct aln_area *area;
    size_t numbers, side; /* of a sample; of the smaller image, 0: unchanged */
    bool bytes;
    enum aln_status (*take)(struct aln_sampler *s, uint64_t i, float *x);
    unsigned char *raw;    /* a sample as in the file */
    unsigned char *sample; /* the same in order; raw itself where that is in order */
    double *real;          /* [numbers] its values; NULL for bytes */
    struct aln_moments moments;
    struct aln_real_moments spread[ALN_COLOURS];
};

/* Whether the file has the numbers in the order channel, row, column. */
static bool is_natural(const struct aln_sample_layout *l)
{
    return l->step[2] == 1 && l->step[1] == l->width && l->step[0] == l->width * l->height;
}

/* Brings a sample into that order. */
static void put_in_order(const struct aln_sample_layout *l, size_t size, const unsigned char *in,
                         unsigned char *out)
{
    for (size_t c = 0; c < l->channels; c++)
        for (size_t i = 0; i < l->height; i++)
            for (size_t j = 0; j < l->width; j++, out += size) {
                const size_t at = c * l->step[0] + i * l->step[1] + j * l->step[2];
                memcpy(out, in + at * size, size);
            }
}

void aln_sampler_free(struct aln_sampler *s)
{
    if (s == NULL)
        return;
    aln_area_free(s->area);
    if (s->sample != s->raw)
        free(s->sample);
    free(s->raw);
    free(s->real);
    free(s);
}

double aln_sampler_unit(const struct aln_sampler *s)
{
    return s->bytes ? 1 / (255 * aln_area_total(s->area)) : 1;
}

static enum aln_status take_bytes(struct aln_sampler *s, uint64_t i, float *x)
{
    (void)i;
    const size_t channels = s->layout.channels, pixels = s->numbers / channels;
    const size_t made = s->side > 0 ? s->side * s->side : pixels;
    aln_moments_add(&s->moments, channels, pixels, s->sample);
    for (size_t c = 0; c < channels && x != NULL; c++)
        aln_area_apply(s->area, s->sample + c * pixels, x + c * made);
    return ALN_OK;
}

static enum aln_status take_numbers(struct aln_sampler *s, uint64_t i, float *x)
{
    const size_t channels = s->layout.channels, pixels = s->numbers / channels;
    const size_t made = s->side > 0 ? s->side * s->side : pixels;
    const struct aln_element *element = s->array->element;
    for (size_t j = 0; j < s->numbers; j++) {
        s->real[j] = aln_element_value(element, s->array->big, s->sample + j * element->size);
        if (!(fabs(s->real[j]) <= (double)FLT_MAX)) /* false for nan */
            return aln_data_wrong(&s->array->file,
                                  "sample %" PRIu64
                                  " (counting from 0) contains %g, which is not a finite number "
                                  "that fits into 4 bytes",
                                  i, s->real[j]);
    }
    for (size_t c = 0; c < channels; c++) {
        aln_real_moments_add(&s->spread[c], pixels, s->real + c * pixels);
        if (x != NULL)
            aln_area_mean(s->area, s->real + c * pixels, x + c * made);
    }
    return ALN_OK;
}

enum aln_status aln_sampler_create(struct aln_sampler **out, struct aln_array *a,
                                   const struct aln_sample_layout *layout, size_t size)
{
    struct aln_sampler *s = *out = calloc(1, sizeof *s);
    if (s == NULL)
        return aln_raise_memory("a sample of %s", a->file.path);
    s->array = a;
    s->layout = *layout;
    s->side = size;
    s->numbers = layout->channels * layout->height * layout->width;
    s->bytes = aln_element_is_byte(a->element);
    s->take = s->bytes ? take_bytes : take_numbers;
    s->raw = malloc(s->numbers * a->element->size);
    s->sample = is_natural(layout) ? s->raw : malloc(s->numbers * a->element->size);
    s->real = s->bytes ? NULL : malloc(s->numbers * sizeof *s->real);
    if (s->raw == NULL || s->sample == NULL || (!s->bytes && s->real == NULL))
        return aln_raise_memory("a sample of %s", a->file.path);
    return aln_area_create(&s->area, layout->height, layout->width, size);
}

enum aln_status aln_sampler_read(struct aln_sampler *s, uint64_t i, float *x)
{
    enum aln_status status =
        aln_data_read(&s->array->file, s->raw, s->numbers * s->array->element->size);
    if (status != ALN_OK)
        return status;
    if (s->sample != s->raw)
        put_in_order(&s->layout, s->array->element->size, s->raw, s->sample);
    return s->take(s, i, x);
}

void aln_sampler_finish(const struct aln_sampler *s, struct aln_loading *to)
{
    if (s->bytes) {
        aln_moments_finish(&s->moments, s->layout.channels, to);
        return;
    }
    for (size_t c = 0; c < s->layout.channels; c++) {
        to->mean[c] = s->spread[c].mean;
        to->deviation[c] = sqrt(s->spread[c].squares / s->spread[c].count);
    }
}

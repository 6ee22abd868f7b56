/* The binary versions of CIFAR-10 and CIFAR-100: files of records, each one or two labels and 32 x 32
 * bytes of red, of green and of blue.
 * Source: A. Krizhevsky, Learning multiple layers of features from tiny images (2009) */
#include "deep/data/dataset_parts.h"

enum { SIDE = 32, PIXELS = SIDE * SIDE, COLOURS = 3, MOST_LABELS = 2, MOST_FILES = 5 };

/* One of the sets. */
struct cifar {
    struct aln_data_place place;
    size_t labels; /* bytes before the pixels */
    size_t at;     /* which of them is the label */
    size_t classes;
    struct cifar_part {
        size_t files, records; /* of each file */
        const char *names[MOST_FILES][2];
    } part[2];
};

/* Reads a complete file; record 0 becomes sample `first`. Records beyond to->count are dropped. */
static enum aln_status read_file(struct aln_data_file *f, const struct cifar *set, size_t records,
                                 struct aln_area *area, size_t first, struct aln_dataset *to,
                                 struct aln_moments *moments)
{
    unsigned char record[MOST_LABELS + COLOURS * PIXELS];
    const unsigned char *pixels = record + set->labels;
    const size_t length = set->labels + COLOURS * PIXELS;
    enum aln_status status = aln_data_expect(f, (uint64_t)records * length);
    for (size_t i = 0; i < records && status == ALN_OK; i++) {
        status = aln_data_read(f, record, length);
        if (status != ALN_OK)
            break;
        if (record[set->at] >= set->classes)
            return aln_data_wrong(
                f, "the label of record %zu (counting from 0) is %u, not from 0 to %zu", i,
                record[set->at], set->classes - 1);
        aln_moments_add(moments, COLOURS, PIXELS, pixels);
        if (first + i >= to->count)
            continue;
        to->label[first + i] = record[set->at];
        const size_t channel = to->height * to->width;
        for (size_t c = 0; c < COLOURS; c++)
            aln_area_apply(area, pixels + c * PIXELS,
                           to->x + (first + i) * to->inputs + c * channel);
    }
    return status == ALN_OK ? aln_data_end(f) : status;
}

/* Reads files until there are enough samples, or all files if moments are needed. */
static enum aln_status load_part(const struct cifar *set, int part,
                                 const struct aln_data_spec *spec, struct aln_area *area,
                                 struct aln_loading *to)
{
    struct aln_dataset *out = part == ALN_TRAIN ? &to->data.train : &to->data.test;
    const struct cifar_part *from = &set->part[part];
    const size_t records = from->records;
    struct aln_moments moments = {0};
    const bool whole = part == ALN_TRAIN && spec->standardise->original;
    enum aln_status status =
        aln_data_shape(out, part, spec, from->files * records, COLOURS, SIDE, SIDE);
    if (status != ALN_OK)
        return status;
    for (size_t i = 0; i < from->files && (whole || i * records < out->count); i++) {
        struct aln_data_file f;
        status = aln_data_open(&f, &set->place, from->names[i]);
        if (status == ALN_OK && out->x == NULL)
            status = aln_dataset_alloc(out, true, false);
        if (status == ALN_OK)
            status = read_file(&f, set, records, area, i * records, out, &moments);
        aln_data_close(&f);
        if (status != ALN_OK)
            return status;
    }
    if (part == ALN_TRAIN)
        aln_moments_finish(&moments, COLOURS, to);
    return ALN_OK;
}

static enum aln_status load(const struct cifar *set, const struct aln_data_spec *spec,
                            struct aln_loading *to)
{
    struct aln_area *area;
    enum aln_status status = aln_area_create(&area, SIDE, SIDE, spec->size);
    if (status == ALN_OK)
        status = load_part(set, ALN_TRAIN, spec, area, to);
    if (status == ALN_OK)
        status = load_part(set, ALN_TEST, spec, area, to);
    if (status == ALN_OK)
        to->unit = 1 / (255 * aln_area_total(area));
    to->data.classes = set->classes;
    to->colours = COLOURS;
    aln_area_free(area);
    return status;
}

enum aln_status aln_load_cifar10(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"cifar10", "cifar-10-batches-bin", "", NULL};
    const struct cifar set = {.place = {.set = "cifar10",
                                        .root = aln_data_root(spec->path),
                                        .folders = folders,
                                        .advice = ALN_DATA_FETCH},
                              .labels = 1,
                              .classes = 10,
                              .part = {{5,
                                        10000,
                                        {{"data_batch_1.bin", NULL},
                                         {"data_batch_2.bin", NULL},
                                         {"data_batch_3.bin", NULL},
                                         {"data_batch_4.bin", NULL},
                                         {"data_batch_5.bin", NULL}}},
                                       {1, 10000, {{"test_batch.bin", NULL}}}}};
    return load(&set, spec, to);
}

enum aln_status aln_load_cifar100(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"cifar100", "cifar-100-binary", "", NULL};
    const struct cifar set = {
        .place = {.set = "cifar100",
                  .root = aln_data_root(spec->path),
                  .folders = folders,
                  .advice = "fetch its binary version from "
                            "https://www.cs.toronto.edu/~kriz/cifar.html and set data.path or the "
                            "environment variable ALIGNODE_DATA to its folder"},
        .labels = 2,
        .at = spec->labels->at,
        .classes = spec->labels->classes,
        .part = {{1, 50000, {{"train.bin", NULL}}}, {1, 10000, {{"test.bin", NULL}}}}};
    return load(&set, spec, to);
}

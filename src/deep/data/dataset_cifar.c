/* The binary version of CIFAR-10: files of 10000 records, each the label and 32 x 32 bytes of red,
 * of green and of blue.
 * Source: A. Krizhevsky, Learning multiple layers of features from tiny images (2009) */
#include "deep/data/dataset_parts.h"

enum {
    SIDE = 32,
    PIXELS = SIDE * SIDE,
    COLOURS = 3,
    CLASSES = 10,
    RECORD = 1 + COLOURS * PIXELS,
    RECORDS = 10000, /* in a file */
    FILES = 5        /* of training samples */
};

static const char *const train_names[FILES][2] = {{"data_batch_1.bin", NULL},
                                                  {"data_batch_2.bin", NULL},
                                                  {"data_batch_3.bin", NULL},
                                                  {"data_batch_4.bin", NULL},
                                                  {"data_batch_5.bin", NULL}};
static const char *const test_names[1][2] = {{"test_batch.bin", NULL}};

/* Reads a complete file; record 0 becomes sample `first`. Records beyond to->count are dropped. */
static enum aln_status read_file(struct aln_data_file *f, struct aln_area *area, size_t first,
                                 struct aln_dataset *to, struct aln_moments *moments)
{
    unsigned char record[RECORD];
    enum aln_status status = aln_data_expect(f, (uint64_t)RECORDS * RECORD);
    for (size_t i = 0; i < RECORDS && status == ALN_OK; i++) {
        status = aln_data_read(f, record, RECORD);
        if (status != ALN_OK)
            break;
        if (record[0] >= CLASSES)
            return aln_data_wrong(
                f, "the label of record %zu (counting from 0) is %u, not from 0 to %d", i,
                record[0], CLASSES - 1);
        aln_moments_add(moments, COLOURS, PIXELS, record + 1);
        if (first + i >= to->count)
            continue;
        to->label[first + i] = record[0];
        const size_t channel = to->height * to->width;
        for (size_t c = 0; c < COLOURS; c++)
            aln_area_apply(area, record + 1 + c * PIXELS,
                           to->x + (first + i) * to->inputs + c * channel);
    }
    return status == ALN_OK ? aln_data_end(f) : status;
}

/* Reads files until there are enough samples, or all files if moments are needed. */
static enum aln_status load_part(const struct aln_data_place *place, int part, size_t files,
                                 const char *const (*names)[2], const struct aln_data_spec *spec,
                                 struct aln_area *area, struct aln_loading *to)
{
    struct aln_dataset *out = part == ALN_TRAIN ? &to->data.train : &to->data.test;
    struct aln_moments moments = {0};
    const bool whole = part == ALN_TRAIN && spec->standardise->original;
    enum aln_status status = aln_data_shape(out, part, spec, files * RECORDS, COLOURS, SIDE, SIDE);
    if (status != ALN_OK)
        return status;
    for (size_t i = 0; i < files && (whole || i * RECORDS < out->count); i++) {
        struct aln_data_file f;
        status = aln_data_open(&f, place, names[i]);
        if (status == ALN_OK && out->x == NULL)
            status = aln_dataset_alloc(out, true, false);
        if (status == ALN_OK)
            status = read_file(&f, area, i * RECORDS, out, &moments);
        aln_data_close(&f);
        if (status != ALN_OK)
            return status;
    }
    if (part == ALN_TRAIN)
        aln_moments_finish(&moments, COLOURS, to);
    return ALN_OK;
}

enum aln_status aln_load_cifar10(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"cifar10", "cifar-10-batches-bin", "", NULL};
    const struct aln_data_place place = {.set = "cifar10",
                                         .root = aln_data_root(spec->path),
                                         .folders = folders,
                                         .advice = ALN_DATA_FETCH};
    struct aln_area *area;
    enum aln_status status = aln_area_create(&area, SIDE, SIDE, spec->size);
    if (status == ALN_OK)
        status = load_part(&place, ALN_TRAIN, FILES, train_names, spec, area, to);
    if (status == ALN_OK)
        status = load_part(&place, ALN_TEST, 1, test_names, spec, area, to);
    if (status == ALN_OK)
        to->unit = 1 / (255 * aln_area_total(area));
    to->data.classes = CLASSES;
    to->colours = COLOURS;
    aln_area_free(area);
    return status;
}

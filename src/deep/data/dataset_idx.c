/* The idx format of MNIST and its relatives: magic number 00 00 08 d (unsigned bytes, d
 * dimensions), d lengths of four bytes, the most significant first, then the bytes.
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, THE MNIST DATABASE of handwritten digits */
#include <inttypes.h>
#include <stdlib.h>

#include "deep/data/dataset_parts.h"

enum {
    IMAGE_DIMENSIONS = 3,
    NAMES = 5,
    MOST_SAMPLES = 100 * 1000 * 1000 /* of a file; a byte of memory each for the labels */
};

/* What is known about a set; 0: not yet. The test files must agree with the training files. */
struct idx {
    struct aln_data_place place;
    uint64_t count[2];
    uint32_t height, width;
    uint32_t classes;
    size_t answers; /* outputs of the network, one per class; 0: any number */
};

/* The standard names, then other common ones. */
static const char *const image_names[2][NAMES] = {
    {"train-images-idx3-ubyte", "train-images.idx3-ubyte", NULL},
    {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte", "test-images-idx3-ubyte",
     "test-images.idx3-ubyte", NULL}};
static const char *const label_names[2][NAMES] = {
    {"train-labels-idx1-ubyte", "train-labels.idx1-ubyte", NULL},
    {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte", "test-labels-idx1-ubyte",
     "test-labels.idx1-ubyte", NULL}};

/* ---- headers ---- */

/* Reads a file's header and checks its length against it.  Returned: length[dimensions] */
static enum aln_status read_head(struct aln_data_file *f, unsigned dimensions, uint32_t *length)
{
    unsigned char head[4 + 4 * IMAGE_DIMENSIONS];
    enum aln_status status = aln_data_read(f, head, 4);
    if (status != ALN_OK)
        return status;
    if (head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] != dimensions)
        return aln_data_wrong(f,
                              "is not an idx file of bytes with %u dimension%s: begins with "
                              "%02x %02x %02x %02x, not 00 00 08 %02x",
                              dimensions, dimensions > 1 ? "s" : "", head[0], head[1], head[2],
                              head[3], dimensions);
    status = aln_data_read(f, head + 4, 4 * dimensions);
    if (status != ALN_OK)
        return status;
    uint64_t bytes = 4 + 4 * dimensions, product = 1; /* < 2^56 */
    for (unsigned d = 0; d < dimensions; d++) {
        const unsigned char *b = head + 4 + 4 * d;
        length[d] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        if (length[d] == 0 || (d > 0 && length[d] > ALN_SIDE_MOST))
            return aln_data_wrong(f, "has an invalid header: length %u is %" PRIu32, d + 1,
                                  length[d]);
        product *= length[d];
    }
    status = aln_data_expect(f, bytes + product);
    if (status == ALN_OK && length[0] > MOST_SAMPLES)
        return aln_data_wrong(f, "claims %" PRIu32 " samples, more than %d", length[0],
                              MOST_SAMPLES);
    return status;
}

static enum aln_status read_image_head(struct aln_data_file *f, struct idx *set, uint32_t labels)
{
    uint32_t length[IMAGE_DIMENSIONS];
    enum aln_status status = read_head(f, IMAGE_DIMENSIONS, length);
    if (status != ALN_OK)
        return status;
    if (length[0] != labels)
        return aln_data_wrong(f, "has %" PRIu32 " images for %" PRIu32 " labels", length[0],
                              labels);
    if (set->height != 0 && (length[1] != set->height || length[2] != set->width))
        return aln_data_wrong(
            f, "has images of %" PRIu32 " x %" PRIu32 " pixels, not %" PRIu32 " x %" PRIu32,
            length[1], length[2], set->height, set->width);
    set->height = length[1];
    set->width = length[2];
    return ALN_OK;
}

/* ---- labels ---- */

/* Raises that the training labels do not match the number of outputs of the network. */
static enum aln_status refuse_classes(const struct aln_data_file *f, const struct idx *set,
                                      uint32_t count, const unsigned char *label)
{
    uint32_t largest = 0, above = 0;
    for (uint32_t i = 0; i < count; i++) {
        largest = label[i] > label[largest] ? i : largest;
        above += label[i] >= set->answers;
    }
    if (label[largest] == 0)
        return aln_data_wrong(f, "contains only the label 0; at least two classes are needed");
    if (above == 0)
        return aln_raise(ALN_USAGE,
                         "%s: the largest label is %u, so there are %u classes, but the last of "
                         "network.layers has %zu outputs: change it to {dense: %u}",
                         f->path, label[largest], label[largest] + 1u, set->answers,
                         label[largest] + 1u);
    return aln_raise(ALN_USAGE,
                     "%s: the last of network.layers has %zu output%s, for labels from 0 to %zu, "
                     "but %" PRIu32 " of %" PRIu32
                     " labels are larger; the largest, %u, is that of "
                     "sample %" PRIu32 " (counting from 0): correct the labels, change that layer "
                     "to {dense: %u}, or set data.classes: %zu, which takes labels modulo %zu",
                     f->path, set->answers, set->answers > 1 ? "s" : "", set->answers - 1, above,
                     count, label[largest], largest, label[largest] + 1u,
                     set->answers > 1 ? set->answers : 2, set->answers > 1 ? set->answers : 2);
}

static enum aln_status check_labels(const struct aln_data_file *f, struct idx *set, uint32_t count,
                                    const unsigned char *label)
{
    uint32_t classes = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (set->classes != 0 && label[i] >= set->classes)
            return aln_data_wrong(f,
                                  "the label of sample %" PRIu32 " (counting from 0) is %u, not "
                                  "from 0 to %" PRIu32,
                                  i, label[i], set->classes - 1);
        classes = label[i] >= classes ? label[i] + 1u : classes;
    }
    if (set->classes != 0)
        return ALN_OK;
    set->classes = classes;
    return set->answers == 0 || set->answers == classes ? ALN_OK
                                                        : refuse_classes(f, set, count, label);
}

/* Opens the file of labels and reads its header. */
static enum aln_status open_labels(struct aln_data_file *f, const struct idx *set, int part,
                                   uint32_t *count)
{
    enum aln_status status = aln_data_open(f, &set->place, label_names[part]);
    if (status == ALN_OK)
        status = read_head(f, 1, count);
    if (status == ALN_OK && set->count[part] != 0 && *count != set->count[part])
        status =
            aln_data_wrong(f, "has %" PRIu32 " labels, not %" PRIu64, *count, set->count[part]);
    return status;
}

/* Reads all labels of a file, whose header has been read; closes it.  Returned: *out  yours */
static enum aln_status read_labels(struct aln_data_file *f, struct idx *set, uint32_t count,
                                   unsigned char **out)
{
    *out = malloc(count);
    enum aln_status status =
        *out == NULL ? aln_raise(ALN_MEMORY, "%s: out of memory for the labels", f->path)
                     : aln_data_read(f, *out, count);
    if (status == ALN_OK)
        status = check_labels(f, set, count, *out);
    return status == ALN_OK ? aln_data_end(f) : status;
}

/* ---- images ---- */

/* Reads all images of a file; as many as fit are stored in `to`, the rest only checked. */
static enum aln_status read_images(struct aln_data_file *f, const struct idx *set, uint32_t count,
                                   size_t size, struct aln_dataset *to, double *unit,
                                   struct aln_moments *moments)
{
    const size_t pixels = (size_t)set->height * set->width;
    struct aln_area *area = NULL;
    unsigned char *image = malloc(pixels);
    enum aln_status status = image == NULL
                                 ? aln_raise(ALN_MEMORY, "%s: out of memory for an image", f->path)
                                 : aln_area_create(&area, set->height, set->width, size);
    for (uint32_t i = 0; i < count && status == ALN_OK; i++) {
        status = aln_data_read(f, image, pixels);
        if (status != ALN_OK)
            break;
        aln_moments_add(moments, 1, pixels, image);
        if (i < to->count)
            aln_area_apply(area, image, to->x + i * to->inputs);
    }
    if (status == ALN_OK)
        *unit = 1 / (255 * aln_area_total(area));
    aln_area_free(area);
    free(image);
    return status;
}

/* Reads one pair of files, part = ALN_TRAIN or ALN_TEST. */
static enum aln_status load_part(struct idx *set, int part, const struct aln_data_spec *spec,
                                 struct aln_loading *to)
{
    struct aln_dataset *out = part == ALN_TRAIN ? &to->data.train : &to->data.test;
    struct aln_moments moments = {0};
    struct aln_data_file f = {0}, labels = {0};
    unsigned char *label = NULL;
    uint32_t count = 0;
    /* Both headers before the labels, so that one of them alone cannot ask for memory. */
    enum aln_status status = open_labels(&labels, set, part, &count);
    if (status == ALN_OK)
        status = aln_data_open(&f, &set->place, image_names[part]);
    if (status == ALN_OK)
        status = read_image_head(&f, set, count);
    if (status == ALN_OK)
        status = read_labels(&labels, set, count, &label);
    if (status == ALN_OK)
        status = aln_data_shape(out, part, spec, count, 1, set->height, set->width);
    if (status == ALN_OK)
        status = aln_dataset_alloc(out, true, false);
    if (status == ALN_OK)
        status = read_images(&f, set, count, spec->size, out, &to->unit, &moments);
    if (status == ALN_OK)
        status = aln_data_end(&f);
    if (status != ALN_OK)
        goto out;
    for (size_t i = 0; i < out->count; i++)
        out->label[i] = label[i];
    if (part == ALN_TRAIN)
        aln_moments_finish(&moments, 1, to);
out:
    free(label);
    aln_data_close(&labels);
    aln_data_close(&f);
    return status;
}

static enum aln_status load(struct idx *set, const struct aln_data_spec *spec,
                            struct aln_loading *to)
{
    enum aln_status status = load_part(set, ALN_TRAIN, spec, to);
    if (status == ALN_OK)
        status = load_part(set, ALN_TEST, spec, to);
    to->data.classes = set->classes;
    return status;
}

enum aln_status aln_load_mnist(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"mnist", "MNIST/raw", "", NULL};
    struct idx set = {.place = {.set = "mnist",
                                .root = aln_data_root(spec->path),
                                .folders = folders,
                                .advice = ALN_DATA_FETCH},
                      .count = {60000, 10000},
                      .height = 28,
                      .width = 28,
                      .classes = 10};
    return load(&set, spec, to);
}

enum aln_status aln_load_idx(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"", "raw", NULL};
    struct idx set = {.place = {.set = "idx",
                                .root = aln_data_root(spec->path),
                                .folders = folders,
                                .prefix = spec->prefix,
                                .advice = "data.path must name a folder with the four files"}};
    if (spec->classes == 0 && spec->coding->outputs == 0)
        set.answers = spec->answers;
    return load(&set, spec, to);
}

/* The idx format of MNIST and its relatives: magic number 00 00 t d (type of the numbers, d
 * dimensions), d lengths of four bytes, then the numbers, all with the most significant byte first.
 * Source: Y. LeCun, C. Cortes, C. J. C. Burges, THE MNIST DATABASE of handwritten digits */
#include "deep/data/dataset_array.h"

enum { NAMES = 12, MAGIC = 4, LENGTH = 4 };

/* The standard names, then other common ones: [which][part]. */
static const char *const names[2][2][NAMES] = {
    {{"train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images-idx4-ubyte",
      "train-images.idx", NULL},
     {"t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte", "test-images-idx3-ubyte",
      "test-images.idx3-ubyte", "t10k-images-idx4-ubyte", "test-images-idx4-ubyte",
      "t10k-images.idx", "test-images.idx", NULL}},
    {{"train-labels-idx1-ubyte", "train-labels.idx1-ubyte", "train-labels.idx", "train-targets.idx",
      NULL},
     {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte", "test-labels-idx1-ubyte",
      "test-labels.idx1-ubyte", "t10k-labels.idx", "test-labels.idx", "t10k-targets.idx",
      "test-targets.idx", NULL}}};

/* Reads the magic number: type and number of dimensions. */
static enum aln_status read_magic(struct aln_array *a)
{
    unsigned char b[MAGIC];
    enum aln_status status = aln_data_read(&a->file, b, MAGIC);
    if (status != ALN_OK)
        return status;
    a->element = aln_element_of_idx(b[2]);
    a->dimensions = b[3];
    if (b[0] != 0 || b[1] != 0 || a->element == NULL || b[3] == 0 || b[3] > ALN_ARRAY_DIMENSIONS)
        return aln_data_wrong(&a->file,
                              "is not an idx file: begins with %02x %02x %02x %02x, not 00 00, a "
                              "type (08, 09, 0b, 0c, 0d or 0e) and 1 to 4 dimensions",
                              b[0], b[1], b[2], b[3]);
    return ALN_OK;
}

static enum aln_status read_lengths(struct aln_array *a)
{
    unsigned char b[LENGTH * ALN_ARRAY_DIMENSIONS];
    enum aln_status status = aln_data_read(&a->file, b, LENGTH * a->dimensions);
    for (size_t d = 0; d < a->dimensions && status == ALN_OK; d++)
        for (size_t i = 0; i < LENGTH; i++)
            a->length[d] = a->length[d] << 8 | b[LENGTH * d + i];
    return status;
}

static enum aln_status open_array(const void *from, int part, int which, struct aln_array *out)
{
    *out = (struct aln_array){.big = true};
    enum aln_status status = aln_data_open(&out->file, from, names[which][part]);
    if (status == ALN_OK)
        status = read_magic(out);
    if (status == ALN_OK)
        status = aln_array_check_dimensions(out, which);
    if (status == ALN_OK)
        status = read_lengths(out);
    return status == ALN_OK ? aln_array_check(out, out->file.done) : status;
}

enum aln_status aln_load_mnist(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"mnist", "MNIST/raw", "", NULL};
    const struct aln_data_place place = {.set = "mnist",
                                         .root = aln_data_root(spec->path),
                                         .folders = folders,
                                         .advice = ALN_DATA_FETCH};
    struct aln_arrays set = {.open = open_array,
                             .from = &place,
                             .element = aln_element_of_npy("u1"),
                             .count = {60000, 10000},
                             .dimensions = 3,
                             .length = {0, 28, 28},
                             .classes = 10};
    struct aln_data_spec own = *spec;
    own.transpose = false;
    return aln_arrays_load(&set, &own, to);
}

enum aln_status aln_load_idx(const struct aln_data_spec *spec, struct aln_loading *to)
{
    static const char *const folders[] = {"", "raw", NULL};
    const struct aln_data_place place = {.set = "idx",
                                         .root = aln_data_root(spec->path),
                                         .folders = folders,
                                         .prefix = spec->prefix,
                                         .advice =
                                             "data.path must name a folder with the four files"};
    struct aln_arrays set = {
        .open = open_array, .from = &place, .answers = aln_arrays_answers(spec)};
    return aln_arrays_load(&set, spec, to);
}

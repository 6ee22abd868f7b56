/* Arbitrary bytes as the files of a data set, plain or compressed. They either load as complete,
 * finite data or are refused. Bit 0 of the first byte selects CIFAR-10 or idx, the other bits size
 * and standardisation; the second byte is the length of the labels, which follow. */
#include <math.h>

#include "fuzz.h"

#include "alignode/dataset.h"

static void check_set(const struct aln_dataset *set, size_t classes)
{
    REQUIRE(set->count > 0 && set->inputs == set->channels * set->height * set->width, "shape\n");
    for (size_t i = 0; i < set->count; i++)
        REQUIRE(set->label[i] < classes, "label %u of %zu\n", set->label[i], classes);
    for (size_t i = 0; i < set->count * set->inputs; i++)
        REQUIRE(isfinite(set->x[i]), "x = %g\n", (double)set->x[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { HEAD = 2, LABELS = 2 };
    static const char *const names[] = {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte",
                                        "train-images-idx3-ubyte", "t10k-images-idx3-ubyte",
                                        "data_batch_1.bin",        "test_batch.bin"};
    char path[128];
    struct aln_data loaded;
    if (size < HEAD)
        return 0;
    const bool cifar = data[0] & 1;
    const size_t labels = data[1] < size - HEAD ? data[1] : size - HEAD;
    for (size_t i = cifar ? 4 : 0; i < (cifar ? 6 : 4); i++)
        fuzz_write(fuzz_path(names[i], path), data + HEAD + (i < LABELS || cifar ? 0 : labels),
                   i < LABELS ? labels : size - HEAD - (cifar ? 0 : labels));
    const struct aln_data_kind *kind = aln_data_kind_find(cifar ? "cifar10" : "idx");
    struct aln_data_spec spec = kind->usual;
    spec.path = fuzz_folder();
    spec.train = spec.test = cifar;
    spec.size = (data[0] >> 1) % 8;
    spec.standardise =
        aln_standardisation_row((data[0] >> 4) % (cifar ? 3 : aln_standardisations.count));
    enum aln_status status = aln_data_load(&loaded, kind, &spec);
    if (status == ALN_OK) {
        check_set(&loaded.train, loaded.classes);
        check_set(&loaded.test, loaded.classes);
        aln_data_free(&loaded);
        return 0;
    }
    REQUIRE(status == ALN_USAGE && loaded.train.x == NULL, "status %d: %s\n", (int)status,
            aln_error());
    REQUIRE(strncmp(aln_error(), spec.path, strlen(spec.path)) == 0 ||
                strncmp(aln_error(), "data.", strlen("data.")) == 0,
            "%s\n", aln_error());
    return 0;
}

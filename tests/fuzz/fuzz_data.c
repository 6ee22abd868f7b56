/* Arbitrary bytes as the files of a data set, plain or compressed. They either load as complete,
 * finite data or are refused. Bit 0 of the first byte selects CIFAR-10 or idx, the other bits size,
 * standardisation and, for idx, exchanged rows and columns and real-valued targets; the second byte is
 * the length of the labels, which follow. */
#include "fuzz_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { HEAD = 2, LABELS = 2 };
    static const char *const names[] = {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte",
                                        "train-images-idx3-ubyte", "t10k-images-idx3-ubyte",
                                        "data_batch_1.bin",        "test_batch.bin"};
    char path[128];
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
    spec.transpose = !cifar && (data[0] & 64);
    if (!cifar && (data[0] & 128))
        spec.coding = aln_coding_find("values");
    fuzz_load(kind, &spec);
    return 0;
}

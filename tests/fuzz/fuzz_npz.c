/* Arbitrary bytes as a NumPy archive: as a whole, or, with bit 0 of the first byte, as its four members,
 * put into an archive with right sizes and checksums; the next three bytes are the lengths of the first
 * three. Either loads as complete, finite data or is refused. The other bits of the first byte are size,
 * standardisation, exchanged rows and columns, and real-valued targets. */
#include "fuzz_load.h"

#include "file/zip.h"

enum { MEMBERS = 4 };

static void write_members(const char *path, const uint8_t *data, size_t size)
{
    static const char *const names[MEMBERS] = {"y_train.npy", "y_test.npy", "x_test.npy",
                                               "x_train.npy"};
    struct aln_zip *zip;
    const char *bytes;
    size_t length, at = MEMBERS;
    REQUIRE(aln_zip_create(&zip) == ALN_OK, "%s\n", aln_error());
    for (size_t i = 0; i < MEMBERS; i++) {
        const size_t left = size - at;
        const size_t n = i + 1 == MEMBERS || data[i + 1] > left ? left : data[i + 1];
        REQUIRE(aln_zip_add(zip, names[i], data + at, n) == ALN_OK, "%s\n", aln_error());
        at += n;
    }
    REQUIRE(aln_zip_finish(zip, &bytes, &length) == ALN_OK, "%s\n", aln_error());
    fuzz_write(path, bytes, length);
    aln_zip_free(zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128];
    if (size < MEMBERS)
        return 0;
    fuzz_path("data.npz", path);
    if (data[0] & 1)
        write_members(path, data, size);
    else
        fuzz_write(path, data + 1, size - 1);
    const struct aln_data_kind *kind = aln_data_kind_find("npz");
    struct aln_data_spec spec = kind->usual;
    spec.path = path;
    spec.size = (data[0] >> 1) % 8;
    spec.standardise = aln_standardisation_row((data[0] >> 4) % aln_standardisations.count);
    spec.transpose = data[0] & 64;
    if (data[0] & 128)
        spec.coding = aln_coding_find("values");
    fuzz_load(kind, &spec);
    return 0;
}

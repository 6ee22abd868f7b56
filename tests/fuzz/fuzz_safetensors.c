/* Arbitrary bytes as a safetensors file: as a whole, or, with bit 0 of the first byte, as a header and 16
 * bytes of numbers, its length put before it. It is refused, or its arrays can be read, saved and read
 * again. */
#include "fuzz.h"

#include "alignode/archive.h"

enum { NUMBERS = 16 };

static void write_parts(const char *path, const uint8_t *data, size_t size)
{
    uint8_t bytes[8 + 4096];
    const uint64_t header = size > NUMBERS ? size - NUMBERS : 0;
    if (size > 4096)
        return;
    memcpy(bytes, &header, 8);
    memcpy(bytes + 8, data, size);
    fuzz_write(path, bytes, 8 + size);
}

/* Reads every array. */
static void check(struct aln_archive *a)
{
    char *names;
    REQUIRE(aln_archive_names(a, &names) == ALN_OK, "%s\n", aln_error());
    for (char *name = names, *end; (end = strchr(name, '\n')) != NULL; name = end + 1) {
        *end = '\0';
        struct aln_archive_array array = {.name = name};
        size_t n = sizeof(double);
        REQUIRE(aln_archive_find(a, &array), "%s\n", name);
        for (size_t i = 0; i < array.rank; i++)
            n *= array.shape[i];
        REQUIRE(n <= 1 << 20, "%zu bytes\n", n);
        void *x = malloc(n + 1);
        REQUIRE(x != NULL && aln_archive_get(a, &array, x) == ALN_OK, "%s\n", aln_error());
        free(x);
    }
    free(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128], again[128];
    struct aln_archive *a, *b;
    if (size < 1)
        return 0;
    fuzz_path("a.safetensors", path);
    fuzz_path("b.safetensors", again);
    fuzz_write(path, "", 0);
    if (data[0] & 1)
        write_parts(path, data + 1, size - 1);
    else
        fuzz_write(path, data + 1, size - 1);
    if (aln_archive_open(&a, path) != ALN_OK) {
        REQUIRE(strncmp(aln_error(), path, strlen(path)) == 0, "%s\n", aln_error());
        return 0;
    }
    check(a);
    REQUIRE(aln_archive_save(a, again) == ALN_OK, "%s\n", aln_error());
    aln_archive_free(a);
    REQUIRE(aln_archive_open(&b, again) == ALN_OK, "%s\n", aln_error());
    check(b);
    aln_archive_free(b);
    return 0;
}

/* Archives as safetensors: there and back, the bytes as the format says, and files with mistakes. */
#include "../check_main.h"
#include "../failing_memory.h"
#include "alignode/archive.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"

enum { ROWS = 3, COLS = 5 };

static const float W[ROWS * COLS] = {0.5F, -1e-38F, 3e38F, 1.0F / 3.0F, -0.0F};
static const double B[2] = {0.1, -5e-324};
static const char words[] = "title: \"\xc3\xbc \\\\ \\\"q\\\"\"\nrun: {epochs: 2}\n";
static const struct aln_archive_array weight = {"0.weight", ALN_ARCHIVE_FLOAT, 2, {ROWS, COLS}};
static const struct aln_archive_array kernel = {
    "seed_1.2.weight", ALN_ARCHIVE_FLOAT, 4, {ROWS, 1, COLS, 1}};
static const struct aln_archive_array bias = {"0.bias", ALN_ARCHIVE_DOUBLE, 1, {2}};
static const struct aln_archive_array nothing = {"empty", ALN_ARCHIVE_FLOAT, 2, {0, 4}};
static const char path[] = "x.safetensors";

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static struct aln_archive *filled(void)
{
    struct aln_archive *a;
    must(aln_archive_create(&a));
    must(aln_archive_put(a, &weight, W));
    must(aln_archive_put(a, &kernel, W));
    must(aln_archive_put(a, &bias, B));
    must(aln_archive_put(a, &nothing, W));
    must(aln_archive_put_text(a, "parameters", words));
    must(aln_archive_put_text(a, "version", "7"));
    must(aln_archive_put_text(a, "else", "is not kept"));
    return a;
}

static void save(void)
{
    struct aln_archive *a = filled();
    must(aln_archive_save(a, path));
    aln_archive_free(a);
}

static void read_file(char **bytes, size_t *n, uint64_t *header)
{
    must(aln_text_read_file(path, bytes, n));
    memcpy(header, *bytes, sizeof *header);
}

static void write_file(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

/* Given: data  n bytes behind the header */
static void write_header(const char *header, const char *data, size_t n)
{
    char bytes[4096];
    const uint64_t length = strlen(header);
    ck_assert_uint_le(8 + length + n, sizeof bytes);
    memcpy(bytes, &length, 8);
    memcpy(bytes + 8, header, length);
    memcpy(bytes + 8 + length, data, n);
    write_file(bytes, 8 + length + n);
}

START_TEST(test_round_trip)
{
    struct aln_archive *a;
    float w[ROWS * COLS];
    double b[2];
    char *text, *names;
    save();
    must(aln_archive_open(&a, path));
    must(aln_archive_get(a, &weight, w));
    ck_assert_mem_eq(w, W, sizeof W);
    must(aln_archive_get(a, &kernel, w));
    ck_assert_mem_eq(w, W, sizeof W);
    must(aln_archive_get(a, &bias, b));
    ck_assert_mem_eq(b, B, sizeof B);
    must(aln_archive_get(a, &nothing, b));
    must(aln_archive_names(a, &names));
    ck_assert_str_eq(names, "0.bias\n0.weight\nempty\nseed_1.2.weight\n");
    free(names);
    must(aln_archive_get_text(a, "parameters", &text));
    ck_assert_str_eq(text, words);
    free(text);
    must(aln_archive_get_text(a, "version", &text));
    ck_assert_str_eq(text, "7");
    free(text);
    ck_assert_int_eq(aln_archive_get_text(a, "else", &text), ALN_USAGE);
    const struct aln_archive_array wrong = {"0.bias", ALN_ARCHIVE_DOUBLE, 2, {2, 1}};
    ck_assert_int_eq(aln_archive_get(a, &wrong, b), ALN_USAGE);
    ck_assert_ptr_eq(strstr(aln_error(), path), aln_error()); /* the file is named */
    aln_archive_free(a);
}
END_TEST

/* Every byte of a small file, written out by hand from the format's description. */
START_TEST(test_bytes)
{
    static const char head[] = "{\"__metadata__\": {\"crc32\": \"",
                      tail[] = "\"}, \"a\": "
                               "{\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}, "
                               "\"b\": {\"dtype\": \"F64\", "
                               "\"shape\": [1, 1], \"data_offsets\": [8, 16]}}";
    static const char numbers[16] = "\0\0\x80\x3f\0\0\0\xc0\0\0\0\0\0\0\xf0\xbf"; /* 1, -2, -1 */
    const float first[2] = {1, -2};
    const double second = -1;
    struct aln_archive *a;
    char *bytes, wanted[512];
    size_t n;
    uint64_t length;
    must(aln_archive_create(&a));
    must(aln_archive_put(a, &(struct aln_archive_array){"b", ALN_ARCHIVE_DOUBLE, 2, {1, 1}},
                         &second));
    must(aln_archive_put(a, &(struct aln_archive_array){"a", ALN_ARCHIVE_FLOAT, 1, {2}}, first));
    must(aln_archive_save(a, path));
    aln_archive_free(a);
    read_file(&bytes, &n, &length);
    const unsigned long sum = crc32(0, (const unsigned char *)numbers, sizeof numbers);
    int used = snprintf(wanted, sizeof wanted, "%s%08lx%s", head, sum, tail);
    while (used % 8 != 0)
        wanted[used++] = ' ';
    ck_assert_uint_eq(length, (uint64_t)used);
    ck_assert_uint_eq(n, 8 + (size_t)used + sizeof numbers);
    ck_assert_mem_eq(bytes + 8, wanted, (size_t)used);
    ck_assert_mem_eq(bytes + 8 + used, numbers, sizeof numbers);
    free(bytes);
}
END_TEST

static void must_refuse(const char *word)
{
    struct aln_archive *a;
    ck_assert_msg(aln_archive_open(&a, path) == ALN_USAGE, "not refused: %s", word);
    ck_assert_ptr_null(a);
    ck_assert_msg(strstr(aln_error(), path) == aln_error(), "%s", aln_error());
    ck_assert_msg(strstr(aln_error(), word) != NULL, "%s: %s", word, aln_error());
}

/* What another program may write, and mistakes. */
START_TEST(test_headers)
{
#define X(more) "{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}" more "}"
    static const struct {
        const char *header, *word; /* word NULL: it is read */
    } cases[] = {
        {X(""), NULL},
        {X("     "), NULL},
        {"{\"x\":{\"shape\":[1,2],\"data_offsets\":[0,8],\"dtype\":\"F32\"}}", NULL},
        {"{\"__metadata__\":{\"format\":\"pt\"},\"y\":{\"dtype\":\"F32\",\"shape\":[1],"
         "\"data_offsets\":[4,8]},\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
         NULL},
        {"{\"x\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}", NULL},
        {"[1]", "does not begin with {"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2]", "is damaged"},
        {X(", \"x\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [8, 8]}"), "duplicate"},
        {"{\"x\": [1]}", "array x: it has no dtype"},
        {"{\"x\": {\"dtype\": \"BF16\", \"shape\": [4], \"data_offsets\": [0, 8]}}",
         "array x: its dtype is BF16; expected F32"},
        {"{\"x\": {\"dtype\": \"I64\", \"shape\": [1], \"data_offsets\": [0, 8]}}", "I64"},
        {"{\"x\": {\"dtype\": \"F32\", \"data_offsets\": [0, 8]}}", "no shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [-2], \"data_offsets\": [0, 8]}}", "shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2.0], \"data_offsets\": [0, 8]}}", "shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [\"2\"], \"data_offsets\": [0, 8]}}", "shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [1, 1, 1, 1, 2], \"data_offsets\": [0, 8]}}",
         "more than 4 dimensions"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [4294967296, 4294967296], \"data_offsets\": [0, "
         "8]}}",
         "shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [0, 8]}}",
         "do not match its shape"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 12]}}",
         "not in the file"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [8, 0]}}",
         "not in the file"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0]}}", "not in the file"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": "
         "[0, 18446744073709551624]}}",
         "not in the file"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [4, 8]}}", "leave gaps"},
        {"{\"x\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}", "length"},
        {X(", \"y\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [0, 8]}"), "overlap"},
        {X(", \"a/b\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [8, 8]}"),
         "expected a name of letters"},
        {X(", \"..\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": [8, 8]}"),
         "expected a name of letters"},
        {X(", \"__metadata__\": 1"), "__metadata__ is not a map"},
        {X(", \"__metadata__\": {\"crc32\": \"00000000\"}"), "is damaged"},
        {"{\"x\xff\": 1}", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_archive *a;
        write_header(cases[i].header, "\0\0\x80\x3f\0\0\0\xc0", 8);
        if (cases[i].word != NULL) {
            must_refuse(cases[i].word);
            continue;
        }
        ck_assert_msg(aln_archive_open(&a, path) == ALN_OK, "%s: %s", cases[i].header, aln_error());
        ck_assert(aln_archive_find(a, &(struct aln_archive_array){.name = "x"}));
        aln_archive_free(a);
    }
    write_file("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
    must_refuse("longer than 1 MiB");
    write_file("\x20\0\0\0\0\0\0\0{}", 10);
    must_refuse("ends within its header");
    write_file("\0\0\0\0\0\0\0\0{}", 10);
    must_refuse("does not begin with {");
    write_file("PK", 2);
    must_refuse("too short");
    unlink(path);
    must_refuse("cannot be opened");
}
END_TEST

/* A changed number is noticed; a changed header is refused or still describes arrays inside the file. */
START_TEST(test_every_flipped_byte)
{
    char *bytes;
    size_t n, opened = 0;
    uint64_t header;
    save();
    read_file(&bytes, &n, &header);
    FILE *file = fopen(path, "r+b");
    ck_assert_ptr_nonnull(file);
    for (size_t i = 0; i < 2 * n; i++) { /* two bits of each byte */
        struct aln_archive *a;
        const size_t at = i / 2;
        const char other = (char)(bytes[at] ^ (1 << (at + 3 * i) % 8));
        ck_assert_int_eq(pwrite(fileno(file), &other, 1, (off_t)at), 1);
        const enum aln_status status = aln_archive_open(&a, path);
        ck_assert_int_eq(pwrite(fileno(file), &bytes[at], 1, (off_t)at), 1);
        ck_assert(status == ALN_OK || status == ALN_USAGE);
        ck_assert_msg(status == ALN_USAGE || at < 8 + header, "byte %zu", at);
        opened += status == ALN_OK;
        aln_archive_free(a);
    }
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_uint_gt(opened, 0); /* the letters of a name, for example */
    free(bytes);
}
END_TEST

START_TEST(test_every_length)
{
    char *bytes;
    size_t n;
    uint64_t header;
    save();
    read_file(&bytes, &n, &header);
    for (size_t i = n; i-- > 0;) {
        ck_assert_int_eq(truncate(path, (off_t)i), 0);
        must_refuse("");
    }
    char *longer = calloc(n + 8, 1);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, bytes, n);
    for (size_t more = 1; more <= 8; more++) {
        write_file(longer, n + more);
        must_refuse("damaged");
    }
    free(longer);
    free(bytes);
}
END_TEST

START_TEST(test_no_memory)
{
    struct aln_archive *a = filled(), *b;
    enum aln_status status = ALN_MEMORY;
    for (long i = 0; status != ALN_OK && i < 500; i++) {
        allocations_left = i;
        status = aln_archive_save(a, path);
        allocations_left = -1;
        ck_assert(status == ALN_OK || status == ALN_MEMORY);
    }
    must(status);
    aln_archive_free(a);
    status = ALN_MEMORY;
    for (long i = 0; status != ALN_OK && i < 2000; i++) {
        allocations_left = i;
        status = aln_archive_open(&b, path);
        allocations_left = -1;
        ck_assert_msg(status == ALN_OK || (status == ALN_MEMORY && b == NULL), "%s", aln_error());
    }
    must(status);
    aln_archive_free(b);
}
END_TEST

CHECK_MAIN("file/safetensors", test_round_trip, test_bytes, test_headers, test_every_flipped_byte,
           test_every_length, test_no_memory)

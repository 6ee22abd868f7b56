/* Files of data sets, created in a folder of this process. */
#ifndef ALIGNODE_TESTS_DATA_FILES_H
#define ALIGNODE_TESTS_DATA_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define ZLIB_CONST /* zlib takes const input */
#include <zlib.h>

#include "alignode/dataset.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char data_folder[64];

static inline void make_folder(void)
{
    strcpy(data_folder, "test_data_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(data_folder));
}

/* FOLDER/name.  Returned: a view until the next call */
static inline const char *data_path(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", data_folder, name);
    return path;
}

/* With rm, because of sub-folders. */
static inline void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", data_folder);
    ck_assert_int_eq(system(command), 0);
}

static inline void write_bytes(const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(data_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

/* n bytes as a .gz in memory.  Returned: its length; *out  yours */
static inline size_t pack(const void *bytes, size_t n, int level, unsigned char **out)
{
    z_stream z = {0};
    enum { GZIP = 15 + 16 };
    ck_assert_int_eq(deflateInit2(&z, level, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, n) + 64;
    *out = malloc(room);
    z.next_in = bytes;
    z.avail_in = (unsigned)n;
    z.next_out = *out;
    z.avail_out = (unsigned)room;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t length = z.total_out;
    deflateEnd(&z);
    return length;
}

static inline const struct aln_data_kind *data_kind(const char *name)
{
    const struct aln_data_kind *row = aln_data_kind_find(name);
    ck_assert_msg(row != NULL, "%s", aln_error());
    return row;
}

static inline const struct aln_standardisation *standardisation(const char *name)
{
    const struct aln_standardisation *row = aln_standardisation_find(name);
    ck_assert_msg(row != NULL, "%s", aln_error());
    return row;
}

static inline const struct aln_coding *coding(const char *name)
{
    const struct aln_coding *row = aln_coding_find(name);
    ck_assert_msg(row != NULL, "%s", aln_error());
    return row;
}

static inline struct aln_data load_data(const char *name, const struct aln_data_spec *spec)
{
    struct aln_data data;
    enum aln_status status = aln_data_load(&data, data_kind(name), spec);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    return data;
}

/* Loading must fail with a message that contains all words (separated by '|') and leave no data. */
static inline void refuse_data(const char *name, const struct aln_data_spec *spec,
                               enum aln_status wanted, const char *words)
{
    struct aln_data data;
    char list[256], *rest = list;
    enum aln_status status = aln_data_load(&data, data_kind(name), spec);
    ck_assert_msg(status != ALN_OK, "loaded, but '%s' was expected", words);
    ck_assert_msg(status == wanted, "status %d: %s", (int)status, aln_error());
    ck_assert(data.train.x == NULL && data.test.x == NULL && data.train.label == NULL);
    snprintf(list, sizeof list, "%s", words);
    for (char *word = strtok_r(list, "|", &rest); word != NULL; word = strtok_r(NULL, "|", &rest))
        ck_assert_msg(strstr(aln_error(), word) != NULL, "'%s' is not in '%s'", word, aln_error());
}

/* ---- a small set in idx format ---- */

enum { TRAIN = 6, TEST = 4, HEIGHT = 6, WIDTH = 4, PIXELS = HEIGHT * WIDTH, CLASSES = 3 };
enum { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS, FILES };

static const char *const file_names[FILES] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                              "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

struct bytes {
    unsigned char byte[16 + TRAIN * PIXELS + 8];
    size_t length;
};

/* Pixel j of sample i of one part. */
static inline unsigned char pixel(int part, size_t i, size_t j)
{
    return (unsigned char)((37 * i + 11 * j + 101 * (size_t)part + i * j * j) % 256);
}

static inline unsigned char label_of(int part, size_t i)
{
    return (unsigned char)((i + (size_t)part) % CLASSES);
}

static inline void put(struct bytes *b, uint32_t word)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        b->byte[b->length++] = (unsigned char)(word >> shift);
}

static inline struct bytes whole_file(int file)
{
    struct bytes b = {.length = 0};
    const int part = file >= TEST_IMAGES;
    const size_t count = part ? TEST : TRAIN;
    const bool images = file == TRAIN_IMAGES || file == TEST_IMAGES;
    put(&b, images ? 0x803 : 0x801);
    put(&b, (uint32_t)count);
    if (images) {
        put(&b, HEIGHT);
        put(&b, WIDTH);
    }
    for (size_t i = 0; i < count; i++) {
        if (!images)
            b.byte[b.length++] = label_of(part, i);
        for (size_t j = 0; images && j < PIXELS; j++)
            b.byte[b.length++] = pixel(part, i, j);
    }
    return b;
}

static inline void write_plain(int file, const struct bytes *b)
{
    write_bytes(file_names[file], b->byte, b->length);
}

static inline const char *packed_name(int file)
{
    static char name[64];
    snprintf(name, sizeof name, "%s.gz", file_names[file]);
    return name;
}

static inline void write_all(void)
{
    for (int file = 0; file < FILES; file++) {
        struct bytes b = whole_file(file);
        write_plain(file, &b);
    }
}

static inline struct aln_data_spec small_spec(void)
{
    struct aln_data_spec spec = data_kind("idx")->usual;
    spec.path = data_folder;
    spec.standardise = standardisation("none");
    return spec;
}

#endif

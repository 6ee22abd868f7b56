/* Data sets from files: reading and refusals. */
#include "../../check_main.h"

#include "data_files.h"
#include "failing_load.h"

static void check_small(const struct aln_data *data, size_t train, size_t test)
{
    for (int part = 0; part < 2; part++) {
        const struct aln_dataset *set = part ? &data->test : &data->train;
        ck_assert_uint_eq(set->count, part ? test : train);
        ck_assert(set->channels == 1 && set->height == HEIGHT && set->width == WIDTH);
        ck_assert(set->inputs == PIXELS && set->outputs == CLASSES && set->y == NULL);
        for (size_t i = 0; i < set->count; i++) {
            ck_assert_uint_eq(set->label[i], label_of(part, i));
            for (size_t j = 0; j < PIXELS; j++)
                ck_assert_float_eq(set->x[i * PIXELS + j], (float)(1.0 / 255 * pixel(part, i, j)));
        }
    }
    ck_assert_uint_eq(data->classes, CLASSES);
}

static void load_small(void)
{
    const struct aln_data_spec spec = small_spec();
    struct aln_data data = load_data("idx", &spec);
    check_small(&data, TRAIN, TEST);
    aln_data_free(&data);
    ck_assert_ptr_null(data.train.x);
}

START_TEST(test_idx)
{
    make_folder();
    write_all();
    load_small();
    /* each compressed: fastest, best and no compression */
    for (int file = 0; file < FILES; file++) {
        struct bytes b = whole_file(file);
        unsigned char *packed;
        size_t n = pack(b.byte, b.length, file == 0 ? 1 : file == 1 ? 9 : 0, &packed);
        unlink(data_path(file_names[file]));
        write_bytes(packed_name(file), packed, n);
        free(packed);
        load_small();
    }
    /* the first of the samples */
    struct aln_data_spec spec = small_spec();
    spec.train = 2;
    spec.test = 1;
    struct aln_data data = load_data("idx", &spec);
    check_small(&data, 2, 1);
    aln_data_free(&data);
    remove_folder();
}
END_TEST

START_TEST(test_places)
{
    static const struct {
        const char *prefix, *names[FILES];
    } schemes[] = {
        {NULL,
         {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
          "t10k-labels.idx1-ubyte"}},
        {"",
         {"raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte",
          "raw/test-images-idx3-ubyte", "raw/test-labels-idx1-ubyte"}},
        {"letters-",
         {"letters-train-images-idx3-ubyte", "raw/letters-train-labels.idx1-ubyte",
          "letters-test-images.idx3-ubyte", "letters-test-labels.idx1-ubyte"}},
    };
    struct aln_data_spec spec = small_spec();
    struct aln_data data;
    for (size_t i = 0; i < COUNT(schemes); i++) {
        make_folder();
        ck_assert_int_eq(mkdir(data_path("raw"), 0777), 0);
        for (int file = 0; file < FILES; file++) {
            struct bytes b = whole_file(file);
            write_bytes(schemes[i].names[file], b.byte, b.length);
        }
        spec.prefix = schemes[i].prefix;
        spec.path = data_folder;
        data = load_data("idx", &spec);
        check_small(&data, TRAIN, TEST);
        aln_data_free(&data);
        remove_folder();
    }
    make_folder();
    spec.prefix = NULL;
    /* the folder of the environment; a path takes precedence */
    spec.path = NULL;
    setenv("ALIGNODE_DATA", data_folder, 1);
    write_all();
    data = load_data("idx", &spec);
    aln_data_free(&data);
    spec.path = "/nowhere";
    refuse_data("idx", &spec, ALN_USAGE, "/nowhere");
    setenv("ALIGNODE_DATA", "", 1);
    spec.path = NULL;
    refuse_data("idx", &spec, ALN_USAGE,
                "data set idx: folder data: there is no such folder|data.path");
    remove_folder();
}
END_TEST

/* ---- wrong idx files ---- */

/* Replaces `old` bytes at `at` with others. */
static const struct wrong {
    int file;
    size_t at, old;
    const char *bytes;
    size_t length;
    const char *words;
} wrongs[] = {
    {TRAIN_IMAGES, 0, 1, "\x1", 1, "not an idx file|begins with 01 00 08 03, not 00 00, a type"},
    {TRAIN_IMAGES, 2, 1, "\xa", 1, "not an idx file|00 00 0a 03"},
    {TRAIN_IMAGES, 3, 1, "\x5", 1, "not an idx file|00 00 08 05"},
    {TRAIN_IMAGES, 2, 1, "\xd", 1, "has 160 bytes, not the 592"},
    {TEST_IMAGES, 2, 1, "\x9", 1, "contains signed bytes, not bytes"},
    {TRAIN_LABELS, 2, 1, "\xb", 1, "has 14 bytes, not the 20"},
    {TRAIN_IMAGES, 3, 1, "\x1", 1, "has 1 dimension, expected 2 (samples x"},
    {TRAIN_LABELS, 3, 1, "\x3", 1, "has 3 dimensions, expected 1 or 2"},
    {TEST_LABELS, 0, 4, "<htm", 4, "not an idx file|begins with 3c 68 74 6d"},
    {TRAIN_IMAGES, 0, 1000, "", 0, "ends after 0 bytes"},
    {TRAIN_IMAGES, 3, 1000, "", 0, "ends after 3 bytes"},
    {TRAIN_IMAGES, 15, 1000, "", 0, "ends after 15 bytes"},
    {TRAIN_IMAGES, 16, 1000, "", 0, "has 16 bytes, not the 160"},
    {TRAIN_IMAGES, 16, 1, "", 0, "has 159 bytes, not the 160"},
    {TRAIN_IMAGES, 16, 0, "x", 1, "has 161 bytes, not the 160"},
    {TEST_LABELS, 8, 0, "\0", 1, "has 13 bytes, not the 12"},
    {TEST_LABELS, 8, 1, "", 0, "has 11 bytes, not the 12"},
    {TRAIN_IMAGES, 7, 1, "\x5", 1, ", not the 136"},
    {TRAIN_IMAGES, 4, 1, "\xff", 1, "not the 102676562080"},
    {TRAIN_IMAGES, 4, 4, "\xff\xff\xff\xff", 4, "has 160 bytes, not the 10307921"},
    {TRAIN_IMAGES, 4, 12, "\xff\xff\xff\xff\0\0\x10\0\0\0\x10\0", 12, "not the 7205759"},
    {TRAIN_IMAGES, 8, 4, "\0\0\x10\1", 4, "length 2 is 4097"},
    {TRAIN_IMAGES, 12, 4, "\xff\xff\xff\xff", 4, "length 3 is 4294967295"},
    {TRAIN_IMAGES, 15, 1, "\0", 1, "length 3 is 0"},
    {TRAIN_LABELS, 4, 4, "\0\0\0\0", 4, "length 1 is 0"},
    {TRAIN_LABELS, 4, 4, "\xff\xff\xff\xff", 4, "not the 4294967303"},
    {TRAIN_LABELS, 7, 2, "\x5", 1, "has 6 samples for 5 labels or targets"},
    {TEST_IMAGES, 11, 5, "\x4\0\0\0\x6", 5, "has samples of 4 x 6, not 6 x 4"},
    {TEST_LABELS, 9, 1, "\x3", 1, "the label of sample 1 (counting from 0) is 3, not from 0 to 2"},
};

static void apply(struct bytes *b, const struct wrong *w)
{
    size_t tail = w->at + w->old < b->length ? b->length - w->at - w->old : 0;
    memmove(b->byte + w->at + w->length, b->byte + w->at + w->old, tail);
    memcpy(b->byte + w->at, w->bytes, w->length);
    b->length = w->at + w->length + tail;
}

/* The message starts with the path of the file; differing counts are reported for the images. */
static void check_cited(int file)
{
    const char *path =
        data_path(file_names[strstr(aln_error(), " labels or targets;") ? file & ~1 : file]);
    ck_assert_msg(strncmp(aln_error(), path, strlen(path)) == 0, "%s", aln_error());
}

START_TEST(test_wrong_idx)
{
    const struct aln_data_spec spec = small_spec();
    make_folder();
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        write_all();
        struct bytes b = whole_file(wrongs[i].file);
        apply(&b, &wrongs[i]);
        write_plain(wrongs[i].file, &b);
        largest_allocation = 0;
        refuse_data("idx", &spec, ALN_USAGE, wrongs[i].words);
        check_cited(wrongs[i].file);
        ck_assert_ptr_nonnull(strstr(aln_error(), "; data.path must name a folder"));
        ck_assert_uint_lt(largest_allocation, 1 << 16);
    }
    remove_folder();
}
END_TEST

/* Refused, or loaded unchanged. */
static bool refused_or_equal(const struct aln_data_spec *spec, int file)
{
    struct aln_data data;
    enum aln_status status = aln_data_load(&data, data_kind("idx"), spec);
    if (status == ALN_OK) {
        check_small(&data, TRAIN, TEST);
        aln_data_free(&data);
        return false;
    }
    ck_assert_int_eq(status, ALN_USAGE);
    check_cited(file);
    return true;
}

START_TEST(test_wrong_gz)
{
    const struct aln_data_spec spec = small_spec();
    size_t refused = 0, passed = 0;
    make_folder();
    for (int file = 0; file < FILES; file++) {
        struct bytes b = whole_file(file);
        unsigned char *packed;
        size_t n = pack(b.byte, b.length, 9, &packed);
        write_all();
        unlink(data_path(file_names[file]));
        /* truncated anywhere */
        for (size_t length = 0; length < n; length++) {
            write_bytes(packed_name(file), packed, length);
            ck_assert_msg(refused_or_equal(&spec, file), "%zu of %zu bytes", length, n);
        }
        ck_assert_ptr_nonnull(strstr(aln_error(), "truncated within its compressed data"));
        /* every third bit flipped; only in the gz header, and in padding bits of the first and
         * last byte of the data, may that go unnoticed */
        for (size_t bit = 0; bit < 8 * n; bit += 3) {
            packed[bit / 8] ^= (unsigned char)(1u << bit % 8);
            write_bytes(packed_name(file), packed, n);
            bool no = refused_or_equal(&spec, file);
            ck_assert_msg(no || bit / 8 < 11 || bit / 8 == n - 9, "%s, bit %zu of %zu bytes",
                          file_names[file], bit, n);
            no ? refused++ : passed++;
            packed[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        free(packed);
        /* a valid gz with wrong contents: truncated, too long, other bytes */
        for (size_t i = 0; i < COUNT(wrongs); i++) {
            if (wrongs[i].file != file)
                continue;
            struct bytes other = b;
            apply(&other, &wrongs[i]);
            n = pack(other.byte, other.length, 6, &packed);
            write_bytes(packed_name(file), packed, n);
            free(packed);
            largest_allocation = 0;
            ck_assert_msg(refused_or_equal(&spec, file), "case %zu", i);
            ck_assert_uint_lt(largest_allocation, 1 << 18);
        }
        unlink(data_path(packed_name(file)));
    }
    ck_assert_uint_gt(refused, 600);
    ck_assert_uint_lt(passed, 4 * 32);
    write_all();
    unlink(data_path(file_names[TRAIN_IMAGES]));
    write_bytes(packed_name(TRAIN_IMAGES), "no compressed data at all", 25);
    refuse_data("idx", &spec, ALN_USAGE, "train-images-idx3-ubyte.gz: is not an idx file");
    remove_folder();
}
END_TEST

/* Files that are something else. */
START_TEST(test_disguises)
{
    static const char *const cases[][2] = {
        {"<!DOCTYPE html>\n<title>404</title>", "is a web page"},
        {"\n  <HTML><body>", "is a web page"},
        {"\xef\xbb\xbf<!doctype html>", "is a web page"},
        {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9912422\n",
         "is a pointer of git-lfs|git lfs pull"},
        {"PK\003\004\024", "is a zip archive"},
        {"\3757zXZ", "is compressed by xz"},
    };
    const struct aln_data_spec spec = small_spec();
    make_folder();
    for (int file = 0; file < FILES; file++)
        for (size_t i = 0; i < 2 * COUNT(cases); i++) { /* plain, and called .gz */
            const char *text = cases[i / 2][0];
            write_all();
            unlink(data_path(file_names[file]));
            write_bytes(i % 2 ? packed_name(file) : file_names[file], text, strlen(text));
            refuse_data("idx", &spec, ALN_USAGE, cases[i / 2][1]);
            check_cited(file);
            unlink(data_path(packed_name(file)));
        }
    remove_folder();
}
END_TEST

/* A small file of labels that unpacks to as many as it claims asks for no memory unless there are
 * as many images. */
START_TEST(test_many_labels)
{
    static const struct {
        uint32_t labels;
        const char *words;
    } cases[] = {{20000000, "samples for 20000000 labels"},
                 {100000001, "claims 100000001 samples"}};
    const struct aln_data_spec spec = small_spec();
    make_folder();
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t n = cases[i].labels;
        unsigned char *packed, *plain = calloc(8 + (size_t)n, 1);
        ck_assert_ptr_nonnull(plain);
        plain[2] = 8;
        plain[3] = 1;
        for (int k = 0; k < 4; k++)
            plain[4 + k] = (unsigned char)(n >> (24 - 8 * k));
        size_t size = pack(plain, 8 + (size_t)n, 1, &packed);
        free(plain);
        write_all();
        unlink(data_path(file_names[TRAIN_LABELS]));
        write_bytes(packed_name(TRAIN_LABELS), packed, size);
        free(packed);
        largest_allocation = 0;
        refuse_data("idx", &spec, ALN_USAGE, cases[i].words);
        ck_assert_uint_lt(largest_allocation, 1 << 18);
        unlink(data_path(packed_name(TRAIN_LABELS)));
    }
    remove_folder();
}
END_TEST

START_TEST(test_no_file)
{
    struct aln_data_spec spec = small_spec();
    make_folder();
    for (int file = 0; file < FILES; file++) {
        char words[128];
        write_all();
        ck_assert_int_eq(unlink(data_path(file_names[file])), 0);
        snprintf(words, sizeof words, "data set idx: there is no %s or %s.gz in %s|data.path",
                 file_names[file], file_names[file], data_folder);
        refuse_data("idx", &spec, ALN_USAGE, words);
        ck_assert_int_eq(mkdir(data_path(file_names[file]), 0777), 0);
        refuse_data("idx", &spec, ALN_USAGE, "is not a regular file");
        ck_assert_int_eq(rmdir(data_path(file_names[file])), 0);
        ck_assert_int_eq(mkfifo(data_path(file_names[file]), 0666), 0);
        refuse_data("idx", &spec, ALN_USAGE, "is not a regular file"); /* without blocking */
        ck_assert_int_eq(unlink(data_path(file_names[file])), 0);
    }
    spec.path = data_path("empty");
    refuse_data(
        "mnist", &spec, ALN_USAGE,
        "data set mnist: folder|/empty: there is no such folder|./setup.sh data|ALIGNODE_DATA");
    write_bytes("empty", "", 0);
    refuse_data("mnist", &spec, ALN_USAGE, "/empty is not a folder; run ./setup.sh data");
    ck_assert_int_eq(unlink(data_path("empty")), 0);
    ck_assert_int_eq(mkdir(data_path("empty"), 0777), 0);
    refuse_data("mnist", &spec, ALN_USAGE, "there is no train-labels-idx1-ubyte or");
    refuse_data("cifar10", &spec, ALN_USAGE,
                "data set cifar10: there is no data_batch_1.bin or data_batch_1.bin.gz|./setup.sh");
    spec.path = data_folder;
    write_all(); /* valid files, but not MNIST */
    refuse_data("mnist", &spec, ALN_USAGE, "has 6 labels, not 60000|./setup.sh data");
    spec.train = TRAIN + 1;
    refuse_data("idx", &spec, ALN_USAGE,
                "data.train: expected at most the 6 samples of the files, got 7; 0 takes all");
    spec.train = TRAIN;
    spec.test = TEST + 1;
    refuse_data("idx", &spec, ALN_USAGE, "data.test: expected at most the 4 samples");
    spec.test = 0;
    spec.size = WIDTH + 1;
    refuse_data(
        "idx", &spec, ALN_USAGE,
        "data.size: expected at most the smaller side of the images, 6 x 4, got 5; 0 keeps");
    spec.size = 0;
    spec.classes = CLASSES + 1;
    refuse_data("idx", &spec, ALN_USAGE, "data.classes: expected at most 3, the number of classes");
    spec.classes = 0;
    spec.coding = coding("sign");
    refuse_data("idx", &spec, ALN_USAGE, "data.coding: sign requires 2 classes, got 3");
    remove_folder();
}
END_TEST

/* Labels that need more outputs than the network has; one of them is an outlier. */
START_TEST(test_answers)
{
    struct aln_data_spec spec = small_spec();
    struct aln_data data;
    make_folder();
    write_all();
    spec.answers = CLASSES;
    data = load_data("idx", &spec);
    aln_data_free(&data);
    spec.answers = CLASSES + 2;
    refuse_data("idx", &spec, ALN_USAGE, "the largest label is 2|3 classes|5 outputs|{dense: 3}");
    spec.answers = CLASSES;
    struct bytes b = whole_file(TRAIN_LABELS);
    b.byte[8 + 4] = 200;
    write_plain(TRAIN_LABELS, &b);
    refuse_data(
        "idx", &spec, ALN_USAGE,
        "3 outputs, for labels from 0 to 2, but 1 of 6 labels are larger; the largest, 200, "
        "is that of sample 4 (counting from 0)|{dense: 201}|data.classes: 3, which takes "
        "labels modulo 3");
    check_cited(TRAIN_LABELS);
    spec.classes = CLASSES; /* as the message suggests */
    data = load_data("idx", &spec);
    ck_assert_uint_eq(data.train.label[4], 200 % CLASSES);
    aln_data_free(&data);
    spec.classes = 0;
    spec.answers = 0; /* not checked */
    data = load_data("idx", &spec);
    ck_assert_uint_eq(data.classes, 201);
    aln_data_free(&data);
    remove_folder();
}
END_TEST

START_TEST(test_no_memory)
{
    const struct aln_data_kind *kind = data_kind("idx");
    struct aln_data_spec spec = small_spec();
    spec.size = 3;
    make_folder();
    write_all();
    expect_every_allocation_checked(kind, &spec, 20);
    remove_folder();
}
END_TEST

CHECK_MAIN("deep/dataset_files", test_idx, test_places, test_wrong_idx, test_wrong_gz,
           test_disguises, test_many_labels, test_no_file, test_answers, test_no_memory)

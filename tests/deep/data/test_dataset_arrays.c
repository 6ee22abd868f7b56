/* Idx files of all types and shapes, exchanged rows and columns, real-valued targets; CIFAR-100. */
#include "../../check_main.h"

#include <math.h>

#include "data_files.h"
#include "failing_load.h"

/* ---- files of any type ---- */

static const struct type {
    unsigned char code;
    size_t size;
    bool real, sign;
} types[] = {{0x08, 1, false, false}, {0x09, 1, false, true}, {0x0b, 2, false, true},
             {0x0c, 4, false, true},  {0x0d, 4, true, true},  {0x0e, 8, true, true}};
enum { BYTES, SIGNED, INT16, INT32, REAL32, REAL64 };

/* A number as the format has it, the most significant byte first. */
static void encode(const struct type *t, double x, unsigned char *to)
{
    uint64_t word = 0;
    const float narrow = (float)x;
    uint32_t bits;
    memcpy(&bits, &narrow, 4);
    if (t->real && t->size == 8)
        memcpy(&word, &x, 8);
    else
        word = t->real ? bits : (uint64_t)(int64_t)x;
    for (size_t i = 0; i < t->size; i++)
        to[i] = (unsigned char)(word >> 8 * (t->size - 1 - i));
}

/* Writes an array, x[0], x[1], ... in C order. */
static void write_array(const char *name, const struct type *t, size_t dimensions,
                        const size_t *length, const double *x)
{
    static unsigned char b[1 << 14];
    size_t n = 0, count = 1;
    b[n++] = 0, b[n++] = 0, b[n++] = t->code, b[n++] = (unsigned char)dimensions;
    for (size_t d = 0; d < dimensions; d++) {
        count *= length[d];
        for (int shift = 24; shift >= 0; shift -= 8)
            b[n++] = (unsigned char)(length[d] >> shift);
    }
    ck_assert_uint_le(n + count * t->size, sizeof b);
    for (size_t i = 0; i < count; i++, n += t->size)
        encode(t, x[i], b + n);
    write_bytes(name, b, n);
}

/* Writes the same array as inputs for training and test. */
static void write_inputs(const struct type *t, size_t dimensions, const size_t *length,
                         const double *x)
{
    write_array(file_names[TRAIN_IMAGES], t, dimensions, length, x);
    write_array(file_names[TEST_IMAGES], t, dimensions, length, x);
}

static void write_answers(const struct type *t, size_t dimensions, const size_t *length,
                          const double *x)
{
    write_array(file_names[TRAIN_LABELS], t, dimensions, length, x);
    write_array(file_names[TEST_LABELS], t, dimensions, length, x);
}

enum { SAMPLES = 3, MOST = 400 };
static const double labels[SAMPLES] = {0, 2, 1};
static const size_t samples[1] = {SAMPLES};

static double value(const struct type *t, size_t j)
{
    const double x = (double)((37 * j + j * j) % 101);
    return (t->sign ? x - 50 : x) + (t->real ? 0.25 : 0);
}

static void fill(const struct type *t, double *x)
{
    for (size_t j = 0; j < MOST; j++)
        x[j] = value(t, j);
}

START_TEST(test_types)
{
    const struct aln_data_spec spec = small_spec();
    const size_t length[] = {SAMPLES, 5, 4};
    double x[MOST];
    make_folder();
    for (size_t i = 0; i < COUNT(types); i++) {
        const double unit = i == BYTES ? 1.0 / 255 : 1;
        fill(&types[i], x);
        write_inputs(&types[i], 3, length, x);
        write_answers(&types[i % REAL32], 1, samples, labels);
        struct aln_data data = load_data("idx", &spec);
        ck_assert(data.train.count == SAMPLES && data.train.channels == 1);
        ck_assert(data.train.height == 5 && data.train.width == 4 && data.classes == 3);
        for (size_t j = 0; j < SAMPLES * 20; j++)
            ck_assert_float_eq(data.test.x[j], (float)(unit * x[j]));
        for (size_t j = 0; j < SAMPLES; j++)
            ck_assert_double_eq(data.train.label[j], labels[j]);
        aln_data_free(&data);
    }
    remove_folder();
}
END_TEST

/* Rows and columns, of images that are not square, of several channels and types. */
START_TEST(test_transpose)
{
    static const size_t shapes[][4] = {{SAMPLES, 5, 4, 0}, {SAMPLES, 3, 5, 4}, {SAMPLES, 5, 4, 3}};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    write_answers(&types[BYTES], 1, samples, labels);
    for (size_t i = 0; i < COUNT(shapes) * COUNT(types); i++) {
        const struct type *t = &types[i % COUNT(types)];
        const size_t *shape = shapes[i / COUNT(types)];
        fill(t, x);
        write_inputs(t, shape[3] > 0 ? 4 : 3, shape, x);
        spec.transpose = false;
        struct aln_data plain = load_data("idx", &spec);
        spec.transpose = true;
        struct aln_data turned = load_data("idx", &spec);
        const size_t channels = plain.train.channels;
        ck_assert(plain.train.height == 5 && plain.train.width == 4);
        ck_assert(turned.train.height == 4 && turned.train.width == 5);
        ck_assert_uint_eq(turned.train.channels, channels);
        ck_assert_uint_eq(channels, shape[3] > 0 ? 3 : 1);
        for (size_t j = 0; j < SAMPLES * channels; j++)
            for (size_t k = 0; k < 20; k++)
                ck_assert_float_eq(turned.train.x[20 * j + k],
                                   plain.train.x[20 * j + k % 5 * 4 + k / 5]);
        aln_data_free(&plain);
        aln_data_free(&turned);
    }
    /* a set that does not have the key */
    ck_assert(aln_data_uses(data_kind("idx"), "transpose"));
    ck_assert(!aln_data_uses(data_kind("mnist"), "transpose"));
    const size_t vectors[] = {SAMPLES, 20};
    write_inputs(&types[BYTES], 2, vectors, x);
    refuse_data("idx", &spec, ALN_USAGE, "data.transpose: it is for images|vectors of 20 numbers");
    remove_folder();
}
END_TEST

/* Channels first or last, whichever can be told. */
START_TEST(test_channels)
{
    static const struct {
        size_t length[4];
        bool last;
        const char *words;
    } cases[] = {{{SAMPLES, 3, 5, 4}, false, NULL},
                 {{SAMPLES, 5, 4, 3}, true, NULL},
                 {{SAMPLES, 1, 5, 4}, false, NULL},
                 {{SAMPLES, 5, 4, 1}, true, NULL},
                 {{SAMPLES, 5, 3, 4}, false, "samples of 5 x 3 x 4: there are no 1 or 3 channels"},
                 {{SAMPLES, 3, 4, 3}, false, "samples of 3 x 4 x 3|ambiguous"},
                 {{SAMPLES, 1, 4, 3}, false, "ambiguous"},
                 {{SAMPLES, 2, 4, 5}, false, "there are no 1 or 3 channels"}};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    write_answers(&types[BYTES], 1, samples, labels);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct type *t = &types[i % 2 == 0 ? BYTES : REAL32];
        fill(t, x);
        write_inputs(t, 4, cases[i].length, x);
        if (cases[i].words != NULL) {
            refuse_data("idx", &spec, ALN_USAGE, cases[i].words);
            continue;
        }
        struct aln_data data = load_data("idx", &spec);
        const size_t channels = cases[i].length[cases[i].last ? 3 : 1], n = channels * 20;
        ck_assert(data.train.channels == channels && data.train.height == 5);
        ck_assert(data.train.width == 4 && data.train.inputs == n);
        for (size_t j = 0; j < SAMPLES * n; j++) {
            const size_t sample = j / n, channel = j % n / 20, pixel = j % 20;
            const size_t at = sample * n + (cases[i].last ? pixel * channels + channel : j % n);
            ck_assert_float_eq(data.train.x[j], (float)(x[at] * (t->real ? 1 : 1.0 / 255)));
        }
        aln_data_free(&data);
    }
    remove_folder();
}
END_TEST

START_TEST(test_vectors)
{
    const size_t length[] = {SAMPLES, 7};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    write_answers(&types[INT32], 1, samples, labels);
    fill(&types[REAL64], x);
    write_inputs(&types[REAL64], 2, length, x);
    struct aln_data data = load_data("idx", &spec);
    ck_assert(data.train.channels == 7 && data.train.height == 1 && data.train.width == 1);
    for (size_t j = 0; j < 21; j++)
        ck_assert_float_eq(data.train.x[j], (float)x[j]);
    aln_data_free(&data);
    spec.size = 1;
    refuse_data("idx", &spec, ALN_USAGE, "data.size: it is for images");
    remove_folder();
}
END_TEST

/* Means over areas and moments of real numbers are those of bytes of the same values. */
START_TEST(test_real_images)
{
    static const char *const ways[] = {"none", "global", "colour", "original"};
    const size_t length[] = {SAMPLES, 5, 4, 3};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    write_answers(&types[BYTES], 1, samples, labels);
    for (size_t i = 0; i < 2 * COUNT(ways); i++) {
        spec.standardise = standardisation(ways[i / 2]);
        spec.size = i % 2 == 0 ? 0 : 3;
        spec.transpose = i >= COUNT(ways);
        fill(&types[BYTES], x);
        write_inputs(&types[BYTES], 4, length, x);
        struct aln_data bytes = load_data("idx", &spec);
        for (size_t j = 0; j < MOST; j++)
            x[j] /= 255;
        write_inputs(&types[REAL64], 4, length, x);
        struct aln_data real = load_data("idx", &spec);
        ck_assert_uint_eq(real.train.inputs, bytes.train.inputs);
        for (size_t j = 0; j < real.train.count * real.train.inputs; j++) /* a few roundings */
            ck_assert_double_eq_tol(real.train.x[j], bytes.train.x[j], 1e-6);
        for (size_t c = 0; c < 3; c++)
            ck_assert_double_eq_tol(real.deviation[c], bytes.deviation[c], 1e-7);
        aln_data_free(&bytes);
        aln_data_free(&real);
    }
    remove_folder();
}
END_TEST

/* ---- labels and targets ---- */

START_TEST(test_targets)
{
    const size_t length[] = {SAMPLES, 5, 4}, two[] = {SAMPLES, 2}, one[] = {SAMPLES, 1};
    const double y[] = {0.5, -1, 2, 3.25, -4, 0};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    fill(&types[BYTES], x);
    write_inputs(&types[BYTES], 3, length, x);
    spec.coding = coding("values");
    for (size_t i = REAL32; i <= REAL64; i++) {
        write_answers(&types[i], 2, two, y);
        spec.answers = 2;
        struct aln_data data = load_data("idx", &spec);
        ck_assert(data.train.label == NULL && data.classes == 0 && data.test.outputs == 2);
        for (size_t j = 0; j < SAMPLES * 2; j++)
            ck_assert_double_eq(data.train.y[j], y[j]);
        aln_data_free(&data);
        write_answers(&types[i], 1, samples, y);
        spec.answers = 0;
        data = load_data("idx", &spec);
        ck_assert(data.train.outputs == 1 && data.test.y[2] == 2);
        aln_data_free(&data);
    }
    ck_assert_uint_eq(aln_data_outputs(data_kind("idx"), &spec), 0); /* known from the files */
    spec.answers = 3;
    refuse_data("idx", &spec, ALN_USAGE, "has 1 target for a sample|3 outputs|{dense: 1}");
    spec.answers = 0;
    write_array(file_names[TEST_LABELS], &types[REAL64], 2, two, y);
    refuse_data("idx", &spec, ALN_USAGE, "t10k|has 2 targets for a sample, not 1");
    spec.classes = 2;
    refuse_data("idx", &spec, ALN_USAGE, "data.classes: coding values has no classes");
    spec.classes = 0;
    const double bad[] = {0, NAN, 1};
    write_answers(&types[REAL32], 1, samples, bad);
    refuse_data("idx", &spec, ALN_USAGE, "a target of sample 1 (counting from 0) is");
    write_answers(&types[INT32], 1, samples, labels);
    refuse_data("idx", &spec, ALN_USAGE, "whole numbers of 4 bytes, which are labels");
    spec.coding = coding("class");
    write_answers(&types[INT32], 2, one, labels);
    struct aln_data data = load_data("idx", &spec);
    ck_assert_uint_eq(data.train.label[1], 2);
    aln_data_free(&data);
    write_answers(&types[INT32], 2, two, y);
    refuse_data("idx", &spec, ALN_USAGE, "has 2 labels for a sample, expected 1");
    write_answers(&types[REAL64], 1, samples, labels);
    refuse_data("idx", &spec, ALN_USAGE, "which are targets, not labels: set data.coding: values");
    const double negative[] = {0, 1, -3}, huge[] = {0, 1048576, 1};
    write_answers(&types[INT16], 1, samples, negative);
    refuse_data("idx", &spec, ALN_USAGE, "the label of sample 2 (counting from 0) is -3, not from");
    write_answers(&types[INT32], 1, samples, huge);
    refuse_data("idx", &spec, ALN_USAGE, "is 1048576, not from 0 to 1048575");
    remove_folder();
}
END_TEST

/* Numbers that a network cannot take; what does not fit is refused before memory is asked for. */
START_TEST(test_wrong)
{
    const size_t length[] = {SAMPLES, 5, 4}, wide[] = {SAMPLES, 4, 5};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    make_folder();
    write_answers(&types[BYTES], 1, samples, labels);
    fill(&types[REAL64], x);
    x[25] = INFINITY;
    write_inputs(&types[REAL64], 3, length, x);
    refuse_data("idx", &spec, ALN_USAGE, "sample 1 (counting from 0) contains inf");
    x[25] = 1e39;
    write_inputs(&types[REAL64], 3, length, x);
    refuse_data("idx", &spec, ALN_USAGE, "contains 1e+39, which is not a finite number");
    x[25] = 0;
    write_inputs(&types[REAL64], 3, length, x);
    write_array(file_names[TEST_IMAGES], &types[REAL64], 3, wide, x);
    refuse_data("idx", &spec, ALN_USAGE, "t10k|has samples of 4 x 5, not 5 x 4");
    write_array(file_names[TEST_IMAGES], &types[REAL32], 3, length, x);
    refuse_data("idx", &spec, ALN_USAGE, "contains real numbers of 4 bytes, not real numbers of 8");
    /* test samples far beyond the training samples: refused, not infinite */
    for (size_t j = 0; j < MOST; j++)
        x[j] = 1e-35 * value(&types[REAL64], j);
    write_inputs(&types[REAL64], 3, length, x);
    x[3] = 1e38;
    write_array(file_names[TEST_IMAGES], &types[REAL64], 3, length, x);
    spec.standardise = standardisation("global");
    refuse_data("idx", &spec, ALN_USAGE, "data.standardise: ");
    static const unsigned char many[] = {0, 0, 0x0e, 4,    0xff, 0xff, 0xff, 0xff, 0, 0,
                                         0, 3, 0,    0x0f, 0xff, 0xff, 0,    0x10, 0, 0};
    write_bytes(file_names[TRAIN_IMAGES], many, sizeof many);
    largest_allocation = 0;
    refuse_data("idx", &spec, ALN_USAGE, "has an invalid header");
    ck_assert_uint_lt(largest_allocation, 1 << 16);
    remove_folder();
}
END_TEST

START_TEST(test_no_memory)
{
    const struct aln_data_kind *kind = data_kind("idx");
    const size_t length[] = {SAMPLES, 5, 4, 3}, two[] = {SAMPLES, 2};
    const double y[] = {0.5, -1, 2, 3.25, -4, 0};
    struct aln_data_spec spec = small_spec();
    double x[MOST];
    spec.size = 3;
    spec.coding = coding("values");
    spec.transpose = true;
    make_folder();
    fill(&types[REAL32], x);
    write_inputs(&types[REAL32], 4, length, x);
    write_answers(&types[REAL32], 2, two, y);
    expect_every_allocation_checked(kind, &spec, 20);
    remove_folder();
}
END_TEST

/* ---- CIFAR-100 ---- */

enum { RECORD = 3074 };

static unsigned char *cifar_bytes(size_t records)
{
    unsigned char *b = malloc(records * RECORD);
    for (size_t i = 0; i < records; i++) {
        b[i * RECORD] = (unsigned char)(i % 20);
        b[i * RECORD + 1] = (unsigned char)(i * 7 % 100);
        for (size_t j = 0; j < 3072; j++)
            b[i * RECORD + 2 + j] = (unsigned char)((i + j) % 64);
    }
    return b;
}

START_TEST(test_cifar100)
{
    enum { TRAINING = 50000, TESTS = 10000 };
    struct aln_data_spec spec = data_kind("cifar100")->usual;
    unsigned char *b = cifar_bytes(TRAINING), *packed;
    make_folder();
    spec.path = data_folder;
    spec.standardise = standardisation("none");
    spec.train = 250;
    spec.test = 200;
    refuse_data(
        "cifar100", &spec, ALN_USAGE,
        "there is no train.bin or train.bin.gz|https://www.cs.toronto.edu/~kriz/cifar.html");
    size_t n = pack(b, (size_t)TRAINING * RECORD, 1, &packed);
    ck_assert_int_eq(mkdir(data_path("cifar-100-binary"), 0777), 0);
    write_bytes("cifar-100-binary/train.bin.gz", packed, n);
    free(packed);
    write_bytes("test.bin", b, (size_t)TESTS * RECORD);
    for (int coarse = 0; coarse < 2; coarse++) {
        spec.labels = aln_labelling_find(coarse ? "coarse" : "fine");
        struct aln_data data = load_data("cifar100", &spec);
        ck_assert(data.train.count == 250 && data.test.count == 200 && data.train.channels == 3);
        ck_assert_uint_eq(data.classes, coarse ? 20 : 100);
        ck_assert_uint_eq(data.train.outputs, data.classes);
        for (size_t i = 0; i < 250; i++) {
            ck_assert_uint_eq(data.train.label[i], b[i * RECORD + (coarse ? 0 : 1)]);
            ck_assert_float_eq(data.train.x[i * 3072 + 5],
                               (float)(1.0 / 255 * b[i * RECORD + 2 + 5]));
        }
        aln_data_free(&data);
    }
    b[7 * RECORD] = 20;
    write_bytes("test.bin", b, (size_t)TESTS * RECORD);
    refuse_data("cifar100", &spec, ALN_USAGE,
                "test.bin: the label of record 7 (counting from 0) is 20, not from 0 to 19");
    write_bytes("test.bin", b, (size_t)TESTS * (RECORD - 1));
    refuse_data("cifar100", &spec, ALN_USAGE, "has 30730000 bytes, not the 30740000");
    write_bytes("test.bin", "version https://git-lfs.github.com/spec/v1\n", 43);
    refuse_data("cifar100", &spec, ALN_USAGE, "is a pointer of git-lfs");
    free(b);
    remove_folder();
}
END_TEST

CHECK_MAIN("deep/dataset_arrays", test_types, test_transpose, test_channels, test_vectors,
           test_real_images, test_targets, test_wrong, test_no_memory, test_cifar100)

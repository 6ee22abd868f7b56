/* Processing of files: fewer classes, standardised and resized images; CIFAR-10. */
#include "../../check_main.h"

#include <math.h>

#include "data_files.h"
#include "deep/data/dataset_parts.h"

/* ---- processing ---- */

START_TEST(test_classes)
{
    struct aln_data_spec spec = small_spec();
    make_folder();
    write_all();
    spec.classes = 2;
    for (int sign = 0; sign < 2; sign++) {
        spec.coding = coding(sign ? "sign" : "class");
        struct aln_data data = load_data("idx", &spec);
        ck_assert(data.classes == 2 && data.train.outputs == (sign ? 1 : 2));
        ck_assert(data.test.outputs == data.train.outputs && data.train.y == NULL);
        for (size_t i = 0; i < TRAIN; i++)
            ck_assert_uint_eq(data.train.label[i], label_of(0, i) % 2);
        for (size_t i = 0; i < TEST; i++)
            ck_assert_uint_eq(data.test.label[i], label_of(1, i) % 2);
        aln_data_free(&data);
    }
    remove_folder();
}
END_TEST

START_TEST(test_standardise)
{
    struct aln_data_spec spec = small_spec();
    make_folder();
    write_all();
    spec.standardise = standardisation("global");
    struct aln_data data = load_data("idx", &spec);
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < TRAIN * PIXELS; i++) {
        double value = pixel(0, i / PIXELS, i % PIXELS) / 255.0;
        sum += value / (TRAIN * PIXELS);
        sum2 += value * value / (TRAIN * PIXELS);
    }
    double deviation = sqrt(sum2 - sum * sum);
    ck_assert_double_eq_tol(data.mean[0], sum, 1e-14);
    ck_assert_double_eq_tol(data.deviation[0], deviation, 1e-14);
    for (size_t i = 0; i < TRAIN * PIXELS; i++) /* 4 roundings of numbers below 4 */
        ck_assert_double_eq_tol(data.train.x[i],
                                (pixel(0, i / PIXELS, i % PIXELS) / 255.0 - sum) / deviation, 5e-7);
    for (size_t i = 0; i < TEST * PIXELS; i++)
        ck_assert_double_eq_tol(data.test.x[i],
                                (pixel(1, i / PIXELS, i % PIXELS) / 255.0 - sum) / deviation, 5e-7);
    aln_data_free(&data);
    /* statistics of the samples in use; of the whole file before resizing */
    spec.train = 2;
    data = load_data("idx", &spec);
    ck_assert_double_gt(fabs(data.mean[0] - sum), 1e-3);
    aln_data_free(&data);
    spec.size = 2;
    spec.standardise = standardisation("original");
    data = load_data("idx", &spec);
    ck_assert_double_eq_tol(data.mean[0], sum, 1e-14);
    ck_assert_double_eq_tol(data.deviation[0], deviation, 1e-14);
    aln_data_free(&data);
    /* nothing to divide by */
    struct bytes b = whole_file(TRAIN_IMAGES);
    memset(b.byte + 16, 7, TRAIN * PIXELS);
    write_plain(TRAIN_IMAGES, &b);
    refuse_data("idx", &spec, ALN_USAGE, "data.standardise: the training inputs are all equal");
    spec.standardise = standardisation("global");
    refuse_data("idx", &spec, ALN_USAGE, "data.standardise: the training inputs are all equal");
    remove_folder();
}
END_TEST

/* ---- means over areas ---- */

static double overlap(double a, double b, double c, double d)
{
    return fmax(0, fmin(b, d) - fmax(a, c));
}

/* The mean over new pixel (i, j), by looping over all old ones. */
static double slow_mean(size_t height, size_t width, size_t size, const unsigned char *in, size_t i,
                        size_t j)
{
    const double high = (double)height / (double)size, wide = (double)width / (double)size;
    double sum = 0;
    for (size_t k = 0; k < height; k++)
        for (size_t l = 0; l < width; l++)
            sum += in[k * width + l] *
                   overlap((double)k, (double)k + 1, (double)i * high, (double)(i + 1) * high) *
                   overlap((double)l, (double)l + 1, (double)j * wide, (double)(j + 1) * wide);
    return sum / (high * wide);
}

START_TEST(test_area)
{
    static const size_t shapes[][3] = {{28, 28, 14}, {32, 32, 14}, {32, 32, 31}, {28, 28, 28},
                                       {28, 28, 1},  {5, 9, 4},    {9, 5, 3},    {1, 1, 1},
                                       {28, 28, 27}, {40, 3, 2}};
    for (size_t s = 0; s < COUNT(shapes); s++) {
        const size_t height = shapes[s][0], width = shapes[s][1], size = shapes[s][2];
        unsigned char in[40 * 32];
        float out[32 * 32];
        struct aln_area *area;
        double before = 0, after = 0;
        uint64_t state = 88172645463325252u;
        for (size_t i = 0; i < height * width; i++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            before += in[i] = (unsigned char)(state >> 40);
        }
        ck_assert_int_eq(aln_area_create(&area, height, width, size), ALN_OK);
        aln_area_apply(area, in, out);
        for (size_t i = 0; i < size * size; i++) {
            ck_assert_double_eq_tol(out[i] / aln_area_total(area),
                                    slow_mean(height, width, size, in, i / size, i % size), 1e-11);
            after += out[i];
        }
        /* integers: the mean is exact to the last digit */
        ck_assert_double_eq(after * (double)(height * width),
                            before * aln_area_total(area) * (double)(size * size));
        aln_area_free(area);
    }
    /* by hand */
    static const unsigned char three[9] = {10, 20, 30, 40, 50, 60, 70, 80, 91};
    float two[4], same[9];
    struct aln_area *area;
    ck_assert_int_eq(aln_area_create(&area, 3, 3, 2), ALN_OK);
    aln_area_apply(area, three, two);
    ck_assert_float_eq(two[0], 4 * 10 + 2 * 20 + 2 * 40 + 50);
    ck_assert_float_eq(two[3], 50 + 2 * 60 + 2 * 80 + 4 * 91);
    ck_assert_double_eq(aln_area_total(area), 9);
    aln_area_free(area);
    ck_assert_int_eq(aln_area_create(&area, 3, 3, 0), ALN_OK);
    aln_area_apply(area, three, same);
    ck_assert_double_eq(aln_area_total(area), 1);
    for (size_t i = 0; i < 9; i++)
        ck_assert_float_eq(same[i], three[i]);
    aln_area_free(area);
    /* the largest possible values still fit */
    enum { SIDE = ALN_SIDE_MOST };
    unsigned char *white = malloc((size_t)SIDE * SIDE);
    memset(white, 255, (size_t)SIDE * SIDE);
    float one;
    ck_assert_int_eq(aln_area_create(&area, SIDE, SIDE, 1), ALN_OK);
    aln_area_apply(area, white, &one);
    ck_assert_double_eq(one, 255.0 * SIDE * SIDE);
    aln_area_free(area);
    free(white);
}
END_TEST

START_TEST(test_resized)
{
    struct aln_data_spec spec = small_spec();
    make_folder();
    write_all();
    spec.size = 3;
    struct aln_data data = load_data("idx", &spec);
    ck_assert(data.train.height == 3 && data.train.width == 3 && data.train.inputs == 9);
    for (size_t n = 0; n < TEST; n++) {
        unsigned char in[PIXELS];
        for (size_t j = 0; j < PIXELS; j++)
            in[j] = pixel(1, n, j);
        for (size_t i = 0; i < 9; i++)
            ck_assert_double_eq_tol(data.test.x[n * 9 + i],
                                    slow_mean(HEIGHT, WIDTH, 3, in, i / 3, i % 3) / 255, 6e-8);
    }
    aln_data_free(&data);
    remove_folder();
}
END_TEST

/* ---- CIFAR-10 ---- */

enum { RECORD = 3073, RECORDS = 10000, COLOUR = 1024 };

static unsigned char *cifar_bytes(void)
{
    unsigned char *b = malloc((size_t)RECORDS * RECORD);
    for (size_t i = 0; i < RECORDS; i++) {
        b[i * RECORD] = (unsigned char)(i % 10);
        for (size_t j = 0; j < 3 * COLOUR; j++)
            b[i * RECORD + 1 + j] = (unsigned char)(60 * (j / COLOUR) + (i + j) % 64);
    }
    return b;
}

START_TEST(test_cifar)
{
    struct aln_data_spec spec = data_kind("cifar10")->usual;
    unsigned char *b = cifar_bytes(), *packed;
    const size_t length = (size_t)RECORDS * RECORD;
    make_folder();
    spec.path = data_folder;
    spec.standardise = standardisation("none");
    spec.train = 300;
    spec.test = 200;
    ck_assert_int_eq(mkdir(data_path("cifar10"), 0777), 0);
    size_t n = pack(b, length, 1, &packed);
    write_bytes("cifar10/data_batch_1.bin.gz", packed, n);
    write_bytes("test_batch.bin", b, length);
    struct aln_data data = load_data("cifar10", &spec); /* the other files are not needed */
    ck_assert(data.train.count == 300 && data.test.count == 200 && data.classes == 10);
    ck_assert(data.train.channels == 3 && data.train.height == 32 && data.train.width == 32);
    for (size_t i = 0; i < 200; i++) {
        ck_assert(data.train.label[i] == i % 10 && data.test.label[i] == i % 10);
        for (size_t j = 0; j < 3 * COLOUR; j++)
            ck_assert_float_eq(data.test.x[i * 3 * COLOUR + j],
                               (float)(1.0 / 255 * b[i * RECORD + 1 + j]));
    }
    ck_assert_mem_eq(data.train.x, data.test.x, 200 * 3 * COLOUR * sizeof(float));
    aln_data_free(&data);
    /* by colour: each has mean 0 and deviation 1 */
    spec.standardise = standardisation("colour");
    spec.size = 7;
    data = load_data("cifar10", &spec);
    for (size_t c = 0; c < 3; c++) {
        double sum = 0, sum2 = 0;
        for (size_t i = 0; i < 300; i++) {
            for (size_t j = 0; j < 49; j++) {
                double x = data.train.x[i * 147 + c * 49 + j];
                sum += x / (300 * 49);
                sum2 += x * x / (300 * 49);
            }
        }
        ck_assert_double_eq_tol(sum, 0, 1e-7);
        ck_assert_double_eq_tol(sum2, 1, 1e-6);
        ck_assert_double_eq_tol(data.mean[c], (60 * (double)c + 31.5) / 255, 1e-3);
    }
    aln_data_free(&data);
    /* all together */
    spec.standardise = standardisation("global");
    data = load_data("cifar10", &spec);
    double sum = 0, sum2 = 0;
    const size_t all = 300 * 147;
    for (size_t i = 0; i < all; i++) {
        sum += data.train.x[i];
        sum2 += data.train.x[i] * data.train.x[i];
    }
    ck_assert_double_eq_tol(sum / (double)all, 0, 1e-7);
    ck_assert_double_eq_tol(sum2 / (double)all, 1, 1e-6);
    ck_assert_double_eq(data.mean[0], data.mean[2]);
    ck_assert_double_eq_tol(data.mean[1], (60 + 31.5) / 255, 1e-3);
    aln_data_free(&data);
    /* files that are not CIFAR-10 */
    spec.train = RECORDS + 1;
    refuse_data("cifar10", &spec, ALN_USAGE, "there is no data_batch_2.bin");
    spec.standardise = standardisation("original");
    spec.train = 1;
    refuse_data("cifar10", &spec, ALN_USAGE, "there is no data_batch_2.bin");
    spec.standardise = standardisation("none");
    spec.train = 5 * RECORDS + 1;
    refuse_data("cifar10", &spec, ALN_USAGE, "data.train: expected at most the 50000");
    spec.train = 1;
    spec.test = RECORDS + 1;
    refuse_data("cifar10", &spec, ALN_USAGE, "data.test: expected at most the 10000");
    spec.test = 1;
    b[77 * RECORD] = 10;
    write_bytes("test_batch.bin", b, length);
    refuse_data("cifar10", &spec, ALN_USAGE,
                "test_batch.bin: the label of record 77 (counting from 0) is 10, not from 0 to 9; "
                "run ./setup.sh data");
    b[77 * RECORD] = 7;
    write_bytes("test_batch.bin", b, length - 1);
    refuse_data("cifar10", &spec, ALN_USAGE, "has 30729999 bytes, not the 30730000");
    unlink(data_path("test_batch.bin"));
    write_bytes("test_batch.bin.gz", packed, n / 2);
    refuse_data("cifar10", &spec, ALN_USAGE, "truncated within its compressed data");
    free(packed);
    n = pack(b, length - RECORD, 1, &packed);
    write_bytes("test_batch.bin.gz", packed, n);
    refuse_data("cifar10", &spec, ALN_USAGE, "is truncated: ends after 30726927 bytes");
    free(packed);
    n = pack(b, 1000, 1, &packed);
    write_bytes("test_batch.bin.gz", packed, n);
    refuse_data("cifar10", &spec, ALN_USAGE, "compressed bytes, too few for the 30730000 expected");
    free(packed);
    free(b);
    remove_folder();
}
END_TEST

CHECK_MAIN("deep/dataset_images", test_classes, test_standardise, test_area, test_resized,
           test_cifar)

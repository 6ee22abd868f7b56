/* MNIST and CIFAR-10 against known properties. Skipped (exit 77) if the files are missing:
 * ./setup.sh data fetches them. */
#include "../../check_main.h"

#include <math.h>

#include "data_files.h"
#include "deep/data/dataset_parts.h"

/* Mean and standard deviation of one colour. */
static void moments(const struct aln_dataset *set, size_t colour, double *mean, double *deviation)
{
    const size_t pixels = set->height * set->width;
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < set->count; i++) {
        for (size_t j = 0; j < pixels; j++) {
            double x = set->x[i * set->inputs + colour * pixels + j];
            sum += x;
            sum2 += x * x;
        }
    }
    const double n = (double)(set->count * pixels);
    *mean = sum / n;
    *deviation = sqrt(sum2 / n - *mean * *mean);
}

static void check_counts(const struct aln_dataset *set, const size_t expected[10])
{
    size_t count[10] = {0};
    for (size_t i = 0; i < set->count; i++) {
        ck_assert_uint_lt(set->label[i], 10);
        count[set->label[i]]++;
    }
    for (size_t k = 0; k < 10; k++)
        ck_assert_uint_eq(count[k], expected[k]);
}

/* The shape before loading. */
static void check_shape(const char *name, const struct aln_data_spec *spec,
                        const struct aln_dataset *set)
{
    size_t channels, height, width;
    ck_assert(aln_data_sample_shape(data_kind(name), spec, &channels, &height, &width));
    ck_assert(set->channels == channels && set->height == height && set->width == width);
}

/* Sizes, classes and moments from the literature; 0.1307 and 0.3081 are widely used. */
START_TEST(test_mnist)
{
    static const size_t train[10] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    static const size_t test[10] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    static const unsigned first[10] = {5, 0, 4, 1, 9, 2, 1, 3, 1, 4}; /* labels of train */
    struct aln_data_spec spec = data_kind("mnist")->usual;
    struct aln_data data;
    double mean, deviation;
    spec.standardise = standardisation("none");
    data = load_data("mnist", &spec);
    ck_assert(data.train.count == 60000 && data.test.count == 10000 && data.classes == 10);
    ck_assert(data.train.inputs == 784 && data.test.inputs == 784 && data.train.outputs == 10);
    check_shape("mnist", &spec, &data.train);
    check_counts(&data.train, train);
    check_counts(&data.test, test);
    for (size_t i = 0; i < 10; i++)
        ck_assert_uint_eq(data.train.label[i], first[i]);
    moments(&data.train, 0, &mean, &deviation);
    ck_assert_double_eq_tol(mean, 0.1307, 5e-5);
    ck_assert_double_eq_tol(deviation, 0.3081, 5e-5);
    moments(&data.test, 0, &mean, &deviation);
    ck_assert_double_eq_tol(mean, 0.1325, 5e-5);
    ck_assert_double_eq_tol(deviation, 0.3105, 5e-5);
    /* images are upright: the first, a five, extends to the right at the top, not at the bottom */
    double above = 0, below = 0;
    for (size_t i = 0; i < 28; i++)
        for (size_t j = 20; j < 28; j++)
            *(i < 14 ? &above : &below) += data.train.x[i * 28 + j];
    ck_assert_double_gt(above, 1);
    ck_assert_double_lt(below, above / 10);
    float *full = data.train.x;
    data.train.x = NULL;
    aln_data_free(&data);
    /* at half the size each pixel is the mean of four */
    spec.size = 14;
    spec.train = 1000;
    spec.test = 1;
    data = load_data("mnist", &spec);
    check_shape("mnist", &spec, &data.train);
    ck_assert(data.train.count == 1000 && data.train.inputs == 196);
    for (size_t n = 0; n < 1000; n++) {
        for (size_t i = 0; i < 196; i++) {
            const float *x = full + n * 784 + 56 * (i / 14) + 2 * (i % 14);
            ck_assert_double_eq_tol(data.train.x[n * 196 + i],
                                    ((double)x[0] + x[1] + x[28] + x[29]) / 4, 1e-7);
        }
    }
    free(full);
    aln_data_free(&data);
}
END_TEST

START_TEST(test_cifar10)
{
    static const size_t train[10] = {5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000};
    static const size_t test[10] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    static const unsigned first[10] = {6, 9, 9, 4, 1, 1, 2, 7, 8, 3};
    static const double means[3] = {0.4914, 0.4822, 0.4465};
    static const double deviations[3] = {0.2470, 0.2435, 0.2616};
    struct aln_data_spec spec = data_kind("cifar10")->usual;
    double mean = 0, deviation = 0;
    spec.size = 8;
    spec.standardise = standardisation("original");
    struct aln_data data = load_data("cifar10", &spec);
    ck_assert(data.train.count == 50000 && data.test.count == 10000 && data.train.inputs == 192);
    check_counts(&data.train, train);
    check_counts(&data.test, test);
    for (size_t i = 0; i < 10; i++)
        ck_assert_uint_eq(data.train.label[i], first[i]);
    /* Averaging preserves means; moments of all pixels are the usual three of colours, pooled. */
    for (size_t c = 0; c < 3; c++) {
        double own, unused;
        moments(&data.train, c, &own, &unused);
        ck_assert_double_eq_tol(own * data.deviation[c] + data.mean[c], means[c], 5e-5);
        mean += means[c] / 3;
        deviation += (deviations[c] * deviations[c] + means[c] * means[c]) / 3;
    }
    deviation = sqrt(deviation - mean * mean);
    for (size_t c = 0; c < 3; c++) {
        ck_assert_double_eq_tol(data.mean[c], mean, 1e-4);
        ck_assert_double_eq_tol(data.deviation[c], deviation, 1e-4);
    }
    aln_data_free(&data);
    /* by colour, the widely used values; one file suffices for its own samples */
    spec = data_kind("cifar10")->usual;
    spec.train = 10000;
    spec.test = 1;
    spec.standardise = standardisation("colour");
    data = load_data("cifar10", &spec);
    check_shape("cifar10", &spec, &data.train);
    for (size_t c = 0; c < 3;
         c++) { /* a fifth of the images: 1 % of a standard deviation is ample */
        ck_assert_double_eq_tol(data.mean[c], means[c], 3e-3);
        ck_assert_double_eq_tol(data.deviation[c], deviations[c], 3e-3);
    }
    aln_data_free(&data);
}
END_TEST

static bool missing(const char *name)
{
    const struct aln_data_kind *kind = aln_data_kind_find(name);
    struct aln_data_spec spec = kind->usual;
    struct aln_data data;
    spec.train = spec.test = 1;
    enum aln_status status = aln_data_load(&data, kind, &spec);
    aln_data_free(&data);
    if (status == ALN_OK || strstr(aln_error(), "there is no") == NULL)
        return false; /* files that exist must be correct */
    printf("skipped: %s\n", aln_error());
    return true;
}

int main(void)
{
    enum { SKIPPED = 77 };
    /* The tests run in a folder of their own, so a relative path would lead elsewhere. */
    char *root = realpath(aln_data_root(NULL), NULL);
    if (root != NULL)
        setenv("ALIGNODE_DATA", root, 1);
    free(root);
    bool no_mnist = missing("mnist"), no_cifar10 = missing("cifar10");
    if (no_mnist && no_cifar10)
        return SKIPPED;
    if (no_mnist)
        return CHECK_RUN("deep/dataset_real", test_cifar10);
    if (no_cifar10)
        return CHECK_RUN("deep/dataset_real", test_mnist);
    return CHECK_RUN("deep/dataset_real", test_mnist, test_cifar10);
}

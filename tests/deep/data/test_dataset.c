/* Synthetic data sets, label noise, codings, and refusals before anything is read. Statistics have
 * fixed seeds and must be within 5 standard errors: a false failure has probability 6e-7 each. */
#include "../../check_main.h"
#include "../../covers.h"

#include <math.h>

#include "alignode/layer.h"
#include "alignode/random.h"
#include "data_files.h"

static const double limit = 5;

static double tanh_twin(double x)
{
    return tanh(x);
}
static const struct aln_deep_activation tanh_activation = {.g = tanh_twin};

static struct aln_data_spec usual(const char *name, size_t train, size_t test)
{
    struct aln_data_spec spec = data_kind(name)->usual;
    spec.train = train;
    spec.test = test;
    spec.seed = 11;
    return spec;
}

/* ---- targets ---- */

/* Covariance of two columns of n numbers with known means 0. */
static double covariance(size_t n, const float *a, size_t a_stride, const float *b, size_t b_stride)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i * a_stride] * b[i * b_stride];
    return sum / (double)n;
}

/* A sample covariance of Gaussians has variance (S_ii S_jj + S_ij^2)/n. */
static void check_covariance(double found, double ii, double jj, double ij, size_t n)
{
    double error = sqrt((ii * jj + ij * ij) / (double)n);
    ck_assert_double_le(fabs(found - ij), limit * error);
}

START_TEST(test_targets)
{
    enum { N = 20000 };
    static const double cases[][3] = {/* alpha, beta, noise */
                                      {1, 1, 0}, {0.2, 0.2, 0},   {0.2, 1, 0}, {1, 0.2, 0},
                                      {1, 0, 0}, {0.6, 1.7, 0.5}, {1, 2, 0},   {0, 0.5, 0.1}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        const double alpha = cases[c][0], beta = cases[c][1], noise = cases[c][2];
        struct aln_data_spec spec = usual("targets", N, N / 2);
        spec.alpha = alpha;
        spec.beta = beta;
        spec.noise = noise;
        spec.seed = 100 + c;
        struct aln_data data = load_data("targets", &spec);
        ck_assert(data.train.inputs == 9 && data.train.outputs == 2 && data.train.label == NULL);
        ck_assert(data.train.channels == 9 && data.train.height == 1 && data.classes == 0);
        const double S11 = 1 + noise * noise, S22 = alpha * alpha + noise * noise;
        const double S12 = alpha * (1 - beta);
        for (int part = 0; part < 2; part++) {
            const struct aln_dataset *set = part ? &data.test : &data.train;
            const size_t n = set->count;
            const float *y = set->y, *x = set->x;
            check_covariance(covariance(n, y, 2, y, 2), S11, S11, S11, n);
            check_covariance(covariance(n, y + 1, 2, y + 1, 2), S22, S22, S22, n);
            check_covariance(covariance(n, y, 2, y + 1, 2), S11, S22, S12, n);
            for (size_t j = 0; j < 9; j++) {
                check_covariance(covariance(n, x + j, 9, x + j, 9), 1, 1, 1, n);
                check_covariance(covariance(n, x + j, 9, y, 2), 1, S11, 0, n);
                check_covariance(covariance(n, x + j, 9, y + 1, 2), 1, S22, 0, n);
                check_covariance(covariance(n, x + j, 9, x + (j + 1) % 9, 9), 1, 1, 0, n);
            }
        }
        /* a singular covariance: one target is a multiple of the other */
        for (size_t i = 0; i < N && fabs(1 - beta) >= 1; i++)
            ck_assert_double_eq_tol(data.train.y[2 * i + 1],
                                    alpha * (1 - beta) * data.train.y[2 * i], 1e-6);
        aln_data_free(&data);
    }
}
END_TEST

/* ---- mixture ---- */

/* Means of the classes in one part.  Returned: mean (classes x N); count[classes] */
static void class_means(const struct aln_dataset *set, size_t classes, double *mean, size_t *count)
{
    memset(mean, 0, classes * set->inputs * sizeof *mean);
    memset(count, 0, classes * sizeof *count);
    for (size_t i = 0; i < set->count; i++) {
        count[set->label[i]]++;
        for (size_t j = 0; j < set->inputs; j++)
            mean[set->label[i] * set->inputs + j] += set->x[i * set->inputs + j];
    }
    for (size_t k = 0; k < classes; k++)
        for (size_t j = 0; j < set->inputs; j++)
            mean[k * set->inputs + j] /= (double)count[k];
}

static double distance2(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sum;
}

START_TEST(test_mixture)
{
    enum { K = 20, N = 200, SAMPLES = 10000 };
    static double mean[K * N];
    size_t count[K];
    struct aln_data_spec spec = usual("mixture", SAMPLES, SAMPLES);
    spec.inputs = N;
    spec.classes = K;
    spec.separation = 7;
    struct aln_data data = load_data("mixture", &spec);
    ck_assert(data.classes == K && data.train.outputs == K && data.train.y == NULL);
    class_means(&data.train, K, mean, count);
    double chi2 = 0, pairs = 0, inside = 0;
    for (size_t k = 0; k < K; k++) {
        chi2 += pow((double)count[k] - (double)SAMPLES / K, 2) * K / SAMPLES;
        /* the sample means have variance 1/count in each direction */
        for (size_t l = 0; l < k; l++)
            pairs += distance2(mean + k * N, mean + l * N, N) -
                     N * (1 / (double)count[k] + 1 / (double)count[l]);
    }
    ck_assert_double_le(fabs(chi2 - (K - 1)), limit * sqrt(2.0 * (K - 1)));
    /* the mean over pairs is 2/(K-1) times a sum of squares with (K-1) N degrees of freedom */
    const double expected = spec.separation * spec.separation;
    ck_assert_double_le(fabs(pairs / (K * (K - 1) / 2.0) / expected - 1),
                        limit * sqrt(2.0 / ((K - 1) * N)));
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t j = 0; j < N; j++)
            inside += pow(data.train.x[i * N + j] - mean[data.train.label[i] * N + j], 2);
    const double free_ones = (double)(SAMPLES - K) * N;
    ck_assert_double_le(fabs(inside / free_ones - 1), limit * sqrt(2 / free_ones));
    aln_data_free(&data);
}
END_TEST

/* Maps are the same numbers under another shape. */
START_TEST(test_mixture_maps)
{
    struct aln_data_spec spec = usual("mixture", 20, 10);
    spec.inputs = 2 * 12 * 12;
    struct aln_data plain = load_data("mixture", &spec);
    spec.size = 12;
    struct aln_data maps = load_data("mixture", &spec);
    const struct aln_dataset *set[] = {&maps.train, &maps.test};
    size_t channels, height, width;
    ck_assert(aln_data_sample_shape(data_kind("mixture"), &spec, &channels, &height, &width));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(set[i]->channels, channels);
        ck_assert_uint_eq(channels, 2);
        ck_assert_uint_eq(set[i]->height, height);
        ck_assert_uint_eq(set[i]->width, width);
        ck_assert_uint_eq(width, 12);
    }
    ck_assert_mem_eq(plain.train.x, maps.train.x, 20 * spec.inputs * sizeof(float));
    aln_data_free(&plain);
    aln_data_free(&maps);
}
END_TEST

/* Two clouds d apart are classified by their centres with an error of Q(d/2). */
START_TEST(test_mixture_error)
{
    enum { N = 5, SAMPLES = 40000 };
    double mean[2 * N];
    size_t count[2], wrong = 0;
    struct aln_data_spec spec = usual("mixture", SAMPLES, SAMPLES);
    spec.inputs = N;
    spec.classes = 2;
    spec.separation = 2;
    spec.coding = coding("sign");
    struct aln_data data = load_data("mixture", &spec);
    ck_assert(data.classes == 2 && data.train.outputs == 1);
    class_means(&data.train, 2, mean, count);
    for (size_t i = 0; i < SAMPLES; i++) {
        double x[N];
        for (size_t j = 0; j < N; j++)
            x[j] = data.test.x[i * N + j];
        wrong += (distance2(x, mean, N) > distance2(x, mean + N, N)) != data.test.label[i];
    }
    /* d itself is known to 2/sqrt(samples) */
    const double d = sqrt(distance2(mean, mean + N, N)), error = erfc(d / 2 / sqrt(2)) / 2;
    const double slope = exp(-d * d / 8) / sqrt(8 * M_PI);
    ck_assert_double_gt(error, 0.05);
    ck_assert_double_le(fabs((double)wrong / SAMPLES - error),
                        limit * (sqrt(error / SAMPLES) + slope * 2 / sqrt(SAMPLES)));
    aln_data_free(&data);
}
END_TEST

/* ---- teacher ---- */

enum { INPUTS = 7, HIDDEN = 5, SECOND = 4, OUTPUTS = 3 };

/* Output of a teacher with two hidden layers, from the definition of the streams. */
static void answer(uint64_t seed, const float *x, double y[OUTPUTS])
{
    enum { WEIGHTS = INPUTS * HIDDEN + HIDDEN * SECOND + SECOND * OUTPUTS };
    struct aln_stream stream;
    double W[WEIGHTS], h1[HIDDEN] = {0}, h2[SECOND] = {0};
    aln_stream_init(&stream, seed, "data teacher", 0);
    aln_stream_normals(&stream, WEIGHTS, W);
    const double *W1 = W, *W2 = W1 + INPUTS * HIDDEN, *W3 = W2 + HIDDEN * SECOND;
    for (size_t k = 0; k < HIDDEN; k++)
        for (size_t i = 0; i < INPUTS; i++)
            h1[k] += W1[k * INPUTS + i] * x[i] / sqrt(INPUTS);
    for (size_t k = 0; k < SECOND; k++)
        for (size_t i = 0; i < HIDDEN; i++)
            h2[k] += W2[k * HIDDEN + i] * tanh(h1[i]) / sqrt(HIDDEN);
    for (size_t k = 0; k < OUTPUTS; k++) {
        y[k] = 0;
        for (size_t i = 0; i < SECOND; i++)
            y[k] += W3[k * SECOND + i] * tanh(h2[i]) / sqrt(SECOND);
    }
}

START_TEST(test_teacher)
{
    enum { SAMPLES = 5000 };
    static const size_t units[] = {HIDDEN, SECOND};
    struct aln_data_spec spec = usual("teacher", SAMPLES, 100);
    spec.inputs = INPUTS;
    spec.outputs = OUTPUTS;
    spec.units = units;
    spec.unit_layers = 2;
    spec.activation = &tanh_activation;
    struct aln_data plain = load_data("teacher", &spec);
    for (int part = 0; part < 2; part++) {
        const struct aln_dataset *set = part ? &plain.test : &plain.train;
        ck_assert(set->inputs == INPUTS && set->outputs == OUTPUTS && set->label == NULL);
        for (size_t i = 0; i < 100; i++) {
            double y[OUTPUTS];
            answer(spec.seed, set->x + i * INPUTS, y);
            for (size_t k = 0; k < OUTPUTS; k++)
                ck_assert_double_eq_tol(set->y[i * OUTPUTS + k], y[k], 2e-7);
        }
    }
    /* noise is added without changing inputs and outputs; a class is the largest noisy output */
    spec.noise = 0.3;
    struct aln_data noisy = load_data("teacher", &spec);
    spec.coding = coding("class");
    struct aln_data classes = load_data("teacher", &spec);
    ck_assert_mem_eq(plain.train.x, noisy.train.x, SAMPLES * INPUTS * sizeof(float));
    ck_assert_mem_eq(plain.train.x, classes.train.x, SAMPLES * INPUTS * sizeof(float));
    ck_assert(classes.train.y == NULL && classes.classes == OUTPUTS);
    double sum2 = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        uint32_t best = 0;
        for (uint32_t k = 0; k < OUTPUTS; k++) {
            const float *y = noisy.train.y + i * OUTPUTS;
            sum2 += pow((double)y[k] - plain.train.y[i * OUTPUTS + k], 2);
            best = y[k] > y[best] ? k : best;
        }
        ck_assert_uint_eq(classes.train.label[i], best);
    }
    ck_assert_double_le(fabs(sum2 / (SAMPLES * OUTPUTS) / 0.09 - 1),
                        limit * sqrt(2.0 / (SAMPLES * OUTPUTS)));
    aln_data_free(&plain);
    aln_data_free(&noisy);
    aln_data_free(&classes);
}
END_TEST

/* Linear with one output: y = w x, and its sign as a class. */
START_TEST(test_linear_teacher)
{
    enum { N = 3 };
    struct aln_data_spec spec = usual("teacher", 1000, 10);
    spec.inputs = N;
    struct aln_data data = load_data("teacher", &spec);
    spec.coding = coding("sign");
    struct aln_data sign = load_data("teacher", &spec);
    ck_assert(sign.classes == 2 && sign.train.outputs == 1 && data.train.outputs == 1);
    /* w from three samples by Cramer's rule predicts the others */
    const float *x = data.train.x, *y = data.train.y;
    double w[N], A[N][N], det[N + 1];
    for (size_t c = 0; c <= N; c++) {
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                A[i][j] = j + 1 == c ? y[i] : x[i * N + j];
        det[c] = A[0][0] * (A[1][1] * A[2][2] - A[1][2] * A[2][1]) -
                 A[0][1] * (A[1][0] * A[2][2] - A[1][2] * A[2][0]) +
                 A[0][2] * (A[1][0] * A[2][1] - A[1][1] * A[2][0]);
    }
    for (size_t j = 0; j < N; j++)
        w[j] = det[j + 1] / det[0];
    for (size_t i = 0; i < 1000; i++) {
        double sum = 0;
        for (size_t j = 0; j < N; j++)
            sum += w[j] * x[i * N + j];
        ck_assert_double_eq_tol(sum, y[i], 1e-5);
        ck_assert_uint_eq(sign.train.label[i], y[i] > 0);
    }
    aln_data_free(&data);
    aln_data_free(&sign);
}
END_TEST

/* ---- common to all ---- */

static bool equal_heads(const struct aln_dataset *a, const struct aln_dataset *b, size_t n)
{
    return memcmp(a->x, b->x, n * a->inputs * sizeof *a->x) == 0 &&
           (a->label == NULL || memcmp(a->label, b->label, n * sizeof *a->label) == 0) &&
           (a->y == NULL || memcmp(a->y, b->y, n * a->outputs * sizeof *a->y) == 0);
}

START_TEST(test_heads)
{
    static const char *const names[] = {"targets", "mixture", "teacher"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct aln_data_spec spec = usual(names[i], 300, 100);
        spec.label_noise = i == 1 ? 0.5 : 0;
        spec.label_noise_test = true;
        struct aln_data a = load_data(names[i], &spec), again = load_data(names[i], &spec);
        ck_assert(equal_heads(&a.train, &again.train, 300));
        spec.train = 700;
        spec.test = 900;
        struct aln_data more = load_data(names[i], &spec);
        ck_assert(equal_heads(&a.train, &more.train, 300));
        ck_assert(equal_heads(&a.test, &more.test, 100));
        ck_assert(!equal_heads(&a.train, &a.test, 1)); /* separate streams */
        spec.seed++;
        struct aln_data other = load_data(names[i], &spec);
        ck_assert(!equal_heads(&a.train, &other.train, 1));
        aln_data_free(&a);
        aln_data_free(&again);
        aln_data_free(&more);
        aln_data_free(&other);
    }
}
END_TEST

START_TEST(test_label_noise)
{
    enum { SAMPLES = 20000, HELD_OUT = 5000 };
    static const double probabilities[] = {0, 0.1, 0.2, 0.5, 0.9, 1};
    struct aln_data_spec spec = usual("mixture", SAMPLES, HELD_OUT);
    spec.inputs = 2;
    struct aln_data clean = load_data("mixture", &spec), before = {0};
    ck_assert_uint_eq(clean.relabelled[0], 0);
    for (size_t i = 0; i < COUNT(probabilities); i++) {
        const double p = probabilities[i], changes = p * 0.9;
        spec.label_noise = p;
        spec.label_noise_test = i % 2 == 1;
        struct aln_data data = load_data("mixture", &spec);
        ck_assert_mem_eq(data.train.x, clean.train.x, SAMPLES * 2 * sizeof(float));
        size_t changed[2] = {0};
        for (size_t n = 0; n < SAMPLES; n++) {
            changed[0] += data.train.label[n] != clean.train.label[n];
            ck_assert((data.train.noisy != NULL && data.train.noisy[n]) ==
                      (data.train.label[n] != clean.train.label[n]));
            /* labels replaced at a smaller probability are replaced by the same */
            ck_assert(i == 0 || before.train.label[n] == clean.train.label[n] ||
                      before.train.label[n] == data.train.label[n]);
        }
        for (size_t n = 0; n < HELD_OUT; n++)
            changed[1] += data.test.label[n] != clean.test.label[n];
        ck_assert(changed[0] == data.relabelled[0] && changed[1] == data.relabelled[1]);
        ck_assert_double_le(fabs((double)changed[0] / SAMPLES - changes),
                            limit * sqrt(changes * (1 - changes) / SAMPLES));
        ck_assert_double_le(fabs((double)changed[1] / HELD_OUT - (double)(i % 2) * changes),
                            limit * sqrt(changes * (1 - changes) / HELD_OUT));
        aln_data_free(&before);
        before = data;
    }
    /* p = 1: independent of the old label; pairs (old, new) fill 100 cells evenly */
    double chi2 = 0;
    size_t cell[100] = {0};
    for (size_t n = 0; n < SAMPLES; n++)
        cell[10 * clean.train.label[n] + before.train.label[n]]++;
    for (size_t c = 0; c < 100; c++)
        chi2 += pow((double)cell[c] - SAMPLES / 100.0, 2) / (SAMPLES / 100.0);
    ck_assert_double_le(fabs(chi2 - 99), limit * sqrt(2 * 99.0));
    aln_data_free(&clean);
    aln_data_free(&before);
}
END_TEST

START_TEST(test_standardised)
{
    struct aln_data_spec spec = usual("mixture", 500, 100);
    spec.standardise = standardisation("global");
    struct aln_data data = load_data("mixture", &spec);
    double sum = 0, sum2 = 0;
    for (size_t i = 0; i < 500 * 50; i++) {
        sum += data.train.x[i] / (500.0 * 50);
        sum2 += pow(data.train.x[i], 2) / (500.0 * 50);
    }
    ck_assert_double_eq_tol(sum, 0, 1e-7);
    ck_assert_double_eq_tol(sum2, 1, 1e-6);
    ck_assert_double_gt(data.deviation[0], 1);
    aln_data_free(&data);
}
END_TEST

/* The shape before loading is that of the loaded data (files: test_dataset_real). */
START_TEST(test_shape)
{
    static const char *const drawn[] = {"targets", "mixture", "teacher"};
    size_t channels, height, width;
    for (size_t i = 0; i < COUNT(drawn); i++) {
        struct aln_data_spec spec = usual(drawn[i], 1, 1);
        spec.inputs = 12;
        struct aln_data data = load_data(drawn[i], &spec);
        ck_assert(aln_data_sample_shape(data_kind(drawn[i]), &spec, &channels, &height, &width));
        ck_assert(data.train.channels == channels && data.train.height == height &&
                  data.train.width == width && channels == 12);
        aln_data_free(&data);
    }
    struct aln_data_spec spec = data_kind("idx")->usual;
    ck_assert(!aln_data_sample_shape(data_kind("idx"), &spec, &channels, &height, &width));
    spec.size = 14;
    ck_assert(!aln_data_sample_shape(data_kind("idx"), &spec, &channels, &height, &width));
    spec = data_kind("cifar100")->usual;
    spec.size = 14;
    ck_assert(aln_data_sample_shape(data_kind("cifar100"), &spec, &channels, &height, &width));
    ck_assert(channels == 3 && height == 14 && width == 14);
    ck_assert_uint_eq(aln_data_outputs(data_kind("cifar100"), &spec), 100);
    spec.labels = aln_labelling_find("coarse");
    ck_assert_uint_eq(aln_data_outputs(data_kind("cifar100"), &spec), 20);
}
END_TEST

/* ---- refusals ---- */

START_TEST(test_check)
{
    struct aln_data_spec good = usual("teacher", 1, 1);
    static const size_t zero[65] = {1, 0};
#define WITH(name, key, field, value, words)                                                       \
    do {                                                                                           \
        struct aln_data_spec spec = data_kind(name)->usual;                                        \
        const char *found = "";                                                                    \
        spec.field = value;                                                                        \
        ck_assert_int_eq(aln_data_check(data_kind(name), &spec, &found), ALN_USAGE);               \
        ck_assert_str_eq(found, key);                                                              \
        ck_assert_msg(strncmp(aln_error(), "data." key ": ", strlen("data." key ": ")) == 0, "%s", \
                      aln_error());                                                                \
        ck_assert_msg(strstr(aln_error(), words) != NULL, "%s", aln_error());                      \
        refuse_data(name, &spec, ALN_USAGE, words);                                                \
    } while (0)
    WITH("mnist", "size", size, 29, "expected at most 28, got 29");
    WITH("cifar10", "size", size, 33, "expected at most 32, got 33");
    WITH("mnist", "classes", classes, 1, "expected whole number from 2 to 10, got 1");
    WITH("mnist", "classes", classes, 11, "from 2 to 10");
    WITH("mnist", "label_noise", label_noise, 1.5, "expected number from 0 to 1, got 1.5");
    WITH("mnist", "label_noise", label_noise, -0.1, "from 0 to 1");
    WITH("mnist", "label_noise", label_noise, NAN, "from 0 to 1, got nan");
    WITH("mnist", "coding", coding, coding("values"), "mnist has class labels");
    WITH("cifar100", "classes", classes, 101, "from 2 to 100");
    WITH("cifar100", "coding", coding, coding("values"), "cifar100 has class labels");
    WITH("npz", "path", classes, 0, "required: the file of data set npz");
    WITH("mixture", "coding", coding, coding("values"), "mixture has class labels");
    WITH("mixture", "coding", coding, coding("sign"), "sign requires 2 classes, got 10");
    WITH("mixture", "classes", classes, 0, "from 2 to");
    WITH("mixture", "separation", separation, -1, "from 0 to");
    WITH("mixture", "size", size, 12, "50 inputs are not a whole number of maps of 12 x 12");
    WITH("mixture", "train", train, 0, "expected whole number >= 1");
    WITH("targets", "test", test, 0, "expected whole number >= 1");
    WITH("targets", "inputs", inputs, 0, "from 1 to");
    WITH("targets", "beta", beta, 2.1, "from 0 to 2");
    WITH("targets", "alpha", alpha, INFINITY, "from 0 to");
    WITH("targets", "noise", noise, -1, "from 0 to");
    WITH("targets", "label_noise", label_noise, 0.5, "coding values has no labels to replace");
    WITH("targets", "standardise", standardise, standardisation("colour"), "is for images");
    WITH("teacher", "standardise", standardise, standardisation("original"), "is for images");
    WITH("teacher", "outputs", outputs, (size_t)-1, "from 1 to");
#undef WITH
    const char *key;
    good.units = zero;
    good.unit_layers = 1;
    good.activation = NULL;
    ck_assert_int_eq(aln_data_check(data_kind("teacher"), &good, &key), ALN_USAGE);
    ck_assert_str_eq(key, "activation");
    good.activation = &tanh_activation;
    ck_assert_int_eq(aln_data_check(data_kind("teacher"), &good, &key), ALN_OK);
    good.unit_layers = 2;
    ck_assert_int_eq(aln_data_check(data_kind("teacher"), &good, &key), ALN_USAGE);
    ck_assert_str_eq(key, "units");
    /* keys that a set does not use are ignored */
    struct aln_data_spec spec = usual("targets", 1, 1);
    spec.size = 1000;
    spec.separation = NAN;
    spec.unit_layers = 1000;
    ck_assert_int_eq(aln_data_check(data_kind("targets"), &spec, NULL), ALN_OK);
    ck_assert(aln_data_uses(data_kind("targets"), "alpha"));
    ck_assert(aln_data_uses(data_kind("targets"), "train"));
    ck_assert(!aln_data_uses(data_kind("targets"), "alph"));
    ck_assert(!aln_data_uses(data_kind("targets"), "lpha"));
    ck_assert(!aln_data_uses(data_kind("targets"), "size"));
    ck_assert(aln_data_uses(data_kind("idx"), "prefix"));
    ck_assert(!aln_data_uses(data_kind("mnist"), "prefix"));
}
END_TEST

START_TEST(test_covered)
{
    /* those that are read from files: test_dataset_files.c, _images.c, _real.c */
    COVERS(&aln_datasets, "mnist", "cifar10", "cifar100", "idx", "npz", "targets", "mixture",
           "teacher");
    COVERS(&aln_labellings, "fine", "coarse");
    COVERS(&aln_codings, "values", "class", "sign");
    COVERS(&aln_standardisations, "none", "global", "colour", "original");
}
END_TEST

CHECK_MAIN("deep/dataset", test_targets, test_mixture, test_mixture_maps, test_mixture_error,
           test_teacher, test_linear_teacher, test_heads, test_label_noise, test_standardised,
           test_shape, test_check, test_covered)

/* Speed of training beside plain loops for the same products, a large sgemm of OpenBLAS and fused
 * multiply-adds in registers, all measured in turns on one thread, in processor time of the thread; and
 * the speed of its products of dense layers beside those of OpenBLAS, and what
 * other optimisers and feedback cost beside plain steps. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alignode/network.h"
#include "bench.h"
#define ALN_REAL_SINGLE
#include "deep/product_kernel.h"
#if ALN_ISA_X86
#include <immintrin.h>
#endif

enum { REPEATS = 9, PLAIN = 16, LARGE = 768, SAMPLES = 4096, STEPS_SAMPLES = 8192 };

static double processor(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct setting {
    const char *what;
    const char *rule;
    size_t batch;
    struct aln_shape input;
    size_t layer_count;
    struct {
        const char *kind;
        size_t size, kernel;
        const char *activation;
    } layer[4];
};

#define MLP(rule, batch, input, activation)                                                        \
    {                                                                                              \
#input "-100-100-100-10 " activation, rule, batch, {input, 1, 1 }, 4,                      \
        {                                                                                          \
            {"dense", 100, 0, activation}, {"dense", 100, 0, activation},                          \
                {"dense", 100, 0, activation}, {"dense", 10, 0, NULL},                             \
        }                                                                                          \
    }

/* Convolutions on 3 x 32 x 32, kernel 3. */
#define CNN(rule, batch)                                                                           \
    {                                                                                              \
        "conv 32-32, dense 10, relu", rule, batch, {3, 32, 32}, 3,                                 \
        {                                                                                          \
            {"conv", 32, 3, "relu"}, {"conv", 32, 3, "relu"}, {"dense", 10, 0, NULL},              \
        }                                                                                          \
    }

static const struct setting settings[] = {
    MLP("bp", 32, 784, "tanh"),
    MLP("dfa", 32, 784, "tanh"),
    MLP("fa", 32, 784, "tanh"),
    MLP("bp", 128, 784, "tanh"),
    MLP("dfa", 128, 784, "tanh"),
    MLP("bp", 32, 196, "tanh"),
    MLP("dfa", 32, 196, "relu"),
    CNN("bp", 32),
    CNN("dfa", 32),
    CNN("bp", 128),
    CNN("dfa", 128),
};

static float *x;
static uint32_t label[SAMPLES], order[SAMPLES];

/* A network that is unlike the setting's in its optimiser or feedback. */
struct variant {
    const char *what, *rule; /* rule: NULL, that of the setting */
    const char *optimiser;   /* NULL: plain steps */
    double noise, symmetry, density;
    uint64_t rank;
};
static const struct variant steps = {.what = "plain steps"};

static struct aln_network *network(const struct setting *s, const struct variant *v, uint64_t seed)
{
    struct aln_layer layer[4] = {{0}};
    for (size_t i = 0; i < s->layer_count; i++) {
        layer[i].kind = aln_layer_kind_find(s->layer[i].kind);
        layer[i].size = s->layer[i].size;
        layer[i].kernel = s->layer[i].kernel;
        if (s->layer[i].activation != NULL)
            layer[i].activation = aln_deep_activation_find(s->layer[i].activation);
    }
    struct aln_network_options o = {
        .input = s->input,
        .layer_count = s->layer_count,
        .layer = layer,
        .loss = aln_loss_find("cross-entropy"),
        .rule = aln_rule_find(v->rule != NULL ? v->rule : s->rule),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .batch = s->batch,
        .seed = seed,
        .feedback = {.distribution = ALN_UNIFORM,
                     .scale = 1,
                     .rate = NAN,
                     .decay = NAN,
                     .noise = v->noise,
                     .symmetry = v->symmetry,
                     .density = v->density,
                     .rank = v->rank},
        .beta1 = 0.9,
        .beta2 = 0.999,
        .epsilon = 1e-8,
    };
    if (v->optimiser != NULL) {
        o.optimiser = aln_optimiser_find(v->optimiser);
        o.momentum = strcmp(v->optimiser, "momentum") == 0 ? 0.9 : 0;
    }
    struct aln_network *net = NULL;
    if (aln_network_create(&net, &o) != ALN_OK) {
        fprintf(stderr, "%s\n", aln_error());
        exit(1);
    }
    return net;
}

static void train(struct aln_network *net, size_t samples)
{
    const size_t batch = aln_network_settings(net)->batch;
    for (size_t i = 0; i + batch <= samples; i += batch) {
        struct aln_batch b = {
            .count = batch, .index = order + i % (SAMPLES - batch), .x = x, .label = label};
        if (aln_network_step(net, &b, 1e-5) != ALN_OK) {
            fprintf(stderr, "%s\n", aln_error());
            exit(1);
        }
    }
}

/* Floating-point operations per second in large products. */
static double large_sgemm(const float *A, const float *B, float *C)
{
    double start = processor();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, LARGE, LARGE, LARGE, 1, A, LARGE, B,
                LARGE, 0, C, LARGE);
    return 2.0 * LARGE * LARGE * LARGE / (processor() - start);
}

/* ---- limits ---- */

/* Fused multiply-adds per second, twice: sums that stay in registers. */
#if ALN_ISA_X86
#define PEAK(name, target, vector, set, fma)                                                       \
    target static double name(void)                                                                \
    {                                                                                              \
        enum { SUMS = 12, ROUNDS = 1 << 20 };                                                      \
        vector sum[SUMS];                                                                          \
        const vector half = set(0.5f), one = set(1);                                               \
        float out = 0;                                                                             \
        for (int j = 0; j < SUMS; j++)                                                             \
            sum[j] = set((float)j);                                                                \
        const double start = processor();                                                          \
        for (int i = 0; i < ROUNDS; i++)                                                           \
            for (int j = 0; j < SUMS; j++)                                                         \
                sum[j] = fma(sum[j], half, one);                                                   \
        const double seconds = processor() - start;                                                \
        for (int j = 0; j < SUMS; j++)                                                             \
            out += sum[j][0];                                                                      \
        return out > 0 ? 2.0 * SUMS * ROUNDS * (sizeof(vector) / sizeof(float)) / seconds : 0;     \
    }
PEAK(peak_avx2, ALN_TARGET_AVX2_FMA, __m256, _mm256_set1_ps, _mm256_fmadd_ps)
PEAK(peak_avx512, ALN_TARGET_AVX512, __m512, _mm512_set1_ps, _mm512_fmadd_ps)
#endif

static double peak(void)
{
#if ALN_ISA_X86
    if (aln_isa_best() != ALN_ISA_PLAIN)
        return aln_isa_best() == ALN_ISA_AVX512 ? peak_avx512() : peak_avx2();
#endif
    return NAN;
}

/* ---- plain loops ---- */

/* A convolution with stride 1, or with maps of one number a dense layer. */
struct map {
    size_t channels, above, side, k; /* of the maps below; the kernel's side */
};

static size_t outputs_of(const struct map *m)
{
    return m->above * (m->side - m->k + 1) * (m->side - m->k + 1);
}

static size_t inputs_of(const struct map *m)
{
    return m->channels * m->side * m->side;
}

/* For every weight and every place: a += W h, or below += W d, or W -= d h / 10^6. */
enum pass { FORWARD, BACK, GRADIENT };

static void plain_conv(const struct map *m, enum pass pass, float *restrict W,
                       float *restrict below, float *restrict above)
{
    const size_t places = m->side - m->k + 1;
    for (size_t o = 0; o < m->above; o++)
        for (size_t c = 0; c < m->channels; c++)
            for (size_t v = 0; v < m->k * m->k; v++) {
                float *w = W + (o * m->channels + c) * m->k * m->k + v, sum = 0;
                for (size_t i = 0; i < places; i++) {
                    float *a = above + (o * places + i) * places;
                    float *h = below + (c * m->side + i + v / m->k) * m->side + v % m->k;
                    for (size_t j = 0; j < places; j++)
                        if (pass == FORWARD)
                            a[j] += *w * h[j];
                        else if (pass == BACK)
                            h[j] += *w * a[j];
                        else
                            sum += a[j] * h[j];
                }
                if (pass == GRADIENT)
                    *w -= 1e-6f * sum;
            }
}

static void plain_dense(const struct map *m, enum pass pass, float *restrict W,
                        float *restrict below, float *restrict above)
{
    const size_t n = inputs_of(m);
    for (size_t o = 0; o < m->above; o++, W += n)
        for (size_t i = 0; i < n; i++)
            if (pass == FORWARD)
                above[o] += W[i] * below[i];
            else if (pass == BACK)
                below[i] += W[i] * above[o];
            else
                W[i] -= 1e-6f * above[o] * below[i];
}

static void plain_pass(const struct map *m, enum pass pass, float *W, float *below, float *above)
{
    if (m->k == m->side)
        plain_dense(m, pass, W, below, above);
    else
        plain_conv(m, pass, W, below, above);
}

/* Samples per second of the products of a step alone; direct feedback is not counted at all. */
static double plain_loops(const struct setting *s)
{
    struct map map[4];
    float *at[5], *W[4];
    size_t side = s->input.height, channels = s->input.channels;
    const bool direct = strcmp(s->rule, "dfa") == 0;
    for (size_t i = 0; i < s->layer_count; i++) {
        const bool dense = s->layer[i].kernel == 0;
        map[i] = (struct map){channels, s->layer[i].size, side, dense ? side : s->layer[i].kernel};
        at[i] = calloc(inputs_of(&map[i]), sizeof(float));
        W[i] = calloc(map[i].above * channels * map[i].k * map[i].k, sizeof(float));
        channels = map[i].above;
        side = side - map[i].k + 1;
    }
    at[s->layer_count] = calloc(outputs_of(&map[s->layer_count - 1]), sizeof(float));
    const double start = processor();
    for (int n = 0; n < PLAIN; n++) {
        memcpy(at[0], x, inputs_of(&map[0]) * sizeof(float));
        for (size_t i = 0; i < s->layer_count; i++)
            plain_pass(&map[i], FORWARD, W[i], at[i], at[i + 1]);
        for (size_t i = s->layer_count; i-- > 0;) {
            if (i > 0 && !direct)
                plain_pass(&map[i], BACK, W[i], at[i], at[i + 1]);
            plain_pass(&map[i], GRADIENT, W[i], at[i], at[i + 1]);
        }
    }
    const double seconds = processor() - start;
    for (size_t i = 0; i < s->layer_count; i++) {
        free(W[i]);
        free(at[i]);
    }
    free(at[s->layer_count]);
    return PLAIN / seconds;
}

/* ---- products of a dense layer ---- */

/* What a step of a dense layer multiplies: rows units, cols inputs, B samples. */
struct shape {
    size_t B, cols, rows;
};

struct product {
    const char *name;
    void (*ours)(const struct shape *s, const float *W, const float *h, const float *d, float *out,
                 const struct aln_product_kernel *kernel, size_t *offset);
    void (*blas)(const struct shape *s, const float *W, const float *h, const float *d, float *out);
};

static const size_t *begins(size_t count, size_t length, size_t *offset)
{
    for (size_t q = 0; q < count; q++)
        offset[q] = q * length;
    return offset;
}

static void our_outputs(const struct shape *s, const float *W, const float *h, const float *d,
                        float *out, const struct aln_product_kernel *kernel, size_t *offset)
{
    (void)d;
    kernel->correlate(&(struct aln_correlate){s->rows, s->B, s->cols, W, s->cols, h,
                                              begins(s->B, s->cols, offset), out, s->rows});
}

static void blas_outputs(const struct shape *s, const float *W, const float *h, const float *d,
                         float *out)
{
    (void)d;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)s->B, (int)s->rows, (int)s->cols, 1,
                h, (int)s->cols, W, (int)s->cols, 1, out, (int)s->rows);
}

static void our_signals(const struct shape *s, const float *W, const float *h, const float *d,
                        float *out, const struct aln_product_kernel *kernel, size_t *offset)
{
    (void)h;
    kernel->multiply(&(struct aln_multiply){s->B, s->rows, s->cols, d, s->rows, 1, W,
                                            begins(s->rows, s->cols, offset), 1, 1, out, s->cols});
}

static void blas_signals(const struct shape *s, const float *W, const float *h, const float *d,
                         float *out)
{
    (void)h;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)s->B, (int)s->cols, (int)s->rows, 1,
                d, (int)s->rows, W, (int)s->cols, 1, out, (int)s->cols);
}

static void our_gradient(const struct shape *s, const float *W, const float *h, const float *d,
                         float *out, const struct aln_product_kernel *kernel, size_t *offset)
{
    (void)W;
    kernel->multiply(&(struct aln_multiply){s->rows, s->B, s->cols, d, 1, s->rows, h,
                                            begins(s->B, s->cols, offset), -1e-6f, 1, out,
                                            s->cols});
}

static void blas_gradient(const struct shape *s, const float *W, const float *h, const float *d,
                          float *out)
{
    (void)W;
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)s->rows, (int)s->cols, (int)s->B,
                -1e-6f, d, (int)s->rows, h, (int)s->cols, 1, out, (int)s->cols);
}

static const struct product products[] = {
    {"outputs", our_outputs, blas_outputs},
    {"signals", our_signals, blas_signals},
    {"gradient", our_gradient, blas_gradient},
};

/* 10^9 operations per second, the best of some repeats in turns: OpenBLAS, the plain twin, and the
 * kernels of each instruction set. */
static void print_product(const struct product *p, const struct shape *s)
{
    static const char *const set[] = {"plain", "AVX2", "AVX-512"};
    const size_t largest = s->cols * (s->B > s->rows ? s->B : s->rows);
    const double flop = 2.0 * (double)s->B * (double)s->cols * (double)s->rows;
    size_t *offset = calloc(s->B + s->rows, sizeof *offset);
    float *out = calloc(largest, sizeof *out), *W = calloc(largest, sizeof *W);
    double best[1 + ALN_ISA_COUNT] = {0};
    for (int r = 0; r < 20 * REPEATS; r++)
        for (int i = 0; i <= 1 + (int)aln_isa_best(); i++) {
            const double start = processor();
            if (i == 0)
                p->blas(s, W, x, x + largest, out);
            else if (i > 1 || r < 3) /* the plain ones are slow */
                p->ours(s, W, x, x + largest, out, aln_product_kernel((enum aln_isa)(i - 1)),
                        offset);
            else
                continue;
            best[i] = fmax(best[i], 1e-9 * flop / (processor() - start));
        }
    printf("%-8s %5zu %5zu %5zu  OpenBLAS %6.1f", p->name, s->B, s->cols, s->rows, best[0]);
    for (int i = 0; i <= (int)aln_isa_best(); i++)
        printf("  %s %6.1f", set[i], best[1 + i]);
    printf("\n");
    free(W);
    free(out);
    free(offset);
}

static void print_products(void)
{
    static const struct shape shapes[] = {
        {32, 784, 100}, {32, 100, 100}, {128, 784, 100}, {128, 1000, 1000}};
    printf("\nproducts of a dense layer, batch, inputs, units: 10^9 operations per second\n");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        for (size_t j = 0; j < sizeof products / sizeof products[0]; j++)
            print_product(&products[j], &shapes[i]);
}

/* ---- two at once ---- */

/* Two tasks of the same kind. */
struct pair {
    void (*work)(void *);
    void *of[2];
    double wall[REPEATS], cost[REPEATS];
};

/* Throughput of two tasks in parallel relative to one alone: by wall-clock time, which needs two
 * free cores, and by the processor time each takes, which does not. */
static void side_by_side(struct pair *p, int r)
{
    double used[2], start = now(), alone = processor();
    p->work(p->of[0]);
    alone = processor() - alone;
    double middle = now();
#pragma omp parallel for num_threads(2)
    for (int i = 0; i < 2; i++) {
        used[i] = processor();
        p->work(p->of[i]);
        used[i] = processor() - used[i];
    }
    if (r < 0)
        return;
    p->wall[r] = 2 * (middle - start) / (now() - middle);
    p->cost[r] = 2 * alone / fmax(used[0], used[1]);
}

static void train_one(void *net)
{
    train(net, STEPS_SAMPLES);
}

/* Arithmetic in registers, so that two tasks share no memory. */
static void add_up(void *sum)
{
    float lane[64];
    for (int j = 0; j < 64; j++)
        lane[j] = (float)j;
    for (int i = 0; i < 8000000; i++)
        for (int j = 0; j < 64; j++)
            lane[j] = lane[j] * 0.999f + 0.001f;
    for (int j = 0; j < 64; j++)
        *(float *)sum += lane[j];
}

static void two_seeds(const struct setting *s)
{
    float sum[2] = {0};
    struct pair seeds = {.work = train_one, .of = {network(s, &steps, 1), network(s, &steps, 2)}};
    struct pair loops = {.work = add_up, .of = {&sum[0], &sum[1]}};
    for (int r = -1; r < REPEATS; r++) {
        side_by_side(&seeds, r);
        side_by_side(&loops, r);
    }
    printf(
        "two seeds on two threads, %s %s: %.2f times one by wall clock, %.2f by processor time\n",
        s->what, s->rule, median(seeds.wall, REPEATS), median(seeds.cost, REPEATS));
    printf("two loops of arithmetic in registers, which share no memory: %.2f, %.2f\n",
           median(loops.wall, REPEATS), median(loops.cost, REPEATS));
    aln_network_free(seeds.of[0]);
    aln_network_free(seeds.of[1]);
}

static double deviation(const double *y, size_t n)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += y[i];
    for (size_t i = 0; i < n; i++)
        squares += (y[i] - sum / (double)n) * (y[i] - sum / (double)n);
    return sqrt(squares / (double)(n - 1));
}

static void print_setting(const struct setting *s, const float *A, float *B)
{
    struct aln_network *net = network(s, &steps, 1);
    const double flop = aln_network_step_flops(net);
    double rate[REPEATS], gemm[REPEATS], ratio[REPEATS], top[REPEATS], plain[3];
    /* enough samples for about 50 ms */
    const size_t samples = s->batch * (size_t)ceil(5e9 / flop / (double)s->batch);
    for (int r = -1; r < REPEATS; r++) {
        const double before = large_sgemm(A, B, B + LARGE * LARGE), most = peak(),
                     start = processor();
        train(net, samples);
        const double seconds = processor() - start;
        const double after = large_sgemm(A, B, B + LARGE * LARGE);
        if (r < 0)
            continue;
        rate[r] = (double)samples / seconds;
        gemm[r] = (before + after) / 2;
        ratio[r] = rate[r] * flop / gemm[r];
        top[r] = most;
    }
    for (size_t r = 0; r < 3; r++)
        plain[r] = plain_loops(s);
    const double spread = deviation(ratio, REPEATS);
    const double speed = median(rate, REPEATS), most = median(top, REPEATS);
    printf("%-26s %-5s %5zu %9.0f %9.0f %7.1f %7.1f %7.1f %7.2f %6.2f %6.2f\n", s->what, s->rule,
           s->batch, median(plain, 3), speed, 1e-9 * speed * flop, 1e-9 * median(gemm, REPEATS),
           1e-9 * most, median(ratio, REPEATS), spread, speed * flop / most);
    aln_network_free(net);
}

/* Processor time of steps relative to that of plain ones, measured in turn. */
static void variants(const struct setting *s)
{
    static const struct variant variant[] = {
        {.what = "momentum", .optimiser = "momentum"},
        {.what = "adam", .optimiser = "adam"},
        {.what = "feedback of rank 3", .rank = 3},
        {.what = "one entry in ten", .density = 0.1},
        {.what = "noisy error", .noise = 0.3},
        {.what = "fa", .rule = "fa"},
        {.what = "fa, symmetry 0.5", .rule = "fa", .symmetry = 0.5},
    };
    struct aln_network *usual = network(s, &steps, 1);
    printf("\n%s, %s, batches of %zu, against plain steps\n", s->what, s->rule, s->batch);
    for (size_t i = 0; i < sizeof variant / sizeof variant[0]; i++) {
        struct aln_network *net = network(s, &variant[i], 1);
        double ratio[REPEATS];
        for (int r = -1; r < REPEATS; r++) {
            double start = processor();
            train(usual, STEPS_SAMPLES);
            double middle = processor();
            train(net, STEPS_SAMPLES);
            if (r >= 0)
                ratio[r] = (processor() - middle) / (middle - start);
        }
        printf("%-26s %6.2f\n", variant[i].what, median(ratio, REPEATS));
        aln_network_free(net);
    }
    aln_network_free(usual);
}

int main(void)
{
    float *A = malloc(3 * sizeof(float) * LARGE * LARGE), *B = A + LARGE * LARGE;
    const size_t widest = 3072;
    x = malloc(SAMPLES * widest * sizeof *x);
    if (A == NULL || x == NULL)
        return 1;
    for (size_t i = 0; i < LARGE * LARGE; i++)
        A[i] = B[i] = (float)(i % 17) - 8;
    for (size_t i = 0; i < SAMPLES * widest; i++)
        x[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
    for (size_t i = 0; i < SAMPLES; i++) {
        label[i] = (uint32_t)(i % 10);
        order[i] = (uint32_t)(i * 1663 % SAMPLES);
    }
    printf("samples per second; the same operations in 10^9 per second, beside those of a large "
           "sgemm\n"
           "and of multiply-adds in registers; +- is the deviation of the ratios to sgemm\n");
    printf("%-26s %-5s %5s %9s %9s %7s %7s %7s %7s %6s %6s\n", "network", "rule", "batch", "plain",
           "alignode", "flop", "sgemm", "peak", "/sgemm", "+-", "/peak");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        print_setting(&settings[i], A, B);
    print_products();
    two_seeds(&settings[0]);
    variants(&settings[1]);
    variants(&settings[6]);
    free(x);
    free(A);
    return 0;
}

/* Speed of training relative to that of a large sgemm of OpenBLAS in floating-point operations per
 * second, both measured in the same run on one thread, in processor time of the thread. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>

#include "alignode/network.h"
#include "bench.h"

enum { REPEATS = 9, LARGE = 768, SAMPLES = 4096, STEPS_SAMPLES = 8192 };

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
};

static float *x;
static uint32_t label[SAMPLES], order[SAMPLES];

static struct aln_network *network(const struct setting *s, uint64_t seed)
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
        .rule = aln_rule_find(s->rule),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .batch = s->batch,
        .seed = seed,
        .feedback = {.distribution = ALN_UNIFORM, .scale = 1, .rate = NAN, .decay = NAN},
    };
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
    struct pair seeds = {.work = train_one, .of = {network(s, 1), network(s, 2)}};
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
    printf("%-26s %-5s %5s %10s %10s %10s %6s\n", "network", "rule", "batch", "flop", "samples/s",
           "sgemm", "ratio");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const struct setting *s = &settings[i];
        struct aln_network *net = network(s, 1);
        double flops = aln_network_step_flops(net), rate[REPEATS], gemm[REPEATS], ratio[REPEATS];
        /* enough samples for about 50 ms */
        size_t samples = s->batch * (size_t)ceil(2.5e9 / flops / (double)s->batch);
        for (int r = -1; r < REPEATS; r++) {
            double before = large_sgemm(A, B, B + LARGE * LARGE), start = processor();
            train(net, samples);
            double seconds = processor() - start;
            double after = large_sgemm(A, B, B + LARGE * LARGE);
            if (r < 0)
                continue;
            rate[r] = (double)samples / seconds;
            gemm[r] = (before + after) / 2;
            ratio[r] = rate[r] * flops / gemm[r];
        }
        printf("%-26s %-5s %5zu %10.0f %10.0f %10.1f %6.3f\n", s->what, s->rule, s->batch, flops,
               median(rate, REPEATS), 1e-9 * median(gemm, REPEATS), median(ratio, REPEATS));
        aln_network_free(net);
    }
    two_seeds(&settings[0]);
    free(x);
    free(A);
    return 0;
}

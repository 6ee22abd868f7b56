/* Speed of the engines, as ratios within one run: medians over paired repetitions against a plain
 * online-SGD step (simple loops, mt19937, GSL's ziggurat) compiled with the same flags. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/chain.h"
#include "alignode/random.h"
#include "alignode/sgd.h"
#include "base/normal_single.h"
#include "base/threefry.h"
#include "bench.h"
#include "simulate/chain_lanes.h"
#include "simulate/kernel.h"

enum { K = 2, M = 2, N = 1000, REPEATS = 21 };

/* ---- the plain step ---- */

static struct {
    gsl_rng *rng;
    double W1[K][N], V1[M][N], W2[K], x[N];
} plain;

static void plain_start(void)
{
    plain.rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < K; k++)
            plain.W1[k][i] = 0.5 * gsl_ran_gaussian_ziggurat(plain.rng, 1);
        for (int m = 0; m < M; m++)
            plain.V1[m][i] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
    }
    plain.W2[0] = 0.3;
    plain.W2[1] = 0.2;
}

static void plain_steps(uint64_t steps)
{
    const double eta = 0.1, F[K] = {0.7, -0.4};
    for (uint64_t n = 0; n < steps; n++) {
        double lambda[K] = {0}, nu[M] = {0}, e = 0, g[K];
        for (int i = 0; i < N; i++)
            plain.x[i] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < K; k++)
                lambda[k] += plain.W1[k][i] * plain.x[i];
            for (int m = 0; m < M; m++)
                nu[m] += plain.V1[m][i] * plain.x[i];
        }
        for (int k = 0; k < K; k++) {
            g[k] = erf(lambda[k] / sqrt(2 * N));
            e += plain.W2[k] * g[k];
        }
        for (int m = 0; m < M; m++)
            e -= erf(nu[m] / sqrt(2 * N));
        for (int k = 0; k < K; k++) {
            double slope = sqrt(2 / M_PI) * exp(-lambda[k] * lambda[k] / (2 * N));
            double c = eta / sqrt(N) * F[k] * e * slope;
            for (int i = 0; i < N; i++)
                plain.W1[k][i] -= c * plain.x[i];
            plain.W2[k] -= eta / N * e * g[k];
        }
    }
}

/* ---- the engines ---- */

static const double T[] = {1, 0, 0, 1}, V2[] = {1, 1}, F1[] = {0.7, -0.4};
static const double start[] = {0.3, 0.05, 0.2, 0.1, 0, 0, 0.1, 0.3, 0.2};

static struct aln_problem problem(uint64_t inputs, const char *rule)
{
    return (struct aln_problem){
        .K = K,
        .M = M,
        .O = 1,
        .N = inputs,
        .activation = aln_activation_find("erf"),
        .rule = aln_rule_find(rule),
        .eta = {0.1, 0.1},
        .seed = 1,
        .T = T,
        .V2 = V2,
        .F1 = F1,
        .start = start,
    };
}

struct timing {
    const char *name;
    double seconds[REPEATS], ratio[REPEATS];
};

/* Other programs do not count, which would take their turns from the longer of two runs more often. */
static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Repeats of the chain in lanes against one after the other, in nanoseconds a step and repeat. */
static void compare_lanes(size_t units)
{
    enum { MOST = 64, TIMES = 11 };
    const uint64_t steps = 200000 / (units * units);
    static double F[MOST], begin[MOST * (MOST + 1) / 2 + 3 * MOST];
    double own[TIMES], ratio[TIMES];
    struct aln_problem p = problem(1000, "dfa");
    size_t at = 0;
    p.K = units;
    for (size_t k = 0; k < units; k++) {
        F[k] = k % 2 == 0 ? 0.7 : -0.4;
        for (size_t l = k; l < units; l++)
            begin[at++] = k == l ? 0.3 + 0.01 * (double)k : 0.01;
    }
    for (size_t i = 0; i < units * M; i++)
        begin[at++] = 0.02 * (double)(i % 5);
    for (size_t k = 0; k < units; k++)
        begin[at++] = 0.2;
    p.F1 = F;
    p.start = begin;
    for (int i = 0; i < TIMES; i++) {
        struct aln_chain_lanes *lanes;
        struct aln_chain *one;
        if (aln_chain_lanes_create(&lanes, &p, 0, ALN_CHAIN_LANES, aln_isa_best()) != ALN_OK ||
            aln_chain_create(&one, &p, 0) != ALN_OK)
            exit(1);
        double t0 = processor_time();
        if (aln_chain_lanes_advance(lanes, steps) != ALN_OK)
            exit(1);
        double t1 = processor_time();
        if (aln_chain_advance(one, steps) != ALN_OK)
            exit(1);
        double t2 = processor_time();
        own[i] = (t1 - t0) / (double)(steps * ALN_CHAIN_LANES);
        ratio[i] = (t2 - t1) / (double)steps / own[i];
        aln_chain_lanes_free(lanes);
        aln_chain_free(one);
    }
    printf("chain in %d lanes, %2zu, %d %11.1f ns a step, %8.2f of them in one alone\n",
           ALN_CHAIN_LANES, units, M, 1e9 * median(own, TIMES), median(ratio, TIMES));
}

/* ---- what a step of sgd consists of ---- */

enum { LINE = 1008 }; /* N numbers in whole lines */

static struct {
    struct aln_stream stream;
    struct aln_single_stream singles;
    const struct aln_kernel *kernel; /* of the following ones */
    _Alignas(64) double W[(K + M) * LINE], x[LINE], y[LINE];
    uint64_t word[1024];
} part;

static void draw_words(void)
{
    const uint64_t key[4] = {1}, counter[4] = {0};
    aln_threefry_words(aln_isa_best(), key, counter, 1024 / ALN_THREEFRY_BATCH, part.word);
}

static void draw_normals(void)
{
    aln_stream_normals(&part.stream, N, part.x);
}

static void draw_singles(void)
{
    aln_single_normals(&part.singles, N, (float *)part.x);
}

static void take_fields(void)
{
    double sum[K + M] = {0};
    part.kernel->dot(K + M, LINE, part.W, LINE, part.x, sum);
}

static void move_weights(void)
{
    const double c[K] = {1e-9, 1e-9};
    part.kernel->update(K, LINE, 1, c, part.x, part.W, LINE);
}

/* Both, as a step does. */
static void pass_weights(void)
{
    const double c[K] = {1e-9, 1e-9};
    double sum[K + M] = {0};
    part.kernel->step(K, LINE, 1, c, part.x, part.W, LINE, part.y, sum);
    part.kernel->dot(M, LINE, (char *)part.W + K * LINE * part.kernel->bytes, LINE, part.y, sum);
}

/* The least processor time of many. */
static void report_part(const char *name, void (*does)(void))
{
    double least = INFINITY;
    for (int i = 0; i < 400; i++) {
        const double t0 = processor_time();
        for (int j = 0; j < 50; j++)
            does();
        least = fmin(least, processor_time() - t0);
    }
    printf("%-28s %10.1f ns at least\n", name, 1e9 * least / 50);
}

static void report_parts(void)
{
    const enum aln_isa isa = aln_isa_best();
    aln_stream_init(&part.stream, 1, "benchmark", 0);
    aln_single_init(&part.singles, 1, "benchmark", 0);
    report_part("1024 words", draw_words);
    report_part("1000 normal numbers", draw_normals);
    part.kernel = &aln_kernels[isa];
    report_part("fields of 1000 inputs", take_fields);
    report_part("update by 1000 inputs", move_weights);
    report_part("both in one pass", pass_weights);
    memset(part.W, 0, sizeof part.W); /* no doubles to be taken for floats */
    memset(part.y, 0, sizeof part.y);
    report_part("single: 1000 normal numbers", draw_singles);
    part.kernel = &aln_kernels_single[isa];
    report_part("single: fields", take_fields);
    report_part("single: update", move_weights);
    report_part("single: both in one pass", pass_weights);
}

static void report(struct timing *t)
{
    double ratio = median(t->ratio, REPEATS), seconds = median(t->seconds, REPEATS);
    printf("%-28s %10.1f ns a step, %8.2f of them in a plain step\n", t->name, 1e9 * seconds,
           ratio);
}

int main(void)
{
    enum { PLAIN_STEPS = 400, SGD_STEPS = 2000, CHAIN_STEPS = 20000, CHAINS = 4 };
    const uint64_t inputs[CHAINS] = {1000, 1000000, 1000000000, 1000};
    struct timing plain_timing = {.name = "plain step, N = 1000"};
    struct timing sgd_timing = {.name = "sgd, N = 1000"};
    struct timing single_timing = {.name = "sgd, N = 1000, single"};
    struct timing normal_timing = {.name = "1000 normal numbers"};
    struct timing float_timing = {.name = "1000 in single precision"};
    struct timing gsl_timing = {.name = "1000 of GSL's"};
    struct timing chain_timing[CHAINS] = {{.name = "chain, N = 1e3"},
                                          {.name = "chain, N = 1e6"},
                                          {.name = "chain, N = 1e9"},
                                          {.name = "chain, N = 1e3, bp"}};
    struct aln_problem p = problem(N, "dfa"), rounded = p, q[CHAINS];
    struct aln_sgd *sgd, *single;
    static struct aln_single_stream floats;
    static float y[N + 8]; /* whole lines */
    struct aln_chain *chain[CHAINS];
    struct aln_stream stream;
    static double x[N];
    double sink = 0;
    rounded.single = true;
    if (aln_sgd_create(&sgd, &p, 0) != ALN_OK || aln_sgd_create(&single, &rounded, 0) != ALN_OK)
        return 1;
    aln_single_init(&floats, 1, "benchmark", 0);
    for (int i = 0; i < CHAINS; i++) {
        q[i] = problem(inputs[i], i == 3 ? "bp" : "dfa");
        if (aln_chain_create(&chain[i], &q[i], 0) != ALN_OK)
            return 1;
    }
    aln_stream_init(&stream, 1, "benchmark", 0);
    plain_start();
    for (int r = -1; r < REPEATS; r++) { /* the first repetition is a warm-up */
        double time[5 + CHAINS];
        uint64_t done = (uint64_t)(r + 2);
        time[0] = now();
        plain_steps(PLAIN_STEPS);
        time[1] = now();
        if (aln_sgd_advance(sgd, done * SGD_STEPS) != ALN_OK)
            return 1;
        time[2] = now();
        for (int i = 0; i < CHAINS; i++) {
            if (aln_chain_advance(chain[i], done * CHAIN_STEPS) != ALN_OK)
                return 1;
            time[3 + i] = now();
        }
        double t0 = now();
        for (int i = 0; i < PLAIN_STEPS; i++) {
            aln_stream_normals(&stream, N, x);
            sink += x[i];
        }
        double t1 = now();
        for (int i = 0; i < PLAIN_STEPS; i++) {
            for (int j = 0; j < N; j++)
                x[j] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
            sink += x[i];
        }
        double t2 = now();
        for (int i = 0; i < PLAIN_STEPS; i++) {
            aln_single_normals(&floats, N, y);
            sink += (double)y[i];
        }
        double t3 = now();
        if (aln_sgd_advance(single, done * SGD_STEPS) != ALN_OK)
            return 1;
        double t4 = now();
        if (r < 0)
            continue;
        double unit = (time[1] - time[0]) / PLAIN_STEPS;
        plain_timing.seconds[r] = unit;
        plain_timing.ratio[r] = 1;
        sgd_timing.seconds[r] = (time[2] - time[1]) / SGD_STEPS;
        sgd_timing.ratio[r] = unit / sgd_timing.seconds[r];
        for (int i = 0; i < CHAINS; i++) {
            chain_timing[i].seconds[r] = (time[3 + i] - time[2 + i]) / CHAIN_STEPS;
            chain_timing[i].ratio[r] = unit / chain_timing[i].seconds[r];
        }
        normal_timing.seconds[r] = (t1 - t0) / PLAIN_STEPS;
        normal_timing.ratio[r] = unit / normal_timing.seconds[r];
        float_timing.seconds[r] = (t3 - t2) / PLAIN_STEPS;
        float_timing.ratio[r] = unit / float_timing.seconds[r];
        single_timing.seconds[r] = (t4 - t3) / SGD_STEPS;
        single_timing.ratio[r] = unit / single_timing.seconds[r];
        gsl_timing.seconds[r] = (t2 - t1) / PLAIN_STEPS;
        gsl_timing.ratio[r] = unit / gsl_timing.seconds[r];
    }
    printf("K = M = 2, erf, medians of %d (check %g)\n", REPEATS, sink);
    report(&plain_timing);
    report(&gsl_timing);
    report(&normal_timing);
    report(&float_timing);
    report(&sgd_timing);
    report(&single_timing);
    for (int i = 0; i < CHAINS; i++)
        report(&chain_timing[i]);
    report_parts();
    static const size_t units[] = {2, 3, 10, 16, 32};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        compare_lanes(units[i]);
    for (int i = 0; i < CHAINS; i++)
        aln_chain_free(chain[i]);
    aln_sgd_free(sgd);
    aln_sgd_free(single);
    gsl_rng_free(plain.rng);
    return 0;
}

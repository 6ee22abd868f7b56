/* How processor time grows: seconds of a right-hand side, of a step of chain and sgd, of a sweep, over K,
 * N and the number of points, with the exponent fitted to the larger half of the sizes. Below, what the
 * machine itself takes for what they consist of. Columns are tab-separated, for validation/scaling.md.
 * usage: bench_scaling ALIGNODE */

/* As in src/model/erf_sum.c: a conditional is vectorised only so. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include <fcntl.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/random.h"
#include "alignode/sgd.h"
#include "base/isa.h"
#include "base/team.h"
#include "bench.h"
#include "model/asin.h"

extern char **environ;

enum { SIZES = 8, TIMES = 3 };

static double processor_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, aln_error());
    exit(1);
}

static struct aln_problem *make(size_t K, size_t M, double N, const char *activation)
{
    struct aln_problem *p;
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "problem: {inputs: %.0f, activation: %s, student: {units: %zu, weights: {std: 0.5}, "
             "readout: {std: 0.1}}, teacher: {units: %zu}}\nlearning: {rule: dfa, rate: 0.01}\n",
             N, activation, K, M);
    if (aln_problem_parse(&p, yaml) != ALN_OK)
        fail("problem");
    return p;
}

/* ---- work: seconds of one unit of it ---- */

/* Calls of `unit`, as many as take a tenth of a second. */
static double seconds_of(void (*unit)(void *context, uint64_t count), void *context)
{
    uint64_t count = 1;
    for (;;) {
        double began = processor_time();
        unit(context, count);
        double took = processor_time() - began;
        if (took > 0.1)
            return took / (double)count;
        count = took > 0.01 ? (uint64_t)(0.15 * (double)count / took) + 1 : 4 * count;
    }
}

struct rhs_work {
    struct aln_rhs *rhs;
    struct aln_problem *p;
    double *dydt;
};

static void call_rhs(void *context, uint64_t count)
{
    const struct rhs_work *w = context;
    static const double eta[2] = {0.1, 0.1};
    for (uint64_t i = 0; i < count; i++)
        if (aln_rhs_eval(w->rhs, eta, NULL, w->p->start, w->dydt) != ALN_OK)
            fail("right-hand side");
}

static void open_rhs(struct rhs_work *w, size_t K, size_t M, const char *activation)
{
    w->p = make(K, M, 100000, activation);
    w->dydt = calloc(aln_problem_size(w->p), sizeof(double));
    if (w->dydt == NULL || aln_rhs_create(&w->rhs, w->p) != ALN_OK)
        fail("right-hand side");
}

static void close_rhs(struct rhs_work *w)
{
    aln_rhs_free(w->rhs);
    free(w->dydt);
    aln_problem_free(w->p);
}

static double time_rhs(size_t K, size_t M, const char *activation)
{
    struct rhs_work w;
    open_rhs(&w, K, M, activation);
    double took = seconds_of(call_rhs, &w);
    close_rhs(&w);
    return took;
}

static double rhs_square(double K)
{
    return time_rhs((size_t)K, (size_t)K, "erf");
}

static double rhs_wide(double K)
{
    return time_rhs((size_t)K, 2, "erf");
}

static double rhs_relu(double K)
{
    return time_rhs((size_t)K, 2, "relu");
}

struct run {
    void *engine;
    uint64_t step;
};

static void step_chain(void *context, uint64_t count)
{
    struct run *run = context;
    if (aln_chain_advance(run->engine, run->step += count) != ALN_OK)
        fail("chain");
}

static void step_sgd(void *context, uint64_t count)
{
    struct run *run = context;
    if (aln_sgd_advance(run->engine, run->step += count) != ALN_OK)
        fail("sgd");
}

static double time_chain(size_t K, double N)
{
    struct aln_problem *p = make(K, 2, N, "erf");
    struct aln_chain *chain;
    if (aln_chain_create(&chain, p, 0) != ALN_OK)
        fail("chain");
    double took = seconds_of(step_chain, &(struct run){chain, 0});
    aln_chain_free(chain);
    aln_problem_free(p);
    return took;
}

static double chain_units(double K)
{
    return time_chain((size_t)K, 1e6);
}

static double chain_inputs(double N)
{
    return time_chain(2, N);
}

static double time_sgd(size_t K, double N)
{
    struct aln_problem *p = make(K, 2, N, "erf");
    struct aln_sgd *sgd;
    if (aln_sgd_create(&sgd, p, 0) != ALN_OK)
        fail("sgd");
    double took = seconds_of(step_sgd, &(struct run){sgd, 0});
    aln_sgd_free(sgd);
    aln_problem_free(p);
    return took;
}

static double sgd_units(double K)
{
    return time_sgd((size_t)K, 1000);
}

static double sgd_inputs(double N)
{
    return time_sgd(2, N);
}

/* ---- whole commands ---- */

static char *program, folder[] = "/tmp/alignode-scaling-XXXXXX";

static double children_time(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void run(char *const words[])
{
    pid_t child;
    int status;
    if (posix_spawn(&child, words[0], NULL, NULL, words, environ) != 0 ||
        waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "%s did not run\n", words[0]);
        exit(1);
    }
}

/* Seconds of a sweep of `points` rates to t = 1000, on one thread. */
static double sweep_points(double points)
{
    static int count; /* a finished sweep would only be read */
    char yaml[64], out[64];
    snprintf(yaml, sizeof yaml, "%s/%d.yaml", folder, count);
    snprintf(out, sizeof out, "%s/%d", folder, count++);
    FILE *file = fopen(yaml, "w");
    if (file == NULL)
        fail(yaml);
    fprintf(file,
            "learning: {rule: dfa}\nrun: {time: 1000, record: {count: 10}}\nsweep:\n  run: ode\n  "
            "over:\n    - {key: learning.rate, from: 0.1, to: 1, count: %.0f}\n",
            points);
    fclose(file);
    double began = children_time();
    run((char *[]){program, "sweep", yaml, "-o", out, "-j", "1", "--quiet", NULL});
    return children_time() - began;
}

/* ---- threads ---- */

static double wall_of(struct rhs_work *w, int threads, uint64_t count)
{
    aln_team_size(threads);
    double began = now();
    call_rhs(w, count);
    return (now() - began) / (double)count;
}

/* How much shorter a right-hand side is on two threads, by the clock: the median of pairs. */
static void print_threads(const char *activation, size_t K, size_t M)
{
    enum { PAIRS = 7 };
    double ratio[PAIRS];
    struct rhs_work w;
    open_rhs(&w, K, M, activation);
    const uint64_t count = (uint64_t)(0.3 / wall_of(&w, 1, 1)) + 1;
    for (size_t i = 0; i < PAIRS; i++)
        ratio[i] = wall_of(&w, 1, count) / wall_of(&w, 2, count);
    printf("right-hand side, %s, K = %zu, M = %zu, two threads\t%.2f times as fast by the clock\n",
           activation, K, M, median(ratio, PAIRS));
    close_rhs(&w);
}

/* ---- what the machine takes ---- */

static volatile double sink;

/* Multiply-adds of `chains` that depend on themselves, as many as fill two units: here
 * 8 vectors and more, as many as there are registers for. */
enum { WIDE = 128, NARROW = 48 };
#define MULTIPLY_ADD(name, CHAINS, target)                                                         \
    target static void name(void *context, uint64_t count)                                         \
    {                                                                                              \
        const double a = ((double *)context)[0], b = ((double *)context)[1];                       \
        double x[CHAINS], sum = 0;                                                                 \
        for (int i = 0; i < CHAINS; i++)                                                           \
            x[i] = i;                                                                              \
        for (uint64_t n = 0; n < count; n++)                                                       \
            for (int i = 0; i < CHAINS; i++)                                                       \
                x[i] = __builtin_fma(x[i], a, b);                                                  \
        for (int i = 0; i < CHAINS; i++)                                                           \
            sum += x[i];                                                                           \
        sink = sum;                                                                                \
    }
#if ALN_ISA_X86
#ifdef __clang__
#define TARGET_WIDE ALN_TARGET_AVX512
#else
#define TARGET_WIDE __attribute__((target("avx512f,prefer-vector-width=512")))
#endif
enum { ARCSINES = 1024 };

/* aln_asin() of numbers that are there, without a branch. */
#define ARCSINES_BARE(name, target)                                                                \
    target static void name(void *context, uint64_t count)                                         \
    {                                                                                              \
        double *x = context;                                                                       \
        static double y[ARCSINES];                                                                 \
        for (uint64_t n = 0; n < count; n++) {                                                     \
            x[n % ARCSINES] *= 0.999;                                                              \
            for (size_t i = 0; i < ARCSINES; i++)                                                  \
                y[i] = aln_asin_body(true, x[i]);                                                  \
        }                                                                                          \
        sink = y[count % ARCSINES];                                                                \
    }
ARCSINES_BARE(arcsines_wide, TARGET_WIDE)
ARCSINES_BARE(arcsines_v3, ALN_TARGET_AVX2_FMA)

static void print_arcsines_bare(void)
{
    static double x[ARCSINES];
    for (size_t i = 0; i < ARCSINES; i++)
        x[i] = 2 * ((double)i + 0.5) / ARCSINES - 1;
    if (__builtin_cpu_supports("avx512f"))
        printf("an arcsine in vectors, AVX-512\t%.3f\n",
               1e9 * seconds_of(arcsines_wide, x) / ARCSINES);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        printf("the same, AVX2\t%.3f\n", 1e9 * seconds_of(arcsines_v3, x) / ARCSINES);
}

MULTIPLY_ADD(multiply_add_wide, WIDE, TARGET_WIDE)
MULTIPLY_ADD(multiply_add_v3, NARROW, ALN_TARGET_AVX2_FMA)

static void print_multiply_adds(double c[2])
{
    if (__builtin_cpu_supports("avx512f"))
        printf("a fused multiply-add of doubles, AVX-512\t%.4f\n",
               1e9 * seconds_of(multiply_add_wide, c) / WIDE);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        printf("the same, AVX2\t%.4f\n", 1e9 * seconds_of(multiply_add_v3, c) / NARROW);
}
#else
static void print_multiply_adds(double c[2])
{
    (void)c;
}

static void print_arcsines_bare(void) {}
#endif

/* What a right-hand side takes for each of its arcsines, all else included. */
static void print_arcsines(size_t K, size_t M)
{
    const double k = (double)K, m = (double)M, P = k + m, pairs = k * (k + 1) / 2,
                 count = pairs * P * (P + 1) / 2 + pairs + k * m;
    printf("an arcsine of a right-hand side, K = %zu, M = %zu\t%.3f\n", K, M,
           1e9 * time_rhs(K, M, "erf") / count);
}

static void arcsine(void *context, uint64_t count)
{
    double sum = *(double *)context;
    for (uint64_t n = 0; n < count; n++)
        sum += asin((double)(n % 1000) * 1e-3);
    sink = sum;
}

static void normals(void *context, uint64_t count)
{
    static double x[1000];
    for (uint64_t n = 0; n < count; n++)
        aln_stream_normals(context, 1000, x);
    sink = x[0];
}

static void gsl_normals(void *context, uint64_t count)
{
    double sum = 0;
    for (uint64_t n = 0; n < count; n++)
        sum += gsl_ran_gaussian_ziggurat(context, 1);
    sink = sum;
}

static double process(void)
{
    enum { COUNT = 200 };
    double began = now();
    for (int i = 0; i < COUNT; i++)
        run((char *[]){"/bin/true", NULL});
    return (now() - began) / COUNT;
}

static void print_limits(void)
{
    double c[2] = {0.999, 0.001};
    struct aln_stream stream;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    aln_stream_init(&stream, 1, "bench", 0);
    printf("\nlimit\tns\n");
    print_multiply_adds(c);
    print_arcsines_bare();
    print_arcsines(2, 2);
    print_arcsines(16, 8);
    print_arcsines(128, 64);
    printf("an arcsine of libm\t%.1f\n", 1e9 * seconds_of(arcsine, c));
    printf("a normal number of a stream\t%.2f\n", 1e9 * seconds_of(normals, &stream) / 1000);
    printf("a normal number of GSL's ziggurat on mt19937\t%.2f\n",
           1e9 * seconds_of(gsl_normals, rng));
    printf("a process that does nothing (wall clock)\t%.0f\n", 1e9 * process());
    gsl_rng_free(rng);
}

/* ---- the table ---- */

struct growth {
    const char *what, *over;
    double (*seconds)(double size);
    double size[SIZES]; /* 0: no more */
};

static const struct growth growths[] = {
    {"right-hand side, erf, M = K", "K", rhs_square, {2, 4, 8, 16, 32, 64}},
    {"right-hand side, erf, M = 2", "K", rhs_wide, {2, 4, 8, 16, 32, 64, 128, 256}},
    {"right-hand side, relu, M = 2", "K", rhs_relu, {2, 4, 8, 16, 32}},
    {"step of chain, M = 2", "K", chain_units, {2, 4, 8, 16, 32, 64, 128, 256}},
    {"step of chain, K = M = 2", "N", chain_inputs, {1e3, 1e5, 1e7, 1e9}},
    {"step of sgd, M = 2, N = 1000", "K", sgd_units, {2, 4, 8, 16, 32, 64}},
    {"step of sgd, K = M = 2", "N", sgd_inputs, {1e2, 1e3, 1e4, 1e5, 1e6, 1e7}},
    {"sweep of ode, K = M = 2, t = 1000", "points", sweep_points, {10, 100, 1000, 10000}},
};

/* Least squares of ln seconds over ln size. */
static double exponent(size_t n, const double *size, const double *seconds)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        const double a = log(size[i]), b = log(seconds[i]);
        x += a / (double)n;
        y += b / (double)n;
        xx += a * a / (double)n;
        xy += a * b / (double)n;
    }
    return (xy - x * y) / (xx - x * x);
}

static void print_growth(const struct growth *g)
{
    double seconds[SIZES];
    size_t n = 0;
    printf("%s\t%s", g->what, g->over);
    for (; n < SIZES && g->size[n] > 0; n++) {
        double times[TIMES];
        for (size_t i = 0; i < TIMES; i++)
            times[i] = g->seconds(g->size[n]);
        seconds[n] = median(times, TIMES);
        printf("\t%g: %.3g s", g->size[n], seconds[n]);
        fflush(stdout);
    }
    const size_t first = n / 2;
    printf("\texponent %.2f\n", exponent(n - first, g->size + first, seconds + first));
}

int main(int argc, char **argv)
{
    if (argc != 2 || mkdtemp(folder) == NULL)
        return 2;
    program = argv[1];
    for (size_t i = 0; i < sizeof growths / sizeof growths[0]; i++)
        print_growth(&growths[i]);
    printf("\n");
    print_threads("erf", 64, 64);
    print_threads("erf", 128, 2);
    print_threads("relu", 16, 2);
    print_limits();
    run((char *[]){"/bin/rm", "-r", folder, NULL});
    return 0;
}

/* Speed of the theory, as ratios measured side by side in one run: our right-hand side against the
 * literal scalar sums, an adaptive integration against explicit Euler with the step of the
 * simulation, dt = 1/N, and lanes against the plain engine. Prints medians, in processor time, over pairs of repetitions;
 * asserts nothing about time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../theory/draw.h"
#include "../theory/twin.h"
#include "../theory/usual.h"
#include "alignode/ode.h"
#include "lanes/lanes.h"

#define PAIRS 5

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void must(enum aln_status status)
{
    if (status != ALN_OK) {
        fprintf(stderr, "bench_ode: %s\n", aln_error());
        exit(1);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Prints the median ratio over pairs.  Given: seconds of both, pair by pair */
static void print_ratio(const char *what, const double slow[PAIRS], const double fast[PAIRS])
{
    double ratio[PAIRS], fastest[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        ratio[i] = slow[i] / fast[i];
        fastest[i] = fast[i];
    }
    qsort(ratio, PAIRS, sizeof *ratio, ascending);
    qsort(fastest, PAIRS, sizeof *fastest, ascending);
    printf("%-58s %8.1f x  (%.1f .. %.1f), ours %.3g s\n", what, ratio[PAIRS / 2], ratio[0],
           ratio[PAIRS - 1], fastest[PAIRS / 2]);
    fflush(stdout);
}

/* ---- right-hand side ---- */

static void bench_rhs(size_t K, size_t M, int fast_calls, int slow_calls)
{
    static struct drawn d;
    static double dydt[DRAW_SIZE], F[DRAW_FIELDS * DRAW_FIELDS];
    double slow[PAIRS], fast[PAIRS], eta[2] = {0.1, 0.1};
    char what[64];
    draw_problem(&d, K, M, 1, "erf", "bp", 1);
    struct aln_rhs *rhs;
    must(aln_rhs_create(&rhs, &d.p));
    for (size_t i = 0; i < PAIRS; i++) {
        double t0 = now();
        for (int n = 0; n < slow_calls; n++) {
            twin_feedback(&d.p, d.start, NULL, F);
            twin_rhs(&d.p, eta, F, d.start, dydt);
        }
        double t1 = now();
        for (int n = 0; n < fast_calls; n++)
            must(aln_rhs_eval(rhs, eta, NULL, d.start, dydt));
        slow[i] = (t1 - t0) / slow_calls;
        fast[i] = (now() - t1) / fast_calls;
    }
    aln_rhs_free(rhs);
    snprintf(what, sizeof what, "right-hand side, erf, K = %zu, M = %zu, scalar sums", K, M);
    print_ratio(what, slow, fast);
}

/* Time of a right-hand side of inputs in so many blocks; 0: without a spectrum. */
static double time_blocks(int blocks, int calls)
{
    char yaml[256], spectrum[64] = "";
    struct aln_problem *p;
    struct aln_rhs *rhs;
    double dydt[DRAW_SIZE];
    if (blocks > 0)
        snprintf(spectrum, sizeof spectrum, ", spectrum: {exponent: 1, count: %d}", blocks);
    snprintf(yaml, sizeof yaml, "problem: {inputs: 1024%s}\nlearning: {rule: dfa, rate: 0.1}\n",
             spectrum);
    must(aln_problem_parse(&p, yaml));
    must(aln_rhs_create(&rhs, p));
    const double t0 = now();
    for (int n = 0; n < calls; n++)
        must(aln_rhs_eval(rhs, p->eta, NULL, p->start, dydt));
    const double t1 = now();
    aln_rhs_free(rhs);
    aln_problem_free(p);
    return (t1 - t0) / calls;
}

/* How much a spectrum of many blocks costs. */
static void bench_blocks(int blocks, int calls)
{
    double many[PAIRS], one[PAIRS];
    char what[64];
    for (size_t i = 0; i < PAIRS; i++) {
        one[i] = time_blocks(1, calls);
        many[i] = time_blocks(blocks, calls);
    }
    snprintf(what, sizeof what, "right-hand side, K = M = 2, %d blocks against one", blocks);
    print_ratio(what, many, one);
}

/* ---- complete integration ---- */

#define N       1000
#define T_END   1000
#define RECORDS 200

static double integrate(const struct aln_problem *p, uint64_t *calls)
{
    struct aln_ode_options options = {.rtol = 1e-9, .atol = 1e-12};
    struct aln_ode *ode;
    double row[11];
    must(aln_ode_create(&ode, p, &options));
    for (int i = 0; i < RECORDS; i++) {
        must(aln_ode_advance(ode, 0.1 * pow(T_END / 0.1, (double)i / (RECORDS - 1))));
        aln_problem_observe(p, aln_ode_state(ode), row);
    }
    aln_ode_work(ode, NULL, calls);
    aln_ode_free(ode);
    return row[0];
}

static double euler(const struct aln_problem *p, struct aln_rhs *rhs)
{
    double y[9], dydt[9], F[2];
    memcpy(y, p->start, sizeof y);
    for (int n = 0; n < T_END * N; n++) {
        if (rhs != NULL) {
            must(aln_rhs_eval(rhs, p->eta, NULL, y, dydt));
        } else {
            twin_feedback(p, y, NULL, F);
            twin_rhs(p, p->eta, F, y, dydt);
        }
        for (int i = 0; i < 9; i++)
            y[i] += dydt[i] / N;
    }
    return aln_problem_eg(p, y);
}

static void bench_integration(const char *rule)
{
    struct drawn d;
    struct aln_rhs *rhs;
    double plain[PAIRS], same[PAIRS], ours[PAIRS], eg[3];
    uint64_t calls;
    char what[64];
    make_usual(&d, rule);
    must(aln_rhs_create(&rhs, &d.p));
    for (size_t i = 0; i < PAIRS; i++) {
        double t0 = now();
        eg[0] = euler(&d.p, NULL);
        double t1 = now();
        eg[1] = euler(&d.p, rhs);
        double t2 = now();
        eg[2] = integrate(&d.p, &calls);
        ours[i] = now() - t2;
        plain[i] = t1 - t0;
        same[i] = t2 - t1;
    }
    aln_rhs_free(rhs);
    snprintf(what, sizeof what, "K = M = 2 to t = 1000, %s, Euler, scalar sums", rule);
    print_ratio(what, plain, ours);
    snprintf(what, sizeof what, "K = M = 2 to t = 1000, %s, Euler, our right-hand side", rule);
    print_ratio(what, same, ours);
    printf("    eg(1000): Euler %.9g and %.9g, ours %.9g after %" PRIu64 " calls\n", eg[0], eg[1],
           eg[2], calls);
}

/* ---- several runs at once ---- */

enum { RUNS = 256, LANE_TIMES = 10, JACOBIAN_MOST = 320 /* entries of the state */ };

/* One thread; a right-hand side and an integration of each of many problems, alone and in lanes. */
static void bench_lanes_rhs(size_t K, size_t M, const char *activation, int calls)
{
    static struct drawn d;
    static double dydt[DRAW_SIZE];
    static _Alignas(64) double y[8 * DRAW_SIZE], f[8 * DRAW_SIZE];
    const enum aln_isa isa = aln_isa_best();
    const size_t lanes = aln_lanes_count(isa);
    double plain[PAIRS], together[PAIRS];
    char what[64];
    struct aln_rhs *one;
    struct aln_lanes_rhs *all;
    draw_problem(&d, K, M, 1, activation, "dfa", 1);
    must(aln_rhs_create(&one, &d.p));
    must(aln_lanes_rhs_create(&all, &d.p, isa));
    for (size_t j = 0; j < lanes; j++) {
        aln_lanes_rhs_set(all, j, &d.p, d.p.eta);
        for (size_t i = 0; i < aln_problem_size(&d.p); i++)
            y[i * lanes + j] = d.start[i];
    }
    for (size_t i = 0; i < PAIRS; i++) {
        double t0 = now();
        for (int n = 0; n < calls; n++)
            must(aln_rhs_eval(one, d.p.eta, NULL, d.start, dydt));
        double t1 = now();
        for (int n = 0; n < calls; n++)
            aln_lanes_rhs_eval(all, y, f);
        plain[i] = (t1 - t0) / calls;
        together[i] = (now() - t1) / (calls * (double)lanes);
    }
    aln_lanes_rhs_free(all);
    aln_rhs_free(one);
    snprintf(what, sizeof what, "right-hand side, %s, K = %zu, M = %zu, alone", activation, K, M);
    print_ratio(what, plain, together);
}

/* A Jacobian, and as many right-hand sides one after the other. */
static void bench_jacobian(size_t K, size_t M, const char *activation, int calls)
{
    static struct drawn d;
    static double dydt[DRAW_SIZE], J[JACOBIAN_MOST * JACOBIAN_MOST];
    double plain[PAIRS], together[PAIRS];
    char what[64];
    struct aln_rhs *rhs;
    draw_problem(&d, K, M, 1, activation, "dfa", 1);
    const size_t size = aln_problem_size(&d.p);
    must(aln_rhs_create(&rhs, &d.p));
    for (size_t i = 0; i < PAIRS; i++) {
        double t0 = now();
        for (size_t n = 0; n < 4 * size * (size_t)calls; n++)
            must(aln_rhs_eval(rhs, d.p.eta, NULL, d.start, dydt));
        double t1 = now();
        for (int n = 0; n < calls; n++)
            must(aln_rhs_jacobian(rhs, d.p.eta, NULL, d.start, J));
        plain[i] = (t1 - t0) / calls;
        together[i] = (now() - t1) / calls;
    }
    aln_rhs_free(rhs);
    snprintf(what, sizeof what, "Jacobian, %s, K = %zu, M = %zu, alone", activation, K, M);
    print_ratio(what, plain, together);
}

static void bench_lanes(const char *rule)
{
    static struct drawn d[RUNS];
    static double states[RUNS][LANE_TIMES * DRAW_SIZE], times[LANE_TIMES];
    static struct aln_lanes_run run[RUNS];
    double plain[PAIRS], together[PAIRS];
    char what[64];
    size_t done = 0;
    for (size_t n = 0; n < LANE_TIMES; n++)
        times[n] = T_END * pow(1e-4, 1 - (double)n / (LANE_TIMES - 1));
    for (size_t i = 0; i < RUNS; i++) {
        make_usual(&d[i], rule);
        d[i].p.eta[0] = d[i].p.eta[1] = 0.1 + 0.9 * (double)i / RUNS;
        run[i] = (struct aln_lanes_run){.p = &d[i].p,
                                        .rtol = 1e-9,
                                        .atol = 1e-12,
                                        .time_count = LANE_TIMES,
                                        .times = times,
                                        .states = states[i]};
    }
    for (size_t pair = 0; pair < PAIRS; pair++) {
        double t0 = now();
        for (size_t i = 0; i < RUNS; i++) {
            const struct aln_ode_options options = {.rtol = 1e-9, .atol = 1e-12, .horizon = T_END};
            struct aln_ode *ode;
            must(aln_ode_create(&ode, &d[i].p, &options));
            for (size_t n = 0; n < LANE_TIMES; n++)
                must(aln_ode_advance(ode, times[n]));
            aln_ode_free(ode);
        }
        double t1 = now();
        must(aln_lanes_integrate(aln_isa_best(), RUNS, run));
        plain[pair] = (t1 - t0) / RUNS;
        together[pair] = (now() - t1) / RUNS;
    }
    for (size_t i = 0; i < RUNS; i++)
        done += run[i].done;
    snprintf(what, sizeof what, "K = M = 2 to t = 1000, %s, rates 0.1 to 1, alone", rule);
    print_ratio(what, plain, together);
    printf("    in lanes: %zu of %d\n", done, RUNS);
}

int main(void)
{
    printf("slower than ours by (median of %d pairs)\n", PAIRS);
    bench_rhs(16, 8, 1000, 100);
    bench_rhs(2, 2, 200000, 100000);
    bench_blocks(4, 100000);
    bench_blocks(16, 100000);
    bench_blocks(64, 100000);
    bench_integration("bp");
    bench_integration("dfa");
    bench_lanes_rhs(2, 2, "erf", 100000);
    bench_lanes_rhs(4, 2, "erf", 30000);
    bench_lanes_rhs(4, 4, "erf", 20000);
    bench_lanes_rhs(4, 2, "quadratic", 30000);
    bench_lanes_rhs(2, 2, "tanh", 1000);
    bench_lanes_rhs(4, 2, "tanh", 200);
    bench_lanes_rhs(2, 2, "relu", 5000);
    bench_lanes_rhs(4, 2, "relu", 200);
    bench_lanes_rhs(2, 2, "leaky-relu", 5000);
    bench_jacobian(2, 2, "erf", 5000);
    bench_jacobian(4, 2, "erf", 1000);
    bench_jacobian(4, 4, "erf", 300);
    bench_jacobian(8, 8, "erf", 20);
    bench_jacobian(16, 8, "erf", 2);
    bench_lanes("bp");
    bench_lanes("dfa");
    return 0;
}

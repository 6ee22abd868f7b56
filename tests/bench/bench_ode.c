/* Speed of the theory, as ratios measured side by side in one run: our right-hand side against the
 * literal scalar sums, and an adaptive integration against explicit Euler with the step of the
 * simulation, dt = 1/N. Prints medians over pairs of repetitions; asserts nothing about time. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../theory/draw.h"
#include "../theory/twin.h"
#include "../theory/usual.h"
#include "alignode/ode.h"

#define PAIRS 5

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
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

int main(void)
{
    printf("slower than ours by (median of %d pairs)\n", PAIRS);
    bench_rhs(16, 8, 1000, 100);
    bench_rhs(2, 2, 200000, 100000);
    bench_integration("bp");
    bench_integration("dfa");
    return 0;
}

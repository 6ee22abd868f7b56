/* What the readings of a step beyond its mean cost: the geometry of updates beside the run without it, error
 * bars of a run to t = 20, and tanh's right-hand side. Medians of processor time, which a busy machine moves
 * least; asserts nothing about it. */
#include <stdio.h>
#include <stdlib.h>

#include "../theory/draw.h"
#include "../theory/usual.h"
#include "alignode/fluctuations.h"
#include "alignode/geometry.h"
#include "alignode/ode.h"
#include "bench.h"

enum { RECORDS = 201 };

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void must(enum aln_status status)
{
    if (status != ALN_OK) {
        fprintf(stderr, "bench_theory: %s\n", aln_error());
        exit(1);
    }
}

/* Seconds of a run to t = 1000 with 201 recorded rows, with or without UA and SA. */
static double run(const struct aln_problem *p, struct aln_geometry *g)
{
    const double start = seconds();
    const struct aln_ode_options options = aln_ode_defaults();
    struct aln_ode *ode;
    double row[DRAW_SIZE], sum = 0;
    must(aln_ode_create(&ode, p, &options));
    for (int i = 0; i < RECORDS; i++) {
        must(aln_ode_advance(ode, 0.1 * pow(1e4, (double)i / (RECORDS - 1))));
        aln_problem_observe(p, aln_ode_state(ode), row);
        sum += g != NULL ? aln_geometry_at(g, aln_ode_state(ode), 0).UA : 0;
    }
    aln_ode_free(ode);
    if (isnan(sum))
        exit(1);
    return seconds() - start;
}

static void bench_geometry(void)
{
    enum { PAIRS = 101 };
    double ratio[PAIRS];
    struct drawn d;
    struct aln_geometry *g;
    make_usual(&d, "dfa");
    must(aln_geometry_create(&g, &d.p));
    for (int i = 0; i < PAIRS; i++) {
        const double with = run(&d.p, g);
        ratio[i] = with / run(&d.p, NULL);
    }
    aln_geometry_free(g);
    printf("run with UA and SA, K = M = 2, 201 rows: %.2f of the run without\n",
           median(ratio, PAIRS));
}

static void bench_fluctuations(const char *activation, size_t units)
{
    enum { REPEATS = 5 };
    double spent[REPEATS];
    struct drawn d;
    draw_problem(&d, units, units, 1, activation, "dfa", 1);
    d.p.N = 1000;
    for (int i = 0; i < REPEATS; i++) {
        const double start = seconds();
        struct aln_fluctuations *f;
        must(aln_fluctuations_create(&f, &d.p, 1e-6, NULL));
        must(aln_fluctuations_advance(f, 20));
        if (aln_fluctuations_end(f).limit != ALN_FLUCTUATIONS_HOLD)
            printf("ended at t = %g: ", aln_fluctuations_end(f).t);
        aln_fluctuations_free(f);
        spent[i] = seconds() - start;
    }
    printf("error bars to t = 20, %-4s K = M = %zu: %.3g s\n", activation, units,
           median(spent, REPEATS));
}

static void bench_points(const char *activation, unsigned points)
{
    enum { REPEATS = 21, CALLS = 20 };
    double spent[REPEATS], dydt[DRAW_SIZE];
    struct drawn d;
    struct aln_rhs *rhs;
    draw_problem(&d, 2, 2, 1, activation, "dfa", 1);
    d.p.points = points;
    must(aln_rhs_create(&rhs, &d.p));
    for (int i = 0; i < REPEATS; i++) {
        const double start = seconds();
        for (int n = 0; n < CALLS; n++)
            must(aln_rhs_eval(rhs, d.p.eta, NULL, d.start, dydt));
        spent[i] = (seconds() - start) / CALLS;
    }
    aln_rhs_free(rhs);
    printf("right-hand side, K = M = 2, %s, %s: %.3g us\n", activation,
           points > 0 ? "over points" : "closed", 1e6 * median(spent, REPEATS));
}

int main(void)
{
    bench_geometry();
    bench_fluctuations("erf", 2);
    bench_fluctuations("erf", 4);
    bench_fluctuations("relu", 2);
    bench_fluctuations("tanh", 2);
    bench_points("tanh", 0);
    bench_points("erf", 1);
    return 0;
}

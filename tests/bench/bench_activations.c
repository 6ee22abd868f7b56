/* Time of a right-hand side of the ode for every activation, K = M = 2, and in units of erf's. Short
 * batches: the median then leaves out those that the machine interrupted. */
#include <stdio.h>
#include <stdlib.h>

#include "../theory/draw.h"
#include "alignode/ode.h"
#include "bench.h"

enum { REPEATS = 301, CALLS = 5 };

static void must(enum aln_status status)
{
    if (status != ALN_OK) {
        fprintf(stderr, "bench_activations: %s\n", aln_error());
        exit(1);
    }
}

static double seconds_of(const char *activation)
{
    static struct drawn d;
    double seconds[REPEATS], dydt[DRAW_SIZE];
    const double eta[2] = {0.1, 0.1};
    struct aln_rhs *rhs;
    draw_problem(&d, 2, 2, 1, activation, "dfa", 1);
    must(aln_rhs_create(&rhs, &d.p));
    for (int r = 0; r < REPEATS; r++) {
        const double t0 = now();
        for (int n = 0; n < CALLS; n++)
            must(aln_rhs_eval(rhs, eta, NULL, d.start, dydt));
        seconds[r] = (now() - t0) / CALLS;
    }
    aln_rhs_free(rhs);
    return median(seconds, REPEATS);
}

int main(void)
{
    const double erf = seconds_of("erf");
    for (size_t i = 0; i < aln_activations.count; i++) {
        const char *name = aln_names_row(&aln_activations, i)->name;
        const double seconds = seconds_of(name);
        printf("right-hand side, K = M = 2, %-10s %7.2f us, %5.1f of erf's\n", name, 1e6 * seconds,
               seconds / erf);
    }
    return 0;
}

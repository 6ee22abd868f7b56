#include "model/contract.h"

#include "base/interrupt.h"
#include "base/team.h"

struct contraction {
    size_t P, K;
    const double *C, *U;
    aln_four_fields average;
    double *out;
};

/* Row k of the pairs, from the diagonal on. */
static void contract_row(void *context, size_t k, size_t worker)
{
    const struct contraction *c = context;
    const size_t P = c->P, K = c->K;
    (void)worker;
    for (size_t l = k; l < K && !aln_interrupted(); l++) {
        const double *u = c->U + k * P, *v = c->U + l * P;
        double sum = 0;
        for (size_t a = 0; a < P; a++) {
            for (size_t b = a; b < P; b++) {
                double weight = a == b ? u[a] * v[a] : u[a] * v[b] + u[b] * v[a];
                if (weight != 0)
                    sum += weight * c->average(P, c->C, k, l, a, b);
            }
        }
        c->out[k * K + l] = c->out[l * K + k] = sum;
    }
}

void aln_contract(size_t P, size_t K, const double *C, const double *U, aln_four_fields average,
                  size_t threads_from, double *out)
{
    struct contraction all = {P, K, C, U, average, out};
    if (K >= threads_from)
        aln_team_run(K, contract_row, &all);
    else
        for (size_t k = 0; k < K; k++)
            contract_row(&all, k, 0);
}

#include "study/solution.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "study/assignment.h"

/* The assignment of teacher units and signs with the largest total gain, given the gain of each
 * pair for sign +; sign - negates it.
 * Returned: unit[K] */
static enum aln_status best_signed(size_t K, const double *gain, int *unit)
{
    double *cost = malloc(K * K * sizeof *cost);
    size_t *teacher = malloc(K * sizeof *teacher);
    enum aln_status status = ALN_OK;
    if (cost == NULL || teacher == NULL)
        status = aln_raise_memory("the solutions of %zu units", K);
    for (size_t i = 0; i < K * K && status == ALN_OK; i++)
        cost[i] = -fabs(gain[i]);
    if (status == ALN_OK)
        status = aln_assignment(K, cost, teacher);
    for (size_t k = 0; k < K && status == ALN_OK; k++) {
        int m = (int)teacher[k];
        unit[k] = gain[k * K + teacher[k]] < 0 ? -(m + 1) : m + 1;
    }
    free(cost);
    free(teacher);
    return status;
}

/* sum_o W2_ok V2_om, or the same with F1 in place of W2^T if W2 is NULL. */
static double with_readout(const struct aln_problem *p, const double *W2, size_t k, size_t m)
{
    double sum = 0;
    for (size_t o = 0; o < p->O; o++)
        sum += (W2 != NULL ? W2[o * p->K + k] : p->F1[k * p->O + o]) * p->V2[o * p->M + m];
    return sum;
}

/* |W1_k - s V1_m|^2/N + |W2_k - s V2_m|^2 = lengths - 2 s (R_km + W2_k V2_m); the lengths sum to
 * the same for all solutions. */
enum aln_status aln_solution_nearest(const struct aln_problem *p, const double *state, int *unit,
                                     double *distance)
{
    const double *R = state + aln_state_at(p, ALN_R), *W2 = state + aln_state_at(p, ALN_W2);
    size_t K = p->K;
    double square = 0;
    double *gain = calloc(K * K, sizeof *gain);
    if (gain == NULL)
        return aln_raise_memory("the solutions of %zu units", K);
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < K; m++)
            gain[k * K + m] = R[k * K + m] + with_readout(p, W2, k, m);
    enum aln_status status = best_signed(K, gain, unit);
    for (size_t k = 0; k < K && status == ALN_OK; k++) {
        size_t m = (size_t)abs(unit[k]) - 1;
        double s = unit[k] < 0 ? -1 : 1;
        square += state[aln_state_entry(p, ALN_Q, k, k)] - 2 * s * R[k * K + m] + p->T[m * K + m];
        for (size_t o = 0; o < p->O; o++) {
            double gap = W2[o * K + k] - s * p->V2[o * K + m];
            square += gap * gap;
        }
    }
    *distance = sqrt(fmax(0, square)); /* round-off can make it negative */
    free(gain);
    return status;
}

double aln_solution_overlap(const struct aln_problem *p, const int *unit)
{
    double sum = 0;
    for (size_t k = 0; k < p->K; k++)
        sum += (unit[k] < 0 ? -1 : 1) * with_readout(p, NULL, k, (size_t)abs(unit[k]) - 1);
    return sum;
}

enum aln_status aln_solution_largest(const struct aln_problem *p, int *unit)
{
    size_t K = p->K;
    double *gain = calloc(K * K, sizeof *gain);
    if (gain == NULL)
        return aln_raise_memory("the solutions of %zu units", K);
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < K; m++)
            gain[k * K + m] = with_readout(p, NULL, k, m);
    enum aln_status status = best_signed(K, gain, unit);
    free(gain);
    return status;
}

/* The number of signs for which V2_m = +-V2_n: 0, 1, or 2 for read-outs of zeros. */
static int equal_signs(const struct aln_problem *p, size_t m, size_t n)
{
    int plus = 1, minus = 1;
    for (size_t o = 0; o < p->O; o++) {
        plus = plus && p->V2[o * p->M + m] == p->V2[o * p->M + n];
        minus = minus && p->V2[o * p->M + m] == -p->V2[o * p->M + n];
    }
    return plus + minus;
}

double aln_solution_share(const struct aln_problem *p)
{
    double share = 1;
    for (size_t m = 0; m < p->M; m++) {
        double group = 0; /* teacher units up to m that are interchangeable with it */
        for (size_t n = 0; n <= m; n++)
            group += equal_signs(p, m, n) > 0;
        share *= group * equal_signs(p, m, m) / (2 * (double)(m + 1));
    }
    return share;
}

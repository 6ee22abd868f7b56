#include "study/nudge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

/* Fixed numbers between -1 and 1, all different. */
static double direction(size_t i, size_t j)
{
    return cos(1 + 2.4 * (double)i + 0.7 * (double)j);
}

/* The change of the vectors: the new student is A (old student, teacher).
 * Given:    C (P x P)  the covariance of both, P = K + M
 * Returned: A (K x P) */
static void fill_change(const struct aln_problem *p, const double *C, double size, double *A)
{
    const size_t K = p->K, M = p->M, P = K + M;
    memset(A, 0, K * P * sizeof *A);
    for (size_t k = 0; k < K; k++) {
        A[k * P + k] = 1 + size * direction(k, 0);
        for (size_t m = 0; m < M; m++) {
            double q = C[k * P + k], t = p->T[m * M + m];
            double ratio = t <= 0 ? 0 : q > 0 ? sqrt(q / t) : 1;
            A[k * P + K + m] = size * ratio * direction(k, m + 1);
        }
    }
}

/* Entry `col` of the row a C.
 * Given: a [P], C (P x P) */
static double entry_of(const double *a, const double *C, size_t P, size_t col)
{
    double sum = 0;
    for (size_t i = 0; i < P; i++)
        sum += a[i] * C[i * P + col];
    return sum;
}

/* Q = A C A^T and R = A C restricted to the teacher, in block i of the inputs.
 * Given: C (P x P)  the overlaps there; AC (K x P)  room for the product */
static void change_overlaps(const struct aln_problem *p, size_t i, const double *C, const double *A,
                            double *AC, double *state)
{
    const size_t K = p->K, P = K + p->M;
    const struct aln_layout layout = aln_state_layout(p);
    for (size_t k = 0; k < K; k++)
        for (size_t j = 0; j < P; j++)
            AC[k * P + j] = entry_of(A + k * P, C, P, j);
    for (size_t k = 0; k < K; k++) {
        for (size_t m = 0; m < p->M; m++)
            state[aln_span_entry(&layout.part[ALN_R], k, m) + i] = AC[k * P + K + m];
        for (size_t l = k; l < K; l++) {
            double sum = 0;
            for (size_t j = 0; j < P; j++)
                sum += AC[k * P + j] * A[l * P + j];
            state[aln_span_entry(&layout.part[ALN_Q], k, l) + i] = sum;
        }
    }
}

static bool read_out_learns(const struct aln_problem *p)
{
    bool learns = p->eta[1] > 0;
    for (size_t i = 0; i < p->schedule_count; i++)
        learns = learns || p->schedule[i].eta[1] > 0;
    return learns;
}

static void change_read_out(const struct aln_problem *p, double size, double *state)
{
    const struct aln_span W2 = aln_state_layout(p).part[ALN_W2];
    double squares = 0;
    for (size_t i = 0; i < W2.count; i++)
        squares += state[W2.at + i] * state[W2.at + i];
    double scale = squares > 0 ? sqrt(squares / (double)W2.count) : 1;
    for (size_t i = 0; i < W2.count; i++)
        state[W2.at + i] += size * scale * direction(i, p->M + 1);
}

enum aln_status aln_nudge_start(double **out, const struct aln_problem *p, double size)
{
    const size_t P = p->K + p->M, n = aln_problem_size(p);
    double *state = malloc(n * sizeof *state);
    double *C = malloc((P * P + 2 * p->K * P) * sizeof *C), *A = C != NULL ? C + P * P : NULL;
    *out = state;
    if (state == NULL || C == NULL) {
        free(state);
        free(C);
        *out = NULL;
        return aln_raise_memory("a start of %zu numbers", n);
    }
    memcpy(state, p->start, n * sizeof *state);
    aln_problem_covariance(p, p->start, C);
    fill_change(p, C, size, A);
    for (size_t i = 0; i < aln_problem_blocks(p); i++) {
        aln_problem_block_overlaps(p, p->start, i, C);
        change_overlaps(p, i, C, A, A + p->K * P, state);
    }
    if (read_out_learns(p))
        change_read_out(p, size, state);
    free(C);
    return ALN_OK;
}

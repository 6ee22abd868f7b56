#include "model/bartlett.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/semidefinite.h"

void aln_bartlett_draw(struct aln_stream *s, uint64_t N, size_t before, size_t rows, double *A)
{
    size_t width = before + rows;
    memset(A, 0, rows * width * sizeof *A);
    for (size_t i = 0; i < rows; i++) {
        size_t free_from = before + i;
        size_t normals = free_from < N ? free_from : (size_t)N;
        aln_stream_normals(s, normals, A + i * width);
        if (free_from < N)
            A[i * width + free_from] = sqrt(aln_stream_chisq(s, (double)(N - free_from)));
    }
}

void aln_bartlett_student(const struct aln_problem *p, size_t i, size_t M, double student,
                          double teacher, const double *A, const double *B, double *state)
{
    const size_t K = p->K, P = K + M;
    const double N = (double)p->N;
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q], *R = &layout.part[ALN_R];
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
        for (size_t l = k; l < K; l++) {
            double sum = 0;
            for (size_t j = 0; j < P; j++)
                sum += B[k * P + j] * B[l * P + j];
            state[aln_span_entry(Q, k, l) + i] = student * student * sum / N;
        }
        for (size_t m = 0; m < M; m++) {
            double sum = 0;
            for (size_t j = 0; j < M; j++)
                sum += B[k * P + j] * A[m * M + j];
            state[aln_span_entry(R, k, m) + i] = student * teacher * sum / N;
        }
    }
}

enum aln_status aln_problem_begin(const struct aln_problem *p, uint64_t repeat, double *state)
{
    const size_t K = p->K, M = p->M, P = K + M;
    memcpy(state, p->start, aln_problem_size(p) * sizeof *state);
    if (!(p->drawn_weights > 0))
        return ALN_OK;
    double *T = calloc(2 * M * M + M + K * P, sizeof *T);
    if (T == NULL)
        return aln_raise_memory("the start of %zu units", P);
    double *A = T + M * M, *scale = A + M * M, *B = scale + M;
    struct aln_stream stream;
    memcpy(T, p->T, M * M * sizeof *T);
    for (size_t m = 0; m < M; m++)
        scale[m] = T[m * (M + 1)];
    aln_semidefinite_factor(M, T, scale, A, NULL);
    for (size_t i = 0; i < M * M; i++)
        A[i] *= sqrt((double)p->N);
    aln_stream_init(&stream, p->seed, "student", repeat);
    aln_bartlett_draw(&stream, p->N, M, K, B);
    aln_bartlett_student(p, 0, M, p->drawn_weights, 1, A, B, state);
    free(T);
    return ALN_OK;
}

void aln_problem_begin_covariance(const struct aln_problem *p, double *covariance)
{
    const size_t K = p->K, M = p->M, size = aln_problem_size(p);
    const double square = p->drawn_weights * p->drawn_weights;
    memset(covariance, 0, size * size * sizeof *covariance);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++)
            covariance[aln_state_entry(p, ALN_Q, k, l) * (size + 1)] =
                square * square * (k == l ? 2 : 1);
        for (size_t m = 0; m < M; m++)
            for (size_t n = 0; n < M; n++)
                covariance[aln_state_entry(p, ALN_R, k, m) * size +
                           aln_state_entry(p, ALN_R, k, n)] = square * p->T[m * M + n];
    }
}

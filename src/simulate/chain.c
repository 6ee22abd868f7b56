/* Let C = [[Q, R], [R^T, T]] be the covariance of the fields and L any factor, C = L L^T. For a
 * Gaussian input the coordinates of x along the span of all weight vectors are z ~ N(0, I_P) and
 * the rest of |x|^2 is chi-squared with N - P degrees of freedom, independent of z. So fields L z
 * and |x|^2 are drawn without x, and they are all that the overlaps' update asks for.
 *
 * T never changes: with T = L_T L_T^T factored once, nu = L_T z_T and lambda = B z_T + L_S z_S,
 * B = R L_T^-T, L_S L_S^T = S = Q - B B^T, a K x K factorisation a step. */
#include "alignode/chain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/sample.h"
#include "simulate/semidefinite.h"

struct aln_chain {
    const struct aln_problem *p;
    uint64_t step;
    struct aln_stream stream;
    struct aln_sample sample;
    size_t size;         /* of the state */
    double *now, *next;  /* states */
    double *LT, *LT_inv; /* M x M: L_T, and the matrix with B = R LT_inv */
    double *B, *S, *LS;  /* K x M, K x K, K x K */
    double *Q_diagonal;  /* K */
    double *z, *fields;  /* K + M: z_T first; lambda first */
};

static size_t lines(size_t count)
{
    return (count + 7) / 8 * 8; /* whole 64-byte lines of doubles */
}

/* Factors T and inverts the factor on its range, column by column of the elimination. */
static void factor_teacher(struct aln_chain *c, double *work, size_t *pivot)
{
    const struct aln_problem *p = c->p;
    const size_t M = p->M;
    double *T = work, *scale = work + M * M;
    memcpy(T, p->T, M * M * sizeof *T);
    for (size_t m = 0; m < M; m++)
        scale[m] = p->T[m * M + m];
    size_t rank = aln_semidefinite_factor(M, T, scale, c->LT, pivot);
    for (size_t j = 0; j < rank; j++) {
        const double *row = c->LT + pivot[j] * M;
        for (size_t m = 0; m < M; m++) {
            double sum = m == pivot[j];
            for (size_t i = 0; i < j; i++)
                sum -= c->LT_inv[m * M + i] * row[i];
            c->LT_inv[m * M + j] = sum / row[j];
        }
    }
}

enum aln_status aln_chain_create(struct aln_chain **out, const struct aln_problem *p,
                                 uint64_t repeat)
{
    *out = NULL;
    enum aln_status status = aln_problem_check(p);
    if (status != ALN_OK)
        return status;
    const size_t K = p->K, M = p->M, P = K + M, size = aln_problem_size(p);
    if (p->N < P)
        return aln_raise(ALN_USAGE, "chain: N = %" PRIu64 " inputs are fewer than K + M = %zu",
                         p->N, P);
    const size_t head = lines((sizeof(struct aln_chain) + 7) / 8);
    const size_t count[] = {
        size, size, M * M, M * M, K * M, K * K, K * K, K, P, P, aln_sample_size(p)};
    enum { ARRAYS = sizeof count / sizeof count[0] };
    size_t total = head;
    for (size_t i = 0; i < ARRAYS; i++)
        total += lines(count[i]);
    /* Work space that only the start needs lies behind the rest. */
    size_t work = M * M + M,
           bytes = lines(total + work) * sizeof(double) + lines(M) * sizeof(size_t);
    double *store = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (store == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for a chain of %zu + %zu units", K, M);
    memset(store, 0, bytes);
    struct aln_chain *c = (struct aln_chain *)store;
    double *array[ARRAYS], *next = store + head;
    for (size_t i = 0; i < ARRAYS; i++) {
        array[i] = next;
        next += lines(count[i]);
    }
    *c = (struct aln_chain){.p = p,
                            .size = size,
                            .now = array[0],
                            .next = array[1],
                            .LT = array[2],
                            .LT_inv = array[3],
                            .B = array[4],
                            .S = array[5],
                            .LS = array[6],
                            .Q_diagonal = array[7],
                            .z = array[8],
                            .fields = array[9]};
    aln_stream_init(&c->stream, p->seed, "chain fields", repeat);
    aln_sample_init(&c->sample, p, "chain noise", repeat, array[10]);
    memcpy(c->now, p->start, size * sizeof *c->now);
    factor_teacher(c, next, (size_t *)(store + lines(total + work)));
    *out = c;
    return ALN_OK;
}

void aln_chain_free(struct aln_chain *chain)
{
    free(chain);
}

/* Draws (lambda, nu) from the present overlaps, and returns |x|^2. */
static double draw_fields(struct aln_chain *c)
{
    const struct aln_problem *p = c->p;
    const size_t K = p->K, M = p->M, P = K + M;
    const double *Q = c->now, *R = c->now + aln_problem_at_R(p);
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++) {
            double sum = 0;
            for (size_t n = 0; n < M; n++)
                sum += R[k * M + n] * c->LT_inv[n * M + m];
            c->B[k * M + m] = sum;
        }
    for (size_t k = 0; k < K; k++) {
        c->Q_diagonal[k] = *Q;
        for (size_t l = k; l < K; l++) {
            double sum = *Q++;
            for (size_t m = 0; m < M; m++)
                sum -= c->B[k * M + m] * c->B[l * M + m];
            c->S[k * K + l] = c->S[l * K + k] = sum;
        }
    }
    aln_semidefinite_factor(K, c->S, c->Q_diagonal, c->LS, NULL);
    aln_stream_normals(&c->stream, P, c->z);
    double x2 = aln_stream_chisq(&c->stream, (double)(p->N - P));
    for (size_t a = 0; a < P; a++)
        x2 += c->z[a] * c->z[a];
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t m = 0; m < M; m++)
            sum += c->B[k * M + m] * c->z[m];
        for (size_t l = 0; l < K; l++)
            sum += c->LS[k * K + l] * c->z[M + l];
        c->fields[k] = sum;
    }
    for (size_t m = 0; m < M; m++) {
        double sum = 0;
        for (size_t n = 0; n < M; n++)
            sum += c->LT[m * M + n] * c->z[n];
        c->fields[K + m] = sum;
    }
    return x2;
}

/* Q and R of the next state from those of the present one. */
static void move_overlaps(struct aln_chain *c, double x2)
{
    const struct aln_problem *p = c->p;
    const size_t K = p->K, M = p->M, at_R = aln_problem_at_R(p);
    const double *lambda = c->fields, *nu = c->fields + K, *d = c->sample.d;
    const double rate = c->sample.rate[0], keep = c->sample.keep[0];
    size_t i = 0;
    if (p->rule->route == ALN_NOWHERE) {
        memcpy(c->next, c->now, (at_R + K * M) * sizeof *c->now);
        return;
    }
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++, i++)
            c->next[i] = keep * keep * c->now[i] -
                         keep * rate * (d[k] * lambda[l] + lambda[k] * d[l]) +
                         rate * rate * x2 * d[k] * d[l];
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++, i++)
            c->next[i] = keep * c->now[i] - rate * d[k] * nu[m];
}

enum aln_status aln_chain_advance(struct aln_chain *c, uint64_t step)
{
    const size_t at_W2 = aln_problem_at_W2(c->p);
    for (; c->step < step; c->step++) {
        aln_sample_schedule(&c->sample, c->step);
        double x2 = draw_fields(c);
        aln_sample_learn(&c->sample, c->fields, c->now + at_W2, c->next + at_W2);
        move_overlaps(c, x2);
        double zero = 0;
        for (size_t i = 0; i < c->size; i++)
            zero += 0 * c->next[i];
        if (zero != 0) {
            size_t i = 0;
            while (isfinite(c->next[i]))
                i++;
            return aln_sample_lost(c->p, "chain", i, c->step + 1);
        }
        double *now = c->now;
        c->now = c->next;
        c->next = now;
    }
    return ALN_OK;
}

const double *aln_chain_state(struct aln_chain *chain)
{
    return chain->now;
}

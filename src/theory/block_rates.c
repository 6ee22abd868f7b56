/* The blocks are the innermost index everywhere, so that all loops run along them. Sums are in the
 * order of those without a spectrum, so that one block of variance 1 gives the same numbers. */
#include "theory/block_rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"

struct aln_block_rates {
    const struct aln_problem *p;
    struct aln_layout layout;
    size_t L;
    double *share;    /* [L] p_i lambda_i, of <d d^T> */
    double *Q;        /* as the state's part Q: lambda_i Q^i */
    double *R, *seen; /* as its part R: s_i R^i, of student units; lambda_i R^i, of the teacher's */
    double *T;        /* M x M x L: s_i T^i */
    double *D, *turned; /* [L]: D_kb and D_bk */
    double storage[];
};

enum aln_status aln_block_rates_create(struct aln_block_rates **out, const struct aln_problem *p)
{
    const struct aln_spectrum *of = p->spectrum;
    const struct aln_layout layout = aln_state_layout(p);
    const size_t L = of->count, M = p->M, Q = layout.part[ALN_Q].count,
                 R = layout.part[ALN_R].count;
    struct aln_block_rates *r =
        calloc(1, sizeof *r + (Q + 2 * R + (M * M + 3) * L) * sizeof(double));
    *out = r;
    if (r == NULL)
        return aln_raise_memory("%zu blocks of inputs", L);
    *r = (struct aln_block_rates){.p = p, .layout = layout, .L = L, .share = r->storage};
    r->Q = r->share + L;
    r->R = r->Q + Q;
    r->seen = r->R + R;
    r->T = r->seen + R;
    r->D = r->T + M * M * L;
    r->turned = r->D + L;
    for (size_t b = 0; b < L; b++) {
        for (size_t i = 0; i < M * M; i++)
            r->T[i * L + b] = of->signal[b] * of->T[b * M * M + i];
        r->share[b] = of->share[b] * of->variance[b];
    }
    return ALN_OK;
}

void aln_block_rates_free(struct aln_block_rates *r)
{
    free(r);
}

/* y_b = weight_b x_b of every entry of a part. */
static void weigh(const struct aln_span *span, const double *restrict weight,
                  const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < span->count; i += span->blocks)
        for (size_t b = 0; b < span->blocks; b++)
            y[i + b] = weight[b] * x[i + b];
}

/* sum <- sum + factor x */
static void add(size_t L, double factor, const double *restrict x, double *restrict sum)
{
    for (size_t b = 0; b < L; b++)
        sum[b] += factor * x[b];
}

/* lambda_i Q^i of student units k and l; the place of an entry of R. */
static const double *of_students(const struct aln_block_rates *r, size_t k, size_t l)
{
    const struct aln_span *Q = &r->layout.part[ALN_Q];
    return r->Q + aln_span_entry(Q, k, l) - Q->at;
}
static size_t entry_R(const struct aln_block_rates *r, size_t k, size_t m)
{
    const struct aln_span *R = &r->layout.part[ALN_R];
    return aln_span_entry(R, k, m) - R->at;
}

/* D_kl between student units. */
static void find_student(const struct aln_block_rates *r, const struct aln_block_averages *of,
                         size_t k, size_t l, double *D)
{
    const size_t K = r->p->K, M = r->p->M, L = r->L;
    const double *X = of->X + k * (K + M);
    memset(D, 0, L * sizeof *D);
    for (size_t a = 0; a < K; a++)
        add(L, X[a], of_students(r, a, l), D);
    for (size_t m = 0; m < M; m++)
        add(L, X[K + m], r->R + entry_R(r, l, m), D);
    add(L, of->alpha[k], of_students(r, k, l), D);
}

/* D_km of student unit k and teacher unit m. */
static void find_teacher(const struct aln_block_rates *r, const struct aln_block_averages *of,
                         size_t k, size_t m, double *D)
{
    const size_t K = r->p->K, M = r->p->M, L = r->L;
    const double *X = of->X + k * (K + M);
    memset(D, 0, L * sizeof *D);
    for (size_t a = 0; a < K; a++)
        add(L, X[a], r->seen + entry_R(r, a, m), D);
    for (size_t n = 0; n < M; n++)
        add(L, X[K + n], r->T + (n * M + m) * L, D);
    add(L, of->alpha[k], r->seen + entry_R(r, k, m), D);
}

void aln_block_rates_eval(struct aln_block_rates *r, const struct aln_block_averages *of,
                          const double *y, double *dydt)
{
    const struct aln_problem *p = r->p;
    const struct aln_span *Q = &r->layout.part[ALN_Q], *R = &r->layout.part[ALN_R];
    const size_t K = p->K, M = p->M, L = r->L;
    const double kappa = p->kappa[0];
    weigh(Q, p->spectrum->variance, y + Q->at, r->Q);
    weigh(R, p->spectrum->signal, y + R->at, r->R);
    weigh(R, p->spectrum->variance, y + R->at, r->seen);
    for (size_t k = 0; k < K && !aln_interrupted(); k++)
        for (size_t l = k; l < K; l++) {
            const size_t i = aln_span_entry(Q, k, l);
            find_student(r, of, k, l, r->D);
            find_student(r, of, l, k, r->turned);
            for (size_t b = 0; b < L; b++)
                dydt[i + b] = -of->eta * (r->D[b] + r->turned[b]) - 2 * kappa * y[i + b];
            if (of->square != 0)
                add(L, of->square * of->signal[k * K + l], r->share, dydt + i);
        }
    for (size_t k = 0; k < K && !aln_interrupted(); k++)
        for (size_t m = 0; m < M; m++) {
            const size_t i = aln_span_entry(R, k, m);
            find_teacher(r, of, k, m, r->D);
            for (size_t b = 0; b < L; b++)
                dydt[i + b] = -of->eta * r->D[b] - kappa * y[i + b];
        }
}

#include "theory/finite_data.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "theory/marchenko_pastur.h"

struct aln_finite_data {
    const struct aln_problem *p;
    struct aln_problem blocks;
    struct aln_spectrum spectrum;
    struct aln_layout outer, inner; /* of the states of p and of blocks */
    double unseen;                  /* error of labels that no student can fit */
    double storage[];
};

/* ---- creation ---- */

static enum aln_status check(const struct aln_problem *p)
{
    if (!p->activation->linear)
        return aln_raise(ALN_USAGE,
                         "samples: the theory of a fixed set is that of linear units, not of "
                         "activation %s",
                         p->activation->id.name);
    if (p->batch > 0 && p->batch != aln_problem_samples(p))
        return aln_raise(ALN_USAGE, "samples: the theory of a fixed set has no mini-batches");
    return ALN_OK;
}

/* Shares of the overlaps of a student and a teacher that are independent of the samples. */
static void divide_overlaps(const struct aln_finite_data *data, double *start)
{
    static const enum aln_state_part parts[] = {ALN_Q, ALN_R};
    const struct aln_problem *p = data->p;
    for (size_t n = 0; n < sizeof parts / sizeof parts[0]; n++) {
        const struct aln_span *from = &data->outer.part[parts[n]],
                              *to = &data->inner.part[parts[n]];
        for (size_t i = 0; i < from->rows; i++)
            for (size_t j = from->symmetric ? i : 0; j < from->cols; j++)
                for (size_t b = 0; b < to->blocks; b++)
                    start[aln_span_entry(to, i, j) + b] =
                        data->spectrum.share[b] * p->start[aln_span_entry(from, i, j)];
    }
    const size_t weights = data->outer.size - data->outer.part[ALN_W2].at;
    memcpy(start + data->inner.part[ALN_W2].at, p->start + data->outer.part[ALN_W2].at,
           weights * sizeof *start);
}

/* T^i of block i, and its part of the total. */
static void fill_teachers(const struct aln_finite_data *data, size_t i, double *Ti, double *T)
{
    const struct aln_problem *p = data->p;
    const size_t M = p->M, all = data->blocks.M;
    const double share = data->spectrum.share[i], variance = data->spectrum.variance[i];
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < M; n++)
            Ti[m * all + n] = share * p->T[m * M + n];
    for (size_t m = M; m < all && variance > 0; m++)
        Ti[m * (all + 1)] = share * p->sigma * p->sigma / (p->samples * variance);
    for (size_t j = 0; j < all * all; j++)
        T[j] += variance * Ti[j];
}

enum aln_status aln_finite_data_create(struct aln_finite_data **out, const struct aln_problem *p,
                                       size_t order)
{
    *out = NULL;
    enum aln_status status = check(p);
    if (status != ALN_OK)
        return status;
    const size_t O = p->O, M = p->M + (p->sigma > 0 ? O : 0),
                 L = aln_marchenko_pastur_count(p->samples, order);
    struct aln_spectrum shape = {.count = L};
    struct aln_problem blocks = *p;
    blocks.samples = 0;
    blocks.batch = 0;
    blocks.first_order = true;
    blocks.sigma = 0;
    blocks.drawn_weights = 0;
    blocks.M = M;
    blocks.spectrum = &shape;
    const size_t size = aln_problem_size(&blocks);
    struct aln_finite_data *data =
        calloc(1, sizeof *data + (2 * L + (L + 1) * M * M + O * M + size) * sizeof(double));
    *out = data;
    if (data == NULL)
        return aln_raise_memory("%zu blocks of inputs", L);
    double *variance = data->storage, *share = variance + L, *Ti = share + L, *T = Ti + L * M * M,
           *V2 = T + M * M, *start = V2 + O * M;
    if ((status = aln_marchenko_pastur(p->samples, order, variance, share)) != ALN_OK) {
        aln_finite_data_free(data);
        *out = NULL;
        return status;
    }
    data->p = p;
    data->outer = aln_state_layout(p);
    data->spectrum = (struct aln_spectrum){.count = L,
                                           .share = share,
                                           .variance = variance,
                                           .signal = variance,
                                           .latent = variance,
                                           .T = Ti};
    data->blocks = blocks;
    data->blocks.spectrum = &data->spectrum;
    data->blocks.T = T;
    data->blocks.V2 = V2;
    data->blocks.start = start;
    data->inner = aln_state_layout(&data->blocks);
    for (size_t o = 0; o < O; o++) {
        memcpy(V2 + o * M, p->V2 + o * p->M, p->M * sizeof *V2);
        if (M > p->M)
            V2[o * M + p->M + o] = 1;
    }
    double seen = 0; /* the share of the labels' noise within the directions of the samples */
    for (size_t i = 0; i < L; i++) {
        fill_teachers(data, i, Ti + i * M * M, T);
        seen += variance[i] > 0 ? share[i] / p->samples : 0;
    }
    data->unseen = 0.5 * (double)O * p->sigma * p->sigma * (1 - seen);
    divide_overlaps(data, start);
    return ALN_OK;
}

void aln_finite_data_free(struct aln_finite_data *data)
{
    free(data);
}

const struct aln_problem *aln_finite_data_problem(const struct aln_finite_data *data)
{
    return &data->blocks;
}

/* ---- readings ---- */

void aln_finite_data_state(const struct aln_finite_data *data, const double *blocks, double *state)
{
    static const enum aln_state_part parts[] = {ALN_Q, ALN_R};
    for (size_t n = 0; n < sizeof parts / sizeof parts[0]; n++) {
        const struct aln_span *to = &data->outer.part[parts[n]],
                              *from = &data->inner.part[parts[n]];
        for (size_t i = 0; i < to->rows; i++)
            for (size_t j = to->symmetric ? i : 0; j < to->cols; j++) {
                double sum = 0;
                for (size_t b = 0; b < from->blocks; b++)
                    sum += blocks[aln_span_entry(from, i, j) + b];
                state[aln_span_entry(to, i, j)] = sum;
            }
    }
    const size_t weights = data->outer.size - data->outer.part[ALN_W2].at;
    memcpy(state + data->outer.part[ALN_W2].at, blocks + data->inner.part[ALN_W2].at,
           weights * sizeof *state);
}

double aln_finite_data_train(const struct aln_finite_data *data, const double *blocks)
{
    return data->unseen + aln_problem_eg(&data->blocks, blocks);
}

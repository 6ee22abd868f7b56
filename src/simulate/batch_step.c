/* Units of the velocity are such that u x is a field like W1 x/sqrt(N): S = W1 u^T/sqrt(N),
 * u V1^T/sqrt(N), u u^T. */
#include "simulate/batch_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/semidefinite.h"

struct aln_batch_step {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_increment *increment;
    struct aln_draws *draws;
    size_t P;              /* fields: lambda, nu and, with momentum, u x */
    double *C, *L, *scale; /* P x P, P x P, P: their covariance */
    double *z, *fields;    /* P, P */
    double *rest;          /* what else a sample draws, behind unused fields */
    double *dz, *dx;       /* K x P: means of d z^T and of d times the fields */
    double *dd;            /* K x K: sum of d d^T */
    double *scale_d, *A;   /* K, K x K */
    double *LD, *gg;       /* K x K; K x K: the square of the mean of d x^T */
    double *eg, *mirrored; /* O x K: the mean of e g^T; K x O */
    double *uu, *S, *SV;   /* K x K, K x K (W1 by u), K x M: overlaps of the velocity */
    double *WU;            /* K x K: old weights by new velocity */
    double *u2, *uF;       /* O x K, K x O: velocities of the read-out and the feedback */
    double storage[];
};

enum aln_status aln_batch_step_create(struct aln_batch_step **out, const struct aln_problem *p,
                                      struct aln_increment *increment, struct aln_draws *draws)
{
    const size_t K = p->K, M = p->M, O = p->O, P = K + M + (p->momentum > 0 ? K : 0);
    const size_t numbers =
        2 * P * P + 3 * P + draws->count.all + 2 * K * P + 7 * K * K + K + K * M + 4 * O * K;
    struct aln_batch_step *b = calloc(1, sizeof *b + numbers * sizeof(double));
    *out = b;
    if (b == NULL)
        return aln_raise_memory("batches of %zu + %zu units", K, M);
    b->p = p;
    b->layout = aln_state_layout(p);
    b->increment = increment;
    b->draws = draws;
    b->P = P;
    const struct {
        double **array;
        size_t count;
    } arrays[] = {
        {&b->C, P * P},  {&b->L, P * P},        {&b->scale, P},
        {&b->z, P},      {&b->fields, P},       {&b->dz, K * P},
        {&b->dx, K * P}, {&b->dd, K * K},       {&b->scale_d, K},
        {&b->A, K * K},  {&b->LD, K * K},       {&b->gg, K * K},
        {&b->eg, O * K}, {&b->mirrored, O * K}, {&b->uu, K * K},
        {&b->S, K * K},  {&b->SV, K * M},       {&b->WU, K * K},
        {&b->u2, O * K}, {&b->uF, O * K},       {&b->rest, draws->count.all},
    };
    double *next = b->storage;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i].array = next;
        next += arrays[i].count;
    }
    return ALN_OK;
}

void aln_batch_step_free(struct aln_batch_step *b)
{
    free(b);
}

/* ---- samples ---- */

/* Covariance of the fields, with the velocity's behind those of the weights, and its factor. */
static void factor_fields(struct aln_batch_step *b, const double *state)
{
    const size_t K = b->p->K, M = b->p->M, known = K + M, P = b->P;
    aln_state_covariance(&b->layout, state, b->p->T, b->C);
    for (size_t a = known; a-- > 0 && P > known;)
        memmove(b->C + a * P, b->C + a * known, known * sizeof *b->C);
    for (size_t l = 0; l < P - known; l++) {
        double *row = b->C + (known + l) * P;
        for (size_t k = 0; k < K; k++) {
            row[k] = b->S[k * K + l];
            row[known + k] = b->uu[l * K + k];
        }
        for (size_t m = 0; m < M; m++)
            row[K + m] = b->SV[l * M + m];
        for (size_t a = 0; a < known; a++)
            b->C[a * P + known + l] = row[a];
    }
    for (size_t a = 0; a < P; a++)
        b->scale[a] = b->C[a * (P + 1)];
    aln_semidefinite_factor(P, b->C, b->scale, b->L, NULL);
}

static void draw_fields(struct aln_batch_step *b)
{
    aln_stream_normals(&b->draws->fields, b->P, b->z);
    for (size_t a = 0; a < b->P; a++) {
        b->fields[a] = 0;
        for (size_t j = 0; j < b->P; j++)
            b->fields[a] += b->L[a * b->P + j] * b->z[j];
    }
}

/* Draws a sample and adds it to the means. */
static void add_sample(struct aln_batch_step *b, double share)
{
    const size_t K = b->p->K, O = b->p->O, P = b->P;
    draw_fields(b);
    aln_draws_rest(b->draws, b->rest + b->draws->count.fields);
    const struct aln_draw draw = aln_normals_draw(&b->draws->count, b->rest, 0);
    const struct aln_signals of = aln_increment_signals(b->increment, b->fields, &draw);
    for (size_t k = 0; k < K; k++) {
        for (size_t a = 0; a < P; a++) {
            b->dz[k * P + a] += share * of.d[k] * b->z[a];
            b->dx[k * P + a] += share * of.d[k] * b->fields[a];
        }
        for (size_t l = 0; l < K; l++)
            b->dd[k * K + l] += share * share * of.d[k] * of.d[l];
    }
    for (size_t o = 0; o < O; o++)
        for (size_t k = 0; k < K; k++)
            b->eg[o * K + k] += share * of.e[o] * of.g[k];
    if (b->p->rule->mirrors)
        aln_increment_mirror(b->increment, &draw, share, b->mirrored);
}

/* Bartlett's factor of a Wishart matrix of N - P degrees of freedom, lower triangular. */
static void draw_rest_of_inputs(struct aln_batch_step *b)
{
    const size_t K = b->p->K;
    const uint64_t freedom = b->p->N - b->P;
    memset(b->A, 0, K * K * sizeof *b->A);
    for (size_t k = 0; k < K; k++) {
        const size_t normals = k < freedom ? k : (size_t)freedom;
        if (normals > 0)
            aln_stream_normals(&b->draws->fields, normals, b->A + k * K);
        if (k < freedom)
            b->A[k * K + k] = sqrt(aln_stream_chisq(&b->draws->fields, (double)(freedom - k)));
    }
}

/* gg = (mean of d z^T)(its transpose) + L A A^T L^T with L L^T = dd. */
static void square_gradient(struct aln_batch_step *b)
{
    const size_t K = b->p->K, P = b->P;
    double *V = b->dd; /* L A; dd is destroyed by its factorisation */
    for (size_t k = 0; k < K; k++)
        b->scale_d[k] = b->dd[k * (K + 1)];
    aln_semidefinite_factor(K, b->dd, b->scale_d, b->LD, NULL);
    draw_rest_of_inputs(b);
    for (size_t k = 0; k < K; k++)
        for (size_t j = 0; j < K; j++) {
            V[k * K + j] = 0;
            for (size_t i = j; i < K; i++)
                V[k * K + j] += b->LD[k * K + i] * b->A[i * K + j];
        }
    for (size_t k = 0; k < K; k++)
        for (size_t l = 0; l < K; l++) {
            double sum = 0;
            for (size_t j = 0; j < P; j++)
                sum += b->dz[k * P + j] * b->dz[l * P + j];
            for (size_t j = 0; j < K; j++)
                sum += V[k * K + j] * V[l * K + j];
            b->gg[k * K + l] = sum;
        }
}

static void average_batch(struct aln_batch_step *b)
{
    const size_t K = b->p->K, O = b->p->O;
    const uint64_t count = b->p->batch > 0 ? b->p->batch : 1;
    memset(b->dz, 0, K * b->P * sizeof *b->dz);
    memset(b->dx, 0, K * b->P * sizeof *b->dx);
    memset(b->dd, 0, K * K * sizeof *b->dd);
    memset(b->eg, 0, O * K * sizeof *b->eg);
    memset(b->mirrored, 0, O * K * sizeof *b->mirrored);
    for (uint64_t n = 0; n < count && !aln_interrupted(); n++)
        add_sample(b, 1 / (double)count);
    square_gradient(b);
}

/* ---- updates ---- */

/* The velocity's overlaps with the old weights (WU), the teacher (SV) and itself (uu). */
static void move_velocity(struct aln_batch_step *b)
{
    const size_t K = b->p->K, M = b->p->M, P = b->P;
    const double beta = b->p->momentum;
    const double *dm = b->dx + K + M; /* of the velocity's fields, with momentum */
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++) {
            b->WU[k * K + l] = beta * b->S[k * K + l] + b->dx[l * P + k];
            b->uu[k * K + l] = beta * beta * b->uu[k * K + l] + b->gg[k * K + l];
        }
        for (size_t l = 0; l < K && beta > 0; l++)
            b->uu[k * K + l] += beta * (dm[k * P + l] + dm[l * P + k]);
        for (size_t m = 0; m < M; m++)
            b->SV[k * M + m] = beta * b->SV[k * M + m] + b->dx[k * P + K + m];
    }
}

static void move_hidden(struct aln_batch_step *b, const struct aln_step_rates *rates,
                        const double *now, double *next)
{
    const size_t K = b->p->K, M = b->p->M;
    const struct aln_span *Q = &b->layout.part[ALN_Q], *R = &b->layout.part[ALN_R];
    const double rate = rates->rate[0], keep = rates->keep[0];
    for (size_t k = 0, i = Q->at; k < K; k++)
        for (size_t l = k; l < K; l++, i++)
            next[i] = rates->keep_Q * now[i] -
                      rates->rate_Q * (b->WU[k * K + l] + b->WU[l * K + k]) +
                      rates->square_Q * b->uu[k * K + l];
    for (size_t i = 0; i < K * M; i++)
        next[R->at + i] = keep * now[R->at + i] - rate * b->SV[i];
    for (size_t i = 0; i < K * K; i++)
        b->S[i] = keep * b->WU[i] - rate * b->uu[i];
}

/* The read-out and feedback that learns, row o of the read-out and unit k. */
static void move_readout(struct aln_batch_step *b, const struct aln_step_rates *rates, size_t o,
                         size_t k, const double *now, double *next)
{
    const struct aln_problem *p = b->p;
    const struct aln_span *W2 = &b->layout.part[ALN_W2], *F = &b->layout.part[ALN_F];
    const bool moves = aln_problem_row(p, o);
    const size_t w = o * p->K + k, f = k * p->O + o;
    b->u2[w] = p->momentum * b->u2[w] + b->eg[w];
    b->uF[f] = p->rule->mirrors ? -b->mirrored[f] : p->momentum * b->uF[f] + b->eg[w];
    next[W2->at + w] =
        moves ? rates->keep[1] * now[W2->at + w] - rates->rate[1] * b->u2[w] : now[W2->at + w];
    if (F->count > 0)
        next[F->at + f] =
            moves ? rates->keep[2] * now[F->at + f] - rates->rate[2] * b->uF[f] : now[F->at + f];
}

void aln_batch_step(struct aln_batch_step *b, const struct aln_step_rates *rates, const double *now,
                    double *next)
{
    factor_fields(b, now);
    average_batch(b);
    move_velocity(b);
    move_hidden(b, rates, now, next);
    for (size_t o = 0; o < b->p->O; o++)
        for (size_t k = 0; k < b->p->K; k++)
            move_readout(b, rates, o, k, now, next);
}

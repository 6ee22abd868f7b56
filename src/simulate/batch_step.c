/* Units of the velocity are such that u x is a field like W1 x/sqrt(N): S = W1 u^T/sqrt(N),
 * u V1^T/sqrt(N), u u^T.
 *
 * Inputs with a spectrum fall into blocks of directions that are independent given the signals; each
 * has overlaps of its own, and the fields are sums over the blocks. Inputs without one are one block
 * of variance 1. In a block the latent variables are tau^1/2 zeta and the inputs x = (s/tau^1/2) zeta +
 * (lambda - s^2/tau)^1/2 xi, with normal zeta and xi; the teacher's fields are made of the former,
 * and W1 learns the latter. */
#include "simulate/batch_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/semidefinite.h"

#define ROUNDING 1e-12 /* of a variance */

/* Of one block of inputs. */
struct input_block {
    uint64_t inputs; /* N_i */
    double variance; /* lambda */
    double latent, shared,
        rest;            /* factors above: of zeta in latent variables and in x; of xi in x */
    double *L;           /* P x P: factor of the overlaps of all vectors */
    double *z, *x;       /* P, P: coordinates of x along them, its projections */
    double *dz, *dx;     /* K x P: means of d z^T and of d x^T */
    double *uu, *S, *SV; /* K x K, K x K (W1 by u), K x M: overlaps of the velocity */
};

struct aln_batch_step {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_increment *increment;
    struct aln_draws *draws;
    size_t P;                   /* fields: lambda, nu and, with momentum, u x */
    double *G, *scale;          /* P x P, P: overlaps of their vectors in a block */
    double *zeta, *xi, *fields; /* P each */
    double *others;             /* what else a sample draws, behind unused fields */
    double *dd;                 /* K x K: sum of d d^T */
    double *scale_d, *A;        /* K, K x K */
    double *LD, *V, *gg;        /* K x K each; gg: the square of the mean of d x^T in a block */
    double *WU;                 /* K x K: old weights by new velocity */
    double *eg, *mirrored;      /* O x K: the mean of e g^T; K x O */
    double *u2, *uF;            /* O x K, K x O: velocities of the read-out and the feedback */
    size_t blocks;
    struct input_block *block; /* [blocks] */
    double storage[];
};

/* What the inputs of block i are made of. */
static void begin_block(struct input_block *block, const struct aln_problem *p, size_t i)
{
    const struct aln_spectrum *of = p->spectrum;
    const double variance = of != NULL ? of->variance[i] : 1,
                 latent = of != NULL ? of->latent[i] : 1, signal = of != NULL ? of->signal[i] : 1;
    block->inputs = aln_problem_block_inputs(p, i);
    block->variance = variance;
    block->latent = sqrt(latent);
    block->shared = latent > 0 ? signal / sqrt(latent) : 0;
    const double rest = variance - block->shared * block->shared;
    block->rest = rest > ROUNDING * variance ? sqrt(rest) : 0;
}

enum aln_status aln_batch_step_create(struct aln_batch_step **out, const struct aln_problem *p,
                                      struct aln_increment *increment, struct aln_draws *draws)
{
    const size_t K = p->K, M = p->M, O = p->O, P = K + M + (p->momentum > 0 ? K : 0),
                 blocks = aln_problem_blocks(p);
    const size_t each = P * P + 2 * P + 2 * K * P + 2 * K * K + K * M;
    const size_t numbers =
        P * P + 4 * P + draws->count.all + 6 * K * K + K + 4 * O * K + blocks * each;
    struct aln_batch_step *b = calloc(1, sizeof *b + numbers * sizeof(double));
    struct input_block *block = calloc(blocks, sizeof *block);
    *out = b;
    if (b == NULL || block == NULL) {
        free(block);
        return aln_raise_memory("batches of %zu + %zu units", K, M);
    }
    b->p = p;
    b->layout = aln_state_layout(p);
    b->increment = increment;
    b->draws = draws;
    b->P = P;
    b->blocks = blocks;
    b->block = block;
    const struct {
        double **array;
        size_t count;
    } arrays[] = {
        {&b->G, P * P},  {&b->scale, P},   {&b->zeta, P},
        {&b->xi, P},     {&b->fields, P},  {&b->others, draws->count.all},
        {&b->dd, K * K}, {&b->scale_d, K}, {&b->A, K * K},
        {&b->LD, K * K}, {&b->V, K * K},   {&b->gg, K * K},
        {&b->WU, K * K}, {&b->eg, O * K},  {&b->mirrored, O * K},
        {&b->u2, O * K}, {&b->uF, O * K},
    };
    double *next = b->storage;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i].array = next;
        next += arrays[i].count;
    }
    for (size_t i = 0; i < blocks; i++) {
        begin_block(&block[i], p, i);
        block[i].L = next;
        block[i].z = block[i].L + P * P;
        block[i].x = block[i].z + P;
        block[i].dz = block[i].x + P;
        block[i].dx = block[i].dz + K * P;
        block[i].uu = block[i].dx + K * P;
        block[i].S = block[i].uu + K * K;
        block[i].SV = block[i].S + K * K;
        next += each;
    }
    return ALN_OK;
}

void aln_batch_step_free(struct aln_batch_step *b)
{
    if (b != NULL)
        free(b->block);
    free(b);
}

/* ---- samples ---- */

/* The factor of the overlaps of all vectors in a block, with the velocity's behind those of the
 * weights. */
static void factor_overlaps(struct aln_batch_step *b, size_t i, const double *state)
{
    const size_t K = b->p->K, M = b->p->M, known = K + M, P = b->P;
    const struct input_block *block = &b->block[i];
    aln_problem_block_overlaps(b->p, state, i, b->G);
    for (size_t a = known; a-- > 0 && P > known;)
        memmove(b->G + a * P, b->G + a * known, known * sizeof *b->G);
    for (size_t l = 0; l < P - known; l++) {
        double *row = b->G + (known + l) * P;
        for (size_t k = 0; k < K; k++) {
            row[k] = block->S[k * K + l];
            row[known + k] = block->uu[l * K + k];
        }
        for (size_t m = 0; m < M; m++)
            row[K + m] = block->SV[l * M + m];
        for (size_t a = 0; a < known; a++)
            b->G[a * P + known + l] = row[a];
    }
    for (size_t a = 0; a < P; a++)
        b->scale[a] = b->G[a * (P + 1)];
    aln_semidefinite_factor(P, b->G, b->scale, block->L, NULL);
}

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++)
        sum += a[j] * b[j];
    return sum;
}

/* Draws the inputs of a block and adds it to the fields. */
static void draw_block(struct aln_batch_step *b, const struct input_block *block)
{
    const size_t K = b->p->K, P = b->P, known = K + b->p->M;
    aln_stream_normals(&b->draws->fields, P, b->zeta);
    if (block->rest > 0)
        aln_stream_normals(&b->draws->fields, P, b->xi);
    for (size_t j = 0; j < P; j++)
        block->z[j] = block->shared * b->zeta[j] + (block->rest > 0 ? block->rest * b->xi[j] : 0);
    for (size_t a = 0; a < P; a++) {
        const double *row = block->L + a * P;
        const bool teacher = a >= K && a < known;
        block->x[a] = product(P, row, block->z);
        b->fields[a] += teacher ? block->latent * product(P, row, b->zeta) : block->x[a];
    }
}

/* Draws a sample and adds it to the means. */
static void add_sample(struct aln_batch_step *b, double share)
{
    const size_t K = b->p->K, O = b->p->O, P = b->P;
    memset(b->fields, 0, P * sizeof *b->fields);
    for (size_t i = 0; i < b->blocks; i++)
        draw_block(b, &b->block[i]);
    aln_draws_others(b->draws, b->others + b->draws->count.fields);
    const struct aln_draw draw = aln_normals_draw(&b->draws->count, b->others, 0);
    const struct aln_signals of = aln_increment_signals(b->increment, b->fields, &draw);
    for (size_t i = 0; i < b->blocks; i++) {
        const struct input_block *block = &b->block[i];
        for (size_t k = 0; k < K; k++)
            for (size_t a = 0; a < P; a++) {
                block->dz[k * P + a] += share * of.d[k] * block->z[a];
                block->dx[k * P + a] += share * of.d[k] * block->x[a];
            }
    }
    for (size_t k = 0; k < K; k++)
        for (size_t l = 0; l < K; l++)
            b->dd[k * K + l] += share * share * of.d[k] * of.d[l];
    for (size_t o = 0; o < O; o++)
        for (size_t k = 0; k < K; k++)
            b->eg[o * K + k] += share * of.e[o] * of.g[k];
    if (b->p->rule->mirrors)
        aln_increment_mirror(b->increment, &draw, share, b->mirrored);
}

/* Bartlett's factor of a Wishart matrix of N_i - P degrees of freedom, lower triangular. */
static void draw_rest_of_inputs(struct aln_batch_step *b, const struct input_block *block)
{
    const size_t K = b->p->K;
    const uint64_t freedom = block->inputs - b->P;
    memset(b->A, 0, K * K * sizeof *b->A);
    for (size_t k = 0; k < K; k++) {
        const size_t normals = k < freedom ? k : (size_t)freedom;
        if (normals > 0)
            aln_stream_normals(&b->draws->fields, normals, b->A + k * K);
        if (k < freedom)
            b->A[k * K + k] = sqrt(aln_stream_chisq(&b->draws->fields, (double)(freedom - k)));
    }
}

/* gg = (mean of d z^T)(its transpose) + lambda L A A^T L^T with L L^T = dd, factored. */
static void square_gradient(struct aln_batch_step *b, const struct input_block *block)
{
    const size_t K = b->p->K, P = b->P;
    draw_rest_of_inputs(b, block);
    for (size_t k = 0; k < K; k++)
        for (size_t j = 0; j < K; j++) {
            b->V[k * K + j] = 0;
            for (size_t i = j; i < K; i++)
                b->V[k * K + j] += b->LD[k * K + i] * b->A[i * K + j];
        }
    for (size_t k = 0; k < K; k++)
        for (size_t l = 0; l < K; l++) {
            double sum = 0;
            for (size_t j = 0; j < P; j++)
                sum += block->dz[k * P + j] * block->dz[l * P + j];
            for (size_t j = 0; j < K; j++)
                sum += block->variance * b->V[k * K + j] * b->V[l * K + j];
            b->gg[k * K + l] = sum;
        }
}

static void average_batch(struct aln_batch_step *b)
{
    const size_t K = b->p->K, O = b->p->O;
    const uint64_t count = b->p->batch > 0 ? b->p->batch : 1;
    for (size_t i = 0; i < b->blocks; i++) {
        memset(b->block[i].dz, 0, K * b->P * sizeof(double));
        memset(b->block[i].dx, 0, K * b->P * sizeof(double));
    }
    memset(b->dd, 0, K * K * sizeof *b->dd);
    memset(b->eg, 0, O * K * sizeof *b->eg);
    memset(b->mirrored, 0, O * K * sizeof *b->mirrored);
    for (uint64_t n = 0; n < count && !aln_interrupted(); n++)
        add_sample(b, 1 / (double)count);
    for (size_t k = 0; k < K; k++)
        b->scale_d[k] = b->dd[k * (K + 1)];
    aln_semidefinite_factor(K, b->dd, b->scale_d, b->LD, NULL);
}

/* ---- updates ---- */

/* The velocity's overlaps with the old weights (WU), the teacher (SV) and itself (uu). */
static void move_velocity(struct aln_batch_step *b, const struct input_block *block)
{
    const size_t K = b->p->K, M = b->p->M, P = b->P;
    const double beta = b->p->momentum;
    const double *dm = block->dx + K + M; /* of the velocity's fields, with momentum */
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++) {
            b->WU[k * K + l] = beta * block->S[k * K + l] + block->dx[l * P + k];
            block->uu[k * K + l] = beta * beta * block->uu[k * K + l] + b->gg[k * K + l];
        }
        for (size_t l = 0; l < K && beta > 0; l++)
            block->uu[k * K + l] += beta * (dm[k * P + l] + dm[l * P + k]);
        for (size_t m = 0; m < M; m++)
            block->SV[k * M + m] = beta * block->SV[k * M + m] + block->dx[k * P + K + m];
    }
}

static void move_hidden(struct aln_batch_step *b, size_t i, const struct aln_step_rates *rates,
                        const double *now, double *next)
{
    const size_t K = b->p->K, M = b->p->M;
    const struct aln_span *Q = &b->layout.part[ALN_Q], *R = &b->layout.part[ALN_R];
    const struct input_block *block = &b->block[i];
    const double rate = rates->rate[0], keep = rates->keep[0];
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            const size_t j = aln_span_entry(Q, k, l) + i;
            next[j] = rates->keep_Q * now[j] -
                      rates->rate_Q * (b->WU[k * K + l] + b->WU[l * K + k]) +
                      rates->square_Q * block->uu[k * K + l];
        }
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++) {
            const size_t j = aln_span_entry(R, k, m) + i;
            next[j] = keep * now[j] - rate * block->SV[k * M + m];
        }
    for (size_t j = 0; j < K * K; j++)
        block->S[j] = keep * b->WU[j] - rate * block->uu[j];
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
    for (size_t i = 0; i < b->blocks; i++)
        factor_overlaps(b, i, now);
    average_batch(b);
    for (size_t i = 0; i < b->blocks; i++) {
        square_gradient(b, &b->block[i]);
        move_velocity(b, &b->block[i]);
        move_hidden(b, i, rates, now, next);
    }
    for (size_t o = 0; o < b->p->O; o++)
        for (size_t k = 0; k < b->p->K; k++)
            move_readout(b, rates, o, k, now, next);
}

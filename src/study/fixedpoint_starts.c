#include "study/fixedpoint_starts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/fixed.h"
#include "alignode/ode.h"
#include "alignode/random.h"
#include "base/failure.h"
#include "model/params.h"
#include "study/fixedpoint.h"

/* ---- on a trajectory ---- */

/* The recorded states of the run and their speeds.
 * Returned: y (count x size), speed (count) */
static enum aln_status follow(const struct aln_problem *p, const struct aln_params *params,
                              const struct aln_progress *progress, size_t count, const double *t,
                              double *y, double *speed)
{
    size_t size = aln_problem_size(p);
    struct aln_ode *ode = NULL;
    struct aln_fixed *fixed = NULL;
    const struct aln_ode_options options = {.stepper = params->ode.stepper,
                                            .rtol = params->ode.rtol,
                                            .atol = params->ode.atol,
                                            .max_steps = params->ode.max_steps,
                                            .horizon = t[count - 1],
                                            .stop = progress != NULL ? progress->stop : NULL};
    enum aln_status status = aln_ode_create(&ode, p, &options);
    if (status == ALN_OK)
        status = aln_fixed_create(&fixed, p);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        status = aln_ode_advance(ode, t[i]);
        memcpy(y + i * size, aln_ode_state(ode), size * sizeof *y);
        speed[i] = aln_fixed_speed(fixed, y + i * size);
    }
    aln_fixed_free(fixed);
    aln_ode_free(ode);
    return status;
}

/* Keeps the local minima of the speed. */
static void keep_slow(struct aln_fixed_starts *s, size_t count, const double *speed)
{
    size_t size = aln_problem_size(s->p);
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && speed[i - 1] < speed[i]) || (i + 1 < count && speed[i + 1] <= speed[i]))
            continue;
        s->t[s->count] = s->t[i];
        memmove(s->y + s->count * size, s->y + i * size, size * sizeof *s->y);
        s->count++;
    }
}

enum aln_status aln_fixed_starts_open(struct aln_fixed_starts *out, const struct aln_problem *p,
                                      const struct aln_params *params,
                                      const struct aln_progress *progress)
{
    *out = (struct aln_fixed_starts){.p = p};
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(params);
    if (own->starts == ALN_STARTS_RANDOM) {
        out->count = own->count;
        return ALN_OK;
    }
    size_t count = 0, size = aln_problem_size(p);
    enum aln_status status = aln_params_times(params, 0, &count, &out->t);
    if (status != ALN_OK)
        return status;
    double *speed = malloc(count * sizeof *speed);
    out->y = malloc(count * size * sizeof *out->y);
    if (speed == NULL || out->y == NULL)
        status = aln_raise_memory("%zu states", count);
    if (status == ALN_OK)
        status = follow(p, params, progress, count, out->t, out->y, speed);
    if (status == ALN_OK)
        keep_slow(out, count, speed);
    free(speed);
    return status;
}

void aln_fixed_starts_close(struct aln_fixed_starts *s)
{
    free(s->t);
    free(s->y);
}

/* ---- random ---- */

/* Q and R of W1 = A V1 + B in block i of the inputs, where A (K x M) has deviation 1/sqrt(M) and the
 * rows of B, in K dimensions orthogonal to the teacher's vectors, are on average half as long as
 * those. */
static void draw_overlaps(const struct aln_problem *p, size_t i, struct aln_stream *stream,
                          double *A, double *y)
{
    size_t K = p->K, M = p->M;
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *at_Q = &layout.part[ALN_Q], *at_R = &layout.part[ALN_R];
    const double *T = aln_problem_block_T(p, i);
    double *B = A + K * M, *R = B + K * K, trace = 0;
    for (size_t m = 0; m < M; m++)
        trace += T[m * M + m];
    aln_stream_normals(stream, K * M + K * K, A);
    for (size_t j = 0; j < K * M + K * K; j++)
        A[j] *= j < K * M ? 1 / sqrt((double)M) : 0.5 * sqrt(trace / (double)(M * K));
    for (size_t k = 0; k < K; k++) {
        for (size_t m = 0; m < M; m++) {
            double sum = 0;
            for (size_t n = 0; n < M; n++)
                sum += A[k * M + n] * T[n * M + m];
            R[k * M + m] = y[aln_span_entry(at_R, k, m) + i] = sum;
        }
    }
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++) {
            double sum = 0;
            for (size_t m = 0; m < M; m++)
                sum += A[k * M + m] * R[l * M + m];
            for (size_t j = 0; j < K; j++)
                sum += B[k * K + j] * B[l * K + j];
            y[aln_span_entry(at_Q, k, l) + i] = sum;
        }
    }
}

static enum aln_status draw_start(const struct aln_problem *p, size_t i, double *y)
{
    size_t at_W2 = aln_state_at(p, ALN_W2), at_F = aln_state_at(p, ALN_F);
    double square = 0, *A = malloc(p->K * (2 * p->M + p->K) * sizeof *A);
    struct aln_stream stream;
    if (A == NULL)
        return aln_raise_memory("a start of %zu units", p->K);
    memcpy(y, p->start, aln_problem_size(p) * sizeof *y);
    aln_stream_init(&stream, p->seed, "fixed points", i);
    if (p->rule->route != ALN_NOWHERE && (p->eta[0] != 0 || p->kappa[0] != 0))
        for (size_t b = 0; b < aln_problem_blocks(p); b++)
            draw_overlaps(p, b, &stream, A, y);
    free(A);
    if (p->eta[1] == 0 && p->kappa[1] == 0)
        return ALN_OK;
    for (size_t m = 0; m < p->O * p->M; m++)
        square += p->V2[m] * p->V2[m];
    aln_stream_normals(&stream, at_F - at_W2, y + at_W2);
    for (size_t j = at_W2; j < at_F; j++)
        y[j] *= sqrt(square / (double)(p->O * p->M));
    return ALN_OK;
}

enum aln_status aln_fixed_start(const struct aln_fixed_starts *s, size_t i, double *y, double *t)
{
    size_t size = aln_problem_size(s->p);
    *t = s->t != NULL ? s->t[i] : NAN;
    if (s->t == NULL)
        return draw_start(s->p, i, y);
    memcpy(y, s->y + i * size, size * sizeof *y);
    return ALN_OK;
}

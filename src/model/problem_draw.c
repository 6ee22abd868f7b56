/* Creates a problem from parameters: given values are copied, the others drawn, each from its own
 * stream. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/problem.h"
#include "alignode/random.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/bartlett.h"
#include "model/params_table.h"
#include "model/semidefinite.h"

/* Draws the overlaps of random teacher and student weights: T, and Q and R of the state. */
static enum aln_status draw_overlaps(const struct aln_params *params, const struct aln_problem *p,
                                     double *T, double *state)
{
    const size_t K = p->K, M = params->problem.teacher.units, P = K + M;
    double N = (double)p->N;
    double student = params->problem.student.weights.number;
    double teacher = params->problem.teacher.weights.number;
    double *A = calloc(M * M + K * P, sizeof *A); /* teacher's factor, student's factor */
    if (A == NULL)
        return aln_raise_memory("the start of %zu units", P);
    double *B = A + M * M;
    struct aln_stream stream;
    aln_stream_init(&stream, p->seed, "teacher", 0);
    if (params->problem.teacher.weights.fill == ALN_FILL_ORTHONORMAL) {
        teacher = 1;
        for (size_t m = 0; m < M; m++)
            A[m * M + m] = sqrt(N);
    } else {
        aln_bartlett_draw(&stream, p->N, 0, M, A);
    }
    aln_stream_init(&stream, p->seed, "student", 0);
    aln_bartlett_draw(&stream, p->N, M, K, B);
    for (size_t m = 0; m < M; m++) {
        for (size_t n = 0; n < M; n++) {
            double sum = 0;
            for (size_t j = 0; j < M; j++)
                sum += A[m * M + j] * A[n * M + j];
            T[m * p->M + n] = teacher * teacher * sum / N;
        }
        if (params->problem.teacher.weights.fill == ALN_FILL_ORTHONORMAL)
            T[m * p->M + m] = 1;
    }
    aln_bartlett_student(p, M, student, teacher, A, B, state);
    free(A);
    return aln_interrupted() ? aln_raise(ALN_STOPPED, "stopped") : ALN_OK;
}

/* The means of drawn Q and R in the place of the drawn ones. */
static void put_means(const struct aln_problem *p, double student, double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q], *R = &layout.part[ALN_R];
    memset(state + Q->at, 0, Q->count * sizeof *state);
    memset(state + R->at, 0, R->count * sizeof *state);
    for (size_t k = 0; k < p->K; k++)
        state[aln_state_entry(p, ALN_Q, k, k)] = student * student;
}

static void copy_matrix(const struct aln_matrix *matrix, double *out)
{
    memcpy(out, matrix->a, matrix->rows * matrix->cols * sizeof *out);
}

/* The parts whose start can be given as parameters. */
static const struct {
    enum aln_state_part part;
    size_t matrix; /* offset of the struct aln_matrix */
} given_starts[] = {
    {ALN_Q, offsetof(struct aln_params, problem.overlaps.Q)},
    {ALN_R, offsetof(struct aln_params, problem.overlaps.R)},
    {ALN_W2, offsetof(struct aln_params, problem.overlaps.W2)},
};

/* Copies a matrix to the first rows and columns of its part. */
static void put_entries(const struct aln_problem *p, enum aln_state_part part,
                        const struct aln_matrix *matrix, double *state)
{
    const struct aln_span span = aln_state_layout(p).part[part];
    for (size_t i = 0; i < matrix->rows; i++)
        for (size_t j = 0; j < matrix->cols; j++)
            if (!span.symmetric || i <= j)
                state[aln_span_entry(&span, i, j)] = matrix->a[i * matrix->cols + j];
}

/* Copies problem.overlaps to T and the state. */
static void copy_overlaps(const struct aln_params *params, const struct aln_problem *p, double *T,
                          double *state)
{
    for (size_t i = 0; i < sizeof given_starts / sizeof given_starts[0]; i++) {
        const void *place = (const char *)params + given_starts[i].matrix;
        const struct aln_matrix *matrix = place;
        put_entries(p, given_starts[i].part, matrix, state);
    }
    const struct aln_matrix *given = &params->problem.overlaps.T;
    for (size_t m = 0; m < given->rows; m++)
        memcpy(T + m * p->M, given->a + m * given->cols, given->cols * sizeof *T);
}

/* ---- feedback that is an overlap ---- */

/* C = L L^T of the fields but for the last O of the teacher. */
static void factor_fields(const struct aln_problem *p, const double *state, size_t P, double *C,
                          double *scale, double *L)
{
    const struct aln_layout layout = aln_state_layout(p);
    const size_t all = p->K + p->M;
    aln_state_covariance(&layout, state, p->T, C);
    for (size_t a = 0; a < P; a++)
        memmove(C + a * P, C + a * all, P * sizeof *C);
    for (size_t a = 0; a < P; a++)
        scale[a] = C[a * (P + 1)];
    aln_semidefinite_factor(P, C, scale, L, NULL);
}

/* Draws the overlaps of Phi, N x O, with the vectors of the other fields and with itself. Phi has
 * normal coordinates along the orthonormal vectors that L refers to. */
static enum aln_status draw_phi(const struct aln_params *params, const struct aln_problem *p,
                                double *T, double *state)
{
    const size_t K = p->K, O = p->O, M = p->M - O, P = K + M, all = P + O, width = P + O;
    const double std = params->learning.feedback.std, N = (double)p->N;
    double *C = calloc(all * all + P + P * P + O * width, sizeof *C);
    if (C == NULL)
        return aln_raise_memory("the feedback of %zu units", K);
    double *L = C + all * all, *scale = L + P * P, *A = scale + P;
    struct aln_stream stream;
    aln_stream_init(&stream, p->seed, "feedback", 0);
    factor_fields(p, state, P, C, scale, L);
    aln_bartlett_draw(&stream, p->N, P, O, A);
    for (size_t o = 0; o < O; o++) {
        for (size_t a = 0; a < P; a++) {
            double sum = 0;
            for (size_t j = 0; j < P; j++)
                sum += L[a * P + j] * A[o * width + j];
            sum *= std / sqrt(N);
            if (a < K)
                state[aln_state_entry(p, ALN_R, a, M + o)] = sum;
            else
                T[(a - K) * p->M + M + o] = T[(M + o) * p->M + a - K] = sum;
        }
        for (size_t q = 0; q < O; q++) {
            double sum = 0;
            for (size_t j = 0; j < width; j++)
                sum += A[o * width + j] * A[q * width + j];
            T[(M + o) * p->M + M + q] = std * std * sum / N;
        }
    }
    free(C);
    return ALN_OK;
}

/* Phi of large N, orthogonal to the teacher, of which the feedback at the start is given. */
static void put_phi(const struct aln_params *params, const struct aln_problem *p, double *T,
                    double *state)
{
    const double std = params->learning.feedback.std;
    const size_t M = p->M - p->O;
    for (size_t k = 0; k < p->K; k++)
        for (size_t o = 0; o < p->O; o++)
            state[aln_state_entry(p, ALN_R, k, M + o)] =
                params->learning.feedback.matrix.a[k * p->O + o];
    for (size_t m = M; m < p->M; m++)
        T[m * (p->M + 1)] = std * std;
}

/* The overlaps with Phi, and F1, which is a part of them. */
static enum aln_status fill_phi(const struct aln_params *params, const struct aln_problem *p,
                                double *T, double *state, double *F1)
{
    enum aln_status status = ALN_OK;
    if (params->learning.feedback.matrix.a == NULL)
        status = draw_phi(params, p, T, state);
    else
        put_phi(params, p, T, state);
    if (status == ALN_OK && params->learning.feedback.matrix.a != NULL)
        status = aln_params_check_phi(params, p, state);
    for (size_t i = 0; i < p->K * p->O; i++)
        F1[i] = state[aln_state_entry(p, ALN_R, i / p->O, p->M - p->O + i % p->O)];
    return status;
}

/* The Cholesky factor of the targets' covariance.
 * Returned: V2 (2 x M), zero before the call */
static void fill_targets(const struct aln_entries *entries, size_t M, double *V2)
{
    double correlation = 1 - entries->beta;
    V2[0] = 1;
    V2[M] = entries->alpha * correlation;
    V2[M + 1] = entries->alpha * sqrt(entries->beta * (2 - entries->beta));
}

/* A read-out (count entries) as given or drawn from the stream `name`. */
static void fill_readout(const struct aln_entries *entries, uint64_t seed, const char *name,
                         size_t count, double *out)
{
    if (entries->fill == ALN_FILL_MATRIX) {
        copy_matrix(&entries->matrix, out);
        return;
    }
    if (entries->fill == ALN_FILL_STD) {
        struct aln_stream stream;
        aln_stream_init(&stream, seed, name, 0);
        aln_stream_normals(&stream, count, out);
    }
    for (size_t i = 0; i < count; i++)
        out[i] = entries->fill == ALN_FILL_STD ? entries->number * out[i] : entries->number;
}

static void fill_feedback(const struct aln_params *params, size_t count, double *F1)
{
    double std = params->learning.feedback.std;
    if (params->learning.feedback.matrix.a != NULL) {
        copy_matrix(&params->learning.feedback.matrix, F1);
        return;
    }
    struct aln_stream stream;
    aln_stream_init(&stream, params->run.seed, "feedback", 0);
    const struct aln_distribution_row *law =
        aln_distribution_row(params->learning.feedback.distribution);
    law->draw(&stream, count, F1);
    for (size_t i = 0; i < count; i++)
        F1[i] = law->to_unit * F1[i] * std;
}

/* Rows of `cols` numbers become rows of `width`, the new ones 0. */
static void widen_rows(size_t rows, size_t cols, size_t width, double *a)
{
    for (size_t i = rows; i-- > 0 && width > cols;) {
        memmove(a + i * width, a + i * cols, cols * sizeof *a);
        memset(a + i * width + cols, 0, (width - cols) * sizeof *a);
    }
}

static double given_or_zero(double x)
{
    return isnan(x) ? 0 : x;
}

enum aln_status aln_problem_create(struct aln_problem **out, const struct aln_params *params)
{
    enum aln_status status = ALN_OK;
    const bool adapts = params->learning.rule->adapts;
    const size_t K = params->problem.student.units, O = params->problem.outputs,
                 visible = params->problem.teacher.units, M = visible + (adapts ? O : 0);
    struct aln_problem shape = {.K = K, .M = M, .O = O, .rule = params->learning.rule};
    size_t size = aln_problem_size(&shape), schedule = params->learning.schedule_count;
    *out = NULL;
    struct aln_problem *p = calloc(1, sizeof *p + schedule * sizeof(struct aln_rates) +
                                          (size + M * M + O * M + K * O) * sizeof(double));
    if (p == NULL)
        return aln_raise_memory("a problem of %zu + %zu units", K, M);
    struct aln_rates *rates = (struct aln_rates *)(p + 1);
    double *state = (double *)(rates + schedule), *T = state + size, *V2 = T + M * M;
    double *F1 = V2 + O * M;
    *p = (struct aln_problem){
        .K = K,
        .M = M,
        .O = O,
        .N = params->problem.inputs,
        .activation = params->problem.activation,
        .rule = params->learning.rule,
        .sigma = params->problem.noise,
        .eta = {params->learning.rate[0], params->learning.rate[1]},
        .kappa = {params->learning.decay[0], params->learning.decay[1]},
        .feedback_rate = params->learning.feedback.rate,
        .feedback_decay = params->learning.feedback.decay,
        .feedback_noise = given_or_zero(params->learning.feedback.noise),
        .symmetry = given_or_zero(params->learning.feedback.symmetry),
        .batch = params->learning.batch,
        .momentum = given_or_zero(params->learning.momentum),
        .first_order = !params->ode.second_order,
        .seed = params->run.seed,
        .drawn_weights = params->run.drawn_starts ? params->problem.student.weights.number : 0,
        .T = T,
        .V2 = V2,
        .F1 = F1,
        .start = state,
        .schedule = rates,
        .schedule_count = schedule,
    };
    if (schedule > 0)
        memcpy(rates, params->learning.schedule, schedule * sizeof *rates);
    if (params->problem.teacher.readout.fill == ALN_FILL_TARGETS)
        fill_targets(&params->problem.teacher.readout, visible, V2);
    else
        fill_readout(&params->problem.teacher.readout, p->seed, "teacher read-out", O * visible,
                     V2);
    widen_rows(O, visible, M, V2);
    if (!adapts)
        fill_feedback(params, K * O, F1);
    if (params->problem.overlaps.Q.a != NULL) {
        copy_overlaps(params, p, T, state);
    } else {
        fill_readout(&params->problem.student.readout, p->seed, "student read-out", O * K,
                     state + aln_state_at(p, ALN_W2));
        status = draw_overlaps(params, p, T, state);
        if (params->run.drawn_starts)
            put_means(p, params->problem.student.weights.number, state);
    }
    if (status == ALN_OK && adapts)
        status = fill_phi(params, p, T, state, F1);
    if (aln_state_count(p, ALN_F) > 0)
        aln_state_pack(p, ALN_F, F1, state);
    if (status == ALN_OK)
        *out = p;
    else
        aln_problem_free(p);
    return status;
}

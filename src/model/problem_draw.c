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

/* The share of block i of the inputs. */
static double share_of(const struct aln_problem *p, size_t i)
{
    return p->spectrum != NULL ? p->spectrum->share[i] : 1;
}

/* T where it is known: the identity, or that of similar tasks.
 * Returned: T (M x M), of diagonal 1; false: it is drawn */
static bool find_T(const struct aln_params *params, double *T)
{
    const size_t M = params->problem.teacher.units;
    if (params->problem.tasks_count > 0 && !isnan(params->problem.similarity)) {
        aln_tasks_similar(params, T);
        return true;
    }
    for (size_t m = 0; m < M; m++)
        T[m * (M + 1)] = 1;
    return params->problem.teacher.weights.fill == ALN_FILL_ORTHONORMAL;
}

/* Room for the start of a block; M teacher and K student units. */
struct draw_room {
    double *A;            /* M x M: coordinates of the teacher's vectors */
    double *B;            /* K x (M + K): of the student's */
    double *T;            /* M x M: if it is known */
    double *work, *scale; /* M x M, M */
    bool known;
};

/* Coordinates of teacher vectors whose T is known. */
static void place_teacher(size_t M, double length, const struct draw_room *room)
{
    memcpy(room->work, room->T, M * M * sizeof *room->work);
    for (size_t m = 0; m < M; m++)
        room->scale[m] = 1;
    aln_semidefinite_factor(M, room->work, room->scale, room->A, NULL);
    for (size_t i = 0; i < M * M; i++)
        room->A[i] *= length;
}

/* Draws the overlaps of random teacher and student weights in block i of the inputs: T, and Q and R
 * of the state.
 * Given: teacher  standard deviation of the teacher's entries */
static void draw_block(const struct aln_params *params, const struct aln_problem *p, size_t i,
                       double teacher, const struct draw_room *room, double *T, double *state)
{
    const size_t K = p->K, M = params->problem.teacher.units;
    const uint64_t inputs = aln_problem_block_inputs(p, i);
    const double N = (double)p->N, student = params->problem.student.weights.number;
    double *A = room->A;
    struct aln_stream stream;
    aln_stream_init(&stream, p->seed, "teacher", i);
    if (room->known)
        place_teacher(M, sqrt((double)inputs), room);
    else
        aln_bartlett_draw(&stream, inputs, 0, M, A);
    aln_stream_init(&stream, p->seed, "student", i);
    aln_bartlett_draw(&stream, inputs, M, K, room->B);
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < M; n++) {
            double sum = 0;
            for (size_t j = 0; j < M; j++)
                sum += A[m * M + j] * A[n * M + j];
            T[m * p->M + n] = room->known ? teacher * teacher * share_of(p, i) * room->T[m * M + n]
                                          : teacher * teacher * sum / N;
        }
    aln_bartlett_student(p, i, M, student, teacher, A, room->B, state);
}

/* Draws T, of each block, and Q and R of the state.
 * Given: block  NULL without a spectrum */
static enum aln_status draw_overlaps(const struct aln_params *params, const struct aln_problem *p,
                                     const struct aln_block *block, double *T, double *state)
{
    const size_t K = p->K, M = params->problem.teacher.units, P = K + M;
    double *A = calloc(3 * M * M + M + K * P, sizeof *A);
    if (A == NULL)
        return aln_raise_memory("the start of %zu units", P);
    struct draw_room room = {.A = A, .B = A + M * M};
    room.T = room.B + K * P;
    room.work = room.T + M * M;
    room.scale = room.work + M * M;
    room.known = find_T(params, room.T);
    for (size_t i = 0; i < aln_problem_blocks(p); i++) {
        double teacher = room.known ? 1 : params->problem.teacher.weights.number;
        if (block != NULL && block[i].share > 0)
            teacher *= sqrt(block[i].latent_share / block[i].share);
        draw_block(params, p, i, teacher, &room, T + i * p->M * p->M, state);
    }
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

/* Copies problem.overlaps.blocks to T^i and the state, and the read-out. */
static void copy_blocks(const struct aln_params *params, const struct aln_problem *p, double *T,
                        double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q], *R = &layout.part[ALN_R];
    const size_t K = p->K, M = p->M;
    put_entries(p, ALN_W2, &params->problem.overlaps.W2, state);
    for (size_t i = 0; i < params->problem.overlaps.blocks_count; i++) {
        const struct aln_block_start *start = &params->problem.overlaps.blocks[i];
        for (size_t k = 0; k < K; k++) {
            for (size_t l = k; l < K; l++)
                state[aln_span_entry(Q, k, l) + i] = start->Q.a[k * K + l];
            for (size_t m = 0; m < M; m++)
                state[aln_span_entry(R, k, m) + i] = start->R.a[k * M + m];
        }
        memcpy(T + i * M * M, start->T.a, M * M * sizeof *T);
    }
}

/* ---- the spectrum ---- */

/* Room for a spectrum, before the state. */
struct spectrum_room {
    struct aln_block *block; /* [L] */
    double *column[4];       /* [L]: share, variance, signal, latent */
    double *T;               /* L x M x M */
};

/* Doubles in it. */
static size_t spectrum_size(size_t L, size_t M)
{
    return L * (sizeof(struct aln_block) / sizeof(double) + 4 + M * M);
}

static struct spectrum_room divide_room(double *store, size_t L)
{
    struct spectrum_room room = {.block = (struct aln_block *)store};
    double *next = store + L * sizeof(struct aln_block) / sizeof(double);
    for (size_t n = 0; n < 4; n++)
        room.column[n] = next + n * L;
    room.T = next + 4 * L;
    return room;
}

static struct aln_spectrum fill_spectrum(const struct aln_params *params,
                                         const struct spectrum_room *room)
{
    const size_t L = aln_spectrum_blocks(&params->problem.spectrum);
    aln_spectrum_make(&params->problem.spectrum, params->problem.inputs, room->block);
    for (size_t i = 0; i < L; i++) {
        room->column[0][i] = room->block[i].share;
        room->column[1][i] = room->block[i].variance;
        room->column[2][i] = room->block[i].signal;
        room->column[3][i] = room->block[i].latent;
    }
    return (struct aln_spectrum){.count = L,
                                 .share = room->column[0],
                                 .variance = room->column[1],
                                 .signal = room->column[2],
                                 .latent = room->column[3],
                                 .T = room->T,
                                 .fold = params->problem.spectrum.fold,
                                 .latents = params->problem.spectrum.latents};
}

/* T = sum_i tau_i T^i */
static void sum_T(const struct aln_problem *p, double *T)
{
    const size_t size = p->M * p->M;
    memset(T, 0, size * sizeof *T);
    for (size_t i = 0; i < p->spectrum->count; i++)
        for (size_t j = 0; j < size; j++)
            T[j] += p->spectrum->latent[i] * p->spectrum->T[i * size + j];
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

static void draw_feedback(const struct aln_params *params, size_t count, double *F1)
{
    double std = params->learning.feedback.std;
    struct aln_stream stream;
    aln_stream_init(&stream, params->run.seed, "feedback", 0);
    const struct aln_distribution_row *law =
        aln_distribution_row(params->learning.feedback.distribution);
    law->draw(&stream, count, F1);
    for (size_t i = 0; i < count; i++)
        F1[i] = law->to_unit * F1[i] * std;
}

/* F1 (K x O) as given or drawn, with the same columns for every task where they are shared. */
static void fill_feedback(const struct aln_params *params, size_t K, size_t O, double *F1)
{
    const size_t columns = aln_params_feedback_columns(params);
    if (params->learning.feedback.matrix.a != NULL)
        copy_matrix(&params->learning.feedback.matrix, F1);
    else
        draw_feedback(params, K * columns, F1);
    for (size_t k = K; k-- > 0 && columns < O;)
        for (size_t o = O; o-- > 0;)
            F1[k * O + o] = F1[k * columns + o % columns];
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
    const size_t K = params->problem.student.units, O = aln_params_rows(params),
                 visible = params->problem.teacher.units, M = visible + (adapts ? O : 0);
    const size_t L = aln_spectrum_blocks(&params->problem.spectrum);
    const struct aln_spectrum blocks = {.count = L};
    struct aln_problem shape = {
        .K = K, .M = M, .O = O, .rule = params->learning.rule, .spectrum = L > 0 ? &blocks : NULL};
    size_t size = aln_problem_size(&shape), schedule = params->learning.schedule_count;
    *out = NULL;
    struct aln_problem *p =
        calloc(1, sizeof *p + sizeof(struct aln_spectrum) + schedule * sizeof(struct aln_rates) +
                      (spectrum_size(L, M) + size + M * M + O * M + K * O) * sizeof(double) +
                      aln_tasks_size(params, M));
    if (p == NULL)
        return aln_raise_memory("a problem of %zu + %zu units", K, M);
    struct aln_spectrum *spectrum = (struct aln_spectrum *)(p + 1);
    struct aln_rates *rates = (struct aln_rates *)(spectrum + 1);
    const struct spectrum_room room = divide_room((double *)(rates + schedule), L);
    double *state = room.T + L * M * M, *T = state + size, *V2 = T + M * M;
    double *F1 = V2 + O * M, *drawn_T = L > 0 ? room.T : T;
    if (L > 0)
        *spectrum = fill_spectrum(params, &room);
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
        .samples = given_or_zero(params->problem.samples),
        .threshold = params->learning.feedback.threshold,
        .batch = params->learning.batch,
        .momentum = given_or_zero(params->learning.momentum),
        .single = aln_params_single(params),
        .first_order = !params->ode.second_order,
        .points = aln_params_cubature(params),
        .seed = params->run.seed,
        .drawn_weights = params->run.drawn_starts ? params->problem.student.weights.number : 0,
        .spectrum = L > 0 ? spectrum : NULL,
        .T = T,
        .V2 = V2,
        .F1 = F1,
        .start = state,
        .schedule = rates,
        .schedule_count = schedule,
    };
    if (schedule > 0)
        memcpy(rates, params->learning.schedule, schedule * sizeof *rates);
    const bool targets = params->problem.teacher.readout.fill == ALN_FILL_TARGETS;
    if (targets && params->problem.tasks_count == 0)
        fill_targets(&params->problem.teacher.readout, visible, V2);
    else if (params->problem.tasks_count == 0)
        fill_readout(&params->problem.teacher.readout, p->seed, "teacher read-out", O * visible,
                     V2);
    widen_rows(O, visible, M, V2);
    aln_tasks_fill(params, F1 + K * O, p);
    if (!adapts)
        fill_feedback(params, K, O, F1);
    if (params->problem.overlaps.Q.a != NULL) {
        copy_overlaps(params, p, T, state);
    } else if (params->problem.overlaps.blocks != NULL) {
        copy_blocks(params, p, drawn_T, state);
    } else {
        fill_readout(&params->problem.student.readout, p->seed, "student read-out", O * K,
                     state + aln_state_at(p, ALN_W2));
        status = draw_overlaps(params, p, L > 0 ? room.block : NULL, drawn_T, state);
        if (params->run.drawn_starts)
            put_means(p, params->problem.student.weights.number, state);
    }
    if (L > 0)
        sum_T(p, T);
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

/* Vectors are of doubles or, in single precision, of floats; the kernel knows which.
 *
 * A step reads every weight once. The update of W1 is deferred to the next step: there a chunk
 * of each row, small enough for the L1 cache, is updated and immediately multiplied by the new
 * inputs. */
#include "alignode/sgd.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/semidefinite.h"
#include "simulate/inputs.h"
#include "simulate/kernel.h"
#include "simulate/sample.h"
#include "simulate/sample_set.h"
#include "simulate/steps.h"

enum { CHUNK = ALN_INPUTS_CHUNK }; /* a multiple of the numbers in a line */

struct aln_sgd {
    const struct aln_problem *p;
    uint64_t step;
    struct aln_inputs in;
    struct aln_steps steps;
    struct aln_sample sample;
    struct aln_sample_set set; /* fixed samples; count == 0: every step has fresh ones */
    const struct aln_kernel *kernel;
    size_t N, stride; /* components of a vector with its padding, which is zero */
    bool pending;     /* W1 still lacks the update by x, c and keep */
    double keep;      /* 1 - kappa1/N */
    double *c;        /* [K] eta1 d / sqrt(N) */
    void *x, *x_next; /* [stride] inputs */
    void *W;          /* (K + M) x stride: W1, then V1 */
    /* The same in the coordinates of the blocks, of which overlaps are made: W itself, or of inputs on
     * a hidden manifold its own, in which only V1 is kept up to date. */
    void *B; /* (K + M) x B_stride */
    size_t B_stride;
    double *now, *next; /* states; their overlaps are valid only after aln_sgd_state() */
    double *fields;     /* [K + M] */
    size_t batch;       /* B; 0: single fresh samples without momentum */
    void *inputs;       /* B x stride, of a batch of fresh samples */
    double *signals;    /* B x K, their eta1 d / (B sqrt(N)), or without eta1 for a velocity */
    void *velocity;     /* K x stride, with momentum */
};

static size_t lines(size_t count)
{
    return (count + 7) / 8 * 8; /* whole 64-byte lines of doubles */
}

static size_t chunk_length(size_t begin, size_t end)
{
    return end - begin < CHUNK ? end - begin : CHUNK;
}

/* Number i of a vector. */
static void *at(const struct aln_sgd *s, void *x, size_t i)
{
    return (char *)x + i * s->kernel->bytes;
}

/* sum[a] = B_a . x over all K + M rows and the components from begin to end, in the same chunks as
 * the steps. */
static void project(const struct aln_sgd *s, size_t begin, size_t end, void *x, double *sum)
{
    const size_t P = s->p->K + s->p->M;
    memset(sum, 0, P * sizeof *sum);
    for (size_t i = begin; i < end; i += CHUNK)
        s->kernel->overlap(P, chunk_length(i, end), at(s, s->B, i), s->B_stride, at(s, x, i), sum);
}

/* The components of a vector in a block: of the last one on a manifold, those of the whole input. */
static size_t block_size(const struct aln_sgd *s, size_t block)
{
    return s->in.folded && block + 1 == s->in.blocks
               ? s->N
               : (size_t)aln_problem_block_inputs(s->p, block);
}

/* ---- start ---- */

/* Fills the rows of B, in one block, with orthonormal random vectors: Gram-Schmidt, twice for full
 * precision. */
static void draw_frame(struct aln_sgd *s, size_t block, double *work)
{
    const size_t P = s->p->K + s->p->M, begin = s->in.begin[block], end = s->in.begin[block + 1],
                 N = block_size(s, block);
    double *B = s->B;
    struct aln_stream stream;
    aln_stream_init(&stream, s->p->seed, "frame", block);
    for (size_t a = 0; a < P && !aln_interrupted(); a++) {
        double *row = B + a * s->B_stride;
        aln_stream_normals(&stream, N, row + begin);
        if (s->in.folded && block + 1 == s->in.blocks)
            aln_features_leave_rest(&s->in.features, row + begin);
        for (int pass = 0; pass < 2; pass++) {
            project(s, begin, end, row, work);
            for (size_t b = 0; b < a; b++)
                s->kernel->update(1, end - begin, 1, &work[b], B + b * s->B_stride + begin,
                                  row + begin, s->B_stride);
            project(s, begin, end, row, work);
            double norm = sqrt(work[a]);
            for (size_t i = begin; i < begin + N; i++)
                row[i] /= norm;
        }
    }
}

/* Turns this frame into weights with the overlaps of the state now, W = sqrt(N) L frame.
 * Given: work  2 P P + 2 P */
static void build_weights(struct aln_sgd *s, size_t block, double *work)
{
    const struct aln_problem *p = s->p;
    const size_t P = p->K + p->M, begin = s->in.begin[block], end = begin + block_size(s, block);
    double *B = s->B, *G = work, *L = G + P * P, *scale = L + P * P, *column = scale + P;
    draw_frame(s, block, column);
    aln_problem_block_overlaps(p, s->now, block, G);
    for (size_t a = 0; a < P; a++)
        scale[a] = G[a * P + a];
    aln_semidefinite_factor(P, G, scale, L, NULL);
    for (size_t i = 0; i < P * P; i++)
        L[i] *= sqrt((double)s->N);
    for (size_t i = begin; i < end && !aln_interrupted(); i++) {
        for (size_t a = 0; a < P; a++)
            column[a] = B[a * s->B_stride + i];
        for (size_t a = 0; a < P; a++) {
            double sum = 0;
            for (size_t b = 0; b < P; b++)
                sum += L[a * P + b] * column[b];
            B[a * s->B_stride + i] = sum;
        }
    }
}

/* Builds the weights in double precision and rounds them if they are single.
 * Given: work  as above */
static enum aln_status start_weights(struct aln_sgd *s, double *work)
{
    const struct aln_kernel *kernel = s->kernel;
    const size_t P = s->p->K + s->p->M, length = P * s->B_stride;
    float *rounded = s->B;
    double *exact = NULL;
    if (s->p->single) {
        s->B = exact = aligned_alloc(64, length * sizeof *exact);
        if (exact == NULL)
            return aln_raise_memory("the start of sgd with N = %" PRIu64 " inputs", s->p->N);
        memset(exact, 0, length * sizeof *exact);
        s->kernel = &aln_kernels[aln_isa_best()];
    }
    for (size_t i = 0; i < s->in.blocks; i++)
        build_weights(s, i, work);
    for (size_t i = 0; i < length && exact != NULL; i++)
        rounded[i] = (float)exact[i];
    if (exact != NULL)
        s->B = rounded;
    s->kernel = kernel;
    free(exact);
    return ALN_OK;
}

/* Of a fixed set. */
static size_t samples_of_step(const struct aln_problem *p)
{
    return (size_t)(p->batch > 0 ? p->batch : aln_problem_samples(p));
}

/* Draws the fixed set, once the weights are there. */
static enum aln_status open_set(struct aln_sgd *s, uint64_t repeat)
{
    const size_t K = s->p->K, M = s->p->M;
    enum aln_status status = aln_sample_set_open(&s->set, s->p, repeat, &s->in, &s->sample.noise);
    for (size_t n = 0; n < s->set.count && status == ALN_OK; n++) {
        project(s, 0, s->stride, s->set.x + n * s->stride, s->fields);
        for (size_t m = 0; m < M; m++)
            s->set.teacher[n * M + m] = s->fields[K + m] / sqrt((double)s->N);
    }
    return status;
}

/* W of inputs on a manifold from its blocks. */
static void leave_blocks(struct aln_sgd *s)
{
    const size_t K = s->p->K, P = K + s->p->M;
    for (size_t a = 0; a < P && s->in.folded; a++)
        (a < K ? aln_features_to_inputs : aln_features_to_latents)(
            &s->in.features, at(s, s->B, a * s->B_stride), at(s, s->W, a * s->stride));
}

/* Begins the turns whose events have occurred. The state is computed only while one waits for them. */
static void look(struct aln_sgd *s)
{
    if (aln_steps_wait(&s->steps, s->step))
        aln_steps_look(&s->steps, s->step, aln_sgd_state(s));
}

enum aln_status aln_sgd_create(struct aln_sgd **out, const struct aln_problem *p, uint64_t repeat)
{
    *out = NULL;
    enum aln_status status = aln_problem_check(p);
    if (status != ALN_OK)
        return status;
    const size_t K = p->K, M = p->M, P = K + M;
    for (size_t i = 0; i < aln_problem_blocks(p); i++)
        if (aln_problem_block_inputs(p, i) < P)
            return aln_raise(ALN_USAGE, "sgd: N = %" PRIu64 " inputs%s are fewer than K + M = %zu",
                             aln_problem_block_inputs(p, i),
                             p->spectrum != NULL ? " of a block" : "", P);
    const size_t head = lines((sizeof(struct aln_sgd) + 7) / 8), work = 2 * P * P + 2 * P;
    const size_t size = aln_problem_size(p);
    const bool moves = p->momentum > 0;
    const bool fixed = p->samples > 0;
    const size_t B = fixed                   ? samples_of_step(p)
                     : p->batch > 1 || moves ? (size_t)aln_problem_batch(p)
                                             : 0,
                 drawn = fixed ? 0 : B, rows = P + 2 + drawn + (moves ? K : 0);
    size_t others = 0 /* of B */, bytes = 0;
    const size_t small[] = {K, size, size, P, aln_sample_size(p), work, B * K};
    enum { ARRAYS = sizeof small / sizeof small[0] };
    size_t total = head;
    for (size_t i = 0; i < ARRAYS; i++)
        total += lines(small[i]);
    double *store = NULL;
    struct aln_inputs in = {.N = 0};
    const struct aln_kernel *kernel =
        &(p->single ? aln_kernels_single : aln_kernels)[aln_isa_best()];
    const size_t padding = kernel->lanes * aln_problem_blocks(p); /* at most */
    const bool fits = p->N < (SIZE_MAX / 64 - total) / rows - padding;
    if (fits)
        status = aln_inputs_open(&in, p, repeat);
    if (fits && status == ALN_OK) {
        others = in.folded ? P * in.features.length : 0;
        bytes = (total + others) * sizeof(double) + rows * in.width * kernel->bytes;
        store = aligned_alloc(64, bytes);
    }
    if (store == NULL) {
        aln_inputs_close(&in);
        return status != ALN_OK
                   ? status
                   : aln_raise_memory("sgd with N = %" PRIu64 " inputs and %zu + %zu units", p->N,
                                      K, M);
    }
    const size_t N = (size_t)p->N, stride = in.width;
    memset(store, 0, bytes);
    struct aln_sgd *s = (struct aln_sgd *)store;
    double *array[ARRAYS], *next = store + head;
    for (size_t i = 0; i < ARRAYS; i++) {
        array[i] = next;
        next += lines(small[i]);
    }
    *s = (struct aln_sgd){.p = p,
                          .kernel = kernel,
                          .in = in,
                          .N = N,
                          .stride = stride,
                          .c = array[0],
                          .now = array[1],
                          .next = array[2],
                          .fields = array[3],
                          .x = next,
                          .B_stride = in.folded ? in.features.length : stride,
                          .batch = B,
                          .signals = array[6]};
    s->x_next = at(s, next, stride);
    s->W = at(s, next, 2 * stride);
    s->B = in.folded ? at(s, next, rows * stride) : s->W;
    s->inputs = at(s, next, (2 + P) * stride);
    s->velocity = moves ? at(s, next, (2 + P + drawn) * stride) : NULL;
    status = aln_steps_open(&s->steps, p, "sgd tasks", repeat);
    aln_sample_init(&s->sample, aln_steps_problem(&s->steps), repeat, array[4]);
    s->keep = s->steps.now.keep[0];
    if (status == ALN_OK)
        status = aln_problem_begin(p, repeat, s->now);
    if (status != ALN_OK) {
        aln_sgd_free(s);
        return status;
    }
    memcpy(s->next, s->now, size * sizeof *s->next);
    status = start_weights(s, array[5]);
    leave_blocks(s);
    if (status == ALN_OK && fixed)
        status = open_set(s, repeat);
    if (status != ALN_OK || aln_interrupted()) {
        aln_sgd_free(s);
        return status != ALN_OK ? status : aln_steps_stopped(p, 0);
    }
    look(s);
    *out = s;
    return ALN_OK;
}

void aln_sgd_free(struct aln_sgd *sgd)
{
    if (sgd != NULL) {
        aln_inputs_close(&sgd->in);
        aln_sample_set_close(&sgd->set);
        aln_steps_close(&sgd->steps);
    }
    free(sgd);
}

/* ---- steps ---- */

/* Adds the components from begin on, as many as `length`, to the fields of all units. */
static void add_fields(struct aln_sgd *s, size_t begin, size_t length, void *x)
{
    const size_t K = s->p->K, M = s->p->M;
    const void *W = at(s, s->W, begin), *V = at(s, s->W, K * s->stride + begin);
    double *latent = s->in.latent;
    if (latent == NULL) {
        s->kernel->dot(K + M, length, W, s->stride, at(s, x, begin), s->fields);
        return;
    }
    s->kernel->dot(K, length, W, s->stride, at(s, x, begin), s->fields);
    s->kernel->dot(M, length, V, s->stride, latent + begin, s->fields + K);
}

/* The same; before, the pending update of W1 by s->x. */
static void step_fields(struct aln_sgd *s, size_t begin, size_t length)
{
    const size_t K = s->p->K, M = s->p->M;
    const void *x = at(s, s->x_next, begin);
    s->kernel->step(K, length, s->keep, s->c, at(s, s->x, begin), at(s, s->W, begin), s->stride, x,
                    s->fields);
    s->kernel->dot(M, length, at(s, s->W, K * s->stride + begin), s->stride,
                   s->in.latent == NULL ? x : s->in.latent + begin, s->fields + K);
}

/* Draws new inputs, applies the pending update of W1, computes the new fields. */
static void draw_fields(struct aln_sgd *s)
{
    const size_t P = s->p->K + s->p->M;
    memset(s->fields, 0, P * sizeof *s->fields);
    for (size_t i = 0; i < s->stride && !aln_interrupted(); i += CHUNK) {
        size_t length = chunk_length(i, s->stride);
        aln_inputs_draw(&s->in, i, length, at(s, s->x_next, i));
        if (s->pending)
            step_fields(s, i, length);
        else
            add_fields(s, i, length, s->x_next);
    }
    s->pending = false;
    void *x = s->x;
    s->x = s->x_next;
    s->x_next = x;
    for (size_t a = 0; a < P; a++)
        s->fields[a] /= sqrt((double)s->N);
}

/* A field or signal beyond this counts as overflow: its square, and with it Q, is close to it. */
#define LARGEST        1e150
#define LARGEST_SINGLE 1e18

static bool overflows(const struct aln_sgd *s, double x)
{
    return !(fabs(x) < (s->p->single ? LARGEST_SINGLE : LARGEST));
}

/* The first entry of the state that has overflowed, or the state's size. */
static size_t find_overflow(const struct aln_sgd *s)
{
    const struct aln_problem *p = s->p;
    const struct aln_layout *layout = &s->sample.layout;
    for (size_t k = 0; k < p->K; k++)
        if (overflows(s, s->fields[k]) || overflows(s, s->sample.d[k]))
            return aln_span_entry(&layout->part[ALN_Q], k, k);
    static const enum aln_state_part weights[] = {ALN_W2, ALN_F};
    for (size_t n = 0; n < sizeof weights / sizeof weights[0]; n++) {
        const struct aln_span *span = &layout->part[weights[n]];
        for (size_t i = span->at; i < span->at + span->count; i++)
            if (overflows(s, s->next[i]))
                return i;
    }
    return layout->size;
}

/* A step first learns, which computes the next state and signals, then moves W1 by them.
 * Returned: false when stopped; nothing has changed then */
struct way {
    bool (*learn)(struct aln_sgd *s);
    void (*move)(struct aln_sgd *s);
};

static bool learn_sample(struct aln_sgd *s)
{
    draw_fields(s);
    if (aln_interrupted())
        return false;
    aln_sample_learn(&s->sample, &s->steps.now, s->fields, s->now, s->next);
    return true;
}

static void move_by_sample(struct aln_sgd *s)
{
    for (size_t k = 0; k < s->p->K; k++)
        s->c[k] = s->steps.now.rate[0] * sqrt((double)s->N) * s->sample.d[k];
    s->pending = s->p->rule->route != ALN_NOWHERE;
}

/* The fields of sample n of the fixed set, and its labels' noise. */
static void find_fixed(struct aln_sgd *s, size_t n)
{
    const size_t K = s->p->K, M = s->p->M;
    const double *x = s->set.x + n * s->stride;
    memset(s->fields, 0, K * sizeof *s->fields);
    for (size_t i = 0; i < s->stride && !aln_interrupted(); i += CHUNK)
        s->kernel->dot(K, chunk_length(i, s->stride), at(s, s->W, i), s->stride, x + i, s->fields);
    for (size_t k = 0; k < K; k++)
        s->fields[k] /= sqrt((double)s->N);
    memcpy(s->fields + K, s->set.teacher + n * M, M * sizeof *s->fields);
    s->sample.label = s->set.noise + n * s->p->O;
}

/* Draws a sample and finds its fields. */
static void draw_fresh(struct aln_sgd *s, void *x)
{
    const size_t P = s->p->K + s->p->M;
    memset(s->fields, 0, P * sizeof *s->fields);
    for (size_t i = 0; i < s->stride && !aln_interrupted(); i += CHUNK) {
        const size_t length = chunk_length(i, s->stride);
        aln_inputs_draw(&s->in, i, length, at(s, x, i));
        add_fields(s, i, length, x);
    }
    for (size_t a = 0; a < P; a++)
        s->fields[a] /= sqrt((double)s->N);
}

/* The inputs of sample b of the batch. */
static void *input_of(const struct aln_sgd *s, size_t b)
{
    return s->set.count > 0 ? at(s, s->set.x, s->set.order[b] * s->stride)
                            : at(s, s->inputs, b * s->stride);
}

/* All samples of a batch meet the old weights. */
static bool learn_batch(struct aln_sgd *s)
{
    const size_t K = s->p->K;
    const double share = 1 / (double)s->batch, root = sqrt((double)s->N);
    const double scale = share * (s->velocity != NULL ? -1 : s->steps.now.rate[0] * root);
    aln_sample_begin(&s->sample);
    aln_sample_set_draw(&s->set, s->batch);
    for (size_t b = 0; b < s->batch; b++) {
        if (s->set.count > 0)
            find_fixed(s, s->set.order[b]);
        else
            draw_fresh(s, input_of(s, b));
        if (aln_interrupted())
            return false;
        aln_sample_add(&s->sample, share, s->fields, s->now);
        for (size_t k = 0; k < K; k++)
            s->signals[b * K + k] = scale * s->sample.d[k];
    }
    aln_sample_step(&s->sample, &s->steps.now, s->now, s->next);
    return true;
}

/* W1 <- keep W1 - rate sqrt(N) u for every row. */
static void follow_velocity(struct aln_sgd *s)
{
    const double rate = s->steps.now.rate[0] * sqrt((double)s->N);
    for (size_t k = 0; k < s->p->K; k++)
        s->kernel->update(1, s->stride, s->steps.now.keep[0], &rate,
                          at(s, s->velocity, k * s->stride), at(s, s->W, k * s->stride), s->stride);
}

/* W1, or its velocity, by the inputs and signals of the batch. */
static void move_by_batch(struct aln_sgd *s)
{
    const bool moves = s->velocity != NULL;
    const double first = moves ? s->p->momentum : s->steps.now.keep[0];
    if (s->p->rule->route == ALN_NOWHERE)
        return;
    for (size_t b = 0; b < s->batch; b++)
        s->kernel->update(s->p->K, s->stride, b == 0 ? first : 1, s->signals + b * s->p->K,
                          input_of(s, b), moves ? s->velocity : s->W, s->stride);
    if (moves)
        follow_velocity(s);
}

enum aln_status aln_sgd_advance(struct aln_sgd *s, uint64_t step)
{
    static const struct way ways[] = {{learn_sample, move_by_sample}, {learn_batch, move_by_batch}};
    const struct way *way = &ways[s->batch > 0];
    const struct aln_problem *p = s->p;
    const size_t size = s->sample.layout.size;
    while (s->step < step) {
        aln_steps_schedule(&s->steps, s->step);
        if (!way->learn(s))
            return aln_steps_stopped(p, s->step);
        size_t overflow = find_overflow(s);
        if (overflow < size)
            return aln_steps_overflow(p, "sgd", overflow, s->step + 1);
        way->move(s);
        double *now = s->now;
        s->now = s->next;
        s->next = now;
        s->step++;
        look(s);
    }
    return ALN_OK;
}

const struct aln_problem_turn *aln_sgd_turn(const struct aln_sgd *sgd)
{
    return aln_steps_turn(&sgd->steps, sgd->step);
}

const double *aln_sgd_state(struct aln_sgd *s)
{
    const struct aln_problem *p = s->p;
    const struct aln_span *Q = &s->sample.layout.part[ALN_Q], *R = &s->sample.layout.part[ALN_R];
    const size_t K = p->K, P = K + p->M;
    /* Feedback is followed step by step, so that it does not depend on when states are asked for. */
    const size_t followed = p->M - (p->rule->adapts ? p->O : 0);
    if (s->pending)
        s->kernel->update(K, s->stride, s->keep, s->c, s->x, s->W, s->stride);
    s->pending = false;
    for (size_t k = 0; k < K && s->in.folded; k++)
        aln_features_to_blocks(&s->in.features, at(s, s->W, k * s->stride),
                               at(s, s->B, k * s->B_stride));
    for (size_t i = 0; i < s->in.blocks; i++)
        for (size_t k = 0; k < K; k++) {
            project(s, s->in.begin[i], s->in.begin[i + 1], at(s, s->B, k * s->B_stride), s->fields);
            for (size_t a = 0; a < P; a++)
                s->fields[a] /= (double)s->N;
            for (size_t l = k; l < K; l++)
                s->now[aln_span_entry(Q, k, l) + i] = s->fields[l];
            for (size_t m = 0; m < followed; m++)
                s->now[aln_span_entry(R, k, m) + i] = s->fields[K + m];
        }
    return s->now;
}

double aln_sgd_train(struct aln_sgd *s)
{
    double sum = 0;
    for (size_t n = 0; n < s->set.count; n++) {
        find_fixed(s, n);
        sum += aln_sample_error(&s->sample, s->fields, s->now);
    }
    return s->set.count > 0 ? sum / (double)s->set.count : NAN;
}

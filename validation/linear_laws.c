#include "linear_laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "deep/linearnet.h"

enum { DEPTH = 5, WIDEST = 30, INPUTS = 12, OUTPUTS = 4, STEPS = 120, MOST_BATCH = 3 };
static const size_t run_units[DEPTH + 1] = {INPUTS, 30, 25, 20, 15, OUTPUTS};
#define RATE 0.02

/* ---- vectors ---- */

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static double norm(size_t n, const double *x)
{
    return sqrt(dot(n, x, x));
}

static double cosine(size_t n, const double *x, const double *y)
{
    return dot(n, x, y) / (norm(n, x) * norm(n, y));
}

/* |x - y| / size; 0 when both are equal. */
static double deviation_of(size_t n, const double *x, const double *y, double size)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum == 0 ? 0 : sqrt(sum) / size;
}

static double deviation(size_t n, const double *x, const double *y)
{
    return deviation_of(n, x, y, norm(n, y));
}

/* NaN counts as the largest. */
static void raise_to(double *largest, double x)
{
    if (!(x <= *largest))
        *largest = x;
}

/* y (rows) = A x.  Given: A (rows x cols) */
static void apply(size_t rows, size_t cols, const double *A, const double *x, double *y)
{
    for (size_t i = 0; i < rows; i++)
        y[i] = dot(cols, A + i * cols, x);
}

static void read(const struct aln_network *net, enum aln_tensor_kind kind, size_t l, double *out)
{
    aln_network_read(net, aln_network_find(net, kind, l), ALN_DOUBLE, out);
}

struct linear_setting {
    const char *rule, *loss, *activation, *init;
    size_t depth;
    const size_t *units;
    size_t batch;
    bool orthonormal;
    double decay, momentum;
};

static enum aln_status create(struct aln_network **out, const struct linear_setting *s)
{
    struct aln_layer layer[8] = {{0}};
    for (size_t l = 0; l < s->depth; l++)
        layer[l] =
            (struct aln_layer){.kind = aln_layer_kind_find("dense"), .size = s->units[l + 1]};
    struct aln_network_options o = {
        .input = {s->units[0], 1, 1},
        .layer_count = s->depth,
        .layer = layer,
        .loss = aln_loss_find(s->loss),
        .rule = aln_rule_find(s->rule),
        .init = aln_initialisation_find("zero"),
        .init_scale = 1,
        .precision = ALN_DOUBLE,
        .batch = s->batch,
        .feedback = {.distribution = ALN_NORMAL,
                     .scale = s->orthonormal ? 1 : 0.7,
                     .orthonormal = s->orthonormal,
                     .seed = 1,
                     .rate = NAN,
                     .decay = NAN},
        .momentum = s->momentum,
        .decay = s->decay,
        .reduction = ALN_MEAN,
    };
    return aln_network_create(out, &o);
}

/* ---- the run ---- */

/* One step: its samples, and the signals da_1 .. da_L of the rule and of bp, each count x n_l. */
struct learning_step {
    size_t count;
    float x[MOST_BATCH * INPUTS], y[MOST_BATCH * OUTPUTS];
    uint32_t label[MOST_BATCH];
    double x_double[MOST_BATCH * INPUTS];
    double own[MOST_BATCH * (DEPTH * WIDEST)], bp[MOST_BATCH * (DEPTH * WIDEST)];
    struct aln_batch batch;
};

/* History for the double sum: h_0 .. h_{L-2} and e of every sample. */
struct history {
    size_t count;
    double h[DEPTH - 1][STEPS * MOST_BATCH][WIDEST];
    double e[STEPS * MOST_BATCH][OUTPUTS];
    size_t step[STEPS * MOST_BATCH];
};

static void draw(struct learning_step *m, struct aln_stream *stream,
                 const struct aln_linear_run *run)
{
    double z[INPUTS];
    m->count = run->batch;
    for (size_t i = 0; i < m->count; i++) {
        aln_stream_normals(stream, INPUTS, z);
        for (size_t j = 0; j < INPUTS; j++) {
            m->x[i * INPUTS + j] = (float)z[j];
            m->x_double[i * INPUTS + j] = m->x[i * INPUTS + j];
        }
        aln_stream_normals(stream, OUTPUTS, z);
        for (size_t j = 0; j < OUTPUTS; j++)
            m->y[i * OUTPUTS + j] = (float)z[j];
        /* classes depend on the input, so they can be learned */
        m->label[i] = (uint32_t)(m->x[i * INPUTS] > 0) * 2 + (m->x[i * INPUTS + 1] > 0);
    }
    m->batch = (struct aln_batch){.count = m->count,
                                  .x = m->x,
                                  .label = run->classes ? m->label : NULL,
                                  .y = run->classes ? NULL : m->y};
}

static double *signal(double *da, size_t count, size_t l)
{
    for (size_t k = 1; k < l; k++)
        da += count * run_units[k];
    return da;
}

static void check_weights(const struct aln_network *net, const struct aln_linearnet *lin,
                          const struct aln_linear_run *run, struct aln_linear_laws *laws)
{
    double W[WIDEST * WIDEST], law[WIDEST * WIDEST];
    for (size_t l = 1; l <= DEPTH; l++) {
        read(net, ALN_WEIGHT, l, W);
        aln_linearnet_weights(lin, l, law);
        raise_to(&laws->weights, deviation(run_units[l] * run_units[l - 1], W, law));
        const double *A = aln_linearnet_A(lin, l);
        size_t cols = l == 1 ? INPUTS : OUTPUTS;
        double sums = 0, size = norm(OUTPUTS * cols, A);
        for (size_t j = 0; j < cols; j++) {
            double sum = 0;
            for (size_t i = 0; i < OUTPUTS; i++)
                sum += A[i * cols + j];
            sums = fmax(sums, fabs(sum));
        }
        if (run->classes && size > 0)
            raise_to(&laws->column_sums, sums / size);
        if (l == 1 || !run->orthonormal || size == 0)
            continue;
        /* cos(W_l, F_l F_{l-1}^T) of the network's weights */
        const double *above = aln_linearnet_route(lin, l), *below = aln_linearnet_route(lin, l - 1);
        for (size_t i = 0; i < run_units[l]; i++)
            for (size_t j = 0; j < run_units[l - 1]; j++)
                law[i * run_units[l - 1] + j] =
                    dot(OUTPUTS, above + i * OUTPUTS, below + j * OUTPUTS);
        double WA = cosine(run_units[l] * run_units[l - 1], W, law);
        raise_to(&laws->cosines, fabs(WA - aln_linearnet_alignment(lin, l)));
        if (run->classes)
            raise_to(&laws->excess, WA - sqrt((OUTPUTS - 1.0) / OUTPUTS));
    }
}

static void check_signals(const struct aln_linearnet *lin, struct learning_step *m,
                          const struct aln_linear_run *run, struct aln_linear_laws *laws)
{
    double Pi[OUTPUTS * OUTPUTS], turned[OUTPUTS], want[WIDEST];
    for (size_t l = 1; l < DEPTH; l++) {
        const size_t n = run_units[l];
        const double size = norm(n * OUTPUTS, aln_linearnet_route(lin, l));
        aln_linearnet_propagator(lin, l, Pi);
        for (size_t i = 0; i < m->count; i++) {
            const double *e = signal(m->own, m->count, DEPTH) + i * OUTPUTS;
            const double *own = signal(m->own, m->count, l) + i * n;
            const double *back = signal(m->bp, m->count, l) + i * n;
            apply(n, OUTPUTS, aln_linearnet_route(lin, l), e, want);
            raise_to(&laws->signals, deviation_of(n, own, want, size * norm(OUTPUTS, e)));
            apply(OUTPUTS, OUTPUTS, Pi, e, turned);
            apply(n, OUTPUTS, aln_linearnet_route(lin, l), turned, want);
            raise_to(
                &laws->signals,
                deviation_of(n, back, want, size * norm(OUTPUTS * OUTPUTS, Pi) * norm(OUTPUTS, e)));
            if (run->orthonormal && norm(n, back) > 0)
                raise_to(&laws->cosines, fabs(cosine(n, own, back) - cosine(OUTPUTS, e, turned)));
        }
    }
}

static void record(struct history *history, const struct aln_network *net, struct learning_step *m,
                   size_t step)
{
    double W[WIDEST * WIDEST];
    for (size_t i = 0; i < m->count; i++, history->count++) {
        history->step[history->count] = step;
        memcpy(history->e[history->count], signal(m->own, m->count, DEPTH) + i * OUTPUTS,
               sizeof history->e[0]);
        memcpy(history->h[0][history->count], m->x_double + i * INPUTS, INPUTS * sizeof(double));
        for (size_t l = 1; l + 2 <= DEPTH; l++) {
            read(net, ALN_WEIGHT, l, W);
            apply(run_units[l], run_units[l - 1], W, history->h[l - 1][history->count],
                  history->h[l][history->count]);
        }
    }
}

/* A_l = (eta/batch)^2 sum over samples s of all steps, r of earlier steps, (h_s . h_r) e_s e_r^T,
 * with h = h_{l-2}. */
static void check_double_sum(const struct history *history, const struct aln_linearnet *lin,
                             const struct aln_linear_run *run, struct aln_linear_laws *laws)
{
    const double factor = RATE / (double)run->batch;
    for (size_t l = 2; l <= DEPTH; l++) {
        double A[OUTPUTS * OUTPUTS] = {0};
        for (size_t s = 0; s < history->count; s++)
            for (size_t r = 0; r < s && history->step[r] < history->step[s]; r++) {
                double both = factor * factor *
                              dot(run_units[l - 2], history->h[l - 2][s], history->h[l - 2][r]);
                for (size_t i = 0; i < OUTPUTS; i++)
                    for (size_t j = 0; j < OUTPUTS; j++)
                        A[i * OUTPUTS + j] += both * history->e[s][i] * history->e[r][j];
            }
        raise_to(&laws->double_sum, deviation(OUTPUTS * OUTPUTS, A, aln_linearnet_A(lin, l)));
    }
}

enum aln_status aln_linear_measure(const struct aln_linear_run *run, struct aln_linear_laws *laws)
{
    const bool plain = run->decay == 0 && run->momentum == 0;
    const bool softmax = strcmp(run->loss, "cross-entropy") == 0;
    struct aln_network *net = NULL;
    struct aln_linearnet *lin = NULL;
    struct learning_step *m = calloc(1, sizeof *m);
    struct history *history = calloc(1, sizeof *history);
    struct aln_stream stream;
    enum aln_status status = ALN_OK;
    *laws = (struct aln_linear_laws){.double_sum = plain ? 0 : NAN,
                                     .cosines = run->orthonormal ? 0 : NAN,
                                     .column_sums = softmax ? 0 : NAN,
                                     .excess = softmax && run->orthonormal ? -1 : NAN};
    if (m == NULL || history == NULL) {
        status = aln_raise_memory("the history of a linear network");
        goto out;
    }
    status = create(&net, &(struct linear_setting){.rule = run->rule,
                                                   .loss = run->loss,
                                                   .depth = DEPTH,
                                                   .units = run_units,
                                                   .batch = run->batch,
                                                   .orthonormal = run->orthonormal,
                                                   .decay = run->decay,
                                                   .momentum = run->momentum});
    if (status == ALN_OK)
        status = aln_linearnet_create(&lin, net);
    aln_stream_init(&stream, 1, "linear laws", 0);
    for (size_t step = 0; step < STEPS && status == ALN_OK; step++) {
        draw(m, &stream, run);
        status = aln_network_signals(net, &m->batch, m->own, m->bp, NULL);
        if (status != ALN_OK)
            break;
        check_signals(lin, m, run, laws);
        if (plain)
            record(history, net, m, step);
        aln_linearnet_step(lin, m->count, m->x_double, signal(m->own, m->count, DEPTH), RATE);
        status = aln_network_step(net, &m->batch, RATE);
        check_weights(net, lin, run, laws);
    }
    if (status == ALN_OK && plain)
        check_double_sum(history, lin, run, laws);
    if (status == ALN_OK)
        laws->norm = aln_network_norm(net, DEPTH);
out:
    aln_linearnet_free(lin);
    aln_network_free(net);
    free(history);
    free(m);
    return status;
}

/* ---- one output ---- */

enum { ONE_DEPTH = 4 };

static void check_single(const struct aln_network *net, const struct aln_linearnet *lin,
                         const size_t *units, size_t step, double *own, double *back,
                         struct aln_linear_single *out)
{
    double W[WIDEST * WIDEST], want[WIDEST * WIDEST];
    for (size_t l = 1; l <= ONE_DEPTH; l++) {
        double found[2];
        size_t count = 0;
        if (l < ONE_DEPTH && step >= ONE_DEPTH)
            found[count++] = cosine(units[l], own, back);
        if (l < ONE_DEPTH && step < ONE_DEPTH)
            out->early = fmax(out->early, norm(units[l], back));
        if (l > 1 && step >= l) { /* W_l first changes at step l */
            const double *above = aln_linearnet_route(lin, l),
                         *below = aln_linearnet_route(lin, l - 1);
            for (size_t i = 0; i < units[l]; i++)
                for (size_t j = 0; j < units[l - 1]; j++)
                    want[i * units[l - 1] + j] = above[i] * below[j];
            read(net, ALN_WEIGHT, l, W);
            found[count++] = cosine(units[l] * units[l - 1], W, want);
        }
        for (size_t i = 0; i < count; i++) {
            raise_to(&out->cosines, fabs(fabs(found[i]) - 1));
            out->negative += found[i] < 0;
            out->compared++;
        }
        own += units[l];
        back += units[l];
    }
}

enum aln_status aln_linear_single(const char *rule, struct aln_linear_single *out)
{
    static const size_t units[ONE_DEPTH + 1] = {10, 9, 8, 7, 1};
    struct aln_network *net = NULL;
    struct aln_linearnet *lin = NULL;
    struct aln_stream stream;
    double own[ONE_DEPTH * WIDEST], back[ONE_DEPTH * WIDEST], x[INPUTS];
    float input[INPUTS];
    *out = (struct aln_linear_single){0};
    enum aln_status status = create(
        &net,
        &(struct linear_setting){
            .rule = rule, .loss = "half-mse", .depth = ONE_DEPTH, .units = units, .batch = 1});
    if (status == ALN_OK)
        status = aln_linearnet_create(&lin, net);
    aln_stream_init(&stream, 2, "one output", 0);
    for (size_t step = 0; step < 400 && status == ALN_OK; step++) {
        aln_stream_normals(&stream, units[0], x);
        for (size_t j = 0; j < units[0]; j++)
            input[j] = (float)x[j];
        /* a binary task: the sign of a sum of inputs */
        uint32_t label = x[0] + x[1] + x[2] > 0;
        struct aln_batch batch = {.count = 1, .x = input, .label = &label};
        status = aln_network_signals(net, &batch, own, back, NULL);
        if (status == ALN_OK) {
            check_single(net, lin, units, step, own, back, out);
            status = aln_network_step(net, &batch, 0.02);
        }
    }
    aln_linearnet_free(lin);
    aln_network_free(net);
    return status;
}

/* ---- Kantorovich ---- */

enum { BOUND_DEPTH = 4, BOUND_ERRORS = 720 };

enum aln_status aln_linear_bound(double *below, double *above)
{
    static const size_t units[BOUND_DEPTH + 1] = {6, 9, 8, 7, 2};
    /* eigenvalues 1 and 2.5 in a rotated basis */
    const double c = cos(0.7), s = sin(0.7), low = 1, high = 2.5;
    const double S[4] = {low * c * c + high * s * s, (high - low) * c * s, (high - low) * c * s,
                         low * s * s + high * c * c};
    struct aln_network *net = NULL;
    struct aln_linearnet *lin = NULL;
    static float x[BOUND_ERRORS * 6], y[BOUND_ERRORS * 2]; /* x = 0: the error is -y */
    static double own[BOUND_ERRORS * 26], back[BOUND_ERRORS * 26];
    *below = *above = -HUGE_VAL;
    enum aln_status status = create(&net, &(struct linear_setting){.rule = "dfa",
                                                                   .loss = "half-mse",
                                                                   .depth = BOUND_DEPTH,
                                                                   .units = units,
                                                                   .batch = BOUND_ERRORS,
                                                                   .orthonormal = true});
    if (status == ALN_OK)
        status = aln_linearnet_create(&lin, net);
    for (size_t l = 2; l <= BOUND_DEPTH && status == ALN_OK; l++) {
        const double *F = aln_linearnet_route(lin, l), *G = aln_linearnet_route(lin, l - 1);
        double W[WIDEST * WIDEST];
        for (size_t i = 0; i < units[l]; i++)
            for (size_t j = 0; j < units[l - 1]; j++) {
                double SG[2];
                apply(2, 2, S, G + 2 * j, SG);
                W[i * units[l - 1] + j] = dot(2, F + 2 * i, SG);
            }
        aln_network_write(net, aln_network_find(net, ALN_WEIGHT, l), ALN_DOUBLE, W);
    }
    for (size_t i = 0; i < BOUND_ERRORS; i++) {
        y[2 * i] = (float)cos(M_PI * (double)i / BOUND_ERRORS);
        y[2 * i + 1] = (float)sin(M_PI * (double)i / BOUND_ERRORS);
    }
    struct aln_batch batch = {.count = BOUND_ERRORS, .x = x, .y = y};
    if (status == ALN_OK)
        status = aln_network_signals(net, &batch, own, back, NULL);
    size_t at = 0;
    for (size_t l = 1; l < BOUND_DEPTH && status == ALN_OK; l++) {
        double bound = aln_kantorovich(pow(high / low, (double)(BOUND_DEPTH - l))), least = 1;
        for (size_t i = 0; i < BOUND_ERRORS; i++, at += units[l])
            least = fmin(least, cosine(units[l], own + at, back + at));
        raise_to(below, bound - least);
        raise_to(above, least - bound);
    }
    aln_linearnet_free(lin);
    aln_network_free(net);
    return status;
}

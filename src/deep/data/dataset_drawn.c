/* Data sets drawn from named streams: repeat 0 of a stream for training, 1 for test samples. */
#include <math.h>
#include <stdlib.h>

#include "alignode/layer.h"
#include "alignode/random.h"
#include "base/failure.h"
#include "deep/data/dataset_parts.h"

enum { PARTS = 2 };

static struct aln_dataset *part_of(struct aln_loading *to, uint64_t part)
{
    return part == ALN_TRAIN ? &to->data.train : &to->data.test;
}

/* Both parts: shape, memory, and inputs x ~ N(0, 1).
 * Given: work  at least inputs */
static enum aln_status draw_inputs(const struct aln_data_spec *spec, size_t outputs, bool label,
                                   struct aln_loading *to, double *work)
{
    for (uint64_t part = 0; part < PARTS; part++) {
        struct aln_dataset *out = part_of(to, part);
        struct aln_stream stream;
        out->count = part == ALN_TRAIN ? spec->train : spec->test;
        out->channels = spec->inputs;
        out->height = out->width = 1;
        out->outputs = outputs;
        enum aln_status status = aln_dataset_alloc(out, label, !label);
        if (status != ALN_OK)
            return status;
        aln_stream_init(&stream, spec->seed, "data inputs", part);
        for (size_t i = 0; i < out->count; i++) {
            aln_stream_normals(&stream, spec->inputs, work);
            for (size_t j = 0; j < spec->inputs; j++)
                out->x[i * spec->inputs + j] = (float)work[j];
        }
    }
    return ALN_OK;
}

static enum aln_status work_alloc(double **work, size_t count)
{
    *work = count <= SIZE_MAX / sizeof **work ? calloc(count, sizeof **work) : NULL;
    return *work != NULL ? ALN_OK : aln_raise_memory("drawing data");
}

/* ---- targets ---- */

/* y_1 = z_1, y_2 = alpha ((1 - beta) z_1 + sqrt(1 - (1 - beta)^2) z_2) */
enum aln_status aln_load_targets(const struct aln_data_spec *spec, struct aln_loading *to)
{
    enum { OUTPUTS = 2 };
    const double common = 1 - spec->beta, own = sqrt(fmax(0, 1 - common * common));
    double *work;
    enum aln_status status = work_alloc(&work, spec->inputs);
    if (status == ALN_OK)
        status = draw_inputs(spec, OUTPUTS, false, to, work);
    for (uint64_t part = 0; part < PARTS && status == ALN_OK; part++) {
        const struct aln_dataset *out = part_of(to, part);
        struct aln_stream stream, noise;
        aln_stream_init(&stream, spec->seed, "data targets", part);
        aln_stream_init(&noise, spec->seed, "data noise", part);
        for (size_t i = 0; i < out->count; i++) {
            double z[OUTPUTS], zeta[OUTPUTS];
            aln_stream_normals(&stream, OUTPUTS, z);
            aln_stream_normals(&noise, OUTPUTS, zeta);
            float *y = out->y + i * OUTPUTS;
            y[0] = (float)(z[0] + spec->noise * zeta[0]);
            y[1] = (float)(spec->alpha * (common * z[0] + own * z[1]) + spec->noise * zeta[1]);
        }
    }
    free(work);
    return status;
}

/* ---- mixture ---- */

/* Two centres with entries N(0, s^2) have the rms distance sqrt(2 N) s. */
enum aln_status aln_load_mixture(const struct aln_data_spec *spec, struct aln_loading *to)
{
    const size_t N = spec->inputs;
    const double scale = spec->separation / sqrt(2 * (double)N);
    double *centre = NULL;
    enum aln_status status = work_alloc(&centre, spec->classes * N);
    if (status == ALN_OK)
        status = draw_inputs(spec, 0, true, to, centre);
    if (status == ALN_OK) {
        struct aln_stream stream;
        aln_stream_init(&stream, spec->seed, "data centres", 0);
        aln_stream_normals(&stream, spec->classes * N, centre);
    }
    for (uint64_t part = 0; part < PARTS && status == ALN_OK; part++) {
        struct aln_dataset *out = part_of(to, part);
        struct aln_stream stream;
        if (spec->size > 0) { /* channel by channel, row by row */
            out->channels = N / (spec->size * spec->size);
            out->height = out->width = spec->size;
        }
        aln_stream_init(&stream, spec->seed, "data classes", part);
        for (size_t i = 0; i < out->count; i++) {
            uint32_t k = (uint32_t)(aln_stream_uniform(&stream) * (double)spec->classes);
            out->label[i] = k;
            for (size_t j = 0; j < N; j++)
                out->x[i * N + j] = (float)(out->x[i * N + j] + scale * centre[k * N + j]);
        }
    }
    to->data.classes = spec->classes;
    free(centre);
    return status;
}

/* ---- teacher ---- */

/* A dense network; layer l maps units[l] inputs to units[l + 1] units. */
struct teacher {
    size_t layers;
    size_t *units; /* [layers + 1] inputs, hidden layers, outputs */
    double *W;     /* one layer after the other, each units[l + 1] x units[l] */
    double *h[2];  /* [largest layer] */
    double (*g)(double x);
};

static void teacher_free(struct teacher *t)
{
    free(t->units);
    free(t->W);
    free(t->h[0]);
    free(t->h[1]);
}

/* Weights W_l ~ N(0, 1/fan-in). */
static enum aln_status teacher_create(struct teacher *t, const struct aln_data_spec *spec)
{
    size_t most = 0, weights = 0;
    struct aln_stream stream;
    *t = (struct teacher){.layers = spec->unit_layers + 1};
    if (spec->unit_layers > 0)
        t->g = spec->activation->g;
    t->units = malloc((t->layers + 1) * sizeof *t->units);
    if (t->units == NULL)
        return aln_raise_memory("the teacher of the data");
    for (size_t l = 0; l <= t->layers; l++) {
        t->units[l] = l == 0 ? spec->inputs : l == t->layers ? spec->outputs : spec->units[l - 1];
        most = t->units[l] > most ? t->units[l] : most;
        weights += l > 0 ? t->units[l] * t->units[l - 1] : 0;
    }
    enum aln_status status = work_alloc(&t->W, weights);
    for (size_t i = 0; i < 2 && status == ALN_OK; i++)
        status = work_alloc(&t->h[i], most);
    if (status != ALN_OK)
        return status;
    aln_stream_init(&stream, spec->seed, "data teacher", 0);
    double *W = t->W;
    for (size_t l = 0; l < t->layers; l++) {
        size_t count = t->units[l] * t->units[l + 1];
        aln_stream_normals(&stream, count, W);
        for (size_t i = 0; i < count; i++)
            W[i] /= sqrt((double)t->units[l]);
        W += count;
    }
    return ALN_OK;
}

/* Returned: the outputs, a view into t */
static const double *teacher_answer(struct teacher *t, const float *x)
{
    const double *W = t->W;
    double *from = t->h[0], *to = t->h[1];
    for (size_t i = 0; i < t->units[0]; i++)
        from[i] = x[i];
    for (size_t l = 0; l < t->layers; l++) {
        for (size_t k = 0; k < t->units[l + 1]; k++) {
            double sum = 0;
            for (size_t i = 0; i < t->units[l]; i++)
                sum += *W++ * from[i];
            to[k] = l + 1 < t->layers ? t->g(sum) : sum;
        }
        double *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

enum aln_status aln_load_teacher(const struct aln_data_spec *spec, struct aln_loading *to)
{
    const size_t O = spec->outputs;
    struct teacher t;
    double *work = NULL;
    enum aln_status status = teacher_create(&t, spec);
    if (status == ALN_OK)
        status = work_alloc(&work, spec->inputs > O ? spec->inputs : O);
    if (status == ALN_OK)
        status = draw_inputs(spec, O, false, to, work);
    for (uint64_t part = 0; part < PARTS && status == ALN_OK; part++) {
        const struct aln_dataset *out = part_of(to, part);
        struct aln_stream noise;
        aln_stream_init(&noise, spec->seed, "data noise", part);
        for (size_t i = 0; i < out->count; i++) {
            const double *y = teacher_answer(&t, out->x + i * spec->inputs);
            aln_stream_normals(&noise, O, work);
            for (size_t k = 0; k < O; k++)
                out->y[i * O + k] = (float)(y[k] + spec->noise * work[k]);
        }
    }
    free(work);
    teacher_free(&t);
    return status;
}

/* Deep linear theory by its equations and by training. */
#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/measure.h"
#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "deep/blas.h"
#include "train/deep_linear.h"

/* ---- the equations ---- */

enum aln_status aln_deep_linear_solve(const struct aln_deep_linear_params *p, size_t count,
                                      const double *times, const volatile sig_atomic_t *stop,
                                      double *value)
{
    const size_t L = p->network.layer_count;
    struct aln_deep_linear_feedback feedback = {NULL, NULL};
    struct aln_deep_ode *ode = NULL;
    enum aln_status status = aln_deep_linear_feedback_find(&feedback, p);
    if (status == ALN_OK)
        status = aln_deep_ode_create(
            &ode, &(struct aln_deep_ode_options){.layers = L,
                                                 .outputs = p->target.singular_count,
                                                 .singular = p->target.singular,
                                                 .gram = feedback.gram,
                                                 .drawn = feedback.drawn,
                                                 .modes = p->ode.equations == ALN_DEEP_MODES,
                                                 .stepper = p->ode.stepper,
                                                 .rtol = p->ode.rtol,
                                                 .atol = p->ode.atol,
                                                 .max_steps = p->ode.max_steps,
                                                 .stop = stop});
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        status = aln_deep_ode_advance(ode, times[i]);
        if (status == ALN_OK)
            status = aln_deep_ode_observe(ode, value + i * aln_deep_ode_columns(L));
    }
    aln_deep_ode_free(ode);
    aln_deep_linear_feedback_clear(&feedback);
    return status;
}

/* ---- training ---- */

/* A network, all its samples and what reads it. */
struct simulation {
    const struct aln_deep_linear_params *p;
    size_t L, n, inputs, samples;
    struct aln_network *net;
    struct aln_meter *meter;
    struct aln_batch batch;
    float *x, *y;
    double *reading;      /* columns of the meter */
    size_t WA, cond;      /* its first columns of WA, and of cond_A_2 */
    double *da, *da_bp;   /* all signals */
    double *gram, *route; /* (L-1) x n x n; G_1, n_1 x n */
    double *W, *C, *A;    /* W_1; n x n; n x inputs */
};

/* Samples x = (+-1, ..., +-1), rows of a Hadamard matrix: their covariance is exactly 1, also in
 * single precision. */
static void fill_samples(struct simulation *s)
{
    for (size_t i = 0; i < s->samples; i++) {
        for (size_t j = 0; j < s->inputs; j++)
            s->x[i * s->inputs + j] = __builtin_parityll(i & j) ? -1 : 1;
        for (size_t o = 0; o < s->n; o++)
            /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): n values, as checked */
            s->y[i * s->n + o] = (float)s->p->target.singular[o] * s->x[i * s->inputs + o];
    }
    s->batch = (struct aln_batch){.count = s->samples, .x = s->x, .y = s->y};
}

/* The place of a column of the meter. */
static size_t column_of(const struct simulation *s, const char *name)
{
    char column[32];
    size_t i = 0;
    for (; i < aln_meter_columns(s->meter); i++) {
        aln_meter_column(s->meter, i, column);
        if (strcmp(column, name) == 0)
            break;
    }
    assert(i < aln_meter_columns(s->meter));
    return i;
}

static enum aln_status make_meter(struct simulation *s)
{
    static const char *const names[] = {"loss", "WA", "A"};
    enum { COUNT = 3 };
    unsigned measure[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        measure[i] = (unsigned)aln_names_index(&aln_measures, names[i]);
    enum aln_status status = aln_meter_create(&s->meter, s->net,
                                              &(struct aln_meter_options){.measure = measure,
                                                                          .measure_count = COUNT,
                                                                          .train = s->batch,
                                                                          .test = s->batch,
                                                                          .probe = s->batch});
    if (status != ALN_OK)
        return status;
    s->WA = column_of(s, "WA");
    s->cond = column_of(s, "cond_A_2");
    s->reading = malloc(aln_meter_columns(s->meter) * sizeof *s->reading);
    return s->reading != NULL ? ALN_OK : aln_raise_memory("the measures");
}

static enum aln_status open_simulation(struct simulation *s, const struct aln_deep_linear_params *p)
{
    size_t units = 0;
    *s = (struct simulation){.p = p,
                             .L = p->network.layer_count,
                             .n = p->target.singular_count,
                             .inputs = p->target.inputs,
                             .samples = 1};
    while (s->samples < s->inputs)
        s->samples *= 2;
    for (size_t l = 0; l < s->L; l++)
        units += p->network.layer[l].size;
    const size_t first = p->network.layer[0].size, nn = s->n * s->n;
    const size_t room = first * s->inputs + s->L * nn + first * s->n + s->n * s->inputs;
    s->x = malloc(s->samples * s->inputs * sizeof *s->x);
    s->y = malloc(s->samples * s->n * sizeof *s->y);
    s->da = malloc(2 * s->samples * units * sizeof *s->da);
    s->W = malloc(room * sizeof *s->W);
    if (s->x == NULL || s->y == NULL || s->da == NULL || s->W == NULL)
        return aln_raise_memory("a simulation");
    s->da_bp = s->da + s->samples * units;
    s->gram = s->W + first * s->inputs;
    s->C = s->gram + (s->L - 1) * nn;
    s->route = s->C + nn;
    s->A = s->route + first * s->n;
    fill_samples(s);
    enum aln_status status = aln_blas_open(1);
    if (status == ALN_OK)
        status = aln_deep_linear_network(&s->net, p, s->samples);
    if (status == ALN_OK)
        status = aln_deep_linear_routes(p, s->net, s->gram, s->route);
    return status == ALN_OK ? make_meter(s) : status;
}

static void close_simulation(struct simulation *s)
{
    aln_meter_free(s->meter);
    aln_network_free(s->net);
    free(s->x);
    free(s->y);
    free(s->da);
    free(s->W);
    free(s->reading);
}

/* GA_l: cosines of the signals of all samples. */
static enum aln_status read_signals(struct simulation *s, double *value)
{
    const double *da = s->da, *bp = s->da_bp;
    enum aln_status status = aln_network_signals(s->net, &s->batch, s->da, s->da_bp, NULL);
    for (size_t l = 1; l < s->L && status == ALN_OK; l++) {
        const size_t count = s->samples * aln_network_units(s->net, l);
        double product = 0, square = 0, square_bp = 0;
        for (size_t i = 0; i < count; i++) {
            product += da[i] * bp[i];
            square += da[i] * da[i];
            square_bp += bp[i] * bp[i];
        }
        value[l - 1] =
            square > 0 && square_bp > 0 ? product / (sqrt(square) * sqrt(square_bp)) : NAN;
        da += count;
        bp += count;
    }
    return status;
}

/* The condition number of A_1 = (G^T G)^{-1} G^T W_1, G = G_1. */
static enum aln_status read_first(struct simulation *s, double *cond)
{
    const size_t n = s->n, rows = aln_network_units(s->net, 1), cols = s->inputs;
    const double *G = s->route;
    gsl_matrix_view c = gsl_matrix_view_array(s->C, n, n), a = gsl_matrix_view_array(s->A, n, cols);
    aln_network_read(s->net, aln_network_find(s->net, ALN_WEIGHT, 1), ALN_DOUBLE, s->W);
    memset(s->A, 0, n * cols * sizeof *s->A);
    memcpy(s->C, s->gram, n * n * sizeof *s->C);
    for (size_t i = 0; i < rows; i++)
        for (size_t o = 0; o < n; o++)
            for (size_t j = 0; j < cols; j++)
                s->A[o * cols + j] += G[i * n + o] * s->W[i * cols + j];
    *cond = NAN;
    if (gsl_linalg_cholesky_decomp1(&c.matrix) != GSL_SUCCESS)
        return ALN_OK;
    for (size_t j = 0; j < cols; j++) {
        gsl_vector_view column = gsl_matrix_column(&a.matrix, j);
        gsl_linalg_cholesky_svx(&c.matrix, &column.vector);
    }
    return aln_deep_ode_condition(n, cols, s->A, cond);
}

/* The columns of alignode/deep_ode.h, from weights and signals. */
static enum aln_status observe(struct simulation *s, double *value)
{
    enum aln_status status = aln_meter_read(s->meter, &s->batch, s->reading);
    if (status != ALN_OK)
        return status;
    value[0] = s->reading[0];
    memcpy(value + 1, s->reading + s->WA, s->L * sizeof *value);
    memcpy(value + 2 * s->L + 1, s->reading + s->cond, (s->L - 1) * sizeof *value);
    status = read_signals(s, value + 1 + s->L);
    return status == ALN_OK ? read_first(s, value + 2 * s->L) : status;
}

/* Steps up to a number of them. */
static enum aln_status take_steps(struct simulation *s, double rate, uint64_t target,
                                  const struct aln_deep_linear_watch *watch)
{
    enum { EVERY = 64 }; /* steps between two updates of the progress */
    enum aln_status status = ALN_OK;
    uint64_t steps;
    while (status == ALN_OK && (steps = aln_network_steps(s->net)) < target) {
        if (watch->stop != NULL && *watch->stop != 0)
            return aln_raise(ALN_STOPPED, "stopped at t = %.9g", (double)steps * rate);
        status = aln_network_step(s->net, &s->batch, rate);
        if (watch->update != NULL && steps % EVERY == 0)
            watch->update(watch->context, steps);
    }
    return status;
}

enum aln_status aln_deep_linear_train(const struct aln_deep_linear_params *p, double rate,
                                      size_t count, const double *times,
                                      const struct aln_deep_linear_watch *watch, double *value)
{
    struct simulation s;
    const volatile sig_atomic_t *before = aln_interrupt_watch(watch->stop);
    enum aln_status status = open_simulation(&s, p);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        status = take_steps(&s, rate, (uint64_t)llround(times[i] / rate), watch);
        if (status == ALN_OK)
            status = observe(&s, value + i * aln_deep_ode_columns(s.L));
    }
    close_simulation(&s);
    aln_interrupt_watch(before);
    return status;
}

/* ---- commands ---- */

struct progress_part {
    const struct aln_progress *progress;
    double steps;
};

static void update(void *context, uint64_t steps)
{
    const struct progress_part *part = context;
    part->progress->update(part->progress->context, fmin(1, (double)steps / part->steps));
}

static enum aln_status write_rows(struct aln_writer *writer, size_t columns, size_t count,
                                  const double *times, const double *value)
{
    enum aln_status status = ALN_OK;
    double *row = malloc((1 + columns) * sizeof *row);
    if (row == NULL)
        return aln_raise_memory("%zu columns", columns);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        row[0] = times[i];
        memcpy(row + 1, value + i * columns, columns * sizeof *row);
        status = aln_writer_row(writer, row, 1 + columns);
    }
    free(row);
    return status == ALN_OK ? aln_writer_end_block(writer) : status;
}

/* Opens the result.  Given: command  "ode" or "train" */
static enum aln_status open_result(struct aln_writer **out, const char *command,
                                   const struct aln_deep_linear_params *p,
                                   const struct aln_run_options *options)
{
    const size_t L = p->network.layer_count, columns = aln_deep_ode_columns(L);
    char(*name)[32] = malloc(columns * sizeof *name);
    const char **column = malloc((1 + columns) * sizeof *column);
    char *header = NULL;
    size_t blocks_done;
    enum aln_status status = name != NULL && column != NULL ? aln_deep_linear_header(p, &header)
                                                            : aln_raise_memory("the columns");
    for (size_t i = 0; status == ALN_OK && i < columns; i++) {
        aln_deep_ode_column(L, i, name[i]);
        column[1 + i] = name[i];
    }
    if (status == ALN_OK) {
        column[0] = "t";
        status = aln_writer_open(out,
                                 &(struct aln_writer_options){.path = options->path,
                                                              .command = command,
                                                              .yaml = header,
                                                              .columns = column,
                                                              .column_count = 1 + columns,
                                                              .quick = options->quick},
                                 &blocks_done);
    }
    free(header);
    free(column);
    free(name);
    return status;
}

/* Given: rate  of training; 0: the equations */
static enum aln_status run(const char *command, double rate, const struct aln_deep_linear_params *p,
                           const struct aln_run_options *options)
{
    const size_t columns = aln_deep_ode_columns(p->network.layer_count);
    const struct aln_progress *progress = options->progress;
    struct aln_writer *writer = NULL;
    double *times = NULL, *value = NULL;
    size_t count;
    enum aln_status status = aln_deep_linear_times(p, rate, &count, &times);
    if (status == ALN_OK && (value = malloc(count * columns * sizeof *value)) == NULL)
        status = aln_raise_memory("%zu times", count);
    if (status == ALN_OK)
        status = open_result(&writer, command, p, options);
    if (status == ALN_OK && rate > 0) {
        struct progress_part part = {progress, p->run.time / rate};
        status = aln_deep_linear_train(
            p, rate, count, times,
            &(struct aln_deep_linear_watch){
                .stop = progress != NULL ? progress->stop : NULL,
                .update = progress != NULL && progress->update != NULL ? update : NULL,
                .context = &part},
            value);
    } else if (status == ALN_OK) {
        status =
            aln_deep_linear_solve(p, count, times, progress != NULL ? progress->stop : NULL, value);
    }
    if (status == ALN_OK)
        status = write_rows(writer, columns, count, times, value);
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
    aln_writer_abandon(writer, false);
    free(times);
    free(value);
    return status;
}

enum aln_status aln_deep_linear_run_ode(const void *params, const struct aln_run_options *options)
{
    return run("ode", 0, params, options);
}

enum aln_status aln_deep_linear_run_train(const void *params, const struct aln_run_options *options)
{
    const struct aln_deep_linear_params *p = params;
    return run("train", p->learning.rate, p, options);
}

/* A network of dense layers after a few steps, with samples and a meter of all measures. */
#ifndef ALIGNODE_TESTS_SCENE_H
#define ALIGNODE_TESTS_SCENE_H

#include "../nets.h"
#include "alignode/measure.h"

enum { DEPTH = 4, SAMPLES = 21 /* more than one chunk of 16 */, MOST = 64 };
static const size_t units[DEPTH + 1] = {7, 9, 8, 6, 3};

/* Samples whose labels count as changed. */
static const bool noisy[SAMPLES] = {[0] = true, [3] = true, [7] = true, [16] = true, [19] = true};

/* A network after a few steps, and its probe. */
struct scene {
    struct net options;
    struct aln_network *net;
    struct samples samples;
    struct aln_meter *meter;
};

static inline void set_scene(struct scene *s, const char *rule, const char *loss,
                             const char *activation, bool bias)
{
    unsigned all[ALN_MOST_MEASURES];
    for (unsigned i = 0; i < aln_measures.count; i++)
        all[i] =
            (unsigned)aln_measures.count - 1 - i; /* the order of the request does not matter */
    dense_net(&s->options, rule, loss, activation, DEPTH, units);
    s->options.o.bias = bias;
    s->options.o.feedback.scaling = s->options.o.rule->learns ? ALN_BY_ONE : ALN_BY_ROOT;
    s->net = make_net(&s->options);
    draw_samples(&s->samples, SAMPLES, units[0], units[DEPTH], strcmp(loss, "cross-entropy") == 0,
                 11);
    struct aln_batch batch = s->samples.batch;
    batch.count = 16;
    for (int step = 0; step < 30; step++)
        must(aln_network_step(s->net, &batch, 0.005));
    const struct aln_meter_options options = {.measure = all,
                                              .measure_count = aln_measures.count,
                                              .train = s->samples.batch,
                                              .test = batch,
                                              .probe = s->samples.batch,
                                              .noisy = noisy};
    must(aln_meter_create(&s->meter, s->net, &options));
}

static inline void strike_scene(struct scene *s)
{
    aln_meter_free(s->meter);
    aln_network_free(s->net);
    free_samples(&s->samples);
}

/* All values, with the last 5 samples as the current mini-batch. */
static inline double *read_all(struct scene *s)
{
    struct aln_batch current = s->samples.batch;
    uint32_t last[5];
    double *value = malloc(aln_meter_columns(s->meter) * sizeof *value);
    ck_assert_ptr_nonnull(value);
    for (uint32_t i = 0; i < 5; i++)
        last[i] = SAMPLES - 5 + i;
    current.index = last;
    current.count = 5;
    must(aln_meter_read(s->meter, &current, value));
    return value;
}

static inline double reading(const struct scene *s, const double *value, const char *name)
{
    char column[32];
    for (size_t i = 0; i < aln_meter_columns(s->meter); i++) {
        aln_meter_column(s->meter, i, column);
        if (strcmp(column, name) == 0)
            return value[i];
    }
    ck_abort_msg("no column %s", name);
    return NAN;
}

static inline double reading_of(const struct scene *s, const double *value, const char *name,
                                size_t l)
{
    char column[32];
    snprintf(column, sizeof column, "%s_%zu", name, l);
    return reading(s, value, column);
}

static inline void near(double a, double b)
{
    ck_assert_msg(fabs(a - b) <= 1e-10 * (1 + fabs(b)), "%.17g and %.17g", a, b);
}

/* The row of a measure. */
static inline unsigned number_of(const char *measure)
{
    return (unsigned)((const struct aln_measure *)aln_measure_find(measure) - aln_measure_row(0));
}

#endif

#include "train/learner.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alignode/random.h"
#include "alignode/rates.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "params/times.h"

double aln_train_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum aln_status load_data(struct aln_data *data, const struct aln_train_params *p,
                                 uint64_t seed)
{
    struct aln_data_spec spec = aln_train_data(p, seed);
    return aln_data_load(data, p->data.kind, &spec);
}

/* ---- the plan ---- */

/* Files must be read to count their training samples; the count is the same for all seeds. */
static enum aln_status count_samples(const struct aln_train_plan *plan, size_t *samples)
{
    const struct aln_train_params *p = plan->params;
    *samples = p->data.shared ? plan->data.train.count : p->data.spec.train;
    if (*samples > 0)
        return ALN_OK;
    struct aln_data data = {0};
    enum aln_status status = load_data(&data, p, p->run.seeds[0]);
    *samples = data.train.count;
    aln_data_free(&data);
    return status;
}

enum aln_status aln_train_steps(const struct aln_train_params *p, uint64_t per_epoch, size_t *count,
                                uint64_t **step)
{
    double *epoch, N = (double)per_epoch;
    bool listed = p->run.record.times != NULL;
    struct aln_times asked = {.count = listed ? p->run.record.times_count : p->run.record.count,
                              .spacing = p->run.record.spacing,
                              .first = isnan(p->run.record.first) ? 1 / N : p->run.record.first,
                              .time = p->run.record.times};
    enum aln_status status = aln_times_make(&asked, (double)p->run.epochs, N, count, &epoch);
    *step = status == ALN_OK ? malloc(*count * sizeof **step) : NULL;
    for (size_t i = 0; *step != NULL && i < *count; i++)
        (*step)[i] = (uint64_t)llround(epoch[i] * N);
    free(epoch);
    return status == ALN_OK && *step == NULL ? aln_raise_memory("%zu records", *count) : status;
}

enum aln_status aln_train_plan_create(struct aln_train_plan *plan, const struct aln_train_params *p)
{
    size_t samples;
    enum aln_status status = ALN_OK;
    *plan = (struct aln_train_plan){.params = p};
    if ((p->data.shared && (status = load_data(&plan->data, p, p->data.spec.seed)) != ALN_OK) ||
        (status = count_samples(plan, &samples)) != ALN_OK)
        return status;
    plan->per_epoch = (samples + p->network.batch - 1) / p->network.batch;
    return aln_train_steps(p, plan->per_epoch, &plan->count, &plan->step);
}

void aln_train_plan_free(struct aln_train_plan *plan)
{
    aln_data_free(&plan->data);
    free(plan->step);
}

/* ---- samples ---- */

/* The order of an epoch's samples is a function of seed and epoch. */
static void make_order(struct aln_learner *l, uint64_t epoch)
{
    size_t n = l->data->train.count;
    struct aln_stream stream;
    if (l->ordered == epoch + 1)
        return;
    l->ordered = epoch + 1;
    for (size_t i = 0; i < n; i++)
        l->order[i] = (uint32_t)i;
    if (l->plan->params->learning.order == ALN_FIXED)
        return;
    aln_stream_init(&stream, l->seed, "deep batches", epoch);
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)(aln_stream_uniform(&stream) * (double)i); /* 0 .. i-1 */
        uint32_t was = l->order[i - 1];
        l->order[i - 1] = l->order[j];
        l->order[j] = was;
    }
}

static struct aln_batch samples_of(const struct aln_dataset *set, size_t count)
{
    return (struct aln_batch){.count = count == 0 || count > set->count ? set->count : count,
                              .x = set->x,
                              .label = set->label,
                              .y = set->label == NULL ? set->y : NULL};
}

/* The mini-batch of a step, counted from 0. */
static struct aln_batch batch_at(struct aln_learner *l, uint64_t step)
{
    uint64_t per_epoch = l->plan->per_epoch;
    size_t size = l->plan->params->network.batch;
    size_t from = (size_t)(step % per_epoch) * size, left = l->data->train.count - from;
    struct aln_batch batch = samples_of(&l->data->train, 0);
    make_order(l, step / per_epoch);
    batch.index = l->order + from;
    batch.count = left < size ? left : size;
    return batch;
}

/* ---- one seed ---- */

static enum aln_status make_network(struct aln_learner *l)
{
    enum { PIECE = 256 }; /* samples per forward pass of an evaluation */
    const struct aln_train_params *p = l->plan->params;
    const struct aln_dataset *set = &l->data->train;
    struct aln_network_options options = p->network;
    options.input = (struct aln_shape){set->channels, set->height, set->width};
    options.batch = options.batch > PIECE ? options.batch : PIECE;
    options.seed = l->seed;
    if (!p->learning.shared_feedback)
        options.feedback.seed = l->seed;
    enum aln_status status =
        p->start != NULL ? aln_learner_start(l, &options) : aln_network_create(&l->net, &options);
    if (status != ALN_OK)
        return status;
    size_t outputs = aln_network_units(l->net, aln_network_depth(l->net));
    if (outputs != set->outputs)
        return aln_raise(ALN_USAGE,
                         "network.layers: expected %zu units in the last layer, as data set %s "
                         "requires, got %zu",
                         set->outputs, p->data.kind->id.name, outputs);
    return ALN_OK;
}

static enum aln_status make_meter(struct aln_learner *l)
{
    const struct aln_train_params *p = l->plan->params;
    l->sampled = (struct aln_meter_options){
        .measure = p->run.measures,
        .measure_count = p->run.measures_count,
        .train = samples_of(&l->data->train, (size_t)p->run.scored),
        .test = samples_of(&l->data->test, 0),
        .probe = samples_of(p->run.probe_set == ALN_PROBE_TRAIN ? &l->data->train : &l->data->test,
                            (size_t)p->run.probe),
        .noisy = l->data->train.noisy,
    };
    return aln_meter_create(&l->meter, l->net, &l->sampled);
}

enum aln_status aln_learner_create(struct aln_learner **out, const struct aln_train_plan *plan,
                                   uint64_t seed)
{
    struct aln_learner *l = calloc(1, sizeof *l);
    enum aln_status status = ALN_OK;
    *out = NULL;
    if (l == NULL)
        return aln_raise_memory("seed %" PRIu64, seed);
    l->plan = plan;
    l->seed = seed;
    l->data = plan->params->data.shared ? &plan->data : &l->own;
    if ((!plan->params->data.shared &&
         (status = load_data(&l->own, plan->params, seed)) != ALN_OK) ||
        (status = make_network(l)) != ALN_OK || (status = make_meter(l)) != ALN_OK)
        goto out;
    l->columns = aln_meter_columns(l->meter);
    l->order = malloc(l->data->train.count * sizeof *l->order);
    l->row = malloc((plan->count * l->columns + 1) * sizeof *l->row);
    if (l->order == NULL || l->row == NULL) {
        status = aln_raise_memory("seed %" PRIu64, seed);
        goto out;
    }
    *out = l;
    l = NULL;
out:
    aln_learner_free(l);
    return status;
}

void aln_learner_free(struct aln_learner *l)
{
    if (l == NULL)
        return;
    aln_meter_free(l->meter);
    aln_network_free(l->net);
    aln_data_free(&l->own);
    free(l->order);
    free(l->row);
    free(l);
}

/* ---- learning ---- */

double aln_train_rate(const struct aln_train_params *p, uint64_t step, uint64_t per_epoch)
{
    double rate = p->learning.rate, epoch = (double)step / (double)per_epoch;
    for (size_t i = 0; i < p->learning.schedule_count && p->learning.schedule[i].time <= epoch; i++)
        rate = p->learning.schedule[i].eta[0];
    return rate;
}

static enum aln_status take_record(struct aln_learner *l)
{
    uint64_t pairs, left_out;
    double began = aln_train_clock();
    struct aln_batch next = batch_at(l, aln_network_steps(l->net));
    enum aln_status status = aln_meter_read(l->meter, &next, l->row + l->recorded * l->columns);
    if (status != ALN_OK)
        return status;
    aln_meter_left_out(l->meter, &pairs, &left_out);
    l->pairs += pairs;
    l->left_out += left_out;
    l->recorded++;
    l->measuring += aln_train_clock() - began;
    return ALN_OK;
}

static bool is_stopped(const struct aln_train_watch *watch)
{
    return watch->stop != NULL && *watch->stop != 0;
}

static enum aln_status advance(struct aln_learner *l, size_t record, struct aln_train_watch *watch)
{
    double began = aln_train_clock(), now = began;
    enum aln_status status = ALN_OK;
    uint64_t target = l->plan->step[record], step;
    if (l->recorded > record)
        return ALN_OK;
    while (status == ALN_OK && (step = aln_network_steps(l->net)) < target) {
        /* Takes at least one step between two deadlines, however short the interval. */
        if (is_stopped(watch) || (now > began && now >= watch->deadline)) {
            status = ALN_STOPPED;
            break;
        }
        struct aln_batch batch = batch_at(l, step);
        double rate = aln_train_rate(l->plan->params, step, l->plan->per_epoch);
        status = aln_network_step(l->net, &batch, rate);
        watch->stepped(watch);
        now = aln_train_clock();
    }
    l->learning += now - began;
    return status == ALN_OK ? take_record(l) : status;
}

enum aln_status aln_learner_advance(struct aln_learner *l, size_t record,
                                    struct aln_train_watch *watch)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(watch->stop);
    enum aln_status status = advance(l, record, watch);
    aln_interrupt_watch(before);
    return status;
}

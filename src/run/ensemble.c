#include "run/ensemble.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/error_sum.h"
#include "model/params.h"
#include "run/record.h"
#include "run/trajectory.h"

enum aln_status aln_ensemble_record(struct aln_record *out, const struct aln_problem *p,
                                    const struct aln_params *params,
                                    const struct aln_engine *engine)
{
    return aln_record_open(out, p, params, engine->second != NULL && aln_engine_second(params),
                           engine->fluctuations != NULL && params->ode.fluctuations);
}

/* How far eg has come out below zero, more than rounding explains. */
struct shortfall {
    double most;  /* 0: never */
    double first; /* the first time */
};

/* Shared by the repeats. */
struct ensemble_run {
    const struct aln_ensemble *e;
    const struct aln_engine *engine;
    struct aln_params params; /* a shallow copy, without extra columns unless they are recorded */
    struct aln_record record;
    size_t cols;
    size_t at_once; /* repeats of a job, the last of which may have fewer */
    size_t size;    /* bytes of the result of a repeat */
    aln_repeat_sink sink;
    void *context;
    struct shortfall below; /* of all repeats so far */
    uint64_t below_repeat;
};

/* Result of a repeat; the rows are valid even if the engine fails after them. */
struct repeat {
    enum aln_status status;
    size_t rows;
    struct shortfall below;
    double switched; /* struct aln_ensemble */
    struct aln_fluctuations_end end;
    double row[]; /* times x columns */
};

/* The repeats of a job. */
struct recording {
    const struct ensemble_run *shared;
    uint64_t first;
    size_t count;
    char *repeats;
    struct aln_record_geometry *geometry; /* NULL unless recorded */
    struct aln_failure failure;           /* of the first repeat that failed */
};

static uint64_t first_of(const struct ensemble_run *shared, uint64_t job)
{
    return shared->e->first + job * shared->at_once;
}

/* The repeats of a job. */
static size_t count_of(const struct ensemble_run *shared, uint64_t job)
{
    const uint64_t left = shared->e->repeats - first_of(shared, job);
    return left < shared->at_once ? (size_t)left : shared->at_once;
}

static void note_shortfall(struct shortfall *below, const struct aln_problem *p, double t,
                           const struct aln_record_view *view)
{
    const struct aln_problem now = aln_problem_in_turn(p, view->turn);
    const struct aln_error_sum eg = aln_problem_error_sum(&now, view->state);
    if (!(eg.value < -eg.rounding))
        return;
    if (below->most == 0)
        below->first = t;
    below->most = fmax(below->most, -eg.value);
}

/* One row of the repeat that the engine shows. */
static enum aln_status record_one(struct recording *recording, struct repeat *repeat, size_t i,
                                  void *handle)
{
    const struct ensemble_run *shared = recording->shared;
    struct aln_record_view view = {.state = shared->engine->state(handle),
                                   .train = NAN,
                                   .turn = shared->engine->turn(handle)},
                           second = view;
    if (shared->record.errors)
        second.state = shared->engine->second(handle);
    if (shared->record.train)
        view.train = shared->engine->train(handle);
    if (shared->record.train && shared->record.errors)
        second.train = shared->engine->second_train(handle);
    double *row = repeat->row + i * shared->cols;
    enum aln_status status = aln_record_fill(&shared->record, shared->e->times[i], &view, &second,
                                             recording->geometry, row);
    if (status != ALN_OK)
        return status;
    if (shared->record.spread) {
        status = shared->engine->fluctuations(handle, row + aln_record_spread_at(&shared->record));
        if (status != ALN_OK)
            return status;
        repeat->end = shared->engine->fluctuations_end(handle);
    }
    if (aln_interrupted()) /* averages that end early are undefined */
        return aln_raise(ALN_STOPPED, "stopped");
    repeat->rows = i + 1;
    if (shared->engine->switched != NULL)
        repeat->switched = shared->engine->switched(handle);
    note_shortfall(&repeat->below, shared->e->problem, shared->e->times[i], &view);
    return ALN_OK;
}

/* Passes on an engine's error with the number of its repeat. */
static enum aln_status name_repeat(const struct ensemble_run *shared, enum aln_status status,
                                   uint64_t repeat)
{
    return status == ALN_NUMERIC && shared->engine->repeats
               ? aln_raise_again(status, "repeat %" PRIu64 ": ", repeat)
               : status;
}

/* Those after one that has failed are not wanted, those before it are. */
static bool record_row(void *context, size_t i, void *handle)
{
    struct recording *recording = context;
    const struct ensemble_run *shared = recording->shared;
    const bool wanted = !shared->e->last || i + 1 == shared->e->time_count;
    for (size_t k = 0; k < recording->count; k++) {
        struct repeat *repeat = (struct repeat *)(void *)(recording->repeats + k * shared->size);
        enum aln_status status =
            shared->engine->select != NULL ? shared->engine->select(handle, k) : ALN_OK;
        if (status == ALN_OK && wanted)
            status = record_one(recording, repeat, i, handle);
        if (status == ALN_OK)
            continue;
        repeat->status = name_repeat(shared, status, recording->first + k);
        aln_failure_keep(&recording->failure, repeat->status);
        recording->count = k;
    }
    return recording->count > 0;
}

static enum aln_status run_repeats(void *context, struct aln_job *job, void *out)
{
    const struct ensemble_run *shared = context;
    const struct aln_ensemble *e = shared->e;
    struct recording recording = {.shared = shared,
                                  .first = first_of(shared, aln_job_index(job)),
                                  .count = count_of(shared, aln_job_index(job)),
                                  .repeats = out};
    for (size_t k = 0; k < recording.count; k++)
        *(struct repeat *)(void *)(recording.repeats + k * shared->size) =
            (struct repeat){.status = ALN_OK,
                            .switched = NAN,
                            .end = {.limit = ALN_FLUCTUATIONS_HOLD, .cosine = NAN}};
    enum aln_status status = aln_record_geometry_create(&recording.geometry, &shared->record);
    if (status == ALN_OK)
        status = aln_trajectory_run(&(struct aln_trajectory){.engine = shared->engine,
                                                             .problem = e->problem,
                                                             .params = &shared->params,
                                                             .repeat = recording.first,
                                                             .count = recording.count,
                                                             .time_count = e->time_count,
                                                             .times = e->times,
                                                             .known = e->known,
                                                             .events = e->events,
                                                             .event_count = e->event_count,
                                                             .look = record_row,
                                                             .context = &recording},
                                    job);
    aln_record_geometry_free(recording.geometry);
    if (status == ALN_OK)
        return aln_failure_raise(&recording.failure);
    status = name_repeat(shared, status, recording.first);
    ((struct repeat *)out)->status = status;
    return status;
}

/* Passes on the repeats of a job, up to the first that failed. */
static enum aln_status pass_to_sink(void *context, uint64_t job, enum aln_status of_job,
                                    const void *out)
{
    struct ensemble_run *shared = context;
    enum aln_status status = ALN_OK;
    (void)of_job;
    for (size_t k = 0; k < count_of(shared, job) && status == ALN_OK; k++) {
        const struct repeat *repeat = (const void *)((const char *)out + k * shared->size);
        const uint64_t index = first_of(shared, job) + k;
        if (shared->e->switched != NULL)
            *shared->e->switched = repeat->switched;
        if (shared->e->end != NULL)
            *shared->e->end = repeat->end;
        if (repeat->below.most > shared->below.most) {
            shared->below = repeat->below;
            shared->below_repeat = index;
        }
        status = shared->sink(shared->context, index, repeat->rows, shared->e->times, repeat->row,
                              repeat->status == ALN_OK);
        if (repeat->status != ALN_OK)
            break;
    }
    return status;
}

/* How many repeats a job runs at once: no more than leave work for every thread. */
static size_t at_once(const struct aln_ensemble *e, const struct aln_engine *engine)
{
    const uint64_t repeats = e->repeats > e->first ? e->repeats - e->first : 0,
                   threads = (uint64_t)aln_jobs_threads(e->threads, repeats),
                   most = engine->at_once != NULL ? engine->at_once(e->problem) : 1,
                   share = threads > 0 ? (repeats + threads - 1) / threads : 1;
    return (size_t)(share < 1 ? 1 : share < most ? share : most);
}

/* Says that rows hold eg = 0 where it came out negative, and why. */
static void tell_shortfall(const struct ensemble_run *shared)
{
    const struct aln_progress *progress = shared->e->progress;
    char line[256];
    if (!(shared->below.most > 0) || progress == NULL || progress->warn == NULL)
        return;
    int n = snprintf(line, sizeof line, "eg came out below zero by up to %.2g, from t = %.9g on",
                     shared->below.most, shared->below.first);
    if (shared->engine->repeats)
        n += snprintf(line + n, sizeof line - (size_t)n, " in repeat %" PRIu64,
                      shared->below_repeat);
    snprintf(line + n, sizeof line - (size_t)n, "%s",
             shared->engine->repeats
                 ? ", where rounding has added up over the steps; 0 is recorded instead"
                 : ", by errors of integration; 0 is recorded instead; a smaller ode.rtol and "
                   "ode.atol bring it closer to zero");
    progress->warn(progress->context, line);
}

enum aln_status aln_run_ensemble(const struct aln_ensemble *e, aln_repeat_sink sink, void *context)
{
    struct ensemble_run shared = {.e = e,
                                  .engine = &aln_engine_table[e->engine],
                                  .params = *e->params,
                                  .sink = sink,
                                  .context = context};
    shared.params.ode.check = e->extra && e->params->ode.check;
    shared.params.ode.averages = e->extra ? e->params->ode.averages : NULL;
    shared.params.run.record.degrees = e->extra && e->params->run.record.degrees;
    shared.params.ode.fluctuations = e->spread && e->params->ode.fluctuations;
    shared.params.run.record.geometry = e->extra && e->params->run.record.geometry;
    shared.params.run.record.gradient_alignment =
        e->extra && e->params->run.record.gradient_alignment;
    shared.params.run.record.descent = e->extra && e->params->run.record.descent;
    shared.params.run.record.hessian = e->extra && e->params->run.record.hessian;
    shared.params.run.record.early_law = e->extra && e->params->run.record.early_law;
    enum aln_status status =
        aln_ensemble_record(&shared.record, e->problem, &shared.params, shared.engine);
    if (status != ALN_OK)
        return status;
    shared.cols = aln_record_columns(&shared.record);
    shared.at_once = at_once(e, shared.engine);
    shared.size = sizeof(struct repeat) + e->time_count * shared.cols * sizeof(double);
    const uint64_t repeats = e->repeats > e->first ? e->repeats - e->first : 0;
    status = aln_jobs_run(&(struct aln_jobs){.end = (repeats + shared.at_once - 1) / shared.at_once,
                                             .size = shared.at_once * shared.size,
                                             .threads = e->threads,
                                             .progress = e->progress,
                                             .run = run_repeats,
                                             .take = pass_to_sink,
                                             .keeps_stopped = !shared.engine->repeats,
                                             .context = &shared});
    aln_record_close(&shared.record);
    tell_shortfall(&shared);
    return status;
}

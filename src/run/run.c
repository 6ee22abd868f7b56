#include "run/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "file/table_header.h"
#include "model/error_sum.h"
#include "model/params.h"
#include "params/schema_table.h"
#include "run/estimate.h"
#include "run/record.h"
#include "run/trajectory.h"

/* Returned: *out  the columns to record with this engine, aln_record_close() */
static enum aln_status open_record(struct aln_record *out, const struct aln_problem *p,
                                   const struct aln_params *params, const struct aln_engine *engine)
{
    return aln_record_open(out, p, params, engine->second != NULL && aln_engine_second(params),
                           engine->fluctuations != NULL && params->ode.fluctuations);
}

/* ---- repeats ---- */

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
    for (size_t k = 0; k < recording->count; k++) {
        struct repeat *repeat = (struct repeat *)(void *)(recording->repeats + k * shared->size);
        enum aln_status status =
            shared->engine->select != NULL ? shared->engine->select(handle, k) : ALN_OK;
        if (status == ALN_OK)
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
            (struct repeat){.status = ALN_OK, .switched = NAN, .end.limit = ALN_FLUCTUATIONS_HOLD};
    enum aln_status status = aln_record_geometry_create(&recording.geometry, &shared->record);
    if (status == ALN_OK)
        status = aln_trajectory_run(&(struct aln_trajectory){.engine = shared->engine,
                                                             .problem = e->problem,
                                                             .params = &shared->params,
                                                             .repeat = recording.first,
                                                             .count = recording.count,
                                                             .time_count = e->time_count,
                                                             .times = e->times,
                                                             .states = e->states,
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
    enum aln_status status = open_record(&shared.record, e->problem, &shared.params, shared.engine);
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

/* ---- header ---- */

static void add_matrix(struct aln_text *text, const char *name, size_t rows, size_t cols,
                       const double *a)
{
    aln_text_add(text, "  %s: [", name);
    for (size_t i = 0; i < rows && !aln_interrupted(); i++) {
        aln_text_add(text, "%s", i > 0 ? ", " : "");
        aln_params_put_numbers(text, a + i * cols, cols);
    }
    aln_text_add(text, "]\n");
}

/* Adds one part of the initial state. */
static void add_start(struct aln_text *text, const struct aln_problem *p, enum aln_state_part part)
{
    const struct aln_span span = aln_state_layout(p).part[part];
    char name[32];
    double *a = malloc(span.rows * span.cols * sizeof *a);
    if (a == NULL) {
        text->failed = true;
        return;
    }
    aln_state_unpack(p, part, p->start, a);
    aln_state_name(p, span.at, name);
    *strchr(name, '_') = '\0';
    add_matrix(text, name, span.rows, span.cols, a);
    free(a);
}

enum aln_status aln_run_header(const struct aln_params *params, const struct aln_problem *p,
                               char **out)
{
    char *yaml = NULL;
    struct aln_text text = {0};
    *out = NULL;
    enum aln_status status = aln_params_yaml(params, &yaml);
    if (status != ALN_OK)
        return status;
    bool phi = params->learning.rule->adapts;
    const bool start =
        params->problem.overlaps.Q.a != NULL || params->problem.overlaps.blocks != NULL;
    bool overlaps = phi || !start;
    bool teacher = params->problem.tasks_count == 0 &&
                   (params->problem.teacher.readout.fill == ALN_FILL_STD ||
                    params->problem.teacher.readout.fill == ALN_FILL_TARGETS);
    bool student = !start && params->problem.student.readout.fill == ALN_FILL_STD;
    bool feedback = params->learning.feedback.matrix.a == NULL;
    aln_text_add(&text, "%s", yaml);
    if (overlaps || teacher || student || feedback)
        aln_text_add(&text, "drawn:\n");
    if (overlaps) {
        if (!params->run.drawn_starts) {
            add_start(&text, p, ALN_Q);
            add_start(&text, p, ALN_R);
        }
        add_matrix(&text, "T", p->M, p->M, p->T);
    }
    if (student)
        add_start(&text, p, ALN_W2);
    if (teacher)
        add_matrix(&text, "V2", p->O, p->M, p->V2);
    if (feedback)
        add_matrix(&text, "F1", p->K, p->O, p->F1);
    free(yaml);
    if (text.failed || aln_interrupted()) {
        free(text.s);
        return text.failed ? aln_raise_memory("the header of a result")
                           : aln_raise(ALN_STOPPED, "stopped");
    }
    *out = text.s;
    return ALN_OK;
}

/* ---- result of one engine ---- */

/* Where the rows go: to a file, or the last of each block to a summary. */
struct writing {
    struct aln_writer *writer;
    struct aln_run_summary *summary;
    size_t cols; /* of a recorded row */
    double *line;
    struct aln_estimate moments; /* of a repeat's rows; cells == 0: the repeats are written */
};

/* Writes w->line, row i of a block of `rows`. */
static enum aln_status write_line(const struct writing *w, size_t count, size_t i, size_t rows)
{
    if (w->summary == NULL)
        return aln_writer_row(w->writer, w->line, count);
    return i + 1 < rows || aln_table_row(&w->summary->rows, w->line, count)
               ? ALN_OK
               : aln_raise_memory("the rows of a result");
}

static enum aln_status end_block(const struct writing *w)
{
    return w->summary == NULL ? aln_writer_end_block(w->writer) : ALN_OK;
}

static enum aln_status write_remark(const struct writing *w, const char *line)
{
    if (w->summary == NULL)
        return aln_writer_remark(w->writer, line);
    aln_text_add(&w->summary->remarks, "%s\n", line);
    return w->summary->remarks.failed ? aln_raise_memory("a remark") : ALN_OK;
}

/* What follows repeat and t in a row of moments: the means of all columns, then their sd_ and se_. */
static const char *const moment_prefixes[] = {"", "sd_", "se_"};
enum { MOMENTS = sizeof moment_prefixes / sizeof moment_prefixes[0] };

static enum aln_status add_moments(void *context, uint64_t repeat, size_t rows, const double *t,
                                   const double *row, bool whole)
{
    struct writing *w = context;
    (void)repeat;
    (void)rows;
    (void)t;
    if (whole) /* otherwise the run ends with the engine's error */
        aln_estimate_add(&w->moments, row);
    return ALN_OK;
}

static enum aln_status write_moments(const struct writing *w, size_t time_count,
                                     const double *times)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < time_count && status == ALN_OK; i++) {
        double *at = w->line;
        *at++ = 0;
        *at++ = times[i];
        memcpy(at, w->moments.mean + i * w->cols, w->cols * sizeof *at);
        for (size_t c = 0; c < w->cols; c++) {
            at[w->cols + c] = aln_estimate_deviation(&w->moments, i * w->cols + c);
            at[2 * w->cols + c] = aln_estimate_error(&w->moments, i * w->cols + c);
        }
        status = write_line(w, MOMENTS * w->cols + 2, i, time_count);
    }
    return status == ALN_OK ? end_block(w) : status;
}

static enum aln_status write_repeat(void *context, uint64_t repeat, size_t rows, const double *t,
                                    const double *row, bool whole)
{
    struct writing *w = context;
    (void)whole; /* rows before a failure are kept, too; resuming runs the repeat again */
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < rows && status == ALN_OK; i++) {
        w->line[0] = (double)repeat;
        w->line[1] = t[i];
        memcpy(w->line + 2, row + i * w->cols, w->cols * sizeof *row);
        status = write_line(w, w->cols + 2, i, rows);
    }
    return status == ALN_OK ? end_block(w) : status;
}

/* Returned: *events  the *count events asked for, yours, free() */
static enum aln_status make_events(const struct aln_params *p, struct aln_event **events,
                                   size_t *count)
{
    const double *const level[] = {p->ode.events.eg_below, p->ode.events.eg_fraction};
    const size_t levels[] = {p->ode.events.eg_below_count, p->ode.events.eg_fraction_count};
    const struct {
        enum aln_event_kind kind;
        bool wanted;
    } once[] = {{ALN_EVENT_COS_MAXIMUM, p->ode.events.cos_maximum},
                {ALN_EVENT_PLATEAU_ENTERED, p->ode.events.plateau_entered},
                {ALN_EVENT_PLATEAU_LEFT, p->ode.events.plateau_left},
                {ALN_EVENT_EXPONENTIAL, p->ode.events.exponential}};
    enum { ONCE = sizeof once / sizeof once[0] };
    size_t most = levels[0] + levels[1] + ONCE;
    *count = 0;
    *events = calloc(most, sizeof **events);
    if (*events == NULL)
        return aln_raise_memory("%zu events", most);
    for (int i = 0; i < 2; i++)
        for (size_t j = 0; j < levels[i]; j++)
            (*events)[(*count)++] = (struct aln_event){
                .kind = i == 0 ? ALN_EVENT_EG_BELOW : ALN_EVENT_EG_FRACTION, .value = level[i][j]};
    for (size_t i = 0; i < ONCE; i++)
        if (once[i].wanted)
            (*events)[(*count)++].kind = once[i].kind;
    return ALN_OK;
}

static enum aln_status write_event(const struct writing *w, const struct aln_event *event)
{
    bool has_value = event->kind == ALN_EVENT_EG_BELOW || event->kind == ALN_EVENT_EG_FRACTION;
    char line[192], value[32], t[32], eg[32], cosine[32];
    aln_text_from_real(event->value, value);
    aln_text_from_real(event->t, t);
    aln_text_from_real(event->eg, eg);
    aln_text_from_real(event->cos, cosine);
    int n =
        snprintf(line, sizeof line, "event %s%s%s", aln_names_row(&aln_events, event->kind)->name,
                 has_value ? " " : "", has_value ? value : "");
    if (isnan(event->t))
        snprintf(line + n, sizeof line - (size_t)n, " never");
    else
        snprintf(line + n, sizeof line - (size_t)n, " t %s eg %s cos %s", t, eg, cosine);
    return write_remark(w, line);
}

static enum aln_status write_switch(const struct writing *w, double switched)
{
    char line[64], t[32];
    aln_text_from_real(switched, t);
    snprintf(line, sizeof line, "stepper bsimp from t %s", t);
    return write_remark(w, line);
}

static enum aln_status write_end(const struct writing *w, const struct aln_problem *p,
                                 const struct aln_fluctuations_end *end)
{
    static const char *const limits[] = {[ALN_FLUCTUATIONS_LARGE] = "large",
                                         [ALN_FLUCTUATIONS_PLATEAU] = "plateau",
                                         [ALN_FLUCTUATIONS_JUMP] = "jump"};
    char line[128], t[32], entry[32];
    aln_text_from_real(end->t, t);
    aln_state_name(p, end->entry, entry);
    snprintf(line, sizeof line, "fluctuations end t %s %s%s%s", t, limits[end->limit],
             end->limit != ALN_FLUCTUATIONS_PLATEAU ? " " : "",
             end->limit != ALN_FLUCTUATIONS_PLATEAU ? entry : "");
    return write_remark(w, line);
}

/* Says why columns are nan from there on. */
static void tell_end(const struct aln_progress *progress, const struct aln_problem *p,
                     const struct aln_fluctuations_end *end)
{
    char line[256], entry[32];
    if (progress == NULL || progress->tell == NULL)
        return;
    aln_state_name(p, end->entry, entry);
    if (end->limit == ALN_FLUCTUATIONS_LARGE)
        snprintf(line, sizeof line,
                 "fluctuations are nan from t = %.6g on: at N = %" PRIu64 " the standard deviation "
                 "of %s exceeds a third of its scale",
                 end->t, p->N, entry);
    else if (end->limit == ALN_FLUCTUATIONS_PLATEAU)
        snprintf(line, sizeof line,
                 "fluctuations are nan from t = %.6g on: at N = %" PRIu64 " chance decides when "
                 "runs leave the plateau there",
                 end->t, p->N);
    else
        snprintf(
            line, sizeof line,
            "fluctuations are nan from t = %.6g on: %s changes its sign there, and with it the "
            "feedback jumps",
            end->t, entry);
    progress->tell(progress->context, line);
}

/* Opens the result, or begins the summary with the names of the columns.
 * Given: block_rows  of a block that is kept on resuming; 0: none is */
static enum aln_status begin(struct writing *w, const struct aln_problem *problem,
                             const struct aln_params *params, const char *command, size_t count,
                             const char *const *column, size_t block_rows,
                             const struct aln_run_options *options, size_t *blocks_done)
{
    char *header = NULL;
    w->summary = options->summary;
    if (w->summary != NULL) {
        for (size_t i = 0; i < count; i++)
            aln_text_add(&w->summary->names, "%s%s", i > 0 ? "\t" : "", column[i]);
        return w->summary->names.failed ? aln_raise_memory("%zu columns", count) : ALN_OK;
    }
    enum aln_status status = aln_run_header(params, problem, &header);
    if (status == ALN_OK)
        status = aln_writer_open(
            &w->writer,
            &(struct aln_writer_options){.path = options->path,
                                         .command = command,
                                         .yaml = header,
                                         .columns = column,
                                         .column_count = count,
                                         .resume = options->resume && block_rows > 0,
                                         .adopt = options->extend,
                                         .block_rows = block_rows,
                                         .quick = options->quick},
            blocks_done);
    free(header);
    return status;
}

static enum aln_status run(enum aln_engine_kind engine, const struct aln_params *params,
                           const struct aln_run_options *options)
{
    enum aln_status status;
    struct aln_problem *problem = NULL;
    char(*name)[32] = NULL;
    const char **column = NULL;
    double *times = NULL;
    size_t time_count = 0, blocks_done = 0;
    struct aln_event *events = NULL;
    size_t event_count = 0;
    double switched = NAN;
    struct aln_fluctuations_end end = {ALN_FLUCTUATIONS_HOLD, 0, 0};
    struct writing w = {0};
    struct aln_record record = {0};
    const struct aln_engine *row = &aln_engine_table[engine];
    const bool moments = row->repeats && params->run.record.moments;

    if ((status = aln_problem_create(&problem, params)) != ALN_OK ||
        (status = aln_params_times(params, row->repeats ? problem->N : 0, &time_count, &times)) !=
            ALN_OK ||
        (row->watch != NULL && (status = make_events(params, &events, &event_count)) != ALN_OK) ||
        (status = open_record(&record, problem, params, row)) != ALN_OK)
        goto out;
    w.cols = aln_record_columns(&record);
    const size_t columns = (moments ? MOMENTS : 1) * w.cols + 2;
    name = malloc(columns * sizeof *name);
    column = malloc(columns * sizeof *column);
    w.line = malloc(columns * sizeof *w.line);
    if (name == NULL || column == NULL || w.line == NULL) {
        status = aln_raise_memory("%zu columns", columns);
        goto out;
    }
    if (moments && (status = aln_estimate_create(&w.moments, time_count * w.cols)) != ALN_OK)
        goto out;
    strcpy(name[0], "repeat");
    strcpy(name[1], "t");
    for (size_t i = 0; i < columns; i++) {
        char own[32];
        if (i >= 2) {
            aln_record_column(&record, (i - 2) % w.cols, own);
            strcpy(name[i], moment_prefixes[(i - 2) / w.cols]);
            strcat(name[i], own); /* the longest leaves room, as in run/record.c */
        }
        column[i] = name[i];
    }
    /* the rows kept on resuming contain neither remarks nor repeats */
    const bool resumes = event_count == 0 && !record.spread && !moments &&
                         !(row->switched != NULL && params->ode.stepper->switches);
    status = begin(&w, problem, params, row->id.name, columns, column, resumes ? time_count : 0,
                   options, &blocks_done);
    if (status != ALN_OK)
        goto out;
    status =
        aln_run_ensemble(&(struct aln_ensemble){.engine = engine,
                                                .problem = problem,
                                                .params = params,
                                                .times = times,
                                                .time_count = time_count,
                                                .states = options->states,
                                                .extra = true,
                                                .spread = true,
                                                .end = &end,
                                                .events = events,
                                                .event_count = event_count,
                                                .switched = &switched,
                                                .first = blocks_done,
                                                .repeats = row->repeats ? params->run.repeats : 1,
                                                .threads = options->threads,
                                                .progress = options->progress},
                         moments ? add_moments : write_repeat, &w);
    if (status == ALN_OK && moments)
        status = write_moments(&w, time_count, times);
    for (size_t i = 0; i < event_count && status == ALN_OK; i++)
        status = write_event(&w, &events[i]);
    if (status == ALN_OK && !isnan(switched))
        status = write_switch(&w, switched);
    if (status == ALN_OK && end.limit != ALN_FLUCTUATIONS_HOLD) {
        status = write_end(&w, problem, &end);
        tell_end(options->progress, problem, &end);
    }
    if (status == ALN_OK && w.writer != NULL)
        status = aln_writer_finish(w.writer);
    else
        aln_writer_abandon(w.writer, true);
out:
    aln_record_close(&record);
    aln_estimate_free(&w.moments);
    free(events);
    free(w.line);
    free(column);
    free(name);
    free(times);
    aln_problem_free(problem);
    return status;
}

enum aln_status aln_run(enum aln_engine_kind engine, const struct aln_params *params,
                        const struct aln_run_options *options)
{
    const struct aln_progress *progress = options->progress;
    const volatile sig_atomic_t *before =
        aln_interrupt_watch(progress != NULL ? progress->stop : NULL);
    enum aln_status status = run(engine, params, options);
    aln_interrupt_watch(before);
    return status;
}

#include "run/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/text.h"
#include "model/params.h"
#include "params/schema_table.h"
#include "run/record.h"
#include "run/trajectory.h"

/* Returned: *out  the columns to record with this engine, aln_record_close() */
static enum aln_status open_record(struct aln_record *out, const struct aln_problem *p,
                                   const struct aln_params *params, const struct aln_engine *engine)
{
    return aln_record_open(out, p, params, engine->second != NULL && params->ode.check);
}

/* ---- repeats ---- */

/* Shared by the repeats. */
struct ensemble_run {
    const struct aln_ensemble *e;
    const struct aln_engine *engine;
    struct aln_params params; /* a shallow copy, without extra columns unless they are recorded */
    struct aln_record record;
    size_t cols;
    aln_repeat_sink sink;
    void *context;
};

/* Result of a repeat; the rows are valid even if the engine fails after them. */
struct repeat {
    size_t rows;
    double row[]; /* times x columns */
};

struct recording {
    const struct ensemble_run *shared;
    struct repeat *repeat;
};

static bool record_row(void *context, size_t i, void *handle)
{
    const struct recording *recording = context;
    const struct ensemble_run *shared = recording->shared;
    const double *second = shared->record.errors ? shared->engine->second(handle) : NULL;
    aln_record_fill(&shared->record, shared->e->times[i], shared->engine->state(handle), second,
                    recording->repeat->row + i * shared->cols);
    recording->repeat->rows = i + 1;
    return true;
}

static enum aln_status run_repeat(void *context, struct aln_job *job, void *out)
{
    const struct ensemble_run *shared = context;
    const struct aln_ensemble *e = shared->e;
    struct recording recording = {shared, out};
    recording.repeat->rows = 0;
    enum aln_status status =
        aln_trajectory_run(&(struct aln_trajectory){.engine = shared->engine,
                                                    .problem = e->problem,
                                                    .params = &shared->params,
                                                    .repeat = aln_job_index(job),
                                                    .time_count = e->time_count,
                                                    .times = e->times,
                                                    .events = e->events,
                                                    .event_count = e->event_count,
                                                    .look = record_row,
                                                    .context = &recording},
                           job);
    if (status == ALN_NUMERIC && shared->engine->repeats)
        return aln_raise_again(status, "repeat %" PRIu64 ": ", aln_job_index(job));
    return status;
}

static enum aln_status pass_to_sink(void *context, uint64_t index, enum aln_status status,
                                    const void *out)
{
    const struct ensemble_run *shared = context;
    const struct repeat *repeat = out;
    return shared->sink(shared->context, index, repeat->rows, shared->e->times, repeat->row,
                        status == ALN_OK);
}

enum aln_status aln_run_ensemble(const struct aln_ensemble *e, aln_repeat_sink sink, void *context)
{
    struct ensemble_run shared = {.e = e,
                                  .engine = &aln_engine_table[e->engine],
                                  .params = *e->params,
                                  .sink = sink,
                                  .context = context};
    shared.params.ode.check = e->extra && e->params->ode.check;
    shared.params.run.record.degrees = e->extra && e->params->run.record.degrees;
    shared.params.run.record.early_law = e->extra && e->params->run.record.early_law;
    enum aln_status status = open_record(&shared.record, e->problem, &shared.params, shared.engine);
    if (status != ALN_OK)
        return status;
    shared.cols = aln_record_columns(&shared.record);
    status = aln_jobs_run(&(struct aln_jobs){.first = e->first,
                                             .end = e->repeats,
                                             .size = sizeof(struct repeat) +
                                                     e->time_count * shared.cols * sizeof(double),
                                             .threads = e->threads,
                                             .progress = e->progress,
                                             .run = run_repeat,
                                             .take = pass_to_sink,
                                             .context = &shared});
    aln_record_close(&shared.record);
    return status;
}

/* ---- header ---- */

static void add_matrix(struct aln_text *text, const char *name, size_t rows, size_t cols,
                       const double *a)
{
    aln_text_add(text, "  %s: [", name);
    for (size_t i = 0; i < rows; i++) {
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
    bool overlaps = params->problem.overlaps.Q.a == NULL;
    bool teacher = params->problem.teacher.readout.fill == ALN_FILL_STD ||
                   params->problem.teacher.readout.fill == ALN_FILL_TARGETS;
    bool student = overlaps && params->problem.student.readout.fill == ALN_FILL_STD;
    bool feedback = params->learning.feedback.matrix.a == NULL;
    aln_text_add(&text, "%s", yaml);
    if (overlaps || teacher || student || feedback)
        aln_text_add(&text, "drawn:\n");
    if (overlaps) {
        add_start(&text, p, ALN_Q);
        add_start(&text, p, ALN_R);
        add_matrix(&text, "T", p->M, p->M, p->T);
    }
    if (student)
        add_start(&text, p, ALN_W2);
    if (teacher)
        add_matrix(&text, "V2", p->O, p->M, p->V2);
    if (feedback)
        add_matrix(&text, "F1", p->K, p->O, p->F1);
    free(yaml);
    if (text.failed) {
        free(text.s);
        return aln_raise_memory("the header of a result");
    }
    *out = text.s;
    return ALN_OK;
}

/* ---- result of one engine ---- */

struct writing {
    struct aln_writer *writer;
    size_t cols;
    double *line;
};

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
        status = aln_writer_row(w->writer, w->line, w->cols + 2);
    }
    return status == ALN_OK ? aln_writer_end_block(w->writer) : status;
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

static enum aln_status write_event(struct aln_writer *writer, const struct aln_event *event)
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
    return aln_writer_remark(writer, line);
}

enum aln_status aln_run(enum aln_engine_kind engine, const struct aln_params *params,
                        const struct aln_run_options *options)
{
    enum aln_status status;
    struct aln_problem *problem = NULL;
    char *header = NULL, (*name)[32] = NULL;
    const char **column = NULL;
    double *times = NULL;
    size_t time_count = 0, blocks_done = 0;
    struct aln_event *events = NULL;
    size_t event_count = 0;
    struct writing w = {0};
    struct aln_record record = {0};
    const struct aln_engine *row = &aln_engine_table[engine];

    if ((status = aln_problem_create(&problem, params)) != ALN_OK ||
        (status = aln_params_times(params, row->repeats ? problem->N : 0, &time_count, &times)) !=
            ALN_OK ||
        (status = aln_run_header(params, problem, &header)) != ALN_OK ||
        (row->watch != NULL && (status = make_events(params, &events, &event_count)) != ALN_OK) ||
        (status = open_record(&record, problem, params, row)) != ALN_OK)
        goto out;
    w.cols = aln_record_columns(&record);
    name = malloc((w.cols + 2) * sizeof *name);
    column = malloc((w.cols + 2) * sizeof *column);
    w.line = malloc((w.cols + 2) * sizeof *w.line);
    if (name == NULL || column == NULL || w.line == NULL) {
        status = aln_raise_memory("%zu columns", w.cols);
        goto out;
    }
    strcpy(name[0], "repeat");
    strcpy(name[1], "t");
    for (size_t i = 0; i < w.cols + 2; i++) {
        if (i >= 2)
            aln_record_column(&record, i - 2, name[i]);
        column[i] = name[i];
    }
    status = aln_writer_open(&w.writer,
                             &(struct aln_writer_options){
                                 .path = options->path,
                                 .command = row->id.name,
                                 .yaml = header,
                                 .columns = column,
                                 .column_count = w.cols + 2,
                                 /* the rows kept on resuming do not contain the events */
                                 .resume = options->resume && event_count == 0,
                                 .block_rows = time_count,
                                 .quick = options->quick,
                             },
                             &blocks_done);
    if (status != ALN_OK)
        goto out;
    status =
        aln_run_ensemble(&(struct aln_ensemble){.engine = engine,
                                                .problem = problem,
                                                .params = params,
                                                .times = times,
                                                .time_count = time_count,
                                                .extra = true,
                                                .events = events,
                                                .event_count = event_count,
                                                .first = blocks_done,
                                                .repeats = row->repeats ? params->run.repeats : 1,
                                                .threads = options->threads,
                                                .progress = options->progress},
                         write_repeat, &w);
    for (size_t i = 0; i < event_count && status == ALN_OK; i++)
        status = write_event(w.writer, &events[i]);
    if (status == ALN_OK)
        status = aln_writer_finish(w.writer);
    else
        aln_writer_abandon(w.writer, true);
out:
    aln_record_close(&record);
    free(events);
    free(w.line);
    free(column);
    free(name);
    free(header);
    free(times);
    aln_problem_free(problem);
    return status;
}

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
#include "model/params.h"
#include "params/schema_table.h"
#include "run/ensemble.h"
#include "run/estimate.h"
#include "run/record.h"

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

enum aln_status aln_run_events(const struct aln_params *p, struct aln_event **events, size_t *count)
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

static enum aln_status write_cosine(const struct writing *w, double cosine)
{
    char line[64], t[32];
    aln_text_from_real(cosine, t);
    snprintf(line, sizeof line, "fluctuations cosine undefined t %s", t);
    return write_remark(w, line);
}

/* Says why the cosine's columns are nan, not necessarily for good. */
static void tell_cosine(const struct aln_progress *progress, const struct aln_problem *p,
                        double cosine)
{
    char line[256];
    if (progress == NULL || progress->tell == NULL)
        return;
    snprintf(
        line, sizeof line,
        "sd_cos_W2_F1 and bias_cos_W2_F1 are nan at t = %.6g, and perhaps later: at N = %" PRIu64
        " W2 or the learned feedback scatters by more than a third of its length",
        cosine, p->N);
    progress->tell(progress->context, line);
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
        for (size_t i = 0; i < count; i++) {
            aln_text_put(&w->summary->names, i > 0 ? "\t" : "");
            aln_text_put(&w->summary->names, column[i]);
        }
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
    struct aln_fluctuations_end end = {ALN_FLUCTUATIONS_HOLD, 0, 0, NAN};
    struct writing w = {0};
    struct aln_record record = {0};
    const struct aln_engine *row = &aln_engine_table[engine];
    const bool moments = row->repeats && params->run.record.moments;

    if ((status = aln_problem_create(&problem, params)) != ALN_OK ||
        (status = aln_params_times(params, row->repeats ? problem->N : 0, &time_count, &times)) !=
            ALN_OK ||
        (row->watch != NULL &&
         (status = aln_run_events(params, &events, &event_count)) != ALN_OK) ||
        (status = aln_ensemble_record(&record, problem, params, row)) != ALN_OK)
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
                                                .known = options->known,
                                                .last = w.summary != NULL && !moments,
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
    if (status == ALN_OK && !isnan(end.cosine)) {
        status = write_cosine(&w, end.cosine);
        tell_cosine(options->progress, problem, end.cosine);
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

#include "study/compare.h"
#include "model/params.h"
#include "run/ensemble.h"
#include "run/record.h"
#include "run/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "params/schema_table.h"

/* ---- parameters ---- */

#define AT(member) .at = offsetof(struct aln_compare_params, member)

static const struct aln_param own_rows[] = {
    {"compare.engines", &aln_params_choices, AT(engine),
     .count_at = offsetof(struct aln_compare_params, engine_count), .def = "[ode, chain, sgd]",
     .names = &aln_engines, .unit = "", .doc = "engines to compare"},
    {"compare.z", &aln_params_number, AT(z), .def = "4", .range = &aln_range_positive, .unit = "1",
     .doc = "allowed difference of means, in standard errors"},
    {"compare.c", &aln_params_number, AT(c), .def = "15", .range = &aln_range_not_negative,
     .unit = "1",
     .doc = "additional tolerance against the ode: c/sqrt(N) standard deviations of single runs"},
};

const struct aln_schema_part aln_compare_part = {.row = own_rows,
                                                 .count = sizeof own_rows / sizeof own_rows[0],
                                                 .size = sizeof(struct aln_compare_params)};

const struct aln_compare_params *aln_compare_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_compare_part);
}

/* Whether any engine simulates at finite N. */
static bool any_simulated(const struct aln_compare_params *own)
{
    bool any = false;
    for (size_t i = 0; i < own->engine_count; i++)
        any = any || aln_engine_table[own->engine[i]].repeats;
    return any;
}

static unsigned engines_of(const struct aln_compare_params *own)
{
    unsigned engines = 0;
    for (size_t i = 0; i < own->engine_count; i++)
        engines |= 1u << own->engine[i];
    return engines;
}

enum aln_status aln_compare_check_engines(const void *of, const struct aln_params_given *given)
{
    const struct aln_params *p = of;
    return aln_engines_check(p, given, engines_of(aln_compare_of(p)), p->problem.student.units);
}

/* On a fixed set of samples the ode is gradient flow, from which steps of rate/N are off by order
 * rate/N. Up to rate 1 that is of the order of the effects of finite N, which compare.c allows for. */
static enum aln_status check_flow(const struct aln_params *p, const struct aln_params_given *given)
{
    const double momentum = p->learning.momentum > 0 ? p->learning.momentum : 0,
                 most = 1 - momentum;
    const double *rate = p->learning.rate;
    const char *key = "learning.rate";
    double largest = fmax(rate[0], rate[1]);
    if (p->learning.feedback.rate > largest) {
        key = "learning.feedback.rate";
        largest = p->learning.feedback.rate;
    }
    for (size_t i = 0; i < p->learning.schedule_count; i++) {
        const double *later = p->learning.schedule[i].eta;
        if (fmax(later[0], later[1]) > largest) {
            key = "learning.schedule";
            largest = fmax(later[0], later[1]);
        }
    }
    if (isnan(p->problem.samples) || largest <= most)
        return ALN_OK;
    return aln_tree_raise(aln_params_where(given, key),
                          "%s: expected at most %.6g%s, got %g: with problem.samples the ode is "
                          "gradient flow, from which larger steps stray",
                          key, most, momentum > 0 ? ", which is 1 - learning.momentum" : "",
                          largest);
}

/* Means over runs, and the ode, must be of one task. */
static enum aln_status check_turns(const struct aln_params *p, const struct aln_params_given *given)
{
    for (size_t i = 0; i < p->run.tasks_count; i++)
        if (p->run.tasks[i].below > 0)
            return aln_tree_raise(aln_params_where(given, "run.tasks"),
                                  "run.tasks: expected times: at an event every run switches at a "
                                  "time of its own, so that rows are of different tasks");
    return ALN_OK;
}

enum aln_status aln_compare_check(const void *of, const struct aln_params_given *given)
{
    const struct aln_params *p = of;
    const struct aln_compare_params *own = aln_compare_of(p);
    bool ode = engines_of(own) & 1u << ALN_ENGINE_ODE, simulated = any_simulated(own);
    enum aln_status status = aln_compare_check_engines(of, given);
    if (status != ALN_OK)
        return status;
    if (own->engine_count < 2)
        return aln_tree_raise(aln_params_where(given, "compare.engines"),
                              "compare.engines: expected at least 2");
    if (simulated && p->run.repeats < 2)
        return aln_tree_raise(aln_params_where(given, "run.repeats"),
                              "run.repeats: expected at least 2, to compare means of chain or sgd, "
                              "got %llu",
                              (unsigned long long)p->run.repeats);
    if ((status = check_turns(p, given)) != ALN_OK ||
        (simulated && ode && (status = check_flow(p, given)) != ALN_OK))
        return status;
    if (simulated && ode && !p->ode.second_order && isnan(p->problem.samples))
        return aln_tree_raise(aln_params_where(given, "ode.second_order"),
                              "ode.second_order: expected true, to compare with chain or sgd: "
                              "without the eta^2 terms the ode is not their limit");
    return ALN_OK;
}

/* ---- rows ---- */

void aln_comparison_quantity(const struct aln_comparison *c, size_t column, char name[32])
{
    const size_t columns = aln_record_shared(c->problem);
    char own[32];
    aln_record_shared_column(c->problem, column % columns, own);
    strcpy(name, column < columns ? "" : "sd_");
    strcat(name, own);
}

static bool is_theory(const struct aln_comparison *c, size_t place)
{
    return !aln_engine_table[c->own.engine[place]].repeats;
}

/* The standard error of a mean over the repeats of b that theory, a, predicts; that of a standard
 * deviation is estimated. */
static double predicted_error(const struct aln_comparison *c, const struct aln_compare_row *row,
                              const struct aln_means *a, const struct aln_means *b)
{
    const size_t columns = aln_record_shared(c->problem);
    return row->column < columns ? a->mean[row->cell + columns] / sqrt(b->count)
                                 : aln_means_error(b, row->cell);
}

/* Standard deviations are judged by an error that is estimated from the same repeats, fourth moment and
 * all: with few of them it comes out too small too often. */
#define LEAST_REPEATS 100

static bool too_few(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    const struct aln_means *simulated = &c->means[is_theory(c, row->a) ? row->b : row->a];
    return row->column >= aln_record_shared(c->problem) && simulated->count < LEAST_REPEATS;
}

/* What roundings add to the tolerance of values of size `size`. Weights in single precision begin rounded, all repeats'
 * alike: errors of at most 2^-24 of each, of which overlaps average N. Later the scatter of the repeats is far
 * larger. */
static double rounding(const struct aln_comparison *c, const struct aln_compare_row *row,
                       double size)
{
    const bool begins =
        c->problem->single && row->se == 0 &&
        (c->own.engine[row->a] == ALN_ENGINE_SGD || c->own.engine[row->b] == ALN_ENGINE_SGD);
    const double single = c->own.z * 0x1p-23 / sqrt((double)c->problem->N);
    return (1e-12 + (begins ? single : 0)) * (1 + size);
}

/* Compares one cell of two engines. Returns false if the quantity is undefined in both, or cannot be
 * judged. */
static bool compare_cell(const struct aln_comparison *c, struct aln_compare_row *row)
{
    const struct aln_means *a = &c->means[row->a], *b = &c->means[row->b];
    double va = a->mean[row->cell], vb = b->mean[row->cell];
    if ((isnan(va) && isnan(vb)) || too_few(c, row))
        return false;
    if (c->spread && (isnan(va) || isnan(vb)) && (is_theory(c, row->a) || is_theory(c, row->b)))
        return false; /* beyond the end of the expansion */
    double sa = aln_means_deviation(a, row->cell), sb = aln_means_deviation(b, row->cell);
    row->difference = va - vb;
    row->se = sqrt(sa * sa / a->count + sb * sb / b->count);
    if (c->spread && is_theory(c, row->a))
        row->se = predicted_error(c, row, a, b);
    else if (c->spread && is_theory(c, row->b))
        row->se = predicted_error(c, row, b, a);
    row->z = row->se > 0 ? row->difference / row->se : NAN;
    row->allowed = c->own.z * row->se + rounding(c, row, fmax(fabs(va), fabs(vb)));
    if (!c->spread && (is_theory(c, row->a) || is_theory(c, row->b))) /* the ode's deviation is 0 */
        row->allowed += c->own.c / sqrt((double)c->problem->N) * (sa + sb);
    row->ok = fabs(row->difference) <= row->allowed; /* false for NaN */
    return true;
}

enum { COLUMNS = 11 };
static const char *const columns[COLUMNS] = {"t",          "quantity", "engine_a", "engine_b",
                                             "difference", "se",       "z",        "allowed",
                                             "ok",         "mean_a",   "mean_b"};

static enum aln_status write_row(struct aln_writer *w, const struct aln_comparison *c,
                                 const struct aln_compare_row *row)
{
    char number[7][32], quantity[32];
    const double value[7] = {c->times[row->cell / c->columns],
                             row->difference,
                             row->se,
                             row->z,
                             row->allowed,
                             c->means[row->a].mean[row->cell],
                             c->means[row->b].mean[row->cell]};
    for (size_t i = 0; i < 7; i++)
        aln_text_from_real(value[i], number[i]);
    aln_comparison_quantity(c, row->column, quantity);
    const char *cell[COLUMNS] = {number[0],
                                 quantity,
                                 aln_engine_table[c->own.engine[row->a]].id.name,
                                 aln_engine_table[c->own.engine[row->b]].id.name,
                                 number[1],
                                 number[2],
                                 number[3],
                                 number[4],
                                 row->ok ? "1" : "0",
                                 number[5],
                                 number[6]};
    return aln_writer_text_row(w, cell, COLUMNS);
}

/* Compares engines i and j at all times and quantities. */
static void compare_pair(struct aln_comparison *c, size_t i, size_t j)
{
    for (size_t q = 0; q < c->columns; q++)
        for (size_t n = 0; n < c->time_count; n++) {
            struct aln_compare_row row = {.a = i, .b = j, .column = q, .cell = n * c->columns + q};
            if (!compare_cell(c, &row))
                continue;
            c->failed += !row.ok;
            c->row[c->rows++] = row;
        }
}

/* Whether an engine has run, as far as to have a mean and its error: not if it was stopped before. */
static bool has_means(const struct aln_comparison *c, size_t i)
{
    return c->means[i].mean != NULL &&
           c->means[i].count >= (aln_engine_table[c->own.engine[i]].repeats ? 2 : 1);
}

static enum aln_status compare_all(struct aln_comparison *c)
{
    const size_t n = c->own.engine_count, most = n * (n - 1) / 2 * c->time_count * c->columns;
    c->row = calloc(most > 0 ? most : 1, sizeof *c->row);
    if (c->row == NULL)
        return aln_raise_memory("a comparison of %zu rows", most);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (has_means(c, i) && has_means(c, j))
                compare_pair(c, i, j);
    return ALN_OK;
}

/* ---- runs ---- */

/* Maps the progress of one engine to the overall progress. */
struct part {
    const struct aln_progress *whole;
    double from, width;
};

static void update_part(void *context, double fraction)
{
    const struct part *part = context;
    part->whole->update(part->whole->context, part->from + part->width * fraction);
}

static void warn_whole(void *context, const char *line)
{
    const struct part *part = context;
    part->whole->warn(part->whole->context, line);
}

/* Estimated cost per step; only the progress bar depends on it. */
static double cost_guess(enum aln_engine_kind engine, const struct aln_problem *p)
{
    static const double base[ALN_ENGINES] = {0, 200, 20};
    return engine == ALN_ENGINE_SGD ? base[engine] + (double)p->N : base[engine];
}

static enum aln_status run_engines(struct aln_comparison *c, const struct aln_params *params,
                                   const struct aln_run_options *options)
{
    enum aln_status status = ALN_OK;
    double cost = 0, spent = 0;
    for (size_t i = 0; i < c->own.engine_count; i++)
        cost += cost_guess(c->own.engine[i], c->problem);
    for (size_t i = 0; i < c->own.engine_count && status == ALN_OK; i++) {
        enum aln_engine_kind engine = c->own.engine[i];
        double guess = cost_guess(engine, c->problem);
        struct part part = {options->progress, cost > 0 ? spent / cost : 0,
                            cost > 0 ? guess / cost : 1};
        struct aln_progress progress = {0};
        if (options->progress != NULL)
            progress = (struct aln_progress){
                .update = options->progress->update != NULL ? update_part : NULL,
                .warn = options->progress->warn != NULL ? warn_whole : NULL,
                .context = &part,
                .stop = options->progress->stop};
        status = aln_means_run(
            &c->means[i], &(struct aln_ensemble){
                              .engine = engine,
                              .problem = c->problem,
                              .params = params,
                              .times = c->times,
                              .time_count = c->time_count,
                              .spread = c->spread,
                              .repeats = aln_engine_table[engine].repeats ? params->run.repeats : 1,
                              .threads = options->threads,
                              .progress = &progress});
        spent += guess;
    }
    return status;
}

/* The problem and the times.
 * Returned: *out  yours, unless NULL, whatever the status */
static enum aln_status open_comparison(struct aln_comparison **out, const struct aln_params *params,
                                       const struct aln_progress *progress)
{
    struct aln_comparison *c = calloc(1, sizeof *c);
    *out = c;
    if (c == NULL)
        return aln_raise_memory("a comparison");
    c->own = *aln_compare_of(params);
    const volatile sig_atomic_t *before =
        aln_interrupt_watch(progress != NULL ? progress->stop : NULL);
    enum aln_status status = aln_problem_create(&c->problem, params); /* slow for many units */
    aln_interrupt_watch(before);
    if (status != ALN_OK)
        return status;
    c->spread = params->ode.fluctuations;
    c->columns = aln_record_shared(c->problem) * (c->spread ? 2 : 1);
    return aln_params_times(params, any_simulated(&c->own) ? c->problem->N : 0, &c->time_count,
                            &c->times);
}

static enum aln_status open_result(struct aln_writer **out, const struct aln_comparison *c,
                                   const struct aln_params *params,
                                   const struct aln_run_options *options)
{
    char *header;
    size_t blocks_done;
    enum aln_status status = aln_run_header(params, c->problem, &header);
    if (status == ALN_OK)
        status = aln_writer_open(out,
                                 &(struct aln_writer_options){.path = options->path,
                                                              .command = "compare",
                                                              .yaml = header,
                                                              .columns = columns,
                                                              .column_count = COLUMNS,
                                                              .quick = options->quick},
                                 &blocks_done);
    free(header);
    return status;
}

static enum aln_status write_rows(struct aln_writer *writer, struct aln_comparison *c)
{
    enum aln_status status = compare_all(c);
    for (size_t i = 0; i < c->rows && status == ALN_OK; i++)
        status = write_row(writer, c, &c->row[i]);
    return status == ALN_OK ? aln_writer_end_block(writer) : status;
}

/* Runs and compares the engines and writes the rows, also those of what a stop has left. */
static enum aln_status fill_result(struct aln_writer *writer, struct aln_comparison *c,
                                   const struct aln_params *params,
                                   const struct aln_run_options *options)
{
    struct aln_failure run;
    enum aln_status status = run_engines(c, params, options);
    aln_failure_keep(&run, status);
    if (status == ALN_OK || status == ALN_STOPPED)
        status = write_rows(writer, c);
    return status == ALN_OK ? aln_failure_raise(&run) : status;
}

enum aln_status aln_compare(struct aln_comparison **out, const struct aln_params *params,
                            const struct aln_run_options *options)
{
    struct aln_comparison *c;
    struct aln_writer *writer = NULL;
    *out = NULL;
    enum aln_status status = open_comparison(&c, params, options->progress);
    if (status == ALN_OK)
        status = open_result(&writer, c, params, options);
    if (status == ALN_OK)
        status = fill_result(writer, c, params, options);
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
    aln_writer_abandon(writer, status == ALN_STOPPED);
    if (status == ALN_OK)
        *out = c;
    else
        aln_comparison_free(c);
    return status;
}

void aln_comparison_free(struct aln_comparison *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < ALN_ENGINES; i++)
        aln_means_free(&c->means[i]);
    free(c->row);
    free(c->times);
    aln_problem_free(c->problem);
    free(c);
}

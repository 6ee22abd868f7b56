#include "study/compare.h"
#include "model/params.h"
#include "run/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
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

const struct aln_schema_part aln_compare_part = {own_rows, sizeof own_rows / sizeof own_rows[0],
                                                 sizeof(struct aln_compare_params)};

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
    if (simulated && ode && !p->ode.second_order)
        return aln_tree_raise(aln_params_where(given, "ode.second_order"),
                              "ode.second_order: expected true, to compare with chain or sgd: "
                              "without the eta^2 terms the ode is not their limit");
    return ALN_OK;
}

/* ---- moments ---- */

/* Mean and sum of squared deviations of every quantity at every time, by Welford's update. */
struct moments {
    size_t cells;    /* times x columns */
    double count;    /* repeats so far */
    double *mean;    /* cells */
    double *squares; /* cells */
};

static enum aln_status add_repeat(void *context, uint64_t repeat, size_t rows, const double *t,
                                  const double *row, bool whole)
{
    (void)repeat;
    (void)rows;
    (void)t;
    if (!whole)
        return ALN_OK; /* the run ends with the engine's error */
    struct moments *m = context;
    m->count += 1;
    for (size_t i = 0; i < m->cells; i++) {
        double delta = row[i] - m->mean[i];
        m->mean[i] += delta / m->count;
        m->squares[i] += delta * (row[i] - m->mean[i]);
    }
    return ALN_OK;
}

/* Standard deviation of single runs; 0 for a deterministic engine. */
static double deviation(const struct moments *m, size_t cell)
{
    return m->count > 1 ? sqrt(m->squares[cell] / (m->count - 1)) : 0;
}

/* Compares one cell of two engines. Returns false if the quantity is undefined in both. */
static bool compare_cell(const struct aln_params *params, const struct moments *a,
                         const struct moments *b, bool both_simulated, size_t cell,
                         struct aln_compare_worst *row)
{
    double va = a->mean[cell], vb = b->mean[cell];
    if (isnan(va) && isnan(vb))
        return false;
    double sa = deviation(a, cell), sb = deviation(b, cell);
    row->difference = va - vb;
    row->se = sqrt(sa * sa / a->count + sb * sb / b->count);
    row->z = row->se > 0 ? row->difference / row->se : NAN;
    const struct aln_compare_params *own = aln_compare_of(params);
    row->allowed = own->z * row->se + 1e-12 * (1 + fmax(fabs(va), fabs(vb)));
    if (!both_simulated) /* the deviation of the ode is zero */
        row->allowed += own->c / sqrt((double)params->problem.inputs) * (sa + sb);
    row->ok = fabs(row->difference) <= row->allowed; /* false for NaN */
    return true;
}

enum { COLUMNS = 11 };
static const char *const columns[COLUMNS] = {"t",          "quantity", "engine_a", "engine_b",
                                             "difference", "se",       "z",        "allowed",
                                             "ok",         "mean_a",   "mean_b"};

static enum aln_status write_row(struct aln_writer *w, const struct aln_compare_worst *row,
                                 double mean_a, double mean_b)
{
    char number[7][32];
    double value[7] = {row->t, row->difference, row->se, row->z, row->allowed, mean_a, mean_b};
    for (size_t i = 0; i < 7; i++)
        aln_text_from_real(value[i], number[i]);
    const char *cell[COLUMNS] = {number[0],           row->quantity, row->engine_a, row->engine_b,
                                 number[1],           number[2],     number[3],     number[4],
                                 row->ok ? "1" : "0", number[5],     number[6]};
    return aln_writer_text_row(w, cell, COLUMNS);
}

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

/* Estimated cost per step; only the progress bar depends on it. */
static double cost_guess(enum aln_engine_kind engine, const struct aln_problem *p)
{
    static const double base[ALN_ENGINES] = {0, 200, 20};
    return engine == ALN_ENGINE_SGD ? base[engine] + (double)p->N : base[engine];
}

static enum aln_status run_engines(const struct aln_params *params, const struct aln_problem *p,
                                   const double *times, size_t time_count,
                                   const struct aln_run_options *options, struct moments *moments)
{
    enum aln_status status = ALN_OK;
    const struct aln_compare_params *own = aln_compare_of(params);
    double cost = 0, spent = 0;
    for (size_t i = 0; i < own->engine_count; i++)
        cost += cost_guess(own->engine[i], p);
    for (size_t i = 0; i < own->engine_count && status == ALN_OK; i++) {
        enum aln_engine_kind engine = own->engine[i];
        struct part part = {options->progress, cost > 0 ? spent / cost : 0,
                            cost > 0 ? cost_guess(engine, p) / cost : 1};
        struct aln_progress progress = {0};
        if (options->progress != NULL)
            progress = (struct aln_progress){
                .update = options->progress->update != NULL ? update_part : NULL,
                .context = &part,
                .stop = options->progress->stop};
        status = aln_run_ensemble(&(struct aln_ensemble){.engine = engine,
                                                         .problem = p,
                                                         .params = params,
                                                         .times = times,
                                                         .time_count = time_count,
                                                         .repeats = aln_engine_table[engine].repeats
                                                                        ? params->run.repeats
                                                                        : 1,
                                                         .threads = options->threads,
                                                         .progress = &progress},
                                  add_repeat, &moments[i]);
        spent += cost_guess(engine, p);
    }
    return status;
}

/* Compares engines i and j at all times and quantities; writes rows and appends to out->worst. */
static enum aln_status compare_pair(const struct aln_params *params, const struct aln_problem *p,
                                    const double *times, size_t time_count,
                                    const struct moments *moments, size_t i, size_t j,
                                    struct aln_writer *writer, struct aln_comparison *out)
{
    enum aln_status status = ALN_OK;
    size_t cols = aln_problem_columns(p);
    const struct aln_compare_params *own = aln_compare_of(params);
    enum aln_engine_kind a = own->engine[i], b = own->engine[j];
    bool simulated = aln_engine_table[a].repeats && aln_engine_table[b].repeats;
    for (size_t q = 0; q < cols; q++) {
        struct aln_compare_worst row = {.engine_a = aln_names_row(&aln_engines, a)->name,
                                        .engine_b = aln_names_row(&aln_engines, b)->name};
        struct aln_compare_worst worst = {.ok = true};
        bool any = false, ok = true;
        aln_problem_column(p, q, row.quantity);
        for (size_t n = 0; n < time_count && status == ALN_OK; n++) {
            size_t cell = n * cols + q;
            if (!compare_cell(params, &moments[i], &moments[j], simulated, cell, &row))
                continue;
            row.t = times[n];
            out->rows++;
            out->failed += !row.ok;
            ok = ok && row.ok;
            if (!any ||
                !(fabs(row.difference) / row.allowed <= fabs(worst.difference) / worst.allowed))
                worst = row;
            any = true;
            status = write_row(writer, &row, moments[i].mean[cell], moments[j].mean[cell]);
        }
        if (any) {
            worst.ok = ok;
            out->worst[out->count++] = worst;
        }
    }
    return status;
}

enum aln_status aln_compare(struct aln_comparison **out, const struct aln_params *params,
                            const struct aln_run_options *options)
{
    enum aln_status status;
    struct aln_problem *p = NULL;
    struct aln_comparison *comparison = NULL;
    struct aln_writer *writer = NULL;
    struct moments moments[ALN_ENGINES] = {{0}};
    char *header = NULL;
    double *times = NULL, *store = NULL;
    const struct aln_compare_params *own = aln_compare_of(params);
    size_t time_count = 0, blocks_done, engines = own->engine_count;
    *out = NULL;
    if ((status = aln_problem_create(&p, params)) != ALN_OK ||
        (status = aln_params_times(params, any_simulated(own) ? p->N : 0, &time_count, &times)) !=
            ALN_OK ||
        (status = aln_run_header(params, p, &header)) != ALN_OK)
        goto out;
    size_t cols = aln_problem_columns(p), cells = time_count * cols;
    store = calloc(engines * 2 * cells, sizeof *store);
    comparison = calloc(1, sizeof *comparison);
    if (comparison != NULL)
        comparison->worst = calloc(engines * engines * cols, sizeof *comparison->worst);
    if (store == NULL || comparison == NULL || comparison->worst == NULL) {
        status = aln_raise_memory("a comparison of %zu cells", cells);
        goto out;
    }
    for (size_t i = 0; i < engines; i++)
        moments[i] = (struct moments){cells, 0, store + 2 * i * cells, store + (2 * i + 1) * cells};
    status = aln_writer_open(&writer,
                             &(struct aln_writer_options){.path = options->path,
                                                          .command = "compare",
                                                          .yaml = header,
                                                          .columns = columns,
                                                          .column_count = COLUMNS,
                                                          .quick = options->quick},
                             &blocks_done);
    if (status != ALN_OK)
        goto out;
    status = run_engines(params, p, times, time_count, options, moments);
    for (size_t i = 0; i < engines; i++)
        for (size_t j = i + 1; j < engines && status == ALN_OK; j++)
            status = compare_pair(params, p, times, time_count, moments, i, j, writer, comparison);
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
    if (status == ALN_OK) {
        *out = comparison;
        comparison = NULL;
    }
out:
    aln_writer_abandon(writer, false);
    aln_comparison_free(comparison);
    free(store);
    free(header);
    free(times);
    aln_problem_free(p);
    return status;
}

void aln_comparison_free(struct aln_comparison *comparison)
{
    if (comparison == NULL)
        return;
    free(comparison->worst);
    free(comparison);
}

static void add_worst(const struct aln_compare_worst *w, struct aln_text *out)
{
    char engines[32], z[32] = "-";
    snprintf(engines, sizeof engines, "%s - %s", w->engine_a, w->engine_b);
    if (!isnan(w->z))
        snprintf(z, sizeof z, "%.2f", w->z);
    aln_text_add(out, "%-12s %-13s %10.4g %12.3e %12.3e %8s %12.3e %6.2f  %s\n", w->quantity,
                 engines, w->t, w->difference, w->se, z, w->allowed,
                 fabs(w->difference) / w->allowed, w->ok ? "ok" : "OUTSIDE");
}

void aln_comparison_text(const struct aln_comparison *comparison, struct aln_text *out)
{
    aln_text_add(out, "The worst row of each quantity:\n");
    aln_text_add(out, "%-12s %-13s %10s %12s %12s %8s %12s %6s  %s\n", "quantity", "engines", "t",
                 "difference", "s.e.", "z", "allowed", "share", "verdict");
    for (size_t i = 0; i < comparison->count; i++)
        add_worst(&comparison->worst[i], out);
    aln_text_add(out, "%zu rows compared, %zu outside their tolerance\n", comparison->rows,
                 comparison->failed);
}

/* Deep linear theory against training, extrapolated to vanishing rate. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/text.h"
#include "train/deep_linear.h"

enum { RATES = 3 }; /* learning.rate, twice and four times it */

struct deep_comparison {
    const struct aln_deep_linear_params *p;
    size_t columns, count; /* of values, of times */
    double *times;
    double *theory, *run[RATES]; /* count x columns */
    double *store;
    size_t rows, failed;
    size_t *worst; /* [columns] the time of the worst row; 0: no row */
    double *share; /* [columns] its |difference| / allowed */
};

/* One quantity at one time. */
struct deep_cell {
    double theory, run; /* the latter extrapolated to rate 0 */
    double difference, step, allowed;
    bool ok;
};

static struct deep_cell compare_cell(const struct deep_comparison *c, size_t cell)
{
    const double x = c->run[0][cell], x2 = c->run[1][cell], x4 = c->run[2][cell];
    const double first = 2 * x - x2, coarse = 2 * x2 - x4;
    struct deep_cell row = {.theory = c->theory[cell], .run = (4 * first - coarse) / 3};
    row.difference = row.theory - row.run;
    row.step = fabs(x - row.run);
    row.allowed =
        fabs(first - coarse) + 0.02 * row.step + 1e-7 * (1 + fmax(fabs(row.theory), fabs(row.run)));
    if (cell % c->columns >= 2 * c->p->network.layer_count)
        row.allowed += DBL_EPSILON * row.theory * row.theory;
    row.ok = fabs(row.difference) <= row.allowed; /* false for NaN */
    return row;
}

/* Whether both define the quantity there: GA is lost in round-off at the end, cond of zero at the
 * start. */
static bool is_defined(const struct deep_comparison *c, size_t cell)
{
    bool defined = !isnan(c->theory[cell]);
    for (size_t i = 0; i < RATES; i++)
        defined = defined && !isnan(c->run[i][cell]);
    return defined;
}

/* ---- runs ---- */

struct run_share {
    const struct aln_progress *progress;
    double from, steps; /* of all runs */
};

static void update(void *context, uint64_t steps)
{
    const struct run_share *share = context;
    share->progress->update(share->progress->context,
                            fmin(1, (share->from + (double)steps) / share->steps));
}

static enum aln_status run_all(struct deep_comparison *c, const struct aln_progress *progress)
{
    const double rate = c->p->learning.rate, steps = c->p->run.time / rate;
    struct run_share share = {progress, 0, steps * 1.75};
    const struct aln_deep_linear_watch watch = {
        .stop = progress != NULL ? progress->stop : NULL,
        .update = progress != NULL && progress->update != NULL ? update : NULL,
        .context = &share};
    enum aln_status status = aln_deep_linear_solve(c->p, c->count, c->times, watch.stop, c->theory);
    for (size_t i = 0; i < RATES && status == ALN_OK; i++) {
        const double factor = ldexp(1, (int)i);
        status = aln_deep_linear_train(c->p, factor * rate, c->count, c->times, &watch, c->run[i]);
        share.from += steps / factor;
    }
    return status;
}

static enum aln_status open_comparison(struct deep_comparison *c,
                                       const struct aln_deep_linear_params *p)
{
    *c = (struct deep_comparison){.p = p, .columns = aln_deep_ode_columns(p->network.layer_count)};
    enum aln_status status = aln_deep_linear_times(p, 4 * p->learning.rate, &c->count, &c->times);
    if (status != ALN_OK)
        return status;
    const size_t cells = c->count * c->columns;
    c->store = malloc(((1 + RATES) * cells + c->columns) * sizeof *c->store);
    c->worst = calloc(c->columns, sizeof *c->worst);
    if (c->store == NULL || c->worst == NULL)
        return aln_raise_memory("a comparison of %zu times", c->count);
    c->theory = c->store;
    for (size_t i = 0; i < RATES; i++)
        c->run[i] = c->store + (1 + i) * cells;
    c->share = c->store + (1 + RATES) * cells;
    return ALN_OK;
}

/* ---- result ---- */

enum { COLUMNS = 11 };
static const char *const columns[COLUMNS] = {"t",          "quantity", "engine_a", "engine_b",
                                             "difference", "se",       "z",        "allowed",
                                             "ok",         "mean_a",   "mean_b"};

static enum aln_status write_row(struct aln_writer *w, double t, const char *quantity,
                                 const struct deep_cell *row)
{
    enum { NUMBERS = 7 };
    const double number[NUMBERS] = {t,
                                    row->difference,
                                    row->step,
                                    row->step > 0 ? row->difference / row->step : NAN,
                                    row->allowed,
                                    row->theory,
                                    row->run};
    char text[NUMBERS][32];
    for (size_t i = 0; i < NUMBERS; i++)
        aln_text_from_real(number[i], text[i]);
    const char *cell[COLUMNS] = {
        text[0], quantity, "ode", "train", text[1], text[2], text[3], text[4], row->ok ? "1" : "0",
        text[5], text[6]};
    return aln_writer_text_row(w, cell, COLUMNS);
}

static enum aln_status write_rows(struct aln_writer *w, struct deep_comparison *c)
{
    enum aln_status status = ALN_OK;
    for (size_t q = 0; q < c->columns; q++) {
        char name[32];
        aln_deep_ode_column(c->p->network.layer_count, q, name);
        for (size_t i = 1; i < c->count && status == ALN_OK; i++) {
            const size_t cell = i * c->columns + q;
            if (!is_defined(c, cell))
                continue;
            const struct deep_cell row = compare_cell(c, cell);
            const double share = fabs(row.difference) / row.allowed;
            c->rows++;
            c->failed += !row.ok;
            if (c->worst[q] == 0 || !(share <= c->share[q])) {
                c->worst[q] = i;
                c->share[q] = share;
            }
            status = write_row(w, c->times[i], name, &row);
        }
    }
    return status == ALN_OK ? aln_writer_end_block(w) : status;
}

/* The verdict for people: the worst of each quantity. */
static enum aln_status judge(const struct deep_comparison *c, struct aln_run_verdict *verdict)
{
    struct aln_text *out = &verdict->text;
    verdict->outside = c->failed;
    aln_text_add(out, "%-8s %12s %14s %14s %11s %11s %11s\n", "quantity", "t", "ode", "train",
                 "difference", "allowed", "step error");
    for (size_t q = 0; q < c->columns; q++) {
        char name[32];
        if (c->worst[q] == 0)
            continue;
        const struct deep_cell row = compare_cell(c, c->worst[q] * c->columns + q);
        aln_deep_ode_column(c->p->network.layer_count, q, name);
        aln_text_add(out, "%-8s %12.6g %14.9g %14.9g %11.2g %11.2g %11.2g%s\n", name,
                     c->times[c->worst[q]], row.theory, row.run, row.difference, row.allowed,
                     row.step, row.ok ? "" : "  outside");
    }
    aln_text_add(out,
                 "Training is extrapolated to rate 0 from rates %g, %g and %g; step error: what is "
                 "left of it at the first. %zu rows, the worst of each quantity above: ",
                 c->p->learning.rate, 2 * c->p->learning.rate, 4 * c->p->learning.rate, c->rows);
    if (c->failed == 0)
        aln_text_add(out, "all agree.\n");
    else
        aln_text_add(out, "%zu outside their tolerance.\n", c->failed);
    return out->failed ? aln_raise_memory("the verdict") : ALN_OK;
}

static enum aln_status write_result(struct deep_comparison *c,
                                    const struct aln_run_options *options)
{
    struct aln_writer *writer = NULL;
    char *header = NULL;
    size_t blocks_done;
    enum aln_status status = aln_deep_linear_header(c->p, &header);
    if (status == ALN_OK)
        status = aln_writer_open(&writer,
                                 &(struct aln_writer_options){.path = options->path,
                                                              .command = "compare",
                                                              .yaml = header,
                                                              .columns = columns,
                                                              .column_count = COLUMNS,
                                                              .quick = options->quick},
                                 &blocks_done);
    free(header);
    if (status == ALN_OK)
        status = run_all(c, options->progress);
    if (status == ALN_OK)
        status = write_rows(writer, c);
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
    aln_writer_abandon(writer, false);
    return status;
}

enum aln_status aln_deep_linear_compare(const void *params, const struct aln_run_options *options)
{
    struct deep_comparison c;
    enum aln_status status = open_comparison(&c, params);
    if (status == ALN_OK)
        status = write_result(&c, options);
    if (status == ALN_OK && options->verdict != NULL)
        status = judge(&c, options->verdict);
    free(c.times);
    free(c.store);
    free(c.worst);
    return status;
}

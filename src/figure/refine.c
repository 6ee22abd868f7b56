#include "figure/refine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "run/options.h"
#include "sweep/task.h"

enum {
    FEW = 150,   /* times, between which a curve over a page would show its corners */
    DENSE = 400, /* times that are added to these */
};

/* ---- times ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_log(const struct aln_figure_input *in)
{
    return in->params->run.record.spacing == ALN_LOG;
}

/* Adds times between the first positive and the last one of x[0] ... x[n - 1].  Returned: how many */
static size_t add_between(const struct aln_figure_input *in, double *x, size_t n)
{
    double last = x[n - 1], first = x[0] > 0 || n < 2 ? x[0] : x[1];
    bool log_spaced = is_log(in) && first > 0;
    for (int i = 1; i < DENSE; i++) {
        double part = (double)i / DENSE;
        x[n++] = log_spaced ? first * pow(last / first, part) : x[0] + part * (last - x[0]);
    }
    return n;
}

/* The recorded times and those between them, in order.
 * Returned: *out  yours; NULL when out of memory.  The number of times */
static size_t make_times(const struct aln_figure_input *in, double **out)
{
    const struct aln_table *t = in->table;
    size_t n = 0, kept = 0;
    double *x = *out = malloc((t->rows + DENSE) * sizeof *x);
    for (size_t row = 0; x != NULL && row < t->rows; row++)
        x[n++] = aln_figure_value(t, row, "t");
    if (x == NULL || n == 0)
        return 0;
    n = add_between(in, x, n);
    qsort(x, n, sizeof *x, by_size);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || x[i] > x[kept - 1])
            x[kept++] = x[i];
    return kept;
}

/* "run.record={times: [...], ...}" for these times. */
static void add_record(struct aln_text *out, const struct aln_figure_input *in, const double *x,
                       size_t count)
{
    aln_text_add(out, "run.record={times: ");
    for (size_t i = 0; i < count; i++) {
        char number[32];
        aln_text_from_real(x[i], number);
        aln_text_add(out, i > 0 ? ", " : "[");
        aln_text_number(out, number);
    }
    aln_text_add(out, "], degrees: %s, early_law: %s, geometry: %s}",
                 in->params->run.record.degrees ? "true" : "false",
                 in->params->run.record.early_law ? "true" : "false",
                 in->params->run.record.geometry ? "true" : "false");
}

/* ---- integration ---- */

/* The parameters of a result with other times, without events and checks. */
static enum aln_status make_params(const struct aln_figure_input *in, struct aln_params **out)
{
    struct aln_text record = {0};
    struct aln_tree *tree = NULL;
    double *x;
    void *params = NULL;
    size_t count = make_times(in, &x);
    add_record(&record, in, x, count);
    enum aln_status status =
        count == 0 || record.failed ? aln_raise_memory("a figure") : aln_tree_copy(&tree, in->tree);
    const char *const set[] = {record.s, "ode.events={}", "ode.check=false"};
    if (status == ALN_OK)
        status = aln_schema_set(&aln_params_schema, tree, 3, set);
    if (status == ALN_OK)
        status = aln_schema_from_tree(&params, &aln_params_schema, tree, in->path, NULL);
    *out = params;
    aln_tree_free(tree);
    free(record.s);
    free(x);
    return status;
}

static enum aln_status integrate(struct aln_drawing *d, struct aln_figure_input *in)
{
    struct aln_params *params = NULL;
    struct aln_text path = {0};
    const struct aln_progress progress = {.stop = d->progress != NULL ? d->progress->stop : NULL};
    aln_text_add(&path, "%s/dense", d->folder);
    const struct aln_run_options options = {
        .path = path.s, .quick = true, .threads = 1, .progress = &progress};
    enum aln_status status = path.failed ? aln_raise_memory("a figure") : make_params(in, &params);
    if (status == ALN_OK)
        status = aln_task_find("ode")->run(params, &options);
    if (status == ALN_OK)
        status = aln_table_read(&in->dense, path.s);
    aln_params_free(params);
    free(path.s);
    return status;
}

/* ---- the comparison ---- */

/* Whether two numbers agree as far as a figure shows. */
static bool agree(double x, double y)
{
    return (isnan(x) && isnan(y)) || fabs(x - y) <= 1e-6 * (fabs(x) + fabs(y)) + 1e-9;
}

/* Whether a row of a result is among those of the new integration, from `from` on. */
static bool row_agrees(const struct aln_figure_input *in, size_t row, size_t *from)
{
    const struct aln_table *t = in->table, *dense = in->dense;
    double at = aln_figure_value(t, row, "t");
    while (*from < dense->rows && aln_figure_value(dense, *from, "t") < at)
        ++*from;
    if (*from == dense->rows || aln_figure_value(dense, *from, "t") > at)
        return false;
    for (size_t c = 0; c < dense->cols; c++) {
        int there = aln_table_column(t, dense->name[c]);
        if (there >= 0 &&
            !agree(t->value[row * t->cols + (size_t)there], dense->value[*from * dense->cols + c]))
            return false;
    }
    return true;
}

static bool all_agree(const struct aln_figure_input *in)
{
    bool good = true;
    size_t from = 0;
    for (size_t row = 0; row < in->table->rows && good; row++)
        good = row_agrees(in, row, &from);
    return good;
}

static void tell(const struct aln_drawing *d, const struct aln_figure_input *in, const char *why)
{
    char line[512];
    snprintf(line, sizeof line,
             "%s: its curve joins the few recorded times by straight lines: %.300s",
             aln_figure_input_name(in), why);
    if (d->progress != NULL && d->progress->tell != NULL)
        d->progress->tell(d->progress->context, line);
}

static bool is_sparse(const struct aln_figure_input *in)
{
    return in->params != NULL && strcmp(in->table->command, "ode") == 0 && in->table->rows > 2 &&
           in->table->rows < FEW;
}

static enum aln_status refine_one(struct aln_drawing *d, struct aln_figure_input *in)
{
    enum aln_status status = integrate(d, in);
    if (status == ALN_STOPPED || status == ALN_MEMORY || status == ALN_FILE)
        return status;
    if (status != ALN_OK)
        tell(d, in, aln_error());
    else if (!all_agree(in))
        tell(d, in, "its parameters give other values");
    if (status == ALN_OK && all_agree(in))
        return ALN_OK;
    aln_table_free(in->dense);
    in->dense = NULL;
    return ALN_OK;
}

enum aln_status aln_drawing_refine(struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        if (is_sparse(&d->input[i]))
            status = refine_one(d, &d->input[i]);
    return status;
}

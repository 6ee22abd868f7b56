/* Distributions of any column of any result, or of arithmetic of columns: over repeats, seeds, rows
 * of a study, points of a sweep. As a histogram, or cumulative. */
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/curves.h"
#include "figure/look.h"

/* The values of one curve. */
struct distribution {
    double *x;        /* [finite] in increasing order, logarithms on a logarithmic axis */
    size_t finite, n; /* finite: of n */
};

/* All of them. */
struct samples {
    struct distribution *of; /* [count] */
    size_t count;
    bool log;
    double least, most;     /* on the axis */
    double lowest, highest; /* above zero, of the outlines drawn so far */
    struct aln_drawing *d;
    double last[2]; /* the point before, NaN: none */
};

/* ---- samples ---- */

/* Whether a row is the last one of its run, or the result has no runs through time. */
static bool is_last(const struct aln_curves_part *part, size_t row)
{
    const struct aln_table *t = part->in->table;
    size_t time = (size_t)part->time;
    return part->time < 0 || row + 1 == t->rows ||
           !(t->value[(row + 1) * t->cols + time] > t->value[row * t->cols + time]);
}

static enum aln_status take_sample(struct distribution *out, const struct aln_curves *c, size_t i)
{
    const struct aln_curve curve = aln_drawing_curves_at(c, i);
    const struct aln_curves_part *part = &c->part[curve.input];
    out->x = malloc((part->in->table->rows + 1) * sizeof *out->x);
    if (out->x == NULL)
        return aln_raise_memory("a figure");
    for (size_t row = 0; row < part->in->table->rows; row++) {
        double value = part->y[curve.quantity].value[row];
        if (part->of[row] != curve.value || !is_last(part, row))
            continue;
        out->n++;
        if (isfinite(value))
            out->x[out->finite++] = value;
    }
    struct aln_spread unused;
    const struct aln_average *any;
    enum aln_status status = aln_drawing_average_find(&any, NULL);
    if (status == ALN_OK)
        aln_drawing_average_make(any, out->x, out->finite, &unused); /* sorts */
    return status;
}

/* The range; a logarithmic axis where values are positive and spread over decades. */
static void find_range(struct samples *s)
{
    s->least = INFINITY;
    s->most = -INFINITY;
    for (size_t i = 0; i < s->count; i++)
        if (s->of[i].finite > 0) {
            s->least = fmin(s->least, s->of[i].x[0]);
            s->most = fmax(s->most, s->of[i].x[s->of[i].finite - 1]);
        }
    s->log = s->least > 0 && s->most / s->least > 30;
    if (!s->log)
        return;
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->of[i].finite; k++)
            s->of[i].x[k] = log(s->of[i].x[k]);
    s->least = log(s->least);
    s->most = log(s->most);
}

static enum aln_status take_samples(struct samples *out, const struct aln_curves *c)
{
    *out = (struct samples){
        .of = calloc(c->count, sizeof *out->of), .count = c->count, .lowest = INFINITY};
    enum aln_status status = out->of != NULL ? ALN_OK : aln_raise_memory("a figure");
    for (size_t i = 0; i < c->count && status == ALN_OK; i++)
        status = take_sample(&out->of[i], c, i);
    if (status == ALN_OK)
        find_range(out);
    if (status == ALN_OK && out->least > out->most)
        return aln_raise(ALN_USAGE, "%s: column %s has no numbers", c->d->input[0].path,
                         c->part[0].y[0].name);
    return status;
}

static void free_samples(struct samples *s)
{
    for (size_t i = 0; s->of != NULL && i < s->count; i++)
        free(s->of[i].x);
    free(s->of);
}

/* ---- outlines ---- */

static double on_axis(const struct samples *s, double x)
{
    return s->log ? exp(x) : x;
}

static void add_point(struct aln_text *data, struct samples *s, double x, double y)
{
    s->highest = fmax(s->highest, y);
    s->lowest = y > 0 ? fmin(s->lowest, y) : s->lowest;
    const double at[2] = {on_axis(s, x), y};
    const double under[2] = {isnan(s->last[0]) ? at[0] : s->last[0], 0};
    aln_drawing_place_box(s->d, at, under); /* outlines are filled */
    memcpy(s->last, at, sizeof at);
    aln_drawing_row(data, 2, at);
}

/* The number of bins by the rule of Freedman and Diaconis: the narrowest that a sample asks for, and
 * at most as many as a figure can show. */
static size_t count_bins(const struct samples *s)
{
    enum { MOST = 60, APART = 20 }; /* APART: of curves that each have one value */
    double width = INFINITY, bins = 1;
    for (size_t i = 0; i < s->count; i++) {
        const struct distribution *a = &s->of[i];
        if (a->finite < 2)
            continue;
        double middle = gsl_stats_quantile_from_sorted_data(a->x, 1, a->finite, 0.75) -
                        gsl_stats_quantile_from_sorted_data(a->x, 1, a->finite, 0.25);
        if (middle > 0)
            width = fmin(width, 2 * middle / cbrt((double)a->finite));
        bins = fmax(bins, ceil(1 + log2((double)a->finite))); /* at least Sturges's */
    }
    if (s->most > s->least && isfinite(width))
        bins = fmax(bins, ceil((s->most - s->least) / width));
    if (s->most > s->least && bins < 2)
        bins = APART;
    return s->most > s->least ? (size_t)fmin(bins, MOST) : 1;
}

/* The outline of a histogram, as shares of all values, also of those that are missing. */
static enum aln_status add_histogram(struct aln_text *data, struct samples *s, size_t i)
{
    const struct distribution *a = &s->of[i];
    size_t bins = count_bins(s), *in = calloc(bins, sizeof *in);
    double width = (s->most - s->least) / (double)bins;
    if (in == NULL)
        return aln_raise_memory("a figure");
    if (bins == 1) /* one value: a bin of some width about it */
        width = s->least != 0 ? fabs(s->least) / 10 : 1;
    double first = bins == 1 ? s->least - width / 2 : s->least;
    for (size_t k = 0; k < a->finite; k++) {
        size_t bin = (size_t)((a->x[k] - first) / width);
        in[bin < bins ? bin : bins - 1]++;
    }
    add_point(data, s, first, 0);
    for (size_t b = 0; b < bins; b++)
        for (size_t end = 0; end < 2; end++)
            add_point(data, s, first + width * (double)(b + end),
                      a->n > 0 ? (double)in[b] / (double)a->n : 0);
    add_point(data, s, first + width * (double)bins, 0);
    free(in);
    return ALN_OK;
}

/* The share of all values that are at most x; it ends at the share of those that are not missing. */
static enum aln_status add_cumulative(struct aln_text *data, struct samples *s, size_t i)
{
    const struct distribution *a = &s->of[i];
    double n = (double)a->n, margin = 0.03 * (s->most - s->least);
    add_point(data, s, s->least - margin, 0);
    for (size_t k = 0; k < a->finite; k++) {
        add_point(data, s, a->x[k], (double)k / n);
        add_point(data, s, a->x[k], (double)(k + 1) / n);
    }
    add_point(data, s, s->most + margin, a->n > 0 ? (double)a->finite / n : 0);
    return ALN_OK;
}

/* ---- the figures ---- */

/* What the key calls a curve, and how many of its values there are, if not all. */
static void add_entry(struct aln_text *out, const struct aln_curves *c, const struct samples *s,
                      size_t i)
{
    struct aln_text text = {0};
    aln_drawing_curves_add_entry(&text, c, i);
    if (s->of[i].finite < s->of[i].n && s->count > 1)
        aln_text_add(&text, "%s%zu of %zu have one", text.length > 0 ? ", " : "", s->of[i].finite,
                     s->of[i].n);
    aln_drawing_quote(out, text.s != NULL ? text.s : "");
    out->failed = out->failed || text.failed;
    free(text.s);
}

/* "at t = 1000": the last time of results that run through time, if all have the same. */
static void add_time(struct aln_text *s, const struct aln_curves *c)
{
    const char *last = NULL, *name = "t";
    for (size_t i = 0; i < c->d->count; i++) {
        const struct aln_table *t = c->part[i].in->table;
        if (c->part[i].time < 0)
            return;
        const char *its = t->text[(t->rows - 1) * t->cols + (size_t)c->part[i].time];
        if (last != NULL && strcmp(last, its) != 0)
            return;
        last = its;
        name = t->name[c->part[i].time];
    }
    aln_text_add(s, "%sat %s %s%s", s->length > 0 ? ", " : "", name,
                 strcmp(name, "t") == 0 ? "= " : "", last);
}

/* "100 seeds", "10 to 20 runs". */
static void add_subtitle(struct aln_drawing *d, const struct aln_curves *c, const struct samples *s)
{
    struct aln_text text = {0};
    size_t least = SIZE_MAX, most = 0, without = 0;
    for (size_t i = 0; i < s->count; i++) {
        least = s->of[i].n < least ? s->of[i].n : least;
        most = s->of[i].n > most ? s->of[i].n : most;
        without += s->of[i].n - s->of[i].finite;
    }
    aln_text_add(&text, "%s", d->legend.subtitle.s != NULL ? d->legend.subtitle.s : "");
    if (d->count == 1 && aln_drawing_swept(&d->input[0]) > 0)
        aln_drawing_add_time(&text, d->input[0].table);
    else
        add_time(&text, c);
    aln_text_add(&text, "%s", text.length > 0 ? ", " : "");
    if (least < most)
        aln_text_add(&text, "%zu to ", least);
    const char *draws = aln_drawing_curves_draws(c);
    aln_text_add(&text, "%zu %.*s%s", most, (int)(strlen(draws) - (most == 1)), draws,
                 s->count > 1 ? " each" : "");
    if (without > 0 && s->count == 1)
        aln_text_add(&text, ": %zu of %zu have a value", most - without, most);
    else if (without > 0)
        aln_text_add(&text, "; %zu without a value", without);
    aln_drawing_subtitle(d, &text);
    free(text.s);
}

static void add_axes(struct aln_drawing *d, const struct aln_curves *c, const struct samples *s)
{
    struct aln_text x = {0}, draws = {0};
    const double end[2][2] = {{on_axis(s, s->least), on_axis(s, s->most)}, {s->lowest, s->highest}};
    aln_drawing_curves_add_quantities(&x, c);
    aln_drawing_string(&d->settings, "x_label", &x);
    aln_text_add(&draws, "%s", aln_drawing_curves_draws(c));
    aln_drawing_string(&d->settings, "draws", &draws);
    aln_text_add(&d->settings, "x_log = %d\n", s->log);
    for (int axis = 0; axis < 2; axis++)
        for (int i = 0; i < 2; i++) {
            char number[32];
            aln_text_from_real(end[axis][i], number);
            aln_text_add(&d->settings, "%c_%s = real('%s')\n", "xy"[axis],
                         i == 0 ? "least" : "most", number);
            aln_drawing_extend(d, axis, end[axis][i]);
        }
    free(x.s);
    free(draws.s);
}

static enum aln_status add_settings(struct aln_drawing *d, const struct aln_curves *c,
                                    const struct samples *s)
{
    aln_text_add(&d->settings, "curve_count = %zu\narray entry[%zu] = [", c->count, c->count);
    for (size_t i = 0; i < c->count; i++) {
        aln_text_add(&d->settings, i > 0 ? ", " : "");
        add_entry(&d->settings, c, s, i);
    }
    aln_text_add(&d->settings, "]\n");
    aln_drawing_curves_scale(&d->settings, c);
    add_axes(d, c, s);
    add_subtitle(d, c, s);
    enum aln_status status = aln_drawing_look_labels(d, "entry", c->count);
    return status == ALN_OK ? aln_drawing_curves_colours(&d->settings, c) : status;
}

typedef enum aln_status (*outline)(struct aln_text *data, struct samples *s, size_t i);

static enum aln_status write_outline(struct aln_drawing *d, struct samples *s, size_t i,
                                     outline add)
{
    struct aln_text data = {0};
    char name[32];
    snprintf(name, sizeof name, "curve_%zu.tsv", i + 1);
    aln_text_add(&data, "x\ty\n");
    s->d = d;
    s->last[0] = NAN;
    enum aln_status status = add(&data, s, i);
    if (status == ALN_OK)
        status = aln_drawing_file(d, name, &data);
    free(data.s);
    return status;
}

/* Means over repeats have no distribution over repeats; those of a sweep's points have one. */
static enum aln_status refuse_means(const struct aln_drawing *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        if (aln_table_column(t, "se_eg") >= 0 && aln_table_column(t, "point") < 0)
            return aln_raise(ALN_USAGE,
                             "%s: holds means over repeats (run.record.moments), not the repeats "
                             "whose distribution is to be drawn",
                             d->input[i].path);
    }
    return ALN_OK;
}

static enum aln_status prepare(struct aln_drawing *d, outline add)
{
    struct aln_curves c = {.count = 0};
    struct samples s = {.count = 0};
    enum aln_status status = refuse_means(d);
    if (status != ALN_OK)
        return status;
    status = aln_drawing_curves_make(&c, d, d->over, NULL);
    if (status == ALN_OK)
        status = take_samples(&s, &c);
    for (size_t i = 0; i < s.count && status == ALN_OK; i++)
        status = write_outline(d, &s, i, add);
    if (status == ALN_OK)
        status = add_settings(d, &c, &s);
    free_samples(&s);
    aln_drawing_curves_free(&c);
    return status;
}

static enum aln_status prepare_histogram(struct aln_drawing *d)
{
    aln_text_add(&d->settings, "cumulative = 0\n");
    return prepare(d, add_histogram);
}

static enum aln_status prepare_cumulative(struct aln_drawing *d)
{
    aln_text_add(&d->settings, "cumulative = 1\n");
    return prepare(d, add_cumulative);
}

/* Sweeps over nothing but draws have no axis. */
static bool has_only_draws(const struct aln_drawing *d)
{
    size_t keys = aln_drawing_swept(&d->input[0]);
    for (size_t i = 1; i <= keys; i++)
        if (aln_drawing_column_draws(d->input[0].table->name[i]) == NULL)
            return false;
    return keys > 0 && d->over == NULL;
}

const struct aln_figure aln_figure_histogram = {
    .id = {"histogram",
           "distribution of a column over seeds, repeats, or rows; --over: a curve for "
           "each value of a key",
           ""},
    .command = "",
    .takes_column = true,
    .takes_over = true,
    .along = {"", ""},
    .log = "xy",
    .unasked = "sweep",
    .worthwhile = has_only_draws,
    .prepare = prepare_histogram,
};

const struct aln_figure aln_figure_cdf = {
    .id = {"cdf", "the same, cumulative: the fraction of seeds, repeats or rows up to each value",
           ""},
    .command = "",
    .takes_column = true,
    .takes_over = true,
    .along = {"", ""},
    .log = "xy",
    .script = "histogram",
    .prepare = prepare_cumulative,
};

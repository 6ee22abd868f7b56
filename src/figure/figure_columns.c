/* Any columns of any results, or arithmetic of them, over any other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/curves.h"
#include "figure/look.h"
#include "figure/words.h"
#include "params/presentation.h"

/* A row in the order in which places follow each other: by time, else along x. */
struct placed {
    double place, x, y;
};

/* What the curves have in common. */
struct extent {
    double least[2], most[2]; /* of x and y where they are positive; least 0: some are not */
    size_t places, partial, fewest, more, of;
    size_t rows, shown; /* rows, and those with values of both */
    bool bars, same;    /* same: all averages are of as many */
    bool start;         /* there is a row at time 0 */
    struct aln_drawing *d;
    bool joined;    /* places of the curve are joined by lines */
    double last[2]; /* the place before; NaN: none */
};

static int by_place(const void *a, const void *b)
{
    double x = ((const struct placed *)a)->place, y = ((const struct placed *)b)->place;
    return (x > y) - (x < y);
}

/* The rows of a curve that have a place.  Returned: how many */
static size_t take_rows(const struct aln_curves_part *part, const struct aln_curve *curve,
                        struct placed *out, struct extent *e)
{
    const struct aln_table *t = part->in->table;
    size_t n = 0;
    for (size_t row = 0; row < t->rows; row++) {
        double x = part->x.value[row];
        double place = part->time >= 0 ? t->value[row * t->cols + (size_t)part->time] : x;
        double y = part->y[curve->quantity].value[row];
        if (part->of[row] != curve->value)
            continue;
        e->rows++;
        e->shown += isfinite(x) && isfinite(y);
        if (isfinite(place))
            out[n++] = (struct placed){place, x, y};
    }
    qsort(out, n, sizeof *out, by_place);
    return n;
}

static void extend(struct extent *e, int axis, double value)
{
    if (!isfinite(value))
        return;
    e->least[axis] = fmin(e->least[axis], value);
    e->most[axis] = fmax(e->most[axis], value);
}

static void count(struct extent *e, size_t finite, size_t n)
{
    e->places++;
    e->bars = e->bars || finite > 1;
    e->same = e->same && (n == 1 || e->of <= 1 || n == e->of);
    e->of = n > e->of ? n : e->of;
    if (finite == n || finite == 0)
        return;
    e->partial++;
    e->fewest = finite < e->fewest ? finite : e->fewest;
    e->more = finite > e->more ? finite : e->more;
}

static bool is_simulation(const struct aln_figure_input *in)
{
    const char *command = in->table->command;
    return strcmp(command, "chain") == 0 || strcmp(command, "sgd") == 0 ||
           aln_drawing_is_training(in);
}

/* How curves are drawn: 1 as lines, 2 as points, 3 as points on lines. */
static size_t style_of(const struct aln_curves_part *part, bool bands)
{
    if (part->time >= 0)
        return is_simulation(part->in) && !bands ? 2 : 1;
    bool key = part->x.column > 0 && (size_t)part->x.column <= aln_drawing_swept(part->in);
    return key && part->names.value == NULL &&
                   aln_drawing_column_draws(part->in->table->name[part->x.column]) == NULL
               ? 3
               : 2;
}

/* Its centre and interval, and the way from the place before. */
static void show_place(struct extent *e, const struct aln_spread *x, const struct aln_spread *y)
{
    const double at[2] = {x->centre, y->centre};
    aln_drawing_place_line(e->d, (const double[]){at[0], y->low}, (const double[]){at[0], y->high});
    aln_drawing_place_line(e->d, at, e->joined && isfinite(e->last[0]) ? e->last : at);
    memcpy(e->last, at, sizeof at);
}

/* The line of one place: "x mean low high lowest highest with of". */
static void add_place(struct aln_text *data, const struct placed *row, size_t n, double *room,
                      const struct aln_average *average, struct extent *e)
{
    struct aln_spread x, y;
    for (size_t i = 0; i < n; i++)
        room[i] = row[i].x;
    aln_drawing_average_make(average, room, n, &x);
    for (size_t i = 0; i < n; i++)
        room[i] = row[i].y;
    size_t finite = aln_drawing_average_make(average, room, n, &y);
    const double line[] = {x.centre, y.centre,  y.low,          y.high,
                           y.lowest, y.highest, (double)finite, (double)n};
    aln_drawing_row(data, sizeof line / sizeof line[0], line);
    show_place(e, &x, &y);
    const bool start = row[0].place == 0 && row[0].x == 0;
    if (!start) /* t = 0 does not hinder a logarithmic axis */
        extend(e, 0, x.centre);
    e->start = e->start || start;
    extend(e, 1, y.centre);
    count(e, finite, n);
}

/* Returned: *every  each so many-th place has a point, so that theory stays visible below them */
static enum aln_status write_curve(struct aln_drawing *d, const struct aln_curves *c, size_t i,
                                   const struct aln_average *average, struct extent *e,
                                   size_t *every)
{
    const struct aln_curve curve = aln_drawing_curves_at(c, i);
    const struct aln_curves_part *part = &c->part[curve.input];
    size_t rows = part->in->table->rows;
    struct placed *row = malloc((rows + 1) * sizeof *row);
    double *room = malloc((rows + 1) * sizeof *room);
    enum { POINTS = 40 };
    struct aln_text data = {0};
    char name[32];
    size_t before = e->places;
    e->joined = style_of(part, average->bands) != 2;
    e->last[0] = NAN;
    enum aln_status status = ALN_OK;
    if (row == NULL || room == NULL)
        status = aln_raise_memory("a figure");
    size_t count_of_rows = status == ALN_OK ? take_rows(part, &curve, row, e) : 0;
    aln_text_add(&data, "x\tmean\tlow\thigh\tlowest\thighest\twith\tof\n");
    for (size_t at = 0, n; at < count_of_rows; at += n) {
        for (n = 1; part->drawn && at + n < count_of_rows && row[at + n].place == row[at].place;)
            n++;
        add_place(&data, row + at, n, room, average, e);
    }
    *every = part->time >= 0 ? (e->places - before + POINTS - 1) / POINTS : 1;
    snprintf(name, sizeof name, "curve_%zu.tsv", i + 1);
    if (status == ALN_OK)
        status = aln_drawing_file(d, name, &data);
    free(data.s);
    free(room);
    free(row);
    return status;
}

/* Whether values spread over decades and are all positive. */
static bool is_log(const struct extent *e, int axis)
{
    return e->least[axis] > 0 && e->most[axis] / e->least[axis] > 30;
}

/* Whether there are results of both simulations. */
static bool has_both(const struct aln_drawing *d)
{
    bool chain = false, sgd = false;
    for (size_t i = 0; i < d->count; i++) {
        chain = chain || strcmp(d->input[i].table->command, "chain") == 0;
        sgd = sgd || strcmp(d->input[i].table->command, "sgd") == 0;
    }
    return chain && sgd;
}

/* How each curve is drawn, and whether it is of sgd. */
static void fill_looks(const struct aln_curves *c, bool bands, size_t *style, size_t *sgd)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct aln_curves_part *part = &c->part[aln_drawing_curves_at(c, i).input];
        style[i] = style_of(part, bands);
        sgd[i] = strcmp(part->in->table->command, "sgd") == 0;
    }
}

static enum aln_status add_looks(struct aln_drawing *d, const struct aln_curves *c, bool bands)
{
    size_t *style = calloc(c->count, sizeof *style), *sgd = calloc(c->count, sizeof *sgd);
    bool good = style != NULL && sgd != NULL;
    if (good) {
        fill_looks(c, bands, style, sgd);
        aln_text_add(&d->settings, "both_simulations = %d\n", has_both(d));
        aln_drawing_numbers(&d->settings, "by_sgd", c->count, sgd);
        aln_drawing_numbers(&d->settings, "drawn_as", c->count, style);
    }
    free(sgd);
    free(style);
    if (!good)
        return aln_raise_memory("a figure");
    return aln_drawing_curves_colours(&d->settings, c);
}

/* Whether rows are alike in all quantities. */
static bool is_of_all(const struct aln_curves *c)
{
    bool all = true;
    for (size_t i = 0; i < c->d->count; i++)
        for (size_t k = 0; k < c->quantities; k++)
            all = all && c->part[i].y[k].of_all;
    return all;
}

/* The subtitle: what is shared, what was averaged, where values are missing. */
static void add_subtitle(struct aln_drawing *d, const struct aln_curves *c,
                         const struct aln_average *average, const struct extent *e)
{
    struct aln_text s = {0}, what = {0};
    aln_text_add(&s, "%s", d->legend.subtitle.s != NULL ? d->legend.subtitle.s : "");
    if (d->count == 1 && aln_drawing_swept(&d->input[0]) > 0)
        aln_drawing_add_time(&s, d->input[0].table);
    const char *comma = s.length > 0 ? ", " : "";
    bool all = e->shown == e->rows, single = e->of <= 1;
    if (c->part[0].time < 0 && !all)
        aln_text_add(&s, "%s%sthe %zu of %zu rows that have values", comma,
                     single ? "points: " : "of ", e->shown, e->rows);
    else if (c->part[0].time < 0 && single)
        aln_text_add(&s, "%sa point for each of %zu rows", comma, e->shown);
    if (e->of > 1 && !is_of_all(c)) {
        aln_text_add(&s, s.length > 0 ? ", " : "");
        aln_text_add(&what, "%s%s", e->same ? "" : "or fewer ", aln_drawing_curves_draws(c));
        aln_drawing_average_words(&s, average, e->of, what.s != NULL ? what.s : "", true);
        s.failed = s.failed || what.failed;
        free(what.s);
    }
    if (e->partial > 0 && e->fewest < e->more)
        aln_text_add(&s, "; in %zu of %zu places only %zu to %zu have a value", e->partial,
                     e->places, e->fewest, e->more);
    else if (e->partial > 0)
        aln_text_add(&s, "; in %zu of %zu places only %zu of %zu have a value", e->partial,
                     e->places, e->fewest, e->of);
    aln_drawing_subtitle(d, &s);
    free(s.s);
}

/* The axes: labels, logarithmic or not, and the names along x. */
static void add_axes(struct aln_drawing *d, const struct aln_curves *c, const struct extent *e)
{
    const struct aln_picture_axis *names = &c->part[0].names;
    struct aln_text y = {0}, x = {0};
    aln_drawing_curves_add_quantities(&y, c);
    const bool of_rates = strcmp(c->part[0].x.name, "t") == 0 &&
                          aln_tree_find(aln_tree_root(d->input[0].tree), "target") != NULL;
    aln_text_add(&x, "%s",
                 d->plain   ? c->part[0].x.name
                 : of_rates ? "time  t = η × steps"
                            : c->part[0].x.label.s);
    aln_drawing_string(&d->settings, "x_label", &x);
    aln_drawing_string(&d->settings, "y_label", &y);
    aln_text_add(&d->settings, "x_log = %d\ny_log = %d\nx_names = %zu\n",
                 names->value == NULL && is_log(e, 0), is_log(e, 1), names->count);
    aln_text_add(&d->settings, "array x_name[%zu] = [", names->count > 0 ? names->count : 1);
    for (size_t i = 0; i < names->count && names->value != NULL; i++) {
        aln_text_add(&d->settings, i > 0 ? ", " : "");
        aln_drawing_quote_tic(&d->settings,
                              names->label != NULL
                                  ? names->label[i]
                                  : aln_drawing_word_value(names->key, names->value[i]));
    }
    aln_text_add(&d->settings, names->count > 0 ? "]\n" : "'']\n");
    free(x.s);
    free(y.s);
}

/* The times at which another task begins, and its name, for curves of the first result over time: as given,
 * or where they depend on events as recorded, if that is of one run. */
struct switches {
    size_t count;
    struct aln_text t, task;
};

static void add_switch(struct switches *s, double t, size_t task)
{
    const char *comma = s->count++ > 0 ? ", " : "";
    aln_text_add(&s->t, "%s%.17g", comma, t);
    aln_text_add(&s->task, "%s'task %zu'", comma, task);
}

static void find_recorded(struct switches *s, const struct aln_table *t)
{
    const int task = aln_table_column(t, "task"), from = aln_table_column(t, "task_from"),
              repeat = aln_table_column(t, "repeat");
    double last = 0;
    if (task < 0 || from < 0 || repeat < 0 || t->rows == 0 ||
        t->value[(t->rows - 1) * t->cols + (size_t)repeat] > 0)
        return;
    for (size_t i = 0; i < t->rows; i++) {
        const double *row = t->value + i * t->cols;
        if (row[from] > last)
            add_switch(s, row[from], (size_t)row[task]);
        last = row[from];
    }
}

static void add_switches(struct aln_drawing *d, const struct aln_curves *c)
{
    const struct aln_params *params = d->input[0].params;
    const bool over_time = params != NULL && strcmp(c->part[0].x.name, "t") == 0;
    struct switches s = {0};
    bool known = true;
    for (size_t i = 1; over_time && i < params->run.tasks_count; i++)
        known = known && isfinite(params->run.tasks[i].time);
    for (size_t i = 1; over_time && known && i < params->run.tasks_count; i++)
        add_switch(&s, params->run.tasks[i].time, params->run.tasks[i].task + 1);
    if (!known)
        find_recorded(&s, d->input[0].table);
    const size_t room = s.count > 0 ? s.count : 1;
    struct aln_text t = s.t, task = s.task;
    aln_text_add(&d->settings,
                 "switches = %zu\narray switch_t[%zu] = [%s]\narray switch_task[%zu] = [%s]\n",
                 s.count, room, t.s != NULL ? t.s : "0", room, task.s != NULL ? task.s : "''");
    d->settings.failed = d->settings.failed || t.failed || task.failed;
    free(t.s);
    free(task.s);
}

/* Names along x must be those of all results. */
static enum aln_status check_names(const struct aln_curves *c)
{
    for (size_t i = 1; i < c->d->count; i++) {
        const struct aln_picture_axis *a = &c->part[0].names, *b = &c->part[i].names;
        bool same = a->count == b->count;
        for (size_t k = 0; k < a->count && same; k++)
            same = strcmp(a->value[k], b->value[k]) == 0;
        if (!same)
            return aln_raise(ALN_USAGE, "%s: has other values of %s than %s", c->part[i].in->path,
                             c->part[0].x.name, c->part[0].in->path);
    }
    return ALN_OK;
}

static enum aln_status write_curves(struct aln_drawing *d, const struct aln_curves *c,
                                    const struct aln_average *average)
{
    struct extent e = {.least = {INFINITY, INFINITY},
                       .most = {-INFINITY, -INFINITY},
                       .fewest = SIZE_MAX,
                       .d = d,
                       .same = true};
    size_t *every = calloc(c->count, sizeof *every);
    enum aln_status status = every != NULL ? check_names(c) : aln_raise_memory("a figure");
    for (size_t i = 0; i < c->count && status == ALN_OK; i++)
        status = write_curve(d, c, i, average, &e, &every[i]);
    if (status == ALN_OK)
        aln_drawing_numbers(&d->settings, "every_place", c->count, every);
    free(every);
    if (e.start && !(e.least[0] <= e.most[0])) /* there is nothing else */
        extend(&e, 0, 0);
    if (status == ALN_OK && !(e.least[1] <= e.most[1] && e.least[0] <= e.most[0]))
        return aln_raise(ALN_USAGE, "%s: column %s has no numbers", d->input[0].path,
                         e.least[1] <= e.most[1] ? c->part[0].x.name : c->part[0].y[0].name);
    if (status != ALN_OK)
        return status;
    for (int axis = 0; axis < 2; axis++) {
        aln_drawing_extend(d, axis, e.least[axis]);
        aln_drawing_extend(d, axis, e.most[axis]);
    }
    aln_text_add(&d->settings, "curve_count = %zu\nbars = %d\nbands = %d\npartial = %zu\n",
                 c->count, e.bars, e.bars && average->bands, e.partial);
    aln_drawing_curves_entries(&d->settings, c);
    aln_drawing_curves_scale(&d->settings, c);
    add_axes(d, c, &e);
    add_switches(d, c);
    add_subtitle(d, c, average, &e);
    status = aln_drawing_look_labels(d, "entry", c->count);
    return status == ALN_OK ? add_looks(d, c, average->bands) : status;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    const char *over = d->over != NULL ? d->over : aln_drawing_curves_usual_over(&d->input[0]);
    const struct aln_average *average;
    struct aln_curves c;
    if (over == NULL)
        return aln_raise(ALN_USAGE, "%s: --over must name the column to draw over",
                         d->input[0].path);
    enum aln_status status = aln_drawing_average_find(&average, d->average);
    if (status != ALN_OK)
        return status;
    status = aln_drawing_curves_make(&c, d, NULL, over);
    if (status == ALN_OK)
        status = write_curves(d, &c, average);
    aln_drawing_curves_free(&c);
    return status;
}

const struct aln_figure aln_figure_columns = {
    .id = {"columns", "any columns of any results, or arithmetic of columns, over any other", ""},
    .command = "",
    .takes_column = true,
    .takes_over = true,
    .takes_average = true,
    .along = {"", ""},
    .log = "xy",
    .prepare = prepare,
};

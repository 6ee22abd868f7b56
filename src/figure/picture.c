/* The table collected from a sweep: one of its columns over two of its keys as a map, or over one
 * key as curves, one for each value of a second. Other keys are averaged over. Maps of several
 * sweeps are drawn side by side, one panel each. */
#include "figure/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/words.h"

static enum aln_status no_memory(void)
{
    return aln_raise_memory("a figure");
}

/* ---- the sweep ---- */

/* The table must have the keys of the header, in the same order. */
static enum aln_status read_keys(struct aln_picture *p)
{
    struct aln_sweep_grid *grid;
    enum aln_status status = aln_sweep_grid_load(&grid, p->in->tree, p->in->path);
    if (status != ALN_OK)
        return status;
    p->command = grid->task->id.name;
    for (size_t i = 0; i < grid->keys && status == ALN_OK; i++) {
        const char *key = grid->key[i].name;
        if (++p->keys >= p->t->cols || strcmp(p->t->name[p->keys], key) != 0)
            status = aln_raise(ALN_USAGE, "%s: column %zu is not the swept key %s", p->in->path,
                               p->keys + 1, key);
        p->axis_of[i + 1] = grid->key[i].axis;
        p->distribution[i + 1] = grid->key[i].distribution;
    }
    aln_sweep_grid_free(grid);
    return status;
}

/* ---- values ---- */

/* The position of a value; axis->count: it is new.
 * Given: guess  its probable position */
static size_t find_value(const struct aln_picture_axis *axis, const char *value, size_t guess)
{
    for (size_t i = 0; i < axis->count; i++) {
        size_t at = (guess + i) % axis->count;
        if (strcmp(axis->value[at], value) == 0)
            return at;
    }
    return axis->count;
}

static void sort_numbers(struct aln_picture_axis *axis)
{
    for (size_t i = 1; i < axis->count; i++) /* mostly sorted */
        for (size_t j = i; j > 0 && axis->number[j] < axis->number[j - 1]; j--) {
            double number = axis->number[j];
            const char *value = axis->value[j];
            axis->number[j] = axis->number[j - 1];
            axis->value[j] = axis->value[j - 1];
            axis->number[j - 1] = number;
            axis->value[j - 1] = value;
        }
}

/* Whether ratios of neighbours vary less than their differences. */
static bool is_logarithmic(const struct aln_picture_axis *axis)
{
    double least[2] = {INFINITY, INFINITY}, most[2] = {0, 0};
    if (axis->count < 3 || !(axis->number[0] > 0))
        return false;
    for (size_t i = 1; i < axis->count; i++) {
        double a = axis->number[i - 1], b = axis->number[i];
        const double step[2] = {b - a, log(b / a)};
        for (size_t k = 0; k < 2; k++) {
            least[k] = fmin(least[k], step[k]);
            most[k] = fmax(most[k], step[k]);
        }
    }
    return most[1] / least[1] < most[0] / least[0];
}

static enum aln_status read_axis(const struct aln_picture *p, struct aln_picture_axis *axis)
{
    const struct aln_table *t = p->t;
    const struct aln_sweep_distribution *drawn = p->distribution[axis->col];
    size_t rows = t->rows > 0 ? t->rows : 1, at = 0;
    axis->count = 0;
    axis->value = malloc(rows * sizeof *axis->value);
    axis->number = malloc(rows * sizeof *axis->number);
    if (axis->value == NULL || axis->number == NULL)
        return no_memory();
    axis->numeric = axis->key[0] != '\0';
    if (axis->key[0] == '\0') {
        axis->value[axis->count++] = "";
        return ALN_OK;
    }
    for (size_t row = 0; row < t->rows; row++) {
        const char *value = t->text[row * t->cols + axis->col];
        if ((at = find_value(axis, value, at)) < axis->count)
            continue;
        axis->number[axis->count] = t->value[row * t->cols + axis->col];
        axis->numeric = axis->numeric && isfinite(axis->number[axis->count]);
        axis->value[axis->count++] = value;
    }
    if (axis->numeric)
        sort_numbers(axis);
    axis->log = axis->numeric && (drawn != NULL ? drawn->positive : is_logarithmic(axis));
    return ALN_OK;
}

/* ---- means ---- */

/* Rows of one point must be repeats or seeds. */
static enum aln_status check_rows(const struct aln_picture *p)
{
    if (aln_table_column(p->t, "repeat") >= 0 || aln_table_column(p->t, "seed") >= 0)
        return ALN_OK;
    for (size_t row = 1; row < p->t->rows; row++)
        if (p->t->value[row * p->t->cols] == p->t->value[(row - 1) * p->t->cols])
            return aln_raise(
                ALN_USAGE,
                "%s: point %s has several rows that are not repeats or seeds, so it has no "
                "single value to draw",
                p->in->path, p->t->text[row * p->t->cols]);
    return ALN_OK;
}

static void add_to_cell(struct aln_picture_cell *cell, double value)
{
    cell->rows++;
    if (!isfinite(value))
        return;
    cell->finite++;
    double delta = value - cell->mean;
    cell->mean += delta / (double)cell->finite;
    cell->squares += delta * (value - cell->mean);
}

bool aln_drawing_picture_scattered(const struct aln_picture *p)
{
    return p->y.col > 0 && p->axis_of[p->x.col] == p->axis_of[p->y.col];
}

/* Range and counts of all cells.  Status: ALN_USAGE if all are empty */
static enum aln_status survey_cells(struct aln_picture *p)
{
    const bool scattered = aln_drawing_picture_scattered(p);
    p->least = INFINITY;
    p->most = -INFINITY;
    for (size_t i = 0; i < p->x.count * p->y.count; i++) {
        const struct aln_picture_cell *cell = &p->cell[i];
        if (cell->finite > 0) {
            p->least = fmin(p->least, cell->mean);
            p->most = fmax(p->most, cell->mean);
        }
        p->missing += cell->finite == 0 && (cell->rows > 0 || !scattered);
        p->partial = p->partial || (cell->finite > 0 && cell->finite < cell->rows);
        p->rows = cell->rows > p->rows ? cell->rows : p->rows;
    }
    if (p->least > p->most)
        return aln_raise(ALN_USAGE, "%s: column %s has no numbers", p->in->path,
                         p->t->name[p->col]);
    return ALN_OK;
}

static enum aln_status fill_cells(struct aln_picture *p)
{
    size_t x = 0, y = 0;
    p->cell = calloc(p->x.count * p->y.count + 1, sizeof *p->cell);
    if (p->cell == NULL)
        return no_memory();
    for (size_t row = 0; row < p->t->rows; row++) {
        const char *const *text = (const char *const *)p->t->text + row * p->t->cols;
        x = find_value(&p->x, text[p->x.col], x);
        y = p->y.key[0] != '\0' ? find_value(&p->y, text[p->y.col], y) : 0;
        add_to_cell(&p->cell[y * p->x.count + x], p->t->value[row * p->t->cols + p->col]);
    }
    return survey_cells(p);
}

double aln_drawing_picture_error(const struct aln_picture_cell *cell)
{
    double n = (double)cell->finite;
    return n > 1 ? sqrt(cell->squares / (n * (n - 1))) : 0;
}

/* ---- settings ---- */

/* The one time of all rows that have one, or NULL. */
static const char *one_time(const struct aln_table *t, int time)
{
    const char *at = NULL;
    for (size_t row = 0; row < t->rows && time >= 0; row++) {
        size_t i = row * t->cols + (size_t)time;
        if (!isfinite(t->value[i]))
            continue;
        if (at != NULL && strcmp(t->text[i], at) != 0)
            return NULL;
        at = t->text[i];
    }
    return at;
}

void aln_drawing_picture_time(struct aln_text *s, const struct aln_picture *p)
{
    const char *t = one_time(p->t, aln_table_column(p->t, "t"));
    const char *epoch = one_time(p->t, aln_table_column(p->t, "epoch"));
    if (t != NULL)
        aln_text_add(s, "at t = %s", t);
    else if (epoch != NULL)
        aln_text_add(s, "after %s epoch%s", epoch, strcmp(epoch, "1") == 0 ? "" : "s");
}

/* Whether the axes of the picture show a key, or one that moves with it. */
static bool is_shown(const struct aln_picture *p, size_t column)
{
    return p->axis_of[column] == p->axis_of[p->x.col] ||
           (p->y.col > 0 && p->axis_of[column] == p->axis_of[p->y.col]);
}

void aln_drawing_picture_means(struct aln_text *s, const struct aln_picture *p)
{
    size_t n = 0;
    if (p->rows > 1) {
        aln_text_add(s, "mean of %s%zu%s", p->partial ? "the rows that have a value, of " : "",
                     p->rows, p->partial ? "" : " rows");
        for (size_t i = 1; i <= p->keys; i++)
            if (!is_shown(p, i))
                aln_text_add(s, "%s%s", n++ == 0 ? " over " : ", ",
                             aln_drawing_word_axis(p->t->name[i]));
        if (n == 0 && aln_table_column(p->t, "seed") >= 0)
            aln_text_add(s, " over seeds");
    }
    if (p->missing > 0)
        aln_text_add(s, "%s%zu places without any", p->rows > 1 ? "; " : "", p->missing);
}

/* Appends what `add` appends, after a comma if both are something. */
static void add_comma(struct aln_text *s,
                      void (*add)(struct aln_text *s, const struct aln_picture *p),
                      const struct aln_picture *p)
{
    struct aln_text part = {0};
    add(&part, p);
    if (part.length > 0)
        aln_text_add(s, "%s%s", s->length > 0 ? ", " : "", part.s);
    s->failed = s->failed || part.failed;
    free(part.s);
}

void aln_drawing_picture_subtitle(struct aln_drawing *d, const struct aln_picture *p)
{
    struct aln_text s = {0};
    const struct aln_text *shared = &d->legend.subtitle;
    aln_text_add(&s, "%s", shared->s != NULL ? shared->s : "");
    add_comma(&s, aln_drawing_picture_time, p);
    add_comma(&s, aln_drawing_picture_means, p);
    aln_drawing_subtitle(d, &s);
    free(s.s);
}

/* A positive quantity that spans decades is shown on a logarithmic scale, one with both signs on a
 * scale symmetric about zero. */
static void add_quantity(struct aln_text *out, const struct aln_picture *p)
{
    char number[2][32];
    bool log = p->least > 0 && p->most / p->least > 30;
    aln_text_from_real(p->least, number[0]);
    aln_text_from_real(p->most, number[1]);
    aln_text_add(out, "z_column = ");
    aln_drawing_quote(out, p->t->name[p->col]);
    aln_text_add(out, "\nz_log = %d\nz_signs = %d\nz_least = %s\nz_most = %s\nz_missing = %zu\n",
                 log, p->least < 0 && p->most > 0, number[0], number[1], p->missing);
}

static enum aln_status name_values(struct aln_picture *p, struct aln_picture_axis *axis)
{
    enum aln_status status = aln_drawing_axis_nets(axis, p);
    return status == ALN_OK ? aln_drawing_axis_shorten(axis) : status;
}

enum aln_status aln_drawing_picture_make(const struct aln_drawing *d, size_t i,
                                         struct aln_picture *p)
{
    *p = (struct aln_picture){.in = &d->input[i], .t = d->input[i].table};
    enum aln_status status = read_keys(p);
    if (status == ALN_OK)
        status = aln_drawing_picture_column(p, d, i);
    if (status == ALN_OK)
        status = aln_drawing_picture_keys(p, d->over);
    if (status == ALN_OK)
        status = check_rows(p);
    if (status == ALN_OK)
        status = read_axis(p, &p->x);
    if (status == ALN_OK)
        status = read_axis(p, &p->y);
    if (status == ALN_OK)
        status = fill_cells(p);
    if (status == ALN_OK)
        status = name_values(p, &p->x);
    return status == ALN_OK ? name_values(p, &p->y) : status;
}

void aln_drawing_picture_settings(struct aln_text *out, const struct aln_picture *p)
{
    aln_drawing_axis(out, "x", &p->x);
    aln_drawing_axis(out, "y", &p->y);
    add_quantity(out, p);
}

static void free_axis(struct aln_picture_axis *axis)
{
    for (size_t i = 0; axis->label != NULL && i < axis->count; i++)
        free(axis->label[i]);
    free(axis->label);
    free(axis->value);
    free(axis->number);
}

void aln_drawing_picture_free(struct aln_picture *p)
{
    free_axis(&p->x);
    free_axis(&p->y);
    free(p->cell);
}

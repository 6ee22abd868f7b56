/* The table collected from a sweep: one of its columns over two of its keys as a map, or over one
 * key as curves, one for each value of a second. Other keys are averaged over. Maps of several
 * sweeps are drawn side by side, one panel each. */
#include "figure/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/entries.h"
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
        if (++p->keys >= p->t->cols || !aln_figure_is_key(p->t->name[p->keys], key))
            status = aln_raise(ALN_USAGE, "%s: column %zu is not the swept key %s", p->in->path,
                               p->keys + 1, key);
        p->axis_of[i + 1] = grid->key[i].axis;
        p->distribution[i + 1] = grid->key[i].distribution;
    }
    aln_sweep_grid_free(grid);
    return status;
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

bool aln_drawing_picture_scattered(const struct aln_picture *p)
{
    return p->y.col > 0 && p->axis_of[p->x.col] == p->axis_of[p->y.col];
}

/* Range and counts of all cells. */
static void survey_cells(struct aln_picture *p)
{
    const bool scattered = aln_drawing_picture_scattered(p);
    p->least = p->from = INFINITY;
    p->most = p->to = -INFINITY;
    p->fewest = SIZE_MAX;
    for (size_t i = 0; i < p->x.count * p->y.count; i++) {
        const struct aln_picture_cell *cell = &p->cell[i];
        p->rows = cell->rows > p->rows ? cell->rows : p->rows;
        p->missing += cell->finite == 0 && (cell->rows > 0 || !scattered);
        if (cell->finite == 0)
            continue;
        p->least = fmin(p->least, cell->spread.centre);
        p->most = fmax(p->most, cell->spread.centre);
        p->from = fmin(p->from, fmin(cell->spread.lowest, cell->spread.centre));
        p->to = fmax(p->to, fmax(cell->spread.highest, cell->spread.centre));
        if (cell->finite == cell->rows)
            continue;
        p->partial++;
        p->fewest = cell->finite < p->fewest ? cell->finite : p->fewest;
        p->more = cell->finite > p->more ? cell->finite : p->more;
    }
}

/* Returned: at[rows]  the cell of each row; the cells' counts and places among the samples */
static void place_rows(struct aln_picture *p, size_t *at)
{
    size_t x = 0, y = 0, first = 0;
    for (size_t row = 0; row < p->t->rows; row++) {
        const char *const *text = (const char *const *)p->t->text + row * p->t->cols;
        x = aln_drawing_axis_find(&p->x, text[p->x.col], x);
        y = p->y.key[0] != '\0' ? aln_drawing_axis_find(&p->y, text[p->y.col], y) : 0;
        at[row] = y * p->x.count + x;
        p->cell[at[row]].rows++;
    }
    for (size_t i = 0; i < p->x.count * p->y.count; i++) {
        p->cell[i].first = first;
        first += p->cell[i].rows;
    }
}

static void average_cells(struct aln_picture *p, const size_t *at)
{
    size_t cells = p->x.count * p->y.count;
    for (size_t row = 0; row < p->t->rows; row++) {
        struct aln_picture_cell *cell = &p->cell[at[row]];
        p->sample[cell->first + cell->finite++] = p->z.value[row];
    }
    for (size_t i = 0; i < cells; i++)
        p->cell[i].finite = aln_drawing_average_make(p->average, p->sample + p->cell[i].first,
                                                     p->cell[i].rows, &p->cell[i].spread);
}

/* Single rows may give the standard error of their quantity in a column: path_barrier_se. */
static void take_own_errors(struct aln_picture *p, const size_t *at)
{
    char name[80];
    snprintf(name, sizeof name, "%s_se", p->z.name);
    const int se = p->z.column >= 0 ? aln_table_column(p->t, name) : -1;
    if (se < 0 || strcmp(p->average->id.name, "mean") != 0)
        return;
    for (size_t i = 0; i < p->x.count * p->y.count; i++)
        if (p->cell[i].rows > 1)
            return;
    for (size_t row = 0; row < p->t->rows; row++) {
        const double error = p->t->value[row * p->t->cols + (size_t)se];
        struct aln_spread *s = &p->cell[at[row]].spread;
        if (!isfinite(error) || !isfinite(s->centre))
            continue;
        s->low = s->lowest = s->centre - error;
        s->high = s->highest = s->centre + error;
        p->own_errors = true;
    }
}

static enum aln_status fill_cells(struct aln_picture *p)
{
    size_t *at = calloc(p->t->rows + 1, sizeof *at);
    p->cell = calloc(p->x.count * p->y.count + 1, sizeof *p->cell);
    p->sample = malloc((p->t->rows + 1) * sizeof *p->sample);
    bool good = at != NULL && p->cell != NULL && p->sample != NULL;
    if (good) {
        place_rows(p, at);
        average_cells(p, at);
        take_own_errors(p, at);
        survey_cells(p);
    }
    free(at);
    return good ? ALN_OK : no_memory();
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

void aln_drawing_add_time(struct aln_text *s, const struct aln_table *table)
{
    const char *t = one_time(table, aln_table_column(table, "t"));
    const char *epoch = one_time(table, aln_table_column(table, "epoch"));
    if (t != NULL || epoch != NULL)
        aln_text_add(s, "%s", s->length > 0 ? ", " : "");
    if (t != NULL)
        aln_text_add(s, "at t = %s", t);
    else if (epoch != NULL)
        aln_text_add(s, "after %s epoch%s", epoch, strcmp(epoch, "1") == 0 ? "" : "s");
}

/* What the rows of a cell are: "seeds", if they are all draws of one kind.
 * Returned: NULL if they are of several kinds, or differ in more */
static const char *draws_of(const struct aln_picture *p)
{
    static const char *const within[] = {"repeat", "seed"};
    const char *what = NULL;
    size_t kinds = 0;
    for (size_t i = 1; i <= p->keys; i++)
        if (!p->shown[i]) {
            what = aln_drawing_column_draws(p->t->name[i]);
            kinds += what != NULL ? 1 : 2;
        }
    for (size_t i = 0; i < 2 && p->cell[0].rows > 1; i++) {
        int c = aln_table_column(p->t, within[i]);
        if (c <= (int)p->keys || p->t->rows < 2 || p->t->value[0] != p->t->value[p->t->cols])
            continue; /* a point has one row */
        what = aln_drawing_column_draws(within[i]);
        kinds++;
    }
    return kinds == 1 ? what : NULL;
}

/* Appends " over noise  σ, seed": the keys that are not axes. */
static void add_averaged(struct aln_text *s, const struct aln_picture *p)
{
    size_t n = 0;
    for (size_t i = 1; i <= p->keys; i++)
        if (!p->shown[i]) {
            aln_text_add(s, "%s", n++ == 0 ? " over " : ", ");
            aln_drawing_word_add_axis(s, p->t->name[i]);
        }
}

void aln_drawing_picture_means(struct aln_text *s, const struct aln_picture *p)
{
    size_t cells = p->x.count * p->y.count;
    const char *what = draws_of(p);
    if (p->rows > 1 && !p->z.of_all) {
        aln_drawing_average_words(s, p->average, p->rows, what != NULL ? what : "rows", p->bars);
        if (what == NULL)
            add_averaged(s, p);
    } else if (p->bars && p->own_errors) {
        aln_text_add(s, "bars ± s.e.");
    }
    if (p->partial > 0 && p->fewest < p->more)
        aln_text_add(s, "; in %zu of %zu places only %zu to %zu have a value", p->partial, cells,
                     p->fewest, p->more);
    else if (p->partial > 0)
        aln_text_add(s, "; in %zu of %zu places only %zu of %zu have a value", p->partial, cells,
                     p->fewest, p->rows);
    if (p->missing > 0)
        aln_text_add(s, "%s%zu place%s without a value", s->length > 0 ? "; " : "", p->missing,
                     p->missing > 1 ? "s" : "");
}

void aln_drawing_picture_subtitle(struct aln_drawing *d, const struct aln_picture *p)
{
    struct aln_text s = {0}, means = {0};
    const struct aln_text *shared = &d->legend.subtitle;
    aln_text_add(&s, "%s", shared->s != NULL ? shared->s : "");
    aln_drawing_add_time(&s, p->t);
    aln_drawing_picture_means(&means, p);
    if (means.length > 0)
        aln_text_add(&s, "%s%s", s.length > 0 ? ", " : "", means.s);
    s.failed = s.failed || means.failed;
    free(means.s);
    aln_drawing_subtitle(d, &s);
    free(s.s);
}

/* A positive quantity that spans decades is shown on a logarithmic scale, one with both signs on a
 * scale symmetric about zero. */
static void add_quantity(struct aln_text *out, const struct aln_picture *p)
{
    char number[4][32];
    bool log = p->least > 0 && p->most / p->least > 30;
    aln_text_from_real(p->least, number[0]);
    aln_text_from_real(p->most, number[1]);
    aln_text_from_real(p->from, number[2]);
    aln_text_from_real(p->to, number[3]);
    aln_text_add(out, "z_column = ");
    aln_drawing_quote(out, p->z.name);
    aln_text_add(out, "\n");
    aln_drawing_string(out, "z_label", &p->z.label);
    aln_text_add(out,
                 "z_log = %d\nz_signs = %d\nz_least = %s\nz_most = %s\nz_missing = %zu\n"
                 "z_partial = %zu\nz_rows = %zu\nz_from = %s\nz_to = %s\n",
                 log, p->least < 0 && p->most > 0, number[0], number[1], p->missing, p->partial,
                 p->rows, number[2], number[3]);
}

static enum aln_status name_values(struct aln_picture *p, struct aln_picture_axis *axis)
{
    enum aln_status status = aln_drawing_axis_names(axis, p->in);
    return status == ALN_OK ? aln_drawing_axis_shorten(axis) : status;
}

/* The keys that the axes show, or settle. */
static enum aln_status find_shown(struct aln_picture *p)
{
    const size_t axes[] = {p->x.col, p->y.col};
    enum aln_status status = ALN_OK;
    for (size_t i = 1; i <= p->keys; i++)
        for (size_t a = 0; a < 2 && !p->shown[i] && status == ALN_OK; a++)
            if (axes[a] > 0)
                status = aln_drawing_picture_settles(p, axes[a], i, &p->shown[i]);
    return status;
}

/* A key drawn from positive numbers has a logarithmic axis. */
static void scale_drawn(const struct aln_picture *p, struct aln_picture_axis *axis)
{
    const struct aln_sweep_distribution *drawn = p->distribution[axis->col];
    if (drawn != NULL)
        axis->log = axis->numeric && drawn->positive;
}

enum aln_status aln_drawing_picture_make(const struct aln_drawing *d, size_t i,
                                         struct aln_picture *p)
{
    *p = (struct aln_picture){.in = &d->input[i], .t = d->input[i].table};
    enum aln_status status = aln_drawing_average_find(&p->average, d->average);
    if (status == ALN_OK)
        status = read_keys(p);
    if (status == ALN_OK)
        status = aln_drawing_picture_column(p, d, i);
    if (status == ALN_OK)
        status = aln_drawing_picture_keys(p, d->over);
    if (status == ALN_OK)
        status = find_shown(p);
    if (status == ALN_OK)
        status = check_rows(p);
    if (status == ALN_OK)
        status = aln_drawing_axis_read(p->t, &p->x);
    if (status == ALN_OK)
        status = aln_drawing_axis_read(p->t, &p->y);
    if (status == ALN_OK) {
        scale_drawn(p, &p->x);
        scale_drawn(p, &p->y);
    }
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

void aln_drawing_picture_free(struct aln_picture *p)
{
    aln_drawing_axis_free(&p->x);
    aln_drawing_axis_free(&p->y);
    free(p->cell);
    free(p->sample);
    aln_drawing_expression_free(&p->z);
}

/* The table collected from a sweep: one of its columns over two of its keys as a map, or over one
 * key as curves, one for each value of a second. What else was swept is averaged over. Maps of
 * several sweeps stand side by side, a panel each. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure_sweep.h"
#include "file/tree.h"
#include "sweep/sweep.h"

static enum aln_status no_memory(void)
{
    return aln_raise(ALN_MEMORY, "out of memory for a figure");
}

/* ---- what the sweep was ---- */

enum aln_status aln_drawing_describe_sweep(struct aln_figure_input *in)
{
    struct aln_tree *tree;
    enum aln_status status = aln_tree_read(&tree, in->path);
    if (status != ALN_OK)
        return status;
    const struct aln_node *title = aln_tree_find(aln_tree_root(tree), "title");
    in->title = strdup(title != NULL ? title->text : "");
    in->subtitle = strdup("");
    if (in->title == NULL || in->subtitle == NULL)
        status = no_memory();
    aln_tree_free(tree);
    return status;
}

/* The keys stand in the table as the header gives them. */
static enum aln_status read_keys(struct aln_picture *p)
{
    struct aln_sweep *sweep;
    struct aln_text names = {0};
    enum aln_status status = aln_sweep_load(&sweep, p->in->path, 0, NULL);
    if (status != ALN_OK)
        return status;
    p->command = strdup(aln_sweep_command(sweep));
    aln_sweep_keys(sweep, &names);
    char *rest = names.s;
    if (names.failed || p->command == NULL)
        status = no_memory();
    else
        strsep(&rest, "\t"); /* nothing stands before the first tab */
    while (rest != NULL && status == ALN_OK) {
        const char *key = strsep(&rest, "\t");
        if (++p->keys >= p->t->cols || strcmp(p->t->name[p->keys], key) != 0)
            status = aln_raise(ALN_USAGE, "%s: its column %zu is not %s, which was swept",
                               p->in->path, p->keys + 1, key);
    }
    free(names.s);
    aln_sweep_free(sweep);
    return status;
}

/* ---- values ---- */

/* Position of a value; axis->count: it is new.
 * Given: guess  where it probably is */
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

/* Whether ratios of neighbours differ less than their differences do. */
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

static enum aln_status read_axis(const struct aln_table *t, struct aln_picture_axis *axis)
{
    size_t rows = t->rows > 0 ? t->rows : 1, at = 0;
    axis->value = malloc(rows * sizeof *axis->value);
    axis->number = malloc(rows * sizeof *axis->number);
    if (axis->value == NULL || axis->number == NULL)
        return no_memory();
    axis->count = 0;
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
    axis->log = axis->numeric && is_logarithmic(axis);
    return ALN_OK;
}

/* ---- means ---- */

/* Rows of one point must be repeats of one thing. */
static enum aln_status check_rows(const struct aln_picture *p)
{
    if (aln_table_column(p->t, "repeat") >= 0 || aln_table_column(p->t, "seed") >= 0)
        return ALN_OK;
    for (size_t row = 1; row < p->t->rows; row++)
        if (p->t->value[row * p->t->cols] == p->t->value[(row - 1) * p->t->cols])
            return aln_raise(ALN_USAGE,
                             "%s: point %s has several rows, not of repeats or seeds: there is no "
                             "one value to draw",
                             p->in->path, p->t->text[row * p->t->cols]);
    return ALN_OK;
}

static enum aln_status fill_cells(struct aln_picture *p)
{
    size_t x = 0, y = 0, cells = p->x.count * p->y.count;
    p->cell = calloc(cells + 1, sizeof *p->cell);
    if (p->cell == NULL)
        return no_memory();
    for (size_t row = 0; row < p->t->rows; row++) {
        const char *const *text = (const char *const *)p->t->text + row * p->t->cols;
        double value = p->t->value[row * p->t->cols + p->col];
        x = find_value(&p->x, text[p->x.col], x);
        y = p->y.key[0] != '\0' ? find_value(&p->y, text[p->y.col], y) : 0;
        struct aln_picture_cell *cell = &p->cell[y * p->x.count + x];
        cell->rows++;
        if (!isfinite(value))
            continue;
        cell->good++;
        double delta = value - cell->mean;
        cell->mean += delta / (double)cell->good;
        cell->squares += delta * (value - cell->mean);
    }
    p->least = INFINITY;
    p->most = -INFINITY;
    for (size_t i = 0; i < cells; i++) {
        if (p->cell[i].good > 0) {
            p->least = fmin(p->least, p->cell[i].mean);
            p->most = fmax(p->most, p->cell[i].mean);
        }
        p->missing += p->cell[i].good == 0;
        p->partial = p->partial || (p->cell[i].good > 0 && p->cell[i].good < p->cell[i].rows);
        p->rows = p->cell[i].rows > p->rows ? p->cell[i].rows : p->rows;
    }
    return ALN_OK;
}

static double error_of(const struct aln_picture_cell *cell)
{
    double n = (double)cell->good;
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

/* "at t = 1000" or "after 100 epochs", or nothing. */
static void add_when(struct aln_text *s, const struct aln_picture *p)
{
    const char *t = one_time(p->t, aln_table_column(p->t, "t"));
    const char *epoch = one_time(p->t, aln_table_column(p->t, "epoch"));
    if (t != NULL)
        aln_text_add(s, "at t = %s", t);
    else if (epoch != NULL)
        aln_text_add(s, "after %s epoch%s", epoch, strcmp(epoch, "1") == 0 ? "" : "s");
}

/* "mean of 20 rows over run.seed; 3 places without any", or nothing. */
static void add_means(struct aln_text *s, const struct aln_picture *p)
{
    size_t n = 0;
    if (p->rows > 1) {
        aln_text_add(s, "mean of %s%zu%s", p->partial ? "the rows that have a value, of " : "",
                     p->rows, p->partial ? "" : " rows");
        for (size_t i = 1; i <= p->keys; i++)
            if (i != p->x.col && i != p->y.col)
                aln_text_add(s, "%s%s", n++ == 0 ? " over " : ", ", p->t->name[i]);
        if (n == 0 && aln_table_column(p->t, "seed") >= 0)
            aln_text_add(s, " over seeds");
    }
    if (p->missing > 0)
        aln_text_add(s, "%s%zu places without any", p->rows > 1 ? "; " : "", p->missing);
}

static void add_line(struct aln_text *out, const char *name, struct aln_text *s)
{
    aln_text_add(out, "%s = ", name);
    aln_drawing_quote(out, s->s != NULL ? s->s : "");
    aln_text_add(out, "\n");
    out->failed = out->failed || s->failed;
    free(s->s);
}

/* Below the title of the figure: when, and what was averaged. */
static void add_subtitle(struct aln_text *out, const struct aln_picture *p)
{
    struct aln_text s = {0};
    add_when(&s, p);
    if (s.length > 0 && (p->rows > 1 || p->missing > 0))
        aln_text_add(&s, ", ");
    add_means(&s, p);
    add_line(out, "subtitle_text", &s);
}

/* What a command makes, in a word. */
static const char *kind_of(const char *command)
{
    static const char *const words[][2] = {
        {"ode", "theory"}, {"chain", "simulation"}, {"sgd", "simulation"}, {"train", "network"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(command, words[i][0]) == 0)
            return words[i][1];
    return command;
}

/* Above a panel: "theory, TITLE" or, where all share their title, "theory, at t = 20"; below it
 * what else there is to say. */
static void add_panel_titles(struct aln_text *out, const struct aln_picture *p, bool own_title)
{
    struct aln_text line[2] = {{0}, {0}}, when = {0}, means = {0};
    add_when(&when, p);
    add_means(&means, p);
    const char *about = own_title ? p->in->title : when.s;
    aln_text_add(&line[0], "%s%s%s", kind_of(p->command),
                 about != NULL && about[0] != '\0' ? ", " : "", about != NULL ? about : "");
    if (own_title && when.length > 0)
        aln_text_add(&line[1], "%s%s", when.s, means.length > 0 ? ", " : "");
    aln_text_add(&line[1], "%s", means.s != NULL ? means.s : "");
    out->failed = out->failed || when.failed || means.failed;
    add_line(out, "panel_title", &line[0]);
    add_line(out, "panel_subtitle", &line[1]);
    free(when.s);
    free(means.s);
}

/* A quantity that is positive and spans decades is shown on a logarithmic scale, one of both signs
 * around zero. */
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

/* Result i as a picture. */
static enum aln_status make_picture(const struct aln_drawing *d, size_t i, struct aln_picture *p)
{
    enum aln_status status;
    *p = (struct aln_picture){.in = &d->input[i], .t = d->input[i].table};
    if ((status = read_keys(p)) != ALN_OK || (status = aln_picture_column(p, d, i)) != ALN_OK ||
        (status = aln_picture_keys(p, d->over)) != ALN_OK || (status = check_rows(p)) != ALN_OK ||
        (status = read_axis(p->t, &p->x)) != ALN_OK ||
        (status = read_axis(p->t, &p->y)) != ALN_OK || (status = fill_cells(p)) != ALN_OK)
        return status;
    if (p->least > p->most)
        return aln_raise(ALN_USAGE, "%s: column %s holds no number", p->in->path,
                         p->t->name[p->col]);
    if ((status = aln_picture_nets(&p->x, p)) != ALN_OK ||
        (status = aln_picture_nets(&p->y, p)) != ALN_OK ||
        (status = aln_picture_shorten(&p->x)) != ALN_OK)
        return status;
    return aln_picture_shorten(&p->y);
}

/* What a script needs of its axes and its quantity. */
static void add_picture(struct aln_text *out, const struct aln_picture *p)
{
    aln_picture_axis(out, "x", &p->x);
    aln_picture_axis(out, "y", &p->y);
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

static void free_picture(struct aln_picture *p)
{
    free(p->command);
    free_axis(&p->x);
    free_axis(&p->y);
    free(p->cell);
}

static void add_number(struct aln_text *out, double x, char behind)
{
    char number[32];
    aln_text_from_real(x, number);
    aln_text_add(out, "%s%c", number, behind);
}

static enum aln_status write_cells(const struct aln_drawing *d, size_t i,
                                   const struct aln_picture *p)
{
    struct aln_text data = {0};
    char name[32];
    aln_text_add(&data, "x\ty\tz\n");
    for (size_t y = 0; y < p->y.count; y++)
        for (size_t x = 0; x < p->x.count; x++) {
            const struct aln_picture_cell *cell = &p->cell[y * p->x.count + x];
            aln_text_add(&data, "%zu\t%zu\t", x, y);
            add_number(&data, cell->good > 0 ? cell->mean : NAN, '\n');
        }
    snprintf(name, sizeof name, "map_%zu.tsv", i + 1);
    enum aln_status status = aln_drawing_file(d, name, &data);
    free(data.s);
    return status;
}

/* Equal colours are equal values: pictures of one quantity share the range of all of them. */
static void share_scales(struct aln_picture *p, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            if (strcmp(p[i].t->name[p[i].col], p[j].t->name[p[j].col]) != 0)
                continue;
            p[i].least = fmin(p[i].least, p[j].least);
            p[i].most = fmax(p[i].most, p[j].most);
        }
}

/* Panel i: panel_I.gp and map_I.tsv. */
static enum aln_status write_panel(const struct aln_drawing *d, size_t i,
                                   const struct aln_picture *p, bool own_title)
{
    struct aln_text settings = {0};
    char name[32];
    add_picture(&settings, p);
    add_panel_titles(&settings, p, own_title);
    snprintf(name, sizeof name, "panel_%zu.gp", i + 1);
    enum aln_status status = aln_drawing_file(d, name, &settings);
    free(settings.s);
    return status == ALN_OK ? write_cells(d, i, p) : status;
}

enum aln_status aln_drawing_map(struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    bool own_title = false;
    struct aln_picture *p = calloc(d->count, sizeof *p);
    if (p == NULL)
        return no_memory();
    for (size_t i = 0; i < d->count && status == ALN_OK; i++) {
        own_title = own_title || strcmp(d->input[i].title, d->input[0].title) != 0;
        status = make_picture(d, i, &p[i]);
        if (status == ALN_OK && p[i].y.key[0] == '\0')
            status = aln_raise(ALN_USAGE,
                               "%s: a map needs two swept keys; --figure curves draws over one",
                               p[i].in->path);
    }
    if (status == ALN_OK) {
        share_scales(p, d->count);
        aln_text_add(&d->settings, "panels = %zu\n", d->count);
        if (d->count == 1)
            add_subtitle(&d->settings, p);
    }
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = write_panel(d, i, &p[i], own_title);
    for (size_t i = 0; i < d->count; i++)
        free_picture(&p[i]);
    free(p);
    return status;
}

enum aln_status aln_drawing_curves(struct aln_drawing *d)
{
    struct aln_picture p;
    struct aln_text data = {0};
    enum aln_status status = make_picture(d, 0, &p);
    bool errors = false;
    if (status == ALN_OK) {
        add_picture(&d->settings, &p);
        add_subtitle(&d->settings, &p);
        aln_text_add(&data, "x");
        for (size_t y = 1; y <= p.y.count; y++)
            aln_text_add(&data, "\tmean_%zu\tse_%zu", y, y);
        aln_text_add(&data, "\n");
        for (size_t x = 0; x < p.x.count; x++) {
            add_number(&data, p.x.numeric ? p.x.number[x] : (double)x, '\t');
            for (size_t y = 0; y < p.y.count; y++) {
                const struct aln_picture_cell *cell = &p.cell[y * p.x.count + x];
                errors = errors || error_of(cell) > 0;
                add_number(&data, cell->good > 0 ? cell->mean : NAN, '\t');
                add_number(&data, error_of(cell), y + 1 < p.y.count ? '\t' : '\n');
            }
        }
        aln_text_add(&d->settings, "errors = %d\n", errors);
        status = aln_drawing_file(d, "curves.tsv", &data);
    }
    free(data.s);
    free_picture(&p);
    return status;
}

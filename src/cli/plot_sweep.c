/* The table collected from a sweep: one of its columns over two of its keys as a map, or over one
 * key as curves, one for each value of a second. What else was swept is averaged over. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/sweep.h"
#include "alignode/tree.h"
#include "cli/drawing.h"

/* A key and its values: numbers in increasing order, or names in the order of the sweep. */
struct axis {
    const char *key; /* "" when there is no such key */
    size_t col;
    const char **value; /* [count] */
    double *number;     /* [count] */
    char **label;       /* [count], values in short, or NULL */
    size_t count;
    bool numeric, log; /* log: equal ratios rather than equal steps */
};

/* Rows with equal x and y. */
struct cell {
    size_t rows, good; /* good: with a finite value */
    double mean, squares;
};

struct picture {
    const struct aln_plot_input *in;
    const struct aln_table *t;
    size_t keys; /* columns 1 ... keys */
    struct axis x, y;
    size_t col;
    struct cell *cell;    /* [y.count x x.count] */
    double least, most;   /* of the means */
    size_t missing, rows; /* cells without value; rows in the fullest cell */
    bool partial;         /* some cell has rows with and without value */
};

static enum aln_status no_memory(void)
{
    return aln_raise(ALN_MEMORY, "out of memory for a figure");
}

/* ---- what the sweep was ---- */

enum aln_status aln_drawing_describe_sweep(struct aln_plot_input *in)
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
static enum aln_status read_keys(struct picture *p)
{
    struct aln_sweep *sweep;
    struct aln_text names = {0};
    enum aln_status status = aln_sweep_load(&sweep, p->in->path, 0, NULL);
    if (status != ALN_OK)
        return status;
    aln_sweep_keys(sweep, &names);
    char *rest = names.s;
    if (names.failed)
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

/* ---- which column, which keys ---- */

/* Names of the table's columns, for a refusal. */
static enum aln_status refuse_column(const struct picture *p, const char *what, const char *name,
                                     size_t first, size_t end)
{
    const char *nearest = first < end ? p->t->name[first] : "";
    for (size_t i = first; i < end; i++)
        if (aln_names_distance(p->t->name[i], name) < aln_names_distance(nearest, name))
            nearest = p->t->name[i];
    return aln_raise(ALN_USAGE, "%s: has no %s '%.60s'; the nearest is '%.60s'", p->in->path, what,
                     name, nearest);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static bool has_number(const struct aln_table *t, size_t col)
{
    for (size_t row = 0; row < t->rows; row++)
        if (isfinite(t->value[row * t->cols + col]))
            return true;
    return false;
}

/* The one asked for; else eg, else the first of numbers that say more than where a row belongs. */
static enum aln_status choose_column(struct picture *p, const char *wanted)
{
    static const char *const places[] = {"repeat", "t", "seed", "epoch", "step", NULL};
    int eg = aln_table_column(p->t, "eg");
    if (wanted != NULL) {
        int found = aln_table_column(p->t, wanted);
        if (found <= (int)p->keys)
            return refuse_column(p, "column", wanted, p->keys + 1, p->t->cols);
        if (!has_number(p->t, (size_t)found))
            return aln_raise(ALN_USAGE, "%s: column %s holds no number", p->in->path, wanted);
        p->col = (size_t)found;
        return ALN_OK;
    }
    if (eg > 0 && has_number(p->t, (size_t)eg)) {
        p->col = (size_t)eg;
        return ALN_OK;
    }
    for (p->col = p->keys + 1; p->col < p->t->cols; p->col++)
        if (!is_one_of(p->t->name[p->col], places) && has_number(p->t, p->col))
            return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: has no column of numbers to draw", p->in->path);
}

/* "x" or "x,y" as asked for; else the first two keys, seeds last: they are better averaged over. */
static enum aln_status choose_keys(struct picture *p, const char *over)
{
    struct axis *axis[2] = {&p->x, &p->y};
    size_t n = 0;
    p->x.key = p->y.key = "";
    if (over != NULL) {
        for (const char *part = over; n < 2; part++) {
            char key[128];
            size_t length = strcspn(part, ",");
            snprintf(key, sizeof key, "%.*s", (int)(length < 127 ? length : 127), part);
            int found = aln_table_column(p->t, key);
            if (found < 1 || found > (int)p->keys)
                return refuse_column(p, "swept key", key, 1, p->keys + 1);
            *axis[n++] = (struct axis){.key = p->t->name[found], .col = (size_t)found};
            part += length;
            if (*part == '\0')
                break;
            if (n == 2)
                return aln_raise(ALN_USAGE, "--over: expected one key or two, not '%.100s'", over);
        }
        if (n == 2 && p->x.col == p->y.col)
            return aln_raise(ALN_USAGE, "--over: %s stands there twice", p->x.key);
        return ALN_OK;
    }
    for (int seeds = 0; seeds < 2; seeds++)
        for (size_t i = 1; i <= p->keys && n < 2; i++)
            if ((strstr(p->t->name[i], "seed") != NULL) == seeds && !(seeds && n > 0))
                *axis[n++] = (struct axis){.key = p->t->name[i], .col = i};
    return ALN_OK;
}

/* ---- values ---- */

/* Position of a value; axis->count: it is new.
 * Given: guess  where it probably is */
static size_t find_value(const struct axis *axis, const char *value, size_t guess)
{
    for (size_t i = 0; i < axis->count; i++) {
        size_t at = (guess + i) % axis->count;
        if (strcmp(axis->value[at], value) == 0)
            return at;
    }
    return axis->count;
}

static void sort_numbers(struct axis *axis)
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
static bool is_logarithmic(const struct axis *axis)
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

static enum aln_status read_axis(const struct aln_table *t, struct axis *axis)
{
    size_t rows = t->rows > 0 ? t->rows : 1, at = 0;
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
    axis->log = axis->numeric && is_logarithmic(axis);
    return ALN_OK;
}

/* ---- means ---- */

/* Rows of one point must be repeats of one thing. */
static enum aln_status check_rows(const struct picture *p)
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

static enum aln_status fill_cells(struct picture *p)
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
        struct cell *cell = &p->cell[y * p->x.count + x];
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

static double error_of(const struct cell *cell)
{
    double n = (double)cell->good;
    return n > 1 ? sqrt(cell->squares / (n * (n - 1))) : 0;
}

/* ---- settings ---- */

/* "ode, t = 1000, mean of 20 rows (over run.seed, repeat)" */
static void add_subtitle(struct aln_drawing *d, const struct picture *p)
{
    struct aln_text s = {0};
    const struct aln_table *t = p->t;
    int time = aln_table_column(t, "t");
    const char *at = NULL; /* the one time of all rows that have one */
    bool same = time >= 0;
    size_t n = 0;
    for (size_t row = 0; row < t->rows && same; row++) {
        size_t i = row * t->cols + (size_t)time;
        if (isfinite(t->value[i])) {
            same = at == NULL || strcmp(t->text[i], at) == 0;
            at = t->text[i];
        }
    }
    same = same && at != NULL;
    if (same)
        aln_text_add(&s, "at t = %s", at);
    if (p->rows > 1) {
        aln_text_add(&s, "%smean of %s%zu", same ? ", " : "",
                     p->partial ? "the rows that have a value, of " : "", p->rows);
        aln_text_add(&s, "%s", p->partial ? "" : " rows");
        for (size_t i = 1; i <= p->keys; i++)
            if (i != p->x.col && i != p->y.col)
                aln_text_add(&s, "%s%s", n++ == 0 ? " over " : ", ", t->name[i]);
    }
    if (p->missing > 0)
        aln_text_add(&s, "%s%zu places without any", s.length > 0 ? "; " : "", p->missing);
    aln_text_add(&d->settings, "subtitle_text = ");
    aln_drawing_quote(&d->settings, s.s != NULL ? s.s : "");
    aln_text_add(&d->settings, "\n");
    d->settings.failed = d->settings.failed || s.failed;
    free(s.s);
}

/* Powers of ten far from 1 as such. */
static void add_tick(struct aln_text *at, struct aln_text *label, double place, double value,
                     const char *text)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char number[32];
    double power = value > 0 ? rint(log10(value)) : 0;
    aln_text_add(at, "%s%.6f", at->length > 0 ? ", " : "", place);
    aln_text_add(label, "%s", label->length > 0 ? ", " : "");
    if (text == NULL && (power < -3 || power > 4) && fabs(value / pow(10, power) - 1) < 1e-9) {
        snprintf(number, sizeof number, "%.0f", fabs(power));
        aln_text_add(label, "'10%s", power < 0 ? "⁻" : "");
        for (const char *c = number; *c != '\0'; c++)
            aln_text_add(label, "%s", digits[*c - '0']);
        aln_text_add(label, "'");
    } else if (text == NULL) {
        aln_text_add(label, "'%.4g'", value);
    } else {
        aln_drawing_quote(label, text);
    }
}

/* Where a number would stand among the cells, from 0. */
static double place_of(const struct axis *axis, double value)
{
    size_t i = 1;
    while (i + 1 < axis->count && axis->number[i] < value)
        i++;
    double a = axis->number[i - 1], b = axis->number[i];
    double part = axis->log ? log(value / a) / log(b / a) : (value - a) / (b - a);
    return (double)(i - 1) + part;
}

/* Tics at cells: every one of few, or round numbers between many. */
static void add_ticks(struct aln_drawing *d, const char *letter, const struct axis *axis)
{
    enum { FEW = 9 };
    struct aln_text at = {0}, label = {0};
    size_t n = 0;
    if (!axis->numeric || axis->count <= FEW) {
        size_t every = (axis->count + 2 * FEW - 1) / (2 * FEW);
        for (size_t i = 0; i < axis->count; i += every, n++)
            add_tick(&at, &label, (double)i, axis->numeric ? axis->number[i] : 0,
                     axis->numeric ? NULL : axis->value[i]);
    } else if (axis->log) {
        double lo = axis->number[0] * (1 - 1e-9), hi = axis->number[axis->count - 1] * (1 + 1e-9);
        static const double parts[] = {1, 2, 5};
        size_t most = log10(hi / lo) < 3 ? 3 : 1;
        for (double e = floor(log10(lo)); e <= log10(hi);
             e += most == 1 ? ceil(log10(hi / lo) / 8) : 1)
            for (size_t i = 0; i < most; i++) {
                double value = parts[i] * pow(10, e);
                if (value < lo || value > hi)
                    continue;
                add_tick(&at, &label, place_of(axis, value), value, NULL);
                n++;
            }
    } else {
        double lo = axis->number[0], hi = axis->number[axis->count - 1];
        double raw = (hi - lo) / 6, size = pow(10, floor(log10(raw)));
        double step = size * (raw / size < 1.5   ? 1
                              : raw / size < 3.5 ? 2
                              : raw / size < 7.5 ? 5
                                                 : 10);
        for (double i = ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * step; i++, n++)
            add_tick(&at, &label, place_of(axis, i * step), i * step + 0.0, NULL); /* no -0 */
    }
    aln_text_add(&d->settings, "array %s_at[%zu] = [%s]\narray %s_label[%zu] = [%s]\n", letter, n,
                 at.s != NULL ? at.s : "", letter, n, label.s != NULL ? label.s : "");
    d->settings.failed = d->settings.failed || at.failed || label.failed;
    free(at.s);
    free(label.s);
}

/* Bytes that all values begin with, or end with; not within a character. */
static size_t shared_bytes(const struct axis *axis, bool end)
{
    size_t n = strlen(axis->value[0]);
    for (size_t i = 1; i < axis->count; i++) {
        const char *a = axis->value[0], *b = axis->value[i];
        size_t la = strlen(a), lb = strlen(b), same = 0, most = n < lb ? n : lb;
        while (same < most && (end ? a[la - 1 - same] == b[lb - 1 - same] : a[same] == b[same]))
            same++;
        n = same;
    }
    const char *a = axis->value[0], *at = end ? a + strlen(a) - n : a + n;
    while (n > 0 && ((unsigned char)*at & 0xc0) == 0x80) {
        at += end ? 1 : -1;
        n--;
    }
    return n;
}

/* Long values, lists say, by that in which they differ. */
static enum aln_status shorten(struct axis *axis)
{
    enum { LONG = 24, KEPT = 2 };
    size_t longest = 0, least = SIZE_MAX;
    for (size_t i = 0; i < axis->count; i++) {
        size_t n = strlen(axis->value[i]);
        longest = n > longest ? n : longest;
        least = n < least ? n : least;
    }
    if (axis->numeric || axis->count < 2 || longest <= LONG)
        return ALN_OK;
    size_t head = shared_bytes(axis, false), tail = shared_bytes(axis, true);
    if (head + tail > least)
        tail = least - head;
    axis->label = calloc(axis->count, sizeof *axis->label);
    if (axis->label == NULL)
        return no_memory();
    for (size_t i = 0; i < axis->count; i++) {
        struct aln_text text = {0};
        const char *value = axis->value[i];
        size_t n = strlen(value) - head - tail;
        aln_text_add(&text, "%s%.*s%s", head > KEPT ? "…" : "", (int)(head > KEPT ? n : n + head),
                     value + (head > KEPT ? head : 0), tail > KEPT ? "…" : value + head + n);
        if (text.failed)
            return no_memory();
        axis->label[i] = text.s;
        axis->value[i] = text.s;
    }
    return ALN_OK;
}

static void add_axis(struct aln_drawing *d, const char *letter, const struct axis *axis)
{
    char name[16];
    aln_text_add(&d->settings, "%s_name = ", letter);
    aln_drawing_quote(&d->settings, axis->key);
    aln_text_add(&d->settings, "\n%s_count = %zu\n%s_numeric = %d\n%s_log = %d\n", letter,
                 axis->count, letter, axis->numeric, letter, axis->log);
    snprintf(name, sizeof name, "%s_value", letter);
    aln_drawing_strings(&d->settings, name, axis->count, axis->value);
    add_ticks(d, letter, axis);
}

/* A quantity that is positive and spans decades is shown on a logarithmic scale, one of both signs
 * around zero. */
static void add_quantity(struct aln_drawing *d, const struct picture *p)
{
    char number[2][32];
    bool log = p->least > 0 && p->most / p->least > 30;
    aln_text_from_real(p->least, number[0]);
    aln_text_from_real(p->most, number[1]);
    aln_text_add(&d->settings, "z_column = ");
    aln_drawing_quote(&d->settings, p->t->name[p->col]);
    aln_text_add(&d->settings,
                 "\nz_log = %d\nz_signs = %d\nz_least = %s\nz_most = %s\nz_missing = %zu\n", log,
                 p->least < 0 && p->most > 0, number[0], number[1], p->missing);
}

static enum aln_status make_picture(struct aln_drawing *d, struct picture *p)
{
    enum aln_status status;
    *p = (struct picture){.in = d->input, .t = d->input->table};
    if ((status = read_keys(p)) != ALN_OK || (status = choose_column(p, d->column)) != ALN_OK ||
        (status = choose_keys(p, d->over)) != ALN_OK || (status = check_rows(p)) != ALN_OK ||
        (status = read_axis(p->t, &p->x)) != ALN_OK ||
        (status = read_axis(p->t, &p->y)) != ALN_OK || (status = fill_cells(p)) != ALN_OK)
        return status;
    if (p->least > p->most)
        return aln_raise(ALN_USAGE, "%s: column %s holds no number", p->in->path,
                         p->t->name[p->col]);
    if ((status = shorten(&p->x)) != ALN_OK || (status = shorten(&p->y)) != ALN_OK)
        return status;
    add_subtitle(d, p);
    add_axis(d, "x", &p->x);
    add_axis(d, "y", &p->y);
    add_quantity(d, p);
    return ALN_OK;
}

static void free_axis(struct axis *axis)
{
    for (size_t i = 0; axis->label != NULL && i < axis->count; i++)
        free(axis->label[i]);
    free(axis->label);
    free(axis->value);
    free(axis->number);
}

static void free_picture(struct picture *p)
{
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

enum aln_status aln_drawing_map(struct aln_drawing *d)
{
    struct picture p;
    struct aln_text data = {0};
    enum aln_status status = make_picture(d, &p);
    if (status == ALN_OK && p.y.key[0] == '\0')
        status =
            aln_raise(ALN_USAGE, "%s: a map needs two swept keys; --figure curves draws over one",
                      d->input->path);
    if (status == ALN_OK) {
        aln_text_add(&data, "x\ty\tz\n");
        for (size_t y = 0; y < p.y.count; y++)
            for (size_t x = 0; x < p.x.count; x++) {
                const struct cell *cell = &p.cell[y * p.x.count + x];
                aln_text_add(&data, "%zu\t%zu\t", x, y);
                add_number(&data, cell->good > 0 ? cell->mean : NAN, '\n');
            }
        status = aln_drawing_file(d, "map.tsv", &data);
    }
    free(data.s);
    free_picture(&p);
    return status;
}

enum aln_status aln_drawing_curves(struct aln_drawing *d)
{
    struct picture p;
    struct aln_text data = {0};
    enum aln_status status = make_picture(d, &p);
    bool errors = false;
    if (status == ALN_OK) {
        aln_text_add(&data, "x");
        for (size_t y = 1; y <= p.y.count; y++)
            aln_text_add(&data, "\tmean_%zu\tse_%zu", y, y);
        aln_text_add(&data, "\n");
        for (size_t x = 0; x < p.x.count; x++) {
            add_number(&data, p.x.numeric ? p.x.number[x] : (double)x, '\t');
            for (size_t y = 0; y < p.y.count; y++) {
                const struct cell *cell = &p.cell[y * p.x.count + x];
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

#include "figure/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/words.h"
#include "sweep/task.h"

/* ---- the kind of result ---- */

static const char *const draws_columns[] = {"repeat", "seed"};
static const char *const time_columns[] = {"t", "epoch"};
enum { PAIR = 2 };

/* The first of two columns that a table has; -1: neither. */
static int first_of(const struct aln_table *t, const char *const name[PAIR])
{
    int column = aln_table_column(t, name[0]);
    return column >= 0 ? column : aln_table_column(t, name[1]);
}

static double cell(const struct aln_table *t, size_t row, int column)
{
    return t->value[row * t->cols + (size_t)column];
}

/* Whether two rows are of the same run. */
static bool same_run(const struct aln_table *t, size_t a, size_t b)
{
    for (size_t i = 0; i < PAIR; i++) {
        int draw = aln_table_column(t, draws_columns[i]);
        if (draw >= 0 && cell(t, a, draw) != cell(t, b, draw))
            return false;
    }
    return true;
}

/* The time of a result whose rows follow runs through time: it increases along each, and those of a
 * run are next to each other. -1: another kind of result */
static int time_of(const struct aln_table *t)
{
    /* A sweep's table has no task; that is no error. */
    const struct aln_task *task = (const void *)aln_names_find(&aln_tasks, t->command);
    int time = task != NULL && task->time != NULL ? aln_table_column(t, task->time) : -1;
    if (time < 0 && task != NULL && task->variant != NULL)
        time = aln_table_column(t, task->variant->time);
    bool follows = false;
    if (time < 0)
        return -1;
    for (size_t row = 1; row < t->rows; row++) {
        if (!same_run(t, row, row - 1))
            continue;
        follows = cell(t, row, time) > cell(t, row - 1, time);
        if (!follows)
            return -1;
    }
    return follows ? time : -1;
}

const char *aln_drawing_curves_usual_over(const struct aln_figure_input *in)
{
    int time = aln_drawing_swept(in) == 0 ? first_of(in->table, time_columns) : -1;
    if (time >= 0)
        return in->table->name[time];
    for (size_t i = 1; i <= aln_drawing_swept(in); i++)
        if (aln_drawing_column_draws(in->table->name[i]) == NULL)
            return in->table->name[i];
    return aln_drawing_swept(in) > 0 ? in->table->name[1] : NULL;
}

/* ---- splitting ---- */

/* Whether a column has names, no numbers. */
static bool has_names(const struct aln_table *t, size_t column)
{
    for (size_t row = 0; row < t->rows; row++)
        if (isfinite(t->value[row * t->cols + column]) ||
            strcmp(t->text[row * t->cols + column], "nan") == 0)
            return false;
    return true;
}

/* The number of different values of a column. */
static size_t count_values(const struct aln_table *t, size_t column)
{
    size_t values = 0;
    for (size_t row = 0; row < t->rows; row++) {
        size_t before = 0;
        const char *text = t->text[row * t->cols + column];
        while (before < row && strcmp(t->text[before * t->cols + column], text) != 0)
            before++;
        values += before == row;
    }
    return values;
}

/* The entry of sweep.over that has a swept key, by its column. */
static const struct aln_node *entry_of(const struct aln_figure_input *in, size_t column)
{
    const struct aln_node *sweep = aln_tree_find(aln_tree_root(in->tree), "sweep");
    const struct aln_node *n = aln_tree_find(sweep, "over")->first;
    for (size_t at = 1; n->next != NULL; n = n->next) {
        const struct aln_node *keys = aln_tree_find(n, "keys");
        at += keys != NULL ? keys->count : 1;
        if (column < at)
            break;
    }
    return n;
}

/* Whether a swept key moves together with that along x, with one value at each of its values. */
static bool follows_x(const struct aln_curves_part *part, size_t column)
{
    const struct aln_table *t = part->in->table;
    const size_t keys = aln_drawing_swept(part->in), x = (size_t)part->x.column;
    if (part->x.column <= 0 || x > keys || entry_of(part->in, x) != entry_of(part->in, column))
        return false;
    for (size_t row = 0; row < t->rows; row++) {
        size_t first = 0; /* with this x */
        while (strcmp(t->text[first * t->cols + x], t->text[row * t->cols + x]) != 0)
            first++;
        if (strcmp(t->text[first * t->cols + column], t->text[row * t->cols + column]) != 0)
            return false;
    }
    return true;
}

/* How many curves a column would make; 0: it is none to split by. */
static size_t count_curves(const struct aln_curves_part *part, size_t column)
{
    enum { MOST = 12 };
    const struct aln_table *t = part->in->table;
    size_t keys = aln_drawing_swept(part->in);
    bool key = column > 0 && column <= keys;
    if ((int)column == part->x.column || aln_drawing_column_draws(t->name[column]) != NULL ||
        (!key && !has_names(t, column)) || (key && follows_x(part, column)))
        return 0;
    size_t values = count_values(t, column);
    return values > 1 && (key || values <= MOST) ? values : 0;
}

/* The column whose values have a curve each, that of the fewest; -1: none. */
static enum aln_status find_split(const struct aln_curves_part *part, const char *split,
                                  int *column)
{
    const struct aln_table *t = part->in->table;
    *column = -1;
    if (split != NULL) {
        size_t key = aln_drawing_swept_key(part->in, split);
        *column = key > 0 ? (int)key : aln_table_column(t, split);
        return *column >= 0
                   ? ALN_OK
                   : aln_drawing_expression_refuse(part->in, "column", split, 0, t->cols, "");
    }
    for (size_t c = 0, least = SIZE_MAX; c < t->cols; c++) {
        size_t curves = count_curves(part, c);
        if (curves == 0 || curves >= least)
            continue;
        *column = (int)c;
        least = curves;
    }
    return ALN_OK;
}

static enum aln_status split_rows(struct aln_curves_part *part, const char *split)
{
    const struct aln_table *t = part->in->table;
    int column;
    size_t at = 0;
    enum aln_status status = find_split(part, split, &column);
    if (status != ALN_OK)
        return status;
    if (column >= 0)
        part->split.key = t->name[part->split.col = (size_t)column];
    else
        part->split.key = "";
    part->of = calloc(t->rows + 1, sizeof *part->of);
    status =
        part->of != NULL ? aln_drawing_axis_read(t, &part->split) : aln_raise_memory("a figure");
    for (size_t row = 0; row < t->rows && status == ALN_OK && column >= 0; row++)
        part->of[row] = at =
            aln_drawing_axis_find(&part->split, t->text[row * t->cols + (size_t)column], at);
    return status == ALN_OK ? aln_drawing_axis_names(&part->split, part->in) : status;
}

/* Whether a column has more than one value. */
static bool varies(const struct aln_table *t, size_t column)
{
    for (size_t row = 1; row < t->rows; row++)
        if (strcmp(t->text[row * t->cols + column], t->text[column]) != 0)
            return true;
    return false;
}

/* Whether a column is what curves, or places along them, differ in. */
static bool is_apart(const struct aln_curves_part *part, size_t column)
{
    return (part->split.key[0] != '\0' && column == part->split.col) ||
           (int)column == part->x.column;
}

/* What the rows of one curve, or of one place on it, are draws of: the only thing that is drawn more
 * than once, or "rows" for several. */
static void find_draws(struct aln_curves_part *part)
{
    const struct aln_table *t = part->in->table;
    size_t keys = aln_drawing_swept(part->in), kinds = 0;
    const char *what = NULL;
    part->drawn = keys > 0;
    for (size_t c = 0; c < t->cols; c++) {
        const char *its = aln_drawing_column_draws(t->name[c]);
        bool pooled =
            c > 0 && c <= keys && its == NULL && !is_apart(part, c) && !follows_x(part, c);
        part->drawn = part->drawn || its != NULL;
        if (pooled || (its != NULL && varies(t, c) && (keys == 0 || (c > 0 && c <= keys)))) {
            kinds += pooled ? 2 : 1;
            what = its;
        }
    }
    part->draws = kinds == 0 ? NULL : kinds == 1 ? what : "rows";
}

/* ---- reading ---- */

/* Quantity i of a result. */
static enum aln_status read_quantity(struct aln_curves *c, struct aln_curves_part *part, size_t i)
{
    const struct aln_table *t = part->in->table;
    int usual = aln_drawing_usual_column(t, aln_drawing_swept(part->in) + 1);
    if (c->d->column == NULL && usual < 0)
        return aln_raise(ALN_USAGE, "%s: has no column of numbers to draw", part->in->path);
    char *text = c->d->column != NULL ? aln_drawing_expression_item(c->d->column, i)
                                      : strdup(t->name[usual]);
    enum aln_status status =
        text != NULL ? aln_drawing_expression_make(&part->y[i], text, "--column", part->in)
                     : aln_raise_memory("a figure");
    free(text);
    return status;
}

/* Names, as those of rules, are places of their own on an axis. */
static enum aln_status read_names(struct aln_curves_part *part)
{
    const struct aln_table *t = part->in->table;
    int column = part->x.column;
    if (column < 0 || !has_names(t, (size_t)column))
        return ALN_OK;
    part->names = (struct aln_picture_axis){.key = t->name[column], .col = (size_t)column};
    enum aln_status status = aln_drawing_axis_read(t, &part->names);
    for (size_t row = 0; row < t->rows && status == ALN_OK; row++)
        part->x.value[row] =
            (double)aln_drawing_axis_find(&part->names, t->text[row * t->cols + (size_t)column], 0);
    if (status == ALN_OK)
        status = aln_drawing_axis_names(&part->names, part->in);
    return status == ALN_OK ? aln_drawing_axis_shorten(&part->names) : status;
}

static enum aln_status read_part(struct aln_curves *c, struct aln_curves_part *part,
                                 const char *split, const char *over)
{
    part->y = calloc(c->quantities, sizeof *part->y);
    part->x.column = -1;
    enum aln_status status = part->y != NULL ? ALN_OK : aln_raise_memory("a figure");
    for (size_t i = 0; i < c->quantities && status == ALN_OK; i++)
        status = read_quantity(c, part, i);
    if (status == ALN_OK && over != NULL) {
        size_t key = aln_drawing_swept_key(part->in, over);
        status = aln_drawing_expression_make(&part->x, key > 0 ? part->in->table->name[key] : over,
                                             "--over", part->in);
    }
    if (status == ALN_OK)
        status = read_names(part);
    if (status == ALN_OK)
        status = split_rows(part, split);
    part->time = time_of(part->in->table);
    if (status == ALN_OK)
        find_draws(part);
    return status;
}

/* Whether a colour scale replaces the key: for many values of a number. */
static bool has_scale(const struct aln_curves *c)
{
    const struct aln_picture_axis *split = &c->part[0].split;
    return c->d->count == 1 && c->quantities == 1 && split->numeric && split->count > 7 &&
           !c->d->plain;
}

enum aln_status aln_drawing_curves_make(struct aln_curves *out, const struct aln_drawing *d,
                                        const char *split, const char *over)
{
    enum { MOST = 24 };
    *out = (struct aln_curves){.d = d, .part = calloc(d->count, sizeof *out->part)};
    enum aln_status status = out->part != NULL ? ALN_OK : aln_raise_memory("a figure");
    out->quantities = d->column != NULL ? aln_drawing_expression_count(d->column) : 1;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++) {
        out->part[i].in = &d->input[i];
        status = read_part(out, &out->part[i], split, over);
        out->count += out->quantities * out->part[i].split.count;
    }
    if (status == ALN_OK && out->count > MOST && !has_scale(out))
        return aln_raise(
            ALN_USAGE,
            "%s: %zu curves are more than a key can tell apart, at most %d; name fewer "
            "columns or results",
            d->input[0].path, out->count, MOST);
    return status;
}

void aln_drawing_curves_free(struct aln_curves *c)
{
    for (size_t i = 0; c->part != NULL && i < c->d->count; i++) {
        struct aln_curves_part *part = &c->part[i];
        for (size_t k = 0; part->y != NULL && k < c->quantities; k++)
            aln_drawing_expression_free(&part->y[k]);
        aln_drawing_expression_free(&part->x);
        aln_drawing_axis_free(&part->names);
        aln_drawing_axis_free(&part->split);
        free(part->y);
        free(part->of);
    }
    free(c->part);
}

const char *aln_drawing_curves_draws(const struct aln_curves *c)
{
    const char *draws = NULL;
    for (size_t i = 0; i < c->d->count; i++) {
        const char *its = c->part[i].draws;
        if (its != NULL)
            draws = draws == NULL || strcmp(draws, its) == 0 ? its : "rows";
    }
    return draws != NULL ? draws : "rows";
}

struct aln_curve aln_drawing_curves_at(const struct aln_curves *c, size_t i)
{
    struct aln_curve curve = {0, 0, 0};
    for (;; curve.input++) {
        size_t count = c->quantities * c->part[curve.input].split.count;
        if (i < count)
            break;
        i -= count;
    }
    curve.quantity = i / c->part[curve.input].split.count;
    curve.value = i % c->part[curve.input].split.count;
    return curve;
}

/* ---- names ---- */

static void add_text(struct aln_text *out, const struct aln_curves *c, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    aln_text_add(out, out->length > 0 ? ", " : "");
    if (c->d->plain)
        aln_text_add(out, "%s", text);
    else
        aln_drawing_column_add_plain(out, text);
}

/* The symbol of a quantity, or the whole of an expression. */
static void add_quantity(struct aln_text *out, const struct aln_curves *c,
                         const struct aln_expression *y)
{
    aln_text_add(out, out->length > 0 ? ", " : "");
    if (c->d->plain)
        aln_text_add(out, "%s", y->name);
    else if (y->column >= 0)
        aln_drawing_column_add_symbol(out, y->name);
    else
        aln_text_add(out, "%s", y->label.s != NULL ? y->label.s : "");
}

bool aln_drawing_is_training(const struct aln_figure_input *in)
{
    return strcmp(in->table->command, "train") == 0 &&
           aln_tree_find(aln_tree_root(in->tree), "target") != NULL;
}

/* "theory" and so on: the command of a result among others. */
static const char *engine_of(const struct aln_figure_input *in)
{
    static const char *const words[][2] = {{"ode", "theory"},
                                           {"chain", "overlap chain"},
                                           {"sgd", "simulation"},
                                           {"sweep", ""},
                                           {"train", ""}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(in->table->command, words[i][0]) == 0)
            return aln_drawing_is_training(in) ? "training" : words[i][1];
    return in->table->command;
}

void aln_drawing_curves_add_entry(struct aln_text *out, const struct aln_curves *c, size_t i)
{
    const struct aln_curve curve = aln_drawing_curves_at(c, i);
    const struct aln_curves_part *part = &c->part[curve.input];
    const struct aln_picture_axis *split = &part->split;
    struct aln_text text = {0}, value = {0};
    if (c->d->count > 1)
        aln_drawing_legend_label(&text, &c->d->legend.entry[curve.input], engine_of(part->in), "");
    add_text(out, c, text.s);
    if (c->quantities > 1)
        add_quantity(out, c, &part->y[curve.quantity]);
    if (split->label != NULL)
        aln_text_add(&value, "%s", split->label[curve.value]);
    else if (split->key[0] != '\0')
        aln_drawing_word_value_add(&value, aln_drawing_column_key(split->key),
                                   split->value[curve.value]);
    add_text(out, c, value.s);
    out->failed = out->failed || text.failed || value.failed;
    free(text.s);
    free(value.s);
}

void aln_drawing_curves_scale(struct aln_text *out, const struct aln_curves *c)
{
    const struct aln_picture_axis *split = &c->part[0].split;
    bool scale = has_scale(c);
    aln_text_add(out, "scale = %d\n", scale);
    if (scale)
        aln_drawing_axis(out, "split", split);
}

/* Without such a colour: its number among those that are given one after the other. A theory and its
 * simulations have the same. */
static size_t paint_of(const struct aln_curves *c, size_t i)
{
    const struct aln_curve curve = aln_drawing_curves_at(c, i);
    size_t group = c->d->legend.entry[curve.input].group;
    if (c->quantities == 1 || c->part[curve.input].split.count > 1)
        return i + 1;
    return (group - 1) * c->quantities + curve.quantity + 1;
}

/* One of aln_drawing_legend_colours(), or 0. */
static size_t tint_of(const struct aln_curves *c, size_t i)
{
    const struct aln_curve curve = aln_drawing_curves_at(c, i);
    const struct aln_picture_axis *split = &c->part[curve.input].split;
    bool rules = strcmp(aln_drawing_column_key(split->key), "learning.rule") == 0;
    if (c->quantities == 1 && split->count == 1)
        return c->d->legend.entry[curve.input].colour;
    size_t rule = rules ? aln_names_index(&aln_rules, split->value[curve.value]) : aln_rules.count;
    return c->quantities == 1 && c->d->count == 1 && rule < aln_rules.count ? rule + 1 : 0;
}

enum aln_status aln_drawing_curves_colours(struct aln_text *out, const struct aln_curves *c)
{
    size_t *number = calloc(2 * c->count, sizeof *number);
    if (number == NULL)
        return aln_raise_memory("a figure");
    bool all = true; /* the two sets of colours have like ones */
    for (size_t i = 0; i < c->count; i++) {
        number[i] = tint_of(c, i);
        number[c->count + i] = paint_of(c, i);
        all = all && number[i] > 0;
    }
    for (size_t i = 0; i < c->count && !all; i++)
        number[i] = 0;
    aln_drawing_numbers(out, "curve_tint", c->count, number);
    aln_drawing_numbers(out, "curve_paint", c->count, number + c->count);
    free(number);
    return ALN_OK;
}

void aln_drawing_curves_entries(struct aln_text *out, const struct aln_curves *c)
{
    aln_text_add(out, "array entry[%zu] = [", c->count);
    for (size_t i = 0; i < c->count; i++) {
        struct aln_text entry = {0};
        aln_drawing_curves_add_entry(&entry, c, i);
        aln_text_add(out, i > 0 ? ", " : "");
        aln_drawing_quote(out, entry.s != NULL ? entry.s : "");
        out->failed = out->failed || entry.failed;
        free(entry.s);
    }
    aln_text_add(out, "]\n");
}

void aln_drawing_curves_add_quantities(struct aln_text *out, const struct aln_curves *c)
{
    const struct aln_expression *y = c->part[0].y;
    if (c->quantities == 1 && !c->d->plain)
        aln_text_add(out, "%s", y->label.s != NULL ? y->label.s : "");
    for (size_t i = 0; i < c->quantities && (c->quantities > 1 || c->d->plain); i++)
        add_quantity(out, c, &y[i]);
}

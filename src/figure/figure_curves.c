/* A sweep as curves: the mean of one column over a key, one curve per value of a second. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/look.h"
#include "figure/picture.h"
#include "figure/words.h"

/* Of one curve at one place: the centre and its intervals; the share of rows with a value. */
static const char *const names[] = {"mean", "low", "high", "lowest", "highest", "share"};
enum { VALUES = sizeof names / sizeof names[0] };

static void add_names(struct aln_text *data, size_t curves)
{
    aln_text_add(data, "x");
    for (size_t y = 1; y <= curves; y++)
        for (size_t i = 0; i < VALUES; i++)
            aln_text_add(data, "\t%s_%zu", names[i], y);
    aln_text_add(data, "\n");
}

/* Place x on the axis: "x mean_1 low_1 ... mean_2 ...". */
static void add_place(struct aln_text *data, const struct aln_picture *p, size_t x, double *row)
{
    row[0] = p->x.numeric ? p->x.number[x] : (double)x;
    for (size_t y = 0; y < p->y.count; y++) {
        const struct aln_picture_cell *cell = &p->cell[y * p->x.count + x];
        const struct aln_spread *s = &cell->spread;
        const double value[VALUES] = {s->centre,  s->low,
                                      s->high,    s->lowest,
                                      s->highest, (double)cell->finite / (double)cell->rows};
        memcpy(row + 1 + VALUES * y, value, sizeof value);
    }
    aln_drawing_row(data, 1 + VALUES * p->y.count, row);
}

/* Where the curves are at a place, and on the way from the place before it, if there is one. */
static void show_place(struct aln_drawing *d, const struct aln_picture *p, const double *row,
                       const double *before)
{
    const bool joined = before != NULL && p->distribution[p->x.col] == NULL;
    for (size_t y = 0; y < p->y.count; y++) {
        const double *s = row + 1 + VALUES * y, *last = joined ? before + 1 + VALUES * y : s;
        aln_drawing_place_line(d, (const double[]){row[0], s[1]}, (const double[]){row[0], s[2]});
        aln_drawing_place_line(d, (const double[]){joined ? before[0] : row[0], last[0]},
                               (const double[]){row[0], s[0]});
    }
}

static bool has_errors(const struct aln_picture *p)
{
    for (size_t i = 0; i < p->x.count * p->y.count; i++)
        if (p->cell[i].spread.high > p->cell[i].spread.low)
            return true;
    return false;
}

static enum aln_status write_curves(struct aln_drawing *d, const struct aln_picture *p)
{
    struct aln_text data = {0};
    double *row = malloc(2 * (1 + VALUES * p->y.count) * sizeof *row);
    if (row == NULL)
        return aln_raise_memory("a figure");
    double *before = row + 1 + VALUES * p->y.count;
    add_names(&data, p->y.count);
    for (size_t x = 0; x < p->x.count; x++) {
        add_place(&data, p, x, row);
        aln_drawing_extend(d, 0, row[0]);
        show_place(d, p, row, x > 0 ? before : NULL);
        memcpy(before, row, (1 + VALUES * p->y.count) * sizeof *row);
    }
    aln_drawing_extend(d, 1, p->least);
    aln_drawing_extend(d, 1, p->most);
    aln_text_add(&d->settings, "errors = %d\nbands = %d\n", p->bars, p->bars && p->average->bands);
    enum aln_status status = aln_drawing_file(d, "curves.tsv", &data);
    free(row);
    free(data.s);
    return status;
}

/* The curves in the key: "η = 0.1", or below a header with the swept key the values alone. */
static enum aln_status add_entries(struct aln_drawing *d, const struct aln_picture *p)
{
    struct aln_text all = {0}, header = {0};
    bool words = aln_drawing_word_of(p->y.key) != NULL && p->y.label == NULL;
    for (size_t i = 0; i < p->y.count; i++) {
        struct aln_text entry = {0};
        if (words && p->y.key[0] != '\0')
            aln_drawing_word_value_add(&entry, p->y.key, p->y.value[i]);
        else
            aln_text_add(&entry, "%s", p->y.value[i]);
        aln_text_add(&all, i > 0 ? ", " : "");
        aln_drawing_quote(&all, entry.s != NULL ? entry.s : "");
        all.failed = all.failed || entry.failed;
        free(entry.s);
    }
    if (!words && p->y.key[0] != '\0') {
        aln_drawing_word_add_axis(&header, p->y.key);
        aln_text_add(&header, ":");
    }
    aln_drawing_string(&d->settings, "y_header", &header);
    aln_text_add(&d->settings, "array y_entry[%zu] = [%s]\n", p->y.count,
                 all.s != NULL ? all.s : "");
    bool failed = all.failed || header.failed;
    free(all.s);
    free(header.s);
    return failed ? aln_raise_memory("a figure") : ALN_OK;
}

/* The rules that the values of an axis are, by their number in the table; 0: none. */
static enum aln_status add_rules(struct aln_drawing *d, const char *name,
                                 const struct aln_picture_axis *axis)
{
    size_t *rule = calloc(axis->count, sizeof *rule);
    if (rule == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < axis->count && strcmp(axis->key, "learning.rule") == 0; i++)
        rule[i] = 1 + aln_names_index(&aln_rules, axis->value[i]) % aln_rules.count;
    aln_drawing_numbers(&d->settings, name, axis->count, rule);
    free(rule);
    return ALN_OK;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    struct aln_picture p;
    enum aln_status status = aln_drawing_picture_make(d, 0, &p);
    if (status == ALN_OK) {
        p.bars = has_errors(&p);
        aln_drawing_picture_settings(&d->settings, &p);
        aln_text_add(&d->settings, "x_drawn = %d\n", p.distribution[p.x.col] != NULL);
        aln_drawing_picture_subtitle(d, &p);
        status = write_curves(d, &p);
    }
    if (status == ALN_OK)
        status = add_entries(d, &p);
    if (status == ALN_OK)
        status = add_rules(d, "x_rule", &p.x);
    if (status == ALN_OK)
        status = add_rules(d, "y_rule", &p.y);
    if (status == ALN_OK)
        status = aln_drawing_look_labels(d, "y_entry", p.y.count);
    aln_drawing_picture_free(&p);
    return status;
}

const struct aln_figure aln_figure_curves = {
    .id = {"curves", "a sweep: one column against one key, with a curve per value of a second key",
           ""},
    .column = {"point"},
    .command = "sweep",
    .most = 1,
    .takes_column = true,
    .takes_over = true,
    .takes_average = true,
    .along = {"", ""},
    .log = "xy",
    .worthwhile = aln_drawing_picture_wanted,
    .prepare = prepare,
};

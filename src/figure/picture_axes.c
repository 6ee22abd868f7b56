/* Axes of the pictures of sweeps: their values, places and labels of tics. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/picture.h"
#include "figure/words.h"

/* ---- values ---- */

size_t aln_drawing_axis_find(const struct aln_picture_axis *axis, const char *value, size_t guess)
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

enum aln_status aln_drawing_axis_read(const struct aln_table *t, struct aln_picture_axis *axis)
{
    size_t rows = t->rows > 0 ? t->rows : 1, at = 0;
    axis->count = 0;
    axis->value = malloc(rows * sizeof *axis->value);
    axis->number = malloc(rows * sizeof *axis->number);
    if (axis->value == NULL || axis->number == NULL)
        return aln_raise_memory("a figure");
    axis->numeric = axis->key[0] != '\0';
    if (axis->key[0] == '\0') {
        axis->value[axis->count++] = "";
        return ALN_OK;
    }
    for (size_t row = 0; row < t->rows; row++) {
        const char *value = t->text[row * t->cols + axis->col];
        if ((at = aln_drawing_axis_find(axis, value, at)) < axis->count)
            continue;
        axis->number[axis->count] = t->value[row * t->cols + axis->col];
        axis->numeric = axis->numeric && isfinite(axis->number[axis->count]);
        axis->value[axis->count++] = value;
    }
    if (axis->numeric)
        sort_numbers(axis);
    axis->log = axis->numeric && is_logarithmic(axis);
    axis->draws = aln_drawing_column_draws(axis->key) != NULL;
    return ALN_OK;
}

void aln_drawing_axis_free(struct aln_picture_axis *axis)
{
    for (size_t i = 0; axis->label != NULL && i < axis->count; i++)
        free(axis->label[i]);
    free(axis->label);
    free(axis->value);
    free(axis->number);
}

/* ---- tics ---- */

struct ticks {
    struct aln_text at, label;
    size_t count;
};

/* "10⁻⁵", in quotes. */
static void add_power(struct aln_text *out, double power)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char number[32];
    snprintf(number, sizeof number, "%.0f", fabs(power));
    aln_text_add(out, "'10%s", power < 0 ? "⁻" : "");
    for (const char *c = number; *c != '\0'; c++)
        aln_text_add(out, "%s", digits[*c - '0']);
    aln_text_add(out, "'");
}

/* Given: place  among the cells, from 0
 *        text   the label; NULL: the number; powers of ten far from 1 are written as such */
static void add_tick(struct ticks *ticks, const struct aln_picture_axis *axis, double place,
                     double value, const char *text)
{
    double power = value > 0 ? rint(log10(value)) : 0;
    const char *before = ticks->count++ > 0 ? ", " : "";
    aln_text_add(&ticks->at, "%s%.6f", before, place);
    aln_text_add(&ticks->label, "%s", before);
    if (text != NULL)
        aln_drawing_quote_tic(&ticks->label, text);
    else if ((power < -3 || power > 4) && fabs(value / pow(10, power) - 1) < 1e-9)
        add_power(&ticks->label, power);
    else /* of equal ratios, such as 0.0889, 0.158, 0.281 */
        aln_text_add(&ticks->label, axis->log && fabs(value) < 1000 ? "'%.3g'" : "'%.4g'", value);
}

/* The place of a number among the cells, from 0. */
static double place_of(const struct aln_picture_axis *axis, double value)
{
    size_t i = 1;
    while (i + 1 < axis->count && axis->number[i] < value)
        i++;
    double a = axis->number[i - 1], b = axis->number[i];
    double part = axis->log ? log(value / a) / log(b / a) : (value - a) / (b - a);
    return (double)(i - 1) + part;
}

enum { FEW = 9 };

/* A tic at every cell, or at every n-th of many. */
static void tick_cells(struct ticks *ticks, const struct aln_picture_axis *axis)
{
    size_t every = (axis->count + 2 * FEW - 1) / (2 * FEW);
    for (size_t i = 0; i < axis->count; i += every)
        add_tick(ticks, axis, (double)i, axis->numeric ? axis->number[i] : 0,
                 axis->numeric ? NULL : aln_drawing_word_value(axis->key, axis->value[i]));
}

/* 1, 2, 5, 10, ..., or only powers of ten. */
static void tick_decades(struct ticks *ticks, const struct aln_picture_axis *axis)
{
    static const double parts[] = {1, 2, 5};
    double lo = axis->number[0] * (1 - 1e-9), hi = axis->number[axis->count - 1] * (1 + 1e-9);
    bool all = log10(hi / lo) < 3;
    for (double e = floor(log10(lo)); e <= log10(hi); e += all ? 1 : ceil(log10(hi / lo) / 8))
        for (size_t i = 0; i < (all ? 3 : 1); i++) {
            double value = parts[i] * pow(10, e);
            if (value >= lo && value <= hi)
                add_tick(ticks, axis, place_of(axis, value), value, NULL);
        }
}

/* Multiples of a step of 1, 2 or 5. */
static void tick_steps(struct ticks *ticks, const struct aln_picture_axis *axis)
{
    static const double parts[] = {1, 2, 5, 10}, below[] = {1.5, 3.5, 7.5};
    double lo = axis->number[0], hi = axis->number[axis->count - 1];
    double raw = (hi - lo) / 6, size = pow(10, floor(log10(raw)));
    size_t part = 0;
    while (part < 3 && raw / size >= below[part])
        part++;
    double step = size * parts[part];
    for (double i = ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * step; i++)
        add_tick(ticks, axis, place_of(axis, i * step), i * step + 0.0, NULL); /* no -0 */
}

/* Tics at all cells if these are few, else at round numbers. */
static void add_ticks(struct aln_text *out, const char *letter, const struct aln_picture_axis *axis)
{
    struct ticks ticks = {.count = 0};
    if (!axis->numeric || axis->count <= FEW)
        tick_cells(&ticks, axis);
    else if (axis->log)
        tick_decades(&ticks, axis);
    else
        tick_steps(&ticks, axis);
    aln_text_add(out, "array %s_at[%zu] = [%s]\narray %s_label[%zu] = [%s]\n", letter, ticks.count,
                 ticks.at.s != NULL ? ticks.at.s : "", letter, ticks.count,
                 ticks.label.s != NULL ? ticks.label.s : "");
    out->failed = out->failed || ticks.at.failed || ticks.label.failed;
    free(ticks.at.s);
    free(ticks.label.s);
}

/* The number of bytes that all values start with, or end with, in complete characters. */
static size_t shared_bytes(const struct aln_picture_axis *axis, bool end)
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

enum aln_status aln_drawing_axis_shorten(struct aln_picture_axis *axis)
{
    enum { LONG = 24, KEPT = 2 };
    size_t longest = 0, least = SIZE_MAX;
    for (size_t i = 0; i < axis->count; i++) {
        size_t n = strlen(axis->value[i]);
        longest = n > longest ? n : longest;
        least = n < least ? n : least;
    }
    if (axis->numeric || axis->label != NULL || axis->count < 2 || longest <= LONG)
        return ALN_OK;
    size_t head = shared_bytes(axis, false), tail = shared_bytes(axis, true);
    if (head + tail > least)
        tail = least - head;
    axis->label = calloc(axis->count, sizeof *axis->label);
    if (axis->label == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < axis->count; i++) {
        struct aln_text text = {0};
        const char *value = axis->value[i];
        size_t n = strlen(value) - head - tail;
        aln_text_add(&text, "%s%.*s%s", head > KEPT ? "…" : "", (int)(head > KEPT ? n : n + head),
                     value + (head > KEPT ? head : 0), tail > KEPT ? "…" : value + head + n);
        if (text.failed)
            return aln_raise_memory("a figure");
        axis->label[i] = text.s;
        axis->value[i] = text.s;
    }
    return ALN_OK;
}

void aln_drawing_axis(struct aln_text *out, const char *letter, const struct aln_picture_axis *axis)
{
    char name[16];
    struct aln_text words = {0};
    bool known = aln_drawing_word_add_axis(&words, axis->key);
    const char *text = words.s != NULL ? words.s : "", *point = strrchr(text, '.');
    aln_text_add(out, "%s_name = ", letter);
    aln_drawing_quote(out, text);
    aln_text_add(out, "\n%s_short = ", letter);
    aln_drawing_quote(out, point != NULL && !known ? point + 1 : text);
    out->failed = out->failed || words.failed;
    free(words.s);
    aln_text_add(out, "\n%s_count = %zu\n%s_numeric = %d\n%s_log = %d\n%s_draws = %d\n", letter,
                 axis->count, letter, axis->numeric, letter, axis->log, letter, axis->draws);
    snprintf(name, sizeof name, "%s_value", letter);
    aln_drawing_strings(out, name, axis->count, axis->value);
    add_ticks(out, letter, axis);
}

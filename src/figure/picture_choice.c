/* The column and the keys of a sweep that a picture shows, as requested or by default. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/entries.h"
#include "figure/picture.h"

static bool has_number(const struct aln_table *t, size_t col)
{
    for (size_t row = 0; row < t->rows; row++)
        if (isfinite(t->value[row * t->cols + col]))
            return true;
    return false;
}

static enum aln_status refuse_empty(const char *option, const char *names)
{
    return aln_raise(ALN_USAGE, "%s: an empty name in '%.100s'", option, names);
}

/* The requested quantity of result i: one for all results, or one for each in their order.
 * Returned: *out  yours, free() */
static enum aln_status wanted_column(const struct aln_drawing *d, size_t i, char **out)
{
    size_t names = aln_drawing_expression_count(d->column);
    if (names > 1 && d->count == 1)
        return aln_raise(ALN_USAGE, "--column: expected one name, not '%.100s'", d->column);
    if (names > 1 && names != d->count)
        return aln_raise(ALN_USAGE, "--column: expected one name, or %zu, not '%.100s'", d->count,
                         d->column);
    *out = aln_drawing_expression_item(d->column, names > 1 ? i : 0);
    return *out != NULL ? ALN_OK : aln_raise_memory("a figure");
}

/* The first empty name of a list, which no results have. */
static enum aln_status check_names(const char *list)
{
    for (const char *at = list;; at++) {
        size_t length = aln_drawing_expression_length(at);
        if (strspn(at, " \t") >= length)
            return refuse_empty("--column", list);
        at += length;
        if (*at == '\0')
            return ALN_OK;
    }
}

int aln_drawing_usual_column(const struct aln_table *t, size_t first)
{
    int eg = aln_table_column(t, "eg");
    if (eg > 0 && has_number(t, (size_t)eg))
        return eg;
    for (size_t c = first; c < t->cols; c++)
        if (!aln_figure_is_index(t->name[c]) && strcmp(t->name[c], "t") != 0 && has_number(t, c))
            return (int)c;
    return -1;
}

static bool has_value(const struct aln_picture *p)
{
    for (size_t row = 0; row < p->t->rows; row++)
        if (isfinite(p->z.value[row]))
            return true;
    return false;
}

enum aln_status aln_drawing_picture_column(struct aln_picture *p, const struct aln_drawing *d,
                                           size_t i)
{
    char *wanted = NULL;
    enum aln_status status = d->column != NULL ? check_names(d->column) : ALN_OK;
    int usual = aln_drawing_usual_column(p->t, p->keys + 1);
    if (status == ALN_OK && d->column != NULL)
        status = wanted_column(d, i, &wanted);
    else if (status == ALN_OK && usual < 0)
        status = aln_raise(ALN_USAGE, "%s: has no column of numbers to draw", p->in->path);
    if (status == ALN_OK)
        status = aln_drawing_expression_make(&p->z, wanted != NULL ? wanted : p->t->name[usual],
                                             "--column", p->in);
    free(wanted);
    if (status == ALN_OK && !has_value(p))
        status = aln_raise(ALN_USAGE, "%s: column %s has no numbers", p->in->path, p->z.name);
    return status;
}

size_t aln_drawing_swept_key(const struct aln_figure_input *in, const char *key)
{
    const struct aln_table *t = in->table;
    size_t keys = aln_drawing_swept(in), found = 0, ends = 0;
    for (size_t i = 1; i <= keys; i++)
        if (aln_figure_is_key(t->name[i], key))
            return i;
    for (size_t i = 1; i <= keys; i++) {
        const char *point = strrchr(t->name[i], '.');
        if (point == NULL || !aln_figure_is_key(point + 1, key))
            continue;
        found = i;
        ends++;
    }
    return ends == 1 ? found : 0;
}

enum aln_status aln_drawing_picture_settles(const struct aln_picture *p, size_t by, size_t column,
                                            bool *out)
{
    const struct aln_table *t = p->t;
    struct aln_picture_axis axis = {.key = t->name[by], .col = by};
    enum aln_status status = aln_drawing_axis_read(t, &axis);
    const char **first = calloc(axis.count + 1, sizeof *first);
    if (status == ALN_OK && first == NULL)
        status = aln_raise_memory("a figure");
    *out = p->axis_of[by] == p->axis_of[column];
    for (size_t row = 0, at = 0; row < t->rows && *out && status == ALN_OK; row++) {
        const char *const *text = (const char *const *)t->text + row * t->cols;
        at = aln_drawing_axis_find(&axis, text[by], at);
        if (first[at] == NULL)
            first[at] = text[column];
        *out = strcmp(first[at], text[column]) == 0;
    }
    free(first);
    aln_drawing_axis_free(&axis);
    return status;
}

/* Whether a key before it, of the same axis, stands for both. */
static enum aln_status follows(const struct aln_picture *p, size_t column, bool *out)
{
    size_t i = 1;
    while (p->axis_of[i] != p->axis_of[column])
        i++;
    *out = false;
    return i < column ? aln_drawing_picture_settles(p, i, column, out) : ALN_OK;
}

/* Whether some swept key has values with a meaning of their own. */
static bool has_meaning(const struct aln_figure_input *in)
{
    for (size_t i = 1; i <= aln_drawing_swept(in); i++)
        if (aln_drawing_column_draws(in->table->name[i]) == NULL)
            return true;
    return false;
}

bool aln_drawing_picture_wanted(const struct aln_drawing *d)
{
    char key[128];
    if (d->column != NULL && d->count == 1 && aln_drawing_expression_count(d->column) > 1)
        return false;
    if (d->over == NULL)
        return has_meaning(&d->input[0]);
    snprintf(key, sizeof key, "%.*s", (int)aln_drawing_expression_length(d->over), d->over);
    return key[0] == '\0' || aln_drawing_swept_key(&d->input[0], key) != 0;
}

enum aln_status aln_drawing_picture_keys(struct aln_picture *p, const char *over)
{
    struct aln_picture_axis *axis[2] = {&p->x, &p->y};
    size_t n = 0;
    p->x.key = p->y.key = "";
    if (over != NULL) {
        for (const char *part = over; n < 2; part++) {
            char key[128];
            size_t length = aln_drawing_expression_length(part);
            snprintf(key, sizeof key, "%.*s", (int)(length < 127 ? length : 127), part);
            if (length == 0)
                return refuse_empty("--over", over);
            size_t found = aln_drawing_swept_key(p->in, key);
            if (found == 0)
                return aln_drawing_expression_refuse(p->in, "swept key", key, 1, p->keys + 1, "");
            *axis[n++] = (struct aln_picture_axis){.key = p->t->name[found], .col = found};
            part += length;
            if (*part == '\0')
                break;
            if (n == 2)
                return aln_raise(ALN_USAGE, "--over: expected one key or two, not '%.100s'", over);
        }
        if (n == 2 && p->x.col == p->y.col)
            return aln_raise(ALN_USAGE, "--over: %s is given twice", p->x.key);
        return ALN_OK;
    }
    enum aln_status status = ALN_OK;
    for (int draws = 0; draws < 2; draws++)
        for (size_t i = 1; i <= p->keys && n < 2 && status == ALN_OK; i++) {
            bool follower;
            if ((aln_drawing_column_draws(p->t->name[i]) != NULL) != draws || (draws && n > 0))
                continue;
            status = follows(p, i, &follower);
            if (!follower)
                *axis[n++] = (struct aln_picture_axis){.key = p->t->name[i], .col = i};
        }
    return status;
}

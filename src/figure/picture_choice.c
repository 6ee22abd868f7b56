/* The column and the keys of a sweep that a picture shows, as requested or by default. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/names.h"
#include "figure/picture.h"

/* "eg, GA, GA_1 ... GA_3": columns first ... end-1, of a family only the first and the last. */
static void add_names(struct aln_text *out, const struct aln_table *t, size_t first, size_t end)
{
    for (size_t c = first, n; c < end; c += n) {
        char family[64], its[64];
        bool whole = strcmp(aln_figure_family(t->name[c], family), t->name[c]) == 0;
        for (n = 1; !whole && c + n < end; n++)
            if (strcmp(aln_figure_family(t->name[c + n], its), family) != 0)
                break;
        if (!aln_figure_is_index(t->name[c]))
            aln_text_add(out, "%s%s", out->length > 0 ? ", " : "", t->name[c]);
        if (n > 1)
            aln_text_add(out, "%s%s", n > 2 ? " ... " : ", ", t->name[c + n - 1]);
    }
}

/* Raises that there is no such column, with the names of those that exist. */
static enum aln_status refuse_column(const struct aln_picture *p, const char *what,
                                     const char *name, size_t first, size_t end)
{
    const char *nearest = first < end ? p->t->name[first] : "";
    for (size_t i = first; i < end; i++)
        if (aln_names_distance(p->t->name[i], name) < aln_names_distance(nearest, name))
            nearest = p->t->name[i];
    struct aln_text all = {0};
    add_names(&all, p->t, first, end);
    enum aln_status status =
        aln_raise(ALN_USAGE, "%s: has no %s '%.60s'; the nearest is '%.60s'; available: %s",
                  p->in->path, what, name, nearest, all.s != NULL ? all.s : "none");
    free(all.s);
    return status;
}

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

/* The requested column of result i: "NAME" for all results, or "NAME,NAME,..." in their order. */
static enum aln_status wanted_column(const struct aln_drawing *d, size_t i, char out[128])
{
    const char *at = d->column, *wanted = at;
    size_t names = 0, length;
    for (;; at += length + 1) {
        if ((length = strcspn(at, ",")) == 0)
            return refuse_empty("--column", d->column);
        if (names++ == i)
            wanted = at;
        if (at[length] == '\0')
            break;
    }
    if (names > 1 && d->count == 1)
        return aln_raise(ALN_USAGE, "--column: expected one name, not '%.100s'", d->column);
    if (names > 1 && names != d->count)
        return aln_raise(ALN_USAGE, "--column: expected one name, or %zu, not '%.100s'", d->count,
                         d->column);
    snprintf(out, 128, "%.*s", (int)strcspn(wanted, ","), wanted);
    return ALN_OK;
}

enum aln_status aln_drawing_picture_column(struct aln_picture *p, const struct aln_drawing *d,
                                           size_t i)
{
    int eg = aln_table_column(p->t, "eg");
    if (d->column != NULL) {
        char wanted[128];
        enum aln_status status = wanted_column(d, i, wanted);
        if (status != ALN_OK)
            return status;
        if (aln_figure_is_index(wanted))
            return aln_raise(ALN_USAGE, "--column: '%s' identifies rows and cannot be drawn",
                             wanted);
        int found = aln_table_column(p->t, wanted);
        if (found <= (int)p->keys)
            return refuse_column(p, "column", wanted, p->keys + 1, p->t->cols);
        if (!has_number(p->t, (size_t)found))
            return aln_raise(ALN_USAGE, "%s: column %s has no numbers", p->in->path, wanted);
        p->col = (size_t)found;
        return ALN_OK;
    }
    if (eg > 0 && has_number(p->t, (size_t)eg)) {
        p->col = (size_t)eg;
        return ALN_OK;
    }
    for (p->col = p->keys + 1; p->col < p->t->cols; p->col++)
        if (!aln_figure_is_index(p->t->name[p->col]) && strcmp(p->t->name[p->col], "t") != 0 &&
            has_number(p->t, p->col))
            return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: has no column of numbers to draw", p->in->path);
}

/* The column of a swept key, given in full or by its last part if that is unique; 0: none. Columns
 * of the result may have the same name. */
static size_t find_key(const struct aln_picture *p, const char *key)
{
    size_t found = 0, ends = 0;
    for (size_t i = 1; i <= p->keys; i++)
        if (strcmp(p->t->name[i], key) == 0)
            return i;
    for (size_t i = 1; i <= p->keys; i++) {
        const char *point = strrchr(p->t->name[i], '.');
        if (point == NULL || strcmp(point + 1, key) != 0)
            continue;
        found = i;
        ends++;
    }
    return ends == 1 ? found : 0;
}

/* Whether a column before it has a key of the same axis, which stands for both. */
static bool follows(const struct aln_picture *p, size_t column)
{
    size_t i = 1;
    while (p->axis_of[i] != p->axis_of[column])
        i++;
    return i < column;
}

enum aln_status aln_drawing_picture_keys(struct aln_picture *p, const char *over)
{
    struct aln_picture_axis *axis[2] = {&p->x, &p->y};
    size_t n = 0;
    p->x.key = p->y.key = "";
    if (over != NULL) {
        for (const char *part = over; n < 2; part++) {
            char key[128];
            size_t length = strcspn(part, ",");
            snprintf(key, sizeof key, "%.*s", (int)(length < 127 ? length : 127), part);
            if (length == 0)
                return refuse_empty("--over", over);
            size_t found = find_key(p, key);
            if (found == 0)
                return refuse_column(p, "swept key", key, 1, p->keys + 1);
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
    for (int seeds = 0; seeds < 2; seeds++)
        for (size_t i = 1; i <= p->keys && n < 2; i++)
            if (!follows(p, i) && (strstr(p->t->name[i], "seed") != NULL) == seeds &&
                !(seeds && n > 0))
                *axis[n++] = (struct aln_picture_axis){.key = p->t->name[i], .col = i};
    return ALN_OK;
}

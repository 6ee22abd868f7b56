#include "figure/drawing.h"
#include "base/failure.h"
#include "params/presentation.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum aln_status aln_drawing_make_folder(struct aln_drawing *d)
{
    const char *where = getenv("TMPDIR");
    struct aln_text text = {0};
    aln_text_add(&text, "%s/alignode-plot-XXXXXX",
                 where != NULL && where[0] == '/' ? where : "/tmp");
    if (text.failed)
        return aln_raise_memory("a figure");
    if (mkdtemp(text.s) == NULL) {
        enum aln_status status =
            aln_raise_system(ALN_FILE, errno, "%s: cannot make a temporary folder", text.s);
        free(text.s);
        return status;
    }
    d->folder = text.s;
    return ALN_OK;
}

void aln_drawing_remove_folder(struct aln_drawing *d)
{
    DIR *dir = d->folder != NULL ? opendir(d->folder) : NULL;
    if (dir != NULL) {
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
        closedir(dir);
    }
    if (d->folder != NULL)
        (void)rmdir(d->folder);
    free(d->folder);
    d->folder = NULL;
}

enum aln_status aln_drawing_file(const struct aln_drawing *d, const char *name,
                                 const struct aln_text *text)
{
    enum aln_status status = ALN_OK;
    struct aln_text path = {0};
    aln_text_add(&path, "%s/%s", d->folder, name);
    if (path.failed || text->failed) {
        free(path.s);
        return aln_raise_memory("a figure");
    }
    FILE *f = fopen(path.s, "wb");
    bool good = f != NULL && fwrite(text->s, 1, text->length, f) == text->length;
    if (f != NULL && fclose(f) != 0)
        good = false;
    if (!good)
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot be written", path.s);
    free(path.s);
    return status;
}

enum aln_status aln_drawing_read_file(const struct aln_drawing *d, const char *name, char **bytes,
                                      size_t *length)
{
    struct aln_text path = {0};
    *bytes = NULL;
    aln_text_add(&path, "%s/%s", d->folder, name);
    enum aln_status status =
        path.failed ? aln_raise_memory("a figure") : aln_text_read_file(path.s, bytes, length);
    free(path.s);
    return status;
}

size_t aln_drawing_stem(const char *path, const char **stem)
{
    const char *slash = strrchr(path, '/');
    *stem = slash != NULL ? slash + 1 : path;
    const char *point = strrchr(*stem, '.');
    return point == NULL || point == *stem ? strlen(*stem) : (size_t)(point - *stem);
}

/* Characters with a meaning to some part of gnuplot. */
static const char special[] = "'\"\\`@#{}$%";

void aln_drawing_quote(struct aln_text *out, const char *s)
{
    bool plain = strpbrk(s, special) == NULL;
    aln_text_add(out, plain ? "'" : "\"");
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        aln_text_add(out, strchr(special, c) != NULL ? "\\%04o" : "%c", c < ' ' ? ' ' : c);
    }
    aln_text_add(out, plain ? "'" : "\"");
}

void aln_drawing_quote_tic(struct aln_text *out, const char *s)
{
    struct aln_text format = {0};
    for (; *s != '\0'; s++)
        aln_text_add(&format, *s == '%' ? "%%%%" : "%c", *s);
    aln_drawing_quote(out, format.s != NULL ? format.s : "");
    out->failed = out->failed || format.failed;
    free(format.s);
}

void aln_drawing_strings(struct aln_text *out, const char *name, size_t count, const char *const *s)
{
    aln_text_add(out, "array %s[%zu] = [", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++) {
        aln_text_add(out, i > 0 ? ", " : "");
        aln_drawing_quote(out, s[i]);
    }
    aln_text_add(out, count > 0 ? "]\n" : "'']\n");
}

void aln_drawing_numbers(struct aln_text *out, const char *name, size_t count, const size_t *x)
{
    aln_text_add(out, "array %s[%zu] = [", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++)
        aln_text_add(out, "%s%zu", i > 0 ? ", " : "", x[i]);
    aln_text_add(out, count > 0 ? "]\n" : "1]\n");
}

void aln_drawing_row(struct aln_text *out, size_t count, const double *x)
{
    for (size_t i = 0; i < count; i++) {
        char number[32];
        aln_text_from_real(x[i], number);
        aln_text_add(out, "%s%c", number, i + 1 < count ? '\t' : '\n');
    }
}

void aln_drawing_string(struct aln_text *out, const char *name, const struct aln_text *s)
{
    aln_text_add(out, "%s = ", name);
    aln_drawing_quote(out, s->s != NULL ? s->s : "");
    aln_text_add(out, "\n");
    out->failed = out->failed || s->failed;
}

void aln_drawing_extend(struct aln_drawing *d, int axis, double value)
{
    struct aln_extent *e = &d->along[axis];
    if (!isfinite(value))
        return;
    e->least = fmin(e->least, value);
    e->most = fmax(e->most, value);
}

/* Whether a column is this one, or NAME_1, NAME_1_2, NAME_train of this family. */
static bool is_of(const char *column, const char *name)
{
    char family[64];
    size_t n = strlen(name);
    return strcmp(column, name) == 0 || strcmp(aln_figure_family(column, family), name) == 0 ||
           (strncmp(column, name, n) == 0 && column[n] == '_' &&
            column[n + strspn(column + n, "_0123456789")] == '\0');
}

void aln_drawing_survey(struct aln_drawing *d, int axis, const char *column)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        for (size_t c = 0; c < t->cols; c++)
            for (size_t row = 0; row < t->rows && is_of(t->name[c], column); row++)
                aln_drawing_extend(d, axis, t->value[row * t->cols + c]);
    }
}

/* ---- what the ranges show ---- */

static const struct aln_presentation_span *range_of(const struct aln_drawing *d, int axis)
{
    return axis == 0 ? &d->look->xrange : &d->look->yrange;
}

void aln_drawing_place_box(struct aln_drawing *d, const double a[2], const double b[2])
{
    bool met = true;
    for (int axis = 0; axis < 2; axis++) {
        const struct aln_presentation_span *range = range_of(d, axis);
        met = met && isfinite(a[axis]) && isfinite(b[axis]);
        if (range->given) /* an end that is not given is NaN */
            met = met && !(fmax(a[axis], b[axis]) < range->x[0]) &&
                  !(fmin(a[axis], b[axis]) > range->x[1]);
    }
    d->placed = true;
    d->seen = d->seen || met;
}

/* Shortens the part of a line that is kept, from..to of its length, to what lies in a range. */
static void clip(double a, double b, const struct aln_presentation_span *range, bool log,
                 double part[2])
{
    for (int end = 0; end < 2 && range->given; end++) {
        double limit = log ? log10(range->x[end]) : range->x[end], sign = end == 0 ? 1 : -1;
        if (isnan(limit))
            continue;
        double at = sign * (a - limit), to = sign * (b - limit); /* inside: not below 0 */
        if (at < 0 && to < 0)
            part[1] = -1;
        else if (at < 0)
            part[0] = fmax(part[0], at / (at - to));
        else if (to < 0)
            part[1] = fmin(part[1], at / (at - to));
    }
}

void aln_drawing_place_line(struct aln_drawing *d, const double a[2], const double b[2])
{
    for (int logs = 0; logs < 4; logs++) { /* straight on linear and on logarithmic axes */
        double part[2] = {0, 1};
        for (int axis = 0; axis < 2; axis++) {
            const bool log = (logs >> axis & 1) != 0;
            clip(log ? log10(a[axis]) : a[axis], log ? log10(b[axis]) : b[axis], range_of(d, axis),
                 log, part);
            if (!isfinite(a[axis]) || !isfinite(b[axis]) || (log && !(fmin(a[axis], b[axis]) > 0)))
                part[1] = -1;
        }
        d->seen = d->seen || part[0] <= part[1];
    }
    d->placed = true;
}

static int by_x(const void *a, const void *b)
{
    const double *p = a, *q = b;
    return (p[0] > q[0]) - (p[0] < q[0]);
}

/* Points of one curve, of which the mean of those at one x is drawn. */
static void place_points(struct aln_drawing *d, double (*point)[2], size_t n, bool joined)
{
    double last[2][2]; /* the least and the most at the last x */
    qsort(point, n, sizeof *point, by_x);
    for (size_t i = 0, next; i < n; i = next) {
        double least[2] = {point[i][0], point[i][1]}, most[2] = {point[i][0], point[i][1]};
        for (next = i + 1; next < n && point[next][0] == least[0]; next++) {
            least[1] = fmin(least[1], point[next][1]);
            most[1] = fmax(most[1], point[next][1]);
        }
        aln_drawing_place_line(d, least, most);
        if (joined && i > 0 && (last[0][1] < last[1][1] || least[1] < most[1])) {
            aln_drawing_place_box(d, last[0], most);
            aln_drawing_place_box(d, last[1], least);
        } else if (joined && i > 0) {
            aln_drawing_place_line(d, last[0], least);
        }
        memcpy(last[0], least, sizeof least);
        memcpy(last[1], most, sizeof most);
    }
}

static bool is_marked(const struct aln_table *t)
{
    return strcmp(t->command, "chain") == 0 || strcmp(t->command, "sgd") == 0 ||
           strcmp(t->command, "fixedpoint") == 0;
}

enum aln_status aln_drawing_place_columns(struct aln_drawing *d, const char *x, const char *y)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        const int along = aln_table_column(t, x);
        double(*point)[2] = malloc((t->rows + 1) * sizeof *point);
        if (point == NULL)
            return aln_raise_memory("a figure");
        for (size_t c = 0; c < t->cols && along >= 0; c++) {
            size_t n = 0;
            for (size_t row = 0; row < t->rows && is_of(t->name[c], y); row++) {
                const double *value = t->value + row * t->cols;
                point[n][0] = value[along];
                point[n][1] = value[c];
                n += isfinite(value[along]) && isfinite(value[c]);
            }
            place_points(d, point, n, !is_marked(t));
        }
        free(point);
    }
    return ALN_OK;
}

void aln_drawing_subtitle(struct aln_drawing *d, const struct aln_text *text)
{
    aln_drawing_string(&d->settings, "subtitle_text", text);
    if (d->subtitle == NULL)
        return;
    d->subtitle->length = 0;
    aln_text_add(d->subtitle, "%s", text->s != NULL ? text->s : "");
}

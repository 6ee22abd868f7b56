#include "sweep/sweep_collect.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/text.h"
#include "params/schema_table.h"
#include "sweep/sweep_point.h"
#include "sweep/sweep_team.h"

/* ---- reading a point ---- */

/* A point's column names and rows as lines of text, for its result and its second result; or the
 * reason for its failure. */
enum { MAIN, SECOND, RESULTS };
struct taken {
    char *names[RESULTS], *rows[RESULTS];
    char *file; /* of the result, within the folder */
    char *reason;
    bool outside; /* a row is outside its tolerance */
};

struct collecting {
    const struct aln_sweep *sweep;
    const char *folder;
    struct taken *taken; /* [points] */
    atomic_bool missing; /* some point is unfinished: no table yet */
};

/* The label of an event as part of a column name, with numbers in their shortest form. */
static void add_label(struct aln_text *out, char *const *word, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double x;
        char number[32];
        bool is_number = aln_text_real(word[i], &x);
        if (is_number)
            aln_params_number_text(x, number);
        aln_text_add(out, "%s_", is_number ? number : word[i]);
    }
}

/* A remark "event LABEL ... t VALUE eg VALUE cos VALUE" or "event LABEL ... never" becomes columns
 * LABEL_t, LABEL_eg and LABEL_cos. Other remarks are ignored. */
static enum aln_status take_event(const char *remark, const char *path, struct aln_text *names,
                                  struct aln_text *cells)
{
    enum { WORDS = 16, VALUES = 3 };
    static const char *const value[VALUES] = {"t", "eg", "cos"};
    char copy[256], *word[WORDS], *rest = copy;
    size_t n = 0;
    if (strncmp(remark, "event ", 6) != 0)
        return ALN_OK;
    snprintf(copy, sizeof copy, "%s", remark + 6);
    while (n < WORDS && rest != NULL)
        word[n++] = strsep(&rest, " ");
    bool never = n > 1 && strcmp(word[n - 1], "never") == 0;
    size_t label = never ? n - 1 : n > 2 * VALUES ? n - 2 * VALUES : 0;
    for (size_t i = 0; i < VALUES && label > 0; i++) {
        if (!never && strcmp(word[label + 2 * i], value[i]) != 0)
            return aln_raise(ALN_USAGE, "%s: '%.100s' is not an event", path, remark);
        aln_text_add(names, "\t");
        add_label(names, word, label);
        aln_text_add(names, "%s", value[i]);
        aln_text_add(cells, "\t%s", never ? "nan" : word[label + 2 * i + 1]);
    }
    return ALN_OK;
}

/* Adds the rows of each block's last time, or all rows. */
static enum aln_status take_rows(const struct aln_table *t, const char *path, const char *time,
                                 const char *events, struct aln_text *rows)
{
    int col = time != NULL ? aln_table_column(t, time) : -1;
    if (time != NULL && col < 0)
        return aln_raise(ALN_USAGE, "%s: has no column %s", path, time);
    size_t row = 0;
    for (size_t block = 0; block < t->blocks; block++) {
        char **last = t->text + (t->block_end[block] - 1) * t->cols;
        for (; row < t->block_end[block]; row++) {
            char **cell = t->text + row * t->cols;
            if (col >= 0 && strcmp(cell[col], last[col]) != 0)
                continue;
            for (size_t i = 0; i < t->cols; i++)
                aln_text_add(rows, "%s%s", i > 0 ? "\t" : "", cell[i]);
            aln_text_add(rows, "%s\n", events);
        }
    }
    return ALN_OK;
}

enum aln_status aln_sweep_take_result(const struct aln_table *t, const char *path, const char *time,
                                      char **line_of_names, char **lines)
{
    struct aln_text names = {0}, rows = {0}, events = {0};
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < t->cols; i++)
        aln_text_add(&names, "%s%s", i > 0 ? "\t" : "", t->name[i]);
    aln_text_add(&events, "%s", "");
    for (size_t i = 0; i < t->remarks && status == ALN_OK; i++)
        status = take_event(t->remark[i], path, &names, &events);
    if (status == ALN_OK)
        status = take_rows(t, path, time, events.s != NULL ? events.s : "", &rows);
    if (status == ALN_OK && (names.failed || rows.failed || events.failed))
        status = aln_raise_memory("the rows of a sweep");
    free(events.s);
    *line_of_names = names.s;
    *lines = rows.s;
    return status;
}

static bool is_outside(const struct aln_table *t, const char *judged)
{
    int col = judged != NULL ? aln_table_column(t, judged) : -1;
    for (size_t row = 0; row < t->rows && col >= 0; row++)
        if (strcmp(t->text[row * t->cols + (size_t)col], "0") == 0)
            return true;
    return false;
}

struct judging {
    const struct aln_sweep *sweep;
    const char *folder;
    uint64_t first, stride;
    _Atomic uint64_t outside;
};

static enum aln_status judge_point(void *context, struct aln_tree *tree, uint64_t i)
{
    struct judging *j = context;
    struct aln_sweep_point point;
    struct aln_table *table[RESULTS] = {NULL};
    enum aln_status status =
        aln_sweep_point_open(&point, j->sweep, tree, j->folder, j->first + i * j->stride);
    if (status == ALN_OK)
        status = aln_sweep_point_result(&point, table);
    if (table[MAIN] != NULL && is_outside(table[MAIN], j->sweep->grid->task->judged))
        atomic_fetch_add(&j->outside, 1);
    for (int k = MAIN; k < RESULTS; k++)
        aln_table_free(table[k]);
    aln_sweep_point_close(&point);
    return status;
}

enum aln_status aln_sweep_judge(const struct aln_sweep *sweep,
                                const struct aln_sweep_options *options, uint64_t first,
                                uint64_t stride, uint64_t count, uint64_t *outside)
{
    struct judging judging = {sweep, options->folder, first, stride, 0};
    *outside = 0;
    if (sweep->grid->task->judged == NULL)
        return ALN_OK;
    enum aln_status status = aln_sweep_team(sweep, count, aln_sweep_threads(options),
                                            options->progress, judge_point, &judging);
    *outside = judging.outside;
    return status;
}

/* Status: ALN_STOPPED also if a point is unfinished */
static enum aln_status take_point(void *context, struct aln_tree *tree, uint64_t i)
{
    struct collecting *c = context;
    struct aln_sweep_point point;
    struct aln_table *table[RESULTS] = {NULL};
    struct taken *taken = &c->taken[i];
    enum aln_status status = aln_sweep_point_open(&point, c->sweep, tree, c->folder, i);
    if (status == ALN_OK)
        status = aln_sweep_point_result(&point, table);
    if (status == ALN_OK && table[MAIN] == NULL)
        status = aln_sweep_point_reason(&point, &taken->reason);
    for (int k = MAIN; k < RESULTS && status == ALN_OK; k++)
        if (table[k] != NULL)
            status = aln_sweep_take_result(table[k], k == MAIN ? point.path : point.second,
                                           c->sweep->grid->task->time, &taken->names[k],
                                           &taken->rows[k]);
    if (status == ALN_OK && (taken->file = strdup(point.path + point.file)) == NULL)
        status = aln_raise_memory("the name of a point");
    taken->outside = table[MAIN] != NULL && is_outside(table[MAIN], c->sweep->grid->task->judged);
    if (status == ALN_OK && table[MAIN] == NULL && taken->reason == NULL) {
        atomic_store(&c->missing, true);
        status = aln_raise(ALN_STOPPED, "stopped");
    }
    for (int k = MAIN; k < RESULTS; k++)
        aln_table_free(table[k]);
    aln_sweep_point_close(&point);
    return status;
}

/* ---- the union of all columns ---- */

struct column_map {
    char **name; /* [count] */
    size_t count, capacity;
    const char *line; /* the line of names mapped last */
    size_t *to;       /* their columns [line_count] */
    size_t line_count, line_capacity;
};

static void columns_free(struct column_map *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->name[i]);
    free(c->name);
    free(c->to);
}

static bool grow(void *array, size_t size, size_t count, size_t *capacity)
{
    void **place = array;
    if (count < *capacity)
        return true;
    size_t more = *capacity > 0 ? 2 * *capacity : 64;
    void *new = realloc(*place, more * size);
    if (new == NULL)
        return false;
    *place = new;
    *capacity = more;
    return true;
}

/* The column of a name, appended if new. (size_t)-1: out of memory */
static size_t find_column(struct column_map *c, const char *name, size_t length)
{
    for (size_t i = 0; i < c->count; i++)
        if (strncmp(c->name[i], name, length) == 0 && c->name[i][length] == '\0')
            return i;
    if (!grow(&c->name, sizeof *c->name, c->count, &c->capacity) ||
        (c->name[c->count] = strndup(name, length)) == NULL)
        return (size_t)-1;
    return c->count++;
}

/* Maps a line of names to columns. Most points of a sweep have the same line. */
static bool map_line(struct column_map *c, const char *line)
{
    if (c->line != NULL && strcmp(c->line, line) == 0)
        return true;
    c->line = NULL;
    c->line_count = 0;
    for (const char *name = line;; name++) {
        size_t n = strcspn(name, "\t"), column = find_column(c, name, n);
        if (column == (size_t)-1 || !grow(&c->to, sizeof *c->to, c->line_count, &c->line_capacity))
            return false;
        c->to[c->line_count++] = column;
        name += n;
        if (*name == '\0')
            break;
    }
    c->line = line;
    return true;
}

/* ---- writing ---- */

/* The leading column names: "point" and the swept keys. */
static enum aln_status begin_columns(const struct collecting *c, int result,
                                     struct column_map *columns, size_t *fixed)
{
    struct aln_text names = {0};
    bool good = true;
    aln_text_add(&names, "point");
    aln_sweep_keys(c->sweep, &names);
    good = !names.failed && map_line(columns, names.s);
    columns->line = NULL;
    *fixed = columns->count;
    for (uint64_t i = 0; i < c->sweep->grid->points && good; i++)
        good = c->taken[i].names[result] == NULL || map_line(columns, c->taken[i].names[result]);
    columns->line = NULL;
    good = good && map_line(columns, "file");
    columns->line = NULL;
    free(names.s);
    return good ? ALN_OK : aln_raise_memory("the columns of a sweep");
}

/* Splits a text at its tabs; missing cells stay unchanged.  Returned: cell[] */
static void split_cells(char *text, const size_t *to, const char **cell)
{
    for (size_t i = 0; text != NULL; i++)
        cell[to != NULL ? to[i] : i] = strsep(&text, "\t");
}

static enum aln_status write_point(const struct collecting *c, int result,
                                   struct column_map *columns, size_t fixed, uint64_t point,
                                   struct aln_writer *writer, const char **cell)
{
    struct aln_text values = {0};
    const char *names = c->taken[point].names[result];
    enum aln_status status = ALN_OK;
    aln_text_add(&values, "%" PRIu64, point);
    aln_sweep_values(c->sweep, point, &values);
    if (values.failed || (names != NULL && !map_line(columns, names))) {
        free(values.s);
        return aln_raise_memory("the rows of a sweep");
    }
    split_cells(values.s, NULL, cell);
    /* A point without rows gets one row of missing values. */
    char *rest = c->taken[point].rows[result];
    do {
        char *line = rest != NULL ? strsep(&rest, "\n") : NULL;
        for (size_t i = fixed; i < columns->count; i++)
            cell[i] = "nan";
        split_cells(line, columns->to, cell);
        cell[columns->count - 1] = c->taken[point].file;
        status = aln_writer_text_row(writer, cell, columns->count);
    } while (rest != NULL && *rest != '\0' && status == ALN_OK);
    free(values.s);
    return status;
}

static enum aln_status write_table(const struct collecting *c, int result, const char *path)
{
    enum aln_status status;
    struct column_map columns = {0};
    struct aln_writer *writer = NULL;
    struct aln_text yaml = {0};
    const char **cell = NULL;
    size_t fixed, blocks;
    for (const struct aln_node *n = aln_tree_root(c->sweep->tree)->first; n != NULL; n = n->next)
        if (strcmp(n->key, "drawn") != 0) /* not a parameter */
            aln_tree_write(&yaml, n, 0);
    if ((status = begin_columns(c, result, &columns, &fixed)) != ALN_OK)
        goto out;
    cell = calloc(columns.count, sizeof *cell);
    if (cell == NULL || yaml.failed) {
        status = aln_raise_memory("the columns of a sweep");
        goto out;
    }
    status =
        aln_writer_open(&writer,
                        &(struct aln_writer_options){.path = path,
                                                     .command = "sweep",
                                                     .yaml = yaml.s,
                                                     .columns = (const char *const *)columns.name,
                                                     .column_count = columns.count},
                        &blocks);
    for (uint64_t i = 0; i < c->sweep->grid->points && status == ALN_OK; i++)
        status = write_point(c, result, &columns, fixed, i, writer, cell);
    for (uint64_t i = 0; i < c->sweep->grid->points && status == ALN_OK; i++) {
        struct aln_text remark = {0};
        if (c->taken[i].reason == NULL)
            continue;
        aln_text_add(&remark, "failed %" PRIu64 ": %s", i, c->taken[i].reason);
        status = remark.failed ? aln_raise_memory("a remark") : aln_writer_remark(writer, remark.s);
        free(remark.s);
    }
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
out:
    aln_writer_abandon(writer, false);
    columns_free(&columns);
    free(cell);
    free(yaml.s);
    return status;
}

/* FOLDER/collected.tsv, FOLDER/collected.SECOND.tsv; NULL: none. Yours. */
static enum aln_status find_paths(const struct collecting *c, char *path[RESULTS])
{
    const char *second = c->sweep->grid->task->second;
    struct aln_text text[RESULTS] = {{0}, {0}};
    aln_text_add(&text[MAIN], "%s/collected.tsv", c->folder);
    if (second != NULL)
        aln_text_add(&text[SECOND], "%s/collected.%s.tsv", c->folder, second);
    for (int k = MAIN; k < RESULTS; k++)
        path[k] = text[k].s;
    return text[MAIN].failed || text[SECOND].failed ? aln_raise_memory("the table of a sweep")
                                                    : ALN_OK;
}

static enum aln_status remove_table(const char *path)
{
    if (path == NULL || unlink(path) == 0 || errno == ENOENT)
        return ALN_OK;
    return aln_raise(ALN_FILE, "%s: cannot remove: %s", path, strerror(errno));
}

/* Compares an old table with this sweep, as far as both have the same keys outside of the grid: in a
 * grid that has grown or shrunk, all points are still there. */
static enum aln_status check_table(const struct aln_sweep *sweep, const char *path)
{
    static const char *const grid[] = {"sweep.over", "sweep.sample", NULL};
    struct aln_tree *there = NULL;
    struct aln_difference d = {.key = NULL};
    char *text = NULL;
    size_t length;
    enum { HEAD = 64 };
    if (path == NULL || (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)))
        return ALN_OK;
    enum aln_status status = aln_text_read_head(path, HEAD, &text, &length);
    if (status == ALN_OK && length > 0 && strncmp(text, "# alignode ", 11) != 0)
        status =
            aln_raise(ALN_USAGE, "%s: is not one of alignode's tables; --force replaces it", path);
    else if (status == ALN_OK && length > 0)
        status = aln_tree_read_unchecked(&there, path);
    if (there != NULL && aln_tree_difference(there, sweep->tree, grid, &d))
        status = aln_raise(ALN_USAGE,
                           "%s: is the table of another sweep, which differs in %s; --force "
                           "replaces it",
                           path, d.key != NULL ? d.key : "its parameters");
    free(d.key);
    free(text);
    aln_tree_free(there);
    return status;
}

enum aln_status aln_sweep_check_tables(const struct aln_sweep *sweep, const char *folder)
{
    char *path[RESULTS] = {NULL};
    enum aln_status status =
        find_paths(&(struct collecting){.sweep = sweep, .folder = folder}, path);
    for (int k = MAIN; k < RESULTS; k++) {
        if (status == ALN_OK)
            status = check_table(sweep, path[k]);
        free(path[k]);
    }
    return status;
}

/* Writes the table of one of the results if any point has one, else removes an old table. */
static enum aln_status write_or_remove(const struct collecting *c, int result, char **path)
{
    bool any = result == MAIN;
    for (uint64_t i = 0; i < c->sweep->grid->points && !any; i++)
        any = c->taken[i].names[result] != NULL;
    if (*path == NULL || any)
        return *path == NULL ? ALN_OK : write_table(c, result, *path);
    enum aln_status status = remove_table(*path);
    free(*path);
    *path = NULL;
    return status;
}

enum aln_status aln_sweep_collect(const struct aln_sweep *sweep,
                                  const struct aln_sweep_options *options,
                                  struct aln_sweep_report *report)
{
    char *paths[RESULTS] = {NULL};
    struct collecting c = {.sweep = sweep, .folder = options->folder};
    enum aln_status status = ALN_OK;
    uint64_t points = sweep->grid->points;
    if ((status = find_paths(&c, paths)) != ALN_OK)
        goto out;
    c.taken = calloc(points, sizeof *c.taken);
    if (c.taken == NULL) {
        status = aln_raise_memory("%" PRIu64 " points", points);
        goto out;
    }
    status = aln_sweep_team(sweep, points, aln_sweep_threads(options), options->progress,
                            take_point, &c);
    if (status != ALN_OK)
        goto out;
    /* Shards that end together take turns; without file locks they write the same bytes anyway. */
    int lock = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0)
        (void)flock(lock, LOCK_EX);
    status = write_or_remove(&c, SECOND, &paths[SECOND]);
    if (status == ALN_OK)
        status = write_or_remove(&c, MAIN, &paths[MAIN]);
    if (lock >= 0)
        close(lock);
    if (status == ALN_OK) {
        report->collected = paths[MAIN];
        report->second = paths[SECOND];
        paths[MAIN] = paths[SECOND] = NULL;
        for (uint64_t i = 0; i < points; i++) {
            report->outside += c.taken[i].outside;
            report->missing += c.taken[i].reason != NULL;
        }
    }
out:
    for (uint64_t i = 0; c.taken != NULL && i < points; i++) {
        for (int k = MAIN; k < RESULTS; k++) {
            free(c.taken[i].names[k]);
            free(c.taken[i].rows[k]);
        }
        free(c.taken[i].file);
        free(c.taken[i].reason);
    }
    free(c.taken);
    free(paths[MAIN]);
    free(paths[SECOND]);
    return status == ALN_STOPPED && atomic_load(&c.missing) ? ALN_OK : status;
}

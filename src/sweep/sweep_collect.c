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
#include "sweep/sweep_point.h"
#include "sweep/sweep_rows.h"
#include "sweep/sweep_take.h"
#include "sweep/sweep_team.h"

/* ---- reading a point ---- */

/* A point's column names and rows as lines of text, for its result and its second result; or the
 * reason for its failure. */
enum { MAIN, SECOND, RESULTS };
struct taken {
    uint64_t name;
    bool in_rows; /* its names and rows are in the rows that are kept */
    bool outside; /* a row is outside its tolerance */
    char *names[RESULTS], *rows[RESULTS];
    char *reason;
};

struct collecting {
    const struct aln_sweep *sweep;
    const char *folder;
    const struct aln_sweep_named *named;
    struct aln_sweep_rows *rows;
    bool nan;            /* in a cell of the table */
    struct taken *taken; /* [points] */
    atomic_bool missing; /* some point is unfinished: no table yet */
};

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
        aln_sweep_point_open(&point, j->sweep, tree, j->folder, j->first + i * j->stride, 0);
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

/* Whether the rows of point i are kept, as far as its name is known. */
static bool is_in_rows(const struct collecting *c, uint64_t i, struct taken *taken)
{
    const struct aln_sweep_named *named = c->named;
    if (c->sweep->grid->keep != ALN_SWEEP_ROWS)
        return false;
    if (taken->name == 0 && named->name != NULL && i >= named->first &&
        (i - named->first) % named->stride == 0)
        taken->name = named->name[(i - named->first) / named->stride];
    taken->in_rows = taken->name != 0 && aln_sweep_rows_names(c->rows, taken->name) != NULL;
    return taken->in_rows;
}

/* Status: ALN_STOPPED also if a point is unfinished */
static enum aln_status take_point(void *context, struct aln_tree *tree, uint64_t i)
{
    struct collecting *c = context;
    struct aln_sweep_point point;
    struct aln_table *table[RESULTS] = {NULL};
    struct taken *taken = &c->taken[i];
    if (is_in_rows(c, i, taken))
        return ALN_OK;
    enum aln_status status = aln_sweep_point_open(&point, c->sweep, tree, c->folder, i, 0);
    taken->name = point.name;
    if (status != ALN_OK || is_in_rows(c, i, taken)) {
        aln_sweep_point_close(&point);
        return status;
    }
    status = aln_sweep_point_result(&point, table);
    if (status == ALN_OK && table[MAIN] == NULL)
        status = aln_sweep_point_reason(&point, &taken->reason);
    for (int k = MAIN; k < RESULTS && status == ALN_OK; k++)
        if (table[k] != NULL)
            status = aln_sweep_take_result(table[k], k == MAIN ? point.path : point.second,
                                           c->sweep->grid->task->time, &taken->names[k],
                                           &taken->rows[k]);
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
    if (c->line == line || (c->line != NULL && strcmp(c->line, line) == 0))
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

/* The names of a point's columns; NULL: it has no rows. */
static const char *names_of(const struct collecting *c, uint64_t point, int result)
{
    const struct taken *taken = &c->taken[point];
    return !taken->in_rows  ? taken->names[result]
           : result == MAIN ? aln_sweep_rows_names(c->rows, taken->name)
                            : NULL;
}

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
        good = names_of(c, i, result) == NULL || map_line(columns, names_of(c, i, result));
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

/* A row of a point; NULL: a row of missing values. */
static enum aln_status write_row(struct collecting *c, const struct column_map *columns,
                                 size_t fixed, char *line, const char *file,
                                 struct aln_writer *writer, const char **cell)
{
    for (size_t i = fixed; i < columns->count; i++)
        cell[i] = "nan";
    split_cells(line, columns->to, cell);
    cell[columns->count - 1] = file;
    for (size_t i = fixed; i < columns->count && !c->nan; i++)
        c->nan = strcmp(cell[i], "nan") == 0;
    return aln_writer_text_row(writer, cell, columns->count);
}

static enum aln_status write_point(struct collecting *c, int result, struct column_map *columns,
                                   size_t fixed, uint64_t point, struct aln_writer *writer,
                                   const char **cell)
{
    struct aln_text values = {0}, lines = {0};
    const char *names = names_of(c, point, result);
    const struct taken *taken = &c->taken[point];
    enum aln_status status = ALN_OK;
    char file[ALN_SWEEP_FILE];
    aln_sweep_point_file(taken->name, file);
    aln_text_put_whole(&values, point);
    aln_sweep_values(c->sweep, point, &values);
    if (taken->in_rows)
        aln_sweep_rows_lines(c->rows, taken->name, &lines);
    if (values.failed || lines.failed || (names != NULL && !map_line(columns, names))) {
        free(values.s);
        free(lines.s);
        return aln_raise_memory("the rows of a sweep");
    }
    split_cells(values.s, NULL, cell);
    /* A point without rows gets one row of missing values. */
    char *rest = taken->in_rows ? lines.s : taken->rows[result];
    do {
        char *line = rest != NULL ? strsep(&rest, "\n") : NULL;
        status = write_row(c, columns, fixed, line, file, writer, cell);
    } while (rest != NULL && *rest != '\0' && status == ALN_OK);
    free(values.s);
    free(lines.s);
    return status;
}

static enum aln_status write_table(struct collecting *c, int result, const char *path)
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
    return aln_raise_system(ALN_FILE, errno, "%s: cannot remove", path);
}

/* Compares an old table with this sweep, as far as both have the same keys outside of the grid: in a
 * grid that has grown or shrunk, all points are still there. */
static enum aln_status check_table(const struct aln_sweep *sweep, const char *path)
{
    static const char *const grid[] = {"sweep.over", "sweep.sample", "sweep.points", NULL};
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
static enum aln_status write_or_remove(struct collecting *c, int result, char **path)
{
    bool any = result == MAIN;
    for (uint64_t i = 0; i < c->sweep->grid->points && !any; i++)
        any = names_of(c, i, result) != NULL;
    if (*path == NULL || any)
        return *path == NULL ? ALN_OK : write_table(c, result, *path);
    enum aln_status status = remove_table(*path);
    free(*path);
    *path = NULL;
    return status;
}

/* Writes the tables, once all points have been taken. Points that only the old table has remain. */
static enum aln_status write_tables(struct collecting *c, char *path[RESULTS])
{
    bool others = false;
    for (uint64_t i = 0; i < c->sweep->grid->points; i++)
        aln_sweep_rows_mark(c->rows, c->taken[i].name);
    enum aln_status status = aln_sweep_rows_save(c->rows, &others);
    if (status == ALN_OK)
        status = write_or_remove(c, SECOND, &path[SECOND]);
    c->nan = false;
    if (status == ALN_OK)
        status = write_or_remove(c, MAIN, &path[MAIN]);
    if (status == ALN_OK && c->sweep->grid->keep == ALN_SWEEP_ROWS && !others && !c->nan)
        aln_sweep_rows_remove(c->rows);
    return status;
}

/* Takes all points and writes the tables, alone: shards that end together take turns. Without file
 * locks they write the same bytes anyway. */
static enum aln_status collect(struct collecting *c, const struct aln_sweep_options *options,
                               char *path[RESULTS])
{
    const int lock = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0)
        (void)flock(lock, LOCK_EX);
    enum aln_status status = aln_sweep_rows_read(&c->rows, c->folder, aln_sweep_command(c->sweep));
    if (status == ALN_OK)
        status = aln_sweep_team(c->sweep, c->sweep->grid->points, aln_sweep_threads(options),
                                options->progress, take_point, c);
    if (status == ALN_OK)
        status = write_tables(c, path);
    if (lock >= 0)
        close(lock);
    aln_sweep_rows_free(c->rows);
    return status;
}

static void free_taken(struct collecting *c)
{
    for (uint64_t i = 0; c->taken != NULL && i < c->sweep->grid->points; i++) {
        for (int k = MAIN; k < RESULTS; k++) {
            free(c->taken[i].names[k]);
            free(c->taken[i].rows[k]);
        }
        free(c->taken[i].reason);
    }
    free(c->taken);
}

enum aln_status aln_sweep_collect(const struct aln_sweep *sweep,
                                  const struct aln_sweep_options *options,
                                  const struct aln_sweep_named *named,
                                  struct aln_sweep_report *report)
{
    char *paths[RESULTS] = {NULL};
    struct collecting c = {.sweep = sweep, .folder = options->folder, .named = named};
    const uint64_t points = sweep->grid->points;
    enum aln_status status = find_paths(&c, paths);
    if (status == ALN_OK && (c.taken = calloc(points, sizeof *c.taken)) == NULL)
        status = aln_raise_memory("%" PRIu64 " points", points);
    if (status == ALN_OK)
        status = collect(&c, options, paths);
    if (status == ALN_OK) {
        report->collected = paths[MAIN];
        report->second = paths[SECOND];
        paths[MAIN] = paths[SECOND] = NULL;
        for (uint64_t i = 0; i < points; i++) {
            report->outside += c.taken[i].outside;
            report->missing += c.taken[i].reason != NULL;
        }
    }
    free_taken(&c);
    free(paths[MAIN]);
    free(paths[SECOND]);
    return status == ALN_STOPPED && atomic_load(&c.missing) ? ALN_OK : status;
}

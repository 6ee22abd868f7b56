#include "sweep/sweep_rows.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/failure.h"
#include "file/checksum.h"
#include "file/part.h"
#include "file/tree.h"
#include "sweep/sweep_grid.h"
#include "sweep/sweep_log.h"
#include "sweep/sweep_point.h"

/* What has been read of a file: its bytes, to which all else points. */
struct source {
    char *path, *text;
    size_t length;
    struct source *next;
};

/* How lines hold the cells of points: between others, `before` and `after` them. */
struct row_frame {
    char *names;
    size_t before, after;
    size_t cells; /* of a line */
    struct row_frame *next;
};

struct row_entry {
    uint64_t name;
    const struct row_frame *layout;
    const char *at, *end; /* its lines */
    bool marked;
};

struct aln_sweep_rows {
    const char *folder, *command;
    struct source *sources;
    struct row_frame *layouts;
    struct row_entry *entry; /* [count], of the files first */
    size_t count, capacity, of_files;
    uint32_t *index; /* [1 << bits] of entries, from 1; 0: none */
    unsigned bits;
};

static enum aln_status no_memory(void)
{
    return aln_raise_memory("the rows of a sweep");
}

/* ---- finding ---- */

/* The place in the index of a name, or of the gap where it belongs. */
static uint32_t *place_of(const struct aln_sweep_rows *rows, uint64_t name)
{
    const size_t mask = ((size_t)1 << rows->bits) - 1;
    size_t i = (size_t)(name * 0x9e3779b97f4a7c15u >> (64 - rows->bits));
    while (rows->index[i] != 0 && rows->entry[rows->index[i] - 1].name != name)
        i = (i + 1) & mask;
    return &rows->index[i];
}

static const struct row_entry *find(const struct aln_sweep_rows *rows, uint64_t name)
{
    const uint32_t *place = place_of(rows, name);
    return *place != 0 ? &rows->entry[*place - 1] : NULL;
}

/* Of several entries with one name the first is found: all hold the same. */
static enum aln_status make_index(struct aln_sweep_rows *rows)
{
    rows->bits = 4;
    while ((size_t)1 << rows->bits < 2 * rows->count)
        rows->bits++;
    if ((rows->index = calloc((size_t)1 << rows->bits, sizeof *rows->index)) == NULL)
        return no_memory();
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t *place = place_of(rows, rows->entry[i].name);
        if (*place == 0)
            *place = (uint32_t)i + 1;
    }
    return ALN_OK;
}

const char *aln_sweep_rows_names(const struct aln_sweep_rows *rows, uint64_t name)
{
    const struct row_entry *entry = find(rows, name);
    return entry != NULL ? entry->layout->names : NULL;
}

static const char *end_of_line(const char *at, const char *end)
{
    const char *feed = memchr(at, '\n', (size_t)(end - at));
    return feed != NULL ? feed + 1 : end;
}

/* The cells of a line without the `before` first and, if not all, the last ones. */
static const char *first_cell(const struct row_frame *layout, const char *line)
{
    for (size_t i = 0; i < layout->before; i++)
        line = strchr(line, '\t') + 1;
    return line;
}

static const char *last_cell(const struct row_frame *layout, const char *end)
{
    end--; /* the line feed */
    for (size_t i = 0; i < layout->after; i++)
        do
            end--;
        while (*end != '\t');
    return end;
}

static void add_lines(const struct row_entry *entry, struct aln_text *out)
{
    for (const char *at = entry->at, *next; at < entry->end; at = next) {
        next = end_of_line(at, entry->end);
        const char *begin = first_cell(entry->layout, at), *end = last_cell(entry->layout, next);
        aln_text_put_bytes(out, begin, (size_t)(end - begin));
        aln_text_put_bytes(out, "\n", 1);
    }
}

void aln_sweep_rows_lines(const struct aln_sweep_rows *rows, uint64_t name, struct aln_text *out)
{
    add_lines(find(rows, name), out);
}

/* ---- reading ---- */

static enum aln_status add_entry(struct aln_sweep_rows *rows, const struct row_entry *entry)
{
    if (rows->count == rows->capacity) {
        const size_t more = rows->capacity > 0 ? 2 * rows->capacity : 64;
        struct row_entry *new = more < UINT32_MAX ? realloc(rows->entry, more * sizeof *new) : NULL;
        if (new == NULL)
            return no_memory();
        rows->entry = new;
        rows->capacity = more;
    }
    rows->entry[rows->count++] = *entry;
    return ALN_OK;
}

static size_t count_cells(const char *at, const char *end)
{
    size_t count = 1;
    while ((at = memchr(at, '\t', (size_t)(end - at))) != NULL) {
        at++;
        count++;
    }
    return count;
}

/* The layout with these names, made if it is new.
 * Returned: NULL: out of memory */
static const struct row_frame *find_layout(struct aln_sweep_rows *rows, const char *names,
                                           size_t length, size_t before, size_t after)
{
    struct row_frame *l = rows->layouts;
    while (l != NULL && (l->before != before || l->after != after ||
                         strncmp(l->names, names, length) != 0 || l->names[length] != '\0'))
        l = l->next;
    if (l != NULL)
        return l;
    l = calloc(1, sizeof *l);
    if (l == NULL || (l->names = strndup(names, length)) == NULL) {
        free(l);
        return NULL;
    }
    l->before = before;
    l->after = after;
    l->cells = before + after + count_cells(names, names + length);
    l->next = rows->layouts;
    rows->layouts = l;
    return l;
}

/* Reads a file.
 * Returned: *out  NULL: it is no longer there */
static enum aln_status read_source(struct aln_sweep_rows *rows, const char *path,
                                   struct source **out)
{
    *out = NULL;
    if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return ALN_OK;
    struct source *source = calloc(1, sizeof *source);
    if (source == NULL || (source->path = strdup(path)) == NULL) {
        free(source);
        return no_memory();
    }
    source->next = rows->sources;
    rows->sources = source;
    enum aln_status status = aln_text_read_file(path, &source->text, &source->length);
    if (status == ALN_USAGE && access(path, F_OK) != 0)
        return ALN_OK; /* removed meanwhile, by a process that has written the table */
    if (status != ALN_OK)
        return status == ALN_USAGE ? aln_raise(ALN_FILE, "%s: cannot be read", path) : status;
    *out = source;
    return ALN_OK;
}

static bool take_name(const char *digits, uint64_t *name)
{
    enum { DIGITS = 16 };
    *name = 0;
    for (int i = 0; i < DIGITS; i++) {
        const char *hex = "0123456789abcdef",
                   *digit = digits[i] != '\0' ? strchr(hex, digits[i]) : NULL;
        if (digit == NULL)
            return false;
        *name = *name << 4 | (uint64_t)(digit - hex);
    }
    return true;
}

/* ---- blocks ---- */

static const char any_title[] = "# alignode ";

/* Adds the points of a block, whose checksum matches. */
static enum aln_status take_block(struct aln_sweep_rows *rows, const char *title, const char *block,
                                  const char *end)
{
    const size_t head = strlen(title);
    if ((size_t)(end - block) < head || memcmp(block, title, head) != 0)
        return ALN_OK; /* of another command or version */
    const char *at = end_of_line(block + head, end);
    const struct row_frame *layout =
        find_layout(rows, block + head, (size_t)(at - (block + head)) - 1, 1, 0);
    enum aln_status status = layout != NULL ? ALN_OK : no_memory();
    while (at < end && status == ALN_OK) {
        struct row_entry entry = {.layout = layout, .at = at};
        uint64_t name;
        if (!take_name(at, &entry.name))
            return ALN_OK;
        for (const char *next; at < end && take_name(at, &name) && name == entry.name; at = next) {
            next = end_of_line(at, end);
            if (count_cells(at, next) != layout->cells)
                return ALN_OK;
        }
        entry.end = at;
        status = add_entry(rows, &entry);
    }
    return status;
}

/* Finds the blocks of a text: each begins with a line that begins with the title, and ends with the
 * next checksum, which must be its own. */
static enum aln_status take_blocks(struct aln_sweep_rows *rows, const struct source *source)
{
    const char *const end = source->text + source->length, *block = NULL;
    struct aln_text title = {0};
    enum aln_status status = ALN_OK;
    aln_sweep_log_title(&title, rows->command);
    if (title.failed)
        status = no_memory();
    for (const char *at = source->text, *next; at < end && status == ALN_OK; at = next) {
        char wanted[ALN_CHECKSUM_LINE + 1];
        next = end_of_line(at, end);
        if (*at != '#')
            continue;
        if (strncmp(at, any_title, sizeof any_title - 1) == 0) {
            block = at;
        } else if (block != NULL) {
            aln_checksum_line(aln_checksum(0, block, (size_t)(at - block)), wanted);
            if (next - at == ALN_CHECKSUM_LINE && memcmp(at, wanted, ALN_CHECKSUM_LINE) == 0)
                status = take_block(rows, title.s, block, at);
            block = NULL;
        }
    }
    free(title.s);
    return status;
}

/* The number of a file points.N.part; 0: it is none. */
static unsigned number_of(const char *file)
{
    unsigned number = 0;
    int end = 0;
    return sscanf(file, "points.%9u.part%n", &number, &end) == 1 && end > 0 && file[end] == '\0'
               ? number
               : 0;
}

static enum aln_status read_files(struct aln_sweep_rows *rows)
{
    DIR *dir = opendir(rows->folder);
    enum aln_status status = ALN_OK;
    if (dir == NULL)
        return ALN_OK; /* whoever makes or writes it says why */
    for (const struct dirent *d; status == ALN_OK && (d = readdir(dir)) != NULL;) {
        struct aln_text path = {0};
        struct source *source = NULL;
        if (number_of(d->d_name) == 0)
            continue;
        aln_text_add(&path, "%s/%s", rows->folder, d->d_name);
        status = path.failed ? no_memory() : read_source(rows, path.s, &source);
        free(path.s);
        if (source != NULL)
            status = take_blocks(rows, source);
    }
    closedir(dir);
    rows->of_files = rows->count;
    return status;
}

/* ---- the table ---- */

/* The names of a table's columns, if it is this version's of a sweep; else NULL. */
static const char *names_of_table(const struct source *source)
{
    static const char title[] = "# alignode " ALN_VERSION " sweep\n";
    const char *at = source->text, *end = source->text + source->length;
    size_t line;
    if (strncmp(at, title, sizeof title - 1) != 0 ||
        aln_checksum_check(at, source->length, false, &line) != ALN_TABLE_SOUND)
        return NULL;
    while (at < end && *at == '#')
        at = end_of_line(at, end);
    return at;
}

/* How many keys are swept in a table; 0: it is none of a sweep of this command.
 * Given: length  of the header and the names */
static enum aln_status count_keys(const struct aln_sweep_rows *rows, const struct source *source,
                                  size_t length, size_t *keys)
{
    struct aln_tree *tree = NULL;
    struct aln_sweep_grid *grid = NULL;
    enum aln_status status = aln_tree_parse(&tree, source->path, source->text, length);
    if (status == ALN_OK)
        status = aln_sweep_grid_load(&grid, tree, source->path);
    const bool ours = status == ALN_OK && strcmp(grid->task->id.name, rows->command) == 0;
    *keys = ours ? grid->keys : 0;
    aln_sweep_grid_free(grid);
    aln_tree_free(tree);
    return status == ALN_MEMORY ? status : ALN_OK;
}

/* The name in a row's last cell, "5e/5e0c81f2a7d3940b.tsv". */
static bool name_in_row(const char *begin, const char *end, uint64_t *name)
{
    enum { LAST = sizeof "5e/5e0c81f2a7d3940b.tsv\n" - 1, FOLDER = 3 };
    return end - begin > LAST && take_name(end - LAST + FOLDER, name);
}

static bool has_nan(const char *at, const char *end)
{
    static const char nan[] = "nan";
    for (const char *stop; at < end; at = stop + 1) {
        stop = memchr(at, '\t', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        if (stop - at == sizeof nan - 1 && memcmp(at, nan, sizeof nan - 1) == 0)
            return true;
    }
    return false;
}

/* Adds the points of a table.
 * Returned: *whole  false: a cell is nan */
static enum aln_status take_table(struct aln_sweep_rows *rows, const struct row_frame *layout,
                                  const char *at, const char *end, bool *whole)
{
    enum aln_status status = ALN_OK;
    *whole = true;
    while (at < end && *at != '#' && status == ALN_OK && *whole) {
        const char *next = end_of_line(at, end);
        struct row_entry entry = {.layout = layout, .at = at, .end = next};
        *whole = name_in_row(at, next, &entry.name) && count_cells(at, next) == layout->cells &&
                 !has_nan(first_cell(layout, at), last_cell(layout, next));
        struct row_entry *before =
            rows->count > rows->of_files ? &rows->entry[rows->count - 1] : NULL;
        if (before != NULL && before->name == entry.name &&
            strtoull(before->at, NULL, 10) == strtoull(at, NULL, 10))
            before->end = next; /* another row of the same point */
        else
            status = add_entry(rows, &entry);
        at = next;
    }
    return status;
}

static enum aln_status read_table(struct aln_sweep_rows *rows)
{
    struct aln_text path = {0};
    struct source *source = NULL;
    size_t keys = 0;
    bool whole = true;
    aln_text_add(&path, "%s/collected.tsv", rows->folder);
    enum aln_status status = path.failed ? no_memory() : read_source(rows, path.s, &source);
    free(path.s);
    const char *names = source != NULL && status == ALN_OK ? names_of_table(source) : NULL;
    if (names == NULL)
        return status;
    const char *end = source->text + source->length, *at = end_of_line(names, end);
    status = count_keys(rows, source, (size_t)(at - source->text), &keys);
    if (status != ALN_OK || keys == 0)
        return status;
    const struct row_frame all = {.before = keys + 1, .after = 1};
    const char *first = first_cell(&all, names), *last = last_cell(&all, at);
    const struct row_frame *layout =
        find_layout(rows, first, (size_t)(last - first), all.before, all.after);
    status = layout != NULL ? take_table(rows, layout, at, end, &whole) : no_memory();
    if (!whole)
        rows->count = rows->of_files;
    return status;
}

/* The files first: a process that removes them has written the table before. */
enum aln_status aln_sweep_rows_read(struct aln_sweep_rows **out, const char *folder,
                                    const char *command)
{
    struct aln_sweep_rows *rows = calloc(1, sizeof *rows);
    *out = NULL;
    if (rows == NULL)
        return no_memory();
    rows->folder = folder;
    rows->command = command;
    enum aln_status status = read_files(rows);
    if (status == ALN_OK)
        status = read_table(rows);
    if (status == ALN_OK)
        status = make_index(rows);
    if (status == ALN_OK)
        *out = rows;
    else
        aln_sweep_rows_free(rows);
    return status;
}

void aln_sweep_rows_free(struct aln_sweep_rows *rows)
{
    if (rows == NULL)
        return;
    for (struct source *s = rows->sources, *next; s != NULL; s = next) {
        next = s->next;
        free(s->path);
        free(s->text);
        free(s);
    }
    for (struct row_frame *l = rows->layouts, *next; l != NULL; l = next) {
        next = l->next;
        free(l->names);
        free(l);
    }
    free(rows->entry);
    free(rows->index);
    free(rows);
}

/* ---- files that the table replaces ---- */

void aln_sweep_rows_mark(struct aln_sweep_rows *rows, uint64_t name)
{
    const uint32_t *place = place_of(rows, name);
    if (*place != 0)
        rows->entry[*place - 1].marked = true;
}

static bool has_file(const struct aln_sweep_rows *rows, uint64_t name)
{
    struct aln_text path = {0};
    char file[ALN_SWEEP_FILE];
    aln_sweep_point_file(name, file);
    aln_text_add(&path, "%s/%s", rows->folder, file);
    const bool has = !path.failed && access(path.s, F_OK) == 0;
    free(path.s);
    return has;
}

enum aln_status aln_sweep_rows_save(const struct aln_sweep_rows *rows, bool *others)
{
    struct aln_sweep_log *log;
    struct aln_text lines = {0};
    *others = false;
    enum aln_status status = aln_sweep_log_open(&log, rows->folder, rows->command);
    for (size_t i = 0; i < rows->count && status == ALN_OK; i++) {
        const struct row_entry *entry = &rows->entry[i];
        if (find(rows, entry->name) != entry || entry->marked || has_file(rows, entry->name))
            continue;
        *others = true;
        if (i < rows->of_files)
            continue;
        lines.length = 0;
        add_lines(entry, &lines);
        status = lines.failed ? no_memory()
                              : aln_sweep_log_add(log, entry->name, entry->layout->names, lines.s);
    }
    free(lines.s);
    enum aln_status closed = aln_sweep_log_close(log);
    return status != ALN_OK ? status : closed;
}

void aln_sweep_rows_remove(const struct aln_sweep_rows *rows)
{
    static const char ending[] = ".part";
    for (const struct source *s = rows->sources; s != NULL; s = s->next) {
        struct aln_part *part = NULL;
        const size_t n = strlen(s->path);
        if (n < sizeof ending || strcmp(s->path + n - (sizeof ending - 1), ending) != 0)
            continue; /* the table */
        char *path = strndup(s->path, n - (sizeof ending - 1));
        if (path != NULL && aln_part_find(&part, path) == ALN_OK)
            (void)(aln_part_begin(part, ALN_PART_WHOLE) == ALN_OK);
        aln_part_abandon(part, part != NULL && part->kept > 0 && part->kept != s->length);
        free(path);
    }
}

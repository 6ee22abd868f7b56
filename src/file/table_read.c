#include "alignode/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "file/checksum.h"
#include "file/source.h"

/* Walks over the text line by line; a line without a line feed means a truncated file. */
struct lines {
    const char *path;
    char *next;      /* where the next line starts */
    char *end;       /* the final zero */
    bool unfinished; /* the last line may be missing */
    char *line;      /* the current line, zero-terminated */
    size_t size;     /* its length */
    size_t number;
};

static enum aln_status raise_truncated(const struct lines *in)
{
    return aln_raise(ALN_USAGE, "%s:%zu: the file is truncated: the last line must be '# end ROWS'",
                     in->path, in->number);
}

/* Lines of comments are read as YAML, which checks them and knows the column.
 * Returned: the place of the first byte that is not text in UTF-8, or the size */
static size_t find_foreign(const struct lines *in)
{
    const char *s = in->line, *end = s + in->size;
    size_t n = 1;
    while (s < end && (n = (unsigned char)*s < 0x80 ? 1 : aln_source_utf8_length(s, end)) > 0)
        s += n;
    return (size_t)(s - in->line);
}

static enum aln_status next_line(struct lines *in)
{
    in->number++;
    char *feed = memchr(in->next, '\n', (size_t)(in->end - in->next));
    if (feed == NULL)
        return raise_truncated(in);
    in->line = in->next;
    in->size = (size_t)(feed - in->line);
    in->next = feed + 1;
    for (size_t i = 0; i < in->size; i++) {
        unsigned char c = (unsigned char)in->line[i];
        if (c < ' ' && c != '\t')
            return aln_raise(ALN_USAGE, "%s:%zu: column %zu: %s", in->path, in->number, i + 1,
                             c == '\r'   ? "a carriage return; lines must end with a line feed only"
                             : c == '\0' ? "a zero byte, so this is not text"
                                         : "a control character, so this is not text");
    }
    size_t foreign = in->line[0] == '#' && in->number > 1 ? in->size : find_foreign(in);
    if (foreign < in->size)
        return aln_raise(ALN_USAGE, "%s:%zu: column %zu: the byte 0x%02x is not UTF-8 text",
                         in->path, in->number, foreign + 1, (unsigned char)in->line[foreign]);
    *feed = '\0';
    return ALN_OK;
}

static size_t count_cells(const struct lines *in)
{
    size_t n = 1;
    for (size_t i = 0; i < in->size; i++)
        n += in->line[i] == '\t';
    return n;
}

/* Splits the line at its tabs.  Returned: cell[count_cells()] */
static enum aln_status split(struct lines *in, char **cell)
{
    size_t n = 0;
    for (char *at = in->line;; at++, n++) {
        cell[n] = at;
        at += strcspn(at, "\t");
        if (at == cell[n])
            return aln_raise(ALN_USAGE, "%s:%zu: cell %zu is empty", in->path, in->number, n + 1);
        if (*at == '\0')
            return ALN_OK;
        *at = '\0';
    }
}

static double cell_value(const char *cell)
{
    static const struct {
        const char *text;
        double value;
    } special[] = {{"inf", INFINITY}, {"+inf", INFINITY}, {"-inf", -INFINITY}};
    double x;
    if (aln_text_real(cell, &x))
        return x;
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (strcmp(cell, special[i].text) == 0)
            return special[i].value;
    return NAN;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Refuses duplicate names.  Given: scratch[cols] */
static enum aln_status check_names(const struct lines *in, const struct aln_table *t,
                                   char **scratch)
{
    memcpy(scratch, t->name, t->cols * sizeof *scratch);
    qsort(scratch, t->cols, sizeof *scratch, by_text);
    for (size_t i = 1; i < t->cols; i++)
        if (strcmp(scratch[i - 1], scratch[i]) == 0)
            return aln_raise(ALN_USAGE, "%s:%zu: duplicate column '%.60s'", in->path, in->number,
                             scratch[i]);
    return ALN_OK;
}

/* Reads the first line and the YAML after it, up to the line of names (left in `in`). */
static enum aln_status read_header(struct lines *in, struct aln_table *t)
{
    static const char magic[] = "# alignode ";
    enum aln_status status = ALN_OK;
    char *space;
    if ((size_t)(in->end - in->next) < sizeof magic - 1 ||
        memcmp(in->next, magic, sizeof magic - 1) != 0)
        return aln_raise(ALN_USAGE,
                         "%s:1: not a result: the first line must be '# alignode VERSION COMMAND'",
                         in->path);
    status = next_line(in);
    if (status != ALN_OK)
        return status;
    t->version = in->line + sizeof magic - 1;
    space = strchr(t->version, ' ');
    if (space == NULL || space == t->version || space[1] == '\0')
        return aln_raise(ALN_USAGE,
                         "%s:1: the first line must be '# alignode VERSION COMMAND', found '%.60s'",
                         in->path, in->line);
    *space = '\0';
    t->command = space + 1;

    /* Without its "# " the YAML is shorter than the lines it comes from, so it moves in place. */
    char *yaml = in->next;
    t->yaml = yaml;
    for (;;) {
        status = next_line(in);
        if (status != ALN_OK)
            return status;
        if (in->line[0] != '#')
            break;
        size_t skip = in->line[1] == ' ' ? 2 : 1;
        if (skip == 1 && in->size > 1)
            return aln_raise(ALN_USAGE, "%s:%zu: a line of the header must begin with '# '",
                             in->path, in->number);
        memmove(yaml, in->line + skip, in->size - skip);
        yaml += in->size - skip;
        *yaml++ = '\n';
    }
    if (in->size == 0)
        return aln_raise(ALN_USAGE, "%s:%zu: expected the names of the columns", in->path,
                         in->number);
    if (yaml == t->yaml)
        t->yaml = in->end; /* the names begin where the YAML would: point to an empty string */
    else
        *yaml = '\0';
    return ALN_OK;
}

/* Checks all rows from here to the last line and counts them, their blocks and the remarks. Changes
 * only line ends. */
static enum aln_status count_rows(struct lines *in, struct aln_table *t)
{
    static const char last[] = "# end ";
    for (bool begun = false;;) { /* begun: a block */
        if (in->unfinished && memchr(in->next, '\n', (size_t)(in->end - in->next)) == NULL)
            return ALN_OK;
        enum aln_status status = next_line(in);
        if (status != ALN_OK)
            return status;
        if (aln_checksum_is_line(in->line, in->size))
            continue;
        if (in->line[0] == '#' && strncmp(in->line, last, sizeof last - 1) != 0 &&
            in->line[1] == ' ') {
            t->remarks++;
            continue;
        }
        if (in->line[0] == '#' || t->remarks > 0)
            break;
        t->blocks += in->size > 0 && !begun;
        begun = in->size > 0;
        if (in->size == 0)
            continue;
        if (count_cells(in) != t->cols)
            return aln_raise(ALN_USAGE, "%s:%zu: expected %zu cells, found %zu", in->path,
                             in->number, t->cols, count_cells(in));
        t->rows++;
    }
    uint64_t rows;
    if (strncmp(in->line, last, sizeof last - 1) != 0 ||
        !aln_text_whole(in->line + sizeof last - 1, &rows))
        return aln_raise(ALN_USAGE,
                         "%s:%zu: expected a row or the last line '# end ROWS', found '%.60s'",
                         in->path, in->number, in->line);
    if (rows != t->rows)
        return aln_raise(ALN_USAGE, "%s:%zu: the last line counts %.20s rows, found %zu", in->path,
                         in->number, in->line + sizeof last - 1, t->rows);
    if (in->next != in->end)
        return aln_raise(ALN_USAGE, "%s:%zu: text after the last line '# end ROWS'", in->path,
                         in->number + 1);
    return ALN_OK;
}

/* Splits what count_rows() has counted into cells, blocks and remarks. */
static enum aln_status split_rows(struct lines *in, struct aln_table *t)
{
    size_t row = 0, block = 0, remark = 0;
    for (bool begun = false; row < t->rows || remark < t->remarks;) {
        in->line = in->next; /* line ends are zeros by now */
        in->size = strlen(in->line);
        in->next = in->line + in->size + 1;
        in->number++;
        if (aln_checksum_is_line(in->line, in->size))
            continue;
        if (in->line[0] == '#') {
            t->remark[remark++] = in->line + 2;
            continue;
        }
        if (in->size > 0) {
            enum aln_status status = split(in, t->text + row * t->cols);
            if (status != ALN_OK)
                return status;
            block += !begun;
            t->block_end[block - 1] = ++row;
        }
        begun = in->size > 0;
    }
    return ALN_OK;
}

/* Parses a text in place.  Given: text  the table's, or freed on failure */
static enum aln_status parse_text(struct aln_table **out, const char *path, char *text,
                                  size_t length, bool unfinished)
{
    enum aln_status status;
    char **scratch = NULL;
    *out = NULL;
    struct aln_table *t = calloc(1, sizeof *t);
    if (t == NULL) {
        free(text);
        return aln_raise(ALN_MEMORY, "%s: out of memory", path);
    }
    t->store = text;
    struct lines in = {.path = path, .next = text, .end = text + length, .unfinished = unfinished};
    t->check = aln_checksum_check(text, length, unfinished, &t->check_line);
    status = read_header(&in, t);
    if (status != ALN_OK)
        goto out;
    t->cols = count_cells(&in);
    struct lines names = in;
    status = count_rows(&in, t);
    if (status != ALN_OK)
        goto out;

    /* Every cell takes at least two bytes of the file, so no product overflows. */
    t->name = calloc(t->cols, sizeof *t->name);
    t->text = calloc(t->rows * t->cols + 1, sizeof *t->text);
    t->block_end = calloc(t->blocks + 1, sizeof *t->block_end);
    t->remark = calloc(t->remarks + 1, sizeof *t->remark);
    scratch = calloc(t->cols, sizeof *scratch);
    if (t->name == NULL || t->text == NULL || t->block_end == NULL || t->remark == NULL ||
        scratch == NULL) {
        status = aln_raise(ALN_MEMORY, "%s: out of memory for %zu rows of %zu cells", path, t->rows,
                           t->cols);
        goto out;
    }
    in = names;
    if ((status = split(&in, t->name)) == ALN_OK &&
        (status = check_names(&in, t, scratch)) == ALN_OK)
        status = split_rows(&in, t);
out:
    free(scratch);
    if (status != ALN_OK) {
        aln_table_free(t);
        return status;
    }
    *out = t;
    return ALN_OK;
}

enum aln_status aln_table_read_text(struct aln_table **out, const char *path)
{
    char *text;
    size_t length;
    *out = NULL;
    enum aln_status status = aln_text_read_file(path, &text, &length);
    return status == ALN_OK ? parse_text(out, path, text, length, false) : status;
}

enum aln_status aln_table_parse(struct aln_table **out, const char *path, char *text, size_t length,
                                bool unfinished)
{
    enum aln_status status = parse_text(out, path, text, length, unfinished);
    if (status != ALN_OK)
        return status;
    struct aln_table *t = *out;
    size_t cells = t->rows * t->cols;
    t->value = calloc(cells + 1, sizeof *t->value);
    if (t->value == NULL) {
        status = aln_raise(ALN_MEMORY, "%s: out of memory for %zu rows of %zu cells", path, t->rows,
                           t->cols);
        aln_table_free(t);
        *out = NULL;
        return status;
    }
    for (size_t i = 0; i < cells; i++)
        t->value[i] = cell_value(t->text[i]);
    return ALN_OK;
}

static enum aln_status read_numbers(struct aln_table **out, const char *path, bool unfinished)
{
    char *text;
    size_t length;
    *out = NULL;
    enum aln_status status = aln_text_read_file(path, &text, &length);
    return status == ALN_OK ? aln_table_parse(out, path, text, length, unfinished) : status;
}

enum aln_status aln_table_read(struct aln_table **out, const char *path)
{
    return read_numbers(out, path, false);
}

enum aln_status aln_table_read_unfinished(struct aln_table **out, const char *path)
{
    return read_numbers(out, path, true);
}

enum aln_status aln_table_must_be_sound(const struct aln_table *t, const char *path)
{
    return t->check == ALN_TABLE_DAMAGED ? aln_checksum_refuse(path, t->check_line) : ALN_OK;
}

void aln_table_free(struct aln_table *t)
{
    if (t == NULL)
        return;
    free(t->name);
    free(t->value);
    free(t->text);
    free(t->block_end);
    free(t->remark);
    free(t->store);
    free(t);
}

int aln_table_column(const struct aln_table *t, const char *name)
{
    for (size_t i = 0; i < t->cols; i++)
        if (strcmp(t->name[i], name) == 0)
            return (int)i;
    return -1;
}

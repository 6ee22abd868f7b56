#include "alignode/table.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/checksum.h"
#include "file/part.h"
#include "file/source.h"
#include "file/table_header.h"

struct aln_writer {
    struct aln_part *part;
    struct aln_text header; /* up to and including the line of names */
    struct aln_text line;   /* the row being written */
    size_t column_count, block_rows;
    size_t rows;  /* written so far, kept ones included */
    uint32_t sum; /* of all bytes so far */
    bool sum_due; /* bytes have been written since the last checksum */
    bool blank;   /* a blank line is due before the next row */
    bool closed;  /* by a remark: no more rows */
};

static void writer_free(struct aln_writer *w)
{
    free(w->header.s);
    free(w->line.s);
    free(w);
}

void aln_table_header(struct aln_text *out, const char *command, const char *yaml)
{
    aln_text_add(out, "# alignode %s %s\n", ALN_VERSION, command);
    for (const char *line = yaml; line != NULL && *line != '\0';) {
        size_t n = strcspn(line, "\n");
        aln_text_add(out, "# %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* What follows a section `figure:`, if one begins here. */
static const char *skip_figure(const char *at)
{
    static const char name[] = "figure:\n";
    size_t mark = strncmp(at, "# ", 2) == 0 ? 2 : 0;
    if (strncmp(at + mark, name, sizeof name - 1) != 0)
        return at;
    do
        at += strcspn(at, "\n") + 1;
    while (strncmp(at, "# ", mark) == 0 && at[mark] == ' ' && strchr(at, '\n') != NULL);
    return at;
}

const char *aln_table_header_match(const char *text, const char *head)
{
    for (;;) {
        text = skip_figure(text);
        head = skip_figure(head);
        size_t n = strcspn(head, "\n");
        if (*head == '\0')
            return text;
        if (head[n] == '\n')
            n++;
        if (strncmp(text, head, n) != 0)
            return NULL;
        text += n;
        head += n;
    }
}

static void make_header(struct aln_text *h, const struct aln_writer_options *o)
{
    aln_table_header(h, o->command, o->yaml);
    for (size_t i = 0; i < o->column_count; i++) {
        assert(o->columns[i][0] != '\0' && (i > 0 || o->columns[0][0] != '#') &&
               strpbrk(o->columns[i], "\t\r\n") == NULL);
        aln_text_add(h, "%s%c", o->columns[i], i + 1 < o->column_count ? '\t' : '\n');
    }
}

static enum aln_status emit(struct aln_writer *w, const char *bytes, size_t n)
{
    w->sum = aln_checksum(w->sum, bytes, n);
    w->sum_due = true;
    return aln_part_write(w->part, bytes, n);
}

static enum aln_status emit_checksum(struct aln_writer *w)
{
    char line[ALN_CHECKSUM_LINE + 1];
    if (!w->sum_due)
        return ALN_OK;
    aln_checksum_line(w->sum, line);
    enum aln_status status = emit(w, line, ALN_CHECKSUM_LINE);
    w->sum_due = false;
    return status;
}

/* The end of the line that starts at text[at], or 0 if it is truncated. */
static size_t line_end(const char *text, size_t length, size_t at)
{
    const char *end = memchr(text + at, '\n', length - at);
    return end == NULL ? 0 : (size_t)(end - text) + 1;
}

/* The end of the complete row that starts at text[at], or 0 if there is none. */
static size_t row_end(const char *text, size_t length, size_t at, size_t cells)
{
    size_t end = line_end(text, length, at), found = 1;
    if (end == 0 || text[at] == '#')
        return 0;
    for (size_t i = at; i < end; i++) {
        bool stop = text[i] == '\t' || text[i] == '\n';
        if ((!stop && (unsigned char)text[i] < ' ') || (stop && (i == at || text[i - 1] == '\t')))
            return 0; /* zero bytes left by a crash, or an empty cell */
        found += text[i] == '\t';
        if ((unsigned char)text[i] < 0x80)
            continue;
        const size_t letter = aln_source_utf8_length(text + i, text + end);
        if (letter == 0)
            return 0; /* no text, which readers refuse */
        i += letter - 1;
    }
    return found == cells ? end : 0;
}

/* The end of the checksum that is due at text[at], or 0 if it is not there or does not match.
 * Given: *sum  of the *summed bytes before it, which move on */
static size_t checksum_end(const char *text, size_t length, size_t at, uint32_t *sum,
                           size_t *summed)
{
    char wanted[ALN_CHECKSUM_LINE + 1];
    *sum = aln_checksum(*sum, text + *summed, at - *summed);
    *summed = at;
    aln_checksum_line(*sum, wanted);
    bool matches =
        length - at >= ALN_CHECKSUM_LINE && memcmp(text + at, wanted, ALN_CHECKSUM_LINE) == 0;
    return matches ? at + ALN_CHECKSUM_LINE : 0;
}

/* What an earlier run left. */
struct old {
    char *text;                 /* NULL: no such file */
    size_t begin, kept, blocks; /* the finished blocks: where they begin and end, how many */
};

/* Finds the complete blocks of an old text whose checksums match. */
static void find_blocks(const struct aln_writer *w, struct old *old, size_t length)
{
    const char *text = old->text;
    size_t blocks = 0, at = old->begin, summed = 0;
    uint32_t sum = 0;
    for (old->kept = at; at < length; old->kept = at) {
        if (blocks > 0 && text[at++] != '\n')
            break;
        size_t rows = 0;
        for (size_t end; rows < w->block_rows && at < length; rows++, at = end)
            if ((end = row_end(text, length, at, w->column_count)) == 0)
                break;
        if (rows < w->block_rows || (at = checksum_end(text, length, at, &sum, &summed)) == 0)
            break;
        blocks++;
    }
    old->blocks = blocks;
}

/* Says which line of an old file's header differs from this run's. */
static enum aln_status refuse_header(const struct aln_writer *w, const char *path, const char *text)
{
    const char *ours = w->header.s;
    size_t line = 1, at = 0;
    for (size_t i = 0; ours[i] != '\0' && ours[i] == text[i]; i++)
        if (ours[i] == '\n') {
            line++;
            at = i + 1;
        }
    int there = (int)strcspn(text + at, "\n"), here = (int)strcspn(ours + at, "\n");
    return aln_raise(ALN_USAGE,
                     "%s:%zu: cannot be resumed, its header differs from this run's: "
                     "'%.*s' in the file, '%.*s' in this run; remove the file or run "
                     "without --resume",
                     path, line, there < 100 ? there : 100, text + at, here < 100 ? here : 100,
                     ours + at);
}

/* Where the header of an old text ends, if its columns are this run's; else 0. */
static size_t header_end(const struct aln_writer *w, const char *text)
{
    const char *names = w->header.s + w->header.length - 1, *at = text;
    while (names > w->header.s && names[-1] != '\n')
        names--;
    while (*at == '#')
        at += strcspn(at, "\n") + (strchr(at, '\n') != NULL);
    return strncmp(at, names, strlen(names)) == 0 ? (size_t)(at - text) + strlen(names) : 0;
}

static enum aln_status old_read(const struct aln_writer *w, const struct aln_writer_options *o,
                                const char *path, struct old *old)
{
    struct stat info;
    size_t length;
    if (lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return ALN_OK; /* if that is an error, opening reports it */
    enum aln_status status = aln_text_read_file(path, &old->text, &length);
    if (status != ALN_OK)
        return status;
    const size_t head = length < w->header.length ? length : w->header.length;
    if (memcmp(old->text, w->header.s, head) == 0)
        old->begin = head;
    else if ((!o->adopt && aln_table_header_match(old->text, w->header.s) == NULL) ||
             (old->begin = header_end(w, old->text)) == 0)
        return refuse_header(w, path, old->text);
    if (old->begin != length) /* else it was killed while the header was written */
        find_blocks(w, old, length);
    return ALN_OK;
}

/* The finished blocks behind this run's header, with new checksums. */
static void adopt_blocks(const struct aln_writer *w, const struct old *old, struct aln_text *out)
{
    size_t summed = 0;
    uint32_t sum = 0;
    aln_text_add(out, "%s", w->header.s);
    for (size_t at = old->begin, n; at < old->kept && !out->failed; at += n) {
        char line[ALN_CHECKSUM_LINE + 1];
        n = line_end(old->text, old->kept, at) - at;
        if (!aln_checksum_is_line(old->text + at, n - 1)) {
            aln_text_add(out, "%.*s", (int)n, old->text + at);
            continue;
        }
        sum = aln_checksum(sum, out->s + summed, out->length - summed);
        summed = out->length;
        aln_checksum_line(sum, line);
        aln_text_add(out, "%s", line);
    }
}

/* Puts the blocks of a result with another header into PATH.part, which is never without them. */
static enum aln_status adopt(struct aln_writer *w, struct old *old)
{
    struct aln_text text = {0};
    adopt_blocks(w, old, &text);
    enum aln_status status = text.failed
                                 ? aln_raise_memory("a table")
                                 : aln_part_save(w->part->partial, false, text.s, text.length);
    if (status != ALN_OK) {
        free(text.s);
        return status;
    }
    free(old->text);
    old->text = text.s;
    old->begin = w->header.length;
    old->kept = text.length;
    return ALN_OK;
}

/* Passes the rows of the kept blocks to the callback. */
static enum aln_status report_kept(const struct aln_writer_options *o, char *text, size_t at,
                                   size_t end)
{
    double *value = malloc(o->column_count * sizeof *value);
    if (value == NULL)
        return aln_raise(ALN_MEMORY, "%s: out of memory for a row", o->path);
    while (at < end) {
        if (text[at] == '\n' || text[at] == '#') { /* between blocks, or a checksum */
            at += strcspn(text + at, "\n") + 1;
            continue;
        }
        for (size_t i = 0; i < o->column_count; i++) {
            size_t n = strcspn(text + at, "\t\n");
            char stop = text[at + n];
            text[at + n] = '\0';
            if (!aln_text_real(text + at, &value[i]))
                value[i] = NAN;
            text[at + n] = stop;
            at += n + 1;
        }
        o->kept(o->context, value);
    }
    free(value);
    return ALN_OK;
}

/* Begins PATH.part with the finished blocks of itself, or of PATH. */
static enum aln_status begin_with(struct aln_writer *w, struct old *used, bool from_part)
{
    enum aln_status status = ALN_OK;
    if (used->blocks > 0 && (!from_part || used->begin != w->header.length ||
                             memcmp(used->text, w->header.s, w->header.length) != 0)) {
        status = adopt(w, used);
    }
    if (status == ALN_OK)
        status = aln_part_begin(w->part, used->blocks > 0 ? used->kept : 0);
    if (status != ALN_OK)
        return status;
    if (used->blocks == 0)
        return emit(w, w->header.s, w->header.length);
    w->sum = aln_checksum(0, used->text, used->kept);
    w->rows = used->blocks * w->block_rows;
    w->blank = true;
    return ALN_OK;
}

/* Opens with the finished blocks of PATH.part or, if it has more, of PATH. */
static enum aln_status resume(struct aln_writer *w, const struct aln_writer_options *o,
                              size_t *blocks_done)
{
    struct old partial = {0}, whole = {0};
    if (w->part->path == NULL)
        return aln_raise(ALN_USAGE, "%s: cannot be resumed: --resume needs a file, -o PATH",
                         w->part->shown);
    enum aln_status status = old_read(w, o, w->part->partial, &partial);
    if (status != ALN_OK)
        goto out;
    /* A PATH with another header matters only if there is no PATH.part to resume. */
    status = old_read(w, o, w->part->path, &whole);
    if (status != ALN_OK && (status != ALN_USAGE || partial.text == NULL))
        goto out;
    struct old *used = whole.blocks > partial.blocks ? &whole : &partial;
    status = begin_with(w, used, used == &partial);
    *blocks_done = used->blocks;
    if (status == ALN_OK && o->kept != NULL && used->blocks > 0)
        status = report_kept(o, used->text, used->begin, used->kept);
out:
    free(partial.text);
    free(whole.text);
    return status;
}

enum aln_status aln_writer_open(struct aln_writer **out, const struct aln_writer_options *o,
                                size_t *blocks_done)
{
    assert(o->column_count > 0 && (!o->resume || o->block_rows > 0));
    enum aln_status status = ALN_OK;
    size_t blocks = 0;
    *out = NULL;
    struct aln_writer *w = calloc(1, sizeof *w);
    if (w == NULL)
        return aln_raise_memory("a table");
    w->column_count = o->column_count;
    w->block_rows = o->block_rows;
    make_header(&w->header, o);
    if (w->header.failed) {
        status = aln_raise_memory("a table's header");
        goto out;
    }
    status = aln_part_find(&w->part, o->path);
    if (status != ALN_OK)
        goto out;
    w->part->quick = o->quick;
    if (o->resume) {
        status = resume(w, o, &blocks);
    } else {
        status = aln_part_begin(w->part, 0);
        if (status == ALN_OK)
            status = emit(w, w->header.s, w->header.length);
    }
    if (status == ALN_OK)
        status = aln_part_keep(w->part);
out:
    if (status != ALN_OK) {
        aln_writer_abandon(w, true);
        return status;
    }
    if (blocks_done != NULL)
        *blocks_done = blocks;
    *out = w;
    return ALN_OK;
}

/* Writes w->line, after a blank line if one is due. */
static enum aln_status put_line(struct aln_writer *w)
{
    enum aln_status status = ALN_OK;
    assert(!w->closed);
    if (w->line.failed)
        return aln_raise_memory("a table's row");
    if (w->blank)
        status = emit(w, "\n", 1);
    if (status == ALN_OK)
        status = emit(w, w->line.s, w->line.length);
    w->blank = false;
    w->rows++;
    return status;
}

bool aln_table_row(struct aln_text *out, const double *value, size_t count)
{
    enum { LONGEST = 32 }; /* of a number */
    char *line = aln_text_room(out, LONGEST * count), *end = line;
    for (size_t i = 0; i < count && line != NULL; i++) {
        end += aln_text_from_real(value[i], end);
        *end++ = i + 1 < count ? '\t' : '\n';
    }
    if (line == NULL)
        return false;
    *end = '\0';
    out->length += (size_t)(end - line);
    return true;
}

enum aln_status aln_writer_row(struct aln_writer *w, const double *value, size_t count)
{
    assert(count == w->column_count);
    w->line.length = 0;
    (void)aln_table_row(&w->line, value, count); /* what failed, putting it says */
    return put_line(w);
}

enum aln_status aln_writer_text_row(struct aln_writer *w, const char *const *cell, size_t count)
{
    assert(count == w->column_count);
    w->line.length = 0;
    for (size_t i = 0; i < count; i++) {
        const char *c = cell[i];
        for (; *c != '\0'; c++)
            if ((unsigned char)*c < ' ' || (i == 0 && cell[0][0] == '#'))
                return aln_raise(ALN_USAGE,
                                 "%s: column %zu: a cell may neither hold control characters nor "
                                 "begin a row with '#': '%.60s'",
                                 w->part->shown, i + 1, cell[i]);
        if (c == cell[i])
            return aln_raise(ALN_USAGE, "%s: column %zu: a cell may not be empty", w->part->shown,
                             i + 1);
        aln_text_put_bytes(&w->line, cell[i], (size_t)(c - cell[i]));
        aln_text_put_bytes(&w->line, i + 1 < count ? "\t" : "\n", 1);
    }
    return put_line(w);
}

enum aln_status aln_writer_end_block(struct aln_writer *w)
{
    enum aln_status status = emit_checksum(w);
    w->blank = true;
    return status == ALN_OK ? aln_part_keep(w->part) : status;
}

enum aln_status aln_writer_remark(struct aln_writer *w, const char *text)
{
    assert(strncmp(text, "end ", 4) != 0 && strpbrk(text, "\r\n") == NULL);
    w->closed = true;
    w->line.length = 0;
    aln_text_add(&w->line, "# %s\n", text);
    if (w->line.failed)
        return aln_raise_memory("a remark");
    return emit(w, w->line.s, w->line.length);
}

enum aln_status aln_writer_finish(struct aln_writer *w)
{
    enum aln_status status;
    w->line.length = 0;
    aln_text_add(&w->line, "# end %zu\n", w->rows);
    if (w->line.failed)
        status = aln_raise_memory("a table's last line");
    else if ((status = emit_checksum(w)) == ALN_OK)
        status = aln_part_write(w->part, w->line.s, w->line.length);
    if (status == ALN_OK)
        status = aln_part_commit(w->part);
    else
        aln_part_abandon(w->part, true);
    writer_free(w);
    return status;
}

void aln_writer_abandon(struct aln_writer *w, bool keep)
{
    if (w == NULL)
        return;
    aln_part_abandon(w->part, keep);
    writer_free(w);
}

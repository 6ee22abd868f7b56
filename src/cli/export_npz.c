/* Results as NumPy's arrays. Entries Q_1_1, Q_1_2, ... become one array Q, symmetric ones filled from
 * their upper triangle; where a result has repeats (or seeds) the first axes are (repeat, time). */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/export.h"
#include "file/column.h"

/* ---- columns ---- */

/* A column as an entry of an array: its name without indices, and these. */
struct entry {
    char base[ALN_NPY_NAME];
    size_t count, index[2];
    bool done; /* it is in an array already */
};

/* The index at the end of a name, "_12".  Returned: 0: none; *end  moves before it */
static size_t take_index(const char *name, size_t *end)
{
    size_t i = *end;
    while (i > 0 && isdigit((unsigned char)name[i - 1]))
        i--;
    if (i == *end || i < 2 || name[i - 1] != '_' || *end - i > 6)
        return 0;
    *end = i - 1;
    return (size_t)strtoul(name + i, NULL, 10);
}

/* Whether the table of columns has this name as it stands: eg_0. */
static bool is_plain(const char *name)
{
    return aln_names_find(&aln_columns, name) != NULL;
}

static struct entry entry_of(const char *name)
{
    struct entry e = {.count = 0};
    size_t end = strlen(name), before = end;
    size_t last = is_plain(name) ? 0 : take_index(name, &end);
    if (last > 0) {
        before = end;
        size_t first = take_index(name, &before);
        e.count = first > 0 ? 2 : 1;
        e.index[0] = first > 0 ? first : last;
        e.index[1] = last;
        end = first > 0 ? before : end;
    }
    snprintf(e.base, sizeof e.base, "%.*s", (int)(end < ALN_NPY_NAME ? end : ALN_NPY_NAME - 1),
             name);
    return e;
}

struct exporting {
    const struct aln_table *t;
    struct aln_zip *zip;
    struct entry *entry;          /* [t->cols] */
    bool blocks;                  /* leading axes are (block, row in it), else (row) */
    size_t longest;               /* rows of the longest block */
    struct aln_npy_array leading; /* the leading axes */
};

/* Blocks are repeats or seeds when every row of one begins with the same number. */
static bool has_blocks(const struct aln_table *t)
{
    if (t->rows == 0 || (strcmp(t->name[0], "repeat") != 0 && strcmp(t->name[0], "seed") != 0))
        return false;
    for (size_t b = 0, row = 0; b < t->blocks; b++)
        for (size_t first = row; row < t->block_end[b]; row++)
            if (strcmp(t->text[row * t->cols], t->text[first * t->cols]) != 0)
                return false;
    return true;
}

static void measure_blocks(struct exporting *e)
{
    const struct aln_table *t = e->t;
    e->blocks = has_blocks(t);
    for (size_t b = 0, begin = 0; b < t->blocks; begin = t->block_end[b++])
        if (t->block_end[b] - begin > e->longest)
            e->longest = t->block_end[b] - begin;
    e->leading = (struct aln_npy_array){.rank = 1, .shape = {t->rows}};
    if (e->blocks)
        e->leading = (struct aln_npy_array){.rank = 2, .shape = {t->blocks, e->longest}};
}

/* The place of a row among the leading axes. */
static size_t place_of(const struct exporting *e, size_t row)
{
    size_t b = 0;
    while (e->blocks && row >= e->t->block_end[b])
        b++;
    return !e->blocks ? row : b * e->longest + row - (b > 0 ? e->t->block_end[b - 1] : 0);
}

/* Copies column j into every `stride`-th number from x on. */
static void copy_column(const struct exporting *e, size_t j, double *x, size_t stride)
{
    for (size_t row = 0; row < e->t->rows; row++)
        aln_export_number(e->t->text[row * e->t->cols + j], &x[place_of(e, row) * stride]);
}

static double *make_numbers(const struct aln_npy_array *a)
{
    const size_t n = aln_npy_size(a);
    double *x = malloc((n + 1) * sizeof *x);
    for (size_t i = 0; x != NULL && i < n; i++)
        x[i] = NAN;
    return x;
}

static enum aln_status add_text_column(struct exporting *e, size_t j)
{
    const struct aln_table *t = e->t;
    struct aln_npy_array a = e->leading;
    const size_t count = aln_npy_size(&a);
    const char **text = malloc((count + 1) * sizeof *text);
    if (text == NULL)
        return aln_raise_memory("column %s", t->name[j]);
    for (size_t i = 0; i < count; i++)
        text[i] = "";
    for (size_t row = 0; row < t->rows; row++)
        text[place_of(e, row)] = t->text[row * t->cols + j];
    snprintf(a.name, sizeof a.name, "%s", t->name[j]);
    enum aln_status status = aln_npy_add_texts(e->zip, &a, count, text);
    free(text);
    return status;
}

/* The largest and smallest index of an array's entries along an axis. */
static void find_extent(const struct exporting *e, const struct entry *of, size_t axis, size_t *lo,
                        size_t *hi)
{
    *lo = *hi = of->index[axis];
    for (size_t j = 0; j < e->t->cols; j++) {
        const struct entry *n = &e->entry[j];
        if (n->count != of->count || strcmp(n->base, of->base) != 0)
            continue;
        *lo = n->index[axis] < *lo ? n->index[axis] : *lo;
        *hi = n->index[axis] > *hi ? n->index[axis] : *hi;
    }
}

/* A name that no column has: WA_2, WA_3, ... beside a column WA become WA_l. */
static void name_array(const struct exporting *e, const struct entry *of, struct aln_npy_array *a)
{
    bool taken = false;
    for (size_t j = 0; j < e->t->cols; j++)
        taken = taken || (of->count > 0 && strcmp(e->t->name[j], of->base) == 0);
    snprintf(a->name, sizeof a->name, "%.*s%s", ALN_NPY_NAME - 3, of->base, taken ? "_l" : "");
}

/* Fills the lower triangle from the upper one where an entry is missing: (j, i) for (i, j). */
static void mirror(double *x, size_t leading, size_t n)
{
    for (size_t r = 0; r < leading; r++, x += n * n)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++)
                x[i * n + j] = isnan(x[i * n + j]) ? x[j * n + i] : x[i * n + j];
}

/* Whether the entries of an array are those of an upper triangle. */
static bool is_triangle(const struct exporting *e, const struct entry *of)
{
    bool upper = of->count == 2, beside = false;
    for (size_t j = 0; j < e->t->cols && upper; j++) {
        const struct entry *n = &e->entry[j];
        if (n->count != 2 || strcmp(n->base, of->base) != 0)
            continue;
        upper = n->index[0] <= n->index[1];
        beside = beside || n->index[0] > 1;
    }
    return upper && beside;
}

static enum aln_status add_array(struct exporting *e, const struct entry *of)
{
    struct aln_npy_array a = e->leading;
    size_t lo[2] = {1, 1}, hi[2] = {1, 1};
    for (size_t axis = 0; axis < of->count; axis++) {
        find_extent(e, of, axis, &lo[axis], &hi[axis]);
        a.shape[a.rank++] = hi[axis] - lo[axis] + 1;
    }
    name_array(e, of, &a);
    double *x = make_numbers(&a);
    if (x == NULL)
        return aln_raise_memory("array %s", a.name);
    const size_t cols = of->count == 2 ? hi[1] - lo[1] + 1 : 1, leading = aln_npy_size(&e->leading);
    const size_t stride = leading > 0 ? aln_npy_size(&a) / leading : 0;
    for (size_t j = 0; j < e->t->cols; j++) {
        struct entry *n = &e->entry[j];
        if (n->done || n->count != of->count || strcmp(n->base, of->base) != 0)
            continue;
        const size_t at = of->count == 0   ? 0
                          : of->count == 1 ? n->index[0] - lo[0]
                                           : (n->index[0] - lo[0]) * cols + n->index[1] - lo[1];
        copy_column(e, j, x + at, stride);
        n->done = true;
    }
    if (is_triangle(e, of))
        mirror(x, leading, cols);
    enum aln_status status = aln_npy_add(e->zip, &a, "<f8", x);
    free(x);
    return status;
}

/* Identifies each block: its first column, once. */
static enum aln_status add_block_numbers(struct exporting *e)
{
    const struct aln_table *t = e->t;
    struct aln_npy_array a = {.rank = 1, .shape = {t->blocks}};
    uint64_t *number = calloc(t->blocks + 1, sizeof *number);
    if (number == NULL)
        return aln_raise_memory("column %s", t->name[0]);
    for (size_t b = 0; b < t->blocks; b++)
        aln_text_whole(t->text[(t->block_end[b] - 1) * t->cols], &number[b]);
    snprintf(a.name, sizeof a.name, "%s", t->name[0]);
    enum aln_status status = aln_npy_add(e->zip, &a, "<u8", number);
    free(number);
    return status;
}

/* Whether every block has the same times. */
static bool same_times(const struct aln_table *t, size_t j, size_t longest)
{
    for (size_t b = 0, begin = 0; b < t->blocks; begin = t->block_end[b++])
        for (size_t row = begin; row < t->block_end[b]; row++)
            if (t->block_end[b] - begin != longest ||
                strcmp(t->text[row * t->cols + j], t->text[(row - begin) * t->cols + j]) != 0)
                return false;
    return true;
}

/* The times, once if all blocks share them. */
static enum aln_status add_times(struct exporting *e, size_t j)
{
    if (same_times(e->t, j, e->longest)) {
        struct aln_npy_array a = {.rank = 1, .shape = {e->longest}};
        double *x = make_numbers(&a);
        for (size_t row = 0; x != NULL && row < e->longest; row++)
            aln_export_number(e->t->text[row * e->t->cols + j], &x[row]);
        snprintf(a.name, sizeof a.name, "%s", e->t->name[j]);
        enum aln_status status = x != NULL ? aln_npy_add(e->zip, &a, "<f8", x)
                                           : aln_raise_memory("column %s", e->t->name[j]);
        free(x);
        return status;
    }
    return add_array(e, &e->entry[j]);
}

static bool is_time(const struct exporting *e, size_t j)
{
    static const char *const times[] = {"t", "epoch", "step"};
    bool found = false;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        found = found || strcmp(e->t->name[j], times[i]) == 0;
    return found && e->blocks;
}

/* Whether a column numbers or marks its rows: seed, point, ok. */
static bool is_number_of_row(const struct exporting *e, size_t j)
{
    const struct aln_column *column = aln_column_of(e->t->name[j]);
    uint64_t number;
    bool whole = !e->blocks && column != NULL && column->unit == NULL && e->entry[j].count == 0;
    for (size_t row = 0; row < e->t->rows && whole; row++)
        whole = aln_text_whole(e->t->text[row * e->t->cols + j], &number);
    return whole;
}

static enum aln_status add_wholes(struct exporting *e, size_t j)
{
    const struct aln_table *t = e->t;
    struct aln_npy_array a = e->leading;
    uint64_t *number = calloc(t->rows + 1, sizeof *number);
    if (number == NULL)
        return aln_raise_memory("column %s", t->name[j]);
    for (size_t row = 0; row < t->rows; row++)
        aln_text_whole(t->text[row * t->cols + j], &number[row]);
    snprintf(a.name, sizeof a.name, "%s", t->name[j]);
    enum aln_status status = aln_npy_add(e->zip, &a, "<u8", number);
    free(number);
    return status;
}

static enum aln_status add_column(struct exporting *e, size_t j)
{
    if (is_number_of_row(e, j))
        return add_wholes(e, j);
    if (e->blocks && j == 0)
        return add_block_numbers(e);
    if (is_time(e, j))
        return add_times(e, j);
    return aln_export_is_numeric(e->t, j) ? add_array(e, &e->entry[j]) : add_text_column(e, j);
}

/* ---- matrices of the header ---- */

/* Those that stay as they are during the run, and where the header has them. */
static const char *const fixed[][2] = {{"T", "drawn.T"},   {"T", "problem.overlaps.T"},
                                       {"V2", "drawn.V2"}, {"V2", "problem.teacher.readout"},
                                       {"F1", "drawn.F1"}, {"F1", "learning.feedback.matrix"}};

static bool is_matrix(const struct aln_node *node)
{
    if (node == NULL || node->kind != ALN_LIST || node->count == 0)
        return false;
    for (const struct aln_node *row = node->first; row != NULL; row = row->next)
        if (row->kind != ALN_LIST || row->count != node->first->count)
            return false;
    return true;
}

static enum aln_status add_matrix(struct exporting *e, const char *name,
                                  const struct aln_node *node)
{
    struct aln_npy_array a = {.rank = 2, .shape = {node->count, node->first->count}};
    double *x = make_numbers(&a), *to = x;
    if (x == NULL)
        return aln_raise_memory("matrix %s", name);
    for (const struct aln_node *row = node->first; row != NULL; row = row->next)
        for (const struct aln_node *n = row->first; n != NULL; n = n->next)
            aln_export_number(n->kind == ALN_SCALAR ? n->text : "nan", to++);
    snprintf(a.name, sizeof a.name, "%s", name);
    enum aln_status status = aln_npy_add(e->zip, &a, "<f8", x);
    free(x);
    return status;
}

/* Whether columns already have this name: F1 that learns. */
static bool is_recorded(const struct exporting *e, const char *name)
{
    for (size_t j = 0; j < e->t->cols; j++)
        if (strcmp(e->entry[j].base, name) == 0)
            return true;
    return false;
}

static enum aln_status add_fixed(struct exporting *e, const struct aln_tree *tree)
{
    enum aln_status status = ALN_OK;
    const char *added = "";
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0] && status == ALN_OK; i++) {
        const struct aln_node *node = aln_tree_at(tree, fixed[i][1]);
        if (!is_matrix(node) || is_recorded(e, fixed[i][0]) || strcmp(added, fixed[i][0]) == 0)
            continue;
        status = add_matrix(e, added = fixed[i][0], node);
    }
    return status;
}

/* ---- the whole ---- */

/* The remarks below the rows: events, counts, reasons. */
static enum aln_status add_found(struct exporting *e)
{
    const struct aln_npy_array a = {.name = "found", .rank = 1, .shape = {e->t->remarks}};
    return aln_npy_add_texts(e->zip, &a, e->t->remarks, (const char *const *)e->t->remark);
}

static enum aln_status add_all(struct exporting *e, const struct aln_cli_contents *c)
{
    const struct aln_table *t = e->t;
    enum aln_status status = ALN_OK;
    for (size_t j = 0; j < t->cols; j++)
        e->entry[j] = entry_of(t->name[j]);
    measure_blocks(e);
    for (size_t j = 0; j < t->cols && status == ALN_OK; j++)
        if (!e->entry[j].done)
            status = add_column(e, j);
    if (status == ALN_OK)
        status = add_fixed(e, c->tree);
    if (status == ALN_OK)
        status = aln_npy_add_text(e->zip, "alignode", c->version);
    if (status == ALN_OK)
        status = aln_npy_add_text(e->zip, "command", t->command);
    if (status == ALN_OK)
        status = add_found(e);
    return status == ALN_OK ? aln_npy_add_text(e->zip, "parameters", t->yaml) : status;
}

enum aln_status aln_export_npz(const struct aln_cli *cli, const struct aln_cli_contents *c)
{
    struct exporting e = {.t = c->table, .entry = calloc(c->table->cols + 1, sizeof *e.entry)};
    enum aln_status status = e.entry != NULL ? aln_zip_create(&e.zip) : aln_raise_memory("columns");
    if (status == ALN_OK)
        status = add_all(&e, c);
    if (status == ALN_OK)
        status = aln_export_zip(cli, e.zip);
    aln_zip_free(e.zip);
    free(e.entry);
    return status;
}

/* Results of deep experiments: means over seeds, and their range. */
#include "figure/training.h"
#include "base/failure.h"
#include "figure/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- means over seeds ---- */

struct epoch_row {
    double epoch;
    size_t row;
};

static int by_epoch(const void *a, const void *b)
{
    const struct epoch_row *x = a, *y = b;
    return x->epoch != y->epoch ? (x->epoch > y->epoch) - (x->epoch < y->epoch)
                                : (x->row > y->row) - (x->row < y->row);
}

/* Mean, least and largest of the finite values of a column at one time; NaN without any. */
static void span_of(const struct aln_table *t, size_t col, const struct epoch_row *at, size_t n,
                    double out[3])
{
    double sum = 0, least = INFINITY, most = -INFINITY;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        double x = t->value[at[i].row * t->cols + col];
        if (!isfinite(x))
            continue;
        sum += x;
        least = fmin(least, x);
        most = fmax(most, x);
        count++;
    }
    out[0] = count > 0 ? sum / (double)count : NAN;
    out[1] = count > 0 ? least : NAN;
    out[2] = count > 0 ? most : NAN;
}

static void add_cell(struct aln_text *out, const struct aln_table *t, size_t col,
                     const struct epoch_row *at, size_t n)
{
    double value[3];
    span_of(t, col, at, n, value);
    for (size_t i = 0; i < 3; i++) {
        char number[32];
        aln_text_from_real(value[i], number);
        aln_text_add(out, "\t%s", number);
    }
}

/* All rows in order of their epochs.  Returned: yours, free(); NULL: out of memory */
static struct epoch_row *sort_rows(const struct aln_table *t)
{
    size_t col_epoch = (size_t)aln_table_column(t, "epoch");
    struct epoch_row *at = malloc((t->rows + 1) * sizeof *at);
    for (size_t row = 0; at != NULL && row < t->rows; row++)
        at[row] = (struct epoch_row){t->value[row * t->cols + col_epoch], row};
    if (at != NULL)
        qsort(at, t->rows, sizeof *at, by_epoch);
    return at;
}

/* How many rows have the epoch of row i. */
static size_t count_epoch(const struct aln_table *t, const struct epoch_row *at, size_t i)
{
    size_t n = 1;
    while (i + n < t->rows && at[i + n].epoch == at[i].epoch)
        n++;
    return n;
}

/* "epoch NAME NAME_least NAME_most ...", one line per epoch.
 * Returned: *seeds  the largest number of rows of one epoch */
static enum aln_status average(const struct aln_figure_input *in, struct aln_text *out,
                               size_t *seeds)
{
    const struct aln_table *t = in->table;
    size_t col_epoch = (size_t)aln_table_column(t, "epoch");
    struct epoch_row *at = sort_rows(t);
    *seeds = 0;
    if (at == NULL)
        return aln_raise(ALN_MEMORY, "%s: out of memory for averages", in->path);
    aln_text_add(out, "epoch");
    for (size_t c = 0; c < t->cols; c++)
        if (c != col_epoch)
            aln_text_add(out, "\t%s\t%s_least\t%s_most", t->name[c], t->name[c], t->name[c]);
    aln_text_add(out, "\n");
    for (size_t i = 0, n; i < t->rows; i += n) {
        char number[32];
        n = count_epoch(t, at, i);
        aln_text_from_real(at[i].epoch, number);
        aln_text_add(out, "%s", number);
        for (size_t c = 0; c < t->cols; c++)
            if (c != col_epoch)
                add_cell(out, t, c, at + i, n);
        aln_text_add(out, "\n");
        *seeds = n > *seeds ? n : *seeds;
    }
    free(at);
    return ALN_OK;
}

enum aln_status aln_drawing_seed_mean(const struct aln_figure_input *in, const char *column,
                                      size_t *count, double **epoch, double **mean)
{
    const struct aln_table *t = in->table;
    size_t c = (size_t)aln_table_column(t, column);
    struct epoch_row *at = sort_rows(t);
    *count = 0;
    *epoch = malloc((t->rows + 1) * sizeof **epoch);
    *mean = malloc((t->rows + 1) * sizeof **mean);
    if (at == NULL || *epoch == NULL || *mean == NULL) {
        free(at);
        free(*epoch);
        free(*mean);
        *epoch = *mean = NULL;
        return aln_raise(ALN_MEMORY, "%s: out of memory for averages", in->path);
    }
    for (size_t i = 0, n; i < t->rows; i += n) {
        double span[3];
        n = count_epoch(t, at, i);
        span_of(t, c, at + i, n, span);
        (*epoch)[*count] = at[i].epoch;
        (*mean)[(*count)++] = span[0];
    }
    free(at);
    return ALN_OK;
}

/* ---- columns ---- */

enum aln_column_state aln_drawing_column_state(const struct aln_drawing *d, const char *name,
                                               const char **lacking)
{
    bool finite = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        int c = aln_table_column(t, name);
        if (c < 0) {
            if (lacking != NULL)
                *lacking = d->input[i].path;
            return ALN_COLUMN_ABSENT;
        }
        for (size_t row = 0; row < t->rows; row++)
            finite = finite || isfinite(t->value[row * t->cols + (size_t)c]);
    }
    return finite ? ALN_COLUMN_FILLED : ALN_COLUMN_EMPTY;
}

void aln_drawing_layer_columns(const struct aln_drawing *d, const char *name, size_t span[2],
                               bool *columns)
{
    enum { DEEPEST = 1000 };
    char column[96];
    span[0] = 1;
    span[1] = 0;
    *columns = false;
    for (size_t l = 1; l <= DEEPEST; l++) {
        snprintf(column, sizeof column, "%s_%zu", name, l);
        enum aln_column_state state = aln_drawing_column_state(d, column, NULL);
        if (state == ALN_COLUMN_ABSENT && l > 1) /* some families begin with 2 */
            break;
        *columns = *columns || state != ALN_COLUMN_ABSENT;
        if (state != ALN_COLUMN_FILLED)
            continue;
        span[0] = span[1] == 0 ? l : span[0];
        span[1] = l;
    }
}

/* ---- labels ---- */

/* In what a result differs from the others, and of how many seeds it is.
 * Given: seeds  0: of all of them at once */
static void add_runs(struct aln_text *out, size_t seeds)
{
    aln_text_add(out, seeds > 1 ? "mean and range of %zu seeds" : "one seed", seeds);
}

/* ---- data files and settings ---- */

/* Whether a logarithmic axis suits the recorded times better. */
static bool is_log(const struct aln_figure_input *in)
{
    const struct aln_table *t = in->table;
    size_t c = (size_t)aln_table_column(t, "epoch"), early = 0, later = 0;
    double last = 0;
    for (size_t row = 0; row < t->rows; row++)
        last = fmax(last, t->value[row * t->cols + c]);
    for (size_t row = 0; row < t->rows; row++) {
        double epoch = t->value[row * t->cols + c];
        early += epoch > 0 && epoch < last / 10;
        later += epoch >= last / 10;
    }
    return early > later;
}

/* Result i in the figure. */
struct seed_means {
    char file[32];
    struct aln_text label;
    size_t seeds;
};

static enum aln_status write_means(struct aln_drawing *d, size_t i, struct seed_means *m)
{
    struct aln_text data = {0};
    enum aln_status status = average(&d->input[i], &data, &m->seeds);
    snprintf(m->file, sizeof m->file, "%zu.tsv", i + 1);
    if (status == ALN_OK)
        status = aln_drawing_file(d, m->file, &data);
    free(data.s);
    return status;
}

/* The texts of the key. What several results are means of is in the subtitle if it is the same.
 * Given: joined  their rows join seeds: there are no means */
static enum aln_status add_labels(struct aln_drawing *d, bool joined, struct seed_means *m)
{
    struct aln_text subtitle = {0};
    bool same = d->count > 1 && !joined, failed = false;
    for (size_t i = 1; i < d->count; i++)
        same = same && m[i].seeds == m[0].seeds;
    for (size_t i = 0; i < d->count; i++) {
        struct aln_text runs = {0};
        if (!joined && !same)
            add_runs(&runs, m[i].seeds);
        aln_drawing_legend_label(&m[i].label, &d->legend.entry[i], "",
                                 runs.s != NULL ? runs.s : "");
        failed = failed || runs.failed || m[i].label.failed;
        free(runs.s);
    }
    if (same) {
        const char *shared = d->legend.subtitle.s;
        aln_text_add(&subtitle, "%s%s", shared != NULL ? shared : "", shared != NULL ? ", " : "");
        add_runs(&subtitle, m[0].seeds);
        aln_drawing_subtitle(d, &subtitle);
        free(subtitle.s);
    }
    return failed ? aln_raise_memory("a figure's key") : ALN_OK;
}

/* Colour and dash of each result.
 * Given: number  [d->count], work space */
static void add_looks(struct aln_drawing *d, size_t *number)
{
    for (size_t i = 0; i < d->count; i++)
        number[i] = d->legend.entry[i].colour;
    aln_drawing_numbers(&d->settings, "colour", d->count, number);
    for (size_t i = 0; i < d->count; i++)
        number[i] = d->legend.entry[i].dash;
    aln_drawing_numbers(&d->settings, "dash", d->count, number);
}

enum aln_status aln_drawing_seed_means(struct aln_drawing *d, bool joined)
{
    enum aln_status status = ALN_OK;
    struct seed_means *m = calloc(d->count, sizeof *m);
    const char **text = calloc(d->count, sizeof *text);
    size_t *number = calloc(d->count, sizeof *number);
    if (m == NULL || text == NULL || number == NULL)
        status = aln_raise_memory("a figure");
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = write_means(d, i, &m[i]);
    if (status == ALN_OK)
        status = add_labels(d, joined, m);
    if (status == ALN_OK) {
        for (size_t i = 0; i < d->count; i++)
            text[i] = m[i].file;
        aln_drawing_strings(&d->settings, "file", d->count, text);
        for (size_t i = 0; i < d->count; i++)
            text[i] = m[i].label.s != NULL ? m[i].label.s : "";
        aln_drawing_strings(&d->settings, "label", d->count, text);
        add_looks(d, number);
        aln_text_add(&d->settings, "log_t = %d\n", is_log(&d->input[0]));
    }
    if (status == ALN_OK)
        status = aln_drawing_look_labels(d, "label", d->count);
    for (size_t i = 0; i < d->count && m != NULL; i++)
        free(m[i].label.s);
    free(m);
    free(text);
    free(number);
    return status;
}

/* Results of deep experiments: means over seeds, and their range. */
#include "figure/training.h"
#include "base/failure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- titles ---- */

/* A number of the header as figures show it: 1e-05 for 1.0e-05. */
static void add_number(struct aln_text *out, const char *number)
{
    const char *exponent = strstr(number, ".0e");
    if (exponent != NULL)
        aln_text_add(out, "%.*s%s", (int)(exponent - number), number, exponent + 2);
    else
        aln_text_add(out, "%s", number);
}

/* ", then 0.001 from epoch 1", or for several ", in 3 steps to 0.001 from epoch 40"; without steps
 * after the end of the run. */
static void add_schedule(struct aln_text *out, const struct aln_node *root)
{
    const struct aln_node *learning = aln_tree_find(root, "learning"), *last = NULL;
    const struct aln_node *all = learning != NULL ? aln_tree_find(learning, "schedule") : NULL;
    double end, epoch;
    size_t count = 0;
    if (!aln_text_real(aln_figure_scalar(root, "run.epochs"), &end))
        end = INFINITY;
    for (const struct aln_node *n = all != NULL ? all->first : NULL; n != NULL; n = n->next)
        if (aln_text_real(aln_figure_scalar(n, "epoch"), &epoch) && epoch < end) {
            last = n;
            count++;
        }
    if (count == 1)
        aln_text_add(out, ", then ");
    else if (count > 1)
        aln_text_add(out, ", in %zu steps to ", count);
    if (count == 0)
        return;
    add_number(out, aln_figure_scalar(last, "rate"));
    aln_text_add(out, " from epoch ");
    add_number(out, aln_figure_scalar(last, "epoch"));
}

enum aln_status aln_figure_describe_training(struct aln_figure_input *in)
{
    struct aln_text title = {0}, sub = {0};
    const struct aln_node *root = aln_tree_root(in->tree);
    const struct aln_node *network = aln_tree_find(root, "network");
    const struct aln_node *layers = network != NULL ? aln_tree_find(network, "layers") : NULL;
    const char *noise = aln_figure_scalar(root, "data.label_noise");
    aln_text_add(&title, "%s", aln_figure_scalar(root, "title"));
    aln_text_add(&sub, "%s, ", aln_figure_scalar(root, "data.name"));
    enum aln_status status = aln_drawing_net_input(&sub, in, layers);
    aln_drawing_net(&sub, layers);
    aln_text_add(&sub, ", %s, η = ", aln_drawing_net_activation(layers));
    add_number(&sub, aln_figure_scalar(root, "learning.rate"));
    add_schedule(&sub, root);
    aln_text_add(&sub, ", batch %s", aln_figure_scalar(root, "learning.batch"));
    if (noise[0] != '\0' && strcmp(noise, "0") != 0) {
        aln_text_add(&sub, ", ");
        add_number(&sub, noise);
        aln_text_add(&sub, " of the labels random");
    }
    in->title = title.s;
    in->subtitle = sub.s;
    return status == ALN_OK && (title.failed || sub.failed) ? aln_raise_memory("a figure") : status;
}

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

/* A parameter as written. */
static const char *param_of(const struct aln_figure_input *in, const char *key)
{
    return aln_figure_scalar(aln_tree_root(in->tree), key);
}

static const char *rule_of(const struct aln_figure_input *in)
{
    return param_of(in, "learning.rule");
}

/* Parameters that distinguish results of one rule, and their form in labels. */
static const struct {
    const char *key, *format;
} distinctions[] = {
    {"learning.feedback.kind", "%s"},
    {"learning.feedback.scale", "gain %s"},
    {"learning.feedback.shared", "shared feedback: %s"},
    {"learning.rate", "η = %s"},
    {"learning.batch", "batch %s"},
    {"data.name", "%s"},
    {"data.label_noise", "%s of the labels random"},
};
enum { DISTINCTIONS = sizeof distinctions / sizeof distinctions[0] };

/* Appends how the result differs from others of its rule.  Returned: whether from all of them */
static bool add_differences(const struct aln_drawing *d, size_t input, struct aln_text *out)
{
    const struct aln_figure_input *own = &d->input[input];
    bool differs[DISTINCTIONS] = {false}, from_all = true;
    for (size_t j = 0; j < d->count; j++) {
        const struct aln_figure_input *other = &d->input[j];
        bool some = false;
        if (j == input || strcmp(rule_of(own), rule_of(other)) != 0)
            continue;
        for (size_t k = 0; k < DISTINCTIONS; k++) {
            bool unlike = strcmp(param_of(own, distinctions[k].key),
                                 param_of(other, distinctions[k].key)) != 0;
            differs[k] = differs[k] || unlike;
            some = some || unlike;
        }
        from_all = from_all && some;
    }
    const char *before = " (";
    for (size_t k = 0; k < DISTINCTIONS; k++) {
        if (!differs[k])
            continue;
        aln_text_add(out, "%s", before);
        aln_text_add(out, distinctions[k].format, param_of(own, distinctions[k].key));
        before = ", ";
    }
    if (before[0] == ',')
        aln_text_add(out, ")");
    return from_all;
}

/* The rule, and what distinguishes the result from others of that rule, at worst the file name. */
static void add_label(struct aln_drawing *d, size_t i, size_t seeds, struct aln_text *out)
{
    aln_drawing_rule(out, rule_of(&d->input[i]));
    if (!add_differences(d, i, out))
        aln_text_add(out, " (%s)", aln_figure_input_name(&d->input[i]));
    if (seeds > 1)
        aln_text_add(out, ", mean and range of %zu seeds", seeds);
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
};

static enum aln_status write_means(struct aln_drawing *d, size_t i, bool joined,
                                   struct seed_means *m)
{
    struct aln_text data = {0};
    size_t seeds;
    enum aln_status status = average(&d->input[i], &data, &seeds);
    snprintf(m->file, sizeof m->file, "%zu.tsv", i + 1);
    if (status == ALN_OK)
        status = aln_drawing_file(d, m->file, &data);
    free(data.s);
    if (status != ALN_OK)
        return status;
    add_label(d, i, joined ? 1 : seeds, &m->label);
    return m->label.failed ? aln_raise_memory("a figure's key") : ALN_OK;
}

enum aln_status aln_drawing_seed_means(struct aln_drawing *d, bool joined)
{
    enum aln_status status = ALN_OK;
    struct seed_means *m = calloc(d->count, sizeof *m);
    const char **text = calloc(d->count, sizeof *text);
    if (m == NULL || text == NULL)
        status = aln_raise_memory("a figure");
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = write_means(d, i, joined, &m[i]);
    if (status == ALN_OK) {
        for (size_t i = 0; i < d->count; i++)
            text[i] = m[i].file;
        aln_drawing_strings(&d->settings, "file", d->count, text);
        for (size_t i = 0; i < d->count; i++)
            text[i] = m[i].label.s;
        aln_drawing_strings(&d->settings, "label", d->count, text);
        aln_text_add(&d->settings, "log_t = %d\n", is_log(&d->input[0]));
    }
    for (size_t i = 0; i < d->count && m != NULL; i++)
        free(m[i].label.s);
    free(m);
    free(text);
    return status;
}

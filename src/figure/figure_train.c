/* Results of deep experiments: means over seeds, and their range. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure_train.h"

/* ---- titles ---- */

/* ", then 0.001 from epoch 1", of several ", in 3 steps to 0.001 from epoch 40". What comes when
 * the run has ended is left out. */
static void add_schedule(struct aln_text *out, const struct aln_node *root)
{
    const struct aln_node *learning = aln_tree_find(root, "learning"), *last = NULL;
    const struct aln_node *all = learning != NULL ? aln_tree_find(learning, "schedule") : NULL;
    double end, epoch;
    size_t count = 0;
    if (!aln_text_real(aln_drawing_scalar(root, "run.epochs"), &end))
        end = INFINITY;
    for (const struct aln_node *n = all != NULL ? all->first : NULL; n != NULL; n = n->next)
        if (aln_text_real(aln_drawing_scalar(n, "epoch"), &epoch) && epoch < end) {
            last = n;
            count++;
        }
    if (count == 1)
        aln_text_add(out, ", then ");
    else if (count > 1)
        aln_text_add(out, ", in %zu steps to ", count);
    if (count > 0)
        aln_text_add(out, "%s from epoch %s", aln_drawing_scalar(last, "rate"),
                     aln_drawing_scalar(last, "epoch"));
}

enum aln_status aln_figure_describe_training(struct aln_figure_input *in)
{
    struct aln_text title = {0}, sub = {0};
    const struct aln_node *root = aln_tree_root(in->tree);
    const struct aln_node *network = aln_tree_find(root, "network");
    const struct aln_node *layers = network != NULL ? aln_tree_find(network, "layers") : NULL;
    const char *noise = aln_drawing_scalar(root, "data.label_noise");
    aln_text_add(&title, "%s", aln_drawing_scalar(root, "title"));
    aln_text_add(&sub, "%s, ", aln_drawing_scalar(root, "data.name"));
    enum aln_status status = aln_drawing_net_input(&sub, in, layers);
    aln_drawing_net(&sub, layers);
    aln_text_add(&sub, ", %s, η = %s", aln_drawing_net_activation(layers),
                 aln_drawing_scalar(root, "learning.rate"));
    add_schedule(&sub, root);
    aln_text_add(&sub, ", batch %s", aln_drawing_scalar(root, "learning.batch"));
    if (noise[0] != '\0' && strcmp(noise, "0") != 0)
        aln_text_add(&sub, ", %s of the labels random", noise);
    in->title = title.s;
    in->subtitle = sub.s;
    return status == ALN_OK && (title.failed || sub.failed)
               ? aln_raise(ALN_MEMORY, "out of memory for a figure")
               : status;
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

/* All rows in the order of their epochs. Returned: yours, free(); NULL: out of memory */
static struct epoch_row *in_order(const struct aln_table *t)
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
static size_t alike(const struct aln_table *t, const struct epoch_row *at, size_t i)
{
    size_t n = 1;
    while (i + n < t->rows && at[i + n].epoch == at[i].epoch)
        n++;
    return n;
}

/* "epoch NAME NAME_least NAME_most ...", a line for each time.
 * Returned: *seeds  the most rows at one time */
static enum aln_status average(const struct aln_figure_input *in, struct aln_text *out,
                               size_t *seeds)
{
    const struct aln_table *t = in->table;
    size_t col_epoch = (size_t)aln_table_column(t, "epoch");
    struct epoch_row *at = in_order(t);
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
        n = alike(t, at, i);
        aln_text_from_real(at[i].epoch, number);
        aln_text_add(out, "%s", number);
        for (size_t c = 0; c < t->cols; c++)
            if (c != col_epoch)
                add_cell(out, t, c, at + i, n);
        aln_text_add(out, "\n");
        *seeds = n > *seeds ? n : *seeds;
    }
    free(at);
    if (*seeds == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    return ALN_OK;
}

/* ---- over-fitting ---- */

/* Where over-fitting starts by these losses, means over the seeds: the place of the least test
 * loss, when
 *   - it is neither the first nor one of the last two, and more than 2 % below the first: before
 *     anything was learned there is nothing to be over-fitted;
 *   - the test loss has left it for good: in the last third of the records behind it, of two at
 *     least, it is everywhere more than 2 % above; and
 *   - the training loss has fallen on from there to the end, by more than 2 %.
 * Else 0. A run that diverges has no falling training loss, one that stands still no rise. */
static size_t turning_point(const double *test, const double *train, size_t count)
{
    const double clear = 0.02;
    size_t least = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(test[i]) || !isfinite(train[i]))
            return 0;
        least = test[i] < test[least] ? i : least;
    }
    if (least == 0 || least + 2 >= count || test[least] >= (1 - clear) * test[0] ||
        train[count - 1] >= (1 - clear) * train[least])
        return 0;
    size_t behind = count - 1 - least, judged = behind / 3 > 2 ? behind / 3 : 2;
    for (size_t i = count - judged; i < count; i++)
        if (test[i] <= (1 + clear) * test[least])
            return 0;
    return least;
}

enum aln_status aln_training_turn(const struct aln_figure_input *in, double *epoch)
{
    const struct aln_table *t = in->table;
    int column[2] = {aln_table_column(t, "loss_test"), aln_table_column(t, "loss_train")};
    size_t count = 0;
    *epoch = 0;
    if (column[0] < 0 || column[1] < 0)
        return ALN_OK;
    struct epoch_row *at = in_order(t);
    double *loss[2] = {malloc((t->rows + 1) * sizeof(double)),
                       malloc((t->rows + 1) * sizeof(double))};
    double *when = malloc((t->rows + 1) * sizeof *when);
    enum aln_status status = at == NULL || loss[0] == NULL || loss[1] == NULL || when == NULL
                                 ? aln_raise(ALN_MEMORY, "%s: out of memory for averages", in->path)
                                 : ALN_OK;
    for (size_t i = 0, n; status == ALN_OK && i < t->rows; i += n, count++) {
        n = alike(t, at, i);
        when[count] = at[i].epoch;
        for (size_t k = 0; k < 2; k++) {
            double span[3];
            span_of(t, (size_t)column[k], at + i, n, span);
            loss[k][count] = span[0];
        }
    }
    if (status == ALN_OK && count > 0) {
        size_t turn = turning_point(loss[0], loss[1], count);
        *epoch = turn > 0 ? when[turn] : 0;
    }
    free(at);
    free(loss[0]);
    free(loss[1]);
    free(when);
    return status;
}

/* ---- what the scripts want to know ---- */

enum aln_held aln_training_holds(const struct aln_drawing *d, const char *name,
                                 const char **lacking)
{
    bool finite = false;
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        int c = aln_table_column(t, name);
        if (c < 0) {
            if (lacking != NULL)
                *lacking = d->input[i].path;
            return ALN_HELD_NOT;
        }
        for (size_t row = 0; row < t->rows; row++)
            finite = finite || isfinite(t->value[row * t->cols + (size_t)c]);
    }
    return finite ? ALN_HELD : ALN_HELD_NAN;
}

void aln_training_layers(const struct aln_drawing *d, const char *name, size_t span[2],
                         bool *columns)
{
    enum { DEEPEST = 1000 };
    char column[96];
    span[0] = 1;
    span[1] = 0;
    *columns = false;
    for (size_t l = 1; l <= DEEPEST; l++) {
        snprintf(column, sizeof column, "%s_%zu", name, l);
        enum aln_held held = aln_training_holds(d, column, NULL);
        if (held == ALN_HELD_NOT && l > 1) /* some families begin with 2 */
            break;
        *columns = *columns || held != ALN_HELD_NOT;
        if (held != ALN_HELD)
            continue;
        span[0] = span[1] == 0 ? l : span[0];
        span[1] = l;
    }
}

/* A parameter as written. */
static const char *param_of(const struct aln_figure_input *in, const char *key)
{
    return aln_drawing_scalar(aln_tree_root(in->tree), key);
}

static const char *rule_of(const struct aln_figure_input *in)
{
    return param_of(in, "learning.rule");
}

/* Parameters that tell results of one rule apart, and how they are said. */
static const struct {
    const char *key, *format;
} tellers[] = {
    {"learning.feedback.kind", "%s"},
    {"learning.feedback.scale", "gain %s"},
    {"learning.feedback.shared", "shared feedback: %s"},
    {"learning.rate", "η = %s"},
    {"learning.batch", "batch %s"},
    {"data.name", "%s"},
    {"data.label_noise", "%s of the labels random"},
};
enum { TELLERS = sizeof tellers / sizeof tellers[0] };

/* Appends how the result differs from others of its rule. Returned: whether from each of them */
static bool add_differences(const struct aln_drawing *d, size_t input, struct aln_text *out)
{
    const struct aln_figure_input *own = &d->input[input];
    bool differs[TELLERS] = {false}, from_all = true;
    for (size_t j = 0; j < d->count; j++) {
        const struct aln_figure_input *other = &d->input[j];
        bool some = false;
        if (j == input || strcmp(rule_of(own), rule_of(other)) != 0)
            continue;
        for (size_t k = 0; k < TELLERS; k++) {
            bool unlike =
                strcmp(param_of(own, tellers[k].key), param_of(other, tellers[k].key)) != 0;
            differs[k] = differs[k] || unlike;
            some = some || unlike;
        }
        from_all = from_all && some;
    }
    const char *before = " (";
    for (size_t k = 0; k < TELLERS; k++) {
        if (!differs[k])
            continue;
        aln_text_add(out, "%s", before);
        aln_text_add(out, tellers[k].format, param_of(own, tellers[k].key));
        before = ", ";
    }
    if (before[0] == ',')
        aln_text_add(out, ")");
    return from_all;
}

/* The rule, what tells it from others of that rule, and the file where nothing does. */
static void add_label(struct aln_drawing *d, size_t i, size_t seeds, struct aln_text *out)
{
    aln_drawing_rule(out, rule_of(&d->input[i]));
    if (!add_differences(d, i, out))
        aln_text_add(out, " (%s)", aln_figure_input_name(&d->input[i]));
    if (seeds > 1)
        aln_text_add(out, ", mean and range of %zu seeds", seeds);
}

/* Whether the recorded times are better seen on a logarithmic axis. */
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

enum aln_status aln_training_inputs(struct aln_drawing *d, bool joined)
{
    enum aln_status status = ALN_OK;
    size_t n = d->count;
    char(*file)[32] = calloc(n, sizeof *file);
    const char **text = calloc(n, sizeof *text);
    struct aln_text *label = calloc(n, sizeof *label);
    if (file == NULL || text == NULL || label == NULL)
        status = aln_raise(ALN_MEMORY, "out of memory for a figure");
    for (size_t i = 0; i < n && status == ALN_OK; i++) {
        struct aln_text data = {0};
        size_t seeds;
        status = average(&d->input[i], &data, &seeds);
        snprintf(file[i], sizeof file[i], "%zu.tsv", i + 1);
        if (status == ALN_OK)
            status = aln_drawing_file(d, file[i], &data);
        free(data.s);
        add_label(d, i, joined ? 1 : seeds, &label[i]);
        if (status == ALN_OK && label[i].failed)
            status = aln_raise(ALN_MEMORY, "out of memory for a figure's key");
    }
    if (status == ALN_OK) {
        for (size_t i = 0; i < n; i++)
            text[i] = file[i];
        aln_drawing_strings(&d->settings, "file", n, text);
        for (size_t i = 0; i < n; i++)
            text[i] = label[i].s;
        aln_drawing_strings(&d->settings, "label", n, text);
        aln_text_add(&d->settings, "log_t = %d\n", is_log(&d->input[0]));
    }
    for (size_t i = 0; i < n && label != NULL; i++)
        free(label[i].s);
    free(label);
    free(text);
    free(file);
    return status;
}

enum aln_status aln_drawing_similarity(struct aln_drawing *d)
{
    size_t span[2];
    bool columns;
    enum aln_status status = aln_training_inputs(d, true);
    aln_training_layers(d, "similarity", span, &columns);
    aln_text_add(&d->settings, "first_similarity = %zu\nlast_similarity = %zu\n", span[0], span[1]);
    return status;
}

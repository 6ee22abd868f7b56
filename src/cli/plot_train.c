/* Results of deep experiments: means over seeds, and their range. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ALN_DEEP
#include "alignode/train.h"
#endif
#include "alignode/tree.h"
#include "cli/drawing.h"

/* ---- titles ---- */

/* The scalar at a path of keys "learning.rule", or "". A view. */
static const char *text_at(const struct aln_node *node, const char *path)
{
    char key[64];
    for (size_t n; node != NULL; path += n + 1) {
        n = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        node = aln_tree_find(node, key);
        if (path[n] == '\0')
            break;
    }
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

/* "784-" or, before a layer that looks at images, "3x32x32-"; nothing where only files tell. */
static enum aln_status add_input(struct aln_text *out, const char *path)
{
#ifdef ALN_DEEP
    struct aln_shape shape;
    void *params;
    enum aln_status status = aln_schema_load(&params, &aln_train_schema, path, 0, NULL, "train");
    if (status != ALN_OK)
        return status;
    const struct aln_train_params *p = params;
    if (aln_train_input(p, &shape)) {
        size_t pixels = shape.height * shape.width;
        if (pixels == 1 || strcmp(p->network.layers[0].kind->id.name, "dense") == 0)
            aln_text_add(out, "%zu-", shape.channels * pixels);
        else
            aln_text_add(out, "%zux%zux%zu-", shape.channels, shape.height, shape.width);
    }
    aln_schema_free(&aln_train_schema, params);
#else
    (void)out;
    (void)path;
#endif
    return ALN_OK;
}

/* "100-100-10": the sizes of the layers; and the activation of the first. */
static void add_layers(struct aln_text *out, const struct aln_node *root)
{
    const struct aln_node *network = aln_tree_find(root, "network");
    const struct aln_node *layers = network != NULL ? aln_tree_find(network, "layers") : NULL;
    const struct aln_node *first = layers != NULL ? layers->first : NULL;
    for (const struct aln_node *n = first; n != NULL; n = n->next) {
        const char *kind = n->kind == ALN_MAP && n->first != NULL ? n->first->key : "";
        const char *size = n->kind == ALN_MAP && n->first != NULL ? n->first->text : n->text;
        aln_text_add(out, "%s%s%s", n == first ? "" : "-", strcmp(kind, "dense") == 0 ? "" : kind,
                     size != NULL ? size : "");
    }
    const char *g = first != NULL && first->kind == ALN_MAP ? text_at(first, "activation") : "";
    aln_text_add(out, ", %s", g[0] != '\0' ? g : "linear");
}

/* ", then 0.001 from epoch 1", of several ", in 3 steps to 0.001 from epoch 40". What comes when
 * the run has ended is left out. */
static void add_schedule(struct aln_text *out, const struct aln_node *root)
{
    const struct aln_node *learning = aln_tree_find(root, "learning"), *last = NULL;
    const struct aln_node *all = learning != NULL ? aln_tree_find(learning, "schedule") : NULL;
    double end, epoch;
    size_t count = 0;
    if (!aln_text_real(text_at(root, "run.epochs"), &end))
        end = INFINITY;
    for (const struct aln_node *n = all != NULL ? all->first : NULL; n != NULL; n = n->next)
        if (aln_text_real(text_at(n, "epoch"), &epoch) && epoch < end) {
            last = n;
            count++;
        }
    if (count == 1)
        aln_text_add(out, ", then ");
    else if (count > 1)
        aln_text_add(out, ", in %zu steps to ", count);
    if (count > 0)
        aln_text_add(out, "%s from epoch %s", text_at(last, "rate"), text_at(last, "epoch"));
}

enum aln_status aln_drawing_describe_training(struct aln_plot_input *in)
{
    struct aln_tree *tree = NULL;
    struct aln_text title = {0}, sub = {0};
    enum aln_status status = aln_tree_read(&tree, in->path);
    if (status != ALN_OK)
        return status;
    const struct aln_node *root = aln_tree_root(tree);
    const char *noise = text_at(root, "data.label_noise");
    aln_text_add(&title, "%s", text_at(root, "title"));
    aln_text_add(&sub, "%s, ", text_at(root, "data.name"));
    status = add_input(&sub, in->path);
    add_layers(&sub, root);
    aln_text_add(&sub, ", η = %s", text_at(root, "learning.rate"));
    add_schedule(&sub, root);
    aln_text_add(&sub, ", batch %s", text_at(root, "learning.batch"));
    if (noise[0] != '\0' && strcmp(noise, "0") != 0)
        aln_text_add(&sub, ", %s of the labels random", noise);
    aln_tree_free(tree);
    in->title = title.s;
    in->subtitle = sub.s;
    return status == ALN_OK && (title.failed || sub.failed)
               ? aln_raise(ALN_MEMORY, "out of memory for a figure")
               : status;
}

/* ---- means over seeds ---- */

struct at {
    double epoch;
    size_t row;
};

static int by_epoch(const void *a, const void *b)
{
    const struct at *x = a, *y = b;
    return x->epoch != y->epoch ? (x->epoch > y->epoch) - (x->epoch < y->epoch)
                                : (x->row > y->row) - (x->row < y->row);
}

/* Mean, least and largest of the finite values of a column at one time. */
static void add_cell(struct aln_text *out, const struct aln_table *t, size_t col,
                     const struct at *at, size_t n)
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
    const double value[3] = {sum / (double)count, least, most};
    for (size_t i = 0; i < 3; i++) {
        char number[32];
        aln_text_from_real(count > 0 ? value[i] : NAN, number);
        aln_text_add(out, "\t%s", number);
    }
}

/* "epoch NAME NAME_least NAME_most ...", a line for each time.
 * Returned: *seeds  the most rows at one time */
static enum aln_status average(const struct aln_plot_input *in, struct aln_text *out, size_t *seeds)
{
    const struct aln_table *t = in->table;
    size_t col_epoch = (size_t)aln_table_column(t, "epoch");
    struct at *at = malloc((t->rows + 1) * sizeof *at);
    *seeds = 0;
    if (at == NULL)
        return aln_raise(ALN_MEMORY, "%s: out of memory for averages", in->path);
    for (size_t row = 0; row < t->rows; row++)
        at[row] = (struct at){t->value[row * t->cols + col_epoch], row};
    qsort(at, t->rows, sizeof *at, by_epoch);
    aln_text_add(out, "epoch");
    for (size_t c = 0; c < t->cols; c++)
        if (c != col_epoch)
            aln_text_add(out, "\t%s\t%s_least\t%s_most", t->name[c], t->name[c], t->name[c]);
    aln_text_add(out, "\n");
    for (size_t i = 0, n; i < t->rows; i += n) {
        char number[32];
        for (n = 1; i + n < t->rows && at[i + n].epoch == at[i].epoch;)
            n++;
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

/* ---- what the scripts want to know ---- */

/* Whether all results have the column, with a number in it. */
static bool have_column(const struct aln_drawing *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        int c = aln_table_column(t, name);
        bool finite = false;
        for (size_t row = 0; row < t->rows && c >= 0; row++)
            finite = finite || isfinite(t->value[row * t->cols + (size_t)c]);
        if (!finite)
            return false;
    }
    return true;
}

/* "first_NAME = 2, last_NAME = 4" of the columns NAME_2 .. NAME_4 that all results have; 1 and 0
 * without any. */
static void add_layer_span(struct aln_drawing *d, const char *name)
{
    enum { DEEPEST = 1000 };
    size_t first = 0, last = 0;
    char column[64];
    for (size_t l = 1; l <= DEEPEST; l++) {
        snprintf(column, sizeof column, "%s_%zu", name, l);
        if (!have_column(d, column)) {
            if (l > 1)
                break;
            continue;
        }
        first = first == 0 ? l : first;
        last = l;
    }
    aln_text_add(&d->settings, "first_%s = %zu\nlast_%s = %zu\n", name, first == 0 ? 1 : first,
                 name, last);
}

/* The rule as people write it: names of up to three letters are acronyms. Returned: out[32] */
static const char *rule_of(const struct aln_plot_input *in, char out[32])
{
    struct aln_tree *tree;
    out[0] = '\0';
    if (aln_tree_read(&tree, in->path) == ALN_OK) {
        snprintf(out, 32, "%s", text_at(aln_tree_root(tree), "learning.rule"));
        aln_tree_free(tree);
    }
    bool acronym = strlen(out) <= 3;
    for (char *c = out; *c != '\0' && acronym; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    return out;
}

/* The rule, and the file where that does not tell results apart. */
static void add_label(struct aln_drawing *d, size_t i, size_t seeds, struct aln_text *out)
{
    char rule[32], other[32];
    bool twin = false;
    rule_of(&d->input[i], rule);
    for (size_t j = 0; j < d->count; j++)
        twin = twin || (j != i && strcmp(rule, rule_of(&d->input[j], other)) == 0);
    const char *slash = strrchr(d->input[i].path, '/');
    aln_text_add(out, "%s", rule);
    if (twin)
        aln_text_add(out, " (%s)", slash == NULL ? d->input[i].path : slash + 1);
    if (seeds > 1)
        aln_text_add(out, ", mean and range of %zu seeds", seeds);
}

/* Whether the recorded times are better seen on a logarithmic axis. */
static bool is_log(const struct aln_plot_input *in)
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

static enum aln_status add_inputs(struct aln_drawing *d, bool joined)
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

enum aln_status aln_drawing_training(struct aln_drawing *d)
{
    static const char *const panels[] = {"loss", "GA", "error", "WA"};
    static const char *const columns[] = {"loss_train", "GA", "error_train", "WA"};
    const char *shown[4];
    size_t count = 0;
    enum aln_status status = add_inputs(d, false);
    if (status != ALN_OK)
        return status;
    for (size_t i = 0; i < 4; i++)
        if (have_column(d, columns[i]))
            shown[count++] = panels[i];
    if (count == 0)
        return aln_raise(ALN_USAGE, "%s: has none of loss, error, GA and WA to draw",
                         d->input[0].path);
    aln_text_add(&d->settings, "panels = %zu\n", count);
    aln_drawing_strings(&d->settings, "panel", count, shown);
    add_layer_span(d, "GA");
    add_layer_span(d, "WA");
    return ALN_OK;
}

enum aln_status aln_drawing_similarity(struct aln_drawing *d)
{
    enum aln_status status = add_inputs(d, true);
    if (status == ALN_OK)
        add_layer_span(d, "similarity");
    return status;
}

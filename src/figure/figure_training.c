/* The figure of training: its panels and their contents. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/names.h"
#include "base/failure.h"
#include "figure/columns.h"
#include "figure/training.h"
#include "params/presentation.h"

enum { PANELS = 6, PANEL_NAME = 64 };

/* One panel: a pair of columns, for test and training, or a column of the complete network and
 * those of its layers, NAME_1 or NAME_2 to NAME_L. The norms have only the latter. */
struct panel {
    char name[PANEL_NAME];
    bool pair, whole;    /* whole: all results have column NAME itself */
    size_t span[2];      /* the layers with numbers; 1 and 0 without any */
    bool empty;          /* all values are nan */
    const char *lacking; /* a result without any of these columns, or NULL */
};

static bool is_pair(const char *name)
{
    return strcmp(name, "loss") == 0 || strcmp(name, "error") == 0;
}

static void inspect(const struct aln_drawing *d, struct panel *p)
{
    char column[PANEL_NAME + 8];
    bool layers = false;
    snprintf(column, sizeof column, "%s%s", p->name, is_pair(p->name) ? "_test" : "");
    enum aln_column_state state = aln_drawing_column_state(d, column, &p->lacking);
    p->span[0] = 1;
    p->span[1] = 0;
    p->pair = is_pair(p->name);
    p->whole = state != ALN_COLUMN_ABSENT;
    if (!p->pair)
        aln_drawing_layer_columns(d, p->name, p->span, &layers);
    if (p->whole || layers)
        p->lacking = NULL;
    p->empty = state != ALN_COLUMN_FILLED &&
               (p->span[1] == 0 || d->count > 1); /* layers are shown only of a single result */
}

/* ---- refusals ---- */

/* Whether a word is nearer to one name than to another; if equally near, the longer common
 * beginning decides. */
static bool is_nearer(const char *word, const char *name, const char *other)
{
    size_t distance[2] = {aln_names_distance(name, word), aln_names_distance(other, word)};
    size_t same[2] = {0, 0};
    while (word[same[0]] != '\0' && name[same[0]] == word[same[0]])
        same[0]++;
    while (word[same[1]] != '\0' && other[same[1]] == word[same[1]])
        same[1]++;
    return distance[0] < distance[1] || (distance[0] == distance[1] && same[0] > same[1]);
}

/* Raises which columns exist, and which one may have been meant. */
static enum aln_status refuse_name(const struct aln_drawing *d, const struct panel *p)
{
    const struct aln_table *t = d->input[0].table;
    char family[PANEL_NAME], nearest[PANEL_NAME] = "", before[PANEL_NAME] = "";
    struct aln_text have = {0};
    for (size_t i = 0; i < d->count; i++)
        t = d->input[i].path == p->lacking ? d->input[i].table : t;
    for (size_t c = 0; c < t->cols; c++) {
        if (aln_figure_is_index(t->name[c]))
            continue;
        const char *offer[2] = {aln_figure_family(t->name[c], family), t->name[c]};
        for (size_t k = 0; k < 2; k++)
            if (nearest[0] == '\0' || is_nearer(p->name, offer[k], nearest))
                snprintf(nearest, sizeof nearest, "%s", offer[k]);
        bool again = strcmp(family, before) == 0;
        for (size_t b = 0; b < c && !again; b++)
            again = strcmp(aln_figure_family(t->name[b], before), family) == 0;
        if (!again)
            aln_text_add(&have, "%s%s", have.length > 0 ? ", " : "", family);
        snprintf(before, sizeof before, "%s", family);
    }
    bool near = nearest[0] != '\0' && aln_names_near(p->name, nearest);
    enum aln_status status =
        aln_raise(ALN_USAGE, "--column: %s has no '%s'%s%s%s it has %s", p->lacking, p->name,
                  near ? ", did you mean " : "", near ? nearest : "", near ? "?" : ";",
                  have.s != NULL ? have.s : "nothing to draw");
    free(have.s);
    return status;
}

/* Checks a requested panel. */
static enum aln_status check_panel(const struct aln_drawing *d, struct panel *p)
{
    if (aln_figure_is_index(p->name))
        return aln_raise(ALN_USAGE, "--column: '%s' identifies rows and cannot be drawn", p->name);
    inspect(d, p);
    if (p->lacking != NULL)
        return refuse_name(d, p);
    if (!p->whole && d->count > 1)
        return aln_raise(ALN_USAGE,
                         "--column: '%s' has one curve per layer, too many for %zu results; "
                         "expected a single layer, e.g. %s_2",
                         p->name, d->count, p->name);
    return ALN_OK;
}

/* ---- the choice ---- */

/* Adds the next panel of a list; a default one only if its columns exist.
 * Given: name  of `length` letters */
static enum aln_status add_panel(const struct aln_drawing *d, const char *name, size_t length,
                                 struct panel *panel, size_t *count)
{
    struct panel p = {.lacking = NULL};
    enum aln_status status = ALN_OK;
    snprintf(p.name, sizeof p.name, "%.*s", (int)length, name);
    if (length == 0)
        return aln_raise(ALN_USAGE, "--column: an empty name in '%.100s'", d->column);
    if (*count == PANELS)
        return aln_raise(ALN_USAGE, "--column: expected up to %d names, not '%.100s'", PANELS,
                         d->column);
    if (d->column != NULL)
        status = check_panel(d, &p);
    else
        inspect(d, &p);
    if (status == ALN_OK && p.lacking == NULL)
        panel[(*count)++] = p;
    return status;
}

/* The requested panels, or the default ones whose columns exist. */
static enum aln_status choose_panels(const struct aln_drawing *d, struct panel *panel,
                                     size_t *count)
{
    size_t length, empty = 0;
    *count = 0;
    for (const char *at = d->column != NULL ? d->column : "loss,GA,error,WA";; at += length + 1) {
        length = strcspn(at, ",");
        enum aln_status status = add_panel(d, at, length, panel, count);
        if (status != ALN_OK)
            return status;
        if (at[length] == '\0')
            break;
    }
    for (size_t i = 0; i < *count; i++)
        empty += panel[i].empty;
    if (*count == 0)
        return aln_raise(ALN_USAGE, "%s: has none of loss, error, GA and WA to draw",
                         d->input[0].path);
    if (empty == *count)
        return aln_raise(ALN_USAGE, "%s: nothing to draw: all values of %s%s are nan",
                         d->input[0].path, panel[0].name, *count > 1 ? " and the others" : "");
    return ALN_OK;
}

/* ---- over-fitting ---- */

/* The record at which over-fitting starts, from mean losses over the seeds: that of the least test
 * loss, if
 *   - it is neither the first nor one of the last two, and more than 2 % below the first, so that
 *     something has been learned before;
 *   - the rise of the test loss lasts: in the last third of the later records, and in two at least,
 *     it is more than 2 % above this minimum; and
 *   - the training loss falls by more than 2 % from there to the end.
 * Else 0. In a diverging run the training loss does not fall, in a stalled one the test loss does
 * not rise. */
static size_t overfitting_onset(const double *test, const double *train, size_t count)
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
    size_t later = count - 1 - least, judged = later / 3 > 2 ? later / 3 : 2;
    for (size_t i = count - judged; i < count; i++)
        if (test[i] <= (1 + clear) * test[least])
            return 0;
    return least;
}

/* The epoch at which over-fitting starts; 0: none. */
static enum aln_status find_overfitting(const struct aln_figure_input *in, double *out)
{
    static const char *const columns[2] = {"loss_test", "loss_train"};
    double *epoch[2] = {NULL, NULL}, *loss[2] = {NULL, NULL};
    size_t count = 0;
    enum aln_status status = ALN_OK;
    *out = 0;
    for (size_t k = 0; k < 2; k++)
        if (aln_table_column(in->table, columns[k]) < 0)
            return ALN_OK;
    for (size_t k = 0; k < 2 && status == ALN_OK; k++)
        status = aln_drawing_seed_mean(in, columns[k], &count, &epoch[k], &loss[k]);
    size_t onset = status == ALN_OK ? overfitting_onset(loss[0], loss[1], count) : 0;
    if (onset > 0)
        *out = epoch[0][onset];
    for (size_t k = 0; k < 2; k++) {
        free(epoch[k]);
        free(loss[k]);
    }
    return status;
}

/* ---- settings ---- */

/* What the axes of the panels are called, as enhanced text. */
static void add_panel_names(struct aln_text *out, const struct panel *panel, size_t count)
{
    aln_text_add(out, "array panel_name[%zu] = [", count);
    for (size_t i = 0; i < count; i++) {
        struct aln_text label = {0};
        aln_drawing_column_add_label(&label, panel[i].name);
        aln_text_add(out, i > 0 ? ", " : "");
        aln_drawing_quote(out, label.s != NULL ? label.s : "");
        out->failed = out->failed || label.failed;
        free(label.s);
    }
    aln_text_add(out, "]\n");
}

static void add_panel_settings(struct aln_text *out, const struct panel *panel, size_t count)
{
    const char *name[PANELS];
    size_t number[6][PANELS];
    static const char *const array[6] = {"panel_pair", "panel_whole", "panel_first",
                                         "panel_last", "panel_empty", "panel_class"};
    for (size_t i = 0; i < count; i++) {
        const struct panel *p = &panel[i];
        /* p_1, p_2, ... are not layers but class probabilities. */
        const size_t all[6] = {p->pair,    p->whole, p->span[0],
                               p->span[1], p->empty, strcmp(p->name, "p") == 0};
        name[i] = p->name;
        for (size_t k = 0; k < 6; k++)
            number[k][i] = all[k];
    }
    aln_text_add(out, "panels = %zu\n", count);
    aln_drawing_strings(out, "panel", count, name);
    add_panel_names(out, panel, count);
    for (size_t k = 0; k < 6; k++)
        aln_drawing_numbers(out, array[k], count, number[k]);
}

/* The range of times of all results; a logarithmic axis needs the least positive one. */
static void add_times(struct aln_drawing *d)
{
    double least[2] = {INFINITY, INFINITY}, most = 0;
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_table *t = d->input[i].table;
        size_t c = (size_t)aln_table_column(t, "epoch");
        for (size_t row = 0; row < t->rows; row++) {
            double epoch = t->value[row * t->cols + c];
            least[0] = fmin(least[0], epoch);
            least[1] = epoch > 0 ? fmin(least[1], epoch) : least[1];
            most = fmax(most, epoch);
        }
    }
    const char *const name[3] = {"t_least", "t_positive", "t_most"};
    const double value[3] = {least[0], isfinite(least[1]) ? least[1] : 1, most};
    for (size_t i = 0; i < 3; i++) {
        char number[32];
        aln_text_from_real(value[i], number);
        aln_text_add(&d->settings, "%s = real('%s')\n", name[i], number); /* not integers */
    }
}

static enum aln_status add_overfitting(struct aln_drawing *d)
{
    aln_text_add(&d->settings, "array turn[%zu] = [", d->count);
    for (size_t i = 0; i < d->count; i++) {
        char number[32];
        double epoch;
        enum aln_status status = find_overfitting(&d->input[i], &epoch);
        if (status != ALN_OK)
            return status;
        aln_text_from_real(epoch, number);
        aln_text_add(&d->settings, "%s%s", i > 0 ? ", " : "", number);
    }
    aln_text_add(&d->settings, "]\n");
    return ALN_OK;
}

/* Losses and errors can have a logarithmic axis. */
static enum aln_status check_log(const struct aln_drawing *d, const struct panel *panel,
                                 size_t count)
{
    bool pairs = false;
    for (size_t i = 0; i < count; i++)
        pairs = pairs || panel[i].pair;
    if (pairs || d->look->log == NULL || strchr(d->look->log->name, 'y') == NULL)
        return ALN_OK;
    return aln_raise(ALN_USAGE, "figure.log: without loss and error no y axis can be logarithmic");
}

static enum aln_status prepare(struct aln_drawing *d)
{
    struct panel panel[PANELS];
    size_t count = 0;
    enum aln_status status = choose_panels(d, panel, &count);
    if (status == ALN_OK)
        status = aln_drawing_seed_means(d, false);
    if (status == ALN_OK)
        status = check_log(d, panel, count);
    if (status != ALN_OK)
        return status;
    aln_drawing_survey(d, 1, panel[0].name);
    if (status == ALN_OK)
        status = aln_drawing_place_columns(d, "epoch", panel[0].name);
    add_panel_settings(&d->settings, panel, count);
    add_times(d);
    return status == ALN_OK ? add_overfitting(d) : status;
}

/* Arithmetic of columns, and other axes than time, are for the figure columns. */
static bool has_panels(const struct aln_drawing *d)
{
    return d->column == NULL || strpbrk(d->column, "+-*/^() ") == NULL;
}

const struct aln_figure aln_figure_training = {
    .id = {"training",
           "deep networks: loss, error, gradient and weight alignment over epochs; dots mark the "
           "start of over-fitting, where the test loss rises while the training loss still falls",
           "Refinetti et al., ICML 2021"},
    .column = {"seed", "epoch", "step"},
    .command = "train",
    .takes_column = true,
    .along = {"epoch", ""},
    .log = "xy",
    .worthwhile = has_panels,
    .prepare = prepare,
};

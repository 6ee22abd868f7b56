/* Time series of the engines: averaged over repeats, one data file per result. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "figure/drawing.h"

enum { POINTS = 40 }; /* simulation points per curve, so that the theory stays visible below them */

/* How a result is called in the key, and whether it is a curve or points. */
static const struct look {
    const char *command, *label;
    bool theory;
} looks[] = {
    {"ode", "theory", true}, {"chain", "overlap chain", false}, {"sgd", "simulation", false}};
static const struct look other = {"", "", false};

static const struct look *find_look(const char *command)
{
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        if (strcmp(looks[i].command, command) == 0)
            return &looks[i];
    return &other;
}

struct time_row {
    double t;
    size_t row;
};

static int by_time(const void *a, const void *b)
{
    const struct time_row *x = a, *y = b;
    return x->t != y->t ? (x->t > y->t) - (x->t < y->t) : (x->row > y->row) - (x->row < y->row);
}

/* Mean and standard error of the finite values of a column over the repeats at one time. */
static void average(const struct aln_table *t, size_t col, const struct time_row *at, size_t n,
                    double *mean, double *se)
{
    size_t count = 0;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double x = t->value[at[i].row * t->cols + col];
        if (isfinite(x)) {
            sum += x;
            count++;
        }
    }
    *mean = sum / (double)count;
    for (size_t i = 0; i < n; i++) {
        double x = t->value[at[i].row * t->cols + col];
        if (isfinite(x))
            squares += (x - *mean) * (x - *mean);
    }
    *se = count > 1 ? sqrt(squares / ((double)count * ((double)count - 1))) : 0;
}

/* What the averages show, for the settings. */
struct summary {
    size_t times, runs;
    double peak_t, peak, last; /* of the mean of cos(W2, F1) */
};

/* Averages a result over its repeats, as a table "t NAME NAME_se ..." with one row per time. */
static enum aln_status average_all(const struct aln_figure_input *in, struct aln_text *out,
                                   struct summary *sum)
{
    const struct aln_table *t = in->table;
    size_t col_t = (size_t)aln_table_column(t, "t");
    size_t col_repeat = (size_t)aln_table_column(t, "repeat");
    int col_cos = aln_table_column(t, "cos_W2_F1");
    *sum = (struct summary){.peak = -INFINITY, .last = NAN, .peak_t = NAN};
    struct time_row *at = malloc((t->rows + 1) * sizeof *at);
    if (at == NULL)
        return aln_raise(ALN_MEMORY, "%s: out of memory for averages", in->path);
    for (size_t row = 0; row < t->rows; row++) {
        at[row] = (struct time_row){t->value[row * t->cols + col_t], row};
        if (!isfinite(at[row].t)) {
            free(at);
            return aln_raise(ALN_USAGE, "%s: row %zu: t is not a number: '%.60s'", in->path,
                             row + 1, t->text[row * t->cols + col_t]);
        }
    }
    qsort(at, t->rows, sizeof *at, by_time);

    aln_text_add(out, "t");
    for (size_t c = 0; c < t->cols; c++)
        if (c != col_t && c != col_repeat)
            aln_text_add(out, "\t%s\t%s_se", t->name[c], t->name[c]);
    aln_text_add(out, "\n");
    for (size_t i = 0, n; i < t->rows; i += n) {
        char number[3][32];
        for (n = 1; i + n < t->rows && at[i + n].t == at[i].t;)
            n++;
        aln_text_from_real(at[i].t, number[0]);
        aln_text_add(out, "%s", number[0]);
        for (size_t c = 0; c < t->cols; c++) {
            double mean, se;
            if (c == col_t || c == col_repeat)
                continue;
            average(t, c, at + i, n, &mean, &se);
            aln_text_from_real(mean, number[1]);
            aln_text_from_real(se, number[2]);
            aln_text_add(out, "\t%s\t%s", number[1], number[2]);
            if ((int)c == col_cos && isfinite(mean)) {
                sum->last = mean;
                if (mean > sum->peak) {
                    sum->peak = mean;
                    sum->peak_t = at[i].t;
                }
            }
        }
        aln_text_add(out, "\n");
        sum->times++;
        sum->runs = n > sum->runs ? n : sum->runs;
    }
    free(at);
    if (sum->times == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    return ALN_OK;
}

static void add_rule(struct aln_text *out, const struct aln_figure_input *in)
{
    aln_drawing_rule(out, in->params->learning.rule->id.name);
}

static void add_label(struct aln_text *out, const struct aln_figure_input *in, size_t runs)
{
    const struct look *look = find_look(in->table->command);
    add_rule(out, in);
    aln_text_add(out, " %s", look == &other ? in->table->command : look->label);
    if (look->theory)
        return;
    aln_text_add(out, ", N = %llu", (unsigned long long)in->params->problem.inputs);
    if (runs > 1)
        aln_text_add(out, ", mean ± s.e. of %zu runs", runs);
    else
        aln_text_add(out, ", one run");
}

/* One input in the figure; numbers from 1, as gnuplot counts. */
struct series {
    char file[32];
    struct aln_text label;
    struct summary sum;
    const struct look *look;
    const struct aln_rule *rule;
    size_t rule_number; /* in order of appearance */
    size_t nth;         /* of the inputs with this rule and engine, from 0 */
    size_t colour;
};

enum { COLOURS = 7 }; /* as many as style.gp names */

/* Colour means rule. Of two results of one rule and one engine the second gets a colour of its
 * own, shared with the second result of the rule's other engines. */
static void choose_colour(struct series *s, size_t i)
{
    bool used[COLOURS] = {false};
    for (size_t j = 0; j < i; j++) {
        if (s[j].rule == s[i].rule && s[j].nth == s[i].nth) {
            s[i].colour = s[j].colour;
            return;
        }
        used[s[j].colour - 1] = true;
    }
    size_t row = 0;
    while (row < aln_rules.count && aln_names_row(&aln_rules, row) != &s[i].rule->id)
        row++;
    size_t colour = row % COLOURS;
    for (size_t tries = 0; used[colour] && tries < COLOURS; tries++)
        colour = (colour + 1) % COLOURS;
    s[i].colour = colour + 1;
}

/* Averages every input into its data file and fills s[d->count]. */
static enum aln_status make_series(struct aln_drawing *d, struct series *s)
{
    for (size_t i = 0; i < d->count; i++) {
        struct aln_text data = {0};
        enum aln_status status = average_all(&d->input[i], &data, &s[i].sum);
        snprintf(s[i].file, sizeof s[i].file, "%zu.tsv", i + 1);
        if (status == ALN_OK)
            status = aln_drawing_file(d, s[i].file, &data);
        free(data.s);
        if (status != ALN_OK)
            return status;
        s[i].look = find_look(d->input[i].table->command);
        s[i].rule = d->input[i].params->learning.rule;
        s[i].rule_number = 1;
        for (size_t j = 0; j < i; j++) {
            s[i].nth += s[j].rule == s[i].rule && s[j].look == s[i].look;
            if (s[j].rule_number >= s[i].rule_number)
                s[i].rule_number = s[j].rule_number + 1;
        }
        for (size_t j = 0; j < i; j++)
            if (s[j].rule == s[i].rule)
                s[i].rule_number = s[j].rule_number;
        choose_colour(s, i);
        add_label(&s[i].label, &d->input[i], s[i].sum.runs);
    }
    struct aln_text **label = calloc(d->count, sizeof *label);
    if (label == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for a figure's key");
    for (size_t i = 0; i < d->count; i++)
        label[i] = &s[i].label;
    enum aln_status status = aln_drawing_tell_apart(d, label);
    free(label);
    return status;
}

/* The time of an event that the ode has found, NAN when it was not asked for or did not happen. */
static double event_time(const struct aln_table *t, enum aln_event_kind kind)
{
    const char *name = aln_names_row(&aln_events, kind)->name;
    for (size_t i = 0; i < t->remarks; i++) {
        char start[64], number[32];
        double time;
        int n = snprintf(start, sizeof start, "event %s t ", name);
        if (strncmp(t->remark[i], start, (size_t)n) != 0)
            continue;
        snprintf(number, sizeof number, "%.*s", (int)strcspn(t->remark[i] + n, " "),
                 t->remark[i] + n);
        if (aln_text_real(number, &time))
            return time;
    }
    return NAN;
}

static void add_time(struct aln_text *out, const char *name, double t)
{
    char number[32];
    aln_text_from_real(t > 0 ? t : 0, number);
    aln_text_add(out, "%s = %s\n", name, number);
}

/* Where alignment ends and memorising begins: the peak of cos(W2, F1) of the first result that has
 * one and clearly falls behind it; theory before simulation, and as the ode found it where it was
 * asked to. Rules that do not use F1 have none. */
static void add_peak(struct aln_drawing *d, const struct series *s)
{
    static const double clearly = 0.005;
    size_t at = d->count;
    for (int theory = 0; theory < 2; theory++)
        for (size_t i = d->count; i-- > 0;)
            if (s[i].look->theory == theory && s[i].rule->random && s[i].sum.peak_t > 0 &&
                s[i].sum.peak - s[i].sum.last > clearly)
                at = i;
    char number[2][32] = {"0", "0"};
    double peak = 0;
    if (at < d->count) {
        double found = event_time(d->input[at].table, ALN_EVENT_COS_MAXIMUM);
        peak = found > 0 ? found : s[at].sum.peak_t;
        aln_text_from_real(s[at].sum.peak, number[0]);
        aln_text_from_real(s[at].sum.last, number[1]);
    }
    aln_text_add(&d->settings, "peaks = %d\npeak_cos = %s\nlast_cos = %s\n", at < d->count,
                 number[0], number[1]);
    add_time(&d->settings, "peak", peak);
}

/* The plateau and what follows, of the first result whose events tell them; 0: unknown. */
static void add_phases(struct aln_drawing *d)
{
    double entered = NAN, left = NAN, exponential = NAN;
    size_t i = 0;
    for (; i < d->count && isnan(entered); i++) {
        const struct aln_table *t = d->input[i].table;
        entered = event_time(t, ALN_EVENT_PLATEAU_ENTERED);
        left = event_time(t, ALN_EVENT_PLATEAU_LEFT);
        exponential = event_time(t, ALN_EVENT_EXPONENTIAL);
    }
    aln_text_add(&d->settings, "phases_of = %zu\n", i);
    add_time(&d->settings, "plateau_entered", entered);
    add_time(&d->settings, "plateau_left", left);
    add_time(&d->settings, "exponential", exponential);
}

static void add_indices(struct aln_text *out, const char *name, const struct series *s,
                        size_t count, bool theory, size_t *scratch)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (s[i].look->theory == theory)
            scratch[n++] = i + 1;
    aln_drawing_numbers(out, name, n, scratch);
}

static enum aln_status add_series(struct aln_drawing *d, const struct series *s)
{
    size_t n = d->count, rules = 0;
    const char **text = calloc(n, sizeof *text);
    size_t *number = calloc(n, sizeof *number);
    struct aln_text *name = calloc(n, sizeof *name), *out = &d->settings;
    bool failed = text == NULL || number == NULL || name == NULL;
    if (failed)
        goto out;
    aln_text_add(out, "log_t = %d\n",
                 d->input[0].params->run.record.spacing == ALN_LOG &&
                     d->input[0].params->run.time > 0);
#define NUMBERS(key, value)                                                                        \
    do {                                                                                           \
        for (size_t i = 0; i < n; i++)                                                             \
            number[i] = value;                                                                     \
        aln_drawing_numbers(out, key, n, number);                                                  \
    } while (0)
    for (size_t i = 0; i < n; i++)
        text[i] = s[i].file;
    aln_drawing_strings(out, "file", n, text);
    for (size_t i = 0; i < n; i++)
        text[i] = s[i].label.s;
    aln_drawing_strings(out, "label", n, text);
    NUMBERS("colour", s[i].colour);
    NUMBERS("shape", (size_t)(s[i].look - looks < 3 ? s[i].look - looks : 3) + 1);
    NUMBERS("rule", s[i].rule_number);
    /* Every step-th time is drawn; two simulations of one rule take turns. */
    NUMBERS("step", (s[i].sum.times + POINTS - 1) / POINTS);
    NUMBERS("offset", s[i].look == &looks[1] ? (s[i].sum.times + POINTS - 1) / POINTS / 2 : 0);
    for (size_t i = 0; i < n; i++)
        if (s[i].rule_number > rules) {
            add_rule(&name[rules], &d->input[i]);
            failed = failed || name[rules].failed;
            text[rules] = name[rules].s;
            rules++;
        }
    if (!failed) {
        aln_text_add(out, "rules = %zu\n", rules);
        aln_drawing_strings(out, "rule_name", rules, text);
    }
    size_t theories = 0;
    for (size_t i = 0; i < n; i++)
        theories += s[i].look->theory;
    aln_text_add(out, "theories = %zu\nsimulations = %zu\n", theories, n - theories);
    add_indices(out, "theory", s, n, true, number);
    add_indices(out, "simulation", s, n, false, number);
    add_peak(d, s);
    add_phases(d);
    size_t laws = 0;
    for (size_t i = 0; i < n; i++)
        if (aln_table_column(d->input[i].table, "law_cos_W2_F1") >= 0)
            number[laws++] = i + 1;
    aln_text_add(out, "laws = %zu\n", laws);
    aln_drawing_numbers(out, "law", laws, number);
    for (size_t i = 0; i < n; i++)
        free(name[i].s);
out:
    free(name);
    free(number);
    free(text);
    return failed ? aln_raise(ALN_MEMORY, "out of memory for a figure") : ALN_OK;
}

enum aln_status aln_drawing_series(struct aln_drawing *d)
{
    struct series *s = calloc(d->count, sizeof *s);
    if (s == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    enum aln_status status = make_series(d, s);
    if (status == ALN_OK)
        status = add_series(d, s);
    for (size_t i = 0; i < d->count; i++)
        free(s[i].label.s);
    free(s);
    return status;
}

/* "Q_1_2" of family "Q" gives the indices 1, 2. */
static bool parse_entry(const char *name, const char *family, unsigned at[2])
{
    char again[64];
    size_t n = strlen(family);
    if (strncmp(name, family, n) != 0 || sscanf(name + n, "_%4u_%4u", &at[0], &at[1]) != 2)
        return false;
    snprintf(again, sizeof again, "%s_%u_%u", family, at[0], at[1]);
    return strcmp(name, again) == 0;
}

/* The names and symbols of the entries of Q, R and W2 that all results have; family f's begin at
 * entry_first[f]. */
enum aln_status aln_drawing_overlaps(struct aln_drawing *d)
{
    static const char *const families[] = {"Q", "R", "W2"};
    const struct aln_table *t = d->input[0].table;
    enum aln_status status = aln_drawing_series(d);
    if (status != ALN_OK)
        return status;
    struct aln_text names = {0}, symbols = {0};
    size_t n = 0, first[4];
    for (size_t f = 0; f < 3; f++) {
        first[f] = n + 1;
        for (size_t c = 0; c < t->cols; c++) {
            unsigned at[2];
            bool everywhere = parse_entry(t->name[c], families[f], at);
            for (size_t i = 1; i < d->count && everywhere; i++)
                everywhere = aln_table_column(d->input[i].table, t->name[c]) >= 0;
            if (!everywhere)
                continue;
            const char *comma = at[0] > 9 || at[1] > 9 ? "," : "";
            aln_text_add(&names, "%s'%s'", n > 0 ? ", " : "", t->name[c]);
            aln_text_add(&symbols, "%s'%s_{%u%s%u}'", n > 0 ? ", " : "", families[f], at[0], comma,
                         at[1]); /* in gnuplot's markup */
            n++;
        }
    }
    first[3] = n + 1;
    bool failed = names.failed || symbols.failed;
    if (!failed) {
        aln_text_add(&d->settings, "array entry[%zu] = [%s]\narray symbol[%zu] = [%s]\n", n,
                     names.s, n, symbols.s);
        aln_drawing_numbers(&d->settings, "entry_first", 4, first);
    }
    free(names.s);
    free(symbols.s);
    return failed ? aln_raise(ALN_MEMORY, "out of memory for a figure") : ALN_OK;
}

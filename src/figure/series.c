/* Time series of the engines, averaged over repeats, one data file per result. */
#include "figure/series.h"
#include "base/failure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"

/* ---- means over repeats ---- */

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

/* The rows of a result in order of time.  Returned: *out  yours */
static enum aln_status sort_rows(const struct aln_figure_input *in, struct time_row **out)
{
    const struct aln_table *t = in->table;
    size_t col_t = (size_t)aln_table_column(t, "t");
    struct time_row *at = malloc((t->rows + 1) * sizeof *at);
    *out = NULL;
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
    *out = at;
    return ALN_OK;
}

static bool is_averaged(const struct aln_table *t, size_t col)
{
    return strcmp(t->name[col], "t") != 0 && strcmp(t->name[col], "repeat") != 0;
}

static void note_peak(struct summary *sum, double t, double cosine)
{
    if (!isfinite(cosine))
        return;
    sum->last = cosine;
    if (cosine > sum->peak) {
        sum->peak = cosine;
        sum->peak_t = t;
    }
}

/* The line of one time, that of rows at[0] ... at[n - 1]. */
static void add_means(struct aln_text *out, const struct aln_table *t, const struct time_row *at,
                      size_t n, struct summary *sum)
{
    char number[3][32];
    aln_text_from_real(at[0].t, number[0]);
    aln_text_add(out, "%s", number[0]);
    for (size_t c = 0; c < t->cols; c++) {
        double mean, se;
        if (!is_averaged(t, c))
            continue;
        average(t, c, at, n, &mean, &se);
        aln_text_from_real(mean, number[1]);
        aln_text_from_real(se, number[2]);
        aln_text_add(out, "\t%s\t%s", number[1], number[2]);
        if (strcmp(t->name[c], "cos_W2_F1") == 0)
            note_peak(sum, at[0].t, mean);
    }
    aln_text_add(out, "\n");
    sum->times++;
    sum->runs = n > sum->runs ? n : sum->runs;
}

/* Averages a result over its repeats, as a table "t NAME NAME_se ..." with one row per time. */
static enum aln_status average_all(const struct aln_figure_input *in, struct aln_text *out,
                                   struct summary *sum)
{
    const struct aln_table *t = in->table;
    struct time_row *at;
    *sum = (struct summary){.peak = -INFINITY, .last = NAN, .peak_t = NAN};
    enum aln_status status = sort_rows(in, &at);
    if (status != ALN_OK)
        return status;
    aln_text_add(out, "t");
    for (size_t c = 0; c < t->cols; c++)
        if (is_averaged(t, c))
            aln_text_add(out, "\t%s\t%s_se", t->name[c], t->name[c]);
    aln_text_add(out, "\n");
    for (size_t i = 0, n; i < t->rows; i += n) {
        for (n = 1; i + n < t->rows && at[i + n].t == at[i].t;)
            n++;
        add_means(out, t, at + i, n, sum);
    }
    free(at);
    return ALN_OK;
}

/* ---- one result in the figure ---- */

/* How results of a command are called in the key; theory is drawn as a curve, others as points. */
static const struct look {
    const char *command, *label;
    bool theory;
} looks[] = {
    {"ode", "theory", true}, {"chain", "overlap chain", false}, {"sgd", "simulation", false}};
enum { LOOKS = sizeof looks / sizeof looks[0], CHAIN = 1 };

/* Row of looks[]; LOOKS: another command. */
static size_t look_of(const char *command)
{
    size_t look = 0;
    while (look < LOOKS && strcmp(looks[look].command, command) != 0)
        look++;
    return look;
}

/* Numbers count from 1, as gnuplot does. */
struct series {
    char file[32];
    struct aln_text label;
    struct summary sum;
    bool theory;
    const struct aln_rule *rule;
    size_t rule_number; /* in order of appearance */
    size_t nth;         /* of the inputs with this rule and engine, from 0 */
    size_t colour;
    size_t shape;        /* by engine */
    size_t step, offset; /* every step-th time is drawn, from this one on */
};

static void add_label(struct aln_text *out, const struct aln_figure_input *in, size_t runs)
{
    size_t look = look_of(in->table->command);
    aln_drawing_rule(out, in->params->learning.rule->id.name);
    aln_text_add(out, " %s", look < LOOKS ? looks[look].label : in->table->command);
    if (look < LOOKS && looks[look].theory)
        return;
    aln_text_add(out, ", N = %llu", (unsigned long long)in->params->problem.inputs);
    if (runs > 1)
        aln_text_add(out, ", mean ± s.e. of %zu runs", runs);
    else
        aln_text_add(out, ", one run");
}

enum { COLOURS = 7 }; /* as many as style.gp names */

/* One colour per rule. A second result of the same rule and engine gets a colour of its own, shared
 * with the second results of the rule's other engines. */
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

/* Sets the rule's number, and how many of its results by this engine precede series i. */
static void number_rule(struct series *s, size_t i)
{
    s[i].rule_number = 1;
    for (size_t j = 0; j < i; j++) {
        s[i].nth += s[j].rule == s[i].rule && s[j].shape == s[i].shape;
        if (s[j].rule_number >= s[i].rule_number)
            s[i].rule_number = s[j].rule_number + 1;
    }
    for (size_t j = 0; j < i; j++)
        if (s[j].rule == s[i].rule)
            s[i].rule_number = s[j].rule_number;
}

/* The appearance of series i; points of chain and sgd alternate. */
static void choose_look(const struct aln_drawing *d, struct series *s, size_t i)
{
    enum { POINTS = 40 }; /* of a simulation, so that the theory stays visible below them */
    size_t look = look_of(d->input[i].table->command);
    s[i].theory = look < LOOKS && looks[look].theory;
    s[i].rule = d->input[i].params->learning.rule;
    s[i].shape = look + 1;
    s[i].step = (s[i].sum.times + POINTS - 1) / POINTS;
    s[i].offset = look == CHAIN ? s[i].step / 2 : 0;
    number_rule(s, i);
    choose_colour(s, i);
}

/* Averages input i into its data file and fills s[i]. */
static enum aln_status make_one(struct aln_drawing *d, struct series *s, size_t i)
{
    struct aln_text data = {0};
    enum aln_status status = average_all(&d->input[i], &data, &s[i].sum);
    snprintf(s[i].file, sizeof s[i].file, "%zu.tsv", i + 1);
    if (status == ALN_OK)
        status = aln_drawing_file(d, s[i].file, &data);
    free(data.s);
    if (status != ALN_OK)
        return status;
    choose_look(d, s, i);
    add_label(&s[i].label, &d->input[i], s[i].sum.runs);
    return ALN_OK;
}

/* Returned: s[d->count] */
static enum aln_status make_series(struct aln_drawing *d, struct series *s)
{
    for (size_t i = 0; i < d->count; i++) {
        enum aln_status status = make_one(d, s, i);
        if (status != ALN_OK)
            return status;
    }
    struct aln_text **label = calloc(d->count, sizeof *label);
    if (label == NULL)
        return aln_raise_memory("a figure's key");
    for (size_t i = 0; i < d->count; i++)
        label[i] = &s[i].label;
    enum aln_status status = aln_drawing_tell_apart(d, label);
    free(label);
    return status;
}

/* ---- marks at times ---- */

/* The time of an event found by the ode; NAN if not requested or not found. */
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

/* Where alignment ends and memorising begins: the peak of cos(W2, F1), from the first result that
 * has one and clearly falls after it, theory before simulation. The ode's event, if requested, is
 * more accurate than the recorded maximum. Rules that do not use F1 have no peak. */
static void add_peak(struct aln_drawing *d, const struct series *s)
{
    static const double clearly = 0.005;
    size_t at = d->count;
    for (int theory = 0; theory < 2; theory++)
        for (size_t i = d->count; i-- > 0;)
            if (s[i].theory == theory && s[i].rule->random && s[i].sum.peak_t > 0 &&
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

/* The plateau and the phase after it, from the first result with these events; 0: unknown. */
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

/* ---- settings ---- */

/* Arrays with a number for each series. */
static const struct {
    const char *name;
    size_t at;
} numbers[] = {
    {"colour", offsetof(struct series, colour)},    {"shape", offsetof(struct series, shape)},
    {"rule", offsetof(struct series, rule_number)}, {"step", offsetof(struct series, step)},
    {"offset", offsetof(struct series, offset)},
};

/* Work space for settings of each series. */
struct scratch {
    const char **text;     /* [count] */
    size_t *number;        /* [count] */
    struct aln_text *name; /* [count], of the rules */
};

static void add_looks(struct aln_drawing *d, const struct series *s, struct scratch *room)
{
    for (size_t i = 0; i < d->count; i++)
        room->text[i] = s[i].file;
    aln_drawing_strings(&d->settings, "file", d->count, room->text);
    for (size_t i = 0; i < d->count; i++)
        room->text[i] = s[i].label.s;
    aln_drawing_strings(&d->settings, "label", d->count, room->text);
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        for (size_t i = 0; i < d->count; i++)
            room->number[i] = *(const size_t *)((const char *)&s[i] + numbers[k].at);
        aln_drawing_numbers(&d->settings, numbers[k].name, d->count, room->number);
    }
}

/* The rules in order of appearance. */
static enum aln_status add_rules(struct aln_drawing *d, const struct series *s,
                                 struct scratch *room)
{
    size_t rules = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (s[i].rule_number <= rules)
            continue;
        aln_drawing_rule(&room->name[rules], s[i].rule->id.name);
        if (room->name[rules].failed)
            return aln_raise_memory("a figure");
        room->text[rules] = room->name[rules].s;
        rules++;
    }
    aln_text_add(&d->settings, "rules = %zu\n", rules);
    aln_drawing_strings(&d->settings, "rule_name", rules, room->text);
    return ALN_OK;
}

/* "NAME[...]": the series that are theory, or those that are not. */
static void add_indices(struct aln_drawing *d, const char *name, const struct series *s,
                        bool theory, struct scratch *room)
{
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++)
        if (s[i].theory == theory)
            room->number[n++] = i + 1;
    aln_drawing_numbers(&d->settings, name, n, room->number);
}

static void add_theories(struct aln_drawing *d, const struct series *s, struct scratch *room)
{
    size_t theories = 0;
    for (size_t i = 0; i < d->count; i++)
        theories += s[i].theory;
    aln_text_add(&d->settings, "theories = %zu\nsimulations = %zu\n", theories,
                 d->count - theories);
    add_indices(d, "theory", s, true, room);
    add_indices(d, "simulation", s, false, room);
}

/* The results that include the early law. */
static void add_laws(struct aln_drawing *d, struct scratch *room)
{
    size_t laws = 0;
    for (size_t i = 0; i < d->count; i++)
        if (aln_table_column(d->input[i].table, "law_cos_W2_F1") >= 0)
            room->number[laws++] = i + 1;
    aln_text_add(&d->settings, "laws = %zu\n", laws);
    aln_drawing_numbers(&d->settings, "law", laws, room->number);
}

static enum aln_status add_series(struct aln_drawing *d, const struct series *s)
{
    struct scratch room = {calloc(d->count, sizeof *room.text),
                           calloc(d->count, sizeof *room.number),
                           calloc(d->count, sizeof *room.name)};
    const struct aln_params *first = d->input[0].params;
    enum aln_status status = ALN_OK;
    if (room.text == NULL || room.number == NULL || room.name == NULL)
        status = aln_raise_memory("a figure");
    if (status == ALN_OK) {
        aln_text_add(&d->settings, "log_t = %d\n",
                     first->run.record.spacing == ALN_LOG && first->run.time > 0);
        add_looks(d, s, &room);
        status = add_rules(d, s, &room);
    }
    if (status == ALN_OK) {
        add_theories(d, s, &room);
        add_peak(d, s);
        add_phases(d);
        add_laws(d, &room);
    }
    for (size_t i = 0; i < d->count && room.name != NULL; i++)
        free(room.name[i].s);
    free(room.name);
    free(room.number);
    free(room.text);
    return status;
}

enum aln_status aln_drawing_series(struct aln_drawing *d)
{
    struct series *s = calloc(d->count, sizeof *s);
    if (s == NULL)
        return aln_raise_memory("a figure");
    enum aln_status status = make_series(d, s);
    if (status == ALN_OK)
        status = add_series(d, s);
    for (size_t i = 0; i < d->count; i++)
        free(s[i].label.s);
    free(s);
    return status;
}

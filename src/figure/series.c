/* Time series of the engines, averaged over repeats, one data file per result. */
#include "figure/series.h"
#include "base/failure.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "figure/look.h"
#include "figure/refine.h"

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
static enum aln_status sort_rows(const struct aln_figure_input *in, const struct aln_table *t,
                                 struct time_row **out)
{
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

/* The standard error that a result of means brings along, in a column se_NAME; NaN: none. */
static double given_error(const struct aln_table *t, size_t col, size_t row)
{
    char name[64];
    snprintf(name, sizeof name, "se_%.60s", t->name[col]);
    int at = aln_table_column(t, name);
    return at >= 0 ? t->value[row * t->cols + (size_t)at] : NAN;
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
        if (n == 1 && !isnan(given_error(t, c, at[0].row)))
            se = given_error(t, c, at[0].row);
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

/* The runs that a result's rows are means of: those at one time, unless they are means already. */
static size_t runs_of(const struct aln_figure_input *in, size_t at_one_time)
{
    return aln_table_column(in->table, "se_eg") >= 0 ? (size_t)in->params->run.repeats
                                                     : at_one_time;
}

/* Averages a result over its repeats, as a table "t NAME NAME_se ..." with one row per time. */
static enum aln_status average_all(const struct aln_figure_input *in, struct aln_text *out,
                                   struct summary *sum)
{
    const struct aln_table *t = in->dense != NULL ? in->dense : in->table;
    struct time_row *at;
    *sum = (struct summary){.peak = -INFINITY, .last = NAN, .peak_t = NAN};
    enum aln_status status = sort_rows(in, t, &at);
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
    sum->runs = runs_of(in, sum->runs);
    free(at);
    return ALN_OK;
}

/* ---- one result in the figure ---- */

/* How results of a command are called in the key; theory is drawn as a curve, others as points. */
static const struct look {
    const char *command, *label;
} looks[] = {{"ode", "theory"}, {"chain", "overlap chain"}, {"sgd", "simulation"}};
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
    const struct aln_legend_entry *legend;
    bool theory;
    size_t problem, colour, dash; /* as in the legend */
    size_t shape;                 /* by engine */
    size_t step, offset;          /* every step-th time is drawn, from this one on */
};

static void add_label(struct aln_text *out, const struct aln_figure_input *in,
                      const struct series *s)
{
    size_t look = look_of(in->table->command);
    char runs[64] = "";
    if (!s->theory)
        snprintf(runs, sizeof runs, s->sum.runs > 1 ? "mean ± s.e. of %zu runs" : "one run",
                 s->sum.runs);
    aln_drawing_legend_label(out, s->legend, look < LOOKS ? looks[look].label : in->table->command,
                             runs);
}

/* The appearance of series i; points of chain and sgd alternate. */
static void choose_look(const struct aln_drawing *d, struct series *s, size_t i)
{
    enum { POINTS = 40 }; /* of a simulation, so that the theory stays visible below them */
    size_t look = look_of(d->input[i].table->command);
    const struct aln_legend_entry *legend = s[i].legend = &d->legend.entry[i];
    s[i].theory = legend->theory;
    s[i].problem = legend->alike;
    s[i].colour = legend->colour;
    s[i].dash = legend->dash;
    s[i].shape = look + 1;
    s[i].step = (s[i].sum.times + POINTS - 1) / POINTS;
    s[i].offset = look == CHAIN ? s[i].step / 2 : 0;
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
    add_label(&s[i].label, &d->input[i], &s[i]);
    return s[i].label.failed ? aln_raise_memory("a figure's key") : ALN_OK;
}

/* Returned: s[d->count] */
static enum aln_status make_series(struct aln_drawing *d, struct series *s)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = make_one(d, s, i);
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

static bool aligns(const struct series *s)
{
    return s->legend != NULL && s->legend->of != NULL && s->legend->of->random;
}

/* Whether all curves that align have one problem and start, so that one line divides their phases:
 * a line for the first of several curves would be wrong for the others. */
static bool have_one_peak(const struct aln_drawing *d, const struct series *s)
{
    size_t theories = 0, problem = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (!aligns(&s[i]))
            continue;
        if (problem != 0 && s[i].problem != problem)
            return false;
        problem = s[i].problem;
        theories += s[i].theory;
    }
    return problem != 0 && theories < 2;
}

/* Where a result stops aligning and begins to memorise: the peak of cos(W2, F1), if the cosine
 * clearly falls after it; the ode's event, if requested, is more accurate than the recorded maximum.
 * Returned: 0 if there is none */
static double peak_of(const struct aln_drawing *d, const struct series *s, size_t i)
{
    static const double clearly = 0.005;
    if (!aligns(&s[i]) || !(s[i].sum.peak_t > 0) || !(s[i].sum.peak - s[i].sum.last > clearly))
        return 0;
    double found = event_time(d->input[i].table, ALN_EVENT_COS_MAXIMUM);
    return found > 0 ? found : s[i].sum.peak_t;
}

/* The result whose peak is marked, theory before simulation; d->count: none. */
static size_t find_peak(const struct aln_drawing *d, const struct series *s)
{
    for (int theory = 1; theory >= 0 && have_one_peak(d, s); theory--)
        for (size_t i = 0; i < d->count; i++)
            if (s[i].theory == theory && peak_of(d, s, i) > 0)
                return i;
    return d->count;
}

static void add_peak(struct aln_drawing *d, const struct series *s)
{
    size_t at = find_peak(d, s);
    bool some = at < d->count;
    char number[2][32] = {"0", "0"};
    if (some) {
        aln_text_from_real(s[at].sum.peak, number[0]);
        aln_text_from_real(s[at].sum.last, number[1]);
    }
    aln_text_add(&d->settings, "peaks = %d\npeak_series = %zu\npeak_cos = %s\nlast_cos = %s\n",
                 some, some ? at + 1 : 1, number[0], number[1]);
    add_time(&d->settings, "peak", some ? peak_of(d, s, at) : 0);
}

/* The plateau and the phase after it, from the only result with these events; 0: unknown. */
static void add_phases(struct aln_drawing *d)
{
    const struct aln_table *t = NULL;
    size_t of = 0, found = 0;
    for (size_t i = 0; i < d->count; i++)
        if (!isnan(event_time(d->input[i].table, ALN_EVENT_PLATEAU_ENTERED))) {
            of = i + 1;
            found++;
        }
    if (found == 1)
        t = d->input[of - 1].table;
    aln_text_add(&d->settings, "phases_of = %zu\n", t != NULL ? of : 1);
    add_time(&d->settings, "plateau_entered",
             t != NULL ? event_time(t, ALN_EVENT_PLATEAU_ENTERED) : NAN);
    add_time(&d->settings, "plateau_left", t != NULL ? event_time(t, ALN_EVENT_PLATEAU_LEFT) : NAN);
    add_time(&d->settings, "exponential", t != NULL ? event_time(t, ALN_EVENT_EXPONENTIAL) : NAN);
}

/* ---- settings ---- */

/* Arrays with a number for each series. */
static const struct {
    const char *name;
    size_t at;
} numbers[] = {
    {"colour", offsetof(struct series, colour)}, {"shape", offsetof(struct series, shape)},
    {"dash", offsetof(struct series, dash)},     {"problem", offsetof(struct series, problem)},
    {"step", offsetof(struct series, step)},     {"offset", offsetof(struct series, offset)},
};

/* Work space for settings of each series. */
struct scratch {
    const char **text;     /* [count] */
    size_t *number;        /* [count] */
    struct aln_text *name; /* [count], of the problems */
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

/* The different problems, in order of appearance, by what distinguishes them. */
static enum aln_status add_problems(struct aln_drawing *d, struct scratch *room)
{
    size_t count = 0;
    for (size_t i = 0; i < d->count; i++) {
        const struct aln_legend_entry *e = &d->legend.entry[i];
        if (e->alike <= count)
            continue;
        bool both = e->rule[0] != '\0' && e->problem.length > 0;
        aln_text_add(&room->name[count], "%s%s%s", e->rule, both ? ", " : "",
                     e->problem.s != NULL ? e->problem.s : "");
        if (room->name[count].failed)
            return aln_raise_memory("a figure");
        room->text[count] = room->name[count].s != NULL ? room->name[count].s : "";
        count++;
    }
    aln_text_add(&d->settings, "problems = %zu\n", count);
    aln_drawing_strings(&d->settings, "problem_name", count, room->text);
    return ALN_OK;
}

/* The first positive time of all results, and the last; unless there are two there is no logarithmic
 * axis, and theory is drawn as points. */
static void add_times(struct aln_drawing *d)
{
    double first = INFINITY, last = 0;
    for (size_t i = 0; i < d->count; i++)
        for (size_t row = 0; row < d->input[i].table->rows; row++) {
            double t = aln_figure_value(d->input[i].table, row, "t");
            first = t > 0 && t < first ? t : first;
            last = t > last ? t : last;
        }
    const struct aln_params *of = d->input[0].params;
    aln_text_add(&d->settings, "log_t = %d\nalone = %d\n",
                 of->run.record.spacing == ALN_LOG && last > first, !(last > first));
    first = isfinite(first) ? first : 1;
    add_time(&d->settings, "t_from", first);
    add_time(&d->settings, "t_to", last > first ? last : 2 * first);
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

/* What some results hold besides: the early law, the spread of single runs as theory predicts it, the
 * cosine of updates. */
static const struct {
    const char *count, *name, *column;
} extras[] = {{"laws", "law", "law_cos_W2_F1"},
              {"spreads", "spread", "bias_eg"},
              {"updates", "update", "UA"}};

/* "laws = 2", "array law[2] = [1, 3]": the results with each of these. */
static void add_extras(struct aln_drawing *d, struct scratch *room)
{
    for (size_t k = 0; k < sizeof extras / sizeof extras[0]; k++) {
        size_t n = 0;
        for (size_t i = 0; i < d->count; i++)
            if (aln_table_column(d->input[i].table, extras[k].column) >= 0)
                room->number[n++] = i + 1;
        aln_text_add(&d->settings, "%s = %zu\n", extras[k].count, n);
        aln_drawing_numbers(&d->settings, extras[k].name, n, room->number);
    }
}

/* What the key calls the spread of single runs, with their N if all have the same. */
static void add_spread_label(struct aln_drawing *d)
{
    uint64_t N = 0;
    size_t sizes = 0;
    for (size_t i = 0; i < d->count; i++) {
        uint64_t its = d->input[i].params->problem.inputs;
        if (aln_table_column(d->input[i].table, "bias_eg") < 0 || its == N)
            continue;
        N = its;
        sizes++;
    }
    aln_text_add(&d->settings, "spread_label = '± s.d. of single runs");
    if (sizes == 1)
        aln_text_add(&d->settings, " at N = %" PRIu64, N);
    aln_text_add(&d->settings, "'\n");
}

/* Until when the early law of each result is drawn, 0: to its end. */
static void add_laws(struct aln_drawing *d, const struct series *s)
{
    aln_text_add(&d->settings, "array law_until[%zu] = [", d->count);
    for (size_t i = 0; i < d->count; i++) {
        char number[32];
        aln_text_from_real(peak_of(d, s, i), number);
        aln_text_add(&d->settings, "%s%s", i > 0 ? ", " : "", number);
    }
    aln_text_add(&d->settings, "]\n");
}

static enum aln_status add_series(struct aln_drawing *d, const struct series *s)
{
    struct scratch room = {calloc(d->count + 1, sizeof *room.text),
                           calloc(d->count + 1, sizeof *room.number),
                           calloc(d->count + 1, sizeof *room.name)};
    enum aln_status status = ALN_OK;
    if (room.text == NULL || room.number == NULL || room.name == NULL)
        status = aln_raise_memory("a figure");
    if (status == ALN_OK) {
        add_looks(d, s, &room);
        status = aln_drawing_look_labels(d, "label", d->count);
    }
    if (status == ALN_OK) {
        status = add_problems(d, &room);
    }
    if (status == ALN_OK) {
        add_times(d);
        add_theories(d, s, &room);
        add_peak(d, s);
        add_phases(d);
        add_extras(d, &room);
        add_spread_label(d);
        add_laws(d, s);
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
    struct series *s = calloc(d->count + 1, sizeof *s);
    if (s == NULL)
        return aln_raise_memory("a figure");
    enum aln_status status = aln_drawing_refine(d);
    if (status == ALN_OK)
        status = make_series(d, s);
    if (status == ALN_OK)
        status = add_series(d, s);
    if (status == ALN_OK)
        status = aln_drawing_legend_tell(d);
    for (size_t i = 0; i < d->count; i++)
        free(s[i].label.s);
    free(s);
    return status;
}

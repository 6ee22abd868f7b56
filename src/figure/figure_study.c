/* Figures of studies. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/drawing.h"

/* The numbers of the columns wanted, which the table has. */
static void find_columns(const struct aln_table *t, size_t count, const char *const *name,
                         size_t *column)
{
    for (size_t i = 0; i < count; i++)
        column[i] = (size_t)aln_table_column(t, name[i]);
}

static enum aln_status no_memory(void)
{
    return aln_raise(ALN_MEMORY, "out of memory for a figure");
}

/* ---- degeneracy ---- */

enum { REACHED, SIGN_F1, SIGN_START, LEAST_F1, JUDGED };
static const char *const judged[JUDGED] = {"reached", "sign_F1", "sign_start", "least_F1"};

/* Of one rule. */
struct drawn_counts {
    struct aln_text name, agree[2]; /* as the panels say it */
    size_t counted, count[2];
};

/* The place of a row's rule in the study's list. */
static size_t rule_of(const struct aln_params *p, const struct aln_table *t, size_t row)
{
    const char *name = t->text[row * t->cols + (size_t)aln_table_column(t, "rule")];
    size_t r = 0;
    while (r + 1 < p->degeneracy.rule_count &&
           strcmp(aln_names_row(&aln_rules, p->degeneracy.rule[r])->name, name) != 0)
        r++;
    return r;
}

/* The lines "rule reached F1 start W2", one for each entry of the read-out. */
static void add_entries(struct aln_text *out, const struct aln_params *p, const struct aln_table *t,
                        size_t row)
{
    static const char *const families[3] = {"F1", "start_W2", "W2"};
    const double *value = t->value + row * t->cols;
    for (size_t k = 1; k <= p->problem.student.units; k++)
        for (size_t o = 1; o <= p->problem.outputs; o++) {
            aln_text_add(out, "%zu\t%d", rule_of(p, t, row) + 1,
                         value[aln_table_column(t, "reached")] != 0);
            for (size_t f = 0; f < 3; f++) {
                char name[32], number[32];
                snprintf(name, sizeof name, "%s_%zu_%zu", families[f], f == 0 ? k : o,
                         f == 0 ? o : k);
                int column = aln_table_column(t, name);
                aln_text_from_real(column >= 0 ? value[column] : NAN, number);
                aln_text_add(out, "\t%s", number);
            }
            aln_text_add(out, "\n");
        }
}

static void count_row(const struct aln_params *p, const struct aln_table *t, size_t row,
                      struct drawn_counts *tally)
{
    size_t column[JUDGED];
    const double *value = t->value + row * t->cols;
    struct drawn_counts *of = &tally[rule_of(p, t, row)];
    find_columns(t, JUDGED, judged, column);
    if (value[column[LEAST_F1]] < p->degeneracy.least_feedback)
        return;
    of->counted++;
    for (size_t i = 0; i < 2; i++)
        of->count[i] += value[column[REACHED]] != 0 && value[column[SIGN_F1 + i]] != 0;
}

static enum aln_status add_rules(struct aln_drawing *d, struct drawn_counts *tally)
{
    const struct aln_params *p = d->input[0].params;
    static const char *const arrays[3] = {"rule_name", "agree_F1", "agree_start"};
    const char *text[ALN_MOST_RULES];
    size_t rules = p->degeneracy.rule_count, colour[ALN_MOST_RULES];
    for (size_t r = 0; r < rules; r++) {
        aln_drawing_rule(&tally[r].name, aln_names_row(&aln_rules, p->degeneracy.rule[r])->name);
        for (size_t i = 0; i < 2; i++)
            aln_text_add(&tally[r].agree[i], "%zu of %zu", tally[r].count[i], tally[r].counted);
        if (tally[r].name.failed || tally[r].agree[0].failed || tally[r].agree[1].failed)
            return no_memory();
        colour[r] = p->degeneracy.rule[r] + 1;
    }
    aln_text_add(&d->settings, "rules = %zu\n", rules);
    for (size_t a = 0; a < 3; a++) {
        for (size_t r = 0; r < rules; r++)
            text[r] = a == 0 ? tally[r].name.s : tally[r].agree[a - 1].s;
        aln_drawing_strings(&d->settings, arrays[a], rules, text);
    }
    aln_drawing_numbers(&d->settings, "rule_colour", rules, colour);
    return ALN_OK;
}

static enum aln_status prepare_degeneracy(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    struct drawn_counts tally[ALN_MOST_RULES];
    struct aln_text data = {0};
    memset(tally, 0, sizeof tally);
    if (in->table->rows == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    for (size_t row = 0; row < in->table->rows; row++) {
        add_entries(&data, in->params, in->table, row);
        count_row(in->params, in->table, row, tally);
    }
    enum aln_status status = aln_drawing_file(d, "entries.tsv", &data);
    if (status == ALN_OK)
        status = add_rules(d, tally);
    for (size_t r = 0; r < ALN_MOST_RULES; r++) {
        free(tally[r].name.s);
        free(tally[r].agree[0].s);
        free(tally[r].agree[1].s);
    }
    free(data.s);
    return status;
}

const struct aln_figure aln_figure_degeneracy = {
    .id = {"degeneracy", "final read-outs against feedback and own start, rule beside rule",
           "Refinetti et al., ICML 2021"},
    .column = {"rule", "seed", "reached", "sign_F1", "sign_start", "least_F1", "F1_1_1",
               "start_W2_1_1", "W2_1_1"},
    .command = "study",
    .most = 1,
    .prepare = prepare_degeneracy,
};

/* ---- plearn ---- */

enum { UNITS, POSITIVE, PREDICTED, LEARNED, EG_0, EG, FORMULA, PLEARN };
static const char *const plearn[PLEARN] = {"units", "positive", "predicted", "learned",
                                           "eg_0",  "eg",       "formula"};

/* The next run of rows with one K: "K P se formula" into points, "K positive eg/eg(0) predicted
 * order" into runs, with the order as a share of the rows.
 * Returned: the first row behind it */
static size_t add_units(const struct aln_table *t, const size_t *column, size_t first,
                        struct aln_text *points, struct aln_text *runs)
{
    const double *value = t->value + first * t->cols;
    double K = value[column[UNITS]], learned = 0, formula = 0;
    size_t end = first;
    while (end < t->rows && t->value[end * t->cols + column[UNITS]] == K)
        end++;
    double n = (double)(end - first);
    for (size_t row = first; row < end; row++) {
        const double *x = t->value + row * t->cols;
        char number[32];
        learned += x[column[LEARNED]];
        formula += x[column[FORMULA]];
        aln_text_from_real(x[column[EG]] / x[column[EG_0]], number);
        aln_text_add(runs, "%g\t%g\t%s\t%g\t%.6f\n", K, x[column[POSITIVE]], number,
                     x[column[PREDICTED]], (double)(row - first) / n);
    }
    double P = learned / n;
    aln_text_add(points, "%g\t%.9g\t%.9g\t%.9g\n", K, P, sqrt(P * (1 - P) / n), formula / n);
    return end;
}

/* "relu, M = 2": the K of the file itself is none of the study's. */
static void replace_subtitle(struct aln_drawing *d)
{
    const struct aln_params *p = d->input[0].params;
    struct aln_text text = {0}, rule = {0};
    aln_drawing_rule(&rule, p->learning.rule->id.name);
    aln_text_add(&text, "%s, M = %llu, %s, %s", p->problem.activation->id.name,
                 (unsigned long long)p->problem.teacher.units, rule.s != NULL ? rule.s : "",
                 aln_names_row(&aln_engines, p->plearn.engine)->name);
    if (p->plearn.engine != ALN_ENGINE_ODE)
        aln_text_add(&text, ", N = %llu", (unsigned long long)p->problem.inputs);
    aln_text_add(&text, ", %llu runs for each K", (unsigned long long)p->plearn.runs);
    aln_drawing_subtitle(d, &text);
    d->settings.failed = d->settings.failed || rule.failed;
    free(text.s);
    free(rule.s);
}

static enum aln_status prepare_plearn(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    struct aln_text points = {0}, runs = {0};
    size_t column[PLEARN], count = 0;
    char number[32];
    if (in->table->rows == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    find_columns(in->table, PLEARN, plearn, column);
    for (size_t row = 0; row < in->table->rows; count++)
        row = add_units(in->table, column, row, &points, &runs);
    enum aln_status status = aln_drawing_file(d, "points.tsv", &points);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "runs.tsv", &runs);
    free(points.s);
    free(runs.s);
    if (status != ALN_OK)
        return status;
    replace_subtitle(d);
    aln_text_from_real(in->params->plearn.level, number);
    aln_text_add(&d->settings, "level = %s\nsizes = %zu\n", number, count);
    return d->settings.failed ? no_memory() : ALN_OK;
}

const struct aln_figure aln_figure_plearn = {
    .id = {"plearn", "the probability to learn against the number of units",
           "Refinetti et al., ICML 2021"},
    .column = {"units", "positive", "predicted", "learned", "eg_0", "eg", "formula"},
    .command = "study",
    .most = 1,
    .prepare = prepare_plearn,
};

/* Figures of studies. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"
#include "study/degeneracy.h"
#include "study/plearn.h"

static enum aln_status no_memory(void)
{
    return aln_raise_memory("a figure");
}

/* ---- degeneracy ---- */

/* The texts of one rule's panels. */
struct rule_words {
    struct aln_text agree[2];
};

/* Lines "rule reached F1 start W2", one per entry of the read-out. */
static void add_entries(struct aln_text *out, const struct aln_params *p, const struct aln_table *t,
                        size_t row)
{
    static const char *const families[3] = {"F1", "start_W2", "W2"};
    const double *value = t->value + row * t->cols;
    size_t rule = aln_degeneracy_rule(aln_degeneracy_of(p), t, row);
    for (size_t k = 1; k <= p->problem.student.units; k++)
        for (size_t o = 1; o <= p->problem.outputs; o++) {
            aln_text_add(out, "%zu\t%d", rule + 1, value[aln_table_column(t, "reached")] != 0);
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

static enum aln_status add_rules(struct aln_drawing *d, struct rule_words *words)
{
    const struct aln_degeneracy_params *own = aln_degeneracy_of(d->input[0].params);
    static const char *const arrays[3] = {"rule_name", "agree_F1", "agree_start"};
    static const enum aln_degeneracy_judgement panel[2] = {ALN_DEGENERACY_SIGN_F1,
                                                           ALN_DEGENERACY_SIGN_START};
    struct aln_degeneracy_tally tally[ALN_MOST_RULES];
    const char *text[ALN_MOST_RULES], *name[ALN_MOST_RULES];
    size_t rules = own->rule_count, colour[ALN_MOST_RULES];
    aln_degeneracy_count(own, d->input[0].table, tally);
    for (size_t r = 0; r < rules; r++) {
        name[r] = aln_rule_row(own->rule[r])->label;
        for (size_t i = 0; i < 2; i++)
            aln_text_add(&words[r].agree[i], "%llu of %llu",
                         (unsigned long long)tally[r].count[panel[i]],
                         (unsigned long long)tally[r].counted);
        if (words[r].agree[0].failed || words[r].agree[1].failed)
            return no_memory();
        colour[r] = own->rule[r] + 1;
    }
    aln_text_add(&d->settings, "rules = %zu\n", rules);
    for (size_t a = 0; a < 3; a++) {
        for (size_t r = 0; r < rules; r++)
            text[r] = a == 0 ? name[r] : words[r].agree[a - 1].s;
        aln_drawing_strings(&d->settings, arrays[a], rules, text);
    }
    aln_drawing_numbers(&d->settings, "rule_colour", rules, colour);
    return ALN_OK;
}

/* Tells which runs are crosses. */
static void add_crosses(struct aln_drawing *d)
{
    const struct aln_table *t = d->input[0].table;
    struct aln_text text = {0};
    size_t without = 0;
    for (size_t row = 0; row < t->rows; row++)
        without += aln_figure_value(t, row, "reached") == 0;
    aln_text_add(&text, "%s", d->legend.subtitle.s != NULL ? d->legend.subtitle.s : "");
    if (without > 0)
        aln_text_add(&text, "%s×: %zu of %zu runs reached no solution", text.length > 0 ? "; " : "",
                     without, t->rows);
    aln_drawing_subtitle(d, &text);
    free(text.s);
}

static enum aln_status prepare_degeneracy(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    struct rule_words words[ALN_MOST_RULES];
    struct aln_text data = {0};
    memset(words, 0, sizeof words);
    if (in->table->rows == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    add_crosses(d);
    for (size_t row = 0; row < in->table->rows; row++)
        add_entries(&data, in->params, in->table, row);
    enum aln_status status = aln_drawing_file(d, "entries.tsv", &data);
    if (status == ALN_OK)
        status = add_rules(d, words);
    for (size_t r = 0; r < ALN_MOST_RULES; r++) {
        free(words[r].agree[0].s);
        free(words[r].agree[1].s);
    }
    free(data.s);
    return status;
}

const struct aln_figure aln_figure_degeneracy = {
    .id = {"degeneracy", "final read-outs against feedback and initial values, for each rule",
           "Refinetti et al., ICML 2021"},
    .column = {"rule", "seed", "reached", "sign_F1", "sign_start", "least_F1", "F1_1_1",
               "start_W2_1_1", "W2_1_1"},
    .command = "study",
    .most = 1,
    .varied = "learning.rule",
    .prepare = prepare_degeneracy,
};

/* ---- plearn ---- */

static double value(const struct aln_table *t, size_t row, const char *name)
{
    return t->value[row * t->cols + (size_t)aln_table_column(t, name)];
}

/* The next rows with equal K: adds "K P se formula" to points, and for each row "K positive
 * eg/eg(0) predicted order" to runs, where order is the row's place as a fraction from 0 to 1.
 * Returned: the first row after them */
static size_t add_units(const struct aln_table *t, size_t first, struct aln_text *points,
                        struct aln_text *runs)
{
    struct aln_plearn_tally tally;
    size_t end = aln_plearn_count(t, first, &tally);
    double K = value(t, first, "units");
    for (size_t row = first; row < end; row++) {
        char number[32];
        aln_text_from_real(value(t, row, "eg") / value(t, row, "eg_0"), number);
        aln_text_add(runs, "%g\t%g\t%s\t%g\t%.6f\n", K, value(t, row, "positive"), number,
                     value(t, row, "predicted"), (double)(row - first) / (double)(end - first));
    }
    const struct aln_plearn_estimate e = aln_plearn_estimate(&tally);
    aln_text_add(points, "%g\t%.9g\t%.9g\t%.9g\n", K, e.P, e.se, e.formula);
    return end;
}

/* "relu, M = 2", without the K of the file, which the study does not use. */
static void replace_subtitle(struct aln_drawing *d)
{
    const struct aln_params *p = d->input[0].params;
    const struct aln_plearn_params *own = aln_plearn_of(p);
    struct aln_text text = {0};
    aln_text_add(&text, "%s, M = %llu, %s, %s", p->problem.activation->id.name,
                 (unsigned long long)p->problem.teacher.units, p->learning.rule->label,
                 aln_names_row(&aln_engines, own->engine)->name);
    if (own->engine != ALN_ENGINE_ODE)
        aln_text_add(&text, ", N = %llu", (unsigned long long)p->problem.inputs);
    aln_text_add(&text, ", %llu runs for each K", (unsigned long long)own->runs);
    aln_drawing_subtitle(d, &text);
    free(text.s);
}

static enum aln_status prepare_plearn(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    struct aln_text points = {0}, runs = {0};
    size_t count = 0;
    char number[32];
    if (in->table->rows == 0)
        return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    for (size_t row = 0; row < in->table->rows; count++)
        row = add_units(in->table, row, &points, &runs);
    enum aln_status status = aln_drawing_file(d, "points.tsv", &points);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "runs.tsv", &runs);
    free(points.s);
    free(runs.s);
    if (status != ALN_OK)
        return status;
    replace_subtitle(d);
    aln_text_from_real(aln_plearn_of(in->params)->level, number);
    aln_text_add(&d->settings, "level = %s\nsizes = %zu\n", number, count);
    return d->settings.failed ? no_memory() : ALN_OK;
}

const struct aln_figure aln_figure_plearn = {
    .id = {"plearn", "probability of learning against the number of units",
           "Refinetti et al., ICML 2021"},
    .column = {"units", "positive", "predicted", "learned", "eg_0", "eg", "formula"},
    .command = "study",
    .most = 1,
    .prepare = prepare_plearn,
};

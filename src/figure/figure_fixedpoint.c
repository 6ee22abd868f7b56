/* Figures of fixed points and of the stability of the solution. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/drawing.h"
#include "study/fixedpoint.h"

static enum aln_status no_rows(const struct aln_figure_input *in)
{
    return aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
}

static double value(const struct aln_table *t, size_t row, const char *name)
{
    return t->value[row * t->cols + (size_t)aln_table_column(t, name)];
}

static void add_numbers(struct aln_text *out, size_t count, const double *x)
{
    char number[32];
    for (size_t i = 0; i < count; i++) {
        aln_text_from_real(x[i], number);
        aln_text_add(out, "%s%s", number, i + 1 < count ? "\t" : "\n");
    }
}

/* ---- landscape: a point for each fixed point that weights can have ---- */

enum aln_status aln_drawing_landscape(struct aln_drawing *d)
{
    const struct aln_table *t = d->input[0].table;
    struct aln_text data = {0};
    size_t left_out = 0, kinds[2] = {0, 0};
    for (size_t row = 0; row < t->rows; row++) {
        double unstable = value(t, row, "unstable");
        bool family = value(t, row, "neutral") > 0;
        if (value(t, row, "physical") != 1 || isnan(unstable)) {
            left_out++;
            continue;
        }
        kinds[family]++;
        const double line[3] = {value(t, row, "eg"), unstable, 1 + family};
        add_numbers(&data, 3, line);
    }
    enum aln_status status =
        kinds[0] + kinds[1] > 0 ? aln_drawing_file(d, "points.tsv", &data) : no_rows(&d->input[0]);
    free(data.s);
    aln_text_add(&d->settings, "isolated = %zu\nfamilies = %zu\nleft_out = %zu\n", kinds[0],
                 kinds[1], left_out);
    return status;
}

/* ---- stability: growth as colours over units and rates ---- */

/* "erf, BP, the read-out stays": the K and the rate of the file itself are none of the diagram's.
 */
static void replace_subtitle(struct aln_drawing *d)
{
    const struct aln_params *p = d->input[0].params;
    struct aln_text text = {0}, rule = {0};
    char ratio[32];
    aln_drawing_rule(&rule, p->learning.rule->id.name);
    aln_text_short_real(p->learning.rate[1] / p->learning.rate[0], ratio);
    aln_text_add(&text, "%s, %s, ", p->problem.activation->id.name, rule.s != NULL ? rule.s : "");
    if (p->learning.rate[1] == 0)
        aln_text_add(&text, "the read-out stays");
    else if (p->learning.rate[1] == p->learning.rate[0])
        aln_text_add(&text, "the read-out learns at the same rate");
    else
        aln_text_add(&text, "the read-out learns at %s η", ratio);
    aln_drawing_subtitle(d, &text);
    d->settings.failed = d->settings.failed || rule.failed;
    free(text.s);
    free(rule.s);
}

/* The next number of units: cells "x rate growth", a line "x critical".
 * Returned: the first row behind it */
static size_t add_units(const struct aln_table *t, size_t first, double x, struct aln_text *cells,
                        struct aln_text *roots, double reach[2])
{
    double units = value(t, first, "units");
    size_t row = first;
    for (; row < t->rows && value(t, row, "units") == units; row++) {
        double growth = value(t, row, "growth");
        const double line[3] = {x, value(t, row, "rate"), growth};
        if (fabs(growth) > reach[growth > 0])
            reach[growth > 0] = fabs(growth);
        add_numbers(cells, 3, line);
    }
    const double root[2] = {x, value(t, first, "critical")};
    add_numbers(roots, 2, root);
    return row;
}

enum aln_status aln_drawing_stability(struct aln_drawing *d)
{
    const struct aln_table *t = d->input[0].table;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(d->input[0].params);
    struct aln_text cells = {0}, roots = {0}, labels = {0};
    double reach[2] = {0, 0}; /* the largest |growth|: stable, unstable */
    size_t count = 0;
    char number[32];
    if (t->rows == 0)
        return no_rows(&d->input[0]);
    for (size_t row = 0; row < t->rows; count++) {
        aln_text_add(&labels, "%s\"%g\" %zu", count > 0 ? ", " : "", value(t, row, "units"), count);
        row = add_units(t, row, (double)count, &cells, &roots, reach);
    }
    enum aln_status status = aln_drawing_file(d, "cells.tsv", &cells);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "roots.tsv", &roots);
    replace_subtitle(d);
    aln_text_from_real(reach[0] > 0 ? reach[0] : reach[1], number);
    aln_text_add(&d->settings, "columns = %zu\nrates = %llu\nreach = %s\ntics = '%s'\n", count,
                 (unsigned long long)own->diagram.rate.count, number,
                 labels.s != NULL ? labels.s : "");
    aln_text_from_real(own->diagram.rate.from, number);
    aln_text_add(&d->settings, "from = %s\n", number);
    aln_text_from_real(own->diagram.rate.to, number);
    aln_text_add(&d->settings, "to = %s\n", number);
    d->settings.failed = d->settings.failed || labels.failed;
    free(cells.s);
    free(roots.s);
    free(labels.s);
    return status;
}

/* Stability of the solution: growth rate as colour over units and learning rates. */
#include <math.h>
#include <stdlib.h>

#include "figure/drawing.h"
#include "study/fixedpoint.h"

/* "erf, BP, fixed read-out", without K and rate of the file, which the diagram does not use. */
static void replace_subtitle(struct aln_drawing *d)
{
    const struct aln_params *p = d->input[0].params;
    struct aln_text text = {0};
    char ratio[32];
    aln_text_short_real(p->learning.rate[1] / p->learning.rate[0], ratio);
    aln_text_add(&text, "%s, %s, ", p->problem.activation->id.name, p->learning.rule->label);
    if (p->learning.rate[1] == 0)
        aln_text_add(&text, "fixed read-out");
    else if (p->learning.rate[1] == p->learning.rate[0])
        aln_text_add(&text, "the read-out learns at the same rate");
    else
        aln_text_add(&text, "the read-out learns at %s η", ratio);
    aln_drawing_subtitle(d, &text);
    free(text.s);
}

/* The next number of units: adds lines "x rate growth" to cells and one "x critical" to roots.
 * Returned: the first row after them */
static size_t add_units(const struct aln_table *t, size_t first, double x, struct aln_text *cells,
                        struct aln_text *roots, double reach[2])
{
    double units = aln_figure_value(t, first, "units");
    size_t row = first;
    for (; row < t->rows && aln_figure_value(t, row, "units") == units; row++) {
        double growth = aln_figure_value(t, row, "growth");
        if (fabs(growth) > reach[growth > 0])
            reach[growth > 0] = fabs(growth);
        aln_drawing_row(cells, 3, (const double[]){x, aln_figure_value(t, row, "rate"), growth});
    }
    aln_drawing_row(roots, 2, (const double[]){x, aln_figure_value(t, first, "critical")});
    return row;
}

static void add_number(struct aln_text *out, const char *name, double x)
{
    char number[32];
    aln_text_from_real(x, number);
    aln_text_add(out, "%s = %s\n", name, number);
}

/* Given: reach   the largest |growth|: stable, unstable
 *        labels  of the columns, as gnuplot's tics */
static void add_settings(struct aln_drawing *d, size_t columns, const double reach[2],
                         const struct aln_text *labels)
{
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(d->input[0].params);
    aln_text_add(&d->settings, "columns = %zu\nrates = %llu\ntics = '%s'\n", columns,
                 (unsigned long long)own->diagram.rate.count, labels->s != NULL ? labels->s : "");
    add_number(&d->settings, "reach", reach[0] > 0 ? reach[0] : reach[1]);
    add_number(&d->settings, "from", own->diagram.rate.from);
    add_number(&d->settings, "to", own->diagram.rate.to);
    d->settings.failed = d->settings.failed || labels->failed;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    const struct aln_table *t = d->input[0].table;
    struct aln_text cells = {0}, roots = {0}, labels = {0};
    double reach[2] = {0, 0};
    size_t count = 0;
    for (size_t row = 0; row < t->rows; count++) {
        aln_text_add(&labels, "%s\"%g\" %zu", count > 0 ? ", " : "",
                     aln_figure_value(t, row, "units"), count);
        row = add_units(t, row, (double)count, &cells, &roots, reach);
    }
    enum aln_status status = aln_drawing_file(d, "cells.tsv", &cells);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "roots.tsv", &roots);
    replace_subtitle(d);
    add_settings(d, count, reach, &labels);
    free(cells.s);
    free(roots.s);
    free(labels.s);
    return status;
}

const struct aln_figure aln_figure_stability = {
    .id = {"stability", "stability of the solution over units and learning rates",
           "Saad & Solla, PRE 52 (1995) 4225"},
    .column = {"units", "rate", "growth", "critical"},
    .command = "fixedpoint",
    .most = 1,
    .prepare = prepare,
};

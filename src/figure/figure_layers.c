/* Deep linear theory: the alignment of each layer over time. */
#include "base/failure.h"
#include "figure/columns.h"
#include "figure/training.h"

extern const struct aln_figure aln_figure_columns;

/* WA_2, ..., WA_L, unless others are asked for. */
static enum aln_status prepare(struct aln_drawing *d)
{
    size_t span[2];
    bool layers = false;
    if (d->column == NULL) {
        aln_drawing_layer_columns(d, "WA", span, &layers);
        for (size_t l = span[0]; l <= span[1]; l++)
            aln_text_add(&d->columns, "%sWA_%zu", l > span[0] ? "," : "", l);
        d->column = d->columns.s;
    }
    return d->columns.failed ? aln_raise_memory("a figure") : aln_figure_columns.prepare(d);
}

const struct aln_figure aln_figure_layers = {
    .id = {"layers",
           "deep linear networks: alignment of each layer, by the equations and by training",
           "Refinetti et al., ICML 2021"},
    .column = {"t", "loss", "WA", "WA_2", "GA_1", "cond_1"},
    .command = "",
    .script = "columns",
    .takes_column = true,
    .takes_over = true,
    .takes_average = true,
    .along = {"", ""},
    .log = "xy",
    .prepare = prepare,
};

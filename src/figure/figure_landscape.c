/* Fixed points: one point for each that weights can realise. */
#include <math.h>
#include <stdlib.h>

#include "figure/drawing.h"

/* Isolated fixed points and families of them. */
static enum aln_status prepare(struct aln_drawing *d)
{
    const struct aln_table *t = d->input[0].table;
    struct aln_text data = {0};
    size_t left_out = 0, kinds[2] = {0, 0};
    for (size_t row = 0; row < t->rows; row++) {
        double unstable = aln_figure_value(t, row, "unstable");
        bool family = aln_figure_value(t, row, "neutral") > 0;
        if (aln_figure_value(t, row, "physical") != 1 || isnan(unstable)) {
            left_out++;
            continue;
        }
        kinds[family]++;
        aln_drawing_row(&data, 3,
                        (const double[]){aln_figure_value(t, row, "eg"), unstable, 1 + family});
    }
    enum aln_status status =
        kinds[0] + kinds[1] > 0 ? aln_drawing_file(d, "points.tsv", &data)
                                : aln_raise(ALN_USAGE, "%s: has no rows to draw", d->input[0].path);
    free(data.s);
    aln_text_add(&d->settings, "isolated = %zu\nfamilies = %zu\nleft_out = %zu\n", kinds[0],
                 kinds[1], left_out);
    return status;
}

const struct aln_figure aln_figure_landscape = {
    .id = {"landscape", "fixed points: error against the number of unstable directions", ""},
    .column = {"fixed_point", "eg", "physical", "unstable", "neutral"},
    .command = "fixedpoint",
    .most = 1,
    .along = {"eg", "unstable"},
    .prepare = prepare,
};

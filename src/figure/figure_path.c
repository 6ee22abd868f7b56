/* Loss on the straight path between the weights of two seeds, after the last epoch. */
#include "figure/training.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/measure.h"
#include "base/failure.h"

/* "s LOSS LOSS ...", a line for each point of the path, a column for each result. */
static enum aln_status add_paths(struct aln_drawing *d, struct aln_text *out)
{
    enum { POINTS = ALN_PATH_POINTS };
    double *line = malloc(2 * (1 + d->count) * sizeof *line);
    if (line == NULL)
        return aln_raise_memory("a figure");
    double *before = line + 1 + d->count;
    for (size_t p = 0; p < POINTS; p++) {
        char name[32];
        snprintf(name, sizeof name, "path_%zu", p + 1);
        line[0] = (double)p / (POINTS - 1);
        aln_drawing_extend(d, 0, line[0]);
        for (size_t i = 0; i < d->count; i++) {
            line[1 + i] = aln_figure_value(d->input[i].table, d->input[i].table->rows - 1, name);
            aln_drawing_extend(d, 1, line[1 + i]);
            const double at[2] = {line[0], line[1 + i]}, last[2] = {before[0], before[1 + i]};
            aln_drawing_place_line(d, at, p > 0 ? last : at);
        }
        aln_drawing_row(out, 1 + d->count, line);
        memcpy(before, line, (1 + d->count) * sizeof *line);
    }
    free(line);
    return ALN_OK;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    struct aln_text data = {0};
    for (size_t i = 0; i < d->count; i++)
        if (d->input[i].table->rows == 0)
            return aln_raise(ALN_USAGE, "%s: has no rows to draw", d->input[i].path);
    enum aln_status status = aln_drawing_seed_means(d, true);
    if (status == ALN_OK)
        status = add_paths(d, &data);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "path.tsv", &data);
    free(data.s);
    return status;
}

const struct aln_figure aln_figure_path = {
    .id = {"path", "deep networks: loss on the straight path between the weights of two seeds",
           "Frankle et al., ICML 2020"},
    .column = {"epoch", "path_1", "path_11", "path_barrier"},
    .command = "train",
    .along = {"", ""},
    .prepare = prepare,
};

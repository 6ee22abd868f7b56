/* Escape times: their mean over N, and the distribution of ln|z| at the largest. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"
#include "study/escape.h"

/* A number of a remark "plateau lambda 0.02 ...": NaN if there is none. */
static double remarked(const struct aln_table *t, const char *kind, const char *name)
{
    char start[64];
    const size_t n = (size_t)snprintf(start, sizeof start, "%s ", kind);
    for (size_t i = 0; i < t->remarks; i++) {
        const char *found =
            strncmp(t->remark[i], start, n) == 0 ? strstr(t->remark[i], name) : NULL;
        if (found != NULL)
            return strtod(found + strlen(name), NULL);
    }
    return NAN;
}

/* The runs of a result, N by N.
 * Returned: run  yours, free() */
static enum aln_status read_runs(const struct aln_figure_input *in, struct aln_escape **run)
{
    const struct aln_table *t = in->table;
    const int N = aln_table_column(t, "inputs"), time = aln_table_column(t, "t_escape");
    *run = malloc((t->rows + 1) * sizeof **run);
    if (*run == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < t->rows; i++)
        (*run)[i] = (struct aln_escape){log(t->value[i * t->cols + (size_t)N]),
                                        t->value[i * t->cols + (size_t)time]};
    return ALN_OK;
}

/* Lines "N mean standard-error" of one N. */
static void add_mean(struct aln_text *out, const struct aln_escape *run, size_t seeds)
{
    double n = 0, mean = 0, squares = 0;
    for (size_t i = 0; i < seeds; i++) {
        const double delta = run[i].t - mean;
        if (isnan(run[i].t))
            continue;
        n += 1;
        mean += delta / n;
        squares += delta * (run[i].t - mean);
    }
    if (n > 0)
        aln_drawing_row(
            out, 3,
            (const double[]){exp(run[0].log_N), mean, n > 1 ? sqrt(squares / (n - 1) / n) : 0});
}

/* The largest density of the distribution in bins of this width. */
static double densest_bin(const double *z, size_t n, double width)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = 0; k < n; k++)
            same += floor(z[k] / width) == floor(z[i] / width);
        most = same > most ? same : most;
    }
    return n > 0 ? (double)most / ((double)n * width) : 0;
}

static enum aln_status write_data(struct aln_drawing *d, const struct aln_escape_runs *all)
{
    struct aln_text means = {0}, scatter = {0};
    double *z = malloc((all->seeds + 1) * sizeof *z);
    if (z == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < all->sizes; i++)
        add_mean(&means, all->run + i * all->seeds, all->seeds);
    const size_t n = aln_escape_log_z(all, z);
    const double width = all->directions > 1 ? 0.25 : 0.5;
    aln_text_add(&d->settings, "width = %g\ndensest = %.6g\n", width, densest_bin(z, n, width));
    for (size_t i = 0; i < n; i++)
        aln_drawing_row(&scatter, 1, &z[i]);
    enum aln_status status = aln_drawing_file(d, "means.tsv", &means);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "scatter.tsv", &scatter);
    free(means.s);
    free(scatter.s);
    free(z);
    return status;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    const struct aln_escape_params *own = aln_escape_of(in->params);
    struct aln_escape_fit fit;
    struct aln_escape *run;
    if (in->table->rows != own->inputs_count * own->runs)
        return aln_raise(ALN_USAGE, "%s: is not finished: %zu of %llu rows", in->path,
                         in->table->rows, (unsigned long long)(own->inputs_count * own->runs));
    enum aln_status status = read_runs(in, &run);
    if (status != ALN_OK)
        return status;
    const double directions = remarked(in->table, "plateau", "directions ");
    const struct aln_escape_runs all = {remarked(in->table, "plateau", "lambda "),
                                        directions >= 1 ? (size_t)directions : 1, own->inputs_count,
                                        own->runs, run};
    status = aln_escape_fit(&fit, &all);
    if (status == ALN_OK)
        status = write_data(d, &all);
    aln_text_add(&d->settings,
                 "lambda = %.17g\nslope = %.6g\nslope_se = %.2g\npredicted = %.6g\nsd = %.4g\n"
                 "sd_se = %.2g\nescaped = %zu\nlargest = %.17g\ndirections = %zu\nlaw = %.4g\n",
                 all.lambda, fit.slope, fit.slope_se, 1 / (2 * all.lambda), fit.sd, fit.sd_se,
                 fit.escaped, (double)own->inputs[own->inputs_count - 1], all.directions,
                 aln_escape_sd(all.directions));
    free(run);
    return status;
}

const struct aln_figure aln_figure_escape = {
    .id = {"escape", "escape times of a plateau over ln N, and the distribution of ln|z|",
           "Saad & Solla, PRE 52 (1995) 4225"},
    .column = {"inputs", "seed", "t_escape"},
    .command = "study",
    .most = 1,
    .varied = "problem.inputs",
    .prepare = prepare,
};

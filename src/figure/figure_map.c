/* Sweeps as maps: the mean of one column over two keys as colours, one panel per sweep. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/columns.h"
#include "figure/picture.h"

/* The kind of result of a command, in a word. */
static const char *kind_of(const char *command)
{
    static const char *const words[][2] = {
        {"ode", "theory"}, {"chain", "simulation"}, {"sgd", "simulation"}, {"train", "network"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(command, words[i][0]) == 0)
            return words[i][1];
    return command;
}

/* Above a panel: "theory, TITLE", or "theory, at t = 20" if all share the title; below that the
 * rest, and in which parameters it differs. */
static void add_panel_titles(struct aln_text *out, const struct aln_picture *p,
                             const struct aln_legend_entry *legend, bool own_title)
{
    struct aln_text line[2] = {{0}, {0}}, when = {0}, means = {0}, own = {0};
    aln_drawing_add_time(&when, p->t);
    aln_drawing_picture_means(&means, p);
    const char *about = own_title ? p->in->title : when.s;
    aln_text_add(&line[0], "%s%s%s", kind_of(p->command),
                 about != NULL && about[0] != '\0' ? ", " : "", about != NULL ? about : "");
    if (own_title && when.length > 0)
        aln_text_add(&line[1], "%s%s", when.s, means.length > 0 ? ", " : "");
    aln_text_add(&line[1], "%s", means.s != NULL ? means.s : "");
    aln_drawing_legend_label(&own, legend, "", "");
    if (own.length > 0)
        aln_text_add(&line[1], "%s%s", line[1].length > 0 ? ", " : "", own.s);
    out->failed = out->failed || when.failed || means.failed || own.failed;
    free(own.s);
    aln_drawing_string(out, "panel_title", &line[0]);
    aln_drawing_string(out, "panel_subtitle", &line[1]);
    free(line[0].s);
    free(line[1].s);
    free(when.s);
    free(means.s);
}

static enum aln_status write_cells(const struct aln_drawing *d, size_t i,
                                   const struct aln_picture *p)
{
    struct aln_text data = {0};
    char name[32];
    const bool scattered = aln_drawing_picture_scattered(p);
    aln_text_add(&data, "x\ty\tz\twith\tof\n");
    for (size_t y = 0; y < p->y.count; y++)
        for (size_t x = 0; x < p->x.count; x++) {
            const struct aln_picture_cell *cell = &p->cell[y * p->x.count + x];
            const double row[] = {(double)x, (double)y, cell->spread.centre, (double)cell->finite,
                                  (double)cell->rows};
            if (!scattered || cell->finite > 0)
                aln_drawing_row(&data, sizeof row / sizeof row[0], row);
        }
    snprintf(name, sizeof name, "map_%zu.tsv", i + 1);
    enum aln_status status = aln_drawing_file(d, name, &data);
    free(data.s);
    return status;
}

/* Equal colours mean equal values: pictures of the same quantity share one range. */
static void share_scales(struct aln_picture *p, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            if (strcmp(p[i].z.name, p[j].z.name) != 0)
                continue;
            p[i].least = fmin(p[i].least, p[j].least);
            p[i].most = fmax(p[i].most, p[j].most);
        }
}

/* Writes panel i: panel_I.gp and map_I.tsv. */
static enum aln_status write_panel(const struct aln_drawing *d, size_t i,
                                   const struct aln_picture *p, bool own_title)
{
    struct aln_text settings = {0};
    char name[32];
    aln_drawing_picture_settings(&settings, p);
    aln_text_add(&settings, "scattered = %d\n", aln_drawing_picture_scattered(p));
    add_panel_titles(&settings, p, &d->legend.entry[i], own_title);
    snprintf(name, sizeof name, "panel_%zu.gp", i + 1);
    enum aln_status status = aln_drawing_file(d, name, &settings);
    free(settings.s);
    return status == ALN_OK ? write_cells(d, i, p) : status;
}

static void add_name(struct aln_picture *p)
{
    aln_text_add(&p->z.label, " (");
    aln_drawing_column_add_plain(&p->z.label, p->z.name);
    aln_text_add(&p->z.label, ")");
}

static bool called_the_same(const struct aln_picture *a, const struct aln_picture *b)
{
    return a->z.label.s != NULL && b->z.label.s != NULL &&
           strcmp(a->z.label.s, b->z.label.s) == 0 && strcmp(a->z.name, b->z.name) != 0;
}

/* Different quantities that are called the same get their columns' names too. */
static void distinguish_scales(struct aln_picture *p, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            p[i].ambiguous = p[i].ambiguous || called_the_same(&p[i], &p[j]);
    for (size_t i = 0; i < count; i++)
        if (p[i].ambiguous)
            add_name(&p[i]);
}

static enum aln_status make_map(const struct aln_drawing *d, size_t i, struct aln_picture *p)
{
    enum aln_status status = aln_drawing_picture_make(d, i, p);
    if (status == ALN_OK && p->average->bands)
        return aln_raise(ALN_USAGE, "--average: a map shows one number in each cell, not %s",
                         p->average->id.name);
    if (status == ALN_OK && p->y.key[0] == '\0')
        return aln_raise(ALN_USAGE,
                         "%s: a map needs two swept keys; --figure curves needs only one",
                         p->in->path);
    return status;
}

static enum aln_status prepare(struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    bool own_title = false;
    struct aln_picture *p = calloc(d->count, sizeof *p);
    if (p == NULL)
        return aln_raise_memory("a figure");
    for (size_t i = 0; i < d->count && status == ALN_OK; i++) {
        own_title = own_title || strcmp(d->input[i].title, d->input[0].title) != 0;
        status = make_map(d, i, &p[i]);
    }
    if (status == ALN_OK) {
        share_scales(p, d->count);
        distinguish_scales(p, d->count);
        aln_text_add(&d->settings, "panels = %zu\n", d->count);
        if (d->count == 1)
            aln_drawing_picture_subtitle(d, p);
    }
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = write_panel(d, i, &p[i], own_title);
    for (size_t i = 0; i < d->count; i++)
        aln_drawing_picture_free(&p[i]);
    free(p);
    return status;
}

const struct aln_figure aln_figure_map = {
    .id = {"map", "sweeps side by side: colour maps of one column over two keys", ""},
    .column = {"point"},
    .command = "sweep",
    .takes_column = true,
    .takes_over = true,
    .takes_average = true,
    .worthwhile = aln_drawing_picture_wanted,
    .prepare = prepare,
};

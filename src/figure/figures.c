/* The table of figures, and the choice among them. */
#include <string.h>

#include "figure/drawing.h"
#include "figure/figure.h"

/* In the order in which they are tried if none is named. Figure X is plots/X.gp and a row,
 * aln_figure_X, next to the function that prepares its data, usually in figure_X.c. */
#define FIGURES(ROW)                                                                               \
    ROW(alignment)                                                                                 \
    ROW(learning)                                                                                  \
    ROW(overlaps)                                                                                  \
    ROW(compare)                                                                                   \
    ROW(degeneracy)                                                                                \
    ROW(plearn)                                                                                    \
    ROW(escape)                                                                                    \
    ROW(landscape)                                                                                 \
    ROW(stability)                                                                                 \
    ROW(training)                                                                                  \
    ROW(similarity)                                                                                \
    ROW(path)                                                                                      \
    ROW(layers)                                                                                    \
    ROW(curves)                                                                                    \
    ROW(map)                                                                                       \
    ROW(histogram)                                                                                 \
    ROW(columns)                                                                                   \
    ROW(cdf)

#define DECLARE(name) extern const struct aln_figure aln_figure_##name;
#define ADDRESS(name) &aln_figure_##name,

FIGURES(DECLARE)
static const struct aln_figure *const figures[] = {FIGURES(ADDRESS)};
enum { COUNT = sizeof figures / sizeof figures[0] };

const struct aln_names aln_figures = {"figure", "figures", figures, COUNT, 0};

static bool is_of(const struct aln_table *t, const char *command)
{
    return strcmp(t->command, command) == 0;
}

/* Whether a figure shows results of this command. */
static bool shows(const struct aln_figure *f, const struct aln_table *t)
{
    bool named = false;
    for (size_t i = 0; i < COUNT; i++)
        named = named || (figures[i]->command != NULL && is_of(t, figures[i]->command));
    if (f->command != NULL)
        return f->command[0] == '\0' || is_of(t, f->command);
    return !named;
}

/* The first column of a figure that a table lacks, or NULL. */
static const char *missing_column(const struct aln_figure *f, const struct aln_table *t)
{
    for (size_t i = 0; i < ALN_FIGURE_COLUMNS && f->column[i] != NULL; i++)
        if (aln_table_column(t, f->column[i]) < 0)
            return f->column[i];
    return NULL;
}

/* The first result that a figure cannot show, or NULL. */
static const struct aln_figure_input *find_misfit(const struct aln_figure *f,
                                                  const struct aln_drawing *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (!shows(f, d->input[i].table) || missing_column(f, d->input[i].table) != NULL)
            return &d->input[i];
    return NULL;
}

static enum aln_status check_named(const struct aln_figure *f, const struct aln_drawing *d)
{
    const struct aln_figure_input *misfit = find_misfit(f, d);
    if (misfit == NULL)
        return ALN_OK;
    if (!shows(f, misfit->table))
        return aln_raise(ALN_USAGE, "%s: is a result of %s, which figure '%s' does not show",
                         misfit->path, misfit->table->command, f->id.name);
    return aln_raise(ALN_USAGE, "%s: has no column '%s', which figure '%s' needs", misfit->path,
                     missing_column(f, misfit->table), f->id.name);
}

static bool takes(const struct aln_figure *f, size_t count)
{
    return f->most == 0 || count <= f->most;
}

/* Whether a figure takes the options that are given. */
static bool takes_options(const struct aln_figure *f, const struct aln_drawing *d)
{
    return (d->column == NULL || f->takes_column) && (d->over == NULL || f->takes_over) &&
           (d->average == NULL || f->takes_average);
}

/* Whether a figure of any command is asked for, or shows these results anyway: it has columns of its
 * own. */
static bool suits(const struct aln_figure *f, const struct aln_drawing *d)
{
    if (f->command == NULL || f->command[0] != '\0' || f->column[0] != NULL)
        return true;
    return d->column != NULL || d->over != NULL || d->average != NULL ||
           (f->unasked != NULL && is_of(d->input[0].table, f->unasked));
}

/* Whether a figure has something to show; true until the parameters have been read. */
static bool is_worthwhile(const struct aln_figure *f, const struct aln_drawing *d)
{
    return f->worthwhile == NULL || d->input[0].tree == NULL || f->worthwhile(d);
}

/* The first figure that shows all results, else the last that could show fewer of them. */
static enum aln_status find_figure(const struct aln_figure **out, const struct aln_drawing *d)
{
    const struct aln_figure_input *first_misfit = NULL;
    *out = NULL;
    for (size_t i = 0; i < COUNT; i++) {
        const struct aln_figure_input *misfit = find_misfit(figures[i], d);
        if (first_misfit == NULL)
            first_misfit = misfit;
        if (misfit != NULL || !takes_options(figures[i], d) || !suits(figures[i], d) ||
            !is_worthwhile(figures[i], d))
            continue;
        *out = figures[i];
        if (takes(*out, d->count))
            return ALN_OK;
    }
    return *out != NULL ? ALN_OK
                        : aln_raise(ALN_USAGE,
                                    "%s: no figure shows these columns; see: alignode list figures",
                                    (first_misfit != NULL ? first_misfit : d->input)->path);
}

enum aln_status aln_figure_choose(const struct aln_figure **out, const char *name,
                                  const struct aln_drawing *d)
{
    enum aln_status status;
    if (name != NULL) {
        *out = (const struct aln_figure *)aln_names_find(&aln_figures, name);
        status = check_named(*out, d);
    } else {
        status = find_figure(out, d);
    }
    if (status == ALN_OK && !takes(*out, d->count))
        return aln_raise(ALN_USAGE, "figure '%s' shows %zu result, not %zu", (*out)->id.name,
                         (*out)->most, d->count);
    return status;
}

#include "figure/figure.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure/drawing.h"
#include "file/part.h"
#include "sweep/task.h"

enum { MOST_COLUMNS = 10 };

struct figure {
    struct aln_name id;
    const char *column[MOST_COLUMNS]; /* a table must have them all */
    const char *script;
    size_t most;         /* results in one figure; 0: any number */
    const char *command; /* of results of this command; NULL: of any that no figure names */
    enum aln_status (*prepare)(struct aln_drawing *d);
};

static const struct figure figures[] = {
    {{"alignment", "align, then memorise: error and cos(W2, F1) against time",
      "Refinetti et al., ICML 2021"},
     {"repeat", "t", "eg", "cos_W2_F1"},
     "alignment.gp",
     0,
     NULL,
     aln_drawing_series},
    {{"learning", "learning curves: generalisation error against time",
      "Saad & Solla, PRE 52 (1995) 4225"},
     {"repeat", "t", "eg"},
     "learning.gp",
     0,
     NULL,
     aln_drawing_series},
    {{"overlaps", "order parameters Q, R and W2 against time", "Saad & Solla, PRE 52 (1995) 4225"},
     {"repeat", "t", "Q_1_1", "R_1_1", "W2_1_1"},
     "overlaps.gp",
     0,
     NULL,
     aln_drawing_overlaps},
    {{"compare", "differences of the engines beside what is allowed", ""},
     {"t", "quantity", "engine_a", "engine_b", "difference", "se", "z", "allowed", "ok"},
     "compare.gp",
     1,
     NULL,
     aln_drawing_compare},
    {{"degeneracy", "final read-outs against feedback and own start, rule beside rule",
      "Refinetti et al., ICML 2021"},
     {"rule", "seed", "reached", "sign_F1", "sign_start", "least_F1", "F1_1_1", "start_W2_1_1",
      "W2_1_1"},
     "degeneracy.gp",
     1,
     "study",
     aln_drawing_degeneracy},
    {{"plearn", "the probability to learn against the number of units",
      "Refinetti et al., ICML 2021"},
     {"units", "positive", "predicted", "learned", "eg_0", "eg", "formula"},
     "plearn.gp",
     1,
     "study",
     aln_drawing_plearn},
    {{"landscape", "fixed points: error against the number of directions that grow", ""},
     {"fixed_point", "eg", "physical", "unstable", "neutral"},
     "landscape.gp",
     1,
     "fixedpoint",
     aln_drawing_landscape},
    {{"stability", "the stability of the solution over units and learning rates",
      "Saad & Solla, PRE 52 (1995) 4225"},
     {"units", "rate", "growth", "critical"},
     "stability.gp",
     1,
     "fixedpoint",
     aln_drawing_stability},
    {{"training",
      "deep networks: loss, error, alignment of gradients and weights over epochs; dots where the "
      "test loss turns up for good while the training loss falls on: over-fitting starts",
      "Refinetti et al., ICML 2021"},
     {"seed", "epoch", "step"},
     "training.gp",
     0,
     "train",
     aln_drawing_training},
    {{"similarity", "deep networks: cosine of the weights of different seeds over epochs",
      "Refinetti et al., ICML 2021"},
     {"epoch", "similarity", "similarity_1"},
     "similarity.gp",
     0,
     "train",
     aln_drawing_similarity},
    {{"curves", "a sweep: one column over one key, a curve for each value of a second", ""},
     {"point"},
     "curves.gp",
     1,
     "sweep",
     aln_drawing_curves},
    {{"map", "sweeps side by side: one column of each over two keys, as colours", ""},
     {"point"},
     "map.gp",
     0,
     "sweep",
     aln_drawing_map},
};

const struct aln_names aln_figures = {"figure", "figures", figures,
                                      sizeof figures / sizeof figures[0], sizeof figures[0]};

static const struct aln_name formats[] = {
    {"png", "pixels, for slides and README", ""},
    {"pdf", "vectors, for papers", ""},
    {"svg", "vectors, for web pages", ""},
};

const struct aln_names aln_figure_formats = {"figure format", "figure formats", formats,
                                             sizeof formats / sizeof formats[0], sizeof formats[0]};

static bool is_of(const struct aln_table *t, const char *command)
{
    return strcmp(t->command, command) == 0;
}

static bool shows(const struct figure *f, const struct aln_table *t)
{
    bool named = false;
    for (size_t i = 0; i < aln_figures.count; i++)
        named = named || (figures[i].command != NULL && is_of(t, figures[i].command));
    return f->command != NULL ? is_of(t, f->command) : !named;
}

/* The first column of a figure that a table lacks, or NULL. */
static const char *lacking(const struct figure *f, const struct aln_table *t)
{
    for (size_t i = 0; i < MOST_COLUMNS && f->column[i] != NULL; i++)
        if (aln_table_column(t, f->column[i]) < 0)
            return f->column[i];
    return NULL;
}

static enum aln_status choose_figure(const struct figure **out, const char *name,
                                     const struct aln_drawing *d)
{
    if (name != NULL) { /* known: aln_figure_check() */
        const struct figure *f = (const struct figure *)aln_names_find(&aln_figures, name);
        for (size_t i = 0; i < d->count; i++) {
            const struct aln_table *t = d->input[i].table;
            const char *column = lacking(f, t);
            if (!shows(f, t))
                return aln_raise(ALN_USAGE,
                                 "%s: is a result of %s, which figure '%s' does not show",
                                 d->input[i].path, t->command, name);
            if (column != NULL)
                return aln_raise(ALN_USAGE, "%s: has no column '%s', which figure '%s' needs",
                                 d->input[i].path, column, name);
        }
        *out = f;
    } else {
        const struct figure *f = figures, *end = figures + aln_figures.count;
        const struct figure *full = NULL; /* fits, but not so many results */
        const char *misfit = NULL;
        for (; f < end; f++) {
            size_t fit = 0;
            while (fit < d->count && shows(f, d->input[fit].table) &&
                   lacking(f, d->input[fit].table) == NULL)
                fit++;
            if (fit == d->count && (f->most == 0 || d->count <= f->most))
                break;
            if (fit == d->count)
                full = f;
            else if (misfit == NULL)
                misfit = d->input[fit].path;
        }
        if (f == end && full != NULL)
            f = full;
        if (f == end)
            return aln_raise(ALN_USAGE,
                             "%s: no figure is drawn from these columns; `alignode list figures` "
                             "tells what there is",
                             misfit);
        *out = f;
    }
    if ((*out)->most > 0 && d->count > (*out)->most)
        return aln_raise(ALN_USAGE, "figure '%s' shows %zu result, not %zu", (*out)->id.name,
                         (*out)->most, d->count);
    return ALN_OK;
}

/* Of the figure chosen by columns: where there is no feedback to align with, the learning curves
 * alone. */
static const struct figure *choose_apt(const struct figure *chosen, const struct aln_drawing *d)
{
    if (&chosen->id != aln_names_find(&aln_figures, "alignment"))
        return chosen;
    for (size_t i = 0; i < d->count; i++)
        if (aln_rule_uses_random(d->input[i].params->learning.rule))
            return chosen;
    return (const struct figure *)aln_names_find(&aln_figures, "learning");
}

static bool is_standard(const char *output)
{
    return output != NULL && strcmp(output, "-") == 0;
}

/* Where the figure goes, and its format; to standard output goes the first one.
 * Returned: *path  yours */
static enum aln_status choose_output(const struct aln_figure_options *o, char **path,
                                     const char **format)
{
    struct aln_text text = {0};
    if (o->output != NULL) {
        aln_text_add(&text, "%s", o->output);
    } else {
        const char *slash = strrchr(o->paths[0], '/');
        const char *name = slash == NULL ? o->paths[0] : slash + 1;
        const char *point = strrchr(name, '.');
        size_t n =
            point == NULL || point == name ? strlen(o->paths[0]) : (size_t)(point - o->paths[0]);
        aln_text_add(&text, "%.*s.png", (int)n, o->paths[0]);
    }
    if (text.failed || text.s == NULL) {
        free(text.s);
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    }
    const char *slash = strrchr(text.s, '/');
    const char *point = strrchr(slash == NULL ? text.s : slash, '.');
    const struct aln_name *known = is_standard(o->output) ? aln_names_row(&aln_figure_formats, 0)
                                   : point == NULL        ? NULL
                                                   : aln_names_find(&aln_figure_formats, point + 1);
    if (known == NULL) {
        enum aln_status status = aln_raise(
            ALN_USAGE, "%s: the extension of a figure must be .png, .pdf or .svg", text.s);
        free(text.s);
        return status;
    }
    *format = known->name;
    *path = text.s;
    return ALN_OK;
}

/* A figure must not replace a result it is drawn from. */
static enum aln_status refuse_own_input(const struct aln_figure_options *o, const char *output)
{
    struct stat a, b;
    for (size_t i = 0; i < o->count; i++)
        if (stat(output, &a) == 0 && stat(o->paths[i], &b) == 0 && a.st_dev == b.st_dev &&
            a.st_ino == b.st_ino)
            return aln_raise(ALN_USAGE, "%s: is an input, and would be replaced by the figure",
                             output);
    return ALN_OK;
}

/* Whether there are parameters where results belong; false also for what cannot be read. */
static bool holds_parameters(const char *path)
{
    static const char magic[] = "# alignode "; /* of a result */
    char first[sizeof magic - 1];
    struct aln_tree *tree = NULL;
    struct stat s;
    FILE *f = stat(path, &s) == 0 && S_ISREG(s.st_mode) ? fopen(path, "rb") : NULL;
    if (f == NULL)
        return false;
    bool result =
        fread(first, 1, sizeof first, f) == sizeof first && memcmp(first, magic, sizeof first) == 0;
    fclose(f);
    if (result || aln_tree_read(&tree, path) != ALN_OK)
        return false;
    bool holds = aln_tree_find(aln_tree_root(tree), "problem") != NULL ||
                 aln_tree_find(aln_tree_root(tree), "network") != NULL;
    aln_tree_free(tree);
    return holds;
}

/* PATH.part, which a run has written so far. */
static bool is_unfinished(const char *path)
{
    static const char ending[] = ".part";
    size_t n = strlen(path);
    return n >= sizeof ending && strcmp(path + n - (sizeof ending - 1), ending) == 0;
}

static enum aln_status mark_unfinished(struct aln_figure_input *in)
{
    struct aln_text title = {0};
    aln_text_add(&title, "%s (unfinished)", in->title);
    if (title.failed)
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    free(in->title);
    in->title = title.s;
    return ALN_OK;
}

static enum aln_status read_inputs(const struct aln_figure_options *o, struct aln_drawing *d)
{
    d->input = calloc(o->count, sizeof *d->input);
    if (d->input == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu results", o->count);
    for (; d->count < o->count; d->count++) {
        struct aln_figure_input *in = &d->input[d->count];
        in->path = o->paths[d->count];
        if (strcmp(in->path, "-") == 0)
            return aln_raise(ALN_USAGE, "plot reads files, not standard input");
        if (holds_parameters(in->path))
            return aln_raise(ALN_USAGE,
                             "%s: holds parameters, no result; plot --run runs them first and "
                             "draws what comes out",
                             in->path);
        enum aln_status status = is_unfinished(in->path)
                                     ? aln_table_read_unfinished(&in->table, in->path)
                                     : aln_table_read(&in->table, in->path);
        if (status == ALN_OK && in->table->rows == 0)
            status = aln_raise(ALN_USAGE, "%s: has no rows", in->path);
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

/* Title, and the parameters of a two-layer problem in a few words. */
static enum aln_status describe_problem(struct aln_figure_input *in)
{
    const struct aln_params *p = in->params;
    struct aln_text s = {0};
    char number[2][32];
    for (int l = 0; l < 2; l++)
        aln_text_short_real(p->learning.rate[l], number[l]);
    aln_text_add(&s, "%s, K = %llu, M = %llu, η = %s", p->problem.activation->id.name,
                 (unsigned long long)p->problem.student.units,
                 (unsigned long long)p->problem.teacher.units, number[0]);
    if (strcmp(number[0], number[1]) != 0)
        aln_text_add(&s, " (read-out %s)", number[1]);
    if (p->problem.noise > 0) {
        aln_text_short_real(p->problem.noise, number[0]);
        aln_text_add(&s, ", σ = %s", number[0]);
    }
    in->subtitle = s.s;
    in->title = strdup(p->title);
    return in->title == NULL || s.failed ? aln_raise(ALN_MEMORY, "out of memory for a figure")
                                         : ALN_OK;
}

/* What the command that made a result requires of its parameters. */
static aln_params_use use_of(const char *command)
{
    const struct aln_task *task = (const struct aln_task *)aln_names_find(&aln_tasks, command);
    return task != NULL ? task->check : NULL;
}

static enum aln_status read_params(struct aln_drawing *d)
{
    for (size_t i = 0; i < d->count; i++) {
        struct aln_figure_input *in = &d->input[i];
        enum aln_status status;
        if (is_of(in->table, "train")) {
            status = aln_drawing_describe_training(in);
        } else if (is_of(in->table, "sweep")) {
            status = aln_drawing_describe_sweep(in);
        } else {
            status = aln_params_load(&in->params, in->path, 0, NULL, use_of(in->table->command));
            if (status == ALN_OK)
                status = describe_problem(in);
        }
        if (status == ALN_OK && is_unfinished(in->path))
            status = mark_unfinished(in);
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

/* The folder of scripts: the user's, the installed one, or the source tree's. */
static const char *plots_folder(void)
{
    const char *own = getenv("ALIGNODE_PLOTS");
    if (own != NULL && own[0] != '\0')
        return own;
    return access(ALN_PLOTS_DIR, R_OK) == 0 ? ALN_PLOTS_DIR : ALN_PLOTS_SOURCE;
}

/* Full path of a script. Returned: *out  yours */
static enum aln_status find_script(const char *name, char **out)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s/%s", plots_folder(), name);
    if (text.failed)
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    *out = access(text.s, R_OK) == 0 ? realpath(text.s, NULL) : NULL;
    enum aln_status status =
        *out != NULL ? ALN_OK
                     : aln_raise(ALN_FILE, "%s: this script of the figure cannot be read: %s",
                                 text.s, strerror(errno));
    free(text.s);
    return status;
}

static enum aln_status make_folder(char **out)
{
    const char *where = getenv("TMPDIR");
    struct aln_text text = {0};
    aln_text_add(&text, "%s/alignode-plot-XXXXXX",
                 where != NULL && where[0] == '/' ? where : "/tmp");
    if (text.failed)
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    if (mkdtemp(text.s) == NULL) {
        enum aln_status status = aln_raise(ALN_FILE, "%s: a temporary folder cannot be made: %s",
                                           text.s, strerror(errno));
        free(text.s);
        return status;
    }
    *out = text.s;
    return ALN_OK;
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir != NULL) {
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                (void)unlinkat(dirfd(dir), entry->d_name, 0);
        closedir(dir);
    }
    (void)rmdir(folder);
}

/* A size of a figure in characters, within the limits that its panels need. */
static size_t characters_of(size_t asked, size_t usual, size_t least, size_t most)
{
    size_t size = asked > 0 ? asked : usual;
    return size < least ? least : size > most ? most : size;
}

/* Title, and the parameters all results share, if they are shared. */
static void add_titles(struct aln_drawing *d)
{
    bool same_title = true, same_sub = true;
    for (size_t i = 1; i < d->count; i++) {
        same_title = same_title && strcmp(d->input[i].title, d->input[0].title) == 0;
        same_sub = same_sub && strcmp(d->input[i].subtitle, d->input[0].subtitle) == 0;
    }
    aln_text_add(&d->settings, "title_text = ");
    aln_drawing_quote(&d->settings, same_title ? d->input[0].title : "");
    aln_text_add(&d->settings, "\nsubtitle_text = ");
    aln_drawing_quote(&d->settings, same_sub ? d->input[0].subtitle : "");
    aln_text_add(&d->settings, "\n");
}

/* Settings, data, gnuplot.
 * Returned: *image  the finished figure's bytes, yours; *length */
static enum aln_status draw(const struct aln_figure_options *o, struct aln_drawing *d,
                            const struct figure *f, const char *format, char **image,
                            size_t *length)
{
    char *script = NULL, *style = NULL;
    struct aln_text made = {0};
    enum aln_status status = find_script(f->script, &script);
    if (status == ALN_OK)
        status = find_script("style.gp", &style);
    if (status == ALN_OK)
        status = make_folder(&d->folder);
    if (status != ALN_OK)
        goto out;
    aln_text_add(&d->settings,
                 "# What `alignode plot` found in the results.\nformat = '%s'\noutput = "
                 "'image'\ncharacters = %zu\nlines = %zu\n",
                 format, characters_of(o->columns, 100, 60, 400),
                 characters_of(o->lines, 40, 30, 200));
    add_titles(d);
    status = f->prepare(d);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "figure.gp", &d->settings);
    if (status == ALN_OK)
        status = aln_gnuplot_run(script, style, d->folder);
    if (status != ALN_OK)
        goto out;
    aln_text_add(&made, "%s/image", d->folder);
    if (made.failed)
        status = aln_raise(ALN_MEMORY, "out of memory for a figure");
    else if (access(made.s, F_OK) != 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew nothing from %s", script);
    else
        status = aln_text_read_file(made.s, image, length);
    if (status == ALN_OK && *length == 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew an empty figure from %s", script);
out:
    free(script);
    free(style);
    free(made.s);
    return status;
}

enum aln_status aln_figure_check(const struct aln_figure_options *o)
{
    char *output = NULL, offer[320];
    const char *format;
    enum aln_status status = ALN_OK;
    if (o->count == 0)
        return aln_raise(ALN_USAGE, "plot needs a result to draw");
    if (o->ascii && o->output != NULL && !is_standard(o->output))
        return aln_raise(ALN_USAGE, "a figure of characters goes to standard output, not to %s",
                         o->output);
    if (o->figure != NULL && aln_names_find(&aln_figures, o->figure) == NULL)
        return aln_raise(ALN_USAGE, "unknown figure '%.60s'; %s", o->figure,
                         aln_names_offer(&aln_figures, o->figure, offer));
    if (!o->ascii)
        status = choose_output(o, &output, &format);
    free(output);
    return status;
}

enum aln_status aln_figure_draw(const struct aln_figure_options *o, char **written)
{
    struct aln_drawing d = {.column = o->column, .over = o->over};
    const struct figure *figure = NULL;
    const char *format = "dumb";
    char *output = NULL, *image = NULL;
    size_t length;
    struct aln_part *part = NULL;
    if (written != NULL)
        *written = NULL;

    /* All refusals come first, the output's included. */
    enum aln_status status = aln_figure_check(o);
    if (status == ALN_OK && !o->ascii) {
        status = choose_output(o, &output, &format);
        if (status == ALN_OK && !is_standard(output))
            status = refuse_own_input(o, output);
    }
    if (status == ALN_OK)
        status = read_inputs(o, &d);
    if (status == ALN_OK)
        status = choose_figure(&figure, o->figure, &d);
    if (status == ALN_OK && (o->column != NULL || o->over != NULL) &&
        !is_of(d.input[0].table, "sweep") &&
        (o->over != NULL || figure->prepare != aln_drawing_training))
        status = aln_raise(ALN_USAGE, "--column and --over are for tables collected by sweep, "
                                      "--column for the figure training, too");
    if (status == ALN_OK)
        status = read_params(&d);
    if (status == ALN_OK && o->figure == NULL)
        figure = choose_apt(figure, &d);
    if (status == ALN_OK)
        status = aln_part_find(&part, output);
    if (status == ALN_OK)
        status = aln_part_begin(part, 0);
    if (status == ALN_OK)
        status = draw(o, &d, figure, format, &image, &length);
    if (status == ALN_OK)
        status = aln_part_write(part, image, length);
    if (status == ALN_OK)
        status = aln_part_sync(part);
    if (status == ALN_OK) {
        status = aln_part_commit(part);
        part = NULL;
    }
    if (status == ALN_OK && written != NULL && !is_standard(output)) {
        *written = output;
        output = NULL;
    }
    aln_part_abandon(part, false);
    if (d.folder != NULL)
        remove_folder(d.folder);
    for (size_t i = 0; d.input != NULL && i < o->count; i++) {
        aln_table_free(d.input[i].table);
        aln_params_free(d.input[i].params);
        free(d.input[i].title);
        free(d.input[i].subtitle);
    }
    free(d.input);
    free(d.folder);
    free(d.settings.s);
    free(output);
    free(image);
    return status;
}

/* From results to a finished figure: checks, drawing, output. */
#include "figure/figure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "figure/drawing.h"
#include "figure/look.h"
#include "file/part.h"
#include "sweep/task.h"

static const struct aln_name formats[] = {
    {"png", "bitmap, for slides and READMEs", ""},
    {"pdf", "vector graphics, for papers", ""},
    {"svg", "vector graphics, for web pages", ""},
};

const struct aln_names aln_figure_formats = {"figure format", "figure formats", formats,
                                             sizeof formats / sizeof formats[0], sizeof formats[0]};

static enum aln_status no_memory(void)
{
    return aln_raise_memory("a figure");
}

/* ---- output ---- */

/* Whether path is standard input or standard output. */
static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* The path of a result with the extension .png; standard output for standard input. */
static void add_path_beside(struct aln_text *out, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    const char *point = strrchr(name, '.');
    size_t n = point == NULL || point == name ? strlen(path) : (size_t)(point - path);
    if (is_standard(path))
        aln_text_add(out, "-");
    else
        aln_text_add(out, "%.*s.png", (int)n, path);
}

/* The format, by the extension; the first one for standard output; NULL: unknown. */
static const char *find_format(const char *path)
{
    const char *slash = strrchr(path, '/'), *point = strrchr(slash == NULL ? path : slash, '.');
    const struct aln_name *known = NULL;
    if (is_standard(path))
        known = aln_names_row(&aln_figure_formats, 0);
    else if (point != NULL)
        known = aln_names_find(&aln_figure_formats, point + 1);
    return known != NULL ? known->name : NULL;
}

/* Returned: *path  yours */
static enum aln_status choose_output(const struct aln_figure_options *o, char **path,
                                     const char **format)
{
    struct aln_text text = {0};
    *path = NULL;
    if (o->output != NULL)
        aln_text_add(&text, "%s", o->output);
    else
        add_path_beside(&text, o->paths[0]);
    if (text.failed || text.s == NULL) {
        free(text.s);
        return no_memory();
    }
    *format = find_format(text.s);
    if (*format == NULL) {
        enum aln_status status = aln_raise(
            ALN_USAGE, "%s: the extension of a figure must be .png, .pdf or .svg", text.s);
        free(text.s);
        return status;
    }
    *path = text.s;
    return ALN_OK;
}

/* A figure must not replace a result it is drawn from. */
static enum aln_status refuse_own_input(const struct aln_figure_options *o, const char *output)
{
    struct stat a, b;
    for (size_t i = 0; i < o->count && !is_standard(output); i++) {
        bool standard = is_standard(o->paths[i]);
        if (stat(output, &a) == 0 &&
            (standard ? fstat(STDIN_FILENO, &b) : stat(o->paths[i], &b)) == 0 &&
            a.st_dev == b.st_dev && a.st_ino == b.st_ino)
            return aln_raise(ALN_USAGE, "%s: the figure would overwrite this input", output);
    }
    return ALN_OK;
}

enum aln_status aln_figure_check(const struct aln_figure_options *o)
{
    char *output = NULL, offer[320];
    const char *format;
    size_t standard = 0;
    enum aln_status status = ALN_OK;
    if (o->count == 0)
        return aln_raise(ALN_USAGE, "plot needs a result to draw");
    for (size_t i = 0; i < o->count; i++)
        standard += is_standard(o->paths[i]);
    if (standard > 1)
        return aln_raise(ALN_USAGE, "plot: standard input (-) can be read only once");
    if (o->ascii && o->output != NULL && !is_standard(o->output))
        return aln_raise(ALN_USAGE, "--ascii draws to standard output, not to %s", o->output);
    if (o->figure != NULL && aln_names_find(&aln_figures, o->figure) == NULL)
        return aln_raise(ALN_USAGE, "unknown figure '%.60s'; %s", o->figure,
                         aln_names_offer(&aln_figures, o->figure, offer));
    if (!o->ascii)
        status = choose_output(o, &output, &format);
    free(output);
    return status;
}

/* ---- drawing ---- */

static enum aln_status check_applicable(const struct aln_drawing *d, const struct aln_figure *f)
{
    if ((d->column == NULL || f->takes_column) && (d->over == NULL || f->takes_over))
        return ALN_OK;
    return aln_raise(ALN_USAGE,
                     "--column and --over apply to tables collected by sweep; --column also "
                     "applies to the figure training");
}

/* Reads the results and chooses the figure. */
static enum aln_status read_results(const struct aln_figure_options *o, struct aln_drawing *d,
                                    const struct aln_figure **figure)
{
    enum aln_status status = aln_figure_read(d, o->paths, o->count);
    if (status == ALN_OK)
        status = aln_figure_choose(figure, o->figure, d);
    if (status == ALN_OK && o->column != NULL)
        status = check_applicable(d, *figure);
    if (status == ALN_OK)
        status = aln_figure_describe(d);
    if (status == ALN_OK)
        status = aln_drawing_look_find(d, o);
    if (status == ALN_OK)
        status = aln_figure_choose(figure, o->figure, d);
    return status == ALN_OK ? check_applicable(d, *figure) : status;
}

/* The folder of scripts: the user's, the installed one, or the source tree's. */
static const char *plots_folder(void)
{
    const char *own = getenv("ALIGNODE_PLOTS");
    if (own != NULL && own[0] != '\0')
        return own;
    return access(ALN_PLOTS_DIR, R_OK) == 0 ? ALN_PLOTS_DIR : ALN_PLOTS_SOURCE;
}

/* Full path of NAME.gp.  Returned: *out  yours */
static enum aln_status find_script(const char *name, char **out)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s/%s.gp", plots_folder(), name);
    if (text.failed)
        return no_memory();
    *out = access(text.s, R_OK) == 0 ? realpath(text.s, NULL) : NULL;
    enum aln_status status =
        *out != NULL ? ALN_OK
                     : aln_raise(ALN_FILE, "%s: cannot read the script of the figure: %s", text.s,
                                 strerror(errno));
    free(text.s);
    return status;
}

/* A size of a figure in characters, within the limits for legible panels. */
static size_t limit_size(size_t asked, size_t by_default, size_t least, size_t most)
{
    size_t size = asked > 0 ? asked : by_default;
    return size < least ? least : size > most ? most : size;
}

/* The title if all results share it, and the parameters that they share. */
static void add_titles(struct aln_drawing *d)
{
    bool same = true;
    for (size_t i = 1; i < d->count; i++)
        same = same && strcmp(d->input[i].title, d->input[0].title) == 0;
    aln_text_add(&d->settings, "title_text = ");
    aln_drawing_quote(&d->settings, same ? d->input[0].title : "");
    aln_text_add(&d->settings, "\n");
    aln_drawing_subtitle(d, &d->legend.subtitle);
}

/* Writes settings and data. */
static enum aln_status prepare(const struct aln_figure_options *o, struct aln_drawing *d,
                               const struct aln_figure *f, const char *format)
{
    aln_text_add(&d->settings,
                 "# What `alignode plot` found in the results.\nformat = '%s'\noutput = "
                 "'image'\ncharacters = %zu\nlines = %zu\n",
                 format, limit_size(o->columns, 100, 60, 400), limit_size(o->lines, 40, 30, 200));
    enum aln_status status = aln_drawing_legend_make(&d->legend, d, f->varied);
    if (status != ALN_OK)
        return status;
    add_titles(d);
    aln_drawing_look_settings(d);
    aln_drawing_legend_colours(&d->settings, aln_drawing_style(d));
    status = f->prepare(d);
    if (status == ALN_OK)
        status = aln_drawing_look_override(d);
    return status == ALN_OK ? aln_drawing_file(d, "figure.gp", &d->settings) : status;
}

/* Reads what gnuplot has drawn.  Returned: *image  yours */
static enum aln_status read_image(const struct aln_drawing *d, const char *script, char **image,
                                  size_t *length)
{
    struct aln_text path = {0};
    enum aln_status status;
    aln_text_add(&path, "%s/image", d->folder);
    if (path.failed)
        status = no_memory();
    else if (access(path.s, F_OK) != 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew nothing from %s", script);
    else
        status = aln_text_read_file(path.s, image, length);
    if (status == ALN_OK && *length == 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew an empty figure from %s", script);
    free(path.s);
    return status;
}

/* Writes settings and data, and runs gnuplot.
 * Returned: *image  the figure's bytes, yours, whatever the status; *length */
static enum aln_status draw(const struct aln_figure_options *o, struct aln_drawing *d,
                            const struct aln_figure *f, const char *format, char **image,
                            size_t *length)
{
    char *script = NULL, *style = NULL;
    *image = NULL;
    enum aln_status status = find_script(f->id.name, &script);
    if (status == ALN_OK)
        status = find_script("style", &style);
    if (status == ALN_OK)
        status = aln_drawing_make_folder(d);
    if (status == ALN_OK)
        status = prepare(o, d, f, format);
    if (status == ALN_OK)
        status = aln_gnuplot_run(script, style, d->folder,
                                 d->progress != NULL ? d->progress->stop : NULL);
    if (status == ALN_OK)
        status = read_image(d, script, image, length);
    free(script);
    free(style);
    return status;
}

/* Draws into a file. Nothing is drawn if it cannot be written.
 * Given: path  NULL or "-": standard output */
static enum aln_status draw_into(const char *path, const struct aln_figure_options *o,
                                 struct aln_drawing *d, const struct aln_figure *f,
                                 const char *format)
{
    struct aln_part *part = NULL;
    char *image = NULL;
    size_t length = 0;
    enum aln_status status = aln_part_find(&part, path);
    if (status == ALN_OK)
        status = aln_part_begin(part, 0);
    if (status == ALN_OK)
        status = draw(o, d, f, format, &image, &length);
    if (status == ALN_OK)
        status = aln_part_write(part, image, length);
    if (status == ALN_OK)
        status = aln_part_sync(part);
    if (status == ALN_OK)
        status = aln_part_commit(part);
    else
        aln_part_abandon(part, false);
    free(image);
    return status;
}

/* ---- all steps ---- */

enum aln_status aln_figure_draw(const struct aln_figure_options *o, char **written)
{
    struct aln_drawing d = {.column = o->column, .over = o->over, .progress = o->progress};
    const struct aln_figure *figure = NULL;
    const char *format = "dumb";
    char *output = NULL;
    if (written != NULL)
        *written = NULL;

    /* All checks come first, including those of the output. */
    enum aln_status status = aln_figure_check(o);
    if (status == ALN_OK && !o->ascii)
        status = choose_output(o, &output, &format);
    if (status == ALN_OK && output != NULL)
        status = refuse_own_input(o, output);
    if (status == ALN_OK)
        status = read_results(o, &d, &figure);
    if (status == ALN_OK)
        status = draw_into(output, o, &d, figure, format);
    if (status == ALN_OK && written != NULL && output != NULL && !is_standard(output)) {
        *written = output;
        output = NULL;
    }
    aln_drawing_remove_folder(&d);
    aln_drawing_legend_free(&d.legend);
    aln_drawing_look_free(&d);
    aln_figure_free_inputs(&d);
    free(d.settings.s);
    free(output);
    return status;
}

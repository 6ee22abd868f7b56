/* From results to a finished figure: checks, drawing, output. */
#include "figure/figure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "figure/average.h"
#include "figure/columns.h"
#include "figure/drawing.h"
#include "figure/gather.h"
#include "figure/look.h"
#include "figure/output.h"
#include "file/part.h"
#include "sweep/task.h"

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

/* Returned: *path  yours; NULL for characters */
static enum aln_status choose_output(const struct aln_figure_options *o, char **path,
                                     const struct aln_output **output)
{
    struct aln_text text = {0};
    *path = NULL;
    if (o->ascii)
        return aln_drawing_output_find(output, NULL);
    if (o->output != NULL)
        aln_text_add(&text, "%s", o->output);
    else
        add_path_beside(&text, o->paths[0]);
    enum aln_status status =
        text.failed || text.s == NULL ? no_memory() : aln_drawing_output_find(output, text.s);
    if (status == ALN_OK)
        *path = text.s;
    else
        free(text.s);
    return status;
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
    char *path = NULL, offer[320];
    const struct aln_output *output;
    const struct aln_average *average;
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
    status = choose_output(o, &path, &output);
    if (status == ALN_OK)
        status = aln_drawing_average_find(&average, o->average);
    free(path);
    return status;
}

/* ---- drawing ---- */

static enum aln_status check_applicable(const struct aln_drawing *d, const struct aln_figure *f)
{
    const struct {
        const char *option, *value;
        bool taken;
    } asked[] = {{"--column (figure.columns)", d->column, f->takes_column},
                 {"--over", d->over, f->takes_over},
                 {"--average", d->average, f->takes_average}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        if (asked[i].value != NULL && !asked[i].taken)
            return aln_raise(ALN_USAGE, "%s does not apply to the figure %s", asked[i].option,
                             f->id.name);
    return ALN_OK;
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
        status = aln_figure_gather(d);
    if (status == ALN_OK)
        status = aln_figure_choose(figure, o->figure, d);
    return status == ALN_OK ? check_applicable(d, *figure) : status;
}

/* The folder of scripts: the user's, the caller's, the installed one, or the source tree's. */
static const char *plots_folder(const struct aln_figure_options *o)
{
    const char *own = getenv("ALIGNODE_PLOTS");
    if (own != NULL && own[0] != '\0')
        return own;
    if (o->scripts != NULL)
        return o->scripts;
    return access(ALN_PLOTS_DIR, R_OK) == 0 ? ALN_PLOTS_DIR : ALN_PLOTS_SOURCE;
}

/* Full path of NAME.gp.  Returned: *out  yours */
static enum aln_status find_script(const struct aln_figure_options *o, const char *name, char **out)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s/%s.gp", plots_folder(o), name);
    if (text.failed)
        return no_memory();
    *out = access(text.s, R_OK) == 0 ? realpath(text.s, NULL) : NULL;
    enum aln_status status =
        *out != NULL
            ? ALN_OK
            : aln_raise_system(ALN_FILE, errno, "%s: cannot read the script of the figure", text.s);
    free(text.s);
    return status;
}

/* A size of a figure in characters, within the limits for legible panels. */
static size_t limit_size(size_t asked, size_t by_default, size_t least, size_t most)
{
    size_t size = asked > 0 ? asked : by_default;
    return size < least ? least : size > most ? most : size;
}

/* How many bytes of the titles of all results are the same, to the end of a part of a sentence:
 * "Random labels delay alignment" of two that go on ", MNIST" and ", CIFAR-10". */
static size_t shared_title(const struct aln_drawing *d)
{
    const char *title = d->input[0].title;
    size_t shared = strlen(title), length = 0;
    for (size_t i = 1; i < d->count; i++) {
        size_t same = 0;
        while (same < shared && title[same] == d->input[i].title[same])
            same++;
        shared = same;
    }
    for (size_t n = 1; n <= shared; n++) {
        bool ends = true, words = memchr(title, ' ', n) != NULL;
        for (size_t i = 0; i < d->count && ends; i++) {
            const char *rest = d->input[i].title + n;
            ends = rest[0] == '\0' || (words && strchr(",:;", rest[0]) != NULL) ||
                   (words && strncmp(rest, " (", 2) == 0);
        }
        length = ends ? n : length;
    }
    return length;
}

/* The title as far as all results share it, and the parameters that they share. */
static void add_titles(struct aln_drawing *d)
{
    size_t shared = shared_title(d);
    bool titled = false;
    struct aln_text title = {0};
    for (size_t i = 0; i < d->count; i++)
        titled = titled || d->input[i].title[0] != '\0';
    if (shared == 0 && titled)
        aln_text_add(&title, "Comparison of %zu results", d->count);
    else
        aln_text_add(&title, "%.*s", (int)shared, d->input[0].title);
    aln_drawing_string(&d->settings, "title_text", &title);
    free(title.s);
    aln_drawing_subtitle(d, &d->legend.subtitle);
}

/* Writes settings and data. */
static enum aln_status prepare(const struct aln_figure_options *o, struct aln_drawing *d,
                               const struct aln_figure *f)
{
    aln_text_add(&d->settings, "characters = %zu\nlines = %zu\n",
                 limit_size(o->columns, 100, 60, 400), limit_size(o->lines, 40, 24, 200));
    const char *varied =
        f->varied != NULL ? f->varied : aln_drawing_column_varied(d->input[0].table);
    enum aln_status status = aln_drawing_legend_make(&d->legend, d, varied);
    if (status != ALN_OK)
        return status;
    add_titles(d);
    aln_drawing_look_settings(d);
    aln_drawing_legend_colours(&d->settings, aln_drawing_style(d));
    status = f->prepare(d);
    if (status == ALN_OK)
        status = aln_drawing_look_check(d, f);
    if (status == ALN_OK)
        status = aln_drawing_look_override(d);
    return status == ALN_OK ? aln_drawing_file(d, "figure.gp", &d->settings) : status;
}

/* Writes settings and data, and makes the figure.
 * Returned: *image  its bytes, yours, whatever the status; *length */
static enum aln_status draw(const struct aln_figure_options *o, struct aln_output_job *job,
                            const struct aln_figure *f, const struct aln_output *output,
                            char **image, size_t *length)
{
    char *script = NULL, *style = NULL;
    struct aln_drawing *d = job->d;
    *image = NULL;
    enum aln_status status = find_script(o, f->script != NULL ? f->script : f->id.name, &script);
    if (status == ALN_OK)
        status = find_script(o, "style", &style);
    if (status == ALN_OK)
        status = aln_drawing_make_folder(d);
    aln_text_add(&d->settings, "# What `alignode plot` found in the results.\n");
    aln_drawing_output_settings(output, job->target, &d->settings);
    if (status == ALN_OK)
        status = prepare(o, d, f);
    job->script = script;
    job->style = style;
    if (status == ALN_OK)
        status = output->make(output, job, image, length);
    if (status == ALN_OK)
        status = aln_drawing_output_beside(output, job);
    free(script);
    free(style);
    return status;
}

/* Draws into a file. Nothing is drawn if it cannot be written.
 * Given: job->target  NULL or "-": standard output */
static enum aln_status draw_into(struct aln_output_job *job, const struct aln_figure_options *o,
                                 const struct aln_figure *f, const struct aln_output *output)
{
    struct aln_part *part = NULL;
    char *image = NULL;
    size_t length = 0;
    enum aln_status status = aln_part_find(&part, job->target);
    if (status == ALN_OK)
        status = aln_part_begin(part, 0);
    if (status == ALN_OK)
        status = draw(o, job, f, output, &image, &length);
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
    struct aln_drawing d = {.column = o->column,
                            .over = o->over,
                            .average = o->average,
                            .plain = o->ascii,
                            .along = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}},
                            .subtitle = o->subtitle,
                            .progress = o->progress};
    const struct aln_figure *figure = NULL;
    const struct aln_output *output = NULL;
    char *path = NULL;
    if (written != NULL)
        *written = NULL;

    /* All checks come first, including those of the output. */
    enum aln_status status = aln_figure_check(o);
    if (status == ALN_OK)
        status = choose_output(o, &path, &output);
    if (status == ALN_OK && path != NULL)
        status = refuse_own_input(o, path);
    if (status == ALN_OK)
        status = read_results(o, &d, &figure);
    if (status == ALN_OK)
        status = draw_into(&(struct aln_output_job){.d = &d, .target = path}, o, figure, output);
    if (status == ALN_OK && written != NULL && path != NULL && !is_standard(path)) {
        *written = path;
        path = NULL;
    }
    aln_drawing_remove_folder(&d);
    aln_drawing_legend_free(&d.legend);
    aln_drawing_look_free(&d);
    aln_figure_free_inputs(&d);
    free(d.settings.s);
    free(path);
    return status;
}

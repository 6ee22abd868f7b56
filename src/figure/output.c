#include "figure/output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/failure.h"
#include "figure/figure.h"
#include "file/part.h"
#include "run/options.h"

/* ---- what gnuplot draws ---- */

static enum aln_status read_image(const struct aln_output *output, const struct aln_output_job *job,
                                  char **bytes, size_t *length)
{
    struct aln_text path = {0};
    enum aln_status status = ALN_OK;
    aln_text_add(&path, "%s/%s", job->d->folder, output->image);
    if (path.failed)
        status = aln_raise_memory("a figure");
    else if (access(path.s, F_OK) != 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew nothing from %s", job->script);
    free(path.s);
    if (status == ALN_OK)
        status = aln_drawing_read_file(job->d, output->image, bytes, length);
    if (status == ALN_OK && *length == 0)
        status = aln_raise(ALN_CHILD, "gnuplot drew an empty figure from %s", job->script);
    return status;
}

static enum aln_status make_image(const struct aln_output *output, const struct aln_output_job *job,
                                  char **bytes, size_t *length)
{
    const struct aln_progress *progress = job->d->progress;
    enum aln_status status = aln_gnuplot_run(job->script, job->style, job->d->folder,
                                             progress != NULL ? progress->stop : NULL);
    return status == ALN_OK ? read_image(output, job, bytes, length) : status;
}

/* gnuplot defines the marks of an svg with outlines too thin to be seen. */
static void thicken_marks(char *svg)
{
    static const char width[] = "stroke-width='", wider[] = "0.500";
    for (char *at = svg; (at = strstr(at, " id='gpPt")) != NULL; at++) {
        char *end = strchr(at, '>'), *found = strstr(at, width);
        if (end == NULL || found == NULL || found > end)
            continue;
        found += sizeof width - 1;
        if (strcspn(found, "'") == sizeof wider - 1)
            memcpy(found, wider, sizeof wider - 1);
    }
}

static enum aln_status make_svg(const struct aln_output *output, const struct aln_output_job *job,
                                char **bytes, size_t *length)
{
    enum aln_status status = make_image(output, job, bytes, length);
    if (status == ALN_OK)
        thicken_marks(*bytes);
    return status;
}

static enum aln_status make_tex(const struct aln_output *output, const struct aln_output_job *job,
                                char **bytes, size_t *length)
{
    enum aln_status status = make_image(output, job, bytes, length);
    free(*bytes);
    *bytes = NULL;
    return status == ALN_OK ? aln_drawing_tex(output, job, bytes, length) : status;
}

/* ---- the table ---- */

static const struct aln_output outputs[] = {
    {{"png", "bitmap, for slides and READMEs", ""},
     "png",
     "image",
     "\x89PNG",
     "bKGD",
     NULL,
     make_image},
    {{"pdf", "vector graphics, for papers", ""},
     "pdf",
     "image",
     "%PDF",
     "%\xb5\xed\xae\xfb",
     NULL,
     make_image},
    {{"svg", "vector graphics, for web pages", ""},
     "svg",
     "image",
     "<?xml",
     "Produced by GNUPLOT",
     NULL,
     make_svg},
    {{"gp", "one gnuplot script with its data, to be changed by hand", ""},
     "pdf",
     "figure.gp",
     NULL,
     NULL,
     NULL,
     aln_drawing_script},
    {{"tex", "LaTeX with the fonts of the document, for \\input; the lines are in a pdf beside it",
      ""},
     "tex",
     "image.tex",
     "% GNUPLOT",
     "",
     "pdf",
     make_tex},
};
static const struct aln_output characters = {{"", "", ""}, "dumb", "image",   "",
                                             "",           NULL,   make_image};

const struct aln_names aln_figure_formats = {"figure format", "figure formats", outputs,
                                             sizeof outputs / sizeof outputs[0], sizeof outputs[0]};

/* ---- by path ---- */

/* A name that LaTeX must read takes no characters that mean something to it. */
static enum aln_status check_name(const struct aln_output *output, const char *path)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_+";
    const char *stem;
    size_t n = aln_drawing_stem(path, &stem);
    if (output->beside == NULL || strspn(stem, allowed) >= n)
        return ALN_OK;
    return aln_raise(ALN_USAGE,
                     "%s: the name of a .tex figure, which LaTeX reads, must be of letters, "
                     "digits, -, _ and +",
                     path);
}

/* ".png, .pdf or .svg".  Returned: out */
static const char *list_extensions(char out[128])
{
    size_t n = 0, count = aln_figure_formats.count;
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(out + n, 128 - n, "%s.%s",
                              i == 0           ? ""
                              : i + 1 == count ? " or "
                                               : ", ",
                              outputs[i].id.name);
    return out;
}

enum aln_status aln_drawing_output_find(const struct aln_output **out, const char *path)
{
    char known[128];
    const char *stem;
    *out = path == NULL ? &characters : &outputs[0];
    if (path == NULL || strcmp(path, "-") == 0)
        return ALN_OK;
    const char *point = path + (aln_drawing_stem(path, &stem) + (size_t)(stem - path));
    *out = *point == '.' ? (const struct aln_output *)aln_names_find(&aln_figure_formats, point + 1)
                         : NULL;
    return *out != NULL ? check_name(*out, path)
                        : aln_raise(ALN_USAGE, "%s: the extension of a figure must be %s", path,
                                    list_extensions(known));
}

void aln_drawing_output_settings(const struct aln_output *output, const char *target,
                                 struct aln_text *out)
{
    struct aln_text stem = {0};
    const char *name;
    if (output->make != aln_drawing_script) {
        aln_text_add(out, "format = '%s'\noutput = '%s'\n", output->format, output->image);
        return;
    }
    size_t n = aln_drawing_stem(target, &name);
    aln_text_add(&stem, "%.*s.", (int)n, name);
    aln_text_add(out,
                 "if (!exists('format')) format = '%s' # or png, svg\noutput = ", output->format);
    aln_drawing_quote(out, stem.s != NULL ? stem.s : "");
    aln_text_add(out, ".format\n");
    out->failed = out->failed || stem.failed;
    free(stem.s);
}

char *aln_figure_beside(const char *path)
{
    const struct aln_output *output;
    struct aln_text text = {0};
    const char *stem;
    if (aln_drawing_output_find(&output, path) != ALN_OK || output->beside == NULL)
        return NULL;
    size_t n = aln_drawing_stem(path, &stem) + (size_t)(stem - path);
    aln_text_add(&text, "%.*s.%s", (int)n, path, output->beside);
    return text.s;
}

bool aln_figure_is_one(const char *head)
{
    bool found = false;
    for (size_t i = 0; i < aln_figure_formats.count; i++) {
        const struct aln_output *o = &outputs[i];
        found = found || (o->begins != NULL && strncmp(head, o->begins, strlen(o->begins)) == 0 &&
                          strstr(head, o->holds) != NULL);
    }
    return found;
}

enum aln_status aln_drawing_output_beside(const struct aln_output *output,
                                          const struct aln_output_job *job)
{
    char *bytes = NULL, *path = NULL, name[32];
    size_t length = 0;
    if (output->beside == NULL)
        return ALN_OK;
    snprintf(name, sizeof name, "image.%s", output->beside);
    enum aln_status status = aln_drawing_read_file(job->d, name, &bytes, &length);
    if (status == ALN_OK && (path = aln_figure_beside(job->target)) == NULL)
        status = aln_raise_memory("a figure");
    if (status == ALN_OK)
        status = aln_part_save(path, false, bytes, length);
    free(path);
    free(bytes);
    return status;
}

#include "figure/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/figure.h"
#include "params/presentation.h"
#include "params/schema_table.h"

/* ---- the section ---- */

/* The section of a result, with --set over it. */
static enum aln_status read_section(struct aln_drawing *d, const struct aln_figure_options *o)
{
    const struct aln_schema *schema = &aln_presentation_schema;
    struct aln_tree *tree = NULL;
    void *look = NULL;
    enum aln_status status = aln_tree_copy(&tree, d->input[0].tree);
    if (status == ALN_OK)
        status = aln_schema_set(schema, tree, o->set_count, o->set);
    if (status == ALN_OK)
        status = aln_schema_from_tree(&look, schema, tree, d->input[0].path, NULL);
    aln_tree_free(tree);
    d->look = d->own_look = look;
    return status;
}

/* The columns as --column gives them: "eg,GA". */
static enum aln_status join_columns(struct aln_drawing *d)
{
    const struct aln_presentation_texts *columns = &d->look->columns;
    for (size_t i = 0; i < columns->count; i++)
        aln_text_add(&d->columns, "%s%s", i > 0 ? "," : "", columns->text[i]);
    if (d->column == NULL)
        d->column = d->columns.s;
    return d->columns.failed ? aln_raise_memory("a figure") : ALN_OK;
}

enum aln_status aln_drawing_look_find(struct aln_drawing *d, const struct aln_figure_options *o)
{
    enum aln_status status = ALN_OK;
    d->look = o->presentation;
    if (d->look == NULL)
        status = read_section(d, o);
    return status == ALN_OK ? join_columns(d) : status;
}

void aln_drawing_look_free(struct aln_drawing *d)
{
    aln_schema_free(&aln_presentation_schema, d->own_look);
    free(d->columns.s);
}

const struct aln_style *aln_drawing_style(const struct aln_drawing *d)
{
    return d->look != NULL && d->look->style != NULL ? d->look->style : aln_style_row(0);
}

/* ---- colours ---- */

static void split(const char *colour, unsigned rgb[3])
{
    if (sscanf(colour, "#%2x%2x%2x", &rgb[0], &rgb[1], &rgb[2]) != 3)
        rgb[0] = rgb[1] = rgb[2] = 0;
}

/* Relative luminance.  Source: WCAG 2.1 */
static double luminance(const unsigned rgb[3])
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double x = rgb[i] / 255.0;
        sum += weight[i] * (x <= 0.03928 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(const unsigned a[3], const unsigned b[3])
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* Mixes a colour with another until it can be read on a dark background. */
static void mix(unsigned rgb[3], const unsigned with[3], const unsigned paper[3])
{
    enum { ENOUGH = 5, STEPS = 64 };
    const unsigned from[3] = {rgb[0], rgb[1], rgb[2]};
    for (unsigned k = 1; k <= STEPS && contrast(rgb, paper) < ENOUGH; k++)
        for (int i = 0; i < 3; i++)
            rgb[i] = (from[i] * (STEPS - k) + with[i] * k) / STEPS;
}

/* Makes a colour brighter, which keeps colours apart, then paler as far as that is not enough. */
static void lighten(unsigned rgb[3], const unsigned paper[3])
{
    const unsigned top = rgb[0] > rgb[1] ? (rgb[0] > rgb[2] ? rgb[0] : rgb[2])
                                         : (rgb[1] > rgb[2] ? rgb[1] : rgb[2]),
                   by = top > 0 ? top : 255;
    const unsigned bright[3] = {rgb[0] * 255 / by, rgb[1] * 255 / by, rgb[2] * 255 / by};
    mix(rgb, bright, paper);
    mix(rgb, (const unsigned[3]){255, 255, 255}, paper);
}

const char *aln_drawing_colour(const struct aln_style *style, const char *colour, size_t i,
                               char out[8])
{
    static const unsigned levels[] = {0x00, 0x66, 0x3c};
    unsigned rgb[3], paper[3];
    split(colour, rgb);
    split(style->paper, paper);
    if (style->grey)
        rgb[0] = rgb[1] = rgb[2] = levels[i % (sizeof levels / sizeof levels[0])];
    else if (luminance(paper) < 0.5)
        lighten(rgb, paper);
    snprintf(out, 8, "#%02x%02x%02x", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
    return out;
}

/* What has no colour of its own.  Source: Okabe & Ito, for colour-blind readers */
static const char *const palette[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000"};
enum { PALETTE = sizeof palette / sizeof palette[0] };

static void add_palette(struct aln_text *out, const struct aln_style *style)
{
    char text[PALETTE][8];
    const char *colour[PALETTE];
    for (size_t i = 0; i < PALETTE; i++)
        colour[i] = aln_drawing_colour(style, palette[i], i, text[i]);
    aln_drawing_strings(out, "colours", PALETTE, colour);
}

/* ---- settings ---- */

static void add_text(struct aln_text *out, const char *name, const char *s)
{
    aln_text_add(out, "%s = ", name);
    aln_drawing_quote(out, s);
    aln_text_add(out, "\n");
}

static void add_number(struct aln_text *out, const char *name, double x)
{
    char number[32];
    aln_text_from_real(x, number);
    aln_text_add(out, "%s = %s\n", name, number);
}

static void add_bound(struct aln_text *out, double x)
{
    char number[32];
    aln_text_from_real(x, number);
    aln_text_add(out, "%s", isnan(x) ? "*" : number);
}

/* "NAME = '[0.1:*]'", or '' if the figure chooses. */
static void add_range(struct aln_text *out, const char *name,
                      const struct aln_presentation_span *span)
{
    aln_text_add(out, "%s = '%s", name, span->given ? "[" : "");
    if (span->given) {
        add_bound(out, span->x[0]);
        aln_text_add(out, ":");
        add_bound(out, span->x[1]);
        aln_text_add(out, "]");
    }
    aln_text_add(out, "'\n");
}

/* Numbers and texts of a style. */
struct look_setting {
    const char *name;
    size_t at;
};
static const struct look_setting numbers[] = {
    {"points_of_face", offsetof(struct aln_style, points)},
    {"stroke", offsetof(struct aln_style, stroke)},
    {"dots", offsetof(struct aln_style, dots)}};
static const struct look_setting texts[] = {{"paper", offsetof(struct aln_style, paper)},
                                            {"text_ink", offsetof(struct aln_style, ink)},
                                            {"faint", offsetof(struct aln_style, faint)},
                                            {"shade", offsetof(struct aln_style, shade)}};

static void add_style(struct aln_text *out, const struct aln_style *style)
{
    const char *row = (const char *)style;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        add_number(out, numbers[i].name, *(const double *)(const void *)(row + numbers[i].at));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        add_text(out, texts[i].name, *(const char *const *)(const void *)(row + texts[i].at));
    aln_text_add(out, "grey = %d\n", style->grey);
    add_palette(out, style);
}

void aln_drawing_look_settings(struct aln_drawing *d)
{
    const struct aln_presentation *look = d->look;
    const struct aln_style *style = aln_drawing_style(d);
    struct aln_text *out = &d->settings;
    bool sized = look->size.given;
    add_text(out, "fonts", look->font != NULL ? look->font : style->fonts);
    add_number(out, "page_width", sized ? look->size.x[0] : style->width);
    add_number(out, "page_aspect", sized ? look->size.x[1] / look->size.x[0] : style->aspect);
    add_style(out, style);
    add_range(out, "own_xrange", &look->xrange);
    add_range(out, "own_yrange", &look->yrange);
    add_text(out, "own_log", look->log != NULL ? look->log->name : "");
    aln_text_add(out, "legend_off = %d\nlegend_own = %d\n", look->legend.off,
                 look->legend.count > 0);
}

/* ---- axes ---- */

static enum aln_status check_range(const struct aln_drawing *d, const struct aln_figure *f,
                                   int axis)
{
    const struct aln_presentation_span *asked = axis == 0 ? &d->look->xrange : &d->look->yrange;
    const struct aln_extent data = d->along[axis];
    const char letter = "xy"[axis];
    if (!asked->given)
        return ALN_OK;
    if (f->along[axis] == NULL)
        return aln_raise(ALN_USAGE, "figure.%crange does not apply to the figure %s", letter,
                         f->id.name);
    if (asked->x[0] > data.most || asked->x[1] < data.least)
        return aln_raise(ALN_USAGE, "figure.%crange holds none of the data, which go from %g to %g",
                         letter, data.least, data.most);
    return ALN_OK;
}

/* Ranges that each hold some of the data may show none of them. */
static enum aln_status check_window(const struct aln_drawing *d)
{
    const bool x = d->look->xrange.given, y = d->look->yrange.given;
    if (!d->placed || d->seen || (!x && !y))
        return ALN_OK;
    if (x && y)
        return aln_raise(ALN_USAGE, "figure.xrange and figure.yrange together show none of the "
                                    "data");
    return aln_raise(ALN_USAGE,
                     "figure.%crange holds none of the data: it lies between two of them",
                     x ? 'x' : 'y');
}

/* A logarithmic axis that is asked for needs values above zero. */
static enum aln_status check_log(const struct aln_drawing *d, const struct aln_figure *f, int axis)
{
    const char *asked = d->look->log != NULL ? d->look->log->name : "";
    const char letter = "xy"[axis];
    if (asked[0] != '\0' && f->log == NULL)
        return aln_raise(ALN_USAGE, "figure.log does not apply to the figure %s", f->id.name);
    if (strchr(asked, letter) == NULL)
        return ALN_OK;
    if (strchr(f->log, letter) == NULL)
        return aln_raise(ALN_USAGE,
                         "figure.log: the %c axis of the figure %s cannot be logarithmic", letter,
                         f->id.name);
    /* Times of which only the start is there are on a linear axis. */
    const bool time = axis == 0 && f->along[0] != NULL && f->along[0][0] != '\0';
    if (d->along[axis].most <= 0 && !time)
        return aln_raise(ALN_USAGE, "figure.log: no values along %c are above zero", letter);
    return ALN_OK;
}

enum aln_status aln_drawing_look_check(struct aln_drawing *d, const struct aln_figure *f)
{
    enum aln_status status = ALN_OK;
    for (int axis = 0; axis < 2 && status == ALN_OK; axis++) {
        if (f->along[axis] != NULL && f->along[axis][0] != '\0')
            aln_drawing_survey(d, axis, f->along[axis]);
        status = check_log(d, f, axis);
        if (status == ALN_OK)
            status = check_range(d, f, axis);
    }
    if (status == ALN_OK && f->along[0] != NULL && f->along[1] != NULL && f->along[0][0] != '\0' &&
        f->along[1][0] != '\0')
        status = aln_drawing_place_columns(d, f->along[0], f->along[1]);
    return status == ALN_OK ? check_window(d) : status;
}

enum aln_status aln_drawing_look_labels(struct aln_drawing *d, const char *name, size_t count)
{
    const struct aln_presentation_texts *own = &d->look->legend;
    d->labelled = true;
    if (own->count > 0 && own->count != count)
        return aln_raise(ALN_USAGE, "figure.legend: %zu texts for %zu curves", own->count, count);
    for (size_t i = 0; i < own->count; i++) {
        aln_text_add(&d->settings, "%s[%zu] = ", name, i + 1);
        aln_drawing_quote(&d->settings, own->text[i]);
        aln_text_add(&d->settings, "\n");
    }
    return ALN_OK;
}

enum aln_status aln_drawing_look_override(struct aln_drawing *d)
{
    const struct aln_presentation *look = d->look;
    struct aln_text *out = &d->settings;
    bool none = look->title != NULL ? look->title[0] == '\0' : !aln_drawing_style(d)->title;
    if (look->title != NULL || none)
        add_text(out, "title_text", none ? "" : look->title);
    if (none || !aln_drawing_style(d)->title)
        add_text(out, "subtitle_text", "");
    if (look->legend.count > 0 && !d->labelled)
        return aln_raise(ALN_USAGE, "figure.legend: this figure has no curves to name");
    return ALN_OK;
}

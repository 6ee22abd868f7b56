/* Usage: check_picture [--theory] PICTURE.svg...
 *
 * Looks for faults of layout in pictures drawn by gnuplot's svg terminal, and prints a line for each.
 * With --theory unmarked lines are smooth curves, in which a corner is a fault.
 * Exit status: 0 no faults, 1 faults, 2 a file cannot be read. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scene.h"

/* Limits, in pixels unless stated otherwise. A picture is about 840 wide, its font has 12. */
static const double slack = 1; /* boxes may overlap by this: antialiasing */
static const double word_space =
    .3;                       /* between texts on one line, in font sizes: else they read as one */
static const double tic = 12; /* a stroke of a frame shorter than this is a tic */
static const double turn_seen = 15;           /* degrees: a corner of more than this is seen ... */
static const double side_seen = 8;            /* ... between two sides both longer than this */
static const double contrast_of_text = 4.5;   /* ratios of luminance, as in WCAG 2 */
static const double contrast_of_lines = 1.25; /* only for what cannot be seen at all */
static const double small = 0.6;              /* letters, as a fraction of the most frequent size */
static const double reach = 45;               /* tic labels are within this of their axis */

struct report {
    const char *path;
    size_t faults;
};

static void report(struct report *r, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s: ", r->path);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    r->faults++;
}

/* ---- geometry ---- */

static struct box grown(struct box box, double x, double y)
{
    return (struct box){box.x0 - x, box.y0 - y, box.x1 + x, box.y1 + y};
}

/* The inverse of a rotation and shift. */
static struct affine inverse(const struct affine *m)
{
    double det = m->a * m->d - m->b * m->c;
    struct affine to = {m->d / det, -m->b / det, -m->c / det, m->a / det, 0, 0};
    struct point shift = affine_apply(&to, (struct point){m->e, m->f});
    to.e = -shift.x;
    to.f = -shift.y;
    return to;
}

/* Depth of the overlap of two boxes along the axes of the first; <= 0: apart. */
static double overlap_along(const struct ink *a, const struct ink *b)
{
    struct affine back = inverse(&a->to);
    struct ink seen = *b;
    struct point origin = affine_apply(&back, (struct point){b->to.e, b->to.f});
    seen.to = (struct affine){back.a * b->to.a + back.c * b->to.b,
                              back.b * b->to.a + back.d * b->to.b,
                              back.a * b->to.c + back.c * b->to.d,
                              back.b * b->to.c + back.d * b->to.d,
                              origin.x,
                              origin.y};
    struct box box = box_of_ink(&seen);
    return fmin(fmin(a->box.x1, box.x1) - fmax(a->box.x0, box.x0),
                fmin(a->box.y1, box.y1) - fmax(a->box.y0, box.y0));
}

static bool inks_overlap(const struct ink *a, const struct ink *b)
{
    return overlap_along(a, b) > slack && overlap_along(b, a) > slack;
}

/* Narrows [*from, *to] to where a coordinate p + u d is within [low, high]. */
static bool clip(double p, double d, double low, double high, double *from, double *to)
{
    if (d == 0)
        return p > low && p < high;
    double u = (low - p) / d, v = (high - p) / d;
    *from = fmax(*from, fmin(u, v));
    *to = fmin(*to, fmax(u, v));
    return *from < *to;
}

/* Whether a line from a to b enters an upright box. */
static bool enters(struct point a, struct point b, const struct box *box)
{
    double from = 0, to = 1;
    return clip(a.x, b.x - a.x, box->x0, box->x1, &from, &to) &&
           clip(a.y, b.y - a.y, box->y0, box->y1, &from, &to);
}

static bool stroke_enters(const struct stroke *s, const struct box *box)
{
    for (size_t i = 1; i < s->count; i++)
        if (enters(s->at[i - 1], s->at[i], box))
            return true;
    return false;
}

static bool stroke_crosses(const struct stroke *s, const struct ink *ink)
{
    struct affine back = inverse(&ink->to);
    struct box box = grown(ink->box, -slack, -slack);
    for (size_t i = 1; i < s->count; i++)
        if (enters(affine_apply(&back, s->at[i - 1]), affine_apply(&back, s->at[i]), &box))
            return true;
    return false;
}

static struct box box_of_stroke(const struct stroke *s)
{
    struct box box = {s->at[0].x, s->at[0].y, s->at[0].x, s->at[0].y};
    for (size_t i = 1; i < s->count; i++) {
        box.x0 = fmin(box.x0, s->at[i].x);
        box.y0 = fmin(box.y0, s->at[i].y);
        box.x1 = fmax(box.x1, s->at[i].x);
        box.y1 = fmax(box.y1, s->at[i].y);
    }
    return box;
}

static double length_of(const struct stroke *s, size_t i)
{
    return hypot(s->at[i].x - s->at[i - 1].x, s->at[i].y - s->at[i - 1].y);
}

/* ---- texts ---- */

/* The same text in the same place, drawn twice, is seen once. */
static bool coincide(const struct word *a, const struct word *b)
{
    return strcmp(a->s, b->s) == 0 &&
           hypot(a->ink.to.e - b->ink.to.e, a->ink.to.f - b->ink.to.f) < .1;
}

static void find_overlapping_texts(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->words; i++)
        for (size_t k = i + 1; k < scene->words; k++) {
            struct ink a = scene->word[i].ink, b = scene->word[k].ink;
            double gap = word_space * fmin(scene->word[i].size, scene->word[k].size) / 2;
            a.box = grown(a.box, gap, 0);
            b.box = grown(b.box, gap, 0);
            if (inks_overlap(&a, &b) && !coincide(&scene->word[i], &scene->word[k]))
                report(r, "texts overlap or touch: '%s' and '%s'", scene->word[i].s,
                       scene->word[k].s);
        }
}

static void find_cut_texts(const struct scene *scene, struct report *r)
{
    const struct box canvas = {0, 0, scene->width, scene->height};
    for (size_t i = 0; i < scene->words; i++) {
        struct box box = box_of_ink(&scene->word[i].ink);
        if (!box_holds(&canvas, &box, 0))
            report(r, "text leaves the picture: '%s' from %.0f,%.0f to %.0f,%.0f", scene->word[i].s,
                   box.x0, box.y0, box.x1, box.y1);
    }
}

static void find_crossed_texts(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->words; i++)
        for (size_t k = 0; k < scene->strokes; k++)
            if (scene->stroke[k].plot == 0 &&
                stroke_crosses(&scene->stroke[k], &scene->word[i].ink)) {
                report(r, "a frame, tic or arrow crosses the text '%s'", scene->word[i].s);
                break;
            }
}

static bool dot_touches(const struct dot *dot, const struct ink *ink)
{
    struct affine back = inverse(&ink->to);
    struct point p = affine_apply(&back, dot->at);
    struct box box = grown(ink->box, dot->radius - slack, dot->radius - slack);
    return p.x > box.x0 && p.x < box.x1 && p.y > box.y0 && p.y < box.y1;
}

static bool is_over_data(const struct scene *scene, const struct ink *ink)
{
    for (size_t k = 0; k < scene->strokes; k++)
        if (scene->stroke[k].plot > 0 && stroke_crosses(&scene->stroke[k], ink))
            return true;
    for (size_t k = 0; k < scene->dots; k++)
        if (dot_touches(&scene->dot[k], ink))
            return true;
    return false;
}

static void find_texts_over_data(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->words; i++)
        if (is_over_data(scene, &scene->word[i].ink))
            report(r, "a curve or point crosses the text '%s'", scene->word[i].s);
}

/* The size of most letters. */
static double usual_size(const struct scene *scene)
{
    double usual = 0;
    size_t most = 0;
    for (size_t i = 0; i < scene->words; i++) {
        size_t letters = 0;
        for (size_t k = 0; k < scene->words; k++)
            if (scene->word[k].size == scene->word[i].size)
                letters += strlen(scene->word[k].s);
        usual = letters > most ? scene->word[i].size : usual;
        most = letters > most ? letters : most;
    }
    return usual;
}

static void find_small_texts(const struct scene *scene, struct report *r)
{
    double usual = usual_size(scene);
    for (size_t i = 0; i < scene->words; i++)
        if (scene->word[i].size < small * usual)
            report(r, "letters of size %.3g where others have %.3g: '%s'", scene->word[i].size,
                   usual, scene->word[i].s);
}

/* ---- colours ---- */

static double linear(double c)
{
    return c <= 0.03928 * 255 ? c / 255 / 12.92 : pow((c / 255 + 0.055) / 1.055, 2.4);
}

static double luminance(const struct colour *c)
{
    return 0.2126 * linear(c->r) + 0.7152 * linear(c->g) + 0.0722 * linear(c->b);
}

static double contrast(const struct colour *a, const struct colour *b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

static void find_pale_texts(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->words; i++)
        if (contrast(&scene->word[i].colour, &scene->word[i].ground) < contrast_of_text)
            report(r, "text is hardly seen on what is beneath it: '%s'", scene->word[i].s);
}

static void find_covered_texts(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->words; i++)
        if (scene->word[i].covered)
            report(r, "an area is drawn over the text '%s'", scene->word[i].s);
}

static void find_pale_lines(const struct scene *scene, struct report *r)
{
    size_t last = 0;
    for (size_t i = 0; i < scene->strokes; i++) {
        const struct stroke *s = &scene->stroke[i];
        if (s->plot > last && contrast(&s->colour, &s->ground) < contrast_of_lines) {
            report(r, "curve %zu is not seen on the background", s->plot);
            last = s->plot;
        }
    }
}

/* ---- lines ---- */

static bool is_inset(const struct scene *scene, size_t frame)
{
    for (size_t i = 0; i < scene->frames; i++)
        if (i != frame && box_holds(&scene->frame[i], &scene->frame[frame], slack))
            return true;
    return false;
}

/* What is drawn lies on the canvas, and curves lie in a frame; samples of keys have two points. */
static void find_escapes(const struct scene *scene, struct report *r)
{
    const struct box canvas = {0, 0, scene->width, scene->height};
    for (size_t i = 0; i < scene->strokes; i++) {
        const struct stroke *s = &scene->stroke[i];
        struct box box = box_of_stroke(s);
        bool held = s->plot == 0 || s->count == 2;
        for (size_t k = 0; k < scene->frames && !held; k++)
            held = box_holds(&scene->frame[k], &box, slack);
        if (!box_holds(&canvas, &box, slack))
            report(r, "a line leaves the picture, at %.0f,%.0f", s->at[0].x, s->at[0].y);
        else if (!held)
            report(r, "curve %zu leaves its frame, near %.0f,%.0f", s->plot, s->at[0].x,
                   s->at[0].y);
    }
}

/* Curves of the panel beneath: those that are not within the inset. */
static void find_curves_behind_insets(const struct scene *scene, struct report *r)
{
    for (size_t f = 0; f < scene->frames; f++) {
        if (!is_inset(scene, f))
            continue;
        struct box inside = grown(scene->frame[f], -slack, -slack);
        for (size_t i = 0; i < scene->strokes; i++) {
            const struct stroke *s = &scene->stroke[i];
            struct box box = box_of_stroke(s);
            if (s->plot > 0 && !box_holds(&scene->frame[f], &box, slack) &&
                stroke_enters(s, &inside)) {
                report(r, "curve %zu passes behind an inset", s->plot);
                break;
            }
        }
    }
}

/* Tic labels of an inset: upright, beside its left side or below it. */
static void count_labels(const struct scene *scene, const struct box *frame, size_t *beside,
                         size_t *below)
{
    *beside = *below = 0;
    for (size_t i = 0; i < scene->words; i++) {
        struct box box = box_of_ink(&scene->word[i].ink);
        double x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
        *beside += box.x1 < frame->x0 && box.x1 > frame->x0 - reach && y > frame->y0 - tic &&
                   y < frame->y1 + tic;
        *below += box.y0 > frame->y1 && box.y1 < frame->y1 + reach && x > frame->x0 - tic &&
                  x < frame->x1 + tic;
    }
}

static void find_insets_with_bad_tics(const struct scene *scene, struct report *r)
{
    enum { LEAST = 2, MOST = 6 };
    for (size_t f = 0; f < scene->frames; f++) {
        size_t beside, below;
        if (!is_inset(scene, f))
            continue;
        count_labels(scene, &scene->frame[f], &beside, &below);
        if (beside < LEAST || beside > MOST || below < LEAST || below > MOST)
            report(r, "an inset has %zu tic labels beside it and %zu below it, not %d to %d",
                   beside, below, LEAST, MOST);
    }
}

static bool is_marked(const struct scene *scene, size_t plot)
{
    for (size_t i = 0; i < scene->dots; i++)
        if (scene->dot[i].plot == plot)
            return true;
    return false;
}

static bool has_corner(const struct stroke *s, size_t i)
{
    double a = length_of(s, i), b = length_of(s, i + 1);
    double x = s->at[i].x - s->at[i - 1].x, y = s->at[i].y - s->at[i - 1].y;
    double u = s->at[i + 1].x - s->at[i].x, v = s->at[i + 1].y - s->at[i].y;
    double turn = fabs(atan2(x * v - y * u, x * u + y * v)) * 180 / acos(-1);
    return a > side_seen && b > side_seen && turn > turn_seen;
}

static void find_corners(const struct scene *scene, struct report *r)
{
    for (size_t i = 0; i < scene->strokes; i++) {
        const struct stroke *s = &scene->stroke[i];
        for (size_t k = 1; s->plot > 0 && k + 1 < s->count && !is_marked(scene, s->plot); k++)
            if (has_corner(s, k)) {
                report(r, "theory curve %zu has a corner at %.0f,%.0f", s->plot, s->at[k].x,
                       s->at[k].y);
                break;
            }
    }
}

/* ---- numbers along axes ---- */

enum { MOST_LABELS = 64 };

/* The numbers along a side of a frame: where and which. */
struct labels {
    double at[MOST_LABELS], number[MOST_LABELS];
    size_t count;
};

static bool is_upright(const struct word *w)
{
    return w->ink.to.b == 0 && w->ink.to.c == 0;
}

/* Whether a place is in a frame that is not around this one: what is written there is not beside it. */
static bool is_in_another(const struct scene *scene, const struct box *frame, double x, double y)
{
    const struct box place = {.x0 = x, .y0 = y, .x1 = x, .y1 = y};
    for (size_t i = 0; i < scene->frames; i++)
        if (&scene->frame[i] != frame && box_holds(&scene->frame[i], &place, 0) &&
            !box_holds(&scene->frame[i], frame, slack))
            return true;
    return false;
}

/* Numbers below a frame, the uppermost row of them, or beside its left end. */
static void collect_labels(const struct scene *scene, const struct box *frame, bool below,
                           struct labels *out)
{
    double row = INFINITY;
    out->count = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < scene->words; i++) {
            const struct word *w = &scene->word[i];
            struct box box = box_of_ink(&w->ink);
            double x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
            bool near = below ? box.y0 > frame->y1 && box.y0 < frame->y1 + reach &&
                                    x > frame->x0 - tic && x < frame->x1 + tic && box.x1 > frame->x0
                              : box.x1 < frame->x0 && box.x1 > frame->x0 - reach / 2 &&
                                    y > frame->y0 - tic && y < frame->y1 + tic;
            if (isnan(w->number) || !near || !is_upright(w) || is_in_another(scene, frame, x, y))
                continue;
            if (pass == 0)
                row = fmin(row, w->ink.to.f);
            else if ((!below || w->ink.to.f < row + w->size / 2) && out->count < MOST_LABELS) {
                out->at[out->count] = below ? w->ink.to.e : -w->ink.to.f;
                out->number[out->count++] = w->number;
            }
        }
}

/* The largest distance of a label from the place of its number, in pixels, if the first and the last
 * one are in their places; infinity if numbers do not increase.
 * Given: log  on a logarithmic axis */
static double misplaced(const struct labels *l, bool log_axis)
{
    double worst = 0, x[MOST_LABELS];
    size_t first = 0, last = 0;
    for (size_t i = 0; i < l->count; i++) {
        x[i] = !log_axis ? l->number[i] : l->number[i] > 0 ? log(l->number[i]) : -INFINITY;
        first = l->at[i] < l->at[first] ? i : first;
        last = l->at[i] > l->at[last] ? i : last;
    }
    if (!(x[last] > x[first]) || !isfinite(x[first]))
        return INFINITY;
    for (size_t i = 0; i < l->count; i++) {
        double part = (x[i] - x[first]) / (x[last] - x[first]);
        worst = fmax(worst, fabs(l->at[first] + part * (l->at[last] - l->at[first]) - l->at[i]));
    }
    return worst;
}

/* In a map each cell has its number. */
static bool has_cells(const struct scene *scene, const struct box *frame)
{
    enum { CELLS = 4 };
    size_t cells = 0;
    for (size_t i = 0; i < scene->areas; i++) {
        const struct point p = scene->area[i].at[0];
        cells += p.x >= frame->x0 - slack && p.x <= frame->x1 + slack && p.y >= frame->y0 - slack &&
                 p.y <= frame->y1 + slack;
    }
    return cells >= CELLS;
}

/* Numbers along an axis are where a linear or a logarithmic scale has them. */
static void find_misplaced_numbers(const struct scene *scene, struct report *r)
{
    static const double seen = 2.5; /* more than a label is shifted by its letters */
    for (size_t f = 0; f < scene->frames; f++)
        for (int below = 0; below < 2 && !has_cells(scene, &scene->frame[f]); below++) {
            struct labels l;
            collect_labels(scene, &scene->frame[f], below, &l);
            if (l.count == 1 && !is_inset(scene, f))
                report(r, "the only number %s a frame is %g: its scale cannot be read",
                       below ? "below" : "beside", l.number[0]);
            if (l.count > 2 && misplaced(&l, false) > seen && misplaced(&l, true) > seen)
                report(r, "the numbers %s a frame, from %g to %g, are on no scale",
                       below ? "below" : "beside", l.number[0], l.number[l.count - 1]);
        }
}

/* ---- all rules ---- */

static const struct {
    void (*find)(const struct scene *, struct report *);
    bool theory; /* only for smooth curves */
} rules[] = {
    {find_overlapping_texts, false},
    {find_cut_texts, false},
    {find_crossed_texts, false},
    {find_texts_over_data, false},
    {find_small_texts, false},
    {find_pale_texts, false},
    {find_covered_texts, false},
    {find_pale_lines, false},
    {find_escapes, false},
    {find_curves_behind_insets, false},
    {find_insets_with_bad_tics, false},
    {find_misplaced_numbers, false},
    {find_corners, true},
};

/* Returned: an exit status */
static int check(const char *path, bool theory)
{
    struct scene scene;
    struct report r = {.path = path};
    if (!scene_read(&scene, path)) {
        scene_free(&scene);
        return 2;
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (theory || !rules[i].theory)
            rules[i].find(&scene, &r);
    scene_free(&scene);
    return r.faults > 0;
}

int main(int argc, char **argv)
{
    bool theory = argc > 1 && strcmp(argv[1], "--theory") == 0;
    int worst = argc > 1 + theory ? 0 : 2;
    for (int i = 1 + theory; i < argc; i++) {
        int status = check(argv[i], theory);
        worst = status > worst ? status : worst;
    }
    return worst;
}

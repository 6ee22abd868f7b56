/* Reads the subset of SVG that gnuplot writes. */
#include "scene.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fonts.h"

/* What an element passes on to those within it. */
struct inherited {
    struct affine to;
    struct colour fill, stroke, current;
    char family[128], anchor[16];
    double size;
    bool bold;
    size_t plot;
};

void *scene_grow(void *item, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return item;
    *room = *room == 0 ? 16 : 2 * *room;
    item = realloc(item, *room * size);
    if (item == NULL) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    return item;
}

struct point affine_apply(const struct affine *m, struct point p)
{
    return (struct point){m->a * p.x + m->c * p.y + m->e, m->b * p.x + m->d * p.y + m->f};
}

static void box_add(struct box *box, struct point p)
{
    box->x0 = fmin(box->x0, p.x);
    box->y0 = fmin(box->y0, p.y);
    box->x1 = fmax(box->x1, p.x);
    box->y1 = fmax(box->y1, p.y);
}

static const struct box nothing = {1e300, 1e300, -1e300, -1e300};

struct box box_of_ink(const struct ink *ink)
{
    struct box box = nothing;
    const double x[] = {ink->box.x0, ink->box.x1}, y[] = {ink->box.y0, ink->box.y1};
    for (size_t i = 0; i < 4; i++)
        box_add(&box, affine_apply(&ink->to, (struct point){x[i % 2], y[i / 2]}));
    return box;
}

bool box_holds(const struct box *outer, const struct box *inner, double slack)
{
    return inner->x0 >= outer->x0 - slack && inner->y0 >= outer->y0 - slack &&
           inner->x1 <= outer->x1 + slack && inner->y1 <= outer->y1 + slack;
}

/* ---- attributes ---- */

/* Returned: false if there is none; longer ones are cut */
static bool read_attribute(const xmlNode *node, const char *name, char *value, size_t room)
{
    xmlChar *s = xmlGetProp(node, (const xmlChar *)name);
    if (s != NULL)
        snprintf(value, room, "%s", (const char *)s);
    xmlFree(s);
    return s != NULL;
}

static double read_number(const xmlNode *node, const char *name, double otherwise)
{
    char s[64];
    return read_attribute(node, name, s, sizeof s) ? strtod(s, NULL) : otherwise;
}

static void read_colour(const xmlNode *node, const char *name, const struct colour *current,
                        struct colour *colour)
{
    static const struct {
        const char *name;
        struct colour colour;
    } named[] = {{"black", {0, 0, 0}}, {"white", {255, 255, 255}}, {"gray", {128, 128, 128}}};
    char s[64];
    unsigned r, g, b;
    if (!read_attribute(node, name, s, sizeof s))
        return;
    if (sscanf(s, "#%2x%2x%2x", &r, &g, &b) == 3 || sscanf(s, "rgb(%u, %u, %u)", &r, &g, &b) == 3)
        *colour = (struct colour){r, g, b};
    if (strcmp(s, "currentColor") == 0)
        *colour = *current;
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strcmp(s, named[i].name) == 0)
            *colour = named[i].colour;
}

/* First b, then a. */
static struct affine after(struct affine a, struct affine b)
{
    return (struct affine){a.a * b.a + a.c * b.b,       a.b * b.a + a.d * b.b,
                           a.a * b.c + a.c * b.d,       a.b * b.c + a.d * b.d,
                           a.a * b.e + a.c * b.f + a.e, a.b * b.e + a.d * b.f + a.f};
}

static struct affine read_transform(const xmlNode *node, struct affine to)
{
    char s[256];
    double x, y, turn;
    if (!read_attribute(node, "transform", s, sizeof s))
        return to;
    for (char *part = s; part != NULL; part = strchr(part, ')')) {
        part += strspn(part, ") ");
        if (sscanf(part, "translate(%lf,%lf)", &x, &y) == 2)
            to = after(to, (struct affine){1, 0, 0, 1, x, y});
        else if (sscanf(part, "rotate(%lf)", &turn) == 1) {
            turn *= acos(-1) / 180;
            to = after(to, (struct affine){cos(turn), sin(turn), -sin(turn), cos(turn), 0, 0});
        } else if (sscanf(part, "scale(%lf)", &x) == 1)
            to = after(to, (struct affine){x, 0, 0, x, 0, 0});
    }
    return to;
}

static struct inherited read_inherited(const xmlNode *node, struct inherited outer)
{
    char weight[16];
    outer.to = read_transform(node, outer.to);
    read_colour(node, "color", &outer.current, &outer.current);
    read_colour(node, "fill", &outer.current, &outer.fill);
    read_colour(node, "stroke", &outer.current, &outer.stroke);
    (void)read_attribute(node, "font-family", outer.family, sizeof outer.family);
    (void)read_attribute(node, "text-anchor", outer.anchor, sizeof outer.anchor);
    outer.size = read_number(node, "font-size", outer.size);
    if (read_attribute(node, "font-weight", weight, sizeof weight))
        outer.bold = strcmp(weight, "bold") == 0;
    return outer;
}

/* ---- areas ---- */

/* Whether a ray from p crosses the outline an odd number of times. */
static bool is_inside(const struct area *area, struct point p)
{
    bool inside = false;
    for (size_t i = 0, k = area->count - 1; i < area->count; k = i++) {
        struct point a = area->at[i], b = area->at[k];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

static struct point middle(const struct ink *ink)
{
    return affine_apply(
        &ink->to, (struct point){(ink->box.x0 + ink->box.x1) / 2, (ink->box.y0 + ink->box.y1) / 2});
}

/* The colour of the last area drawn there. */
static struct colour find_ground(const struct scene *scene, struct point p)
{
    for (size_t i = scene->areas; i > 0; i--)
        if (is_inside(&scene->area[i - 1], p))
            return scene->area[i - 1].colour;
    return scene->ground;
}

static void note_covered(struct scene *scene, const struct area *area)
{
    for (size_t i = 0; i < scene->words; i++)
        if (is_inside(area, middle(&scene->word[i].ink)))
            scene->word[i].covered = true;
}

/* "x,y x,y ..."; what shows through is no area. */
static void read_polygon(struct scene *scene, const xmlNode *node, const struct inherited *outer)
{
    struct inherited in = read_inherited(node, *outer);
    struct area area = {.colour = in.fill};
    xmlChar *points = xmlGetProp(node, (const xmlChar *)"points");
    char *s = (char *)points, *end;
    struct point p = {0, 0};
    for (; s != NULL && (p.x = strtod(s, &end), end != s && *end == ','); s = end) {
        p.y = strtod(end + 1, &end);
        area.at = scene_grow(area.at, area.count, &area.room, sizeof *area.at);
        area.at[area.count++] = affine_apply(&in.to, p);
    }
    xmlFree(points);
    if (area.count < 3 || read_number(node, "fill-opacity", 1) < 1) {
        free(area.at);
        return;
    }
    note_covered(scene, &area);
    scene->area = scene_grow(scene->area, scene->areas, &scene->area_room, sizeof *scene->area);
    scene->area[scene->areas++] = area;
}

/* ---- texts ---- */

struct pen {
    struct point at;
    struct box ink;
    char s[512];
    size_t raised; /* the length of s before its first raised letter; 0: there is none */
};

static void write_letters(struct pen *pen, const char *s, const struct inherited *in)
{
    while (*s != '\0') {
        int length = (int)strlen(s), letter = xmlGetUTF8Char((const unsigned char *)s, &length);
        if (letter < 0)
            return;
        struct extent e = font_extent(in->family, in->bold, in->size, (unsigned long)letter);
        if (e.ink.x0 <= e.ink.x1) {
            box_add(&pen->ink, (struct point){pen->at.x + e.ink.x0, pen->at.y + e.ink.y0});
            box_add(&pen->ink, (struct point){pen->at.x + e.ink.x1, pen->at.y + e.ink.y1});
        }
        pen->at.x += e.advance;
        s += length;
    }
}

/* The tspans of a text element, one after another. */
static void write_spans(struct pen *pen, const xmlNode *node, const struct inherited *outer)
{
    struct inherited in = read_inherited(node, *outer);
    pen->at.x += read_number(node, "dx", 0);
    pen->at.y += read_number(node, "dy", 0);
    if (pen->at.y < 0 && pen->raised == 0)
        pen->raised = strlen(pen->s);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (child->type == XML_TEXT_NODE) {
            const char *s = (const char *)child->content;
            size_t length = strlen(pen->s);
            write_letters(pen, s, &in);
            snprintf(pen->s + length, sizeof pen->s - length, "%s", s);
        } else if (child->type == XML_ELEMENT_NODE)
            write_spans(pen, child, &in);
    }
}

/* A number with a minus sign or a hyphen.  Returned: NaN if s[0] ... s[length - 1] is none */
static double plain_number(const char *s, size_t length)
{
    static const char minus[] = "\xe2\x88\x92";
    char text[64], *end = text;
    bool negative = length >= sizeof minus - 1 && strncmp(s, minus, sizeof minus - 1) == 0;
    size_t skipped = negative ? sizeof minus - 1 : 0;
    while (skipped < length && s[skipped] == ' ')
        skipped++;
    snprintf(text, sizeof text, "%.*s", (int)(length - skipped), s + skipped);
    text[strcspn(text, " ")] = '\0';
    double x = strtod(text, &end);
    return end == text || *end != '\0' ? NAN : negative ? -x : x;
}

/* "0.5", "10" with a raised "3", "5·10" with a raised "-3". */
static double number_of(const struct pen *pen)
{
    static const char times[] = "\xc2\xb7";
    const char *dot = strstr(pen->s, times);
    if (pen->raised == 0)
        return plain_number(pen->s, strlen(pen->s));
    const char *base = dot != NULL ? dot + sizeof times - 1 : pen->s;
    double factor = dot != NULL ? plain_number(pen->s, (size_t)(dot - pen->s)) : 1;
    if (pen->raised != (size_t)(base - pen->s) + 2 || strncmp(base, "10", 2) != 0)
        return NAN;
    return factor * pow(10, plain_number(pen->s + pen->raised, strlen(pen->s + pen->raised)));
}

static void read_text(struct scene *scene, const xmlNode *node, const struct inherited *in)
{
    struct pen pen = {.ink = nothing};
    write_spans(&pen, node, in);
    double shift = strcmp(in->anchor, "end") == 0      ? -pen.at.x
                   : strcmp(in->anchor, "middle") == 0 ? -pen.at.x / 2
                                                       : 0;
    if (pen.ink.x0 > pen.ink.x1)
        return;
    pen.ink.x0 += shift;
    pen.ink.x1 += shift;
    scene->word = scene_grow(scene->word, scene->words, &scene->word_room, sizeof *scene->word);
    struct ink ink = {.box = pen.ink, .to = in->to};
    scene->word[scene->words++] = (struct word){.s = strdup(pen.s),
                                                .size = in->size,
                                                .colour = in->fill,
                                                .ground = find_ground(scene, middle(&ink)),
                                                .number = number_of(&pen),
                                                .ink = ink};
}

/* ---- strokes and marks ---- */

static struct stroke *begin_stroke(struct scene *scene, const struct stroke *like)
{
    scene->stroke =
        scene_grow(scene->stroke, scene->strokes, &scene->stroke_room, sizeof *scene->stroke);
    scene->stroke[scene->strokes] = *like;
    return &scene->stroke[scene->strokes++];
}

static void add_point(struct stroke *stroke, struct point p)
{
    stroke->at = scene_grow(stroke->at, stroke->count, &stroke->room, sizeof *stroke->at);
    stroke->at[stroke->count++] = p;
}

/* One without length is not seen. */
static void end_stroke(struct scene *scene)
{
    struct stroke *last = scene->strokes > 0 ? &scene->stroke[scene->strokes - 1] : NULL;
    if (last != NULL && last->count == 1)
        free(scene->stroke[--scene->strokes].at);
    else if (last != NULL)
        last->ground = find_ground(scene, last->at[last->count / 2]);
}

static void close_stroke(struct stroke *stroke)
{
    if (stroke != NULL && stroke->count > 0)
        add_point(stroke, stroke->at[0]);
}

/* "M x,y L x,y ... z" */
static void read_path(struct scene *scene, const xmlNode *node, const struct inherited *outer)
{
    struct inherited in = read_inherited(node, *outer);
    struct stroke *stroke = NULL, like = {.plot = in.plot, .colour = in.stroke};
    xmlChar *path = xmlGetProp(node, (const xmlChar *)"d");
    like.dashed = xmlHasProp(node, (const xmlChar *)"stroke-dasharray") != NULL;
    char *s = (char *)path;
    while (s != NULL && *s != '\0') {
        char *end = s, what = *s;
        struct point p = {strtod(s + (what == 'M' || what == 'L'), &end), 0};
        if (what == 'z' || what == 'Z')
            close_stroke(stroke);
        if (end == s || *end != ',') {
            s++;
            continue;
        }
        p.y = strtod(end + 1, &s);
        if (what == 'M') {
            end_stroke(scene);
            stroke = begin_stroke(scene, &like);
        }
        if (stroke != NULL)
            add_point(stroke, affine_apply(&in.to, p));
    }
    end_stroke(scene);
    xmlFree(path);
}

static void read_use(struct scene *scene, const xmlNode *node, const struct inherited *outer)
{
    enum { REACH = 1 }; /* of the marks that gnuplot defines, about, before scaling */
    struct inherited in = read_inherited(node, *outer);
    scene->dot = scene_grow(scene->dot, scene->dots, &scene->dot_room, sizeof *scene->dot);
    scene->dot[scene->dots++] = (struct dot){affine_apply(&in.to, (struct point){0, 0}),
                                             REACH * hypot(in.to.a, in.to.b), in.plot};
}

/* The background is the only rectangle at the origin. */
static void read_rectangle(struct scene *scene, const xmlNode *node, const struct inherited *in)
{
    if (read_number(node, "x", 1) <= 0 && read_number(node, "y", 1) <= 0)
        read_colour(node, "fill", &in->current, &scene->ground);
}

/* ---- the picture ---- */

static void read_children(struct scene *scene, const xmlNode *node, const struct inherited *in);

static void read_group(struct scene *scene, const xmlNode *node, const struct inherited *outer)
{
    char id[64];
    struct inherited in = read_inherited(node, *outer);
    if (read_attribute(node, "id", id, sizeof id) && strncmp(id, "gnuplot_plot_", 13) == 0)
        in.plot = ++scene->plots;
    read_children(scene, node, &in);
}

static void read_children(struct scene *scene, const xmlNode *node, const struct inherited *in)
{
    static const struct {
        const char *name;
        void (*read)(struct scene *, const xmlNode *, const struct inherited *);
    } element[] = {{"g", read_group},       {"a", read_group}, {"text", read_text},
                   {"path", read_path},     {"use", read_use}, {"polygon", read_polygon},
                   {"rect", read_rectangle}};
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        for (size_t i = 0; i < sizeof element / sizeof element[0]; i++)
            if (child->type == XML_ELEMENT_NODE &&
                strcmp((const char *)child->name, element[i].name) == 0)
                element[i].read(scene, child, in);
}

/* A frame is drawn outside the curves, with at least two long sides, one along each axis. */
static bool is_frame(const struct stroke *stroke, struct box *box)
{
    enum { LEAST = 8 };
    *box = nothing;
    for (size_t i = 0; i < stroke->count; i++)
        box_add(box, stroke->at[i]);
    for (size_t i = 1; i < stroke->count; i++)
        if (stroke->at[i].x != stroke->at[i - 1].x && stroke->at[i].y != stroke->at[i - 1].y)
            return false;
    return stroke->plot == 0 && stroke->count > 2 && box->x1 - box->x0 > LEAST &&
           box->y1 - box->y0 > LEAST;
}

static bool is_known_frame(const struct scene *scene, const struct box *box)
{
    for (size_t i = 0; i < scene->frames; i++)
        if (box_holds(&scene->frame[i], box, 1) && box_holds(box, &scene->frame[i], 1))
            return true;
    return false;
}

static void find_frames(struct scene *scene)
{
    struct box box;
    for (size_t i = 0; i < scene->strokes; i++) {
        if (!is_frame(&scene->stroke[i], &box) || is_known_frame(scene, &box))
            continue;
        scene->frame =
            scene_grow(scene->frame, scene->frames, &scene->frame_room, sizeof *scene->frame);
        scene->frame[scene->frames++] = box;
    }
}

bool scene_read(struct scene *scene, const char *path)
{
    const struct inherited in = {
        .to = {1, 0, 0, 1, 0, 0}, .family = "DejaVu Sans", .anchor = "start", .size = 12};
    xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
    const xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
    *scene = (struct scene){.ground = {255, 255, 255}};
    if (root != NULL && strcmp((const char *)root->name, "svg") == 0) {
        scene->width = read_number(root, "width", 0);
        scene->height = read_number(root, "height", 0);
        read_children(scene, root, &in);
        find_frames(scene);
    }
    xmlFreeDoc(doc);
    if (scene->width > 0 && scene->height > 0 && scene->words > 0)
        return true;
    fprintf(stderr, "%s: no picture, or one without texts\n", path);
    return false;
}

void scene_free(struct scene *scene)
{
    for (size_t i = 0; i < scene->words; i++)
        free(scene->word[i].s);
    for (size_t i = 0; i < scene->strokes; i++)
        free(scene->stroke[i].at);
    for (size_t i = 0; i < scene->areas; i++)
        free(scene->area[i].at);
    free(scene->area);
    free(scene->word);
    free(scene->stroke);
    free(scene->dot);
    free(scene->frame);
}

/* What can be seen in a picture drawn by gnuplot's svg terminal: texts with the boxes of their ink,
 * strokes, and marks. Lengths are pixels of the canvas, y points down. */
#ifndef ALIGNODE_TESTS_FIGURE_PICTURE_SCENE_H
#define ALIGNODE_TESTS_FIGURE_PICTURE_SCENE_H

#include <stdbool.h>
#include <stddef.h>

struct point {
    double x, y;
};

struct affine { /* x' = a x + c y + e, y' = b x + d y + f */
    double a, b, c, d, e, f;
};

struct box { /* upright */
    double x0, y0, x1, y1;
};

/* A box on the canvas, perhaps rotated: its axes are those of `to`. */
struct ink {
    struct box box;   /* in its own coordinates */
    struct affine to; /* from those to the canvas */
};

struct colour {
    double r, g, b; /* 0..255 */
};

struct word { /* a text element */
    char *s;
    double size;                  /* of its font */
    struct colour colour, ground; /* its own, and that beneath it */
    struct ink ink;
    bool covered;  /* by an area drawn later */
    double number; /* that it writes, such as 0.5 or 10 with a raised -3; NaN: it is another text */
};

struct stroke { /* a polyline of at least two points */
    struct point *at;
    size_t count, room;
    size_t plot; /* 1, 2, ...: which curve it belongs to; 0: frames, tics, arrows */
    bool dashed;
    struct colour colour, ground; /* its own, and that beneath its middle */
};

struct dot {
    struct point at;
    double radius;
    size_t plot;
};

struct area { /* an opaque polygon */
    struct point *at;
    size_t count, room;
    struct colour colour;
};

struct scene {
    double width, height;
    struct colour ground;
    struct word *word;
    struct stroke *stroke;
    struct dot *dot;
    struct area *area;
    struct box *frame; /* of panels, insets and colour scales */
    size_t words, strokes, dots, areas, frames, plots;
    size_t word_room, stroke_room, dot_room, area_room, frame_room;
};

/* Returned: false with a message on standard error if the file is no such picture */
bool scene_read(struct scene *scene, const char *path);
void scene_free(struct scene *scene);

/* item[count] with room for one more; ends the program if there is no memory. */
void *scene_grow(void *item, size_t count, size_t *room, size_t size);

struct point affine_apply(const struct affine *m, struct point p);
struct box box_of_ink(const struct ink *ink); /* upright, on the canvas */
bool box_holds(const struct box *outer, const struct box *inner, double slack);

#endif

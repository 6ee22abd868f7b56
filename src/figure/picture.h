/* The table collected from a sweep as a picture: its cells, and its axes as gnuplot settings. */
#ifndef ALIGNODE_FIGURE_PICTURE_H
#define ALIGNODE_FIGURE_PICTURE_H

#include "figure/drawing.h"
#include "sweep/sweep_grid.h"

/* A key and its values: numbers in increasing order, or names in the order of the sweep. */
struct aln_picture_axis {
    const char *key; /* "": there is no such axis */
    size_t col;
    const char **value; /* [count] */
    double *number;     /* [count] */
    char **label;       /* [count], shortened values, or NULL */
    size_t count;
    bool numeric, log; /* log: equal ratios rather than equal steps */
};

/* Rows with equal x and y. */
struct aln_picture_cell {
    size_t rows, finite; /* finite: those with a finite value */
    double mean, squares;
};

struct aln_picture {
    const struct aln_figure_input *in;
    const char *command; /* the swept command */
    const struct aln_table *t;
    size_t keys;                             /* columns 1 ... keys */
    size_t axis_of[ALN_SWEEP_MOST_KEYS + 1]; /* of the grid, by column; keys of one move together */
    /* By column; NULL: not drawn at random. */
    const struct aln_sweep_distribution *distribution[ALN_SWEEP_MOST_KEYS + 1];
    struct aln_picture_axis x, y;
    size_t col;
    struct aln_picture_cell *cell; /* [y.count x x.count] */
    double least, most;   /* of the means; with several maps, of all that show this column */
    size_t missing, rows; /* cells without value; rows in the fullest cell */
    bool partial;         /* some cell has rows both with and without a value */
};

/* ---- picture.c ---- */

/* Result i of a drawing as a picture.
 * Returned: *p  for aln_drawing_picture_free(), whatever the status
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_picture_make(const struct aln_drawing *d, size_t i,
                                         struct aln_picture *p);
void aln_drawing_picture_free(struct aln_picture *p);

/* Standard error of a cell's mean; 0 for fewer than two values. */
double aln_drawing_picture_error(const struct aln_picture_cell *cell);

/* Whether both axes are keys that move together, so that there are single places rather than a grid. */
bool aln_drawing_picture_scattered(const struct aln_picture *p);

/* Appends the settings of its axes and its quantity for a script. */
void aln_drawing_picture_settings(struct aln_text *out, const struct aln_picture *p);

/* Appends "at t = 1000" or "after 100 epochs", or nothing. */
void aln_drawing_picture_time(struct aln_text *s, const struct aln_picture *p);

/* Appends "mean of 20 rows over run.seed; 3 places without any", or nothing. */
void aln_drawing_picture_means(struct aln_text *s, const struct aln_picture *p);

/* Sets the figure's subtitle: parameters, the time, and what was averaged. */
void aln_drawing_picture_subtitle(struct aln_drawing *d, const struct aln_picture *p);

/* ---- picture_choice.c ---- */

/* The column of result i: the requested one; else eg; else the first with numbers that does not
 * only identify rows.  Returned: p->col.  Status: ALN_USAGE */
enum aln_status aln_drawing_picture_column(struct aln_picture *p, const struct aln_drawing *d,
                                           size_t i);

/* The keys of the axes: those of `over`, "x" or "x,y"; else the first two, but seeds last, since
 * they are better averaged over, and of keys that move together the first.
 * Returned: key, col of p->x, p->y; key "" for an axis that does not exist
 * Status:   ALN_USAGE */
enum aln_status aln_drawing_picture_keys(struct aln_picture *p, const char *over);

/* ---- nets.c, picture_axes.c ---- */

/* Labels networks, the values of network.layers, by their sizes: "784-100-10", with the activation
 * of the first layer if nets differ in it. Does nothing if that does not distinguish them.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_axis_nets(struct aln_picture_axis *axis, const struct aln_picture *p);

/* Labels long values, such as lists, by what differs between them.  Status: ALN_MEMORY */
enum aln_status aln_drawing_axis_shorten(struct aln_picture_axis *axis);

/* Appends the settings of an axis, called `letter` in the scripts: x_name; its last part, x_short;
 * its values; the tics. */
void aln_drawing_axis(struct aln_text *out, const char *letter,
                      const struct aln_picture_axis *axis);

#endif

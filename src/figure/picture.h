/* The table collected from a sweep as a picture: its cells, and how its axes are told to gnuplot.
 */
#ifndef ALIGNODE_FIGURE_PICTURE_H
#define ALIGNODE_FIGURE_PICTURE_H

#include "figure/drawing.h"

/* A key and its values: numbers in increasing order, or names in the order of the sweep. */
struct aln_picture_axis {
    const char *key; /* "" when there is no such key */
    size_t col;
    const char **value; /* [count] */
    double *number;     /* [count] */
    char **label;       /* [count], values in short, or NULL */
    size_t count;
    bool numeric, log; /* log: equal ratios rather than equal steps */
};

/* Rows with equal x and y. */
struct aln_picture_cell {
    size_t rows, finite; /* finite: with a finite value */
    double mean, squares;
};

struct aln_picture {
    const struct aln_figure_input *in;
    const char *command; /* that was swept */
    const struct aln_table *t;
    size_t keys; /* columns 1 ... keys */
    struct aln_picture_axis x, y;
    size_t col;
    struct aln_picture_cell *cell; /* [y.count x x.count] */
    double least, most;            /* of the means; of several maps, of all with this column */
    size_t missing, rows;          /* cells without value; rows in the fullest cell */
    bool partial;                  /* some cell has rows with and without value */
};

/* ---- picture.c ---- */

/* Result i of a drawing as a picture. Returned: *p; ends with aln_drawing_picture_free(), whatever
 * the status.  Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_picture_make(const struct aln_drawing *d, size_t i,
                                         struct aln_picture *p);
void aln_drawing_picture_free(struct aln_picture *p);

/* Standard error of a cell's mean; 0 of fewer than two values. */
double aln_drawing_picture_error(const struct aln_picture_cell *cell);

/* Appends what a script needs of its axes and its quantity. */
void aln_drawing_picture_settings(struct aln_text *out, const struct aln_picture *p);

/* Appends "at t = 1000" or "after 100 epochs", or nothing. */
void aln_drawing_picture_time(struct aln_text *s, const struct aln_picture *p);

/* Appends "mean of 20 rows over run.seed; 3 places without any", or nothing. */
void aln_drawing_picture_means(struct aln_text *s, const struct aln_picture *p);

/* Below the title of the figure: when, and what was averaged. */
void aln_drawing_picture_subtitle(struct aln_drawing *d, const struct aln_picture *p);

/* ---- picture_choice.c ---- */

/* The column of result i: the one asked for; else eg, else the first of numbers that say more than
 * which row this is. Returned: p->col. Status: ALN_USAGE */
enum aln_status aln_drawing_picture_column(struct aln_picture *p, const struct aln_drawing *d,
                                           size_t i);

/* Of the axes: "x" or "x,y" as asked for; else the first two keys, seeds last: they are better
 * averaged over. Returned: key, col of p->x, p->y; key "" of an axis that is not there.
 * Status: ALN_USAGE */
enum aln_status aln_drawing_picture_keys(struct aln_picture *p, const char *over);

/* ---- nets.c, picture_axes.c ---- */

/* Networks, values of network.layers, by their sizes: "784-100-10", with the activation of the
 * first layer where nets differ in it. Left alone where that does not tell them apart.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_axis_nets(struct aln_picture_axis *axis, const struct aln_picture *p);

/* Long values, lists say, by that in which they differ. Status: ALN_MEMORY */
enum aln_status aln_drawing_axis_shorten(struct aln_picture_axis *axis);

/* Appends what a script needs of an axis, which is called `letter` there: x_name, the last part of
 * it, x_short, its values and where tics stand. */
void aln_drawing_axis(struct aln_text *out, const char *letter,
                      const struct aln_picture_axis *axis);

#endif

/* The table collected from a sweep as a picture: its cells, and its axes as gnuplot settings. */
#ifndef ALIGNODE_FIGURE_PICTURE_H
#define ALIGNODE_FIGURE_PICTURE_H

#include "figure/average.h"
#include "figure/drawing.h"
#include "figure/expression.h"
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
    bool draws;        /* its values only name draws: nothing is between them */
};

/* Rows with equal x and y. */
struct aln_picture_cell {
    size_t rows, finite, first; /* finite: those with a finite value; first: among the samples */
    struct aln_spread spread;
};

struct aln_picture {
    const struct aln_figure_input *in;
    const char *command; /* the swept command */
    const struct aln_table *t;
    size_t keys;                             /* columns 1 ... keys */
    size_t axis_of[ALN_SWEEP_MOST_KEYS + 1]; /* of the grid, by column; keys of one move together */
    bool shown[ALN_SWEEP_MOST_KEYS + 1];     /* by column: an axis, or settled by one */
    /* By column; NULL: not drawn at random. */
    const struct aln_sweep_distribution *distribution[ALN_SWEEP_MOST_KEYS + 1];
    struct aln_picture_axis x, y;
    struct aln_expression z;
    const struct aln_average *average;
    bool bars;                     /* intervals are drawn */
    bool own_errors;               /* and are the standard errors that single rows give */
    bool ambiguous;                /* another map's quantity is called the same */
    double *sample;                /* [rows of the table] the values, cell after cell */
    struct aln_picture_cell *cell; /* [y.count x x.count] */
    double from, to;               /* of the centres and of what is drawn about them */
    double least, most;   /* of the centres; with several maps, of all that show this quantity */
    size_t missing, rows; /* cells without value; rows in the fullest cell */
    size_t partial;       /* cells with rows both with and without a value */
    size_t fewest, more;  /* of these: the least and the largest number with a value */
};

/* ---- picture.c ---- */

/* Result i of a drawing as a picture.
 * Returned: *p  for aln_drawing_picture_free(), whatever the status
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_picture_make(const struct aln_drawing *d, size_t i,
                                         struct aln_picture *p);
void aln_drawing_picture_free(struct aln_picture *p);

/* Whether both axes are keys that move together, so that there are single places rather than a grid. */
bool aln_drawing_picture_scattered(const struct aln_picture *p);

/* Appends the settings of its axes and its quantity for a script. */
void aln_drawing_picture_settings(struct aln_text *out, const struct aln_picture *p);

/* Appends "at t = 1000" or "after 100 epochs", behind a comma where there is something before it; or
 * nothing. */
void aln_drawing_add_time(struct aln_text *s, const struct aln_table *t);

/* Appends "mean of 20 seeds ± s.e.; in 3 of 9 places only 4 to 7 have a value", or nothing. */
void aln_drawing_picture_means(struct aln_text *s, const struct aln_picture *p);

/* Sets the figure's subtitle: parameters, the time, and what was averaged. */
void aln_drawing_picture_subtitle(struct aln_drawing *d, const struct aln_picture *p);

/* ---- picture_choice.c ---- */

/* The quantity of result i: the requested one; else eg; else the first column with numbers that does
 * not only identify rows.  Returned: p->z.  Status: ALN_USAGE */
enum aln_status aln_drawing_picture_column(struct aln_picture *p, const struct aln_drawing *d,
                                           size_t i);

/* The keys of the axes: those of `over`, "x" or "x,y"; else the first two whose values have a
 * meaning, and of keys that move together the first, if it settles the others. What only names draws is an axis by itself only
 * where there is nothing else.
 * Returned: key, col of p->x, p->y; key "" for an axis that does not exist
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_picture_keys(struct aln_picture *p, const char *over);

/* Whether two keys move together so that each value of the one, of column `by`, goes with one value of
 * the other.  Status: ALN_MEMORY */
enum aln_status aln_drawing_picture_settles(const struct aln_picture *p, size_t by, size_t column,
                                            bool *out);

/* The column of a swept key, given in full or by its last part if that is unique; 0: none. Columns
 * of the result may have the same name. */
size_t aln_drawing_swept_key(const struct aln_figure_input *in, const char *key);

/* Whether curves or maps over swept keys answer what is asked: see worthwhile. */
bool aln_drawing_picture_wanted(const struct aln_drawing *d);

/* The first column to draw without a request: eg, else the first with numbers that is neither the
 * time nor an identifier.  Returned: -1 if there is none */
int aln_drawing_usual_column(const struct aln_table *t, size_t first);

/* ---- axis_names.c, picture_axes.c ---- */

/* Reads the values of an axis from its column.
 * Given:    axis  key and col; key "" for the one place of an axis that does not exist
 * Returned: *axis for aln_drawing_axis_free(), whatever the status
 * Status:   ALN_MEMORY */
enum aln_status aln_drawing_axis_read(const struct aln_table *t, struct aln_picture_axis *axis);
void aln_drawing_axis_free(struct aln_picture_axis *axis);

/* The position of a value; axis->count: it has none.
 * Given: guess  its probable position */
size_t aln_drawing_axis_find(const struct aln_picture_axis *axis, const char *value, size_t guess);

/* Labels networks, the values of network.layers, by their sizes: "784-100-10", with the activation
 * of the first layer if nets differ in it; sections such as {rank: 3} by what they set: "rank 3". Does
 * nothing if that does not distinguish them.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_axis_names(struct aln_picture_axis *axis,
                                       const struct aln_figure_input *in);

/* Labels long values, such as lists, by what differs between them.  Status: ALN_MEMORY */
enum aln_status aln_drawing_axis_shorten(struct aln_picture_axis *axis);

/* Appends the settings of an axis, called `letter` in the scripts: x_name; its last part, x_short;
 * its values; the tics. */
void aln_drawing_axis(struct aln_text *out, const char *letter,
                      const struct aln_picture_axis *axis);

#endif

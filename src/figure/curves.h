/* Curves of any columns of any results: the rows of each, and how the key calls it. */
#ifndef ALIGNODE_FIGURE_CURVES_H
#define ALIGNODE_FIGURE_CURVES_H

#include "figure/picture.h"

/* What one result gives to the figure. */
struct aln_curves_part {
    const struct aln_figure_input *in;
    struct aln_expression *y;      /* [quantities] */
    struct aln_expression x;       /* of figures over a column; else empty */
    struct aln_picture_axis names; /* of x, where that is a column of names */
    struct aln_picture_axis split; /* a curve for each of its values */
    size_t *of;                    /* [rows] the value of each row */
    int time;                      /* the column that orders the rows of each run; -1: none */
    const char *draws;             /* what the rows of one place are: "seeds"; NULL: one of each */
    bool drawn;                    /* rows at one place are averaged; else each is one of its own */
};

struct aln_curves {
    const struct aln_drawing *d;
    struct aln_curves_part *part; /* [d->count] */
    size_t quantities;            /* columns asked for, alike for all results */
    size_t count;                 /* curves: of results, of quantities, of values */
};

/* One of them. */
struct aln_curve {
    size_t input, quantity, value;
};

/* Reads what --column asks for from all results, and splits the rows of each.
 * Given:    split  key of sweeps or column to split by; NULL: the first suitable one
 *           over   what is drawn over; NULL: nothing is
 * Returned: *out   for aln_drawing_curves_free(), whatever the status
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_curves_make(struct aln_curves *out, const struct aln_drawing *d,
                                        const char *split, const char *over);
void aln_drawing_curves_free(struct aln_curves *c);

/* What the rows of all results are that are averaged, or distributed: "seeds", else "rows". */
const char *aln_drawing_curves_draws(const struct aln_curves *c);

/* Curve i. */
struct aln_curve aln_drawing_curves_at(const struct aln_curves *c, size_t i);

/* Appends what the key calls a curve, as enhanced text unless the figure is plain: in what it differs
 * from others. */
void aln_drawing_curves_add_entry(struct aln_text *out, const struct aln_curves *c, size_t i);

/* Whether a result is training that simulates a theory, that of deep linear networks. */
bool aln_drawing_is_training(const struct aln_figure_input *in);

/* Appends the colours of the curves: one of aln_drawing_legend_colours(), or 0 and one of the style.
 * Status: ALN_MEMORY */
enum aln_status aln_drawing_curves_colours(struct aln_text *out, const struct aln_curves *c);

/* Appends what an axis calls the quantities, as enhanced text; plain: their names. */
void aln_drawing_curves_add_quantities(struct aln_text *out, const struct aln_curves *c);

/* The default of --over: the time, else the first key of a sweep; NULL: none. */
const char *aln_drawing_curves_usual_over(const struct aln_figure_input *in);

/* Appends whether a colour scale replaces the key, for many values of a number, and the scale. */
void aln_drawing_curves_scale(struct aln_text *out, const struct aln_curves *c);

/* Appends an assignment of an array with an enhanced text for each curve. */
void aln_drawing_curves_entries(struct aln_text *out, const struct aln_curves *c);

#endif

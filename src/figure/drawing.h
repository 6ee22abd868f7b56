/* Shared by all figures: the results they show, the drawing being made, the rows of the table. */
#ifndef ALIGNODE_FIGURE_DRAWING_H
#define ALIGNODE_FIGURE_DRAWING_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "alignode/table.h"
#include "base/text.h"
#include "figure/legend.h"
#include "file/tree.h"
#include "model/params.h"
#include "study/study.h"

struct aln_presentation; /* params/presentation.h */

struct aln_figure_input {
    const char *path; /* "-": standard input */
    struct aln_table *table;
    struct aln_table *dense;   /* the same at more times, see refine.h; or NULL */
    struct aln_tree *tree;     /* the parameters in its header */
    struct aln_params *params; /* those of a two-layer problem; else NULL */
    char *title;
    char *entries; /* names of columns of entries, see entries.h; or NULL */
};

/* From the least to the most of something: least > most before there is any of it. */
struct aln_extent {
    double least, most;
};

/* One figure being made: data files and settings in a temporary folder, which gnuplot reads. */
struct aln_drawing {
    struct aln_figure_input *input; /* [count] */
    size_t count;
    const char *column, *over, *average; /* as requested; or NULL */
    bool plain;                          /* drawn with characters, without symbols */
    const struct aln_presentation *look; /* the section figure:, see look.h */
    void *own_look;                      /* the same if it is this drawing's, else NULL */
    bool labelled;                       /* the figure has taken the texts of its curves */
    struct aln_text *subtitle;           /* a copy of it; may be NULL */
    struct aln_text columns;             /* those of the section, as --column gives them */
    const struct aln_progress *progress; /* for messages and stop requests; may be NULL */
    struct aln_legend legend;            /* made before the figure is prepared */
    struct aln_extent along[2];          /* of the data along x and y, see aln_drawing_extend() */
    bool placed, seen;                   /* see aln_drawing_place_line() */
    char *folder;
    struct aln_text settings; /* gnuplot assignments, written to FOLDER/figure.gp */
};

enum { ALN_FIGURE_COLUMNS = 10 };

/* A figure: const struct aln_figure aln_figure_NAME in figure_NAME.c, drawn by plots/NAME.gp,
 * listed in figures.c. */
struct aln_figure {
    struct aln_name id;
    const char *column[ALN_FIGURE_COLUMNS]; /* a result must have them all */
    /* Shows its results; NULL: those of any command that no figure names; "": of any command. */
    const char *command;
    /* Of a figure of any command: the one whose results it shows when no option asks for it; NULL:
     * none. */
    const char *unasked;
    const char *script; /* plots/SCRIPT.gp draws it; NULL: plots/NAME.gp */
    size_t most;        /* results in one figure; 0: any number */
    bool takes_column, takes_over, takes_average; /* --column, --over, --average */
    const char *varied; /* a key that its results vary themselves, or NULL */
    /* The columns of its results along x and, in the first panel, y, or their family, such as Q of
     * Q_1_1: figure.xrange and figure.yrange hold for them. NULL: such a range does not apply;
     * "": the figure says itself how far they extend. */
    const char *along[2];
    const char *log; /* the axes for which figure.log chooses: "", "x", "y", "xy"; NULL: it does not
                        apply */
    /* Whether to choose it when no figure is named; NULL: always.
     * Given: results whose parameters have been read */
    bool (*worthwhile)(const struct aln_drawing *d);
    /* Appends to d->settings and writes the data files. */
    enum aln_status (*prepare)(struct aln_drawing *d);
};

/* ---- figures.c ---- */

/* The figure called `name`, or the first that shows all results. The choice may change once the
 * parameters of the results have been read: see worthwhile.
 * Given:  name  of an existing figure, or NULL
 * Status: ALN_USAGE if it does not show these results */
enum aln_status aln_figure_choose(const struct aln_figure **out, const char *name,
                                  const struct aln_drawing *d);

/* ---- input.c ---- */

/* Reads results into d->input; release with aln_figure_free_inputs(), whatever the status.
 * Status: ALN_USAGE, also for parameter files; ALN_FILE, ALN_MEMORY */
enum aln_status aln_figure_read(struct aln_drawing *d, const char *const *paths, size_t count);
/* Whether path is PATH.part, the rows of a run so far. */
bool aln_figure_is_unfinished(const char *path);
void aln_figure_free_inputs(struct aln_drawing *d);

/* Reads the parameters in the headers of d->input.
 * Returned: tree, params, title of each
 * Status:   ALN_USAGE with PATH:line:column, ALN_MEMORY */
enum aln_status aln_figure_describe(struct aln_drawing *d);

/* A result's file name without folder, by which to distinguish results if all else is equal. */
const char *aln_figure_input_name(const struct aln_figure_input *in);

/* A number of a table, which must have this column. */
double aln_figure_value(const struct aln_table *t, size_t row, const char *column);

/* The scalar at a path of keys such as "learning.rule", or "".  Returned: a view */
const char *aln_figure_scalar(const struct aln_node *node, const char *path);

/* The number of keys that a sweep varies; 0: another result. They are its columns from 1 on. */
size_t aln_drawing_swept(const struct aln_figure_input *in);

/* Whether a column only identifies its row (repeat, seed, epoch, step). */
bool aln_figure_is_index(const char *column);

/* The family of a column: "GA" for GA and GA_2, "loss" for loss_test.  Returned: out[64] */
const char *aln_figure_family(const char *column, char out[64]);

/* ---- drawing.c ---- */

/* Makes and removes the temporary folder.  Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_drawing_make_folder(struct aln_drawing *d);
void aln_drawing_remove_folder(struct aln_drawing *d);

/* Writes `text` to FOLDER/name.  Status: ALN_FILE; ALN_MEMORY if text->failed */
enum aln_status aln_drawing_file(const struct aln_drawing *d, const char *name,
                                 const struct aln_text *text);

/* Reads FOLDER/name.  Returned: *bytes  yours, or NULL.  Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_drawing_read_file(const struct aln_drawing *d, const char *name, char **bytes,
                                      size_t *length);
/* The name of a path without folder and extension.  Returned: its length; *stem  a view */
size_t aln_drawing_stem(const char *path, const char **stem);

/* Appends a string as a gnuplot constant: in single quotes, or, if it has any character that gnuplot
 * might take for more than itself, in double quotes with these as octal codes. Control characters
 * become spaces. */
void aln_drawing_quote(struct aln_text *out, const char *s);

/* The same for the label of a tic, which gnuplot takes for a format. */
void aln_drawing_quote_tic(struct aln_text *out, const char *s);

/* Appends "name = 's'"; fails if s has failed. */
void aln_drawing_string(struct aln_text *out, const char *name, const struct aln_text *s);

/* Appends "array name[count] = [...]". An empty array gets one element, '' or 1: gnuplot
 * has no empty arrays and parses loops it does not run. */
void aln_drawing_strings(struct aln_text *out, const char *name, size_t count,
                         const char *const *s);
void aln_drawing_numbers(struct aln_text *out, const char *name, size_t count, const size_t *x);

/* Appends a line of a data file: numbers separated by tabs. */
void aln_drawing_row(struct aln_text *out, size_t count, const double *x);

/* A number that the figure shows along an axis, 0: x, 1: y; nothing if it is not finite. */
void aln_drawing_extend(struct aln_drawing *d, int axis, double value);
/* All those of a column of the results, or of the columns of a family, such as Q of Q_1_1. */
void aln_drawing_survey(struct aln_drawing *d, int axis, const char *column);

/* What the figure draws on a straight line from one point (x, y) to another, or to itself, and anywhere
 * between two opposite corners: the ranges of the section must show some of it.
 * Returned: d->placed  true;  d->seen  true if some of it lies in figure.xrange and in figure.yrange. Points
 *           that are not finite are nowhere. */
void aln_drawing_place_line(struct aln_drawing *d, const double a[2], const double b[2]);
void aln_drawing_place_box(struct aln_drawing *d, const double a[2], const double b[2]);
/* The same for a column, or the columns of a family, over another: its values at each x, joined from one
 * x to the next unless they are marks.
 * Status: ALN_MEMORY */
enum aln_status aln_drawing_place_columns(struct aln_drawing *d, const char *x, const char *y);

/* Replaces the default subtitle, which gives the parameters that all results share. */
void aln_drawing_subtitle(struct aln_drawing *d, const struct aln_text *text);

/* ---- nets.c ---- */

/* Appends the shape of an experiment's samples: "784-", or "3x32x32-" before a layer that is not
 * dense; nothing if the shape is known only from files.
 * Given:  layers  as below
 * Status: ALN_USAGE for parameters that train refuses, ALN_MEMORY */
enum aln_status aln_drawing_net_input(struct aln_text *out, const struct aln_figure_input *in,
                                      const struct aln_node *layers);

/* Appends the sizes of a network's layers, "100-100-10".
 * Given: layers  the list network.layers, or NULL */
void aln_drawing_net(struct aln_text *out, const struct aln_node *layers);

/* The activation of a network's first layer.  Returned: a view */
const char *aln_drawing_net_activation(const struct aln_node *layers);

/* ---- gnuplot.c ---- */

/* Runs `gnuplot -c script style folder` with its messages in FOLDER/messages.
 * Given:  stop  nonzero: end it; may be NULL
 * Status: ALN_CHILD when gnuplot is missing or fails, with its messages; ALN_STOPPED */
enum aln_status aln_gnuplot_run(const char *script, const char *style, const char *folder,
                                const volatile sig_atomic_t *stop);

#endif

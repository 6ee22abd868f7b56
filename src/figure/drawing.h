/* What the parts of `alignode plot` share. */
#ifndef ALIGNODE_FIGURE_DRAWING_H
#define ALIGNODE_FIGURE_DRAWING_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/table.h"
#include "base/text.h"
#include "file/tree.h"
#include "model/params.h"
#include "study/study.h"

struct aln_figure_input {
    const char *path;
    struct aln_table *table;
    struct aln_params *params; /* of a two-layer problem, else NULL */
    char *title, *subtitle;    /* what it is, and the parameters a reader wants to know */
};

/* One figure being made: data files and settings in a temporary folder, which gnuplot then reads.
 */
struct aln_drawing {
    struct aln_figure_input *input; /* [count] */
    size_t count;
    const char *column, *over; /* of a sweep, as the user asked; or NULL */
    char *folder;
    struct aln_text settings; /* gnuplot assignments, become FOLDER/figure.gp */
};

/* Writes `text` as FOLDER/name. Status: ALN_FILE, ALN_MEMORY when text->failed */
enum aln_status aln_drawing_file(const struct aln_drawing *d, const char *name,
                                 const struct aln_text *text);

/* Appends a string as a gnuplot constant in single quotes, where nothing but the quote itself is
 * special; control characters become spaces. */
void aln_drawing_quote(struct aln_text *out, const char *s);

/* Appends "array name[count] = [...]". An empty array gets one element, '' or 1: gnuplot
 * knows no empty arrays and looks at loops it does not run. */
void aln_drawing_strings(struct aln_text *out, const char *name, size_t count,
                         const char *const *s);
void aln_drawing_numbers(struct aln_text *out, const char *name, size_t count, const size_t *x);

/* Appends a rule's name as people write it: those of up to three letters are acronyms. */
void aln_drawing_rule(struct aln_text *out, const char *name);

/* The subtitle, in place of the usual one of the problem's parameters. */
void aln_drawing_subtitle(struct aln_drawing *d, const struct aln_text *text);

/* The data of one kind of figure: appends to d->settings and writes data files. */
enum aln_status aln_drawing_series(struct aln_drawing *d);     /* results of engines */
enum aln_status aln_drawing_overlaps(struct aln_drawing *d);   /* the same, and names of entries */
enum aln_status aln_drawing_compare(struct aln_drawing *d);    /* the result of compare */
enum aln_status aln_drawing_training(struct aln_drawing *d);   /* results of train */
enum aln_status aln_drawing_similarity(struct aln_drawing *d); /* similarity of its seeds */

enum aln_status aln_drawing_degeneracy(struct aln_drawing *d); /* the studies */
enum aln_status aln_drawing_plearn(struct aln_drawing *d);
enum aln_status aln_drawing_landscape(struct aln_drawing *d); /* results of fixedpoint */
enum aln_status aln_drawing_stability(struct aln_drawing *d);
enum aln_status aln_drawing_curves(struct aln_drawing *d); /* a sweep over one key or two */
enum aln_status aln_drawing_map(struct aln_drawing *d);    /* over two */

/* Whether a column says where a row belongs: there is nothing in it to draw. */
bool aln_drawing_is_place(const char *column);

/* What a column belongs to: "GA" for GA and GA_2, "loss" for loss_test. Returned: out[64] */
const char *aln_drawing_family(const char *column, char out[64]);

/* The scalar at a path of keys "learning.rule", or "". A view. */
const char *aln_drawing_scalar(const struct aln_node *node, const char *path);

/* Appends the shape of an experiment's samples: "784-" or, before a layer that looks at images,
 * "3x32x32-"; nothing where only files tell.
 * Given: path    a result, or another file with its parameters
 *        layers  as below
 * Status: as of loading it */
enum aln_status aln_drawing_net_input(struct aln_text *out, const char *path,
                                      const struct aln_node *layers);

/* Appends the sizes of a network's layers, "100-100-10".
 * Given: layers  the list network.layers, or NULL */
void aln_drawing_net(struct aln_text *out, const struct aln_node *layers);

/* The activation of its first layer. A view. */
const char *aln_drawing_net_activation(const struct aln_node *layers);

/* Title of a table collected from a sweep. Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_describe_sweep(struct aln_figure_input *in);

/* Title and subtitle of a result of train. Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_drawing_describe_training(struct aln_figure_input *in);

/* Labels that are equal say in brackets what differs: the parameters where these are few and short,
 * else the titles, else the names of the files.
 * Given: label[d->count]  never empty
 * Status: ALN_MEMORY, also when a label has failed */
enum aln_status aln_drawing_tell_apart(const struct aln_drawing *d, struct aln_text *const *label);

/* Runs `gnuplot -c script style folder` with messages to FOLDER/messages.
 * Status: ALN_CHILD when gnuplot is missing or fails, with what it said; ALN_STOPPED on Ctrl-C */
enum aln_status aln_gnuplot_run(const char *script, const char *style, const char *folder);

#endif

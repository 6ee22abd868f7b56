/* Figures from results: chooses the figure, averages over repeats, draws with gnuplot. */
#ifndef ALIGNODE_FIGURE_FIGURE_H
#define ALIGNODE_FIGURE_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "alignode/status.h"

struct aln_progress;     /* run/options.h */
struct aln_text;         /* base/text.h */
struct aln_presentation; /* params/presentation.h */

struct aln_figure_options {
    const char *const *paths; /* results, each read once; "-", at most once: standard input */
    size_t count;             /* of paths, >= 1 */
    /* With the extension of one of aln_figure_formats; "-": PNG on standard output; NULL: the first
     * path with its extension replaced by .png, or "-" if that is standard input */
    const char *output;
    bool ascii; /* drawn with characters on standard output; output must be NULL or "-" */
    size_t columns, lines; /* of an ascii figure; 0: 100 x 40 */
    const char *figure;    /* NULL: the first one whose columns all results have */
    /* What to draw: columns or arithmetic of columns, separated by commas; for maps, one or one for
     * each; NULL: eg, or the first column of results */
    const char *column;
    /* What to draw it over: one or two keys of a sweep, in full or their last parts; a column, or
     * arithmetic of columns; NULL: the first two keys of a sweep, or the time */
    const char *over;
    const char *scripts; /* folder of the scripts; NULL: where they were installed */
    const char *average; /* one of aln_drawing_averages; NULL: the first */
    /* The section figure: that counts; NULL: that of the first result, with "figure.KEY=VALUE" of
     * set[set_count] over it */
    const struct aln_presentation *presentation;
    const char *const *set;
    size_t set_count;
    struct aln_text
        *subtitle; /* gets the line below the title, also where the style leaves it out; or NULL */
    /* For messages, such as on results that are drawn apart, and stop requests; NULL: none */
    const struct aln_progress *progress;
};

/* The figures, for `alignode list` and --figure. */
extern const struct aln_names aln_figures;

/* The file formats; their names are the extensions without the dot. */
extern const struct aln_names aln_figure_formats;

/* The second file that is written with a figure, such as the .pdf of a .tex.
 * Returned: its path, yours, free(); NULL: none */
char *aln_figure_beside(const char *path);

/* Whether a file that begins with these characters is a figure that gnuplot drew, which a new one may
 * replace. A script is none: it may have been changed by hand.
 * Given: head  the first thousand, zeros as blanks */
bool aln_figure_is_one(const char *head);

/* Checks what does not depend on the results: name, extension and path of the figure. For callers
 * that have yet to compute the results.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_figure_check(const struct aln_figure_options *options);

/* Draws one figure of all the results. Leaves no partial figure and no temporary file.
 * Returned: *written  its path, yours, free(); NULL for standard output. `written` may be NULL
 * Status:   ALN_USAGE for what the user can correct (unknown figure or extension, wrong columns,
 *           not a result, an output that cannot be written); ALN_CHILD if gnuplot is missing or
 *           fails; ALN_STOPPED if stopped; ALN_FILE, ALN_MEMORY */
enum aln_status aln_figure_draw(const struct aln_figure_options *options, char **written);

#endif

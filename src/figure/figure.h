/* Figures from results: chooses the figure, averages over repeats, lets gnuplot draw. */
#ifndef ALIGNODE_FIGURE_FIGURE_H
#define ALIGNODE_FIGURE_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "alignode/status.h"

struct aln_figure_options {
    const char *const *paths; /* results, each read once; "-", at most one: standard input */
    size_t count;             /* of paths, >= 1 */
    /* .png, .pdf or .svg; "-": PNG on standard output; NULL: the first path with the extension
     * .png, or "-" where that is standard input */
    const char *output;
    bool ascii;            /* characters on standard output instead; output must be NULL or "-" */
    size_t columns, lines; /* of an ascii figure; 0: 100 x 40 */
    const char *figure;    /* NULL: the first one whose columns all results have */
    /* Of a sweep, to draw, "COLUMN", or of several "COLUMN,COLUMN,..."; NULL: of each eg, or the
     * first of its results' */
    const char *column;
    /* "KEY" or "KEY,KEY" of a sweep, the axes, in full or their last parts; NULL: the first two */
    const char *over;
};

/* The figures, for `alignode list` and --figure. */
extern const struct aln_names aln_figures;

/* The file formats; their names are the extensions without the dot. */
extern const struct aln_names aln_figure_formats;

/* Checks what needs no results: name, extension and path of the figure. For callers that have yet
 * to make the results.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_figure_check(const struct aln_figure_options *options);

/* Draws one figure of all the results.
 * Returned: written  where it lies, yours, free(); NULL when written to standard output. `written`
 *                    itself may be NULL.
 * Status:   ALN_USAGE for what the user can correct (unknown figure or extension, wrong columns, not a
 *           result, an output that cannot be written), ALN_CHILD when gnuplot is missing or fails,
 *           ALN_FILE, ALN_MEMORY; leaves no partial figure and no temporary file */
enum aln_status aln_figure_draw(const struct aln_figure_options *options, char **written);

#endif

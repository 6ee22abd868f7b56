/* What a set of results shares and in what they differ: the one source of subtitles, legends and
 * colours of the figures. */
#ifndef ALIGNODE_FIGURE_LEGEND_H
#define ALIGNODE_FIGURE_LEGEND_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/rule.h"
#include "base/text.h"

struct aln_drawing;
struct aln_progress;
struct aln_style; /* params/presentation.h */

/* One result. Numbers count from 1, as gnuplot does. */
struct aln_legend_entry {
    const char *rule;          /* the printed name of its rule; "" where all results share it */
    struct aln_text differs;   /* in what it differs from others: "η = 0.4, N = 100", or empty */
    struct aln_text problem;   /* the same without N; equal for results of one problem */
    const struct aln_rule *of; /* NULL: it has none, such as a sweep */
    bool theory;               /* of the ode, not of a sweep */
    bool sized;                /* what it shows depends on N */
    size_t alike;        /* results of the same parameters but for engine, repeats, N and times */
    size_t group;        /* of these, what is drawn as one: a theory and its simulations */
    size_t colour, dash; /* of the group: one of aln_drawing_legend_colours(), a rule's dash */
};

struct aln_legend {
    struct aln_legend_entry *entry; /* [count] */
    size_t count, alike, groups;    /* alike: how many different sets of parameters */
    struct aln_text subtitle;       /* what all results share: "DFA, erf, K = 2" */
};

/* Compares the parameters of d->input.
 * Given:    varied  a key that the results themselves vary, so that its value in the header means
 *                   nothing, or NULL
 * Returned: *out  for aln_drawing_legend_free(), whatever the status
 * Status:   ALN_MEMORY */
enum aln_status aln_drawing_legend_make(struct aln_legend *out, const struct aln_drawing *d,
                                        const char *varied);
void aln_drawing_legend_free(struct aln_legend *legend);

/* Appends the label of a result.
 * Given: engine  how its engine is called; NULL: it has none worth a word
 *        runs    "mean of 3 runs" or so; "" for nothing */
void aln_drawing_legend_label(struct aln_text *out, const struct aln_legend_entry *entry,
                              const char *engine, const char *runs);

/* Tells, for each simulation that has no theory of its own parameters, from which theory it is drawn
 * apart, and the keys in which they differ. */
enum aln_status aln_drawing_legend_tell(struct aln_drawing *d);

/* Appends the settings that all scripts share: the colours, first those of the rules, in the order
 * of their table; then the dashes of the rules. */
void aln_drawing_legend_colours(struct aln_text *out, const struct aln_style *style);

#endif

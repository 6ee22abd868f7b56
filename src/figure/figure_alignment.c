/* Align, then memorise: the error and the cosine of read-out and feedback. */
#include "figure/series.h"

/* Without a rule that uses feedback there is nothing to align with; and each task has an alignment of its
 * own, which does not continue into that of the next. */
static bool uses_feedback(const struct aln_drawing *d)
{
    bool random = false, one = true;
    for (size_t i = 0; i < d->count; i++) {
        random = random || d->input[i].params->learning.rule->random;
        one = one && d->input[i].params->run.tasks_count <= 1;
    }
    return random && one;
}

const struct aln_figure aln_figure_alignment = {
    .id = {"alignment", "align, then memorise: error and cos(W2, F1) against time",
           "Refinetti et al., ICML 2021"},
    .column = {"repeat", "t", "eg", "cos_W2_F1"},
    .along = {"t", "eg"},
    .log = "xy",
    .worthwhile = uses_feedback,
    .prepare = aln_drawing_series,
};

/* Similarity of the weights of different seeds. */
#include "figure/training.h"

static enum aln_status prepare(struct aln_drawing *d)
{
    size_t span[2];
    bool columns;
    enum aln_status status = aln_drawing_seed_means(d, true);
    aln_drawing_layer_columns(d, "similarity", span, &columns);
    aln_text_add(&d->settings, "first_similarity = %zu\nlast_similarity = %zu\n", span[0], span[1]);
    return status;
}

const struct aln_figure aln_figure_similarity = {
    .id = {"similarity", "deep networks: cosine of the weights of different seeds over epochs",
           "Refinetti et al., ICML 2021"},
    .column = {"epoch", "similarity", "similarity_1"},
    .command = "train",
    .along = {"epoch", "similarity"},
    .log = "x",
    .prepare = prepare,
};

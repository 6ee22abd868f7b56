/* Kinds of direct feedback: how the matrices F_l, from the output to layer l, are drawn.
 *
 * Independent entries ignore the shared weights of a convolution, whose signals then hardly align
 * with those of back-propagation. The other kinds give F_l structure. All have the same root mean
 * square entry as independent entries, so that learning.feedback.scale is their common gain. To add
 * a kind: one function, one row in src/deep/feedback.c. */
#ifndef ALIGNODE_FEEDBACK_H
#define ALIGNODE_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/layer.h"
#include "alignode/names.h"
#include "alignode/random.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_phi; /* the weights of a layer as a matrix, src/deep/phi.h */

/* Input of a kind for F_l, 1 <= l < L; layers are filled from L-1 down. */
struct aln_feedback_start {
    size_t layer, layers;   /* l and L */
    struct aln_shape shape; /* of h_l as read by layer l + 1, after pooling */
    size_t rows, outputs;   /* of F_l: the size of that shape, n_L */
    enum aln_distribution distribution;
    double scale;   /* of an entry */
    size_t rank;    /* of independent entries, and the probability that one is kept; 0: all. */
    double density; /* Source: Crafton et al., Front. Neurosci. 13 (2019) 525 */
    size_t modes;   /* spatial frequencies along one side */
    struct aln_stream *stream;
    /* Layer l + 1: the structure of its matrix, without values, and its initial weights. */
    const struct aln_phi *phi;
    const double *W;     /* NULL unless of_weights */
    const double *above; /* F_{l+1}, phi->outputs x n_L; NULL for l = L-1 */
    /* The same for layer l. */
    const struct aln_phi *phi_l;
    const double *W_l;
};

struct aln_feedback_kind {
    struct aln_name id;
    bool of_weights; /* made from the initial weights, so that each seed has its own */
    bool descends;   /* F_l is made from F_{l+1}: pooling above layer l + 1 is not allowed */
    /* Returned: F (rows x n_L)
     * Status:   ALN_MEMORY, ALN_NUMERIC */
    enum aln_status (*fill)(const struct aln_feedback_start *start, double *F);
};
ALN_API extern const struct aln_names aln_feedback_kinds; /* the first: independent entries */
ALN_API const struct aln_feedback_kind *aln_feedback_kind_find(const char *name);
ALN_API const struct aln_feedback_kind *aln_feedback_kind_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

/* Layers of deep networks: kinds of layers, activations, initialisations.
 *
 * A network is a list of layers. Data between layers are stored batch x channels x height x width,
 * row-major; a vector of n numbers has the shape n x 1 x 1. Layers with weights are numbered
 * l = 1..L as in the theory,  a_l = W_l h_{l-1} (+ b_l),  h_l = g(a_l);  layers without weights
 * (pooling, flatten) are between them and have no activation.
 * To add a kind: one file with its callbacks, like src/deep/dense.c, and one row in layer.c. */
#ifndef ALIGNODE_LAYER_H
#define ALIGNODE_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "alignode/random.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_shape {
    size_t channels, height, width;
};

/* channels x height x width; SIZE_MAX when that overflows. */
ALN_API size_t aln_shape_size(struct aln_shape shape);

/* ---- activations of deep networks ---- */

/* The definition, in plain libm; a test compares the network's vectorised version with it. */
struct aln_deep_activation {
    struct aln_name id;
    double (*g)(double x);
    double (*dg)(double x);   /* g', at a kink the left derivative */
    const void *callbacks[2]; /* float and double, src/deep/real.h */
    bool linear;              /* g(x) = x, equivalent to no activation */
};
ALN_API extern const struct aln_names aln_deep_activations;
ALN_API const struct aln_deep_activation *aln_deep_activation_find(const char *name);
ALN_API const struct aln_deep_activation *aln_deep_activation_row(size_t i);

/* ---- initial weights ---- */

/* Input of an initialisation of W_l. */
struct aln_start {
    size_t layer, layers; /* l and L, 1 <= l <= L */
    size_t rows, cols;    /* of W_l; cols is the fan-in */
    double scale;
    struct aln_stream *stream; /* of this layer only */
    /* Routes from the output to h_l and h_{l-1}: F_l and F_{l-1} for a direct rule, the products
     * F_l F_{l+1} ... for a layerwise one. NULL if there is none: above layer L-1, below layer 1,
     * at layers that are not dense. */
    size_t outputs;        /* n_L */
    const double *above;   /* rows x n_L; NULL for l = L, where the route is the identity */
    const double *beneath; /* cols x n_L */
};

struct aln_initialisation {
    struct aln_name id;
    /* Returned: W (rows x cols)
     * Status:   ALN_USAGE if the layer does not allow it, ALN_MEMORY */
    enum aln_status (*fill)(const struct aln_start *start, double *W);
};
ALN_API extern const struct aln_names aln_initialisations;
ALN_API const struct aln_initialisation *aln_initialisation_find(const char *name);
ALN_API const struct aln_initialisation *aln_initialisation_row(size_t i);

/* ---- layers ---- */

struct aln_layer_kind {
    struct aln_name id;
    const char *size; /* meaning of aln_layer.size, e.g. "units"; NULL: the kind has no size */
    bool has_weights; /* and an activation */
    bool has_stride;  /* stride applies */
    bool has_kernel;  /* kernel and padding apply; the window of pooling is its size */
    const void *callbacks[2]; /* float and double, src/deep/real.h */
};
ALN_API extern const struct aln_names aln_layer_kinds;
ALN_API const struct aln_layer_kind *aln_layer_kind_find(const char *name);
ALN_API const struct aln_layer_kind *aln_layer_kind_row(size_t i);

/* A layer as the user describes it; members that do not apply to its kind must be 0. */
struct aln_layer {
    const struct aln_layer_kind *kind;
    size_t size;    /* dense: units; conv: output channels; pooling: side of the square window */
    size_t kernel;  /* conv: side of the square kernel */
    size_t stride;  /* 0: 1 for conv, the window's side for pooling */
    size_t padding; /* zeros on each side (conv) */
    const struct aln_deep_activation *activation; /* NULL: linear */
};

/* Output shape of a layer.
 * Given:    index  its position in the list, from 1, for messages ("layer 3 (dense): ...")
 * Returned: *out
 * Status:   ALN_USAGE if the layer does not fit */
ALN_API enum aln_status aln_layer_shape(const struct aln_layer *layer, size_t index,
                                        struct aln_shape in, struct aln_shape *out);

/* The weights of a layer as a matrix: dense n_l x n_{l-1}; conv C_out x (C_in k k), kernels
 * W[c_out, c_in, a, b] row by row. A bias has `rows` entries. 0 x 0 if the kind has no weights. */
ALN_API void aln_layer_weights(const struct aln_layer *layer, struct aln_shape in, size_t *rows,
                               size_t *cols);

#ifdef __cplusplus
}
#endif

#endif

/* The inside of a network, as far as it does not depend on the precision: numbers are behind void
 * pointers, and the sources compiled twice (real.h) know their type. */
#ifndef ALIGNODE_DEEP_STAGE_H
#define ALIGNODE_DEEP_STAGE_H

#include "alignode/network.h"
#include "base/isa.h"

struct aln_stage;

/* What a kind of layer says about sizes; first member of its callbacks in either precision. */
struct aln_layer_geometry {
    enum aln_status (*shape)(const struct aln_layer *layer, size_t index, struct aln_shape in,
                             struct aln_shape *out);
    /* NULL for kinds without weights */
    void (*weights)(const struct aln_layer *layer, struct aln_shape in, size_t *rows, size_t *cols);
    /* Numbers of work space for B samples; NULL: none. */
    size_t (*work)(const struct aln_stage *stage, size_t B);
    /* Multiplications with addition that one sample costs forward; NULL: none to speak of. */
    double (*products)(const struct aln_stage *stage);
    bool view; /* the output is the input under another shape: nothing is computed */
};

/* A layer's place in a network, with its arrays. `capacity` is the largest batch. */
struct aln_stage {
    struct aln_layer layer;
    struct aln_shape in, out;
    size_t inputs, outputs;
    size_t l; /* its number among those with weights, or 0 */
    size_t rows, cols;
    void *W, *b;     /* rows x cols; rows, or NULL */
    void *vW, *vb;   /* their velocities, or NULL */
    void *a, *h, *d; /* capacity x outputs; h is a where there is no activation. d is first the
                        derivative with respect to h, then, times g', that with respect to a */
    /* What carries signals to this stage's input instead of W (none for l = 1): F_{l-1}^T. Direct
     * n_L x inputs, else rows x cols. */
    size_t back_rows, back_cols;
    void *F, *vF; /* drawn or learned */
    void *made;   /* rule->feedback(W, F) times the scale, of rules that compute it; or NULL */
};

struct aln_backend;

struct aln_network {
    struct aln_network_options options; /* its layers are these: */
    struct aln_layer *layer;
    const struct aln_backend *engine;
    enum aln_isa isa;
    uint64_t steps;
    size_t depth, outputs;       /* L, n_L */
    struct aln_stage *stage;     /* options.layer_count of them */
    struct aln_stage **weighted; /* those with weights, l = 1..depth at [l - 1] */
    const void *input;           /* the present piece: count x inputs, a view or x */
    void *x, *y;                 /* capacity x inputs, capacity x n_L: where it is gathered */
    void *work;
    double *wide; /* 4 times the largest `made`, for the rule; or NULL */
    void *store;  /* all the numbers above */
};

static inline const struct aln_layer_geometry *aln_stage_geometry(const struct aln_layer *layer)
{
    return layer->kind->callbacks[ALN_SINGLE];
}

/* Whether F_l goes from the output to layer l. It also does where the rule makes no use of it. */
static inline bool aln_rule_is_direct(const struct aln_rule *rule)
{
    return rule->route != ALN_LAYERWISE || aln_rule_feedback_kind(rule) == ALN_FEEDBACK_WEIGHTS;
}

/* A tensor's place: its numbers as they are stored, and whether that is the transpose of what
 * struct aln_tensor says. */
struct aln_site {
    void *numbers; /* NULL: there is no such tensor */
    size_t rows, cols;
    bool transposed;
};
struct aln_site aln_network_place(const struct aln_network *net, enum aln_tensor_kind kind,
                                  size_t l);

/* Copies between the network's numbers and those of precision `as`. */
void aln_network_copy_out(const struct aln_network *net, struct aln_site from,
                          enum aln_precision as, void *out);
void aln_network_copy_in(const struct aln_network *net, struct aln_site to, enum aln_precision as,
                         const void *in);

/* How signals go back. */
struct aln_way {
    enum aln_route route;
    bool true_weights; /* back-propagation: W itself */
    bool dense_only;   /* the direct way ends at the lowest dense layer */
};

/* Whether signals come to the input of stage s, layer s->l > 1 of those with weights, straight from
 * the output. */
static inline bool aln_way_is_direct(const struct aln_network *net, const struct aln_stage *s,
                                     struct aln_way way)
{
    return way.route == ALN_DIRECT &&
           !(way.dense_only && net->weighted[s->l - 2]->layer.kind->has_kernel);
}

/* What the twice compiled engine.c does. `count` <= capacity samples, loaded before. */
struct aln_backend {
    size_t width; /* of a number, bytes */
    /* Samples first .. first+count-1 of the batch to net->input and, if wanted, net->y. */
    enum aln_status (*load)(struct aln_network *net, const struct aln_batch *batch, size_t first,
                            size_t count, bool targets);
    void (*forward)(struct aln_network *net, size_t count);
    /* e into the last stage's d; false when an output is not finite. */
    bool (*error)(struct aln_network *net, size_t count);
    /* Sum of the losses of the samples; the last stage's d is lost. */
    double (*loss)(struct aln_network *net, size_t count);
    void (*backward)(struct aln_network *net, size_t count, struct aln_way way);
    void (*update)(struct aln_network *net, size_t count, double rate);
    /* Sum over the samples of d h^T of one stage. G (rows x cols), b (rows; may be NULL) */
    void (*gradient)(struct aln_network *net, const struct aln_stage *stage, size_t count, void *G,
                     void *b);
    /* `made` of every stage that has it. */
    void (*make)(struct aln_network *net);
    double (*norm)(size_t n, const void *x);
};
extern const struct aln_backend aln_backend_single, aln_backend_double;

#endif

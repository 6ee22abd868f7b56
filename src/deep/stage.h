/* The internals of a network, independent of its precision: arrays are void pointers, and only the
 * sources compiled twice (real.h) know their type. */
#ifndef ALIGNODE_DEEP_STAGE_H
#define ALIGNODE_DEEP_STAGE_H

#include "alignode/network.h"
#include "base/isa.h"
#include "base/team.h"

struct aln_stage;

/* Sizes of a kind of layer; the first member of its callbacks in either precision. */
struct aln_layer_geometry {
    enum aln_status (*shape)(const struct aln_layer *layer, size_t index, struct aln_shape in,
                             struct aln_shape *out);
    /* NULL for kinds without weights */
    void (*weights)(const struct aln_layer *layer, struct aln_shape in, size_t *rows, size_t *cols);
    /* Work space for B samples, in numbers; NULL: none. */
    size_t (*work)(const struct aln_stage *stage, size_t B);
    /* Multiply-adds of one sample's forward pass; NULL: negligible. */
    double (*products)(const struct aln_stage *stage);
    bool view; /* the output is the input reshaped; nothing is computed */
};

/* A layer's place in a network, with its arrays. `capacity` is the largest batch. */
struct aln_stage {
    struct aln_layer layer;
    struct aln_shape in, out;
    size_t inputs, outputs;
    size_t l; /* number among the layers with weights, from 1; 0: it has none */
    size_t rows, cols;
    void *W, *b;     /* rows x cols; rows, or NULL */
    void *vW, *vb;   /* their velocities or, of an adaptive optimiser, mean gradients; or NULL */
    void *sW, *sb;   /* mean squares of their gradients, or NULL */
    void *a, *h, *d; /* capacity x outputs; h is a if there is no activation. d is first the
                        derivative with respect to h, then, times g', with respect to a */
    /* For l > 1 feedback F_{l-1}^T, which carries signals to this stage's input instead of W: n_L x
     * inputs if direct, else rows x cols. */
    size_t back_rows, back_cols;
    void *F, *vF, *sF; /* drawn or learned; likewise */
    void *
        made; /* rule->feedback(W, F) times the scale, of rules that compute it, or a mixture of W and
                   F; or NULL */
};

struct aln_backend;

enum { ALN_NETWORK_READERS = ALN_TEAM_MOST - 1 };

struct aln_network {
    struct aln_network_options options; /* options.layer is `layer` */
    struct aln_layer *layer;
    const struct aln_backend *engine;
    enum aln_isa isa;
    uint64_t steps;
    size_t depth, outputs;       /* L, n_L */
    struct aln_stage *stage;     /* options.layer_count of them */
    struct aln_stage **weighted; /* those with weights, l = 1..depth at [l - 1] */
    const void *input;           /* current chunk: count x inputs, a view of the batch or x */
    void *x, *y;                 /* capacity x inputs, capacity x n_L: gathered samples */
    void *work;
    void *fed;     /* capacity x n_L: what the feedback carries where that is not e or y; or NULL */
    double *noise; /* normal numbers of one step; or NULL */
    void *xi, *mirrored; /* noise and what a layer makes of it, for a rule that mirrors; or NULL */
    void *G;             /* the largest gradient, for an adaptive optimiser; or NULL */
    double *wide;        /* 4 times the largest `made`, for the rule; or NULL */
    size_t
        learned; /* bytes at the beginning of `store`: weights, feedback and what is kept of them */
    void *before; /* as many, those before a long step; or NULL */
    void *store;  /* owns all arrays above */
    /* For the other threads that score samples; NULL until they are needed. */
    struct aln_network *reader[ALN_NETWORK_READERS];
};

/* Another network with the weights of this one, which it reads and does not own, for passes at the same
 * time on another thread; it cannot learn.
 * Returned: *out     yours, aln_network_free(), before the other
 * Status:   ALN_MEMORY */
enum aln_status aln_network_reader(struct aln_network **out, const struct aln_network *of);

/* Samples of a batch from `first` on that fit in one pass. */
static inline size_t aln_network_chunk(const struct aln_network *net, const struct aln_batch *batch,
                                       size_t first)
{
    const size_t left = batch->count - first;
    return left < net->options.batch ? left : net->options.batch;
}

/* Number i of an array of the network. */
static inline double aln_network_number(const struct aln_network *net, const void *x, size_t i)
{
    return net->options.precision == ALN_SINGLE ? (double)((const float *)x)[i]
                                                : ((const double *)x)[i];
}

/* batch.c: whether a batch is whole, and fits in one pass; and, after a pass, whether a stop request has
 * cut it short. */
enum aln_status aln_network_check_batch(const struct aln_network *net,
                                        const struct aln_batch *batch, bool one_chunk,
                                        bool targets);
enum aln_status aln_network_check_whole(void);

/* score.c: adds the score of the samples of the latest forward pass, `first` and those that follow it in the
 * batch. */
void aln_network_add_score(struct aln_network *net, const struct aln_batch *batch, size_t first,
                           size_t count, struct aln_score *sum);

static inline const struct aln_layer_geometry *aln_stage_geometry(const struct aln_layer *layer)
{
    return layer->kind->callbacks[ALN_SINGLE];
}

/* Whether F_l goes straight from the output to layer l; also true of rules that do not use F_l. */
static inline bool aln_rule_is_direct(const struct aln_rule *rule)
{
    return rule->route != ALN_LAYERWISE || aln_rule_feedback_kind(rule) == ALN_FEEDBACK_WEIGHTS;
}

static inline bool aln_network_is_adaptive(const struct aln_network_options *o)
{
    return o->optimiser != NULL && o->optimiser->adaptive;
}

/* Whether feedback has to be computed from the current weights: s->made. */
static inline bool aln_network_makes_feedback(const struct aln_network_options *o)
{
    return aln_rule_feedback_kind(o->rule) == ALN_FEEDBACK_MADE || o->feedback.symmetry > 0;
}

/* Where a tensor is stored, and whether as the transpose of what struct aln_tensor describes. */
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

/* How signals are propagated back. */
struct aln_way {
    enum aln_route route;
    bool true_weights; /* back-propagation: W itself */
    bool dense_only;   /* direct only to dense layers; W itself below */
    bool targets;      /* direct: -y in place of the error */
    bool levels;       /* direct: what the rule makes of the error */
    bool noisy;        /* net->fed, with noise, in place of any of them */
};

/* Whether signals reach the input of stage s (s->l > 1) straight from the output. */
static inline bool aln_way_is_direct(const struct aln_network *net, const struct aln_stage *s,
                                     struct aln_way way)
{
    return way.route == ALN_DIRECT &&
           !(way.dense_only && net->weighted[s->l - 2]->layer.kind->has_kernel);
}

/* The functions of backend.c, compiled twice; for `count` <= capacity samples, loaded before. */
struct aln_backend {
    size_t width; /* of a number, bytes */
    /* Samples first .. first+count-1 of the batch to net->input and, if `targets`, net->y. */
    enum aln_status (*load)(struct aln_network *net, const struct aln_batch *batch, size_t first,
                            size_t count, bool targets);
    void (*forward)(struct aln_network *net, size_t count);
    /* Writes e to the last stage's d; false if an output is not finite. */
    bool (*error)(struct aln_network *net, size_t count);
    /* Sum of the losses of the samples; overwrites the last stage's d. */
    double (*loss)(struct aln_network *net, size_t count);
    /* Returned: net->fed  what the feedback carries, the error or -y, with noise */
    void (*add_noise)(struct aln_network *net, size_t count, bool targets);
    void (*backward)(struct aln_network *net, size_t count, struct aln_way way);
    /* Replaces the signals of the hidden layers by their part along a random direction. */
    void (*perturb)(struct aln_network *net, size_t count);
    void (*update)(struct aln_network *net, size_t count, double rate);
    /* Gradient of one stage: d h^T, summed or averaged over the samples (options.reduction).
     * Returned: G (rows x cols), b (rows; may be NULL) */
    void (*gradient)(struct aln_network *net, const struct aln_stage *stage, size_t count, void *G,
                     void *b);
    /* Recomputes `made` of every stage that has it. */
    void (*compute_feedback)(struct aln_network *net);
    double (*norm)(size_t n, const void *x);
};
extern const struct aln_backend aln_backend_single, aln_backend_double;

#endif

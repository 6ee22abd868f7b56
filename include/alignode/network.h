/* Deep networks that learn with any rule of alignode/rule.h.
 *
 *     a_l = W_l h_{l-1} (+ b_l),  h_l = g(a_l),  h_0 = x,  yhat = a_L,  e = dLoss/da_L
 *     da_L = e;   bp:              da_l = (W_{l+1}^T da_{l+1}) * g'(a_l)
 *                 layerwise rules: da_l = (F_l da_{l+1}) * g'(a_l)     F_l: n_l x n_{l+1}
 *                 direct rules:    da_l = (F_l e) * g'(a_l)            F_l: n_l x n_L
 *     frozen: only W_L and b_L are updated; the layers below do not even decay.
 * l = 1..L counts layers with weights only. Pooling between layers l and l+1 propagates da by its
 * true derivative under every rule: F_l then ends at the inputs of layer l+1, and n_l above is
 * their number. Sources: see the rows of the rule table.
 *
 * A step on a batch, with G the sum (or mean) of da_l h_{l-1}^T over its samples:
 *     v <- momentum v + G + decay W,   W <- W - rate v          (biases likewise, without decay)
 * or that of another optimiser (alignode/optimiser.h).
 * direct-kolen-pollack: F_l receives G = sum of h_l e^T. weight-mirror: with xi ~ N(0, 1) for every input of
 * layer l + 1, drawn for every sample, F_l <- (1 - rate decay) F_l + rate G, G = sum of xi (W_{l+1} xi)^T (of a
 * convolution its mean over places), by plain steps under any optimiser. node-perturbation: da_l of bp, l < L, is
 * replaced by xi_l (sum over m of xi_m . da_m), xi ~ N(0, 1) for all hidden units together. Streams "deep mirror"
 * (repeat = step L + l + 1) and "deep direction" (repeat = step) of the network's seed.
 * Feedback may be noisy, symmetric in part, of low rank or sparse: options.feedback.
 * Everything is computed before anything is updated. Kolen-Pollack: F_l receives the transposed G
 * of W_{l+1}, with its own rate and decay and the same optimiser.
 *
 * Results depend on the arguments only, never on threads: a network runs on the calling thread, and
 * several networks may run in parallel, one per thread. The first network created sets OpenBLAS to
 * one thread for the whole process. The same source is compiled for float and double. */
#ifndef ALIGNODE_NETWORK_H
#define ALIGNODE_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/feedback.h"
#include "alignode/layer.h"
#include "alignode/loss.h"
#include "alignode/optimiser.h"
#include "alignode/random.h"
#include "alignode/rule.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Type of the numbers in a network. Rows of the tables are in the order of the enums. */
enum aln_precision { ALN_SINGLE, ALN_DOUBLE };
ALN_API extern const struct aln_names aln_precisions;

/* How the gradients of a batch's samples are combined. */
enum aln_reduction { ALN_SUM, ALN_MEAN };
ALN_API extern const struct aln_names aln_reductions;

/* Whether entries of F_l are divided by the square root of its number of rows, n_l (as
 * published). */
enum aln_scaling { ALN_BY_ROOT, ALN_BY_ONE };
ALN_API extern const struct aln_names aln_scalings;

/* Options of a network; start from aln_network_defaults(). Everything pointed to is copied or a
 * const table row. */
struct aln_network_options {
    struct aln_shape input;
    size_t layer_count;
    const struct aln_layer *layer; /* the last one dense, without activation */
    const struct aln_loss *loss;
    const struct aln_rule *rule;
    const struct aln_initialisation *init;
    double init_scale; /* multiplies the initial weights; default 1 */
    /* Initial weights that are given, in place of `init`; fill NULL: none are. It is only used while
     * the network is created.
     * Returned: W (rows x cols), b (rows, zero before; NULL: the layers have no biases) of layer l */
    struct {
        enum aln_status (*fill)(const void *context, size_t l, size_t rows, size_t cols, double *W,
                                double *b);
        const void *context;
    } given;
    bool bias; /* every layer with weights has one, zero at the start */
    enum aln_precision precision;
    size_t batch;  /* largest batch of a step; evaluations use chunks of this size */
    uint64_t seed; /* of the initial weights: stream "deep weights", repeat = l */
    struct {
        /* Entries are scale times N(0,1), U(-1,1) or +-1 (aln_distributions), divided according to
         * `scaling`. Or F_l is scale times a matrix with orthonormal columns (rows, if it has
         * fewer). Feedback computed from the weights (sign-symmetric) is multiplied by scale. */
        enum aln_distribution distribution;
        double scale;
        enum aln_scaling scaling;
        bool orthonormal;
        const struct aln_feedback_kind *kind; /* NULL: independent; others for direct rules */
        size_t modes;                         /* of smooth feedback; 0 means 2 */
        uint64_t seed; /* stream "deep feedback", repeat = l; equal seeds give equal feedback */
        /* Of feedback that learns; NaN: those of the weights, the decay of weight-mirror 1 for each
         * sample in the gradient, with which F_l tends to W_{l+1}^T. */
        double rate, decay;
        /* Standard deviation of noise added to each output's error (or target) on its way back, drawn
         * for every sample of a step and the same for all layers; the read-out learns without it, and
         * signals and gradients below are means over it. 0 or NaN: none. Stream "deep noise" of the
         * network's seed, repeat = number of the step */
        double noise;
        /* rho: layerwise rules feed back through rho W_{l+1}^T + sqrt(1 - rho^2) F_l with the current
         * weights, F_l as drawn; 0 or NaN: F_l itself. Direct rules have it with two layers only. */
        double symmetry;
        /* Of independent entries: F_l = U V^T with `rank` columns of independent entries each, where
         * that is less than its rows and columns (0: full rank); or each entry is kept with probability
         * `density` and else 0 (0 or NaN: 1). Rescaled to the rms of all entries. */
        uint64_t rank;
        double density;
        double threshold; /* of the error, for a rule that feeds it back in three levels */
    } feedback;
    const struct aln_optimiser *optimiser; /* NULL: sgd */
    double momentum, decay;       /* 0 <= momentum < 1, 0 for an adaptive optimiser; decay >= 0 */
    double beta1, beta2, epsilon; /* of an adaptive optimiser; 0 <= beta < 1, epsilon > 0 */
    enum aln_reduction reduction;
};

/* The defaults, as in parameter files: independent uniform feedback of scale 1, with the rate and
 * decay of the weights where it learns; uniform initial weights, cross-entropy, single precision,
 * batches of 32, no momentum, no decay, no biases, seeds 1. Input, layers and rule must be set. */
ALN_API struct aln_network_options aln_network_defaults(void);

struct aln_network;

/* A network with initial weights and feedback. bp and frozen also have direct feedback; it is used
 * by measures only.
 * Returned: *out  yours, aln_network_free()
 * Status:   ALN_USAGE if something is missing or out of range or a layer does not fit;
 *           ALN_MEMORY */
ALN_API enum aln_status aln_network_create(struct aln_network **out,
                                           const struct aln_network_options *options);
ALN_API void aln_network_free(struct aln_network *net);

/* ---- properties ---- */

/* The options of the network, a view; L; the sizes of a_l and h_{l-1}, 1 <= l <= L. */
ALN_API const struct aln_network_options *aln_network_settings(const struct aln_network *net);
ALN_API size_t aln_network_depth(const struct aln_network *net);
ALN_API size_t aln_network_units(const struct aln_network *net, size_t l);
ALN_API size_t aln_network_inputs(const struct aln_network *net, size_t l);
/* Floating-point operations of one step per sample: 2 per multiply-add. */
ALN_API double aln_network_step_flops(const struct aln_network *net);

/* ---- samples ---- */

/* Samples are rows of x, label, y. Either label or y is given; neither is needed for a forward
 * pass. */
struct aln_batch {
    size_t count;
    const uint32_t *index; /* [count] row numbers; NULL: rows 0 .. count-1 */
    const float *x;        /* rows x inputs of the network */
    const uint32_t *label; /* [rows], each below n_L (below 2 when n_L = 1), or NULL */
    const float *y;        /* rows x n_L, or NULL */
};

/* ---- learning ---- */

/* One step of SGD.
 * Given:  count <= options->batch; rate >= 0
 * Status: ALN_NUMERIC when an output is not finite (the weights are unchanged), or when some
 *         ||W_l|| exceeds 1e3, checked every 64 steps (the weights are those after the step); the
 *         message names step, layer and norm. ALN_USAGE for labels out of range and batches too
 *         large */
ALN_API enum aln_status aln_network_step(struct aln_network *net, const struct aln_batch *batch,
                                         double rate);

/* Number of steps so far; set when a checkpoint is loaded. */
ALN_API uint64_t aln_network_steps(const struct aln_network *net);
ALN_API void aln_network_set_steps(struct aln_network *net, uint64_t steps);

/* ---- evaluation, which does not change the state ---- */

struct aln_score {
    double loss;  /* mean over the samples */
    double error; /* fraction of samples classified wrongly; NaN without labels */
};
/* Any number of samples. The predicted class is the first largest output; for one output it is the
 * sign, with 0 as class 0.
 * Status: ALN_USAGE, as for a step */
ALN_API enum aln_status aln_network_score(struct aln_network *net, const struct aln_batch *batch,
                                          struct aln_score *score);
/* The same as sums over samples first, first + 1, ..., in chunks of options->batch.
 * Returned: *sum  incremented by the loss and the number of wrong samples */
ALN_API enum aln_status aln_network_add_scores(struct aln_network *net,
                                               const struct aln_batch *batch, size_t first,
                                               struct aln_score *sum);

/* Outputs, any number of samples; label and y are not read.  Returned: yhat (count x n_L) */
ALN_API enum aln_status aln_network_outputs(struct aln_network *net, const struct aln_batch *batch,
                                            double *yhat);

/* Activations h_1 .. h_L, the last one the outputs; label and y are not read.
 * Given:    count <= options->batch
 * Returned: h  blocks h_l, count x n_l each (aln_network_units()) */
ALN_API enum aln_status aln_network_activations(struct aln_network *net,
                                                const struct aln_batch *batch, double *h);

/* Pre-activation signals da_1 .. da_L in the current state, for the network's rule and for bp, means over
 * the noise of a rule (node-perturbation: those of bp); zeros in hidden layers that the rule does not reach (frozen).
 * Given:    count <= options->batch
 * Returned: da, da_bp  blocks da_l, count x n_l each (aln_network_units()); either may be NULL
 *           *sum       incremented as by aln_network_add_scores(); may be NULL */
ALN_API enum aln_status aln_network_signals(struct aln_network *net, const struct aln_batch *batch,
                                            double *da, double *da_bp, struct aln_score *sum);

/* Number of weights and biases; their gradients by the network's rule and by bp, without decay.
 * Given:    count <= options->batch
 * Returned: G, G_bp  the tensors of kind ALN_WEIGHT and ALN_BIAS in their order, one after the
 *                    other; either may be NULL */
ALN_API size_t aln_network_size(const struct aln_network *net);
ALN_API enum aln_status aln_network_gradient(struct aln_network *net, const struct aln_batch *batch,
                                             double *G, double *G_bp);

/* ---- state, by name ---- */

/* W_l, b_l; F_l, drawn or learned; with momentum also their velocities, v above; with an adaptive
 * optimiser instead the running means m of their gradients and s of the squares. */
enum aln_tensor_kind {
    ALN_WEIGHT,
    ALN_BIAS,
    ALN_FEEDBACK,
    ALN_WEIGHT_VELOCITY,
    ALN_BIAS_VELOCITY,
    ALN_FEEDBACK_VELOCITY,
    ALN_WEIGHT_SQUARE,
    ALN_BIAS_SQUARE,
    ALN_FEEDBACK_SQUARE,
};

struct aln_tensor {
    char name[16]; /* "W_1", "b_1", "F_1", "vW_1", "vb_1", "vF_1", "sW_1", .. */
    enum aln_tensor_kind kind;
    size_t layer; /* l */
    /* Row-major. W_l as in aln_layer_weights(); b_l rows x 1; F_l n_l x n_L for direct rules, the
     * shape of W_{l+1}^T for layerwise rules. */
    size_t rows, cols;
};

/* Tensors 0 .. count-1, starting with layer 1. Networks with equal tensors and number of steps, and
 * equal seeds where there is noise, continue identically, bit for bit. */
ALN_API size_t aln_network_tensors(const struct aln_network *net);
ALN_API void aln_network_tensor(const struct aln_network *net, size_t i, struct aln_tensor *tensor);
/* Index of the tensor of a kind and layer; aln_network_tensors() if there is none. */
ALN_API size_t aln_network_find(const struct aln_network *net, enum aln_tensor_kind kind,
                                size_t layer);
/* Copy rows x cols numbers out and in, as float or double according to `as`. */
ALN_API void aln_network_read(const struct aln_network *net, size_t i, enum aln_precision as,
                              void *out);
ALN_API void aln_network_write(struct aln_network *net, size_t i, enum aln_precision as,
                               const void *in);

/* The current matrix in place of W_{l+1}^T (layerwise), or from e to layer l (direct), 1 <= l < L:
 * W_{l+1}^T for bp, scale sgn W_{l+1}^T for sign-symmetric, F_l for the others.
 * Returned: F, of the shape of W_{l+1}^T or F_l */
ALN_API void aln_network_feedback(struct aln_network *net, size_t l, double *F);

/* ||W_l||, accumulated in double. */
ALN_API double aln_network_norm(const struct aln_network *net, size_t l);

#ifdef __cplusplus
}
#endif

#endif

/* Learning rules. A rule says by which route the error reaches the hidden layers and what the
 * feedback matrices are; every engine (ode, chain, sgd, deep nets) reads the same rows.
 * To add a rule, add a row to src/model/rule.c, and a function if its feedback is new. */
#ifndef ALIGNODE_RULE_H
#define ALIGNODE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_route {
    ALN_LAYERWISE, /* the error passes from layer to layer */
    ALN_DIRECT,    /* straight from the output to each hidden layer */
    ALN_NOWHERE,   /* hidden layers are not updated at all, not even decayed */
};

/* What a feedback function depends on, for one layer. All matrices have the shape of the layer's
 * forward weights W, rows = units above, cols = units below, row-major: the feedback that carries
 * errors back through the layer is the transpose of what the function returns. */
struct aln_feedback_terms {
    size_t rows, cols;
    const double *W;    /* rows x cols, the forward weights */
    const double *sign; /* rows x cols, the signs of W: -1, 0 or 1; NULL unless the rule jumps */
    const double *B;    /* rows x cols, the random matrix; where the feedback learns, its state */
};

/* Returned: F (rows x cols), not overlapping any of the terms */
typedef void aln_feedback_function(const struct aln_feedback_terms *terms, double *F);

/* The two that need no computation, F = B and F = W. Engines recognise them and make no copy.
 * Returned: F (rows x cols) */
ALN_API void aln_feedback_fixed(const struct aln_feedback_terms *terms, double *F);
ALN_API void aln_feedback_weights(const struct aln_feedback_terms *terms, double *F);

/* F = sgn W, of a rule that jumps; lanes of the ode recognise it. */
ALN_API void aln_feedback_signs(const struct aln_feedback_terms *terms, double *F);

/* Which of them a rule uses; see aln_rule_feedback_kind(). */
enum aln_feedback {
    ALN_FEEDBACK_FIXED,   /* aln_feedback_fixed */
    ALN_FEEDBACK_WEIGHTS, /* aln_feedback_weights */
    ALN_FEEDBACK_MADE,    /* any other: recomputed whenever the weights have changed */
};

/* What is fed back of each output's error e. */
enum aln_error_levels {
    ALN_ERROR_WHOLE,   /* e itself */
    ALN_ERROR_SIGN,    /* its sign, 0 for 0 */
    ALN_ERROR_TERNARY, /* its sign where |e| exceeds a threshold, else 0 */
};

struct aln_rule {
    struct aln_name id;
    enum aln_route route;
    /* The feedback matrix of a layer. One that is computed (ALN_FEEDBACK_MADE) needs the layer's
     * forward weights, so its route is layerwise. */
    aln_feedback_function *feedback;
    /* The error returns through random entries, at least at first, so that there is something to
     * align with: the feedback depends on B and reaches a hidden layer. */
    bool random;
    /* The feedback is discontinuous where an entry of W crosses 0 (sign-symmetric): it depends on
     * the signs of W through terms->sign only, and smoothly on W. The ODE holds the signs fixed
     * between crossings and restarts at each. */
    bool jumps;
    /* The feedback matrix learns: it starts at the fixed random one and is part of the state. It
     * receives the transposed gradient of the forward weights it replaces (Kolen-Pollack), or where it
     * comes straight from the output h_l e^T, unless it mirrors the weights. */
    bool learns;
    /* Feedback that learns does so from noise that the forward weights pass on, whatever the data:
     * with xi ~ N(0, I_K), F <- (1 - kappa/N) F + (eta/N) xi (W2 xi)^T. In deep networks every layer does
     * so in turn, alignode/network.h. */
    bool mirrors;
    /* The hidden layers are fed the target in place of the error: -y for e. */
    bool targets;
    /* They are fed the error in few levels. The step is then discontinuous and its averages have no
     * closed form: the ode has this rule by averages over points alone. */
    enum aln_error_levels levels;
    /* The signal d is known only along a direction xi ~ N(0, I_K) drawn for each sample: it is
     * replaced by xi (xi . d), whose mean is d; in deep networks xi covers all hidden units. */
    bool perturbs;
    /* The feedback matrix is an overlap of the hidden layer (two layers only): the columns of R
     * that belong to the last teacher units, one for each output, which are then normally silent.
     * Source: Srinivasan et al., ICLR 2024, arXiv 2302.05440. */
    bool adapts;
    /* Direct feedback reaches dense layers only; below them, through convolutions, the error is
     * back-propagated through the true weights. Without convolutions this is dfa. */
    bool dense_only;
    /* Why deep networks (train) do not have this rule; NULL: they have. */
    const char *two_layers_only;
    /* How figures show it, all of them alike. No two rules share name, or colour and dash; bp and
     * dfa differ in grey print too. */
    const char *label;  /* "BP" */
    const char *colour; /* "#rrggbb" */
    const char *dash;   /* "" for a solid line, else of '.', '-', '_' (long) and ' ' */
};

/* bp, dfa, fa, ... */
ALN_API extern const struct aln_names aln_rules;
ALN_API const struct aln_rule *aln_rule_find(const char *name);
ALN_API const struct aln_rule *aln_rule_row(size_t i);
enum { ALN_MOST_RULES = 16 }; /* at least as many as there are */

/* Why a rule of this name is left out on purpose; NULL: it is not. */
ALN_API const char *aln_rule_left_out(const char *name);

/* The kind of a rule's feedback function, found by comparing it with the two above. */
ALN_API enum aln_feedback aln_rule_feedback_kind(const struct aln_rule *rule);

/* Whether the error returns through random entries that stay as they are, so that a part of them can
 * be replaced by the forward weights. */
static inline bool aln_rule_keeps_feedback(const struct aln_rule *rule)
{
    return rule->random && !rule->learns && !rule->adapts;
}

/* What the rule feeds back of an error, with the threshold of a ternary one. */
static inline double aln_rule_level(const struct aln_rule *rule, double threshold, double e)
{
    const double least = rule->levels == ALN_ERROR_TERNARY ? threshold : 0;
    return rule->levels == ALN_ERROR_WHOLE ? e : (e > least) - (e < -least);
}

/* The threshold of a ternary error unless one is given. */
#define ALN_ERROR_THRESHOLD 0.1

/* The signs of n weights: -1, 0 or 1.
 * Returned: sign[n] */
ALN_API void aln_rule_signs(size_t n, const double *W, double *sign);

#ifdef __cplusplus
}
#endif

#endif

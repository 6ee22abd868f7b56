/* Learning rules. A rule says by which route the error reaches the hidden layers and what the
 * feedback matrices are; every engine (ode, chain, sgd, deep nets) reads the same rows.
 * To add a rule, add a row to src/model/rule.c, and a function if its feedback is a new one. */
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

/* Returned: F (rows x cols), which overlaps none of the terms */
typedef void aln_feedback_function(const struct aln_feedback_terms *terms, double *F);

/* The two that need no computation, F = B and F = W. Engines recognise them and make no copy.
 * Returned: F (rows x cols) */
ALN_API void aln_feedback_fixed(const struct aln_feedback_terms *terms, double *F);
ALN_API void aln_feedback_weights(const struct aln_feedback_terms *terms, double *F);

/* Which of them a rule has; see aln_rule_feedback_kind(). */
enum aln_feedback {
    ALN_FEEDBACK_FIXED,   /* aln_feedback_fixed */
    ALN_FEEDBACK_WEIGHTS, /* aln_feedback_weights */
    ALN_FEEDBACK_MADE,    /* another one: recomputed whenever the weights have changed */
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
    /* The feedback matrix learns (Kolen-Pollack): it starts at the fixed random one, is part of the
     * state, and receives the transposed gradient of the forward weights it stands for. */
    bool learns;
    /* The direct way leads to dense layers alone; below them, through convolutions, the error goes
     * layer by layer through the true weights. Without convolutions: dfa. */
    bool dense_only;
};

/* bp, dfa, fa, ... */
ALN_API extern const struct aln_names aln_rules;
ALN_API const struct aln_rule *aln_rule_find(const char *name);
ALN_API const struct aln_rule *aln_rule_row(size_t i);
enum { ALN_MOST_RULES = 16 }; /* at least as many as there are */

/* What a rule's feedback function does, found by comparing it with those two. */
ALN_API enum aln_feedback aln_rule_feedback_kind(const struct aln_rule *rule);

/* The signs of n weights: -1, 0 or 1.
 * Returned: sign[n] */
ALN_API void aln_rule_signs(size_t n, const double *W, double *sign);

/* Feedback matrix of a two-layer network, in the theory's layout: F1 and F are units x outputs.
 * Given:    terms  rows = outputs O, cols = units K; W = W2 (O x K); sign (O x K), or NULL: the
 *                  signs of W2; B = F1 (K x O)
 *           work (aln_rule_work())
 * Returned: F (K x O) */
ALN_API void aln_rule_feedback(const struct aln_rule *rule, const struct aln_feedback_terms *terms,
                               double *work, double *F);
/* Numbers of work space for it; 0 for rules whose feedback is not computed. */
ALN_API size_t aln_rule_work(const struct aln_rule *rule, size_t units, size_t outputs);

#ifdef __cplusplus
}
#endif

#endif

/* Learning rules. A rule says by which route the error reaches the hidden layers and what the
 * feedback matrix's entries are; every engine (ode, chain, sgd, deep nets) reads the same rows.
 * To add a rule, add a row to src/model/rule.c. */
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

/* What entry() does, said beforehand, so that a large matrix need not be made entry by entry. */
enum aln_feedback {
    ALN_FEEDBACK_FIXED,   /* b, always */
    ALN_FEEDBACK_WEIGHTS, /* w, always */
    ALN_FEEDBACK_MADE,    /* something else: made anew whenever the weights have moved */
};

struct aln_rule {
    struct aln_name id;
    enum aln_route route;
    enum aln_feedback feedback;
    /* Entry of the feedback matrix, given the transposed forward weight w and the fixed random b.
     */
    double (*entry)(double w, double b);
    bool jumps; /* entry() is discontinuous at w = 0 (sign-symmetric): an ODE must restart there */
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

/* Whether the error returns through random entries, at least at first, so that there is something
 * to align with: dfa, fa, kolen-pollack, dfa-dense. */
ALN_API bool aln_rule_uses_random(const struct aln_rule *rule);

/* Feedback matrix of a two-layer network, F_ko = entry(W2_ok, F1_ko).
 * Given:    W2 (outputs x units), F1 (units x outputs), row-major
 * Returned: F  (units x outputs) */
ALN_API void aln_rule_feedback(const struct aln_rule *rule, size_t units, size_t outputs,
                               const double *W2, const double *F1, double *F);

#ifdef __cplusplus
}
#endif

#endif

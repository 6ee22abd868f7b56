#include "alignode/rule.h"

#include <string.h>

#include "base/finders.h"

/* ---- feedback functions ---- */

void aln_feedback_fixed(const struct aln_feedback_terms *terms, double *F)
{
    memcpy(F, terms->B, terms->rows * terms->cols * sizeof *F);
}

void aln_feedback_weights(const struct aln_feedback_terms *terms, double *F)
{
    memcpy(F, terms->W, terms->rows * terms->cols * sizeof *F);
}

void aln_feedback_signs(const struct aln_feedback_terms *terms, double *F)
{
    memcpy(F, terms->sign, terms->rows * terms->cols * sizeof *F);
}

/* ---- the table ---- */

static const struct aln_rule rules[] = {
    {.id = {"bp", "back-propagation: the error returns through the transposed forward weights",
            "Rumelhart, Hinton & Williams, Nature 323 (1986) 533"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_weights,
     .label = "BP",
     .colour = "#08519c",
     .dash = "-"},
    {.id = {"dfa", "direct feedback alignment: fixed random matrices from the output to each layer",
            "Nokland, NeurIPS 2016; Refinetti et al., ICML 2021"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .label = "DFA",
     .colour = "#f16913",
     .dash = ""},
    {.id = {"fa", "feedback alignment: fixed random matrices, layer by layer",
            "Lillicrap et al., Nat. Commun. 7 (2016) 13276"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_fixed,
     .random = true,
     .label = "FA",
     .colour = "#238b45",
     .dash = "-."},
    {.id = {"sign-symmetric", "feedback through the signs of the transposed forward weights",
            "Liao, Leibo & Poggio, AAAI 2016; Moskovitz, Litwin-Kumar & Abbott, arXiv 1812.06488; "
            "sgn 0 = 0"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_signs,
     .jumps = true,
     .label = "sign-symmetric",
     .colour = "#ae017e",
     .dash = "."},
    {.id = {"kolen-pollack",
            "learned feedback, trained with the transposed gradient of the forward weights",
            "Kolen & Pollack, ICNN 1994; Akrout et al., NeurIPS 2019"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_fixed,
     .random = true,
     .learns = true,
     .label = "Kolen-Pollack",
     .colour = "#b8860b",
     .dash = "_"},
    {.id =
         {"direct-kolen-pollack",
          "learned direct feedback: F_l learns from the error times h_l, as the read-out does from "
          "the layer below it; in two layers kolen-pollack",
          "Webster, Choi & Ahn 2021, Learning the connections in direct feedback alignment"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .learns = true,
     .label = "direct Kolen-Pollack",
     .colour = "#6a51a3",
     .dash = "_-."},
    {.id = {"dfa-dense",
            "dfa for dense layers, back-propagation through the convolutions below them", ""},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .dense_only = true,
     .label = "DFA-dense",
     .colour = "#41b6c4",
     .dash = "_."},
    {.id =
         {"drtp",
          "direct random target projection: fixed random matrices carry the target, not the error",
          "Frenkel, Lefebvre & Bol, Front. Neurosci. 15 (2021) 629892"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .targets = true,
     .label = "DRTP",
     .colour = "#a50f15",
     .dash = "._"},
    {.id = {"sign-error", "direct feedback alignment of the sign of the error (sDFA)",
            "Frenkel, Lefebvre & Bol, Front. Neurosci. 15 (2021) 629892"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .levels = ALN_ERROR_SIGN,
     .label = "sDFA",
     .colour = "#ce6dbd",
     .dash = "--."},
    {.id = {"ternary-error",
            "direct feedback alignment of the error in three levels: its sign beyond a threshold, "
            "else 0",
            "Launay et al., arXiv 2006.01475"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .levels = ALN_ERROR_TERNARY,
     .label = "ternary DFA",
     .colour = "#637939",
     .dash = "--.."},
    {.id = {"node-perturbation",
            "the back-propagated signal along a random direction of the hidden units only; also "
            "known as activity-perturbed forward gradient",
            "Hara, Katahira, Okanoya & Okada 2011; Baydin et al., arXiv 2202.08587"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_weights,
     .perturbs = true,
     .label = "node perturbation",
     .colour = "#9467bd",
     .dash = "-..."},
    {.id = {"weight-mirror",
            "learned feedback that mirrors the forward weights, from noise passed through them",
            "Akrout et al., NeurIPS 2019"},
     .route = ALN_LAYERWISE,
     .feedback = aln_feedback_fixed,
     .random = true,
     .learns = true,
     .mirrors = true,
     .label = "weight mirror",
     .colour = "#35978f",
     .dash = "-.."},
    {.id =
         {"adaptive",
          "PEPITA for small modulation: the error returns through the hidden weights times a fixed "
          "random matrix",
          "Srinivasan et al., ICLR 2024, arXiv 2302.05440"},
     .route = ALN_DIRECT,
     .feedback = aln_feedback_fixed,
     .random = true,
     .adapts = true,
     .two_layers_only = "its feedback goes to the input, through the first layer alone",
     .label = "PEPITA",
     .colour = "#dd3497",
     .dash = "_-"},
    {.id = {"frozen", "control: only the read-out learns, the layers below are fixed", ""},
     .route = ALN_NOWHERE,
     .feedback = aln_feedback_fixed,
     .label = "frozen",
     .colour = "#525252",
     .dash = "-  "},
};

_Static_assert(sizeof rules / sizeof rules[0] <= ALN_MOST_RULES, "increase ALN_MOST_RULES");

const struct aln_names aln_rules = {"rule", "rules", rules, sizeof rules / sizeof rules[0],
                                    sizeof rules[0]};
ALN_FINDERS(rule, aln_rules);

/* ---- rules left out ---- */

static const struct {
    const char *name, *why;
} left_out[] = {
    {"weight-perturbation",
     "it has no limit of large N at a learning rate of order one, because its "
     "signal is one number for N weights of each unit; node-perturbation has"},
};

const char *aln_rule_left_out(const char *name)
{
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        if (strcmp(left_out[i].name, name) == 0)
            return left_out[i].why;
    return NULL;
}

enum aln_feedback aln_rule_feedback_kind(const struct aln_rule *rule)
{
    return rule->feedback == aln_feedback_fixed     ? ALN_FEEDBACK_FIXED
           : rule->feedback == aln_feedback_weights ? ALN_FEEDBACK_WEIGHTS
                                                    : ALN_FEEDBACK_MADE;
}

void aln_rule_signs(size_t n, const double *W, double *sign)
{
    for (size_t i = 0; i < n; i++)
        sign[i] = (W[i] > 0) - (W[i] < 0);
}

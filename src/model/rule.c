#include "alignode/rule.h"

#include "base/finders.h"

static double forward(double w, double b)
{
    (void)b;
    return w;
}

static double fixed(double w, double b)
{
    (void)w;
    return b;
}

static double sign(double w, double b)
{
    (void)b;
    return (w > 0) - (w < 0);
}

static const struct aln_rule rules[] = {
    {.id = {"bp", "back-propagation: the error returns through the transposed forward weights",
            "Rumelhart, Hinton & Williams, Nature 323 (1986) 533"},
     .route = ALN_LAYERWISE,
     .feedback = ALN_FEEDBACK_WEIGHTS,
     .entry = forward},
    {.id = {"dfa", "direct feedback alignment: fixed random matrices from the output to each layer",
            "Nokland, NeurIPS 2016; Refinetti et al., ICML 2021"},
     .route = ALN_DIRECT,
     .entry = fixed},
    {.id = {"fa", "feedback alignment: fixed random matrices, layer by layer",
            "Lillicrap et al., Nat. Commun. 7 (2016) 13276"},
     .route = ALN_LAYERWISE,
     .entry = fixed},
    {.id = {"sign-symmetric", "feedback through the signs of the transposed forward weights",
            "Liao, Leibo & Poggio, AAAI 2016; sgn 0 = 0"},
     .route = ALN_LAYERWISE,
     .feedback = ALN_FEEDBACK_MADE,
     .entry = sign,
     .jumps = true},
    {.id = {"kolen-pollack",
            "feedback that learns: its gradient is the transposed one of the weights it stands for",
            "Kolen & Pollack, IJCNN 1994; Akrout et al., NeurIPS 2019"},
     .route = ALN_LAYERWISE,
     .entry = fixed,
     .learns = true},
    {.id =
         {"dfa-dense",
          "dfa to the dense layers, back-propagation from the lowest of them through convolutions",
          ""},
     .route = ALN_DIRECT,
     .entry = fixed,
     .dense_only = true},
    {.id = {"frozen", "only the read-out learns: the control without learning below it", ""},
     .route = ALN_NOWHERE,
     .entry = fixed},
};

_Static_assert(sizeof rules / sizeof rules[0] <= ALN_MOST_RULES, "more rules than it says");

const struct aln_names aln_rules = {"rule", "rules", rules, sizeof rules / sizeof rules[0],
                                    sizeof rules[0]};
ALN_FINDERS(rule, aln_rules);

bool aln_rule_uses_random(const struct aln_rule *rule)
{
    return rule->route != ALN_NOWHERE && rule->entry(1, 2) == 2;
}

void aln_rule_feedback(const struct aln_rule *rule, size_t units, size_t outputs, const double *W2,
                       const double *F1, double *F)
{
    for (size_t k = 0; k < units; k++)
        for (size_t o = 0; o < outputs; o++)
            F[k * outputs + o] = rule->entry(W2[o * units + k], F1[k * outputs + o]);
}

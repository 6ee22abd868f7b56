/* F4, more rules: theory = simulation for rules that feed back the target, a random direction, an
 * overlap or the error in two or three levels, or mirror the read-out, and for feedback that is noisy or
 * partly symmetric; with noise of the outputs, decay and unequal rates. The ode of a sign or ternary
 * error is the mean over sets of points, whose standard error counts.
 *
 * Probability of a false failure: 7 comparisons at 4 standard errors for each of 13 problems (two pairs
 * of N for chain, one for sgd, only the sum for chain - sgd), each beyond with probability 6.3e-5,
 * together 0.6 % over random seeds; the seeds are fixed. */
#include "rule_cases.h"

static const struct aln_rule_case cases[] = {
    {"drtp", 1, "rule: drtp, " ALN_USUAL_RATES, ""},
    {"drtp", 3, "rule: drtp, " ALN_USUAL_RATES, ""},
    {"node-perturbation", 1, "rule: node-perturbation, " ALN_USUAL_RATES, ""},
    {"node-perturbation", 3, "rule: node-perturbation, " ALN_USUAL_RATES, ""},
    {"weight-mirror", 1, "rule: weight-mirror, " ALN_USUAL_RATES, ", rate: 0.6, decay: 0.4"},
    {"weight-mirror", 3, "rule: weight-mirror, " ALN_USUAL_RATES, ", rate: 0.6, decay: 0.4"},
    {"adaptive", 1, "rule: adaptive, " ALN_USUAL_RATES, ", std: 1.5"},
    {"sign-error", 1, "rule: sign-error, " ALN_USUAL_RATES, ""},
    {"sign-error", 3, "rule: sign-error, " ALN_USUAL_RATES, ""},
    {"ternary-error", 1, "rule: ternary-error, " ALN_USUAL_RATES, ", threshold: 0.3"},
    {"ternary-error, noisy", 3, "rule: ternary-error, " ALN_USUAL_RATES,
     ", threshold: 0.3, noise: 0.6"},
    {"dfa, noisy", 3, "rule: dfa, " ALN_USUAL_RATES, ", noise: 0.6"},
    {"dfa, half symmetric", 3, "rule: dfa, " ALN_USUAL_RATES, ", symmetry: 0.5"},
};
enum { CASES = sizeof cases / sizeof cases[0] };

void aln_claim_f4_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {2000, 1500, 0}, [ALN_ENGINE_SGD] = {1000, 400, 0}},
        .sets = 4,
    };
    aln_rule_cases_judge(r, &effort, false, CASES, cases);
}

void aln_claim_f4_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats =
            {[ALN_ENGINE_CHAIN] = {24000, 24000, 8000}, [ALN_ENGINE_SGD] = {4000, 1200, 300}},
        .sets = 32,
    };
    aln_rule_cases_judge(r, &effort, true, CASES, cases);
}
